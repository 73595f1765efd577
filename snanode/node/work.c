/* What an input leads to besides its answer: those who waited are told, and what is free is given away. */
#include "snanode/base/log.h"
#include "snanode/node/exchange.h"
#include "snanode/node/internal.h"
#include "snanode/wire/sense.h"
#include "snanode/wire/unbind.h"

int node_reserve(const struct node *n, struct node_effects *fx)
{
    return node_effects_reserve(fx, n->convs.n + 1, n->n_sessions + 2);
}

/* The session that was starting for W is not to be, for SENSE: the partner's limits may be agreed again. */
static void start_failed(struct node *n, struct waiter *w, uint32_t sense, uint64_t now_ms,
                         struct node_effects *fx)
{
    static const struct waiter_refusal why = {.rc = LP_RC_ALLOCATE_FAILURE_RETRY,
                                              .sense = SENSE_SESSION_LIMIT};
    struct session_pool *p = w->pool;
    bool limits = (sense == SENSE_SESSION_LIMIT || sense == SENSE_WINNER_LIMIT) && p->held == 0;
    if (limits && cnos_again(n, p, w->side, now_ms, fx)) {
        waiter_start_failed(n, w, 0, now_ms, fx);
        waiters_may_bind(p);
        return;
    }
    waiter_start_failed(n, w, sense, now_ms, fx);
    if (limits && p->renewed) { /* they have just been agreed, and the partner does not keep to them */
        p->renewed = LIMITS_UNSET;
        waiters_refuse_all(n, p, &why, now_ms, fx);
    }
}

/* S is over, or ends without regard to whoever has it. */
static void lost(struct node *n, struct session *s, uint64_t now_ms, struct node_effects *fx)
{
    struct conversation *c = s->conv == CONV_CONTROL ? NULL : node_conversation(n, s->conv);
    struct exchange *x = s->exchange;
    uint32_t sense = s->sense ? s->sense : SENSE_SESSION_RESET;
    if (s->conv)
        session_forsake(s);
    if (c)
        conversation_lost(n, c, sense, now_ms, fx);
    if (x)
        exchange_lost(n, x, now_ms, fx);
    automatic_refused(n, s, sense, now_ms);
    if (s->claim)
        start_failed(n, s->claim, sense, now_ms, fx);
    pool_touch(n, s->pool);
    if (s->half[0].state <= HALF_RESET && s->half[1].state <= HALF_RESET)
        session_free(n, s);
}

/* Which end may begin the bracket that nobody has: the primary's after a BIND, the bidder's after a bid. */
static unsigned owner(const struct session *s)
{
    if (!s->pool->local_pair)
        return 0;
    return s->half[!s->primary].state == HALF_FIRST ? s->primary : !s->winner;
}

static void told(struct node *n, struct session *s, uint64_t now_ms, struct node_effects *fx)
{
    struct waiter *w = s->claim;
    list_remove(&s->news_link);
    if (!s->held) {
        lost(n, s, now_ms, fx);
        return;
    }
    bool granted = s->granted;
    s->granted = false;
    s->pool->renewed = LIMITS_UNSET;
    s->pool->automatic_again = false;
    if (granted && w)
        waiter_started(n, w, now_ms, fx);
    else if (granted)
        session_yield(n, s, owner(s), now_ms, fx);
    session_recount(n, s, now_ms);
    session_rest(n, s, now_ms, fx);
}

void node_work(struct node *n, uint64_t now_ms, struct node_effects *fx)
{
    for (;;) {
        if (!list_empty(&n->news)) {
            told(n, LIST_OWNER(n->news.next, struct session, news_link), now_ms, fx);
        } else if (!list_empty(&n->touched)) {
            struct session_pool *p = LIST_OWNER(n->touched.next, struct session_pool, touched);
            list_remove(&p->touched);
            waiters_serve(n, p, now_ms, fx);
            if (p->waiting == 0)
                session_trim(n, p, now_ms, fx); /* those that were left to drain */
        } else {
            return;
        }
    }
}

/* ---- carriers ---- */

void node_path_up(struct node *n, uint32_t carrier, uint64_t now_ms, struct node_effects *fx)
{
    LIST_FOREACH(l, &n->pools) {
        struct session_pool *p = LIST_OWNER(l, struct session_pool, link);
        if (p->carrier_wanted != carrier)
            continue;
        p->carrier_wanted = 0;
        pool_touch(n, p);
    }
    node_work(n, now_ms, fx);
}

void node_path_end(struct node *n, uint32_t carrier, uint64_t now_ms, struct node_effects *fx)
{
    LIST_FOREACH(l, &n->pools) {
        struct session_pool *p = LIST_OWNER(l, struct session_pool, link);
        LIST_FOREACH(m, &p->sessions) {
            struct session *s = LIST_OWNER(m, struct session, link);
            if (p->local_pair || s->half[0].path.carrier != carrier || !s->held)
                continue;
            session_unbind(n, s, half_idle(s->half[0].state) ? UNBIND_NORMAL : UNBIND_CLEANUP, 0, now_ms, fx);
            session_news(n, s);
        }
    }
    node_work(n, now_ms, fx);
}

void node_path_down(struct node *n, uint32_t carrier, const char *cause, uint64_t now_ms,
                    struct node_effects *fx)
{
    static const struct waiter_refusal why = {.rc = LP_RC_ALLOCATE_FAILURE_RETRY,
                                              .sense = SENSE_SESSION_RESET};
    unsigned k = 0;
    LIST_FOREACH(l, &n->pools) {
        struct session_pool *p = LIST_OWNER(l, struct session_pool, link);
        LIST_FOREACH(m, &p->sessions) {
            struct session *s = LIST_OWNER(m, struct session, link);
            if (p->local_pair || s->half[0].path.carrier != carrier)
                continue;
            s->sense = SENSE_SESSION_RESET;
            k += session_step(n, s, 0, HALF_DOWN, now_ms);
        }
        if (p->carrier_wanted != carrier)
            continue;
        p->carrier_wanted = 0;
        waiters_refuse_all(n, p, &why, now_ms, fx);
    }
    if (k > 0)
        log_info("carrier %u is down, and %u of its sessions are lost: %s", carrier, k, cause);
    node_work(n, now_ms, fx);
}
