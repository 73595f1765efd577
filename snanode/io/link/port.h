/* port.h - a TCP port to be called at.  Layer: io. */
#ifndef SNA_IO_LINK_PORT_H
#define SNA_IO_LINK_PORT_H

#include "snanode/io/link/cause.h"

struct server;
struct port;

/* FD: a connection, which is the user's now.  The port is not closed in here. */
typedef void port_fn(void *arg, int fd);

/* Listen at ADDRESS: numeric, localhost, or * for all, and a port, 0 for one that the system chooses.  CALLED
 * is called with ARG for each connection.  NULL, with WHY, when that cannot be. */
struct port *port_open(struct server *s, const char *address, port_fn *called, void *arg,
                       struct stream_end *why);

/* Where it listens, with the port that the system has chosen. */
const char *port_address(const struct port *p);

/* P may be NULL. */
void port_close(struct port *p);

#endif
