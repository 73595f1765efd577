/* fmh5.h - Attach header (FMH-5): octets <-> struct.  Layer: wire (pure).
 * [Formats: FMH-5; Q169575; Q185503]  Fields are kept as on the wire: names are EBCDIC,
 * not padded; the decoded struct has copies, so it outlives the octets. */
#ifndef SNA_WIRE_FMH5_H
#define SNA_WIRE_FMH5_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "snanode/base/err.h"
#include "snanode/base/names.h"

#define FMH5_MAX 255 /* the length octet counts the whole header */

enum fmh5_resource { FMH5_BASIC = 0xD0, FMH5_MAPPED = 0xD1, FMH5_FDX_BASIC = 0xD2, FMH5_FDX_MAPPED = 0xD3 };
enum fmh5_sync { FMH5_SYNC_NONE = 0, FMH5_SYNC_CONFIRM = 1, FMH5_SYNC_SYNCPT = 2 };

struct fmh5 {
    uint8_t resource; /* enum fmh5_resource */
    uint8_t sync;     /* enum fmh5_sync */
    bool already_verified, signed_on, sign_on, password_substituted, pip_follows;
    uint8_t tpn_n, tpn[NAME_TP_MAX];
    bool has_user, has_password, has_profile; /* a subfield that is present may be empty */
    uint8_t user_n, user[NAME_USER_MAX];
    uint8_t password_n, password[NAME_USER_MAX];
    uint8_t profile_n, profile[NAME_USER_MAX];
    uint8_t luw_n, luw[26];  /* logical unit of work identifier, unparsed; 0 = none */
    uint8_t corr_n, corr[8]; /* conversation correlator */
    uint8_t seq_n, seq[8];   /* attach sequence number: 0 or 8 octets */
    /* Not of the header: the nonces of its session, by which PASSWORD is verified when it is a substitute. */
    bool has_nonces;
    uint8_t sender_nonce[8], receiver_nonce[8];
};

/* Decode one FMH-5 at the front of P (N octets).  Fields after the TP name may be missing (short Attach), and
 * anything after the last known field is skipped.  Reserved bits are ignored. Returns octets used,
 * or -1 with *E set: SENSE_FMH_TYPE, SENSE_FMH5_COMMAND, one of the length codes, SENSE_LUWID_INVALID;
 * SENSE_CONV_TYPE_MISMATCH or SENSE_SYNC_LEVEL_UNSUPPORTED for a value outside the enums;
 * SENSE_SECURITY_NOT_VALID for a credential given twice or too long to keep.  *OUT only on success. */
ssize_t fmh5_decode(const uint8_t *p, size_t n, struct fmh5 *out, struct sna_err *e)
    __attribute__((warn_unused_result));

/* Encode into OUT (CAP octets); empty fields at the end are left out, except for the length of the security
 * field. Returns octets written, or -1 when it does not fit in CAP or in FMH5_MAX, or a count, the
 * resource type or the sync level is out of its range. */
ssize_t fmh5_encode(const struct fmh5 *in, uint8_t *out, size_t cap) __attribute__((warn_unused_result));

#endif
