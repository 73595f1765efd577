/* check_mixed.c - every way to learn of a completion in one program at once: events, window messages, cmwait,
 * and xcfd with xcstep [C12; C37].  Each conversation uses another way in each round; each completion is
 * reported once, in the way that was set when its call was made. */
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "tests/cpic/harness.h"

#define SIDES  12
#define ROUNDS 40

enum way { BY_WAIT, BY_EVENT, BY_WINDOW, BY_STEP, WAYS };

static struct mixed {
    struct pair p;
    int event;
    enum way way;
    bool waiting;
    int got, receives, signals, messages; /* receives: those that an event tells */
} all[SIDES];
static int window[2];

static void window_set(bool on)
{
    CM_INT32 rc = -1;
    xchwnd(on ? WCPIC_HWND(window[1]) : NULL, &rc);
    ck_assert_rc(rc, CM_OK);
}

static void event_set(struct mixed *m, bool on)
{
    CM_INT32 rc = -1;
    HANDLE h = on ? WCPIC_HANDLE(m->event) : NULL, is = NULL;
    WinCPICSetEvent(m->p.b.id, &h, &rc);
    ck_assert_rc(rc, CM_OK);
    WinCPICExtractEvent(m->p.b.id, &is, &rc);
    ck_assert_ptr_eq(is, h);
}

static void open_all(void)
{
    ck_assert_int_eq(pipe(window), 0);
    for (int i = 0; i < SIDES; i++) {
        struct mixed *m = &all[i];
        pair_open(&m->p, MAPPED);
        m->event = eventfd(0, EFD_NONBLOCK);
        SET(cmspm, &m->p.b, CM_NON_BLOCKING);
    }
}

static void receive(struct mixed *m, enum way way)
{
    m->way = way;
    event_set(m, way == BY_EVENT);
    ck_assert_rc(s_rcv(&m->p.b, 100), OI);
    m->receives += way == BY_EVENT;
    m->waiting = true;
}

/* A Receive of each, conversation I in WAY_OF(I); the window is there for those that are to have it, and
 * stays. */
#define RECEIVE_ALL(way_of)                                                                                  \
    do {                                                                                                     \
        window_set(false);                                                                                   \
        for (int pass = 0; pass < 2; pass++) {                                                               \
            for (int i = 0; i < SIDES; i++)                                                                  \
                if (((way_of) == BY_WINDOW) == (pass == 1))                                                  \
                    receive(&all[i], (enum way)(way_of));                                                    \
            window_set(true);                                                                                \
        }                                                                                                    \
    } while (0)

static struct mixed *whose(const unsigned char *id)
{
    for (int i = 0; i < SIDES; i++)
        if (memcmp(all[i].p.b.id, id, CM_CID_SIZE) == 0)
            return &all[i];
    ck_abort_msg("nobody's conversation");
}

static void took(struct mixed *m, CM_INT32 rc)
{
    ck_assert_rc(rc, CM_OK);
    ck_assert(m->waiting);
    m->waiting = false;
    m->got++;
    ck_assert_got(&m->p.b, CM_COMPLETE_DATA_RECEIVED, (CM_INT32)sizeof m->got, CM_NO_STATUS_RECEIVED);
    ck_assert_mem_eq(m->p.b.buf, &m->got, sizeof m->got);
}

static void send_to(struct mixed *m)
{
    int n = m->got + 1;
    ck_assert_rc(s_send(&m->p.a, &n, sizeof n), CM_OK);
    ck_assert_rc(s_flush(&m->p.a), CM_OK);
}

/* cmwait: one of those that have an event, or nothing.  Others take part: what has no window may come. */
static void wait_for_one(bool with_steps)
{
    unsigned char id[CM_CID_SIZE];
    CM_INT32 op = -1, rc = -1;
    cmwait(id, &op, &rc);
    ck_assert_rc(rc, CM_OK);
    struct mixed *m = whose(id);
    ck_assert(m->way == BY_WAIT || m->way == BY_EVENT || (with_steps && m->way == BY_STEP));
    took(m, op);
}

static void read_message(void)
{
    WCPICMESSAGE msg;
    ck_assert_int_eq(read(window[0], &msg, sizeof msg), sizeof msg);
    struct mixed *m = whose(msg.conversation_ID);
    ck_assert_ptr_eq((void *)msg.lParam, m->p.b.id);
    ck_assert_int_eq(m->way, BY_WINDOW);
    m->messages++;
    took(m, msg.return_code);
}

static void step(struct mixed *m)
{
    CM_INT32 op = -1, rc = -1;
    xcstep(m->p.b.id, &op, &rc);
    ck_assert_rc(rc, CM_OK);
    if (op != OI)
        took(m, op);
}

static int add(struct pollfd *f, int n, int fd, short events)
{
    f[n] = (struct pollfd){fd, events, 0};
    return n + 1;
}

/* Events that are still to come. */
static int signals_due(void)
{
    int n = 0;
    for (int i = 0; i < SIDES; i++)
        n += all[i].receives - all[i].signals;
    return n;
}

static int waiting(enum way way)
{
    int n = 0;
    for (int i = 0; i < SIDES; i++)
        n += all[i].waiting && (way == WAYS || all[i].way == way);
    return n;
}

/* One turn of a program with an event loop. */
static void turn(void)
{
    struct pollfd f[SIDES + 1];
    struct mixed *of[SIDES + 1];
    int n = add(f, 0, window[0], POLLIN);
    for (int i = 0; i < SIDES; i++) {
        struct mixed *m = &all[i];
        int fd = m->event;
        short events = POLLIN;
        CM_INT32 rc = -1;
        /* An event says that cmwait has a completion, but not which one: repeat until it is the right
         * one. */
        if (m->way == BY_EVENT ? m->signals == m->receives : m->way != BY_STEP || !m->waiting)
            continue;
        if (m->way == BY_STEP) {
            xcfd(m->p.b.id, &fd, &events, &rc);
            ck_assert_rc(rc, CM_OK);
        }
        of[n] = m;
        n = add(f, n, fd, events);
    }
    ck_assert_int_gt(poll(f, (nfds_t)n, PATIENCE * 1000), 0);
    for (int i = 1; i < n; i++) {
        eventfd_t v = 0;
        if (!f[i].revents)
            continue;
        if (of[i]->way == BY_EVENT) {
            ck_assert_int_eq(eventfd_read(f[i].fd, &v), 0);
            ck_assert_uint_eq(v, 1);
            of[i]->signals++;
            wait_for_one(false);
        } else if (of[i]->waiting) {
            step(of[i]);
        }
    }
    if (f[0].revents)
        read_message();
}

static void nothing_is_left(void)
{
    struct pollfd f = {window[0], POLLIN, 0};
    ck_assert_int_eq(waiting(WAYS), 0);
    nothing_waits();
    ck_assert_int_eq(poll(&f, 1, 0), 0);
    for (int i = 0; i < SIDES; i++) {
        eventfd_t v;
        ck_assert_int_eq(eventfd_read(all[i].event, &v), -1);
    }
}

/* Without plain waiters: one loop over everything.  Which record comes first changes with the round. */
START_TEST(in_one_loop)
{
    open_all();
    for (int r = 0; r < ROUNDS; r++) {
        RECEIVE_ALL(1 + (i + r) % (WAYS - 1));
        for (int i = 0; i < SIDES; i++)
            send_to(&all[(i * 5 + r) % SIDES]);
        while (waiting(WAYS) > 0 || signals_due() > 0)
            turn();
        nothing_is_left();
    }
    for (int i = 0; i < SIDES; i++) {
        ck_assert_int_eq(all[i].got, ROUNDS);
        ck_assert_int_ge(all[i].signals, ROUNDS / 3);
        ck_assert_int_ge(all[i].messages, ROUNDS / 3);
        pair_close(&all[i].p);
    }
}
END_TEST

/* With plain waiters: cmwait takes those, and those that nobody has stepped; never those of the window. */
START_TEST(by_wait_too)
{
    open_all();
    for (int r = 0; r < ROUNDS; r++) {
        RECEIVE_ALL((i + r) % WAYS);
        for (int i = 0; i < SIDES; i++)
            send_to(&all[(i * 7 + r) % SIDES]);
        while (waiting(BY_WAIT) + waiting(BY_EVENT) + waiting(BY_STEP) > 0)
            wait_for_one(true);
        while (waiting(BY_WINDOW) > 0)
            read_message();
        for (int i = 0; i < SIDES; i++) {
            eventfd_t v = 0;
            if (all[i].way == BY_EVENT) { /* the event is reset by the program */
                ck_assert_int_eq(eventfd_read(all[i].event, &v), 0);
                ck_assert_uint_eq(v, 1);
            }
        }
        nothing_is_left();
    }
    for (int i = 0; i < SIDES; i++)
        pair_close(&all[i].p);
}
END_TEST

/* The window changes while Receives are incomplete: they stay with the way they were made with, and their
 * messages go to the window of the day. */
START_TEST(window_changes)
{
    int second[2];
    WCPICMESSAGE msg;
    CM_INT32 rc = -1;
    open_all();
    ck_assert_int_eq(pipe(second), 0);
    receive(&all[1], BY_WAIT);
    window_set(true);
    receive(&all[0], BY_WINDOW);
    receive(&all[2], BY_EVENT);
    xchwnd(WCPIC_HWND(second[1]), &rc);
    ck_assert_rc(rc, CM_OK);
    for (int i = 2; i >= 0; i--)
        send_to(&all[i]);
    ck_assert_int_eq(read(second[0], &msg, sizeof msg), sizeof msg);
    ck_assert_ptr_eq(whose(msg.conversation_ID), &all[0]);
    took(&all[0], msg.return_code);
    wait_for_one(false);
    wait_for_one(false);
    ck_assert(!all[1].waiting && !all[2].waiting);
    nothing_waits();
    struct pollfd f[2] = {{window[0], POLLIN, 0}, {second[0], POLLIN, 0}};
    ck_assert_int_eq(poll(f, 2, 0), 0);
    window_set(false);
    for (int i = 0; i < SIDES; i++)
        pair_close(&all[i].p);
}
END_TEST

/* A thread for each way, all at once, on conversations of their own. */
static void *by_messages(void *arg)
{
    int n = *(int *)arg;
    while (n-- > 0) {
        WCPICMESSAGE msg;
        if (read(window[0], &msg, sizeof msg) != sizeof msg || msg.return_code != CM_OK)
            return (void *)1;
    }
    return NULL;
}

static void *by_cmwait(void *arg)
{
    int n = *(int *)arg;
    while (n-- > 0) {
        unsigned char id[CM_CID_SIZE];
        CM_INT32 op = -1, rc = -1;
        cmwait(id, &op, &rc);
        if (rc != CM_OK || op != CM_OK)
            return (void *)1;
    }
    return NULL;
}

/* Without a window there are no messages: cmwait then gets the completions meant for the window, even in
 * a thread that is already waiting. */
START_TEST(window_removed)
{
    pthread_t t;
    int two = 2;
    void *bad;
    open_all();
    window_set(true);
    receive(&all[0], BY_WINDOW);
    window_set(false);
    all[0].way = BY_WAIT;
    send_to(&all[0]);
    wait_for_one(false);
    receive(&all[1], BY_WAIT);
    window_set(true);
    receive(&all[0], BY_WINDOW);
    ck_assert_int_eq(pthread_create(&t, NULL, by_cmwait, &two), 0);
    window_set(false);
    send_to(&all[0]);
    send_to(&all[1]);
    pthread_join(t, &bad);
    ck_assert_ptr_null(bad);
    took(&all[0], CM_OK);
    took(&all[1], CM_OK);
    nothing_is_left();
    for (int i = 0; i < SIDES; i++)
        pair_close(&all[i].p);
}
END_TEST

START_TEST(in_threads)
{
    open_all();
    for (int r = 0; r < ROUNDS; r++) {
        pthread_t t[3];
        void *bad;
        int messages = SIDES / 3, waits = SIDES - SIDES / 3;
        int half = waits / 2, rest = waits - half;
        RECEIVE_ALL((i + r) % 3);
        ck_assert_int_eq(pthread_create(&t[0], NULL, by_messages, &messages), 0);
        ck_assert_int_eq(pthread_create(&t[1], NULL, by_cmwait, &half), 0);
        ck_assert_int_eq(pthread_create(&t[2], NULL, by_cmwait, &rest), 0);
        for (int i = 0; i < SIDES; i++)
            send_to(&all[(i * 5 + r) % SIDES]);
        for (int i = 0; i < 3; i++) {
            pthread_join(t[i], &bad);
            ck_assert_ptr_null(bad);
        }
        for (int i = 0; i < SIDES; i++) {
            eventfd_t v;
            took(&all[i], CM_OK);
            ck_assert_int_eq(eventfd_read(all[i].event, &v), all[i].way == BY_EVENT ? 0 : -1);
        }
        nothing_is_left();
    }
    for (int i = 0; i < SIDES; i++)
        pair_close(&all[i].p);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("CPI-C mixed notices");
    TCase *t = tcase_create("mixed");
    tcase_set_timeout(t, 20);
    tcase_add_test(t, in_one_loop);
    tcase_add_test(t, by_wait_too);
    tcase_add_test(t, window_changes);
    tcase_add_test(t, window_removed);
    tcase_add_test(t, in_threads);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return harness_main(suite());
}
