/* peer.h - one DLSw partner: its TCP connections, its capabilities, its circuits.  Layer: dlsw (pure).
 * [DLSW: Transport Connection; DLSW: Capabilities Exchange Formats/Protocol; DLSW: DLSw State Machine]
 *
 * Octets and time go in, octets and effects come out; what a circuit carries is not looked at.  After each
 * call the caller carries out the effects (peer_effect_next) until there are none, and writes what
 * peer_output() has. The node is one station with one MAC address [L6].  A partner that floods, stalls or
 * sends garbage costs itself alone: its memory is taken when it is made, and grows no more. */
#ifndef SNA_DLSW_PEER_H
#define SNA_DLSW_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/dlsw/capex.h"
#include "snanode/dlsw/circuit.h"
#include "snanode/dlsw/ssp.h"

struct peer;

/* A partner has two TCP connections, each written by who opened it, or one for both directions. */
enum peer_conn {
    PEER_OURS,   /* we opened it, to port 2065 of the partner */
    PEER_THEIRS, /* the partner opened it, to ours */
    PEER_CONNS
};

struct peer_params {
    uint8_t mac[SSP_MAC_LEN]; /* of this node's station */
    struct capex caps;        /* what we say of us; the SAPs are those that are answered for */
    unsigned lf;              /* octets of the largest frame */
    bool single;              /* one TCP connection from the start, opened by either side */
    unsigned max_circuits;
    uint64_t capex_ms;   /* from the first TCP connection to the end of the capabilities exchange */
    uint64_t settle_ms;  /* how long the partner may take to close the second connection */
    uint64_t circuit_ms; /* how long a circuit may wait for an answer */
    uint64_t keepalive_ms;
    unsigned keepalive_limit; /* so many intervals of silence end the partner; 0 = never */
};

/* Defaults, for a station with this MAC address and SAP. */
void peer_params_init(struct peer_params *params, const uint8_t mac[SSP_MAC_LEN], uint8_t sap);

enum peer_effect_kind {
    /* of the partner */
    PEER_FX_UP,    /* circuits can be opened */
    PEER_FX_CLOSE, /* close CONN; what was written to it before is still to be sent */
    PEER_FX_LOST,  /* the partner is gone, for CAUSE, and all circuits with it; it may be connected anew */
    /* of the circuit ID */
    PEER_FX_OFFERED,     /* the partner wants a circuit from REMOTE to LOCAL: peer_accept() or peer_halt() */
    PEER_FX_ESTABLISHED, /* XIDs may be sent; LF is the largest frame */
    PEER_FX_XID,         /* an XID has come: DATA */
    PEER_FX_CONTACT,     /* the partner's station contacts ours: peer_contacted() */
    PEER_FX_CONTACTED,   /* it has answered: PIUs may be sent */
    PEER_FX_PIU,         /* a PIU has come: DATA; peer_take() when there is room for another one */
    PEER_FX_READY,       /* a PIU was refused, and would be taken now */
    PEER_FX_RESTARTED,   /* all sessions are over; XIDs may be sent again */
    PEER_FX_DOWN,        /* the circuit is gone, for CAUSE */
};

struct peer_effect {
    uint8_t kind;  /* enum peer_effect_kind */
    uint8_t conn;  /* enum peer_conn */
    uint8_t cause; /* enum peer_cause */
    uint32_t id;
    unsigned lf; /* octets */
    struct ssp_address local, remote;
    const uint8_t *data; /* valid until the next peer_input() */
    size_t n;
    struct capex_faults faults; /* of LOST with PEER_CAUSE_CAPEX_BAD and _REFUSED */
};

/* A partner without connections.  NULL when there is no memory.  PARAMS is copied. */
struct peer *peer_new(const struct peer_params *params);
void peer_free(struct peer *p);

/* The next effect, in order, into *E; false when there is none. */
bool peer_effect_next(struct peer *p, struct peer_effect *e);

/* ---- TCP ---- */

/* CONN is there.  ORDER is above 0 when our end has the higher IP address, below 0 when the partner has it,
 * and 0 when they are equal [L9].  False when such a connection is there already, or with params.single any:
 * the caller closes this one. */
bool peer_connected(struct peer *p, enum peer_conn conn, int order, uint64_t now);

/* CONN is lost, or closed by the partner (PEER_CAUSE_CLOSED and those behind it). */
void peer_disconnected(struct peer *p, enum peer_conn conn, enum peer_cause cause, uint64_t now);

/* Octets have come on CONN.  Takes them up to the end of one message.  Returns how many; fewer than N mean:
 * carry out the effects, then call again with the rest, if peer_takes_input(). */
size_t peer_input(struct peer *p, enum peer_conn conn, const uint8_t *data, size_t n, uint64_t now);

/* False while the partner does not read what we have for it: then nothing more is read from it either.  False
 * also while only one of two connections is there, for no answer could be sent. */
bool peer_takes_input(const struct peer *p);

/* Octets that are to be written to CONN: *DATA, and how many.  peer_sent() says how many were. */
size_t peer_output(const struct peer *p, enum peer_conn conn, const uint8_t **data);
void peer_sent(struct peer *p, enum peer_conn conn, size_t n, uint64_t now);

/* End it: PEER_FX_LOST with PEER_CAUSE_STOPPED. */
void peer_stop(struct peer *p, uint64_t now);

bool peer_is_up(const struct peer *p);

/* The partner's capabilities; NULL before they have come. */
const struct capex *peer_caps(const struct peer *p);

/* When peer_tick() is to be called, in ms; UINT64_MAX = not at all. */
uint64_t peer_deadline(const struct peer *p);
void peer_tick(struct peer *p, uint64_t now);

/* ---- circuits ---- */

/* Open a circuit from our SAP to REMOTE.  ROOM is how many PIUs the user can take: as peer_take().  Returns
 * its id, or 0 when the partner is not up, has too many circuits, or has one for this pair. */
uint32_t peer_open(struct peer *p, uint8_t sap, const struct ssp_address *remote, uint32_t room,
                   uint64_t now);

/* Accept what PEER_FX_OFFERED said. */
bool peer_accept(struct peer *p, uint32_t id, uint32_t room, uint64_t now);

/* What follows returns false when the circuit is not there, or its state does not allow it. */
bool peer_send_xid(struct peer *p, uint32_t id, const uint8_t *xid, size_t n, uint64_t now);
bool peer_contact(struct peer *p, uint32_t id, uint64_t now);
bool peer_contacted(struct peer *p, uint32_t id, uint64_t now);

/* False also when the partner has not granted it, is busy, or does not read; PEER_FX_READY comes then. */
bool peer_send_piu(struct peer *p, uint32_t id, const uint8_t *piu, size_t n, uint64_t now);

/* The user can take UNITS more PIUs.  Never are more granted than that. */
bool peer_take(struct peer *p, uint32_t id, uint32_t units, uint64_t now);

/* End all sessions, and begin with XIDs again: PEER_FX_RESTARTED when the partner has answered. */
bool peer_restart(struct peer *p, uint32_t id, uint64_t now);

/* End the circuit: PEER_FX_DOWN, when the partner has answered. */
bool peer_halt(struct peer *p, uint32_t id, uint64_t now);

/* For show and tests; NULL when it is not there. */
const struct circuit *peer_circuit(const struct peer *p, uint32_t id);

#endif
