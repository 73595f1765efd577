/* Cancel: whatever is under way on a conversation, from whatever thread. */
#include "tp/conv/cancel.h"

#include <sys/socket.h>

#include "snanode/wire/sense.h"
#include "tp/conv/async.h"
#include "tp/conv/channel.h"
#include "tp/conv/failure.h"
#include "tp/conv/table.h"
#include "tp/conv/waiting.h"

/* End the operation of C, which this thread has taken: nobody else uses it until it is complete.  Called
 * under the lock, which is released meanwhile. */
static void cancel_taken(struct conv *c)
{
    async_withdraw(c);
    async_unlock();
    if (c->node.port >= 0) {
        c->later.op.waits = true;
        while (c->later.op.step(c, &c->later.op) != STEP_DONE)
            ;
        if (c->node.port >= 0)
            c->later.op.keep(c); /* it does not: the conversation that came meanwhile ends */
    }
    if (c->later.op.receive)
        receive_gives_way(c);
    conv_abend(c);
    async_lock();
    bool by_wait = !c->later.notice;
    async_complete(c, OUTCOME_CANCELLED);
    if (by_wait && !waiting_anybody()) /* the completion must not appear in a later wait */
        async_collect(c);
    async_stepped();
}

/* A call of another thread is under way: make it return. */
static void cancel_running(struct conv *c)
{
    if (c->node.port >= 0) {
        async_withdraw(c);
    } else if (c->channel.fd >= 0) {
        struct chain_frame f;
        uint8_t ru[6];
        frame_unbind(&f, SENSE_ABEND_SVC, ru); /* not an FMH-7: the chain is the other thread's */
        if (c->half.tx_begun)
            channel_say_over(c, &f);
        shutdown(c->channel.fd, SHUT_RDWR);
    }
}

/* After Cancel has returned no thread uses the buffers of an operation. */
static void cancel_pending(struct conv *c, enum life was)
{
    if (was == LIFE_STEPPING || was == LIFE_PASSED) {
        async_await_step(c);                  /* a step does not wait */
        life_move(&c->life, LIFE_STEP, NULL); /* no, when that step has ended the operation */
    }
    if (life_is_stepping(c->life))
        cancel_taken(c);
    else if (life_is_complete(c->life))
        conv_abend(c);
}

void conv_cancel(struct conv *c)
{
    enum life was;
    async_lock();
    bool first = life_move(&c->life, LIFE_CANCEL, &was);
    conv_void(c); /* at once, however long the other thread takes to come out of its call */
    if (first && was == LIFE_CALL)
        cancel_running(c);
    else if (first && was != LIFE_IDLE)
        cancel_pending(c, was);
    async_unlock();
    if (first && was == LIFE_IDLE) { /* this thread is the one inside */
        conv_abend(c);
        life_move(&c->life, LIFE_LEAVE, NULL);
    }
}
