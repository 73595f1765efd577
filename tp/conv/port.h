/* port.h - the port on which an operation waits for the node's answer.  Inside the library only. */
#ifndef CONV_PORT_H
#define CONV_PORT_H

#include "tp/conv/conv.h"

/* Send the request MSG of N octets on a port of its own, which is C's from now on.  Returns OUTCOME_OK or
 * OUTCOME_LOCAL_FAILURE. */
enum outcome port_ask(struct conv *c, const uint8_t *msg, size_t n);
/* C's operation has its answer; a BROKEN port is closed. */
void port_leave(struct conv *c, bool broken);

#endif
