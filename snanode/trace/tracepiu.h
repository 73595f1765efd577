/* tracepiu.h - how a trace shows a frame of a conversation's socket: as the PIU that a link would carry.
 * Layer: trace (pure).  The Attach, which the node holds back locally (docs/local-protocol.md), goes in front
 * of the first frame, without its password.  A reader needs to know nothing of local sockets. */
#ifndef SNA_TRACE_TRACEPIU_H
#define SNA_TRACE_TRACEPIU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "snanode/local/frame.h"
#include "snanode/wire/fmh5.h"
#include "snanode/wire/th.h"

#define TRACEPIU_MAX (TH_LEN + RH_LEN + FMH5_MAX + FRAME_RU_MAX)

/* What the PIUs of one conversation have in common. */
struct tracepiu {
    uint32_t session; /* number of its session: the addresses in the TH come from it */
    uint16_t snf[2];  /* last sequence number of the normal flow, by sender: 0 the invoker, 1 the acceptor */
    size_t fmh5_n;    /* octets of the Attach, 0 = it has been shown, or is not known */
    uint8_t fmh5[FMH5_MAX];
};

/* Begin with the Attach FMH5 (N octets, 0 = not known), which is kept without its password. */
void tracepiu_init(struct tracepiu *t, uint32_t session, const uint8_t *fmh5, size_t n);

/* The FRAME of N octets that SENDER (0 or 1) has put into the socket, as a PIU in OUT (CAP octets;
 * TRACEPIU_MAX is always enough).  Returns octets, or -1 when it is no frame or does not fit. */
ssize_t tracepiu_encode(struct tracepiu *t, unsigned sender, const uint8_t *frame, size_t n, uint8_t *out,
                        size_t cap) __attribute__((warn_unused_result));

/* The TH of an RU of session number SESSION that SENDER, an end of the session, has sent. */
struct th tracepiu_th(uint32_t session, unsigned sender, bool expedited, uint16_t snf);

#endif
