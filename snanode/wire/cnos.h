/* cnos.h - change number of sessions, GDS variable 1210: octets <-> struct.  Layer: wire (pure).
 * [Formats: GDS variables; Q308927]  Names are kept as on the wire: EBCDIC, not padded. */
#ifndef SNA_WIRE_CNOS_H
#define SNA_WIRE_CNOS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "snanode/base/err.h"

#define CNOS_MODE_MAX  8
#define CNOS_FIXED_LEN 17 /* octets in front of the mode name, LL included */
#define CNOS_MAX       (CNOS_FIXED_LEN + CNOS_MODE_MAX)
#define CNOS_COUNT_MAX 32767 /* session counts are 15 bits */

enum cnos_service { CNOS_REQUEST = 0x2, CNOS_REPLY_ABNORMAL = 0x8, CNOS_REPLY = 0xA };
enum cnos_modifier {
    CNOS_ACCEPTED = 0,
    CNOS_RACE = 1,
    CNOS_NO_MODE = 2,
    CNOS_NEGOTIATED = 4,
    CNOS_CLOSED = 5
};
enum cnos_action { CNOS_SET = 0, CNOS_CLOSE = 2 };

struct cnos {
    uint8_t service;  /* enum cnos_service */
    uint8_t modifier; /* enum cnos_modifier; in a reply, else 0 */
    uint8_t action;   /* enum cnos_action */
    bool drain_source, drain_target;
    bool target_responsible; /* for ending sessions; else the source is */
    bool all_modes;
    uint16_t limit;          /* sessions of the LU pair and mode */
    uint16_t source_winners; /* guaranteed contention winners of the sender of the request */
    uint16_t target_winners;
    uint8_t mode_n;
    uint8_t mode[CNOS_MODE_MAX];
};

/* Encode into OUT (CAP octets), LL and ID in front; the reply modifier of a request is cleared, as it must
 * be.  Returns octets written, at most CNOS_MAX, or -1 when it does not fit or a field is out of range. */
ssize_t cnos_encode(const struct cnos *in, uint8_t *out, size_t cap) __attribute__((warn_unused_result));

/* Decode the variable at the front of P (N octets).  Returns octets used, or -1 with *E set: SENSE_PARAMETER,
 * or SENSE_RH_INCOMPLETE when it goes on beyond P.  Both kinds of reply are accepted; the modifier tells them
 * apart. *OUT only on success. */
ssize_t cnos_decode(const uint8_t *p, size_t n, struct cnos *out, struct sna_err *e)
    __attribute__((warn_unused_result));

#endif
