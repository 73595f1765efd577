/* Rows of the service table: the configured TPs, and those that exist only because a program accepts their
 * name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attachmgr/state.h"

static size_t count_names(const struct tp_entry *entry)
{
    size_t n = 0;
    while (entry && entry->accept_names && entry->accept_names[n])
        n++;
    return n;
}

static void index_aliases(struct attachmgr *am, struct am_tp *tp, const struct tp_entry *entry)
{
    struct match_name alias;
    for (size_t i = 0; i < tp->n_aliases; i++) {
        match_name_from_ascii(&alias, entry->accept_names[i]);
        match_add(&am->index, &tp->aliases[i], &tp->cand, match_key(&alias), true);
    }
}

static void drop_aliases(struct attachmgr *am, struct am_tp *tp)
{
    near_leave(am, tp);
    for (size_t i = 0; i < tp->n_aliases; i++)
        match_remove(&am->index, &tp->aliases[i]);
    free(tp->aliases);
    free(tp->nears);
}

/* Room for N AcceptNames of TP.  -1: out of memory. */
static int alloc_aliases(size_t n, struct match_node **aliases, struct near_node **nears)
{
    *aliases = calloc(n + 1, sizeof **aliases);
    *nears = calloc(n + 1, sizeof **nears);
    if (*aliases && *nears)
        return 0;
    free(*aliases);
    free(*nears);
    return -1;
}

void tp_set_entry(struct attachmgr *am, struct am_tp *tp, const struct tp_entry *entry)
{
    size_t n = count_names(entry);
    struct match_node *aliases;
    struct near_node *nears;
    tp->entry = entry;
    if (alloc_aliases(n, &aliases, &nears) < 0) /* the AcceptNames stay as they were */
        return;
    am->offers++;
    drop_aliases(am, tp);
    tp->aliases = aliases;
    tp->nears = nears;
    tp->n_aliases = n;
    index_aliases(am, tp, entry);
    near_enter(am, tp);
}

void tp_withdraw(const struct attachmgr *am, struct am_tp *tp)
{
    tp->configured = false;
    tp->entry = tp_entry_for(am, &tp->cand.name, tp->cand.lu);
    tp->cand.usable = tp->members && tp->kind != TP_NONQUEUED;
    if (tp->kind == TP_QUEUED) {
        tp->kind = TP_OPERATOR;
        tp->cand.class = MATCH_OPERATOR;
    }
}

static void init_lists(struct am_tp *tp)
{
    list_init(&tp->in_dirty);
    list_init(&tp->queues);
    list_init(&tp->bound);
    list_init(&tp->copies);
    list_init(&tp->regs);
}

struct am_tp *tp_new(struct attachmgr *am, const struct match_name *name, const char *lu, enum tp_kind kind,
                     const struct tp_entry *entry, bool configured)
{
    struct am_tp *tp = calloc(1, sizeof *tp);
    size_t n = configured ? count_names(entry) : 0;
    if (!tp || alloc_aliases(n, &tp->aliases, &tp->nears) < 0) {
        free(tp);
        return NULL;
    }
    if (timers_promise(&am->timers) < 0) {
        free(tp->aliases);
        free(tp->nears);
        free(tp);
        return NULL;
    }
    init_lists(tp);
    tp->n_aliases = n;
    tp->kind = kind;
    tp->entry = entry;
    tp->configured = configured;
    tp->timer.kind = AM_TIMER_START;
    tp->cand.name = *name;
    snprintf(tp->cand.lu, sizeof tp->cand.lu, "%s", lu);
    tp->cand.class = kind == TP_OPERATOR ? MATCH_OPERATOR : MATCH_AUTO;
    tp->cand.usable = kind != TP_OPERATOR;
    tp->cand.order = ++am->order;
    match_add(&am->index, &tp->cand.own, &tp->cand, match_key(name), false);
    index_aliases(am, tp, entry);
    near_enter(am, tp);
    list_append(&am->tps, &tp->in_all);
    am->offers++;
    return tp;
}

void tp_free(struct attachmgr *am, struct am_tp *tp)
{
    am->offers++;
    drop_aliases(am, tp);
    match_remove(&am->index, &tp->cand.own);
    list_remove(&tp->in_all);
    timers_release(&am->timers, &tp->timer);
    free(tp);
}

void tp_put(struct attachmgr *am, struct am_tp *tp)
{
    if (!tp->configured && !tp->members && list_empty(&tp->in_dirty) && list_empty(&tp->queues) &&
        list_empty(&tp->bound) && list_empty(&tp->copies) && list_empty(&tp->regs))
        tp_free(am, tp);
}

bool tp_live(const struct am_tp *tp)
{
    return tp->members || !list_empty(&tp->copies);
}

static bool tp_owns_key(const struct am_tp *tp, uint64_t key)
{
    for (size_t i = 0; i < tp->n_aliases; i++)
        if (tp->aliases[i].key == key)
            return true;
    return tp->cand.own.key == key;
}

static struct am_tp *node_tp(const struct match_node *n)
{
    return LIST_OWNER(n->cand, struct am_tp, cand);
}

static struct am_tp *named(struct match_node *n, const struct match_name *name)
{
    while (n && (n->alias || !match_name_equal(&n->cand->name, name)))
        n = match_next(n);
    return n ? node_tp(n) : NULL;
}

struct am_tp *tp_named(const struct attachmgr *am, const struct match_name *name)
{
    return named(match_first(&am->index, match_key(name)), name);
}

struct am_tp *tp_named_next(const struct am_tp *tp)
{
    return named(match_next(&tp->cand.own), &tp->cand.name);
}

/* ---- which rows a name leads to ---- */

static int scratch_add(struct attachmgr *am, struct am_tp *tp)
{
    if (am->scratch_n == am->scratch_cap) {
        size_t cap = am->scratch_cap ? am->scratch_cap * 2 : 8;
        struct am_tp **v = realloc(am->scratch, cap * sizeof(struct am_tp *));
        if (!v)
            return -1;
        am->scratch = v;
        am->scratch_cap = cap;
    }
    am->scratch[am->scratch_n++] = tp;
    return 0;
}

/* The rows that the registry has for KEY and LU ("" = all): those of that name, else those that list it in
 * AcceptNames. */
static int find_configured(struct attachmgr *am, uint64_t key, const char *lu)
{
    am->scratch_n = 0;
    for (int alias = 0; alias < 2 && !am->scratch_n; alias++)
        for (struct match_node *n = match_first(&am->index, key); n; n = match_next(n)) {
            struct am_tp *tp = node_tp(n);
            if (n->alias == (alias == 1) && tp->configured && (!lu[0] || strcmp(tp->cand.lu, lu) == 0) &&
                scratch_add(am, tp) < 0)
                return -1;
        }
    return 0;
}

static struct am_tp *find_registered(const struct attachmgr *am, const struct match_name *name,
                                     const char *lu)
{
    for (struct match_node *n = match_first(&am->index, match_key(name)); n; n = match_next(n)) {
        struct am_tp *tp = node_tp(n);
        if (!tp->configured && tp->cand.class == MATCH_OPERATOR && match_name_equal(&tp->cand.name, name) &&
            strcmp(tp->cand.lu, lu) == 0)
            return tp;
    }
    return NULL;
}

const struct tp_entry *tp_entry_for(const struct attachmgr *am, const struct match_name *name, const char *lu)
{
    const struct am_tp *best = NULL;
    int best_fit = -1;
    for (struct match_node *n = match_first(&am->index, match_key(name)); n; n = match_next(n)) {
        struct am_tp *tp = node_tp(n);
        int fit = strcmp(tp->cand.lu, lu) == 0 ? 2 : !tp->cand.lu[0] ? 1 : 0;
        if (tp->configured && (fit > best_fit || (fit == best_fit && tp->cand.order < best->cand.order))) {
            best = tp;
            best_fit = fit;
        }
    }
    return best ? best->entry : NULL;
}

static struct am_tp *get_registered(struct attachmgr *am, const struct match_name *name, const char *lu)
{
    struct am_tp *tp = find_registered(am, name, lu);
    return tp ? tp : tp_new(am, name, lu, TP_OPERATOR, tp_entry_for(am, name, lu), false);
}

/* Where the registry has a TP both as operator-started and as autostarted on one LU, only the
 * operator-started row counts. */
static bool shadowed(const struct attachmgr *am, const struct am_tp *tp)
{
    for (size_t i = 0; tp->kind != TP_OPERATOR && i < am->scratch_n; i++)
        if (am->scratch[i]->kind == TP_OPERATOR && strcmp(am->scratch[i]->cand.lu, tp->cand.lu) == 0)
            return true;
    return false;
}

int row_targets(struct attachmgr *am, const struct am_proc *p, const struct match_name *name, const char *lu)
{
    uint64_t key = match_key(name);
    struct am_tp *tp;
    if (p->copy && tp_owns_key(p->copy->tp, key)) {
        am->scratch_n = 0;
        return scratch_add(am, p->copy->tp);
    }
    if (find_configured(am, key, lu) < 0)
        return -1;
    if (!am->scratch_n)
        return (tp = get_registered(am, name, lu)) ? scratch_add(am, tp) : -1;
    for (size_t i = 0; i < am->scratch_n; i++) {
        if (shadowed(am, am->scratch[i]))
            am->scratch[i--] = am->scratch[--am->scratch_n];
        else if (am->scratch[i]->kind == TP_NONQUEUED &&
                 !(am->scratch[i] = get_registered(am, name, am->scratch[i]->cand.lu)))
            return -1;
    }
    return 0;
}
