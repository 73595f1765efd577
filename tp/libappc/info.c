/* What a program may ask of its TPs and conversations. */
#include <stdio.h>
#include <string.h>

#include "snanode/base/ebcdic.h"
#include "tp/conv/control.h"
#include "tp/conv/table.h"
#include "tp/libappc/field.h"
#include "tp/libappc/verbs.h"

void verb_get_state(struct call *v)
{
    struct get_state *b = v->vcb;
    struct conv *c = call_find(v);
    if (!c)
        return;
    bool posted = life_is_pending(c->life) && c->later.op.receive && !c->later.op.peeks;
    b->conv_state = appc_state((enum conv_state)c->state, posted);
    call_rc(v, AP_OK, 0);
    conv_put(c);
}

void verb_get_type(struct call *v)
{
    struct get_type *b = v->vcb;
    struct conv *c = call_find(v);
    if (!c)
        return;
    b->conv_type = appc_of(c)->type;
    call_rc(v, AP_OK, 0);
    conv_put(c);
}

/* The LU name behind the network name. */
static const char *behind_dot(const char *fq)
{
    const char *dot = strchr(fq, '.');
    return dot ? dot + 1 : fq;
}

void verb_get_attributes(struct call *v)
{
    struct get_attributes *b = v->vcb;
    struct conv *c = call_find(v);
    if (!c)
        return;
    const struct conv_attach *at = &c->attach;
    char net[NAME_FQ_ROOM];
    snprintf(net, sizeof net, "%.*s", (int)strcspn(at->local, "."), at->local);
    b->sync_level = (unsigned char)at->sync_level;
    field_give_ebcdic(b->mode_name, sizeof b->mode_name, at->mode);
    field_give_ebcdic(b->net_name, sizeof b->net_name, strchr(at->local, '.') ? net : "");
    field_give_ebcdic(b->lu_name, sizeof b->lu_name, behind_dot(at->local));
    field_give(b->lu_alias, sizeof b->lu_alias, at->local_alias);
    field_give(b->plu_alias, sizeof b->plu_alias, at->far_alias);
    field_give_ebcdic(b->plu_un_name, sizeof b->plu_un_name, behind_dot(at->far));
    field_give_ebcdic(b->fqplu_name, sizeof b->fqplu_name, at->far);
    field_give_ebcdic(b->user_id, sizeof b->user_id, c->node.accepted ? v->tp->user : "");
    b->conv_group_id = 0;
    b->conv_corr_len = 0;
    memset(b->conv_corr, 0, sizeof b->conv_corr);
    if (v->extended) {
        memset(b->luw_id, 0, sizeof b->luw_id);
        memset(b->sess_id, 0, sizeof b->sess_id);
    }
    call_rc(v, AP_OK, 0);
    conv_put(c);
}

void verb_get_tp_properties(struct call *v)
{
    struct get_tp_properties *b = v->vcb;
    if (!call_tp(v, b->tp_id))
        return;
    memcpy(b->tp_name, v->tp->name, sizeof b->tp_name);
    field_give(b->lu_alias, sizeof b->lu_alias, v->tp->lu);
    memset(b->luw_id, 0, sizeof b->luw_id);
    field_give_ebcdic(b->fqlu_name, sizeof b->fqlu_name, v->tp->local);
    field_give_ebcdic(b->user_id, sizeof b->user_id, v->tp->user);
    if (v->extended) {
        memset(b->prot_luw_id, 0, sizeof b->prot_luw_id);
        field_give_ebcdic(b->pwd, sizeof b->pwd, "");
    }
    call_rc(v, AP_OK, 0);
}

/* The IDs of units of work are those of sync point, and so not there [P3]; the user is the TP's from now on.
 */
void verb_set_tp_properties(struct call *v)
{
    struct set_tp_properties *b = v->vcb;
    if (!call_tp(v, b->tp_id))
        return;
    if (b->set_prot_id != AP_NO) {
        call_parameter(v, AP_INVALID_SET_PROT);
    } else if (b->set_unprot_id != AP_NO) {
        call_parameter(v, AP_INVALID_SET_UNPROT);
    } else if (b->set_user_id > AP_YES) {
        call_parameter(v, AP_INVALID_SET_USER);
    } else {
        if (b->set_user_id == AP_YES)
            field_take_ebcdic(v->tp->user, b->user_id, sizeof b->user_id);
        call_rc(v, AP_OK, 0);
    }
}

/* Sync point is not there [P3]. */
void verb_get_lu_status(struct call *v)
{
    struct get_lu_status *b = v->vcb;
    struct lp_lu_status m = {.partner = ""};
    struct lp_lu_status_is is = {.rc = 0};
    uint8_t msg[LP_MAX];
    int fd;
    if (!call_tp(v, b->tp_id))
        return;
    strcpy(m.lu, v->tp->lu);
    if (b->local_only != AP_YES && field_take(m.partner, b->plu_alias, sizeof b->plu_alias) == 0) {
        call_parameter(v, AP_BAD_LU_ALIAS);
        return;
    }
    long n = control_ask(msg, lp_lu_status_encode(&m, msg, sizeof msg), msg, &fd);
    bool answered = n > 0 && lp_lu_status_is_decode(msg, (size_t)n, &is) == 0;
    if (!answered) {
        if (n > 0)
            control_no_answer();
        struct appc_rc rc = appc_rc_of(OUTCOME_LOCAL_FAILURE, 0, false);
        call_rc(v, rc.primary, rc.secondary);
    } else if (is.rc != LP_RC_OK) {
        call_parameter(v, AP_BAD_LU_ALIAS);
    } else {
        b->syncpoint = AP_NO;
        b->pool_member = is.pool ? AP_YES : AP_NO;
        if (b->local_only != AP_YES) {
            b->active_sess = is.active < UINT16_MAX ? (unsigned short)is.active : UINT16_MAX;
            b->zero_sess = is.zero ? AP_YES : AP_NO;
        }
        call_rc(v, AP_OK, 0);
    }
}
