/* Events of the node, as the caller wants them or in the log. */
#include <stdarg.h>
#include <stdio.h>

#include "snanode/base/log.h"
#include "snanode/node/internal.h"

void node_event(struct node *n, enum sna_event e, const char *fmt, ...)
{
    char text[256];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (n->event)
        n->event(n->event_arg, e, text);
    else
        log_info("event %u: %s", events_number(e), text);
}
