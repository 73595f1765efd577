#include <string.h>

#include "snanode/dlsw/circuit.h"
#include "tests/unit/octets.h"

/* The second table, typed state by state from [DLSW: State Transition Tables].  A state that waits for the
 * LAN passes at once: what leads into it leads to where it would end.  DLC_XID, DLC_CONTACTED, DLC_INFO,
 * DLC_RESET and DLC_ERROR are the user's.  Rows with a comment are not in the standard [L5]. */
static const struct row {
    enum circuit_state state;
    enum circuit_input in;
    enum circuit_output out;
    enum circuit_state next;
} rows[] = {
#define IN(s) CST_##s
    {IN(DISCONNECTED), CIN_U_OPEN, COUT_EXPLORE, IN(DISCONNECTED)},
    {IN(DISCONNECTED), CIN_FOUND, COUT_CANUREACH, IN(START)},
    {IN(DISCONNECTED), CIN_U_ACCEPT, COUT_ICANREACH, IN(PENDING)},
    {IN(DISCONNECTED), CIN_CROSSED, COUT_ICANREACH, IN(PENDING)}, /* the station that we look for calls */
    {IN(DISCONNECTED), CIN_U_HALT, COUT_DOWN, IN(DISCONNECTED)},
    {IN(DISCONNECTED), CIN_TIMER, COUT_DOWN, IN(DISCONNECTED)},
    {IN(DISCONNECTED), CIN_LOST, COUT_DOWN, IN(DISCONNECTED)},

    {IN(START), CIN_CROSSED, COUT_ICANREACH, IN(PENDING)},
    {IN(START), CIN_ICANREACH, COUT_ACK, IN(ESTABLISHED)},
    {IN(START), CIN_ICANREACH_CONTACT, COUT_ACK_CONTACT, IN(CONNECT_PENDING)},
    {IN(START), CIN_U_CONTACT, COUT_KEEP_CONTACT, IN(START)},
    {IN(START), CIN_U_HALT, COUT_DOWN, IN(DISCONNECTED)},
    {IN(START), CIN_TIMER, COUT_DOWN, IN(DISCONNECTED)},
    {IN(START), CIN_LOST, COUT_DOWN, IN(DISCONNECTED)},
    {IN(START), CIN_HALT, COUT_HALTED_DOWN, IN(DISCONNECTED)}, /* who halts will not answer */
    {IN(START), CIN_HALT_NOACK, COUT_DOWN, IN(DISCONNECTED)},  /* likewise */

    {IN(PENDING), CIN_CONTACT, COUT_GIVE, IN(CONTACT_PENDING)},
    {IN(PENDING), CIN_HALT, COUT_HALTED_DOWN, IN(DISCONNECTED)},
    {IN(PENDING), CIN_HALT_NOACK, COUT_DOWN, IN(DISCONNECTED)},
    {IN(PENDING), CIN_REACH_ACK, COUT_UP, IN(ESTABLISHED)},
    {IN(PENDING), CIN_REACH_ACK_CONTACT, COUT_UP_CONTACT, IN(CONNECT_PENDING)},
    {IN(PENDING), CIN_XID, COUT_GIVE, IN(PENDING)},
    {IN(PENDING), CIN_XID_NONACTIVATION, COUT_GIVE, IN(PENDING)},
    {IN(PENDING), CIN_U_CONTACT, COUT_KEEP_CONTACT, IN(PENDING)},
    {IN(PENDING), CIN_U_HALT, COUT_DOWN, IN(DISCONNECTED)},
    {IN(PENDING), CIN_LOST, COUT_DOWN, IN(DISCONNECTED)},
    {IN(PENDING), CIN_TIMER, COUT_DOWN, IN(DISCONNECTED)}, /* no circuit waits for ever */

    {IN(CONNECT_PENDING), CIN_CONTACTED, COUT_GIVE, IN(CONNECTED)},
    {IN(CONNECT_PENDING), CIN_HALT, COUT_HALTED_DOWN, IN(DISCONNECTED)},
    {IN(CONNECT_PENDING), CIN_HALT_NOACK, COUT_DOWN, IN(DISCONNECTED)},
    {IN(CONNECT_PENDING), CIN_ICANREACH, COUT_REFUSE, IN(CONNECT_PENDING)},
    {IN(CONNECT_PENDING), CIN_U_RESTART, COUT_SEND, IN(RESTART)},
    {IN(CONNECT_PENDING), CIN_U_HALT, COUT_HALT, IN(DISCONNECT_PENDING)},
    {IN(CONNECT_PENDING), CIN_LOST, COUT_DOWN, IN(DISCONNECTED)},
    {IN(CONNECT_PENDING), CIN_TIMER, COUT_HALT, IN(DISCONNECT_PENDING)}, /* no circuit waits for ever */

    {IN(ESTABLISHED), CIN_CONTACT, COUT_GIVE, IN(CONTACT_PENDING)},
    {IN(ESTABLISHED), CIN_HALT, COUT_HALTED_DOWN, IN(DISCONNECTED)},
    {IN(ESTABLISHED), CIN_HALT_NOACK, COUT_DOWN, IN(DISCONNECTED)},
    {IN(ESTABLISHED), CIN_XID, COUT_GIVE, IN(ESTABLISHED)},
    {IN(ESTABLISHED), CIN_XID_NONACTIVATION, COUT_GIVE, IN(ESTABLISHED)},
    {IN(ESTABLISHED), CIN_ICANREACH, COUT_REFUSE, IN(ESTABLISHED)},
    {IN(ESTABLISHED), CIN_U_CONTACT, COUT_SEND, IN(CONNECT_PENDING)},
    {IN(ESTABLISHED), CIN_U_XID, COUT_SEND, IN(ESTABLISHED)},
    {IN(ESTABLISHED), CIN_U_XID_NONACTIVATION, COUT_SEND, IN(ESTABLISHED)},
    {IN(ESTABLISHED), CIN_U_HALT, COUT_HALT, IN(DISCONNECT_PENDING)},
    {IN(ESTABLISHED), CIN_LOST, COUT_DOWN, IN(DISCONNECTED)},

    {IN(CONTACT_PENDING), CIN_HALT, COUT_HALTED_DOWN, IN(DISCONNECTED)},
    {IN(CONTACT_PENDING), CIN_HALT_NOACK, COUT_DOWN, IN(DISCONNECTED)},
    {IN(CONTACT_PENDING), CIN_RESTART, COUT_RESTARTED, IN(ESTABLISHED)},
    {IN(CONTACT_PENDING), CIN_ICANREACH, COUT_REFUSE, IN(CONTACT_PENDING)},
    {IN(CONTACT_PENDING), CIN_U_CONTACTED, COUT_SEND, IN(CONNECTED)},
    {IN(CONTACT_PENDING), CIN_U_HALT, COUT_HALT, IN(DISCONNECT_PENDING)},
    {IN(CONTACT_PENDING), CIN_LOST, COUT_DOWN, IN(DISCONNECTED)},

    {IN(CONNECTED), CIN_HALT, COUT_HALTED_DOWN, IN(DISCONNECTED)},
    {IN(CONNECTED), CIN_HALT_NOACK, COUT_DOWN, IN(DISCONNECTED)},
    {IN(CONNECTED), CIN_RESTART, COUT_RESTARTED, IN(ESTABLISHED)},
    {IN(CONNECTED), CIN_INFO, COUT_GIVE, IN(CONNECTED)},
    {IN(CONNECTED), CIN_XID_NONACTIVATION, COUT_GIVE, IN(CONNECTED)},
    {IN(CONNECTED), CIN_ICANREACH, COUT_REFUSE, IN(CONNECTED)},
    {IN(CONNECTED), CIN_BUSY, COUT_GIVE, IN(CONNECTED)},
    {IN(CONNECTED), CIN_NOT_BUSY, COUT_GIVE, IN(CONNECTED)},
    {IN(CONNECTED), CIN_TEST, COUT_TEST, IN(CONNECTED)},
    {IN(CONNECTED), CIN_U_RESTART, COUT_SEND, IN(RESTART)},
    {IN(CONNECTED), CIN_U_HALT, COUT_HALT, IN(DISCONNECT_PENDING)},
    {IN(CONNECTED), CIN_U_PIU, COUT_SEND, IN(CONNECTED)},
    {IN(CONNECTED), CIN_U_XID_NONACTIVATION, COUT_SEND, IN(CONNECTED)},
    {IN(CONNECTED), CIN_LOST, COUT_DOWN, IN(DISCONNECTED)},

    {IN(RESTART), CIN_RESTARTED, COUT_TELL_RESTARTED, IN(ESTABLISHED)},
    {IN(RESTART), CIN_RESTARTED_CONTACT, COUT_TELL_CONTACT, IN(CONNECT_PENDING)},
    {IN(RESTART), CIN_HALT_NOACK, COUT_DOWN, IN(DISCONNECTED)},
    {IN(RESTART), CIN_U_CONTACT, COUT_KEEP_CONTACT, IN(RESTART)},
    {IN(RESTART), CIN_U_HALT, COUT_HALT, IN(DISCONNECT_PENDING)},
    {IN(RESTART), CIN_LOST, COUT_DOWN, IN(DISCONNECTED)},
    {IN(RESTART), CIN_HALT, COUT_HALTED_DOWN, IN(DISCONNECTED)},   /* who halts does not answer the restart */
    {IN(RESTART), CIN_RESTART, COUT_RESTARTED_ALONE, IN(RESTART)}, /* both restart at once */
    {IN(RESTART), CIN_TIMER, COUT_HALT, IN(DISCONNECT_PENDING)},   /* no circuit waits for ever */

    {IN(DISCONNECT_PENDING), CIN_HALTED, COUT_DOWN, IN(DISCONNECTED)},
    {IN(DISCONNECT_PENDING), CIN_HALT, COUT_HALTED, IN(DISCONNECT_PENDING)},
    {IN(DISCONNECT_PENDING), CIN_HALT_NOACK, COUT_DOWN, IN(DISCONNECTED)},
    {IN(DISCONNECT_PENDING), CIN_LOST, COUT_DOWN, IN(DISCONNECTED)},
    {IN(DISCONNECT_PENDING), CIN_TIMER, COUT_DOWN, IN(DISCONNECTED)}, /* no circuit waits for ever */
};

START_TEST(cell)
{
    enum circuit_state state = (enum circuit_state)(_i % CST_N);
    enum circuit_input in = (enum circuit_input)(_i / CST_N);
    struct row want = {state, in, COUT_IGNORED, state};
    int found = 0;
    for (int i = 0; i < OCTETS_ROWS(rows); i++)
        if (rows[i].state == state && rows[i].in == in) {
            want = rows[i];
            found++;
        }
    ck_assert_int_le(found, 1);
    struct circuit c = {.state = (uint8_t)state};
    ck_assert_int_eq(circuit_step(&c, in), want.out);
    ck_assert_int_eq(c.state, want.next);
    enum circuit_state next;
    ck_assert_int_eq(circuit_cell(in, state, &next), want.out);
    ck_assert_int_eq(next, want.next);
}
END_TEST

START_TEST(waiting_states_are_timed)
{
    static const bool timed[CST_N] = {
        [CST_DISCONNECTED] = true,    [CST_START] = true,   [CST_PENDING] = true,
        [CST_CONNECT_PENDING] = true, [CST_RESTART] = true, [CST_DISCONNECT_PENDING] = true,
    };
    for (unsigned s = 0; s < CST_N; s++) {
        ck_assert_int_eq(circuit_is_timed(&(struct circuit){.state = (uint8_t)s}), timed[s]);
        ck_assert_ptr_nonnull(circuit_state_name((enum circuit_state)s));
    }
}
END_TEST

static const struct {
    const char *hex;
    bool nonactivation;
} xids[] = {
    {"", false},
    {"32 54 01100002 0000 00 0C", true},
    {"32 54 01100002 0000 00 D1", false}, /* not supported */
    {"32 54 01100002 0000 00 84", false}, /* negotiation proceeding */
    {"32 54 01100002 0000 00 88", false}, /* prenegotiation */
    {"32 54 01100002 0000 00 8C", true},
    {"02 54 01100002 0000 00 8C", false}, /* format 0 */
    {"32 54 01100002 0000 00", false},    /* cut */
};

START_TEST(nonactivation)
{
    struct octets o = octets_of(xids[_i].hex);
    uint8_t *p = octets_exact(o.v, o.n);
    ck_assert_int_eq(circuit_is_nonactivation(p, o.n), xids[_i].nonactivation);
    free(p);
}
END_TEST

START_TEST(causes)
{
    for (int i = 0; i < PEER_CAUSE_N; i++) {
        ck_assert_ptr_nonnull(peer_cause_text((enum peer_cause)i));
        for (int k = 0; k < i; k++)
            ck_assert_str_ne(peer_cause_text((enum peer_cause)i), peer_cause_text((enum peer_cause)k));
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("circuit");
    TCase *tc = tcase_create("states");
    tcase_add_loop_test(tc, cell, 0, CIN_N * CST_N);
    tcase_add_test(tc, waiting_states_are_timed);
    tcase_add_loop_test(tc, nonactivation, 0, OCTETS_ROWS(xids));
    tcase_add_test(tc, causes);
    suite_add_tcase(s, tc);
    return octets_run(s);
}
