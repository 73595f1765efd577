/* event.h - events, with the product's numbers.  Layer: io. */
#ifndef SNA_IO_EVENT_H
#define SNA_IO_EVENT_H

#include <time.h>

#include "snanode/base/events.h"
#include "snanode/base/list.h"

struct server;

/* What snactl event shows: one row for each event id and text. */
struct event_row {
    struct list link;
    unsigned id, count;
    time_t first, last;
    char text[384];
};

/* Log event E with TEXT, and keep it for snactl [A48]. */
void event_report(struct server *s, enum sna_event e, const char *text);

#endif
