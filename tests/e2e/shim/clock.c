/* clock.c - a wall clock that is wrong, for the programs of one machine of a test: LD_PRELOAD.
 *
 *   WRONG_CLOCK=FILE   how many seconds the clock is ahead (or behind: with a minus), 16 octets: digits and
 * blanks. Written over while programs run, it steps.
 *
 * Clocks that nobody sets are left alone.  Waits on a condition until a time of the wall clock are as the
 * kernel has them when somebody sets it: they see the step. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define OCTETS   16
#define SLICE_NS 20000000

static const char *text; /* of the file */

__attribute__((constructor)) static void look(void)
{
    const char *file = getenv("WRONG_CLOCK");
    int fd = file ? open(file, O_RDONLY | O_CLOEXEC) : -1;
    void *p = fd >= 0 ? mmap(NULL, OCTETS, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
    if (fd >= 0)
        close(fd);
    if (p == MAP_FAILED)
        _exit(99); /* no test shall run on the right clock by mistake */
    text = p;
}

static int clock_of(clockid_t id, struct timespec *t)
{
    int rc = (int)syscall(SYS_clock_gettime, id, t);
    if (rc == 0 && text && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
        t->tv_sec += strtol(text, NULL, 10);
    return rc;
}

#pragma GCC visibility push(default)

int clock_gettime(clockid_t id, struct timespec *t)
{
    return clock_of(id, t);
}

time_t time(time_t *out)
{
    struct timespec t;
    clock_of(CLOCK_REALTIME, &t);
    if (out)
        *out = t.tv_sec;
    return t.tv_sec;
}

int gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
    struct timespec t;
    (void)zone;
    clock_of(CLOCK_REALTIME, &t);
    *tv = (struct timeval){t.tv_sec, t.tv_nsec / 1000};
    return 0;
}

static int later(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec != b->tv_sec ? a->tv_sec > b->tv_sec : a->tv_nsec >= b->tv_nsec;
}

/* A time since the start of the machine is one of the other clock: that is what the condition was made with.
 */
int pthread_cond_timedwait(pthread_cond_t *restrict c, pthread_mutex_t *restrict m,
                           const struct timespec *restrict until)
{
    struct timespec now;
    if (until->tv_sec < 1000000000)
        return pthread_cond_clockwait(c, m, CLOCK_MONOTONIC, until);
    for (clock_of(CLOCK_REALTIME, &now); !later(&now, until); clock_of(CLOCK_REALTIME, &now)) {
        struct timespec slice;
        clock_of(CLOCK_MONOTONIC, &slice);
        slice.tv_nsec += SLICE_NS;
        slice.tv_sec += slice.tv_nsec / 1000000000;
        slice.tv_nsec %= 1000000000;
        int rc = pthread_cond_clockwait(c, m, CLOCK_MONOTONIC, &slice);
        if (rc != ETIMEDOUT)
            return rc;
    }
    return ETIMEDOUT;
}
