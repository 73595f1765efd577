/* inforce.h - the configuration in force.  Layer: io. */
#ifndef SNA_IO_INFORCE_H
#define SNA_IO_INFORCE_H

struct loaded;
struct server;

/* Set up the node as the configuration in force says. */
void inforce_apply(struct server *s);
/* Put FRESH in force and free the old configuration.  Returns -1, and changes nothing, when FRESH has errors
 * or memory is short; then the caller still owns FRESH. */
int inforce_replace(struct server *s, struct loaded *fresh);

#endif
