/* state.h - where a conversation stands: its state and its counters, up to its end.
 * Inside the library only. */
#ifndef CONV_STATE_H
#define CONV_STATE_H

#include "tp/conv/conv.h"

/* Change the state, also in the statistics page. */
void conv_set_state(struct conv *c, enum conv_state s);
/* Count octets and records for the statistics page. */
void conv_count(struct conv *c, size_t sent, bool sent_record, size_t received, bool received_record);
/* A call of C ends: if it moved data or the state, the page says when.  One look at the clock is enough for
 * both. */
void conv_stamp(struct conv *c);
/* End the conversation: tell the node, void its ID.  The last conv_put closes its socket. */
void conv_end(struct conv *c);
/* ... as both programs wanted it: after a call that WAITS the session may stay with this process (kept.h). */
void conv_end_well(struct conv *c, bool waits);

#endif
