/* tpchange.h - TPs set up, changed and removed in a registry file, as TPSETUP writes them.
 * Layer: rules of TPSETUP (pure).  [SDK; R12] to [R18]
 *
 * E is the file, REG the tree that regfile_read makes of it.  Each function returns true, or false with
 * *WHY set: the caller must then discard E. */
#ifndef ATTACHMGR_TPCHANGE_H
#define ATTACHMGR_TPCHANGE_H

#include <stdbool.h>

#include "attachmgr/registry/regedit.h"
#include "attachmgr/registry/regfile.h"
#include "attachmgr/setup/tpspec.h"

/* Add the TP S.  One that is there already is refused unless REPLACE; its users, and values that TPSETUP
 * does not know, stay unless CLEAN. */
bool tpchange_add(struct regedit *e, const struct regfile *reg, const struct tpspec *s, bool replace,
                  bool clean, struct tpspec_why *why);

/* Change the settings that are given in S; the case of S->name does not count. */
bool tpchange_change(struct regedit *e, const struct regfile *reg, const struct tpspec *s,
                     struct tpspec_why *why);

/* Remove all entries of the TP called NAME, whose case does not count. */
bool tpchange_remove(struct regedit *e, const struct regfile *reg, const char *name, struct tpspec_why *why);

/* Is there an entry of the TP called NAME? */
bool tpchange_exists(const struct regfile *reg, const char *name);

#endif
