#include "snanode/io/logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
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

/* ---- forms ---- */

static enum { FORM_PLAIN, FORM_JOURNAL, FORM_SYSLOG } form;
static struct sockaddr_un syslog_at = {.sun_family = AF_UNIX};
static int syslog_fd = -1;

#define FACILITY_DAEMON (3 << 3)

/* Severities of syslog [RFC 3164, 4.1.1]. */
static int severity(enum log_level level)
{
    static const int of[LOG_LV_N] = {3, 4, 6, 7, 7};
    return level < LOG_LV_N ? of[level] : 7;
}

/* Whether stderr is connected to the journal: JOURNAL_STREAM is its device and inode [systemd.exec(5)]. */
static bool is_journal(void)
{
    const char *v = getenv("JOURNAL_STREAM");
    unsigned long long dev, ino;
    struct stat st;
    return v && sscanf(v, "%llu:%llu", &dev, &ino) == 2 && fstat(STDERR_FILENO, &st) == 0 &&
           st.st_dev == dev && st.st_ino == ino;
}

int logfile_choose(const char *name)
{
    const char *path = name && strncmp(name, "syslog", 6) == 0 ? name + 6 : NULL;
    if (!name || strcmp(name, "journal") == 0) {
        form = name || is_journal() ? FORM_JOURNAL : FORM_PLAIN;
        return 0;
    }
    if (!path) {
        form = FORM_PLAIN;
        return strcmp(name, "stderr") == 0 ? 0 : -1;
    }
    path = *path ? path : ":/dev/log";
    if (*path++ != ':' || !*path || strlen(path) >= sizeof syslog_at.sun_path)
        return -1;
    strcpy(syslog_at.sun_path, path);
    form = FORM_SYSLOG;
    return 0;
}

bool logfile_on_stderr(void)
{
    return form != FORM_SYSLOG;
}

/* The log must never make the node wait, as syslog(3) would: a line that the daemon does not take is lost. */
static void write_syslog(enum log_level level, const struct timespec *t, const char *line)
{
    char out[1200], when[32];
    struct tm tm;
    localtime_r(&t->tv_sec, &tm);
    strftime(when, sizeof when, "%b %e %H:%M:%S", &tm);
    int n = snprintf(out, sizeof out, "<%d>%s snanode[%d]: %s", FACILITY_DAEMON | severity(level), when,
                     (int)getpid(), line);
    if (syslog_fd < 0)
        syslog_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (syslog_fd >= 0 && n > 0)
        (void)!sendto(syslog_fd, out, (size_t)n < sizeof out ? (size_t)n : sizeof out - 1, MSG_NOSIGNAL,
                      (struct sockaddr *)&syslog_at, sizeof syslog_at);
}

static size_t form_plain(char *out, size_t cap, enum log_level level, const struct timespec *t,
                         const char *line)
{
    struct tm tm;
    gmtime_r(&t->tv_sec, &tm);
    size_t k = strftime(out, cap, "%Y-%m-%dT%H:%M:%S", &tm);
    return k + (size_t)snprintf(out + k, cap - k, ".%03ldZ %-5s %s\n", t->tv_nsec / 1000000,
                                log_level_name(level), line);
}

/* There is nowhere else to report that it fails.  A line of which a full file has taken the beginning alone
 * ends there, so that the next one is a line. */
static void write_whole(const char *line, size_t n)
{
    static bool torn;
    if (torn && write(STDERR_FILENO, "\n", 1) == 1)
        torn = false;
    ssize_t k = torn ? -1 : write(STDERR_FILENO, line, n);
    torn = torn || (k > 0 && (size_t)k < n);
}

static void write_line(enum log_level level, const char *line)
{
    char out[1200];
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    if (form == FORM_SYSLOG) {
        write_syslog(level, &t, line);
        return;
    }
    size_t n = form == FORM_PLAIN ? form_plain(out, sizeof out, level, &t, line)
                                  : (size_t)snprintf(out, sizeof out, "<%d>%s\n", severity(level), line);
    if (n >= sizeof out) {
        n = sizeof out - 1;
        out[n - 1] = '\n';
    }
    write_whole(out, n);
}

/* ---- lines ---- */

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
