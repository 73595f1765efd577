/* failure.h - what goes wrong in a conversation.  Inside the library only. */
#ifndef CONV_FAILURE_H
#define CONV_FAILURE_H

#include "tp/conv/conv.h"

/* Handle the current frame, which ends or interrupts sending: change the state, return the outcome.  TURN: we
 * have the right to send, and must give it up if the conversation continues. */
enum outcome conv_take_error(struct conv *c, bool turn);
/* The session is lost, or the partner has broken the protocol. */
enum outcome conv_lost(struct conv *c, uint32_t sense);
/* The conversation ended without a frame that says why: the node has failed, as it would have written one. */
enum outcome conv_node_lost(struct conv *c);
/* Send -RSP(0846) if NEGATIVE, then an FMH-7 with SENSE and the log data; LAST ends the conversation. */
void conv_send_error(struct conv *c, uint32_t sense, bool negative, bool last);
/* Cancel, Cleanup: abend from any state and end, whatever is buffered. */
void conv_abend(struct conv *c);
/* Deallocate(ABEND): the same with SENSE after what is buffered, the Attach with it.  WAIT: for room. */
void conv_flush_abend(struct conv *c, uint32_t sense, bool wait);
/* Deallocate(ABEND) after a flush of its own. */
void conv_abend_now(struct conv *c, uint32_t sense);
/* The error log variable of each error that comes from now on goes to the N octets at P, as much of it as
 * fits, and zeros when there is none; P NULL: nowhere. */
void conv_take_logs(struct conv *c, uint8_t *p, size_t n);
/* Make the N octets at TEXT (up to CONV_LOG_MAX) the log data of the next error; N = 0: there are none. */
void conv_set_log(struct conv *c, const uint8_t *text, unsigned n);

#endif
