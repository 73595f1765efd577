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

#endif
