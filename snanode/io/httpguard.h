/* httpguard.h - who may have what the HTTP server shows.  Layer: io; it does no I/O.
 * A browser that was led here by another site's name gives that name as Host: only names of this server are
 * answered.  A token is what Authorization carries, as a Bearer token, or as the password of Basic, which a
 * browser asks for.  [RFC 7235; RFC 7617; RFC 6750] */
#ifndef SNA_IO_HTTPGUARD_H
#define SNA_IO_HTTPGUARD_H

#include <stdbool.h>
#include <stddef.h>

#define HTTPGUARD_TOKEN_MIN 16
#define HTTPGUARD_TOKEN_MAX 128 /* characters */

/* Whether ARG knows the name NAME as one of this server's. */
typedef bool httpguard_known(const void *arg, const char *name);

/* Whether HOST, the header or NULL, is a name of this server: an address as numbers, localhost, or a name
 * that KNOWN knows (NULL: there are none). */
bool httpguard_host(const char *host, httpguard_known *known, const void *arg);

/* Whether AUTHORIZATION, the header or NULL, has TOKEN.  The time it takes does not depend on how much of it
 * is right. */
bool httpguard_authorized(const char *authorization, const char *token);

/* The token in TEXT (N octets), a file: its first line without blanks at its end, into OUT.  False, with the
 * reason in *WHY, when it is too short or too long, or has characters that no header can carry. */
bool httpguard_read_token(const char *text, size_t n, char out[HTTPGUARD_TOKEN_MAX + 1], const char **why);

#endif
