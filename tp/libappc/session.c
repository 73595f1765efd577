/* The verbs for sessions: CNOS, ACTIVATE_SESSION, DEACTIVATE_SESSION [HIS: CNOS; HIS: ACTIVATE_SESSION; HIS:
 * DEACTIVATE_SESSION].  The node carries them out and says their codes. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

#include "snanode/local/lp.h"
#include "tp/conv/run.h"
#include "tp/conv/state.h"
#include "tp/conv/table.h"
#include "tp/conv/control.h"
#include "tp/libappc/field.h"
#include "tp/libappc/forked.h"
#include "tp/verbs/memory.h"
#include "tp/libappc/verbs.h"

/* What stands for the verb while it waits: a conversation that never begins.  NULL: the codes are set. */
static struct conv *ask_new(struct call *v)
{
    forked_watch();
    struct conv *c = conv_new(sizeof(struct appc));
    if (!c)
        call_rc(v, AP_UNEXPECTED_DOS_ERROR, 0);
    return c;
}

/* The partner as the node is asked for it: an alias, or with an alias of zeros the name; "" = the default. */
static void take_partner(char out[NAME_FQ_ROOM], const uint8_t *alias, const uint8_t *name)
{
    if (field_is_zero(alias, NAME_MAX8))
        field_take_ebcdic(out, name, NAME_FQ_MAX);
    else
        field_take(out, alias, NAME_MAX8);
}

/* The node's answer to A, which is over now.  False: there is none; *RC is why. */
static bool answered(struct appc *a, const struct op *op, struct lp_ordered *m, struct appc_rc *rc)
{
    *rc = appc_rc_of(op->outcome, 0, false);
    if (op->outcome != OUTCOME_OK)
        return false;
    if (lp_ordered_decode(a->asked, op->got, m) < 0) {
        *rc = appc_rc_of(control_no_answer(), 0, false);
        return false;
    }
    *rc = (struct appc_rc){APPC_FLIPI(m->primary), APPC_FLIPL(m->secondary)};
    return m->primary == 0;
}

static void ask(struct call *v, struct conv *c, size_t n, call_done *done)
{
    struct op op = begin_ask(appc_of(c)->asked, n);
    life_move(&c->life, LIFE_ENTER, NULL);
    call_run(v, c, &op, NULL, done);
}

/* ---- CNOS ---- */

/* The settings that both LUs have agreed on come back in the block. */
static struct appc_rc limited(struct appc *a, struct op *op, void *vcb)
{
    struct cnos *b = vcb;
    struct lp_ordered m;
    struct appc_rc rc;
    if (answered(a, op, &m, &rc) && b->mode_name_select == AP_ONE) {
        b->plu_mode_sess_lim = m.limit;
        b->min_conwinners_source = m.winners;
        b->min_conwinners_target = m.losers;
    }
    return rc;
}

void verb_cnos(struct call *v)
{
    struct cnos *b = v->vcb;
    struct lp_cnos m = {.all_modes = b->mode_name_select,
                        .negotiable = b->set_negotiable,
                        .drain_source = b->drain_source,
                        .drain_target = b->drain_target,
                        .target_responsible = b->responsible,
                        .limit = b->plu_mode_sess_lim,
                        .winners = b->min_conwinners_source,
                        .losers = b->min_conwinners_target,
                        .auto_activate = b->auto_act};
    field_take(m.lu, b->lu_alias, NAME_MAX8);
    field_take_ebcdic(m.mode, b->mode_name, NAME_MAX8);
    take_partner(m.partner, b->plu_alias, b->fqplu_name);
    struct conv *c = ask_new(v);
    if (c)
        ask(v, c, lp_cnos_encode(&m, appc_of(c)->asked, BEGIN_ASK_MAX), limited);
}

/* ---- ACTIVATE_SESSION ---- */

/* The session is over, which the library has waited for by itself.  Nothing is told when a DEACTIVATE_SESSION
 * has ended it. */
static struct appc_rc session_over(struct appc *a, struct op *op, void *vcb)
{
    struct session_watch *w = vcb;
    struct lp_ordered m;
    struct appc_rc rc;
    if (answered(a, op, &m, &rc))
        return rc;
    if (w->status && memory_writable(w->status, sizeof *w->status))
        *w->status =
            rc.primary == AP_SESSION_DEACTIVATED ? AP_SESSION_DEACTIVATED : AP_COMM_SUBSYSTEM_ABENDED;
    if (w->event >= 0)
        eventfd_write(w->event, 1);
    return rc;
}

static void watch(uint32_t session, const struct activate_session *b)
{
    struct call v = {.nonblocking = true, .how = {.fd = -1}};
    struct conv *c = conv_new(sizeof(struct appc));
    if (!c)
        return;
    struct appc *a = appc_of(c);
    const struct lp_watch m = {.session = session};
    a->watch.event = b->deactivation_event ? WAPPC_FD(b->deactivation_event) : -1;
    a->watch.status = b->p_deactivation_status;
    v.vcb = &a->watch;
    ask(&v, c, lp_watch_encode(&m, a->asked, BEGIN_ASK_MAX), session_over);
}

/* A session has its number as its identifier. */
static void give_id(uint8_t out[8], uint32_t session)
{
    memset(out, 0, 8);
    for (int i = 0; i < 4; i++)
        out[i] = (uint8_t)(session >> (24 - 8 * i));
}

static uint32_t take_id(const uint8_t id[8])
{
    return (uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 | (uint32_t)id[2] << 8 | id[3];
}

/* The polarity is a secondary code in the order of the machine, as its constants are. */
static struct appc_rc activated(struct appc *a, struct op *op, void *vcb)
{
    struct activate_session *b = vcb;
    struct lp_ordered m;
    struct appc_rc rc;
    if (!answered(a, op, &m, &rc))
        return rc;
    rc.secondary = m.secondary;
    give_id(b->session_id, m.session);
    b->conv_group_id = 0;
    if (b->deactivation_event || b->p_deactivation_status)
        watch(m.session, b);
    return rc;
}

void verb_activate_session(struct call *v)
{
    struct activate_session *b = v->vcb;
    struct lp_activate m = {.polarity = b->polarity, .passive = b->type == AP_ACT_PASSIVE};
    if (b->type > AP_ACT_PASSIVE) {
        call_parameter(v, AP_INVALID_TYPE);
        return;
    }
    if (b->deactivation_event && fcntl(WAPPC_FD(b->deactivation_event), F_GETFD) < 0) {
        call_parameter(v, AP_INVALID_SEMAPHORE_HANDLE);
        return;
    }
    field_take(m.lu, b->lu_alias, NAME_MAX8);
    field_take_ebcdic(m.mode, b->mode_name, NAME_MAX8);
    take_partner(m.partner, b->plu_alias, b->fqplu_name);
    struct conv *c = ask_new(v);
    if (c)
        ask(v, c, lp_activate_encode(&m, appc_of(c)->asked, BEGIN_ASK_MAX), activated);
}

/* ---- DEACTIVATE_SESSION ---- */

static struct appc_rc deactivated(struct appc *a, struct op *op, void *vcb)
{
    struct lp_ordered m;
    struct appc_rc rc;
    (void)vcb;
    answered(a, op, &m, &rc);
    return rc;
}

void verb_deactivate_session(struct call *v)
{
    struct deactivate_session *b = v->vcb;
    struct lp_deactivate m = {.session = take_id(b->session_id), .cleanup = b->type == AP_DEACT_CLEANUP};
    if (b->type != AP_DEACT_NORMAL && b->type != AP_DEACT_CLEANUP) {
        call_parameter(v, AP_INVALID_TYPE);
        return;
    }
    if (m.session == 0 && !field_is_zero(b->session_id, sizeof b->session_id)) {
        call_parameter(v, AP_INVALID_SESSION_ID);
        return;
    }
    b->sense_data = 0;
    field_take(m.lu, b->lu_alias, NAME_MAX8);
    field_take_ebcdic(m.mode, b->mode_name, NAME_MAX8);
    take_partner(m.partner, b->plu_alias, b->fqplu_name);
    struct conv *c = ask_new(v);
    if (c)
        ask(v, c, lp_deactivate_encode(&m, appc_of(c)->asked, BEGIN_ASK_MAX), deactivated);
}
