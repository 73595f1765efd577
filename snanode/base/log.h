/* log.h - one log, one registered sink.  Layer: base (pure: the sink does the writing).
 * Info is for an operator, one line for each event; debug is for whoever reads the code alongside.
 * Text that comes from a peer goes through log_clean() first. */
#ifndef SNA_BASE_LOG_H
#define SNA_BASE_LOG_H

#include <stddef.h>

enum log_level { LOG_LV_ERROR, LOG_LV_WARN, LOG_LV_INFO, LOG_LV_DEBUG, LOG_LV_TRACE, LOG_LV_N };

typedef void log_sink(enum log_level level, const char *line);

/* Send lines up to level MOST to SINK (NULL = nowhere). */
void log_set(log_sink *sink, enum log_level most);

/* Level from its name (error warn info debug trace), or -1. */
int log_level_parse(const char *name);
const char *log_level_name(enum log_level level);

void log_line(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

extern enum log_level log_most; /* read only: lets log_debug cost one comparison when off */

#define log_error(...) log_line(LOG_LV_ERROR, __VA_ARGS__)
#define log_warn(...)  log_line(LOG_LV_WARN, __VA_ARGS__)
#define log_info(...)  log_line(LOG_LV_INFO, __VA_ARGS__)
/* Every message of the local protocol; log_debug is for what the node does with them. */
#define log_trace(...)                                                                                       \
    do {                                                                                                     \
        if (log_most >= LOG_LV_TRACE)                                                                        \
            log_line(LOG_LV_TRACE, __VA_ARGS__);                                                             \
    } while (0)
#define log_debug(...)                                                                                       \
    do {                                                                                                     \
        if (log_most >= LOG_LV_DEBUG)                                                                        \
            log_line(LOG_LV_DEBUG, __VA_ARGS__);                                                             \
    } while (0)

/* Copy N octets of text from a peer to OUT (CAP octets with the NUL), unprintable ones as \xNN.  Returns
 * OUT. */
const char *log_clean(char *out, size_t cap, const void *text, size_t n);

#endif
