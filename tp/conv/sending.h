/* sending.h - what the side does that has the right to send, and the answer to a confirmation request. Inside
 * the library only. */
#ifndef CONV_SENDING_H
#define CONV_SENDING_H

#include "tp/conv/conv.h"

/* Send what is buffered and end as END says: Flush, Confirm, Prepare_To_Receive, Deallocate.  With CHAIN_MORE
 * the operation only buffers. */
struct op sending_end(enum chain_end end);
/* The data of a sending_end operation: N octets at BUFFER, a mapped record or a piece of the basic stream.  A
 * partner's error is looked for first. */
void sending_data(struct op *op, bool mapped, const uint8_t *buffer, size_t n);
/* ... and the conversation is abended after them, with op->sense, which is that of a program. */
void sending_then_abend(struct op *op);
/* Deallocate(ABEND), with op->sense, which is that of a program unless the face sets another. */
struct op sending_abend(void);
/* Confirmed, in the state of C. */
struct op sending_confirmed(const struct conv *c);
/* Deallocate(ABEND) with SENSE over an incomplete Receive, which ends as if it had been cancelled; under
 * async_lock. */
void sending_abend_over(struct conv *c, uint32_t sense);

/* Send_Data up to END in SEND or SEND_PENDING needs no operation when nothing has come from the partner, and
 * the data only fill the buffer or (WAITS) all flows in few frames and asks for no answer.  1: it is done; 0:
 * it needs an operation, and nothing is done; -1: it could not flow, and sending_failed(END) is the operation
 * that says why. */
int sending_at_once(struct conv *c, bool mapped, const uint8_t *buffer, size_t n, enum chain_end end,
                    bool waits);
struct op sending_failed(enum chain_end end);

/* Before sending, look for an error from the partner.  Returns STEP_DONE with the outcome in OP; STEP_READ: a
 * negative response has arrived, and the FMH-7 that it announces is on its way; STEP_WRITE: there is no
 * error. */
enum step sending_look_for_error(struct conv *c, struct op *op);

#endif
