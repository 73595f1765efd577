/* window.h - the windows to which completion messages go: descriptors of the program, and the messages that
 * it has not taken yet.  Inside the library; everything under async_lock. */
#ifndef CONV_WINDOW_H
#define CONV_WINDOW_H

#include <stdbool.h>
#include <stddef.h>

#include "tp/conv/waiting.h"

/* Post the message of N octets at M to window FD, without waiting.  False: it is kept, and somebody has to
 * wait for room (waiting_wake). */
bool window_post(int fd, const void *m, size_t n);
/* FD is a window no more: what it has not taken is dropped. */
void window_drop(int fd);
void window_forget(void); /* unloading, and after fork, in the child: the same for all */
/* For waiting_set_outlet: the messages that are kept. */
extern const struct waiting_outlet window_outlet;

#endif
