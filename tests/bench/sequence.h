/* sequence.h - rows that say what a design can reach. */
#ifndef TESTS_BENCH_SEQUENCE_H
#define TESTS_BENCH_SEQUENCE_H

#include "tests/bench/row.h"

void sequences(struct bench *b);

#endif
