/* The checker: every counter against what it counts, every link against what it links. */
#include <string.h>

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

static const char *check_session(const struct node *n, const struct session_pool *p, const struct session *s)
{
    CHECK(s->pool == p);
    CHECK(s->id > 0 && s->id < n->next_session);
    CHECK(s->winner < 2 && s->primary < 2);
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
        CHECK(s->pool == p && s->conv == 0 && s->winner == winner);
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
    /* More sessions than the limit only while conversations hold them. */
    CHECK(p->active <= p->at[0].limit || p->in_use > 0);
    CHECK(p->active <= p->at[0].limit || p->active == p->in_use);
    return NULL;
}

static const char *check_pool(const struct node *n, const struct session_pool *p)
{
    unsigned busy = 0, winners[2] = {0, 0};
    const char *bad;
    LIST_FOREACH(l, &p->sessions) {
        const struct session *s = LIST_OWNER(l, struct session, link);
        if ((bad = check_session(n, p, s)))
            return bad;
        busy += s->conv != 0;
        winners[s->winner]++;
    }
    CHECK(p->active == length(&p->sessions));
    CHECK(p->in_use == busy);
    CHECK(p->winners[0] == winners[0] && p->winners[1] == winners[1]);
    CHECK(length(&p->idle[0]) + length(&p->idle[1]) == p->active - busy);
    CHECK(p->activations - p->unbinds == p->active);
    CHECK(p->waiting == length(&p->waiters));
    LIST_FOREACH(l, &p->waiters) {
        const struct conversation *c = LIST_OWNER(l, struct conversation, wait_link);
        CHECK(c->pool == p && c->state == CONV_WAITING && !c->session);
    }
    for (unsigned w = 0; w < 2; w++)
        if ((bad = check_idle(p, w)))
            return bad;
    return check_limits(p);
}

static const char *check_pair(const struct lu_pair *pair)
{
    unsigned active = 0;
    LIST_FOREACH(l, &pair->pools) {
        const struct session_pool *p = LIST_OWNER(l, struct session_pool, pair_link);
        CHECK(p->pair == pair);
        active += p->active;
    }
    CHECK(pair->active == active);
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
    CHECK(joined > 0 || c->state == CONV_ATTACHING);
    if (c->session)
        CHECK(c->session->conv == c->id);
    bool ended = c->sides[SIDE_A].over || c->sides[SIDE_B].over || c->state == CONV_REFUSED;
    CHECK(!c->session == (ended || c->state == CONV_WAITING || c->state == CONV_CUT));
    CHECK((c->state == CONV_WAITING) != list_empty(&c->wait_link));
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
    uint64_t active = 0;
    const char *bad = check_processes(n);
    LIST_FOREACH(l, &n->pools) {
        const struct session_pool *p = LIST_OWNER(l, struct session_pool, link);
        bad = bad ? bad : check_pool(n, p);
        belonging += p->conversations;
        active += p->active;
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
    return NULL;
}
