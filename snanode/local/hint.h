/* hint.h - whether anything has come for one side of a conversation, without a system call.  Layer: local
 * (pure).  A memfd of the node for each user, which all programs of that user can write; a program gets it
 * with its welcome.  Whoever has written a frame into the socket of a conversation counts it here, after the
 * write. Nobody trusts the count: a wrong one makes a program look into its socket for nothing, or makes it
 * see the partner's error when the turn goes instead of at the next Send_Data.  A program can disturb those
 * of its own user alone, and sees nothing of others. */
#ifndef SNA_LOCAL_HINT_H
#define SNA_LOCAL_HINT_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/base/idtab.h"
#include "snanode/local/stay.h"

#define HINT_CONVERSATIONS 16384u /* those with a higher slot have no count */

/* The conversation of one slot (idtab.h), in a cache line of its own. */
struct hint {
    /* Frames that have come for sides A and B, and 1; 0: they are not counted, look each time. */
    _Atomic uint32_t came[2];
    stay_word stay; /* the session stays with both programs, 0 = it does not */
    uint32_t reserved[12];
};

struct hints {
    _Atomic uint32_t page; /* number of this page, never 0: another node's page has another */
    uint32_t reserved[15];
    struct hint of[HINT_CONVERSATIONS];
};

_Static_assert(sizeof(struct hint) == 64, "a conversation has a cache line");
_Static_assert(offsetof(struct hint, stay) == 8 && _Alignof(struct hint) == 8,
               "moved at once by all programs");
_Static_assert(offsetof(struct hints, of) == 64, "the same for programs of 32 bits");

/* The count of conversation CONV in page P; NULL: it has none. */
static inline struct hint *hint_of(struct hints *p, uint32_t conv)
{
    return p && IDTAB_SLOT(conv) < HINT_CONVERSATIONS ? &p->of[IDTAB_SLOT(conv)] : NULL;
}

/* N frames have been written for SIDE of H; H may be NULL.  After 2^32 frames they are no longer counted. */
static inline void hint_came(struct hint *h, unsigned side, uint32_t n)
{
    if (h && atomic_load_explicit(&h->came[side], memory_order_relaxed) != 0)
        atomic_fetch_add_explicit(&h->came[side], n, memory_order_release);
}

/* Count from now on, or (START 0) no longer. */
static inline void hint_set(struct hint *h, uint32_t start)
{
    if (!h)
        return;
    atomic_store_explicit(&h->came[0], start, memory_order_relaxed);
    atomic_store_explicit(&h->came[1], start, memory_order_relaxed);
}

#define HINT_START 1

#endif
