/* field.h - the fields of verb control blocks that hold names: padded with blanks, in ASCII or EBCDIC. Inside
 * the library only. */
#ifndef LIBAPPC_FIELD_H
#define LIBAPPC_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/base/names.h"

/* The field P of N octets as a string at OUT (N + 1), without the padding, blanks or NULs.  Returns its
 * length. */
size_t field_take(char *out, const uint8_t *p, size_t n);
size_t field_take_ebcdic(char *out, const uint8_t *p, size_t n);
/* TEXT into the field P of N octets. */
void field_give(uint8_t *p, size_t n, const char *text);
void field_give_ebcdic(uint8_t *p, size_t n, const char *text);

/* Whether the N octets at P are all zero. */
bool field_is_zero(const uint8_t *p, size_t n);

/* A TP name of 64 octets EBCDIC as the engine has it: ASCII, but for the first octet of a service TP's name.
 * Returns its length; *SERVICE says what it is. */
unsigned field_take_tp(uint8_t out[NAME_TP_MAX], const uint8_t p[NAME_TP_MAX], bool *service);
/* The other way. */
void field_give_tp(uint8_t p[NAME_TP_MAX], const uint8_t *name, unsigned n);
/* ... and as an Accept has it, with the prefix of a service TP [Q148970]: a string at OUT.  Returns its
 * length. */
unsigned field_take_local_tp(char out[NAME_TP_MAX + 4], const uint8_t p[NAME_TP_MAX]);

#endif
