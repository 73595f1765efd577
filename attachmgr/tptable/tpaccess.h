/* tpaccess.h - who may do what with the node, as the registry says.  Layer: TP table (pure).
 * Our own values under SnaBase\Parameters: AdminGroup, and the key AllocateAccess with a value for each local
 * LU, "LUALIAS"="user,@group,...". */
#ifndef ATTACHMGR_TPACCESS_H
#define ATTACHMGR_TPACCESS_H

#include "snanode/base/names.h"

struct tp_table;
struct reg_key;
struct diag;

/* Who may allocate on a local LU. */
struct tp_access {
    char lu[NAME_ROOM8];
    char **who; /* user names, and group names behind an @; NULL-terminated, never empty */
};

/* BASE: the Parameters key, ACCESS: the key AllocateAccess; either may be NULL. */
void tpaccess_build(struct tp_table *t, const struct reg_key *base, const struct reg_key *access,
                    struct diag *d);
void tpaccess_fini(struct tp_table *t);

#endif
