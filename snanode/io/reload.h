/* reload.h - the configuration files, read again.  Layer: io. */
#ifndef SNA_IO_RELOAD_H
#define SNA_IO_RELOAD_H

#include <stdbool.h>
#include <stdint.h>

struct server;

/* Read the configuration files again, and tell CLIENT (0 = nobody) when that is done.  A bad file changes
 * nothing; good files replace the configuration in force [A21; A29]: new TPs are known at once, running
 * copies go on.  False when it cannot begin. */
bool reload_begin(struct server *s, uint32_t client);
void reload_forget(struct server *s); /* the node ends */

#endif
