/* Running an operation: to its end in blocking mode, as far as it goes otherwise. */
#include "tp/conv/op.h"

#include <stdlib.h>
#include <string.h>

#include "tp/conv/async.h"
#include "tp/conv/cancel.h"
#include "tp/conv/cause.h"
#include "tp/conv/failure.h"
#include "tp/conv/state.h"
#include "tp/conv/table.h"

static _Thread_local uint32_t context;

uint32_t op_context(void)
{
    return context;
}

static void context_use(const struct conv *c)
{
    if (c->node.accepted && c->node.id)
        context = c->node.id;
}

/* ---- entering and leaving ---- */

bool op_enter(struct conv *c)
{
    if (!life_move(&c->life, LIFE_ENTER, NULL))
        return false;
    context_use(c);
    return true;
}

bool op_enter_over(struct conv *c, bool *over)
{
    *over = false;
    if (life_move(&c->life, LIFE_ENTER, NULL))
        return true;
    async_lock();
    *over = async_hold_receive(c); /* [HIS: Asynchronous Call Completion]; the lock keeps the Receive still */
    if (!*over)
        async_unlock();
    return *over;
}

/* Who cancelled while a call was under way has left the end to the thread inside.  That thread is alone now:
 * nobody enters a conversation that is over. */
void op_leave(struct conv *c)
{
    enum life was;
    life_move(&c->life, LIFE_LEAVE, &was);
    if (life_is_cancelled(was) && c->state != CS_RESET)
        conv_abend(c);
    conv_put(c);
}

void op_leave_over(struct conv *c, bool over)
{
    if (over) {
        async_unlock();
        conv_put(c);
    } else {
        op_leave(c);
    }
}

/* A cancel between entering the call and this found no port to say it on: withdraw now. */
void op_set_port(struct conv *c, int port)
{
    async_lock();
    c->node.port = port;
    if (life_is_cancelled(c->life))
        async_withdraw(c);
    async_unlock();
}

enum outcome op_check(const struct conv *c, enum verb v)
{
    enum conv_state s = (enum conv_state)c->state;
    if (verb_cell(v, s) == CELL_STATE_CHECK)
        return OUTCOME_STATE_CHECK;
    if (c->attach.type == CONV_BASIC && verb_needs_boundary(v, s) && record_out_open(&c->half.sent))
        return OUTCOME_STATE_CHECK;
    return OUTCOME_OK;
}

/* ---- running ---- */

void op_finish(struct conv *c, struct op *op)
{
    bool cancelled = c->node.port >= 0 ? !op->keep(c) : life_is_cancelled(c->life);
    if (cancelled) {
        if (c->node.id)
            conv_abend(c);
        op->outcome = OUTCOME_CANCELLED;
    } else if (op->outcome == OUTCOME_OK && op->ends) {
        conv_end(c);
    } else if (op->outcome == OUTCOME_OK && op->next) {
        conv_set_state(c, op->next);
    }
    context_use(c);
    if (op->face && op->face->give)
        op->face->give(c, op);
}

static void run_to_end(struct conv *c, struct op *op)
{
    op->waits = true;
    while (op->step(c, op) != STEP_DONE)
        ;
}

/* Blocking with a face that polls itself.  When it ends the wait, the call ends as if another thread had
 * cancelled the conversation: data that has flowed cannot be taken back, and an operation that continued
 * would write into buffers that the program has left [C41]. */
static void run_polled(struct conv *c, struct op *op)
{
    op->waits = false;
    for (;;) {
        enum step s = op->step(c, op);
        if (s == STEP_DONE)
            return;
        int fd = c->node.port >= 0 ? c->node.port : c->channel.fd;
        struct pollfd p = {fd, s == STEP_WRITE ? POLLOUT : POLLIN, 0};
        if (!op->face->poll(&p, 1)) {
            conv_cancel(c);
            run_to_end(c, op);
            return;
        }
    }
}

static enum outcome run_blocking(struct conv *c, struct op *op)
{
    if (op->face && op->face->polls && op->face->polls())
        run_polled(c, op);
    else
        run_to_end(c, op);
    op_finish(c, op);
    op_leave(c);
    return op->outcome;
}

/* The pieces of a Send_Data point into the program's buffer and into the caller's struct: the operation
 * gets its own copies, so that the program may reuse its buffer [C63]. */
static int own_data(struct op *op, const struct op *given)
{
    size_t n = 0;
    for (unsigned i = 0; i < op->n_in; i++)
        n += op->in[i].n;
    if (n == 0)
        return 0;
    uint8_t *p = op->copy = malloc(n);
    if (!p)
        return -1;
    for (unsigned i = 0; i < op->n_in; i++) {
        if (op->in[i].n > 0) /* a piece of no octets may be nowhere */
            memcpy(p, given->in[i].p, op->in[i].n);
        op->in[i].p = p;
        p += op->in[i].n;
    }
    return 0;
}

static enum outcome run_nonblocking(struct conv *c, const struct op *given)
{
    struct op *op = &c->later.op;
    *op = *given;
    if (own_data(op, given) < 0) {
        op_leave(c);
        return cause_set("no memory for the data of a nonblocking call");
    }
    if (op->step(c, op) != STEP_DONE) {
        async_add(c); /* takes over the caller's reference */
        return OUTCOME_INCOMPLETE;
    }
    op_finish(c, op);
    enum outcome outcome = op->outcome;
    free(op->copy);
    op->copy = NULL;
    op_leave(c);
    return outcome;
}

enum outcome op_run(struct conv *c, struct op *op, bool nonblocking)
{
    return nonblocking ? run_nonblocking(c, op) : run_blocking(c, op);
}
