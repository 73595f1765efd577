/* hash.h - hash table threaded through its members.  Layer: base (pure).
 * The caller's own comparison picks a member from those that have the same 64-bit hash.  Adding cannot
 * fail: when there is no memory to grow, chains get longer and nothing else happens. */
#ifndef SNA_BASE_HASH_H
#define SNA_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

struct hash_node {
    struct hash_node *next;
    uint64_t h;
};

struct hash {
    struct hash_node **v;
    size_t cap; /* a power of two */
    size_t n;
};

/* 0, or -1 when out of memory. */
int hash_init(struct hash *t) __attribute__((warn_unused_result));
void hash_fini(struct hash *t); /* the caller still owns the members */

void hash_add(struct hash *t, struct hash_node *e, uint64_t h);
void hash_remove(struct hash *t, struct hash_node *e);

/* First member with hash H, and the next one after E with the same hash; NULL at the end. */
struct hash_node *hash_first(const struct hash *t, uint64_t h);
struct hash_node *hash_next(const struct hash_node *e);

/* Hash of a number (a bijection), and of N octets under KEY. */
uint64_t hash_u64(uint64_t x);
uint64_t hash_octets(uint64_t key, const void *p, size_t n);

#endif
