/* Receive: data, status and errors in the order in which they came [HIS: Receive; C3]. */
#include "tp/conv/receiving.h"

#include <string.h>

#include "snanode/wire/sense.h"
#include "tp/conv/channel.h"
#include "tp/conv/failure.h"
#include "tp/conv/half.h"
#include "tp/conv/state.h"

static const enum rcv_status status_of[CHAIN_END_N] = {
    [CHAIN_MORE] = RCV_NO_STATUS,
    [CHAIN_FLUSH] = RCV_NO_STATUS,
    [CHAIN_TURN] = RCV_SEND,
    [CHAIN_CONFIRM] = RCV_CONFIRM,
    [CHAIN_CONFIRM_TURN] = RCV_CONFIRM_SEND,
    [CHAIN_CONFIRM_DEALLOCATE] = RCV_CONFIRM_DEALLOCATE,
};

/* Give the collected data to the program; the operation is done. */
static enum step give(struct conv *c, struct op *op, enum rcv_data data, enum rcv_status status)
{
    op->data = data;
    op->status = status;
    conv_count(c, 0, false, op->got, data == RCV_COMPLETE);
    op->outcome = OUTCOME_OK;
    op->next = receive_next(data, status);
    return STEP_DONE;
}

static enum step give_end(struct conv *c, struct op *op, enum rcv_data data)
{
    give(c, op, data, RCV_NO_STATUS);
    op->outcome = OUTCOME_DEALLOCATED_NORMAL;
    conv_end_well(c, op->waits);
    return STEP_DONE;
}

/* The current frame is used up: report its end together with DATA.  A face that wants the end apart gets it
 * from the next Receive, which finds the frame without data. */
static enum step give_with_end(struct conv *c, struct op *op, enum rcv_data data)
{
    enum chain_end end = c->half.cur.end;
    if (data != RCV_NO_DATA && (end == CHAIN_DEALLOCATE ? op->end_apart : op->status_apart))
        return give(c, op, data, RCV_NO_STATUS);
    c->half.owe_dr1 = c->half.cur.definite1;
    c->half.have_cur = false;
    if (end == CHAIN_DEALLOCATE)
        return give_end(c, op, data);
    return give(c, op, data, status_of[end]);
}

static bool used_up(const struct conv *c)
{
    return c->half.cur_off == c->half.cur.n;
}

/* DATA is complete.  If a status follows its last octet directly, one call reports both. */
static enum step give_data(struct conv *c, struct op *op, enum rcv_data data)
{
    if (!used_up(c) || op->want == 0) /* nothing else comes with a length of 0 [HIS: Errors] */
        return give(c, op, data, RCV_NO_STATUS);
    if (c->half.cur.end != CHAIN_MORE)
        return give_with_end(c, op, data);
    c->half.have_cur = false;
    if (half_read(c, false) == 1 && c->half.cur.kind == IN_DATA && c->half.cur.n == 0 &&
        c->half.cur.end != CHAIN_MORE)
        return give_with_end(c, op, data);
    return give(c, op, data, RCV_NO_STATUS);
}

/* Report the collected data, without the end of the record. */
static enum step give_part(struct conv *c, struct op *op)
{
    return give(c, op, op->form == RECORD_STREAM ? RCV_DATA : RCV_INCOMPLETE, RCV_NO_STATUS);
}

/* Errors, responses, the end of the session: reported after the collected data. */
static enum step take_other(struct conv *c, struct op *op)
{
    if (c->half.cur.kind == IN_NEGATIVE) {
        c->half.negative = true;
        c->half.have_cur = false;
        return STEP_READ;
    }
    if (op->got > 0)
        return give_part(c, op);
    op->outcome = conv_take_error(c, false);
    return STEP_DONE;
}

/* Collect from one frame.  Returns STEP_READ when more frames are needed. */
static enum step take_frame(struct conv *c, struct op *op)
{
    size_t used, got;
    if (c->half.cur.kind != IN_DATA)
        return take_other(c, op);
    if (c->half.cur.n == c->half.cur_off &&
        c->half.cur.end == CHAIN_MORE) { /* nothing in it, or nothing left */
        c->half.have_cur = false;
        return STEP_READ;
    }
    if (c->half.cur.n == c->half.cur_off) /* only a status, or the end of a stream */
        return give_with_end(c, op, op->got > 0 ? RCV_DATA : RCV_NO_DATA);
    enum record_event ev =
        record_in_take(&c->half.record, op->form, c->half.cur.ru + c->half.cur_off,
                       c->half.cur.n - c->half.cur_off, &used, op->buf + op->got, op->want - op->got, &got);
    c->half.cur_off += used;
    op->got += got;
    switch (ev) {
    case RECORD_COMPLETE:
        return give_data(c, op, RCV_COMPLETE);
    case RECORD_FULL:
        if (op->form == RECORD_STREAM)
            return give_data(c, op, RCV_DATA);
        return give(c, op, RCV_INCOMPLETE, RCV_NO_STATUS);
    case RECORD_BAD:
        op->outcome = conv_lost(c, SENSE_RH_INCOMPLETE);
        return STEP_DONE;
    default:
        break;
    }
    if (c->half.cur.end == CHAIN_MORE)
        return STEP_READ;
    if (op->form == RECORD_STREAM)
        return give_with_end(c, op, RCV_DATA);
    op->outcome = conv_lost(c, SENSE_CHAINING); /* the turn in the middle of a record */
    return STEP_DONE;
}

/* No more data is here, and the program does not want to wait. */
static enum step give_what_is_there(struct conv *c, struct op *op)
{
    if (op->got > 0)
        return give_part(c, op);
    op->outcome = OUTCOME_UNSUCCESSFUL;
    return STEP_DONE;
}

/* Receive in SEND or SEND_PENDING passes the turn, without confirmation whatever the sync level. */
static void pass_turn(struct conv *c, bool wait)
{
    half_put(c, NULL, 0, CHAIN_TURN, wait);
}

/* Stages: 0 pass the turn, 1 the socket is full, 2 collect. */
static enum step receive_step(struct conv *c, struct op *op)
{
    if (op->stage == 0) {
        if (c->state != CS_RECEIVE)
            pass_turn(c, op->waits);
        op->stage = 1;
    }
    if (op->stage == 1) {
        if (channel_drain(c, op->waits) == 0)
            return STEP_WRITE;
        op->stage = 2;
        op->reads = true;
    }
    channel_drain(c, false); /* a Request_To_Send that came over this Receive */
    for (;;) {
        int r = half_read(c, op->waits && !op->immediate);
        if (r < 0 && op->got > 0)
            return give_what_is_there(c, op);
        if (r < 0) {
            op->outcome = conv_node_lost(c);
            return STEP_DONE;
        }
        if (r == 0)
            return op->immediate ? give_what_is_there(c, op) : STEP_READ;
        if (take_frame(c, op) == STEP_DONE)
            return STEP_DONE;
    }
}

struct op receiving(enum record_form form, bool immediate, uint8_t *buf, size_t want)
{
    return (struct op){.step = receive_step,
                       .receive = true,
                       .form = form,
                       .immediate = immediate,
                       .buf = buf,
                       .want = want};
}

/* ---- without an operation ---- */

/* A frame with data is at hand.  WAITS: it may have to come first. */
static bool have_data(struct conv *c, bool waits)
{
    return (c->half.have_cur || (waits && half_read(c, true) > 0)) && c->half.cur.kind == IN_DATA &&
           !used_up(c);
}

bool receiving_at_once(struct conv *c, bool waits, uint8_t *buf, size_t want, size_t *got,
                       enum rcv_status *status)
{
    struct conv_half *h = &c->half;
    const uint8_t *data;
    if (c->state != CS_RECEIVE || c->node.port >= 0 || want == 0 || !list_empty(&c->channel.out) ||
        !have_data(c, waits))
        return false;
    size_t left = h->cur.n - h->cur_off,
           used = record_in_whole(&h->record, h->cur.ru + h->cur_off, left, &data, got);
    bool last = used == left;
    if (used == 0 || *got > want || (last && !(waits && h->cur.end == CHAIN_TURN)))
        return false;
    memcpy(buf, data, *got);
    h->cur_off += used;
    conv_count(c, 0, false, *got, true);
    *status = last ? RCV_SEND : RCV_NO_STATUS;
    if (last) {
        h->owe_dr1 = h->cur.definite1;
        h->have_cur = false;
        conv_set_state(c, receive_next(RCV_COMPLETE, RCV_SEND));
    }
    return true;
}

/* ---- looking, without taking ---- */

/* What is there, so that a Receive would not wait: data, or anything else. */
static enum step peek_step(struct conv *c, struct op *op)
{
    channel_drain(c, false); /* a Request_To_Send that came over this */
    for (;;) {
        int r = half_read(c, op->waits);
        if (r == 0)
            return STEP_READ;
        bool data = r > 0 && c->half.cur.kind == IN_DATA && !used_up(c);
        bool nothing = r > 0 && c->half.cur.kind == IN_DATA && !data && c->half.cur.end == CHAIN_MORE;
        if (r > 0 && c->half.cur.kind == IN_NEGATIVE)
            c->half.negative = nothing = true;
        if (!nothing) {
            op->data = data ? RCV_DATA : RCV_NO_DATA;
            op->outcome = OUTCOME_OK;
            return STEP_DONE;
        }
        c->half.have_cur = false;
    }
}

struct op receiving_peek(void)
{
    return (struct op){.step = peek_step, .receive = true, .peeks = true, .reads = true};
}

/* Whatever else comes is read ahead. */
static enum step watch_step(struct conv *c, struct op *op)
{
    channel_drain(c, false);
    bool more = half_ahead(c);
    op->outcome = OUTCOME_OK;
    return c->half.rts || !more ? STEP_DONE : STEP_READ;
}

struct op receiving_watch(void)
{
    return (struct op){.step = watch_step, .watches = true, .reads = true};
}
