/* dial.h - a TCP connection to a host that is given by name or address.  Layer: io.
 * Nothing waits: names are looked up by the resolver of libevent (evdns), which reads /etc/hosts and
 * /etc/resolv.conf and asks from within the loop [L111].  The addresses of a name are tried one after the
 * other. */
#ifndef SNA_IO_LINK_DIAL_H
#define SNA_IO_LINK_DIAL_H

#include "snanode/io/link/cause.h"

struct server;
struct dial;

#define DIAL_ADDRESS_S 5  /* each address has so long to answer */
#define DIAL_NAME_S    15 /* ... and name servers */

/* FD: the connection, which is the user's now, or -1, and then WHY, of the last address.  The dial is gone
 * after this. */
typedef void dial_fn(void *arg, int fd, const struct stream_end *why);

/* Connect to ADDRESS, HOST:PORT or [HOST]:PORT.  DONE is called with ARG, in a later turn of the loop.  NULL:
 * out of memory. */
struct dial *dial_begin(struct server *s, const char *address, dial_fn *done, void *arg);

/* Forget it; DONE is not called.  D may be NULL. */
void dial_cancel(struct dial *d);

/* The files of the resolver may have changed. */
void dial_names_again(struct server *s);
/* The node ends.  No dial is left. */
void dial_names_end(struct server *s);

#endif
