/* What the clock does to sessions: the idle ones are ended, and so are those whose partner does not play its
 * part in their end. */
#include "snanode/base/log.h"
#include "snanode/node/internal.h"
#include "snanode/wire/unbind.h"

enum { END_WAIT_MS = 30000 }; /* [S42] */

/* ---- idle sessions ---- */

void session_wake(struct node *n, uint64_t now_ms)
{
    uint64_t at = now_ms + n->rules.session_timeout_ms;
    if (n->rules.session_timeout_ms && at < n->wake_at)
        n->wake_at = at;
}

/* Idle sessions of P with this winner, the oldest first, until one has time left. */
static uint64_t tick_idle(struct node *n, struct session_pool *p, unsigned winner, uint64_t now_ms,
                          struct node_effects *fx)
{
    struct list *h = &p->idle[winner], *l = h->prev;
    while (l != h) {
        struct session *s = LIST_OWNER(l, struct session, idle_link);
        l = l->prev;
        if (s->kept)
            continue;
        if (s->idle_since_ms + n->rules.session_timeout_ms > now_ms)
            return s->idle_since_ms + n->rules.session_timeout_ms;
        session_retire(n, s, now_ms, fx);
    }
    return UINT64_MAX;
}

static uint64_t tick_all_idle(struct node *n, uint64_t now_ms, struct node_effects *fx)
{
    uint64_t next = UINT64_MAX;
    if (n->rules.session_timeout_ms == 0)
        return next;
    LIST_FOREACH(l, &n->pools)
        for (unsigned w = 0; w < 2; w++) {
            uint64_t at = tick_idle(n, LIST_OWNER(l, struct session_pool, link), w, now_ms, fx);
            next = at < next ? at : next;
        }
    return next;
}

/* ---- sessions that end ---- */

/* Whether a partner on a link has the next word: its BIS, or its UNBIND. */
static bool partner_ends(const struct session *s)
{
    enum half_state h = s->half[0].state;
    return !s->pool->local_pair && (h == HALF_BIS_SENT || h == HALF_BIS_ANSWERED);
}

void session_watch_end(struct node *n, struct session *s, uint64_t now_ms)
{
    if (!partner_ends(s)) {
        list_remove(&s->ending_link);
    } else if (list_empty(&s->ending_link)) {
        s->ending_since_ms = now_ms;
        list_append(&n->sessions_ending, &s->ending_link);
        if (now_ms + END_WAIT_MS < n->wake_at)
            n->wake_at = now_ms + END_WAIT_MS;
    }
}

/* The list is in order of time, because all of them wait equally long. */
static uint64_t tick_ending(struct node *n, uint64_t now_ms, struct node_effects *fx)
{
    while (!list_empty(&n->sessions_ending)) {
        struct session *s = LIST_OWNER(n->sessions_ending.next, struct session, ending_link);
        if (s->ending_since_ms + END_WAIT_MS > now_ms)
            return s->ending_since_ms + END_WAIT_MS;
        log_warn("session %u %s/%s %s: the partner has not answered BIS for %u s, and the session is unbound",
                 s->id, s->pool->fq[0], s->pool->fq[1], mode_shown(s->pool->mode), END_WAIT_MS / 1000);
        list_remove(&s->ending_link);
        session_unbind(n, s, UNBIND_CLEANUP, 0, now_ms, fx);
        session_news(n, s);
    }
    return UINT64_MAX;
}

uint64_t session_tick(struct node *n, uint64_t now_ms, struct node_effects *fx)
{
    uint64_t a = tick_all_idle(n, now_ms, fx), b = tick_ending(n, now_ms, fx);
    return a < b ? a : b;
}
