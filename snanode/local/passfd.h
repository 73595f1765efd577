/* passfd.h - a descriptor sent along with a message of the local protocol.  Layer: local (pure: the
 * caller sends and receives). */
#ifndef SNA_LOCAL_PASSFD_H
#define SNA_LOCAL_PASSFD_H

#include <string.h>
#include <sys/socket.h>

/* Room for one descriptor, aligned as the kernel requires.  It must live as long as the msghdr is used. */
union passfd {
    struct cmsghdr align;
    char buf[CMSG_SPACE(sizeof(int))];
};

/* Send M with descriptor FD. */
static inline void passfd_put(struct msghdr *m, union passfd *room, int fd)
{
    memset(room, 0, sizeof *room);
    m->msg_control = room;
    m->msg_controllen = sizeof *room;
    struct cmsghdr *h = CMSG_FIRSTHDR(m);
    h->cmsg_level = SOL_SOCKET;
    h->cmsg_type = SCM_RIGHTS;
    h->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(h), &fd, sizeof fd);
}

/* Receive M with room for a descriptor. */
static inline void passfd_expect(struct msghdr *m, union passfd *room)
{
    m->msg_control = room;
    m->msg_controllen = sizeof *room;
}

/* The descriptor that came with the received M, or -1. */
static inline int passfd_get(struct msghdr *m)
{
    int fd = -1;
    for (struct cmsghdr *h = CMSG_FIRSTHDR(m); h; h = CMSG_NXTHDR(m, h))
        if (h->cmsg_level == SOL_SOCKET && h->cmsg_type == SCM_RIGHTS)
            memcpy(&fd, CMSG_DATA(h), sizeof fd);
    return fd;
}

#endif
