/* logfile.h - the log's sink: lines with a time stamp on stderr.  Layer: io. */
#ifndef SNA_IO_LOGFILE_H
#define SNA_IO_LOGFILE_H

#include "snanode/base/log.h"

void logfile_sink(enum log_level level, const char *line);

#endif
