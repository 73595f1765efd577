/* tap.h - records what a connection with /record carries.  Layer: io. */
#ifndef SNA_IO_TAP_H
#define SNA_IO_TAP_H

struct server;

/* Give the links their recorder. */
void tap_init(struct server *s);

#endif
