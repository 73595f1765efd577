/* stall.c - a program that stands still where it would wait for events, so that several come at once:
 * LD_PRELOAD.
 *
 *   STALL=FILE   it waits while FILE.1 is there, the next time while FILE.2 is */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static char first[PATH_MAX], second[PATH_MAX];

__attribute__((constructor)) static void look(void)
{
    const char *file = getenv("STALL");
    if (!file)
        _exit(99); /* no test shall run through by mistake */
    snprintf(first, sizeof first, "%s.1", file);
    snprintf(second, sizeof second, "%s.2", file);
}

static int stands(const char *file)
{
    static const struct timespec moment = {.tv_nsec = 5000000};
    int stood = 0;
    for (; access(file, F_OK) == 0; stood = 1)
        nanosleep(&moment, NULL);
    return stood;
}

#pragma GCC visibility push(default)

int epoll_wait(int epoll, struct epoll_event *e, int n, int ms)
{
    if (!stands(first))
        stands(second);
    return (int)syscall(SYS_epoll_wait, epoll, e, n, ms);
}
