/* unbind.h - UNBIND RU: octets <-> struct.  Layer: wire (pure).
 * [Formats: UNBIND; Q129625] */
#ifndef SNA_WIRE_UNBIND_H
#define SNA_WIRE_UNBIND_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "snanode/base/err.h"

#define UNBIND_CODE 0x32 /* request code; a positive response has nothing else */
#define UNBIND_MAX  6    /* octets that unbind_encode() may write */

enum unbind_type {
    UNBIND_NORMAL = 0x01,
    UNBIND_BIND_FORTHCOMING = 0x02,
    UNBIND_INVALID_PARAMETERS = 0x06, /* in RSP(BIND) */
    UNBIND_ROUTE_INOPERATIVE = 0x07,
    UNBIND_LINK_INOPERATIVE = 0x08,
    UNBIND_HIERARCHICAL_RESET = 0x09,
    UNBIND_SSCP_GONE = 0x0A,
    UNBIND_LU_UNRECOVERABLE = 0x0C,
    UNBIND_LU_RECOVERABLE = 0x0E,
    UNBIND_CLEANUP = 0x0F,
    UNBIND_FAILURE = 0xFE, /* the one type with sense data */
};

struct unbind {
    uint8_t type;   /* enum unbind_type, or another value from the peer */
    uint32_t sense; /* UNBIND_FAILURE only, else 0 */
};

/* Encode into OUT (CAP octets).  Returns octets written, or -1 when it does not fit. */
ssize_t unbind_encode(const struct unbind *in, uint8_t *out, size_t cap) __attribute__((warn_unused_result));

/* Decode the UNBIND at the front of P (N octets).  Types without a name are kept as they are, since the
 * session is over in any case; control vectors after the fields are not read. Returns octets used, or -1
 * with *E set (SENSE_REQUEST_CODE, SENSE_RH_INCOMPLETE).  *OUT only on success. */
ssize_t unbind_decode(const uint8_t *p, size_t n, struct unbind *out, struct sna_err *e)
    __attribute__((warn_unused_result));

#endif
