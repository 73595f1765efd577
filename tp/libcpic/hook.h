/* hook.h - the blocking hook of a program that dispatches messages while a call waits.  Inside the
 * library. */
#ifndef LIBCPIC_HOOK_H
#define LIBCPIC_HOOK_H

#include <poll.h>
#include <stdbool.h>

bool hook_is_set(void);
/* Poll until something is ready, and call the hook meanwhile: this thread is inside a blocking call.  Returns
 * false when the hook has returned FALSE, so that the call must end. */
bool hook_poll(struct pollfd *p, unsigned n);
bool hook_is_inside(void); /* this thread is in the hook of a call that waits */
void hook_clear(void);

#endif
