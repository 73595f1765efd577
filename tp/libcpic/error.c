/* Send_Error and Request_To_Send: the two ways to interrupt the partner. */
#include "snanode/wire/sense.h"
#include "tp/libcpic/conv.h"

/* Send_Error in SEND: what the partner sees depends on whether a record of ours is cut short. */
static enum step error_in_send(struct conv *c, struct op *op)
{
    struct chain_frame f[CHAIN_FRAMES];
    bool cut = c->attach.type == CM_BASIC_CONVERSATION && record_out_open(&c->half.sent);
    unsigned n = chain_put(&c->half.tx, NULL, 0, CHAIN_FLUSH, f);
    channel_write(c, f, n, op->waits);
    chain_done(&c->half.tx);
    c->half.sent = (struct record_out){.left = 0};
    conv_send_error(c, cut ? SENSE_PROG_ERROR_TRUNC : SENSE_PROG_ERROR, false, false);
    op->rc = CM_OK;
    return STEP_DONE;
}

/* Purge what has come; *END is how the partner's last chain ended.  False: the conversation is over, op->rc
 * says how.  An error of the partner behind the turn concerns what we send now, so it is kept for our next
 * call. */
static bool purge_arrived(struct conv *c, struct op *op, enum chain_end *end)
{
    int r;
    *end = CHAIN_MORE;
    c->half.negative = false;
    while ((r = channel_read(c, false)) > 0) {
        struct inbound in = c->half.cur;
        if (*end == CHAIN_TURN && in.kind == IN_ERROR && !in.last)
            return true;
        c->half.have_cur = false;
        if (in.kind == IN_UNBIND || in.kind == IN_VIOLATION) {
            op->rc = conv_lost(c, in.sense);
            return false;
        }
        if ((in.kind == IN_ERROR && in.last) || (in.kind == IN_DATA && in.end == CHAIN_DEALLOCATE)) {
            conv_end(c);
            op->rc = CM_DEALLOCATED_NORMAL;
            return false;
        }
        if (in.kind == IN_DATA || in.kind == IN_ERROR)
            *end = in.end;
        else if (in.kind == IN_NEGATIVE)
            c->half.negative = *end == CHAIN_TURN;
    }
    if (r < 0)
        op->rc = conv_node_lost(c);
    return r == 0;
}

/* In RECEIVE: everything that has arrived and was not received is purged, and pending errors are translated
 * [C5; C56].  If the partner's chain has not ended yet, its rest is purged when it arrives. */
static enum step error_in_receive(struct conv *c, struct op *op)
{
    enum chain_end end;
    op->rc = CM_OK;
    if (!purge_arrived(c, op, &end))
        return STEP_DONE;
    record_in_init(&c->half.record);
    if (end == CHAIN_MORE)
        c->half.purging++;
    conv_send_error(c, SENSE_PROG_ERROR, true, false);
    return STEP_DONE;
}

/* In SEND_PENDING the program says which direction was wrong; in the confirm states it is the partner's. */
static enum step error_in_other(struct conv *c, struct op *op)
{
    bool purging = c->state != CS_SEND_PENDING || c->modes.error_direction == CM_RECEIVE_ERROR;
    c->half.owe_dr1 = false;
    conv_send_error(c, SENSE_PROG_ERROR, purging, false);
    op->rc = CM_OK;
    return STEP_DONE;
}

/* In the CONFIRM states only the loss of the session is reported; an abend that has come is the next
 * call's. */
static enum step look_for_loss(struct conv *c, struct op *op)
{
    int r = channel_read(c, false);
    if (r == 0)
        return STEP_WRITE;
    if (r < 0) {
        op->rc = conv_node_lost(c);
        return STEP_DONE;
    }
    bool abend = c->half.cur.kind == IN_UNBIND && sense_class(c->half.cur.sense) == SENSE_CLASS_ABEND;
    if (abend || (c->half.cur.kind != IN_UNBIND && c->half.cur.kind != IN_VIOLATION))
        return STEP_WRITE;
    op->rc = conv_lost(c, c->half.cur.sense);
    return STEP_DONE;
}

/* An error from the partner that is already here comes first [C5]; STEP_WRITE: there is none. */
static enum step look_first(struct conv *c, struct op *op)
{
    switch ((enum conv_state)c->state) {
    case CS_SEND:
    case CS_SEND_PENDING:
        return send_look_for_error(c, op); /* AR, RF, AB, PU */
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
    if (op->rc == CM_OK && channel_drain(c, op->waits) == 0)
        return STEP_WRITE;
    return STEP_DONE;
}

/* While a Receive is incomplete: the error is sent, and the Receive ends with CM_UNSUCCESSFUL.  CPI-C has no
 * code for it [C11]; this one says what is so: nothing was received, and the state is not the Receive's
 * doing.  CM_PROGRAM_ERROR_PURGING would say that the partner sent an error, and that we are in RECEIVE. */
static void error_over(struct conv *c, CM_INT32 *rts, CM_INT32 *return_code)
{
    /* The lock is held, so the step does not wait for a partner that does not read. */
    struct op op = {.step = error_step, .next = CS_SEND, .rts = rts, .waits = false};
    receive_gives_way(c);
    error_step(c, &op);
    if (op.rc == CM_OK)
        channel_hurry(c);
    op_finish(c, &op);
    *return_code = op.rc;
    async_complete(c, op.rc == CM_OK ? CM_UNSUCCESSFUL : op.rc);
    op_leave_over(c, true);
}

CM_ENTRY cmserr(unsigned char *conversation_ID, CM_INT32 *request_to_send_received, CM_INT32 *return_code)
{
    bool over;
    struct conv *c = op_enter_over(conversation_ID, return_code, &over);
    if (!c)
        return;
    if (over && request_to_send_received) {
        error_over(c, request_to_send_received, return_code);
        return;
    }
    CM_INT32 bad = request_to_send_received ? op_check(c, VERB_SEND_ERROR) : CM_PROGRAM_PARAMETER_CHECK;
    if (bad) {
        *return_code = bad;
        op_leave_over(c, over);
        return;
    }
    struct op op = {.step = error_step, .next = CS_SEND, .rts = request_to_send_received};
    op_run(c, &op, conversation_ID, return_code);
}

/* ---- Request_To_Send ---- */

static enum step rts_step(struct conv *c, struct op *op)
{
    if (op->stage == 0) {
        struct chain_frame f[CHAIN_FRAMES];
        uint8_t ru[5];
        if (!c->half.tx.begun) { /* a SIGNAL needs the bracket: let the Attach flow first [C64] */
            unsigned n = chain_put(&c->half.tx, NULL, 0, CHAIN_FLUSH, f);
            channel_write(c, f, n, op->waits);
            chain_done(&c->half.tx);
        }
        frame_signal(&f[0], ru);
        if (!channel_signal_waits(c)) /* the partner keeps one [HIS: Request_To_Send] */
            channel_write(c, f, 1, op->waits);
        op->stage = 1;
    }
    if (channel_drain(c, op->waits) == 0)
        return STEP_WRITE;
    op->rc = CM_OK;
    return STEP_DONE;
}

CM_ENTRY cmrts(unsigned char *conversation_ID, CM_INT32 *return_code)
{
    bool over;
    struct conv *c = op_enter_over(conversation_ID, return_code, &over);
    if (!c)
        return;
    struct op op = {.step = rts_step};
    if (op_check(c, VERB_REQUEST_TO_SEND) != CM_OK) {
        *return_code = CM_PROGRAM_STATE_CHECK;
        op_leave_over(c, over);
    } else if (over) {
        rts_step(c, &op);
        *return_code = CM_OK;
        op_leave_over(c, over);
    } else {
        op_run(c, &op, conversation_ID, return_code);
    }
}

CM_ENTRY cmtrts(unsigned char *conversation_ID, CM_INT32 *request_to_send_received, CM_INT32 *return_code)
{
    bool over;
    struct conv *c = op_enter_over(conversation_ID, return_code, &over);
    if (!c)
        return;
    if (!request_to_send_received) {
        *return_code = CM_PROGRAM_PARAMETER_CHECK;
    } else if (op_check(c, VERB_TEST_RTS) != CM_OK) {
        *return_code = CM_PROGRAM_STATE_CHECK;
    } else {
        channel_ahead(c);
        conv_report_rts(c, request_to_send_received);
        *return_code = CM_OK;
        if (over) /* what was read ahead may be what the Receive waits for, and its socket is silent now */
            async_carry_on(c);
    }
    op_leave_over(c, over);
}
