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
    const struct reg_key *users; /* who was known */
    bool fresh;                  /* there is nothing at W */
    bool failed;
    struct tpspec_why *why;
};

/* All settings of C->s at C->w; the N entries OLD are what there was, at other places or, when it is to be
 * changed, at this one.  CLEAN: nothing is to be left of them.  False with *C->why set, as all of these. */
bool tpentry_put(struct tpentry *c, const struct tpwhere *old, unsigned n, bool clean);

/* What is given in C->s, at C->w where an entry is. */
bool tpentry_change(struct tpentry *c);

/* Take the entry at W out, with the service that it has. */
void tpentry_remove(struct regedit *e, const struct tpwhere *w);

/* Is V text, whole? */
bool tpentry_has_text(const struct reg_value *v);

#endif
