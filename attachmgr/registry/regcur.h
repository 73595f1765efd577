/* regcur.h - a place in a line of a registry file, and what is taken there.  Layer: registry files (pure).
 * For regfile.c, regkey.c and regvalue.c. */
#ifndef ATTACHMGR_REGCUR_H
#define ATTACHMGR_REGCUR_H

#include <stdbool.h>
#include <stdint.h>

struct regcur {
    const char *p, *end;
};

void regcur_skip_blanks(struct regcur *c);
/* Nothing more on the line but blanks and a comment?  Passes over the blanks. */
bool regcur_at_end(struct regcur *c);
/* WORD at C without regard to case; passes over it. */
bool regcur_take_word(struct regcur *c, const char *word);
/* Up to MAX hexadecimal digits; how many there were, MAX + 1 when there are more. */
unsigned regcur_take_hex(struct regcur *c, unsigned max, uint32_t *value);

#endif
