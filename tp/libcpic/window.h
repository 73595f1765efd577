/* window.h - the window to which completion messages go: the program's descriptor, and the messages that it
 * has not taken yet.  Inside the library; everything under async_lock. */
#ifndef LIBCPIC_WINDOW_H
#define LIBCPIC_WINDOW_H

#include <stdbool.h>

#include "wincpic.h"

void window_set(int fd); /* -1 = none: what has not been taken is dropped */
bool window_is_set(void);
/* Post a message, without waiting.  False: it is kept, and somebody has to wait for room. */
bool window_post(const WCPICMESSAGE *m);
/* The descriptor whose room is waited for, or -1; and what to do when it has some. */
int window_full(void);
void window_flush(void);
void window_forget(void); /* after fork, in the child */

#endif
