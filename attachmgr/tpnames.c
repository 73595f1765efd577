/* Full TP names that Attaches wait for or programs accept, and the keys of 8 characters that they share. */
#include <stdlib.h>

#include "attachmgr/state.h"

const struct match_name name_of_managers = {.n = 0};

static uint64_t name_hash(const struct attachmgr *am, const struct match_name *name)
{
    return hash_octets(am->seed, name->s, name->n);
}

struct am_name *name_find(const struct attachmgr *am, const struct match_name *name)
{
    for (struct hash_node *e = hash_first(&am->names, name_hash(am, name)); e; e = hash_next(e)) {
        struct am_name *n = LIST_OWNER(e, struct am_name, by_name);
        if (match_name_equal(&n->name, name))
            return n;
    }
    return NULL;
}

struct am_key *key_find(const struct attachmgr *am, uint64_t key)
{
    struct hash_node *e = hash_first(&am->keys, hash_u64(key));
    return e ? LIST_OWNER(e, struct am_key, by_key) : NULL;
}

static struct am_key *key_get(struct attachmgr *am, uint64_t key)
{
    struct am_key *k = key_find(am, key);
    if (!k && (k = calloc(1, sizeof *k))) {
        k->key = key;
        list_init(&k->names);
        hash_add(&am->keys, &k->by_key, hash_u64(key));
    }
    return k;
}

static void key_put(struct attachmgr *am, struct am_key *k)
{
    if (list_empty(&k->names)) {
        hash_remove(&am->keys, &k->by_key);
        free(k);
    }
}

struct am_name *name_get(struct attachmgr *am, const struct match_name *name)
{
    struct am_name *n = name_find(am, name);
    struct am_key *k;
    if (n)
        return n;
    k = key_get(am, match_key(name));
    if (!k)
        return NULL;
    n = calloc(1, sizeof *n);
    if (!n) {
        key_put(am, k);
        return NULL;
    }
    n->name = *name;
    n->key = k;
    list_init(&n->queues);
    list_append(&k->names, &n->in_key);
    hash_add(&am->names, &n->by_name, name_hash(am, name));
    return n;
}

void name_put(struct attachmgr *am, struct am_name *n)
{
    struct am_key *k = n->key;
    if (n->ready || !list_empty(&n->queues))
        return;
    list_remove(&n->in_key);
    hash_remove(&am->names, &n->by_name);
    free(n);
    key_put(am, k);
}
