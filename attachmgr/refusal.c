/* Attaches that are refused: what the invoker is told, and which events say so [A4; A5; A48]. */
#include <stdio.h>

#include "attachmgr/near.h"
#include "attachmgr/state.h"
#include "snanode/base/log.h"
#include "snanode/wire/sense.h"

enum { RETRY_MS = 1000 }; /* when there was no memory to say that an Attach is refused */

/* The name of a TP as logs show it; what a partner sent may hold anything. */
struct shown {
    char s[MATCH_NAME_MAX * 4 + 1];
};

static const char *show(struct shown *out, const struct match_name *name)
{
    return log_clean(out->s, sizeof out->s, name->s, name->n);
}

void refusal_event_start(const char *tp, const char *why, struct am_effects *fx)
{
    fx_event(fx, EVENT(INVOCATION_FAILED), tp, events_error(EVENT_INVOCATION_FAILED));
    fx_event(fx, EVENT(NOT_EXECUTED), tp, why);
}

static void refusal_events(enum am_refusal why, const char *tp, const char *lu, uint32_t sense,
                           const char *text, const char *near, struct am_effects *fx)
{
    fx_event(fx, EVENT(NEGATIVE_RESPONSE), lu, tp);
    fx_event(fx, EVENT(TP_NOT_INVOKED), tp, lu, (unsigned)sense, text);
    switch (why) {
    case AM_REF_OTHER:
        break;
    case AM_REF_UNMATCHED:
        fx_event(fx, EVENT(NO_INVOKABLE_TP), tp, lu, near);
        break;
    case AM_REF_SILENT:
        fx_event(fx, EVENT(START_TIMED_OUT), tp, lu);
        break;
    case AM_REF_START:
        refusal_event_start(tp, text, fx);
        break;
    }
}

void refusal_foretell(const struct attachmgr *am, const struct am_attach *a, unsigned wait_s,
                      struct am_effects *fx)
{
    const struct match_name *name = &a->queue->name->name;
    char near[NEAR_TEXT_MAX] = "no TP takes part in sync point";
    struct shown shown;
    if (!a->queue->syncpt && near_text(am, name, a->queue->lu, near))
        return;
    fx_event(fx, EVENT(NOT_IN_TABLE), show(&shown, name), a->queue->lu, events_error(EVENT_NOT_IN_TABLE),
             near, wait_s);
}

bool refusal_say(const struct attachmgr *am, uint32_t conv, const struct match_name *name, const char *lu,
                 struct am_tp *tp, struct refusal r, struct am_effects *fx)
{
    struct am_effect *x = fx_add(fx, AM_FX_REJECT);
    char near[NEAR_TEXT_MAX] = "";
    struct shown shown;
    if (!x)
        return false;
    if (r.why == AM_REF_UNMATCHED)
        near_text(am, name, lu, near);
    x->conv = conv;
    x->sense = r.sense;
    x->told = r.why == AM_REF_START;
    x->entry = tp ? tp->entry : NULL;
    snprintf(x->lu, sizeof x->lu, "%s", lu);
    snprintf(x->text, sizeof x->text, "%s%s%s", r.text, near[0] ? ": " : "", near);
    refusal_events(r.why, show(&shown, name), lu, r.sense, r.text, near, fx);
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
    refusal_say(am, a->conv, &a->queue->name->name, a->queue->lu, attach_tp(a), r, fx);
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

struct refusal refusal_no_tp(const struct attachmgr *am, bool syncpt)
{
    if (syncpt)
        return (struct refusal){SENSE_TP_UNAVAILABLE_RETRY, AM_REF_OTHER, "no TP takes part in sync point"};
    return (struct refusal){am->table->sw.unmatched_sense, AM_REF_UNMATCHED, "no TP matched"};
}

void attach_expired(struct attachmgr *am, struct am_attach *a, uint64_t now_ms, struct am_effects *fx)
{
    struct refusal r = {SENSE_TP_UNAVAILABLE_NO_RETRY, AM_REF_OTHER, "no Accept in time"};
    if (a->away)
        r.text = "the machine that has the TP has not answered";
    else if (!attach_tp(a))
        r = refusal_no_tp(am, a->queue->syncpt);
    else if (copy_is_silent(a))
        r = (struct refusal){SENSE_TP_UNAVAILABLE_NO_RETRY, AM_REF_SILENT,
                             "the program started and did not accept"};
    attach_refuse(am, a, r.sense, r.why, r.text, now_ms, fx);
}
