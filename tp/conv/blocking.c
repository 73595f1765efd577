#include "tp/conv/blocking.h"

static _Thread_local int inside; /* blocking calls of this thread that are under way */

bool blocking_poll(const struct blocking_hook *hook, struct pollfd *p, unsigned n)
{
    bool go_on = true;
    inside++;
    while (go_on && poll(p, n, hook->is_set() ? 10 : -1) == 0)
        go_on = hook->call();
    inside--;
    return go_on;
}

bool blocking_is_inside(void)
{
    return inside > 0;
}
