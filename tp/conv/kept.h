/* kept.h - sessions that stay with this process between conversations, as brackets on one pair of sockets
 * (docs/figures.md, "A session that stays").  One for each role of the process: that of its last Allocate,
 * and that of its last Accept.  Inside the library only. */
#ifndef CONV_KEPT_H
#define CONV_KEPT_H

#include "tp/conv/conv.h"

/* C has begun by REQUEST (N octets), to which the node has answered ANSWER (ANSWER_N octets). */
void kept_note(const struct conv *c, const uint8_t *request, size_t n, const uint8_t *answer,
               size_t answer_n);

/* C has ended as both programs wanted it.  True: its session stays, and the node needs no word of the end. */
bool kept_end(struct conv *c);

/* C is to begin by REQUEST: by a bracket on the session that stays, if that is of such a request.  True:
 * ANSWER (LP_MAX octets) and *N are the node's as of then, and *FD is the socket; C->channel.heard is to be
 * HEARD when C has begun. */
bool kept_allocate(struct conv *c, const uint8_t *request, size_t request_n, uint8_t *answer, size_t *n,
                   int *fd, struct conv_heard *heard);
/* The same for Accept, which waits for the bracket; its first frame is in C->channel.buf, *FRAME_N octets. */
bool kept_accept(struct conv *c, const uint8_t *request, size_t request_n, uint8_t *answer, size_t *n,
                 int *fd, struct conv_heard *heard, size_t *frame_n);

/* C, which is held, is about to write its first frame.  False: the node has taken the session back, so C
 * needs a new pair. */
bool kept_flow(struct conv *c);
/* Ask the node for it.  Returns 0, or -1: the conversation is lost. */
int kept_rejoin(struct conv *c);

void kept_forget(void); /* no node, or another one: nothing stays */
void kept_forked(void); /* after fork, in the child */

#endif
