/* waiting.h - the threads that carry incomplete operations on: those of the program that wait for any of
 * them, and one of the library.  Inside the library only. */
#ifndef CONV_WAITING_H
#define CONV_WAITING_H

#include "tp/conv/conv.h"

/* Wait until an operation is complete, and collect it. */
enum waiting {
    WAITED_GOT,     /* *R holds */
    WAITED_NOTHING, /* there is no operation to wait for */
    WAITED_BROKEN,  /* FACE has ended the wait */
    WAITED_STOPPED, /* the library has been stopped */
    WAITED_FAILED,  /* cause.h has the reason */
};
struct waiting_result {
    uint8_t id[CONV_ID_SIZE];
    enum outcome outcome; /* of OUTCOME_LOCAL_FAILURE the cause is this thread's now */
};
enum waiting waiting_any(const struct op_face *face, struct waiting_result *r);

/* Let the threads that wait look again; under the lock. */
void waiting_wake(void);
/* Under the lock: an operation has a notice, so the library's own thread has to run. */
void waiting_need_notifier(void);
/* Under the lock: a thread of the program is in waiting_any. */
bool waiting_anybody(void);

/* Where notices go that the library's own thread may have to wait for; both are called under the lock. */
struct waiting_outlet {
    int (*full)(void);   /* the descriptor whose room is waited for, or -1 */
    void (*flush)(void); /* it may have some */
};
/* Under the lock: from now on there is this outlet; NULL: none. */
void waiting_set_outlet(const struct waiting_outlet *outlet);
/* Cleanup, in this order: the threads that wait now will get their answers from waiting_drop_complete; every
 * operation is cancelled; completions that no thread has collected go to the threads that wait, or are
 * dropped; the library's own thread ends. */
void waiting_end(void);
void waiting_drop_complete(void);
void waiting_stop_notifier(void);

/* Unloading.  Stop the library's own thread, so that only the program uses what is still in use.  Returns
 * false when the lock cannot be taken, because a thread of the program holds it for good (it ends the program
 * from a signal handler). */
bool waiting_pause(void);
void waiting_resume(void); /* its work goes on */
void waiting_forked(void); /* after fork, in the child */

#endif
