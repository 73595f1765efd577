/* h2.h - HTTP/2 between two machines of a domain: one connection, and streams that carry parcels in both
 * directions.  Layer: io (domain).  nghttp2 is seen here only.  [D13; D18; D19]
 *
 * On the wire the machine that has made the connection opens all streams.  It opens a few that wait until the
 * other machine has an Attach, and a new one for each that is used: so both may begin a stream, and for the
 * user of this file they are alike.
 *
 * What has not been taken of a stream fills its window, and then its sender has to wait; other streams go on.
 * What is not sent yet is bounded by h2_stream_room. */
#ifndef SNA_IO_DOMAIN_H2_H
#define SNA_IO_DOMAIN_H2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/base/list.h"
#include "snanode/io/link/cause.h"
#include "snanode/local/parcel.h"

struct h2;
struct h2_stream;
struct server;
struct tls;

#define H2_NAME_ROOM   40           /* of a domain or machine, with its NUL */
#define H2_WINDOW      (128 * 1024) /* octets of a stream that may wait to be taken */
#define H2_OUT_HIGH    (64 * 1024) /* octets of a stream that wait to be sent, when it has no room any more */
#define H2_STREAMS_MAX 16384       /* at once on a connection; fewer where descriptors are few [D24] */

/* Who a machine says that it is. */
struct h2_identity {
    char domain[H2_NAME_ROOM], machine[H2_NAME_ROOM];
    uint64_t instance;
};

/* ---- streams ---- */

struct h2_stream_user {
    /* A parcel has come.  False: it cannot be taken now; it is offered again after h2_stream_resume. */
    bool (*came)(void *arg, const struct parcel *p);
    /* There is room again, after h2_stream_room has said that there is none; NULL: nobody waits for it. */
    void (*room)(void *arg);
    /* Nothing more comes.  WHOLE: the other machine has ended its direction, and this one may still be used.
     * Otherwise the stream is cut, or could not be begun, for WHY; that may still follow after WHOLE. */
    void (*over)(void *arg, bool whole, const char *why);
};

/* A stream that has not begun: what is put waits.  NULL: out of memory. */
struct h2_stream *h2_stream_new(const struct h2_stream_user *user, void *arg);
/* Who has it from now on, of one that the other machine has begun. */
void h2_stream_use(struct h2_stream *st, const struct h2_stream_user *user, void *arg);
/* The user has done with it and is told nothing more.  What was put before h2_stream_end still goes out;
 * without h2_stream_end the stream is cut.  ST may be NULL. */
void h2_stream_free(struct h2_stream *st);

/* Append a parcel; true when it was the last that there is room for, until ROOM is called... */
void h2_stream_put(struct h2_stream *st, enum parcel_type type, const void *body, size_t n);
/* ... and whether there is room now. */
bool h2_stream_room(struct h2_stream *st);
/* Nothing more is put. */
void h2_stream_end(struct h2_stream *st);
/* Offer again what CAME has not taken. */
void h2_stream_resume(struct h2_stream *st);

/* The machine at the other end, "" as long as the stream has not begun. */
const char *h2_stream_machine(const struct h2_stream *st);

/* A stream that has not begun waits on LIST; it leaves it by itself when it is freed, or begins. */
void h2_stream_wait(struct h2_stream *st, struct list *list);
/* The first on LIST, or NULL. */
struct h2_stream *h2_stream_first(const struct list *list);
/* It cannot begin, for WHY: OVER is called. */
void h2_stream_fail(struct h2_stream *st, const char *why);

/* ---- connections ---- */

struct h2_user {
    /* The other machine has said who it is, and has proved its name by its certificate.  False: it is not to
     * be talked with; the connection is closed. */
    bool (*up)(void *arg, const struct h2_identity *peer);
    /* It has begun the stream ST: h2_stream_use, or h2_stream_free. */
    void (*begun)(void *arg, struct h2_stream *st);
    /* Streams that wait may begin: h2_begin. */
    void (*ready)(void *arg);
    /* It will take no new streams: it ends, or has another connection. */
    void (*going)(void *arg);
    /* The connection is gone, for WHY; its streams have been told. */
    void (*down)(void *arg, const struct stream_end *why);
};

struct h2_how {
    struct tls *tls;
    bool connecting;                /* this machine has made the connection */
    const struct h2_identity *self; /* outlives the connection */
    unsigned silence_s;             /* a machine that does not answer for so long is lost */
};

/* A connection on FD, a connected TCP socket, which is its own now.  NULL: out of memory. */
struct h2 *h2_new(struct server *s, int fd, const struct h2_how *how, const struct h2_user *user, void *arg);

/* ST begins on C, if that is possible now. */
bool h2_begin(struct h2 *c, struct h2_stream *st);
/* No new streams from either side; those that have begun go on. */
void h2_go(struct h2 *c);
/* End C: its streams are cut and told so; nothing is told of C any more.  What was put goes out first, for a
 * short time. */
void h2_close(struct h2 *c, const char *why);

/* Streams with users, and the latest round trip in microseconds (0 = none yet). */
unsigned h2_streams(const struct h2 *c);
uint32_t h2_round_trip_us(const struct h2 *c);

#endif
