/* seqpacket.h - messages from a socket of AF_UNIX whose other end may be closed.  Layer: host.
 * Who has said something and closed at once has been heard, all of it, before the end.  The kernel may tell
 * of the end first: it looks for messages, and then whether the other end is closed, and both may happen in
 * between; and it reports ECONNRESET, when the other end has not read everything, before what that end has
 * said. */
#ifndef SNA_HOST_SEQPACKET_H
#define SNA_HOST_SEQPACKET_H

#include <errno.h>
#include <sys/socket.h>

static inline int seqpacket_ended(ssize_t got)
{
    return got == 0 || (got < 0 && errno == ECONNRESET);
}

/* As recv. */
static inline ssize_t seqpacket_recv(int fd, void *msg, size_t n, int flags)
{
    ssize_t got = recv(fd, msg, n, flags);
    if (!seqpacket_ended(got))
        return got;
    int end = errno;
    ssize_t before = recv(fd, msg, n, flags | MSG_DONTWAIT);
    errno = end;
    return before > 0 ? before : got;
}

/* As recvmsg; the fields of M that it sets are as before when there was nothing. */
static inline ssize_t seqpacket_recvmsg(int fd, struct msghdr *m, int flags)
{
    struct msghdr asked = *m;
    ssize_t got = recvmsg(fd, m, flags);
    if (!seqpacket_ended(got))
        return got;
    int end = errno;
    *m = asked;
    ssize_t before = recvmsg(fd, m, flags | MSG_DONTWAIT);
    errno = end;
    return before > 0 ? before : got;
}

#endif
