/* others.h - workers that do the benchmark's work with what others have made, where that was installed when
 * the benchmark was built; and their rows. */
#ifndef TESTS_BENCH_OTHERS_H
#define TESTS_BENCH_OTHERS_H

#include "tests/bench/server.h"

void other_zmq(int fd, const void *arg);  /* ARG: URL of its socket */
void other_nng(int fd, const void *arg);  /* likewise */
void other_nats(int fd, const void *arg); /* ARG: URL of the server */
void other_server(int fd,
                  const void *arg); /* ARG: struct server, which starts a program for each connection */

/* The rows: no figure is to be reached, and what is not installed is left out with a word. */
void peers(struct bench *b);

#endif
