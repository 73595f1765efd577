/* Receive: data, status and errors in the order in which they came [HIS: Receive; C3]. */
#include "snanode/wire/sense.h"
#include "tp/libcpic/conv.h"

static const enum rcv_status status_of[CHAIN_END_N] = {
    [CHAIN_MORE] = RCV_NO_STATUS,
    [CHAIN_FLUSH] = RCV_NO_STATUS,
    [CHAIN_TURN] = RCV_SEND,
    [CHAIN_CONFIRM] = RCV_CONFIRM,
    [CHAIN_CONFIRM_TURN] = RCV_CONFIRM_SEND,
    [CHAIN_CONFIRM_DEALLOCATE] = RCV_CONFIRM_DEALLOCATE,
};

static enum record_form form_of(const struct conv *c)
{
    if (c->attach.type == CM_MAPPED_CONVERSATION)
        return RECORD_MAPPED;
    return c->modes.fill == CM_FILL_BUFFER ? RECORD_STREAM : RECORD_LL;
}

/* Give the collected data to the program; the operation is done. */
static enum step give(struct conv *c, struct op *op, enum rcv_data data, enum rcv_status status)
{
    *op->data = (CM_INT32)data;
    *op->status = (CM_INT32)status;
    *op->length = (CM_INT32)op->got; /* 0 without data: the program may look at it all the same */
    conv_count(c, 0, false, op->got, data == RCV_COMPLETE);
    op->rc = CM_OK;
    op->next = receive_next(data, status);
    return STEP_DONE;
}

static enum step give_end(struct conv *c, struct op *op, enum rcv_data data)
{
    give(c, op, data, RCV_NO_STATUS);
    op->rc = CM_DEALLOCATED_NORMAL;
    conv_end(c);
    return STEP_DONE;
}

/* The current frame is used up: report its end together with DATA. */
static enum step give_with_end(struct conv *c, struct op *op, enum rcv_data data)
{
    enum chain_end end = c->half.cur.end;
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
    if (channel_read(c, false) == 1 && c->half.cur.kind == IN_DATA && c->half.cur.n == 0 &&
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
    op->rc = conv_take_error(c, false);
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
        op->rc = conv_lost(c, SENSE_RH_INCOMPLETE);
        return STEP_DONE;
    default:
        break;
    }
    if (c->half.cur.end == CHAIN_MORE)
        return STEP_READ;
    if (op->form == RECORD_STREAM)
        return give_with_end(c, op, RCV_DATA);
    op->rc = conv_lost(c, SENSE_CHAINING); /* the turn in the middle of a record */
    return STEP_DONE;
}

/* No more data is here, and the program does not want to wait. */
static enum step give_what_is_there(struct conv *c, struct op *op)
{
    if (op->got > 0)
        return give_part(c, op);
    op->rc = CM_UNSUCCESSFUL;
    return STEP_DONE;
}

/* Receive in SEND or SEND_PENDING passes the turn, without confirmation whatever the sync level. */
static void pass_turn(struct conv *c, bool wait)
{
    struct chain_frame f[CHAIN_FRAMES];
    unsigned n = chain_put(&c->half.tx, NULL, 0, CHAIN_TURN, f);
    channel_write(c, f, n, wait);
    chain_done(&c->half.tx);
}

/* Stages: 0 pass the turn, 1 the socket is full, 2 collect. */
static enum step collect(struct conv *c, struct op *op)
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
        int r = channel_read(c, op->waits && !op->immediate);
        if (r < 0 && op->got > 0)
            return give_what_is_there(c, op);
        if (r < 0) {
            op->rc = conv_node_lost(c);
            return STEP_DONE;
        }
        if (r == 0)
            return op->immediate ? give_what_is_there(c, op) : STEP_READ;
        if (take_frame(c, op) == STEP_DONE)
            return STEP_DONE;
    }
}

/* An error brings no data: a length of an earlier Receive must not stay in the program's variable. */
static enum step receive_step(struct conv *c, struct op *op)
{
    enum step step = collect(c, op);
    if (step == STEP_DONE && op->rc != CM_OK && op->rc != CM_DEALLOCATED_NORMAL)
        *op->length = 0;
    return step;
}

CM_ENTRY cmrcv(unsigned char *conversation_ID, unsigned char *buffer, CM_INT32 *requested_length,
               CM_INT32 *data_received, CM_INT32 *received_length, CM_INT32 *status_received,
               CM_INT32 *request_to_send_received, CM_INT32 *return_code)
{
    struct conv *c = op_enter(conversation_ID, return_code);
    if (!c)
        return;
    if (!requested_length || !data_received || !received_length || !status_received ||
        !request_to_send_received || (!buffer && *requested_length != 0)) {
        op_refuse(c, CM_PROGRAM_PARAMETER_CHECK, return_code);
        return;
    }
    bool immediate = c->modes.receive_type == CM_RECEIVE_IMMEDIATE;
    CM_INT32 bad = op_check(c, immediate ? VERB_RECEIVE_IMMEDIATE : VERB_RECEIVE_WAIT);
    if (!bad && (*requested_length < 0 || *requested_length > BUFFER_MAX))
        bad = CM_PROGRAM_PARAMETER_CHECK;
    if (bad) {
        op_refuse(c, bad, return_code);
        return;
    }
    struct op op = {.step = receive_step,
                    .receive = true,
                    .immediate = immediate,
                    .form = form_of(c),
                    .buf = buffer,
                    .want = (size_t)*requested_length,
                    .data = data_received,
                    .length = received_length,
                    .status = status_received,
                    .rts = request_to_send_received};
    op_run(c, &op, conversation_ID, return_code);
}
