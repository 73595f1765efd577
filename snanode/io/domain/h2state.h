/* h2state.h - what the files of a connection share.  Layer: io (domain). */
#ifndef SNA_IO_DOMAIN_H2STATE_H
#define SNA_IO_DOMAIN_H2STATE_H

#include <nghttp2/nghttp2.h>

#include "snanode/io/domain/h2.h"
#include "snanode/io/watch.h"

#define H2_PATH_ATTACH     "/attach" /* a stream that is used at once */
#define H2_PATH_WAIT       "/wait"   /* ... and one that waits */
#define H2_HEADER_DOMAIN   "snanode-domain"
#define H2_HEADER_MACHINE  "snanode-machine"
#define H2_HEADER_INSTANCE "snanode-instance"

struct evbuffer;
struct stream;

struct h2_stream {
    struct list link;  /* on its connection's streams, or on a list of those that have not begun */
    struct list spare; /* on the connection's spares */
    struct h2 *conn;   /* NULL: it has not begun, or is over */
    int32_t id;
    const struct h2_stream_user *user; /* NULL: nobody's (any more) */
    void *arg;
    struct evbuffer *in, *out;
    unsigned busy;   /* how many of its own functions are at work on it */
    bool waits;      /* for the other machine to use it, as those do that this one keeps for that */
    bool dead;       /* to be freed when it is not busy */
    bool telling;    /* the user is being told something */
    bool paused;     /* the user could not take a parcel */
    bool full;       /* ... was told that there is no room */
    bool ending;     /* nothing more is put */
    bool deferred;   /* nghttp2 has asked for octets when there were none */
    bool whole, cut; /* the other direction has ended; the stream is cut */
    bool told_whole, told_cut;
    char why[300];
};

struct h2 {
    struct server *server;
    struct stream *tcp; /* NULL: gone */
    nghttp2_session *ng;
    const struct h2_identity *self;
    const struct h2_user *user;
    void *arg;
    struct list streams, spares;
    unsigned n_streams; /* without those that wait */
    unsigned n_spares;  /* on SPARES */
    unsigned busy;
    bool connecting, known, going;
    bool blocked; /* TCP takes no more */
    bool dead, quiet;
    bool refuses; /* ... because of what the other machine says that it is */
    unsigned silence_s;
    uint64_t heard_ms, since_ms;
    uint32_t round_trip_us;
    struct watch *flush, *beat;
    struct stream_end end;
    struct h2_identity peer; /* once it is KNOWN */
    struct h2_identity said; /* of the headers that are coming in */
    char path[16], status[8];
};

/* ---- h2stream.c ---- */

/* A stream of C with ID, which nobody has yet.  NULL: out of memory. */
struct h2_stream *h2_stream_of(struct h2 *c, int32_t id);
/* N octets have come. */
void h2_stream_received(struct h2_stream *st, const uint8_t *p, size_t n);
/* Tell the user what there is to tell. */
void h2_stream_tell(struct h2_stream *st);
/* It is on no connection any more; cut for WHY, unless that is NULL. */
void h2_stream_leave(struct h2_stream *st, const char *why);
/* nghttp2 wants octets of it. */
ssize_t h2_stream_read(struct h2_stream *st, uint8_t *buf, size_t cap, uint32_t *flags);

/* ---- h2begin.c ---- */

/* C ends in this turn of the loop. */
void h2_fail(struct h2 *c, enum stream_cause cause, const char *text);
/* Answer the request of the other machine that ST is. */
void h2_respond(struct h2 *c, struct h2_stream *st);
/* Open a stream that waits for the other machine. */
void h2_open_spare(struct h2 *c);

/* ---- h2came.c ---- */

/* The session of nghttp2, which tells C.  0, or not: out of memory. */
int h2_session_make(struct h2 *c);

/* ---- all ---- */

/* There is something to be sent; it goes at the end of this turn of the loop. */
static inline void h2_flush(struct h2 *c)
{
    if (c->flush)
        watch_fire(c->flush);
}

#endif
