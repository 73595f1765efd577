/* Whether a process has its rows of the service table to itself: nobody waits there whom it might serve, and
 * nobody else might serve who comes. */
#include "attachmgr/state.h"

/* An Accept on a session that stays comes to the attach manager a tenth of a second late, when nothing has
 * come, and its Timeout begins then. */
#define SHORT_MS 1000

static bool serves(const struct am_proc *p, const struct am_tp *tp)
{
    LIST_FOREACH(l, &p->members)
        if (LIST_OWNER(l, struct am_member, in_proc)->reg->tp == tp)
            return true;
    return false;
}

void am_bracketed(struct attachmgr *am, uint32_t process, uint64_t n)
{
    struct am_proc *p = proc_find(am, process);
    if (p && serves(p, p->served))
        p->served->accepted += n;
}

static bool has_others(const struct am_tp *tp, const struct am_proc *p)
{
    LIST_FOREACH(l, &tp->regs) {
        LIST_FOREACH(k, &LIST_OWNER(l, struct am_reg, in_tp)->slots)
            if (LIST_OWNER(k, struct am_slot, in_reg)->accept->proc != p)
                return true;
    }
    return false;
}

bool am_alone(const struct attachmgr *am, uint32_t process)
{
    const struct am_proc *p = proc_find(am, process);
    if (!p || !list_empty(&p->accepts))
        return false;
    LIST_FOREACH(l, &p->members) {
        const struct am_tp *tp = LIST_OWNER(l, struct am_member, in_proc)->reg->tp;
        if (tp->waiting > 0 || tp->kind == TP_NONQUEUED || has_others(tp, p) ||
            (tp->entry && tp->entry->timeout_ms < SHORT_MS))
            return false;
    }
    return true;
}

bool am_waits_for(const struct attachmgr *am, uint32_t conv, uint32_t process)
{
    const struct am_attach *a = attach_find(am, conv);
    const struct am_proc *p = proc_find(am, process);
    const struct am_tp *tp = a ? attach_tp(a) : NULL;
    return p && tp && serves(p, tp);
}

bool am_rivals(const struct attachmgr *am, uint32_t process, uint32_t other)
{
    const struct am_proc *p = proc_find(am, process), *q = proc_find(am, other);
    if (!p || !q)
        return false;
    LIST_FOREACH(l, &p->members)
        if (serves(q, LIST_OWNER(l, struct am_member, in_proc)->reg->tp))
            return true;
    return false;
}
