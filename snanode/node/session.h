/* session.h - the sessions of one LU pair and mode: limits, contention winners, who waits.  Layer: node (pure).
 * Attach sheet 7.3, 7.8, 5.3.  A pool belongs to a pair of LUs, so that two local LUs that are partners of each
 * other share one. */
#ifndef SNA_NODE_SESSION_H
#define SNA_NODE_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "snanode/base/list.h"
#include "snanode/node/config.h"

struct session {
    struct list link;       /* on its pool's sessions, oldest first */
    struct session_pool *pool;
    uint32_t id;            /* unique in this node */
    uint8_t winner;         /* which LU of the pool is contention winner: 0 or 1 */
    uint32_t conv;          /* conversation that has it, 0 = idle */
    uint64_t since_ms;      /* when it became active */
    uint64_t conversations; /* served so far */
};

struct session_pool {
    struct list link;      /* on the node's pools */
    char lu[2][9];         /* aliases; [0] is always a local LU */
    char fq[2][18];
    char mode[9];
    bool local_pair;       /* both LUs are this node's */
    unsigned limit;        /* sessions at once */
    unsigned min_winners[2];
    uint32_t max_ru;       /* RU size both ways, octets */
    struct list sessions;
    struct list waiters;   /* conversations that wait for a session, oldest first */
    unsigned active, in_use, waiting;
    unsigned winners[2];   /* active sessions by winner */
};

/* A pool for MODE between two LUs. */
struct session_pool *pool_new(const struct cfg_mode *mode, const char *lu0, const char *fq0, const char *lu1,
                              const char *fq1, bool local_pair);
/* Limits and RU size of MODE, for what comes from now on. */
void pool_set_mode(struct session_pool *p, const struct cfg_mode *mode);
/* Consumes the pool and its sessions; nothing may wait in it. */
void pool_free(struct session_pool *p);

/* A session for a conversation that LU number SIDE begins.  Prefers an idle contention winner, then activates a
 * new session while the limits allow, then takes an idle loser (whose bid succeeds, since nothing is on it).
 * IMMEDIATE: an idle contention winner or nothing (CPI-C sheet 2.2).  NEXT_ID numbers a new session and is moved
 * on.  NULL: none now. */
struct session *pool_take(struct session_pool *p, unsigned side, bool immediate, uint32_t conv, uint32_t *next_id,
                          uint64_t now_ms);

/* The conversation on S is over; S is idle. */
void session_release(struct session *s);

/* RU size that two ends of MODE agree on, octets: the smaller of both, as a BIND can say it. */
uint32_t session_ru_size(const struct cfg_mode *mode);

#endif
