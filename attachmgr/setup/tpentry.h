/* tpentry.h - the keys and values of one TP, as TPSETUP writes them.  Layer: rules of TPSETUP (pure).
 * For tpchange.c.  [SDK] */
#ifndef ATTACHMGR_TPENTRY_H
#define ATTACHMGR_TPENTRY_H

#include <stdbool.h>

#include "attachmgr/registry/regedit.h"
#include "attachmgr/setup/tpspec.h"
#include "attachmgr/setup/tpwhere.h"

struct tpentry {
    struct regedit *e;
    const struct regfile *reg;
    const struct tpspec *s;
    const struct tpwhere *w;     /* where the entry is to be */
    const struct reg_key *users; /* the users so far */
    bool fresh;                  /* there is nothing at W */
    bool failed;
    struct tpspec_why *why;
};

/* Write all settings of C->s to C->w.  The N entries OLD are those so far, at other places or, when it is
 * to be changed, at this one.  CLEAN: nothing of them is kept.  Returns false with *C->why set, as
 * tpentry_change does. */
bool tpentry_put(struct tpentry *c, const struct tpwhere *old, unsigned n, bool clean);

/* Write the settings that are given in C->s to the entry at C->w. */
bool tpentry_change(struct tpentry *c);

/* Remove the entry at W, with the service that it has. */
void tpentry_remove(struct regedit *e, const struct tpwhere *w);

/* Is V text, whole? */
bool tpentry_has_text(const struct reg_value *v);

#endif
