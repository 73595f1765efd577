/* blocking.h - a program's blocking hook: what it has called while a call of its waits.  Inside the library
 * only. */
#ifndef CONV_BLOCKING_H
#define CONV_BLOCKING_H

#include <poll.h>
#include <stdbool.h>

/* A face's hook: is one set, and calling it.  The call returns false when the waiting call must end, true
 * when the hook has been taken away meanwhile. */
struct blocking_hook {
    bool (*is_set)(void);
    bool (*call)(void);
};

/* Poll until something is ready, and call the hook meanwhile: this thread is inside a blocking call.  Returns
 * false when the hook has said so. */
bool blocking_poll(const struct blocking_hook *hook, struct pollfd *p, unsigned n);
bool blocking_is_inside(void); /* this thread is in the hook of a call that waits */

#endif
