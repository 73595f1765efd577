/* Incomplete operations: which thread completes them, and how the program learns of it [HIS: Asynchronous
 * Call Completion].
 *
 * One thread of the library continues the operations whose completion the face tells by a notice.  The
 * threads that wait continue all others; they poll the descriptors themselves. */
#include "tp/conv/async.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "tp/conv/cause.h"
#include "tp/conv/control.h"
#include "tp/conv/op.h"
#include "tp/conv/table.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct list incomplete = {&incomplete, &incomplete}; /* conv.async_link; each holds a reference */
static struct list waiters = {&waiters, &waiters};
static pthread_cond_t stepped = PTHREAD_COND_INITIALIZER; /* some conversation is no longer stepping */
static struct waiter *the_notifier;                       /* NULL: none runs */
static pthread_t notifier_thread;
static const struct async_outlet *outlet; /* NULL: none */

/* A thread that polls: one of async_wait, or the notifier. */
struct waiter {
    struct list link;
    int wake; /* eventfd */
    const struct op_face *face;
    bool notifier;
    bool stop;     /* the notifier's work is over */
    bool ending;   /* Cleanup has begun, and answers the thread itself: ... */
    bool answered; /* ... it has, with RESULT */
    struct async_result result;
    char *cause;      /* of OUTCOME_LOCAL_FAILURE */
    struct pollfd *p; /* of one round; the first is WAKE */
    struct conv **c;  /* whose each is */
    unsigned n, cap;
};

void async_lock(void)
{
    pthread_mutex_lock(&lock);
}

void async_unlock(void)
{
    pthread_mutex_unlock(&lock);
}

void async_forked(void)
{
    pthread_mutex_init(&lock, NULL);
    pthread_cond_init(&stepped, NULL);
    list_init(&incomplete);
    list_init(&waiters);
    if (the_notifier) /* its thread is the parent's */
        close(the_notifier->wake);
    the_notifier = NULL;
}

void async_wake(void)
{
    LIST_FOREACH(l, &waiters)
        eventfd_write(LIST_OWNER(l, struct waiter, link)->wake, 1);
}

void async_set_outlet(const struct async_outlet *o)
{
    outlet = o;
}

void async_drop_notice(const struct op_notice *notice)
{
    LIST_FOREACH(l, &incomplete) {
        struct conv *c = LIST_OWNER(l, struct conv, later.link);
        if (c->later.notice == notice)
            c->later.notice = NULL;
    }
    async_wake();
}

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
    c->later.op.outcome =
        library_started() ? outcome : OUTCOME_CANCELLED; /* Cleanup's word, whatever else came */
    life_move(&c->life, LIFE_DONE, NULL);
    if (notice)
        notice->complete(c);
    if (!collects)
        async_wake();
}

static int poll_fd(const struct conv *c)
{
    return c->node.port >= 0 ? c->node.port : c->channel.fd;
}

/* The socket of a Receive may not have taken the frame of a Request_To_Send: that frame is still queued. */
static short poll_events(const struct conv *c)
{
    if (list_empty(&c->channel.out))
        return POLLIN;
    return c->later.op.reads ? POLLIN | POLLOUT : POLLOUT;
}

void async_carry_on(struct conv *c)
{
    if (!life_move(&c->life, LIFE_STEP, NULL))
        return;
    pthread_mutex_unlock(&lock);
    /* Steps take the lock themselves (op_set_port).  Nobody else steps: LIFE says so. */
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
        async_wake(); /* they wait without it, and nobody else would look at its socket */
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

bool async_is_awaited(void)
{
    bool yes = false;
    LIST_FOREACH(l, &waiters)
        yes |= !LIST_OWNER(l, struct waiter, link)->notifier;
    return yes;
}

bool async_hold_receive(struct conv *c)
{
    async_await_step(c);
    return life_is_incomplete(c->life) && c->later.op.receive;
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
    LIST_FOREACH(l, &incomplete) {
        struct conv *c = LIST_OWNER(l, struct conv, later.link);
        if (life_is_complete(c->life) || !mine(w, c) || life_move(&c->life, LIFE_PASS, NULL))
            continue;
        if (!waiter_grow(w))
            break;
        atomic_fetch_add(&c->refs, 1);
        w->p[w->n] = (struct pollfd){poll_fd(c), poll_events(c), 0};
        w->c[w->n++] = c;
    }
}

/* Wait for any of them and continue it.  Called under the lock, which is released meanwhile.  Returns false
 * when the face has ended the wait. */
static bool poll_round(struct waiter *w)
{
    bool go_on = true;
    waiter_fill(w);
    pthread_mutex_unlock(&lock);
    if (w->face && w->face->polls && w->face->polls())
        go_on = w->face->poll(w->p, w->n);
    else
        poll(w->p, w->n, -1);
    pthread_mutex_lock(&lock);
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
    pthread_mutex_lock(&lock);
    while (!w->stop)
        poll_round(w);
    waiter_stop(w);
    pthread_mutex_unlock(&lock);
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

static void start_notifier(void)
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

void async_stop_notifier(void)
{
    async_lock();
    stop_notifier();
}

#define PAUSE_MS 1000 /* nobody has the lock for so long, but one who will never give it back */

bool async_pause(void)
{
    for (int i = 0; i < PAUSE_MS; i++) {
        if (pthread_mutex_trylock(&lock) == 0) {
            stop_notifier();
            return true;
        }
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    return false;
}

void async_resume(void)
{
    async_lock();
    LIST_FOREACH(l, &incomplete)
        if (LIST_OWNER(l, struct conv, later.link)->later.notice) {
            start_notifier();
            break;
        }
    async_unlock();
}

void async_add(struct conv *c)
{
    async_lock();
    const struct op_face *face = c->later.op.face;
    c->later.notice = face && face->notice ? face->notice(c) : NULL;
    life_move(&c->life, LIFE_PARK, NULL);
    list_append(&incomplete, &c->later.link);
    if (c->later.notice)
        start_notifier();
    async_wake();
    async_unlock();
}

/* A thread that waits does not see the operation. */
static bool is_told(const struct conv *c)
{
    return c->later.notice && c->later.notice->collects;
}

/* Find the oldest completed operation that a wait reports; *ANY: there is an operation to wait for. */
static struct conv *find_complete(bool *any)
{
    *any = false;
    LIST_FOREACH(l, &incomplete) {
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
    c->later.cause = NULL;
    w->answered = true;
    async_collect(c);
}

/* Wait until W has the completion of an operation. */
static enum async_waited wait_for_any(struct waiter *w)
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

enum async_waited async_wait(const struct op_face *face, struct async_result *r)
{
    struct waiter w;
    enum async_waited waited = WAITED_FAILED;
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
    free(w.cause);
    *r = w.result;
    return waited;
}

void async_withdraw(struct conv *c)
{
    struct lp_cancel m = {.reserved = 0};
    uint8_t msg[16];
    size_t n = lp_cancel_encode(&m, msg, sizeof msg);
    if (c->node.port >= 0)
        control_send(c->node.port, msg, n);
}

/* ---- Cleanup and unloading ---- */

/* Each thread gets a completion.  If there are fewer operations than threads, several threads get the same
 * one. */
void async_end_waits(void)
{
    bool any;
    async_lock();
    const struct conv *c = find_complete(&any);
    LIST_FOREACH(l, &incomplete) {
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
    LIST_FOREACH(l, &incomplete) {
        struct conv *c = LIST_OWNER(l, struct conv, later.link);
        if (life_is_complete(c->life) || life_is_stepping(c->life))
            return c;
    }
    return NULL;
}

void async_drop_complete(void)
{
    struct conv *c;
    struct waiter *w;
    async_lock();
    while ((c = find_ended())) {
        if (life_is_stepping(c->life))
            pthread_cond_wait(&stepped, &lock);
        else if ((w = unanswered()))
            answer(w, c);
        else
            async_collect(c);
    }
    while ((w = unanswered()))
        w->answered = true;
    async_wake();
    async_unlock();
}

bool async_is_used(void)
{
    bool used = pthread_mutex_trylock(&lock) != 0;
    if (used)
        return true;
    LIST_FOREACH(l, &waiters)
        used |= !LIST_OWNER(l, struct waiter, link)->notifier;
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
        *fd = poll_fd(c);
        *events = poll_events(c);
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
        if (c->later.cause)
            cause_put(c->later.cause);
        async_collect(c);
    }
    async_unlock();
    return any;
}
