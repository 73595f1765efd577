#include "snanode/node/node.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/node/exchange.h"
#include "snanode/node/inject.h"
#include "snanode/base/log.h"
#include "snanode/node/internal.h"

static int tables_init(struct node *n)
{
    return hash_init(&n->processes_by_id) < 0 || hash_init(&n->guests_by_session) < 0 ||
                   hash_init(&n->machines) < 0 || hash_init(&n->pairs_by_names) < 0 ||
                   hash_init(&n->paths) < 0
               ? -1
               : 0;
}

static void tables_fini(struct node *n)
{
    hash_fini(&n->processes_by_id);
    hash_fini(&n->guests_by_session);
    hash_fini(&n->machines);
    hash_fini(&n->pairs_by_names);
    hash_fini(&n->paths);
    roster_fini(&n->sessions);
}

struct node *node_new(const struct node_config *cfg)
{
    struct node *n = calloc(1, sizeof *n);
    if (!n)
        return NULL;
    if (tables_init(n) < 0 || side_load(&n->sides, cfg) < 0) {
        tables_fini(n);
        free(n);
        return NULL;
    }
    n->cfg = cfg;
    list_init(&n->processes);
    list_init(&n->pools);
    list_init(&n->pairs);
    list_init(&n->guests);
    list_init(&n->injections);
    list_init(&n->news);
    list_init(&n->touched);
    list_init(&n->exchanges);
    list_init(&n->sessions_ending);
    n->rules.session_timeout_ms = 20000;
    n->wake_at = UINT64_MAX;
    n->next_process = n->next_session = 1;
    return n;
}

void node_free(struct node *n)
{
    if (!n)
        return;
    struct node_effects fx = {.v = NULL};
    const struct waiter_refusal why = {.rc = LP_RC_STOPPING};
    while (!list_empty(&n->processes))
        node_process_gone(n, LIST_OWNER(n->processes.next, struct process, link)->id, 0, &fx);
    conversations_free(n);
    exchanges_free(n);
    LIST_FOREACH_SAFE(l, &n->pools) {
        struct session_pool *p = LIST_OWNER(l, struct session_pool, link);
        waiters_refuse_all(n, p, &why, 0, &fx); /* orders: nobody is left to be told */
        LIST_FOREACH_SAFE(k, &p->sessions)
            session_free(n, LIST_OWNER(k, struct session, link));
        pool_free(p);
    }
    LIST_FOREACH_SAFE(m, &n->pairs)
        free(LIST_OWNER(m, struct lu_pair, link));
    inject_remove(&n->injections, INJECT_ATTACH, NULL);
    side_free(&n->sides);
    node_effects_free(&fx);
    idtab_fini(&n->convs);
    tables_fini(n);
    free(n);
}

/* Whether P's LUs and mode are still there. */
static bool pool_configured(const struct node_config *cfg, const struct session_pool *p,
                            const struct cfg_mode **m)
{
    *m = config_mode(cfg, p->mode);
    return (*m || p->implicit) && lu_local_by_name(cfg, p->fq[0]) &&
           (!p->local_pair || lu_local_by_name(cfg, p->fq[1]));
}

int node_reload(struct node *n, const struct node_config *cfg, uint64_t now_ms, struct node_effects *fx)
{
    if (side_load(&n->sides, cfg) < 0)
        return -1;
    n->cfg = cfg;
    LIST_FOREACH(l, &n->pools) {
        struct session_pool *p = LIST_OWNER(l, struct session_pool, link);
        const struct cfg_mode *m;
        if (pool_configured(cfg, p, &m)) {
            if (m)
                pool_set_mode(p, m);
        } else { /* as a reset that drains nothing; if it comes back, its first use sets limits again */
            p->limits_from = p->renewed = LIMITS_UNSET;
            pool_set_limits(p, 0, 0, 0, 0);
            waiters_refuse_closed(n, p, now_ms, fx);
        }
        session_trim(n, p, now_ms, fx);
        pool_touch(n, p);
    }
    node_work(n, now_ms, fx);
    return 0;
}

void node_set_rules(struct node *n, const struct node_rules *rules, uint64_t now_ms, struct node_effects *fx)
{
    n->rules = *rules;
    n->wake_at = 0; /* the next tick finds out whose time is up */
    LIST_FOREACH(l, &n->pools)
        pool_touch(n, LIST_OWNER(l, struct session_pool, link));
    node_work(n, now_ms, fx);
}

uint64_t node_deadline(const struct node *n)
{
    return n->wake_at;
}

void node_tick(struct node *n, uint64_t now_ms, struct node_effects *fx)
{
    if (now_ms < n->wake_at)
        return;
    n->wake_at = UINT64_MAX;
    uint64_t a = session_tick(n, now_ms, fx), b = waiters_tick(n, now_ms, fx);
    uint64_t c = automatic_tick(n, now_ms, fx);
    a = a < b ? a : b;
    a = a < c ? a : c;
    n->wake_at = a < n->wake_at ? a : n->wake_at;
    node_work(n, now_ms, fx);
}

void node_process_gone(struct node *n, uint32_t id, uint64_t now_ms, struct node_effects *fx)
{
    struct process *p = node_process(n, id);
    if (!p)
        return;
    while (!list_empty(&p->sides)) {
        struct conversation_side *s = LIST_OWNER(p->sides.next, struct conversation_side, link);
        struct conversation *c = s->is_b ? LIST_OWNER(s, struct conversation, sides[SIDE_B])
                                         : LIST_OWNER(s, struct conversation, sides[SIDE_A]);
        conversation_side_lost(n, c, s->is_b ? SIDE_B : SIDE_A, now_ms, fx);
    }
    list_remove(&p->link);
    hash_remove(&n->processes_by_id, &p->by_id);
    if (p->machine)
        hash_remove(&n->machines, &p->by_machine);
    explicit_bzero(p->user, sizeof p->user);
    free(p);
    node_work(n, now_ms, fx);
}

void node_init(const struct node *n, struct process *p, const struct lp_init *m, struct lp_inited *out)
{
    *out = (struct lp_inited){.rc = LP_RC_OK};
    const struct cfg_lu *lu = lu_for_process(n, p, m->lu);
    if (!lu && !lu_is_named(n, p, m->lu) && !(lu = lu_alone_in_pool(n)) && !lu_pool_empty(n))
        out->lu[0] = '\0'; /* one of several in the pool: the Allocate knows for which partner */
    else if (!lu && lu_elsewhere(n, p, m->lu, out->lu))
        ; /* another machine's: the Allocate asks it */
    else if (!lu)
        out->rc = m->lu[0] ? LP_RC_LU_UNKNOWN : LP_RC_LU_NONE; /* [A40] */
    if (out->rc)
        return;
    if (lu) {
        strcpy(out->lu, lu->alias);
        strcpy(p->lu, lu->alias);
    }
    if (!m->symdest[0])
        return;
    const struct side_entry *e = side_find(&n->sides, m->symdest, p->uid);
    if (!e) {
        out->rc = LP_RC_PROGRAM_PARAMETER_CHECK; /* no such symbolic destination */
        return;
    }
    const struct cfg_side *s = &e->side;
    strcpy(out->partner, s->partner);
    strcpy(out->mode, s->mode);
    out->tpn_n = s->tp_name_n;
    memcpy(out->tpn, s->tp_name, s->tp_name_n);
    out->service_tp = s->service_tp;
    out->security = (uint8_t)s->security;
    out->user_n = (uint16_t)strlen(s->user);
    memcpy(out->user, s->user, out->user_n);
    out->secret = secret_told(&n->sides.secrets, e->secret);
}
