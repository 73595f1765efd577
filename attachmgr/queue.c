/* Attaches that wait.  Those for one name on one LU route alike and are kept as a group, so that a change
 * among the registered TPs moves groups and never walks through their Attaches, unless the TP that they come
 * to checks credentials or starts a copy for each. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attachmgr/security.h"
#include "attachmgr/state.h"
#include "snanode/base/log.h"
#include "snanode/wire/sense.h"

enum { RETRY_MS = 1000 }; /* when there was no memory to say that an Attach is refused */

/* ---- groups ---- */

static struct am_group *group_find(const struct am_name *n, const char *lu, bool syncpt)
{
    LIST_FOREACH(e, &n->groups)
    {
        struct am_group *g = LIST_OWNER(e, struct am_group, in_name);

        if (g->syncpt == syncpt && strcmp(g->lu, lu) == 0)
            return g;
    }
    return NULL;
}

static struct am_group *group_new(struct attachmgr *am, const struct match_name *name, const char *lu,
                                  bool syncpt)
{
    struct am_name *n = name_get(am, name);
    struct am_group *g = n ? calloc(1, sizeof *g) : NULL;

    if (!g) {
        if (n)
            name_put(am, n);
        return NULL;
    }
    g->name = n;
    g->syncpt = syncpt;
    snprintf(g->lu, sizeof g->lu, "%s", lu);
    list_init(&g->fifo);
    list_init(&g->in_todo);
    list_append(&n->groups, &g->in_name);
    list_append(&am->unmatched, &g->in_tp);
    return g;
}

static void group_put(struct attachmgr *am, struct am_group *g)
{
    struct am_name *n = g->name;

    if (g->n)
        return;
    list_remove(&g->in_name);
    list_remove(&g->in_tp);
    list_remove(&g->in_todo);
    free(g);
    name_put(am, n);
}

/* Where an Attach goes.  Nobody here takes part in sync point, so such an Attach finds no eligible TP. */
static struct match_found route(const struct attachmgr *am, const struct match_name *name,
                                const struct am_name *n, const char *lu, bool syncpt)
{
    if (syncpt)
        return (struct match_found){0};
    return match_route(&am->index, name, lu, n ? n->ready : NULL, am->table->sw.match_tp_only);
}

static struct match_found group_route(const struct attachmgr *am, const struct am_group *g)
{
    return route(am, &g->name->name, g->name, g->lu, g->syncpt);
}

static struct am_tp *tp_of(struct match_cand *c)
{
    return c ? LIST_OWNER(c, struct am_tp, cand) : NULL;
}

static struct am_accept *accept_of(struct match_ready *r)
{
    struct am_reg *reg = LIST_OWNER(r, struct am_reg, ready);

    return LIST_OWNER(reg->slots.next, struct am_slot, in_reg)->accept;
}

static struct am_attach *group_head(const struct am_group *g)
{
    return list_empty(&g->fifo) ? NULL : LIST_OWNER(g->fifo.next, struct am_attach, in_group);
}

struct am_attach *queue_oldest(const struct am_tp *tp)
{
    struct am_attach *oldest = NULL;

    LIST_FOREACH(e, &tp->groups)
    {
        struct am_attach *a = group_head(LIST_OWNER(e, struct am_group, in_tp));

        if (a && (!oldest || a->seq < oldest->seq))
            oldest = a;
    }
    return oldest;
}

/* ---- one Attach ---- */

struct am_tp *attach_tp(const struct am_attach *a)
{
    return a->bound ? a->bound : a->group->tp;
}

static struct am_attach *attach_find(const struct attachmgr *am, uint32_t conv)
{
    struct hash_node *e = hash_first(&am->attaches, hash_u64(conv));

    return e ? LIST_OWNER(e, struct am_attach, by_conv) : NULL;
}

/* How many Attaches wait where A waits. */
static unsigned *waiting_with(struct attachmgr *am, const struct am_attach *a)
{
    struct am_tp *tp = attach_tp(a);

    return tp ? &tp->waiting : &am->n_unmatched;
}

/* The credentials in it must not stay in memory that others will get. */
void attach_free(struct attachmgr *am, struct am_attach *a)
{
    timers_release(&am->timers, &a->timer);
    explicit_bzero(&a->fmh5, sizeof a->fmh5);
    free(a);
}

/* The copy that was started for A is no longer for it, and may end by that. */
static void leave_copy(struct attachmgr *am, struct am_attach *a, uint64_t now_ms, struct am_effects *fx)
{
    struct am_copy *c = a->copy;

    if (!c)
        return;
    a->copy = NULL;
    c->attach = NULL;
    copy_check_end(am, c, now_ms, fx);
}

/* Take A off everything and free it. */
static void attach_drop(struct attachmgr *am, struct am_attach *a, uint64_t now_ms, struct am_effects *fx)
{
    struct am_group *g = a->group;
    struct am_tp *tp = attach_tp(a), *group_tp = g->tp;

    (*waiting_with(am, a))--;
    hash_remove(&am->attaches, &a->by_conv);
    list_remove(&a->in_all);
    list_remove(&a->in_group);
    g->n--;
    g->length -= !a->bound;
    leave_copy(am, a, now_ms, fx);
    attach_free(am, a);
    group_put(am, g);
    if (tp && tp != group_tp)
        tp_put(am, tp);
    if (group_tp)
        tp_put(am, group_tp);
}

/* The name of a TP as logs show it; what a partner sent may hold anything. */
struct shown {
    char s[MATCH_NAME_MAX * 4 + 1];
};

static const char *show(struct shown *out, const struct match_name *name)
{
    return log_clean(out->s, sizeof out->s, name->s, name->n);
}

static void refusal_events(enum am_refusal why, const char *tp, const char *lu, uint32_t sense,
                           const char *text, struct am_effects *fx)
{
    fx_event(fx, 60, "TP %.64s on %s could not be invoked, sense %08X: %s", tp, lu, (unsigned)sense, text);
    switch (why) {
    case AM_REF_OTHER:
        break;
    case AM_REF_UNMATCHED:
        fx_event(fx, 730, "no invokable TP %.64s for local LU %s", tp, lu);
        break;
    case AM_REF_SILENT:
        fx_event(fx, 557, "TP %.64s was started for %s and has not accepted", tp, lu);
        break;
    case AM_REF_START:
        fx_event(fx, 703, "TP %.64s: invocation failed, error code 1016", tp);
        fx_event(fx, 575, "TP %.64s: %s", tp, text);
        break;
    }
}

struct refusal {
    uint32_t sense;
    enum am_refusal why;
    const char *text;
};

static bool say_refused(uint32_t conv, const struct match_name *name, const char *lu, struct am_tp *tp,
                        struct refusal r, struct am_effects *fx)
{
    struct am_effect *x = fx_add(fx, AM_FX_REJECT);
    struct shown shown;

    if (!x)
        return false;
    x->conv = conv;
    x->sense = r.sense;
    x->entry = tp ? tp->entry : NULL;
    snprintf(x->lu, sizeof x->lu, "%s", lu);
    snprintf(x->text, sizeof x->text, "%s", r.text);
    refusal_events(r.why, show(&shown, name), lu, r.sense, r.text, fx);
    if (tp)
        tp->rejected++;
    return true;
}

void attach_refuse(struct attachmgr *am, struct am_attach *a, uint32_t sense, enum am_refusal why,
                   const char *text, uint64_t now_ms, struct am_effects *fx)
{
    struct refusal r = {sense, why, text};

    if (!fx_room(fx, 1)) {
        timer_set(&am->timers, &a->timer, now_ms + RETRY_MS);
        return;
    }
    say_refused(a->conv, &a->group->name->name, a->group->lu, attach_tp(a), r, fx);
    attach_drop(am, a, now_ms, fx);
}

static bool copy_is_silent(const struct am_attach *a)
{
    const struct am_tp *tp = attach_tp(a);

    if (a->bound)
        return a->copy && !a->copy->accepts;
    LIST_FOREACH(e, &tp->copies)
    if (!LIST_OWNER(e, struct am_copy, in_tp)->accepts)
        return true;
    return false;
}

/* How an Attach for which there is no TP is refused. */
static struct refusal no_tp(const struct attachmgr *am, bool syncpt)
{
    if (syncpt)
        return (struct refusal){SENSE_TP_UNAVAILABLE_RETRY, AM_REF_OTHER, "no TP takes part in sync point"};
    return (struct refusal){am->table->sw.unmatched_sense, AM_REF_UNMATCHED, "no TP matched"};
}

void attach_expired(struct attachmgr *am, struct am_attach *a, uint64_t now_ms, struct am_effects *fx)
{
    struct refusal r = {SENSE_TP_UNAVAILABLE_NO_RETRY, AM_REF_OTHER, "no Accept in time"};

    if (!attach_tp(a))
        r = no_tp(am, a->group->syncpt);
    else if (copy_is_silent(a))
        r = (struct refusal){SENSE_TP_UNAVAILABLE_NO_RETRY, AM_REF_SILENT,
                             "the program started and did not accept"};
    attach_refuse(am, a, r.sense, r.why, r.text, now_ms, fx);
}

/* ---- delivery ---- */

/* ACC takes CONV, and is gone; false, and nothing done, when out of memory. */
static bool hand_over(struct attachmgr *am, uint32_t conv, const char *lu, struct am_tp *tp,
                      struct am_accept *acc, struct am_effects *fx)
{
    struct am_copy *c = acc->proc->copy;
    struct am_effect *x = fx_room(fx, 1) ? fx_add(fx, AM_FX_DELIVER) : NULL;

    if (!x)
        return false;
    x->conv = conv;
    x->accept = acc->id;
    x->token = c ? c->token : 0;
    x->entry = tp->entry;
    snprintf(x->lu, sizeof x->lu, "%s", lu);
    tp->accepted++;
    if (c) {
        c->delivered++;
        c->tp->failures = 0;
    }
    accept_free(am, acc);
    return true;
}

void attach_deliver_bound(struct attachmgr *am, struct am_copy *c, struct am_accept *acc, uint64_t now_ms,
                          struct am_effects *fx)
{
    struct am_attach *a = c->attach;

    if (hand_over(am, a->conv, a->group->lu, a->bound, acc, fx))
        attach_drop(am, a, now_ms, fx);
}

/* ---- routing what waits ---- */

/* The TP that group G has come to may want credentials that the last one did not. */
static void check_group(struct attachmgr *am, struct am_group *g, uint64_t now_ms, struct am_effects *fx)
{
    if (!g->tp || !g->tp->entry || !g->tp->entry->security)
        return;
    g->n++; /* keeps the group while its Attaches go */
    LIST_FOREACH_SAFE(e, &g->fifo)
    {
        struct am_attach *a = LIST_OWNER(e, struct am_attach, in_group);
        uint32_t sense = security_check(g->tp->entry, &a->fmh5);

        if (sense)
            attach_refuse(am, a, sense, AM_REF_OTHER, "user ID or password not valid", now_ms, fx);
    }
    g->n--;
}

/* The copy of a queued TP is no longer for an Attach that has gone to wait for another TP. */
static void leave_copy_of(struct attachmgr *am, struct am_group *g, struct am_tp *old, uint64_t now_ms,
                          struct am_effects *fx)
{
    struct am_copy *c;

    if (old->kind == TP_NONQUEUED || list_empty(&old->copies))
        return;
    c = LIST_OWNER(old->copies.next, struct am_copy, in_tp);
    if (c->attach && c->attach->group == g)
        leave_copy(am, c->attach, now_ms, fx);
}

static void group_move(struct attachmgr *am, struct am_group *g, struct am_tp *tp, uint64_t now_ms,
                       struct am_effects *fx)
{
    struct am_tp *old = g->tp;

    *(old ? &old->waiting : &am->n_unmatched) -= g->length;
    *(tp ? &tp->waiting : &am->n_unmatched) += g->length;
    list_remove(&g->in_tp);
    list_append(tp ? &tp->groups : &am->unmatched, &g->in_tp);
    g->tp = tp;
    if (old)
        leave_copy_of(am, g, old, now_ms, fx);
    check_group(am, g, now_ms, fx);
}

/* Each Attach of G gets a copy of its own. */
static void start_each(struct attachmgr *am, struct am_group *g, uint64_t now_ms, struct am_effects *fx)
{
    LIST_FOREACH_SAFE(e, &g->fifo)
    copy_start(am, g->tp, LIST_OWNER(e, struct am_attach, in_group), g->lu, now_ms, fx);
}

static void refuse_all(struct attachmgr *am, struct am_group *g, uint64_t now_ms, struct am_effects *fx)
{
    struct refusal r = no_tp(am, g->syncpt);

    g->n++;
    LIST_FOREACH_SAFE(e, &g->fifo)
    attach_refuse(am, LIST_OWNER(e, struct am_attach, in_group), r.sense, r.why, r.text, now_ms, fx);
    g->n--;
}

/* Route G anew and do what follows: hand over, start, go on waiting, or be refused.  G may be gone after it.
 */
static void group_settle(struct attachmgr *am, struct am_group *g, uint64_t now_ms, struct am_effects *fx)
{
    struct am_attach *a;
    struct match_found f;

    g->n++;
    while ((a = group_head(g))) {
        f = group_route(am, g);
        if (tp_of(f.cand) != g->tp)
            group_move(am, g, tp_of(f.cand), now_ms, fx);
        if (!(a = group_head(g)) || !f.ready)
            break;
        if (!hand_over(am, a->conv, g->lu, g->tp, accept_of(f.ready), fx))
            break;
        attach_drop(am, a, now_ms, fx);
    }
    if (!g->tp && !am->table->sw.hold_unmatched)
        refuse_all(am, g, now_ms, fx);
    else if (g->tp && g->tp->kind == TP_NONQUEUED)
        start_each(am, g, now_ms, fx);
    else if (g->tp)
        copy_if_needed(am, g->tp, now_ms, fx);
    g->n--;
    group_put(am, g);
}

static void settle_todo(struct attachmgr *am, uint64_t now_ms, struct am_effects *fx)
{
    while (!list_empty(&am->todo)) {
        struct am_group *g = LIST_OWNER(am->todo.next, struct am_group, in_todo);

        list_remove(&g->in_todo);
        group_settle(am, g, now_ms, fx);
    }
}

void queue_rekey(struct attachmgr *am, uint64_t key, uint64_t now_ms, struct am_effects *fx)
{
    struct am_key *k = key_find(am, key);

    if (!k)
        return;
    LIST_FOREACH(e, &k->names)
    {
        struct am_name *n = LIST_OWNER(e, struct am_name, in_key);

        LIST_FOREACH(f, &n->groups)
        {
            struct am_group *g = LIST_OWNER(f, struct am_group, in_name);

            list_remove(&g->in_todo);
            list_append(&am->todo, &g->in_todo);
        }
    }
    settle_todo(am, now_ms, fx);
}

void queue_reroute_all(struct attachmgr *am, uint64_t now_ms, struct am_effects *fx)
{
    LIST_FOREACH(e, &am->all)
    {
        struct am_group *g = LIST_OWNER(e, struct am_attach, in_all)->group;

        if (list_empty(&g->in_todo))
            list_append(&am->todo, &g->in_todo);
    }
    settle_todo(am, now_ms, fx);
}

/* Among the groups of R's name, the one with the oldest head that would go to R's TP. */
static struct am_group *oldest_for(const struct attachmgr *am, const struct am_reg *r, struct am_group *best)
{
    LIST_FOREACH(e, &r->name->groups)
    {
        struct am_group *g = LIST_OWNER(e, struct am_group, in_name);
        struct am_attach *a = group_head(g);

        if (a && (!best || a->seq < group_head(best)->seq) && group_route(am, g).ready == &r->ready)
            best = g;
    }
    return best;
}

void queue_feed(struct attachmgr *am, struct am_accept *acc, uint64_t now_ms, struct am_effects *fx)
{
    uint32_t id = acc->id;
    struct am_group *best;

    do { /* more than once only when what was found is refused on the way */
        best = NULL;
        for (size_t i = 0; i < acc->n_slots; i++)
            best = oldest_for(am, acc->slots[i].reg, best);
        if (best)
            group_settle(am, best, now_ms, fx);
    } while (best && fx_room(fx, 1) && (acc = accept_find(am, id)));
}

/* ---- arrival ---- */

/* Why an Attach that no Accept takes at once may not wait either; sense 0 = it may. */
static struct refusal may_wait(const struct attachmgr *am, const struct am_tp *tp, bool syncpt,
                               unsigned timeout_s)
{
    unsigned waiting = tp ? tp->waiting : am->n_unmatched;

    if (!tp && (!am->table->sw.hold_unmatched || !timeout_s))
        return no_tp(am, syncpt);
    if (!timeout_s)
        return (struct refusal){SENSE_TP_UNAVAILABLE_NO_RETRY, AM_REF_OTHER, "no Accept outstanding"};
    if (waiting >= am->table->sw.queue_limit)
        return (struct refusal){SENSE_TP_UNAVAILABLE_RETRY, AM_REF_OTHER, "the queue is full"};
    return (struct refusal){0};
}

static struct am_attach *attach_new(struct attachmgr *am, uint32_t conv, const struct fmh5 *f,
                                    const struct match_name *name, const char *lu)
{
    bool syncpt = f->sync == FMH5_SYNC_SYNCPT;
    struct am_name *n = name_find(am, name);
    struct am_group *g = n ? group_find(n, lu, syncpt) : NULL;
    struct am_attach *a = calloc(1, sizeof *a);

    if (!a || timers_promise(&am->timers) < 0) {
        free(a);
        return NULL;
    }
    if (!g && !(g = group_new(am, name, lu, syncpt))) {
        attach_free(am, a);
        return NULL;
    }
    a->timer.kind = AM_TIMER_ATTACH;
    a->conv = conv;
    a->fmh5 = *f;
    a->seq = ++am->seq;
    a->group = g;
    g->n++;
    g->length++;
    list_append(&g->fifo, &a->in_group);
    list_append(&am->all, &a->in_all);
    hash_add(&am->attaches, &a->by_conv, hash_u64(conv));
    (*waiting_with(am, a))++;
    return a;
}

/* What am_attach has found out about an Attach. */
static struct refusal judge(struct attachmgr *am, const struct fmh5 *f, struct match_found found,
                            unsigned timeout_s)
{
    struct am_tp *tp = tp_of(found.cand);
    uint32_t sense = security_check(tp ? tp->entry : NULL, f);

    if (sense)
        return (struct refusal){sense, AM_REF_OTHER, "user ID or password not valid"};
    if (found.ready)
        return (struct refusal){0};
    return may_wait(am, tp, f->sync == FMH5_SYNC_SYNCPT, timeout_s);
}

void am_attach(struct attachmgr *am, uint32_t conv, const struct fmh5 *f, const char *lu,
               unsigned tp_timeout_s, uint64_t now_ms, struct am_effects *fx)
{
    struct refusal no_memory = {SENSE_TP_UNAVAILABLE_RETRY, AM_REF_OTHER, "out of memory"};
    struct match_name name;
    struct match_found found;
    struct refusal r;
    struct am_attach *a;

    assert(!attach_find(am, conv));
    match_name_from_attach(&name, f->tpn, f->tpn_n);
    found = route(am, &name, name_find(am, &name), lu, f->sync == FMH5_SYNC_SYNCPT);
    r = judge(am, f, found, tp_timeout_s);
    if (!r.sense && found.ready) {
        if (!hand_over(am, conv, lu, tp_of(found.cand), accept_of(found.ready), fx))
            fx->lost++;
        return;
    }
    a = r.sense ? NULL : attach_new(am, conv, f, &name, lu);
    if (!a) {
        say_refused(conv, &name, lu, tp_of(found.cand), r.sense ? r : no_memory, fx);
        return;
    }
    a->arrived_ms = now_ms;
    timer_set(&am->timers, &a->timer, now_ms + (uint64_t)tp_timeout_s * 1000);
    group_settle(am, a->group, now_ms, fx);
}

void am_attach_gone(struct attachmgr *am, uint32_t conv, uint64_t now_ms, struct am_effects *fx)
{
    struct am_attach *a = attach_find(am, conv);

    if (a)
        attach_drop(am, a, now_ms, fx);
}

unsigned am_purge(struct attachmgr *am, const char *name, uint64_t now_ms, struct am_effects *fx)
{
    struct match_name wanted;
    unsigned n = 0;

    match_name_from_ascii(&wanted, name);
    LIST_FOREACH_SAFE(e, &am->all)
    {
        struct am_attach *a = LIST_OWNER(e, struct am_attach, in_all);
        struct am_tp *tp = attach_tp(a);

        if (!match_name_equal(tp ? &tp->cand.name : &a->group->name->name, &wanted))
            continue;
        attach_refuse(am, a, SENSE_TP_UNAVAILABLE_NO_RETRY, AM_REF_OTHER, "purged by the operator", now_ms,
                      fx);
        n++;
    }
    return n;
}
