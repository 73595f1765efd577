/* tpout.h - copies what a started TP writes to stdout and stderr into the node's log.  Layer: io.
 * Each copy has a pipe of its own, which its children inherit.  So a TP may close its output, make it
 * nonblocking or flood it, and no other TP is affected. */
#ifndef SNA_IO_TPOUT_H
#define SNA_IO_TPOUT_H

struct server;
struct child;

/* A pipe for copy C, which has no process yet.  Returns the end that the process gets, which the caller
 * closes; -1 with errno. */
int tpout_open(struct server *s, struct child *c);

/* C could not be started: its pipe goes. */
void tpout_drop(struct child *c);

/* The first process of C has ended: log what it has written.  Processes that it has left behind may go on
 * writing. */
void tpout_ended(struct child *c);

/* The node ends: log the output so far, and read no more. */
void tpout_close_all(struct server *s);

#endif
