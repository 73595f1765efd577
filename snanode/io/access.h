/* access.h - who may administer the node and allocate on its LUs.  Layer: io. */
#ifndef SNA_IO_ACCESS_H
#define SNA_IO_ACCESS_H

#include <stdbool.h>

#include "attachmgr/tptable/tptable.h"

struct access;

/* Resolve the rules of T to users and groups of this machine.  Unknown names match nobody and give a
 * warning.  NULL: out of memory. */
struct access *access_new(const struct tp_table *t);
void access_free(struct access *a);

/* FD: the connection of the process that asks, UID: its user. */
bool access_in_group(int fd, unsigned gid);
/* Whether the process may change what runs: the node's user, root, members of AdminGroup. */
bool access_admin(const struct access *a, int fd, unsigned uid);
/* Whether the process may allocate on the local LU; an LU without a rule is open to everybody who may
 * connect. */
bool access_allocate(const struct access *a, const char *lu, int fd, unsigned uid);
/* ... the user ACCOUNT of another machine, as this machine knows that name: its user and groups.  "" or a
 * name that is not known here: nobody. */
bool access_allocate_named(const struct access *a, const char *lu, const char *account);

#endif
