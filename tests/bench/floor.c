/* The floors: the same octets between the same number of processes, with only the system calls that are
 * needed. */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/bench.h"

extern char **environ;

/* F(FD) in a process of its own, which ends with this one. */
static pid_t start_peer(void (*f)(int fd), int fd, int other)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (other >= 0)
        close(other);
    f(fd);
    _exit(0);
}

/* A SEQPACKET pair with F at its other end; our end. */
static int start_pair(void (*f)(int fd), pid_t *pid)
{
    int p[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, p) < 0)
        return -1;
    *pid = start_peer(f, p[1], p[0]);
    close(p[1]);
    return *pid < 0 ? -1 : p[0];
}

/* ---- round trips ---- */

static void echo(int fd)
{
    char buf[BENCH_RECORD];
    ssize_t n;
    while ((n = recv(fd, buf, sizeof buf, 0)) > 0)
        if (send(fd, buf, (size_t)n, 0) != n)
            return;
}

void floor_pair(int fd, const void *arg)
{
    char buf[BENCH_RECORD] = {'E'};
    pid_t peer;
    uint32_t n;
    int s = start_pair(echo, &peer);
    (void)arg;
    while (worker_told(fd, &n)) {
        struct sample out = {.failed = false};
        double start = seconds();
        for (uint32_t i = 0; i < n && !out.failed; i++)
            if (send(s, buf, sizeof buf, 0) != sizeof buf || recv(s, buf, sizeof buf, 0) != sizeof buf)
                sample_fail(&out, "socket pair: %s", strerror(errno));
        out.value = (seconds() - start) / n;
        worker_tell(fd, &out);
    }
}

/* ---- one way ---- */

/* Reads records; answers the short one that ends a round, so that the round's end is when all was read. */
static void sink(int fd)
{
    static char buf[BENCH_LARGE];
    ssize_t n;
    while ((n = recv(fd, buf, sizeof buf, 0)) > 0)
        if (n == 1 && send(fd, buf, 1, 0) != 1)
            return;
}

void floor_stream(int fd, const void *arg)
{
    static char buf[BENCH_LARGE];
    const struct stream *how = arg;
    pid_t peer;
    uint32_t n;
    int s = start_pair(sink, &peer);
    while (worker_told(fd, &n)) {
        struct sample out = {.failed = false};
        double start = seconds();
        for (size_t i = 0; i < n * how->record / how->payload && !out.failed; i++)
            if (send(s, buf, how->write, 0) != (ssize_t)how->write)
                sample_fail(&out, "socket pair: %s", strerror(errno));
        if (!out.failed && (send(s, buf, 1, 0) != 1 || recv(s, buf, 1, 0) != 1))
            sample_fail(&out, "socket pair: %s", strerror(errno));
        out.value = (seconds() - start) / n;
        worker_tell(fd, &out);
    }
}

/* ---- connections ---- */

static void serve(int listener)
{
    char buf[BENCH_RECORD];
    for (;;) {
        int s = accept(listener, NULL, NULL);
        if (s < 0)
            return;
        if (recv(s, buf, sizeof buf, 0) == sizeof buf && send(s, buf, sizeof buf, MSG_NOSIGNAL) < 0)
            return;
        close(s);
    }
}

static int one_connection(const struct sockaddr_un *sa)
{
    char buf[BENCH_RECORD] = {'E'};
    int s = socket(AF_UNIX, SOCK_SEQPACKET, 0);
    if (s < 0)
        return -1;
    int bad = connect(s, (const struct sockaddr *)sa, sizeof *sa) < 0 ||
              send(s, buf, sizeof buf, 0) != sizeof buf || recv(s, buf, sizeof buf, 0) != sizeof buf;
    close(s);
    return bad ? -1 : 0;
}

void floor_listener(int fd, const void *arg)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    uint32_t n;
    int l = socket(AF_UNIX, SOCK_SEQPACKET, 0);
    snprintf(sa.sun_path, sizeof sa.sun_path, "%s", (const char *)arg);
    if (l < 0 || bind(l, (struct sockaddr *)&sa, sizeof sa) < 0 || listen(l, 128) < 0 ||
        start_peer(serve, l, -1) < 0)
        return;
    while (worker_told(fd, &n)) {
        struct sample out = {.failed = false};
        double start = seconds();
        for (uint32_t i = 0; i < n && !out.failed; i++)
            if (one_connection(&sa) < 0)
                sample_fail(&out, "connection: %s", strerror(errno));
        out.value = (seconds() - start) / n;
        worker_tell(fd, &out);
    }
    unlink(sa.sun_path);
}

/* ---- processes ---- */

void floor_spawn(int fd, const void *arg)
{
    const char *tp = arg;
    char *argv[] = {(char *)(uintptr_t)tp, (char *)(uintptr_t) "return", NULL};
    uint32_t n;
    while (worker_told(fd, &n)) {
        struct sample out = {.failed = false};
        double start = seconds();
        for (uint32_t i = 0; i < n && !out.failed; i++) {
            pid_t pid;
            int status = 0, e = posix_spawn(&pid, tp, NULL, NULL, argv, environ);
            if (e || waitpid(pid, &status, 0) != pid || status != 0)
                sample_fail(&out, "%s: %s", tp, e ? strerror(e) : "ended badly");
        }
        out.value = (seconds() - start) / n;
        worker_tell(fd, &out);
    }
}
