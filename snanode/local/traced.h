/* traced.h - one frame that a program shows to a trace: the record that goes to the node on the socket of
 * LP_TRACE.  Layer: local (pure).
 * A record is one message: conversation (32 bits), side (8), frames lost before it (32), time (64,
 * nanoseconds since 1970-01-01 UTC), and the frame.  Each side shows what it sends, before it sends it, so a
 * record is in its socket before the partner can answer the frame. */
#ifndef SNA_LOCAL_TRACED_H
#define SNA_LOCAL_TRACED_H

#include "snanode/base/buf.h"
#include "snanode/local/frame.h"

#define TRACED_HDR 17
#define TRACED_MAX (TRACED_HDR + FRAME_HDR + FRAME_RU_MAX)

struct traced {
    uint32_t conv;
    uint8_t side; /* 0 the invoker, 1 the acceptor */
    uint32_t lost;
    uint64_t time_ns;
    const uint8_t *frame; /* inside the record; N octets */
    size_t n;
};

/* The octets in front of the frame. */
static inline void traced_encode(const struct traced *t, uint8_t out[TRACED_HDR])
{
    struct wr w = wr_make(out, TRACED_HDR);
    wr_u32(&w, t->conv);
    wr_u8(&w, t->side);
    wr_u32(&w, t->lost);
    wr_u64(&w, t->time_ns);
}

/* The record P of N octets; OUT points into it.  0, or -1 when it is too short or its side is not one. */
static inline int traced_decode(const uint8_t *p, size_t n, struct traced *out)
{
    struct rd r = rd_make(p, n);
    out->conv = rd_u32(&r);
    out->side = rd_u8(&r);
    out->lost = rd_u32(&r);
    out->time_ns = rd_u64(&r);
    out->n = rd_left(&r);
    out->frame = r.p;
    return r.bad || out->side > 1 || out->n < FRAME_HDR ? -1 : 0;
}

#endif
