/* regcursor.h - a place in a line of a registry file, and how to read on from there.  Layer: registry files
 * (pure). For regfile.c, regkey.c and regvalue.c. */
#ifndef ATTACHMGR_REGCURSOR_H
#define ATTACHMGR_REGCURSOR_H

#include <stdbool.h>
#include <stdint.h>

struct regcursor {
    const char *p, *end;
};

void regcursor_skip_blanks(struct regcursor *c);
/* True when only blanks and a comment are left on the line.  Skips the blanks. */
bool regcursor_at_end(struct regcursor *c);
/* True when WORD, in any case, is at C, which then moves past it. */
bool regcursor_take_word(struct regcursor *c, const char *word);
/* Read up to MAX hexadecimal digits into *VALUE.  Returns how many there are; MAX + 1 when there are more. */
unsigned regcursor_take_hex(struct regcursor *c, unsigned max, uint32_t *value);

#endif
