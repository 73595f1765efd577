/* reglines.h - a registry file as a list of lines, each with its kind.  Layer: registry files (pure).  For
 * regedit.c. */
#ifndef ATTACHMGR_REGLINES_H
#define ATTACHMGR_REGLINES_H

#include "attachmgr/registry/regedit.h"

/* Take the N octets at TEXT, a file without errors, into E, which is zero.  False when out of memory.  The
 * caller passes E to reglines_fini in any case. */
bool reglines_take(struct regedit *e, const void *text, size_t n);
void reglines_fini(struct regedit *e);

/* Insert the lines of TEXT (UTF-8, each with a line feed) at AT; the octets at TAIL, a comment, follow the
 * last one.  False when out of memory, or when the file cannot hold TEXT; E is then unchanged. */
bool reglines_insert(struct regedit *e, size_t at, const struct regtext *text, const char *tail,
                     size_t tail_n);

void reglines_remove(struct regedit *e, size_t at, size_t n);

/* How many lines TEXT has. */
size_t reglines_count(const struct regtext *text);

bool reglines_text(const struct regedit *e, struct regtext *out);

#endif
