/* Return codes of sense codes, as numbers, from the documents and not from the table of the code.
 * [HIS: Sense Data Specific to LU 6.2; HIS: CPI-C Common Return Codes] and, for Allocate, [A39]. */
#include "snanode/local/lp.h"
#include "tests/unit/octets.h"

/* Of an FMH-7 that does not end the conversation: without and with a negative response before it; of one
 * that does; of an UNBIND; and of a session that cannot be had. */
static const struct {
    uint32_t sense;
    unsigned fmh7, purging, last, unbind, allocate;
} rows[] = {
    {0x10086021, 9, 9, 9, 26, 9},
    {0x10086031, 5, 5, 5, 26, 5},
    {0x10086032, 5, 5, 5, 26, 5},
    {0x10086034, 3, 3, 3, 26, 3},
    {0x10086041, 8, 8, 8, 26, 8},
    {0x080F6051, 6, 6, 6, 6, 6},
    {0x080F0983, 6, 6, 6, 26, 6},
    {0x080F8000, 6, 6, 6, 26, 6},
    {0x080F8104, 6, 6, 6, 26, 6},
    {0x080FFF0E, 6, 6, 6, 26, 6},
    {0x084B6031, 11, 11, 11, 26, 11},
    {0x084C0000, 10, 10, 10, 26, 10},
    {0x08640000, 17, 17, 17, 17, 1},
    {0x08640001, 30, 30, 30, 30, 1},
    {0x08640002, 31, 31, 31, 31, 1},
    {0x08890000, 21, 22, 21, 26, 1},
    {0x08890001, 23, 22, 23, 26, 1},
    {0x08890100, 32, 33, 32, 26, 1},
    {0x08890101, 34, 33, 34, 26, 1},
    /* The session is lost: for good, or with its link. */
    {0x10086040, 21, 22, 26, 26, 1},
    {0x10060006, 21, 22, 26, 26, 1},
    {0x10086011, 21, 22, 26, 26, 1},
    {0x1008600B, 21, 22, 26, 26, 1},
    {0x20010000, 21, 22, 26, 26, 1},
    {0x20110001, 21, 22, 26, 26, 1},
    {0x40190000, 21, 22, 26, 26, 1},
    {0x80070000, 21, 22, 26, 26, 1},
    {0x80050000, 21, 22, 26, 27, 1},
    {0x80050123, 21, 22, 26, 27, 1},
    {0x08A00001, 21, 22, 26, 27, 2},
    {0x00000000, 21, 22, 26, 27, 1},
    /* There is no session. */
    {0x08050000, 21, 22, 26, 26, 2},
    {0x08050001, 21, 22, 26, 26, 2},
    {0x0812000D, 21, 22, 26, 26, 2},
    /* ... for reasons that pass [Q277918] */
    {0x08010000, 21, 22, 26, 26, 2},
    {0x08050009, 21, 22, 26, 26, 2},
    {0x08120007, 21, 22, 26, 26, 2},
    {0x08370000, 21, 22, 26, 26, 2},
    {0x08390000, 21, 22, 26, 26, 2},
    {0x08420000, 21, 22, 26, 26, 2},
    {0x08450000, 21, 22, 26, 26, 2},
    {0x084B0000, 21, 22, 26, 26, 2},
    {0x08560000, 21, 22, 26, 26, 2},
    {0x08570003, 21, 22, 26, 26, 2},
    {0x80010000, 21, 22, 26, 26, 2},
    {0x80020000, 21, 22, 26, 26, 2},
    {0x80030000, 21, 22, 26, 26, 2},
    {0x80130000, 21, 22, 26, 26, 2},
    {0x08210001, 21, 22, 26, 26, 1},
    {0x08210002, 21, 22, 26, 26, 1},
    {0x08350018, 21, 22, 26, 26, 1},
    {0x08060000, 21, 22, 26, 26, 1},
    /* Nobody knows it [A47]. */
    {0x12345678, 21, 22, 26, 26, 1},
    {0x08640003, 21, 22, 26, 26, 1},
    {0xFFFFFFFF, 21, 22, 26, 26, 1},
};

START_TEST(sense_row)
{
    uint32_t sense = rows[_i].sense;
    ck_assert_uint_eq(retcode_of_fmh7(sense, false, false), rows[_i].fmh7);
    ck_assert_uint_eq(retcode_of_fmh7(sense, true, false), rows[_i].purging);
    ck_assert_uint_eq(retcode_of_fmh7(sense, false, true), rows[_i].last);
    ck_assert_uint_eq(retcode_of_unbind(sense), rows[_i].unbind);
    ck_assert_uint_eq(retcode_of_allocate(sense), rows[_i].allocate);
}
END_TEST

/* A reason of the node's, the code the program gets, and that with AllocateFailure20 [A39]. */
static const struct {
    uint16_t rc;
    unsigned program, switched;
} told[] = {
    {0, 0, 0},
    {1, 1, 20},
    {2, 2, 20},
    {3, 3, 3},
    {6, 6, 6},
    {9, 9, 9},
    {10, 10, 10},
    {11, 11, 11},
    {19, 19, 19},
    {20, 20, 20},
    {24, 24, 24},
    {28, 28, 28},
    {LP_RC_CANCELLED, 17, 17},
    {LP_RC_STOPPING, 20, 20},
    {LP_RC_LU_UNKNOWN, 20, 20},
    {LP_RC_LU_DENIED, 20, 20},
    {LP_RC_FAILURE_20, 20, 20},
    {LP_RC_CONVERSATION_LIMIT, 20, 20},
    {LP_RC_PROCESS_SHARE, 20, 20},
    {LP_RC_SIDE_LIMIT, 20, 20},
};

START_TEST(to_program)
{
    ck_assert_uint_eq(retcode_to_program(told[_i].rc), told[_i].program);
    ck_assert_uint_eq(retcode_to_program(retcode_without_failure(told[_i].rc)), told[_i].switched);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("retcode");
    TCase *t = tcase_create("retcode");
    tcase_add_loop_test(t, sense_row, 0, OCTETS_ROWS(rows));
    tcase_add_loop_test(t, to_program, 0, OCTETS_ROWS(told));
    suite_add_tcase(s, t);
    return octets_run(s);
}
