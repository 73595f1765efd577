/* receiving.h - Receive: data, status and errors in the order in which they came.
 * Inside the library only. */
#ifndef CONV_RECEIVING_H
#define CONV_RECEIVING_H

#include "tp/conv/conv.h"

/* Receive up to WANT octets into BUF.  IMMEDIATE: without waiting, OUTCOME_UNSUCCESSFUL when nothing is
 * there.  The results are op.data, op.status and op.got, with OUTCOME_OK and OUTCOME_DEALLOCATED_NORMAL. */
struct op receiving(enum record_form form, bool immediate, uint8_t *buf, size_t want);

/* Receive in RECEIVE of a mapped record that is whole in the frame at hand needs no operation if something is
 * behind it, or (WAITS) the turn comes with it; WAITS: nor if the frame has to come first.  *GOT octets are
 * in BUF, and *STATUS is what came with them.  False, and nothing has been taken, when it needs one. */
bool receiving_at_once(struct conv *c, bool waits, uint8_t *buf, size_t want, size_t *got,
                       enum rcv_status *status);

/* Wait until a Receive would find something, in RECEIVE; op.data says whether that is data.  Nothing is
 * taken, and a Receive ends it (async_end_peek). */
struct op receiving_peek(void);
/* Wait for a Request_To_Send, or until nothing more can be read ahead.  Each call ends it (async_end_watch).
 */
struct op receiving_watch(void);

#endif
