/* What events say of a line. */
#include "snanode/io/link/linesay.h"

#include <stdarg.h>
#include <stdio.h>

#include "snanode/io/context.h"
#include "snanode/io/event.h"

static void say(const struct line *l, enum sna_event e, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
static void say(const struct line *l, enum sna_event e, const char *fmt, ...)
{
    char text[500];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    event_report(l->server, e, text);
}

static const char *address_of(const struct line *l)
{
    const struct line_leg *g = l->legs[PEER_OURS] ? l->legs[PEER_OURS] : l->legs[PEER_THEIRS];
    return g ? g->address : *l->conf.peer ? l->conf.peer : l->listen;
}

void line_say_active(const struct line *l)
{
    char node[NAME_FQ_ROOM];
    station_partner_name(&l->station_link.station, node);
    say(l, EVENT(CONNECTION_ACTIVE), l->conf.name, *node ? node : "(no name)", address_of(l),
        l->tls.on ? ", TLS" : "");
}

void line_say_inactive(const struct line *l)
{
    say(l, EVENT(CONNECTION_INACTIVE), l->conf.name, l->why);
}

void line_say_down(const struct line *l)
{
    if (l->state != LINE_ENDING && !l->in_order)
        say(l, EVENT(CONNECTION_FAILED), l->conf.name, *l->conf.link ? l->conf.link : address_of(l), 0u,
            l->why);
    line_say_inactive(l);
}

void line_say_given_up(const struct line *l)
{
    say(l, EVENT(CONNECTION_GIVEN_UP), l->conf.name, l->tries, l->why);
}

void line_say_not_made(const struct line *l, uint32_t ms)
{
    say(l, EVENT(CONNECTION_NOT_MADE), l->conf.name, l->conf.peer, l->why, (ms + 999) / 1000);
}

void line_say_refused(const struct line *l, const struct link_effect *e)
{
    char node[NAME_FQ_ROOM];
    const struct station_down *d = &l->station_link.station.down;
    station_partner_name(&l->station_link.station, node);
    if (d->by_partner)
        say(l, EVENT(XID_REJECTED), l->conf.name, e->sense, e->text);
    else if (*node)
        say(l, EVENT(XID_REFUSED), l->conf.name, node, e->sense, "", e->text);
    else
        say(l, EVENT(NO_XID_ANSWER), l->conf.name);
}
