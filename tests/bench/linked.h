/* linked.h - the rows of two nodes with a DLSw link between them, plain and with TLS. */
#ifndef TESTS_BENCH_LINKED_H
#define TESTS_BENCH_LINKED_H

#include "tests/bench/row.h"

void linked(struct bench *b);

#endif
