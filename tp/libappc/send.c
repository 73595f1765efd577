/* The verbs of the side that has the right to send, CONFIRMED, and the end of a conversation. */
#include <string.h>

#include "snanode/wire/sense.h"
#include "tp/conv/async.h"
#include "tp/conv/sending.h"
#include "tp/conv/state.h"
#include "tp/libappc/logdata.h"
#include "tp/verbs/memory.h"
#include "tp/libappc/verbs.h"

void verb_flush(struct call *v)
{
    struct conv *c = call_enter(v);
    if (!c || !call_allowed(v, c, AV_FLUSH))
        return;
    struct op op = sending_end(CHAIN_FLUSH);
    call_run(v, c, &op, NULL, NULL);
}

void verb_confirm(struct call *v)
{
    struct confirm *b = v->vcb;
    struct conv *c = call_enter(v);
    if (!c)
        return;
    if (c->attach.sync_level == CONV_SYNC_NONE) { /* wrong in itself, whatever the state [HIS: CONFIRM] */
        call_refuse(v, c, AP_PARAMETER_CHECK, AP_CONFIRM_ON_SYNC_LEVEL_NONE);
        return;
    }
    if (!call_allowed(v, c, AV_CONFIRM))
        return;
    struct op op = sending_end(CHAIN_CONFIRM);
    call_run(v, c, &op, &b->rts_rcvd, NULL);
}

void verb_confirmed(struct call *v)
{
    struct conv *c = call_enter(v);
    if (!c || !call_allowed(v, c, AV_CONFIRMED))
        return;
    struct op op = sending_confirmed(c);
    call_run(v, c, &op, NULL, NULL);
}

/* Whether TYPE, of DEALLOCATE or PREPARE_TO_RECEIVE, asks for a confirmation on C. */
static bool asks(const struct conv *c, unsigned char type)
{
    return c->attach.sync_level == CONV_SYNC_CONFIRM && (type == AP_SYNC_LEVEL || type == AP_CONFIRM_TYPE);
}

void verb_prepare_to_receive(struct call *v)
{
    struct prepare_to_receive *b = v->vcb;
    struct conv *c = call_enter(v);
    if (!c)
        return;
    bool known = b->ptr_type <= AP_FLUSH || b->ptr_type == AP_CONFIRM_TYPE;
    if (!known || (b->ptr_type == AP_CONFIRM_TYPE && c->attach.sync_level == CONV_SYNC_NONE)) {
        call_refuse(v, c, AP_PARAMETER_CHECK, AP_P_TO_R_INVALID_TYPE);
        return;
    }
    if (!call_allowed(v, c, AV_PREPARE_TO_RECEIVE))
        return;
    struct op op = sending_end(asks(c, b->ptr_type) ? CHAIN_CONFIRM_TURN : CHAIN_TURN);
    call_run(v, c, &op, NULL, NULL);
}

/* ---- DEALLOCATE ---- */

/* The sense code of an abnormal dealloc_type, 0 for the others [HIS: DEALLOCATE; HIS: RECEIVE_ALLOCATE_EX;
 * HIS: Rejecting Remotely Initiated Conversations].  AP_ABEND is the one of mapped verbs, which take the
 * other abends for the same.  An invoked TP may refuse its Attach with a reason. */
static uint32_t abend_sense(const struct call *v, const struct conv *c, unsigned char type)
{
    static const uint32_t senses[] = {
        [AP_ABEND_PROG] = SENSE_ABEND_PROG,
        [AP_ABEND_SVC] = SENSE_ABEND_SVC,
        [AP_ABEND_TIMER] = SENSE_ABEND_TIMER,
        [AP_ABEND] = SENSE_ABEND_PROG,
        [AP_TP_NOT_AVAIL_RETRY] = SENSE_TP_UNAVAILABLE_RETRY,
        [AP_TP_NOT_AVAIL_NO_RETRY] = SENSE_TP_UNAVAILABLE_NO_RETRY,
        [AP_TPN_NOT_RECOGNIZED] = SENSE_TPN_NOT_RECOGNIZED,
        [AP_PIP_DATA_NOT_ALLOWED] = SENSE_PIP_NOT_ALLOWED,
        [AP_PIP_DATA_INCORRECT] = SENSE_PIP_INVALID,
        [AP_RESOURCE_FAILURE_NO_RETRY] = SENSE_FMH5_COMMAND,
        [AP_CONV_TYPE_MISMATCH] = SENSE_CONV_TYPE_MISMATCH,
        [AP_SYNC_LVL_NOT_SUPPORTED] = SENSE_SYNC_LEVEL_UNSUPPORTED,
        [AP_SECURITY_PARAMS_INVALID] = SENSE_SECURITY_NOT_VALID,
    };
    if (type <= AP_ABEND)
        return v->mapped && senses[type] ? SENSE_ABEND_PROG : senses[type];
    if (!c->node.accepted)
        return 0;
    if (type >= AP_DEALLOC_SECURITY_NOT_VALID_PASSWORD_EXPIRED &&
        type <= AP_DEALLOC_SECURITY_NOT_VALID_PROTOCOL_VIOLATION) /* 080FFF00 and on, in this order */
        return SENSE_SECURITY_REASON + type - AP_DEALLOC_SECURITY_NOT_VALID_PASSWORD_EXPIRED;
    return type < sizeof senses / sizeof *senses ? senses[type] : 0;
}

/* An invalid type, or one that this conversation cannot have; 0 = good. */
static unsigned int deallocate_wrong(const struct call *v, const struct conv *c, const struct deallocate *b,
                                     struct logdata log)
{
    bool known = b->dealloc_type <= AP_FLUSH || b->dealloc_type == AP_CONFIRM_TYPE ||
                 abend_sense(v, c, b->dealloc_type);
    if (!known || (b->dealloc_type == AP_CONFIRM_TYPE && c->attach.sync_level == CONV_SYNC_NONE))
        return AP_DEALLOC_BAD_TYPE;
    unsigned int bad = logdata_wrong(log, AP_DEALLOC_LOG_LL_WRONG);
    if (!bad && log.n > 0 && !abend_sense(v, c, b->dealloc_type))
        return AP_DEALLOC_LOG_LL_WRONG;
    return bad;
}

/* Over a posted receive only an abend is possible. */
static void deallocate_over(struct call *v, struct conv *c, uint32_t sense)
{
    if (sense) {
        sending_abend_over(c, sense);
        call_rc(v, AP_OK, 0);
    } else {
        call_rc(v, AP_CONV_BUSY, 0);
    }
    async_leave_over(c, true);
}

void verb_deallocate(struct call *v)
{
    struct deallocate *b = v->vcb;
    bool over;
    struct conv *c = call_enter_over(v, &over);
    if (!c)
        return;
    uint32_t sense = abend_sense(v, c, b->dealloc_type);
    struct logdata log = LOGDATA_OF(v, b);
    unsigned int bad = deallocate_wrong(v, c, b, log);
    if (bad) {
        call_parameter(v, bad);
        async_leave_over(c, over);
        return;
    }
    logdata_keep(c, log);
    if (over) {
        deallocate_over(v, c, sense);
        return;
    }
    bool confirm = asks(c, b->dealloc_type);
    if (!call_allowed(v, c,
                      sense     ? AV_DEALLOCATE_ABEND
                      : confirm ? AV_DEALLOCATE_CONFIRM
                                : AV_DEALLOCATE_FLUSH))
        return;
    struct op op =
        sense ? sending_abend() : sending_end(confirm ? CHAIN_CONFIRM_DEALLOCATE : CHAIN_DEALLOCATE);
    op.sense = sense;
    call_run(v, c, &op, NULL, NULL);
}

/* ---- SEND_DATA ---- */

/* How the chain ends by the type, or CHAIN_END_N for an invalid one. */
static enum chain_end end_of(const struct conv *c, unsigned char type)
{
    bool confirm = c->attach.sync_level == CONV_SYNC_CONFIRM;
    switch (type) {
    case AP_NONE:
        return CHAIN_MORE;
    case AP_SEND_DATA_FLUSH:
    case AP_SEND_DATA_DEALLOC_ABEND:
        return CHAIN_FLUSH;
    case AP_SEND_DATA_CONFIRM:
        return CHAIN_CONFIRM;
    case AP_SEND_DATA_P_TO_R_FLUSH:
        return CHAIN_TURN;
    case AP_SEND_DATA_P_TO_R_SYNC_LEVEL:
        return confirm ? CHAIN_CONFIRM_TURN : CHAIN_TURN;
    case AP_SEND_DATA_P_TO_R_CONFIRM:
        return CHAIN_CONFIRM_TURN;
    case AP_SEND_DATA_DEALLOC_FLUSH:
        return CHAIN_DEALLOCATE;
    case AP_SEND_DATA_DEALLOC_SYNC_LEVEL:
        return confirm ? CHAIN_CONFIRM_DEALLOCATE : CHAIN_DEALLOCATE;
    case AP_SEND_DATA_DEALLOC_CONFIRM:
        return CHAIN_CONFIRM_DEALLOCATE;
    default:
        return CHAIN_END_N;
    }
}

/* Parameters, in the order of the page; for basic verbs also where the data leave the record, which is
 * *AFTER. User control data and PS headers are of the services that are not there [P6]. */
static struct appc_rc send_wrong(const struct call *v, const struct conv *c, const struct send_data *b,
                                 struct record_out *after)
{
    enum chain_end end = end_of(c, b->type);
    *after = c->half.sent;
    if (end == CHAIN_END_N || b->data_type != AP_APPLICATION)
        return (struct appc_rc){AP_PARAMETER_CHECK, AP_SEND_DATA_INVALID_TYPE};
    bool confirms = end == CHAIN_CONFIRM || end == CHAIN_CONFIRM_TURN || end == CHAIN_CONFIRM_DEALLOCATE;
    if (confirms && c->attach.sync_level == CONV_SYNC_NONE)
        return (struct appc_rc){AP_PARAMETER_CHECK, AP_SEND_DATA_CONFIRM_SYNC_NONE};
    if (b->dlen > 0 && !memory_readable(b->dptr, b->dlen))
        return (struct appc_rc){AP_PARAMETER_CHECK, AP_INVALID_DATA_SEGMENT};
    if (v->mapped)
        return (struct appc_rc){AP_OK, 0};
    if (record_out_scan(after, b->dptr, b->dlen) < 0)
        return (struct appc_rc){AP_PARAMETER_CHECK, AP_BAD_LL};
    if (record_out_open(after) && end != CHAIN_MORE && end != CHAIN_FLUSH)
        return (struct appc_rc){AP_STATE_CHECK, AP_SEND_DATA_NOT_LL_BDY};
    return (struct appc_rc){AP_OK, 0};
}

void verb_send_data(struct call *v)
{
    struct send_data *b = v->vcb;
    struct record_out after;
    struct conv *c = call_enter(v);
    if (!c)
        return;
    struct appc_rc bad = send_wrong(v, c, b, &after);
    if (bad.primary == AP_PARAMETER_CHECK) {
        call_refuse(v, c, bad.primary, bad.secondary);
        return;
    }
    if (!call_allowed(v, c, AV_SEND_DATA))
        return;
    if (bad.primary != AP_OK) {
        call_refuse(v, c, bad.primary, bad.secondary);
        return;
    }
    if (b->type == AP_NONE && !v->nonblocking &&
        sending_at_once(c, v->mapped, b->dptr, b->dlen, CHAIN_MORE, false) > 0) {
        c->half.sent = after;
        conv_count(c, b->dlen, true, 0, false);
        call_at_once(v, c, &b->rts_rcvd);
        return;
    }
    struct op op = sending_end(end_of(c, b->type));
    sending_data(&op, v->mapped, b->dptr, b->dlen);
    if (b->type == AP_SEND_DATA_DEALLOC_ABEND)
        sending_then_abend(&op);
    c->half.sent = after;
    conv_count(c, b->dlen, true, 0, false);
    call_run(v, c, &op, &b->rts_rcvd, NULL);
}
