/* carrier.h - the node's carriers: which connection leads where, what the node sends on it and what comes.
 * Layer: io. */
#ifndef SNA_IO_CARRIER_H
#define SNA_IO_CARRIER_H

struct server;

/* Give the node its carriers, and the links their user. */
void carrier_init(struct server *s);

#endif
