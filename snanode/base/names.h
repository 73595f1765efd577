/* names.h - which characters SNA names may have, and how names are kept.  Layer: base (pure).
 * [HIS: Snacfg APPCLLU; HIS: Snacfg Mode; HIS: Set_Partner_LU_Name; HIS: Set_TP_Name] */
#ifndef SNA_BASE_NAMES_H
#define SNA_BASE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NAME_MAX8        8  /* LU, mode, network, symbolic destination */
#define NAME_FQ_MAX      17 /* NETID.LUNAME */
#define NAME_TP_MAX      64 /* TP name, octets */
#define NAME_USER_MAX    10 /* user ID and password as kept; the calls take 8 */
#define NAME_MACHINE_MAX 15 /* a machine, or the node on it */
#define NAME_PROGRAM_MAX 64 /* name of a program, octets */

/* Room for each as a string, with its NUL. */
#define NAME_ROOM8        (NAME_MAX8 + 1)
#define NAME_FQ_ROOM      (NAME_FQ_MAX + 1)
#define NAME_USER_ROOM    (NAME_USER_MAX + 1)
#define NAME_TP_ROOM      (NAME_TP_MAX + 1)
#define NAME_MACHINE_ROOM (NAME_MACHINE_MAX + 1)
#define NAME_PROGRAM_ROOM (NAME_PROGRAM_MAX + 1)

/* Each accepts 1 to 8 of the characters in its comment. */
bool name_valid_lu_alias(const char *s, size_t n); /* A-Z 0-9 $ # @ %  */
bool name_valid_lu(const char *s, size_t n);       /* A-Z 0-9 $ # @    also network and mode names */
bool name_valid_symdest(const char *s, size_t n);  /* A-Z 0-9 $ # @    */

/* True for the N characters of a fully qualified name: netid (0 to 8), period, LU name (1 to 8). */
bool name_valid_fq(const char *s, size_t n);

/* A TP name as the calls take it: 1 to 64 printable ASCII characters without blanks. */
bool name_valid_tp(const uint8_t *s, size_t n);

/* A TP name for people: as it is, with escapes, or X'...' for a service TP, whose first octet is raw and the
 * others ASCII as in the calls.  Returns OUT. */
const char *name_show_tp(char *out, size_t cap, const uint8_t *s, size_t n, bool service);

/* Convert a-z to upper case in place, whatever the locale. */
void name_fold(char *s);

/* Copy a field of N characters, padded with blanks or NULs, to OUT without the padding: a string of at most
 * CAP-1. Returns the length kept. */
size_t name_unpad(char *out, size_t cap, const void *field, size_t n);

/* Case-insensitive comparison of ASCII strings, as strcasecmp but without the locale. */
int name_casecmp(const char *a, const char *b);

#endif
