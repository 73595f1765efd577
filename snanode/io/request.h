/* request.h - what clients ask for.  Layer: io. */
#ifndef SNA_IO_REQUEST_H
#define SNA_IO_REQUEST_H

#include <stddef.h>
#include <stdint.h>

struct client;

/* Carry out one message.  0; -1: the client broke the protocol; 1: it was told
 * that it is not served, and is to be dropped. */
int request_handle(struct client *c, const uint8_t *msg, size_t n);

#endif
