/* handover.h - between the loop and the threads of an engine: news one way, what is to be written the other.
 * Layer: io (domain). */
#ifndef SNA_IO_DOMAIN_HANDOVER_H
#define SNA_IO_DOMAIN_HANDOVER_H

#include <pthread.h>

#include "snanode/base/hash.h"
#include "snanode/base/list.h"
#include "snanode/io/domain/engine.h"

#define HANDOVER_KEY_ROOM 64

/* Something to be written. */
struct handover_order {
    struct list in_orders;
    struct hash_node by_key;
    char key[HANDOVER_KEY_ROOM];
    char *text; /* NULL: delete */
    size_t n;
};

struct handover {
    pthread_mutex_t lock;
    pthread_cond_t wake; /* there is an order, the reader has ended, or the engine is to end */
    pthread_cond_t room; /* news was taken */
    int fd;
    struct list news, orders;
    struct hash keys; /* of orders */
    size_t n_news;
    bool up;      /* orders are taken */
    bool broken;  /* the reader has ended */
    bool closing; /* the engine is to end */
};

/* 0, or -1 when out of memory or descriptors. */
int handover_init(struct handover *h);
void handover_fini(struct handover *h);

/* ---- for the threads of the engine ---- */

/* Tell; waits while there is very much news.  What finds no memory is lost: false. */
bool handover_tell(struct handover *h, enum engine_news_kind kind, const char *key, const void *text,
                   size_t n);
/* From now on orders are taken, or not; what waits goes then. */
void handover_up(struct handover *h, bool up);
void handover_break(struct handover *h);
/* The next order, which the caller frees with handover_order_free; NULL when the reader has ended, or when
 * the engine is to end and none is left. */
struct handover_order *handover_next(struct handover *h);
void handover_order_free(struct handover_order *o);
/* Wait MS milliseconds; false at once when the engine is to end. */
bool handover_pause(struct handover *h, unsigned ms);

/* ---- for the loop ---- */

bool handover_order(struct handover *h, const char *key, const char *text, size_t n);
void handover_take(struct handover *h, unsigned most, void (*fn)(void *arg, const struct engine_news *news),
                   void *arg);
void handover_close(struct handover *h);

#endif
