/* begin.h - how conversations begin: Allocate and Accept, each a request on a port of its own whose answer
 * brings the socket.  Inside the library only. */
#ifndef CONV_BEGIN_H
#define CONV_BEGIN_H

#include "tp/conv/conv.h"

/* Allocate the conversation that c->attach describes. */
struct op begin_allocate(void);
/* OP, which is of the state SEND, does that first. */
void begin_with_allocate(struct op *op);

/* Accept a conversation under NAMES (struct op).  NEW: a failure ends the conversation; else another Accept
 * may follow. */
struct op begin_accept(size_t (*names)(const struct conv *c, uint8_t *out, size_t cap, char lu[NAME_ROOM8]),
                       bool new);

/* Ask the node something for which there is no conversation: the message is the N octets at BUF, and the
 * answer goes there too (BEGIN_ASK_MAX octets; op.got, 0 = none).  C is over then. */
#define BEGIN_ASK_MAX 72
struct op begin_ask(uint8_t *buf, size_t n);

/* Accept whatever comes for c->attach.lu as its attach manager.  It fails after TIMEOUT_S seconds, not at all
 * with LP_FOR_EVER; a failure ends the conversation. */
struct op begin_manage(uint32_t timeout_s);

#endif
