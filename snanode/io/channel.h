/* channel.h - the sockets of a conversation.  Layer: io. */
#ifndef SNA_IO_CHANNEL_H
#define SNA_IO_CHANNEL_H

#include "snanode/io/context.h"
#include "snanode/io/watch.h"

struct channel {
    struct channel *behind; /* of the same slot, whose conversation is over, but not yet closed */
    uint32_t conv;
    unsigned uid;        /* of who allocated it */
    int pid;             /* ... 0 = nobody of this machine */
    uint32_t port;       /* client that waits for this Allocate; 0 = none */
    int fd[2];           /* ends A and B, -1 = not open */
    struct watch *watch; /* B, until the Attach flows; a timer, while it is held (snactl inject delay) */
    struct server *server;
    struct hint *hint;       /* what has been written into it (hint.h), NULL = not counted */
    struct bridge *bridge;   /* its other side is on a link (bridge.c); NULL = a program of this node */
    struct relay *relay[2];  /* ... or on another machine (relay.c), by its end: both may be */
    uint64_t attached_ms;    /* when the Attach came to the attach manager, 0 = it has not */
    struct fmh5 *attach;     /* while the attach manager has it */
    struct stay_at *stay;    /* its session stays with two programs (stays.c) */
    struct tracked *tracked; /* what a trace knows of it (trace.c); NULL = it is not traced */
    uint8_t last[64];        /* last word that found no room */
    size_t last_n;
    unsigned last_from;
};

struct bridge;
struct tracked;

#define CHANNEL_NOBODY ((unsigned)-1) /* UID of a conversation that a partner on a link has allocated */

/* For a conversation that PORT of user UID is allocating. */
int channel_new(struct server *s, uint32_t conv, uint32_t port, unsigned uid, int pid);
struct channel *channel_of(const struct server *s, uint32_t conv);
/* The one after CH in no certain order, and after NULL the first; NULL: none. */
struct channel *channel_next(const struct server *s, const struct channel *ch);
/* Make the sockets, and watch for the Attach: ON_ATTACH is called with CH when it can be read.  LP_RC_OK, or
 * why that cannot be (LP_RC_*). */
uint32_t channel_open(struct server *s, struct channel *ch, watch_fn *on_attach);
/* ... the sockets alone. */
uint32_t channel_open_pair(struct server *s, struct channel *ch);
/* FRAME of the node's has gone to SIDE. */
void channel_came(const struct channel *ch, unsigned side);
/* Its acceptor, a program of UID, may count frames for the invoker only when both have the same user. */
void channel_accepted_by(const struct channel *ch, unsigned uid);
void channel_unwatch(struct channel *ch);
/* Refuse the Attach: -RSP(0846) and the FMH-7 with SENSE, to the invoker. */
void channel_refuse(struct server *s, uint32_t conv, uint32_t sense);
/* SIDE is gone: tell the other one why by an UNBIND with SENSE, written from the dead end; then cut. */
void channel_abend(struct server *s, uint32_t conv, unsigned side, uint32_t sense);
/* Session outage: both ends get an UNBIND with SENSE, and are cut. */
void channel_cut(struct server *s, uint32_t conv, uint32_t sense);
/* PROCESS has done with SIDE: nothing comes from it any more. */
void channel_end_side(struct server *s, uint32_t conv, uint32_t process, unsigned side);
void channel_forget_attach(struct channel *ch);
/* Close both ends; CH goes on without. */
void channel_close_pair(struct server *s, struct channel *ch);
void channel_close(struct server *s, uint32_t conv);

#endif
