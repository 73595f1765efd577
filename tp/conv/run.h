/* run.h - running an operation: to its end in blocking mode, as far as it goes otherwise.
 * Inside the library only. */
#ifndef CONV_RUN_H
#define CONV_RUN_H

#include "tp/conv/conv.h"

/* Run OP to its end, or as far as it goes without waiting when NONBLOCKING; then async.c has it.  Leaves C as
 * op_leave does, unless the outcome is OUTCOME_INCOMPLETE. */
enum outcome run_op(struct conv *c, struct op *op, bool nonblocking);

#endif
