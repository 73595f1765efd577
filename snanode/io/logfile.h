/* logfile.h - the log's sink: lines with a time stamp on stderr, or as a journal or syslog wants them. Layer:
 * io. Similar lines are limited (repeat.h). */
#ifndef SNA_IO_LOGFILE_H
#define SNA_IO_LOGFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "snanode/base/log.h"

/* Where the log goes, by NAME: "stderr"; "journal", which is stderr with the priority "<N>" before each line
 * [sd-daemon(3)], and no time or level; "syslog", datagrams to /dev/log in the form of RFC 3164, or
 * "syslog:PATH" to the socket PATH.  NAME NULL: journal if that is what stderr is connected to
 * (JOURNAL_STREAM), else stderr. 0, or -1 when NAME is none of these. */
int logfile_choose(const char *name);

/* Whether the log goes to stderr. */
bool logfile_on_stderr(void);

/* Write one line, with the time in UTC in the form of RFC 3339. */
void logfile_sink(enum log_level level, const char *line);

/* Log to the file NAME from now on; it is created or appended to.  Returns 0, or -1 with errno, leaving
 * the log as it was. */
int logfile_open(const char *name);

/* Open the log's file again after somebody has renamed it.  Does nothing without a file. */
void logfile_reopen(void);

/* Write how often lines came again: those whose period is over, or all of them when the node ends. */
void logfile_tick(void);
void logfile_flush(void);
uint64_t logfile_deadline(void); /* when to call logfile_tick() (CLOCK_MONOTONIC, ms); UINT64_MAX = never */

#endif
