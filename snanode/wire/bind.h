/* bind.h - BIND and its positive response, LU type 6.2: octets <-> struct.  Layer: wire (pure).
 * [Formats: BIND; LU62Guide: BIND image and response; Q194324]  The two RUs have the same layout, so one
 * codec serves both.  Names are kept as on the wire: EBCDIC, not padded.  PLU is the sender of the BIND, SLU
 * its receiver.  Where LU 6.2 leaves no choice (profiles, half-duplex flip-flop, brackets...) there is no
 * field: the required value is written, and a BIND that differs is refused.  Control vectors of an extended
 * BIND are skipped and never sent. */
#ifndef SNA_WIRE_BIND_H
#define SNA_WIRE_BIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "snanode/base/err.h"
#include "snanode/base/names.h"

#define BIND_CODE       0x31
#define BIND_NAME_MAX   NAME_FQ_MAX /* NETID.NAME */
#define BIND_SID_MAX    17          /* session instance identifier with its format octet */
#define BIND_URC_MAX    12
#define BIND_WINDOW_MAX 63          /* pacing windows are six bits */
#define BIND_RU_MAX     (15u << 15) /* the largest RU size that one octet can express */
#define BIND_SECRET_N   8           /* random data, security reply and nonce */
#define BIND_MAX        200         /* octets that bind_encode() may write */

/* Bits of octet 23: what an FMH-5 on this session may contain. */
enum bind_security {
    BIND_SEC_ACCESS = 0x10,           /* user ID, password, profile */
    BIND_SEC_VERIFY_ENHANCED = 0x08,  /* LU-LU verification by the enhanced protocol */
    BIND_SEC_PASSWORD_SUBST = 0x04,   /* substitutes for passwords */
    BIND_SEC_ALREADY_VERIFIED = 0x02, /* user IDs that the sender has already verified */
    BIND_SEC_PERSISTENT = 0x01,       /* persistent verification: sign-on once */
};

enum bind_sync { BIND_SYNC_CONFIRM = 1, BIND_SYNC_SYNCPT = 2 };

/* Who restarts a session that was lost. */
enum bind_reinit {
    BIND_REINIT_OPERATOR = 0,
    BIND_REINIT_PLU = 1,
    BIND_REINIT_SLU = 2,
    BIND_REINIT_EITHER = 3
};

/* A name of at most BIND_NAME_MAX octets. */
struct bind_name {
    uint8_t n;
    uint8_t s[BIND_NAME_MAX];
};

struct bind {
    struct bind_name plu; /* as in the fixed fields, plain or NETID.NAME; may be empty */
    struct bind_name slu;

    /* Structured user data.  A missing subfield is not the same as an empty one. */
    bool has_mode, has_sid, has_fq_plu, has_fq_slu;
    struct bind_name mode; /* 02: at most 8 octets; empty is the mode of blanks */
    uint8_t sid_n;         /* 03 */
    uint8_t sid[BIND_SID_MAX];
    struct bind_name fq_plu; /* 04: on the BIND */
    struct bind_name fq_slu; /* 05: on the response */
    bool has_random, has_proof, has_nonce;
    uint8_t random[BIND_SECRET_N]; /* 11: random data of LU-LU verification */
    uint8_t proof[BIND_SECRET_N];  /* 12: security reply, on the response */
    uint8_t nonce[BIND_SECRET_N];  /* 13: of password substitution */

    bool whole_biu_required; /* the sender takes no segments */
    bool queue_allowed;      /* the BIND may wait for an LU that is not up yet */
    bool plu_contention_winner;
    bool extended; /* decoding only: control vectors follow */

    bool plu_staged, slu_staged; /* staging indicators of fixed pacing */
    bool adaptive_pacing;
    uint8_t slu_send_window, slu_recv_window; /* 0 = not paced */
    uint8_t plu_send_window, plu_recv_window;
    uint32_t slu_ru, plu_ru; /* largest RU sent by SLU, by PLU, in octets; 0 = no limit stated */

    uint8_t security; /* enum bind_security, or-ed */
    uint8_t sync;     /* enum bind_sync: the highest level of the session */
    uint8_t reinit;   /* enum bind_reinit */
    bool parallel;    /* parallel sessions supported */
    bool cnos;        /* change number of sessions flows supported */
    bool limited_resource;

    uint8_t urc_n; /* user request correlator */
    uint8_t urc[BIND_URC_MAX];
};

/* The octet that expresses an RU size: a mantissa from 8 to 15 times a power of two.  Sizes are rounded
 * down to one that can be expressed (never up: the peer would be allowed more than there is room for).  0
 * stays 0, no limit; sizes above BIND_RU_MAX become BIND_RU_MAX; 1 to 7, which cannot be expressed, give 8.
 */
uint8_t bind_ru_size_encode(uint32_t octets);

/* The size that octet V expresses; 0 for no limit, and for an octet whose mantissa is below 8 and therefore
 * invalid. */
uint32_t bind_ru_size_decode(uint8_t v);

/* Encode into OUT (CAP octets), as BIND or as positive response.  RU sizes go through bind_ru_size_encode().
 * Returns octets written, at most BIND_MAX, or -1 when it does not fit or a count or window is out of
 * range. */
ssize_t bind_encode(const struct bind *in, uint8_t *out, size_t cap) __attribute__((warn_unused_result));

/* Decode a BIND, or the positive response to one, from P (N octets), which is the whole RU.
 * Returns octets used, or -1 with *E set: SENSE_BIND_FIELD + offset, where the offset is that of the field
 * that is wrong or in which the RU ends.  Reserved bits are ignored.  *OUT only on success. */
ssize_t bind_decode(const uint8_t *p, size_t n, struct bind *out, struct sna_err *e)
    __attribute__((warn_unused_result));

#endif
