/* repeat.h - which of many similar log lines are written.  Layer: base (pure: the time comes in).
 * Two lines are alike when they have the same level and text, apart from the numbers of processes,
 * conversations and users.  In lines printed by a TP every number counts: the node does not know what it
 * means. Up to REPEAT_BURST similar lines are written in REPEAT_MS; the rest are counted, and one line says
 * how many. */
#ifndef SNA_BASE_REPEAT_H
#define SNA_BASE_REPEAT_H

#include <stdbool.h>
#include <stdint.h>

#include "snanode/base/log.h"

#define REPEAT_BURST 10
#define REPEAT_MS    10000
/* Kinds of lines that are counted at the same time; a new kind takes the place of the oldest. */
#define REPEAT_SLOTS 32
#define REPEAT_LINE  1024

struct repeat_slot {
    enum log_level level;
    uint32_t hash;          /* of TEXT */
    uint64_t since_ms;      /* first line of this period; 0 = the slot is free */
    unsigned seen, held;    /* lines in this period, and how many of them were not written */
    char text[REPEAT_LINE]; /* what lines must share to be counted here */
    char last[REPEAT_LINE]; /* the latest line that was not written */
};

struct repeat {
    unsigned owing; /* slots that have lines which were not written */
    struct repeat_slot slot[REPEAT_SLOTS];
};

/* Whether LINE is to be written at NOW_MS (any clock that does not go back). */
bool repeat_admit(struct repeat *r, enum log_level level, const char *line, uint64_t now_ms);

/* The next line that says how many lines were not written, in a period that is over at NOW_MS or, when ALL,
 * in any period. Call it until it returns false, before repeat_admit() and when the log ends.  OUT has CAP
 * octets. */
bool repeat_next(struct repeat *r, uint64_t now_ms, bool all, enum log_level *level, char *out, unsigned cap);

/* When repeat_next() will next have a line; UINT64_MAX = never. */
uint64_t repeat_deadline(const struct repeat *r);

#endif
