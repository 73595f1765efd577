/* A window is a pipe or a socket here, and holds only so much.  Who posts has the lock of all operations, so
 * he never waits for a program that does not read: it may be waiting for that very lock. */
#include "tp/conv/window.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "snanode/base/list.h"

static struct list kept = {&kept, &kept}; /* struct posted, oldest first */

struct posted {
    struct list link;
    int fd;
    size_t n;
    unsigned char octets[];
};

/* A pipe that nobody reads must not kill the program: its window may be closed.  A SIGPIPE of our own is
 * taken back before the thread's signals are let through again. */
static ssize_t write_quietly(int window, const void *p, size_t n)
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
static bool post_now(int window, const void *m, size_t n)
{
    if (send(window, m, n, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0)
        return true;
    if (errno == ENOTSOCK) {
        struct pollfd p = {window, POLLOUT, 0};
        if (poll(&p, 1, 0) == 0)
            return false;
        if (write_quietly(window, m, n) >= 0)
            return true;
    }
    return errno != EAGAIN && errno != EWOULDBLOCK && errno != ENOBUFS;
}

static void drop(struct posted *p)
{
    list_remove(&p->link);
    free(p);
}

/* Messages of one window keep their order. */
static bool is_full(int fd)
{
    LIST_FOREACH(l, &kept)
        if (LIST_OWNER(l, struct posted, link)->fd == fd)
            return true;
    return false;
}

bool window_post(int fd, const void *m, size_t n)
{
    if (!is_full(fd) && post_now(fd, m, n))
        return true;
    struct posted *p = malloc(sizeof *p + n);
    if (!p) /* then it is better to wait than to lose a completion */
        return write_quietly(fd, m, n) >= 0;
    p->fd = fd;
    p->n = n;
    memcpy(p->octets, m, n);
    list_append(&kept, &p->link);
    return false;
}

static int full(void)
{
    return list_empty(&kept) ? -1 : LIST_OWNER(kept.next, struct posted, link)->fd;
}

/* The window that has room is the first one's; others wait behind it. */
static void flush(void)
{
    while (!list_empty(&kept)) {
        struct posted *p = LIST_OWNER(kept.next, struct posted, link);
        if (!post_now(p->fd, p->octets, p->n))
            return;
        drop(p);
    }
}

void window_drop(int fd)
{
    LIST_FOREACH_SAFE(l, &kept) {
        struct posted *p = LIST_OWNER(l, struct posted, link);
        if (p->fd == fd)
            drop(p);
    }
}

void window_forget(void)
{
    LIST_FOREACH_SAFE(l, &kept)
        drop(LIST_OWNER(l, struct posted, link));
}

const struct waiting_outlet window_outlet = {.full = full, .flush = flush};
