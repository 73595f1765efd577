/* How conversations begin: Initialize_Conversation, Allocate, Accept_Conversation; Initialize_For_Incoming
 * and Accept_Incoming, which are Accept_Conversation in two calls. */
#include <string.h>

#include "snanode/base/names.h"
#include "tp/conv/begin.h"
#include "tp/conv/control.h"
#include "tp/libcpic/face.h"
#include "tp/libcpic/forked.h"
#include "tp/conv/initcache.h"
#include "tp/libcpic/localname.h"
#include "tp/libcpic/product.h"
#include "tp/conv/state.h"
#include "tp/conv/table.h"

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
    *return_code = rc_of(initcache_ask(symdest, &m));
    if (*return_code != CM_OK)
        return;
    struct conv *c = face_conv_new();
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

/* ---- Allocate ---- */

CM_ENTRY cmallc(unsigned char *conversation_ID, CM_INT32 *return_code)
{
    struct conv *c = face_enter(conversation_ID, return_code);
    if (!c)
        return;
    if (op_check(c, VERB_ALLOCATE) != OUTCOME_OK) {
        face_refuse(c, CM_PROGRAM_STATE_CHECK, return_code);
        return;
    }
    struct op op = begin_allocate();
    c->attach.on_behalf = op_context();
    face_run(c, &op, conversation_ID, return_code);
}

/* ---- Accept_Conversation ---- */

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
    else if (!(c = face_conv_new()))
        *return_code = CM_PRODUCT_SPECIFIC_ERROR;
    else {
        struct op op = begin_accept(localname_list, true);
        life_move(&c->life, LIFE_ENTER, NULL);
        memcpy(conversation_ID, c->id, CM_CID_SIZE);
        face_run_mode(c, &op, nonblocking, conversation_ID, return_code);
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
    } else if (!(c = face_conv_new())) {
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
    struct conv *c = face_enter(conversation_ID, return_code);
    if (!c)
        return;
    if (op_check(c, VERB_ACCEPT_INCOMING) != OUTCOME_OK || !localname_any()) {
        face_refuse(c, CM_PROGRAM_STATE_CHECK, return_code);
        return;
    }
    struct op op = begin_accept(localname_list, false);
    face_run(c, &op, conversation_ID, return_code);
}
