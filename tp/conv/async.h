/* async.h - incomplete operations: which thread carries them on, and how the program learns of their end.
 * Inside the library only. */
#ifndef CONV_ASYNC_H
#define CONV_ASYNC_H

#include "tp/conv/conv.h"

/* Guards c->node.port and incomplete operations. */
void async_lock(void);
void async_unlock(void);

/* Continue the operation of C (c->later.op) in the background. */
void async_add(struct conv *c);
/* Withdraw the Allocate or Accept that waits on C's port, if there is one; under the lock.  The node answers
 * at once, perhaps with a conversation that arrived just before. */
void async_withdraw(struct conv *c);
/* Complete the incomplete operation of C; under the lock. */
void async_complete(struct conv *c, enum outcome outcome);
/* The program knows of the completion, or does not want to: C is free for the next call.  Under the lock. */
void async_collect(struct conv *c);
/* Let the threads that wait look again; under the lock. */
void async_wake(void);
/* Continue C's operation as far as it goes without waiting.  Called under the lock, which is released
 * meanwhile. */
void async_carry_on(struct conv *c);
/* End the incomplete Receive of C in favour of a call that ends it.  The Receive has passed the turn, so that
 * call acts as in RECEIVE, even when the program still sees SEND or SEND_PENDING [C55]. */
static inline void receive_gives_way(struct conv *c)
{
    c->state = CS_RECEIVE;
}
/* Under the lock: wait until no thread continues C's operation.  Returns true when the operation is an
 * incomplete Receive, which then makes no progress as long as the lock is held. */
bool async_hold_receive(struct conv *c);

/* Wait until an operation is complete, and collect it. */
enum async_waited {
    WAITED_GOT,     /* *R holds */
    WAITED_NOTHING, /* there is no operation to wait for */
    WAITED_BROKEN,  /* FACE has ended the wait */
    WAITED_STOPPED, /* the library has been stopped */
    WAITED_FAILED,  /* cause.h has the reason */
};
struct async_result {
    uint8_t id[CONV_ID_SIZE];
    enum outcome outcome; /* of OUTCOME_LOCAL_FAILURE the cause is this thread's now */
};
enum async_waited async_wait(const struct op_face *face, struct async_result *r);

/* For programs with an event loop: what to poll for C's operation; carry it on, and collect it when it is
 * complete (else OUTCOME_INCOMPLETE).  False: C has no operation. */
bool async_poll(struct conv *c, int *fd, short *events);
bool async_step(struct conv *c, enum outcome *outcome);

/* Where notices go that the library's own thread may have to wait for; both are called under the lock. */
struct async_outlet {
    int (*full)(void);   /* the descriptor whose room is waited for, or -1 */
    void (*flush)(void); /* it may have some */
};
/* Under the lock: from now on there is this outlet; NULL: none. */
void async_set_outlet(const struct async_outlet *outlet);
/* Under the lock: operations that NOTICE would tell of are reported by threads that wait. */
void async_drop_notice(const struct op_notice *notice);

/* Cancel (cancel.c), under the lock: wait until no thread carries on C's operation; a thread no longer does;
 * some thread is in async_wait. */
void async_await_step(struct conv *c);
void async_stepped(void);
bool async_is_awaited(void);

/* Cleanup, in this order: the threads that wait now will get their answers from async_drop_complete; every
 * operation is cancelled; completions that no thread has collected go to the threads that wait, or are
 * dropped; the library's own thread ends. */
void async_end_waits(void);
void async_drop_complete(void);
void async_stop_notifier(void);

/* Unloading.  Stop the library's own thread, so that only the program uses what is still in use.  Returns
 * false when the lock cannot be taken, because a thread of the program holds it for good (it ends the program
 * from a signal handler). */
bool async_pause(void);
void async_resume(void); /* its work goes on */
/* True while a thread of the program is in async.c; forget the incomplete operations. */
bool async_is_used(void);
void async_unload(void);
void async_forked(void); /* after fork, in the child */

#endif
