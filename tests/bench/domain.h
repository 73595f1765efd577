/* domain.h - the rows of a domain: two machines, and the directory by itself. */
#ifndef TESTS_BENCH_DOMAIN_H
#define TESTS_BENCH_DOMAIN_H

#include "tests/bench/row.h"

/* What needs a nats-server is left out where there is none. */
void in_domain(struct bench *b);

#endif
