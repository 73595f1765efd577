/* gds.h - logical records (LL) and GDS variables (LL and ID): their headers.  Layer: wire (pure).
 * [Formats: GDS variables; Q156083]  An LL counts itself; its first bit says that the item goes
 * on in the next record, and only the first record of an item has an ID. */
#ifndef SNA_WIRE_GDS_H
#define SNA_WIRE_GDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "snanode/base/err.h"

#define GDS_LL_LEN       2
#define GDS_HEADER_LEN   4      /* LL and ID */
#define GDS_LL_MORE      0x8000 /* concatenation bit */
#define GDS_LL_PS_HEADER 0x0001 /* escape before a PS header, sync level 2 only */
#define GDS_RECORD_MAX   32767  /* the largest LL */
#define GDS_DATA_MAX     (GDS_RECORD_MAX - GDS_HEADER_LEN)

enum gds_id {
    GDS_CNOS = 0x1210,
    GDS_EXCHANGE_LOG_NAME = 0x1211,
    GDS_COMPARE_STATES = 0x1213,
    GDS_SIGN_OFF = 0x1220,
    GDS_SIGN_ON = 0x1221,
    GDS_ERROR_LOG = 0x12E1,
    GDS_PIP_SUBFIELD = 0x12E2,
    GDS_NULL_DATA = 0x12F1,
    GDS_USER_CONTROL = 0x12F2,
    GDS_MAP_NAME = 0x12F3,
    GDS_ERROR_DATA = 0x12F4,
    GDS_PIP = 0x12F5,
    GDS_APPLICATION_DATA = 0x12FF,
};

/* A view of one record that has an ID. */
struct gds {
    uint16_t id;         /* enum gds_id, or another value from the peer */
    bool more;           /* concatenation bit: the item goes on in the next record */
    const uint8_t *data; /* inside the octets decoded */
    size_t n;            /* octets at DATA */
};

/* Whether LL may begin a record at sync levels none and confirm: its length bits are at least 2.
 * GDS_LL_PS_HEADER is therefore not valid here; code for sync level 2 has to look for it first. */
bool gds_ll_valid(uint16_t ll);

/* The length bits of LL: octets of the record, including the LL itself. */
uint16_t gds_ll_length(uint16_t ll);

/* Write the LL of a record of N data octets (no ID: a continuation, or a record of a basic conversation) into
 * OUT (CAP octets).  Returns GDS_LL_LEN, or -1 when CAP is too small or N above GDS_RECORD_MAX -
 * GDS_LL_LEN. */
ssize_t gds_encode_ll(size_t n, bool more, uint8_t *out, size_t cap) __attribute__((warn_unused_result));

/* Write LL and ID in front of N data octets.  Returns GDS_HEADER_LEN, or -1 when CAP is too small or N is
 * above GDS_DATA_MAX. */
ssize_t gds_encode_header(uint16_t id, size_t n, bool more, uint8_t *out, size_t cap)
    __attribute__((warn_unused_result));

/* Decode the GDS variable at the front of P (N octets), which must hold the whole record.
 * Returns octets used, or -1 with *E set: SENSE_PARAMETER for an LL that leaves no room for an ID,
 * SENSE_RH_INCOMPLETE when the record goes on beyond P.  OUT points into P and is written only on success. */
ssize_t gds_decode(const uint8_t *p, size_t n, struct gds *out, struct sna_err *e)
    __attribute__((warn_unused_result));

#endif
