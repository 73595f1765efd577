/* pairs.h - the connections between this machine and others of its domain: one for each pair of machines,
 * made when it is first needed.  Layer: io (domain).  [D18; D19] */
#ifndef SNA_IO_DOMAIN_PAIRS_H
#define SNA_IO_DOMAIN_PAIRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/io/domain/h2.h"

struct pairs;
struct server;

struct pairs_how {
    struct h2_identity self;
    const char *listen; /* HOST:PORT, NULL = nobody may call */
    const char *certificate, *key, *ca;
    unsigned silence_s; /* a machine that does not answer for so long is lost */
};

/* BEGUN is called for each stream that another machine begins (h2_stream_use).  Listens if it is to.  NULL,
 * with the reason in WHY (CAP octets): the files cannot be used, or out of memory. */
struct pairs *pairs_new(struct server *s, const struct pairs_how *how,
                        void (*begun)(struct server *s, struct h2_stream *st), char *why, size_t cap);
/* Listen at ADDRESS, unless it does so already.  When it cannot, that is an event, told once, and other
 * machines can still be called. */
void pairs_listen(struct pairs *p, const char *address);
/* The port that it listens at, 0 = none. */
unsigned pairs_port(const struct pairs *p);
/* Read the files of the certificate again: connections that are made from now on show it.  False, with WHY:
 * the old one stays. */
bool pairs_read_again(struct pairs *p, const struct pairs_how *how, char *why, size_t cap);
/* The node ends: nothing begins any more, what has begun may end.  */
void pairs_leave(struct pairs *p);
/* All connections end: what was put goes out, and then their streams are cut. */
void pairs_end(struct pairs *p);
/* P may be NULL. */
void pairs_free(struct pairs *p);

/* Begin ST with the machine INSTANCE, whose name and address the directory has; it is called when there is no
 * connection.  False, with WHY: it could not be reached a moment ago, or this node ends. */
bool pairs_begin(struct pairs *p, uint64_t instance, const char *machine, const char *address,
                 struct h2_stream *st, const char **why);

struct pair_view {
    const char *state; /* "up", "calling", "failed", "-": there is none */
    const char *why;   /* it has failed, or "" */
    uint32_t round_trip_us;
    unsigned streams;
};
/* The connection with the machine INSTANCE. */
struct pair_view pairs_view(const struct pairs *p, uint64_t instance);

#endif
