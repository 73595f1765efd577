/* stats.h - the page in which a process shows the state of its conversations.  Layer: local (pure).
 * An array of slots in a memfd that the node makes for the process and sends with its welcome; the node reads
 * it (pread, never mapped) to display it and believes nothing in it. */
#ifndef SNA_LOCAL_STATS_H
#define SNA_LOCAL_STATS_H

#include <stddef.h>
#include <stdint.h>

#define STATS_SLOT_NONE 0xFFFFFFFFu
#define STATS_SLOTS     65536u /* in a page, whose memory grows by use */

struct stats_slot {
    uint32_t conv;  /* the conversation, 0 = free */
    uint32_t state; /* CPI-C conversation state */
    uint64_t sent;  /* octets of user data */
    uint64_t received;
    uint64_t sent_records;
    uint64_t received_records;
    uint64_t last_ms; /* CLOCK_MONOTONIC of the last call that moved data or state, to a millisecond */
    uint64_t reserved[2];
};

_Static_assert(sizeof(struct stats_slot) == 64, "a slot is a cache line");
/* A program of 32 bits has the same page as the node. */
_Static_assert(offsetof(struct stats_slot, sent) == 8 && offsetof(struct stats_slot, last_ms) == 40,
               "no gaps");

#endif
