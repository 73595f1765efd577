/* idtab.h - things by number: an id combines a slot and the slot's generation, so a stale id finds nothing.
 * Layer: base (pure).  Ids are never 0. */
#ifndef SNA_BASE_IDTAB_H
#define SNA_BASE_IDTAB_H

#include <stdint.h>

#define IDTAB_SLOT_BITS 20
#define IDTAB_SLOT(id)  ((id) & ((1u << IDTAB_SLOT_BITS) - 1))

struct idtab {
    void **things;  /* by slot; NULL = free */
    uint32_t *ids;  /* by slot: the id in use, or the last one */
    uint32_t *free; /* free slots */
    uint32_t cap, n_free, n;
};

/* Enter THING; returns its id, or 0 when out of memory or of slots. */
uint32_t idtab_add(struct idtab *t, void *thing);
/* The thing with this id, or NULL. */
void *idtab_get(const struct idtab *t, uint32_t id);
void idtab_remove(struct idtab *t, uint32_t id);
/* The first thing at or after slot *I, which is moved past it; NULL at the end. */
void *idtab_next(const struct idtab *t, uint32_t *i);
void idtab_fini(struct idtab *t);

#endif
