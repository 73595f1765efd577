/* turn.h - one turn of the event loop, and what begins it.  Layer: io. */
#ifndef SNA_IO_TURN_H
#define SNA_IO_TURN_H

struct server;

/* The loop, with signals, the clock, and server->settle: what is done after each event.  0, or -1 when out of
 * memory. */
int turn_init(struct server *s);
void turn_fini(struct server *s);

#endif
