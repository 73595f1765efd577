/* engine.h - what keeps the entries of a domain where all its machines can watch them.  Layer: io (domain).
 * [D11; D12]  It works in threads of its own, and never blocks its caller.  What it has to tell waits until
 * the caller takes it: FD of engine_open is readable meanwhile.
 *
 * Its promises are few: a put or delete that was written is seen by those who watch, in the order in which
 * one node wrote; whatever may have been lost is told by ENGINE_LOST, and then all is to be put anew. */
#ifndef SNA_IO_DOMAIN_ENGINE_H
#define SNA_IO_DOMAIN_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct engine;

struct engine_settings {
    const char *domain;
    const char *machine; /* for the server's list of connections */
    char *const *servers;
    size_t n_servers;
    bool tls;
    const char *credentials, *certificate, *key, *ca; /* files, NULL = none */
    unsigned lease_s;                                 /* a server that is silent for so long is lost */
    unsigned keep_s;                                  /* entries that are not put again for so long go */
    unsigned replicas;                                /* of a directory that this engine makes */
    unsigned octets;                                  /* of the longest entry */
};

enum engine_news_kind {
    ENGINE_BACK,   /* reached: TEXT says where.  All entries follow, then ENGINE_SYNCED */
    ENGINE_LOST,   /* not reached: TEXT says why, and what to do.  The engine goes on trying */
    ENGINE_SYNCED, /* everything that was there has been told */
    ENGINE_PUT,    /* KEY has the N octets of TEXT */
    ENGINE_DELETE  /* KEY has none any more */
};

struct engine_news {
    enum engine_news_kind kind;
    const char *key, *text;
    size_t n;
};

/* Begin to reach the engine.  SET is copied.  *FD is readable when there is news.  NULL, with the reason in
 * WHY (CAP octets), when there is no memory or no engine in this build. */
struct engine *engine_open(const struct engine_settings *set, int *fd, char *why, size_t cap);

/* Take what news there is, but at most MOST, in its order; FD stays readable when there is more. */
void engine_take(struct engine *e, unsigned most, void (*fn)(void *arg, const struct engine_news *news),
                 void *arg);

/* To be written.  What waits for the same key is replaced; while the engine is lost nothing is kept.  False
 * when out of memory. */
bool engine_put(struct engine *e, const char *key, const char *text, size_t n);
bool engine_delete(struct engine *e, const char *key);

/* The end: what waits is written first, if that is done within MS milliseconds. */
void engine_close(struct engine *e, unsigned ms);

#endif
