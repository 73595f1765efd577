/* watch.h - what the event loop watches for the node: a descriptor, a signal, a time.  Layer: io.
 * Each event goes the same way: its handler feeds it into the pure code, then server->settle, which turn.c
 * has set, carries out the effects.  Only a reload also settles half-way (inforce.c). */
#ifndef SNA_IO_WATCH_H
#define SNA_IO_WATCH_H

#include <event2/event.h>
#include <sys/time.h>

struct server;
struct watch;

/* A handler of an event; ARG as given to watch_new.  It may free its own watch. */
typedef void watch_fn(void *arg);

/* Watch for WHAT, EV_* of event2/event.h: FD to be readable, a signal of that number, or a time alone (FD -1,
 * WHAT 0).  HANDLER is called with ARG from watch_add on.  The caller frees it; NULL: out of memory. */
struct watch *watch_new(struct server *s, int fd, short what, watch_fn *handler, void *arg);

/* Begin, with a limit of TIME from now unless that is NULL.  0, or -1 when out of memory. */
int watch_add(struct watch *w, const struct timeval *time);

/* Stop, until the next watch_add. */
void watch_stop(struct watch *w);

/* Make the event happen in this turn of the loop. */
void watch_fire(struct watch *w);

/* Handle an event that another part of libevent has detected: call HANDLER with ARG, and then carry out the
 * effects. */
void watch_carry(struct server *s, watch_fn *handler, void *arg);

/* W may be NULL. */
void watch_free(struct watch *w);

#endif
