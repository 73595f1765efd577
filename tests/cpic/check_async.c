/* check_async.c - [HIS: Asynchronous Call Completion]: incomplete operations, how a program learns of their
 * end, what may be called meanwhile, cancelling, Startup and Cleanup. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/cpic/harness.h"

static struct pair p;

static void nonblocking(struct side *s)
{
    SET(cmspm, s, CM_NON_BLOCKING);
}

static const char text[] = "0123456789";
#define N ((CM_INT32)sizeof text - 1)

/* Can S's descriptor be read, and what does xcstep make of it? */
static CM_INT32 step(struct side *s)
{
    CM_INT32 op = -1, rc = -1;
    xcstep(s->id, &op, &rc);
    ck_assert_rc(rc, CM_OK);
    return op;
}

/* ---- the calls that can be incomplete [HIS: Windows CPI-C Asynchronous Support] ---- */

/* Accept: incomplete until an Attach comes; the ID is there at once. */
START_TEST(accept_waits)
{
    pair_open(&p, MAPPED);
    ck_assert_state(&p.b, CM_RECEIVE_STATE);
    nothing_waits();
    pair_close(&p);
}
END_TEST

/* Allocate: incomplete while all sessions of the mode are in use. */
START_TEST(allocate_waits)
{
    static struct side x, y;
    side_begin(&x, (struct how){CM_MAPPED_CONVERSATION, CM_NONE, "ONE"}, "PAIR");
    side_begin(&y, (struct how){CM_MAPPED_CONVERSATION, CM_NONE, "ONE"}, "PAIR");
    ck_assert_rc(s_alloc(&x), CM_OK);
    nonblocking(&y);
    ck_assert_rc(s_alloc(&y), OI);
    ck_assert_state(&y, CM_INITIALIZE_STATE);
    ck_assert_rc(s_alloc(&y), ONA);
    ck_assert_rc(SET_TEXT_RC(cmsmn, &y, "RU256"), SC);
    ck_assert_rc(SET_RC(cmspm, &y, CM_BLOCKING), SC);
    ck_assert_rc(s_cancel(&x), CM_OK);
    ck_assert_rc(s_wait(&y), CM_OK);
    ck_assert_state(&y, CM_SEND_STATE);
    s_cancel(&y);
}
END_TEST

/* Send_Data and everything that sends: incomplete while the partner's queue is full. */
static CM_INT32 flood(struct side *s)
{
    static unsigned char big[32767];
    CM_INT32 rc;
    SET(cmsst, s, CM_SEND_AND_FLUSH);
    for (int i = 0; i < 10000; i++)
        if ((rc = s_send(s, big, sizeof big)) != CM_OK)
            return rc;
    return CM_OK;
}

/* B receives what the flood left, N records in all. */
static CM_INT32 drain(struct side *s)
{
    CM_INT32 rc;
    SET(cmsrt, s, CM_RECEIVE_IMMEDIATE);
    while ((rc = s_rcv(s, 32767)) == CM_OK && s->status == CM_NO_STATUS_RECEIVED)
        ;
    SET_RC(cmsrt, s, CM_RECEIVE_AND_WAIT);
    return rc;
}

START_TEST(send_waits)
{
    pair_open(&p, MAPPED);
    nonblocking(&p.a);
    ck_assert_rc(flood(&p.a), OI);
    ck_assert_rc(s_send(&p.a, text, N), ONA);
    ck_assert_rc(drain(&p.b), CM_UNSUCCESSFUL);
    ck_assert_rc(s_wait(&p.a), CM_OK);
    ck_assert_state(&p.a, CM_SEND_STATE);
    pair_close(&p);
}
END_TEST

/* The data are copied when the call is made: the program may use its buffer again at once [C63]. */
START_TEST(send_copies)
{
    static unsigned char rec[32767];
    pair_open(&p, MAPPED);
    nonblocking(&p.a);
    SET(cmsst, &p.a, CM_SEND_AND_FLUSH);
    CM_INT32 rc = CM_OK;
    int n = 0;
    for (; rc == CM_OK && n < 10000; n++) {
        memset(rec, 'a' + n % 26, sizeof rec);
        rc = s_send(&p.a, rec, sizeof rec);
        memset(rec, '?', sizeof rec);
    }
    ck_assert_rc(rc, OI);
    nonblocking(&p.b);
    for (int i = 0; i < n; i++) {
        rc = s_rcv(&p.b, 32767);
        if (rc == OI) {
            ck_assert_rc(s_wait(&p.a), CM_OK);
            ck_assert_rc(s_wait(&p.b), CM_OK);
        }
        ck_assert_got(&p.b, CM_COMPLETE_DATA_RECEIVED, 32767, CM_NO_STATUS_RECEIVED);
        for (int k = 0; k < 32767; k++)
            ck_assert_int_eq(p.b.buf[k], 'a' + i % 26);
    }
    pair_close(&p);
}
END_TEST

/* A null record by NULL, copied as well. */
START_TEST(send_copies_nothing)
{
    pair_open(&p, MAPPED);
    nonblocking(&p.a);
    ck_assert_rc(s_send(&p.a, NULL, 0), CM_OK);
    ck_assert_rc(s_flush(&p.a), CM_OK);
    ck_assert_rc(s_rcv(&p.b, 10), CM_OK);
    ck_assert_got(&p.b, CM_COMPLETE_DATA_RECEIVED, 0, CM_NO_STATUS_RECEIVED);
    pair_close(&p);
}
END_TEST

/* Flush, Prepare_To_Receive, Deallocate and Confirm with a full queue. */
START_TEST(others_wait)
{
    static CM_INT32 (*const calls[])(struct side *) = {s_flush, s_ptr, s_deal, s_confirm, s_rts, s_error};
    static unsigned char big[4096];
    pair_open(&p, MAPPED_CONFIRM);
    SET(cmsptr, &p.a, CM_PREP_TO_RECEIVE_FLUSH);
    SET(cmsdt, &p.a, CM_DEALLOCATE_FLUSH);
    nonblocking(&p.a);
    /* fill the queue with whole records, then something to flush */
    ck_assert_rc(flood(&p.a), OI);
    while (step(&p.a) == OI)
        ck_assert_rc(s_rcv(&p.b, 32767), CM_OK);
    SET(cmsst, &p.a, CM_SEND_AND_FLUSH);
    CM_INT32 rc;
    while ((rc = s_send(&p.a, big, sizeof big)) == CM_OK)
        ;
    ck_assert_rc(rc, OI);
    while (step(&p.a) == OI)
        ck_assert_rc(s_rcv(&p.b, 32767), CM_OK);
    SET(cmsst, &p.a, CM_BUFFER_DATA);
    ck_assert_rc(s_send(&p.a, text, N), CM_OK);
    rc = calls[_i](&p.a);
    ck_assert(rc == OI || rc == CM_OK);
    int confirmed = 0;
    do {
        CM_INT32 r = drain(&p.b);
        if (r == CM_OK && p.b.status == CM_CONFIRM_RECEIVED) {
            ck_assert_rc(s_confirmed(&p.b), CM_OK);
            confirmed++;
        } else if (r != CM_UNSUCCESSFUL) {
            break;
        }
    } while (rc == OI && (rc = step(&p.a)) == OI);
    if (rc == OI)
        rc = s_wait(&p.a);
    ck_assert_rc(rc, CM_OK);
    pair_close(&p);
}
END_TEST

/* The short calls, with a socket that has no room for one more frame; then cancelled, with an event as the
 * notice.  The partner is a puppet, so that exactly one frame of it can be taken. */
START_TEST(short_calls_wait)
{
    NOT_OVER_LINK(ONE_SOCKET);
    static CM_INT32 (*const calls[])(struct side *) = {s_flush, s_error, s_confirmed, s_rts, s_ptr, s_deal};
    CM_INT32 rc = -1;
    struct side *me = &p.a, *peer = &p.b;
    unsigned char frame[5000];
    int fd = -1;
    short ev;
    pair_open(&p, MAPPED_CONFIRM);
    nonblocking(&p.a);
    nonblocking(&p.b);
    if (calls[_i] == s_confirmed) {
        me = &p.b;
        peer = &p.a;
        ck_assert_rc(s_confirm(peer), OI);
        ck_assert_rc(s_rcv(me, 10), CM_OK);
    } else {
        ck_assert_rc(s_rcv(peer, 10), OI);
    }
    xcfd(peer->id, &fd, &ev, &rc);
    HANDLE h = WCPIC_HANDLE(eventfd(0, 0));
    while ((rc = s_rts(me)) == CM_OK)
        ;
    ck_assert_rc(rc, OI);
    ck_assert(recv(fd, frame, sizeof frame, 0) > 0);
    ck_assert_rc(step(me), CM_OK);
    WinCPICSetEvent(me->id, &h, &rc);
    SET(cmsptr, me, CM_PREP_TO_RECEIVE_FLUSH);
    SET(cmsdt, me, CM_DEALLOCATE_FLUSH);
    if (calls[_i] == s_flush)
        ck_assert_rc(s_send(me, text, N), CM_OK);
    ck_assert_rc(calls[_i](me), OI);
    const char *call = me->call;
    ck_assert_rc(s_cancel(me), CM_OK);
    me->call = call;
    for (;;) { /* the partner's call hears of it too, maybe first */
        unsigned char id[CM_CID_SIZE];
        CM_INT32 op = -1;
        cmwait(id, &op, &rc);
        ck_assert_rc(rc, CM_OK);
        if (memcmp(id, me->id, sizeof id) != 0)
            continue;
        ck_assert_rc(op, CM_DEALLOCATED_ABEND);
        covered(call, &op);
        break;
    }
    pair_close(&p);
}
END_TEST

START_TEST(receive_waits)
{
    pair_open(&p, MAPPED);
    nonblocking(&p.b);
    memset(p.b.buf, '!', sizeof p.b.buf);
    ck_assert_rc(s_rcv(&p.b, 20), OI);
    /* nothing is written before the end */
    ck_assert(p.b.data == -1 && p.b.len == -1 && p.b.status == -1 && p.b.rts == -1 && p.b.buf[0] == '!');
    ck_assert_state(&p.b, CM_RECEIVE_STATE);
    ck_assert_rc(s_send(&p.a, text, N), CM_OK);
    ck_assert_rc(s_flush(&p.a), CM_OK);
    ck_assert_rc(s_wait(&p.b), CM_OK);
    ck_assert_got(&p.b, CM_COMPLETE_DATA_RECEIVED, N, CM_NO_STATUS_RECEIVED);
    ck_assert_mem_eq(p.b.buf, text, N);
    ck_assert_int_eq(p.b.rts, CM_REQ_TO_SEND_NOT_RECEIVED);
    nothing_waits();
    pair_close(&p);
}
END_TEST

/* A call that completes at once gives no notice. */
START_TEST(done_at_once)
{
    pair_open(&p, MAPPED);
    int e = eventfd(0, EFD_NONBLOCK);
    HANDLE h = WCPIC_HANDLE(e);
    CM_INT32 rc = -1;
    WinCPICSetEvent(p.a.id, &h, &rc);
    ck_assert_rc(rc, CM_OK);
    nonblocking(&p.a);
    ck_assert_rc(s_send(&p.a, text, N), CM_OK);
    ck_assert_rc(s_flush(&p.a), CM_OK);
    nothing_waits();
    eventfd_t v;
    ck_assert_int_eq(eventfd_read(e, &v), -1);
    pair_close(&p);
}
END_TEST

/* ---- while a Receive is incomplete [HIS: Asynchronous Call Completion] ---- */

START_TEST(rts_over_receive)
{
    pair_open(&p, MAPPED);
    nonblocking(&p.b);
    ck_assert_rc(s_rcv(&p.b, 20), OI);
    ck_assert_rc(s_rts(&p.b), CM_OK);
    ck_assert_rc(s_send(&p.a, text, N), CM_OK);
    ck_assert_int_eq(p.a.rts, CM_REQ_TO_SEND_RECEIVED);
    ck_assert_rc(s_flush(&p.a), CM_OK);
    ck_assert_rc(s_wait(&p.b), CM_OK);
    pair_close(&p);
}
END_TEST

/* What cmtrts reads ahead is not lost to the Receive. */
START_TEST(test_over_receive)
{
    pair_open(&p, MAPPED);
    nonblocking(&p.b);
    ck_assert_rc(s_rcv(&p.b, 20), OI);
    ck_assert_rc(s_send(&p.a, text, N), CM_OK);
    ck_assert_rc(s_flush(&p.a), CM_OK);
    ck_assert_rc(s_rts(&p.a), CM_OK);
    CM_INT32 rts = -1, rc = -1;
    cmtrts(p.b.id, &rts, &rc);
    ck_assert_rc(rc, CM_OK);
    ck_assert_int_eq(rts, CM_REQ_TO_SEND_RECEIVED);
    ck_assert_rc(s_wait(&p.b), CM_OK);
    ck_assert_int_eq(p.b.rts, CM_REQ_TO_SEND_NOT_RECEIVED);
    ck_assert_got(&p.b, CM_COMPLETE_DATA_RECEIVED, N, CM_NO_STATUS_RECEIVED);
    pair_close(&p);
}
END_TEST

/* Send_Error: the Receive ends without data and without a state of its own [C11], the conversation goes
 * on. */
START_TEST(error_over_receive)
{
    pair_open(&p, MAPPED);
    nonblocking(&p.b);
    ck_assert_rc(s_rcv(&p.b, 20), OI);
    CM_INT32 rts = -1, rc = -1;
    cmserr(p.b.id, &rts, &rc);
    ck_assert_rc(rc, CM_OK);
    ck_assert_int_eq(rts, CM_REQ_TO_SEND_NOT_RECEIVED);
    ck_assert_rc(s_wait(&p.b), CM_UNSUCCESSFUL);
    ck_assert_state(&p.b, CM_SEND_STATE);
    ck_assert_rc(s_send(&p.a, text, N), CM_PROGRAM_ERROR_PURGING);
    ck_assert_state(&p.a, CM_RECEIVE_STATE);
    ck_assert_rc(s_deal(&p.b), CM_OK);
    ck_assert_rc(s_rcv(&p.a, 20), CM_DEALLOCATED_NORMAL);
    pair_close(&p);
}
END_TEST

/* A Receive from SEND has passed the turn already, whatever state the program still sees: a call that
 * overtakes it acts as in RECEIVE [C55]. */
START_TEST(over_receive_from_send)
{
    pair_open(&p, MAPPED_CONFIRM);
    nonblocking(&p.a);
    ck_assert_rc(s_rcv(&p.a, 20), OI);
    ck_assert_state(&p.a, CM_SEND_STATE);
    ck_assert_rc(s_rcv(&p.b, 20), CM_OK);
    ck_assert_got(&p.b, CM_NO_DATA_RECEIVED, 0, CM_SEND_RECEIVED);
    CM_INT32 rts = -1, rc = -1;
    if (_i == 0) {
        cmserr(p.a.id, &rts, &rc);
    } else if (_i == 1) {
        SET(cmsdt, &p.a, CM_DEALLOCATE_ABEND);
        cmdeal(p.a.id, &rc);
    } else {
        cmcanc(p.a.id, &rc);
    }
    ck_assert_rc(rc, CM_OK);
    static const CM_INT32 should[] = {CM_PROGRAM_ERROR_PURGING, CM_DEALLOCATED_ABEND,
                                      CM_DEALLOCATED_ABEND_SVC};
    ck_assert_rc(s_confirm(&p.b), should[_i]);
    ck_assert_state(&p.b, _i == 0 ? CM_RECEIVE_STATE : -1);
    ck_assert_state(&p.a, _i == 0 ? CM_SEND_STATE : -1);
    pair_close(&p);
}
END_TEST

START_TEST(error_over_receive_ended)
{
    pair_open(&p, MAPPED);
    nonblocking(&p.b);
    ck_assert_rc(s_rcv(&p.b, 20), OI);
    SET(cmsdt, &p.a, CM_DEALLOCATE_ABEND);
    ck_assert_rc(s_deal(&p.a), CM_OK);
    CM_INT32 rts = -1, rc = -1;
    cmserr(p.b.id, &rts, &rc);
    ck_assert_rc(rc, CM_DEALLOCATED_NORMAL);
    ck_assert_rc(s_wait(&p.b), CM_DEALLOCATED_NORMAL);
    ck_assert_state(&p.b, -1);
    pair_close(&p);
}
END_TEST

START_TEST(deallocate_over_receive)
{
    pair_open(&p, MAPPED);
    nonblocking(&p.b);
    ck_assert_rc(s_rcv(&p.b, 20), OI);
    ck_assert_rc(s_deal(&p.b), SC);
    SET(cmsdt, &p.b, CM_DEALLOCATE_ABEND);
    ck_assert_rc(s_deal(&p.b), CM_OK);
    ck_assert_state(&p.b, -1);
    p.b.call = "cmrcv";
    ck_assert_rc(s_wait(&p.b), CM_DEALLOCATED_ABEND);
    ck_assert_rc(s_send(&p.a, text, N), CM_DEALLOCATED_ABEND);
    pair_close(&p);
}
END_TEST

struct waiting {
    pthread_t thread;
    unsigned char id[CM_CID_SIZE];
    CM_INT32 op, rc;
};

static void *wait_thread(void *arg)
{
    struct waiting *w = arg;
    cmwait(w->id, &w->op, &w->rc);
    return NULL;
}

/* A Request_To_Send that the full socket does not take goes out when there is room, and the Receive goes
 * on. */
START_TEST(rts_behind_full_queue)
{
    pair_open(&p, MAPPED);
    nonblocking(&p.a);
    ck_assert_rc(flood(&p.a), OI);
    while (step(&p.a) == OI)
        ck_assert_rc(s_rcv(&p.b, 32767), CM_OK);
    SET(cmsst, &p.a, CM_BUFFER_DATA);
    CM_INT32 rc = s_ptr(&p.a);
    while (rc == OI && (rc = step(&p.a)) == OI)
        ck_assert_rc(s_rcv(&p.b, 32767), CM_OK);
    ck_assert_rc(rc, CM_OK);
    ck_assert_rc(s_rcv(&p.a, 20), OI);
    for (int i = 0; i < 3000; i++)
        ck_assert_rc(s_rts(&p.a), CM_OK);
    ck_assert_rc(drain(&p.b), CM_OK);
    ck_assert(s_state(&p.b) == CM_SEND_PENDING_STATE || s_state(&p.b) == CM_SEND_STATE);
    ck_assert_rc(s_test(&p.b), CM_OK);
    struct waiting w = {.rc = -1};
    ck_assert_int_eq(pthread_create(&w.thread, NULL, wait_thread, &w), 0);
    WAIT_FOR(s_test(&p.b) == CM_OK && p.b.rts == CM_REQ_TO_SEND_RECEIVED);
    ck_assert_rc(s_send(&p.b, text, N), CM_OK);
    ck_assert_rc(s_flush(&p.b), CM_OK);
    pthread_join(w.thread, NULL);
    ck_assert_rc(w.rc, CM_OK);
    ck_assert_rc(w.op, CM_OK);
    ck_assert_got(&p.a, CM_COMPLETE_DATA_RECEIVED, N, CM_NO_STATUS_RECEIVED);
    pair_close(&p);
}
END_TEST

/* Set_Fill is for later Receives: an incomplete Receive stays as it was when it was issued. */
START_TEST(fill_over_receive)
{
    static const unsigned char two[] = {0, 4, 'a', 'b', 0, 4, 'c', 'd'};
    pair_open(&p, BASIC);
    nonblocking(&p.b);
    SET(cmsf, &p.b, _i ? CM_FILL_BUFFER : CM_FILL_LL);
    ck_assert_rc(s_rcv(&p.b, 8), OI);
    SET(cmsf, &p.b, _i ? CM_FILL_LL : CM_FILL_BUFFER);
    ck_assert_rc(s_send(&p.a, two, sizeof two), CM_OK);
    ck_assert_rc(s_flush(&p.a), CM_OK);
    ck_assert_rc(s_wait(&p.b), CM_OK);
    if (_i)
        ck_assert_got(&p.b, CM_DATA_RECEIVED, 8, CM_NO_STATUS_RECEIVED);
    else
        ck_assert_got(&p.b, CM_COMPLETE_DATA_RECEIVED, 4, CM_NO_STATUS_RECEIVED);
    pair_close(&p);
}
END_TEST

/* ---- Accept that is incomplete ---- */

START_TEST(during_accept)
{
    CM_INT32 v = 0, rc = -1, n = 1;
    static struct side b;
    unsigned char name[] = "WAITING";
    n = 7;
    cmsltp(name, &n, &rc);
    ck_assert_rc(rc, CM_OK);
    ck_assert_rc(s_accept(&b), OI);
    ck_assert_rc(s_rcv(&b, 10), ONA);
    ck_assert_rc(s_rts(&b), ONA);
    ck_assert_rc(s_deal(&b), ONA);
    cmecs(b.id, &v, &rc);
    ck_assert_rc(rc, PC);
    ck_assert_rc(SET_RC(cmsdt, &b, CM_DEALLOCATE_FLUSH), PC);
    ck_assert_rc(SET_TEXT_RC(cmsmn, &b, "RU256"), PC);
    ck_assert_rc(SET_RC(cmspm, &b, CM_NON_BLOCKING), SC);
    ck_assert_rc(step(&b), OI);
    ck_assert_rc(s_cancel(&b), CM_OK);
    ck_assert_rc(s_cancel(&b), PC);
    nothing_waits();
}
END_TEST

/* A program may have as many names as cmsltp takes. */
START_TEST(many_names)
{
    CM_INT32 n = 4, rc = CM_OK;
    char name[16];
    int k = 0;
    for (; rc == CM_OK; k++) {
        snprintf(name, sizeof name, "N%03d", k);
        cmsltp((unsigned char *)name, &n, &rc);
    }
    ck_assert_rc(rc, PSE);
    ck_assert_int_gt(k, 500);
    ck_assert_rc(s_accept(&p.b), OI);
    snprintf(name, sizeof name, "N%03d", k - 2);
    side_begin(&p.a, MAPPED, name);
    ck_assert_rc(s_alloc(&p.a), CM_OK);
    ck_assert_rc(s_flush(&p.a), CM_OK);
    ck_assert_rc(s_wait(&p.b), CM_OK);
    pair_close(&p);
}
END_TEST

/* An Attach that comes while the Accept is being withdrawn is told so. */
START_TEST(cancelled_accept_leaves_nothing)
{
    static struct side x;
    pair_open(&p, MAPPED);
    ck_assert_rc(s_accept(&x), OI);
    ck_assert_rc(s_cancel(&x), CM_OK);
    pair_close(&p);
    pair_open(&p, MAPPED);
    pair_close(&p);
}
END_TEST

/* ---- cancel ---- */

struct caller {
    pthread_t thread;
    CM_INT32 (*call)(struct side *s);
    struct side *s;
    CM_INT32 rc;
};

static void *calling(void *arg)
{
    struct caller *c = arg;
    c->rc = c->call(c->s);
    return NULL;
}

static void start(struct caller *c, CM_INT32 (*call)(struct side *), struct side *s)
{
    *c = (struct caller){.call = call, .s = s, .rc = -1};
    ck_assert_int_eq(pthread_create(&c->thread, NULL, calling, c), 0);
}

static CM_INT32 join(struct caller *c)
{
    pthread_join(c->thread, NULL);
    return c->rc;
}

static CM_INT32 rcv20(struct side *s)
{
    return s_rcv(s, 20);
}

/* Another thread is inside the call once the conversation refuses others. */
static void until_inside(struct side *s)
{
    CM_INT32 mode = CM_BLOCKING;
    WAIT_FOR(SET_RC(cmspm, s, mode) == SC);
}

START_TEST(cancel_blocking_receive)
{
    struct caller c;
    pair_open(&p, MAPPED);
    start(&c, rcv20, &p.b);
    until_inside(&p.b);
    ck_assert_rc(s_rts(&p.b), ONA);
    CM_INT32 rc = -1;
    cmcanc(p.b.id, &rc);
    ck_assert_rc(rc, CM_OK);
    cmcanc(p.b.id, &rc); /* void at once, whatever the other thread does */
    ck_assert_rc(rc, PC);
    ck_assert_rc(join(&c), CM_DEALLOCATED_ABEND);
    ck_assert_rc(s_send(&p.a, text, N), CM_DEALLOCATED_ABEND_SVC);
    pair_close(&p);
}
END_TEST

START_TEST(cancel_blocking_confirm)
{
    struct caller c;
    pair_open(&p, MAPPED_CONFIRM);
    start(&c, s_confirm, &p.a);
    ck_assert_rc(s_rcv(&p.b, 20), CM_OK);
    ck_assert_rc(s_cancel(&p.a), CM_OK);
    ck_assert_rc(join(&c), CM_DEALLOCATED_ABEND);
    ck_assert_rc(s_confirmed(&p.b), CM_OK);
    ck_assert_rc(s_rcv(&p.b, 20), CM_DEALLOCATED_ABEND_SVC);
    pair_close(&p);
}
END_TEST

START_TEST(cancel_blocking_send)
{
    struct caller c;
    pair_open(&p, MAPPED);
    start(&c, flood, &p.a);
    until_inside(&p.a);
    for (int i = 0; i < 50; i++) /* let it fill the queue */
        nap();
    ck_assert_rc(s_cancel(&p.a), CM_OK);
    CM_INT32 rc = join(&c);
    ck_assert(rc == CM_DEALLOCATED_ABEND || rc == PC);
    pair_close(&p);
}
END_TEST

static CM_INT32 blocking_accept(struct side *s)
{
    return s_accept(s);
}

START_TEST(cancel_blocking_allocate)
{
    static struct side x, y;
    struct caller c;
    side_begin(&x, (struct how){CM_MAPPED_CONVERSATION, CM_NONE, "ONE"}, "PAIR");
    side_begin(&y, (struct how){CM_MAPPED_CONVERSATION, CM_NONE, "ONE"}, "PAIR");
    ck_assert_rc(s_alloc(&x), CM_OK);
    start(&c, s_alloc, &y);
    until_inside(&y);
    ck_assert_rc(s_cancel(&y), CM_OK);
    ck_assert_rc(join(&c), CM_DEALLOCATED_ABEND);
    ck_assert_state(&y, -1);
    /* the place in the queue is free again */
    ck_assert_rc(s_cancel(&x), CM_OK);
    side_begin(&y, (struct how){CM_MAPPED_CONVERSATION, CM_NONE, "ONE"}, "PAIR");
    ck_assert_rc(s_alloc(&y), CM_OK);
    s_cancel(&y);
}
END_TEST

START_TEST(cancel_blocking_accept)
{
    static struct side b;
    struct caller c;
    setenv("APPCTPN", "HELD", 1);
    memset(&b, 0, sizeof b);
    start(&c, blocking_accept, &b);
    static struct side seen; /* what this thread knows of B while the other one is inside the call */
    memset(&seen, 0, sizeof seen);
    WAIT_FOR(glance(&b, &seen));
    until_inside(&seen);
    ck_assert_rc(s_cancel(&seen), CM_OK);
    ck_assert_rc(join(&c), CM_DEALLOCATED_ABEND);
    ck_assert_rc(s_cancel(&b), PC);
}
END_TEST

/* Nobody waits when the cancel comes: a later cmwait does not find it (KB Q170288). */
START_TEST(cancel_pending_leaves_no_completion)
{
    pair_open(&p, MAPPED_CONFIRM);
    nonblocking(_i ? &p.a : &p.b);
    ck_assert_rc(_i ? s_confirm(&p.a) : s_rcv(&p.b, 20), OI);
    ck_assert_rc(s_cancel(_i ? &p.a : &p.b), CM_OK);
    ck_assert_state(_i ? &p.a : &p.b, -1);
    nothing_waits();
    pair_close(&p);
}
END_TEST

/* Somebody waits, and gets the completion. */
START_TEST(cancel_pending_wakes_waiter)
{
    struct waiting w = {.rc = -1};
    pair_open(&p, MAPPED);
    nonblocking(&p.b);
    ck_assert_rc(s_rcv(&p.b, 20), OI);
    ck_assert_int_eq(pthread_create(&w.thread, NULL, wait_thread, &w), 0);
    for (int i = 0; i < 20; i++)
        nap();
    ck_assert_rc(s_cancel(&p.b), CM_OK);
    pthread_join(w.thread, NULL);
    ck_assert(w.rc == CM_OK || w.rc == SC); /* SC: the cancel came before it began to wait */
    if (w.rc == CM_OK)
        ck_assert_rc(w.op, CM_DEALLOCATED_ABEND);
    pair_close(&p);
}
END_TEST

/* Several wait for one operation: one gets it, the others are told that nothing is left. */
START_TEST(several_waiters)
{
    struct waiting w[4];
    pair_open(&p, MAPPED);
    nonblocking(&p.b);
    ck_assert_rc(s_rcv(&p.b, 20), OI);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&w[i].thread, NULL, wait_thread, &w[i]), 0);
    for (int i = 0; i < 20; i++)
        nap();
    ck_assert_rc(s_send(&p.a, text, N), CM_OK);
    ck_assert_rc(s_flush(&p.a), CM_OK);
    int got = 0;
    for (int i = 0; i < 4; i++) {
        pthread_join(w[i].thread, NULL);
        if (w[i].rc == CM_OK) {
            ck_assert_rc(w[i].op, CM_OK);
            ck_assert_mem_eq(w[i].id, p.b.id, CM_CID_SIZE);
            got++;
        } else {
            ck_assert_rc(w[i].rc, SC);
        }
    }
    ck_assert_int_eq(got, 1);
    pair_close(&p);
}
END_TEST

/* cmwait gives one completion per call, the oldest first, each once. */
START_TEST(many_completions)
{
    static struct pair q[8];
    for (int i = 0; i < 8; i++) {
        pair_open(&q[i], MAPPED);
        nonblocking(&q[i].b);
        ck_assert_rc(s_rcv(&q[i].b, 20), OI);
    }
    for (int i = 7; i >= 0; i--) {
        ck_assert_rc(s_send(&q[i].a, text, i + 1), CM_OK);
        ck_assert_rc(s_flush(&q[i].a), CM_OK);
    }
    bool seen[8] = {false};
    for (int i = 0; i < 8; i++) {
        unsigned char id[CM_CID_SIZE];
        CM_INT32 op = -1, rc = -1;
        cmwait(id, &op, &rc);
        ck_assert_rc(rc, CM_OK);
        ck_assert_rc(op, CM_OK);
        for (int k = 0; k < 8; k++)
            if (memcmp(id, q[k].b.id, sizeof id) == 0) {
                ck_assert(!seen[k]);
                seen[k] = true;
                ck_assert_int_eq(q[k].b.len, k + 1);
            }
    }
    nothing_waits();
    for (int i = 0; i < 8; i++)
        pair_close(&q[i]);
}
END_TEST

/* The conversation ends by its partner while a thread waits for it. */
START_TEST(end_under_waiter)
{
    struct waiting w = {.rc = -1};
    pair_open(&p, MAPPED);
    nonblocking(&p.b);
    ck_assert_rc(s_rcv(&p.b, 20), OI);
    ck_assert_int_eq(pthread_create(&w.thread, NULL, wait_thread, &w), 0);
    ck_assert_rc(s_deal(&p.a), CM_OK);
    pthread_join(w.thread, NULL);
    ck_assert_rc(w.rc, CM_OK);
    ck_assert_rc(w.op, CM_DEALLOCATED_NORMAL);
    ck_assert_state(&p.b, -1);
    pair_close(&p);
}
END_TEST

/* ---- events ---- */

static int event_of(struct side *s, CM_INT32 *rc)
{
    HANDLE h = WCPIC_HANDLE(-2);
    WinCPICExtractEvent(s->id, &h, rc);
    return h ? WCPIC_FD(h) : -1;
}

START_TEST(event_signals)
{
    CM_INT32 rc = -1;
    eventfd_t v;
    int e = eventfd(0, EFD_NONBLOCK), e2 = eventfd(0, EFD_NONBLOCK);
    HANDLE h = WCPIC_HANDLE(e);
    pair_open(&p, MAPPED);
    ck_assert_int_eq(event_of(&p.b, &rc), -1);
    ck_assert_rc(rc, CM_OK);
    WinCPICSetEvent(p.b.id, &h, &rc);
    ck_assert_rc(rc, CM_OK);
    ck_assert_int_eq(event_of(&p.b, &rc), e);
    nonblocking(&p.b);
    ck_assert_rc(s_rcv(&p.b, 20), OI);
    h = WCPIC_HANDLE(e2);
    WinCPICSetEvent(p.b.id, &h, &rc);
    ck_assert_rc(rc, ONA);
    ck_assert_int_eq(eventfd_read(e, &v), -1);
    ck_assert_rc(s_send(&p.a, text, N), CM_OK);
    ck_assert_rc(s_flush(&p.a), CM_OK);
    struct pollfd f = {e, POLLIN, 0};
    ck_assert_int_eq(poll(&f, 1, PATIENCE * 1000), 1);
    ck_assert_int_eq(eventfd_read(e, &v), 0);
    ck_assert_rc(s_rcv(&p.b, 20), ONA); /* not collected yet */
    ck_assert_rc(s_wait(&p.b), CM_OK);
    ck_assert_mem_eq(p.b.buf, text, N);
    nothing_waits();
    /* the second event replaces the first */
    WinCPICSetEvent(p.b.id, &h, &rc);
    ck_assert_rc(rc, CM_OK);
    ck_assert_rc(s_rcv(&p.b, 20), OI);
    ck_assert_rc(s_deal(&p.a), CM_OK);
    f.fd = e2;
    ck_assert_int_eq(poll(&f, 1, PATIENCE * 1000), 1);
    ck_assert_rc(s_wait(&p.b), CM_DEALLOCATED_NORMAL);
    pair_close(&p);
}
END_TEST

START_TEST(event_removed)
{
    CM_INT32 rc = -1;
    HANDLE h = WCPIC_HANDLE(eventfd(0, 0)), none = NULL, bad = WCPIC_HANDLE(9999);
    pair_open(&p, MAPPED);
    for (int i = 0; i < 2; i++) {
        WinCPICSetEvent(p.b.id, &h, &rc);
        ck_assert_rc(rc, CM_OK);
        WinCPICSetEvent(p.b.id, &bad, &rc);
        ck_assert_rc(rc, PC);
        ck_assert_int_eq(event_of(&p.b, &rc), WCPIC_FD(h));
        WinCPICSetEvent(p.b.id, i ? &none : NULL, &rc);
        ck_assert_rc(rc, CM_OK);
        ck_assert_int_eq(event_of(&p.b, &rc), -1);
    }
    WinCPICExtractEvent(p.b.id, NULL, &rc);
    ck_assert_rc(rc, PC);
    pair_close(&p);
    WinCPICSetEvent(p.b.id, &h, &rc);
    ck_assert_rc(rc, PC);
    event_of(&p.b, &rc);
    ck_assert_rc(rc, PC);
}
END_TEST

START_TEST(event_by_cancel)
{
    CM_INT32 rc = -1;
    int e = eventfd(0, EFD_NONBLOCK);
    HANDLE h = WCPIC_HANDLE(e);
    eventfd_t v;
    pair_open(&p, MAPPED);
    WinCPICSetEvent(p.b.id, &h, &rc);
    nonblocking(&p.b);
    ck_assert_rc(s_rcv(&p.b, 20), OI);
    ck_assert_rc(s_cancel(&p.b), CM_OK);
    p.b.call = "cmrcv";
    ck_assert_int_eq(eventfd_read(e, &v), 0);
    ck_assert_rc(s_wait(&p.b), CM_DEALLOCATED_ABEND);
    pair_close(&p);
}
END_TEST

/* ---- windows ---- */

static void window(int fd, CM_INT32 should)
{
    CM_INT32 rc = -1;
    xchwnd(fd >= 0 ? WCPIC_HWND(fd) : NULL, &rc);
    ck_assert_rc(rc, should);
}

static WCPICMESSAGE message(int fd)
{
    WCPICMESSAGE m;
    struct pollfd f = {fd, POLLIN, 0};
    ck_assert_int_eq(poll(&f, 1, PATIENCE * 1000), 1);
    ck_assert_int_eq(read(fd, &m, sizeof m), sizeof m);
    ck_assert_uint_eq(m.message, WCPIC_ASYNC_COMPLETE);
    ck_assert_rc((CM_INT32)m.wParam, m.return_code);
    return m;
}

START_TEST(window_messages)
{
    int w[2];
    ck_assert_int_eq(pipe(w), 0);
    pair_open(&p, MAPPED_CONFIRM);
    window(9999, PC);
    window(w[1], CM_OK);
    nonblocking(&p.a);
    nonblocking(&p.b);
    ck_assert_rc(s_rcv(&p.b, 20), OI);
    ck_assert_rc(s_confirm(&p.a), OI);
    WCPICMESSAGE m = message(w[0]);
    ck_assert_rc((CM_INT32)m.wParam, CM_OK);
    ck_assert_ptr_eq((void *)m.lParam, p.b.id);
    ck_assert_mem_eq(m.conversation_ID, p.b.id, CM_CID_SIZE);
    ck_assert_state(&p.b, CM_CONFIRM_STATE);
    nothing_waits(); /* the message is all that comes [C37] */
    ck_assert_rc(s_confirmed(&p.b), CM_OK);
    m = message(w[0]);
    ck_assert_ptr_eq((void *)m.lParam, p.a.id);
    ck_assert_rc((CM_INT32)m.wParam, CM_OK);
    /* a cancelled call's message is posted too */
    ck_assert_rc(s_rcv(&p.b, 20), OI);
    ck_assert_rc(s_cancel(&p.b), CM_OK);
    m = message(w[0]);
    ck_assert_rc((CM_INT32)m.wParam, CM_DEALLOCATED_ABEND);
    ck_assert_mem_eq(m.conversation_ID, p.b.id, CM_CID_SIZE);
    /* an event comes before the window */
    HANDLE h = WCPIC_HANDLE(eventfd(0, 0));
    CM_INT32 rc = -1;
    pair_close(&p);
    window(-1, CM_OK);
    pair_open(&p, MAPPED);
    window(w[1], CM_OK);
    WinCPICSetEvent(p.b.id, &h, &rc);
    ck_assert_rc(rc, CM_OK);
    nonblocking(&p.b);
    ck_assert_rc(s_rcv(&p.b, 20), OI);
    ck_assert_rc(s_deal(&p.a), CM_OK);
    ck_assert_rc(s_wait(&p.b), CM_DEALLOCATED_NORMAL);
    struct pollfd f = {w[0], POLLIN, 0};
    ck_assert_int_eq(poll(&f, 1, 0), 0);
    window(-1, CM_OK);
    pair_close(&p);
}
END_TEST

/* A program that has closed its window goes on. */
START_TEST(window_gone)
{
    int w[2];
    ck_assert_int_eq(pipe(w), 0);
    pair_open(&p, MAPPED);
    window(w[1], CM_OK);
    nonblocking(&p.b);
    ck_assert_rc(s_rcv(&p.b, 20), OI);
    close(w[0]);
    if (_i) {
        ck_assert_rc(s_cancel(&p.b), CM_OK);
    } else {
        ck_assert_rc(s_deal(&p.a), CM_OK);
        WAIT_FOR(s_state(&p.b) == -1);
    }
    nothing_waits(); /* while there is a window: an operation whose message is yet to be posted then is
                        cmwait's without one */
    window(-1, CM_OK);
    pair_close(&p);
}
END_TEST

/* A program that does not look at its window meanwhile: nothing waits for it, and no message is lost. */
START_TEST(window_full)
{
    enum { MESSAGES = 500 };
    int w[2];
    if (_i) {
        ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, w), 0);
        ck_assert_int_eq(setsockopt(w[1], SOL_SOCKET, SO_SNDBUF, &(int){1}, sizeof(int)), 0);
    } else {
        ck_assert_int_eq(pipe(w), 0);
        ck_assert_int_ge(fcntl(w[1], F_SETPIPE_SZ, 1), 0);
    }
    pair_open(&p, MAPPED);
    window(w[1], CM_OK);
    nonblocking(&p.b);
    for (int i = 0; i < MESSAGES; i++) {
        WAIT_FOR(SET_RC(cmspm, &p.b, CM_NON_BLOCKING) == CM_OK); /* else the last one is still incomplete */
        ck_assert_rc(s_rcv(&p.b, 20), OI);
        ck_assert_rc(s_send(&p.a, text, N), CM_OK);
        ck_assert_rc(s_flush(&p.a), CM_OK);
    }
    for (int i = 0; i < MESSAGES; i++)
        ck_assert_rc(message(w[0]).return_code, CM_OK);
    window(-1, CM_OK);
    pair_close(&p);
}
END_TEST

/* ---- xcfd, xcstep ---- */

START_TEST(event_loop)
{
    int fd = -1;
    short events = 0;
    CM_INT32 rc = -1, op = -1;
    pair_open(&p, MAPPED);
    xcfd(p.b.id, &fd, &events, &rc);
    ck_assert_rc(rc, SC);
    xcstep(p.b.id, &op, &rc);
    ck_assert_rc(rc, SC);
    nonblocking(&p.b);
    ck_assert_rc(s_rcv(&p.b, 20), OI);
    ck_assert_rc(step(&p.b), OI);
    xcfd(p.b.id, &fd, &events, &rc);
    ck_assert_rc(rc, CM_OK);
    struct pollfd f = {fd, events, 0};
    ck_assert_int_eq(poll(&f, 1, 0), 0);
    ck_assert_rc(s_send(&p.a, text, N), CM_OK);
    ck_assert_rc(s_flush(&p.a), CM_OK);
    barrier();
    ck_assert_int_eq(poll(&f, 1, 0), 1);
    ck_assert_rc(step(&p.b), CM_OK);
    ck_assert_mem_eq(p.b.buf, text, N);
    xcfd(p.b.id, NULL, &events, &rc);
    ck_assert_rc(rc, PC);
    xcfd(p.b.id, &fd, NULL, &rc);
    ck_assert_rc(rc, PC);
    xcstep(p.b.id, NULL, &rc);
    ck_assert_rc(rc, PC);
    nothing_waits();
    pair_close(&p);
    xcfd(p.b.id, &fd, &events, &rc);
    ck_assert_rc(rc, PC);
    xcstep(p.b.id, &op, &rc);
    ck_assert_rc(rc, PC);
}
END_TEST

/* ---- hooks ---- */

static int turns;
static struct side *hooked;

static int WINAPI counting_hook(void)
{
    turns++;
    ck_assert(WinCPICIsBlocking());
    if (turns == 3) {
        /* another blocking call of this thread is refused [C40]; nonblocking ones work */
        static struct side other;
        ck_assert_rc(s_rcv(&p.a, 20), ONA);
        setenv("APPCTPN", "HELD", 1);
        WinCPICIsBlocking();
        CM_INT32 rc = -1;
        cminic(other.id, &rc);
        cmacci(other.id, &rc); /* blocking, too */
        ck_assert_rc(rc, ONA);
        ck_assert_rc(s_cancel(&other), CM_OK);
        SET(cmspm, &p.a, CM_NON_BLOCKING);
        ck_assert_rc(s_send(&p.a, text, N), CM_OK);
        ck_assert_rc(s_flush(&p.a), CM_OK);
    }
    return TRUE;
}

static int WINAPI other_hook(void)
{
    return FALSE;
}

START_TEST(hooks)
{
    pair_open(&p, MAPPED);
    hooked = &p.b;
    ck_assert(!WinCPICIsBlocking());
    ck_assert(WinCPICSetBlockingHook(other_hook) == NULL);
    ck_assert(WinCPICSetBlockingHook(counting_hook) == other_hook);
    ck_assert_rc(s_rcv(&p.b, 20), CM_OK);
    ck_assert_int_eq(turns, 3);
    ck_assert_mem_eq(p.b.buf, text, N);
    ck_assert(!WinCPICIsBlocking());
    ck_assert(WinCPICUnhookBlockingHook());
    ck_assert(WinCPICSetBlockingHook(NULL) == NULL);
    pair_close(&p);
}
END_TEST

/* An Accept is a blocking call, too, in a program that has not called cmsltp. */
static int WINAPI accepting_hook(void)
{
    static struct side other;
    if (turns++ == 0)
        ck_assert_rc(s_accept(&other), ONA);
    ck_assert_rc(s_cancel(&other), PC);
    return TRUE;
}

START_TEST(accept_in_hook)
{
    setenv("APPCTPN", "BYHAND", 1);
    WinCPICSetBlockingHook(accepting_hook);
    ck_assert_rc(s_accept(&p.b), SC); /* its Timeout is short */
    ck_assert_int_gt(turns, 0);
}
END_TEST

/* So is Wait_For_Conversation: the hook is called, and cannot wait itself. */
static int WINAPI waiting_hook(void)
{
    unsigned char id[CM_CID_SIZE];
    CM_INT32 op = -1, rc = -1;
    ck_assert(WinCPICIsBlocking());
    cmwait(id, &op, &rc);
    ck_assert_rc(rc, PSE);
    if (++turns == 3) {
        ck_assert_rc(s_send(&p.a, text, N), CM_OK);
        ck_assert_rc(s_flush(&p.a), CM_OK);
    }
    return TRUE;
}

START_TEST(wait_with_hook)
{
    pair_open(&p, MAPPED);
    nonblocking(&p.a);
    nonblocking(&p.b);
    ck_assert_rc(s_rcv(&p.b, 20), OI);
    WinCPICSetBlockingHook(waiting_hook);
    ck_assert_rc(s_wait(&p.b), CM_OK);
    ck_assert_int_ge(turns, 3);
    ck_assert(!WinCPICIsBlocking());
    WinCPICUnhookBlockingHook();
    pair_close(&p);
}
END_TEST

/* ---- Startup, Cleanup ---- */

START_TEST(startup)
{
    WCPICDATA d;
    static const struct {
        WORD asked;
        int result;
    } rows[] = {
        {0x0001, 0},
        {0x0002, 0},
        {0x0101, 0},
        {0x0003, 0},
        {0xFFFF, 0},
        {0x0000, WCPICINVALID},
        {0x0900, WCPICINVALID},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        memset(&d, 0xff, sizeof d);
        ck_assert_int_eq(WinCPICStartup(rows[i].asked, &d), rows[i].result);
        if (rows[i].result == 0) {
            ck_assert_int_eq(d.wVersion, 0x0001);
            ck_assert_ptr_nonnull(memchr(d.szDescription, 0, sizeof d.szDescription));
        }
    }
    ck_assert_int_eq(WinCPICStartup(0x0001, NULL), WCPICINVALID);
    ck_assert(WinCPICCleanup());
    ck_assert(!WinCPICCleanup());
    setenv("SNANODE_SOCKET", "/nonexistent/socket", 1);
    ck_assert_int_eq(WinCPICStartup(0x0001, &d), WCPICSYSNOTREADY);
    ck_assert(!WinCPICCleanup());
}
END_TEST

/* After Cleanup every call is refused; after another Startup all is new. */
START_TEST(after_cleanup)
{
    WCPICDATA d;
    CM_INT32 rc = -1, v = 0, n = 4, op;
    unsigned char id[8], name[64] = "PAIR    ";
    SIDE_INFO si;
    CM_INT32 si_n = sizeof si;
    int fd;
    short ev;
    HANDLE h;
    pair_open(&p, MAPPED);
    ck_assert(WinCPICCleanup());
#define REFUSED(...)                                                                                         \
    do {                                                                                                     \
        __VA_ARGS__;                                                                                         \
        ck_assert_rc(rc, PSE);                                                                               \
        rc = -1;                                                                                             \
    } while (0)
    ck_assert_rc(s_init(&p.a, "PAIR"), PSE);
    ck_assert_rc(s_accept(&p.b), PSE);
    static CM_INT32 (*const calls[])(struct side *) = {
        s_alloc, s_cancel, s_confirm, s_confirmed, s_deal, s_flush, s_ptr, rcv20, s_rts, s_error, s_test};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        ck_assert_rc(calls[i](&p.a), PSE);
    ck_assert_rc(s_send(&p.a, text, N), PSE);
    static void (*const values[])(unsigned char *, CM_INT32 *, CM_INT32 *) = {
        (cmecs), (cmect),  (cmesl), (xcecst), (cmecst), (cmsct), (cmsdt),  (cmsed), (cmsf),
        (cmspm), (cmsptr), (cmsrc), (cmsrt),  (cmssl),  (cmsst), (cmscst), (xcscst)};
    static const char *const value_names[] = {"cmecs", "cmect", "cmesl", "xcecst", "cmecst", "cmsct",
                                              "cmsdt", "cmsed", "cmsf",  "cmspm",  "cmsptr", "cmsrc",
                                              "cmsrt", "cmssl", "cmsst", "cmscst", "xcscst"};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        REFUSED(values[i](p.a.id, &v, &rc));
        rc = PSE;
        covered(value_names[i], &rc);
    }
    static void (*const names[])(unsigned char *, unsigned char *, CM_INT32 *, CM_INT32 *) = {
        (cmemn),  (cmepln), (cmetpn), (cmecsu), (cmesui), (xcecsu), (cmsmn),
        (cmspln), (cmstpn), (cmsld),  (cmscsu), (cmscsp), (xcscsu), (xcscsp)};
    static const char *const name_names[] = {"cmemn",  "cmepln", "cmetpn", "cmecsu", "cmesui",
                                             "xcecsu", "cmsmn",  "cmspln", "cmstpn", "cmsld",
                                             "cmscsu", "cmscsp", "xcscsu", "xcscsp"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        REFUSED(names[i](p.a.id, name, &n, &rc));
        rc = PSE;
        covered(name_names[i], &rc);
    }
    REFUSED(cmcnvi(name, &n, &rc));
    REFUSED(cmcnvo(name, &n, &rc));
    ck_assert_mem_eq(name, "PAIR", 4);
    REFUSED(cmsltp(name, &n, &rc));
    REFUSED(cmwait(id, &op, &rc));
    REFUSED(xcmssi(name, &si, &si_n, &rc));
    REFUSED(xcmesi(&v, name, &si, &si_n, &rc));
    REFUSED(xcmdsi(name, name, &rc));
    REFUSED(xchwnd(NULL, &rc));
    REFUSED(xcfd(p.a.id, &fd, &ev, &rc));
    REFUSED(xcstep(p.a.id, &op, &rc));
    REFUSED(WinCPICSetEvent(p.a.id, &h, &rc));
    REFUSED(WinCPICExtractEvent(p.a.id, &h, &rc));
    ck_assert_int_eq(WinCPICStartup(0x0001, &d), 0);
    ck_assert_state(&p.a, -1);
    /* local names are dropped: Accept has nothing to wait for */
    ck_assert_rc(s_accept(&p.b), SC);
    pair_open(&p, MAPPED);
    pair_close(&p);
}
END_TEST

/* Outstanding operations and conversations are cancelled [C36]. */
START_TEST(cleanup_ends_all)
{
    static struct side b2;
    struct caller c;
    WCPICDATA d;
    pair_open(&p, MAPPED);
    ck_assert_rc(s_accept(&b2), OI);
    start(&c, rcv20, &p.b);
    until_inside(&p.b);
    ck_assert(WinCPICCleanup());
    ck_assert_rc(join(&c), CM_DEALLOCATED_ABEND);
    ck_assert_int_eq(WinCPICStartup(0x0001, &d), 0);
    nothing_waits();
}
END_TEST

/* The partner in another process sees the abend. */
START_TEST(cleanup_tells_partner)
{
    int ready[2], go[2];
    char c;
    ck_assert_int_eq(pipe(ready) | pipe(go), 0);
    pid_t pid = fork();
    if (pid == 0) {
        CM_INT32 n = 4, rc = -1;
        unsigned char name[] = "PAIR";
        cmsltp(name, &n, &rc);
        if (s_accept(&p.b) != OI || write(ready[1], "", 1) != 1)
            _exit(1);
        if (s_wait(&p.b) != CM_OK || read(go[0], &c, 1) != 1)
            _exit(2);
        WinCPICCleanup();
        _exit(0);
    }
    ck_assert_int_eq(read(ready[0], &c, 1), 1);
    side_begin(&p.a, MAPPED, "PAIR");
    ck_assert_rc(s_alloc(&p.a), CM_OK);
    ck_assert_rc(s_flush(&p.a), CM_OK);
    ck_assert_int_eq(write(go[1], "", 1), 1);
    ck_assert_rc(s_rcv(&p.a, 20), CM_DEALLOCATED_ABEND_SVC);
    int status = -1;
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
}
END_TEST

/* ---- processes ---- */

/* After fork the child has no conversations: the parent's IDs are void there, and its own ones work. */
START_TEST(forked)
{
    pair_open(&p, MAPPED);
    pid_t pid = fork();
    if (pid == 0) {
        static struct pair q;
        CM_INT32 rc = -1;
        cmcanc(p.a.id, &rc);
        if (rc != PC || s_state(&p.b) != -1)
            _exit(1);
        pair_open(&q, MAPPED);
        pair_close(&q);
        _exit(0);
    }
    int status = -1;
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    ck_assert_rc(s_send(&p.a, text, N), CM_OK);
    ck_assert_rc(s_deal(&p.a), CM_OK);
    ck_assert_rc(s_rcv(&p.b, 20), CM_DEALLOCATED_NORMAL);
    ck_assert_int_eq(p.b.len, N);
    pair_close(&p);
}
END_TEST

/* A call that continues a Receive for a moment, such as Test_Request_To_Send_Received or xcstep, leaves it
 * to the library's thread afterwards, even if that thread has just looked what to wait for. */
START_TEST(looked_at_meanwhile)
{
    int w[2];
    ck_assert_int_eq(pipe(w), 0);
    pair_open(&p, MAPPED);
    window(w[1], CM_OK);
    nonblocking(&p.b);
    for (int i = 0; i < (over_link() ? 200 : 10000); i++) {
        CM_INT32 rts = -1, done = -1, rc = -1;
        ck_assert_rc(s_rcv(&p.b, 20), OI);
        if (_i)
            xcstep(p.b.id, &done, &rc);
        else
            cmtrts(p.b.id, &rts, &rc);
        ck_assert_rc(rc, CM_OK);
        ck_assert_rc(s_send(&p.a, text, N), CM_OK);
        ck_assert_rc(s_flush(&p.a), CM_OK);
        ck_assert_rc(message(w[0]).return_code, CM_OK);
    }
    window(-1, CM_OK);
    pair_close(&p);
}
END_TEST

/* A partner that dies: the survivor is told [C10], basic as a service abend, mapped as an abend. */
START_TEST(partner_dies)
{
    int ready[2];
    char c;
    ck_assert_int_eq(pipe(ready), 0);
    pid_t pid = fork();
    if (pid == 0) {
        CM_INT32 n = 4, rc = -1;
        unsigned char name[] = "PAIR";
        cmsltp(name, &n, &rc);
        s_accept(&p.b);
        if (write(ready[1], "", 1) != 1)
            _exit(1);
        s_wait(&p.b);
        if (write(ready[1], "", 1) != 1)
            _exit(1);
        pause();
        _exit(0);
    }
    ck_assert_int_eq(read(ready[0], &c, 1), 1);
    side_begin(&p.a, _i ? BASIC : MAPPED, "PAIR");
    ck_assert_rc(s_alloc(&p.a), CM_OK);
    ck_assert_rc(s_flush(&p.a), CM_OK);
    ck_assert_int_eq(read(ready[0], &c, 1), 1);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    ck_assert_rc(s_rcv(&p.a, 20), _i ? CM_DEALLOCATED_ABEND_SVC : CM_DEALLOCATED_ABEND);
    ck_assert_state(&p.a, -1);
}
END_TEST

/* As many conversations as the environment allows, and no more. */
START_TEST(conversation_limit)
{
    static struct side s[65];
    setenv("SNANODE_MAX_CONVERSATIONS", "64", 1);
    for (int i = 0; i < 64; i++)
        ck_assert_rc(s_init(&s[i], "PAIR"), CM_OK);
    ck_assert_rc(s_init(&s[64], "PAIR"), PSE);
    setenv("APPCTPN", "HELD", 1);
    ck_assert_rc(s_accept(&s[64]), PSE);
    ck_assert_rc(s_cancel(&s[7]), CM_OK);
    ck_assert_rc(s_init(&s[64], "PAIR"), CM_OK);
    for (int i = 0; i < 65; i++)
        s_cancel(&s[i]);
}
END_TEST

/* An Accept that fails leaves nothing behind: neither an ID nor a place. */
START_TEST(failed_accept_leaves_nothing)
{
    static struct side b;
    setenv("SNANODE_MAX_CONVERSATIONS", "1", 1);
    setenv("APPCTPN", "BYHAND", 1);
    for (int i = 0; i < 3; i++) {
        ck_assert_rc(s_accept(&b), SC);
        ck_assert_rc(s_cancel(&b), PC);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("CPI-C asynchrony");
    TCase *t = tcase_create("incomplete");
    tcase_add_test(t, accept_waits);
    tcase_add_test(t, allocate_waits);
    tcase_add_test(t, send_waits);
    tcase_add_test(t, send_copies);
    tcase_add_test(t, send_copies_nothing);
    tcase_add_loop_test(t, others_wait, 0, 6);
    tcase_add_loop_test(t, short_calls_wait, 0, 6);
    tcase_add_test(t, receive_waits);
    tcase_add_test(t, done_at_once);
    suite_add_tcase(s, t);
    t = tcase_create("over a Receive");
    tcase_add_test(t, rts_over_receive);
    tcase_add_test(t, test_over_receive);
    tcase_add_test(t, error_over_receive);
    tcase_add_loop_test(t, over_receive_from_send, 0, 3);
    tcase_add_test(t, error_over_receive_ended);
    tcase_add_test(t, deallocate_over_receive);
    tcase_add_test(t, rts_behind_full_queue);
    tcase_add_loop_test(t, fill_over_receive, 0, 2);
    tcase_add_test(t, during_accept);
    tcase_add_test(t, many_names);
    suite_add_tcase(s, t);
    t = tcase_create("cancel");
    tcase_add_test(t, cancelled_accept_leaves_nothing);
    tcase_add_test(t, cancel_blocking_receive);
    tcase_add_test(t, cancel_blocking_confirm);
    tcase_add_test(t, cancel_blocking_send);
    tcase_add_test(t, cancel_blocking_allocate);
    tcase_add_test(t, cancel_blocking_accept);
    tcase_add_loop_test(t, cancel_pending_leaves_no_completion, 0, 2);
    tcase_add_test(t, cancel_pending_wakes_waiter);
    suite_add_tcase(s, t);
    t = tcase_create("waiting");
    tcase_add_test(t, several_waiters);
    tcase_add_test(t, many_completions);
    tcase_add_test(t, end_under_waiter);
    tcase_add_test(t, event_signals);
    tcase_add_test(t, event_removed);
    tcase_add_test(t, event_by_cancel);
    tcase_add_test(t, window_messages);
    tcase_add_loop_test(t, looked_at_meanwhile, 0, 2);
    tcase_add_loop_test(t, window_gone, 0, 2);
    tcase_add_loop_test(t, window_full, 0, 2);
    tcase_add_test(t, event_loop);
    tcase_add_test(t, hooks);
    tcase_add_test(t, accept_in_hook);
    tcase_add_test(t, wait_with_hook);
    suite_add_tcase(s, t);
    t = tcase_create("life");
    tcase_add_test(t, startup);
    tcase_add_test(t, after_cleanup);
    tcase_add_test(t, cleanup_ends_all);
    tcase_add_test(t, cleanup_tells_partner);
    tcase_add_test(t, forked);
    tcase_add_loop_test(t, partner_dies, 0, 2);
    tcase_add_test(t, conversation_limit);
    tcase_add_test(t, failed_accept_leaves_nothing);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return harness_main(suite());
}
