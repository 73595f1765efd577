/* interrupt.h - Send_Error and Request_To_Send: the two ways to interrupt the partner.
 * Inside the library only. */
#ifndef CONV_INTERRUPT_H
#define CONV_INTERRUPT_H

#include "tp/conv/conv.h"

/* Send_Error.  RECEIVE_ERROR: in SEND_PENDING, what was received is wrong, not what was to be sent. */
struct op interrupt_error(bool receive_error);
/* OP, of interrupt_error, over an incomplete Receive, which ends as OUTCOME_OVERTAKEN, or as OP does when
 * that fails; under async_lock. */
enum outcome interrupt_error_over(struct conv *c, struct op *op);

/* Request_To_Send, and the same over an incomplete Receive; under async_lock. */
struct op interrupt_signal(void);
void interrupt_signal_over(struct conv *c);

#endif
