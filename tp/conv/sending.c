#include "tp/conv/sending.h"

#include <string.h>

#include "snanode/wire/sense.h"
#include "tp/conv/async.h"
#include "tp/conv/channel.h"
#include "tp/conv/failure.h"
#include "tp/conv/half.h"
#include "tp/conv/heard.h"
#include "tp/conv/state.h"

/* ---- sending ---- */

/* As far as is known without a system call. */
static bool nothing_came(struct conv *c)
{
    return !c->half.have_cur && !c->half.negative && list_empty(&c->channel.in) && !heard_any(c);
}

enum step sending_look_for_error(struct conv *c, struct op *op)
{
    if (!c->half.tx.begun)
        return STEP_WRITE; /* the Attach has not flowed: nobody can answer */
    if (nothing_came(c))
        return STEP_WRITE;
    for (;;) {
        int r = half_read(c, c->half.negative && op->waits);
        if (r == 0)
            heard_nothing(c);
        if (r == 0)
            return c->half.negative ? STEP_READ : STEP_WRITE;
        if (r < 0) {
            op->outcome = conv_node_lost(c);
            return STEP_DONE;
        }
        if (c->half.cur.kind == IN_NEGATIVE) {
            c->half.negative = true;
            c->half.have_cur = false;
            continue;
        }
        op->outcome = conv_take_error(c, true);
        return STEP_DONE;
    }
}

/* After a failed write: what the partner or the node left for us to read says why. */
static enum step read_reason(struct conv *c, struct op *op)
{
    for (;;) {
        int r = half_read(c, false);
        if (r <= 0) {
            op->outcome = conv_node_lost(c);
            return STEP_DONE;
        }
        bool over = c->half.cur.kind == IN_DATA && c->half.cur.end == CHAIN_DEALLOCATE;
        if (over || c->half.cur.kind == IN_ERROR || c->half.cur.kind == IN_UNBIND) {
            op->outcome = conv_take_error(c, true);
            return STEP_DONE;
        }
        c->half.have_cur = false;
    }
}

/* The partner's answer to a confirmation request. */
static enum step await_answer(struct conv *c, struct op *op)
{
    for (;;) {
        int r = half_read(c, op->waits);
        if (r == 0)
            return STEP_READ;
        if (r < 0) {
            op->outcome = conv_node_lost(c);
            return STEP_DONE;
        }
        if (c->half.cur.kind == IN_NEGATIVE) {
            c->half.negative = true;
            c->half.have_cur = false;
            continue;
        }
        if (c->half.cur.kind == IN_POSITIVE) {
            c->half.have_cur = false;
            op->outcome = OUTCOME_OK;
            return STEP_DONE;
        }
        op->outcome = conv_take_error(c, false);
        return STEP_DONE;
    }
}

static bool asks_confirmation(enum chain_end e)
{
    return e == CHAIN_CONFIRM || e == CHAIN_CONFIRM_TURN || e == CHAIN_CONFIRM_DEALLOCATE;
}

enum {
    STAGE_LOOK,   /* for errors of the partner */
    STAGE_FULL,   /* the socket is, still */
    STAGE_ANSWER, /* is waited for, if one was asked for */
    STAGE_FAILED, /* the write has */
};

static enum step send_step(struct conv *c, struct op *op)
{
    enum step s;
    if (op->stage == STAGE_LOOK) {
        if (op->check && (s = sending_look_for_error(c, op)) != STEP_WRITE)
            return s;
        op->stage = STAGE_FULL;
        if (half_put(c, op->in, op->n_in, op->end, op->waits) < 0)
            op->stage = STAGE_FAILED; /* the reason may be waiting to be read */
    }
    if (op->stage == STAGE_FULL) {
        int r = channel_drain(c, op->waits);
        if (r == 0)
            return STEP_WRITE;
        op->stage = r < 0 ? STAGE_FAILED : STAGE_ANSWER;
    }
    /* Calls that do not wait never report what the partner did: the next one will [HIS: Allocate]. */
    if (op->stage == STAGE_FAILED && (op->check || asks_confirmation(op->end)))
        return read_reason(c, op);
    if (asks_confirmation(op->end))
        return await_answer(c, op);
    if (op->abend) {
        conv_abend_now(c, op->sense);
        op->ends = false;
    }
    op->outcome = OUTCOME_OK;
    return STEP_DONE;
}

/* The user's octets as pieces of the stream, with GDS headers around them when mapped. */
static void mapped_pieces(struct op *op, const uint8_t *buffer, size_t n)
{
    unsigned heads = record_mapped_heads(&op->heads, n);
    op->n_in = 0;
    for (unsigned i = 0; i < heads; i++) {
        op->in[op->n_in++] = (struct seg){op->heads.octets[i], i == 0 ? 4 : 2};
        op->in[op->n_in++] = (struct seg){buffer, op->heads.data[i]};
        buffer = op->heads.data[i] > 0 ? buffer + op->heads.data[i] : buffer;
    }
}

static enum conv_state next_of(enum chain_end e)
{
    return e == CHAIN_TURN || e == CHAIN_CONFIRM_TURN ? CS_RECEIVE : CS_SEND;
}

struct op sending_end(enum chain_end end)
{
    return (struct op){.step = send_step,
                       .end = end,
                       .next = next_of(end),
                       .ends = end == CHAIN_DEALLOCATE || end == CHAIN_CONFIRM_DEALLOCATE};
}

/* ---- Send_Data without an operation ---- */

static bool may_be_at_once(enum chain_end end, bool waits)
{
    return end == CHAIN_MORE || (waits && (end == CHAIN_FLUSH || end == CHAIN_TURN));
}

/* Put the record into the buffer.  False: it does not fit. */
static bool hold(struct chain *tx, bool mapped, const uint8_t *data, size_t n)
{
    size_t head = mapped ? RECORD_HEAD : 0;
    uint8_t *room = chain_room(tx, head + n);
    if (!room)
        return false;
    if (mapped)
        record_mapped_head(room, n);
    if (n > 0)
        memcpy(room + head, data, n);
    return true;
}

/* The buffer flows, up to END. */
static int flow(struct conv *c, enum chain_end end)
{
    struct chain_frame f;
    unsigned frames =
        c->half.tx.n > 0 ? chain_held(&c->half.tx, end, &f) : chain_put(&c->half.tx, NULL, 0, end, &f);
    return frames > 0 ? half_write(c, &f, 1, true) : 0;
}

#define FLOWS 2 /* frames */

/* ... with this record, which does not fit into it.  1, or -1 as half_write; 0: it needs more frames. */
static OUT_OF_LINE int flow_with(struct conv *c, bool mapped, const uint8_t *data, size_t n,
                                 enum chain_end end)
{
    uint8_t head[RECORD_HEAD];
    struct seg in[] = {{head, mapped ? RECORD_HEAD : 0}, {data, n}};
    struct chain_frame f[FLOWS];
    if (chain_frames_max(&c->half.tx, in, 2) > FLOWS)
        return 0;
    record_mapped_head(head, n);
    unsigned frames = chain_put(&c->half.tx, in, 2, end, f);
    int bad = frames > 0 ? half_write(c, f, frames, true) : 0;
    chain_done(&c->half.tx);
    return bad ? -1 : 1;
}

int sending_at_once(struct conv *c, bool mapped, const uint8_t *buffer, size_t n, enum chain_end end,
                    bool waits)
{
    if ((c->state != CS_SEND && c->state != CS_SEND_PENDING) || c->node.port >= 0 || n > RECORD_DATA_MAX ||
        !may_be_at_once(end, waits) || !nothing_came(c))
        return 0;
    int done = 1;
    if (!hold(&c->half.tx, mapped, buffer, n))
        done = waits ? flow_with(c, mapped, buffer, n, end) : 0;
    else if (end != CHAIN_MORE && flow(c, end) < 0)
        done = -1;
    if (done > 0)
        conv_set_state(c, next_of(end));
    return done;
}

struct op sending_failed(enum chain_end end)
{
    struct op op = sending_end(end);
    op.check = true;
    op.stage = STAGE_FAILED;
    return op;
}

void sending_data(struct op *op, bool mapped, const uint8_t *buffer, size_t n)
{
    op->check = true;
    if (mapped) {
        mapped_pieces(op, buffer, n);
    } else if (n > 0) {
        op->in[0] = (struct seg){buffer, n};
        op->n_in = 1;
    }
}

void sending_then_abend(struct op *op)
{
    op->abend = true;
    op->sense = SENSE_ABEND_PROG;
    op->next = 0;
}

/* ---- Deallocate(ABEND) ---- */

static enum step abend_step(struct conv *c, struct op *op)
{
    conv_flush_abend(c, op->sense, op->waits);
    op->outcome = OUTCOME_OK;
    return STEP_DONE;
}

struct op sending_abend(void)
{
    return (struct op){.step = abend_step, .sense = SENSE_ABEND_PROG};
}

void sending_abend_over(struct conv *c, uint32_t sense)
{
    receive_gives_way(c);
    conv_flush_abend(c, sense, false); /* the lock is held */
    async_complete(c, OUTCOME_CANCELLED);
}

/* ---- Confirmed ---- */

/* Confirmed: the positive response, mirroring how it was asked for. */
static enum step confirmed_step(struct conv *c, struct op *op)
{
    if (op->stage == 0) {
        struct chain_frame f;
        frame_response(&f, c->half.owe_dr1, true);
        c->half.owe_dr1 = false;
        half_write(c, &f, 1, op->waits); /* Confirmed never reports a loss: the next call does */
        op->stage = 1;
    }
    if (channel_drain(c, op->waits) == 0)
        return STEP_WRITE;
    op->outcome = OUTCOME_OK;
    return STEP_DONE;
}

struct op sending_confirmed(const struct conv *c)
{
    enum verb_cell cell = verb_cell(VERB_CONFIRMED, (enum conv_state)c->state);
    return (struct op){.step = confirmed_step, .next = (enum conv_state)cell, .ends = cell == CELL_RESET};
}
