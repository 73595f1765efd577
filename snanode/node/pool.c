/* Pools: which session a conversation gets, and how many there may be. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/node/internal.h"
#include "snanode/wire/sense.h"
#include "snanode/wire/unbind.h"

/* ---- making and finding ---- */

static struct lu_pair *pair_find(struct node *n, const char *fq0, const char *fq1, bool parallel)
{
    LIST_FOREACH(l, &n->pools) {
        struct session_pool *q = LIST_OWNER(l, struct session_pool, link);
        if ((strcmp(q->fq[0], fq0) == 0 && strcmp(q->fq[1], fq1) == 0) ||
            (q->local_pair && strcmp(q->fq[1], fq0) == 0 && strcmp(q->fq[0], fq1) == 0))
            return q->pair;
    }
    struct lu_pair *pair = calloc(1, sizeof *pair);
    if (!pair)
        return NULL;
    list_init(&pair->pools);
    pair->parallel = parallel;
    list_append(&n->pairs, &pair->link);
    return pair;
}

static void set_offer(struct session_pool *p, unsigned side, const struct cfg_mode *m)
{
    struct activate_offer *o = &p->offer[side];
    *o = (struct activate_offer){
        .max_send_ru = m->max_send_ru,
        .max_recv_ru = m->max_recv_ru,
        .pace_send = (uint8_t)m->pace_send,
        .pace_recv = (uint8_t)m->pace_recv,
        .adaptive = true,
        .security = BIND_SEC_ACCESS | BIND_SEC_ALREADY_VERIFIED,
        .sync = BIND_SYNC_CONFIRM,
        .reinit = BIND_REINIT_EITHER,
        .parallel = p->pair->parallel,
        .cnos = p->pair->parallel,
    };
    strcpy(o->fq, p->fq[side]);
    strcpy(o->partner, p->fq[!side]);
    strcpy(o->mode, p->mode);
}

void pool_set_limits(struct session_pool *p, unsigned side, unsigned limit, unsigned winners, unsigned losers)
{
    struct mode_limits *mine = &p->at[side], *other = &p->at[!side];
    mine->limit = other->limit = limit;
    mine->min_winners = other->min_losers = winners;
    mine->min_losers = other->min_winners = losers;
}

void pool_set_mode(struct session_pool *p, const struct cfg_mode *mode)
{
    p->defined_limit = p->pair->parallel ? mode->session_limit : 1;
    p->defined_winners = mode->min_winners < p->defined_limit ? mode->min_winners : p->defined_limit;
    unsigned left = p->defined_limit - p->defined_winners;
    p->defined_losers = mode->min_losers < left ? mode->min_losers : left;
    p->auto_activate = mode->auto_activate;
    p->high_priority = mode->high_priority;
    for (unsigned side = 0; side < 2; side++)
        set_offer(p, side, mode);
    if (p->limits_from == LIMITS_MODE)
        pool_set_limits(p, p->begun_by, p->defined_limit, p->defined_winners, p->defined_losers);
}

static struct session_pool *pool_new(struct lu_pair *pair, const struct cfg_mode *mode, const char *name)
{
    struct session_pool *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    list_init(&p->sessions);
    list_init(&p->idle[0]);
    list_init(&p->idle[1]);
    list_init(&p->waiters);
    p->pair = pair;
    p->implicit = strcmp(name, mode->name) != 0;
    snprintf(p->mode, sizeof p->mode, "%s", name);
    list_append(&pair->pools, &p->pair_link);
    return p;
}

struct session_pool *pool_lookup(const struct node *n, const struct cfg_lu *lu,
                                 const struct lu_partner *partner, const char *name, uint8_t *side)
{
    char fq[NAME_FQ_ROOM];
    lu_fq(lu->netname, lu->luname, fq);
    LIST_FOREACH(l, &n->pools) {
        struct session_pool *q = LIST_OWNER(l, struct session_pool, link);
        if (strcmp(q->mode, name) != 0)
            continue;
        for (*side = 0; *side < 2; ++*side)
            if (strcmp(q->fq[*side], fq) == 0 && strcmp(q->fq[!*side], partner->fq) == 0 &&
                (*side == 0 || q->local_pair))
                return q;
    }
    return NULL;
}

struct session_pool *pool_find(struct node *n, const struct cfg_lu *lu, const struct lu_partner *partner,
                               const struct cfg_mode *mode, const char *name, uint8_t *side)
{
    char fq[NAME_FQ_ROOM];
    struct session_pool *found = pool_lookup(n, lu, partner, name, side);
    if (found)
        return found;
    lu_fq(lu->netname, lu->luname, fq);
    *side = 0;
    struct lu_pair *pair = pair_find(n, fq, partner->fq, !partner->remote || partner->remote->parallel);
    struct session_pool *p = pair ? pool_new(pair, mode, name) : NULL;
    if (!p)
        return NULL; /* a pair without pools is found again */
    snprintf(p->lu[0], sizeof p->lu[0], "%s", lu->alias);
    snprintf(p->lu[1], sizeof p->lu[1], "%s", partner->alias);
    strcpy(p->fq[0], fq);
    strcpy(p->fq[1], partner->fq);
    p->local_pair = partner->local != NULL;
    pool_set_mode(p, mode);
    list_append(&n->pools, &p->link);
    return p;
}

void pool_free(struct session_pool *p)
{
    if (!p)
        return;
    LIST_FOREACH_SAFE(l, &p->sessions)
        free(LIST_OWNER(l, struct session, link));
    list_remove(&p->link);
    list_remove(&p->pair_link);
    free(p);
}

/* ---- limits ---- */

uint32_t pool_admits(const struct session_pool *p, unsigned winner)
{
    unsigned other = !winner, limit = p->at[0].limit;
    if (p->active >= limit || (!p->pair->parallel && p->pair->active > 0))
        return SENSE_SESSION_LIMIT;
    unsigned kept =
        p->at[other].min_winners > p->winners[other] ? p->at[other].min_winners - p->winners[other] : 0;
    return limit - p->active > kept ? 0 : SENSE_WINNER_LIMIT;
}

/* Article Q166875: a partner may count a session that has just ended for a while.  One is always left, and
 * the limits of SNASVCMG are not negotiated. */
uint32_t pool_may_activate(const struct node *n, const struct session_pool *p, unsigned winner)
{
    unsigned margin = strcmp(p->mode, "SNASVCMG") == 0 ? 0 : n->rules.session_margin;
    return p->active > 0 && p->active + margin >= p->at[0].limit ? SENSE_SESSION_LIMIT
                                                                 : pool_admits(p, winner);
}

static struct session *oldest_idle(struct session_pool *p)
{
    struct session *old = NULL;
    for (unsigned w = 0; w < 2; w++)
        if (!list_empty(&p->idle[w])) {
            struct session *s = LIST_OWNER(p->idle[w].prev, struct session, idle_link);
            if (!old || s->idle_since_ms < old->idle_since_ms)
                old = s;
        }
    return old;
}

void pool_trim(struct node *n, struct session_pool *p, uint64_t now_ms)
{
    struct session *s;
    (void)now_ms;
    while (p->active > p->at[0].limit && (s = oldest_idle(p)))
        session_unbind(n, s, UNBIND_NORMAL, 0);
}

/* A pair with one session at a time: an idle one of another mode makes way. */
static void make_way(struct node *n, struct session_pool *p)
{
    if (p->pair->parallel || p->pair->active == 0)
        return;
    LIST_FOREACH(l, &p->pair->pools) {
        struct session_pool *q = LIST_OWNER(l, struct session_pool, pair_link);
        struct session *s = q != p ? oldest_idle(q) : NULL;
        if (s)
            session_unbind(n, s, UNBIND_NORMAL, 0);
    }
}

/* ---- taking ---- */

static struct session *first_idle(struct session_pool *p, unsigned winner)
{
    return list_empty(&p->idle[winner]) ? NULL : LIST_OWNER(p->idle[winner].next, struct session, idle_link);
}

static struct session *new_session(struct node *n, struct session_pool *p, unsigned side, bool wants_winner,
                                   uint64_t now_ms, uint32_t *sense)
{
    struct sna_err e = {0};
    make_way(n, p);
    if (pool_may_activate(n, p, wants_winner ? side : !side))
        return NULL;
    struct session *s = session_activate(n, p, side, wants_winner, now_ms, &e);
    if (!s)
        *sense = e.sense;
    return s;
}

struct session *pool_take(struct node *n, struct session_pool *p, unsigned side, bool immediate,
                          uint32_t conv, uint64_t now_ms, uint32_t *sense)
{
    struct session *s = first_idle(p, side);
    *sense = 0;
    if (!s && !immediate)
        s = new_session(n, p, side, true, now_ms, sense);
    if (!s && !immediate && (s = first_idle(p, !side)) && session_bid(s) == 0)
        s->bids++;
    if (!s && !immediate && !*sense)
        s = new_session(n, p, side, false, now_ms, sense);
    if (!s)
        return NULL;
    list_remove(&s->idle_link);
    *sense = 0;
    s->conv = conv;
    s->conversations++;
    p->in_use++;
    return s;
}
