/* How conversations begin: Initialize_Conversation, Allocate, Accept_Conversation; Initialize_For_Incoming
 * and Accept_Incoming, which are Accept_Conversation in two calls. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "snanode/base/names.h"
#include "tp/libcpic/cause.h"
#include "tp/libcpic/control.h"
#include "tp/libcpic/conv.h"
#include "tp/libcpic/forked.h"
#include "tp/libcpic/initcache.h"
#include "tp/libcpic/localname.h"

/* ---- Initialize_Conversation ---- */

static void copy_side(struct conv *c, const struct lp_inited *m)
{
    strcpy(c->attach.lu, m->lu);
    if (m->partner[0])
        strcpy(c->attach.partner, m->partner);
    strcpy(c->attach.mode, m->mode);
    if (m->tpn_n > 0) {
        memcpy(c->attach.tpn, m->tpn, m->tpn_n);
        c->attach.tpn_n = m->tpn_n;
        c->attach.service_tp = m->service_tp;
    }
    if (m->security <= CM_SECURITY_PROGRAM)
        c->attach.security = m->security;
    if (m->user_n > 0) {
        memcpy(c->attach.user, m->user, m->user_n);
        c->attach.user_n = m->user_n;
    }
    c->attach.secret = m->secret;
}

CM_ENTRY cminit(unsigned char *conversation_ID, unsigned char *sym_dest_name, CM_INT32 *return_code)
{
    if (!return_code)
        return;
    if (!library_started()) {
        *return_code = product_error_stopped();
        return;
    }
    if (!conversation_ID || !sym_dest_name) {
        *return_code = CM_PROGRAM_PARAMETER_CHECK;
        return;
    }
    /* Exactly 8 octets, but programs pass shorter literals: a NUL ends the name [C16]. */
    char symdest[NAME_MAX8 + 1];
    size_t n = name_unpad(symdest, sizeof symdest, sym_dest_name, strnlen((char *)sym_dest_name, NAME_MAX8));
    if (n > 0 && !name_valid_symdest(symdest, n)) {
        *return_code = CM_PROGRAM_PARAMETER_CHECK;
        return;
    }
    struct lp_inited m;
    forked_watch();
    *return_code = initcache_ask(symdest, &m);
    if (*return_code != CM_OK)
        return;
    struct conv *c = conv_new();
    if (!c) {
        *return_code = CM_PRODUCT_SPECIFIC_ERROR;
        return;
    }
    if (n > 0)
        copy_side(c, &m);
    strcpy(c->attach.lu, m.lu);
    conv_set_state(c, CS_INITIALIZE);
    memcpy(conversation_ID, c->id, CM_CID_SIZE);
    conv_put(c);
}

/* ---- Allocate and Accept: a request on a port, and an answer that brings the socket ---- */

/* Take FD as the socket of a conversation that begins now; FD is -1 when the kernel had no room for it.
 * Returns false when there is no memory or descriptor (product_error knows why). */
static bool adopt(struct conv *c, int fd, uint32_t node_id, uint32_t max_ru)
{
    c->channel.fd = fd;
    c->node.id = node_id;
    c->node.max_ru = max_ru;
    c->half.tx_buf = malloc(max_ru);
    chain_init(&c->half.tx, c->half.tx_buf, max_ru, c->node.accepted);
    c->half.tx_begun = c->node.accepted;
    inbound_init(&c->half.rx, !c->node.accepted);
    record_in_init(&c->half.record);
    c->node.slot->conv = node_id;
    if (fd < 0)
        product_error("the program has no descriptor left for a conversation");
    else if (!c->half.tx_buf)
        product_error("no memory for a conversation");
    return fd >= 0 && c->half.tx_buf;
}

/* Send the request MSG on a port of its own.  Returns CM_OK or CM_PRODUCT_SPECIFIC_ERROR. */
static CM_INT32 ask_on_port(struct conv *c, const uint8_t *msg, size_t n)
{
    int port = n > 0 ? control_request(msg, n) : -1;
    if (port < 0)
        return CM_PRODUCT_SPECIFIC_ERROR;
    op_set_port(c, port);
    return CM_OK;
}

static void leave_port(struct conv *c, bool broken)
{
    int port = c->node.port;
    op_set_port(c, -1);
    control_port_done(port, broken);
}

/* ---- Allocate ---- */

static size_t allocate_request(const struct conv *c, uint8_t *msg, size_t cap)
{
    struct lp_allocate m = {.service_tp = c->attach.service_tp,
                            .type = (uint8_t)c->attach.type,
                            .sync = (uint8_t)c->attach.sync_level,
                            .return_control = (uint8_t)c->attach.return_control,
                            .security = (uint8_t)c->attach.security,
                            .slot = c->node.slot_no,
                            .context = context_get()};
    strcpy(m.lu, c->attach.lu);
    name_unpad(m.partner, sizeof m.partner, c->attach.partner, strlen(c->attach.partner));
    strcpy(m.mode, c->attach.mode);
    m.tpn_n = (uint16_t)c->attach.tpn_n;
    memcpy(m.tpn, c->attach.tpn, c->attach.tpn_n);
    if (c->attach.security != CM_SECURITY_NONE) {
        /* one blank is how an unset characteristic looks */
        m.user_n = c->attach.user_n == 1 && c->attach.user[0] == ' ' ? 0 : (uint16_t)c->attach.user_n;
        memcpy(m.user, c->attach.user, m.user_n);
        m.secret = c->attach.secret;
        m.password_n =
            c->attach.password_n == 1 && c->attach.password[0] == ' ' ? 0 : (uint16_t)c->attach.password_n;
        memcpy(m.password, c->attach.password, m.password_n);
    }
    size_t n = lp_allocate_encode(&m, msg, cap);
    explicit_bzero(&m, sizeof m);
    return n;
}

static void allocated(struct conv *c, struct op *op, const uint8_t *msg, long n, int fd)
{
    struct lp_allocated m;
    if (lp_allocated_decode(msg, (size_t)n, &m) < 0) {
        op->rc = control_no_answer();
        return;
    }
    op->rc = rc_of_answer(m.rc, c->attach.lu);
    if (op->rc == CM_ALLOCATE_FAILURE_NO_RETRY || op->rc == CM_ALLOCATE_FAILURE_RETRY) {
        conv_end(c); /* the only failures that end the conversation [HIS: Allocate] */
        return;
    }
    if (op->rc != CM_OK)
        return;
    if (!adopt(c, fd, m.conv, m.max_ru)) {
        op->rc = CM_PRODUCT_SPECIFIC_ERROR;
        conv_end(c);
        return;
    }
    strcpy(c->attach.mode, m.mode);
    if (strchr(c->attach.partner, '.'))
        strcpy(c->attach.partner, m.partner);
    op->next = CS_SEND;
}

static enum step allocate_step(struct conv *c, struct op *op)
{
    uint8_t msg[LP_MAX];
    if (op->stage == 0) {
        op->rc = ask_on_port(c, msg, allocate_request(c, msg, sizeof msg));
        explicit_bzero(msg, 512);
        if (op->rc != CM_OK)
            return STEP_DONE;
        op->stage = 1;
    }
    int fd;
    long n = control_recv(c->node.port, msg, op->waits, &fd);
    if (n == 0)
        return STEP_READ;
    leave_port(c, n < 0);
    if (n < 0)
        op->rc = control_no_answer();
    else
        allocated(c, op, msg, n, fd);
    return STEP_DONE;
}

CM_ENTRY cmallc(unsigned char *conversation_ID, CM_INT32 *return_code)
{
    struct conv *c = op_enter(conversation_ID, return_code);
    if (!c)
        return;
    if (op_check(c, VERB_ALLOCATE) != CM_OK) {
        op_refuse(c, CM_PROGRAM_STATE_CHECK, return_code);
        return;
    }
    struct op op = {.step = allocate_step};
    op_run(c, &op, conversation_ID, return_code);
}

/* ---- Accept_Conversation ---- */

static void accepted(struct conv *c, struct op *op, const uint8_t *msg, long n, int fd)
{
    struct lp_accepted m;
    if (lp_accepted_decode(msg, (size_t)n, &m) < 0) {
        op->rc = control_no_answer();
        return;
    }
    op->rc = rc_of_answer(m.rc, "");
    if (op->rc != CM_OK)
        return;
    c->node.accepted = true;
    c->attach.type = m.type;
    c->attach.sync_level = m.sync;
    c->attach.tpn_n = m.tpn_n;
    memcpy(c->attach.tpn, m.tpn, m.tpn_n);
    strcpy(c->attach.partner, m.partner);
    strcpy(c->attach.mode, m.mode);
    strcpy(c->attach.lu, m.lu);
    c->attach.security = m.security;
    c->attach.user_n = m.user_n;
    memcpy(c->attach.user, m.user, m.user_n);
    if (!adopt(c, fd, m.conv, m.max_ru))
        op->rc = CM_PRODUCT_SPECIFIC_ERROR;
    op->next = CS_RECEIVE;
}

static enum step accept_step(struct conv *c, struct op *op)
{
    uint8_t msg[LP_MAX];
    if (op->stage == 0) {
        struct lp_accept m = {.slot = c->node.slot_no};
        m.names_n = (uint16_t)localname_list(m.names, sizeof m.names, m.lu);
        op->rc = ask_on_port(c, msg, lp_accept_encode(&m, msg, sizeof msg));
        if (op->rc != CM_OK)
            return STEP_DONE;
        op->stage = 1;
    }
    int fd;
    long n = control_recv(c->node.port, msg, op->waits, &fd);
    if (n == 0)
        return STEP_READ;
    if (n > 0)
        accepted(c, op, msg, n, fd);
    else
        op->rc = control_no_answer();
    if (op->rc != CM_OK) /* else accept_keep() leaves the port */
        leave_port(c, n < 0);
    if (op->rc != CM_OK && op->accept) /* Accept_Incoming may be tried again */
        conv_end(c);
    return STEP_DONE;
}

/* A cancel before this point has been sent on the port: the node ends the conversation as if the TP had died.
 * A later cancel meets a conversation that this program has accepted. */
static bool accept_keep(struct conv *c)
{
    async_lock();
    bool keep = !life_is_cancelled(c->life);
    int port = c->node.port;
    c->node.port = -1;
    if (!keep) {
        close(c->channel.fd);
        c->channel.fd = -1;
        c->node.id = 0;
    }
    async_unlock();
    control_port_done(port, false);
    return keep;
}

CM_ENTRY cmaccp(unsigned char *conversation_ID, CM_INT32 *return_code)
{
    if (!return_code)
        return;
    bool nonblocking = localname_given();
    struct conv *c;
    forked_watch();
    if (!library_started())
        *return_code = product_error_stopped();
    else if (!conversation_ID)
        *return_code = CM_PROGRAM_PARAMETER_CHECK;
    else if (!localname_any())
        *return_code = CM_PROGRAM_STATE_CHECK; /* without a name no Attach can ever arrive [C23] */
    else if (!(c = conv_new()))
        *return_code = CM_PRODUCT_SPECIFIC_ERROR;
    else {
        struct op op = {.step = accept_step, .keep = accept_keep, .accept = true};
        life_move(&c->life, LIFE_ENTER, NULL);
        memcpy(conversation_ID, c->id, CM_CID_SIZE);
        op_run_mode(c, &op, nonblocking, conversation_ID, return_code);
    }
}

/* ---- Initialize_For_Incoming, Accept_Incoming ---- */

CM_ENTRY cminic(unsigned char *conversation_ID, CM_INT32 *return_code)
{
    if (!return_code)
        return;
    struct conv *c;
    forked_watch();
    if (!library_started()) {
        *return_code = product_error_stopped();
    } else if (!conversation_ID) {
        *return_code = CM_PROGRAM_PARAMETER_CHECK;
    } else if (!(c = conv_new())) {
        *return_code = CM_PRODUCT_SPECIFIC_ERROR;
    } else {
        conv_set_state(c, CS_INITIALIZE_INCOMING);
        memcpy(conversation_ID, c->id, CM_CID_SIZE);
        *return_code = CM_OK;
        conv_put(c);
    }
}

CM_ENTRY cmacci(unsigned char *conversation_ID, CM_INT32 *return_code)
{
    struct conv *c = op_enter(conversation_ID, return_code);
    if (!c)
        return;
    if (op_check(c, VERB_ACCEPT_INCOMING) != CM_OK || !localname_any()) {
        op_refuse(c, CM_PROGRAM_STATE_CHECK, return_code);
        return;
    }
    struct op op = {.step = accept_step, .keep = accept_keep};
    op_run(c, &op, conversation_ID, return_code);
}
