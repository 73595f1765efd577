/* regtree.h - the tree that registry files are read into: how it changes.  Layer: registry files (pure).
 * For the readers of registry files; readers of the tree need regfile.h only.  Each function returns NULL
 * or false when out of memory. */
#ifndef ATTACHMGR_REGTREE_H
#define ATTACHMGR_REGTREE_H

#include <stdbool.h>

#include "attachmgr/registry/regfile.h"

/* The key at PATH (N octets, with a long root name), made when it is not there yet. */
struct reg_key *regtree_key(struct regfile *r, const char *path, size_t n, const char *file, unsigned line);

/* Delete the key at PATH and all below it.  It is gone for regtree_key at once, but stays on the list of keys
 * until regtree_sweep. */
bool regtree_delete(struct regfile *r, const char *path, size_t n);
void regtree_sweep(struct regfile *r);

/* The value of K called NAME (N octets), empty, in its old place when it was there already. */
struct reg_value *regtree_value(struct reg_key *k, const char *name, size_t n);
void regtree_delete_value(struct reg_key *k, const char *name, size_t n);

/* R's own copy of the file name NAME. */
const char *regtree_file(struct regfile *r, const char *name);

/* The long name of the root key ROOT (N octets; HKLM, hkey_local_machine...), or NULL when there is no such
 * root. */
const char *regtree_root(const char *root, size_t n);

#endif
