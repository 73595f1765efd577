/* logfile.h - the log's sink: lines with a time stamp on stderr.  Layer: io.
 * Lines that are alike are not written without end (repeat.h). */
#ifndef SNA_IO_LOGFILE_H
#define SNA_IO_LOGFILE_H

#include <stdint.h>

#include "snanode/base/log.h"

/* One line, with the time as RFC 3339 has it, in UTC. */
void logfile_sink(enum log_level level, const char *line);

/* From now on the log is the file NAME, which is made or appended to.  0, or -1 with errno, and the log
 * stays. */
int logfile_open(const char *name);

/* Open the log's file again, because somebody has renamed it; no matter when there is none. */
void logfile_reopen(void);

/* Write how often lines came again: those whose period is over, or all of them when the node ends. */
void logfile_tick(void);
void logfile_flush(void);
uint64_t
logfile_deadline(void); /* when logfile_tick() is wanted (CLOCK_MONOTONIC, ms); UINT64_MAX = not foreseen */

#endif
