/* detour.c - calls of one machine's programs go another way: LD_PRELOAD.
 *
 *   DETOUR=FROM:TO   a call of the port FROM of this machine goes to the port TO, where something of the test
 * waits */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static unsigned from, to;

__attribute__((constructor)) static void look(void)
{
    const char *way = getenv("DETOUR");
    if (!way || sscanf(way, "%u:%u", &from, &to) != 2)
        _exit(99); /* no test shall go the straight way by mistake */
}

#pragma GCC visibility push(default)

int connect(int fd, const struct sockaddr *a, socklen_t n)
{
    struct sockaddr_in in;
    if (a->sa_family == AF_INET && n >= sizeof in) {
        memcpy(&in, a, sizeof in);
        if (ntohs(in.sin_port) == from) {
            in.sin_port = htons((unsigned short)to);
            return (int)syscall(SYS_connect, fd, &in, sizeof in);
        }
    }
    return (int)syscall(SYS_connect, fd, a, n);
}
