/* Attach managers of LUs: a program that takes every Attach on a local LU which no TP of that very LU takes
 * [HIS: RECEIVE_ALLOCATE_EX; Q235406].  It is registered under the empty name, which no other Accept has. */
#include <assert.h>
#include <string.h>

#include "attachmgr/state.h"

static struct am_reg *manager_of(const struct attachmgr *am, const char *lu)
{
    const struct am_name *n = name_find(am, &name_of_managers);
    for (struct match_ready *r = n ? n->ready : NULL; r; r = r->next)
        if (strcmp(r->cand->lu, lu) == 0)
            return LIST_OWNER(r, struct am_reg, ready);
    return NULL;
}

void am_manage(struct attachmgr *am, uint32_t accept, uint32_t proc, const char *lu, uint64_t timeout_ms,
               uint64_t now_ms, struct am_effects *fx)
{
    const struct am_reg *r = manager_of(am, lu);
    struct am_proc *p = proc_get(am, proc);
    assert(!accept_find(am, accept));
    if (p && (r ? !member_find(p, r) : directory_has_manager(am->directory, lu))) {
        fx_accept_fail(fx, accept, AM_FAIL_TAKEN, "another process is the attach manager of the LU");
        return;
    }
    struct am_accept *acc = p ? accept_new(am, accept, p) : NULL;
    if (!acc) {
        fx_accept_fail(fx, accept, AM_FAIL_MEMORY, "out of memory");
        return;
    }
    int rc = accept_register(am, acc, &name_of_managers, lu);
    if (timeout_ms < UINT64_MAX)
        timer_set(&am->timers, &acc->timer, now_ms + timeout_ms);
    accept_begin(am, acc, rc, now_ms, fx);
}

static size_t count(const struct list *l)
{
    size_t n = 0;
    LIST_FOREACH(e, l)
        n++;
    return n;
}

enum am_fail am_manage_end(struct attachmgr *am, uint32_t proc, const char *lu, uint64_t now_ms,
                           struct am_effects *fx)
{
    const struct am_proc *p = proc_find(am, proc);
    struct am_reg *r = manager_of(am, lu);
    struct am_member *m = p && r ? member_find(p, r) : NULL;
    struct list dirty;
    if (!m)
        return AM_FAIL_ENDED;
    if (!fx_room(fx, count(&r->slots)))
        return AM_FAIL_MEMORY;
    LIST_FOREACH_SAFE(e, &r->slots) {
        struct am_accept *acc = LIST_OWNER(e, struct am_slot, in_reg)->accept;
        fx_accept_fail(fx, acc->id, AM_FAIL_ENDED, "the program is no longer the attach manager");
        accept_free(am, acc);
    }
    list_init(&dirty);
    member_leave(am, m, &dirty);
    members_gone(am, &dirty, now_ms, fx);
    return AM_FAIL_NOT;
}
