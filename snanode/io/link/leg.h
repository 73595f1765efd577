/* leg.h - the TCP connections of a line: octets between streams and the DLSw partner.  Layer: io. */
#ifndef SNA_IO_LINK_LEG_H
#define SNA_IO_LINK_LEG_H

#include "snanode/io/link/line.h"

/* What a leg tells its line. */
struct leg_user {
    void (*run)(struct line *l);                     /* octets have come or gone */
    void (*failed)(struct line *l, const char *why); /* before the partner knew of it */
};
extern struct leg_user leg_user;

#define LEG_LINES_MAX   64 /* connections that share a port */
#define LEG_PENDING_MAX 32 /* callers of a port that have not shown yet who they are [L144] */

/* FD for one of N lines (at most LEG_LINES_MAX); with TLS the peer shows which, without it is the first.  The
 * lines' partners exist.  PENDING: FD was accepted, and waits on this list until it has a line; when there
 * are too many the oldest one goes.  NULL: FD was made by us.  -1: no memory; FD is closed. */
int leg_new(struct server *s, int fd, struct list *pending, struct line *const *v, size_t n, struct tls *tls);

/* End the leg CONN of L, in order. */
void leg_close(struct line *l, enum peer_conn conn);
/* ... with a reset: what the peer still sends is not read. */
void leg_cut(struct line *l, enum peer_conn conn);

/* Write what the partner has to say; true when it took anything. */
bool leg_write(struct line *l);
/* Read on, if the partner takes input again. */
void leg_resume(struct line *l);

#endif
