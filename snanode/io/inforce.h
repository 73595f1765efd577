/* inforce.h - the configuration in force.  Layer: io. */
#ifndef SNA_IO_INFORCE_H
#define SNA_IO_INFORCE_H

struct loaded;
struct server;

/* Set in the node what the configuration in force says. */
void inforce_apply(struct server *s);
/* FRESH takes the place of what is in force, which is freed.  -1, and nothing has changed, when FRESH has
 * errors or memory is short; then FRESH stays the caller's. */
int inforce_replace(struct server *s, struct loaded *fresh);

#endif
