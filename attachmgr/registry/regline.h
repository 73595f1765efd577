/* regline.h - what one line of a registry file is.  Layer: registry files (pure).
 * For regedit.c, and for files that regfile_read has found without errors: nothing is judged here. */
#ifndef ATTACHMGR_REGLINE_H
#define ATTACHMGR_REGLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "attachmgr/registry/regtext.h"

enum regline_kind {
    REGLINE_HEADER,
    REGLINE_BLANK,
    REGLINE_COMMENT,
    REGLINE_KEY,           /* [KEY] */
    REGLINE_DELETED_KEY,   /* [-KEY] */
    REGLINE_VALUE,         /* "name"=... or @=..., its first line */
    REGLINE_DELETED_VALUE, /* "name"=- */
    REGLINE_MORE           /* a further line of a value */
};

/* The N octets of UTF-8 at S, without their line end.  *OPEN is carried from line to line, false at first:
 * the value goes on in the next one.  NAME becomes the key's full path with a long root name, or the value's
 * name. *COMMENT is where a comment behind a whole value begins, with the blanks before it; N when there is
 * none. False when out of memory. */
bool regline_take(const char *s, size_t n, bool *open, enum regline_kind *kind, struct regtext *name,
                  size_t *comment);

#endif
