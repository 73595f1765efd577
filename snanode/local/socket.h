/* socket.h - where the node's socket is when nobody says so.  Layer: local. */
#ifndef SNA_LOCAL_SOCKET_H
#define SNA_LOCAL_SOCKET_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* SNANODE_SOCKET; else /run/snanode/node.sock for root, $XDG_RUNTIME_DIR/snanode/node.sock for others.
 * 0, or -1 when it does not fit in CAP. */
static inline int socket_default_path(char *out, size_t cap)
{
    const char *env = getenv("SNANODE_SOCKET"), *run = getenv("XDG_RUNTIME_DIR");
    int n;
    if (env && *env)
        n = snprintf(out, cap, "%s", env);
    else if (geteuid() != 0 && run && *run)
        n = snprintf(out, cap, "%s/snanode/node.sock", run);
    else
        n = snprintf(out, cap, "/run/snanode/node.sock");
    return n >= 0 && (size_t)n < cap ? 0 : -1;
}

#endif
