/* capex.h - the data of a capabilities exchange: octets <-> struct, and what is wrong with it.
 * Layer: dlsw (pure).  [DLSW: Capabilities Exchange Formats/Protocol] */
#ifndef SNA_DLSW_CAPEX_H
#define SNA_DLSW_CAPEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "snanode/dlsw/ssp.h"

#define CAPEX_SAPS_LEN    16  /* octets of the bits of even SAPs, SAP 00 first */
#define CAPEX_TEXT_MAX    253 /* octets of a version string */
#define CAPEX_MACS_MAX    8   /* MAC addresses that are kept; more are read and forgotten */
#define CAPEX_FAULTS_MAX  8   /* faults that an answer names; more are not said */
#define CAPEX_MAX         (4 + 5 + 4 + 4 + 18 + 2 + CAPEX_TEXT_MAX + 3 + 3 + 14 * CAPEX_MACS_MAX)
#define CAPEX_REFUSAL_MAX (4 + 4 * CAPEX_FAULTS_MAX)

enum capex_kind {
    CAPEX_UNKNOWN, /* none of the three */
    CAPEX_REQUEST,
    CAPEX_ACCEPTED,
    CAPEX_REFUSED,
};

enum capex_reason {
    CAPEX_GDS_LENGTH = 0x0001,
    CAPEX_GDS_ID = 0x0002,
    CAPEX_NO_VENDOR = 0x0003,
    CAPEX_NO_VERSION = 0x0004,
    CAPEX_NO_WINDOW = 0x0005,
    CAPEX_LENGTHS_DIFFER = 0x0006, /* of the vectors and of the whole */
    CAPEX_VECTOR_ID = 0x0007,
    CAPEX_VECTOR_LENGTH = 0x0008,
    CAPEX_VECTOR_VALUE = 0x0009,
    CAPEX_DUPLICATE = 0x000A,
    CAPEX_SEQUENCE = 0x000B,
    CAPEX_NO_SAPS = 0x000C,
};

struct capex_fault {
    uint16_t offset; /* of the vector in the request */
    uint16_t reason; /* enum capex_reason, or what the partner sent */
};

struct capex_faults {
    unsigned n;
    struct capex_fault v[CAPEX_FAULTS_MAX];
};

struct capex_mac {
    uint8_t value[SSP_MAC_LEN], mask[SSP_MAC_LEN];
};

struct capex {
    uint8_t oui[3]; /* of the vendor, bits in the order of a token ring */
    uint8_t version, release;
    uint16_t window;              /* the initial pacing window, not 0 */
    uint8_t saps[CAPEX_SAPS_LEN]; /* capex_has_sap() */
    uint8_t connections;          /* TCP connections: 1 or 2 */
    bool macs_only;               /* only the MAC addresses in the list are to be reached */
    uint8_t n_macs;
    struct capex_mac macs[CAPEX_MACS_MAX];
    uint8_t n_text;
    char text[CAPEX_TEXT_MAX]; /* of the version, ASCII */
};

void capex_add_sap(struct capex *c, uint8_t sap);
bool capex_has_sap(const struct capex *c, uint8_t sap);

/* Encode a request into OUT (CAP octets).  Returns octets, at most CAPEX_MAX, or -1 when they do not fit. */
ssize_t capex_encode(const struct capex *in, uint8_t *out, size_t cap) __attribute__((warn_unused_result));

/* Encode the answer: positive when FAULTS is empty.  Returns octets, at most CAPEX_REFUSAL_MAX, or -1. */
ssize_t capex_encode_answer(const struct capex_faults *faults, uint8_t *out, size_t cap)
    __attribute__((warn_unused_result));

/* What the data P (N octets) of a CAP_EXCHANGE are, by the GDS id alone: some senders copy the direction of
 * the header. */
enum capex_kind capex_kind(const uint8_t *p, size_t n);

/* Decode a first request, which is all of P (N octets).  Vendor, version, window and SAPs are there, first,
 * and in this order.  Vectors that the standard reserves and those of vendors are skipped.  Returns 0, or -1
 * with *FAULTS to answer.  *OUT only on success. */
int capex_decode(const uint8_t *p, size_t n, struct capex *out, struct capex_faults *faults)
    __attribute__((warn_unused_result));

/* Decode a negative answer: the faults that the partner found.  Returns 0, or -1 when it is none. */
int capex_decode_refusal(const uint8_t *p, size_t n, struct capex_faults *faults)
    __attribute__((warn_unused_result));

/* For the log: what a reason means. */
const char *capex_reason_text(uint16_t reason);

#endif
