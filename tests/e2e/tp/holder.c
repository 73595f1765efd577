/* holder - hold many connections to the node: holder SOCKET KIND N, KIND being programs, ports (of one program) or
 * silent.  Prints what became of them, "held N" and a line for each reason of a refusal, and keeps what it has until
 * it is killed. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "snanode/local/lp.h"

static const char *path;
static unsigned held, refused[65536], gone, waiting;

/* A connection, or -1: nobody takes it just now. */
static int dial(void)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    snprintf(sa.sun_path, sizeof sa.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&sa, sizeof sa) < 0) {
        fprintf(stderr, "holder: %s: %s\n", path, strerror(errno));
        exit(3);
    }
    return fd;
}

/* Say hello as KIND; the connection stays open if it is served, or if nobody answers it yet. */
static struct lp_welcome greet(enum lp_kind kind, const struct lp_welcome *of)
{
    uint8_t msg[LP_MAX];
    struct lp_welcome w = {.rc = 0};
    struct lp_hello h = {.version = LP_VERSION, .kind = (uint8_t)kind, .program = "holder"};
    if (of) {
        h.process = of->process;
        h.cookie = of->cookie;
    }
    int fd = dial();
    size_t k = lp_hello_encode(&h, msg, sizeof msg);
    if (send(fd, msg, k, MSG_NOSIGNAL) < 0) {
        gone++;
        close(fd);
        return w;
    }
    struct pollfd p = {fd, POLLIN, 0};
    ssize_t n = poll(&p, 1, 1000) == 1 ? recv(fd, msg, sizeof msg, 0) : -2;
    if (n == -2) {
        waiting++;
    } else if (n <= 0 || lp_welcome_decode(msg, (size_t)n, &w) < 0) {
        gone++;
        close(fd);
    } else if (w.rc != LP_RC_OK) {
        refused[w.rc]++;
        close(fd);
    } else {
        held++;
    }
    return w;
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    path = argv[1];
    int n = atoi(argv[3]);
    struct lp_welcome first = {.rc = 0};
    if (strcmp(argv[2], "ports") == 0)
        first = greet(LP_KIND_PROCESS, NULL);
    for (int i = 0; i < n; i++)
        if (strcmp(argv[2], "silent") == 0)
            held += dial() >= 0;
        else if (strcmp(argv[2], "ports") == 0)
            greet(LP_KIND_PORT, &first);
        else
            greet(LP_KIND_PROCESS, NULL);
    printf("held %u, waiting %u, gone %u\n", held, waiting, gone);
    for (unsigned rc = 0; rc < 65536; rc++)
        if (refused[rc])
            printf("refused %u: %s\n", refused[rc], lp_reason(rc));
    fflush(stdout);
    for (;;)
        pause();
}
