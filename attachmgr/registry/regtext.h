/* regtext.h - the text encodings that registry files come in, and a buffer that forgets.
 * Layer: registry files (pure).
 * Registry values may be passwords [HIS: Registry Entries for Clients], so every buffer here is wiped before
 * it goes back to the heap, also when it grows. */
#ifndef ATTACHMGR_REGTEXT_H
#define ATTACHMGR_REGTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct regtext {
    char *p;
    size_t n, cap;
};

/* Append N octets.  False when out of memory; the text is unchanged then. */
bool regtext_add(struct regtext *t, const void *p, size_t n);
bool regtext_putc(struct regtext *t, char c);

/* Empty the text and keep its memory, which is wiped. */
void regtext_reset(struct regtext *t);
void regtext_fini(struct regtext *t);

/* A copy of the text as a string, which the caller frees; NULL when out of memory. */
char *regtext_dup(const struct regtext *t);

/* Wipe N octets at P and free them.  P may be NULL. */
void regtext_wipe_free(void *p, size_t n);

/* True when the N octets at P are well-formed UTF-8 (shortest forms, no surrogates). */
bool regtext_is_utf8(const void *p, size_t n);

enum regtext_rc { REGTEXT_OK, REGTEXT_BAD, REGTEXT_NOMEM };

/* Append the N octets at P, decoded, as UTF-8.  ANSI is taken as UTF-8 where it is valid UTF-8, else as
 * ISO 8859-1.  REGTEXT_BAD: an odd number of octets or half a surrogate pair; what came before it has been
 * appended. */
enum regtext_rc regtext_add_utf16le(struct regtext *t, const uint8_t *p, size_t n);
enum regtext_rc regtext_add_ansi(struct regtext *t, const uint8_t *p, size_t n);

/* Append the N octets of well-formed UTF-8 at P, encoded.  REGTEXT_BAD: a character that ISO 8859-1 does
 * not have; what came before it has been appended. */
bool regtext_put_utf16le(struct regtext *t, const char *p, size_t n);
enum regtext_rc regtext_put_latin1(struct regtext *t, const char *p, size_t n);

/* The string S as messages show it: in OUT, at most 80 octets, control characters as question marks.  Returns
 * OUT. */
#define REGTEXT_SHOW 84
const char *regtext_show(char out[REGTEXT_SHOW], const char *s);

#endif
