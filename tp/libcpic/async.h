/* async.h - what the rest of the library asks of the incomplete operations.  Inside the library. */
#ifndef LIBCPIC_ASYNC_H
#define LIBCPIC_ASYNC_H

#include <stdbool.h>

void async_set_window(int fd); /* xchwnd; -1 = none */
void async_forget(void);       /* after fork, in the child */

/* Cleanup: the threads that are in cmwait now get their answers from async_drop_complete; then every operation is
 * cancelled; then what is done and nobody has collected goes to those threads, or is dropped; then the library's own
 * thread ends. */
void async_end_waits(void);
void async_drop_complete(void);
void async_stop_notifier(void);

/* Unloading (unload.c): a thread of the program is in here; forget what is incomplete. */
bool async_is_used(void);
void async_unload(void);

#endif
