/* passfd.h - a descriptor sent along with a message of the local protocol.  Layer: local (pure: the
 * caller sends and receives). */
#ifndef SNA_LOCAL_PASSFD_H
#define SNA_LOCAL_PASSFD_H

#include <string.h>
#include <sys/socket.h>

/* Room for two descriptors, aligned as the kernel requires.  It must live as long as the msghdr is used. */
union passfd {
    struct cmsghdr align;
    char buf[CMSG_SPACE(2 * sizeof(int))];
};

/* Send M with descriptor FD, and SECOND unless that is -1. */
static inline void passfd_put(struct msghdr *m, union passfd *room, int fd, int second)
{
    const int both[] = {fd, second};
    size_t n = second < 0 ? sizeof fd : sizeof both;
    memset(room, 0, sizeof *room);
    m->msg_control = room;
    m->msg_controllen = CMSG_SPACE(n);
    struct cmsghdr *h = CMSG_FIRSTHDR(m);
    h->cmsg_level = SOL_SOCKET;
    h->cmsg_type = SCM_RIGHTS;
    h->cmsg_len = CMSG_LEN(n);
    memcpy(CMSG_DATA(h), both, n);
}

/* Receive M with room for descriptors. */
static inline void passfd_expect(struct msghdr *m, union passfd *room)
{
    m->msg_control = room;
    m->msg_controllen = sizeof *room;
}

/* The descriptor that came with the received M, or -1; *SECOND is a further one, or -1. */
static inline int passfd_get(struct msghdr *m, int *second)
{
    int both[] = {-1, -1};
    for (struct cmsghdr *h = CMSG_FIRSTHDR(m); h; h = CMSG_NXTHDR(m, h))
        if (h->cmsg_level == SOL_SOCKET && h->cmsg_type == SCM_RIGHTS)
            memcpy(both, CMSG_DATA(h), h->cmsg_len == CMSG_LEN(sizeof both) ? sizeof both : sizeof *both);
    *second = both[1];
    return both[0];
}

#endif
