/* ipm.h - isolated pacing message of adaptive session pacing: RU <-> struct.  Layer: wire (pure).
 * [Formats: IPM; Codes: 1001] */
#ifndef SNA_WIRE_IPM_H
#define SNA_WIRE_IPM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "snanode/base/err.h"

#define IPM_LEN        3
#define IPM_WINDOW_MAX 0x7FFF

enum ipm_type {
    IPM_SOLICITED = 0,   /* answers the pacing request in the first request of a window */
    IPM_UNSOLICITED = 1, /* the receiver changes its mind and resets the window */
    IPM_RESET_ACK = 2,   /* answers an unsolicited message */
};

struct ipm {
    uint8_t type;    /* enum ipm_type */
    uint16_t window; /* next window size, requests */
};

/* Encode M; the reset indicator is on in an unsolicited message and off in the others. */
void ipm_encode(const struct ipm *m, uint8_t out[IPM_LEN]);

/* Decode the RU P (N octets): returns IPM_LEN, or -1 with *E set (SENSE_IPM_FORMAT): for a wrong length, type
 * or format, a reset indicator that does not match the type, or a solicited window of 0.  *OUT only on
 * success. */
ssize_t ipm_decode(const uint8_t *p, size_t n, struct ipm *out, struct sna_err *e)
    __attribute__((warn_unused_result));

#endif
