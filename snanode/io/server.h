/* server.h - the life of the running node.  Layer: io. */
#ifndef SNA_IO_SERVER_H
#define SNA_IO_SERVER_H

#include "snanode/io/context.h"

/* Everything but the listening socket.  0 or -1. */
int server_init(struct server *s);
void server_fini(struct server *s);

#endif
