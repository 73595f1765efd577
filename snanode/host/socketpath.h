/* socketpath.h - where the node's socket is when nobody says so; asks the environment and the user.  Layer:
 * host. */
#ifndef SNA_HOST_SOCKETPATH_H
#define SNA_HOST_SOCKETPATH_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* DIR and REST in one.  Not by snprintf, which every start of a TP would have to bring into memory. */
static inline int socket_join(char *out, size_t cap, const char *dir, const char *rest)
{
    size_t n = strlen(dir), k = strlen(rest);
    if (n + k >= cap)
        return -1;
    memcpy(out, dir, n);
    memcpy(out + n, rest, k + 1);
    return 0;
}

/* SNANODE_SOCKET; else /run/snanode/node.sock for root, $XDG_RUNTIME_DIR/snanode/node.sock for others.
 * 0, or -1 when it does not fit in CAP. */
static inline int socket_default_path(char *out, size_t cap)
{
    const char *env = getenv("SNANODE_SOCKET");
    if (env && *env)
        return socket_join(out, cap, env, "");
    const char *run = geteuid() != 0 ? getenv("XDG_RUNTIME_DIR") : NULL;
    return socket_join(out, cap, run && *run ? run : "/run", "/snanode/node.sock");
}

/* Why the node at PATH cannot be reached, by the errno E of connect() or socket(), for a person: into OUT
 * (CAP). */
static inline void socket_why(char *out, size_t cap, const char *path, int e)
{
    if (e == EACCES || e == EPERM)
        snprintf(out, cap, "permission denied by %s: user %u is not admitted (ClientGroup of the node)", path,
                 (unsigned)geteuid());
    else if (e == ENOENT || e == ENOTDIR || e == ECONNREFUSED)
        snprintf(out, cap, "no node at %s: %s", path, strerror(e));
    else if (e == EPROTOTYPE || e == ENOTSOCK)
        snprintf(out, cap, "%s is the socket of something else, not of a node", path);
    else if (e == ENAMETOOLONG)
        snprintf(out, cap,
                 "the path of the node's socket is longer than a socket's name may be (SNANODE_SOCKET)");
    else if (e == EAGAIN)
        snprintf(out, cap, "the node at %s does not answer", path);
    else
        snprintf(out, cap, "the node at %s cannot be reached: %s", path, strerror(e));
}

/* The same for a node that ended the connection without a word.  (When it has no memory, no descriptors or no
 * room for one more, it says so.) */
static inline void socket_why_closed(char *out, size_t cap, const char *path)
{
    if (geteuid() != 0)
        snprintf(out, cap,
                 "the node at %s does not admit user %u (ClientGroup), or is ending: its log says which",
                 path, (unsigned)geteuid());
    else /* who is always admitted */
        snprintf(out, cap, "the node at %s has closed the connection: it is ending, or its log says why",
                 path);
}

#endif
