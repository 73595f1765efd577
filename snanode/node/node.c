#include "snanode/node/node.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/node/internal.h"

struct node *node_new(const struct node_config *cfg)
{
    struct node *n = calloc(1, sizeof *n);
    if (!n || side_load(&n->sides, cfg) < 0) {
        free(n);
        return NULL;
    }
    n->cfg = cfg;
    list_init(&n->processes);
    list_init(&n->pools);
    n->next_process = n->next_session = 1;
    return n;
}

void node_free(struct node *n)
{
    if (!n)
        return;
    struct node_effects fx = {.v = NULL};
    while (!list_empty(&n->processes))
        node_process_gone(n, LIST_OWNER(n->processes.next, struct process, link)->id, 0, &fx);
    LIST_FOREACH_SAFE(l, &n->pools)
    pool_free(LIST_OWNER(l, struct session_pool, link));
    side_free(&n->sides);
    free(fx.v);
    idtab_fini(&n->convs);
    free(n);
}

int node_reload(struct node *n, const struct node_config *cfg)
{
    if (side_load(&n->sides, cfg) < 0)
        return -1;
    n->cfg = cfg;
    LIST_FOREACH(l, &n->pools)
    {
        struct session_pool *p = LIST_OWNER(l, struct session_pool, link);
        const struct cfg_mode *m = config_mode(cfg, p->mode);
        if (m)
            pool_set_mode(p, m);
    }
    return 0;
}

void node_effect(struct node_effects *fx, struct node_effect e)
{
    if (fx->n == fx->cap) {
        size_t cap = fx->cap ? fx->cap * 2 : 64;
        struct node_effect *v = realloc(fx->v, cap * sizeof *v);
        if (!v)
            abort(); /* losing an effect would leave a conversation for ever; a few dozen octets are not there */
        fx->v = v;
        fx->cap = cap;
    }
    fx->v[fx->n++] = e;
}

struct process *node_process_add(struct node *n, int pid, unsigned uid, const char *program, uint64_t token,
                                 uint64_t cookie, uint64_t now_ms)
{
    struct process *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->id = n->next_process++;
    p->cookie = cookie;
    p->pid = pid;
    p->uid = uid;
    p->token = token;
    p->since_ms = now_ms;
    snprintf(p->program, sizeof p->program, "%s", program);
    list_init(&p->sides);
    list_append(&n->processes, &p->link);
    return p;
}

void node_process_names_take(struct process *p, const char **names, size_t n)
{
    free(p->names);
    p->names = names;
    p->n_names = n;
}

struct process *node_process(const struct node *n, uint32_t id)
{
    LIST_FOREACH(l, &n->processes)
    {
        struct process *p = LIST_OWNER(l, struct process, link);
        if (p->id == id)
            return p;
    }
    return NULL;
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
    explicit_bzero(p->user, sizeof p->user);
    free(p->names);
    free(p);
}

void node_init(const struct node *n, const struct process *p, const struct lp_init *m, struct lp_inited *out)
{
    *out = (struct lp_inited){.rc = 0};
    const struct cfg_lu *lu = lu_for_program(n, p, m->lu);
    if (!lu) {
        out->rc = 20; /* CM_PRODUCT_SPECIFIC_ERROR: no local LU (attach sheet 7.6) */
        return;
    }
    strcpy(out->lu, lu->alias);
    if (!m->symdest[0])
        return;
    const struct cfg_side *s = side_find(&n->sides, m->symdest);
    if (!s) {
        out->rc = 24; /* CM_PROGRAM_PARAMETER_CHECK: no such symbolic destination */
        return;
    }
    strcpy(out->partner, s->partner);
    strcpy(out->mode, s->mode);
    out->tpn_n = s->tp_name_n;
    memcpy(out->tpn, s->tp_name, s->tp_name_n);
    out->service_tp = s->service_tp;
    out->security = (uint8_t)s->security;
    out->user_n = (uint16_t)strlen(s->user);
    memcpy(out->user, s->user, out->user_n);
    out->password_n = (uint16_t)strlen(s->password);
    memcpy(out->password, s->password, out->password_n);
}
