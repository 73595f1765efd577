/* Incomplete operations [HIS: Asynchronous Call Completion]; waiting.c has the threads that carry them on. */
#include "tp/conv/async.h"

#include <stdlib.h>

#include "tp/conv/cause.h"
#include "tp/conv/control.h"
#include "tp/conv/op.h"
#include "tp/conv/table.h"
#include "tp/conv/waiting.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct list incomplete = {&incomplete, &incomplete}; /* conv.later.link; each holds a reference */
static pthread_cond_t stepped = PTHREAD_COND_INITIALIZER;   /* some conversation is no longer stepping */

void async_lock(void)
{
    pthread_mutex_lock(&lock);
}

bool async_try_lock(void)
{
    return pthread_mutex_trylock(&lock) == 0;
}

void async_unlock(void)
{
    pthread_mutex_unlock(&lock);
}

struct list *async_incomplete(void)
{
    return &incomplete;
}

void async_forked(void)
{
    pthread_mutex_init(&lock, NULL);
    pthread_cond_init(&stepped, NULL);
    list_init(&incomplete);
}

void async_drop_notice(const struct op_notice *notice)
{
    LIST_FOREACH(l, &incomplete) {
        struct conv *c = LIST_OWNER(l, struct conv, later.link);
        if (c->later.notice == notice)
            c->later.notice = NULL;
    }
    waiting_wake();
}

void async_collect(struct conv *c)
{
    list_remove(&c->later.link);
    free(c->later.cause);
    c->later.cause = NULL;
    free(c->later.op.copy);
    c->later.op.copy = NULL;
    op_leave(c); /* the list's reference */
}

void async_complete(struct conv *c, enum outcome outcome)
{
    const struct op_notice *notice = c->later.notice;
    bool collects = notice && notice->collects;
    if (outcome == OUTCOME_LOCAL_FAILURE)
        c->later.cause = cause_copy();
    /* After Cleanup has begun that is its word, whatever else came. */
    c->later.op.outcome = library_started() ? outcome : OUTCOME_CANCELLED;
    life_move(&c->life, LIFE_DONE, NULL);
    if (notice)
        notice->complete(c);
    if (!collects)
        waiting_wake();
}

/* The socket of a Receive may not have taken the frame of a Request_To_Send: that frame is still queued. */
struct pollfd async_pollfd(const struct conv *c)
{
    short events = POLLIN;
    if (!list_empty(&c->channel.out))
        events = c->later.op.reads ? POLLIN | POLLOUT : POLLOUT;
    return (struct pollfd){.fd = c->node.port >= 0 ? c->node.port : c->channel.fd, .events = events};
}

void async_carry_on(struct conv *c)
{
    if (!life_move(&c->life, LIFE_STEP, NULL))
        return;
    pthread_mutex_unlock(&lock);
    /* Steps take the lock themselves (begin.c).  Nobody else steps: LIFE says so. */
    enum step s = c->later.op.step(c, &c->later.op);
    if (s == STEP_DONE)
        op_finish(c, &c->later.op);
    pthread_mutex_lock(&lock);
    enum life was = LIFE_NONE;
    if (s == STEP_DONE)
        async_complete(c, c->later.op.outcome);
    else
        life_move(&c->life, LIFE_REST, &was);
    if (was == LIFE_PASSED || was == LIFE_STEPPING_CANCELLED)
        waiting_wake(); /* they wait without it, and nobody else would look at its socket */
    pthread_cond_broadcast(&stepped);
}

void async_await_step(struct conv *c)
{
    while (life_is_stepping(c->life))
        pthread_cond_wait(&stepped, &lock);
}

void async_stepped(void)
{
    pthread_cond_broadcast(&stepped);
}

/* An incomplete Receive, which makes no progress as long as the lock is held. */
static bool hold_receive(struct conv *c)
{
    async_await_step(c);
    return life_is_incomplete(c->life) && c->later.op.receive;
}

bool async_enter_over(struct conv *c, bool *over)
{
    *over = false;
    if (life_move(&c->life, LIFE_ENTER, NULL))
        return true;
    async_lock();
    *over = hold_receive(c); /* [HIS: Asynchronous Call Completion] */
    if (!*over)
        async_unlock();
    return *over;
}

void async_end_peek(struct conv *c)
{
    if (!life_is_pending(c->life))
        return;
    async_lock();
    if (hold_receive(c) && c->later.op.peeks)
        async_complete(c, OUTCOME_OVERTAKEN);
    async_unlock();
}

void async_end_watch(struct conv *c)
{
    if (!life_is_pending(c->life))
        return;
    async_lock();
    async_await_step(c);
    if (life_is_incomplete(c->life) && c->later.op.watches)
        async_complete(c, OUTCOME_OVERTAKEN);
    async_unlock();
}

void async_leave_over(struct conv *c, bool over)
{
    if (over) {
        async_unlock();
        conv_put(c);
    } else {
        op_leave(c);
    }
}

void async_add_locked(struct conv *c)
{
    const struct op_face *face = c->later.op.face;
    c->later.notice = face && face->notice ? face->notice(c) : NULL;
    life_move(&c->life, LIFE_PARK, NULL);
    list_append(&incomplete, &c->later.link);
    if (c->later.notice)
        waiting_need_notifier();
    waiting_wake();
}

void async_add(struct conv *c)
{
    async_lock();
    async_add_locked(c);
    async_unlock();
}

void async_withdraw(struct conv *c)
{
    struct lp_cancel m = {.reserved = 0};
    uint8_t msg[16];
    size_t n = lp_cancel_encode(&m, msg, sizeof msg);
    if (c->node.port >= 0)
        control_send(c->node.port, msg, n);
}

/* ---- unloading ---- */

bool async_is_used(void)
{
    bool used = pthread_mutex_trylock(&lock) != 0;
    if (used)
        return true;
    used = waiting_anybody();
    LIST_FOREACH(l, &incomplete)
        used |= life_is_stepping(LIST_OWNER(l, struct conv, later.link)->life);
    pthread_mutex_unlock(&lock);
    return used;
}

void async_unload(void)
{
    async_lock();
    LIST_FOREACH_SAFE(l, &incomplete) {
        struct conv *c = LIST_OWNER(l, struct conv, later.link);
        life_move(&c->life, LIFE_DONE, NULL);
        async_collect(c);
    }
    async_unlock();
}

/* ---- for programs with an event loop ---- */

bool async_poll(struct conv *c, int *fd, short *events)
{
    async_lock();
    bool any = life_is_pending(c->life);
    if (any) {
        struct pollfd p = async_pollfd(c);
        *fd = p.fd;
        *events = p.events;
    }
    async_unlock();
    return any;
}

bool async_step(struct conv *c, enum outcome *outcome)
{
    async_lock();
    bool any = life_is_pending(c->life);
    *outcome = OUTCOME_INCOMPLETE;
    async_carry_on(c);
    if (life_is_complete(c->life)) {
        *outcome = c->later.op.outcome;
        cause_set_sense(c->sense);
        if (c->later.cause)
            cause_put(c->later.cause);
        async_collect(c);
    }
    async_unlock();
    return any;
}
