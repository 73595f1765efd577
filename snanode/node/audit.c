/* The checker: every counter against what it counts, every link against what it links. */
#include <string.h>

#include "snanode/node/exchange.h"
#include "snanode/node/internal.h"

#define CHECK(what)                                                                                          \
    do {                                                                                                     \
        if (!(what))                                                                                         \
            return #what;                                                                                    \
    } while (0)

static unsigned length(const struct list *h)
{
    unsigned n = 0;
    LIST_FOREACH(l, h)
        n++;
    return n;
}

/* From BIND to UNBIND, as the limits count it; the states of both ends, one by one. */
static bool is_held(const struct session *s)
{
    unsigned on = 0;
    for (unsigned i = 0; i < 2; i++) {
        enum half_state h = s->half[i].state;
        if (h == HALF_UNBIND_SENT)
            return false;
        on += h == HALF_BIND_SENT || half_active(h);
    }
    return on == 2 || (on == 1 && (!s->pool->local_pair || !s->counted));
}

static const char *check_claim(const struct session *s)
{
    const struct waiter *w = s->claim;
    if (!w)
        return NULL;
    CHECK(w->starting == s && w->pool == s->pool && s->conv == 0);
    CHECK(!list_empty(&w->link));
    return NULL;
}

static const char *check_session(const struct node *n, const struct session_pool *p, const struct session *s)
{
    const char *bad = check_claim(s);
    if (bad)
        return bad;
    CHECK(s->pool == p);
    CHECK(s->id > 0 && s->id < n->next_session && session_by_id(n, s->id) == s);
    CHECK(s->winner < 2 && s->primary < 2);
    CHECK((s->half[1].state == HALF_NONE) == !p->local_pair && s->half[0].state != HALF_NONE);
    CHECK(s->held == is_held(s));
    CHECK(!s->counted || s->held);
    CHECK(list_empty(&s->news_link) && !s->granted); /* all has been told */
    CHECK((s->exchange != NULL) == (s->conv == CONV_CONTROL));
    if (s->exchange) {
        CHECK(s->exchange->session == s && s->exchange->wait.pool == p);
        return NULL;
    }
    if (!s->conv)
        return NULL;
    const struct conversation *c = node_conversation(n, s->conv);
    CHECK(c);
    CHECK(c->session == s);
    CHECK(c->pool == p);
    CHECK(list_empty(&s->idle_link)); /* a busy one is on no idle list */
    return NULL;
}

static const char *check_idle(const struct session_pool *p, unsigned winner)
{
    uint64_t before = UINT64_MAX;
    LIST_FOREACH(l, &p->idle[winner]) {
        const struct session *s = LIST_OWNER(l, struct session, idle_link);
        CHECK(s->pool == p && s->conv == 0 && s->winner == winner && s->counted && !s->claim);
        CHECK(half_idle(s->half[0].state) && (!p->local_pair || half_idle(s->half[1].state)));
        CHECK(s->idle_since_ms <= before);
        before = s->idle_since_ms;
    }
    return NULL;
}

static const char *check_limits(const struct session_pool *p)
{
    CHECK(p->at[0].limit == p->at[1].limit);
    CHECK(p->at[0].min_winners == p->at[1].min_losers && p->at[1].min_winners == p->at[0].min_losers);
    CHECK(p->at[0].min_winners + p->at[1].min_winners <= p->at[0].limit);
    CHECK(p->at[0].drain_self == p->at[1].drain_partner && p->at[1].drain_self == p->at[0].drain_partner);
    /* More sessions than the limit only while conversations hold them, or wait to be drained. */
    CHECK(p->active <= p->at[0].limit || (list_empty(&p->idle[0]) && list_empty(&p->idle[1])) ||
          (p->at[0].limit == 0 && p->waiting > 0));
    return NULL;
}

static const char *check_waiters(const struct node *n, const struct session_pool *p)
{
    unsigned starting = 0, apart = 0, claims = 0;
    LIST_FOREACH(l, &p->waiters) {
        const struct waiter *w = LIST_OWNER(l, struct waiter, link);
        CHECK(w->pool == p && w->side < 2);
        CHECK(!w->starting || w->starting->claim == w);
        starting += w->starting != NULL;
        apart += waiter_apart(w);
    }
    LIST_FOREACH(m, &p->sessions)
        claims += LIST_OWNER(m, struct session, link)->claim != NULL;
    CHECK(p->waiting == length(&p->waiters));
    CHECK(p->n_apart == apart);
    CHECK(starting == claims);
    CHECK(list_empty(&p->touched)); /* all has been served */
    CHECK(!p->first || (p->first->pool == p && p->first->first_use && !list_empty(&n->exchanges)));
    return NULL;
}

static const char *check_sums(const struct session_pool *p)
{
    unsigned active = 0, held = 0, used = 0, idle = 0, winners[2] = {0, 0}, held_won[2] = {0, 0};
    LIST_FOREACH(l, &p->sessions) {
        const struct session *s = LIST_OWNER(l, struct session, link);
        active += s->counted;
        held += s->held;
        used += s->conv != 0;
        idle += !list_empty(&s->idle_link);
        winners[s->winner] += s->counted;
        held_won[s->winner] += s->held;
    }
    CHECK(p->active == active && p->held == held);
    CHECK(p->in_use == used);
    CHECK(p->winners[0] == winners[0] && p->winners[1] == winners[1]);
    CHECK(p->held_won[0] == held_won[0] && p->held_won[1] == held_won[1]);
    CHECK(length(&p->idle[0]) + length(&p->idle[1]) == idle);
    CHECK(p->activations - p->unbinds == p->active);
    return NULL;
}

static const char *check_pool(const struct node *n, const struct session_pool *p)
{
    const char *bad = check_sums(p);
    bad = bad ? bad : check_waiters(n, p);
    LIST_FOREACH(l, &p->sessions)
        bad = bad ? bad : check_session(n, p, LIST_OWNER(l, struct session, link));
    for (unsigned w = 0; w < 2; w++)
        bad = bad ? bad : check_idle(p, w);
    return bad ? bad : check_limits(p);
}

static const char *check_pair(const struct lu_pair *pair)
{
    unsigned active = 0, held = 0;
    LIST_FOREACH(l, &pair->pools) {
        const struct session_pool *p = LIST_OWNER(l, struct session_pool, pair_link);
        CHECK(p->pair == pair);
        active += p->active;
        held += p->held;
    }
    CHECK(pair->active == active && pair->held == held);
    CHECK(pair->parallel || active <= 1);
    return NULL;
}

static const char *check_conversation(const struct node *n, const struct conversation *c)
{
    unsigned joined = 0;
    for (unsigned i = 0; i < 2; i++) {
        const struct conversation_side *s = &c->sides[i];
        CHECK(s->is_b == (i == SIDE_B));
        CHECK(!s->process || node_process(n, s->process));
        CHECK((s->process == 0) == list_empty(&s->link));
        joined += s->process != 0;
    }
    CHECK(joined > 0 || c->state == CONV_ATTACHING || c->far_open);
    if (c->session)
        CHECK(c->session->conv == c->id);
    bool ended = c->sides[SIDE_A].over || c->sides[SIDE_B].over || c->state == CONV_REFUSED;
    if (c->pool->local_pair)
        CHECK(!c->session == (ended || c->state == CONV_WAITING || c->state == CONV_CUT));
    else
        CHECK(!c->session == !c->far_open);
    CHECK((c->state == CONV_WAITING) != list_empty(&c->wait.link));
    return NULL;
}

static const char *check_processes(const struct node *n)
{
    LIST_FOREACH(l, &n->processes) {
        const struct process *p = LIST_OWNER(l, struct process, link);
        CHECK(p->n_conversations == length(&p->sides));
        LIST_FOREACH(m, &p->sides)
            CHECK(LIST_OWNER(m, struct conversation_side, link)->process == p->id);
    }
    return NULL;
}

const char *node_check(const struct node *n)
{
    const struct conversation *c;
    uint32_t i = 0;
    unsigned total = 0, belonging = 0;
    uint64_t active = 0, sessions = 0;
    const char *bad = check_processes(n);
    LIST_FOREACH(l, &n->pools) {
        const struct session_pool *p = LIST_OWNER(l, struct session_pool, link);
        bad = bad ? bad : check_pool(n, p);
        belonging += p->conversations;
        active += p->active;
        sessions += length(&p->sessions);
    }
    LIST_FOREACH(l, &n->guests) {
        const struct session_pool *p = LIST_OWNER(l, struct session_pool, link);
        CHECK(p->guest && p->conversations > 0 && list_empty(&p->sessions) && list_empty(&p->waiters));
        belonging += p->conversations;
    }
    LIST_FOREACH(l, &n->pairs)
        bad = bad ? bad : check_pair(LIST_OWNER(l, struct lu_pair, link));
    for (; !bad && (c = idtab_next(&n->convs, &i)); total++)
        bad = check_conversation(n, c);
    if (bad)
        return bad;
    CHECK(total == n->convs.n);
    CHECK(total == belonging);
    CHECK(n->activations - n->unbinds == active);
    CHECK(n->n_sessions == sessions);
    CHECK(n->sessions.n - n->sessions.gone == sessions);
    CHECK(list_empty(&n->news) && list_empty(&n->touched));
    return NULL;
}
