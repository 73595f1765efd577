/* pacing.h - session-level pacing of one direction: how many requests a half-session may send.
 * Layer: link (pure).  [Formats: RH; Formats: IPM; LU62PP; HIS: TS Profile 7]
 * Requests of the normal flow go in windows.  The first of a window has the pacing indicator and asks for the
 * next window; the receiver grants it when it has room.  With fixed pacing all windows are as large as the
 * BIND says, and a grant is a response with the pacing indicator; with adaptive pacing each grant (IPM) says
 * its size, the first window is one request [L57], and the receiver may change its mind. */
#ifndef SNA_LINK_PACING_H
#define SNA_LINK_PACING_H

#include <stdbool.h>
#include <stdint.h>

#include "snanode/base/err.h"
#include "snanode/wire/ipm.h"

enum pacing_kind { PACING_NONE, PACING_FIXED, PACING_ADAPTIVE };

/* ---- the sender of requests ---- */

struct pacing_send {
    uint8_t kind;    /* enum pacing_kind */
    uint16_t window; /* fixed: size of all windows */
    uint16_t left;   /* requests that this window still has */
    uint16_t next;   /* size of the window that follows, 0 = not granted */
    bool asked;      /* the next window has been asked for */
};

/* WINDOW: from the BIND, for fixed pacing; a fixed window of 0 means no pacing. */
void pacing_send_init(struct pacing_send *p, enum pacing_kind kind, uint16_t window);

bool pacing_send_may(const struct pacing_send *p);
/* A request goes out now, which pacing_send_may() allows: returns its pacing indicator. */
bool pacing_send_request(struct pacing_send *p);

/* A pacing response of fixed pacing, and an IPM that is no acknowledgement.  0; 1 when *ACK is to be sent at
 * once; -1 with *E set (SENSE_PACING) when nobody asked. */
int pacing_send_response(struct pacing_send *p, struct sna_err *e) __attribute__((warn_unused_result));
int pacing_send_ipm(struct pacing_send *p, const struct ipm *m, struct ipm *ack, struct sna_err *e)
    __attribute__((warn_unused_result));

/* ---- the receiver ---- */

struct pacing_recv {
    uint8_t kind;
    uint16_t window;   /* size that is granted when there is room */
    uint16_t capacity; /* most requests that wait here */
    uint16_t left;     /* requests of this window that have not come */
    uint16_t next;     /* granted, and not begun */
    bool owed;         /* the sender has asked */
    bool resetting;    /* an unsolicited IPM is not acknowledged yet */
    uint16_t reset;    /* the window that it says */
};

/* Receiving with windows of WINDOW requests: at most two windows wait here. */
void pacing_recv_init(struct pacing_recv *p, enum pacing_kind kind, uint16_t window);

/* A request has come, with its pacing indicator PI and RLWI (larger window asked for).  0, or -1 with *E set
 * (SENSE_PACING): it is one too many, or its indicator is wrong. */
int pacing_recv_request(struct pacing_recv *p, bool pi, bool rlwi, struct sna_err *e)
    __attribute__((warn_unused_result));

/* The window to grant now that QUEUED requests wait for the user: 0 = none.  With pacing_recv_granted() it is
 * on its way, as a pacing response (fixed) or a solicited IPM. */
uint16_t pacing_recv_due(const struct pacing_recv *p, uint16_t queued);
void pacing_recv_granted(struct pacing_recv *p, uint16_t window);

/* Adaptive: put the window down (or up) to WINDOW, also when nobody asked.  Returns the IPM to send; until
 * it is acknowledged the sender may still use what it was granted.  Only one at a time (RESETTING). */
struct ipm pacing_recv_reset(struct pacing_recv *p, uint16_t window);
/* The acknowledgement.  0, or -1 with *E set. */
int pacing_recv_ack(struct pacing_recv *p, const struct ipm *m, struct sna_err *e)
    __attribute__((warn_unused_result));

#endif
