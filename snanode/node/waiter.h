/* waiter.h - who waits for a session of a pool: an Allocate, an activation that an administrator asked for,
 * the node's own CNOS.  Layer: node (pure). All wait in one queue, and are told in one way: that they have a
 * session, or why they get none.  A waiter may have a session *starting*: one that is being bound, or bid
 * for, because of it.  If that comes to nothing the waiter is told why; if the waiter goes away, the session
 * serves somebody else or is idle. */
#ifndef SNA_NODE_WAITER_H
#define SNA_NODE_WAITER_H

#include <stdbool.h>
#include <stdint.h>

#include "snanode/base/list.h"

struct node;
struct node_effects;
struct session;
struct session_pool;
struct waiter;

/* Why there is no session: the return code of an Allocate, the sense, and of a failed CNOS its code. */
struct waiter_refusal {
    uint16_t rc;
    uint32_t sense;
    int cnos; /* enum cnos_code */
};

struct waiter_kind {
    bool wants_new; /* a session that is begun because of it, and that is left idle; else any that can be had
                     */
    bool timed;     /* AllocateWait ends it */
    /* W is off the queue, and S is its own: in the bracket that W's LU may begin.  Whoever wants_new leaves
     * it. */
    void (*gets)(struct node *n, struct waiter *w, struct session *s, uint64_t now_ms,
                 struct node_effects *fx);
    /* W is off the queue, and gets none. */
    void (*refused)(struct node *n, struct waiter *w, const struct waiter_refusal *why, uint64_t now_ms,
                    struct node_effects *fx);
};

struct waiter {
    struct list link; /* on its pool's waiters, while it waits */
    const struct waiter_kind *kind;
    struct session_pool *pool;
    struct session *starting; /* on its behalf; NULL = none */
    uint64_t since_ms;
    uint8_t side;     /* which LU of the pool it wants to begin a bracket */
    uint8_t polarity; /* enum order_polarity: who is to win a new session */
    bool immediate;   /* an idle session that its LU wins, as soon as the pool has its limits, or none */
    bool no_queue;    /* ... or one that can be begun now; it does not stand behind others */
    bool no_bind;     /* the partner has refused a BIND for its limits: while there are sessions to wait for,
                       * there is no use in another one */
};

/* Whether W does not stand in line: whatever comes free is of no use to it. */
bool waiter_apart(const struct waiter *w);
/* W, with all fields set but LINK and STARTING, waits in its pool from now on. */
void waiter_add(struct node *n, struct waiter *w, uint64_t now_ms);
/* S is being bound, or bid for, on behalf of W. */
void waiter_starts(struct waiter *w, struct session *s);
/* The first of LU number SIDE that has no session starting; NULL: none. */
struct waiter *waiter_unserved(const struct session_pool *p, unsigned side);
/* It does not wait any more, nor does the session that is starting for it know it. */
void waiter_remove(struct node *n, struct waiter *w);
/* End it: off the queue, and refused. */
void waiter_refuse(struct node *n, struct waiter *w, const struct waiter_refusal *why, uint64_t now_ms,
                   struct node_effects *fx);
/* The session that was starting for W is its own to begin a bracket on. */
void waiter_started(struct node *n, struct waiter *w, uint64_t now_ms, struct node_effects *fx);
/* ... has come to nothing, and SENSE says why; 0: the bid for it was refused. */
void waiter_start_failed(struct node *n, struct waiter *w, uint32_t sense, uint64_t now_ms,
                         struct node_effects *fx);

/* Give the sessions that are idle to those who have waited longest, and begin others as the limits allow. */
void waiters_serve(struct node *n, struct session_pool *p, uint64_t now_ms, struct node_effects *fx);
/* The limit is 0 now: refuse those whose LU does not drain. */
void waiters_refuse_closed(struct node *n, struct session_pool *p, uint64_t now_ms, struct node_effects *fx);
/* The partner's limits are other ones now: there is use in a BIND for whoever waits in P. */
void waiters_may_bind(struct session_pool *p);
/* Refuse all that wait in P. */
void waiters_refuse_all(struct node *n, struct session_pool *p, const struct waiter_refusal *why,
                        uint64_t now_ms, struct node_effects *fx);
/* Refuse those that have waited too long.  Returns when the next one may have to be refused. */
uint64_t waiters_tick(struct node *n, uint64_t now_ms, struct node_effects *fx);

#endif
