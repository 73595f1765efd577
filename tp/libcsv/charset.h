/* charset.h - the character sets of CONVERT: A, AE, and G with the user's table.  Inside the library only. */
#ifndef LIBCSV_CHARSET_H
#define LIBCSV_CHARSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum charset { CHARSET_A, CHARSET_AE };

/* Convert the N octets at FROM to TO, which may overlap; TO_EBCDIC: from ASCII, else from EBCDIC.  An octet
 * that the set has not, and a blank before the last character, becomes 00.  Returns false when one did [HIS:
 * CONVERT; Q139114]. */
bool charset_convert(enum charset set, bool to_ebcdic, const uint8_t *from, uint8_t *to, size_t n);
/* Whether a string of type A may begin with OCTET; of a blank charset_convert decides [V2]. */
bool charset_begins_a(bool to_ebcdic, uint8_t octet);

/* A table of type G: ASCII to EBCDIC, and EBCDIC to ASCII. */
struct gtable {
    uint8_t to_ebcdic[256], to_ascii[256];
};
#define GTABLE_FILE_MAX 1089 /* octets of a file: 32 lines of 32 digits, CR and LF, and a Ctrl-Z */

/* Read the N octets TEXT of a table file.  Returns 0; -1: they are not in the format [HIS: CONVERT]. */
int gtable_parse(struct gtable *t, const char *text, size_t n);
/* Find and read the table of this process.  Returns 0; -1: none is named, or it cannot be read or has another
 * format. */
int gtable_load(struct gtable *t);
/* As charset_convert: an octet other than 00 for which the table has 00 is not in it. */
bool gtable_convert(const struct gtable *t, bool to_ebcdic, const uint8_t *from, uint8_t *to, size_t n);

#endif
