/* activate.h - session activation: the BIND that a mode requires, the other LU's answer, and whether that
 * answer is acceptable.  Layer: lu62 (pure, no memory).  [Formats: BIND; Formats: RSP(BIND)] The primary LU
 * (PLU) sends the BIND; the secondary (SLU) answers with every negotiated field filled in. */
#ifndef SNA_LU62_ACTIVATE_H
#define SNA_LU62_ACTIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "snanode/base/names.h"
#include "snanode/wire/bind.h"

/* What one LU contributes to a session: its definitions of the mode and of the partner. */
struct activate_offer {
    char fq[NAME_FQ_ROOM];             /* the LU itself, NETID.NAME */
    char partner[NAME_FQ_ROOM];        /* the other LU */
    char mode[NAME_ROOM8];             /* "" = the blank mode */
    uint32_t max_send_ru, max_recv_ru; /* octets; 0 = no limit of its own */
    uint8_t pace_send, pace_recv;      /* windows; 0 = unlimited */
    bool adaptive;                     /* adaptive pacing */
    uint8_t security;                  /* enum bind_security: what it accepts in an FMH-5 */
    uint8_t sync;                      /* enum bind_sync: the highest level it supports */
    uint8_t reinit;                    /* enum bind_reinit */
    bool parallel, cnos;
    bool winner; /* primary: asks to be contention winner.  Secondary: insists on it (single session only) */
};

/* The result: the session as both LUs see it.  Index 0 is the primary, 1 the secondary. */
struct activate_session {
    uint32_t send_ru[2]; /* largest RU that this LU sends, octets; 0 = no limit */
    uint8_t window[2];   /* first pacing window of what this LU sends; 0 = not paced */
    bool adaptive;
    uint8_t security, sync, reinit;
    bool parallel, cnos;
    uint8_t winner; /* 0 or 1 */
};

/* The BIND that the primary sends; SID (8 octets) names the session. */
void activate_bind(const struct activate_offer *plu, const uint8_t sid[8], struct bind *out);

/* The secondary's answer to the BIND IN: RU sizes and windows are lowered, and what the LU does
 * not support is switched off.  Returns 0; -1 with *E set (sense of the negative response) when it cannot
 * take the session at all. */
int activate_answer(const struct activate_offer *slu, const struct bind *in, struct bind *out,
                    struct sna_err *e) __attribute__((warn_unused_result));

/* Check that RSP is acceptable as the answer to SENT: nothing raised, and nothing changed
 * that must not be. Returns 0; -1 with *E set: SENSE_BIND_FIELD + offset, for the UNBIND. */
int activate_check(const struct bind *sent, const struct bind *rsp, struct sna_err *e)
    __attribute__((warn_unused_result));

/* The session that an answer describes. */
void activate_result(const struct bind *rsp, struct activate_session *out);

#endif
