/* Attaches that other machines of the domain may have a TP for: which ones, and sending them. */
#include "attachmgr/state.h"

struct match_rules elsewhere_rules(const struct attachmgr *am)
{
    return (struct match_rules){.tp_only = am->table->sw.match_tp_only,
                                .order = am->table->sw.match_local_first ? MATCH_BY_PLACE : MATCH_ANYWHERE};
}

struct directory_choice elsewhere_choose(const struct attachmgr *am, const struct match_name *name,
                                         const char *lu, const struct match_found *here,
                                         const struct am_attach *a)
{
    const struct match_rules rules = elsewhere_rules(am);
    const struct directory_avoid avoid = {a ? a->avoid : NULL, a ? a->n_avoid : 0};
    return directory_choose(am->directory, here, name, lu, &rules, &avoid);
}

bool elsewhere_send(struct attachmgr *am, struct am_attach *a, uint64_t instance, uint64_t now_ms,
                    struct am_effects *fx)
{
    struct am_effect *x = fx_room(fx, 1) ? fx_add(fx, AM_FX_SEND) : NULL;
    if (!x)
        return false;
    x->conv = a->conv;
    x->instance = instance;
    x->left_ms = a->deadline_ms > now_ms ? (uint32_t)(a->deadline_ms - now_ms) : 0;
    attach_go_away(am, a, instance);
    return true;
}

/* An Attach that waits here and has equals elsewhere stays: it was this machine that chance chose. */
void elsewhere_send_better(struct attachmgr *am, struct am_queue *q, const struct match_found *here,
                           uint64_t now_ms, struct am_effects *fx)
{
    const struct match_name *name = &q->name->name;
    if (q->syncpt || !elsewhere_choose(am, name, q->lu, here, NULL).better)
        return;
    LIST_FOREACH_SAFE(e, &q->fifo) {
        struct am_attach *a = LIST_OWNER(e, struct am_attach, in_queue);
        struct directory_choice c = elsewhere_choose(am, name, q->lu, here, a);
        if (!a->guest && c.better && !elsewhere_send(am, a, c.instance, now_ms, fx))
            return;
    }
}
