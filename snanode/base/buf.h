/* buf.h - bounded cursors over octets: one reads, one writes.  Layer: base (pure).
 * A cursor asked for more than there is goes bad and stays bad, so callers check once, at the end.
 * Integers are big-endian, as everywhere in SNA. */
#ifndef SNA_BASE_BUF_H
#define SNA_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct rd {
    const uint8_t *p;   /* next octet to read */
    const uint8_t *end; /* one past the last */
    bool bad;           /* more was asked for than there is */
};

static inline struct rd rd_make(const void *p, size_t n)
{
    const uint8_t *b = p;
    return (struct rd){.p = b, .end = b ? b + n : b, .bad = false};
}

static inline size_t rd_left(const struct rd *r)
{
    return (size_t)(r->end - r->p);
}

/* The next N octets, or NULL (and the cursor is bad from then on). */
static inline const uint8_t *rd_bytes(struct rd *r, size_t n)
{
    if (r->bad || rd_left(r) < n) {
        r->bad = true;
        return NULL;
    }
    const uint8_t *p = r->p;
    r->p += n;
    return p;
}

static inline uint8_t rd_u8(struct rd *r)
{
    const uint8_t *p = rd_bytes(r, 1);
    return p ? p[0] : 0;
}

static inline uint16_t rd_u16(struct rd *r)
{
    const uint8_t *p = rd_bytes(r, 2);
    return p ? (uint16_t)(p[0] << 8 | p[1]) : 0;
}

static inline uint32_t rd_u32(struct rd *r)
{
    const uint8_t *p = rd_bytes(r, 4);
    return p ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3] : 0;
}

static inline uint64_t rd_u64(struct rd *r)
{
    uint64_t hi = rd_u32(r);
    return hi << 32 | rd_u32(r);
}

struct wr {
    uint8_t *p; /* start of the area */
    size_t n;   /* octets written */
    size_t cap; /* size of the area */
    bool bad;   /* something did not fit */
};

static inline struct wr wr_make(void *p, size_t cap)
{
    return (struct wr){.p = p, .n = 0, .cap = cap, .bad = false};
}

static inline void wr_bytes(struct wr *w, const void *p, size_t n)
{
    if (w->bad || w->cap - w->n < n) {
        w->bad = true;
        return;
    }
    if (n > 0)
        memcpy(w->p + w->n, p, n);
    w->n += n;
}

static inline void wr_u8(struct wr *w, uint8_t v)
{
    wr_bytes(w, &v, 1);
}

static inline void wr_u16(struct wr *w, uint16_t v)
{
    uint8_t b[2] = {(uint8_t)(v >> 8), (uint8_t)v};
    wr_bytes(w, b, sizeof b);
}

static inline void wr_u32(struct wr *w, uint32_t v)
{
    uint8_t b[4] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v};
    wr_bytes(w, b, sizeof b);
}

static inline void wr_u64(struct wr *w, uint64_t v)
{
    wr_u32(w, (uint32_t)(v >> 32));
    wr_u32(w, (uint32_t)v);
}

#endif
