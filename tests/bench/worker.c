#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/bench.h"

#define STOP UINT32_MAX

double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double quantile(const double *v, size_t n, double part)
{
    double sorted[256];
    if (n == 0 || n > sizeof sorted / sizeof *sorted)
        return 0;
    memcpy(sorted, v, n * sizeof *v);
    qsort(sorted, n, sizeof *sorted, by_value);
    double at = (double)(n - 1) * part;
    size_t i = (size_t)at;
    return i + 1 < n ? sorted[i] + (at - (double)i) * (sorted[i + 1] - sorted[i]) : sorted[i];
}

double median(const double *v, size_t n)
{
    return quantile(v, n, 0.5);
}

void sample_fail(struct sample *s, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    s->failed = true;
    vsnprintf(s->why, sizeof s->why, fmt, ap);
    va_end(ap);
}

int worker_start(struct worker *w, void (*f)(int fd, const void *arg), const void *arg)
{
    int p[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, p) < 0)
        return -1;
    fflush(NULL);
    w->pid = fork();
    if (w->pid == 0) {
        close(p[0]);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        f(p[1], arg);
        _exit(0);
    }
    close(p[1]);
    w->fd = p[0];
    if (w->pid < 0)
        close(p[0]);
    return w->pid < 0 ? -1 : 0;
}

/* A worker that is gone is seen by worker_end. */
void worker_begin(struct worker *w, uint32_t n)
{
    if (send(w->fd, &n, sizeof n, MSG_NOSIGNAL) < 0 && errno != EPIPE)
        kill(w->pid, SIGKILL);
}

struct sample worker_end(struct worker *w)
{
    struct sample s = {.failed = false};
    if (recv(w->fd, &s, sizeof s, 0) != sizeof s)
        sample_fail(&s, "the process that measured is gone");
    return s;
}

struct sample worker_round(struct worker *w, uint32_t n)
{
    worker_begin(w, n);
    return worker_end(w);
}

void worker_stop(struct worker *w)
{
    uint32_t n = STOP;
    if (w->pid <= 0)
        return;
    if (send(w->fd, &n, sizeof n, MSG_NOSIGNAL) < 0 && errno != EPIPE)
        kill(w->pid, SIGKILL);
    waitpid(w->pid, NULL, 0);
    close(w->fd);
    w->pid = 0;
}

bool worker_told(int fd, uint32_t *n)
{
    return recv(fd, n, sizeof *n, 0) == sizeof *n && *n != STOP;
}

void worker_tell(int fd, const struct sample *s)
{
    if (send(fd, s, sizeof *s, MSG_NOSIGNAL) != sizeof *s)
        _exit(1);
}
