/* check_buffers.c - who owns a buffer, and when [C63]: the buffer of a Send is the program's again when
 * the call returns, incomplete or not; the buffer of a Receive, when it has completed or its conversation was
 * cancelled.  Buffers and outputs lie in pages that are unmapped at that moment, so a late access ends the
 * test. */
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/cpic/harness.h"

#define RECORD 30000

static struct pair p;
static unsigned char text[RECORD];

/* What one Receive is given.  The requested length is an input: it goes when the call has returned. */
struct outputs {
    CM_INT32 data, len, status, rts;
    unsigned char buf[RECORD];
};

static void *pages(size_t n)
{
    void *at = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(at, MAP_FAILED);
    return at;
}

static void gone(void *at, size_t n)
{
    ck_assert_int_eq(munmap(at, n), 0);
}

static CM_INT32 receive_into(struct side *s, struct outputs *o)
{
    CM_INT32 *want = pages(sizeof *want), *rc = pages(sizeof *rc), code;
    *want = RECORD;
    cmrcv(s->id, o->buf, want, &o->data, &o->len, &o->status, &o->rts, rc);
    s->call = "cmrcv";
    code = *rc;
    gone(want, sizeof *want);
    gone(rc, sizeof *rc);
    return code;
}

static void good(const struct outputs *o)
{
    ck_assert_int_eq(o->data, CM_COMPLETE_DATA_RECEIVED);
    ck_assert_int_eq(o->len, RECORD);
    ck_assert_mem_eq(o->buf, text, RECORD);
}

static void send_one(void)
{
    ck_assert_rc(s_send(&p.a, text, RECORD), CM_OK);
    ck_assert_rc(s_flush(&p.a), CM_OK);
}

/* How the program learns of the completion: cmwait, event and cmwait, message, xcstep. */
enum notice { BY_WAIT, BY_EVENT, BY_WINDOW, BY_STEP, NOTICES };

START_TEST(freed_after_completion)
{
    CM_INT32 rc = -1, op = -1;
    int w[2], e = eventfd(0, EFD_NONBLOCK);
    HANDLE h = WCPIC_HANDLE(e);
    eventfd_t v;
    WCPICMESSAGE m;
    ck_assert_int_eq(pipe(w), 0);
    memset(text, 'a' + _i, sizeof text);
    pair_open(&p, MAPPED);
    SET(cmspm, &p.b, CM_NON_BLOCKING);
    if (_i == BY_EVENT)
        WinCPICSetEvent(p.b.id, &h, &rc);
    if (_i == BY_WINDOW)
        xchwnd(WCPIC_HWND(w[1]), &rc);
    for (int i = 0; i < 100; i++) {
        struct outputs *o = pages(sizeof *o);
        ck_assert_rc(receive_into(&p.b, o), OI);
        send_one();
        struct pollfd f = {_i == BY_EVENT ? e : w[0], POLLIN, 0};
        short events;
        switch (_i) {
        case BY_EVENT:
            ck_assert_int_eq(poll(&f, 1, PATIENCE * 1000), 1);
            ck_assert_int_eq(eventfd_read(e, &v), 0);
            ck_assert_rc(s_wait(&p.b), CM_OK);
            break;
        case BY_WAIT:
            ck_assert_rc(s_wait(&p.b), CM_OK);
            break;
        case BY_WINDOW:
            ck_assert_int_eq(read(w[0], &m, sizeof m), sizeof m);
            ck_assert_rc(m.return_code, CM_OK);
            break;
        default:
            do {
                xcfd(p.b.id, &f.fd, &events, &rc);
                ck_assert_rc(rc, CM_OK);
                f.events = events;
                ck_assert_int_eq(poll(&f, 1, PATIENCE * 1000), 1);
                xcstep(p.b.id, &op, &rc);
                ck_assert_rc(rc, CM_OK);
            } while (op == OI);
            ck_assert_rc(op, CM_OK);
        }
        good(o);
        gone(o, sizeof *o);
    }
    xchwnd(NULL, &rc);
    pair_close(&p);
}
END_TEST

/* A Send that does not go out at once: its buffer is overwritten and gone while it is incomplete. */
static CM_INT32 send_and_forget(unsigned char octet)
{
    static CM_INT32 rts; /* an output: it stays */
    unsigned char *buf = pages(RECORD);
    CM_INT32 *n = pages(sizeof *n), *rc = pages(sizeof *rc), code;
    memset(buf, octet, RECORD);
    *n = RECORD;
    cmsend(p.a.id, buf, n, &rts, rc);
    p.a.call = "cmsend";
    code = *rc;
    memset(buf, '?', RECORD);
    gone(buf, RECORD);
    gone(n, sizeof *n);
    gone(rc, sizeof *rc);
    return code;
}

static void receive_all_of(unsigned char octet)
{
    memset(text, octet, sizeof text);
    ck_assert_rc(s_rcv(&p.b, RECORD), CM_OK);
    ck_assert_got(&p.b, CM_COMPLETE_DATA_RECEIVED, RECORD, CM_NO_STATUS_RECEIVED);
    ck_assert_mem_eq(p.b.buf, text, RECORD);
}

/* A's Send completes, and what it has left in the buffer goes: beside B's Receives, for the sockets are full.
 */
static void *complete(void *arg)
{
    CM_INT32 *rc = arg, blocking = CM_BLOCKING, op;
    unsigned char id[CM_CID_SIZE];
    cmwait(id, &op, rc);
    if (*rc == CM_OK && op == CM_OK)
        cmspm(p.a.id, &blocking, rc);
    if (*rc == CM_OK)
        cmflus(p.a.id, rc);
    return NULL;
}

START_TEST(freed_before_completion)
{
    CM_INT32 rc = CM_OK, completed = -1;
    int sent = 0;
    pthread_t t;
    pair_open(&p, MAPPED);
    SET(cmspm, &p.a, CM_NON_BLOCKING);
    SET(cmspm, &p.b, CM_BLOCKING);
    while ((rc = send_and_forget((unsigned char)('a' + sent++ % 26))) == CM_OK)
        ck_assert_int_lt(sent, 10000); /* the sockets are full some time */
    ck_assert_rc(rc, OI);
    ck_assert_int_eq(pthread_create(&t, NULL, complete, &completed), 0);
    for (int i = 0; i < sent; i++)
        receive_all_of((unsigned char)('a' + i % 26));
    pthread_join(t, NULL);
    ck_assert_rc(completed, CM_OK);
    pair_close(&p);
}
END_TEST

/* ---- Cancel ends the use of the buffers ---- */

static bool over;

static void *waiter(void *arg)
{
    unsigned char id[CM_CID_SIZE];
    CM_INT32 op, rc;
    (void)arg;
    while (!__atomic_load_n(&over, __ATOMIC_ACQUIRE)) {
        cmwait(id, &op, &rc);
        if (rc == SC)
            nap();
    }
    return NULL;
}

/* Cancel meets the thread that carries the Receive on (a waiter, the library's own): when Cancel has
 * returned, nobody writes into the buffer any more. */
START_TEST(freed_after_cancel)
{
    pthread_t thread;
    CM_INT32 rc = -1;
    int e = eventfd(0, EFD_NONBLOCK), w[2];
    HANDLE h = WCPIC_HANDLE(e);
    ck_assert_int_eq(pipe(w), 0);
    memset(text, 'c', sizeof text);
    over = false;
    for (int i = 0; i < 300; i++) {
        pair_open(&p, MAPPED);
        SET(cmspm, &p.b, CM_NON_BLOCKING);
        if (_i == BY_EVENT)
            WinCPICSetEvent(p.b.id, &h, &rc);
        if (_i == BY_WINDOW)
            xchwnd(WCPIC_HWND(w[1]), &rc);
        struct outputs *o = pages(sizeof *o);
        ck_assert_rc(receive_into(&p.b, o), OI);
        if (_i == BY_WAIT)
            ck_assert_int_eq(pthread_create(&thread, NULL, waiter, NULL), 0);
        send_one();
        for (volatile int k = 0; k < i * 20; k++)
            ;
        cmcanc(p.b.id, &rc);
        gone(o, sizeof *o);
        if (_i == BY_WAIT) {
            __atomic_store_n(&over, true, __ATOMIC_RELEASE);
            pthread_join(thread, NULL);
            over = false;
        } else if (_i == BY_EVENT) {
            unsigned char id[CM_CID_SIZE];
            CM_INT32 op;
            cmwait(id, &op, &rc);
            ck_assert_rc(rc, CM_OK);
        } else {
            WCPICMESSAGE m;
            ck_assert_int_eq(read(w[0], &m, sizeof m), sizeof m);
        }
        xchwnd(NULL, &rc);
        pair_close(&p);
    }
}
END_TEST

/* A trace of calls has to be done with a buffer, too, when the program has it back [Q235858; Q267993]. */
static void trace(void)
{
    setenv("SNANODE_API_TRACE", "/dev/null", 1);
}

static void no_trace(void)
{
    unsetenv("SNANODE_API_TRACE");
}

static TCase *buffers(const char *name)
{
    TCase *t = tcase_create(name);
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, freed_after_completion, 0, NOTICES);
    tcase_add_test(t, freed_before_completion);
    tcase_add_loop_test(t, freed_after_cancel, 0, BY_STEP);
    return t;
}

static Suite *suite(void)
{
    Suite *s = suite_create("CPI-C buffers");
    suite_add_tcase(s, buffers("buffers"));
    TCase *traced = buffers("traced");
    tcase_add_unchecked_fixture(traced, trace, no_trace);
    suite_add_tcase(s, traced);
    return s;
}

int main(void)
{
    return harness_main(suite());
}
