/* check_scripts.c - the examples of the documentation, step by step: T1 mapped [HIS: An Example of a Mapped
 * Conversation], T2 confirmation [HIS: Confirmation Processing], T3 turns [HIS: Changing Conversation States], T4
 * window messages [HIS: Asynchronous Call Completion]; T5 asynchronous accepts and events, T6 errors and truncation
 * are ours.  The numbers in the comments are their steps.  Where a step blocks there, it is
 * incomplete here and its end is waited for. */
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "tests/cpic/harness.h"
#include "wincpic.h"

static struct side a, b;
static const char rec[] = "a record";
#define N ((CM_INT32)sizeof rec - 1)

static void listen_as(const char *name)
{
    CM_INT32 n = (CM_INT32)strlen(name), rc = -1;
    cmsltp((unsigned char *)(uintptr_t)name, &n, &rc);
    ck_assert_rc(rc, CM_OK);
    ck_assert_rc(s_accept(&b), OI);
}

static void nonblocking(struct side *s)
{
    SET(cmspm, s, CM_NON_BLOCKING);
}

/* ---- T1 ---- */

/* 1 to 4, with an Accept outstanding before (T1) or not. */
static void t1_a(const char *dest)
{
    ck_assert_rc(s_init(&a, dest), CM_OK);
    ck_assert_state(&a, CM_INITIALIZE_STATE);
    ck_assert_rc(s_alloc(&a), CM_OK);
    ck_assert_state(&a, CM_SEND_STATE);
    ck_assert_rc(s_send(&a, rec, N), CM_OK);
    ck_assert_state(&a, CM_SEND_STATE);
}

START_TEST(t1)
{
    CM_INT32 op = -1, rc = -1;
    listen_as("PAIR");
    t1_a("PAIR");
    xcstep(b.id, &op, &rc); /* 3: nothing has flowed */
    ck_assert_rc(op, OI);
    ck_assert_rc(s_deal(&a), CM_OK);
    ck_assert_state(&a, -1);
    ck_assert_rc(s_deal(&a), PC); /* (a) */
    ck_assert_rc(s_send(&a, rec, N), PC);
    ck_assert_rc(s_rcv(&a, 10), PC);
    ck_assert_rc(s_wait(&b), CM_OK);
    ck_assert_state(&b, CM_RECEIVE_STATE);
    if (_i) { /* (c) */
        ck_assert_rc(s_rcv(&b, N - 1), CM_OK);
        ck_assert_got(&b, CM_INCOMPLETE_DATA_RECEIVED, N - 1, CM_NO_STATUS_RECEIVED);
        ck_assert_rc(s_rcv(&b, 100), CM_DEALLOCATED_NORMAL);
        ck_assert_int_eq(b.data, CM_COMPLETE_DATA_RECEIVED);
        ck_assert_int_eq(b.len, 1);
    } else {
        ck_assert_rc(s_rcv(&b, N), CM_DEALLOCATED_NORMAL);
        ck_assert_int_eq(b.data, CM_COMPLETE_DATA_RECEIVED);
        ck_assert_int_eq(b.len, N);
        ck_assert_mem_eq(b.buf, rec, N);
    }
    ck_assert_state(&b, -1);
}
END_TEST

/* (b): nobody is there; the sender of a Deallocate(FLUSH) never knows. */
START_TEST(t1_unknown)
{
    side_begin(&a, MAPPED, "NOBODY");
    ck_assert_rc(s_alloc(&a), CM_OK);
    ck_assert_rc(s_send(&a, rec, N), CM_OK);
    ck_assert_rc(s_deal(&a), CM_OK);
    ck_assert_state(&a, -1);
}
END_TEST

/* ---- T2 ---- */

/* 1 to 7 */
static void t2_confirm(void)
{
    CM_INT32 v = -1, rc = -1;
    listen_as("PAIR");
    ck_assert_rc(s_init(&a, "PAIR"), CM_OK);
    SET(cmssl, &a, CM_CONFIRM);
    ck_assert_state(&a, CM_INITIALIZE_STATE);
    ck_assert_rc(s_alloc(&a), CM_OK);
    ck_assert_rc(s_send(&a, rec, N), CM_OK);
    nonblocking(&a);
    ck_assert_rc(s_confirm(&a), OI);
    ck_assert_rc(s_wait(&b), CM_OK);
    ck_assert_state(&b, CM_RECEIVE_STATE);
    cmesl(b.id, &v, &rc);
    ck_assert_int_eq(v, CM_CONFIRM);
    ck_assert_rc(s_rcv(&b, 100), CM_OK);
    ck_assert_got(&b, CM_COMPLETE_DATA_RECEIVED, N, CM_CONFIRM_RECEIVED);
    ck_assert_state(&b, CM_CONFIRM_STATE);
}

/* 8 to 13 */
static void t2_deallocate(void)
{
    ck_assert_rc(s_confirmed(&b), CM_OK);
    ck_assert_state(&b, CM_RECEIVE_STATE);
    ck_assert_rc(s_wait(&a), CM_OK);
    ck_assert_int_eq(a.rts, CM_REQ_TO_SEND_NOT_RECEIVED);
    ck_assert_state(&a, CM_SEND_STATE);
    ck_assert_rc(s_send(&a, rec, N), CM_OK);
    ck_assert_rc(s_deal(&a), OI);
    ck_assert_rc(s_rcv(&b, 100), CM_OK);
    ck_assert_got(&b, CM_COMPLETE_DATA_RECEIVED, N, CM_CONFIRM_DEALLOC_RECEIVED);
    ck_assert_state(&b, CM_CONFIRM_DEALLOCATE_STATE);
}

START_TEST(t2)
{
    t2_confirm();
    t2_deallocate();
    ck_assert_rc(s_confirmed(&b), CM_OK);
    ck_assert_state(&b, -1);
    ck_assert_rc(s_wait(&a), CM_OK);
    ck_assert_state(&a, -1);
}
END_TEST

START_TEST(t2_error_to_confirm) /* 8' */
{
    t2_confirm();
    ck_assert_rc(s_error(&b), CM_OK);
    ck_assert_state(&b, CM_SEND_STATE);
    ck_assert_rc(s_wait(&a), CM_PROGRAM_ERROR_PURGING);
    ck_assert_state(&a, CM_RECEIVE_STATE);
}
END_TEST

START_TEST(t2_error_to_deallocate) /* 14' */
{
    t2_confirm();
    t2_deallocate();
    ck_assert_rc(s_error(&b), CM_OK);
    ck_assert_state(&b, CM_SEND_STATE);
    ck_assert_rc(s_wait(&a), CM_PROGRAM_ERROR_PURGING);
    ck_assert_state(&a, CM_RECEIVE_STATE);
    /* the conversation lives */
    ck_assert_rc(s_send(&b, rec, N), CM_OK);
    ck_assert_rc(s_flush(&b), CM_OK);
    ck_assert_rc(s_rcv(&a, 100), CM_OK);
    ck_assert_got(&a, CM_COMPLETE_DATA_RECEIVED, N, CM_NO_STATUS_RECEIVED);
}
END_TEST

START_TEST(t2_abend_to_deallocate) /* 14'' */
{
    t2_confirm();
    t2_deallocate();
    SET(cmsdt, &b, CM_DEALLOCATE_ABEND);
    ck_assert_rc(s_deal(&b), CM_OK);
    ck_assert_state(&b, -1);
    ck_assert_rc(s_wait(&a), CM_DEALLOCATED_ABEND);
    ck_assert_state(&a, -1);
}
END_TEST

START_TEST(t2_without_sync) /* 2' */
{
    ck_assert_rc(s_init(&a, "PAIR"), CM_OK);
    ck_assert_rc(s_alloc(&a), CM_OK);
    ck_assert_rc(s_confirm(&a), PC);
    ck_assert_state(&a, CM_SEND_STATE);
    s_cancel(&a);
}
END_TEST

/* ---- T3 ---- */

START_TEST(t3)
{
    listen_as("PAIR");
    ck_assert_rc(s_init(&a, "PAIR"), CM_OK);
    SET(cmssl, &a, CM_CONFIRM);
    ck_assert_rc(s_alloc(&a), CM_OK);
    ck_assert_rc(s_send(&a, rec, N), CM_OK); /* 2 */
    nonblocking(&a);
    ck_assert_rc(s_ptr(&a), OI); /* 3 */
    ck_assert_rc(s_wait(&b), CM_OK);
    ck_assert_state(&b, CM_RECEIVE_STATE);
    ck_assert_rc(s_rcv(&b, 100), CM_OK); /* 5 */
    ck_assert_got(&b, CM_COMPLETE_DATA_RECEIVED, N, CM_CONFIRM_SEND_RECEIVED);
    ck_assert_state(&b, CM_CONFIRM_SEND_STATE);
    ck_assert_rc(s_confirmed(&b), CM_OK);
    ck_assert_state(&b, CM_SEND_STATE);
    ck_assert_rc(s_wait(&a), CM_OK); /* 7 */
    ck_assert_state(&a, CM_RECEIVE_STATE);
    ck_assert_rc(s_send(&b, rec, N), CM_OK);
    nonblocking(&b);
    ck_assert_rc(s_confirm(&b), OI); /* 9 */
    ck_assert_rc(s_rcv(&a, 100), CM_OK);
    ck_assert_got(&a, CM_COMPLETE_DATA_RECEIVED, N, CM_CONFIRM_RECEIVED);
    ck_assert_state(&a, CM_CONFIRM_STATE);
    ck_assert_rc(s_rts(&a), CM_OK); /* 11 */
    ck_assert_state(&a, CM_CONFIRM_STATE);
    ck_assert_rc(s_confirmed(&a), CM_OK);
    ck_assert_state(&a, CM_RECEIVE_STATE);
    ck_assert_rc(s_wait(&b), CM_OK); /* 13 */
    ck_assert_int_eq(b.rts, CM_REQ_TO_SEND_RECEIVED);
    ck_assert_state(&b, CM_SEND_STATE);
    ck_assert_rc(s_test(&b), CM_OK); /* reported once only */
    ck_assert_int_eq(b.rts, CM_REQ_TO_SEND_NOT_RECEIVED);
    ck_assert_rc(s_ptr(&b), OI); /* 14 */
    ck_assert_rc(s_rcv(&a, 100), CM_OK);
    ck_assert_got(&a, CM_NO_DATA_RECEIVED, 0, CM_CONFIRM_SEND_RECEIVED);
    ck_assert_state(&a, CM_CONFIRM_SEND_STATE);
    ck_assert_rc(s_confirmed(&a), CM_OK);
    ck_assert_state(&a, CM_SEND_STATE);
    ck_assert_rc(s_wait(&b), CM_OK); /* 17 */
    ck_assert_state(&b, CM_RECEIVE_STATE);
    ck_assert_rc(s_send(&a, rec, N), CM_OK);
    ck_assert_rc(s_deal(&a), OI); /* 19 */
    ck_assert_rc(s_rcv(&b, 100), CM_OK);
    ck_assert_got(&b, CM_COMPLETE_DATA_RECEIVED, N, CM_CONFIRM_DEALLOC_RECEIVED);
    ck_assert_state(&b, CM_CONFIRM_DEALLOCATE_STATE);
    ck_assert_rc(s_confirmed(&b), CM_OK);
    ck_assert_state(&b, -1);
    ck_assert_rc(s_wait(&a), CM_OK); /* 22 */
    ck_assert_state(&a, -1);
}
END_TEST

/* Receive in place of Prepare_To_Receive passes the turn without confirmation, whatever the sync level. */
START_TEST(t3_receive_passes_turn)
{
    listen_as("PAIR");
    ck_assert_rc(s_init(&a, "PAIR"), CM_OK);
    SET(cmssl, &a, CM_CONFIRM);
    ck_assert_rc(s_alloc(&a), CM_OK);
    ck_assert_rc(s_send(&a, rec, N), CM_OK);
    nonblocking(&a);
    ck_assert_rc(s_rcv(&a, 100), OI);
    ck_assert_rc(s_wait(&b), CM_OK);
    ck_assert_rc(s_rcv(&b, 100), CM_OK);
    ck_assert_got(&b, CM_COMPLETE_DATA_RECEIVED, N, CM_SEND_RECEIVED);
    ck_assert_state(&b, CM_SEND_PENDING_STATE);
}
END_TEST

/* ---- T4 ---- */

START_TEST(t4)
{
    WCPICDATA d;
    WCPICMESSAGE m;
    CM_INT32 rc = -1;
    int w[2];
    static struct side other;
    ck_assert_int_eq(pipe(w), 0);
    listen_as("PAIR");
    ck_assert_int_eq(WinCPICStartup(0x0001, &d), 0); /* 1 */
    ck_assert_int_ne(d.wVersion, 0);
    xchwnd(WCPIC_HWND(w[1]), &rc); /* 3 */
    ck_assert_rc(rc, CM_OK);
    side_begin(&other, (struct how){CM_MAPPED_CONVERSATION, CM_NONE, "ONE"}, "PAIR");
    ck_assert_rc(s_alloc(&other), CM_OK);
    ck_assert_rc(s_init(&a, "PAIR"), CM_OK); /* 4 */
    SET_TEXT(cmsmn, &a, "ONE");
    nonblocking(&a);                /* 5 */
    ck_assert_rc(s_alloc(&a), OI);  /* 6: the only session is in use */
    ck_assert_rc(s_flush(&a), ONA); /* 7 */
    ck_assert_rc(SET_RC(cmspm, &a, CM_BLOCKING), SC);
    ck_assert_rc(s_cancel(&other), CM_OK);
    ck_assert_int_eq(read(w[0], &m, sizeof m), sizeof m); /* 8 */
    ck_assert_rc((CM_INT32)m.wParam, CM_OK);
    ck_assert(memcmp((unsigned char *)m.lParam, a.id, CM_CID_SIZE) == 0);
    ck_assert_state(&a, CM_SEND_STATE);
    ck_assert_rc(s_rcv(&a, 10), OI); /* 9 */
    ck_assert_rc(s_rts(&a), CM_OK);
    ck_assert_rc(s_test(&a), CM_OK);
    if (_i == 0) {
        ck_assert_rc(s_cancel(&a), CM_OK);
    } else {
        SET(cmsdt, &a, CM_DEALLOCATE_ABEND);
        ck_assert_rc(s_deal(&a), CM_OK);
    }
    ck_assert_int_eq(read(w[0], &m, sizeof m), sizeof m);
    ck_assert_rc((CM_INT32)m.wParam, CM_DEALLOCATED_ABEND);
    ck_assert(WinCPICCleanup()); /* 10 */
}
END_TEST

/* ---- T5 ---- */

START_TEST(t5_accept)
{
    unsigned char id[CM_CID_SIZE], name[64];
    CM_INT32 op = -1, rc = -1, n = 3;
    unsigned char tpx[] = "TPX";
    cmsltp(tpx, &n, &rc);
    ck_assert_rc(rc, CM_OK);
    ck_assert_rc(s_accept(&b), OI); /* 1 */
    side_begin(&a, MAPPED, "TPX");
    ck_assert_rc(s_alloc(&a), CM_OK);
    ck_assert_rc(s_flush(&a), CM_OK);
    cmwait(id, &op, &rc); /* 2 */
    ck_assert_rc(rc, CM_OK);
    ck_assert_rc(op, CM_OK);
    ck_assert_mem_eq(id, b.id, sizeof id);
    ck_assert_state(&b, CM_RECEIVE_STATE);
    cmetpn(b.id, name, &n, &rc);
    ck_assert_rc(rc, CM_OK);
    ck_assert_int_eq(n, 3);
    ck_assert_mem_eq(name, "TPX", 3);
    nothing_waits(); /* 3 */
    s_cancel(&a);
    s_cancel(&b);
}
END_TEST

START_TEST(t5_cancel) /* 4 */
{
    listen_as("TPX");
    ck_assert_rc(s_cancel(&b), CM_OK);
    ck_assert_state(&b, -1);
    ck_assert_rc(s_cancel(&b), PC);
    nothing_waits();
}
END_TEST

START_TEST(t5_event) /* 5, 6 */
{
    static struct pair p;
    int e = eventfd(0, EFD_CLOEXEC);
    HANDLE h = WCPIC_HANDLE(e);
    CM_INT32 rc = -1;
    pair_open(&p, MAPPED);
    WinCPICSetEvent(p.b.id, &h, &rc);
    ck_assert_rc(rc, CM_OK);
    nonblocking(&p.b);
    ck_assert_rc(s_rcv(&p.b, 100), OI);
    WinCPICSetEvent(p.b.id, &h, &rc);
    ck_assert_rc(rc, ONA);
    ck_assert_rc(s_send(&p.a, rec, N), CM_OK);
    ck_assert_rc(s_flush(&p.a), CM_OK);
    struct pollfd f = {e, POLLIN, 0};
    ck_assert_int_eq(poll(&f, 1, PATIENCE * 1000), 1);
    ck_assert_rc(s_wait(&p.b), CM_OK);
    ck_assert_mem_eq(p.b.buf, rec, N);
    pair_close(&p);
}
END_TEST

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

START_TEST(t5_timeout) /* 7: BYHAND has Timeout 100 */
{
    setenv("APPCTPN", "BYHAND", 1);
    double t = now();
    ck_assert_rc(s_accept(&b), SC);
    t = now() - t;
    ck_assert(t > 0.09 && t < 5);
}
END_TEST

/* A blocking Accept that is served; the program blocks although another name would not. */
static void *accepting(void *arg)
{
    *(CM_INT32 *)arg = s_accept(&b);
    return NULL;
}

START_TEST(t5_blocking)
{
    pthread_t t;
    CM_INT32 rc = -1;
    setenv("APPCTPN", "HELD", 1);
    ck_assert_int_eq(pthread_create(&t, NULL, accepting, &rc), 0);
    do { /* until it waits */
        side_begin(&a, MAPPED, "HELD");
        ck_assert_rc(s_alloc(&a), CM_OK);
        SET(cmsst, &a, CM_SEND_AND_FLUSH);
        for (int i = 0; i < 20 && s_send(&a, rec, N) == CM_OK; i++)
            nap();
    } while (s_state(&a) == -1);
    pthread_join(t, NULL);
    ck_assert_rc(rc, CM_OK);
    ck_assert_state(&b, CM_RECEIVE_STATE);
    s_cancel(&a);
    s_cancel(&b);
}
END_TEST

START_TEST(t5_no_name)
{
    ck_assert_rc(s_accept(&b), SC);
}
END_TEST

/* ---- T6 ---- */

static struct pair p;

static const unsigned char whole[] = {0, 6, 'd', 'a', 't', 'a'};
static const unsigned char part[] = {0, 0x10, 'p', 'a', 'r', 't'};

/* B has data and the turn in one Receive (SP), or in two (S). */
static void give_b_the_turn(struct how h, bool apart)
{
    pair_open(&p, h);
    ck_assert_rc(s_send(&p.a, whole, sizeof whole), CM_OK);
    if (apart)
        ck_assert_rc(s_flush(&p.a), CM_OK);
    else
        ck_assert_rc(s_ptr(&p.a), CM_OK);
    ck_assert_rc(s_rcv(&p.b, 100), CM_OK);
    if (apart) {
        ck_assert_rc(s_ptr(&p.a), CM_OK);
        ck_assert_rc(s_rcv(&p.b, 100), CM_OK);
    }
    ck_assert_state(&p.b, apart ? CM_SEND_STATE : CM_SEND_PENDING_STATE);
}

/* 1: 0; 2: 1; 3: 2 and 3 */
START_TEST(t6_direction)
{
    bool apart = _i >= 2;
    static const CM_INT32 should[] = {CM_PROGRAM_ERROR_PURGING, CM_PROGRAM_ERROR_NO_TRUNC,
                                      CM_PROGRAM_ERROR_NO_TRUNC, CM_PROGRAM_ERROR_NO_TRUNC};
    for (int basic = 0; basic < 2; basic++) {
        give_b_the_turn(basic ? BASIC : MAPPED, apart);
        SET(cmsed, &p.b, _i % 2 ? CM_SEND_ERROR : CM_RECEIVE_ERROR);
        ck_assert_rc(s_error(&p.b), CM_OK);
        ck_assert_state(&p.b, CM_SEND_STATE);
        ck_assert_rc(s_rcv(&p.a, 100), should[_i]);
        ck_assert_state(&p.a, CM_RECEIVE_STATE);
        /* and both go on */
        ck_assert_rc(s_send(&p.b, whole, sizeof whole), CM_OK);
        ck_assert_rc(s_deal(&p.b), CM_OK);
        ck_assert_rc(s_rcv(&p.a, 100), CM_DEALLOCATED_NORMAL);
        ck_assert_int_eq(p.a.len, sizeof whole);
        pair_close(&p);
    }
}
END_TEST

/* error_direction stays as it was set. */
START_TEST(t6_direction_sticks)
{
    give_b_the_turn(MAPPED, false);
    SET(cmsed, &p.b, CM_SEND_ERROR);
    for (int i = 0; i < 2; i++) {
        ck_assert_rc(s_error(&p.b), CM_OK);
        ck_assert_rc(s_rcv(&p.a, 100), CM_PROGRAM_ERROR_NO_TRUNC);
        ck_assert_rc(s_ptr(&p.b), CM_OK);
        ck_assert_rc(s_rcv(&p.a, 100), CM_OK);
        ck_assert_rc(s_send(&p.a, whole, sizeof whole), CM_OK);
        ck_assert_rc(s_ptr(&p.a), CM_OK);
        ck_assert_rc(s_rcv(&p.b, 100), CM_OK);
        ck_assert_state(&p.b, CM_SEND_PENDING_STATE);
    }
    pair_close(&p);
}
END_TEST

START_TEST(t6_truncated_by_error) /* 4 */
{
    pair_open(&p, BASIC);
    ck_assert_rc(s_send(&p.a, part, sizeof part), CM_OK);
    ck_assert_rc(s_flush(&p.a), CM_OK);
    ck_assert_rc(s_error(&p.a), CM_OK);
    ck_assert_state(&p.a, CM_SEND_STATE);
    ck_assert_rc(s_rcv(&p.b, 100), CM_OK);
    ck_assert_got(&p.b, CM_INCOMPLETE_DATA_RECEIVED, 6, CM_NO_STATUS_RECEIVED);
    ck_assert_rc(s_rcv(&p.b, 100), CM_PROGRAM_ERROR_TRUNC);
    ck_assert_state(&p.b, CM_RECEIVE_STATE);
    /* the record is forgotten on both sides */
    ck_assert_rc(s_send(&p.a, whole, sizeof whole), CM_OK);
    ck_assert_rc(s_deal(&p.a), CM_OK);
    ck_assert_rc(s_rcv(&p.b, 100), CM_DEALLOCATED_NORMAL);
    ck_assert_int_eq(p.b.len, sizeof whole);
    pair_close(&p);
}
END_TEST

START_TEST(t6_mid_record_refused) /* 5 */
{
    pair_open(&p, BASIC_CONFIRM);
    ck_assert_rc(s_send(&p.a, part, sizeof part), CM_OK);
    ck_assert_rc(s_confirm(&p.a), SC);
    ck_assert_rc(s_ptr(&p.a), SC);
    ck_assert_rc(s_rcv(&p.a, 10), SC);
    SET(cmsdt, &p.a, CM_DEALLOCATE_FLUSH);
    ck_assert_rc(s_deal(&p.a), SC);
    ck_assert_state(&p.a, CM_SEND_STATE);
    pair_close(&p);
}
END_TEST

START_TEST(t6_truncated_by_abend) /* 6 */
{
    pair_open(&p, BASIC);
    ck_assert_rc(s_send(&p.a, part, sizeof part), CM_OK);
    SET(cmsdt, &p.a, CM_DEALLOCATE_ABEND);
    ck_assert_rc(s_deal(&p.a), CM_OK);
    ck_assert_state(&p.a, -1);
    ck_assert_rc(s_rcv(&p.b, 100), CM_OK);
    ck_assert_got(&p.b, CM_INCOMPLETE_DATA_RECEIVED, 6, CM_NO_STATUS_RECEIVED);
    ck_assert_rc(s_rcv(&p.b, 100), CM_DEALLOCATED_ABEND);
    ck_assert_state(&p.b, -1);
    pair_close(&p);
}
END_TEST

START_TEST(t6_error_in_receive) /* 7 */
{
    pair_open(&p, MAPPED);
    ck_assert_rc(s_send(&p.a, rec, N), CM_OK);
    ck_assert_rc(s_flush(&p.a), CM_OK);
    ck_assert_rc(s_error(&p.b), CM_OK);
    ck_assert_state(&p.b, CM_SEND_STATE);
    if (_i) {
        ck_assert_rc(s_flush(&p.a), CM_OK);
        ck_assert_state(&p.a, CM_SEND_STATE);
    }
    ck_assert_rc(s_send(&p.a, rec, N), CM_PROGRAM_ERROR_PURGING);
    ck_assert_state(&p.a, CM_RECEIVE_STATE);
    /* nothing of what was purged turns up */
    ck_assert_rc(s_send(&p.b, rec, 1), CM_OK);
    ck_assert_rc(s_ptr(&p.b), CM_OK);
    ck_assert_rc(s_rcv(&p.a, 100), CM_OK);
    ck_assert_got(&p.a, CM_COMPLETE_DATA_RECEIVED, 1, CM_SEND_RECEIVED);
    ck_assert_rc(s_send(&p.a, rec, 2), CM_OK);
    ck_assert_rc(s_deal(&p.a), CM_OK);
    ck_assert_rc(s_rcv(&p.b, 100), CM_DEALLOCATED_NORMAL);
    ck_assert_int_eq(p.b.len, 2);
    pair_close(&p);
}
END_TEST

START_TEST(t6_error_after_abend) /* 8 */
{
    pair_open(&p, MAPPED);
    SET(cmsdt, &p.a, CM_DEALLOCATE_ABEND);
    ck_assert_rc(s_deal(&p.a), CM_OK);
    ck_assert_rc(s_error(&p.b), CM_DEALLOCATED_NORMAL);
    ck_assert_state(&p.b, -1);
    pair_close(&p);
}
END_TEST

START_TEST(t6_unknown_tp) /* 9 */
{
    side_begin(&a, MAPPED, "NOBODY");
    ck_assert_rc(s_alloc(&a), CM_OK);
    ck_assert_rc(s_flush(&a), CM_OK);
    ck_assert_state(&a, CM_SEND_STATE);
    CM_INT32 rc;
    WAIT_FOR((rc = s_send(&a, rec, N)) != CM_OK);
    ck_assert_rc(rc, CM_TPN_NOT_RECOGNIZED);
    ck_assert_state(&a, -1);
}
END_TEST

START_TEST(t6_null_record) /* 10 */
{
    pair_open(&p, MAPPED);
    ck_assert_rc(s_send(&p.a, NULL, 0), CM_OK);
    ck_assert_rc(s_flush(&p.a), CM_OK);
    ck_assert_rc(s_rcv(&p.b, 100), CM_OK);
    ck_assert_got(&p.b, CM_COMPLETE_DATA_RECEIVED, 0, CM_NO_STATUS_RECEIVED);
    pair_close(&p);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("CPI-C scripts");
    TCase *t = tcase_create("T1");
    tcase_add_loop_test(t, t1, 0, 2);
    tcase_add_test(t, t1_unknown);
    suite_add_tcase(s, t);
    t = tcase_create("T2");
    tcase_add_test(t, t2);
    tcase_add_test(t, t2_error_to_confirm);
    tcase_add_test(t, t2_error_to_deallocate);
    tcase_add_test(t, t2_abend_to_deallocate);
    tcase_add_test(t, t2_without_sync);
    suite_add_tcase(s, t);
    t = tcase_create("T3");
    tcase_add_test(t, t3);
    tcase_add_test(t, t3_receive_passes_turn);
    suite_add_tcase(s, t);
    t = tcase_create("T4");
    tcase_add_loop_test(t, t4, 0, 2);
    suite_add_tcase(s, t);
    t = tcase_create("T5");
    tcase_add_test(t, t5_accept);
    tcase_add_test(t, t5_cancel);
    tcase_add_test(t, t5_event);
    tcase_add_test(t, t5_timeout);
    tcase_add_test(t, t5_blocking);
    tcase_add_test(t, t5_no_name);
    suite_add_tcase(s, t);
    t = tcase_create("T6");
    tcase_add_loop_test(t, t6_direction, 0, 4);
    tcase_add_test(t, t6_direction_sticks);
    tcase_add_test(t, t6_truncated_by_error);
    tcase_add_test(t, t6_mid_record_refused);
    tcase_add_test(t, t6_truncated_by_abend);
    tcase_add_loop_test(t, t6_error_in_receive, 0, 2);
    tcase_add_test(t, t6_error_after_abend);
    tcase_add_test(t, t6_unknown_tp);
    tcase_add_test(t, t6_null_record);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return harness_main(suite());
}
