#include "snanode/io/logfile.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void logfile_sink(enum log_level level, const char *line)
{
    char out[1200];
    struct timespec t;
    struct tm tm;
    clock_gettime(CLOCK_REALTIME, &t);
    localtime_r(&t.tv_sec, &tm);
    int n = snprintf(out, sizeof out, "%02d:%02d:%02d.%03ld %-5s %s\n", tm.tm_hour, tm.tm_min, tm.tm_sec,
                     t.tv_nsec / 1000000, log_level_name(level), line);
    if (n >= (int)sizeof out) {
        n = sizeof out - 1;
        out[n - 1] = '\n';
    }
    if (write(STDERR_FILENO, out, (size_t)n) < 0)
        return; /* nowhere else to say it */
}
