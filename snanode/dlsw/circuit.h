/* circuit.h - one circuit: its nine states, and what it keeps.  Layer: dlsw (pure).
 * The states of the standard without those in which a switch waits for its LAN: there is none [L5].
 * [DLSW: DLSw State Machine] */
#ifndef SNA_DLSW_CIRCUIT_H
#define SNA_DLSW_CIRCUIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/dlsw/ssp.h"
#include "snanode/dlsw/window.h"

enum circuit_state {
    CST_DISCONNECTED,       /* looking for the station, or offered to the user */
    CST_START,              /* CANUREACH_cs is sent */
    CST_PENDING,            /* ICANREACH_cs is sent */
    CST_ESTABLISHED,        /* XIDs flow */
    CST_CONNECT_PENDING,    /* CONTACT is sent */
    CST_CONTACT_PENDING,    /* CONTACT has come: the user has to answer */
    CST_CONNECTED,          /* PIUs flow */
    CST_DISCONNECT_PENDING, /* HALT_DL is sent */
    CST_RESTART,            /* RESTART_DL is sent */
    CST_N
};

enum circuit_input {
    /* of the partner */
    CIN_FOUND,             /* ICANREACH_ex */
    CIN_CROSSED,           /* its CANUREACH_cs for the same pair goes before ours */
    CIN_ICANREACH,         /* ICANREACH_cs */
    CIN_ICANREACH_CONTACT, /* ... and the user wants to contact */
    CIN_REACH_ACK,
    CIN_REACH_ACK_CONTACT,
    CIN_XID,
    CIN_XID_NONACTIVATION,
    CIN_CONTACT,
    CIN_CONTACTED,
    CIN_INFO,
    CIN_HALT,
    CIN_HALT_NOACK,
    CIN_HALTED,
    CIN_RESTART,
    CIN_RESTARTED,
    CIN_RESTARTED_CONTACT,
    CIN_BUSY,
    CIN_NOT_BUSY,
    CIN_TEST,
    /* of the user */
    CIN_U_OPEN,
    CIN_U_ACCEPT,
    CIN_U_XID,
    CIN_U_XID_NONACTIVATION,
    CIN_U_CONTACT,
    CIN_U_CONTACTED,
    CIN_U_PIU,
    CIN_U_RESTART,
    CIN_U_HALT, /* also when the partner breaks the rules of flow control */
    /* of neither */
    CIN_TIMER,
    CIN_LOST, /* the transport */
    CIN_N
};

enum circuit_output {
    COUT_IGNORED = 0,     /* a cell nobody wrote: no change */
    COUT_EXPLORE,         /* send CANUREACH_ex */
    COUT_CANUREACH,       /* send CANUREACH_cs */
    COUT_ICANREACH,       /* send ICANREACH_cs */
    COUT_ACK,             /* send REACH_ACK, tell the user */
    COUT_ACK_CONTACT,     /* ... and send CONTACT */
    COUT_UP,              /* tell the user */
    COUT_UP_CONTACT,      /* ... and send CONTACT */
    COUT_REFUSE,          /* send HALT_DL_NOACK for the other circuit of a second ICANREACH_cs */
    COUT_SEND,            /* send the message that the user gave */
    COUT_GIVE,            /* give the user what came */
    COUT_KEEP_CONTACT,    /* CONTACT is sent as soon as it can be */
    COUT_HALTED,          /* send DL_HALTED */
    COUT_HALTED_DOWN,     /* ... and the circuit is over */
    COUT_DOWN,            /* the circuit is over */
    COUT_RESTARTED,       /* send DL_RESTARTED, tell the user */
    COUT_RESTARTED_ALONE, /* send DL_RESTARTED */
    COUT_TELL_RESTARTED,  /* tell the user */
    COUT_TELL_CONTACT,    /* ... and send CONTACT */
    COUT_HALT,            /* send HALT_DL, unless it is what the user gave */
    COUT_TEST,            /* send TEST_CIRCUIT_RSP */
    COUT_N
};

/* Why a circuit or a partner is gone. */
enum peer_cause {
    PEER_CAUSE_NONE,
    /* of a circuit */
    PEER_CAUSE_LOCAL,     /* the user ended it */
    PEER_CAUSE_HALTED,    /* HALT_DL */
    PEER_CAUSE_NOACK,     /* HALT_DL_NOACK */
    PEER_CAUSE_NOT_FOUND, /* the partner does not know the station */
    PEER_CAUSE_NO_ANSWER, /* a message that had to be answered was not, in time */
    PEER_CAUSE_CREDIT,    /* the partner broke the rules of flow control */
    /* of the partner, and with it of all its circuits */
    PEER_CAUSE_STOPPED, /* peer_stop() */
    PEER_CAUSE_REFUSED, /* TCP: nobody listens */
    PEER_CAUSE_CLOSED,  /* TCP: the partner closed */
    PEER_CAUSE_RESET,
    PEER_CAUSE_TIMED_OUT,
    PEER_CAUSE_PROTOCOL,      /* what came is no message */
    PEER_CAUSE_NO_CAPEX,      /* the first message is no capabilities exchange */
    PEER_CAUSE_CAPEX_TIME,    /* the second connection, or the capabilities exchange, took too long */
    PEER_CAUSE_CAPEX_BAD,     /* we refused its capabilities */
    PEER_CAUSE_CAPEX_REFUSED, /* it refused ours */
    PEER_CAUSE_KEEPALIVE,     /* nothing came for too long */
    PEER_CAUSE_STALLED,       /* it does not read */
    PEER_CAUSE_N
};

/* For events: a sentence without its subject. */
const char *peer_cause_text(enum peer_cause cause);

struct circuit {
    uint32_t id; /* our correlator: idtab */
    struct ssp_address local, remote;
    bool origin;          /* we sent CANUREACH_cs */
    struct ssp_id theirs; /* what the partner calls it */
    uint32_t their_transport;
    uint8_t state;      /* enum circuit_state */
    uint8_t cause;      /* enum peer_cause: why it ends, once it does */
    uint8_t lf;         /* largest frame, a code */
    bool offered;       /* DISCONNECTED: the user has yet to accept it */
    bool wants_contact; /* COUT_KEEP_CONTACT */
    bool busy;          /* the partner said ENTER_BUSY */
    bool wants_ready;   /* a PIU was refused: tell when one can go */
    uint64_t deadline;  /* ms; UINT64_MAX = none */
    struct window_out out;
    struct window_in in;
};

/* Change the state as the table says.  Returns what is to be done then. */
enum circuit_output circuit_step(struct circuit *c, enum circuit_input in);

/* The cell of the table, for tests: its output, and its state in *NEXT. */
enum circuit_output circuit_cell(enum circuit_input in, enum circuit_state state, enum circuit_state *next);

/* Whether the state is one that must not last. */
bool circuit_is_timed(const struct circuit *c);

/* Whether an XID of N octets is a nonactivation XID3, the only kind that may come when the station is in
 * contact. */
bool circuit_is_nonactivation(const uint8_t *xid, size_t n);

/* For the log. */
const char *circuit_state_name(enum circuit_state state);

#endif
