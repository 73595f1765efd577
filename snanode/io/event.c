/* Events, with the product's numbers: they are logged, and kept for snactl [A48]. */
#include "snanode/io/event.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "snanode/base/log.h"
#include "snanode/io/context.h"

#define EVENTS_MAX 256 /* rows kept for snactl */

void event_report(struct server *s, enum sna_event e, const char *text)
{
    unsigned id = events_number(e);
    log_line(events_level(e), "event %u: %s", id, text);
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
