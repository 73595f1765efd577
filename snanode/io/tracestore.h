/* tracestore.h - the packets of a trace: put into order of time, kept in a ring of memory, written to a file.
 * Layer: io.  Packets come from several sockets, each in order, and are held back until no earlier one can
 * come any more. */
#ifndef SNA_IO_TRACESTORE_H
#define SNA_IO_TRACESTORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tracestore;

struct tracestore_packet {
    uint64_t time_ns;    /* since 1970-01-01 UTC */
    uint8_t direction;   /* enum pcapng_direction */
    const uint8_t *data; /* N octets: a PIU */
    size_t n;
    const char *comment;
};

/* A ring of OCTETS; FILE (NULL = none) gets every packet too, as recording.h has it.  NAME is that of the
 * interface in the capture.  NULL with errno. */
struct tracestore *tracestore_new(uint64_t octets, const char *file, const char *name);
void tracestore_free(struct tracestore *t);

/* Hold a packet.  False: no memory. */
bool tracestore_put(struct tracestore *t, const struct tracestore_packet *k);
/* No packet before NOT_AFTER will come any more: let go of what is held up to then.  True when some are still
 * held. */
bool tracestore_pass(struct tracestore *t, uint64_t not_after);

/* The ring as a capture in a new file without a name, at its start; -1 with errno. */
int tracestore_dump(const struct tracestore *t);

/* Close the file of a trace that is over; the ring stays. */
void tracestore_end(struct tracestore *t);

/* Who wants to know of each packet when it is let go, in order of time: DATA is the PIU.  NULL: nobody. */
typedef void tracestore_fn(void *arg, const struct tracestore_packet *k);
void tracestore_hear(struct tracestore *t, tracestore_fn *heard, void *arg);
/* The same for the last N packets of the ring, now. */
void tracestore_recent(const struct tracestore *t, unsigned n, tracestore_fn *heard, void *arg);

struct tracestore_counts {
    uint64_t packets, octets; /* so far */
    uint64_t kept;            /* packets in the ring */
    uint64_t unwritten;       /* missing in the file */
};
struct tracestore_counts tracestore_counts(const struct tracestore *t);

#endif
