/* notice.h - the page by which the node tells programs what they must know at any time, without a message.
 * Layer: local (pure).  A memfd that only the node can write; a program gets it with its welcome. */
#ifndef SNA_LOCAL_NOTICE_H
#define SNA_LOCAL_NOTICE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NOTICE_SIZE        4096
#define NOTICE_TRACED_BITS 16384u /* conversations that share no bit with another one */

struct notice {
    _Atomic uint32_t
        inited; /* an inited with another number is out of date: side information or local LUs have changed */
    _Atomic uint32_t trace;                           /* number of the trace that is on, 0 = none */
    _Atomic uint32_t traced[NOTICE_TRACED_BITS / 32]; /* ... and the conversations whose frames it wants */
};

_Static_assert(sizeof(struct notice) <= NOTICE_SIZE, "the page is too small");
_Static_assert(offsetof(struct notice, traced) == 8, "the same for programs of 32 bits");

/* The bit of conversation CONV, a number of idtab.h: its slot counts, and far slots share bits. */
static inline uint32_t notice_bit(uint32_t conv)
{
    return conv % NOTICE_TRACED_BITS;
}

/* Whether the trace that is on wants frames of CONV.  The node sees what it did not want and drops it. */
static inline bool notice_traces(const struct notice *p, uint32_t conv)
{
    uint32_t bit = notice_bit(conv);
    return atomic_load_explicit(&p->traced[bit / 32], memory_order_relaxed) >> bit % 32 & 1;
}

#endif
