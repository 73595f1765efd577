/* What a service manager and the node say to each other. */
#include "snanode/io/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "snanode/base/log.h"
#include "snanode/io/context.h"
#include "snanode/io/watch.h"

#define FIRST_FD 3 /* where handed descriptors begin [sd_listen_fds] */

static struct { /* what the environment said */
    struct sockaddr_un where;
    socklen_t where_n; /* 0 = nobody wants to be told */
    uint64_t watchdog_us;
    unsigned long n_fds;
} met;

/* ---- what it hands over ---- */

static unsigned long number(const char *name)
{
    const char *v = getenv(name);
    char *end;
    errno = 0;
    unsigned long n = v && *v >= '0' && *v <= '9' ? strtoul(v, &end, 10) : 0;
    return n == 0 || errno || *end ? 0 : n;
}

/* Variables that name a process are for that one alone: others inherit them. */
static bool is_mine(const char *name)
{
    return number(name) == (unsigned long)getpid();
}

void supervisor_meet(void)
{
    static const char *const names[] = {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID",
                                        "LISTEN_FDS",    "LISTEN_PID",    "LISTEN_FDNAMES"};
    const char *to = getenv("NOTIFY_SOCKET");
    size_t n = to ? strlen(to) : 0;
    if (n > 1 && n < sizeof met.where.sun_path && (*to == '/' || *to == '@')) {
        met.where.sun_family = AF_UNIX;
        memcpy(met.where.sun_path, to, n);
        if (*to == '@') /* an abstract name */
            met.where.sun_path[0] = '\0';
        met.where_n = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
    }
    if (!getenv("WATCHDOG_PID") || is_mine("WATCHDOG_PID"))
        met.watchdog_us = number("WATCHDOG_USEC");
    if (is_mine("LISTEN_PID"))
        met.n_fds = number("LISTEN_FDS");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unsetenv(names[i]);
}

/* Whether FD listens as the node's own socket would. */
static bool suits(int fd, struct sockaddr_un *sa)
{
    socklen_t n = sizeof *sa, k = sizeof(int);
    int type = 0, listens = 0;
    memset(sa, 0, sizeof *sa);
    return getsockname(fd, (struct sockaddr *)sa, &n) == 0 && n <= sizeof *sa && sa->sun_family == AF_UNIX &&
           sa->sun_path[0] == '/' && getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &k) == 0 &&
           type == SOCK_SEQPACKET && getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &k) == 0 && listens;
}

int supervisor_socket(char *path, size_t cap)
{
    struct sockaddr_un sa;
    if (met.n_fds == 0)
        return -1;
    if (met.n_fds > 1) {
        fprintf(
            stderr,
            "snanode: the service manager has handed over %lu descriptors, and the node takes one socket: "
            "name one ListenSequentialPacket= in the socket unit\n",
            met.n_fds);
        return -2;
    }
    int n = suits(FIRST_FD, &sa) ? snprintf(path, cap, "%.*s", (int)sizeof sa.sun_path, sa.sun_path) : -1;
    if (n < 0 || (size_t)n >= cap) {
        fputs("snanode: what the service manager has handed over is not a local socket of packets that "
              "listens: "
              "write ListenSequentialPacket=/PATH in the socket unit\n",
              stderr);
        return -2;
    }
    fcntl(FIRST_FD, F_SETFD, FD_CLOEXEC);
    fcntl(FIRST_FD, F_SETFL, fcntl(FIRST_FD, F_GETFL) | O_NONBLOCK);
    return FIRST_FD;
}

/* ---- what it is told ---- */

__attribute__((format(printf, 1, 2))) static void tell(const char *fmt, ...)
{
    char text[512];
    va_list ap;
    if (met.where_n == 0)
        return;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    size_t len = n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    /* Nothing depends on it: a service manager that does not listen is not waited for. */
    if (fd < 0 || sendto(fd, text, len, MSG_NOSIGNAL, (struct sockaddr *)&met.where, met.where_n) < 0)
        log_debug("the service manager cannot be told \"%s\": %s", text, strerror(errno));
    if (fd >= 0)
        close(fd);
}

static void on_beat(void *arg)
{
    (void)arg;
    tell("WATCHDOG=1");
}

void supervisor_ready(struct server *s, const char *text)
{
    if (s->stopping)
        return;
    tell("READY=1\nSTATUS=%s", text);
    if (met.where_n == 0 || met.watchdog_us == 0 || s->beat)
        return;
    uint64_t us = met.watchdog_us / 2;
    struct timeval every = {.tv_sec = (time_t)(us / 1000000), .tv_usec = (suseconds_t)(us % 1000000)};
    s->beat = watch_new(s, -1, EV_PERSIST, on_beat, NULL);
    if (!s->beat || watch_add(s->beat, &every) < 0)
        log_error("no memory for the clock of the watchdog: the service manager will end this node");
}

void supervisor_reloading(const struct server *s)
{
    struct timespec t;
    if (s->stopping)
        return;
    clock_gettime(CLOCK_MONOTONIC, &t);
    tell("RELOADING=1\nMONOTONIC_USEC=%llu",
         (unsigned long long)t.tv_sec * 1000000 + (unsigned long long)t.tv_nsec / 1000);
}

void supervisor_stopping(unsigned limit_s, const char *text)
{
    tell("STOPPING=1\nSTATUS=%s\nEXTEND_TIMEOUT_USEC=%llu", text, limit_s * 1000000ull);
}

void supervisor_status(const char *text)
{
    tell("STATUS=%s", text);
}

void supervisor_leave(struct server *s)
{
    watch_free(s->beat);
    s->beat = NULL;
}
