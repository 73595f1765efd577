/* trace.h - the trace that snactl trace switches: which conversations, and where their frames come from.
 * Layer: io.  Programs show the frames that they send (tp/conv/trace.h), the node those that it sends itself.
 * What a trace costs the others: a look at server->trace, or at the page of notices. */
#ifndef SNA_IO_TRACE_H
#define SNA_IO_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/base/names.h"

struct channel;
struct client;
struct fmh5;
struct piu;
struct server;
struct tracestore_counts;
struct tracestore_packet;

#define TRACE_RING_DEFAULT (16u << 20) /* octets */
#define TRACE_RING_MIN     (64u << 10)
#define TRACE_RING_MAX     (1u << 30)

/* What a trace is to have; "" and 0 = everything. */
struct trace_filter {
    char lu[NAME_FQ_ROOM]; /* alias or NETID.NAME of either LU */
    char tp[4 * NAME_TP_MAX + 1];
    uint32_t conv;
};

/* Begin a trace with a ring of OCTETS and into FILE (NULL: none); one that is on ends first.  0, or -1 with
 * errno. */
int trace_on(struct server *s, const struct trace_filter *filter, const char *file, uint64_t octets);
/* End it.  What it has can still be dumped. */
void trace_off(struct server *s);
/* A capture of the ring, as a descriptor; -1: there is none, with errno (0: no trace has been on). */
int trace_dump(struct server *s);
/* Call HEARD for the last N packets, now, and from now on for each packet, of this trace and of later ones,
 * in order of time; NULL: not any more.  One can listen at a time. */
typedef void trace_fn(void *arg, const struct tracestore_packet *k);
void trace_hear(struct server *s, unsigned n, trace_fn *heard, void *arg);
/* Free everything. */
void trace_free(struct server *s);

struct trace_status {
    bool on, been; /* BEEN: there is something to dump */
    struct trace_filter filter;
    const char *file; /* "" = none */
    uint64_t ring;    /* octets */
    unsigned conversations, programs;
    uint64_t packets, octets, kept, lost;
};
struct trace_status trace_status(struct server *s);

/* ---- hooks ---- */

/* CH has a conversation with a session; its Attach is ATTACH if it came over a link, else the node has it. */
void trace_begin(struct server *s, struct channel *ch, const struct fmh5 *attach);
/* The time for a frame that the node is about to write: whoever reads it answers later.  0 when CH is not
 * traced. */
uint64_t trace_time(const struct channel *ch);
/* The node has written FRAME (N octets) into the end of side SENDER at TIME_NS: in the name of that side, or
 * because it came from a link. */
void trace_spoken(struct channel *ch, unsigned sender, uint64_t time_ns, const uint8_t *frame, size_t n);
/* The process has sent all that it will send for a conversation, or at all: read it before that is handled.
 */
void trace_drain(struct server *s, uint32_t process);
/* ... and it is gone. */
void trace_process_gone(struct server *s, uint32_t process);
/* CH is going to be freed. */
void trace_over(struct channel *ch);
/* An RU of a session between two LUs of this node. */
void trace_piu(struct server *s, const struct piu *p);

/* The process of C wants to show frames: the end of a socket for it, which the caller closes; -1: no. */
int trace_join(struct client *c);

#endif
