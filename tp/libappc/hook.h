/* hook.h - the blocking hook of each thread.  Inside the library only. */
#ifndef LIBAPPC_HOOK_H
#define LIBAPPC_HOOK_H

#include <poll.h>
#include <stdbool.h>

bool hook_is_set(void);
/* blocking_poll with the hook of this thread. */
bool hook_poll(struct pollfd *p, unsigned n);

#endif
