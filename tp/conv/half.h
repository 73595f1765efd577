/* half.h - the half-session of a conversation: the machines of snanode/lu62 above its channel.  Inside the
 * library only. */
#ifndef CONV_HALF_H
#define CONV_HALF_H

#include "tp/conv/conv.h"

/* Begin with RUs of c->node.max_ru octets, on the side that c->node.accepted says.  Returns false without
 * memory. */
bool half_init(struct conv *c);
void half_free(struct conv *c);

/* Make the next frame current.  Returns 1: half.have_cur is set; 0: no frame is there now (only when !WAIT);
 * -1: no frame will come.  This function handles Request_To_Send and frames that are purged. */
int half_read(struct conv *c, bool wait);
/* The frame of N octets in the buffer of C's channel has come. */
void half_take(struct conv *c, size_t n);
/* Read ahead what has arrived: a Request_To_Send overtakes data, as an expedited flow does.  Returns false
 * when nothing more can be read ahead. */
bool half_ahead(struct conv *c);
/* True once after a Request_To_Send has come. */
bool half_take_rts(struct conv *c);

/* Put the N_IN pieces into the chain, end as END says, and write what leaves now; what the socket does not
 * take is queued.  Returns -1 when the partner is gone. */
int half_put(struct conv *c, const struct seg *in, unsigned n_in, enum chain_end end, bool wait);
/* Write frames that are complete; returns as half_put. */
int half_write(struct conv *c, const struct chain_frame *f, unsigned n, bool wait);

#endif
