/* regline.h - what one line of a registry file is.  Layer: registry files (pure).  For regedit.c.  The file
 * must be one in which regfile_read finds no errors: nothing is judged here. */
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

/* The N octets of UTF-8 at S, without their line end.  *OPEN, false at first, is carried from line to
 * line: it says that the value goes on in the next line.  NAME becomes the key's full path with a long
 * root name, or the value's name.  *COMMENT is where a comment after a whole value begins, with the blanks
 * before it; N when there is none. False when out of memory. */
bool regline_take(const char *s, size_t n, bool *open, enum regline_kind *kind, struct regtext *name,
                  size_t *comment);

#endif
