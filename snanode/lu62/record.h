/* record.h - logical records: LL fields in a stream without regard to RUs.  Layer: lu62 (pure).
 * [C29; Formats: GDS variables]  Two state machines: one splits a received stream into records, the other
 * follows what a basic program sends. */
#ifndef SNA_LU62_RECORD_H
#define SNA_LU62_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORD_LL_MAX   0x7FFF
#define RECORD_HEAD     4                             /* octets of LL and ID */
#define RECORD_DATA_MAX (RECORD_LL_MAX - RECORD_HEAD) /* octets of data in one GDS variable record */
#define RECORD_GDS_ID   0x12FF                        /* application data */

enum record_form {
    RECORD_MAPPED, /* GDS variables: LL and ID are taken off, a continued variable is one record */
    RECORD_LL,     /* basic: a logical record with its LL */
    RECORD_STREAM, /* basic, fill BUFFER: boundaries do not matter, but are still followed */
};

struct record_in {
    uint8_t head[4]; /* LL (and ID), as far as received */
    unsigned head_n;
    uint32_t left;  /* octets of the record's data not yet received */
    bool in_record; /* part of the record has come */
    bool continued; /* the LL's continuation bit: the next LL belongs to the same GDS variable */
    bool second;    /* this LL continues a variable, so no ID follows */
    bool bad;       /* there was an impossible LL */
};

void record_in_init(struct record_in *r);

enum record_event {
    RECORD_MORE,     /* the input is used up; the record (if any) is not complete */
    RECORD_FULL,     /* OUT is full; the record goes on */
    RECORD_COMPLETE, /* the record ends here */
    RECORD_BAD,      /* an impossible LL */
};

/* Take octets from IN (N of them; *USED says how many) into OUT (CAP octets; *GOT says how many), until the
 * record ends, OUT is full or IN is empty.  With RECORD_STREAM it does not stop at the end of a record. */
enum record_event record_in_take(struct record_in *r, enum record_form form, const uint8_t *in, size_t n,
                                 size_t *used, uint8_t *out, size_t cap, size_t *got);

/* A mapped record that begins at IN (N octets) and is whole there: its octets with the header, and *DATA and
 * *DATA_N without.  0 when it is not whole, continued, or wrong, or R is within a record: record_in_take()
 * knows then. */
size_t record_in_whole(const struct record_in *r, const uint8_t *in, size_t n, const uint8_t **data,
                       size_t *data_n);

/* The position of a basic program in the logical record that it is sending. */
struct record_out {
    uint8_t head;  /* first octet of an LL that came alone */
    bool half;     /* HEAD is set */
    uint32_t left; /* octets of the record still to be sent; 0 = at a boundary, unless HALF */
};

static inline bool record_out_open(const struct record_out *r)
{
    return r->left > 0 || r->half;
}

/* Follow N octets that are about to be sent.  Returns 0 and advances *R, or -1, leaving *R alone, when an LL
 * in them is X'0000', X'0001', X'8000' or X'8001'. */
int record_out_scan(struct record_out *r, const uint8_t *p, size_t n) __attribute__((warn_unused_result));

/* The headers of a mapped record: LL and ID, and further LLs of a record that is too long for one. */
#define RECORD_LLS           3 /* for 65535 octets, the most that a call sends */
#define RECORD_MAPPED_PIECES (2 * RECORD_LLS)

struct record_heads {
    uint8_t octets[RECORD_LLS][4]; /* the first has 4 octets, the others have 2 */
    size_t data[RECORD_LLS];       /* octets of data behind each */
};

/* The header of a mapped record that has only one, into OUT, which has room: N is at most RECORD_DATA_MAX. */
static inline void record_mapped_head(uint8_t *out, size_t n)
{
    out[0] = (uint8_t)((n + RECORD_HEAD) >> 8);
    out[1] = (uint8_t)(n + RECORD_HEAD);
    out[2] = RECORD_GDS_ID >> 8;
    out[3] = (uint8_t)RECORD_GDS_ID;
}

/* Fill in *H for N octets of mapped data, up to 65535.  Returns how many headers there are. */
unsigned record_mapped_heads(struct record_heads *h, size_t n);

#endif
