#include "tp/conv/run.h"

#include <stdlib.h>
#include <string.h>

#include "tp/conv/async.h"
#include "tp/conv/cancel.h"
#include "tp/conv/cause.h"
#include "tp/conv/op.h"

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

enum outcome run_op(struct conv *c, struct op *op, bool nonblocking)
{
    return nonblocking ? run_nonblocking(c, op) : run_blocking(c, op);
}
