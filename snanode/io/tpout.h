/* tpout.h - what started TPs write on stdout and stderr, as lines of the node's log.  Layer: io.
 * One socket for all of them: the kernel says with each piece whose it is, so a TP costs no descriptor. */
#ifndef SNA_IO_TPOUT_H
#define SNA_IO_TPOUT_H

struct server;

/* 0, or -1: then TPs write to the node's stderr. */
int tpout_open(struct server *s);
void tpout_close(struct server *s);
/* Read what is there now: before a TP's end is logged. */
void tpout_drain(struct server *s);

#endif
