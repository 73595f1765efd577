/* A window is a pipe or a socket here, and holds only so much.  Who posts has the lock of all operations, so
 * he never waits for a program that does not read: it may be waiting for that very lock. */
#include "tp/libcpic/window.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "snanode/base/list.h"

static int window = -1;
static struct list kept = {&kept, &kept}; /* struct posted, oldest first */

struct posted {
    struct list link;
    WCPICMESSAGE m;
};

/* A pipe that nobody reads must not kill the program: its window may be closed.  A SIGPIPE of our own is
 * taken back before the thread's signals are let through again. */
static ssize_t write_quietly(const void *p, size_t n)
{
    sigset_t pipe_only, before, waiting;
    sigemptyset(&pipe_only);
    sigaddset(&pipe_only, SIGPIPE);
    sigpending(&waiting);
    pthread_sigmask(SIG_BLOCK, &pipe_only, &before);
    ssize_t k = write(window, p, n);
    int why = errno;
    if (k < 0 && why == EPIPE && !sigismember(&waiting, SIGPIPE))
        sigtimedwait(&pipe_only, NULL, &(struct timespec){.tv_sec = 0});
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = why;
    return k;
}

/* False: there is no room.  A window that is gone takes everything.  A pipe has no flag for one write; but
 * only we write into it, and when poll() sees room there is a message's. */
static bool post_now(const WCPICMESSAGE *m)
{
    if (send(window, m, sizeof *m, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0)
        return true;
    if (errno == ENOTSOCK) {
        struct pollfd p = {window, POLLOUT, 0};
        if (poll(&p, 1, 0) == 0)
            return false;
        if (write_quietly(m, sizeof *m) >= 0)
            return true;
    }
    return errno != EAGAIN && errno != EWOULDBLOCK && errno != ENOBUFS;
}

static void drop_first(void)
{
    struct posted *p = LIST_OWNER(kept.next, struct posted, link);
    list_remove(&p->link);
    free(p);
}

void window_set(int fd)
{
    window = fd;
    while (fd < 0 && !list_empty(&kept))
        drop_first();
}

bool window_is_set(void)
{
    return window >= 0;
}

bool window_post(const WCPICMESSAGE *m)
{
    if (window < 0 || (list_empty(&kept) && post_now(m)))
        return true;
    struct posted *p = malloc(sizeof *p);
    if (!p) /* then it is better to wait than to lose a completion */
        return write_quietly(m, sizeof *m) >= 0;
    p->m = *m;
    list_append(&kept, &p->link);
    return false;
}

int window_full(void)
{
    return list_empty(&kept) ? -1 : window;
}

void window_flush(void)
{
    while (!list_empty(&kept) && post_now(&LIST_OWNER(kept.next, struct posted, link)->m))
        drop_first();
}

void window_forget(void)
{
    while (!list_empty(&kept))
        drop_first();
}
