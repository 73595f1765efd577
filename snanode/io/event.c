/* Events as the product numbers them: to the log, and kept for snactl (attach sheet 8.4). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "snanode/base/log.h"
#include "snanode/io/server.h"

#define EVENTS_MAX 256 /* rows kept for snactl */

/* An Accept that runs out is no news: programs that look in now and then would flood the log (attach sheet 8.4).  A
 * negative response says less than the event 60 that comes with it. */
static enum log_level event_level(unsigned id, const char *text)
{
    if (id == 730 ||
        (id == 703 && strstr(text, "error code 1011"))) /* a mistake in the configuration, mostly */
        return LOG_LV_WARN;
    return id == 21 || id == 94 || id == 592 ? LOG_LV_DEBUG : LOG_LV_INFO;
}

void server_event(struct server *s, unsigned id, const char *text)
{
    log_line(event_level(id, text), "event %u: %s", id, text);
    time_t now = time(NULL);
    LIST_FOREACH(l, &s->events)
    {
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
