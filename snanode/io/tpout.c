#include "snanode/io/tpout.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "snanode/base/log.h"
#include "snanode/io/child.h"
#include "snanode/io/server.h"

#define PIECE 65536 /* most that is taken at once */

static const char *name_of(const struct server *s, int pid)
{
    const struct child *c = child_of(s, pid);
    return c ? c->name : "?"; /* what a TP has started itself */
}

static void log_lines(const struct server *s, int pid, const char *text, size_t n)
{
    while (n > 0) {
        const char *nl = memchr(text, '\n', n);
        size_t k = nl ? (size_t)(nl - text) : n;
        char clean[800];
        if (k > 0)
            log_info("TP %s[%d]: %s", name_of(s, pid), pid, log_clean(clean, sizeof clean, text, k));
        k += nl != NULL;
        text += k;
        n -= k;
    }
}

/* What one TP has written: with credentials asked for, the kernel never mixes two writers.  False: none there. */
static bool read_one(struct server *s)
{
    static char text[PIECE];
    union {
        struct cmsghdr align;
        char buf[CMSG_SPACE(sizeof(struct ucred))];
    } ctl;
    struct iovec iov = {text, sizeof text};
    struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &ctl, .msg_controllen = sizeof ctl};
    ssize_t n = recvmsg(s->tpout[0], &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (n <= 0)
        return false;
    struct ucred u = {.pid = 0};
    for (struct cmsghdr *h = CMSG_FIRSTHDR(&m); h; h = CMSG_NXTHDR(&m, h))
        if (h->cmsg_level == SOL_SOCKET && h->cmsg_type == SCM_CREDENTIALS)
            memcpy(&u, CMSG_DATA(h), sizeof u);
    log_lines(s, u.pid, text, (size_t)n);
    return true;
}

static void on_output(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    for (int i = 0; i < 16 && read_one(arg); i++)
        ;
}

void tpout_drain(struct server *s)
{
    for (int i = 0; i < 256 && s->ev_tpout && read_one(s); i++)
        ;
}

int tpout_open(struct server *s)
{
    int yes = 1;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s->tpout) < 0) {
        s->tpout[0] = s->tpout[1] = -1;
        return -1;
    }
    setsockopt(s->tpout[0], SOL_SOCKET, SO_PASSCRED, &yes, sizeof yes);
    shutdown(s->tpout[1], SHUT_RD);
    s->ev_tpout = event_new(s->base, s->tpout[0], EV_READ | EV_PERSIST, on_output, s);
    return s->ev_tpout && event_add(s->ev_tpout, NULL) == 0 ? 0 : -1;
}

void tpout_close(struct server *s)
{
    tpout_drain(s);
    if (s->ev_tpout)
        event_free(s->ev_tpout);
    s->ev_tpout = NULL;
    for (int i = 0; i < 2; i++)
        if (s->tpout[i] >= 0)
            close(s->tpout[i]);
}
