/* The states of a half-session, against a second table: one row for each state, with what may happen in it,
 * typed from the charts and not from the code. */
#include <string.h>

#include "snanode/lu62/halfstate.h"
#include "tests/unit/octets.h"

static const struct {
    enum half_state s;
    struct {
        enum half_event e;
        enum half_state to;
    } may[12];
    unsigned n;
} rows[] = {
    {HALF_RESET, {{HALF_DO_BIND, HALF_BIND_SENT}, {HALF_GOT_BIND, HALF_FIRST}, {HALF_DOWN, HALF_RESET}}, 3},
    {HALF_BIND_SENT,
     {{HALF_GOT_BIND_YES, HALF_INB}, /* the primary is in the first bracket, and in send state */
      {HALF_GOT_BIND_NO, HALF_RESET},
      {HALF_GOT_UNBIND, HALF_RESET}, /* in place of -RSP(BIND) */
      {HALF_DO_UNBIND, HALF_UNBIND_SENT},
      {HALF_DOWN, HALF_RESET}},
     5},
    {HALF_FIRST,
     {{HALF_GOT_BEGIN, HALF_INB},
      {HALF_GOT_YIELD, HALF_BETB},
      {HALF_GOT_UNBIND, HALF_RESET},
      {HALF_DO_UNBIND, HALF_UNBIND_SENT},
      {HALF_DOWN, HALF_RESET}},
     5},
    {HALF_BETB,
     {{HALF_DO_BEGIN, HALF_INB},
      {HALF_DO_BID, HALF_BIDDING},
      {HALF_DO_RTR, HALF_RTR_SENT},
      {HALF_DO_BIS, HALF_BIS_SENT},
      {HALF_GOT_BEGIN, HALF_INB},
      {HALF_GOT_BIS, HALF_BETB_LAST},
      {HALF_GOT_UNBIND, HALF_RESET},
      {HALF_DO_UNBIND, HALF_UNBIND_SENT},
      {HALF_DOWN, HALF_RESET}},
     9},
    {HALF_BETB_LAST,
     {{HALF_DO_BEGIN, HALF_INB_LAST}, /* drained */
      {HALF_DO_BIS, HALF_BIS_ANSWERED},
      {HALF_GOT_UNBIND, HALF_RESET},
      {HALF_DO_UNBIND, HALF_UNBIND_SENT},
      {HALF_DOWN, HALF_RESET}},
     5},
    {HALF_BIDDING,
     {{HALF_GOT_BID_YES, HALF_INB},
      {HALF_GOT_BID_NO, HALF_BARRED},
      {HALF_GOT_BID_LATER, HALF_PROMISED},
      {HALF_GOT_BEGIN, HALF_INB_CROSSED}, /* the first speaker wins the race, and has still to answer */
      {HALF_GOT_BIS, HALF_BETB_LAST},
      {HALF_GOT_UNBIND, HALF_RESET},
      {HALF_DO_UNBIND, HALF_UNBIND_SENT},
      {HALF_DOWN, HALF_RESET}},
     8},
    {HALF_BID_CROSSED,
     {{HALF_GOT_BID_YES, HALF_INB}, /* it came when the bracket was over */
      {HALF_GOT_BID_NO, HALF_BETB},
      {HALF_GOT_BID_LATER, HALF_PROMISED},
      {HALF_GOT_BEGIN, HALF_INB_CROSSED},
      {HALF_GOT_BIS, HALF_BETB_LAST},
      {HALF_GOT_UNBIND, HALF_RESET},
      {HALF_DO_UNBIND, HALF_UNBIND_SENT},
      {HALF_DOWN, HALF_RESET}},
     8},
    {HALF_INB_CROSSED,
     {{HALF_GOT_BID_NO, HALF_INB},
      {HALF_GOT_BID_LATER, HALF_INB_OWED},
      {HALF_DO_END, HALF_BID_CROSSED},
      {HALF_GOT_UNBIND, HALF_RESET},
      {HALF_DO_UNBIND, HALF_UNBIND_SENT},
      {HALF_DOWN, HALF_RESET}},
     6},
    {HALF_INB_OWED,
     {{HALF_DO_END, HALF_PROMISED}, /* until the RTR */
      {HALF_GOT_UNBIND, HALF_RESET},
      {HALF_DO_UNBIND, HALF_UNBIND_SENT},
      {HALF_DOWN, HALF_RESET}},
     4},
    {HALF_BARRED,
     {{HALF_GOT_BEGIN, HALF_INB},
      {HALF_DO_BIS, HALF_BIS_SENT},
      {HALF_GOT_BIS, HALF_BETB_LAST},
      {HALF_GOT_UNBIND, HALF_RESET},
      {HALF_DO_UNBIND, HALF_UNBIND_SENT},
      {HALF_DOWN, HALF_RESET}},
     6},
    {HALF_PROMISED,
     {{HALF_GOT_RTR, HALF_BETB},
      {HALF_GOT_BEGIN, HALF_INB_OWED}, /* the RTR comes behind it */
      {HALF_DO_BIS, HALF_BIS_SENT},
      {HALF_GOT_BIS, HALF_BETB_LAST},
      {HALF_GOT_UNBIND, HALF_RESET},
      {HALF_DO_UNBIND, HALF_UNBIND_SENT},
      {HALF_DOWN, HALF_RESET}},
     7},
    {HALF_RTR_SENT,
     {{HALF_GOT_RTR_YES, HALF_INB},
      {HALF_GOT_RTR_NO, HALF_BETB},
      {HALF_GOT_BEGIN, HALF_INB},
      {HALF_GOT_BIS, HALF_BETB_LAST},
      {HALF_GOT_UNBIND, HALF_RESET},
      {HALF_DO_UNBIND, HALF_UNBIND_SENT},
      {HALF_DOWN, HALF_RESET}},
     7},
    {HALF_INB,
     {{HALF_DO_END, HALF_BETB},
      {HALF_GOT_BIS, HALF_INB_LAST},
      {HALF_GOT_UNBIND, HALF_RESET},
      {HALF_DO_UNBIND, HALF_UNBIND_SENT},
      {HALF_DOWN, HALF_RESET}},
     5},
    {HALF_INB_LAST,
     {{HALF_DO_END, HALF_BETB_LAST},
      {HALF_GOT_UNBIND, HALF_RESET},
      {HALF_DO_UNBIND, HALF_UNBIND_SENT},
      {HALF_DOWN, HALF_RESET}},
     4},
    {HALF_INB_ENDING,
     {{HALF_DO_END, HALF_BIS_SENT},
      {HALF_GOT_UNBIND, HALF_RESET},
      {HALF_DO_UNBIND, HALF_UNBIND_SENT},
      {HALF_DOWN, HALF_RESET}},
     4},
    {HALF_BIS_SENT,
     {{HALF_GOT_BIS, HALF_UNBIND_SENT}, /* who sent the first BIS sends the UNBIND */
      {HALF_GOT_BEGIN, HALF_INB_ENDING},
      {HALF_GOT_RTR, HALF_BIS_SENT}, /* it crossed our BIS, and is answered 0819 */
      {HALF_GOT_UNBIND, HALF_RESET},
      {HALF_DO_UNBIND, HALF_UNBIND_SENT},
      {HALF_DOWN, HALF_RESET}},
     6},
    {HALF_BIS_ANSWERED,
     {{HALF_GOT_UNBIND, HALF_RESET}, {HALF_DO_UNBIND, HALF_UNBIND_SENT}, {HALF_DOWN, HALF_RESET}},
     3},
    {HALF_UNBIND_SENT,
     {{HALF_GOT_UNBIND_YES, HALF_RESET}, {HALF_GOT_UNBIND, HALF_UNBIND_SENT}, {HALF_DOWN, HALF_RESET}},
     3},
};

START_TEST(table)
{
    for (enum half_event e = 0; e < HALF_EVENT_N; e++) {
        enum half_state want = HALF_NONE;
        for (unsigned i = 0; i < rows[_i].n; i++)
            if (rows[_i].may[i].e == e)
                want = rows[_i].may[i].to;
        ck_assert_msg(half_next(rows[_i].s, e) == want, "%s, event %d: %s", half_state_name(rows[_i].s), e,
                      half_state_name(half_next(rows[_i].s, e)));
    }
}
END_TEST

/* Every state has its row, a name of its own, and a way from reset to it and back. */
START_TEST(complete)
{
    bool seen[HALF_STATE_N] = {[HALF_RESET] = true}, back[HALF_STATE_N] = {[HALF_RESET] = true};
    ck_assert_uint_eq(OCTETS_ROWS(rows), HALF_STATE_N - 1);
    for (int pass = 0; pass < HALF_STATE_N; pass++)
        for (enum half_state s = HALF_RESET; s < HALF_STATE_N; s++)
            for (enum half_event e = 0; e < HALF_EVENT_N; e++) {
                enum half_state to = half_next(s, e);
                seen[to] = seen[to] || (to && seen[s]);
                back[s] = back[s] || (to && back[to]);
            }
    for (enum half_state s = HALF_RESET; s < HALF_STATE_N; s++) {
        ck_assert(seen[s] && back[s]);
        for (enum half_state t = HALF_NONE; t < s; t++)
            ck_assert_str_ne(half_state_name(s), half_state_name(t));
    }
    ck_assert_int_eq(half_next(HALF_STATE_N, HALF_DOWN), HALF_NONE);
    ck_assert_int_eq(half_next(HALF_INB, HALF_EVENT_N), HALF_NONE);
    ck_assert_str_eq(half_state_name(HALF_STATE_N), "?");
}
END_TEST

START_TEST(kinds)
{
    for (enum half_state s = HALF_NONE; s < HALF_STATE_N; s++) {
        bool none = s == HALF_NONE || s == HALF_RESET || s == HALF_BIND_SENT || s == HALF_UNBIND_SENT;
        ck_assert_int_eq(half_active(s), !none);
        ck_assert_int_eq(half_idle(s), half_next(s, HALF_DO_BEGIN) != HALF_NONE);
        ck_assert_int_eq(half_in_bracket(s), half_next(s, HALF_DO_END) != HALF_NONE);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("half");
    TCase *t = tcase_create("states");
    tcase_add_loop_test(t, table, 0, OCTETS_ROWS(rows));
    tcase_add_test(t, complete);
    tcase_add_test(t, kinds);
    suite_add_tcase(s, t);
    return octets_run(s);
}
