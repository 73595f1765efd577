/* Pools: which session a conversation gets, and how many there may be. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/node/internal.h"
#include "snanode/wire/sense.h"

/* ---- making and finding ---- */

/* The same for both ways round. */
static uint64_t names_hash(const char *fq0, const char *fq1)
{
    return hash_octets(0, fq0, strlen(fq0)) + hash_octets(0, fq1, strlen(fq1));
}

/* Whether LU number SIDE of Q is FQ0, and the other one FQ1. */
static bool is_between(const struct session_pool *q, unsigned side, const char *fq0, const char *fq1)
{
    return (side == 0 || q->local_pair) && strcmp(q->fq[side], fq0) == 0 && strcmp(q->fq[!side], fq1) == 0;
}

static struct lu_pair *pair_of(const struct node *n, const char *fq0, const char *fq1)
{
    struct hash_node *h = hash_first(&n->pairs_by_names, names_hash(fq0, fq1));
    for (; h; h = hash_next(h)) {
        struct lu_pair *pair = LIST_OWNER(h, struct lu_pair, by_names);
        LIST_FOREACH(l, &pair->pools) {
            struct session_pool *q = LIST_OWNER(l, struct session_pool, pair_link);
            if (is_between(q, 0, fq0, fq1) || is_between(q, 1, fq0, fq1))
                return pair;
        }
    }
    return NULL;
}

struct lu_pair *pair_lookup(const struct node *n, const struct cfg_lu *lu, const struct lu_partner *partner)
{
    char fq[NAME_FQ_ROOM];
    lu_fq(lu->netname, lu->luname, fq);
    return pair_of(n, fq, partner->fq);
}

static struct lu_pair *pair_find(struct node *n, const char *fq0, const char *fq1, bool parallel)
{
    struct lu_pair *pair = pair_of(n, fq0, fq1);
    if (pair || !(pair = calloc(1, sizeof *pair)))
        return pair;
    list_init(&pair->pools);
    pair->parallel = parallel;
    list_append(&n->pairs, &pair->link);
    hash_add(&n->pairs_by_names, &pair->by_names, names_hash(fq0, fq1));
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
    if (!p->local_pair) /* between two LUs of this node a password does not flow */
        o->security |= BIND_SEC_PASSWORD_SUBST;
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
    list_init(&p->touched);
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
    struct hash_node *h = hash_first(&n->pairs_by_names, names_hash(fq, partner->fq));
    for (; h; h = hash_next(h)) {
        LIST_FOREACH(l, &LIST_OWNER(h, struct lu_pair, by_names)->pools) {
            struct session_pool *q = LIST_OWNER(l, struct session_pool, pair_link);
            if (strcmp(q->mode, name) != 0)
                continue;
            for (*side = 0; *side < 2; ++*side)
                if (is_between(q, *side, fq, partner->fq))
                    return q;
        }
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
    list_remove(&p->link);
    list_remove(&p->pair_link);
    list_remove(&p->touched);
    free(p);
}

/* ---- limits ---- */

/* What counts against the limits. */
struct tally {
    unsigned held, won[2], pair;
};

static struct tally tally_of(const struct session_pool *p)
{
    return (struct tally){.held = p->held, .won = {p->held_won[0], p->held_won[1]}, .pair = p->pair->held};
}

static void tally_without(struct tally *t, const struct session *s)
{
    t->held--;
    t->won[s->winner]--;
    t->pair--;
}

static uint32_t admits(const struct session_pool *p, unsigned winner, const struct tally *t)
{
    unsigned other = !winner, limit = p->at[0].limit;
    if (t->held >= limit || (!p->pair->parallel && t->pair > 0))
        return SENSE_SESSION_LIMIT;
    unsigned kept = p->at[other].min_winners > t->won[other] ? p->at[other].min_winners - t->won[other] : 0;
    return limit - t->held > kept ? 0 : SENSE_WINNER_LIMIT;
}

uint32_t pool_admits(const struct session_pool *p, unsigned winner)
{
    const struct tally t = tally_of(p);
    return admits(p, winner, &t);
}

/* BINDs of LU number SIDE that have no answer yet, in all modes of the pair where it has single sessions. */
static void tally_give_way(struct tally *t, const struct session_pool *p, unsigned side)
{
    LIST_FOREACH(l, &p->pair->pools) {
        const struct session_pool *q = LIST_OWNER(l, struct session_pool, pair_link);
        LIST_FOREACH(m, &q->sessions) {
            const struct session *s = LIST_OWNER(m, struct session, link);
            if (s->half[side].state != HALF_BIND_SENT)
                continue;
            if (q == p)
                tally_without(t, s);
            else
                t->pair--;
        }
    }
}

uint32_t pool_admits_bind(const struct session_pool *p, unsigned secondary, unsigned winner,
                          const struct session *s)
{
    struct tally t = tally_of(p);
    if (s && s->held)
        tally_without(&t, s);
    uint32_t sense = admits(p, winner, &t);
    if (sense == 0 || p->local_pair || strcmp(p->fq[secondary], p->fq[!secondary]) > 0)
        return sense;
    tally_give_way(&t, p, secondary);
    return admits(p, winner, &t);
}

/* Article Q166875: a partner may count a session that has just ended for a while.  One is always left, and
 * the limits of SNASVCMG are not negotiated. */
uint32_t pool_may_activate(const struct node *n, const struct session_pool *p, unsigned winner)
{
    unsigned margin = strcmp(p->mode, "SNASVCMG") == 0 ? 0 : n->rules.session_margin;
    return p->held > 0 && p->held + margin >= p->at[0].limit ? SENSE_SESSION_LIMIT : pool_admits(p, winner);
}

/* ---- idle sessions ---- */

struct session *pool_idle(const struct session_pool *p, unsigned winner)
{
    return list_empty(&p->idle[winner]) ? NULL : LIST_OWNER(p->idle[winner].next, struct session, idle_link);
}

struct session *pool_oldest_idle(const struct session_pool *p)
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

void pool_touch(struct node *n, struct session_pool *p)
{
    if (list_empty(&p->touched))
        list_append(&n->touched, &p->touched);
}
