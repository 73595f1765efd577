/* Events as the product numbers them: to the log, and kept for snactl [A48]. */
#include "snanode/io/event.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "snanode/base/log.h"
#include "snanode/io/context.h"

#define EVENTS_MAX 256 /* rows kept for snactl */

/* Events that are no news to the log: an Accept that runs out (94, 592), because programs that look in now
 * and then would flood it [A22], and what goes with the one line of an Attach that is refused (21, 60, 557,
 * 575, 703, 730).  But an Attach that waits in vain, most likely, is said before the wait
 * (refusal_foretell). */
static enum log_level event_level(unsigned id, const char *text)
{
    static const unsigned quiet[] = {21, 60, 94, 557, 575, 592, 703, 730};
    if (id == 703 && strstr(text, "error code 1011"))
        return LOG_LV_WARN;
    for (size_t i = 0; i < sizeof quiet / sizeof *quiet; i++)
        if (quiet[i] == id)
            return LOG_LV_DEBUG;
    return LOG_LV_INFO;
}

void event_report(struct server *s, unsigned id, const char *text)
{
    log_line(event_level(id, text), "event %u: %s", id, text);
    time_t now = time(NULL);
    LIST_FOREACH(l, &s->events) {
        struct event_row *r = LIST_OWNER(l, struct event_row, link);
        if (r->id == id && strcmp(r->text, text) == 0) {
            r->count++;
            r->last = now;
            return;
        }
    }
    struct event_row *r = calloc(1, sizeof *r);
    if (!r)
        return;
    *r = (struct event_row){.id = id, .count = 1, .first = now, .last = now};
    snprintf(r->text, sizeof r->text, "%s", text);
    list_append(&s->events, &r->link);
    if (++s->n_events > EVENTS_MAX) {
        struct event_row *old = LIST_OWNER(s->events.next, struct event_row, link);
        list_remove(&old->link);
        free(old);
        s->n_events--;
    }
}
