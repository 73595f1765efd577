/* check_lastword.c - giving up while the partner does not read and the socket is full: nothing waits for the
 * partner, and in the end it is told what happened, not that a node has failed [HIS: Cancel_Conversation]. */
#include <pthread.h>
#include <sys/socket.h>

#include "tests/cpic/harness.h"

static struct pair p;
static unsigned char big[32767];

static CM_INT32 step(struct side *s)
{
    CM_INT32 op = -1, rc = -1;
    xcstep(s->id, &op, &rc);
    ck_assert_rc(rc, CM_OK);
    return op;
}

/* A sends until the socket takes no more; its last call is incomplete. */
static void fill(CM_INT32 n)
{
    CM_INT32 rc;
    SET(cmspm, &p.a, CM_NON_BLOCKING);
    SET(cmsst, &p.a, CM_SEND_AND_FLUSH);
    while ((rc = s_send(&p.a, big, n)) == CM_OK)
        ;
    ck_assert_rc(rc, OI);
}

/* ... and B receives so much of it that A's call completes: hardly anything has room now. */
static void finish(void)
{
    do
        ck_assert_rc(s_rcv(&p.b, 32767), CM_OK);
    while (step(&p.a) == OI);
}

/* All that A has sent, and how it ends. */
static CM_INT32 receive_all(struct side *s)
{
    CM_INT32 rc;
    while ((rc = s_rcv(s, 32767)) == CM_OK)
        if (s->status == CM_CONFIRM_RECEIVED)
            ck_assert_rc(s_confirmed(s), CM_OK);
    return rc;
}

/* Looking for a request to send does not take the whole of what a partner sends into memory. */
START_TEST(test_reads_little_ahead)
{
    CM_INT32 rc = CM_OK;
    int sent = 0;
    pair_open(&p, MAPPED);
    SET(cmspm, &p.a, CM_NON_BLOCKING);
    SET(cmsst, &p.a, CM_SEND_AND_FLUSH);
    for (; rc == CM_OK && sent < 1000; sent++) {
        rc = s_send(&p.a, big, sizeof big);
        ck_assert_rc(s_test(&p.b), CM_OK);
        if (rc == OI)
            rc = step(&p.a);
    }
    ck_assert_rc(rc, OI);
    int got = 0;
    while (got < sent - 1) {
        ck_assert_rc(s_rcv(&p.b, 32767), CM_OK);
        ck_assert_got(&p.b, CM_COMPLETE_DATA_RECEIVED, 32767, CM_NO_STATUS_RECEIVED);
        ck_assert_rc(s_test(&p.b), CM_OK);
        got++;
    }
    ck_assert_rc(step(&p.a), CM_OK);
    ck_assert_rc(s_rts(&p.a), CM_OK);
    ck_assert_rc(s_test(&p.b), CM_OK);
    ck_assert_int_eq(p.b.rts, CM_REQ_TO_SEND_RECEIVED);
    ck_assert_rc(s_rcv(&p.b, 32767), CM_OK);
    pair_close(&p);
}
END_TEST

/* ---- Cancel ---- */

START_TEST(cancel_incomplete_send)
{
    pair_open(&p, MAPPED);
    fill(sizeof big);
    ck_assert_rc(s_cancel(&p.a), CM_OK);
    ck_assert_rc(receive_all(&p.b), CM_DEALLOCATED_ABEND_SVC);
    pair_close(&p);
}
END_TEST

/* In the middle of the frames of one call, whose last one would have ended the chain. */
static void *send_and_confirm(void *arg)
{
    CM_INT32 *rc = arg;
    while ((*rc = s_send(&p.a, big, sizeof big)) == CM_OK)
        ;
    return NULL;
}

START_TEST(cancel_blocking_send)
{
    static const char *const modes[] = {"RU256", "RU1024", "RU4096", "RU65527"};
    pthread_t thread;
    CM_INT32 rc = -1;
    pair_open(
        &p, (struct how){_i & 1 ? CM_BASIC_CONVERSATION : CM_MAPPED_CONVERSATION, CM_CONFIRM, modes[_i / 2]});
    big[0] = sizeof big >> 8;
    big[1] = sizeof big & 0xFF;
    fill(sizeof big);
    finish();
    SET(cmspm, &p.a, CM_BLOCKING);
    SET(cmsst, &p.a, CM_SEND_AND_CONFIRM);
    ck_assert_int_eq(pthread_create(&thread, NULL, send_and_confirm, &rc), 0);
    for (int i = 0; i < 20;
         i++) /* into its call, which then waits; the end is the same if it is not that far */
        nap();
    ck_assert_rc(s_cancel(&p.a), CM_OK);
    pthread_join(thread, NULL);
    ck_assert(rc == CM_DEALLOCATED_ABEND || rc == PC);
    ck_assert_rc(receive_all(&p.b), CM_DEALLOCATED_ABEND_SVC);
    pair_close(&p);
}
END_TEST

/* ---- not one frame more has room ---- */

/* Requests to send fill it; B is a Receive that nobody carries on, so that its socket can be read by hand. */
static void full_to_the_brim(CM_INT32 mode)
{
    unsigned char frame[5000];
    CM_INT32 rc = -1;
    short events;
    int fd = -1;
    pair_open(&p, MAPPED);
    SET(cmspm, &p.a, CM_NON_BLOCKING);
    SET(cmspm, &p.b, CM_NON_BLOCKING);
    ck_assert_rc(s_rcv(&p.b, 10), OI);
    xcfd(p.b.id, &fd, &events, &rc);
    while ((rc = s_rts(&p.a)) == CM_OK)
        ;
    ck_assert_rc(rc, OI);
    ck_assert(recv(fd, frame, sizeof frame, 0) > 0);
    ck_assert_rc(step(&p.a), CM_OK);
    SET(cmspm, &p.a, mode);
    if (mode == CM_BLOCKING) { /* a call that could have waited */
        ck_assert(recv(fd, frame, sizeof frame, 0) > 0);
        ck_assert_rc(s_rts(&p.a), CM_OK);
    }
}

START_TEST(cancel_with_full_socket)
{
    full_to_the_brim(_i);
    ck_assert_rc(s_cancel(&p.a), CM_OK);
    ck_assert_rc(s_wait(&p.b), CM_DEALLOCATED_ABEND_SVC);
}
END_TEST

START_TEST(cleanup_with_full_socket)
{
    full_to_the_brim(_i);
    ck_assert(WinCPICCleanup());
}
END_TEST

START_TEST(abend_with_full_socket)
{
    full_to_the_brim(_i);
    SET(cmsdt, &p.a, CM_DEALLOCATE_ABEND);
    ck_assert_rc(s_deal(&p.a), CM_OK);
    ck_assert_rc(s_wait(&p.b), CM_DEALLOCATED_ABEND);
}
END_TEST

/* Send_Error over an incomplete Receive of a nonblocking program: it is not a last word, but cannot wait
 * either. */
START_TEST(error_with_full_socket)
{
    NOT_OVER_LINK(NO_CHAIN);
    full_to_the_brim(CM_NON_BLOCKING);
    ck_assert_rc(s_rcv(&p.a, 10), OI);
    ck_assert_rc(s_error(&p.a), CM_OK);
    p.a.call = "cmrcv";
    ck_assert_rc(s_wait(&p.a), CM_UNSUCCESSFUL);
    ck_assert_rc(s_wait(&p.b), CM_OK);
    ck_assert_got(&p.b, CM_NO_DATA_RECEIVED, 0, CM_SEND_RECEIVED);
    ck_assert_rc(s_send(&p.b, "x", 1), CM_PROGRAM_ERROR_PURGING);
    ck_assert_state(&p.a, CM_SEND_STATE);
    pair_close(&p);
}
END_TEST

/* Requests to send collapse [HIS: Request_To_Send]: those behind the first that waits take no room from the
 * last word. */
START_TEST(cancel_behind_many_requests)
{
    NOT_OVER_LINK(NO_CHAIN);
    full_to_the_brim(CM_NON_BLOCKING);
    ck_assert_rc(s_rcv(&p.a, 10), OI);
    for (int i = 0; i < 5000; i++)
        ck_assert_rc(s_rts(&p.a), CM_OK);
    ck_assert_rc(s_cancel(&p.a), CM_OK);
    ck_assert_rc(s_wait(&p.b), CM_OK);
    ck_assert_got(&p.b, CM_NO_DATA_RECEIVED, 0, CM_SEND_RECEIVED);
    ck_assert_rc(s_send(&p.b, "x", 1), CM_DEALLOCATED_ABEND_SVC);
}
END_TEST

/* Data that were not sent yet come before the abend. */
START_TEST(send_and_abend)
{
    CM_INT32 rc;
    pair_open(&p, MAPPED);
    fill(sizeof big);
    finish();
    SET(cmsst, &p.a, CM_SEND_AND_DEALLOCATE);
    SET(cmsdt, &p.a, CM_DEALLOCATE_ABEND);
    memset(big, 'x', sizeof big);
    rc = s_send(&p.a, big, sizeof big);
    while (rc == OI) {
        ck_assert_rc(s_rcv(&p.b, 32767), CM_OK);
        rc = step(&p.a);
    }
    ck_assert_rc(rc, CM_OK);
    ck_assert_rc(receive_all(&p.b), CM_DEALLOCATED_ABEND);
    ck_assert_int_eq(p.b.buf[32766], 'x');
    pair_close(&p);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("CPI-C last words");
    TCase *t = tcase_create("full socket");
    tcase_set_timeout(t, 20);
    tcase_add_test(t, test_reads_little_ahead);
    tcase_add_test(t, cancel_incomplete_send);
    tcase_add_loop_test(t, cancel_blocking_send, 0, 8);
    tcase_add_loop_test(t, cancel_with_full_socket, CM_BLOCKING, CM_NON_BLOCKING + 1);
    tcase_add_loop_test(t, cleanup_with_full_socket, CM_BLOCKING, CM_NON_BLOCKING + 1);
    tcase_add_loop_test(t, abend_with_full_socket, CM_BLOCKING, CM_NON_BLOCKING + 1);
    tcase_add_test(t, error_with_full_socket);
    tcase_add_test(t, cancel_behind_many_requests);
    tcase_add_test(t, send_and_abend);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return harness_main(suite());
}
