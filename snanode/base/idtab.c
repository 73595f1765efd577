#include "snanode/base/idtab.h"

#include <stdlib.h>

static int grow(struct idtab *t)
{
    uint32_t cap = t->cap ? t->cap * 2 : 64;
    if (cap > 1u << IDTAB_SLOT_BITS)
        return -1;
    void **things = realloc(t->things, cap * sizeof *things);
    if (things)
        t->things = things;
    uint32_t *ids = realloc(t->ids, cap * sizeof *ids);
    if (ids)
        t->ids = ids;
    uint32_t *fr = realloc(t->free, cap * sizeof *fr);
    if (fr)
        t->free = fr;
    if (!things || !ids || !fr)
        return -1;
    for (uint32_t i = cap; i-- > t->cap;) {
        t->things[i] = NULL;
        t->ids[i] = i;
        t->free[t->n_free++] = i;
    }
    t->cap = cap;
    return 0;
}

uint32_t idtab_add(struct idtab *t, void *thing)
{
    if (t->n_free == 0 && grow(t) < 0)
        return 0;
    uint32_t slot = t->free[--t->n_free];
    t->ids[slot] += 1u << IDTAB_SLOT_BITS; /* next generation; wraps around */
    if (t->ids[slot] >> IDTAB_SLOT_BITS == 0)
        t->ids[slot] += 1u << IDTAB_SLOT_BITS;
    t->things[slot] = thing;
    t->n++;
    return t->ids[slot];
}

void *idtab_get(const struct idtab *t, uint32_t id)
{
    uint32_t slot = IDTAB_SLOT(id);
    return slot < t->cap && t->ids[slot] == id ? t->things[slot] : NULL;
}

void idtab_remove(struct idtab *t, uint32_t id)
{
    if (!idtab_get(t, id))
        return;
    uint32_t slot = IDTAB_SLOT(id);
    t->things[slot] = NULL;
    t->free[t->n_free++] = slot;
    t->n--;
}

void *idtab_next(const struct idtab *t, uint32_t *i)
{
    while (*i < t->cap)
        if (t->things[(*i)++])
            return t->things[*i - 1];
    return NULL;
}

void idtab_fini(struct idtab *t)
{
    free(t->things);
    free(t->ids);
    free(t->free);
    *t = (struct idtab){.cap = 0};
}
