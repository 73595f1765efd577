/* holder - hold many resources of the node: holder SOCKET KIND N, KIND being programs, ports (of one
 * program), silent connections, conversations, pairs (conversations, each with another partner LU, Pnnnnn),
 * attaches (of conversations for the TP HELD), accepts (of a program each, for another name), or names of one
 * Accept.  Prints what became of them, "held N" and a line for each reason of a refusal, and keeps what it
 * has until it is killed. */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "snanode/local/frame.h"
#include "snanode/local/lp.h"
#include "snanode/local/passfd.h"
#include "tests/e2e/tp/nodedial.h"

static const char *path;
static unsigned held, refused[65536], gone, waiting;

static int dial(void)
{
    return nodedial("holder", path);
}

/* Say hello as KIND; the connection stays open if it is served, or if nobody answers it yet. */
static struct lp_welcome greet(enum lp_kind kind, const struct lp_welcome *of, int *kept)
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
    send(fd, msg, k, MSG_NOSIGNAL); /* when it fails, the node may have said why before it closed */
    struct pollfd p = {fd, POLLIN, 0};
    ssize_t n = poll(&p, 1, 1000) == 1 ? recv(fd, msg, sizeof msg, 0) : -2;
    if (n == -1 && errno == ECONNRESET)
        n = recv(fd, msg, sizeof msg, 0);
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
        if (kept)
            *kept = fd;
    }
    return w;
}

/* What the request of K octets in MSG is answered with on port FD, into MSG; its descriptor is let go. */
static ssize_t ask(int fd, uint8_t *msg, size_t k)
{
    struct pollfd p = {fd, POLLIN, 0};
    if (send(fd, msg, k, MSG_NOSIGNAL) < 0 || poll(&p, 1, 1000) != 1)
        return 0;
    return recv(fd, msg, LP_MAX, 0);
}

/* As ask, but the descriptor is kept. */
static ssize_t ask_end(int fd, uint8_t *msg, size_t k, int *end)
{
    union passfd room;
    int fds[PASSFD_MAX];
    struct iovec v = {msg, LP_MAX};
    struct msghdr h = {.msg_iov = &v, .msg_iovlen = 1};
    if (send(fd, msg, k, MSG_NOSIGNAL) < 0)
        return 0;
    passfd_expect(&h, &room);
    ssize_t n = recvmsg(fd, &h, 0);
    *end = n > 0 ? passfd_get(&h, fds) : -1;
    return n;
}

/* The first frame of a conversation: its Attach flows. */
static void flow(int end)
{
    uint8_t frame[FRAME_HDR];
    const struct rh rh = {
        .category = RH_FMD, .bci = true, .eci = true, .dr1i = true, .eri = true, .bbi = true, .cdi = true};
    frame_header(frame, false, &rh);
    if (send(end, frame, sizeof frame, MSG_NOSIGNAL) < 0)
        gone++;
}

static void converse(int fd, const char *partner, const char *mode, const char *tp)
{
    uint8_t msg[LP_MAX];
    struct lp_allocated a;
    struct lp_allocate m = {.lu = "CLIENTLU", .tpn_n = 4, .type = 1};
    bool flows = strcmp(tp, "HELD") == 0;
    int end = -1;
    strcpy(m.partner, partner);
    strcpy(m.mode, mode);
    memcpy(m.tpn, tp, 4);
    size_t k = lp_allocate_encode(&m, msg, sizeof msg);
    ssize_t n = flows ? ask_end(fd, msg, k, &end) : ask(fd, msg, k);
    if (n <= 0)
        waiting += n == 0;
    else if (lp_allocated_decode(msg, (size_t)n, &a) < 0)
        gone++;
    else if (a.rc != LP_RC_OK)
        refused[a.rc]++;
    else
        held++;
    if (end >= 0)
        flow(end);
}

/* A program with an Accept for a name of its own. */
static void accept_one(int number)
{
    uint8_t msg[LP_MAX];
    int port = -1;
    struct lp_welcome w = greet(LP_KIND_PROCESS, NULL, NULL);
    struct lp_accept m = {.lu = "HOSTLU"};
    m.names_n = (uint16_t)snprintf((char *)m.names, sizeof m.names, "%cN%06d", 7, number);
    greet(LP_KIND_PORT, &w, &port);
    if (port < 0 || send(port, msg, lp_accept_encode(&m, msg, sizeof msg), MSG_NOSIGNAL) < 0)
        gone++;
}

/* An Accept for N names that nobody else has: it waits, or is refused. */
static void accept_names(int fd, int n)
{
    uint8_t msg[LP_MAX];
    struct lp_accepted a;
    struct lp_accept m = {.lu = "HOSTLU"};
    for (int i = 0; i < n && m.names_n + 4u <= sizeof m.names; i++) {
        const uint8_t name[] = {3, (uint8_t)('A' + i / 676 % 26), (uint8_t)('A' + i / 26 % 26),
                                (uint8_t)('A' + i % 26)};
        memcpy(m.names + m.names_n, name, sizeof name);
        m.names_n += sizeof name;
    }
    ssize_t k = ask(fd, msg, lp_accept_encode(&m, msg, sizeof msg));
    if (k <= 0)
        waiting += k == 0;
    else if (lp_accepted_decode(msg, (size_t)k, &a) == 0)
        refused[a.rc]++;
}

static void hold_one(const char *kind, const struct lp_welcome *first, int port, int i)
{
    char partner[16];
    snprintf(partner, sizeof partner, "P%05d", i);
    if (strcmp(kind, "silent") == 0)
        held += dial() >= 0;
    else if (strcmp(kind, "ports") == 0)
        greet(LP_KIND_PORT, first, NULL);
    else if (strcmp(kind, "conversations") == 0)
        converse(port, "HOSTLU", "WIDE", "EACH");
    else if (strcmp(kind, "attaches") == 0)
        converse(port, "HOSTLU", "WIDE", "HELD");
    else if (strcmp(kind, "pairs") == 0)
        converse(port, partner, "#INTER", "EACH");
    else if (strcmp(kind, "accepts") == 0)
        accept_one(i);
    else
        greet(LP_KIND_PROCESS, NULL, NULL);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    path = argv[1];
    const char *kind = argv[2];
    int n = atoi(argv[3]), port = -1;
    struct lp_welcome first = {.rc = 0};
    if (strcmp(kind, "programs") != 0 && strcmp(kind, "silent") != 0 && strcmp(kind, "accepts") != 0)
        first = greet(LP_KIND_PROCESS, NULL, NULL);
    if (first.process && strcmp(kind, "ports") != 0)
        greet(LP_KIND_PORT, &first, &port);
    if (strcmp(kind, "names") == 0)
        accept_names(port, n);
    else
        for (int i = 0; i < n; i++)
            hold_one(kind, &first, port, i);
    printf("held %u, waiting %u, gone %u\n", held, waiting, gone);
    for (unsigned rc = 0; rc < 65536; rc++)
        if (refused[rc])
            printf("refused %u: %s\n", refused[rc], lp_reason(rc));
    fflush(stdout);
    for (;;)
        pause();
}
