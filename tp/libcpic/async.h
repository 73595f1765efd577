/* async.h - what the rest of the library asks of the incomplete operations.  Inside the library. */
#ifndef LIBCPIC_ASYNC_H
#define LIBCPIC_ASYNC_H

#include <stdbool.h>

void async_set_window(int fd); /* xchwnd; -1 = none */
void async_forget(void);       /* after fork, in the child */

/* Cleanup: the threads that are in cmwait now get their answers from async_drop_complete; then every
 * operation is cancelled; then what is done and nobody has collected goes to those threads, or is dropped;
 * then the library's own thread ends. */
void async_end_waits(void);
void async_drop_complete(void);
void async_stop_notifier(void);

/* Unloading (unload.c).  Stop the library's own thread, so that whatever is in use then is in use by the
 * program.  False: the lock cannot be had, because a thread of the program has it for good (it ends the
 * program from a signal handler). */
bool async_pause(void);
void async_resume(void); /* its work goes on */
/* A thread of the program is in here; forget what is incomplete. */
bool async_is_used(void);
void async_unload(void);

#endif
