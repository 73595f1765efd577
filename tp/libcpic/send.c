/* The calls of the side that has the right to send, and Confirmed. */
#include <string.h>

#include "snanode/wire/sense.h"
#include "tp/libcpic/conv.h"

/* ---- sending ---- */

enum step send_look_for_error(struct conv *c, struct op *op)
{
    if (!c->half.tx.begun)
        return STEP_WRITE; /* the Attach has not flowed: nobody can answer */
    for (;;) {
        int r = channel_read(c, c->half.negative && op->waits);
        if (r == 0)
            return c->half.negative ? STEP_READ : STEP_WRITE;
        if (r < 0) {
            op->rc = conv_node_lost(c);
            return STEP_DONE;
        }
        if (c->half.cur.kind == IN_NEGATIVE) {
            c->half.negative = true;
            c->half.have_cur = false;
            continue;
        }
        op->rc = conv_take_error(c, true);
        return STEP_DONE;
    }
}

static enum step put(struct conv *c, struct op *op)
{
    struct chain_frame f[CHAIN_FRAMES];
    unsigned n = chain_put(&c->half.tx, op->in, op->n_in, op->end, f);
    int bad = n > 0 ? channel_write(c, f, n, op->waits) : 0;
    chain_done(&c->half.tx);
    if (bad < 0) { /* the reason may be waiting to be read */
        op->stage = 3;
        return STEP_READ;
    }
    return STEP_WRITE;
}

/* After a failed write: what the partner or the node left for us to read says why. */
static enum step read_reason(struct conv *c, struct op *op)
{
    for (;;) {
        int r = channel_read(c, false);
        if (r <= 0) {
            op->rc = conv_node_lost(c);
            return STEP_DONE;
        }
        bool over = c->half.cur.kind == IN_DATA && c->half.cur.end == CHAIN_DEALLOCATE;
        if (over || c->half.cur.kind == IN_ERROR || c->half.cur.kind == IN_UNBIND) {
            op->rc = conv_take_error(c, true);
            return STEP_DONE;
        }
        c->half.have_cur = false;
    }
}

/* The partner's answer to a confirmation request. */
static enum step await_answer(struct conv *c, struct op *op)
{
    for (;;) {
        int r = channel_read(c, op->waits);
        if (r == 0)
            return STEP_READ;
        if (r < 0) {
            op->rc = conv_node_lost(c);
            return STEP_DONE;
        }
        if (c->half.cur.kind == IN_NEGATIVE) {
            c->half.negative = true;
            c->half.have_cur = false;
            continue;
        }
        if (c->half.cur.kind == IN_POSITIVE) {
            c->half.have_cur = false;
            op->rc = CM_OK;
            return STEP_DONE;
        }
        op->rc = conv_take_error(c, false);
        return STEP_DONE;
    }
}

static bool asks_confirmation(enum chain_end e)
{
    return e == CHAIN_CONFIRM || e == CHAIN_CONFIRM_TURN || e == CHAIN_CONFIRM_DEALLOCATE;
}

/* Stages: 0 look for errors, 1 socket still full, 2 wait for the answer, 3 the write failed. */
static enum step send_step(struct conv *c, struct op *op)
{
    enum step s;
    if (op->stage == 0) {
        if (op->check && (s = send_look_for_error(c, op)) != STEP_WRITE)
            return s;
        op->stage = 1;
        put(c, op);
    }
    if (op->stage == 1) {
        int r = channel_drain(c, op->waits);
        if (r == 0)
            return STEP_WRITE;
        op->stage = r < 0 ? 3 : 2;
    }
    /* Calls that do not wait never report what the partner did: the next one will [HIS: Allocate]. */
    if (op->stage == 3 && (op->check || asks_confirmation(op->end)))
        return read_reason(c, op);
    if (asks_confirmation(op->end))
        return await_answer(c, op);
    if (op->abend) {
        conv_abend_now(c);
        op->ends = false;
    }
    op->rc = CM_OK;
    return STEP_DONE;
}

static CM_INT32 next_of(enum chain_end e)
{
    return e == CHAIN_TURN || e == CHAIN_CONFIRM_TURN ? CS_RECEIVE : CS_SEND;
}

static struct op send_op(enum chain_end end)
{
    struct op op = {.step = send_step, .end = end, .next = (enum conv_state)next_of(end)};
    op.ends = end == CHAIN_DEALLOCATE || end == CHAIN_CONFIRM_DEALLOCATE;
    return op;
}

/* ---- types: what a call's type means for this conversation ---- */

static bool deallocates_with_confirm(const struct conv *c)
{
    return c->modes.deallocate_type == CM_DEALLOCATE_CONFIRM ||
           (c->modes.deallocate_type == CM_DEALLOCATE_SYNC_LEVEL && c->attach.sync_level == CM_CONFIRM);
}

static bool prepares_with_confirm(const struct conv *c)
{
    return c->modes.prepare_type == CM_PREP_TO_RECEIVE_CONFIRM ||
           (c->modes.prepare_type == CM_PREP_TO_RECEIVE_SYNC_LEVEL && c->attach.sync_level == CM_CONFIRM);
}

static enum verb deallocate_verb(const struct conv *c)
{
    if (c->modes.deallocate_type == CM_DEALLOCATE_ABEND)
        return VERB_DEALLOCATE_ABEND;
    return deallocates_with_confirm(c) ? VERB_DEALLOCATE_CONFIRM : VERB_DEALLOCATE_FLUSH;
}

/* ---- the calls ---- */

CM_ENTRY cmflus(unsigned char *conversation_ID, CM_INT32 *return_code)
{
    struct conv *c = op_enter(conversation_ID, return_code);
    if (!c)
        return;
    if (op_check(c, VERB_FLUSH) != CM_OK) {
        op_refuse(c, CM_PROGRAM_STATE_CHECK, return_code);
        return;
    }
    struct op op = send_op(CHAIN_FLUSH);
    op_run(c, &op, conversation_ID, return_code);
}

CM_ENTRY cmcfm(unsigned char *conversation_ID, CM_INT32 *request_to_send_received, CM_INT32 *return_code)
{
    struct conv *c = op_enter(conversation_ID, return_code);
    if (!c)
        return;
    CM_INT32 bad = op_check(c, VERB_CONFIRM);
    /* With sync level NONE a Confirm is wrong in itself, whatever the state [HIS: Confirm]. */
    if (!request_to_send_received || c->attach.sync_level == CM_NONE)
        bad = CM_PROGRAM_PARAMETER_CHECK;
    if (bad) {
        op_refuse(c, bad, return_code);
        return;
    }
    struct op op = send_op(CHAIN_CONFIRM);
    op.rts = request_to_send_received;
    op_run(c, &op, conversation_ID, return_code);
}

CM_ENTRY cmptr(unsigned char *conversation_ID, CM_INT32 *return_code)
{
    struct conv *c = op_enter(conversation_ID, return_code);
    if (!c)
        return;
    bool confirm = prepares_with_confirm(c);
    if (op_check(c, confirm ? VERB_PREPARE_CONFIRM : VERB_PREPARE_FLUSH) != CM_OK) {
        op_refuse(c, CM_PROGRAM_STATE_CHECK, return_code);
        return;
    }
    struct op op = send_op(confirm ? CHAIN_CONFIRM_TURN : CHAIN_TURN);
    op_run(c, &op, conversation_ID, return_code);
}

static enum step abend_step(struct conv *c, struct op *op)
{
    conv_flush_abend(c, op->waits);
    op->rc = CM_OK;
    return STEP_DONE;
}

/* Deallocate(ABEND) may overtake an incomplete Receive, which then ends as if it had been cancelled. */
static void deallocate_over(struct conv *c, CM_INT32 *return_code)
{
    if (c->modes.deallocate_type != CM_DEALLOCATE_ABEND) {
        *return_code = CM_PROGRAM_STATE_CHECK;
    } else {
        receive_gives_way(c);
        conv_flush_abend(c, false); /* the lock is held */
        async_complete(c, CM_DEALLOCATED_ABEND);
        *return_code = CM_OK;
    }
    op_leave_over(c, true);
}

CM_ENTRY cmdeal(unsigned char *conversation_ID, CM_INT32 *return_code)
{
    bool over;
    struct conv *c = op_enter_over(conversation_ID, return_code, &over);
    if (!c)
        return;
    if (over) {
        deallocate_over(c, return_code);
        return;
    }
    enum verb v = deallocate_verb(c);
    if (op_check(c, v) != CM_OK) {
        op_refuse(c, CM_PROGRAM_STATE_CHECK, return_code);
        return;
    }
    struct op op = send_op(v == VERB_DEALLOCATE_CONFIRM ? CHAIN_CONFIRM_DEALLOCATE : CHAIN_DEALLOCATE);
    if (v == VERB_DEALLOCATE_ABEND)
        op = (struct op){.step = abend_step};
    else
        conv_set_log(c, NULL, 0);
    op_run(c, &op, conversation_ID, return_code);
}

/* Confirmed: the positive response, mirroring how it was asked for. */
static enum step confirmed_step(struct conv *c, struct op *op)
{
    if (op->stage == 0) {
        struct chain_frame f;
        frame_response(&f, c->half.owe_dr1, true);
        c->half.owe_dr1 = false;
        channel_write(c, &f, 1, op->waits); /* Confirmed never reports a loss: the next call does */
        op->stage = 1;
    }
    if (channel_drain(c, op->waits) == 0)
        return STEP_WRITE;
    op->rc = CM_OK;
    return STEP_DONE;
}

CM_ENTRY cmcfmd(unsigned char *conversation_ID, CM_INT32 *return_code)
{
    struct conv *c = op_enter(conversation_ID, return_code);
    if (!c)
        return;
    if (op_check(c, VERB_CONFIRMED) != CM_OK) {
        op_refuse(c, CM_PROGRAM_STATE_CHECK, return_code);
        return;
    }
    enum verb_cell cell = verb_cell(VERB_CONFIRMED, (enum conv_state)c->state);
    struct op op = {.step = confirmed_step, .next = (enum conv_state)cell, .ends = cell == CELL_RESET};
    op_run(c, &op, conversation_ID, return_code);
}

static const enum verb send_verbs[] = {
    [CM_BUFFER_DATA] = VERB_SEND,
    [CM_SEND_AND_FLUSH] = VERB_SEND_FLUSH,
    [CM_SEND_AND_CONFIRM] = VERB_SEND_CONFIRM,
    [CM_SEND_AND_PREP_TO_RECEIVE] = VERB_SEND_PREPARE,
    [CM_SEND_AND_DEALLOCATE] = VERB_SEND_DEALLOCATE,
};

static enum verb send_verb(const struct conv *c)
{
    enum verb v = send_verbs[c->modes.send_type];
    if (v == VERB_SEND_DEALLOCATE && c->modes.deallocate_type == CM_DEALLOCATE_ABEND)
        return VERB_SEND_DEALLOCATE_ABEND;
    return v;
}

static enum chain_end send_end(const struct conv *c, enum verb v)
{
    switch (v) {
    case VERB_SEND_FLUSH:
    case VERB_SEND_DEALLOCATE_ABEND:
        return CHAIN_FLUSH;
    case VERB_SEND_CONFIRM:
        return CHAIN_CONFIRM;
    case VERB_SEND_PREPARE:
        return prepares_with_confirm(c) ? CHAIN_CONFIRM_TURN : CHAIN_TURN;
    case VERB_SEND_DEALLOCATE:
        return deallocates_with_confirm(c) ? CHAIN_CONFIRM_DEALLOCATE : CHAIN_DEALLOCATE;
    default:
        return CHAIN_MORE;
    }
}

/* The user's octets as pieces of the stream, with GDS headers around them when mapped. */
static void mapped_pieces(struct op *op, const unsigned char *buffer, size_t n)
{
    size_t split;
    record_mapped_head(n, op->head, op->head2, &split);
    op->in[0] = (struct seg){op->head, sizeof op->head};
    op->in[1] = (struct seg){buffer, split};
    op->n_in = 2;
    if (split < n) { /* too long for one LL: a continued variable */
        op->in[2] = (struct seg){op->head2, sizeof op->head2};
        op->in[3] = (struct seg){buffer + split, n - split};
        op->n_in = 4;
    }
}

/* State and range, in the order of [C62]; for basic conversations also where the data leave the record.
 * *AFTER is that place. */
static CM_INT32 check_send(struct conv *c, enum verb v, const unsigned char *buffer, CM_INT32 n,
                           struct record_out *after)
{
    enum conv_state s = (enum conv_state)c->state;
    if (verb_cell(v, s) == CELL_STATE_CHECK)
        return CM_PROGRAM_STATE_CHECK;
    if (n < 0 || n > BUFFER_MAX)
        return CM_PROGRAM_PARAMETER_CHECK;
    *after = c->half.sent;
    if (c->attach.type == CM_MAPPED_CONVERSATION)
        return CM_OK;
    if (record_out_scan(after, buffer, (size_t)n) < 0)
        return CM_PROGRAM_PARAMETER_CHECK;
    if (record_out_open(after) && verb_needs_boundary(v, s))
        return CM_PROGRAM_STATE_CHECK;
    return CM_OK;
}

CM_ENTRY cmsend(unsigned char *conversation_ID, unsigned char *buffer, CM_INT32 *send_length,
                CM_INT32 *request_to_send_received, CM_INT32 *return_code)
{
    struct conv *c = op_enter(conversation_ID, return_code);
    if (!c)
        return;
    if (!send_length || !request_to_send_received || (!buffer && *send_length != 0)) {
        op_refuse(c, CM_PROGRAM_PARAMETER_CHECK, return_code);
        return;
    }
    enum verb v = send_verb(c);
    struct record_out after;
    CM_INT32 bad = check_send(c, v, buffer, *send_length, &after);
    if (bad) {
        op_refuse(c, bad, return_code);
        return;
    }
    size_t n = (size_t)*send_length;
    struct op op = send_op(send_end(c, v));
    op.check = true;
    op.rts = request_to_send_received;
    if (c->attach.type == CM_MAPPED_CONVERSATION) {
        mapped_pieces(&op, buffer, n);
    } else if (n > 0) {
        op.in[0] = (struct seg){buffer, n};
        op.n_in = 1;
    }
    if (v == VERB_SEND_DEALLOCATE_ABEND) {
        op.abend = true;
        op.next = 0;
    } else if (v == VERB_SEND_DEALLOCATE) {
        conv_set_log(c, NULL, 0);
    }
    c->half.sent = after;
    conv_count(c, n, true, 0, false);
    op_run(c, &op, conversation_ID, return_code);
}
