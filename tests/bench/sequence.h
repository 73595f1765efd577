/* sequence.h - rows that say what a design can reach. */
#ifndef TESTS_BENCH_SEQUENCE_H
#define TESTS_BENCH_SEQUENCE_H

#include "tests/bench/row.h"

void sequences(struct bench *b);

/* turns.c: a worker that has invokers come in their turns, as the struct turns at ARG says. */
struct turns {
    unsigned invokers;
    bool called; /* an Attach flows when its number is called, not before */
};
void sequence_turns(int fd, const void *arg);

/* copies.c: a worker whose conversations have a new copy each, as the struct copies at ARG says. */
struct copies {
    const char *tp, *path; /* the small TP; a socket to be made */
};
void sequence_copies(int fd, const void *arg);

#endif
