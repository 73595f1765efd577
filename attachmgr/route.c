/* The way of an Attach to its TP: when it arrives, and again whenever something changes for waiting Attaches.
 * A change among the registered TPs moves whole queues (queue.c).  It looks at each Attach of a queue only
 * where the new TP checks credentials or starts a copy for each. */
#include <assert.h>
#include <stdio.h>

#include "attachmgr/security.h"
#include "attachmgr/state.h"
#include "snanode/wire/sense.h"

/* ---- where an Attach goes ---- */

/* N is what is known of NAME, or NULL.  No TP here takes part in sync point, so an Attach that asks for it
 * finds none. */
static struct match_found find_route(const struct attachmgr *am, const struct match_name *name,
                                     const struct am_name *n, const char *lu, bool syncpt)
{
    if (syncpt)
        return (struct match_found){.rank = -1};
    const struct match_rules rules = elsewhere_rules(am);
    const struct am_name *every = name_find(am, &name_of_managers);
    return match_route(&am->index, name, lu, n ? n->ready : NULL, every ? every->ready : NULL, &rules);
}

static struct match_found route_of(const struct attachmgr *am, const struct am_queue *q)
{
    return find_route(am, &q->name->name, q->name, q->lu, q->syncpt);
}

/* ---- delivery ---- */

static struct am_tp *tp_of(struct match_cand *c)
{
    return c ? LIST_OWNER(c, struct am_tp, cand) : NULL;
}

static struct am_accept *accept_of(struct match_ready *r)
{
    struct am_reg *reg = LIST_OWNER(r, struct am_reg, ready);
    return LIST_OWNER(reg->slots.next, struct am_slot, in_reg)->accept;
}

/* Deliver the Attach CONV to ACC, which is then freed.  Returns false, with nothing done, if out of
 * memory.
 * */
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
    x->to_manager = match_takes_all(&tp->cand);
    snprintf(x->lu, sizeof x->lu, "%s", lu);
    tp->accepted++;
    acc->proc->served = tp;
    if (c) {
        c->delivered++;
        c->tp->failures = 0;
    }
    accept_free(am, acc);
    return true;
}

void route_bound(struct attachmgr *am, struct am_copy *c, struct am_accept *acc, uint64_t now_ms,
                 struct am_effects *fx)
{
    struct am_attach *a = c->attach;
    if (hand_over(am, a->conv, a->queue->lu, a->bound, acc, fx))
        attach_drop(am, a, now_ms, fx);
}

/* ---- routing what waits ---- */

/* The new TP of Q may want credentials that the last one did not. */
static void check_queue(struct attachmgr *am, struct am_queue *q, uint64_t now_ms, struct am_effects *fx)
{
    if (!q->tp || !q->tp->entry || !q->tp->entry->security)
        return;
    q->n++; /* keeps the queue while its Attaches go */
    LIST_FOREACH_SAFE(e, &q->fifo) {
        struct am_attach *a = LIST_OWNER(e, struct am_attach, in_queue);
        uint32_t sense = security_check(q->tp->entry, &a->fmh5, am->cipher);
        if (sense)
            attach_refuse(am, a, sense, AM_REF_OTHER, "user ID or password not valid", now_ms, fx);
    }
    q->n--;
}

/* Q has left OLD: if OLD is queued and has a copy that was started for an Attach of Q, the copy is no longer
 * for that Attach. */
static void leave_copy_of(struct attachmgr *am, struct am_queue *q, struct am_tp *old, uint64_t now_ms,
                          struct am_effects *fx)
{
    struct am_copy *c;
    if (old->kind == TP_NONQUEUED || list_empty(&old->copies))
        return;
    c = LIST_OWNER(old->copies.next, struct am_copy, in_tp);
    if (c->attach && c->attach->queue == q)
        attach_leave_copy(am, c->attach, now_ms, fx);
}

static void move_queue(struct attachmgr *am, struct am_queue *q, struct am_tp *tp, uint64_t now_ms,
                       struct am_effects *fx)
{
    struct am_tp *old = q->tp;
    *(old ? &old->waiting : &am->n_unmatched) -= q->length;
    *(tp ? &tp->waiting : &am->n_unmatched) += q->length;
    list_remove(&q->in_tp);
    list_append(tp ? &tp->queues : &am->unmatched, &q->in_tp);
    q->tp = tp;
    if ((old && match_takes_all(&old->cand)) || (tp && match_takes_all(&tp->cand)))
        LIST_FOREACH(e, &q->fifo)
            attach_arm(am, LIST_OWNER(e, struct am_attach, in_queue));
    if (old)
        leave_copy_of(am, q, old, now_ms, fx);
    check_queue(am, q, now_ms, fx);
}

/* Each Attach of Q gets a copy of its own; for a guest that is as good as handing it over [D15]. */
static void start_each(struct attachmgr *am, struct am_queue *q, uint64_t now_ms, struct am_effects *fx)
{
    LIST_FOREACH_SAFE(e, &q->fifo) {
        struct am_attach *a = LIST_OWNER(e, struct am_attach, in_queue);
        if (!guest_has_to_ask(a))
            copy_start(am, q->tp, a, q->lu, now_ms, fx);
        else if (!a->asked)
            guest_ask(am, a, now_ms, fx);
    }
}

static void refuse_all(struct attachmgr *am, struct am_queue *q, uint64_t now_ms, struct am_effects *fx)
{
    struct refusal r = refusal_no_tp(am, q->syncpt);
    q->n++;
    LIST_FOREACH_SAFE(e, &q->fifo)
        attach_refuse(am, LIST_OWNER(e, struct am_attach, in_queue), r.sense, r.why, r.text, now_ms, fx);
    q->n--;
}

/* Give A to the Accept of F, or ask for it.  False: not now. */
static bool give(struct attachmgr *am, struct am_attach *a, const struct match_found *f, uint64_t now_ms,
                 struct am_effects *fx)
{
    if (guest_has_to_ask(a))
        return guest_ask(am, a, now_ms, fx);
    if (!hand_over(am, a->conv, a->queue->lu, a->queue->tp, accept_of(f->ready), fx))
        return false;
    attach_drop(am, a, now_ms, fx);
    return true;
}

/* Route Q anew, and deliver as many of its Attaches as there are Accepts. */
static void give_all(struct attachmgr *am, struct am_queue *q, uint64_t now_ms, struct am_effects *fx)
{
    struct am_attach *a;
    while (queue_head(q)) {
        struct match_found f = route_of(am, q);
        elsewhere_send_better(am, q, &f, now_ms, fx);
        if (tp_of(f.cand) != q->tp)
            move_queue(am, q, tp_of(f.cand), now_ms, fx);
        if (!f.ready || !(a = guest_next_for(q, f.ready)) || !give(am, a, &f, now_ms, fx))
            break;
    }
}

void route_queue(struct attachmgr *am, struct am_queue *q, uint64_t now_ms, struct am_effects *fx)
{
    q->n++;
    give_all(am, q, now_ms, fx);
    if (!q->tp)
        guest_send_back(am, q, now_ms, fx);
    if (!q->tp && !am->table->sw.hold_unmatched)
        refuse_all(am, q, now_ms, fx);
    else if (q->tp && q->tp->kind == TP_NONQUEUED)
        start_each(am, q, now_ms, fx);
    else if (q->tp)
        copy_if_needed(am, q->tp, now_ms, fx);
    q->n--;
    queue_put(am, q);
}

static void settle_todo(struct attachmgr *am, uint64_t now_ms, struct am_effects *fx)
{
    while (!list_empty(&am->todo)) {
        struct am_queue *q = LIST_OWNER(am->todo.next, struct am_queue, in_todo);
        list_remove(&q->in_todo);
        route_queue(am, q, now_ms, fx);
    }
}

void route_key(struct attachmgr *am, uint64_t key, uint64_t now_ms, struct am_effects *fx)
{
    struct am_key *k = key_find(am, key);
    if (!k)
        return;
    LIST_FOREACH(e, &k->names) {
        struct am_name *n = LIST_OWNER(e, struct am_name, in_key);
        LIST_FOREACH(f, &n->queues) {
            struct am_queue *q = LIST_OWNER(f, struct am_queue, in_name);
            list_remove(&q->in_todo);
            list_append(&am->todo, &q->in_todo);
        }
    }
    settle_todo(am, now_ms, fx);
}

void route_attach(struct attachmgr *am, struct am_attach *a, uint64_t now_ms, struct am_effects *fx)
{
    struct am_queue *q = a->queue;
    if (!a->guest && !a->bound && !q->syncpt) {
        struct match_found f = route_of(am, q);
        struct directory_choice c = elsewhere_choose(am, &q->name->name, q->lu, &f, a);
        if (c.instance && elsewhere_send(am, a, c.instance, now_ms, fx))
            return;
    }
    route_queue(am, q, now_ms, fx);
}

void route_all(struct attachmgr *am, uint64_t now_ms, struct am_effects *fx)
{
    LIST_FOREACH(e, &am->all) {
        struct am_queue *q = LIST_OWNER(e, struct am_attach, in_all)->queue;
        if (list_empty(&q->in_todo))
            list_append(&am->todo, &q->in_todo);
    }
    settle_todo(am, now_ms, fx);
}

void route_tp(struct attachmgr *am, const struct am_tp *tp, uint64_t now_ms, struct am_effects *fx)
{
    if (match_takes_all(&tp->cand)) {
        route_all(am, now_ms, fx);
        return;
    }
    route_key(am, tp->cand.own.key, now_ms, fx);
    for (size_t i = 0; i < tp->n_aliases; i++)
        route_key(am, tp->aliases[i].key, now_ms, fx);
}

/* Among the queues of R's name, or of R's LU where R is an attach manager's, the one with the oldest Attach
 * that R could take, if that is older than *OLDEST (0 = none yet); else BEST. */
static struct am_queue *oldest_for(const struct attachmgr *am, struct am_reg *r, struct am_queue *best,
                                   uint64_t *oldest)
{
    bool manager = match_takes_all(&r->tp->cand);
    LIST_FOREACH(e, manager ? &r->tp->queues : &r->name->queues) {
        struct am_queue *q =
            manager ? LIST_OWNER(e, struct am_queue, in_tp) : LIST_OWNER(e, struct am_queue, in_name);
        struct am_attach *a = guest_next_for(q, (struct match_ready *)(uintptr_t)&r->ready);
        if (a && (!*oldest || a->seq < *oldest) && route_of(am, q).ready == &r->ready) {
            best = q;
            *oldest = a->seq;
        }
    }
    return best;
}

void route_feed(struct attachmgr *am, struct am_accept *acc, uint64_t now_ms, struct am_effects *fx)
{
    uint32_t id = acc->id;
    struct am_queue *best;
    do { /* again only when the Attach that was found is refused on the way, or asked for */
        uint64_t oldest = 0;
        best = NULL;
        for (size_t i = 0; i < acc->n_slots; i++)
            best = oldest_for(am, acc->slots[i].reg, best, &oldest);
        if (best)
            route_queue(am, best, now_ms, fx);
    } while (best && fx_room(fx, 1) && (acc = accept_find(am, id)));
}

/* ---- arrival ---- */

/* Why an Attach that no Accept takes at once may not wait; sense 0 when it may. */
static struct refusal may_wait(const struct attachmgr *am, const struct am_tp *tp, bool syncpt,
                               uint32_t wait_ms)
{
    unsigned waiting = tp ? tp->waiting : am->n_unmatched;
    if (!tp && (!am->table->sw.hold_unmatched || !wait_ms))
        return refusal_no_tp(am, syncpt);
    if (!wait_ms)
        return (struct refusal){SENSE_TP_UNAVAILABLE_NO_RETRY, AM_REF_OTHER, "no Accept outstanding"};
    if (waiting >= am->table->sw.queue_limit)
        return (struct refusal){SENSE_TP_UNAVAILABLE_RETRY, AM_REF_OTHER, "the queue is full"};
    return (struct refusal){0};
}

/* Why the Attach F, for which FOUND is the TP, is refused at once; sense 0 when it is not. */
static struct refusal judge(struct attachmgr *am, const struct fmh5 *f, struct match_found found,
                            uint32_t wait_ms)
{
    struct am_tp *tp = tp_of(found.cand);
    uint32_t sense = security_check(tp ? tp->entry : NULL, f, am->cipher);
    if (sense)
        return (struct refusal){sense, AM_REF_OTHER, "user ID or password not valid"};
    if (f->pip_follows) /* nor would one that registers later [A54] */
        return (struct refusal){SENSE_PIP_NOT_ALLOWED, AM_REF_OTHER, "no TP here takes PIP data"};
    if (found.ready)
        return (struct refusal){0};
    return may_wait(am, tp, f->sync == FMH5_SYNC_SYNCPT, wait_ms);
}

struct arrival {
    uint32_t conv;
    const struct fmh5 *f;
    const char *lu;
    uint32_t wait_ms;
    bool guest, ours;
    struct match_name name;
};

static struct am_attach *wait_in_queue(struct attachmgr *am, const struct arrival *v, uint64_t now_ms)
{
    struct am_attach *a = attach_new(am, v->conv, v->f, &v->name, v->lu);
    if (!a)
        return NULL;
    a->guest = v->guest;
    a->ours = v->ours;
    a->arrived_ms = now_ms;
    a->deadline_ms = now_ms + v->wait_ms;
    attach_arm(am, a);
    return a;
}

/* Whether the Attach has gone to another machine. */
static bool goes_elsewhere(struct attachmgr *am, const struct arrival *v, const struct match_found *found,
                           uint64_t now_ms, struct am_effects *fx)
{
    struct am_attach *a;
    if (!am->directory || v->guest || v->f->sync == FMH5_SYNC_SYNCPT)
        return false;
    struct directory_choice c = elsewhere_choose(am, &v->name, v->lu, found, NULL);
    if (!c.instance || !fx_room(fx, 1) || !(a = wait_in_queue(am, v, now_ms)))
        return false;
    return elsewhere_send(am, a, c.instance, now_ms, fx);
}

static void not_here(uint32_t conv, struct am_effects *fx)
{
    struct am_effect *x = fx_add(fx, AM_FX_NOT_HERE);
    if (x)
        x->conv = conv;
}

static void arrive(struct attachmgr *am, struct arrival *v, uint64_t now_ms, struct am_effects *fx)
{
    struct refusal no_memory = {SENSE_TP_UNAVAILABLE_RETRY, AM_REF_OTHER, "out of memory"};
    bool syncpt = v->f->sync == FMH5_SYNC_SYNCPT, asks = v->guest && !v->ours;
    assert(!attach_find(am, v->conv));
    match_name_from_attach(&v->name, v->f->tpn, v->f->tpn_n);
    struct match_found found = find_route(am, &v->name, name_find(am, &v->name), v->lu, syncpt);
    if (goes_elsewhere(am, v, &found, now_ms, fx))
        return;
    if (asks && !found.cand) {
        not_here(v->conv, fx);
        return;
    }
    struct refusal r = judge(am, v->f, found, v->wait_ms);
    if (!r.sense && found.ready && !asks) {
        if (!hand_over(am, v->conv, v->lu, tp_of(found.cand), accept_of(found.ready), fx))
            fx->lost++;
        return;
    }
    struct am_attach *a = r.sense ? NULL : wait_in_queue(am, v, now_ms);
    if (!a) {
        refusal_say(am, v->conv, &v->name, v->lu, tp_of(found.cand), r.sense ? r : no_memory, fx);
        return;
    }
    if (!found.cand)
        refusal_foretell(am, a, v->wait_ms / 1000, fx);
    route_queue(am, a->queue, now_ms, fx);
}

void am_attach(struct attachmgr *am, uint32_t conv, const struct fmh5 *f, const char *lu,
               unsigned tp_timeout_s, uint64_t now_ms, struct am_effects *fx)
{
    struct arrival v = {.conv = conv, .f = f, .lu = lu, .wait_ms = tp_timeout_s * 1000};
    arrive(am, &v, now_ms, fx);
}

void am_attach_guest(struct attachmgr *am, uint32_t conv, const struct fmh5 *f, const char *lu,
                     uint32_t left_ms, bool ours, uint64_t now_ms, struct am_effects *fx)
{
    struct arrival v = {.conv = conv, .f = f, .lu = lu, .wait_ms = left_ms, .guest = true, .ours = ours};
    arrive(am, &v, now_ms, fx);
}

void am_attach_gone(struct attachmgr *am, uint32_t conv, uint64_t now_ms, struct am_effects *fx)
{
    struct am_attach *a = attach_find(am, conv);
    if (a)
        attach_drop(am, a, now_ms, fx);
}

/* At most so many Attaches wait for what is called NAME. */
static unsigned most_waiting(const struct attachmgr *am, const struct match_name *name)
{
    unsigned most = am->n_away; /* which are counted nowhere else */
    for (struct am_tp *tp = tp_named(am, name); tp; tp = tp_named_next(tp))
        most += tp->waiting;
    const struct am_name *unmatched = name_find(am, name);
    if (unmatched)
        LIST_FOREACH(q, &unmatched->queues)
            most += LIST_OWNER(q, struct am_queue, in_name)->n;
    return most;
}

unsigned am_purge(struct attachmgr *am, const char *name, uint64_t now_ms, struct am_effects *fx)
{
    struct match_name wanted;
    unsigned n = 0;
    match_name_from_ascii(&wanted, name);
    unsigned most = most_waiting(am, &wanted);
    LIST_FOREACH_SAFE(e, &am->all) { /* in the order in which they came */
        struct am_attach *a = LIST_OWNER(e, struct am_attach, in_all);
        struct am_tp *tp = attach_tp(a);
        if (n == most)
            break;
        if (!match_name_equal(tp ? &tp->cand.name : &a->queue->name->name, &wanted))
            continue;
        attach_refuse(am, a, SENSE_TP_UNAVAILABLE_NO_RETRY, AM_REF_OTHER, "purged by the operator", now_ms,
                      fx);
        n++;
    }
    return n;
}
