/* The status of TPs and of queued Attaches, for the operator.  None of it is kept: it is counted for each
 * request. */
#include <string.h>

#include "attachmgr/near.h"
#include "attachmgr/state.h"
#include "snanode/base/log.h"

/* Processes and Accepts stand on several lists but count once: one that bears MARK has been counted. */
struct tally {
    uint64_t mark;
    unsigned processes, accepts;
    int pid;
    uint32_t process;
};

static void count_accept(struct tally *t, struct am_accept *acc)
{
    t->accepts += acc->mark != t->mark;
    acc->mark = t->mark;
}

static void count_proc(struct tally *t, struct am_proc *p)
{
    if (p->mark == t->mark)
        return;
    p->mark = t->mark;
    t->processes++;
    if (p->pid) {
        t->pid = p->pid;
        t->process = p->id;
    }
}

static void count_reg(struct tally *t, const struct am_tp *tp, const struct am_reg *r)
{
    LIST_FOREACH(e, &r->members) {
        struct am_proc *p = LIST_OWNER(e, struct am_member, in_reg)->proc;
        if (!p->copy || p->copy->tp != tp) /* count_copy counts those of a copy */
            count_proc(t, p);
    }
    LIST_FOREACH(e, &r->slots)
        count_accept(t, LIST_OWNER(e, struct am_slot, in_reg)->accept);
}

/* Returns true when C runs and has not accepted yet. */
static bool count_copy(struct tally *t, const struct am_copy *c)
{
    bool runs = !c->exited || !list_empty(&c->procs);
    const struct am_proc *first =
        list_empty(&c->procs) ? NULL : LIST_OWNER(c->procs.next, struct am_proc, in_copy);
    t->processes += runs;
    if (first)
        t->process = first->id;
    if (!c->exited && c->pid)
        t->pid = c->pid;
    else if (first) /* the started process has ended, a child of it has not */
        t->pid = first->pid;
    if (c->tp->kind == TP_NONQUEUED)
        LIST_FOREACH(e, &c->procs) {
            struct am_proc *p = LIST_OWNER(e, struct am_proc, in_copy);
            LIST_FOREACH(f, &p->accepts)
                count_accept(t, LIST_OWNER(f, struct am_accept, in_proc));
        }
    return runs && !c->accepts;
}

static uint64_t oldest_age(const struct am_tp *tp, uint64_t now_ms)
{
    const struct am_attach *a = queue_oldest(tp);
    const struct am_attach *b =
        list_empty(&tp->bound) ? NULL : LIST_OWNER(tp->bound.next, struct am_attach, in_queue);
    if (!a || (b && b->seq < a->seq))
        a = b;
    return a ? now_ms - a->arrived_ms : 0;
}

static void tp_status(struct attachmgr *am, struct am_tp *tp, uint64_t now_ms, struct am_tp_status *st)
{
    struct tally t = {.mark = ++am->mark};
    unsigned starting = 0;
    LIST_FOREACH(e, &tp->regs)
        count_reg(&t, tp, LIST_OWNER(e, struct am_reg, in_tp));
    LIST_FOREACH(e, &tp->copies)
        starting += count_copy(&t, LIST_OWNER(e, struct am_copy, in_tp));
    *st = (struct am_tp_status){.name = match_takes_all(&tp->cand) ? "*" : tp->cand.name.s,
                                .lu = tp->cand.lu,
                                .kind = tp->kind,
                                .service = tp->configured && tp->entry->service,
                                .configured = tp->configured,
                                .pid = t.pid,
                                .process = t.process,
                                .processes = t.processes,
                                .queue_length = tp->waiting,
                                .accepts = t.accepts,
                                .starts = tp->starts,
                                .accepted = tp->accepted,
                                .rejected = tp->rejected,
                                .oldest_ms = oldest_age(tp, now_ms),
                                .entry = tp->configured ? tp->entry : NULL};
    st->state = t.accepts ? "waiting" : !t.processes ? "idle" : starting == t.processes ? "starting" : "busy";
}

void am_each_tp(const struct attachmgr *am, uint64_t now_ms, void (*cb)(void *, const struct am_tp_status *),
                void *arg)
{
    struct am_tp_status st;
    LIST_FOREACH(e, &am->tps) {
        tp_status((struct attachmgr *)(uintptr_t)am, LIST_OWNER(e, struct am_tp, in_all), now_ms, &st);
        cb(arg, &st);
    }
}

void am_each_tp_named(const struct attachmgr *am, const char *name, uint64_t now_ms,
                      void (*cb)(void *, const struct am_tp_status *), void *arg)
{
    struct am_tp_status st;
    struct match_name wanted;
    match_name_from_ascii(&wanted, strcmp(name, "*") == 0 ? "" : name); /* as tp_status shows it */
    for (struct am_tp *tp = tp_named(am, &wanted); tp; tp = tp_named_next(tp)) {
        tp_status((struct attachmgr *)(uintptr_t)am, tp, now_ms, &st);
        cb(arg, &st);
    }
}

void am_each_queued(const struct attachmgr *am, uint64_t now_ms,
                    void (*cb)(void *, const struct am_queued_status *), void *arg)
{
    char tp[MATCH_NAME_MAX * 4 + 1], near[NEAR_TEXT_MAX];
    LIST_FOREACH(e, &am->all) {
        const struct am_attach *a = LIST_OWNER(e, struct am_attach, in_all);
        const struct match_name *name = &a->queue->name->name;
        const struct am_tp *to = attach_tp(a);
        const char *machine = "", *address;
        near[0] = '\0';
        if (a->away && !directory_address(am->directory, a->away, &machine, &address))
            machine = "?";
        if (!to && !a->away)
            near_text(am, name, a->queue->lu, near);
        cb(arg, &(struct am_queued_status){.conv = a->conv,
                                           .tp = log_clean(tp, sizeof tp, name->s, name->n),
                                           .lu = a->queue->lu,
                                           .entry = !to                          ? ""
                                                    : match_takes_all(&to->cand) ? "*"
                                                                                 : to->cand.name.s,
                                           .near = near,
                                           .machine = machine,
                                           .waited_ms = now_ms - a->arrived_ms,
                                           .left_ms = a->deadline_ms > now_ms ? a->deadline_ms - now_ms : 0});
    }
}

struct am_counts am_counts(const struct attachmgr *am)
{
    return (struct am_counts){.attaches = (unsigned)am->attaches.n,
                              .accepts = (unsigned)am->accepts.n,
                              .copies = (unsigned)am->copies.n,
                              .processes = (unsigned)am->procs.n,
                              .registrations = am->n_members};
}
