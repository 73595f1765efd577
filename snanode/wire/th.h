/* th.h - transmission header of FID2 links: six octets <-> struct.  Layer: wire (pure).
 * [Formats: TH]  Field names are those of the book.  There is no field for the format
 * identifier: it is FID2, and other formats are refused. */
#ifndef SNA_WIRE_TH_H
#define SNA_WIRE_TH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/base/err.h"

#define TH_LEN  6
#define TH_FID2 2

/* Mapping field: which part of a BIU follows.  The first bit is "begins", the second "ends". */
enum th_mpf { TH_MIDDLE = 0, TH_LAST = 1, TH_FIRST = 2, TH_WHOLE = 3 };

struct th {
    uint8_t mpf;  /* enum th_mpf */
    bool odai;    /* which end of the link chose the session's identifier: 0 primary, 1 secondary station */
    bool efi;     /* expedited flow */
    uint8_t daf;  /* destination half-session */
    uint8_t oaf;  /* origin half-session */
    uint16_t snf; /* sequence number (normal flow) or identifier (expedited) */
};

/* Encode H; the reserved octet is zero. */
void th_encode(const struct th *h, uint8_t out[TH_LEN]);

/* Decode the TH at the front of P (N octets): returns TH_LEN, or -1 with *E set (SENSE_TH_INCOMPLETE,
 * SENSE_TH_FID).  The reserved octet is ignored.  *OUT only on success. */
int th_decode(const uint8_t *p, size_t n, struct th *out, struct sna_err *e)
    __attribute__((warn_unused_result));

#endif
