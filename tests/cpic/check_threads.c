/* check_threads.c - many threads in one process: each with its own conversation, one that always accepts,
 * cancels and calls from the side, Cleanup under all of them.  Also meant for the thread sanitizer. */
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "tests/cpic/harness.h"

#define THREADS 64
#define ROUNDS  20

/* Check's assertions end the test from any thread, which would leave the others running: threads count
 * instead. */
static atomic_int wrong;

static void expect(CM_INT32 is, CM_INT32 should, int line)
{
    if (is == should)
        return;
    fprintf(stderr, "check_threads.c:%d: %s, not %s\n", line, xcrcname(is), xcrcname(should));
    atomic_fetch_add(&wrong, 1);
}
#define EXPECT(is, should) expect((is), (should), __LINE__)

static pthread_t start(void *(*f)(void *), void *arg)
{
    pthread_t t;
    ck_assert_int_eq(pthread_create(&t, NULL, f, arg), 0);
    return t;
}

/* ---- 64 conversations with an accepting thread ---- */

/* Echo one conversation until its partner deallocates. */
static void *serve(void *arg)
{
    struct side *s = arg;
    CM_INT32 rc;
    while ((rc = s_rcv(s, sizeof s->buf - 1)) == CM_OK) {
        if (s->status == CM_CONFIRM_RECEIVED)
            EXPECT(s_confirmed(s), CM_OK);
        if (s->data != CM_COMPLETE_DATA_RECEIVED)
            continue;
        CM_INT32 n = s->len;
        while (s->status == CM_NO_STATUS_RECEIVED && (rc = s_rcv(s, 0)) == CM_OK)
            ;
        EXPECT(s_send(s, s->buf, n), CM_OK);
        EXPECT(s_ptr(s), CM_OK);
    }
    EXPECT(rc, CM_DEALLOCATED_NORMAL);
    free(s);
    return NULL;
}

static void *accept_always(void *arg)
{
    pthread_t threads[THREADS * 4];
    int n = 0;
    (void)arg;
    while (n < THREADS) {
        struct side *s = malloc(sizeof *s);
        CM_INT32 rc = s_accept(s);
        EXPECT(rc, CM_OK);
        if (rc != CM_OK) {
            free(s);
            break;
        }
        pthread_create(&threads[n++], NULL, serve, s);
    }
    for (int i = 0; i < n; i++)
        pthread_join(threads[i], NULL);
    return NULL;
}

static void *call(void *arg)
{
    struct side *s = calloc(1, sizeof *s);
    int me = *(int *)arg;
    char text[200];
    CM_INT32 v;
    EXPECT(s_init(s, ""), CM_OK);
    CM_INT32 rc = SET_TEXT_RC(cmsmn, s, me % 2 ? "RU256" : "RU4096");
    EXPECT(rc, CM_OK);
    EXPECT(SET_TEXT_RC(cmspln, s, "LUREMOTE"), CM_OK);
    EXPECT(SET_TEXT_RC(cmstpn, s, "HELD"), CM_OK);
    EXPECT(SET_RC(cmscst, s, CM_SECURITY_NONE), CM_OK);
    EXPECT(s_alloc(s), CM_OK);
    for (int i = 0; i < ROUNDS; i++) {
        int n = snprintf(text, sizeof text, "thread %d round %d %*s", me, i, me, "");
        EXPECT(s_send(s, text, n), CM_OK);
        EXPECT(s_rcv(s, 1000), CM_OK);
        if (s->len != n || memcmp(s->buf, text, (size_t)n) != 0)
            EXPECT(-1, CM_OK);
        cmecs(s->id, &v, &rc);
        EXPECT(rc, CM_OK);
        while (s->status == CM_NO_STATUS_RECEIVED)
            EXPECT(s_rcv(s, 1000), CM_OK);
    }
    EXPECT(s_deal(s), CM_OK);
    free(s);
    return NULL;
}

START_TEST(many_conversations)
{
    pthread_t t[THREADS], acceptor;
    int number[THREADS];
    setenv("APPCTPN", "HELD", 1);
    acceptor = start(accept_always, NULL);
    /* the first one waits until the TP is known; then all come at once */
    static struct side probe;
    CM_INT32 rc;
    do {
        side_begin(&probe, MAPPED_CONFIRM, "HELD");
        ck_assert_rc(s_alloc(&probe), CM_OK);
        rc = s_confirm(&probe);
    } while (rc == CM_TPN_NOT_RECOGNIZED);
    ck_assert_rc(rc, CM_OK);
    SET(cmsdt, &probe, CM_DEALLOCATE_FLUSH);
    ck_assert_rc(s_deal(&probe), CM_OK);
    for (int i = 0; i < THREADS - 1; i++) {
        number[i] = i;
        t[i] = start(call, &number[i]);
    }
    for (int i = 0; i < THREADS - 1; i++)
        pthread_join(t[i], NULL);
    pthread_join(acceptor, NULL);
    ck_assert_int_eq(atomic_load(&wrong), 0);
}
END_TEST

/* ---- cancel from the side ---- */

struct victim {
    struct pair p;
    pthread_t thread;
    atomic_int calls;
    CM_INT32 rc;
    int what;
};

static void *suffer(void *arg)
{
    struct victim *v = arg;
    static unsigned char big[4096];
    CM_INT32 rc = CM_OK;
    struct side *s = v->what % 3 == 0 ? &v->p.b : &v->p.a;
    while (rc == CM_OK) {
        atomic_fetch_add(&v->calls, 1);
        if (v->what % 3 == 0)
            rc = s_rcv(s, 100);
        else if (v->what % 3 == 1)
            rc = s_confirm(s);
        else {
            rc = s_send(s, big, sizeof big);
        }
    }
    v->rc = rc;
    return NULL;
}

START_TEST(cancels)
{
    static struct victim v[12];
    for (int i = 0; i < 12; i++) {
        v[i].what = i;
        pair_open(&v[i].p, MAPPED_CONFIRM);
        v[i].thread = start(suffer, &v[i]);
    }
    for (int i = 0; i < 12; i++) {
        CM_INT32 rc = -1;
        struct side *s = i % 3 == 0 ? &v[i].p.b : &v[i].p.a;
        while (atomic_load(&v[i].calls) == 0)
            nap();
        for (int k = 0; k < i; k++)
            nap();
        cmcanc(s->id, &rc);
        ck_assert_rc(rc, CM_OK);
        pthread_join(v[i].thread, NULL);
        ck_assert_msg(v[i].rc == CM_DEALLOCATED_ABEND || v[i].rc == PC, "%s", xcrcname(v[i].rc));
        pair_close(&v[i].p);
    }
}
END_TEST

/* A cancel may come at any point of an Allocate that has to wait, also before its request is out. */
static void *allocate_until_cancelled(void *arg)
{
    CM_INT32 rc = s_alloc(arg);
    if (rc != PC) /* the cancel was first */
        EXPECT(rc, CM_DEALLOCATED_ABEND);
    return NULL;
}

START_TEST(cancel_meets_allocate)
{
    static struct side x, y;
    struct how one = {CM_MAPPED_CONVERSATION, CM_NONE, "ONE"};
    side_begin(&x, one, "PAIR");
    ck_assert_rc(s_alloc(&x), CM_OK);
    for (int i = 0; i < 300; i++) {
        CM_INT32 rc = -1;
        side_begin(&y, one, "PAIR");
        pthread_t t = start(allocate_until_cancelled, &y);
        for (volatile int k = 0; k < i * 100; k++)
            ;
        cmcanc(y.id, &rc);
        ck_assert_rc(rc, CM_OK);
        pthread_join(t, NULL);
    }
    ck_assert_int_eq(atomic_load(&wrong), 0);
    s_cancel(&x);
}
END_TEST

/* ---- two threads on one conversation, another one that waits for all ---- */

static atomic_bool stop;

static void *pester(void *arg)
{
    struct pair *p = arg;
    CM_INT32 rc, rts;
    for (int i = 0; !atomic_load(&stop); i++) {
        if (i % 64 == 0) { /* not so often that they fill the socket */
            nap();
            cmrts(p->b.id, &rc);
            if (rc != CM_OK && rc != ONA)
                EXPECT(rc, CM_OK);
        }
        cmtrts(p->b.id, &rts, &rc);
        if (rc != CM_OK && rc != ONA)
            EXPECT(rc, CM_OK);
    }
    return NULL;
}

/* B's Receives complete in cmwait, or in the library's thread by an event, while another thread issues the
 * calls that may overtake them. */
START_TEST(overtaken)
{
    static struct pair p;
    CM_INT32 rc = -1;
    int e = eventfd(0, 0);
    HANDLE h = WCPIC_HANDLE(e);
    pair_open(&p, MAPPED);
    if (_i) {
        WinCPICSetEvent(p.b.id, &h, &rc);
        ck_assert_rc(rc, CM_OK);
    }
    SET(cmspm, &p.b, CM_NON_BLOCKING);
    pthread_t t = start(pester, &p);
    char text[20];
    for (int i = 0; i < 300; i++) {
        int n = snprintf(text, sizeof text, "%d", i);
        while ((rc = s_rcv(&p.b, 100)) == ONA) /* the other thread is inside */
            ;
        if (rc == OI || i % 3 == 0) {
            ck_assert_rc(s_send(&p.a, text, n), CM_OK);
            ck_assert_rc(s_flush(&p.a), CM_OK);
        }
        if (rc != OI) {
            ck_assert_rc(rc, CM_OK);
            continue;
        }
        ck_assert_rc(s_wait(&p.b), CM_OK);
    }
    atomic_store(&stop, true);
    pthread_join(t, NULL);
    ck_assert_int_eq(atomic_load(&wrong), 0);
    pair_close(&p);
}
END_TEST

/* ---- Cleanup while 64 threads wait ---- */

static void *wait_in_receive(void *arg)
{
    CM_INT32 rc = s_rcv(arg, 10);
    if (rc != CM_DEALLOCATED_ABEND_SVC) /* its partner, in the same process, was first */
        EXPECT(rc, CM_DEALLOCATED_ABEND);
    return NULL;
}

static void *wait_for_any(void *arg)
{
    unsigned char id[CM_CID_SIZE];
    CM_INT32 op, rc;
    (void)arg;
    cmwait(id, &op, &rc);
    if (rc == CM_OK && op != CM_DEALLOCATED_ABEND_SVC)
        EXPECT(op, CM_DEALLOCATED_ABEND);
    else if (rc != CM_OK && rc != PSE)
        EXPECT(rc, SC);
    return NULL;
}

START_TEST(cleanup_under_all)
{
    static struct pair p[THREADS];
    static struct side accepts[4];
    pthread_t t[THREADS], w[8];
    WCPICDATA d;
    for (int turn = 0; turn < 2; turn++) {
        for (int i = 0; i < THREADS; i++)
            pair_open(&p[i], MAPPED);
        for (int i = 0; i < THREADS; i++)
            t[i] = start(wait_in_receive, &p[i].b);
        for (int i = 0; i < 4; i++)
            ck_assert_rc(s_accept(&accepts[i]), OI);
        for (int i = 0; i < 8; i++)
            w[i] = start(wait_for_any, NULL);
        for (int i = 0; i < THREADS; i++)
            WAIT_FOR(SET_RC(cmspm, &p[i].b, CM_BLOCKING) == SC);
        ck_assert(WinCPICCleanup());
        for (int i = 0; i < THREADS; i++)
            pthread_join(t[i], NULL);
        for (int i = 0; i < 8; i++)
            pthread_join(w[i], NULL);
        ck_assert_int_eq(atomic_load(&wrong), 0);
        ck_assert_int_eq(WinCPICStartup(0x0001, &d), 0);
        nothing_waits();
    }
}
END_TEST

/* ---- conversations come and go in all threads ---- */

static void *come_and_go(void *arg)
{
    struct side *s = calloc(1, sizeof *s);
    (void)arg;
    for (int i = 0; i < 50; i++) {
        EXPECT(s_init(s, "PAIR"), CM_OK);
        EXPECT(s_alloc(s), CM_OK);
        if (i % 2)
            EXPECT(s_cancel(s), CM_OK);
        else
            EXPECT(s_deal(s), CM_OK);
        EXPECT(s_cancel(s), PC);
    }
    free(s);
    return NULL;
}

START_TEST(coming_and_going)
{
    pthread_t t[16];
    for (int i = 0; i < 16; i++)
        t[i] = start(come_and_go, NULL);
    for (int i = 0; i < 16; i++)
        pthread_join(t[i], NULL);
    ck_assert_int_eq(atomic_load(&wrong), 0);
}
END_TEST

/* ---- log data is set while an error sends it ---- */

static atomic_bool errors_over;

static void *set_log(void *arg)
{
    struct side *s = arg;
    unsigned char log[CM_LD_SIZE];
    for (unsigned i = 0; !atomic_load(&errors_over); i++) {
        CM_INT32 n = 1 + (CM_INT32)(i * 37 % CM_LD_SIZE), rc;
        memset(log, 'A' + (int)(i % 26), sizeof log);
        cmsld(s->id, log, &n, &rc);
        EXPECT(rc, CM_OK);
    }
    return NULL;
}

START_TEST(log_data_meets_an_error)
{
    static struct pair p;
    pair_open(&p, BASIC_CONFIRM);
    atomic_store(&errors_over, false);
    pthread_t t = start(set_log, &p.a);
    for (int i = 0; i < 200; i++) {
        EXPECT(s_error(&p.a), CM_OK);
        EXPECT(s_rcv(&p.b, 100), CM_PROGRAM_ERROR_NO_TRUNC);
    }
    atomic_store(&errors_over, true);
    pthread_join(t, NULL);
    ck_assert_int_eq(atomic_load(&wrong), 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("CPI-C threads");
    TCase *t = tcase_create("threads");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, many_conversations);
    tcase_add_test(t, cancels);
    tcase_add_test(t, cancel_meets_allocate);
    tcase_add_loop_test(t, overtaken, 0, 2);
    tcase_add_test(t, cleanup_under_all);
    tcase_add_test(t, coming_and_going);
    tcase_add_test(t, log_data_meets_an_error);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return harness_main(suite());
}
