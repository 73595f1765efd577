/* Allocates that wait for a session. */
#include "snanode/node/internal.h"
#include "snanode/wire/sense.h"

void waiter_refuse(struct node *n, struct conversation *c, uint16_t rc, uint32_t sense,
                   struct node_effects *fx)
{
    n->refused++;
    node_effect(fx, (struct node_effect){.kind = NODE_FX_REFUSED, .conv = c->id, .rc = rc, .sense = sense});
    conversation_leave(n, &c->sides[SIDE_A]);
    list_remove(&c->wait_link);
    c->pool->waiting--;
    node_effect(fx, (struct node_effect){.kind = NODE_FX_CLOSE, .conv = c->id});
    conversation_free(n, c);
}

static struct conversation *first_waiter(const struct session_pool *p)
{
    return list_empty(&p->waiters) ? NULL : LIST_OWNER(p->waiters.next, struct conversation, wait_link);
}

/* Modes share their sessions only where a pair has one session at a time: there, high priority goes first,
 * and then who has waited longest. */
static struct conversation *next_waiter(const struct session_pool *p)
{
    if (p->pair->parallel)
        return first_waiter(p);
    struct conversation *best = NULL;
    LIST_FOREACH(l, &p->pair->pools) {
        const struct session_pool *q = LIST_OWNER(l, struct session_pool, pair_link);
        struct conversation *c = first_waiter(q);
        if (c && (!best || q->high_priority > best->pool->high_priority ||
                  (q->high_priority == best->pool->high_priority && c->since_ms < best->since_ms)))
            best = c;
    }
    return best;
}

void waiters_serve(struct node *n, struct session_pool *p, uint64_t now_ms, struct node_effects *fx)
{
    struct conversation *c;
    uint32_t sense;
    while ((c = next_waiter(p))) {
        struct session_pool *q = c->pool;
        struct session *s = pool_take(n, q, c->side_of_pool, false, c->id, now_ms, &sense);
        if (!s && q->active == 0 && (sense || q->at[0].limit == 0)) { /* nothing will ever come free */
            waiter_refuse(n, c, retcode_of_allocate(sense), sense, fx);
            continue;
        }
        if (!s)
            return;
        conversation_gets(c, s);
        list_remove(&c->wait_link);
        q->waiting--;
        c->state = CONV_ALLOCATED;
        node_effect(fx, (struct node_effect){.kind = NODE_FX_ALLOCATED, .conv = c->id});
    }
}

void waiters_refuse_closed(struct node *n, struct session_pool *p, struct node_effects *fx)
{
    LIST_FOREACH_SAFE(l, &p->waiters) {
        struct conversation *c = LIST_OWNER(l, struct conversation, wait_link);
        if (!p->at[c->side_of_pool].drain_self)
            waiter_refuse(n, c, LP_RC_ALLOCATE_FAILURE_NO_RETRY, SENSE_SESSION_LIMIT, fx);
    }
}

uint64_t waiters_tick(struct node *n, uint64_t now_ms, struct node_effects *fx)
{
    uint64_t next = UINT64_MAX;
    if (n->rules.allocate_wait_ms == 0)
        return next;
    LIST_FOREACH(l, &n->pools) {
        struct session_pool *p = LIST_OWNER(l, struct session_pool, link);
        struct conversation *c;
        while ((c = first_waiter(p)) && c->since_ms + n->rules.allocate_wait_ms <= now_ms) {
            node_event(n, EVENT(SESSION_LIMIT), mode_shown(p->mode), p->fq[c->side_of_pool],
                       p->fq[!c->side_of_pool]);
            waiter_refuse(n, c, LP_RC_ALLOCATE_FAILURE_RETRY, SENSE_SESSION_LIMIT, fx);
        }
        if (c && c->since_ms + n->rules.allocate_wait_ms < next)
            next = c->since_ms + n->rules.allocate_wait_ms;
    }
    return next;
}

void waiters_add(struct node *n, struct conversation *c, uint64_t now_ms)
{
    c->state = CONV_WAITING;
    list_append(&c->pool->waiters, &c->wait_link);
    c->pool->waiting++;
    if (n->rules.allocate_wait_ms && now_ms + n->rules.allocate_wait_ms < n->wake_at)
        n->wake_at = now_ms + n->rules.allocate_wait_ms;
}
