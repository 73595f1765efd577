/* async.h - incomplete operations, for the rest of the library.  Inside the library. */
#ifndef LIBCPIC_ASYNC_H
#define LIBCPIC_ASYNC_H

#include <stdbool.h>

void async_set_window(int fd); /* xchwnd; -1 = none */
void async_forked(void);       /* after fork, in the child */

/* Cleanup, in this order: the threads that are in cmwait now will get their answers from async_drop_complete;
 * every operation is cancelled; completions that no thread has collected go to the threads in cmwait, or are
 * dropped; the library's own thread ends. */
void async_end_waits(void);
void async_drop_complete(void);
void async_stop_notifier(void);

/* Unloading (unload.c).  Stop the library's own thread, so that only the program uses what is still in
 * use.  Returns false when the lock cannot be taken, because a thread of the program holds it for good (it
 * ends the program from a signal handler). */
bool async_pause(void);
void async_resume(void); /* its work goes on */
/* True while a thread of the program is in this file; forget the incomplete operations. */
bool async_is_used(void);
void async_unload(void);

#endif
