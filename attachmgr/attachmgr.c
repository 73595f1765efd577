/* The manager as a whole: its tables and its clock. */
#include "attachmgr/attachmgr.h"

#include <stdlib.h>
#include <string.h>

#include "attachmgr/state.h"

enum { RETRY_MS = 1000 };

/* ---- life ---- */

static struct am_tp *add_entry(struct attachmgr *am, const struct tp_entry *e)
{
    struct match_name name;
    match_name_from_ascii(&name, e->name);
    return tp_new(am, &name, e->lu, e->kind, e, true);
}

static int init_tables(struct attachmgr *am)
{
    if (match_init(&am->index) < 0 || hash_init(&am->keys) < 0 || hash_init(&am->names) < 0 ||
        hash_init(&am->attaches) < 0 || hash_init(&am->accepts) < 0 || hash_init(&am->procs) < 0 ||
        hash_init(&am->copies) < 0 || hash_init(&am->nears) < 0)
        return -1;
    for (size_t i = 0; i < am->table->n_entries; i++)
        if (!add_entry(am, &am->table->entries[i]))
            return -1;
    return 0;
}

struct attachmgr *am_new(const struct tp_table *table, uint64_t seed)
{
    struct attachmgr *am = calloc(1, sizeof *am);
    if (!am)
        return NULL;
    am->table = table;
    am->seed = seed;
    list_init(&am->all);
    list_init(&am->tps);
    list_init(&am->unmatched);
    list_init(&am->todo);
    list_init(&am->fresh);
    if (init_tables(am) < 0) {
        am_free(am);
        return NULL;
    }
    return am;
}

/* The whole manager goes, so nobody wants the effects of taking its parts out. */
static void free_attaches(struct attachmgr *am)
{
    struct am_effects none = {0};
    LIST_FOREACH_SAFE(e, &am->all)
        am_attach_gone(am, LIST_OWNER(e, struct am_attach, in_all)->conv, 0, &none);
    free(none.v);
}

static void free_processes(struct attachmgr *am)
{
    struct am_effects none = {0};
    for (size_t i = 0; am->procs.v && i < am->procs.cap; i++)
        while (am->procs.v[i])
            am_process_gone(am, LIST_OWNER(am->procs.v[i], struct am_proc, by_id)->id, 0, &none);
    free(none.v);
}

static void free_rows(struct attachmgr *am)
{
    while (!list_empty(&am->tps)) {
        struct am_tp *tp = LIST_OWNER(am->tps.next, struct am_tp, in_all);
        LIST_FOREACH_SAFE(e, &tp->copies)
            copy_free(am, LIST_OWNER(e, struct am_copy, in_tp));
        tp_free(am, tp);
    }
}

void am_set_cipher(struct attachmgr *am, const struct cipher *c)
{
    am->cipher = c;
}

void am_free(struct attachmgr *am)
{
    if (!am)
        return;
    free_attaches(am);
    free_processes(am);
    free_rows(am);
    match_fini(&am->index);
    hash_fini(&am->nears);
    hash_fini(&am->keys);
    hash_fini(&am->names);
    hash_fini(&am->attaches);
    hash_fini(&am->accepts);
    hash_fini(&am->procs);
    hash_fini(&am->copies);
    timers_fini(&am->timers);
    free(am->scratch);
    free(am);
}

/* ---- reload ---- */

/* The present row of entry E; NULL when there is none, or another entry of the new table has taken it. */
static struct am_tp *row_of(const struct attachmgr *am, const struct tp_entry *e)
{
    struct match_name name;
    match_name_from_ascii(&name, e->name);
    for (struct match_node *n = match_first(&am->index, match_key(&name)); n; n = match_next(n)) {
        struct am_tp *tp = LIST_OWNER(n->cand, struct am_tp, cand);
        if (tp->configured && !n->alias && tp->mark != am->mark && tp->kind == e->kind &&
            match_name_equal(&tp->cand.name, &name) && strcmp(tp->cand.lu, e->lu) == 0)
            return tp;
    }
    return NULL;
}

/* Put the rows of the new table at the end of the list, in the order of the table. */
static void take_entries(struct attachmgr *am)
{
    for (size_t i = 0; i < am->table->n_entries; i++) {
        const struct tp_entry *e = &am->table->entries[i];
        struct am_tp *tp = row_of(am, e);
        if (tp) {
            tp_set_entry(am, tp, e);
            tp->cand.order = ++am->order;
            list_remove(&tp->in_all);
            list_append(&am->tps, &tp->in_all);
        } else {
            tp = add_entry(am, e);
        }
        if (tp) /* else out of memory: that TP is not known */
            tp->mark = am->mark;
    }
}

void am_reload(struct attachmgr *am, const struct tp_table *table, uint64_t now_ms, struct am_effects *fx)
{
    struct list others;
    am->mark++;
    am->offers++;
    am->table = table;
    take_entries(am);
    list_init(&others);
    LIST_FOREACH_SAFE(e, &am->tps)
        if (LIST_OWNER(e, struct am_tp, in_all)->mark != am->mark) {
            list_remove(e);
            list_append(&others, e);
            LIST_OWNER(e, struct am_tp, in_all)->configured = false;
        }
    LIST_FOREACH_SAFE(e, &others) { /* rows without an entry come after those with one */
        list_remove(e);
        list_append(&am->tps, e);
        tp_withdraw(am, LIST_OWNER(e, struct am_tp, in_all));
    }
    route_all(am, now_ms, fx);
    LIST_FOREACH_SAFE(e, &am->tps)
        tp_put(am, LIST_OWNER(e, struct am_tp, in_all));
}

/* ---- time ---- */

uint64_t am_deadline(const struct attachmgr *am)
{
    const struct timer *t = timers_first(&am->timers);
    return t ? t->at : UINT64_MAX;
}

/* Its time is over, or that in which some machines were not asked. */
static void attach_rings(struct attachmgr *am, struct am_attach *a, uint64_t now_ms, struct am_effects *fx)
{
    if (a->away || !a->n_avoid || attach_is_late(a, now_ms)) {
        attach_expired(am, a, now_ms, fx);
        return;
    }
    a->n_avoid = 0;
    attach_arm(am, a);
    route_attach(am, a, now_ms, fx);
}

static void ring(struct attachmgr *am, struct timer *t, uint64_t now_ms, struct am_effects *fx)
{
    switch ((enum am_timer_kind)t->kind) {
    case AM_TIMER_ATTACH:
        attach_rings(am, LIST_OWNER(t, struct am_attach, timer), now_ms, fx);
        break;
    case AM_TIMER_ACCEPT:
        if (fx_room(fx, 1))
            accept_expired(am, LIST_OWNER(t, struct am_accept, timer), fx);
        else
            timer_set(&am->timers, t, now_ms + RETRY_MS);
        break;
    case AM_TIMER_START:
        copy_if_needed(am, LIST_OWNER(t, struct am_tp, timer), now_ms, fx);
        break;
    }
}

void am_tick(struct attachmgr *am, uint64_t now_ms, struct am_effects *fx)
{
    struct timer *t;
    while ((t = timers_first(&am->timers)) && t->at <= now_ms) {
        timer_stop(&am->timers, t);
        ring(am, t, now_ms, fx);
    }
}
