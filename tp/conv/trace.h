/* trace.h - shows a trace of the node the frames that this process sends.  Inside the library only.
 * The node's page says whether a trace is on, and for which conversations.  While none is, a frame costs one
 * look at the page. */
#ifndef CONV_TRACE_H
#define CONV_TRACE_H

#include "snanode/lu62/chain.h"
#include "tp/conv/page.h"

/* Whether the trace that is on, if any, wants the frames of conversation NODE_ID. */
static inline bool trace_wants(uint32_t node_id)
{
    const struct notice *p = page_get();
    return atomic_load_explicit(&p->trace, memory_order_relaxed) && notice_traces(p, node_id);
}

/* Show the N frames that the invoker of NODE_ID (ACCEPTED: the acceptor) is about to send.  A node that does
 * not read costs a tenth of a second and then the frames; the trace says how many are missing. */
void trace_frames(uint32_t node_id, bool accepted, const struct chain_frame *f, unsigned n);
/* A conversation has ended: close the socket of a trace that is off. */
void trace_rest(void);
/* Close it whatever the page says: unloading. */
void trace_close(void);
void trace_forked(void); /* after fork, in the child */

#endif
