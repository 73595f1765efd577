/* nopassfd.h - sockets that take no descriptors.  Layer: io. */
#ifndef SNA_IO_NOPASSFD_H
#define SNA_IO_NOPASSFD_H

#include <sys/socket.h>

#ifndef SO_PASSRIGHTS
#define SO_PASSRIGHTS 83
#endif

/* Nobody may send descriptors to the socket FD, as far as the system can forbid it (Linux 6.16): the kernel
 * closes those that nobody takes in the name of the receiver, and the sender may have chosen one whose
 * closing waits. */
static inline void passfd_refuse(int fd)
{
    int no = 0;
    (void)setsockopt(fd, SOL_SOCKET, SO_PASSRIGHTS, &no, sizeof no);
}

#endif
