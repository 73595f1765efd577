/* The queue of a pool: who gets an idle session, for whom one is begun, and who gets none. */
#include "snanode/node/waiter.h"

#include "snanode/node/internal.h"
#include "snanode/wire/sense.h"

bool waiter_apart(const struct waiter *w)
{
    return w->kind->wants_new || w->no_queue;
}

void waiter_add(struct node *n, struct waiter *w, uint64_t now_ms)
{
    w->starting = NULL;
    list_append(&w->pool->waiters, &w->link);
    w->pool->waiting++;
    w->pool->n_apart += waiter_apart(w);
    if (w->kind->timed && n->rules.allocate_wait_ms && now_ms + n->rules.allocate_wait_ms < n->wake_at)
        n->wake_at = now_ms + n->rules.allocate_wait_ms;
    pool_touch(n, w->pool);
}

void waiter_starts(struct waiter *w, struct session *s)
{
    w->starting = s;
    s->claim = w;
}

static void part(struct waiter *w)
{
    if (w->starting)
        w->starting->claim = NULL;
    w->starting = NULL;
}

void waiter_remove(struct node *n, struct waiter *w)
{
    part(w);
    list_remove(&w->link);
    w->pool->waiting--;
    w->pool->n_apart -= waiter_apart(w);
    pool_touch(n, w->pool); /* what was starting for it may serve another one */
}

void waiter_refuse(struct node *n, struct waiter *w, const struct waiter_refusal *why, uint64_t now_ms,
                   struct node_effects *fx)
{
    waiter_remove(n, w);
    w->kind->refused(n, w, why, now_ms, fx);
}

void waiter_started(struct node *n, struct waiter *w, uint64_t now_ms, struct node_effects *fx)
{
    struct session *s = w->starting;
    waiter_remove(n, w);
    w->kind->gets(n, w, s, now_ms, fx);
}

void waiter_start_failed(struct node *n, struct waiter *w, uint32_t sense, uint64_t now_ms,
                         struct node_effects *fx)
{
    struct session_pool *p = w->pool;
    /* Session keys that differ are no fault of the user's credentials [S39]. */
    uint16_t rc = sense == SENSE_SECURITY_NOT_VALID ? (uint16_t)LP_RC_ALLOCATE_FAILURE_NO_RETRY
                                                    : retcode_of_allocate(sense);
    const struct waiter_refusal why = {.rc = rc, .sense = sense};
    bool limits = sense == SENSE_SESSION_LIMIT || sense == SENSE_WINNER_LIMIT;
    part(w);
    pool_touch(n, p);
    if (limits && p->held > 0 && !w->kind->wants_new)
        w->no_bind = true; /* the partner counts otherwise: wait for one of those that there are */
    else if (sense)
        waiter_refuse(n, w, &why, now_ms, fx);
}

/* ---- serving ---- */

/* For whoever does not stand behind others. */
static const struct waiter_refusal exhausted = {.rc = LP_RC_UNSUCCESSFUL};

static struct waiter *first_of(const struct session_pool *p)
{
    return list_empty(&p->waiters) ? NULL : LIST_OWNER(p->waiters.next, struct waiter, link);
}

/* Modes share their sessions only where a pair has one session at a time: there, high priority goes first,
 * and then who has waited longest. */
static struct waiter *first_of_pair(const struct session_pool *p)
{
    struct waiter *best = NULL;
    LIST_FOREACH(l, &p->pair->pools) {
        const struct session_pool *q = LIST_OWNER(l, struct session_pool, pair_link);
        struct waiter *w = first_of(q);
        if (w && (!best || q->high_priority > best->pool->high_priority ||
                  (q->high_priority == best->pool->high_priority && w->since_ms < best->since_ms)))
            best = w;
    }
    return best;
}

struct waiter *waiter_unserved(const struct session_pool *p, unsigned side)
{
    LIST_FOREACH(l, &p->waiters) {
        struct waiter *w = LIST_OWNER(l, struct waiter, link);
        if (!w->starting && w->side == side && !w->kind->wants_new && !w->immediate)
            return w;
    }
    return NULL;
}

/* A session that this LU has begun to bind and that nobody waits for any more. */
static struct session *orphan(const struct waiter *w)
{
    const struct session_pool *p = w->pool;
    if (w->kind->wants_new || p->held == p->active)
        return NULL;
    LIST_FOREACH(l, &p->sessions) {
        struct session *s = LIST_OWNER(l, struct session, link);
        if (!s->claim && s->primary == w->side && s->half[w->side].state == HALF_BIND_SENT)
            return s;
    }
    return NULL;
}

/* A pair with one session at a time: an idle one of another mode makes way. */
static void make_way(struct node *n, const struct session_pool *p, uint64_t now_ms, struct node_effects *fx)
{
    if (p->pair->parallel || p->pair->active == 0)
        return;
    LIST_FOREACH(l, &p->pair->pools) {
        struct session_pool *q = LIST_OWNER(l, struct session_pool, pair_link);
        struct session *s = q != p ? pool_oldest_idle(q) : NULL;
        if (s)
            session_retire(n, s, now_ms, fx);
    }
}

enum served {
    SERVED,  /* off the queue */
    STARTED, /* a session is on its way to it */
    BLOCKED, /* nothing can be had now, for it or for those behind it */
};

/* A new session for W that WINNER wins, unless the limits forbid it (then *SENSE says so). */
static enum served start_new(struct node *n, struct waiter *w, unsigned winner, uint32_t *sense,
                             uint64_t now_ms, struct node_effects *fx)
{
    struct sna_err e = {0};
    *sense = w->no_bind && w->pool->held > 0 ? SENSE_SESSION_LIMIT : pool_may_activate(n, w->pool, winner);
    if (*sense)
        return BLOCKED;
    struct session *s = session_activate(n, w->pool, w->side, winner == w->side, w, now_ms, fx, &e);
    if (s) {
        waiter_starts(w, s);
        return STARTED;
    }
    if (!e.sense) /* it waits for its carrier */
        return STARTED;
    waiter_start_failed(n, w, e.sense, now_ms, fx);
    return SERVED;
}

static enum served start(struct node *n, struct waiter *w, uint64_t now_ms, struct node_effects *fx)
{
    struct session_pool *p = w->pool;
    struct session *s = orphan(w);
    struct waiter_refusal none = {.sense = 0};
    if (s) {
        waiter_starts(w, s);
        return STARTED;
    }
    make_way(n, p, now_ms, fx);
    enum served r = BLOCKED;
    if (w->polarity != ORDER_LOSER)
        r = start_new(n, w, w->side, &none.sense, now_ms, fx);
    if (r != BLOCKED)
        return r;
    if (!w->kind->wants_new && (s = pool_idle(p, !w->side))) {
        waiter_starts(w, s);
        session_bid_for(n, s, w->side, w, now_ms, fx);
        return STARTED;
    }
    if (w->polarity != ORDER_WINNER)
        r = start_new(n, w, !w->side, &none.sense, now_ms, fx);
    if (r != BLOCKED)
        return r;
    /* Where nothing will ever come free, and for whoever cannot do with what does. */
    if (!waiter_apart(w) && (p->held > 0 || p->at[0].limit > 0))
        return BLOCKED;
    if (!w->kind->wants_new)
        none.sense = 0;
    none.rc = w->no_queue ? (uint16_t)LP_RC_UNSUCCESSFUL : retcode_of_allocate(none.sense);
    waiter_refuse(n, w, &none, now_ms, fx);
    return SERVED;
}

static enum served serve(struct node *n, struct waiter *w, uint64_t now_ms, struct node_effects *fx)
{
    struct session_pool *p = w->pool;
    struct session *s = w->kind->wants_new ? NULL : pool_idle(p, w->side);
    if (s) {
        waiter_remove(n, w);
        w->kind->gets(n, w, s, now_ms, fx);
        return SERVED;
    }
    if (w->starting)
        return STARTED;
    if (!w->immediate)
        return start(n, w, now_ms, fx);
    if (p->held > p->active) /* what comes with the limits may serve it */
        return STARTED;
    waiter_refuse(n, w, &exhausted, now_ms, fx);
    return SERVED;
}

/* One session at a time, for whoever is first in all modes. */
static void serve_single(struct node *n, const struct session_pool *p, uint64_t now_ms,
                         struct node_effects *fx)
{
    struct waiter *w;
    while ((w = first_of_pair(p)) && serve(n, w, now_ms, fx) == SERVED)
        ;
    LIST_FOREACH_SAFE(l, &p->waiters) {
        struct waiter *behind = LIST_OWNER(l, struct waiter, link);
        if (behind != w && behind->no_queue)
            waiter_refuse(n, behind, &exhausted, now_ms, fx);
    }
}

void waiters_serve(struct node *n, struct session_pool *p, uint64_t now_ms, struct node_effects *fx)
{
    bool blocked = false;
    if (p->limits_from == LIMITS_UNSET)
        return; /* the CNOS of its first use tells them */
    if (!p->pair->parallel) {
        serve_single(n, p, now_ms, fx);
        return;
    }
    LIST_FOREACH_SAFE(l, &p->waiters) {
        struct waiter *w = LIST_OWNER(l, struct waiter, link);
        if (!blocked || w->kind->wants_new)
            blocked = serve(n, w, now_ms, fx) == BLOCKED || blocked;
        else if (w->no_queue && !w->starting)
            waiter_refuse(n, w, &exhausted, now_ms, fx);
        if (blocked && p->n_apart == 0)
            return;
    }
}

void waiters_may_bind(struct session_pool *p)
{
    LIST_FOREACH(l, &p->waiters)
        LIST_OWNER(l, struct waiter, link)->no_bind = false;
}

/* ---- refusing ---- */

void waiters_refuse_closed(struct node *n, struct session_pool *p, uint64_t now_ms, struct node_effects *fx)
{
    static const struct waiter_refusal closed = {.rc = LP_RC_ALLOCATE_FAILURE_NO_RETRY,
                                                 .sense = SENSE_SESSION_LIMIT};
    LIST_FOREACH_SAFE(l, &p->waiters) {
        struct waiter *w = LIST_OWNER(l, struct waiter, link);
        if (!p->at[w->side].drain_self)
            waiter_refuse(n, w, &closed, now_ms, fx);
    }
}

void waiters_refuse_all(struct node *n, struct session_pool *p, const struct waiter_refusal *why,
                        uint64_t now_ms, struct node_effects *fx)
{
    struct waiter *w;
    while ((w = first_of(p)))
        waiter_refuse(n, w, why, now_ms, fx);
}

/* When the first one left in P may have to be refused. */
static uint64_t tick_pool(struct node *n, struct session_pool *p, uint64_t now_ms, struct node_effects *fx)
{
    static const struct waiter_refusal late = {.rc = LP_RC_ALLOCATE_FAILURE_RETRY,
                                               .sense = SENSE_SESSION_LIMIT};
    LIST_FOREACH_SAFE(l, &p->waiters) {
        struct waiter *w = LIST_OWNER(l, struct waiter, link);
        if (!w->kind->timed)
            continue;
        if (w->since_ms + n->rules.allocate_wait_ms > now_ms)
            return w->since_ms + n->rules.allocate_wait_ms;
        node_event(n, EVENT(SESSION_LIMIT), mode_shown(p->mode), p->fq[w->side], p->fq[!w->side]);
        waiter_refuse(n, w, &late, now_ms, fx);
    }
    return UINT64_MAX;
}

uint64_t waiters_tick(struct node *n, uint64_t now_ms, struct node_effects *fx)
{
    uint64_t next = UINT64_MAX;
    if (n->rules.allocate_wait_ms == 0)
        return next;
    LIST_FOREACH(l, &n->pools) {
        uint64_t at = tick_pool(n, LIST_OWNER(l, struct session_pool, link), now_ms, fx);
        next = at < next ? at : next;
    }
    return next;
}
