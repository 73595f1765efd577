/* Outcomes and the return codes of CPI-C: tp/libcpic/rc.c against a table typed from the documentation, and
 * the answers of the node and the sense codes of partners as programs see them. */
#include "tests/unit/octets.h"

#include "snanode/local/lp.h"
#include "snanode/wire/sense.h"
#include "tp/conv/outcome.h"
#include "tp/libcpic/rc.h"

/* By number, so that a wrong constant in cpic.h is found too [HIS: CPI-C Common Return Codes]. */
static const struct {
    enum outcome outcome;
    CM_INT32 rc;
} second[] = {
    {OUTCOME_OK, 0},
    {OUTCOME_ALLOCATE_FAILURE_NO_RETRY, 1},
    {OUTCOME_ALLOCATE_FAILURE_RETRY, 2},
    {OUTCOME_TYPE_MISMATCH, 3},
    {OUTCOME_PIP_NOT_SPECIFIED_CORRECTLY, 5},
    {OUTCOME_SECURITY_NOT_VALID, 6},
    {OUTCOME_SYNC_LEVEL_NOT_SUPPORTED, 8},
    {OUTCOME_TPN_NOT_RECOGNIZED, 9},
    {OUTCOME_TP_NOT_AVAILABLE_NO_RETRY, 10},
    {OUTCOME_TP_NOT_AVAILABLE_RETRY, 11},
    {OUTCOME_DEALLOCATED_ABEND, 17},
    {OUTCOME_CANCELLED, 17},
    {OUTCOME_DEALLOCATED_NORMAL, 18},
    {OUTCOME_PARAMETER_ERROR, 19},
    {OUTCOME_LOCAL_FAILURE, 20},
    {OUTCOME_PROGRAM_ERROR_NO_TRUNC, 21},
    {OUTCOME_PROGRAM_ERROR_PURGING, 22},
    {OUTCOME_PROGRAM_ERROR_TRUNC, 23},
    {OUTCOME_PARAMETER_CHECK, 24},
    {OUTCOME_STATE_CHECK, 25},
    {OUTCOME_RESOURCE_FAILURE_NO_RETRY, 26},
    {OUTCOME_RESOURCE_FAILURE_RETRY, 27},
    {OUTCOME_UNSUCCESSFUL, 28},
    {OUTCOME_OVERTAKEN, 28},
    {OUTCOME_DEALLOCATED_ABEND_SVC, 30},
    {OUTCOME_DEALLOCATED_ABEND_TIMER, 31},
    {OUTCOME_SVC_ERROR_NO_TRUNC, 32},
    {OUTCOME_SVC_ERROR_PURGING, 33},
    {OUTCOME_SVC_ERROR_TRUNC, 34},
    {OUTCOME_INCOMPLETE, 35},
    {OUTCOME_NOT_ACCEPTED, 37},
};

START_TEST(return_codes)
{
    bool seen[OUTCOME_N] = {false};
    for (int i = 0; i < OCTETS_ROWS(second); i++) {
        ck_assert_msg(rc_of(second[i].outcome) == second[i].rc, "outcome %d gives %d, not %d",
                      second[i].outcome, rc_of(second[i].outcome), second[i].rc);
        ck_assert_msg(!seen[second[i].outcome], "outcome %d has two rows", second[i].outcome);
        seen[second[i].outcome] = true;
    }
    for (int o = 0; o < OUTCOME_N; o++)
        ck_assert_msg(seen[o], "outcome %d has no row", o);
}
END_TEST

/* The codes of CPI-C in an answer come through as they are; every other reason is 20, but for a request that
 * was cancelled, and for names of which APPC programs are told more. */
START_TEST(answers)
{
    bool known[LP_RC_PROCESS_SHARE + 1] = {false};
#define X(name, number) known[number] = true;
    LP_RETCODES(X)
#undef X
    for (uint32_t rc = 0; rc <= LP_RC_PROCESS_SHARE; rc++) {
        CM_INT32 want = known[rc] ? (CM_INT32)rc : rc == LP_RC_CANCELLED ? 17 : 20;
        if (rc == LP_RC_MODE_UNKNOWN || rc == LP_RC_PARTNER_UNKNOWN)
            want = 19;
        ck_assert_msg(rc_of(outcome_of_answer(rc)) == want, "answer %u gives %d, not %d", rc,
                      rc_of(outcome_of_answer(rc)), want);
    }
    ck_assert_int_eq(outcome_of_answer(UINT32_MAX), OUTCOME_LOCAL_FAILURE);
}
END_TEST

/* check_retcode.c has every row; here are one of each kind. */
START_TEST(sense_codes)
{
    ck_assert_int_eq(outcome_of_fmh7(SENSE_PROG_ERROR, false, false), OUTCOME_PROGRAM_ERROR_NO_TRUNC);
    ck_assert_int_eq(outcome_of_fmh7(SENSE_PROG_ERROR, true, false), OUTCOME_PROGRAM_ERROR_PURGING);
    ck_assert_int_eq(outcome_of_fmh7(SENSE_PROG_ERROR_TRUNC, false, false), OUTCOME_PROGRAM_ERROR_TRUNC);
    ck_assert_int_eq(outcome_of_fmh7(SENSE_ABEND_PROG, false, true), OUTCOME_DEALLOCATED_ABEND);
    ck_assert_int_eq(outcome_of_fmh7(SENSE_TPN_NOT_RECOGNIZED, false, true), OUTCOME_TPN_NOT_RECOGNIZED);
    ck_assert_int_eq(outcome_of_unbind(0), OUTCOME_RESOURCE_FAILURE_RETRY);
    ck_assert_int_eq(outcome_of_unbind(SENSE_ABEND_SVC), OUTCOME_DEALLOCATED_ABEND_SVC);
    ck_assert_int_eq(outcome_of_unbind(SENSE_CHAINING), OUTCOME_RESOURCE_FAILURE_NO_RETRY);
}
END_TEST

START_TEST(allocate_failures)
{
    for (int o = 0; o < OUTCOME_N; o++)
        ck_assert(outcome_is_allocate_failure((enum outcome)o) ==
                  (rc_of((enum outcome)o) == 1 || rc_of((enum outcome)o) == 2));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("outcomes");
    TCase *t = tcase_create("outcomes");
    tcase_add_test(t, return_codes);
    tcase_add_test(t, answers);
    tcase_add_test(t, sense_codes);
    tcase_add_test(t, allocate_failures);
    suite_add_tcase(s, t);
    return octets_run(s);
}
