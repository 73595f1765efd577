/* nodedial.h - the node's socket, for programs of the tests that speak the local protocol themselves. */
#ifndef TESTS_E2E_TP_NODEDIAL_H
#define TESTS_E2E_TP_NODEDIAL_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

/* A connection to the socket at PATH, which the caller closes.  Without a node the program WHO ends with
 * status 3. */
static inline int nodedial(const char *who, const char *path)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    snprintf(sa.sun_path, sizeof sa.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&sa, sizeof sa) < 0) {
        fprintf(stderr, "%s: %s: %s\n", who, path, strerror(errno));
        exit(3);
    }
    return fd;
}

#endif
