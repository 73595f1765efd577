/* The threads that carry incomplete operations on [HIS: Asynchronous Call Completion].
 *
 * One thread of the library continues the operations whose completion the face tells by a notice.  The
 * threads that wait continue all others; they poll the descriptors themselves. */
#include "tp/conv/waiting.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "tp/conv/async.h"
#include "tp/conv/cause.h"
#include "tp/conv/control.h"
#include "tp/conv/table.h"

/* A thread that polls: one of waiting_any, or the notifier. */
struct waiter {
    struct list link;
    int wake; /* eventfd */
    const struct op_face *face;
    bool notifier;
    bool stop;     /* the notifier's work is over */
    bool ending;   /* Cleanup has begun, and answers the thread itself: ... */
    bool answered; /* ... it has, with RESULT */
    struct waiting_result result;
    char *cause;      /* of OUTCOME_LOCAL_FAILURE */
    uint32_t sense;   /* that came with the result */
    struct pollfd *p; /* of one round; the first is WAKE */
    struct conv **c;  /* whose each is */
    unsigned n, cap;
};

static struct list waiters = {&waiters, &waiters};
static struct waiter *the_notifier; /* NULL: none runs */
static pthread_t notifier_thread;
static const struct waiting_outlet *outlet; /* NULL: none */

void waiting_wake(void)
{
    LIST_FOREACH(l, &waiters)
        eventfd_write(LIST_OWNER(l, struct waiter, link)->wake, 1);
}

void waiting_set_outlet(const struct waiting_outlet *o)
{
    outlet = o;
}

bool waiting_anybody(void)
{
    bool yes = false;
    LIST_FOREACH(l, &waiters)
        yes |= !LIST_OWNER(l, struct waiter, link)->notifier;
    return yes;
}

void waiting_forked(void)
{
    list_init(&waiters);
    if (the_notifier) /* its thread is the parent's */
        close(the_notifier->wake);
    the_notifier = NULL;
}

/* ---- a thread that polls ---- */

/* Room for one more descriptor. */
static bool waiter_grow(struct waiter *w)
{
    if (w->n < w->cap)
        return true;
    unsigned cap = w->cap ? w->cap * 2 : 16;
    struct pollfd *p = realloc(w->p, cap * sizeof *p);
    if (p)
        w->p = p;
    struct conv **c = realloc(w->c, cap * sizeof *c);
    if (c)
        w->c = c;
    if (p && c)
        w->cap = cap;
    return p && c;
}

static int waiter_start(struct waiter *w, const struct op_face *face, bool notifier)
{
    *w = (struct waiter){.face = face, .notifier = notifier, .wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    list_append(&waiters, &w->link);
    return w->wake < 0 || !waiter_grow(w) ? -1 : 0;
}

static void waiter_stop(struct waiter *w)
{
    list_remove(&w->link);
    if (w->wake >= 0)
        close(w->wake);
    free(w->p);
    free(w->c);
}

/* True when this kind of waiter continues this operation. */
static bool mine(const struct waiter *w, const struct conv *c)
{
    return w->notifier == (c->later.notice != NULL);
}

/* Collect what this waiter may poll, with a reference to each conversation.  When memory is short: the
 * conversations that have waited longest. */
static void waiter_fill(struct waiter *w)
{
    w->p[0] = (struct pollfd){w->wake, POLLIN, 0};
    w->c[0] = NULL;
    w->n = 1;
    if (w->notifier && outlet && outlet->full() >= 0) {
        w->p[1] = (struct pollfd){outlet->full(), POLLOUT, 0};
        w->c[w->n++] = NULL;
    }
    LIST_FOREACH(l, async_incomplete()) {
        struct conv *c = LIST_OWNER(l, struct conv, later.link);
        if (life_is_complete(c->life) || !mine(w, c) || life_move(&c->life, LIFE_PASS, NULL))
            continue;
        if (!waiter_grow(w))
            break;
        conv_hold(c);
        w->p[w->n] = async_pollfd(c);
        w->c[w->n++] = c;
    }
}

/* Wait for any of them and continue it.  Called under the lock, which is released meanwhile.  Returns false
 * when the face has ended the wait. */
static bool poll_round(struct waiter *w)
{
    bool go_on = true;
    waiter_fill(w);
    async_unlock();
    if (w->face && w->face->polls && w->face->polls())
        go_on = w->face->poll(w->p, w->n);
    else
        poll(w->p, w->n, -1);
    async_lock();
    eventfd_t v;
    if (w->p[0].revents)
        eventfd_read(w->wake, &v);
    if (w->notifier && outlet)
        outlet->flush();
    for (unsigned i = 1; i < w->n; i++) {
        if (!w->c[i])
            continue;
        if (w->p[i].revents)
            async_carry_on(w->c[i]);
        conv_put(w->c[i]);
    }
    return go_on;
}

static void *notifier(void *arg)
{
    struct waiter *w = arg;
    async_lock();
    while (!w->stop)
        poll_round(w);
    waiter_stop(w);
    async_unlock();
    free(w);
    return NULL;
}

/* The program's signal handlers stay with the program's threads. */
static int start_quiet_thread(pthread_t *t, void *(*f)(void *), void *arg)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int bad = pthread_create(t, NULL, f, arg);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return bad;
}

/* ---- the notifier ---- */

void waiting_need_notifier(void)
{
    struct waiter *w;
    if (the_notifier || !(w = calloc(1, sizeof *w)))
        return;
    if (waiter_start(w, NULL, true) == 0 && start_quiet_thread(&notifier_thread, notifier, w) == 0) {
        the_notifier = w;
        return;
    }
    waiter_stop(w);
    free(w);
}

/* End the notifier and wait for its end.  Called under the lock, which is released meanwhile. */
static void stop_notifier(void)
{
    struct waiter *w = the_notifier;
    pthread_t t = notifier_thread;
    the_notifier = NULL;
    if (w) {
        w->stop = true;
        eventfd_write(w->wake, 1);
    }
    async_unlock();
    if (w)
        pthread_join(t, NULL);
}

void waiting_stop_notifier(void)
{
    async_lock();
    stop_notifier();
}

#define PAUSE_MS 1000 /* nobody has the lock for so long, but one who will never give it back */

bool waiting_pause(void)
{
    for (int i = 0; i < PAUSE_MS; i++) {
        if (async_try_lock()) {
            stop_notifier();
            return true;
        }
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    return false;
}

void waiting_resume(void)
{
    async_lock();
    LIST_FOREACH(l, async_incomplete())
        if (LIST_OWNER(l, struct conv, later.link)->later.notice) {
            waiting_need_notifier();
            break;
        }
    async_unlock();
}

/* ---- a thread that waits for any operation ---- */

/* A thread that waits does not see the operation. */
static bool is_told(const struct conv *c)
{
    return c->later.notice && c->later.notice->collects;
}

/* Find the oldest completed operation that a wait reports; *ANY: there is an operation to wait for. */
static struct conv *find_complete(bool *any)
{
    *any = false;
    LIST_FOREACH(l, async_incomplete()) {
        struct conv *c = LIST_OWNER(l, struct conv, later.link);
        if (is_told(c))
            continue;
        *any = true;
        if (life_is_complete(c->life))
            return c;
    }
    return NULL;
}

/* Give the completion of C to W. */
static void answer(struct waiter *w, struct conv *c)
{
    memcpy(w->result.id, c->id, CONV_ID_SIZE);
    w->result.outcome = c->later.op.outcome;
    w->cause = c->later.cause;
    w->sense = c->sense;
    c->later.cause = NULL;
    w->answered = true;
    async_collect(c);
}

/* Wait until W has the completion of an operation. */
static enum waiting wait_for_any(struct waiter *w)
{
    bool any, go_on = true;
    for (;;) {
        struct conv *c = find_complete(&any);
        if (c && !w->ending)
            answer(w, c);
        if (w->answered)
            return WAITED_GOT;
        if (!go_on)
            return WAITED_BROKEN;
        if (!any && !w->ending)
            return WAITED_NOTHING;
        go_on = poll_round(w);
    }
}

enum waiting waiting_any(const struct op_face *face, struct waiting_result *r)
{
    struct waiter w;
    enum waiting waited = WAITED_FAILED;
    async_lock();
    if (waiter_start(&w, face, false) < 0)
        cause_set("no memory or descriptor to wait with");
    else if (!library_started()) /* Cleanup has passed those who wait already */
        waited = WAITED_STOPPED;
    else
        waited = wait_for_any(&w);
    waiter_stop(&w);
    async_unlock();
    if (w.cause)
        cause_put(w.cause);
    if (waited == WAITED_GOT)
        cause_set_sense(w.sense);
    free(w.cause);
    *r = w.result;
    return waited;
}

/* ---- Cleanup ---- */

/* Each thread gets a completion.  If there are fewer operations than threads, several threads get the same
 * one. */
void waiting_end(void)
{
    bool any;
    async_lock();
    const struct conv *c = find_complete(&any);
    LIST_FOREACH(l, async_incomplete()) {
        if (!c && !is_told(LIST_OWNER(l, struct conv, later.link)))
            c = LIST_OWNER(l, struct conv, later.link);
    }
    LIST_FOREACH(l, &waiters) {
        struct waiter *w = LIST_OWNER(l, struct waiter, link);
        if (!c || w->notifier)
            continue;
        w->ending = true;
        memcpy(w->result.id, c->id, CONV_ID_SIZE);
        w->result.outcome = OUTCOME_CANCELLED;
    }
    async_unlock();
}

/* The next thread that waits that Cleanup has to answer. */
static struct waiter *unanswered(void)
{
    LIST_FOREACH(l, &waiters) {
        struct waiter *w = LIST_OWNER(l, struct waiter, link);
        if (w->ending && !w->answered)
            return w;
    }
    return NULL;
}

/* An operation that is complete, or soon will be, because a thread continues it. */
static struct conv *find_ended(void)
{
    LIST_FOREACH(l, async_incomplete()) {
        struct conv *c = LIST_OWNER(l, struct conv, later.link);
        if (life_is_complete(c->life) || life_is_stepping(c->life))
            return c;
    }
    return NULL;
}

void waiting_drop_complete(void)
{
    struct conv *c;
    struct waiter *w;
    async_lock();
    while ((c = find_ended())) {
        if (life_is_stepping(c->life))
            async_await_step(c);
        else if ((w = unanswered()))
            answer(w, c);
        else
            async_collect(c);
    }
    while ((w = unanswered()))
        w->answered = true;
    waiting_wake();
    async_unlock();
}
