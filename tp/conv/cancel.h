/* cancel.h - ending a conversation from any thread.  Inside the library only. */
#ifndef CONV_CANCEL_H
#define CONV_CANCEL_H

#include "tp/conv/conv.h"

/* The call under way on C ends as OUTCOME_CANCELLED, and C ends.  The ID of C is void when this returns, and
 * no thread uses the buffers of an incomplete operation any more. */
void conv_cancel(struct conv *c);

#endif
