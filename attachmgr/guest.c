/* Attaches that have come from other machines, among those that wait here.  A guest is handed over only when
 * its own machine has said so, for that one might give it to another one meanwhile [D14].  While it is asked
 * it can be overtaken; an Attach that has been given to this machine for good cannot. */
#include "attachmgr/state.h"

static bool is_being_asked(const struct am_attach *a)
{
    return a->asked && !a->ours;
}

bool guest_has_to_ask(const struct am_attach *a)
{
    return a->guest && !a->ours;
}

/* For longer than an answer takes, however little time was left. */
enum { ASK_MS = 1000 };

bool guest_ask(struct attachmgr *am, struct am_attach *a, uint64_t now_ms, struct am_effects *fx)
{
    struct am_effect *x = fx_room(fx, 1) ? fx_add(fx, AM_FX_READY) : NULL;
    if (!x)
        return false;
    x->conv = a->conv;
    a->asked = true;
    a->queue->asking++;
    if (a->deadline_ms < now_ms + ASK_MS)
        a->deadline_ms = now_ms + ASK_MS;
    attach_arm(am, a);
    return true;
}

void guest_send_back(struct attachmgr *am, struct am_queue *q, uint64_t now_ms, struct am_effects *fx)
{
    LIST_FOREACH_SAFE(e, &q->fifo) {
        struct am_attach *a = LIST_OWNER(e, struct am_attach, in_queue);
        struct am_effect *x = guest_has_to_ask(a) && fx_room(fx, 1) ? fx_add(fx, AM_FX_NOT_HERE) : NULL;
        if (!x)
            continue;
        x->conv = a->conv;
        attach_drop(am, a, now_ms, fx);
    }
}

/* The Accepts of R that are outstanding, as far as LIMIT. */
static unsigned accepts_of(struct match_ready *ready, unsigned limit)
{
    struct am_reg *reg = LIST_OWNER(ready, struct am_reg, ready);
    unsigned n = 0;
    LIST_FOREACH(e, &reg->slots)
        if (++n == limit)
            break;
    return n;
}

struct am_attach *guest_next_for(const struct am_queue *q, struct match_ready *ready)
{
    bool may_ask = !q->asking || accepts_of(ready, q->asking + 1) > q->asking;
    LIST_FOREACH(e, &q->fifo) {
        struct am_attach *a = LIST_OWNER(e, struct am_attach, in_queue);
        if (!is_being_asked(a) && (may_ask || !guest_has_to_ask(a)))
            return a;
    }
    return NULL;
}
