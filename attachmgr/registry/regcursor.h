/* regcursor.h - a place in a line of a registry file, and what is taken there.  Layer: registry files (pure).
 * For regfile.c, regkey.c and regvalue.c. */
#ifndef ATTACHMGR_REGCURSOR_H
#define ATTACHMGR_REGCURSOR_H

#include <stdbool.h>
#include <stdint.h>

struct regcursor {
    const char *p, *end;
};

void regcursor_skip_blanks(struct regcursor *c);
/* Nothing more on the line but blanks and a comment?  Passes over the blanks. */
bool regcursor_at_end(struct regcursor *c);
/* WORD at C without regard to case; passes over it. */
bool regcursor_take_word(struct regcursor *c, const char *word);
/* Up to MAX hexadecimal digits; how many there were, MAX + 1 when there are more. */
unsigned regcursor_take_hex(struct regcursor *c, unsigned max, uint32_t *value);

#endif
