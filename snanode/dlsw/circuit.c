#include "snanode/dlsw/circuit.h"

/*          U_OPEN           U_ACCEPT, CROSSED
 *  DISCONNECTED --------------------------------.
 *       | FOUND                                 v
 *       v            CROSSED                 PENDING
 *     START ----------------------------------> |
 *       | ICANREACH                   REACH_ACK |
 *       '------------> ESTABLISHED <------------'
 *            U_CONTACT  |   ^    |  CONTACT
 *       .---------------'   |    '-----------------.
 *       v                   |                      v
 *  CONNECT_PENDING          | RESTART        CONTACT_PENDING
 *       |    CONTACTED      |    U_CONTACTED       |
 *       '------------> CONNECTED <-----------------'
 *                       |     |
 *             U_RESTART |     | U_HALT                  RESTART --RESTARTED--> ESTABLISHED
 *                       v     v
 *                  RESTART   DISCONNECT_PENDING --HALTED--> DISCONNECTED
 *
 * From every state but DISCONNECTED: HALT, HALT_NOACK and LOST lead to DISCONNECTED, where a circuit is
 * removed. */
struct cell {
    uint8_t out;
    uint8_t next;
};

#define GO(state, what)                                                                                      \
    {                                                                                                        \
        .out = COUT_##what, .next = CST_##state                                                              \
    }
#define STAY(state, what) [CST_##state] = GO(state, what)

/* clang-format off */
static const struct cell table[CIN_N][CST_N] = {
    [CIN_FOUND] = {[CST_DISCONNECTED] = GO(START, CANUREACH)},
    [CIN_CROSSED] = {[CST_DISCONNECTED] = GO(PENDING, ICANREACH),
                     [CST_START] = GO(PENDING, ICANREACH)},
    [CIN_ICANREACH] = {[CST_START] = GO(ESTABLISHED, ACK),
                       STAY(ESTABLISHED, REFUSE), STAY(CONNECT_PENDING, REFUSE),
                       STAY(CONTACT_PENDING, REFUSE), STAY(CONNECTED, REFUSE)},
    [CIN_ICANREACH_CONTACT] = {[CST_START] = GO(CONNECT_PENDING, ACK_CONTACT)},
    [CIN_REACH_ACK] = {[CST_PENDING] = GO(ESTABLISHED, UP)},
    [CIN_REACH_ACK_CONTACT] = {[CST_PENDING] = GO(CONNECT_PENDING, UP_CONTACT)},
    [CIN_XID] = {STAY(PENDING, GIVE), STAY(ESTABLISHED, GIVE)},
    [CIN_XID_NONACTIVATION] = {STAY(PENDING, GIVE), STAY(ESTABLISHED, GIVE), STAY(CONNECTED, GIVE)},
    [CIN_CONTACT] = {[CST_PENDING] = GO(CONTACT_PENDING, GIVE),
                     [CST_ESTABLISHED] = GO(CONTACT_PENDING, GIVE)},
    [CIN_CONTACTED] = {[CST_CONNECT_PENDING] = GO(CONNECTED, GIVE)},
    [CIN_INFO] = {STAY(CONNECTED, GIVE)},
    [CIN_HALT] = {[CST_START] = GO(DISCONNECTED, HALTED_DOWN),
                  [CST_PENDING] = GO(DISCONNECTED, HALTED_DOWN),
                  [CST_ESTABLISHED] = GO(DISCONNECTED, HALTED_DOWN),
                  [CST_CONNECT_PENDING] = GO(DISCONNECTED, HALTED_DOWN),
                  [CST_CONTACT_PENDING] = GO(DISCONNECTED, HALTED_DOWN),
                  [CST_CONNECTED] = GO(DISCONNECTED, HALTED_DOWN),
                  STAY(DISCONNECT_PENDING, HALTED),
                  [CST_RESTART] = GO(DISCONNECTED, HALTED_DOWN)},
    [CIN_HALT_NOACK] = {[CST_START] = GO(DISCONNECTED, DOWN),
                        [CST_PENDING] = GO(DISCONNECTED, DOWN),
                        [CST_ESTABLISHED] = GO(DISCONNECTED, DOWN),
                        [CST_CONNECT_PENDING] = GO(DISCONNECTED, DOWN),
                        [CST_CONTACT_PENDING] = GO(DISCONNECTED, DOWN),
                        [CST_CONNECTED] = GO(DISCONNECTED, DOWN),
                        [CST_DISCONNECT_PENDING] = GO(DISCONNECTED, DOWN),
                        [CST_RESTART] = GO(DISCONNECTED, DOWN)},
    [CIN_HALTED] = {[CST_DISCONNECT_PENDING] = GO(DISCONNECTED, DOWN)},
    [CIN_RESTART] = {[CST_CONTACT_PENDING] = GO(ESTABLISHED, RESTARTED),
                     [CST_CONNECTED] = GO(ESTABLISHED, RESTARTED),
                     STAY(RESTART, RESTARTED_ALONE)},
    [CIN_RESTARTED] = {[CST_RESTART] = GO(ESTABLISHED, TELL_RESTARTED)},
    [CIN_RESTARTED_CONTACT] = {[CST_RESTART] = GO(CONNECT_PENDING, TELL_CONTACT)},
    [CIN_BUSY] = {STAY(CONNECTED, GIVE)},
    [CIN_NOT_BUSY] = {STAY(CONNECTED, GIVE)},
    [CIN_TEST] = {STAY(CONNECTED, TEST)},
    [CIN_U_OPEN] = {STAY(DISCONNECTED, EXPLORE)},
    [CIN_U_ACCEPT] = {[CST_DISCONNECTED] = GO(PENDING, ICANREACH)},
    [CIN_U_XID] = {STAY(ESTABLISHED, SEND)},
    [CIN_U_XID_NONACTIVATION] = {STAY(ESTABLISHED, SEND), STAY(CONNECTED, SEND)},
    [CIN_U_CONTACT] = {STAY(START, KEEP_CONTACT), STAY(PENDING, KEEP_CONTACT),
                       [CST_ESTABLISHED] = GO(CONNECT_PENDING, SEND),
                       STAY(RESTART, KEEP_CONTACT)},
    [CIN_U_CONTACTED] = {[CST_CONTACT_PENDING] = GO(CONNECTED, SEND)},
    [CIN_U_PIU] = {STAY(CONNECTED, SEND)},
    [CIN_U_RESTART] = {[CST_CONNECT_PENDING] = GO(RESTART, SEND),
                       [CST_CONNECTED] = GO(RESTART, SEND)},
    [CIN_U_HALT] = {STAY(DISCONNECTED, DOWN),
                    [CST_START] = GO(DISCONNECTED, DOWN),
                    [CST_PENDING] = GO(DISCONNECTED, DOWN),
                    [CST_ESTABLISHED] = GO(DISCONNECT_PENDING, HALT),
                    [CST_CONNECT_PENDING] = GO(DISCONNECT_PENDING, HALT),
                    [CST_CONTACT_PENDING] = GO(DISCONNECT_PENDING, HALT),
                    [CST_CONNECTED] = GO(DISCONNECT_PENDING, HALT),
                    [CST_RESTART] = GO(DISCONNECT_PENDING, HALT)},
    [CIN_TIMER] = {STAY(DISCONNECTED, DOWN),
                   [CST_START] = GO(DISCONNECTED, DOWN),
                   [CST_PENDING] = GO(DISCONNECTED, DOWN),
                   [CST_CONNECT_PENDING] = GO(DISCONNECT_PENDING, HALT),
                   [CST_DISCONNECT_PENDING] = GO(DISCONNECTED, DOWN),
                   [CST_RESTART] = GO(DISCONNECT_PENDING, HALT)},
    [CIN_LOST] = {STAY(DISCONNECTED, DOWN),
                  [CST_START] = GO(DISCONNECTED, DOWN),
                  [CST_PENDING] = GO(DISCONNECTED, DOWN),
                  [CST_ESTABLISHED] = GO(DISCONNECTED, DOWN),
                  [CST_CONNECT_PENDING] = GO(DISCONNECTED, DOWN),
                  [CST_CONTACT_PENDING] = GO(DISCONNECTED, DOWN),
                  [CST_CONNECTED] = GO(DISCONNECTED, DOWN),
                  [CST_DISCONNECT_PENDING] = GO(DISCONNECTED, DOWN),
                  [CST_RESTART] = GO(DISCONNECTED, DOWN)},
};
/* clang-format on */

enum circuit_output circuit_cell(enum circuit_input in, enum circuit_state state, enum circuit_state *next)
{
    const struct cell *cell = &table[in][state];
    *next = cell->out == COUT_IGNORED ? state : cell->next;
    return cell->out;
}

enum circuit_output circuit_step(struct circuit *c, enum circuit_input in)
{
    enum circuit_state next;
    enum circuit_output out = circuit_cell(in, c->state, &next);
    c->state = next;
    return out;
}

bool circuit_is_timed(const struct circuit *c)
{
    enum circuit_state next;
    return circuit_cell(CIN_TIMER, c->state, &next) != COUT_IGNORED;
}

bool circuit_is_nonactivation(const uint8_t *xid, size_t n)
{
    enum { FORMAT = 0xF0, FORMAT_3 = 0x30, EXCHANGE_STATE = 0x0C }; /* [Formats: XID I-field format 3] */
    return n > 9 && (xid[0] & FORMAT) == FORMAT_3 && (xid[9] & EXCHANGE_STATE) == EXCHANGE_STATE;
}

const char *circuit_state_name(enum circuit_state state)
{
    static const char *const names[CST_N] = {
        [CST_DISCONNECTED] = "DISCONNECTED",
        [CST_START] = "CIRCUIT_START",
        [CST_PENDING] = "CIRCUIT_PENDING",
        [CST_ESTABLISHED] = "CIRCUIT_ESTABLISHED",
        [CST_CONNECT_PENDING] = "CONNECT_PENDING",
        [CST_CONTACT_PENDING] = "CONTACT_PENDING",
        [CST_CONNECTED] = "CONNECTED",
        [CST_DISCONNECT_PENDING] = "DISCONNECT_PENDING",
        [CST_RESTART] = "CIRCUIT_RESTART",
    };
    return names[state];
}

const char *peer_cause_text(enum peer_cause cause)
{
    static const char *const text[PEER_CAUSE_N] = {
        [PEER_CAUSE_NONE] = "is not gone",
        [PEER_CAUSE_LOCAL] = "was ended here",
        [PEER_CAUSE_HALTED] = "was ended by the partner (HALT_DL)",
        [PEER_CAUSE_NOACK] =
            "was ended by the partner, which does not know it or has lost it (HALT_DL_NOACK)",
        [PEER_CAUSE_NOT_FOUND] = "found no station: the partner does not answer for that MAC address and SAP",
        [PEER_CAUSE_NO_ANSWER] = "got no answer from the partner in time",
        [PEER_CAUSE_CREDIT] = "was ended here: the partner broke the rules of flow control",
        [PEER_CAUSE_STOPPED] = "was stopped here",
        [PEER_CAUSE_REFUSED] = "refused the TCP connection",
        [PEER_CAUSE_CLOSED] = "closed the TCP connection",
        [PEER_CAUSE_RESET] = "reset the TCP connection",
        [PEER_CAUSE_TIMED_OUT] = "no longer answers on the TCP connection",
        [PEER_CAUSE_PROTOCOL] = "sent what is no DLSw message",
        [PEER_CAUSE_NO_CAPEX] = "began without a capabilities exchange: it does not follow RFC 1795",
        [PEER_CAUSE_CAPEX_TIME] = "did not open its TCP connection or exchange capabilities in time",
        [PEER_CAUSE_CAPEX_BAD] = "sent capabilities that were refused",
        [PEER_CAUSE_CAPEX_REFUSED] = "refused the capabilities of this node",
        [PEER_CAUSE_KEEPALIVE] = "has sent nothing for longer than the keepalive limit",
        [PEER_CAUSE_STALLED] = "has not read anything for longer than the keepalive limit",
    };
    return text[cause];
}
