#include "snanode/base/hash.h"

#include <stdlib.h>

enum { HASH_FIRST = 64 };

int hash_init(struct hash *t)
{
    *t = (struct hash){.v = calloc(HASH_FIRST, sizeof *t->v), .cap = HASH_FIRST};
    return t->v ? 0 : -1;
}

void hash_fini(struct hash *t)
{
    free(t->v);
    *t = (struct hash){0};
}

static void put(struct hash_node **v, size_t cap, struct hash_node *e)
{
    struct hash_node **at = &v[e->h & (cap - 1)];
    e->next = *at;
    *at = e;
}

static void grow(struct hash *t)
{
    size_t cap = t->cap * 2;
    struct hash_node **v = calloc(cap, sizeof *v);
    if (!v)
        return;
    for (size_t i = 0; i < t->cap; i++)
        for (struct hash_node *e = t->v[i], *next; e; e = next) {
            next = e->next;
            put(v, cap, e);
        }
    free(t->v);
    t->v = v;
    t->cap = cap;
}

void hash_add(struct hash *t, struct hash_node *e, uint64_t h)
{
    if (t->n >= t->cap / 2) /* short chains: each member in a chain is a line of memory to fetch */
        grow(t);
    e->h = h;
    put(t->v, t->cap, e);
    t->n++;
}

void hash_remove(struct hash *t, struct hash_node *e)
{
    struct hash_node **at = &t->v[e->h & (t->cap - 1)];
    while (*at != e)
        at = &(*at)->next;
    *at = e->next;
    t->n--;
}

struct hash_node *hash_first(const struct hash *t, uint64_t h)
{
    struct hash_node *e = t->v[h & (t->cap - 1)];
    while (e && e->h != h)
        e = e->next;
    return e;
}

struct hash_node *hash_next(const struct hash_node *e)
{
    uint64_t h = e->h;
    for (e = e->next; e && e->h != h; e = e->next)
        ;
    return (struct hash_node *)(uintptr_t)e;
}

/* The finalizer of splitmix64. */
uint64_t hash_u64(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

uint64_t hash_octets(uint64_t key, const void *p, size_t n)
{
    const uint8_t *s = p;
    uint64_t h = key;
    for (size_t i = 0; i < n; i++)
        h = (h ^ s[i]) * 0x100000001B3u;
    return hash_u64(h);
}
