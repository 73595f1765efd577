/* TP_ENDED [HIS: TP_ENDED]: what has become of the conversations of the TP, and then the TP itself. */
#include <string.h>

#include "tp/conv/cancel.h"
#include "tp/conv/failure.h"
#include "tp/conv/run.h"
#include "tp/conv/sending.h"
#include "tp/conv/table.h"
#include "tp/libappc/rts.h"
#include "tp/libappc/verbs.h"

static bool is_of(struct conv *c, const struct tp *tp)
{
    return memcmp(appc_of(c)->tp_id, tp->id, TP_ID_SIZE) == 0;
}

static void end_hard(struct conv *c, void *tp)
{
    if (!is_of(c, tp))
        return;
    conv_cancel(c);
    rts_end(c);
}

/* A conversation in SEND is deallocated as by AP_FLUSH, in another state as by an abend; a receive that is
 * posted is cancelled. */
static void end_soft(struct conv *c, void *tp)
{
    if (!is_of(c, tp))
        return;
    rts_pause(c);
    bool sending = c->state == CS_SEND || c->state == CS_SEND_PENDING;
    if (!sending || record_out_open(&c->half.sent) || !op_enter(c)) {
        conv_cancel(c);
        rts_end(c);
        return;
    }
    struct op op = sending_end(CHAIN_DEALLOCATE);
    conv_hold(c); /* run_op gives back one that conv_each has */
    run_op(c, &op, false);
    rts_end(c);
}

void verb_tp_ended(struct call *v)
{
    struct tp_ended *b = v->vcb;
    if (!call_tp(v, b->tp_id))
        return;
    if (b->type > AP_HARD) {
        call_parameter(v, AP_BAD_TYPE);
        return;
    }
    if (!tp_begin_end(v->tp)) {
        call_rc(v, AP_TP_BUSY, 0);
        return;
    }
    if (b->type == AP_HARD)
        conv_each(end_hard, v->tp);
    tp_await(v->tp);
    conv_each(b->type == AP_HARD ? end_hard : end_soft, v->tp);
    tp_void(v->tp);
    call_rc(v, AP_OK, 0);
}
