/* session.h - the sessions of one LU pair and mode: limits, contention winners, who waits.  Layer: node
 * (pure).  What it decides, and why: docs/decisions/sessions.md.  A pool belongs to a pair of LUs, so that
 * two local LUs that are partners of each other share one; each of the two LUs has its own view of the limits
 * (at[]), as two nodes would, and CNOS keeps the views alike (node/cnos.h). */
#ifndef SNA_NODE_SESSION_H
#define SNA_NODE_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/base/err.h"
#include "snanode/base/list.h"
#include "snanode/base/names.h"
#include "snanode/lu62/activate.h"
#include "snanode/config/config.h"

struct node;
struct node_effects;

enum session_state { SESSION_IDLE, SESSION_BUSY, SESSION_STATE_N };

struct session {
    struct list link;      /* on its pool's sessions, oldest first */
    struct list idle_link; /* on its pool's idle sessions, the one used last first */
    struct session_pool *pool;
    uint32_t id;     /* unique in this node */
    uint8_t winner;  /* which LU of the pool is contention winner: 0 or 1 */
    uint8_t primary; /* which LU sent the BIND */
    bool kept;       /* activated by an operator or automatically: not unbound for being idle */
    bool ending;     /* to be unbound when its conversation is over */
    uint32_t conv;   /* conversation that has it, 0 = idle */
    struct activate_session agreed; /* index 0 is the primary */
    uint8_t sid[8];                 /* session instance identifier of the BIND */
    uint64_t since_ms;              /* when it became active */
    uint64_t idle_since_ms;
    uint64_t conversations; /* served so far */
    uint64_t bids;          /* ... of those that the contention loser began */
};

/* The limits of a pool as one of its LUs has them. */
struct mode_limits {
    unsigned limit;       /* sessions at once; 0 = reset */
    unsigned min_winners; /* guaranteed contention winners of this LU */
    unsigned min_losers;  /* ... of its partner */
    bool drain_self;      /* at limit 0: Allocates of this LU that wait are still served */
    bool drain_partner;
    bool responsible; /* for taking sessions down at limit 0 */
    bool locked;      /* its CNOS request has not been answered */
};

enum limits_from {
    LIMITS_UNSET,
    LIMITS_MODE,
    LIMITS_CNOS
}; /* nobody yet, the definition, an operator or partner */

/* Two LUs that have pools, one for each mode. */
struct lu_pair {
    struct list link;  /* on the node's pairs */
    struct list pools; /* by pair_link */
    bool parallel;     /* else one session at a time, whatever the mode */
    unsigned active;   /* sessions of all modes */
};

struct session_pool {
    struct list link; /* on the node's pools */
    struct list pair_link;
    struct lu_pair *pair;
    char lu[2][NAME_ROOM8]; /* aliases; [0] is always a local LU; [1] "" for a partner that has none */
    char fq[2][NAME_FQ_ROOM];
    char mode[NAME_ROOM8];
    bool local_pair; /* both LUs are this node's */
    bool high_priority;
    bool implicit; /* the mode is not defined: it has another one's values */
    enum limits_from limits_from;
    struct mode_limits at[2];
    unsigned defined_limit, defined_winners, defined_losers; /* of the mode's definition */
    uint8_t begun_by; /* whose winners the definition's are: the LU that put it in force */
    unsigned auto_activate;
    struct activate_offer offer[2]; /* what each LU brings to a session */
    struct list sessions;
    struct list idle[2]; /* idle sessions by winner */
    struct list waiters; /* conversations that wait for a session, oldest first */
    unsigned active, in_use, waiting;
    unsigned winners[2];    /* active sessions by winner */
    unsigned conversations; /* that belong here: waiting, on a session, or cut and not yet over */
    uint64_t activations, unbinds;
};

/* ---- pool.c ---- */

/* The pool of LU and its partner for MODE, made if there is none.  *SIDE: which of its LUs LU is.  NULL when
 * out of memory.  IMPLICIT: MODE only lends its values to the mode called NAME. */
struct lu_partner;
struct session_pool *pool_find(struct node *n, const struct cfg_lu *lu, const struct lu_partner *partner,
                               const struct cfg_mode *mode, const char *name, uint8_t *side);
/* ... NULL if there is none yet. */
struct session_pool *pool_lookup(const struct node *n, const struct cfg_lu *lu,
                                 const struct lu_partner *partner, const char *name, uint8_t *side);
/* Values of MODE, for what comes from now on.  Limits that a CNOS has set stay. */
void pool_set_mode(struct session_pool *p, const struct cfg_mode *mode);
/* Consumes the pool and its sessions; nothing may wait in it. */
void pool_free(struct session_pool *p);
/* Set both LUs' limits, seen from LU number SIDE. */
void pool_set_limits(struct session_pool *p, unsigned side, unsigned limit, unsigned winners,
                     unsigned losers);
/* Unbind idle sessions that are above the limit; busy ones follow as they are released. */
void pool_trim(struct node *n, struct session_pool *p, uint64_t now_ms);
/* 0 when one more session with this winner keeps within the limits, else the sense that refuses the BIND. */
uint32_t pool_admits(const struct session_pool *p, unsigned winner);
/* ... and, for a session that this node activates, within its margin below them. */
uint32_t pool_may_activate(const struct node *n, const struct session_pool *p, unsigned winner);

/* A session for a conversation that LU number SIDE begins: an idle contention winner, a new session that it
 * wins, an idle loser (by a bid), a new session that it loses.  IMMEDIATE: an idle contention winner or
 * nothing [S7].  NULL: none now; *SENSE says why when waiting would not help (else 0). */
struct session *pool_take(struct node *n, struct session_pool *p, unsigned side, bool immediate,
                          uint32_t conv, uint64_t now_ms, uint32_t *sense);

/* ---- session.c ---- */

const char *session_state_name(enum session_state s);
struct session *session_by_id(const struct node *n, uint32_t id);

/* Activate a session of P by a BIND from LU number SIDE; the image is encoded, decoded and answered by the
 * other LU, and its answer checked.  NULL with *E: the sense of whoever refused. */
struct session *session_activate(struct node *n, struct session_pool *p, unsigned side, bool wants_winner,
                                 uint64_t now_ms, struct sna_err *e);

/* What a BIND that arrived (N octets at RU) leads to on the secondary's side: the LU it is for, its partner
 * and mode [S16], the limits, and the answer.  0 with the pool, which LU of it is the primary, and the
 * positive response in RSP; -1 with *E, the sense of the negative one. */
struct bind_reply {
    struct session_pool *pool;
    uint8_t primary;
    uint8_t ru[BIND_MAX];
    size_t n;
};
int session_answer_bind(struct node *n, const uint8_t *ru, size_t len, struct bind_reply *rsp,
                        struct sna_err *e) __attribute__((warn_unused_result));
/* A session that a remote primary's BIND has made, now that the answer R is on its way. */
struct session *session_accepted(struct node *n, const struct bind_reply *r, uint64_t now_ms);

/* The answer to a bid for S by its contention loser: 0 granted, or the sense of the refusal. */
uint32_t session_bid(const struct session *s);

/* The conversation on S is over; S is idle, or unbound when it was to go. */
void session_release(struct node *n, struct session *s, uint64_t now_ms);
/* S is over: TYPE and SENSE of the UNBIND (wire/unbind.h).  Its conversation, if any, is the caller's
 * business. */
void session_unbind(struct node *n, struct session *s, uint8_t type, uint32_t sense);
/* Unbind what has been idle for longer than allowed; returns when that may next be so, UINT64_MAX = not
 * foreseen. */
uint64_t session_tick(struct node *n, uint64_t now_ms);

/* Largest RU that both ends of S take and send, octets. */
uint32_t session_max_ru(const struct session *s);

#endif
