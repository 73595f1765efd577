/* TP_STARTED, RECEIVE_ALLOCATE and RECEIVE_ALLOCATE_EX: how a TP begins [HIS: TP_STARTED; HIS:
 * RECEIVE_ALLOCATE; HIS: RECEIVE_ALLOCATE_EX]. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/base/buf.h"
#include "snanode/base/ebcdic.h"
#include "snanode/local/lp.h"
#include "tp/conv/begin.h"
#include "tp/conv/cause.h"
#include "tp/conv/control.h"
#include "tp/conv/table.h"
#include "tp/libappc/field.h"
#include "tp/libappc/forked.h"
#include "tp/libappc/verbs.h"

static bool begin_tp(struct call *v)
{
    forked_watch();
    v->tp = tp_new();
    if (!v->tp)
        call_rc(v, AP_UNEXPECTED_DOS_ERROR, 0);
    return v->tp != NULL;
}

/* The alias is checked by the first ALLOCATE, but a node has to be there. */
void verb_tp_started(struct call *v)
{
    struct tp_started *b = v->vcb;
    forked_watch();
    if (control_start() < 0) {
        struct appc_rc rc = appc_rc_of(OUTCOME_LOCAL_FAILURE, 0, false);
        call_rc(v, rc.primary, rc.secondary);
    } else if (begin_tp(v)) {
        field_take(v->tp->lu, b->lu_alias, sizeof b->lu_alias);
        memcpy(v->tp->name, b->tp_name, sizeof b->tp_name);
        memcpy(b->tp_id, v->tp->id, sizeof b->tp_id);
        call_rc(v, AP_OK, 0);
    }
}

/* ---- RECEIVE_ALLOCATE ---- */

/* The name in the block, and the LU that the environment names, as for a program of CPI-C. */
static size_t names(const struct conv *c, uint8_t *out, size_t cap, char lu[NAME_ROOM8])
{
    const struct appc *a = (const struct appc *)c;
    const char *env = getenv("APPCLLU");
    struct wr w = wr_make(out, cap);
    name_unpad(lu, NAME_ROOM8, env ? env : "", env ? strnlen(env, NAME_MAX8) : 0);
    wr_u8(&w, (uint8_t)a->asked_n);
    wr_bytes(&w, a->asked, a->asked_n);
    return w.n;
}

static void take_over(struct appc *a, struct tp *tp)
{
    const struct conv_attach *at = &a->conv.attach;
    a->type = (unsigned char)at->type;
    a->mapped_verbs = at->type == CONV_MAPPED;
    strcpy(tp->lu, at->lu);
    strcpy(tp->local, at->local);
    memcpy(tp->user, at->user, at->user_n);
    tp->user[at->user_n] = '\0';
    tp->on_behalf = a->conv.node.id;
}

/* What failed, in the codes of this verb alone. */
static struct appc_rc accept_rc(const struct appc *a, const struct op *op)
{
    if (op->outcome == OUTCOME_STATE_CHECK)
        return (struct appc_rc){AP_STATE_CHECK, AP_ALLOCATE_NOT_PENDING};
    switch (op->outcome == OUTCOME_LOCAL_FAILURE ? cause_reason() : 0) {
    case LP_RC_NOT_ITS_TP:
        return (struct appc_rc){AP_STATE_CHECK, AP_INVALID_PROCESS};
    case LP_RC_LU_TAKEN:
        return (struct appc_rc){AP_STATE_CHECK, AP_LU_ALREADY_REGISTERED};
    case LP_RC_NOT_MANAGER: /* it has ended while the verb waited */
        return (struct appc_rc){AP_STATE_CHECK, AP_ATTACH_MANAGER_INACTIVE};
    }
    return appc_rc_of(op->outcome, a->conv.sense, false);
}

/* What an attach manager is told besides.  The password is as it has come: a substitute is no text. */
static void received_all(struct conv_attach *at, struct tp *tp, struct receive_allocate_ex *b)
{
    field_give_tp(tp->name, at->tpn, at->tpn_n);
    memcpy(b->tp_name, tp->name, sizeof b->tp_name);
    field_give_ebcdic(b->password, sizeof b->password, "");
    memcpy(b->password, at->password, at->password_n);
    explicit_bzero(at->password, sizeof at->password);
    memset(b->attach_id, 0, sizeof b->attach_id);
}

/* The two blocks are alike up to pip_incoming. */
static struct appc_rc received(struct appc *a, struct op *op, void *vcb)
{
    struct receive_allocate *b = vcb;
    struct conv_attach *at = &a->conv.attach;
    bool busy;
    struct appc_rc rc = accept_rc(a, op);
    struct tp *tp = tp_get(a->tp_id, &busy);
    if (rc.primary == AP_OK && tp) {
        char text[NAME_USER_ROOM];
        take_over(a, tp);
        memcpy(b->tp_id, tp->id, sizeof b->tp_id);
        b->conv_id = conv_number(&a->conv);
        b->sync_level = (unsigned char)at->sync_level;
        b->conv_type = a->type;
        snprintf(text, sizeof text, "%s", tp->user);
        field_give_ebcdic(b->user_id, sizeof b->user_id, text);
        field_give(b->lu_alias, sizeof b->lu_alias, at->lu);
        field_give(b->plu_alias, sizeof b->plu_alias, at->far_alias);
        field_give_ebcdic(b->mode_name, sizeof b->mode_name, at->mode);
        b->conv_group_id = 0;
        field_give_ebcdic(b->fqplu_name, sizeof b->fqplu_name, at->far);
        b->pip_incoming = AP_NO;
        if (a->manager)
            received_all(at, tp, vcb);
    } else if (tp) {
        tp_void(tp);
    }
    if (tp)
        tp_put(tp);
    return rc;
}

/* A conversation of a new TP.  NULL: the codes are set. */
static struct conv *begin_invoked(struct call *v)
{
    if (!begin_tp(v))
        return NULL;
    struct conv *c = call_conv_new(v);
    if (!c)
        tp_void(v->tp);
    return c;
}

static void run_accept(struct call *v, struct conv *c, struct op op)
{
    life_move(&c->life, LIFE_ENTER, NULL);
    call_run(v, c, &op, NULL, received);
}

void verb_receive_allocate(struct call *v)
{
    struct receive_allocate *b = v->vcb;
    char name[NAME_TP_MAX + 4];
    unsigned n = field_take_local_tp(name, b->tp_name);
    if (n == 0 || !name_valid_tp((const uint8_t *)name, n)) {
        call_parameter(v, AP_UNDEFINED_TP_NAME);
        return;
    }
    struct conv *c = begin_invoked(v);
    if (!c)
        return;
    memcpy(v->tp->name, b->tp_name, sizeof b->tp_name);
    memcpy(appc_of(c)->asked, name, n);
    appc_of(c)->asked_n = n;
    run_accept(v, c, begin_accept(names, true));
}

/* ---- attach managers ---- */

/* Neither a name of its own nor the attach manager of every LU [P14]. */
static bool is_manager_of(struct call *v, const uint8_t tp_name[NAME_TP_MAX], const uint8_t alias[NAME_MAX8],
                          char lu[NAME_ROOM8])
{
    char name[NAME_TP_MAX + 4];
    if (field_take_local_tp(name, tp_name) > 0)
        call_parameter(v, AP_UNDEFINED_TP_NAME);
    else if (field_take(lu, alias, NAME_MAX8) == 0)
        call_parameter(v, AP_BAD_LU_ALIAS);
    else
        return true;
    return false;
}

void verb_receive_allocate_ex(struct call *v)
{
    struct receive_allocate_ex *b = v->vcb;
    char lu[NAME_ROOM8];
    struct conv *c = is_manager_of(v, b->tp_name, b->lu_alias, lu) ? begin_invoked(v) : NULL;
    if (!c)
        return;
    strcpy(c->attach.lu, lu);
    appc_of(c)->manager = true;
    run_accept(v, c, begin_manage(b->timeout));
}

void verb_receive_allocate_ex_end(struct call *v)
{
    struct receive_allocate_ex_end *b = v->vcb;
    struct lp_unmanage m;
    struct lp_done done;
    uint8_t msg[LP_MAX];
    int fd;
    if (!is_manager_of(v, b->tp_name, b->lu_alias, m.lu))
        return;
    long n = control_ask(msg, lp_unmanage_encode(&m, msg, sizeof msg), msg, &fd);
    enum outcome outcome = OUTCOME_LOCAL_FAILURE;
    if (n > 0)
        outcome =
            lp_done_decode(msg, (size_t)n, &done) < 0 ? control_no_answer() : cause_of_answer(done.rc, "");
    struct appc_rc rc = appc_rc_of(outcome, 0, false);
    if (outcome == OUTCOME_LOCAL_FAILURE && cause_reason() == LP_RC_NOT_MANAGER)
        rc = (struct appc_rc){AP_STATE_CHECK, AP_ATTACH_MANAGER_INACTIVE};
    call_rc(v, rc.primary, rc.secondary);
}
