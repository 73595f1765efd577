/* passfd.h - descriptors sent along with a message of the local protocol.  Layer: local (pure: the
 * caller sends and receives). */
#ifndef SNA_LOCAL_PASSFD_H
#define SNA_LOCAL_PASSFD_H

#include <string.h>
#include <sys/socket.h>

#define PASSFD_MAX 4

/* Room for the most descriptors, aligned as the kernel requires.  It must live as long as the msghdr is
 * used. */
union passfd {
    struct cmsghdr align;
    char buf[CMSG_SPACE(PASSFD_MAX * sizeof(int))];
};

/* Send M with the descriptors FDS, as many as there are before the first -1. */
static inline void passfd_put(struct msghdr *m, union passfd *room, const int fds[PASSFD_MAX])
{
    size_t n = 0;
    while (n < PASSFD_MAX && fds[n] >= 0)
        n++;
    if (n == 0)
        return;
    memset(room, 0, sizeof *room);
    m->msg_control = room;
    m->msg_controllen = CMSG_SPACE(n * sizeof *fds);
    struct cmsghdr *h = CMSG_FIRSTHDR(m);
    h->cmsg_level = SOL_SOCKET;
    h->cmsg_type = SCM_RIGHTS;
    h->cmsg_len = CMSG_LEN(n * sizeof *fds);
    memcpy(CMSG_DATA(h), fds, n * sizeof *fds);
}

/* Receive M with room for descriptors. */
static inline void passfd_expect(struct msghdr *m, union passfd *room)
{
    m->msg_control = room;
    m->msg_controllen = sizeof *room;
}

/* The descriptors that came with the received M; -1 for those that did not.  Returns the first. */
static inline int passfd_get(struct msghdr *m, int fds[PASSFD_MAX])
{
    for (unsigned i = 0; i < PASSFD_MAX; i++)
        fds[i] = -1;
    for (struct cmsghdr *h = CMSG_FIRSTHDR(m); h; h = CMSG_NXTHDR(m, h))
        if (h->cmsg_level == SOL_SOCKET && h->cmsg_type == SCM_RIGHTS && h->cmsg_len >= CMSG_LEN(0) &&
            h->cmsg_len <= CMSG_LEN(PASSFD_MAX * sizeof *fds))
            memcpy(fds, CMSG_DATA(h), h->cmsg_len - CMSG_LEN(0));
    return fds[0];
}

#endif
