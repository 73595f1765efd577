/* peer_internal.h - what the files of a partner share.  Layer: dlsw (pure). */
#ifndef SNA_DLSW_PEER_INTERNAL_H
#define SNA_DLSW_PEER_INTERNAL_H

#include "snanode/base/idtab.h"
#include "snanode/dlsw/outbox.h"
#include "snanode/dlsw/peer.h"
#include "snanode/dlsw/stream.h"

#define PEER_OUT_HIGH                                                                                        \
    65536u /* with so many octets unsent neither PIUs nor messages of the partner are taken */
#define PEER_NEVER UINT64_MAX
#define PEER_PORT  1 /* we have one port; it is part of the name of each circuit of ours */

enum peer_state {
    PEER_IDLE,     /* no TCP connection */
    PEER_HALF,     /* one of two */
    PEER_CAPEX,    /* capabilities are exchanged */
    PEER_SETTLING, /* the partner is to close our connection: nothing new is sent */
    PEER_ACTIVE,
    PEER_ENDING, /* our refusal is still to be sent */
};

struct peer {
    struct peer_params params;
    uint8_t state; /* enum peer_state */
    bool up[PEER_CONNS];
    int order;     /* of the IP addresses: above 0 when ours is the higher one */
    bool answered; /* the partner accepted our capabilities */
    bool they_cap; /* THEIRS is valid */
    bool they_keep_alive;
    bool stalled;      /* a message did not fit the outbox: peer_tick() ends the partner */
    uint8_t end_cause; /* of PEER_ENDING */
    struct capex theirs;
    struct capex_faults faults;
    uint32_t their_transport;
    uint64_t deadline; /* of the state, ms */
    uint64_t last_in, last_out, last_progress;
    struct stream in[PEER_CONNS];
    struct outbox out;
    size_t free_n; /* PEER_SETTLING: octets that may still go on our connection */
    struct idtab circuits;
    struct peer_effect *fx; /* a ring, for all that one call can lead to */
    size_t fx_from, fx_n, fx_cap;
};

/* ---- peer_send.c ---- */

void peer_effect_add(struct peer *p, struct peer_effect e);

/* Put a message into the outbox: its header, and N octets of data. */
void peer_put(struct peer *p, struct ssp *s, const uint8_t *data, size_t n, uint64_t now);

/* Put a message of circuit C, with what flow control has to say when TYPE can carry it. */
void peer_put_circuit(struct peer *p, struct circuit *c, uint8_t type, const uint8_t *data, size_t n,
                      uint64_t now);

/* ... with SSP_EXPLORER among FLAGS, or others. */
void peer_put_setup(struct peer *p, struct circuit *c, uint8_t type, uint8_t flags, uint64_t now);

/* Answer the explorer S. */
void peer_put_found(struct peer *p, const struct ssp *s, uint64_t now);

/* Answer S, which names no circuit. */
void peer_put_noack(struct peer *p, const struct ssp *s, uint64_t now);

/* Say with an IFCM what flow control has to say at once, if anything. */
void peer_put_flow(struct peer *p, struct circuit *c, uint64_t now);

/* ---- peer_circuit.c ---- */

/* A message that goes or comes: SSP's type, and its data. */
struct peer_carried {
    uint8_t type;
    const uint8_t *data;
    size_t n;
};
extern const struct peer_carried peer_nothing;

struct circuit *peer_circuit_by_id(const struct peer *p, uint32_t id); /* NULL when it is not there */

/* The circuit of this pair, whoever began it, or NULL. */
struct circuit *peer_circuit_by_pair(const struct peer *p, const struct ssp_address *local,
                                     const struct ssp_address *remote);

/* A circuit in CST_DISCONNECTED; NULL when there are as many as may be, or no memory. */
struct circuit *peer_circuit_new(struct peer *p, const struct ssp_address *local,
                                 const struct ssp_address *remote, uint64_t now);

/* The partner can take frames of LF at the most. */
void peer_circuit_smaller(struct circuit *c, uint8_t lf);

/* Why it ends; the first cause counts. */
void peer_circuit_end(struct circuit *c, enum peer_cause cause);

/* One input of circuit C: the state changes, and what the table says is done.  Returns the output; with
 * COUT_DOWN and COUT_HALTED_DOWN the circuit is no more. */
enum circuit_output peer_circuit_step(struct peer *p, struct circuit *c, enum circuit_input in,
                                      const struct peer_carried *m, uint64_t now);

/* Tell the user about circuit C. */
void peer_circuit_tell(struct peer *p, const struct circuit *c, enum peer_effect_kind kind);

bool peer_circuit_can_send(const struct peer *p, const struct circuit *c); /* a PIU */
void peer_circuit_ready(struct peer *p, struct circuit *c); /* tell a user who waits for that */

/* Whether there is flow control: both ends know each other. */
bool peer_circuit_has_flow(const struct circuit *c);

void peer_circuits_ready(struct peer *p);              /* the outbox has room again */
void peer_circuits_tick(struct peer *p, uint64_t now); /* timers */
uint64_t peer_circuits_deadline(const struct peer *p);
void peer_circuits_lost(struct peer *p, enum peer_cause cause, uint64_t now); /* all are over */

/* ---- peer_message.c ---- */

/* A message of a circuit, or of setting one up. */
void peer_message(struct peer *p, const struct ssp *s, const uint8_t *data, uint64_t now);

#endif
