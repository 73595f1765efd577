/* async.h - incomplete operations: what a call leaves behind, and how it ends.
 * Inside the library only. */
#ifndef CONV_ASYNC_H
#define CONV_ASYNC_H

#include "tp/conv/conv.h"

/* Guards c->node.port and incomplete operations. */
void async_lock(void);
void async_unlock(void);

/* Continue the operation of C (c->later.op) in the background. */
void async_add(struct conv *c);
/* The same under the lock. */
void async_add_locked(struct conv *c);
/* Withdraw the Allocate or Accept that waits on C's port, if there is one; under the lock.  The node answers
 * at once, perhaps with a conversation that arrived just before. */
void async_withdraw(struct conv *c);
/* Complete the incomplete operation of C; under the lock. */
void async_complete(struct conv *c, enum outcome outcome);
/* The program knows of the completion, or does not want to: C is free for the next call.  Under the lock. */
void async_collect(struct conv *c);
/* Continue C's operation as far as it goes without waiting.  Called under the lock, which is released
 * meanwhile. */
void async_carry_on(struct conv *c);
/* End the incomplete Receive of C in favour of a call that ends it.  The Receive has passed the turn, so that
 * call acts as in RECEIVE, even when the program still sees SEND or SEND_PENDING [C55]. */
static inline void receive_gives_way(struct conv *c)
{
    c->state = CS_RECEIVE;
}
/* Enter C for a call that may overtake an incomplete Receive.  In this case *OVER is set, and the lock keeps
 * the Receive still until async_leave_over.  Returns false as op_enter does. */
bool async_enter_over(struct conv *c, bool *over);
void async_leave_over(struct conv *c, bool over);
/* End an operation that peeks, as overtaken, if C has one. */
void async_end_peek(struct conv *c);
/* The same for one that watches. */
void async_end_watch(struct conv *c);

/* For programs with an event loop: what to poll for C's operation; carry it on, and collect it when it is
 * complete (else OUTCOME_INCOMPLETE).  False: C has no operation. */
bool async_poll(struct conv *c, int *fd, short *events);
bool async_step(struct conv *c, enum outcome *outcome);

/* Under the lock: operations that NOTICE would tell of are reported by threads that wait. */
void async_drop_notice(const struct op_notice *notice);

/* Under the lock: wait until no thread carries on C's operation; tell those who wait that a thread no longer
 * does. */
void async_await_step(struct conv *c);
void async_stepped(void);

/* For waiting.c, under the lock: the incomplete operations (later.link of struct conv), oldest first, and
 * what to poll for one of them. */
struct list *async_incomplete(void);
struct pollfd async_pollfd(const struct conv *c);
bool async_try_lock(void);

/* Unloading: true while a thread of the program is in async.c; forget the incomplete operations. */
bool async_is_used(void);
void async_unload(void);
void async_forked(void); /* after fork, in the child */

#endif
