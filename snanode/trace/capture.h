/* capture.h - the PIUs in a capture file: of a trace (snactl trace) or of a recorded link (/record), or
 * whatever else is written so.  Layer: trace (pure).  It reads upper PDUs named sna, and IPv4 and IPv6
 * packets of a DLSw stream, whose INFOFRAMEs have the PIUs. */
#ifndef SNA_TRACE_CAPTURE_H
#define SNA_TRACE_CAPTURE_H

#include "snanode/base/err.h"
#include "snanode/trace/story.h"

struct capture_counts {
    uint32_t packets, pius;
    uint32_t strange; /* packets of other kinds, or of another protocol */
    bool cut;         /* the file ends within a packet: it grows, or was cut */
};

/* Read the file P (N octets), which lives as long as OUT, and take its PIUs in order of time.  0, or -1 with
 * *E (offset and text) when it is no capture, or there is no memory (sense 0). */
int capture_read(const uint8_t *p, size_t n, struct stories *out, struct capture_counts *counts,
                 struct sna_err *e) __attribute__((warn_unused_result));

#endif
