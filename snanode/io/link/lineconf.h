/* lineconf.h - what a line takes from its connection of the configuration.  Layer: io. */
#ifndef SNA_IO_LINK_LINECONF_H
#define SNA_IO_LINK_LINECONF_H

#include "snanode/io/link/line.h"

/* L, of a server, has what CONN says, which is copied. */
void line_configure(struct line *l, const struct cfg_conn *conn);
/* One TCP connection for both directions is all that L has [L121]. */
bool line_is_single(const struct line *l);
/* The DLSw partner of L, which is configured.  NULL: out of memory. */
struct peer *line_make_peer(const struct line *l);

#endif
