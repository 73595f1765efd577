/* frame.h - the layout of one message in a conversation's socket: flag octet, RH, RU.  Layer: local (pure).
 * The octets after the flag are those that flow on a session, without the TH (docs/local-protocol.md). */
#ifndef SNA_LOCAL_FRAME_H
#define SNA_LOCAL_FRAME_H

#include "snanode/wire/rh.h"

#define FRAME_HDR       (1 + RH_LEN)
#define FRAME_EXPEDITED 0x01 /* flag: expedited flow (TH EFI) */
#define FRAME_RU_MAX    65535

/* Header of a frame into OUT. */
static inline void frame_header(uint8_t out[FRAME_HDR], bool expedited, const struct rh *rh)
{
    out[0] = expedited ? FRAME_EXPEDITED : 0;
    rh_encode(rh, out + 1);
}

/* Whether a program has nothing to say behind this FRAME of N octets before it has heard something: a request
 * with CD or CEB.  That spares its reader a look; should there be more, the socket is readable. */
static inline bool frame_is_last(const uint8_t *frame, size_t n)
{
    struct rh rh;
    return n >= FRAME_HDR && rh_decode(frame + 1, n - 1, &rh, NULL) == RH_LEN && !rh.rri &&
           (rh.cdi || rh.cebi);
}

#endif
