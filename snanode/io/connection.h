/* connection.h - the life of a connection to the node's socket.  Layer: io. */
#ifndef SNA_IO_CONNECTION_H
#define SNA_IO_CONNECTION_H

#include <stdint.h>

struct client;
struct server;

/* Serve FD, a connection of process PID and user UID.  0, and FD belongs to it; -1 when out of memory. */
int connection_new(struct server *s, int fd, int pid, unsigned uid);
/* A port of the program on C, before the program is a process of the node: *END is the end of its socket that
 * the program gets.  LP_RC_OK, or why there is none. */
uint32_t connection_port(struct client *c, struct client **port, int *end);
void connection_free(struct client *c); /* ... which nobody has joined to a process */
/* Drop those that have not said hello in time; and when the next time is up, UINT64_MAX = never. */
void connection_tick(struct server *s, uint64_t now);
uint64_t connection_deadline(const struct server *s);
void connection_close_all(struct server *s);

#endif
