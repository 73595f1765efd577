/* channel.h - the socket of a conversation: frames in and out, as octets.  Inside the library only. */
#ifndef CONV_CHANNEL_H
#define CONV_CHANNEL_H

#include <sys/types.h>

#include "tp/conv/conv.h"

/* Take the next frame into c->channel.buf.  Returns octets; 0: no frame is there now (only when !WAIT); -1:
 * no frame will come. */
ssize_t channel_read(struct conv *c, bool wait);
/* Wait for a frame, for as long as the socket allows; returns and errno as recv. */
ssize_t channel_wait(struct conv *c);
/* Read all frames that have arrived into the queue of frames, without waiting, but those that TAKES takes.
 * KEEP: the frame in c->channel.buf is still in use.  Returns false when no more will come, or the queue is
 * full. */
bool channel_ahead(struct conv *c, bool keep, bool (*takes)(struct conv *c, const uint8_t *frame, size_t n));
/* Write N frames; what the socket does not take is queued.  Returns -1 when the partner is gone. */
int channel_write(struct conv *c, const struct chain_frame *f, unsigned n, bool wait);
/* ... of which there are some. */
int channel_drain_queue(struct conv *c, bool wait);
/* Write the queued frames.  Returns 1: all are written; 0: some are left; -1: the partner is gone. */
static inline int channel_drain(struct conv *c, bool wait)
{
    return list_empty(&c->channel.out) ? 1 : channel_drain_queue(c, wait);
}
/* True when the last queued frame is a Request_To_Send. */
bool channel_signal_waits(const struct conv *c);
/* Write the queued frames at once, even to a partner that does not read. */
void channel_hurry(struct conv *c);
/* Write one frame in the same way while another thread is in a call of this conversation. */
void channel_say_over(struct conv *c, const struct chain_frame *f);
void channel_free(struct conv *c);

#endif
