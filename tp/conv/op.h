/* op.h - what comes before and after each operation.  Inside the library only. */
#ifndef CONV_OP_H
#define CONV_OP_H

#include "tp/conv/conv.h"

/* The accepted conversation that this thread has used last, by the node's number, 0 = none: the thread
 * allocates further conversations on behalf of the invoker of that conversation. */
uint32_t op_context(void);

/* Begin a call of C that sends or receives.  Returns false when another call is under way, or C is over.
 * Otherwise the conversation belongs to this thread until run_op or op_leave. */
bool op_enter(struct conv *c);
/* Leave, and give back the caller's reference. */
void op_leave(struct conv *c);

/* Whether the state allows V: OUTCOME_OK or OUTCOME_STATE_CHECK. */
enum outcome op_check(const struct conv *c, enum verb v);
/* What a call that needs no operation does at its end, before op_leave: OUTCOME_OK, or OUTCOME_CANCELLED. */
enum outcome op_at_once(struct conv *c);
/* Apply the outcome of a finished OP to C. */
void op_finish(struct conv *c, struct op *op);

#endif
