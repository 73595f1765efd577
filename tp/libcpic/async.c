/* Incomplete operations: which thread completes them, and how the program learns of it [HIS: Asynchronous
 * Call Completion].
 *
 * One thread of the library continues the operations with an event or a window.  The threads that wait in
 * cmwait continue all others; they poll the descriptors themselves. */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "snanode/wire/sense.h"
#include "tp/libcpic/cause.h"
#include "tp/libcpic/async.h"
#include "tp/libcpic/control.h"
#include "tp/libcpic/conv.h"
#include "tp/libcpic/hook.h"
#include "tp/libcpic/window.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct list incomplete = {&incomplete, &incomplete}; /* conv.async_link; each holds a reference */
static struct list waiters = {&waiters, &waiters};
static pthread_cond_t stepped = PTHREAD_COND_INITIALIZER; /* some conversation is no longer stepping */
static struct waiter *the_notifier;                       /* NULL: none runs */
static pthread_t notifier_thread;

/* A thread that polls: cmwait's, or the notifier. */
struct waiter {
    struct list link;
    int wake; /* eventfd */
    bool notifier;
    bool stop;     /* the notifier's work is over */
    bool ending;   /* Cleanup has begun, and answers cmwait itself: ... */
    bool answered; /* ... it has, with ID and RC */
    unsigned char id[CM_CID_SIZE];
    CM_INT32 rc;
    char *cause;      /* of CM_PRODUCT_SPECIFIC_ERROR */
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
    window_forget();
}

static void wake_all(void)
{
    LIST_FOREACH(l, &waiters)
        eventfd_write(LIST_OWNER(l, struct waiter, link)->wake, 1);
}

/* Without a window there are no messages: cmwait reports what is still incomplete. */
void async_set_window(int fd)
{
    async_lock();
    window_set(fd);
    LIST_FOREACH(l, &incomplete) {
        struct conv *c = LIST_OWNER(l, struct conv, later.link);
        if (fd < 0 && c->later.notify == NOTIFY_WINDOW)
            c->later.notify = NOTIFY_WAIT;
    }
    wake_all();
    async_unlock();
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

static int waiter_start(struct waiter *w, bool notifier)
{
    *w = (struct waiter){.notifier = notifier, .wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
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
    return w->notifier == (c->later.notify == NOTIFY_EVENT || c->later.notify == NOTIFY_WINDOW);
}

/* The program knows of the completion, or does not want to: the conversation is free for the next call. */
static void collect(struct conv *c)
{
    list_remove(&c->later.link);
    free(c->later.cause);
    c->later.cause = NULL;
    free(c->later.op.copy);
    c->later.op.copy = NULL;
    op_leave(c); /* the list's reference */
}

/* The message goes last: the thread that reads it may issue the next call at once. */
static void collect_by_message(struct conv *c)
{
    WCPICMESSAGE m = {.message = WCPIC_ASYNC_COMPLETE,
                      .return_code = c->later.op.rc,
                      .wParam = (uintptr_t)c->later.op.rc,
                      .lParam = (intptr_t)c->later.id_at};
    memcpy(m.conversation_ID, c->id, sizeof m.conversation_ID);
    collect(c);
    if (!window_post(&m))
        wake_all(); /* the notifier waits for room */
}

void async_complete(struct conv *c, CM_INT32 rc)
{
    if (rc == CM_PRODUCT_SPECIFIC_ERROR)
        c->later.cause = cause_copy();
    c->later.op.rc = library_started() ? rc : CM_DEALLOCATED_ABEND; /* Cleanup's word, whatever else came */
    life_move(&c->life, LIFE_DONE, NULL);
    switch (c->later.notify) {
    case NOTIFY_EVENT:
        if (c->later.event >= 0)
            eventfd_write(c->later.event, 1);
        wake_all();
        break;
    case NOTIFY_WINDOW:
        collect_by_message(c);
        break;
    default:
        wake_all();
    }
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
        async_complete(c, c->later.op.rc);
    else
        life_move(&c->life, LIFE_REST, &was);
    if (was == LIFE_PASSED || was == LIFE_STEPPING_CANCELLED)
        wake_all(); /* they wait without it, and nobody else would look at its socket */
    pthread_cond_broadcast(&stepped);
}

bool async_hold_receive(struct conv *c)
{
    while (life_is_stepping(c->life))
        pthread_cond_wait(&stepped, &lock);
    return life_is_incomplete(c->life) && c->later.op.receive;
}

/* Collect what this waiter may poll, with a reference to each conversation.  When memory is short: the
 * conversations that have waited longest. */
static void waiter_fill(struct waiter *w)
{
    w->p[0] = (struct pollfd){w->wake, POLLIN, 0};
    w->c[0] = NULL;
    w->n = 1;
    if (w->notifier && window_full() >= 0) {
        w->p[1] = (struct pollfd){window_full(), POLLOUT, 0};
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
 * when the program's hook has ended the wait. */
static bool poll_round(struct waiter *w)
{
    bool go_on = true;
    waiter_fill(w);
    pthread_mutex_unlock(&lock);
    if (w->notifier || !hook_is_set())
        poll(w->p, w->n, -1);
    else
        go_on = hook_poll(w->p, w->n);
    pthread_mutex_lock(&lock);
    eventfd_t v;
    if (w->p[0].revents)
        eventfd_read(w->wake, &v);
    if (w->notifier)
        window_flush();
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
    if (waiter_start(w, true) == 0 && start_quiet_thread(&notifier_thread, notifier, w) == 0) {
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
        if (LIST_OWNER(l, struct conv, later.link)->later.notify != NOTIFY_WAIT) {
            start_notifier();
            break;
        }
    async_unlock();
}

void async_add(struct conv *c)
{
    async_lock();
    if (c->later.event >= 0)
        c->later.notify = NOTIFY_EVENT;
    else if (window_is_set())
        c->later.notify = NOTIFY_WINDOW;
    else
        c->later.notify = NOTIFY_WAIT;
    life_move(&c->life, LIFE_PARK, NULL);
    list_append(&incomplete, &c->later.link);
    if (c->later.notify != NOTIFY_WAIT)
        start_notifier();
    wake_all();
    async_unlock();
}

/* Find the oldest completed operation that cmwait reports; *ANY: there is an operation to wait for. */
static struct conv *find_complete(bool *any)
{
    *any = false;
    LIST_FOREACH(l, &incomplete) {
        struct conv *c = LIST_OWNER(l, struct conv, later.link);
        if (c->later.notify == NOTIFY_WINDOW)
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
    memcpy(w->id, c->id, CM_CID_SIZE);
    w->rc = c->later.op.rc;
    w->cause = c->later.cause;
    c->later.cause = NULL;
    w->answered = true;
    collect(c);
}

/* Wait until W has the completion of an operation.  Returns the return code of cmwait. */
static CM_INT32 wait_for_any(struct waiter *w)
{
    bool any, go_on = true;
    for (;;) {
        struct conv *c = find_complete(&any);
        if (c && !w->ending)
            answer(w, c);
        if (w->answered)
            return CM_OK;
        if (!go_on)
            return CM_SYSTEM_EVENT;
        if (!any && !w->ending)
            return CM_PROGRAM_STATE_CHECK;
        go_on = poll_round(w);
    }
}

CM_ENTRY cmwait(unsigned char *conversation_ID, CM_INT32 *conversation_return_code, CM_INT32 *return_code)
{
    if (!return_code)
        return;
    if (!library_started()) {
        *return_code = product_error_stopped();
        return;
    }
    if (!conversation_ID || !conversation_return_code) {
        *return_code = CM_PROGRAM_PARAMETER_CHECK;
        return;
    }
    if (WinCPICIsBlocking()) { /* the hook of a call that waits: one of these per thread [C40] */
        *return_code = product_error("Wait_For_Conversation in the blocking hook of a call that waits");
        return;
    }
    struct waiter w;
    async_lock();
    if (waiter_start(&w, false) < 0)
        *return_code = product_error("no memory or descriptor to wait with");
    else if (!library_started()) /* Cleanup has passed those who wait already */
        *return_code = product_error_stopped();
    else
        *return_code = wait_for_any(&w);
    waiter_stop(&w);
    async_unlock();
    if (w.cause)
        cause_put(w.cause);
    free(w.cause);
    if (*return_code == CM_OK) {
        memcpy(conversation_ID, w.id, CM_CID_SIZE);
        *conversation_return_code = w.rc;
    }
}

/* ---- cancelling ---- */

void async_withdraw(struct conv *c)
{
    struct lp_cancel m = {.reserved = 0};
    uint8_t msg[16];
    size_t n = lp_cancel_encode(&m, msg, sizeof msg);
    if (c->node.port >= 0)
        control_send(c->node.port, msg, n);
}

/* End the operation of C, which this thread has taken: nobody else uses it until it is complete.  Called
 * under the lock, which is released meanwhile. */
static void cancel_taken(struct conv *c)
{
    async_withdraw(c);
    pthread_mutex_unlock(&lock);
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
    pthread_mutex_lock(&lock);
    bool somebody_waits = false;
    LIST_FOREACH(l, &waiters)
        somebody_waits |= !LIST_OWNER(l, struct waiter, link)->notifier;
    bool by_wait = c->later.notify == NOTIFY_WAIT;
    async_complete(c, CM_DEALLOCATED_ABEND);
    if (by_wait && !somebody_waits) /* no thread waits: the completion must not appear in a later cmwait */
        collect(c);
    pthread_cond_broadcast(&stepped);
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
        while (life_is_stepping(c->life)) /* a step does not wait */
            pthread_cond_wait(&stepped, &lock);
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

CM_ENTRY cmcanc(unsigned char *conversation_ID, CM_INT32 *return_code)
{
    struct conv *c = conv_enter(conversation_ID, return_code);
    if (!c)
        return;
    conv_cancel(c);
    *return_code = CM_OK;
    conv_put(c);
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
        if (!c && LIST_OWNER(l, struct conv, later.link)->later.notify != NOTIFY_WINDOW)
            c = LIST_OWNER(l, struct conv, later.link);
    }
    LIST_FOREACH(l, &waiters) {
        struct waiter *w = LIST_OWNER(l, struct waiter, link);
        if (!c || w->notifier)
            continue;
        w->ending = true;
        memcpy(w->id, c->id, CM_CID_SIZE);
        w->rc = CM_DEALLOCATED_ABEND;
    }
    async_unlock();
}

/* The next thread in cmwait that Cleanup has to answer. */
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
            collect(c);
    }
    while ((w = unanswered()))
        w->answered = true;
    wake_all();
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
        collect(c);
    }
    window_forget();
    async_unlock();
}

/* ---- for programs with an event loop (our extension) ---- */

CM_ENTRY xcfd(unsigned char *conversation_ID, int *fd, short *events, CM_INT32 *return_code)
{
    struct conv *c = conv_enter(conversation_ID, return_code);
    if (!c)
        return;
    async_lock();
    if (!fd || !events) {
        *return_code = CM_PROGRAM_PARAMETER_CHECK;
    } else if (!life_is_pending(c->life)) {
        *return_code = CM_PROGRAM_STATE_CHECK;
    } else {
        *fd = poll_fd(c);
        *events = poll_events(c);
        *return_code = CM_OK;
    }
    async_unlock();
    conv_put(c);
}

CM_ENTRY xcstep(unsigned char *conversation_ID, CM_INT32 *conversation_return_code, CM_INT32 *return_code)
{
    struct conv *c = conv_enter(conversation_ID, return_code);
    if (!c)
        return;
    async_lock();
    if (!conversation_return_code) {
        *return_code = CM_PROGRAM_PARAMETER_CHECK;
    } else if (!life_is_pending(c->life)) {
        *return_code = CM_PROGRAM_STATE_CHECK;
    } else {
        async_carry_on(c);
        *return_code = CM_OK;
        *conversation_return_code = CM_OPERATION_INCOMPLETE;
        if (life_is_complete(c->life)) {
            *conversation_return_code = c->later.op.rc;
            if (c->later.cause)
                cause_put(c->later.cause);
            collect(c);
        }
    }
    async_unlock();
    conv_put(c);
}
