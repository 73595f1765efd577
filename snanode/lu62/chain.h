/* chain.h - the sending half-session of a conversation: user octets in, frames out.  Layer: lu62 (pure).
 * [Formats: RH; HIS: FM Profile 19]  RUs fill up to the session's size, a chain stays open until the turn, a
 * confirmation or the end of the conversation closes it, and an empty chain is an LUSTAT.
 *
 * Frames point into the chain's RU buffer and into the caller's data; of an RU that leaves at once only few
 * octets are copied, to make it one piece.  So the order is: call chain_put, write the frames, call
 * chain_done. */
#ifndef SNA_LU62_CHAIN_H
#define SNA_LU62_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/local/frame.h"

/* How the data given so far ends. */
enum chain_end {
    CHAIN_MORE,               /* keep data that do not fill an RU */
    CHAIN_FLUSH,              /* send everything; the chain stays open */
    CHAIN_TURN,               /* RQE1 CD: Prepare_To_Receive(FLUSH), Receive */
    CHAIN_CONFIRM,            /* RQD2 */
    CHAIN_CONFIRM_TURN,       /* RQD2 CD */
    CHAIN_DEALLOCATE,         /* RQE1 CEB */
    CHAIN_CONFIRM_DEALLOCATE, /* RQD2 CEB */
    CHAIN_END_N
};

struct seg {
    const uint8_t *p;
    size_t n;
};

#define CHAIN_SEGS   7    /* pieces of one frame's RU: buffered octets and up to six of the caller's */
#define CHAIN_JOINED 1024 /* octets that are copied together more cheaply than the kernel gathers them */
#define CHAIN_IN_MAX 6    /* pieces of one chain_put */
#define CHAIN_FRAMES 270  /* 65,535 octets of data with headers in RUs of 256, and buffered data */

struct chain_frame {
    uint8_t hdr[FRAME_HDR];
    unsigned n_segs;
    size_t ru_n; /* octets of the RU: sum of the pieces */
    struct seg segs[CHAIN_SEGS];
};

struct chain {
    uint32_t max_ru; /* session's send RU size, octets */
    bool begun;      /* the first frame, with BB, was sent */
    bool open;       /* BC was sent, EC was not */
    uint8_t *buf;    /* the next RU: max_ru octets, which the owner provides */
    size_t n;        /* octets in BUF */
    unsigned n_tail;
    struct seg tail[CHAIN_IN_MAX]; /* what chain_done copies into BUF */
};

/* BUF holds MAX_RU octets and is the caller's.  BEGUN: false for the side that allocates (its first frame
 * begins the bracket), true for the side that accepts. */
void chain_init(struct chain *c, uint8_t *buf, uint32_t max_ru, bool begun);

/* Take the N_IN pieces (at most CHAIN_IN_MAX) and end as END says; fill OUT (CHAIN_FRAMES) with the frames
 * that leave now.  Returns how many. */
unsigned chain_put(struct chain *c, const struct seg *in, unsigned n_in, enum chain_end end,
                   struct chain_frame *out);

/* Room in the buffer for N octets of the stream, which the caller writes there: chain_put with CHAIN_MORE and
 * chain_done in one, if no frame leaves.  NULL: one does, and nothing is done. */
static inline uint8_t *chain_room(struct chain *c, size_t n)
{
    uint8_t *room = c->buf + c->n;
    if (n > c->max_ru - c->n)
        return NULL;
    c->n += n;
    return room;
}

/* chain_put of no pieces, for a buffer that is not empty, with an END other than CHAIN_MORE: one frame. */
unsigned chain_held(struct chain *c, enum chain_end end, struct chain_frame *out);

/* The most frames that chain_put makes of these pieces. */
size_t chain_frames_max(const struct chain *c, const struct seg *in, unsigned n_in);

/* The frames of the last chain_put are written (or copied): keep the rest of its data. */
void chain_done(struct chain *c);

/* An FMH-7 (and its log), after everything buffered was put with CHAIN_FLUSH or dropped with chain_drop.
 * LAST: the conversation ends with it (RQD1 CEB); else the chain goes on. */
void chain_error(struct chain *c, const uint8_t *fmh7, size_t n, bool last, struct chain_frame *out);

/* Forget what is buffered. */
void chain_drop(struct chain *c);

/* The other frames of a half-session, each complete in OUT. */
void frame_response(struct chain_frame *out, bool dr1, bool dr2);          /* +RSP */
void frame_reject(struct chain_frame *out, uint32_t sense, uint8_t ru[4]); /* -RSP; RU holds the sense */
void frame_signal(struct chain_frame *out, uint8_t ru[5]);                 /* SIG: Request_To_Send */
/* UNBIND of type FE with SENSE: a last message that is valid in any state of the chain. */
void frame_unbind(struct chain_frame *out, uint32_t sense, uint8_t ru[6]);

#endif
