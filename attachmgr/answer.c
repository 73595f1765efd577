/* What other machines of the domain say of Attaches: those that were sent to them, and those that have come
 * from them. */
#include <string.h>

#include "attachmgr/state.h"

/* A machine that did not take an Attach is not asked again at once: its entry may be on its way. */
enum { AVOID_MS = 1000 };

void am_set_directory(struct attachmgr *am, struct directory *d)
{
    am->directory = d;
}

void am_domain_changed(struct attachmgr *am, uint64_t now_ms, struct am_effects *fx)
{
    if (am->directory)
        route_all(am, now_ms, fx);
}

static struct am_attach *away_find(const struct attachmgr *am, uint32_t conv)
{
    struct am_attach *a = attach_find(am, conv);
    return a && a->away ? a : NULL;
}

bool am_taken(struct attachmgr *am, uint32_t conv, uint64_t now_ms, struct am_effects *fx)
{
    struct am_attach *a = away_find(am, conv);
    if (!a)
        return false;
    attach_drop(am, a, now_ms, fx);
    return true;
}

/* The latest AM_AVOID_MAX of them. */
static void avoid(struct am_attach *a, uint64_t instance, uint64_t now_ms)
{
    if (a->n_avoid == AM_AVOID_MAX)
        memmove(a->avoid, a->avoid + 1, --a->n_avoid * sizeof a->avoid[0]);
    a->avoid[a->n_avoid++] = instance;
    a->again_ms = now_ms + AVOID_MS;
}

void am_not_taken(struct attachmgr *am, uint32_t conv, uint64_t now_ms, struct am_effects *fx)
{
    struct am_attach *a = away_find(am, conv);
    if (!a)
        return;
    avoid(a, a->away, now_ms);
    attach_come_back(am, a);
    if (attach_is_late(a, now_ms))
        attach_expired(am, a, now_ms, fx);
    else
        route_attach(am, a, now_ms, fx);
}

void am_refused(struct attachmgr *am, uint32_t conv, uint32_t sense, const char *text, uint64_t now_ms,
                struct am_effects *fx)
{
    struct am_attach *a = away_find(am, conv);
    if (a)
        attach_refuse(am, a, sense, AM_REF_OTHER, text, now_ms, fx);
}

void am_attach_go(struct attachmgr *am, uint32_t conv, uint64_t now_ms, struct am_effects *fx)
{
    struct am_attach *a = attach_find(am, conv);
    if (!a || !a->asked || a->ours)
        return;
    a->ours = true;
    a->queue->asking--;
    route_queue(am, a->queue, now_ms, fx);
}
