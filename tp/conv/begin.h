/* begin.h - how conversations begin: Allocate and Accept, each a request on a port of its own whose answer
 * brings the socket.  Inside the library only. */
#ifndef CONV_BEGIN_H
#define CONV_BEGIN_H

#include "tp/conv/conv.h"

/* Allocate the conversation that c->attach describes. */
struct op begin_allocate(void);

/* Accept a conversation under NAMES (struct op).  NEW: a failure ends the conversation; else another Accept
 * may follow. */
struct op begin_accept(size_t (*names)(const struct conv *c, uint8_t *out, size_t cap, char lu[NAME_ROOM8]),
                       bool new);

/* Accept whatever comes for c->attach.lu as its attach manager.  It fails after TIMEOUT_S seconds, not at all
 * with LP_FOR_EVER; a failure ends the conversation. */
struct op begin_manage(uint32_t timeout_s);

#endif
