/* bridge.h - a conversation whose other side is on a link: frames between the program's socket and the
 * half-session. Layer: io. The node has one end of the socket pair, as the other program would.  What comes
 * from the program goes to the link as long as that has room; what comes from the partner goes into the
 * socket as long as that has room, and else the partner gets no credit.  So each side stops the other one in
 * bounded memory. */
#ifndef SNA_IO_BRIDGE_H
#define SNA_IO_BRIDGE_H

#include <stdbool.h>
#include <stdint.h>

struct bridge;
struct server;
struct channel;
struct line;

/* CH, just allocated, has its session on a link: its Attach is given to the link.  False: it is a local one.
 */
bool bridge_allocated(struct server *s, struct channel *ch);
/* Bridge CH, whose sockets are there, by its end FAR.  0, or -1: out of memory. */
int bridge_open(struct server *s, struct channel *ch, unsigned far);
/* CONV was given to the link, and is not to be. */
void bridge_abandon(struct server *s, uint32_t conv);

/* The link has frames at ADDRESS. */
void bridge_feed(struct line *l, uint32_t address);
/* The link takes frames at ADDRESS again. */
void bridge_room(struct server *s, uint32_t carrier, uint32_t address);
/* The bracket of CONV has ended. */
void bridge_over(struct server *s, uint32_t conv);

/* The session of CONV is lost, for SENSE: its program reads what had come before, and then that. */
void bridge_cut(struct server *s, uint32_t conv, uint32_t sense);
/* Both sides of CONV are over. */
void bridge_close(struct server *s, uint32_t conv);
void bridge_free(struct channel *ch);

/* Which side of its conversation is on the link. */
unsigned bridge_side(const struct bridge *b);

#endif
