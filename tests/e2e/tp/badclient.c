/* badclient.c - a client that breaks the local protocol in one of many ways, and waits to be dropped.
 *
 *   badclient WAY SOCKET [SEED [FILE]]     exit status 0 dropped, 1 not dropped within 15 s, 2 usage, 3 no
 * node
 *
 * Ways: see the table at the end. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "snanode/base/idtab.h"
#include "snanode/local/lp.h"
#include "snanode/local/passfd.h"
#include "snanode/local/traced.h"
#include "tests/e2e/tp/nodedial.h"

#define DROP_MS 15000

static const char *path;
static const char *file = "/dev/null"; /* what a program wants to give as its page */
static uint8_t msg[256 * 1024];

static int dial(void)
{
    return nodedial("badclient", path);
}

static void put(int fd, size_t n)
{
    if (send(fd, msg, n, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 && errno != EAGAIN && errno != EPIPE &&
        errno != ECONNRESET && errno != EMSGSIZE)
        fprintf(stderr, "badclient: %s\n", strerror(errno));
}

static void greet(int fd, enum lp_kind kind, uint32_t process, uint64_t cookie)
{
    struct lp_hello h = {.version = LP_VERSION,
                         .kind = (uint8_t)kind,
                         .process = process,
                         .cookie = cookie,
                         .program = "badclient"};
    put(fd, lp_hello_encode(&h, msg, sizeof msg));
}

static void get_welcome(int fd, struct lp_welcome *w)
{
    uint8_t in[LP_MAX];
    ssize_t n = recv(fd, in, sizeof in, 0);
    if (n <= 0 || lp_welcome_decode(in, (size_t)n, w) < 0) {
        fprintf(stderr, "badclient: no welcome\n");
        exit(3);
    }
}

/* A port of a process that has behaved so far. */
static int port(int *process_fd)
{
    struct lp_welcome w, w2;
    *process_fd = dial();
    greet(*process_fd, LP_KIND_PROCESS, 0, 0);
    get_welcome(*process_fd, &w);
    int fd = dial();
    greet(fd, LP_KIND_PORT, w.process, w.cookie);
    get_welcome(fd, &w2);
    return fd;
}

static void fill(size_t n)
{
    for (size_t i = 0; i < n; i++)
        msg[i] = (uint8_t)rand();
}

static void fill_from(size_t from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        msg[from + i] = (uint8_t)rand();
}

/* Read and forget until the node closes; false when it does not. */
static bool dropped(int fd)
{
    struct pollfd p = {fd, POLLIN, 0};
    uint8_t in[LP_MAX];
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    for (time_t end = t.tv_sec + DROP_MS / 1000; t.tv_sec < end; clock_gettime(CLOCK_MONOTONIC, &t)) {
        if (poll(&p, 1, 1000) <= 0)
            continue;
        ssize_t n = recv(fd, in, sizeof in, MSG_DONTWAIT);
        if (n == 0 || (n < 0 && errno != EAGAIN))
            return true;
    }
    return false;
}

/* ---- ways; each returns the connection that must be dropped ---- */

static int garbage(void)
{
    int fd = dial();
    fill(200);
    put(fd, 1 + (size_t)rand() % 200);
    return fd;
}

static int silent(void)
{
    return dial();
}

static int empty(void)
{
    int fd = dial();
    put(fd, 0);
    return fd;
}

static int huge(void)
{
    int fd = dial();
    fill(100000);
    put(fd, 100000);
    return fd;
}

static int before_hello(void)
{
    int fd = dial();
    struct lp_end m = {.conv = 1};
    put(fd, lp_end_encode(&m, msg, sizeof msg));
    return fd;
}

static int hello_twice(void)
{
    int fd = dial();
    greet(fd, LP_KIND_PROCESS, 0, 0);
    greet(fd, LP_KIND_PROCESS, 0, 0);
    return fd;
}

static void put_init(int fd)
{
    struct lp_init m = {.lu = "CLIENTLU"};
    put(fd, lp_init_encode(&m, msg, sizeof msg));
}

/* A request on the connection that stands for the process, which is not right behind the hello. */
static int late_request(void)
{
    int fd = dial();
    struct lp_end m = {.conv = 1};
    greet(fd, LP_KIND_PROCESS, 0, 0);
    put(fd, lp_end_encode(&m, msg, sizeof msg));
    put_init(fd);
    return fd;
}

/* ... and a second one. */
static int request_twice(void)
{
    int fd = dial();
    greet(fd, LP_KIND_PROCESS, 0, 0);
    put_init(fd);
    put_init(fd);
    return fd;
}

/* Every message of a length that is wrong, after a hello that is right. */
static int cut_short(void)
{
    int process, fd = port(&process);
    struct lp_allocate m = {.lu = "CLIENTLU", .partner = "HOSTLU", .mode = "#INTER"};
    size_t n = lp_allocate_encode(&m, msg, sizeof msg);
    put(fd, 2 + (size_t)rand() % (n - 2));
    return fd;
}

static int too_long(void)
{
    int process, fd = port(&process);
    struct lp_allocate m = {.lu = "CLIENTLU", .partner = "HOSTLU", .mode = "#INTER"};
    put(fd, lp_allocate_encode(&m, msg, sizeof msg) + 1 + (size_t)rand() % 5000);
    return fd;
}

/* A good message with a few octets changed.  It may still be a good one: more follow. */
static int mutated(void)
{
    int process, fd = port(&process);
    struct lp_accept m = {.names = {4, 'N', 'O', 'N', 'E'}, .names_n = 5, .lu = "HOSTLU"};
    for (int i = 0; i < 50; i++) {
        size_t n = lp_accept_encode(&m, msg, sizeof msg);
        for (int k = 0; k < 3; k++)
            msg[(size_t)rand() % n] = (uint8_t)rand();
        put(fd, n);
    }
    put(fd, 1);
    return fd;
}

static int wrong_cookie(void)
{
    int fd = dial();
    struct lp_welcome w;
    greet(fd, LP_KIND_PORT, 1 + (uint32_t)rand() % 100, (uint64_t)rand());
    get_welcome(fd, &w);
    if (w.rc == LP_RC_OK)
        exit(1); /* taken for somebody else */
    struct lp_init m = {.symdest = "EACH"};
    put(fd, lp_init_encode(&m, msg, sizeof msg));
    return fd;
}

static int two_at_once(void)
{
    int process, fd = port(&process);
    struct lp_accept m = {.names = {4, 'N', 'O', 'N', 'E'}, .names_n = 5, .lu = "HOSTLU"};
    size_t n = lp_accept_encode(&m, msg, sizeof msg);
    put(fd, n);
    put(fd, n);
    return fd;
}

/* Asks without end and never reads an answer. */
static int flood(void)
{
    int fd = dial();
    struct lp_admin m = {.words = "conversation", .words_n = 13};
    uint8_t welcome[LP_MAX];
    greet(fd, LP_KIND_ADMIN, 0, 0);
    if (recv(fd, welcome, sizeof welcome, 0) <= 0)
        exit(3);
    size_t n = lp_admin_encode(&m, msg, sizeof msg);
    struct pollfd p = {fd, POLLOUT, 0};
    while (poll(&p, 1, DROP_MS) == 1 && !(p.revents & (POLLHUP | POLLERR)))
        if (send(fd, msg, n, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 && errno != EAGAIN)
            break;
    return fd;
}

/* The same with requests that are in order and need no answer. */
static int flood_ends(void)
{
    int fd = dial();
    struct lp_welcome w;
    greet(fd, LP_KIND_PROCESS, 0, 0);
    get_welcome(fd, &w);
    struct lp_end m = {.conv = 0};
    for (int i = 0; i < 200000; i++) {
        m.conv = (uint32_t)rand();
        if (send(fd, msg, lp_end_encode(&m, msg, sizeof msg), MSG_NOSIGNAL) < 0)
            break;
    }
    put(fd, 1);
    return fd;
}

/* Descriptors that nobody asked for. */
static int descriptors(void)
{
    enum { N = 200 };
    union {
        struct cmsghdr align;
        char buf[CMSG_SPACE(N * sizeof(int))];
    } ctl;
    int fd = dial(), fds[N];
    struct lp_hello h = {.version = LP_VERSION, .kind = LP_KIND_ADMIN, .program = "badclient"};
    struct iovec iov = {msg, lp_hello_encode(&h, msg, sizeof msg)};
    for (int count = 1; count <= N; count += 3) {
        struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &ctl};
        for (int i = 0; i < count; i++)
            fds[i] = STDERR_FILENO;
        m.msg_controllen = CMSG_SPACE((size_t)count * sizeof(int));
        struct cmsghdr *c = CMSG_FIRSTHDR(&m);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN((size_t)count * sizeof(int));
        memcpy(CMSG_DATA(c), fds, (size_t)count * sizeof(int));
        int one = count == 1 ? fd : dial();
        if (sendmsg(one, &m, MSG_NOSIGNAL) < 0 && errno != EPERM) /* the system lets the node refuse it */
            fprintf(stderr, "badclient: %s\n", strerror(errno));
        put(one, 1);
        if (one != fd && !dropped(one))
            return one;
        if (one != fd)
            close(one);
    }
    return fd;
}

/* A hello with a descriptor of FILE.  Where the system lets the node refuse it, the hello comes alone. */
static int bad_page(void)
{
    union {
        struct cmsghdr align;
        char buf[CMSG_SPACE(sizeof(int))];
    } ctl = {.buf = {0}};
    int fd = dial(), page = open(file, O_RDONLY | O_NONBLOCK);
    struct lp_welcome w;
    struct lp_hello h = {.version = LP_VERSION, .kind = LP_KIND_PROCESS, .program = "badclient"};
    struct iovec iov = {msg, lp_hello_encode(&h, msg, sizeof msg)};
    struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &ctl, .msg_controllen = sizeof ctl};
    if (page < 0)
        exit(3);
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(c), &page, sizeof(int));
    if (sendmsg(fd, &m, MSG_NOSIGNAL) < 0) {
        if (errno != EPERM)
            exit(3);
        put(fd, iov.iov_len);
    }
    get_welcome(fd, &w);
    int one = dial();
    greet(one, LP_KIND_PORT, w.process, w.cookie);
    get_welcome(one, &w);
    struct lp_allocate a = {
        .lu = "CLIENTLU", .partner = "HOSTLU", .mode = "#INTER", .tpn = "EACH", .tpn_n = 4};
    put(one, lp_allocate_encode(&a, msg, sizeof msg));
    struct pollfd pf = {one, POLLIN, 0};
    poll(&pf, 1, DROP_MS);
    int ask = dial();
    struct lp_admin q = {.words = "conversation", .words_n = 13};
    greet(ask, LP_KIND_ADMIN, 0, 0);
    get_welcome(ask, &w);
    put(ask, lp_admin_encode(&q, msg, sizeof msg));
    pf = (struct pollfd){ask, POLLIN, 0};
    if (poll(&pf, 1, DROP_MS) != 1) {
        fprintf(stderr, "badclient: the node does not show its conversations any more\n");
        exit(1);
    }
    put(fd, 1);
    return fd;
}

/* A command of more words than there may be is refused whole: the first of them are another command. */
static int many_words(void)
{
    struct lp_welcome w;
    struct lp_answer a;
    uint8_t in[LP_MAX];
    struct lp_admin q = {.words_n = 2 * (LP_WORDS_MAX + 1)};
    int fd = dial();
    for (size_t i = 0; i < q.words_n; i += 2)
        q.words[i] = 'x';
    greet(fd, LP_KIND_ADMIN, 0, 0);
    get_welcome(fd, &w);
    put(fd, lp_admin_encode(&q, msg, sizeof msg));
    ssize_t n = recv(fd, in, sizeof in, 0);
    if (n <= 0 || lp_answer_decode(in, (size_t)n, &a) < 0 || a.exit != 2 ||
        !strstr(a.text, "at most 63 words")) {
        fprintf(stderr, "badclient: %d words are not refused\n", LP_WORDS_MAX + 1);
        exit(1);
    }
    put(fd, 1);
    return fd;
}

/* Shows a trace the frames of others' conversations, of the first slots, and what are no frames. */
static int forged_trace(void)
{
    int process, one = port(&process), fd, fds[PASSFD_MAX];
    struct lp_trace m = {.reserved = 0};
    uint8_t in[LP_MAX];
    union passfd room;
    struct iovec iov = {in, sizeof in};
    struct msghdr answer = {.msg_iov = &iov, .msg_iovlen = 1};
    put(one, lp_trace_encode(&m, msg, sizeof msg));
    passfd_expect(&answer, &room);
    if (recvmsg(one, &answer, 0) <= 0 || (fd = passfd_get(&answer, fds)) < 0) {
        fprintf(stderr, "badclient: no socket for a trace\n");
        exit(3);
    }
    for (uint32_t i = 0; i < 4000; i++) {
        struct traced t = {
            .conv = (1 + i / 64) << IDTAB_SLOT_BITS | (i & 31), .side = i & 1, .time_ns = UINT64_MAX};
        traced_encode(&t, msg);
        fill_from(TRACED_HDR, (size_t)rand() % 2000);
        if (send(fd, msg, TRACED_HDR + (size_t)rand() % 2000, MSG_NOSIGNAL) < 0)
            break;
    }
    struct traced lost = {.lost = 0};
    for (size_t n = 1; n < TRACED_HDR + FRAME_HDR; n++) {
        traced_encode(&lost, msg);
        msg[4] = 7; /* there is no such side */
        send(fd, msg, n, MSG_NOSIGNAL);
    }
    put(process, 1);
    return process;
}

/* A crowd that says nothing.  The last one stands for all. */
static int crowd(void)
{
    int fd = -1;
    for (int i = 0; i < 500; i++)
        fd = dial();
    return fd;
}

static const struct way {
    const char *name;
    int (*run)(void);
} ways[] = {
    {"garbage", garbage},
    {"silent", silent},
    {"empty", empty},
    {"huge", huge},
    {"before-hello", before_hello},
    {"hello-twice", hello_twice},
    {"late-request", late_request},
    {"request-twice", request_twice},
    {"cut-short", cut_short},
    {"too-long", too_long},
    {"mutated", mutated},
    {"wrong-cookie", wrong_cookie},
    {"two-at-once", two_at_once},
    {"flood", flood},
    {"flood-ends", flood_ends},
    {"descriptors", descriptors},
    {"bad-page", bad_page},
    {"many-words", many_words},
    {"forged-trace", forged_trace},
    {"crowd", crowd},
};

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    path = argv[2];
    srand(argc > 3 ? (unsigned)atoi(argv[3]) : 1);
    if (argc > 4)
        file = argv[4];
    alarm(60);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (strcmp(ways[i].name, argv[1]) == 0) {
            int fd = ways[i].run();
            if (dropped(fd))
                return 0;
            fprintf(stderr, "badclient: %s: not dropped\n", argv[1]);
            return 1;
        }
    fprintf(stderr, "badclient: %s is no way\n", argv[1]);
    return 2;
}
