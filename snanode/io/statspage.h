/* statspage.h - the pages in which programs show the state of their conversations (snanode/local/stats.h).
 * Layer: io. */
#ifndef SNA_IO_STATSPAGE_H
#define SNA_IO_STATSPAGE_H

/* A new page for a program; returns its descriptor, which the caller closes, or -1: the program does without.
 * The node makes it, because a descriptor that comes from a program may be of a file that nobody can read or
 * close without waiting for that program. */
int statspage_new(void);

#endif
