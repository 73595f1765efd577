/* farside.h - the side of a conversation that another machine of the domain has.  Layer: io.
 * The other machine is a process to the node, one without a connection. */
#ifndef SNA_IO_FARSIDE_H
#define SNA_IO_FARSIDE_H

#include <stdbool.h>
#include <stdint.h>

struct parcel;
struct process;
struct relay;
struct server;

/* The process that stands for MACHINE, made when there is none.  NULL: out of memory. */
struct process *farside_process(struct server *s, const char *machine);
/* It goes when it has no conversation.  PROCESS may be 0. */
void farside_forget(struct server *s, uint32_t process);
/* The other machine has done with its side. */
void farside_end(struct relay *r);
/* The stream of R is of no use any more. */
void farside_drop(struct relay *r);
/* The other machine is lost: programs that talk lose their session. */
void farside_cut(struct relay *r);
/* For struct h2_stream_user: the stream of the relay at RELAY has ended.  In order, behind frames: the other
 * machine has done with its side.  Else the relay is lost. */
void farside_over(void *relay, bool whole, const char *why);
/* P has come, which does not belong where R is: it is lost. */
void farside_wrong(struct relay *r, const struct parcel *p);

#endif
