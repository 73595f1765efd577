/* op.h - running an operation: to its end, as far as it goes, or in the background (async.h).  Inside the
 * library only. */
#ifndef CONV_OP_H
#define CONV_OP_H

#include "tp/conv/conv.h"

/* The accepted conversation that this thread has used last, by the node's number, 0 = none: the thread
 * allocates further conversations on behalf of the invoker of that conversation. */
uint32_t op_context(void);

/* Begin a call of C that sends or receives.  Returns false when another call is under way, or C is over.
 * Otherwise the conversation belongs to this thread until op_run or op_leave. */
bool op_enter(struct conv *c);
/* The same for a call that may overtake an incomplete Receive.  In this case *OVER is set, and the Receive
 * makes no progress until op_leave_over. */
bool op_enter_over(struct conv *c, bool *over);
/* Leave, and give back the caller's reference. */
void op_leave(struct conv *c);
void op_leave_over(struct conv *c, bool over);

/* Whether the state allows V: OUTCOME_OK or OUTCOME_STATE_CHECK. */
enum outcome op_check(const struct conv *c, enum verb v);
/* Run OP to its end, or as far as it goes without waiting when NONBLOCKING.  Leaves C as op_leave does,
 * unless the outcome is OUTCOME_INCOMPLETE. */
enum outcome op_run(struct conv *c, struct op *op, bool nonblocking);

/* Set the control port on which the operation waits, for Cancel; -1 = none. */
void op_set_port(struct conv *c, int port);
/* Apply the outcome of a finished OP to C. */
void op_finish(struct conv *c, struct op *op);

#endif
