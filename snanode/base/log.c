#include "snanode/base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum log_level log_most = LOG_LV_INFO;
static log_sink *the_sink;

static const char *const level_names[LOG_LV_N] = {
    [LOG_LV_ERROR] = "error", [LOG_LV_WARN] = "warn",   [LOG_LV_INFO] = "info",
    [LOG_LV_DEBUG] = "debug", [LOG_LV_TRACE] = "trace",
};

void log_set(log_sink *sink, enum log_level most)
{
    the_sink = sink;
    log_most = most;
}

int log_level_parse(const char *name)
{
    for (int i = 0; i < LOG_LV_N; i++)
        if (strcmp(name, level_names[i]) == 0)
            return i;
    return -1;
}

const char *log_level_name(enum log_level level)
{
    return level < LOG_LV_N ? level_names[level] : "?";
}

void log_line(enum log_level level, const char *fmt, ...)
{
    if (!the_sink || level > log_most)
        return;
    char line[1024];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    the_sink(level, line);
}

const char *log_clean(char *out, size_t cap, const void *text, size_t n)
{
    const unsigned char *t = text;
    size_t o = 0;
    for (size_t i = 0; i < n && o + 5 <= cap; i++) {
        if (t[i] >= 0x20 && t[i] < 0x7f)
            out[o++] = (char)t[i];
        else
            o += (size_t)snprintf(out + o, cap - o, "\\x%02X", t[i]);
    }
    if (cap)
        out[o < cap ? o : cap - 1] = '\0';
    return out;
}
