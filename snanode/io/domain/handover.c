#include "snanode/io/domain/handover.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define NEWS_MAX 65536 /* then the reader waits, and the engine keeps the rest */

struct told {
    struct list in_news;
    enum engine_news_kind kind;
    char key[HANDOVER_KEY_ROOM];
    size_t n;
    char text[];
};

int handover_init(struct handover *h)
{
    pthread_condattr_t attr;
    list_init(&h->news);
    list_init(&h->orders);
    h->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (h->fd < 0 || hash_init(&h->keys) < 0) {
        if (h->fd >= 0)
            close(h->fd);
        return -1;
    }
    pthread_mutex_init(&h->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&h->wake, &attr);
    pthread_cond_init(&h->room, &attr);
    pthread_condattr_destroy(&attr);
    return 0;
}

static void drop_orders(struct handover *h)
{
    LIST_FOREACH_SAFE(e, &h->orders) {
        struct handover_order *o = LIST_OWNER(e, struct handover_order, in_orders);
        list_remove(&o->in_orders);
        hash_remove(&h->keys, &o->by_key);
        handover_order_free(o);
    }
}

void handover_fini(struct handover *h)
{
    drop_orders(h);
    LIST_FOREACH_SAFE(e, &h->news)
        free(LIST_OWNER(e, struct told, in_news));
    hash_fini(&h->keys);
    close(h->fd);
    pthread_cond_destroy(&h->wake);
    pthread_cond_destroy(&h->room);
    pthread_mutex_destroy(&h->lock);
}

/* ---- for the threads of the engine ---- */

bool handover_tell(struct handover *h, enum engine_news_kind kind, const char *key, const void *text,
                   size_t n)
{
    struct told *t = malloc(sizeof *t + n + 1);
    if (!t)
        return false;
    t->kind = kind;
    snprintf(t->key, sizeof t->key, "%s", key ? key : "");
    if (n > 0)
        memcpy(t->text, text, n);
    t->text[n] = '\0';
    t->n = n;
    pthread_mutex_lock(&h->lock);
    while (h->n_news >= NEWS_MAX && !h->closing)
        pthread_cond_wait(&h->room, &h->lock);
    list_append(&h->news, &t->in_news);
    bool first = h->n_news++ == 0;
    pthread_mutex_unlock(&h->lock);
    if (first)
        eventfd_write(h->fd, 1);
    return true;
}

void handover_up(struct handover *h, bool up)
{
    pthread_mutex_lock(&h->lock);
    h->up = up;
    h->broken = false;
    drop_orders(h);
    pthread_mutex_unlock(&h->lock);
}

void handover_break(struct handover *h)
{
    pthread_mutex_lock(&h->lock);
    h->broken = true;
    pthread_cond_broadcast(&h->wake);
    pthread_mutex_unlock(&h->lock);
}

struct handover_order *handover_next(struct handover *h)
{
    struct handover_order *o = NULL;
    pthread_mutex_lock(&h->lock);
    while (list_empty(&h->orders) && !h->broken && !h->closing)
        pthread_cond_wait(&h->wake, &h->lock);
    if (!h->broken && !list_empty(&h->orders)) {
        o = LIST_OWNER(h->orders.next, struct handover_order, in_orders);
        list_remove(&o->in_orders);
        hash_remove(&h->keys, &o->by_key);
    }
    pthread_mutex_unlock(&h->lock);
    return o;
}

void handover_order_free(struct handover_order *o)
{
    free(o->text);
    free(o);
}

bool handover_pause(struct handover *h, unsigned ms)
{
    struct timespec until;
    int rc = 0;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += ms % 1000 * 1000000L;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&h->lock);
    while (!h->closing && rc == 0)
        rc = pthread_cond_timedwait(&h->wake, &h->lock, &until);
    bool go_on = !h->closing;
    pthread_mutex_unlock(&h->lock);
    return go_on;
}

/* ---- for the loop ---- */

static struct handover_order *order_of(const struct handover *h, const char *key, uint64_t hash)
{
    for (struct hash_node *n = hash_first(&h->keys, hash); n; n = hash_next(n)) {
        struct handover_order *o = LIST_OWNER(n, struct handover_order, by_key);
        if (strcmp(o->key, key) == 0)
            return o;
    }
    return NULL;
}

/* With the lock held.  TEXT is the order's from here on. */
static bool add_order(struct handover *h, const char *key, char *text, size_t n)
{
    uint64_t hash = hash_octets(0, key, strlen(key));
    struct handover_order *o = order_of(h, key, hash);
    if (o) {
        free(o->text);
        list_remove(&o->in_orders); /* in the order of what was said last */
    } else {
        o = calloc(1, sizeof *o);
        if (!o)
            return false;
        snprintf(o->key, sizeof o->key, "%s", key);
        hash_add(&h->keys, &o->by_key, hash);
    }
    o->text = text;
    o->n = n;
    list_append(&h->orders, &o->in_orders);
    pthread_cond_signal(&h->wake);
    return true;
}

bool handover_order(struct handover *h, const char *key, const char *text, size_t n)
{
    char *copy = text ? malloc(n + 1) : NULL;
    if (text && !copy)
        return false;
    if (text)
        memcpy(copy, text, n);
    pthread_mutex_lock(&h->lock);
    bool kept = h->up && !h->closing;
    bool good = !kept || add_order(h, key, copy, n);
    pthread_mutex_unlock(&h->lock);
    if (!kept || !good)
        free(copy);
    return good;
}

void handover_take(struct handover *h, unsigned most, void (*fn)(void *arg, const struct engine_news *news),
                   void *arg)
{
    struct list taken;
    eventfd_t unused;
    list_init(&taken);
    eventfd_read(h->fd, &unused);
    pthread_mutex_lock(&h->lock);
    for (; most > 0 && !list_empty(&h->news); most--, h->n_news--) {
        struct list *e = h->news.next;
        list_remove(e);
        list_append(&taken, e);
    }
    if (h->n_news > 0)
        eventfd_write(h->fd, 1);
    pthread_cond_broadcast(&h->room);
    pthread_mutex_unlock(&h->lock);
    LIST_FOREACH_SAFE(e, &taken) {
        struct told *t = LIST_OWNER(e, struct told, in_news);
        fn(arg, &(struct engine_news){t->kind, t->key, t->text, t->n});
        free(t);
    }
}

void handover_close(struct handover *h)
{
    pthread_mutex_lock(&h->lock);
    h->closing = true;
    pthread_cond_broadcast(&h->wake);
    pthread_cond_broadcast(&h->room);
    pthread_mutex_unlock(&h->lock);
}
