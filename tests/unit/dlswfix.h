/* dlswfix.h - for tests of DLSw partners: two of them back to back in memory on a moved clock, and one
 * against a partner that the test plays.  dlsw_obey() does what the users of the two do by themselves. */
#ifndef SNA_TESTS_DLSWFIX_H
#define SNA_TESTS_DLSWFIX_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/dlsw/peer.h"

#define DLSW_WIRE (1 << 18)

static const uint8_t dlsw_macs[2][SSP_MAC_LEN] = {{0x40, 0, 0, 0, 0, 0x0A}, {0x40, 0, 0, 0, 0, 0x0B}};

/* One circuit as its user sees it. */
struct dlsw_user {
    uint32_t id;       /* of the one circuit, 0 = none */
    uint32_t room;     /* PIUs that it can still take beyond those that have come */
    uint32_t held;     /* PIUs that have come and are not consumed */
    uint32_t received; /* in all: their numbers must come in order */
    uint32_t sent;
    unsigned offered, established, contact, contacted, xids, ready, restarted, up, lost;
    unsigned down;
    uint8_t cause, lost_cause;
    struct capex_faults faults;
    uint8_t xid[512];
    size_t xid_n;
    bool deaf;   /* does not accept offers */
    bool silent; /* does not answer CONTACT */
    unsigned lf;
};

struct dlsw_pipe {
    uint8_t v[DLSW_WIRE];
    size_t n;
    bool open;
};

struct dlsw_end {
    struct peer *p;
    struct dlsw_user u;
    struct dlsw_pipe pipes[PEER_CONNS]; /* to this end: octets on its way */
};

struct dlsw_pair {
    struct dlsw_end e[2];
    uint64_t now;
    uint32_t seed;
    bool higher; /* the second end has the higher address */
    bool equal;  /* ... or they have the same */
};

static inline uint32_t dlsw_random(struct dlsw_pair *w, uint32_t n)
{
    w->seed = w->seed * 1664525u + 1013904223u;
    return (w->seed >> 8) % n;
}

/* The connection of the other end: what one opened the other one accepted. */
static inline enum peer_conn dlsw_other(enum peer_conn c)
{
    return c == PEER_OURS ? PEER_THEIRS : PEER_OURS;
}

static inline void dlsw_cut(struct dlsw_pair *w, int i, enum peer_conn c, enum peer_cause cause);

/* What the user does about one effect. */
static inline void dlsw_obey(struct dlsw_pair *w, int i, const struct peer_effect *e)
{
    struct dlsw_end *end = &w->e[i];
    struct dlsw_user *u = &end->u;
    switch (e->kind) {
    case PEER_FX_UP:
        u->up++;
        break;
    case PEER_FX_LOST:
        u->lost++;
        u->lost_cause = e->cause;
        u->faults = e->faults;
        break;
    case PEER_FX_CLOSE:
        dlsw_cut(w, !i, dlsw_other((enum peer_conn)e->conn), PEER_CAUSE_CLOSED);
        break;
    case PEER_FX_OFFERED:
        u->offered++;
        if (u->deaf)
            break;
        u->id = e->id;
        ck_assert(peer_accept(end->p, e->id, u->room, w->now));
        break;
    case PEER_FX_ESTABLISHED:
        ck_assert_uint_eq(e->id, u->id);
        u->established++;
        u->lf = e->lf;
        break;
    case PEER_FX_XID:
        u->xids++;
        u->xid_n = e->n;
        ck_assert_uint_le(e->n, sizeof u->xid);
        memcpy(u->xid, e->data, e->n);
        break;
    case PEER_FX_CONTACT:
        u->contact++;
        if (!u->silent)
            ck_assert(peer_contacted(end->p, e->id, w->now));
        break;
    case PEER_FX_CONTACTED:
        u->contacted++;
        break;
    case PEER_FX_PIU:
        ck_assert_uint_gt(u->room, 0); /* never more than the user can take */
        u->room--;
        u->held++;
        if (e->n >= sizeof u->received) {
            uint32_t number;
            memcpy(&number, e->data, sizeof number);
            ck_assert_uint_eq(number, u->received); /* none lost, none twice */
        }
        u->received++;
        break;
    case PEER_FX_READY:
        u->ready++;
        break;
    case PEER_FX_RESTARTED:
        u->restarted++;
        break;
    case PEER_FX_DOWN:
        u->down++;
        u->cause = e->cause;
        ck_assert_ptr_null(peer_circuit(end->p, e->id));
        if (e->id == u->id)
            u->id = 0;
        break;
    default:
        ck_abort_msg("effect %u", e->kind);
    }
}

static inline void dlsw_settle(struct dlsw_pair *w, int i)
{
    struct peer_effect e;
    while (peer_effect_next(w->e[i].p, &e))
        dlsw_obey(w, i, &e);
}

/* The connection of end I is gone, with what was on its way to the other side already. */
static inline void dlsw_cut(struct dlsw_pair *w, int i, enum peer_conn c, enum peer_cause cause)
{
    struct dlsw_pipe *pipe = &w->e[i].pipes[c];
    if (!pipe->open)
        return;
    /* What was written before the close still arrives. */
    for (size_t at = 0; at < pipe->n && peer_takes_input(w->e[i].p);) {
        at += peer_input(w->e[i].p, c, pipe->v + at, pipe->n - at, w->now);
        dlsw_settle(w, i);
    }
    pipe->open = false;
    pipe->n = 0;
    w->e[!i].pipes[dlsw_other(c)].open = false;
    w->e[!i].pipes[dlsw_other(c)].n = 0;
    peer_disconnected(w->e[i].p, c, cause, w->now);
    dlsw_settle(w, i);
}

static inline int dlsw_order(const struct dlsw_pair *w, int i)
{
    return w->equal ? 0 : (i == 1) == w->higher ? 1 : -1;
}

/* End I opens its TCP connection: both are told. */
static inline void dlsw_connect(struct dlsw_pair *w, int i)
{
    w->e[i].pipes[PEER_OURS].open = w->e[!i].pipes[PEER_THEIRS].open = true;
    ck_assert(peer_connected(w->e[i].p, PEER_OURS, dlsw_order(w, i), w->now));
    dlsw_settle(w, i);
    ck_assert(peer_connected(w->e[!i].p, PEER_THEIRS, dlsw_order(w, !i), w->now));
    dlsw_settle(w, !i);
}

/* Some octets of end I go onto the wire, others reach the other end; at most MOST at once.  True if any
 * moved. */
static inline bool dlsw_move(struct dlsw_pair *w, int i, enum peer_conn c, size_t most)
{
    struct dlsw_end *from = &w->e[i], *to = &w->e[!i];
    struct dlsw_pipe *pipe = &to->pipes[dlsw_other(c)];
    const uint8_t *data;
    bool moved = false;
    if (!pipe->open)
        return false;
    size_t n = peer_output(from->p, c, &data);
    if (n > most)
        n = most;
    if (n > sizeof pipe->v - pipe->n)
        n = sizeof pipe->v - pipe->n;
    if (n > 0) {
        memcpy(pipe->v + pipe->n, data, n);
        pipe->n += n;
        peer_sent(from->p, c, n, w->now);
        dlsw_settle(w, i);
        moved = true;
    }
    n = pipe->n < most ? pipe->n : most;
    if (n > 0 && pipe->open && peer_takes_input(to->p)) {
        uint8_t *exact = malloc(n); /* nothing behind it, for the sanitizer */
        ck_assert_ptr_nonnull(exact);
        memcpy(exact, pipe->v, n);
        size_t used = peer_input(to->p, dlsw_other(c), exact, n, w->now);
        dlsw_settle(w, !i);
        free(exact);
        ck_assert_uint_le(used, n);
        moved = moved || used > 0;
        if (pipe->open) {
            memmove(pipe->v, pipe->v + used, pipe->n - used);
            pipe->n -= used;
        }
    }
    return moved;
}

/* Everything flows, in an order and in cuts by chance, until nothing moves. */
static inline void dlsw_run(struct dlsw_pair *w)
{
    for (int idle = 0; idle < 40;) {
        int i = (int)dlsw_random(w, 2);
        enum peer_conn c = dlsw_random(w, 2) ? PEER_OURS : PEER_THEIRS;
        size_t most = dlsw_random(w, 4) ? 1 + dlsw_random(w, 300) : 100000;
        idle = dlsw_move(w, i, c, most) ? 0 : idle + 1;
    }
}

/* The clock moves on by MS, and stops at every deadline between. */
static inline void dlsw_wait(struct dlsw_pair *w, uint64_t ms, bool flows)
{
    uint64_t end = w->now + ms;
    for (;;) {
        uint64_t a = peer_deadline(w->e[0].p), b = peer_deadline(w->e[1].p), next = a < b ? a : b;
        if (next > end)
            break;
        if (next > w->now)
            w->now = next;
        for (int i = 0; i < 2; i++) {
            peer_tick(w->e[i].p, w->now);
            dlsw_settle(w, i);
        }
        if (flows)
            dlsw_run(w);
    }
    w->now = end;
}

static inline struct dlsw_pair *dlsw_new(uint32_t seed, bool single, uint8_t connections)
{
    struct dlsw_pair *w = calloc(1, sizeof *w);
    ck_assert_ptr_nonnull(w);
    w->seed = seed * 2654435761u + 1;
    w->now = 1000000;
    w->higher = dlsw_random(w, 2);
    for (int i = 0; i < 2; i++) {
        struct peer_params params;
        peer_params_init(&params, dlsw_macs[i], 0x04);
        params.single = single;
        params.caps.connections = connections;
        params.max_circuits = 8;
        w->e[i].p = peer_new(&params);
        ck_assert_ptr_nonnull(w->e[i].p);
        w->e[i].u.room = 20;
    }
    return w;
}

static inline void dlsw_free(struct dlsw_pair *w)
{
    peer_free(w->e[0].p);
    peer_free(w->e[1].p);
    free(w);
}

static inline void dlsw_connect_all(struct dlsw_pair *w)
{
    int first = (int)dlsw_random(w, 2);
    dlsw_connect(w, first);
    if (!w->e[0].pipes[PEER_OURS].open || !w->e[1].pipes[PEER_OURS].open)
        dlsw_connect(w, !first);
}

/* The circuit of end I to the other one's station. */
static inline uint32_t dlsw_open(struct dlsw_pair *w, int i)
{
    struct ssp_address remote = {.sap = 0x04};
    memcpy(remote.mac, dlsw_macs[!i], SSP_MAC_LEN);
    uint32_t id = peer_open(w->e[i].p, 0x04, &remote, w->e[i].u.room, w->now);
    w->e[i].u.id = id;
    return id;
}

static inline enum circuit_state dlsw_state(const struct dlsw_pair *w, int i)
{
    const struct circuit *c = peer_circuit(w->e[i].p, w->e[i].u.id);
    return c ? (enum circuit_state)c->state : CST_N;
}

#endif
