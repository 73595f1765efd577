/* access.h - who may administer the node and allocate on its LUs.  Layer: io. */
#ifndef SNA_IO_ACCESS_H
#define SNA_IO_ACCESS_H

#include <stdbool.h>

#include "attachmgr/tptable/tptable.h"

struct access;

/* The rules of T with users and groups of this machine; names that it does not know are warned about, and fit
 * nobody.  NULL: out of memory. */
struct access *access_new(const struct tp_table *t);
void access_free(struct access *a);

/* FD: the connection of the process that asks, UID: its user. */
bool access_in_group(int fd, unsigned gid);
/* Whether it may change what runs: the node's user, root, members of AdminGroup. */
bool access_admin(const struct access *a, int fd, unsigned uid);
/* Whether it may allocate on the local LU; one without a rule is open to everybody who may connect. */
bool access_allocate(const struct access *a, const char *lu, int fd, unsigned uid);

#endif
