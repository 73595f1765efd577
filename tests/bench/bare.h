/* bare.h - what the bare node of copies.c and its copies say to each other: messages that differ in their
 * length, as long as those of the product are. */
#ifndef TESTS_BENCH_BARE_H
#define TESTS_BENCH_BARE_H

#include <string.h>
#include <sys/socket.h>

#include "snanode/local/passfd.h"

enum {
    BARE_BRACKET_END = 4,
    BARE_END = 7,
    BARE_REQUEST = 19,
    BARE_WELCOME = 29,
    BARE_HELLO = 35,
    BARE_PAGES = 3,     /* which come with the welcome, behind the port */
    BARE_PAGE = 1 << 20 /* octets of each */
};

/* N octets, and as many descriptors as COUNT says.  0, or -1. */
static inline int bare_say(int fd, size_t n, const int *fds, unsigned count)
{
    char msg[64] = {0};
    union passfd room;
    struct iovec v = {msg, n};
    struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1};
    int all[PASSFD_MAX] = {-1, -1, -1, -1};
    for (unsigned i = 0; i < count; i++)
        all[i] = fds[i];
    if (count == 0)
        return send(fd, msg, n, MSG_NOSIGNAL) == (ssize_t)n ? 0 : -1;
    passfd_put(&m, &room, all);
    return sendmsg(fd, &m, MSG_NOSIGNAL) == (ssize_t)n ? 0 : -1;
}

/* How many octets came; and COUNT descriptors, or -1. */
static inline ssize_t bare_hear(int fd, int *fds, unsigned count)
{
    char msg[64];
    union passfd room;
    struct iovec v = {msg, sizeof msg};
    struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1};
    int all[PASSFD_MAX];
    passfd_expect(&m, &room);
    ssize_t n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
    if (n < 0)
        return -1;
    passfd_get(&m, all);
    for (unsigned i = 0; i < count; i++)
        if ((fds[i] = all[i]) < 0)
            return -1;
    return n;
}

#endif
