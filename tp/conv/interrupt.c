#include "tp/conv/interrupt.h"

#include "snanode/wire/sense.h"
#include "tp/conv/async.h"
#include "tp/conv/channel.h"
#include "tp/conv/failure.h"
#include "tp/conv/half.h"
#include "tp/conv/op.h"
#include "tp/conv/sending.h"
#include "tp/conv/state.h"

static uint32_t sense_of(const struct op *op)
{
    return op->service ? SENSE_SVC_ERROR : SENSE_PROG_ERROR;
}

static uint32_t truncated(const struct op *op)
{
    return op->service ? SENSE_SVC_ERROR_TRUNC : SENSE_PROG_ERROR_TRUNC;
}

/* Send_Error in SEND: what the partner sees depends on whether a record of ours is cut short. */
static enum step error_in_send(struct conv *c, struct op *op)
{
    bool cut = c->attach.type == CONV_BASIC && record_out_open(&c->half.sent);
    half_put(c, NULL, 0, CHAIN_FLUSH, op->waits);
    c->half.sent = (struct record_out){.left = 0};
    conv_send_error(c, cut ? truncated(op) : sense_of(op), false, false);
    op->outcome = OUTCOME_OK;
    return STEP_DONE;
}

/* Purge what has come; *END is how the partner's last chain ended.  False: the conversation is over,
 * op->outcome says how.  An error of the partner behind the turn concerns what we send now, so it is kept for
 * our next call. */
static bool purge_arrived(struct conv *c, struct op *op, enum chain_end *end)
{
    int r;
    *end = CHAIN_MORE;
    c->half.negative = false;
    while ((r = half_read(c, false)) > 0) {
        struct inbound in = c->half.cur;
        if (*end == CHAIN_TURN && in.kind == IN_ERROR && !in.last)
            return true;
        c->half.have_cur = false;
        if (in.kind == IN_UNBIND || in.kind == IN_VIOLATION) {
            op->outcome = conv_lost(c, in.sense);
            return false;
        }
        if ((in.kind == IN_ERROR && in.last) || (in.kind == IN_DATA && in.end == CHAIN_DEALLOCATE)) {
            conv_end(c);
            op->outcome = OUTCOME_DEALLOCATED_NORMAL;
            return false;
        }
        if (in.kind == IN_DATA || in.kind == IN_ERROR)
            *end = in.end;
        else if (in.kind == IN_NEGATIVE)
            c->half.negative = *end == CHAIN_TURN;
    }
    if (r < 0)
        op->outcome = conv_node_lost(c);
    return r == 0;
}

/* In RECEIVE: everything that has arrived and was not received is purged, and pending errors are translated
 * [C5; C56].  If the partner's chain has not ended yet, its rest is purged when it arrives. */
static enum step error_in_receive(struct conv *c, struct op *op)
{
    enum chain_end end;
    op->outcome = OUTCOME_OK;
    if (!purge_arrived(c, op, &end))
        return STEP_DONE;
    record_in_init(&c->half.record);
    if (end == CHAIN_MORE)
        c->half.purging++;
    conv_send_error(c, sense_of(op), true, false);
    return STEP_DONE;
}

/* In SEND_PENDING the program says which direction was wrong; in the confirm states it is the partner's. */
static enum step error_in_other(struct conv *c, struct op *op)
{
    bool purging = c->state != CS_SEND_PENDING || op->receive_error;
    c->half.owe_dr1 = false;
    conv_send_error(c, sense_of(op), purging, false);
    op->outcome = OUTCOME_OK;
    return STEP_DONE;
}

/* In the CONFIRM states only the loss of the session is reported; an abend that has come is the next
 * call's. */
static enum step look_for_loss(struct conv *c, struct op *op)
{
    int r = half_read(c, false);
    if (r == 0)
        return STEP_WRITE;
    if (r < 0) {
        op->outcome = conv_node_lost(c);
        return STEP_DONE;
    }
    bool abend = c->half.cur.kind == IN_UNBIND && sense_class(c->half.cur.sense) == SENSE_CLASS_ABEND;
    if (abend || (c->half.cur.kind != IN_UNBIND && c->half.cur.kind != IN_VIOLATION))
        return STEP_WRITE;
    op->outcome = conv_lost(c, c->half.cur.sense);
    return STEP_DONE;
}

/* An error from the partner that is already here comes first [C5]; STEP_WRITE: there is none. */
static enum step look_first(struct conv *c, struct op *op)
{
    switch ((enum conv_state)c->state) {
    case CS_SEND:
    case CS_SEND_PENDING:
        return sending_look_for_error(c, op); /* AR, RF, AB, PU */
    case CS_RECEIVE:
        return STEP_WRITE; /* it is purged */
    default:
        return look_for_loss(c, op);
    }
}

static enum step error_step(struct conv *c, struct op *op)
{
    enum conv_state state = (enum conv_state)c->state;
    if (op->stage == 0) {
        enum step s = look_first(c, op);
        if (s != STEP_WRITE)
            return s;
        op->stage = 1;
        if (state == CS_SEND)
            error_in_send(c, op);
        else if (state == CS_RECEIVE)
            error_in_receive(c, op);
        else
            error_in_other(c, op);
    }
    if (op->outcome == OUTCOME_OK && channel_drain(c, op->waits) == 0)
        return STEP_WRITE;
    return STEP_DONE;
}

struct op interrupt_error(bool receive_error)
{
    return (struct op){.step = error_step, .next = CS_SEND, .receive_error = receive_error};
}

/* The lock is held, so the step does not wait for a partner that does not read. */
enum outcome interrupt_error_over(struct conv *c, struct op *op)
{
    receive_gives_way(c);
    error_step(c, op);
    if (op->outcome == OUTCOME_OK)
        channel_hurry(c);
    op_finish(c, op);
    async_complete(c, op->outcome == OUTCOME_OK ? OUTCOME_OVERTAKEN : op->outcome);
    return op->outcome;
}

/* ---- Request_To_Send ---- */

static enum step rts_step(struct conv *c, struct op *op)
{
    if (op->stage == 0) {
        struct chain_frame f;
        uint8_t ru[5];
        if (!c->half.tx.begun) /* a SIGNAL needs the bracket: let the Attach flow first [C64] */
            half_put(c, NULL, 0, CHAIN_FLUSH, op->waits);
        frame_signal(&f, ru);
        if (!channel_signal_waits(c)) /* the partner keeps one [HIS: Request_To_Send] */
            half_write(c, &f, 1, op->waits);
        op->stage = 1;
    }
    if (channel_drain(c, op->waits) == 0)
        return STEP_WRITE;
    op->outcome = OUTCOME_OK;
    return STEP_DONE;
}

struct op interrupt_signal(void)
{
    return (struct op){.step = rts_step};
}

void interrupt_signal_over(struct conv *c)
{
    struct op op = interrupt_signal();
    rts_step(c, &op);
}
