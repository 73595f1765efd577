#include "snanode/io/logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "snanode/base/repeat.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* a reload reads files in a thread of its own */
static struct repeat repeat;
static char file_name[160]; /* of the log, "" = whatever stderr is */

static uint64_t monotonic_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void write_line(enum log_level level, const char *line)
{
    char out[1200];
    struct timespec t;
    struct tm tm;
    clock_gettime(CLOCK_REALTIME, &t);
    gmtime_r(&t.tv_sec, &tm);
    size_t k = strftime(out, sizeof out, "%Y-%m-%dT%H:%M:%S", &tm);
    int n = (int)k + snprintf(out + k, sizeof out - k, ".%03ldZ %-5s %s\n", t.tv_nsec / 1000000,
                              log_level_name(level), line);
    if (n >= (int)sizeof out) {
        n = sizeof out - 1;
        out[n - 1] = '\n';
    }
    if (write(STDERR_FILENO, out, (size_t)n) < 0)
        return; /* there is nowhere else to report it */
}

static void write_repeated(uint64_t now, bool all)
{
    char text[REPEAT_LINE];
    enum log_level level;
    while (repeat_next(&repeat, now, all, &level, text, sizeof text))
        write_line(level, text);
}

void logfile_sink(enum log_level level, const char *line)
{
    uint64_t now = monotonic_ms();
    pthread_mutex_lock(&lock);
    write_repeated(now, false);
    if (repeat_admit(&repeat, level, line, now))
        write_line(level, line);
    pthread_mutex_unlock(&lock);
}

void logfile_tick(void)
{
    pthread_mutex_lock(&lock);
    write_repeated(monotonic_ms(), false);
    pthread_mutex_unlock(&lock);
}

void logfile_flush(void)
{
    pthread_mutex_lock(&lock);
    write_repeated(monotonic_ms(), true);
    pthread_mutex_unlock(&lock);
}

uint64_t logfile_deadline(void)
{
    pthread_mutex_lock(&lock);
    uint64_t at = repeat_deadline(&repeat);
    pthread_mutex_unlock(&lock);
    return at;
}

int logfile_open(const char *name)
{
    /* Opening a pipe without a reader would block the node. */
    int fd = open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
    if (fd < 0)
        return -1;
    fcntl(fd, F_SETFL, O_APPEND);
    int e = dup2(fd, STDERR_FILENO) < 0 ? errno : 0;
    close(fd);
    errno = e;
    if (e)
        return -1;
    snprintf(file_name, sizeof file_name, "%s", name);
    return 0;
}

void logfile_reopen(void)
{
    if (file_name[0] && logfile_open(file_name) < 0)
        log_warn("log %s: cannot be opened again, so the old file stays in use: %s", file_name,
                 strerror(errno));
}
