/* check_appc_syscalls.c - how many system calls verbs make: as many as the same calls of CPI-C
 * (check_syscalls), once their blocks and data are known to be there [P30]. */
#include "tests/appc/block.h"
#include "tests/cpic/counting.h"

#define RECORD  100          /* octets of user data */
#define LL      (RECORD + 4) /* ... with the GDS header of a mapped record */
#define RU      4096         /* of a_wish's mode */
#define RECORDS 4000
#define TRIPS   1000

static struct end a, b;
static const unsigned char record[RECORD];

static void take_records(int n)
{
    for (int i = 0; i < n; i++) {
        ck_ok(a_wait(&b, 1000, AP_YES, AP_BUFFER), &b);
        ck_assert_uint_eq(b.dlen, RECORD);
    }
}

/* A sends one record more than B has taken, of which the rest is taken uncounted. */
static void records(bool of_sender)
{
    ends_open(&a, &b, true, AP_NONE);
    ck_ok(a_send(&a, record, RECORD, AP_SEND_DATA_FLUSH), &a);
    take_records(1);
    for (int i = 0; i < RECORDS; i++) {
        if (of_sender)
            count_on();
        unsigned short rc = a_send(&a, record, RECORD, AP_NONE);
        if (of_sender)
            count_off();
        ck_assert_uint_eq(rc, AP_OK);
        if (i % 50 != 49 || i < 150) /* B stays far behind what is still in the buffer */
            continue;
        if (!of_sender)
            count_on();
        take_records(50);
        if (!of_sender)
            count_off();
    }
}

static void sends(void)
{
    records(true);
}

/* One for each RU that is full. */
START_TEST(send_that_fills_a_buffer)
{
    within(sends, RECORDS * LL / RU, RECORDS * LL / RU);
}
END_TEST

static void receives(void)
{
    records(false);
}

/* One for each RU, but for those that have not been taken. */
START_TEST(receive_out_of_a_buffer)
{
    within(receives, (RECORDS - 200) * LL / RU, RECORDS * LL / RU);
}
END_TEST

static void round_trip(void)
{
    ck_ok(a_send(&a, record, RECORD, AP_SEND_DATA_P_TO_R_FLUSH), &a);
    ck_ok(a_wait(&b, 1000, AP_YES, AP_BUFFER), &b);
    ck_ok(a_send(&b, record, RECORD, AP_SEND_DATA_P_TO_R_FLUSH), &b);
    ck_ok(a_wait(&a, 1000, AP_YES, AP_BUFFER), &a);
}

static void trips(void)
{
    ends_open(&a, &b, true, AP_NONE);
    round_trip();
    count_on();
    for (int i = 0; i < TRIPS; i++)
        round_trip();
    count_off();
}

/* Each side writes once and reads once. */
START_TEST(round_trip_writes_and_reads)
{
    within(trips, 4 * TRIPS, 4 * TRIPS);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("system calls of APPC");
    TCase *t = tcase_create("counts");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, send_that_fills_a_buffer);
    tcase_add_test(t, receive_out_of_a_buffer);
    tcase_add_test(t, round_trip_writes_and_reads);
    suite_add_tcase(s, t);
    return harness_main(s);
}
