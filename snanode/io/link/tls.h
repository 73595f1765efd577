/* tls.h - TLS 1.3 with certificates of both sides.  Layer: io.  OpenSSL is seen here, in tlsmemory.c and in
 * stream.c only.  The peer is known by its certificate, never by its address [L108]; http.c has guests. */
#ifndef SNA_IO_LINK_TLS_H
#define SNA_IO_LINK_TLS_H

#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

#include "snanode/io/link/cause.h"

struct tls;
struct tls_session;

/* PEM files; CA may be "" where peers are known by hashes alone. */
struct tls_files {
    const char *certificate, *key, *ca;
};

/* Read the files.  NULL, with the reason in WHY (CAP octets), when one cannot be read or used: the key must
 * belong to the certificate, and nobody but its owner may read it.  Touches nothing of the node. */
struct tls *tls_new(const struct tls_files *files, char *why, size_t cap);

/* T may be NULL.  Sessions that it has made go on. */
void tls_free(struct tls *t);

/* When the certificate ends. */
time_t tls_expires(const struct tls *t);

/* TLS on one connection, which CONNECTING says who has made.  The peer's certificate must have one of the N
 * NAMES, which are copied: a subject alternative name (DNS) and the word of the authorities, or sha256: and
 * its hash in upper case hex; or tls_anybody alone, by its address: whomever the authorities vouch for.  No
 * configuration can say that.  NULL: out of memory. */
extern const char tls_anybody[];
struct tls_session *tls_session_new(struct tls *t, bool connecting, const char *const *names, size_t n);
void tls_session_free(struct tls_session *ts);

/* Whether T's own certificate has the subject alternative name NAME (DNS); and the peer's of an established
 * session. */
bool tls_has_name(const struct tls *t, const char *name);
bool tls_peer_has_name(const SSL *ssl, const char *name);

/* A connection of a guest, for whom we have a certificate, and who shows none: a browser.  It is for the
 * caller, who gives it to a bufferevent; NULL: out of memory. */
SSL *tls_guest(struct tls *t);

/* The OpenSSL object.  Whoever gives it to a bufferevent gives it away. */
SSL *tls_session_take(struct tls_session *ts);

/* Once the handshake is over: octets to and from the socket itself, whole records, and as many of them in one
 * system call as there are.  tls_read: how many of up to CAP octets have come; 0: the peer has ended it in
 * order; -1 with errno: EAGAIN, nothing is there; another one, the connection has failed, and OpenSSL's queue
 * may say why.  tls_write: how many of N octets are gone; those that are not have to be written again, from
 * the first on and not fewer. */
void tls_read_ahead(SSL *ssl, size_t octets);
ssize_t tls_read(SSL *ssl, void *buf, size_t cap);
/* Whether some have been read from the socket and not been taken. */
bool tls_has_more(const SSL *ssl);
size_t tls_write(SSL *ssl, const void *p, size_t n);
/* The oldest fault that OpenSSL's queue has, which is emptied; 0 = none. */
unsigned long tls_fault(void);

/* Position in NAMES of the peer, -1 before it is known. */
int tls_session_peer(const struct tls_session *ts);

/* ERROR, of OpenSSL's queue, has ended the session: why, into E. */
void tls_session_failed(const struct tls_session *ts, unsigned long error, struct stream_end *e);

#endif
