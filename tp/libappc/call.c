#include "tp/libappc/call.h"

#include <string.h>

#include "tp/conv/async.h"
#include "tp/conv/cause.h"
#include "tp/conv/run.h"
#include "tp/conv/table.h"
#include "tp/libappc/complete.h"
#include "tp/libappc/hook.h"
#include "tp/libappc/rts.h"
#include "tp/libappc/verbs.h"

/* The engine's values are those of APPC where they are handed on as they are. */
_Static_assert((int)CONV_BASIC == AP_BASIC_CONVERSATION && (int)CONV_MAPPED == AP_MAPPED_CONVERSATION,
               "type");
_Static_assert((int)CONV_SYNC_NONE == AP_NONE && (int)CONV_SYNC_CONFIRM == AP_CONFIRM_SYNC_LEVEL,
               "sync level");
_Static_assert((int)CONV_SECURITY_NONE == AP_NONE && (int)CONV_SECURITY_SAME == AP_SAME &&
                   (int)CONV_SECURITY_PROGRAM == AP_PGM,
               "security");
_Static_assert(TO_DONE < OP_TO, "op.to is too short");
_Static_assert(TP_MAX <= CONV_NUMBERS, "as many conversations as TPs");

void call_rc(struct call *v, unsigned short primary, unsigned int secondary)
{
    struct appc_hdr *h = v->vcb;
    h->primary_rc = primary;
    h->secondary_rc = secondary;
}

/* ---- before ---- */

bool call_tp(struct call *v, const uint8_t id[TP_ID_SIZE])
{
    bool busy;
    v->tp = tp_get(id, &busy);
    if (busy)
        call_rc(v, AP_TP_BUSY, 0);
    else if (!v->tp)
        call_parameter(v, AP_BAD_TP_ID);
    return v->tp != NULL;
}

struct conv *call_find(struct call *v)
{
    struct confirmed *b = v->vcb;
    if (!call_tp(v, b->tp_id))
        return NULL;
    struct conv *c = conv_by_number(b->conv_id);
    if (c && memcmp(appc_of(c)->tp_id, v->tp->id, TP_ID_SIZE) == 0) {
        if (!verb_has_forms(v->row) || appc_of(c)->mapped_verbs == v->mapped)
            return c;
        call_rc(v, AP_CONVERSATION_TYPE_MIXED, 0);
    } else {
        call_parameter(v, AP_BAD_CONV_ID);
    }
    if (c)
        conv_put(c);
    return NULL;
}

/* Another verb is under way, or the ID has become void since it was looked up. */
static struct conv *refuse_entry(struct call *v, struct conv *c)
{
    if (life_is_cancelled(c->life))
        call_parameter(v, AP_BAD_CONV_ID);
    else
        call_rc(v, AP_CONV_BUSY, 0);
    conv_put(c);
    return NULL;
}

/* The conversation of a verb that will enter it. */
static struct conv *find(struct call *v)
{
    struct conv *c = call_find(v);
    if (c)
        rts_interrupt(v, c);
    return c;
}

struct conv *call_enter(struct call *v)
{
    struct conv *c = find(v);
    return !c || op_enter(c) ? c : refuse_entry(v, c);
}

struct conv *call_enter_receive(struct call *v)
{
    struct conv *c = find(v);
    if (c)
        async_end_peek(c);
    return !c || op_enter(c) ? c : refuse_entry(v, c);
}

struct conv *call_enter_over(struct call *v, bool *over)
{
    struct conv *c = find(v);
    return !c || async_enter_over(c, over) ? c : refuse_entry(v, c);
}

void call_refuse(struct call *v, struct conv *c, unsigned short primary, unsigned int secondary)
{
    call_rc(v, primary, secondary);
    op_leave(c);
}

bool call_allowed(struct call *v, struct conv *c, enum appc_verb verb)
{
    bool open = c->attach.type == CONV_BASIC && record_out_open(&c->half.sent);
    unsigned bad = appc_refusal(verb, (enum conv_state)c->state, open);
    if (bad)
        call_refuse(v, c, AP_STATE_CHECK, bad);
    return bad == 0;
}

struct conv *call_conv_new(struct call *v)
{
    struct conv *c = conv_new(sizeof(struct appc));
    if (!c) {
        call_rc(v, AP_UNEXPECTED_DOS_ERROR, 0);
        return NULL;
    }
    memcpy(appc_of(c)->tp_id, v->tp->id, TP_ID_SIZE);
    return c;
}

/* ---- running ---- */

void call_run(struct call *v, struct conv *c, struct op *op, unsigned char *rts, call_done *done)
{
    op->face = &face_of_appc;
    op->to[TO_VCB] = v->vcb;
    op->to[TO_RTS] = rts;
    memcpy(&op->to[TO_DONE], &done, sizeof done);
    v->how.ticket |= conv_number(c);
    v->ran = true;
    appc_of(c)->how = v->how;
    call_rc(v, AP_OK, 0);
    enum outcome outcome = run_op(c, op, v->nonblocking);
    v->incomplete = outcome == OUTCOME_INCOMPLETE;
    if (v->incomplete || outcome != OUTCOME_LOCAL_FAILURE || ((struct appc_hdr *)v->vcb)->primary_rc != AP_OK)
        return;
    struct appc_rc rc = appc_rc_of(outcome, 0, v->mapped); /* it has not begun: give() was not called */
    call_rc(v, rc.primary, rc.secondary);
}

void call_outcome(struct call *v, struct conv *c, enum outcome outcome)
{
    struct appc_rc rc = appc_rc_of(outcome, c->sense, appc_of(c)->mapped_verbs);
    call_rc(v, rc.primary, rc.secondary);
}

/* ---- after ---- */

void call_report_rts(struct conv *c, unsigned char *rts)
{
    *rts = rts_take(c) ? AP_YES : AP_NO;
}

bool call_at_once(struct call *v, struct conv *c, unsigned char *rts)
{
    enum outcome outcome = op_at_once(c);
    call_outcome(v, c, outcome);
    call_report_rts(c, rts);
    op_leave(c);
    return outcome == OUTCOME_OK;
}

static void give(struct conv *c, struct op *op)
{
    struct appc *a = appc_of(c);
    struct appc_hdr *h = op->to[TO_VCB];
    call_done *done;
    memcpy(&done, &op->to[TO_DONE], sizeof done);
    struct appc_rc rc = done ? done(a, op, h) : appc_rc_of(op->outcome, c->sense, a->mapped_verbs);
    if (op->to[TO_RTS])
        call_report_rts(c, op->to[TO_RTS]);
    h->primary_rc = rc.primary;
    h->secondary_rc = rc.secondary;
}

const struct op_face face_of_appc = {
    .give = give,
    .polls = hook_is_set,
    .poll = hook_poll,
    .notice = complete_notice,
};
