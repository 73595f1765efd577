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
#include "snanode/base/hash.h"
#include "snanode/base/list.h"
#include "snanode/base/names.h"
#include "snanode/config/config.h"
#include "snanode/lu62/activate.h"
#include "snanode/lu62/halfstate.h"
#include "snanode/lu62/pwsubst.h"
#include "snanode/lu62/verify.h"
#include "snanode/node/path.h"

struct node;
struct node_effects;
struct exchange;
struct waiter;

/* As a person sees it. */
enum session_state { SESSION_IDLE, SESSION_BUSY, SESSION_BINDING, SESSION_ENDING, SESSION_STATE_N };

/* Session security of one end, where the BIND or its answer says something of it (secure.c). */
struct half_secure {
    struct verify verify;
    bool keyed; /* the pair has a key, as configured when the BIND flowed */
    uint8_t key[CIPHER_N];
    bool substitutes; /* for passwords flow on the session, and Attaches have numbers */
    struct pwsubst subst;
};

/* One end of a session: that of one LU, which is this node's. */
struct half {
    struct hash_node by_path; /* in the node's table of paths, when it has a path */
    struct path path;         /* what arrives for it comes from here */
    enum half_state state;    /* HALF_RESET before the BIND, HALF_NONE: the LU is not ours */
    uint16_t snf;             /* of its BIND or UNBIND that has no answer yet */
    bool rtr_owed;            /* a bid was refused, and the next bracket promised */
    bool is_second;           /* which end this is */
    bool has_path;
    uint8_t partner_takes;      /* byte 23 of the partner's BIND or answer: what it takes in Attaches */
    struct half_secure *secure; /* NULL: no key, no substitutes, as between most LUs of this node */
};

struct session {
    struct list link;        /* on its pool's sessions, oldest first */
    struct list idle_link;   /* on its pool's idle sessions, the one used last first */
    struct list news_link;   /* on the node's news: activated, bid answered, or over */
    struct list ending_link; /* on the node's sessions_ending: the partner has to answer BIS, or to UNBIND */
    struct session_pool *pool;
    uint32_t id;     /* unique in this node */
    uint8_t winner;  /* which LU of the pool is contention winner: 0 or 1 */
    uint8_t primary; /* which LU sent the BIND */
    bool kept;       /* activated by an operator or automatically: not unbound for being idle */
    bool ending;     /* to be unbound when its conversation is over */
    bool held;       /* counts in what the pool may have: from BIND to UNBIND */
    bool counted;    /* ... and is active: conversations may have it */
    bool bb_due;     /* the first request of the bracket has to say BB: no bid and no BIND has begun it */
    bool led;        /* an FMH-12 of ours has begun the first chain of the bracket, which is still open */
    bool granted;    /* the bracket that a BIND or a bid of this LU has begun, and that is nobody's yet */
    uint32_t conv;   /* conversation that has it, 0 = none, CONV_CONTROL: the exchange */
    struct waiter *claim;           /* who had it bound, or bid for it */
    struct exchange *exchange;      /* CNOS of this node that has it */
    struct half half[2];            /* by LU of the pool */
    struct bind *bind;              /* as sent, until it is answered */
    struct gathered *gathered;      /* CNOS request that comes in several RUs */
    uint32_t sense;                 /* why it is over */
    struct activate_session agreed; /* index 0 is the primary */
    uint8_t sid[8];                 /* session instance identifier of the BIND */
    uint64_t since_ms;              /* when it became active */
    uint64_t idle_since_ms;
    uint64_t ending_since_ms; /* of ending_link */
    uint64_t conversations;   /* served so far */
    uint64_t bids;            /* ... of those that the contention loser began */
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
    struct list link; /* on the node's pairs */
    struct hash_node by_names;
    struct list pools; /* by pair_link */
    bool parallel;     /* else one session at a time, whatever the mode */
    unsigned active;   /* sessions of all modes */
    unsigned held;     /* ... with those that are being bound, or are ending */
    bool had_some;     /* since somebody asked last (GET_LU_STATUS), ACTIVE has not been 0 */
};

struct session_pool {
    struct list link; /* on the node's pools */
    struct list pair_link;
    struct list touched; /* on the node's list of pools in which something has changed */
    struct lu_pair *pair;
    char lu[2][NAME_ROOM8]; /* aliases; [0] is always a local LU; [1] "" for a partner that has none */
    char fq[2][NAME_FQ_ROOM];
    char mode[NAME_ROOM8];
    bool local_pair;             /* both LUs are this node's */
    struct hash_node by_session; /* of a guest */
    bool guest; /* of conversations whose session is another machine's (guest.c): never has one */
    bool high_priority;
    bool implicit; /* the mode is not defined: it has another one's values */
    enum limits_from limits_from;
    enum limits_from renewed; /* where they were from, while they are agreed anew; else UNSET */
    struct mode_limits at[2];
    unsigned defined_limit, defined_winners, defined_losers; /* of the mode's definition */
    uint8_t begun_by; /* whose winners the definition's are: the LU that put it in force */
    unsigned auto_activate;
    unsigned automatic;       /* sessions that are begun without anybody asking for them (automatic.c) */
    uint8_t automatic_side;   /* ... by this LU */
    bool automatic_again;     /* ... not for the first time, since one of the pool has become active */
    uint64_t automatic_at_ms; /* ... again then, because they were refused; 0 = never */
    struct activate_offer offer[2]; /* what each LU brings to a session */
    struct list sessions;
    struct list idle[2]; /* idle sessions by winner */
    struct list waiters; /* struct waiter: who waits for a session, oldest first */
    unsigned active, in_use, waiting;
    unsigned n_apart;        /* of those that wait: waiter_apart() */
    unsigned winners[2];     /* active sessions by winner */
    unsigned held;           /* sessions from BIND to UNBIND: what the limits count */
    unsigned held_won[2];    /* ... by winner */
    struct exchange *first;  /* the CNOS of its first use is under way */
    uint32_t carrier_wanted; /* has been asked for, 0 = none */
    unsigned conversations;  /* that belong here: waiting, on a session, or cut and not yet over */
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
/* What LU and its partner have in all modes; NULL: nothing yet. */
struct lu_pair *pair_lookup(const struct node *n, const struct cfg_lu *lu, const struct lu_partner *partner);
/* Values of MODE, for what comes from now on.  Limits that a CNOS has set stay. */
void pool_set_mode(struct session_pool *p, const struct cfg_mode *mode);
/* Consumes the pool; nothing may wait in it, and its sessions are freed already. */
void pool_free(struct session_pool *p);
/* Set both LUs' limits, seen from LU number SIDE. */
void pool_set_limits(struct session_pool *p, unsigned side, unsigned limit, unsigned winners,
                     unsigned losers);
/* 0 when one more session with this winner keeps within the limits, else the sense that refuses the BIND. */
uint32_t pool_admits(const struct session_pool *p, unsigned winner);
/* ... for the BIND that came for S, which is counted if there is one (a local primary has it counted).  Where
 * both LUs send BINDs for the last place, the LU with the lower name (number SECONDARY) gives way [S26]. */
uint32_t pool_admits_bind(const struct session_pool *p, unsigned secondary, unsigned winner,
                          const struct session *s);
/* ... for a session that this node activates, within its margin below the limits. */
uint32_t pool_may_activate(const struct node *n, const struct session_pool *p, unsigned winner);
/* The idle session with this winner that was used last, NULL = none. */
struct session *pool_idle(const struct session_pool *p, unsigned winner);
/* The session that has been idle for longest, NULL = none. */
struct session *pool_oldest_idle(const struct session_pool *p);
/* Something has changed in P: who waits is looked at when the input has been dealt with (node/work.c). */
void pool_touch(struct node *n, struct session_pool *p);

/* ---- session.c: what this node does with its sessions; RUs go out as effects ---- */

enum session_state session_state(const struct session *s);
const char *session_state_name(enum session_state s);
struct session *session_by_id(const struct node *n, uint32_t id);
/* The session one of whose ends has this path, and which end; NULL: none. */
struct session *session_by_path(const struct node *n, const struct path *path, unsigned *side);

/* Begin a session of P by a BIND from LU number SIDE; what becomes of it is told to CLAIM (may be NULL) by
 * node/work.c.  NULL: it cannot be begun; *E says why, with sense 0 when it only has to wait for its carrier.
 */
struct session *session_activate(struct node *n, struct session_pool *p, unsigned side, bool wants_winner,
                                 struct waiter *claim, uint64_t now_ms, struct node_effects *fx,
                                 struct sna_err *e);

/* What a BIND that arrived (N octets at RU) leads to on the secondary's side: the LU it is for, its partner
 * and mode [S16], the limits, and the answer.  S: the session that it belongs to, when the primary is this
 * node's own LU; else NULL.  0 with the pool, which LU of it is the primary, and the positive response in
 * RSP; -1 with *E, the sense of the negative one. */
struct bind_reply {
    struct session_pool *pool;
    uint8_t primary;
    uint8_t ru[BIND_MAX];
    size_t n;
    struct half_secure secure; /* of the secondary's end */
    uint8_t partner_takes;     /* likewise */
};
int session_answer_bind(struct node *n, const struct session *s, const uint8_t *ru, size_t len,
                        struct bind_reply *rsp, struct sna_err *e) __attribute__((warn_unused_result));

/* A session of P that is not bound yet, with LU number PRIMARY as primary.  NULL: out of memory. */
struct session *session_new(struct node *n, struct session_pool *p, unsigned primary);
void session_free(struct node *n, struct session *s);
/* End SIDE of S is reached by PATH from now on. */
void session_set_path(struct node *n, struct session *s, unsigned side, struct path path);
/* What the BIND's answer says holds for S. */
void session_agree(struct session *s, const struct bind *rsp, uint64_t now_ms);

/* Take E to the table of states for end SIDE, and bring all counters into line.  False: not allowed there. */
bool session_step(struct node *n, struct session *s, unsigned side, enum half_event e, uint64_t now_ms);
/* ... when only what has the session has changed. */
void session_recount(struct node *n, struct session *s, uint64_t now_ms);

/* Send from end SIDE.  -1: no memory for RUs above EFFECTS_RU octets. */
int session_send(struct session *s, unsigned side, bool expedited, uint16_t snf, struct rh rh,
                 const uint8_t *ru, size_t n, struct node_effects *fx);

/* Who waits in the pool may be glad of S: somebody works it off (node/work.c). */
void session_news(struct node *n, struct session *s);

/* LU number SIDE begins a bracket on S, which is idle or was bound or bid for by it; CONV has it. */
void session_take(struct node *n, struct session *s, unsigned side, uint32_t conv, uint64_t now_ms);
/* LU number SIDE, the contention loser, bids for S, which is idle. */
void session_bid_for(struct node *n, struct session *s, unsigned side, struct waiter *claim, uint64_t now_ms,
                     struct node_effects *fx);
/* The answer to a bid for S by its contention loser: 0 granted, or the sense of the refusal. */
uint32_t session_bid(const struct session *s);
/* Nobody wants the bracket that a BIND or a bid has begun for LU number SIDE. */
void session_yield(struct node *n, struct session *s, unsigned side, uint64_t now_ms,
                   struct node_effects *fx);

/* The conversation on S is over; S is idle, or ends when it was to go. */
void session_release(struct node *n, struct session *s, uint64_t now_ms, struct node_effects *fx);
/* Whether end SIDE still has brackets to begin on S, which its partner begins none on any more: those that
 * wait for a session that SIDE wins, where the mode is to be drained. */
bool session_drains(const struct session *s, unsigned side);
/* S has come to rest, perhaps: end it, if it is to go, or offer it to the partner that bid for it. */
void session_rest(struct node *n, struct session *s, uint64_t now_ms, struct node_effects *fx);
/* BIS and its answer have crossed, and end SIDE has to UNBIND. */
void session_finish(struct node *n, struct session *s, unsigned side, struct node_effects *fx);
/* The partner begins no bracket any more, and end SIDE, between brackets, does not either. */
void session_answer_bis(struct node *n, struct session *s, unsigned side, uint64_t now_ms,
                        struct node_effects *fx);
/* Whoever has S has it no more. */
void session_forsake(struct session *s);
/* End S between brackets: BIS, its answer, UNBIND.  When a bracket is open, after it. */
void session_retire(struct node *n, struct session *s, uint64_t now_ms, struct node_effects *fx);
/* End S at once: TYPE and SENSE of the UNBIND (wire/unbind.h).  Its conversation, if any, is the caller's
 * business. */
void session_unbind(struct node *n, struct session *s, uint8_t type, uint32_t sense, uint64_t now_ms,
                    struct node_effects *fx);
/* Retire idle sessions of P above the limit; busy ones follow as they are released. */
void session_trim(struct node *n, struct session_pool *p, uint64_t now_ms, struct node_effects *fx);

/* ---- automatic.c ---- */

/* LU number SIDE begins COUNT sessions of P, which are kept when they are idle. */
void automatic_begin(struct node *n, struct session_pool *p, unsigned side, unsigned count, uint64_t now_ms,
                     struct node_effects *fx);
/* S has come to nothing, for SENSE: it is begun again later, if it is one of those. */
void automatic_refused(struct node *n, const struct session *s, uint32_t sense, uint64_t now_ms);
/* Begin those whose time has come; returns when the next ones are due. */
uint64_t automatic_tick(struct node *n, uint64_t now_ms, struct node_effects *fx);

/* ---- sessiontime.c ---- */

/* S has become idle: node_tick() is wanted when it has been so for too long. */
void session_wake(struct node *n, uint64_t now_ms);
/* The states of S have changed: what the partner has to do for its end is waited for from now on, or no more.
 */
void session_watch_end(struct node *n, struct session *s, uint64_t now_ms);
/* Retire what has been idle for longer than allowed, and unbind what its partner does not end; returns when
 * that may next be so, UINT64_MAX = not foreseen. */
uint64_t session_tick(struct node *n, uint64_t now_ms, struct node_effects *fx);

/* Largest RU that both ends of S take and send, octets. */
uint32_t session_max_ru(const struct session *s);

#endif
