/* Running an operation: to its end in blocking mode, as far as it goes otherwise. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "tp/libcpic/cause.h"
#include "tp/libcpic/control.h"
#include "tp/libcpic/conv.h"
#include "tp/libcpic/hook.h"
#include "wincpic.h"

static struct conv *look_up(unsigned char *id, CM_INT32 *rc)
{
    struct conv *c;
    if (!library_started())
        *rc = product_error_stopped();
    else if (!id || !(c = conv_get(id)))
        *rc = CM_PROGRAM_PARAMETER_CHECK;
    else
        return c;
    return NULL;
}

struct conv *conv_enter(unsigned char *id, CM_INT32 *rc)
{
    return rc ? look_up(id, rc) : NULL;
}

static _Thread_local uint32_t context;

uint32_t context_get(void)
{
    return context;
}

static void context_use(const struct conv *c)
{
    if (c->node.accepted && c->node.id)
        context = c->node.id;
}

/* Another call is under way, or the ID has become void since it was looked up. */
static void refuse_entry(struct conv *c, CM_INT32 *rc)
{
    *rc = c->life == LIFE_OVER ? CM_PROGRAM_PARAMETER_CHECK : CM_OPERATION_NOT_ACCEPTED;
    conv_put(c);
}

struct conv *op_enter(unsigned char *id, CM_INT32 *rc)
{
    struct conv *c = conv_enter(id, rc);
    if (!c)
        return NULL;
    if (!life_move(&c->life, LIFE_ENTER, NULL)) {
        refuse_entry(c, rc);
        return NULL;
    }
    context_use(c);
    return c;
}

struct conv *op_enter_over(unsigned char *id, CM_INT32 *rc, bool *over)
{
    struct conv *c = conv_enter(id, rc);
    *over = false;
    if (!c)
        return NULL;
    if (life_move(&c->life, LIFE_ENTER, NULL))
        return c;
    async_lock();
    if (async_hold_receive(c)) {
        *over = true; /* [HIS: Asynchronous Call Completion]; the lock keeps the Receive still */
        return c;
    }
    async_unlock();
    refuse_entry(c, rc);
    return NULL;
}

/* Who cancelled while a call was under way has left the end to the thread inside.  That thread is alone now:
 * nobody enters a conversation that is over. */
static void leave(struct conv *c)
{
    enum life was;
    life_move(&c->life, LIFE_LEAVE, &was);
    if (life_is_cancelled(was) && c->state != CS_RESET)
        conv_abend(c);
}

void op_leave(struct conv *c)
{
    leave(c);
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

void op_refuse(struct conv *c, CM_INT32 code, CM_INT32 *rc)
{
    *rc = code;
    op_leave(c);
}

/* A cancel that arrived before the port was known had nothing to withdraw: withdraw it now. */
void op_set_port(struct conv *c, int port)
{
    async_lock();
    c->node.port = port;
    if (life_is_cancelled(
            c->life)) /* between entering the call and this: whoever cancelled found no port to say it on */
        async_withdraw(c);
    async_unlock();
}

CM_INT32 op_check(const struct conv *c, enum verb v)
{
    enum conv_state s = (enum conv_state)c->state;
    if (verb_cell(v, s) == CELL_STATE_CHECK)
        return CM_PROGRAM_STATE_CHECK;
    if (c->attach.type == CM_BASIC_CONVERSATION && verb_needs_boundary(v, s) &&
        record_out_open(&c->half.sent))
        return CM_PROGRAM_STATE_CHECK;
    return CM_OK;
}

void op_finish(struct conv *c, struct op *op)
{
    bool cancelled = c->node.port >= 0 ? !op->keep(c) : life_is_cancelled(c->life);
    if (cancelled) {
        if (c->node.id)
            conv_abend(c);
        op->rc = CM_DEALLOCATED_ABEND;
    } else if (op->rc == CM_OK && op->ends) {
        conv_end(c);
    } else if (op->rc == CM_OK && op->next) {
        conv_set_state(c, op->next);
    }
    context_use(c);
    if (op->rc != CM_PROGRAM_PARAMETER_CHECK && op->rc != CM_PROGRAM_STATE_CHECK)
        conv_report_rts(c, op->rts);
}

static void run_to_end(struct conv *c, struct op *op)
{
    op->waits = true;
    while (op->step(c, op) != STEP_DONE)
        ;
}

/* Blocking with a hook: the hook is called again and again while the call waits [HIS: CPI-C Considerations
 * for Windows].  When it returns FALSE the call ends, as if another thread had cancelled the conversation:
 * data that has flowed cannot be taken back, and an operation that continued would write into buffers that
 * the program has left [C41]. */
static void run_hooked(struct conv *c, struct op *op)
{
    op->waits = false;
    for (;;) {
        enum step s = op->step(c, op);
        if (s == STEP_DONE)
            return;
        int fd = c->node.port >= 0 ? c->node.port : c->channel.fd;
        struct pollfd p = {fd, s == STEP_WRITE ? POLLOUT : POLLIN, 0};
        if (!hook_poll(&p, 1)) {
            conv_cancel(c);
            run_to_end(c, op);
            return;
        }
    }
}

static void run_blocking(struct conv *c, struct op *op, CM_INT32 *rc)
{
    if (hook_is_set())
        run_hooked(c, op);
    else
        run_to_end(c, op);
    op_finish(c, op);
    *rc = op->rc;
    op_leave(c);
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

static void run_nonblocking(struct conv *c, const struct op *given, unsigned char *id_at, CM_INT32 *rc)
{
    c->later.op = *given;
    c->later.id_at = id_at;
    if (own_data(&c->later.op, given) < 0) {
        op_refuse(c, product_error("no memory for the data of a nonblocking call"), rc);
        return;
    }
    if (c->later.op.step(c, &c->later.op) == STEP_DONE) {
        op_finish(c, &c->later.op);
        *rc = c->later.op.rc;
        free(c->later.op.copy);
        c->later.op.copy = NULL;
        op_leave(c);
        return;
    }
    *rc = CM_OPERATION_INCOMPLETE;
    async_add(c); /* takes over the caller's reference */
}

void op_run_mode(struct conv *c, struct op *op, bool nonblocking, unsigned char *id_at, CM_INT32 *rc)
{
    if (nonblocking)
        run_nonblocking(c, op, id_at, rc);
    else if (!WinCPICIsBlocking())
        run_blocking(c, op, rc);
    else { /* called from the hook: one blocking call per thread [C40] */
        if (op->accept)
            conv_end(c);
        op_refuse(c, CM_OPERATION_NOT_ACCEPTED, rc);
    }
}

void op_run(struct conv *c, struct op *op, unsigned char *id_at, CM_INT32 *rc)
{
    op_run_mode(c, op, c->modes.processing_mode == CM_NON_BLOCKING, id_at, rc);
}
