/* async.h - what the rest of the library asks of the incomplete operations.  Inside the library. */
#ifndef LIBCPIC_ASYNC_H
#define LIBCPIC_ASYNC_H

void async_set_window(int fd);  /* xchwnd; -1 = none */
void async_drop_complete(void); /* what is done and nobody has collected yet; every waiter looks again */
void async_forget(void);        /* after fork, in the child */

#endif
