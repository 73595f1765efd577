/* display.h - what the APPC verb DISPLAY shows of the node, one object at a time.  Layer: io. */
#ifndef SNA_IO_DISPLAY_H
#define SNA_IO_DISPLAY_H

#include <stddef.h>
#include <stdint.h>

struct client;

/* Answer the message MSG (N octets), a display.  -1: the client has broken the protocol. */
int display_show(struct client *c, const uint8_t *msg, size_t n) __attribute__((warn_unused_result));

#endif
