#include "snanode/io/watch.h"

#include <event2/event_struct.h>
#include <stdlib.h>

#include "snanode/io/context.h"

struct watch {
    struct event ev;
    struct server *server;
    watch_fn *handler;
    void *arg;
};

void watch_carry(struct server *s, watch_fn *handler, void *arg)
{
    handler(arg); /* a watch may be gone after this */
    s->settle(s);
}

static void on_event(evutil_socket_t fd, short what, void *arg)
{
    struct watch *w = arg;
    (void)fd;
    (void)what;
    watch_carry(w->server, w->handler, w->arg);
}

struct watch *watch_new(struct server *s, int fd, short what, watch_fn *handler, void *arg)
{
    struct watch *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->server = s;
    w->handler = handler;
    w->arg = arg;
    if (event_assign(&w->ev, s->base, fd, what, on_event, w) == 0)
        return w;
    free(w);
    return NULL;
}

int watch_add(struct watch *w, const struct timeval *time)
{
    return event_add(&w->ev, time);
}

void watch_stop(struct watch *w)
{
    event_del(&w->ev);
}

void watch_fire(struct watch *w)
{
    event_active(&w->ev, EV_TIMEOUT, 1);
}

void watch_free(struct watch *w)
{
    if (!w)
        return;
    event_del(&w->ev);
    free(w);
}
