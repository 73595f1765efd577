/* metrics.h - figures of the running node in the text format of Prometheus.  Layer: io.
 * They are the fields that snactl shows, under the names of one table, and counts that are kept for them
 * alone. */
#ifndef SNA_IO_METRICS_H
#define SNA_IO_METRICS_H

#include <stdint.h>

struct server;
struct text;

#define METRICS_BUCKETS 12 /* of a histogram, the last one without a limit */
#define METRICS_SENSES  32 /* different ones; further ones count as "other" */

struct metrics_histogram {
    uint64_t in[METRICS_BUCKETS];
    uint64_t sum_ms, count;
};

struct metrics {
    struct metrics_histogram attach_wait, session_wait;
    struct {
        uint32_t sense;
        uint64_t n;
    } rejected[METRICS_SENSES];
    uint64_t rejected_other;
};

/* Something has taken MS milliseconds. */
void metrics_took(struct metrics_histogram *h, uint64_t ms, uint64_t times);
/* An Attach was refused with SENSE. */
void metrics_rejected(struct metrics *m, uint32_t sense);
/* Append all of them. */
void metrics_write(struct server *s, struct text *out);
/* ... to a new file without a name, at its start; -1 with errno. */
int metrics_file(struct server *s);

#endif
