/* Processes, the names that they accept, and the rows of the service table that exist only because a name was
 * accepted.  A registration lasts as long as its process, not as long as an Accept [A11]. */
#include <assert.h>
#include <stdlib.h>

#include "attachmgr/state.h"
#include "snanode/base/log.h"

/* ---- registrations ---- */

static struct am_reg *reg_get(struct attachmgr *am, const struct match_name *name, struct am_tp *tp)
{
    struct am_name *n = name_get(am, name);
    struct am_reg *r;
    if (!n)
        return NULL;
    for (struct match_ready *e = n->ready; e; e = e->next)
        if (e->cand == &tp->cand)
            return LIST_OWNER(e, struct am_reg, ready);
    r = calloc(1, sizeof *r);
    if (!r) {
        name_put(am, n);
        return NULL;
    }
    r->ready = (struct match_ready){.next = n->ready, .cand = &tp->cand};
    n->ready = &r->ready;
    r->name = n;
    r->tp = tp;
    list_init(&r->slots);
    list_init(&r->members);
    list_append(&tp->regs, &r->in_tp);
    am->offers++;
    return r;
}

static void reg_put(struct attachmgr *am, struct am_reg *r)
{
    struct match_ready **at = &r->name->ready;
    if (!list_empty(&r->members) || !list_empty(&r->slots))
        return;
    while (*at != &r->ready)
        at = &(*at)->next;
    *at = r->ready.next;
    list_remove(&r->in_tp);
    am->offers++;
    name_put(am, r->name);
    free(r);
}

/* The oldest outstanding Accept of the name, as routing sees it. */
static void reg_refresh(struct am_reg *r)
{
    r->ready.since =
        list_empty(&r->slots) ? 0 : LIST_OWNER(r->slots.next, struct am_slot, in_reg)->accept->seq;
}

struct am_member *member_find(const struct am_proc *p, const struct am_reg *r)
{
    LIST_FOREACH(e, &p->members) {
        struct am_member *m = LIST_OWNER(e, struct am_member, in_proc);
        if (m->reg == r)
            return m;
    }
    return NULL;
}

static int join(struct attachmgr *am, struct am_proc *p, struct am_reg *r)
{
    struct am_member *m;
    if (member_find(p, r))
        return 0;
    m = p->n_members < AM_NAMES_MAX ? calloc(1, sizeof *m) : NULL;
    if (!m)
        return -1;
    m->reg = r;
    m->proc = p;
    list_append(&r->members, &m->in_reg);
    list_append(&p->members, &m->in_proc);
    p->n_members++;
    am->n_members++;
    if (!r->tp->members++ && r->tp->cand.class == MATCH_OPERATOR) {
        r->tp->cand.usable = true;
        am->offers++;
        list_append(&am->fresh, &r->tp->in_dirty);
    }
    return 0;
}

/* ---- processes ---- */

struct am_proc *proc_find(const struct attachmgr *am, uint32_t id)
{
    struct hash_node *e = hash_first(&am->procs, hash_u64(id));
    return e ? LIST_OWNER(e, struct am_proc, by_id) : NULL;
}

struct am_proc *proc_get(struct attachmgr *am, uint32_t id)
{
    struct am_proc *p = proc_find(am, id);
    if (p || !(p = calloc(1, sizeof *p)))
        return p;
    p->id = id;
    list_init(&p->in_copy);
    list_init(&p->members);
    list_init(&p->accepts);
    hash_add(&am->procs, &p->by_id, hash_u64(id));
    return p;
}

void am_process_pid(struct attachmgr *am, uint32_t proc, int pid)
{
    struct am_proc *p = proc_get(am, proc);
    if (p)
        p->pid = pid;
}

void proc_free(struct attachmgr *am, struct am_proc *p)
{
    list_remove(&p->in_copy);
    hash_remove(&am->procs, &p->by_id);
    free(p);
}

void member_leave(struct attachmgr *am, struct am_member *m, struct list *dirty)
{
    struct am_tp *tp = m->reg->tp;
    list_remove(&tp->in_dirty);
    list_append(dirty, &tp->in_dirty);
    list_remove(&m->in_reg);
    list_remove(&m->in_proc);
    m->proc->n_members--;
    am->n_members--;
    reg_put(am, m->reg);
    free(m);
    if (!--tp->members && tp->cand.class == MATCH_OPERATOR)
        tp->cand.usable = false;
    am->offers++;
}

void members_gone(struct attachmgr *am, struct list *dirty, uint64_t now_ms, struct am_effects *fx)
{
    while (!list_empty(dirty)) {
        struct am_tp *tp = LIST_OWNER(dirty->next, struct am_tp, in_dirty);
        if (!tp->members)
            route_tp(am, tp, now_ms, fx);
        copy_if_needed(am, tp, now_ms, fx);
        list_remove(&tp->in_dirty);
        tp_put(am, tp);
    }
}

void am_process_gone(struct attachmgr *am, uint32_t proc, uint64_t now_ms, struct am_effects *fx)
{
    struct am_proc *p = proc_find(am, proc);
    struct am_copy *c;
    struct list dirty;
    uint64_t token;
    if (!p)
        return;
    token = p->copy ? p->copy->token : 0;
    list_init(&dirty);
    LIST_FOREACH_SAFE(e, &p->accepts)
        accept_free(am, LIST_OWNER(e, struct am_accept, in_proc));
    LIST_FOREACH_SAFE(e, &p->members)
        member_leave(am, LIST_OWNER(e, struct am_member, in_proc), &dirty);
    proc_free(am, p);
    members_gone(am, &dirty, now_ms, fx);
    if (token && (c = copy_find(am, token))) /* it may have ended together with its Attach */
        copy_check_end(am, c, now_ms, fx);
}

/* ---- Accepts ---- */

struct am_accept *accept_find(const struct attachmgr *am, uint32_t id)
{
    struct hash_node *e = hash_first(&am->accepts, hash_u64(id));
    return e ? LIST_OWNER(e, struct am_accept, by_id) : NULL;
}

/* The registrations stay: they belong to the process. */
void accept_free(struct attachmgr *am, struct am_accept *acc)
{
    for (size_t i = 0; i < acc->n_slots; i++) {
        list_remove(&acc->slots[i].in_reg);
        reg_refresh(acc->slots[i].reg);
        reg_put(am, acc->slots[i].reg);
    }
    timers_release(&am->timers, &acc->timer);
    hash_remove(&am->accepts, &acc->by_id);
    list_remove(&acc->in_proc);
    free(acc->slots);
    free(acc);
}

struct am_accept *accept_new(struct attachmgr *am, uint32_t id, struct am_proc *p)
{
    struct am_accept *acc = calloc(1, sizeof *acc);
    if (!acc || timers_promise(&am->timers) < 0) {
        free(acc);
        return NULL;
    }
    acc->id = id;
    acc->proc = p;
    acc->seq = ++am->seq;
    acc->timer.kind = AM_TIMER_ACCEPT;
    list_append(&p->accepts, &acc->in_proc);
    hash_add(&am->accepts, &acc->by_id, hash_u64(id));
    return acc;
}

/* A slot is where an Accept waits in the registration of one of its names.  The array may move while it
 * grows, so accept_begin puts the slots on their lists when it is complete. */
static int slot_add(struct am_accept *acc, struct am_reg *r)
{
    for (size_t i = 0; i < acc->n_slots; i++)
        if (acc->slots[i].reg == r)
            return 0;
    if ((acc->n_slots & (acc->n_slots - 1)) == 0) {
        struct am_slot *v = realloc(acc->slots, (acc->n_slots ? acc->n_slots * 2 : 1) * sizeof *v);
        if (!v)
            return -1;
        acc->slots = v;
    }
    acc->slots[acc->n_slots++] = (struct am_slot){.reg = r, .accept = acc};
    return 0;
}

/* Register the process on row TP under NAME and note that the Accept waits there. */
static int register_on(struct attachmgr *am, struct am_accept *acc, const struct match_name *name,
                       struct am_tp *tp)
{
    struct am_reg *r = reg_get(am, name, tp);
    int rc = r ? join(am, acc->proc, r) : -1;
    if (rc == 0)
        return slot_add(acc, r);
    if (r)
        reg_put(am, r);
    return -1;
}

int accept_register(struct attachmgr *am, struct am_accept *acc, const struct match_name *name,
                    const char *lu)
{
    int rc = row_targets(am, acc->proc, name, lu);
    for (size_t i = 0; i < am->scratch_n && rc == 0; i++)
        rc = register_on(am, acc, name, am->scratch[i]);
    for (size_t i = 0; i < am->scratch_n && rc < 0; i++)
        if (am->scratch[i])
            tp_put(am, am->scratch[i]); /* rows that were made for this name */
    return rc;
}

static int register_names(struct attachmgr *am, struct am_accept *acc, const char *const *names, size_t n,
                          const char *lu)
{
    struct match_name name;
    int rc = 0;
    for (size_t i = 0; i < n && rc == 0; i++) {
        match_name_from_ascii(&name, names[i]);
        if (name.n)
            rc = accept_register(am, acc, &name, lu);
    }
    return rc;
}

/* The Timeout is that of the copy's entry; else of the first name that has an entry; else infinite. */
static void arm(struct attachmgr *am, struct am_accept *acc, uint64_t now_ms)
{
    const struct tp_entry *entry = acc->proc->copy ? acc->proc->copy->tp->entry : NULL;
    for (size_t i = 0; !entry && i < acc->n_slots; i++)
        entry = acc->slots[i].reg->tp->entry;
    if (entry && entry->timeout_ms != TP_TIMEOUT_INFINITE)
        timer_set(&am->timers, &acc->timer, now_ms + entry->timeout_ms);
}

void accept_expired(struct attachmgr *am, struct am_accept *acc, struct am_effects *fx)
{
    const struct am_copy *c = acc->proc->copy;
    char tp[MATCH_NAME_MAX * 4 + 1] = "";
    if (acc->n_slots) /* a program's name may hold any octets */
        log_clean(tp, sizeof tp, acc->slots[0].reg->name->name.s, acc->slots[0].reg->name->name.n);
    else if (c)
        log_clean(tp, sizeof tp, c->tp->cand.name.s, c->tp->cand.name.n);
    fx_accept_fail(fx, acc->id, AM_FAIL_TIMEOUT, "no Attach within the Timeout of the TP");
    fx_event(fx, EVENT(ACCEPT_TIMED_OUT), tp);
    fx_event(fx, EVENT(REMOTE_START_FAILED), tp);
    accept_free(am, acc);
}

/* A process belongs to the copy whose token it presents.  A copy may have several processes (a TP that
 * forks).  Once a process has taken the Attach of a nonqueued copy, no other process may join that copy.
 * */
static bool claim(struct attachmgr *am, struct am_proc *p, uint64_t token)
{
    struct am_copy *c;
    if (!token || (p->copy && p->copy->token == token))
        return true;
    c = copy_find(am, token);
    if (!c || p->copy || (c->tp->kind == TP_NONQUEUED && c->delivered && c->first_proc != p->id))
        return false;
    p->copy = c;
    list_append(&c->procs, &p->in_copy);
    return true;
}

static bool names_hold(const char *const *names, size_t n, const struct match_name *wanted)
{
    struct match_name name;
    for (size_t i = 0; i < n; i++) {
        match_name_from_ascii(&name, names[i]);
        if (match_name_equal(&name, wanted))
            return true;
    }
    return false;
}

/* A nonqueued copy gets its one Attach, if that still waits and its name is among NAMES.  Otherwise the
 * Accept waits until its Timeout. */
static void accept_nonqueued(struct attachmgr *am, struct am_accept *acc, const char *const *names, size_t n,
                             uint64_t now_ms, struct am_effects *fx)
{
    struct am_copy *c = acc->proc->copy;
    arm(am, acc, now_ms);
    if (!c->attach || !names_hold(names, n, &c->attach->queue->name->name))
        return;
    c->first_proc = acc->proc->id;
    route_bound(am, c, acc, now_ms, fx);
}

void accept_begin(struct attachmgr *am, struct am_accept *acc, int rc, uint64_t now_ms, struct am_effects *fx)
{
    uint32_t id = acc->id;
    for (size_t i = 0; i < acc->n_slots; i++) {
        list_init(&acc->slots[i].in_reg);
        list_append(&acc->slots[i].reg->slots, &acc->slots[i].in_reg);
        reg_refresh(acc->slots[i].reg);
    }
    if (rc < 0 || !acc->n_slots) {
        bool full = rc < 0 && acc->proc->n_members == AM_NAMES_MAX;
        accept_free(am, acc);
        if (full)
            fx_accept_fail(fx, id, AM_FAIL_NAMES, "the process has too many TP names");
        else if (rc < 0)
            fx_accept_fail(fx, id, AM_FAIL_MEMORY, "out of memory");
        else
            fx_accept_fail(fx, id, AM_FAIL_NO_NAME, "no TP name");
    } else {
        route_feed(am, acc, now_ms, fx);
    }
    /* These rows have just become usable: Attaches may wait for them from now on. */
    while (!list_empty(&am->fresh)) {
        struct am_tp *tp = LIST_OWNER(am->fresh.next, struct am_tp, in_dirty);
        list_remove(&tp->in_dirty);
        route_tp(am, tp, now_ms, fx);
    }
}

static void accept_queued(struct attachmgr *am, struct am_accept *acc, const char *const *names, size_t n,
                          const char *lu, uint64_t now_ms, struct am_effects *fx)
{
    int rc = register_names(am, acc, names, n, lu);
    arm(am, acc, now_ms);
    accept_begin(am, acc, rc, now_ms, fx);
}

void am_accept(struct attachmgr *am, uint32_t accept, uint32_t proc, const char *const *names, size_t n_names,
               const char *lu, uint64_t token, uint64_t now_ms, struct am_effects *fx)
{
    struct am_proc *p = proc_get(am, proc);
    struct am_accept *acc;
    assert(!accept_find(am, accept));
    if (p && !claim(am, p, token)) {
        fx_accept_fail(fx, accept, AM_FAIL_PROCESS, "the process is not the one that was started");
        return;
    }
    acc = p ? accept_new(am, accept, p) : NULL;
    if (!acc) {
        fx_accept_fail(fx, accept, AM_FAIL_MEMORY, "out of memory");
        return;
    }
    if (p->copy)
        p->copy->accepts++;
    if (p->copy && p->copy->tp->kind == TP_NONQUEUED)
        accept_nonqueued(am, acc, names, n_names, now_ms, fx);
    else
        accept_queued(am, acc, names, n_names, lu, now_ms, fx);
}

void am_accept_gone(struct attachmgr *am, uint32_t accept, uint64_t now_ms, struct am_effects *fx)
{
    struct am_accept *acc = accept_find(am, accept);
    (void)now_ms;
    (void)fx;
    if (acc)
        accept_free(am, acc);
}
