/* stop.h - the end of the node.  Layer: io. */
#ifndef SNA_IO_STOP_H
#define SNA_IO_STOP_H

struct server;

#define STOP_DRAIN_S 3 /* unless something else is said */

/* Begin nothing new; give open conversations server->drain_s seconds to end, then cut them; ask started TPs
 * to end, then kill them; then end the loop.  A second call does not wait. */
void stop_begin(struct server *s);
/* While stopping, after every event: take the next step if it is time. */
void stop_further(struct server *s);

#endif
