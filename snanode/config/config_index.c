/* Names and where they stand: an open table of places in another one, whose names the caller compares. */
#include <stdlib.h>
#include <string.h>

#include "snanode/config/config_build.h"

/* In upper case, as most names are: those of users are found however they are written. */
static size_t hash(const char *s)
{
    uint32_t h = 2166136261u; /* FNV-1a */
    for (; *s; s++)
        h = (h ^ (*s >= 'a' && *s <= 'z' ? (unsigned char)*s - 32u : (unsigned char)*s)) * 16777619u;
    return h;
}

size_t config_index_slot(const struct cfg_index *ix, const char *name)
{
    return hash(name) & (ix->n_slots - 1);
}

size_t config_index_next(const struct cfg_index *ix, size_t slot)
{
    return (slot + 1) & (ix->n_slots - 1);
}

void config_index_put(struct cfg_index *ix, const char *name, size_t at)
{
    size_t i = config_index_slot(ix, name);
    while (ix->slots[i])
        i = config_index_next(ix, i);
    ix->slots[i] = (uint32_t)(at + 1);
}

bool config_index_clear(struct cfg_index *ix, size_t n)
{
    size_t want = 16;
    while (want < 4 * (n + 1))
        want *= 2;
    if (want > ix->n_slots) {
        uint32_t *slots = realloc(ix->slots, want * sizeof *slots);
        if (!slots)
            return false;
        ix->slots = slots;
        ix->n_slots = want;
    }
    memset(ix->slots, 0, ix->n_slots * sizeof *ix->slots);
    return true;
}
