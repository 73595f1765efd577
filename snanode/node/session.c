#include "snanode/node/session.h"

#include <stdio.h>
#include <stdlib.h>

#include "snanode/wire/bind.h"

uint32_t session_ru_size(const struct cfg_mode *mode)
{
    unsigned n = mode->max_send_ru < mode->max_recv_ru ? mode->max_send_ru : mode->max_recv_ru;
    return (uint32_t)bind_ru_size_decode(bind_ru_size_encode(n));
}

void pool_set_mode(struct session_pool *p, const struct cfg_mode *mode)
{
    p->limit = mode->session_limit;
    p->min_winners[0] = mode->min_winners;
    p->min_winners[1] = mode->min_losers;
    p->max_ru = session_ru_size(mode);
}

struct session_pool *pool_new(const struct cfg_mode *mode, const char *lu0, const char *fq0, const char *lu1,
                              const char *fq1, bool local_pair)
{
    struct session_pool *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    list_init(&p->link);
    list_init(&p->sessions);
    list_init(&p->waiters);
    snprintf(p->lu[0], sizeof p->lu[0], "%s", lu0);
    snprintf(p->lu[1], sizeof p->lu[1], "%s", lu1);
    snprintf(p->fq[0], sizeof p->fq[0], "%s", fq0);
    snprintf(p->fq[1], sizeof p->fq[1], "%s", fq1);
    snprintf(p->mode, sizeof p->mode, "%s", mode->name);
    p->local_pair = local_pair;
    pool_set_mode(p, mode);
    return p;
}

void pool_free(struct session_pool *p)
{
    if (!p)
        return;
    LIST_FOREACH_SAFE(l, &p->sessions)
    free(LIST_OWNER(l, struct session, link));
    free(p);
}

static struct session *idle_session(struct session_pool *p, unsigned winner)
{
    LIST_FOREACH(l, &p->sessions)
    {
        struct session *s = LIST_OWNER(l, struct session, link);
        if (s->conv == 0 && s->winner == winner)
            return s;
    }
    return NULL;
}

/* The LU that activates a session wants to be its winner, as far as the other one keeps its guaranteed minimum. */
static struct session *activate(struct session_pool *p, unsigned side, uint32_t *next_id, uint64_t now_ms)
{
    if (p->active >= p->limit)
        return NULL;
    struct session *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    unsigned other = !side;
    unsigned kept = p->min_winners[other] > p->winners[other] ? p->min_winners[other] - p->winners[other] : 0;
    s->pool = p;
    s->id = (*next_id)++;
    s->winner = (uint8_t)(p->limit - p->active > kept ? side : other);
    s->since_ms = now_ms;
    list_append(&p->sessions, &s->link);
    p->active++;
    p->winners[s->winner]++;
    return s;
}

struct session *pool_take(struct session_pool *p, unsigned side, bool immediate, uint32_t conv, uint32_t *next_id,
                          uint64_t now_ms)
{
    struct session *s = NULL;
    if (p->in_use < p->active)
        s = idle_session(p, side);
    if (!s && !immediate)
        s = activate(p, side, next_id, now_ms);
    if (!s && !immediate && p->in_use < p->active)
        s = idle_session(p, !side);
    if (!s)
        return NULL;
    s->conv = conv;
    s->conversations++;
    p->in_use++;
    return s;
}

void session_release(struct session *s)
{
    s->conv = 0;
    s->pool->in_use--;
    /* Idle sessions stand at the front, so that the next one is found at once. */
    list_remove(&s->link);
    struct list *h = &s->pool->sessions;
    s->link.next = h->next;
    s->link.prev = h;
    h->next->prev = &s->link;
    h->next = &s->link;
}
