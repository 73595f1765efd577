/* Sessions that a mode wants without anybody asking for them: they are begun with the limits, and again when
 * the partner refused them for a reason that passes [S49]. */
#include "snanode/base/log.h"
#include "snanode/node/internal.h"
#include "snanode/wire/sense.h"

enum { AGAIN_MS = 10000 };

static unsigned count_kept(const struct session_pool *p)
{
    unsigned k = 0;
    LIST_FOREACH(l, &p->sessions) {
        const struct session *s = LIST_OWNER(l, struct session, link);
        k += s->kept && s->held;
    }
    return k;
}

static void activate_missing(struct node *n, struct session_pool *p, uint64_t now_ms, struct node_effects *fx)
{
    struct sna_err e;
    for (unsigned k = count_kept(p); k < p->automatic && pool_may_activate(n, p, p->automatic_side) == 0;
         k++) {
        struct session *s = session_activate(n, p, p->automatic_side, true, NULL, now_ms, fx, &e);
        if (!s)
            return;
        s->kept = true;
    }
}

void automatic_begin(struct node *n, struct session_pool *p, unsigned side, unsigned count, uint64_t now_ms,
                     struct node_effects *fx)
{
    p->automatic = count;
    p->automatic_side = (uint8_t)side;
    activate_missing(n, p, now_ms, fx);
}

void automatic_refused(struct node *n, const struct session *s, uint32_t sense, uint64_t now_ms)
{
    struct session_pool *p = s->pool;
    bool passes = sense != SENSE_SESSION_RESET && retcode_of_allocate(sense) == LP_RC_ALLOCATE_FAILURE_RETRY;
    if (!s->kept || s->since_ms || !passes || n->rules.no_bind_retry)
        return;
    p->automatic_at_ms = now_ms + AGAIN_MS;
    if (p->automatic_at_ms < n->wake_at)
        n->wake_at = p->automatic_at_ms;
}

/* Nobody has asked for it, so no connection is made active for it. */
static bool reachable(const struct node *n, const struct session_pool *p)
{
    uint32_t carrier;
    return p->local_pair || (n->carriers.reach &&
                             n->carriers.reach(n->carriers.arg, p->lu[1], p->fq[1], &carrier) == CARRIER_UP);
}

uint64_t automatic_tick(struct node *n, uint64_t now_ms, struct node_effects *fx)
{
    uint64_t next = UINT64_MAX;
    LIST_FOREACH(l, &n->pools) {
        struct session_pool *p = LIST_OWNER(l, struct session_pool, link);
        if (p->automatic_at_ms > now_ms && p->automatic_at_ms < next)
            next = p->automatic_at_ms;
        if (p->automatic_at_ms == 0 || p->automatic_at_ms > now_ms)
            continue;
        p->automatic_at_ms = 0;
        p->automatic_again = true;
        if (reachable(n, p) && node_effects_reserve(fx, n->convs.n, n->n_sessions + p->automatic) == 0)
            activate_missing(n, p, now_ms, fx);
    }
    return next;
}
