/* check_syscalls.c - how many system calls the calls of a conversation make, in a process that has
 * both sides.  One system call more than a bare pair of sockets makes for the same octets, and a test fails.
 */
#include "tests/cpic/counting.h"
#include "tests/cpic/harness.h"

#define RECORD 100          /* octets of user data */
#define LL     (RECORD + 4) /* ... with the GDS header of a mapped record */
#define RU     4096         /* of the harness's mode */
#define SENDS  10000
#define TRIPS  1000

static struct pair p;
static const unsigned char record[RECORD];

/* ---- what is counted ---- */

static void take_records(int from, int to)
{
    for (int i = from; i < to; i++) {
        ck_assert_rc(s_rcv(&p.b, 1000), CM_OK);
        ck_assert_int_eq(p.b.len, RECORD);
    }
}

/* 10,000 Send_Data that fill buffers.  Between them, not counted, B takes what has gone out. */
static void small_sends(void)
{
    pair_open(&p, MAPPED);
    ck_assert_rc(s_send(&p.a, record, sizeof record), CM_OK);
    ck_assert_rc(s_flush(&p.a), CM_OK);
    take_records(0, 1);
    int taken = 0;
    for (int i = 0; i < SENDS; i++) {
        count_on();
        CM_INT32 rc = s_send(&p.a, record, sizeof record);
        count_off();
        ck_assert_rc(rc, CM_OK);
        if (i % 50 == 49 && i > 150) { /* far behind what is still in the buffer */
            take_records(taken, taken + 50);
            taken += 50;
        }
    }
}

/* One for each RU that is full. */
START_TEST(send_that_fills_a_buffer)
{
    NOT_OVER_LINK("a link has a node in between, and the count is the same");
    within(small_sends, SENDS * LL / RU, SENDS * LL / RU);
}
END_TEST

/* Data with the turn there and back. */
static void round_trip(void)
{
    ck_assert_rc(s_send(&p.a, record, sizeof record), CM_OK);
    ck_assert_rc(s_rcv(&p.b, 1000), CM_OK);
    ck_assert_rc(s_send(&p.b, record, sizeof record), CM_OK);
    ck_assert_rc(s_rcv(&p.a, 1000), CM_OK);
}

static void trips(void)
{
    pair_open(&p, MAPPED);
    SET(cmsst, &p.a, CM_SEND_AND_PREP_TO_RECEIVE);
    SET(cmsst, &p.b, CM_SEND_AND_PREP_TO_RECEIVE);
    round_trip();
    count_on();
    for (int i = 0; i < TRIPS; i++)
        round_trip();
    count_off();
}

/* Each side writes once and reads once. */
START_TEST(round_trip_writes_and_reads)
{
    NOT_OVER_LINK("a link has a node in between, and the count is the same");
    within(trips, 4 * TRIPS, 4 * TRIPS);
}
END_TEST

/* The same, when the partner has asked for the turn: who looks for its request finds it, and no other one. */
static void trips_with_request(void)
{
    pair_open(&p, MAPPED);
    ck_assert_rc(s_rts(&p.b), CM_OK);
    count_on();
    ck_assert_rc(s_send(&p.a, record, sizeof record), CM_OK);
    count_off();
    ck_assert_int_eq(p.a.rts, CM_REQ_TO_SEND_RECEIVED);
    count_on();
    ck_assert_rc(s_send(&p.a, record, sizeof record), CM_OK);
    count_off();
    ck_assert_int_eq(p.a.rts, CM_REQ_TO_SEND_NOT_RECEIVED);
}

/* The request, and that there is nothing behind it. */
START_TEST(request_is_read_once)
{
    NOT_OVER_LINK("a link has a node in between, and the count is the same");
    within(trips_with_request, 2, 2);
}
END_TEST

/* The error of a partner is there at the next Send_Data, though nothing is written. */
static void error_comes(void)
{
    pair_open(&p, MAPPED);
    ck_assert_rc(s_error(&p.b), CM_OK);
    count_on();
    CM_INT32 rc = s_send(&p.a, record, sizeof record);
    count_off();
    ck_assert_rc(rc, CM_PROGRAM_ERROR_PURGING);
}

/* -RSP and FMH-7 are read, and the turn is given. */
START_TEST(error_is_read)
{
    NOT_OVER_LINK("a link has a node in between, and the count is the same");
    within(error_comes, 3, 3);
}
END_TEST

/* What a program asks first, before it has said hello. */
static void first_request(void)
{
    unsigned char id[CM_CID_SIZE], nowhere[CM_SDN_SIZE + 1] = "        ";
    CM_INT32 rc;
    count_on();
    cminit(id, nowhere, &rc);
    count_off();
    ck_assert_rc(rc, CM_OK);
}

/* It needs no connection of its own: a port comes with the welcome. */
START_TEST(first_request_has_a_port)
{
    struct counts n;
    if (!count(first_request, &n)) {
        fprintf(stderr, "check_syscalls: skipped: this system lets no process be traced\n");
        return;
    }
    ck_assert_uint_eq(n.of[SYS_connect], 1);
    ck_assert_uint_eq(n.of[SYS_recvmsg], 2); /* the welcome, and the answer */
}
END_TEST

int main(void)
{
    Suite *s = suite_create("system calls of CPI-C");
    TCase *t = tcase_create("counts");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, send_that_fills_a_buffer);
    tcase_add_test(t, round_trip_writes_and_reads);
    tcase_add_test(t, request_is_read_once);
    tcase_add_test(t, error_is_read);
    tcase_add_test(t, first_request_has_a_port);
    suite_add_tcase(s, t);
    return harness_main(s);
}
