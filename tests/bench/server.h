/* server.h - a server that somebody else has made, started for rows of the benchmark. */
#ifndef TESTS_BENCH_SERVER_H
#define TESTS_BENCH_SERVER_H

#include <netinet/in.h>
#include <sys/un.h>

#include "tests/bench/row.h"

struct server {
    pid_t pid;
    union {
        struct sockaddr any;
        struct sockaddr_in in;
        struct sockaddr_un un;
    } at;
    socklen_t at_n;
    char why[200]; /* it does not run */
};

/* The address of a port of the loopback interface that nobody has; of a socket in the directory of B. */
void server_at_port(struct server *s);
void server_at_path(struct server *s, const struct bench *b, const char *name);
int server_port(const struct server *s);

/* Run ARGV, whose program is looked for in PATH and the sbin directories, until it answers at S->at.  What it
 * prints is in DIR/NAME.log.  False: S->why says why not. */
bool server_start(struct server *s, const struct bench *b, const char *name, const char *const *argv);
/* A connection to it; -1: there is none. */
int server_connect(const struct server *s);
void server_stop(struct server *s);

#endif
