/* segment.h - a BIU (RH and RU) as the PIUs that a link takes, and back.  Layer: link (pure).
 * [Formats: TH; LU62PP]  A BIU that is larger than the partner's BTU goes in several PIUs, one behind the
 * other; the RH is in the first alone.  Responses and the expedited flow are never cut. */
#ifndef SNA_LINK_SEGMENT_H
#define SNA_LINK_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/base/err.h"
#include "snanode/wire/th.h"

/* The next PIU of the BIU (N octets, from *AT on, which is moved) into OUT, which has room for MAX_BTU octets
 * and for TH_LEN + RH_LEN at the least.  H is the header, of which the mapping field is set here.  Returns
 * the octets of the PIU; 0 when the BIU may not be cut and does not fit. */
size_t segment_next(struct th *h, const uint8_t *biu, size_t n, size_t *at, size_t max_btu, uint8_t *out);

/* Reassembly of the normal flow of one half-session. */
struct segment_in {
    uint8_t *buf;
    size_t n, cap;
    size_t max; /* the largest BIU that may come, octets */
    uint16_t snf;
    bool open; /* the first segment has come, the last has not */
};

void segment_in_init(struct segment_in *s, size_t max_biu);
void segment_in_fini(struct segment_in *s);

/* The PIU with header H and P (N octets) behind it.  Returns 1 when *BIU (*BIU_N octets, valid until the next
 * call and as long as P) is whole, 0 when more has to come, or -1 with *E set: SENSE_SEGMENT,
 * SENSE_SEGMENT_FORBIDDEN, SENSE_RU_TOO_LONG, SENSE_RH_INCOMPLETE, SENSE_INSUFFICIENT (no memory). */
int segment_take(struct segment_in *s, const struct th *h, const uint8_t *p, size_t n, const uint8_t **biu,
                 size_t *biu_n, struct sna_err *e) __attribute__((warn_unused_result));

#endif
