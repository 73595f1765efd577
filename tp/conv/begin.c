#include "tp/conv/begin.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tp/conv/async.h"
#include "tp/conv/cause.h"
#include "tp/conv/control.h"
#include "tp/conv/half.h"
#include "tp/conv/heard.h"
#include "tp/conv/kept.h"
#include "tp/conv/op.h"
#include "tp/conv/port.h"
#include "tp/conv/state.h"
#include "tp/conv/stats.h"

/* Take FD as the socket of a conversation that begins now; FD is -1 when the kernel had no room for it.
 * Returns false when there is no memory or descriptor (cause.h knows why). */
static bool adopt(struct conv *c, int fd, uint32_t node_id, uint32_t max_ru)
{
    c->channel.fd = fd;
    c->node.id = node_id;
    c->node.max_ru = max_ru;
    c->node.slot = stats_begin(c->node.slot_no, &c->node.own);
    c->node.slot->conv = node_id;
    heard_begin(c);
    bool room = half_init(c);
    if (fd < 0)
        cause_set("the program has no descriptor left for a conversation");
    else if (!room)
        cause_set("no memory for a conversation");
    return fd >= 0 && room;
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
                            .context = c->attach.on_behalf};
    strcpy(m.lu, c->attach.lu);
    name_unpad(m.partner, sizeof m.partner, c->attach.partner, strlen(c->attach.partner));
    strcpy(m.mode, c->attach.mode);
    m.tpn_n = (uint16_t)c->attach.tpn_n;
    memcpy(m.tpn, c->attach.tpn, c->attach.tpn_n);
    if (c->attach.security != CONV_SECURITY_NONE) {
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
        op->outcome = control_no_answer();
        return;
    }
    op->outcome = cause_of_answer(m.rc, c->attach.lu);
    c->sense = m.sense;
    if (outcome_is_allocate_failure(op->outcome)) {
        conv_end(c); /* the only failures that end the conversation [HIS: Allocate] */
        return;
    }
    if (op->outcome != OUTCOME_OK)
        return;
    if (!adopt(c, fd, m.conv, m.max_ru)) {
        op->outcome = OUTCOME_LOCAL_FAILURE;
        conv_end(c);
        return;
    }
    strcpy(c->attach.mode, m.mode);
    strcpy(c->attach.local, m.local);
    strcpy(c->attach.far, m.partner);
    strcpy(c->attach.local_alias, m.lu);
    strcpy(c->attach.far_alias, m.partner_alias);
    if (strchr(c->attach.partner, '.'))
        strcpy(c->attach.partner, m.partner);
    op->next = CS_SEND;
}

#define REQUEST_MAX 512

_Static_assert(sizeof(struct lp_allocate) < REQUEST_MAX, "it fits");

static bool is_blank(const char *text, unsigned n)
{
    return n == 0 || (n == 1 && text[0] == ' ');
}

/* Whether the session of C may stay with the program.  A password is checked by the node each time, and kept
 * by nobody. */
static bool may_stay(const struct conv *c, const struct op *op)
{
    const struct conv_attach *a = &c->attach;
    return op->waits && a->security != CONV_SECURITY_PROGRAM && a->secret == 0 &&
           is_blank(a->password, a->password_n);
}

/* A bracket on the session that stays. */
static bool allocated_again(struct conv *c, struct op *op, const uint8_t *request, size_t n)
{
    uint8_t answer[LP_MAX];
    struct conv_heard heard;
    size_t answer_n;
    int fd;
    if (!may_stay(c, op) || !kept_allocate(c, request, n, answer, &answer_n, &fd, &heard))
        return false;
    allocated(c, op, answer, (long)answer_n, fd);
    if (op->outcome == OUTCOME_OK)
        c->channel.heard = heard;
    return true;
}

static enum step allocate_step(struct conv *c, struct op *op)
{
    uint8_t msg[LP_MAX], request[REQUEST_MAX];
    size_t request_n = 0;
    if (op->stage == 0) {
        request_n = allocate_request(c, request, sizeof request);
        if (allocated_again(c, op, request, request_n))
            return STEP_DONE;
        op->outcome = port_ask(c, request, request_n);
        if (!may_stay(c, op)) {
            explicit_bzero(request, sizeof request);
            request_n = 0;
        }
        if (op->outcome != OUTCOME_OK)
            return STEP_DONE;
        op->stage = 1;
    }
    int fd;
    long n = control_recv(c->node.port, msg, op->waits, &fd);
    if (n == 0)
        return STEP_READ;
    port_leave(c, n < 0);
    if (n < 0)
        op->outcome = control_no_answer();
    else
        allocated(c, op, msg, n, fd);
    if (op->outcome == OUTCOME_OK && request_n > 0)
        kept_note(c, request, request_n, msg, (size_t)n);
    return STEP_DONE;
}

struct op begin_allocate(void)
{
    return (struct op){.step = allocate_step};
}

static enum step allocate_and_step(struct conv *c, struct op *op)
{
    enum step s = allocate_step(c, op);
    if (s != STEP_DONE || op->outcome != OUTCOME_OK)
        return s;
    conv_set_state(c, CS_SEND);
    op->stage = 0;
    op->next = 0;
    op->step = op->then;
    return op->step(c, op);
}

void begin_with_allocate(struct op *op)
{
    op->then = op->step;
    op->step = allocate_and_step;
}

/* ---- Accept ---- */

static void accepted(struct conv *c, struct op *op, const uint8_t *msg, long n, int fd)
{
    struct lp_accepted m;
    if (lp_accepted_decode(msg, (size_t)n, &m) < 0) {
        op->outcome = control_no_answer();
        return;
    }
    op->outcome = cause_of_answer(m.rc, "");
    if (op->outcome != OUTCOME_OK)
        return;
    c->node.accepted = true;
    c->attach.type = m.type;
    c->attach.sync_level = m.sync;
    c->attach.tpn_n = m.tpn_n;
    memcpy(c->attach.tpn, m.tpn, m.tpn_n);
    strcpy(c->attach.partner, m.partner);
    strcpy(c->attach.mode, m.mode);
    strcpy(c->attach.lu, m.lu);
    strcpy(c->attach.local, m.local);
    strcpy(c->attach.far, m.partner);
    strcpy(c->attach.local_alias, m.lu);
    strcpy(c->attach.far_alias, m.partner_alias);
    c->attach.security = m.security;
    c->attach.user_n = m.user_n;
    memcpy(c->attach.user, m.user, m.user_n);
    if (!op->names) {
        c->attach.password_n = m.password_n;
        memcpy(c->attach.password, m.password, m.password_n);
    }
    explicit_bzero(m.password, sizeof m.password);
    if (!adopt(c, fd, m.conv, m.max_ru))
        op->outcome = OUTCOME_LOCAL_FAILURE;
    op->next = CS_RECEIVE;
}

static size_t accept_request(const struct conv *c, const struct op *op, uint8_t *msg, size_t cap)
{
    if (!op->names) {
        struct lp_manage m = {.slot = c->node.slot_no, .timeout = op->manage_s};
        strcpy(m.lu, c->attach.lu);
        return lp_manage_encode(&m, msg, cap);
    }
    struct lp_accept m; /* two pages, which are not all needed */
    m.slot = c->node.slot_no;
    m.lu[0] = '\0';
    m.names_n = (uint16_t)op->names(c, m.names, sizeof m.names, m.lu);
    return lp_accept_encode(&m, msg, cap);
}

/* The next bracket on the session that stays. */
static bool accepted_again(struct conv *c, struct op *op, const uint8_t *request, size_t n)
{
    uint8_t answer[LP_MAX];
    struct conv_heard heard;
    size_t answer_n, frame_n;
    int fd;
    if (!op->waits || !op->names || !kept_accept(c, request, n, answer, &answer_n, &fd, &heard, &frame_n))
        return false;
    accepted(c, op, answer, (long)answer_n, fd);
    if (op->outcome == OUTCOME_OK) {
        c->channel.heard = heard;
        half_take(c, frame_n);
    }
    return true;
}

static enum step accept_step(struct conv *c, struct op *op)
{
    uint8_t msg[LP_MAX], request[REQUEST_MAX];
    size_t request_n = 0;
    if (op->stage == 0) {
        size_t asked = accept_request(c, op, msg, sizeof msg);
        if (accepted_again(c, op, msg, asked))
            return STEP_DONE;
        if (op->waits && op->names && asked <= sizeof request)
            memcpy(request, msg, request_n = asked);
        op->outcome = port_ask(c, msg, asked);
        if (op->outcome != OUTCOME_OK)
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
        op->outcome = control_no_answer();
    if (op->outcome == OUTCOME_OK && request_n > 0)
        kept_note(c, request, request_n, msg, (size_t)n);
    if (op->outcome != OUTCOME_OK) /* else accept_keep() leaves the port */
        port_leave(c, n < 0);
    if (op->outcome != OUTCOME_OK && op->accept) /* Accept_Incoming may be tried again */
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

struct op begin_accept(size_t (*names)(const struct conv *c, uint8_t *out, size_t cap, char lu[NAME_ROOM8]),
                       bool new)
{
    return (struct op){.step = accept_step, .keep = accept_keep, .names = names, .accept = new};
}

struct op begin_manage(uint32_t timeout_s)
{
    return (struct op){.step = accept_step, .keep = accept_keep, .manage_s = timeout_s, .accept = true};
}

/* ---- what is no conversation ---- */

static enum step ask_step(struct conv *c, struct op *op)
{
    uint8_t msg[LP_MAX];
    if (op->stage == 0) {
        op->outcome = port_ask(c, op->buf, op->want);
        op->stage = op->outcome == OUTCOME_OK;
    }
    if (op->stage > 0) {
        int fd;
        long n = control_recv(c->node.port, msg, op->waits, &fd);
        if (n == 0)
            return STEP_READ;
        if (fd >= 0)
            close(fd);
        port_leave(c, n < 0);
        op->got = n > 0 && n <= BEGIN_ASK_MAX ? (size_t)n : 0;
        memcpy(op->buf, msg, op->got);
        op->outcome = op->got > 0 ? OUTCOME_OK : control_no_answer();
    }
    conv_end(c);
    return STEP_DONE;
}

struct op begin_ask(uint8_t *buf, size_t n)
{
    return (struct op){.step = ask_step, .buf = buf, .want = n, .accept = true};
}
