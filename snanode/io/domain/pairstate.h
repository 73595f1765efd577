/* pairstate.h - what pairs.c and pair.c share.  Layer: io (domain). */
#ifndef SNA_IO_DOMAIN_PAIRSTATE_H
#define SNA_IO_DOMAIN_PAIRSTATE_H

#include "snanode/base/hash.h"
#include "snanode/io/domain/pairs.h"
#include "snanode/io/event.h"
#include "snanode/io/link/backoff.h"
#include "snanode/io/link/dial.h"
#include "snanode/io/link/stream.h"

struct port;

struct conn {
    struct list link; /* on its pair's list, or on that of strangers */
    struct pairs *pairs;
    struct pair *pair; /* NULL: it has not said who it is */
    struct h2 *h2;
    bool ours; /* this machine has made it */
    bool up, going;
    char from[STREAM_ADDRESS_CAP]; /* address, of one that has called */
};

struct pair {
    struct hash_node by_instance;
    struct list link;
    struct pairs *pairs;
    uint64_t instance;
    char machine[H2_NAME_ROOM], address[160];
    struct list conns;
    struct list waiting; /* struct h2_stream */
    struct dial *dial;
    struct backoff backoff;
    uint64_t again_ms; /* it is not called before */
    char why[300];     /* the last call failed, "" = it did not */
};

struct pairs {
    struct server *server;
    struct h2_identity self;
    struct tls *tls;
    struct port *port;
    char deaf[300]; /* why there is none, which is told once; "" = there is, or none is wanted */
    unsigned silence_s;
    bool leaving;
    uint64_t swept_ms;
    void (*begun)(struct server *s, struct h2_stream *st);
    struct hash by_instance;
    struct list pairs, strangers;
};

/* ---- pair.c ---- */

/* The pair with the machine INSTANCE, or NULL; pair_get makes it, and NULL is out of memory. */
struct pair *pair_find(const struct pairs *p, uint64_t instance);
struct pair *pair_get(struct pairs *p, uint64_t instance, const char *machine);
/* It has no connection, and nobody waits for one. */
void pair_free(struct pair *q);
/* Pairs of machines that are gone, or were not reached for long; now and then. */
void pairs_sweep(struct pairs *p, uint64_t now);
/* Those that wait cannot begin, for WHY; pair_failed: because it could not be reached, and it is called again
 * later. */
void pair_fail_waiting(struct pair *q, const char *why);
void pair_failed(struct pair *q, const char *why);
/* Event E, whose text FMT has two places, for A and B. */
void pairs_report(struct pairs *p, enum sna_event e, const char *fmt, const char *a, const char *b);

/* C is on no list any more, and gone. */
void conn_free(struct conn *c);
/* Its connection for streams that begin, NULL = none; the others that this machine has made end, with their
 * streams. */
struct conn *pair_the_one(const struct pair *q);
void pair_end_others(struct pair *q);
/* How many connections there are with machines of the name MACHINE. */
unsigned pairs_connections_with(const struct pairs *p, const char *machine);

#endif
