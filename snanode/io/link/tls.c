#include "snanode/io/link/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/decoder.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "snanode/io/link/tlsmemory.h"

#define FINGERPRINT "sha256:"

struct tls {
    SSL_CTX *ctx;
    time_t expires;
};

struct tls_session {
    SSL *ssl;
    bool taken;   /* by the bufferevent */
    bool anybody; /* whomever the authorities vouch for */
    int peer;
    char refused[300]; /* why the peer's certificate was not taken, "" = it was */
    size_t n;
    char *names[]; /* owned */
};

/* ---- files ---- */

/* The reason of the oldest error of the queue, which is emptied. */
static const char *openssl_reason(void)
{
    const char *reason = ERR_reason_error_string(ERR_peek_error());
    ERR_clear_error();
    return reason ? reason : "not a PEM file of this kind";
}

static bool readable(const char *what, const char *file, char *why, size_t cap)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        close(fd);
        return true;
    }
    snprintf(why, cap, "%s %s cannot be read: %s", what, file, strerror(errno));
    return false;
}

static bool use_certificate(SSL_CTX *ctx, const char *file, char *why, size_t cap)
{
    if (!readable("certificate", file, why, cap))
        return false;
    if (SSL_CTX_use_certificate_chain_file(ctx, file) == 1)
        return true;
    snprintf(why, cap, "%s has no certificate that can be used: %s", file, openssl_reason());
    return false;
}

/* Nobody is there to type the password of a key. */
static int no_password(char *buf, int size, int writing, void *arg)
{
    (void)buf;
    (void)size;
    (void)writing;
    (void)arg;
    return -1;
}

/* The key in an open file, whose mode is that of what is read. */
static bool use_open_key(SSL_CTX *ctx, FILE *f, const char *file, char *why, size_t cap)
{
    struct stat st;
    if (fstat(fileno(f), &st) < 0 || (st.st_mode & 077) != 0) {
        snprintf(why, cap, "key %s: others than its owner may read it (mode %04o): chmod 600 %s", file,
                 st.st_mode & 07777u, file);
        return false;
    }
    EVP_PKEY *key = PEM_read_PrivateKey(f, NULL, no_password, NULL);
    bool used = key && SSL_CTX_use_PrivateKey(ctx, key) == 1 && SSL_CTX_check_private_key(ctx) == 1;
    if (!key)
        snprintf(why, cap, "%s has no key without a password: %s", file, openssl_reason());
    else if (!used)
        snprintf(why, cap, "key %s is not that of the certificate: %s", file, openssl_reason());
    EVP_PKEY_free(key);
    return used;
}

static bool use_key(SSL_CTX *ctx, const char *file, char *why, size_t cap)
{
    FILE *f = fopen(file, "re");
    if (!f) {
        snprintf(why, cap, "key %s cannot be read: %s", file, strerror(errno));
        return false;
    }
    bool used = use_open_key(ctx, f, file, why, cap);
    fclose(f);
    return used;
}

static bool use_authorities(SSL_CTX *ctx, const char *file, char *why, size_t cap)
{
    if (!*file)
        return true;
    if (!readable("authority", file, why, cap))
        return false;
    STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(file);
    if (names && SSL_CTX_load_verify_locations(ctx, file, NULL) == 1) {
        SSL_CTX_set_client_CA_list(ctx, names);
        return true;
    }
    sk_X509_NAME_pop_free(names, X509_NAME_free);
    snprintf(why, cap, "%s has no certificate of an authority: %s", file, openssl_reason());
    return false;
}

/* OpenSSL reads the extensions of a certificate when it first needs them, and never again: one for which
 * there was no memory then would be invalid for good. */
static void read_extensions(SSL_CTX *ctx)
{
    STACK_OF(X509_OBJECT) *authorities = X509_STORE_get0_objects(SSL_CTX_get_cert_store(ctx));
    X509_check_purpose(SSL_CTX_get0_certificate(ctx), -1, 0);
    for (int i = 0; i < sk_X509_OBJECT_num(authorities); i++) {
        X509 *x = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(authorities, i));
        if (x) /* not a list of those that were called back */
            X509_check_purpose(x, -1, 0);
    }
    ERR_clear_error(); /* a certificate that is wrong is found by who meets it */
}

static time_t time_of(const ASN1_TIME *t)
{
    struct tm tm;
    return ASN1_TIME_to_tm(t, &tm) == 1 ? timegm(&tm) : 0;
}

static int on_verify(int ok, X509_STORE_CTX *store);

/* A session that is taken up again would pass over the certificates: there are none [L112]. */
static void set_rules(SSL_CTX *ctx)
{
    SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(ctx, 0);
    SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN); /* the file has the chain */
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, on_verify);
}

static bool use_files(SSL_CTX *ctx, const struct tls_files *files, char *why, size_t cap)
{
    return use_certificate(ctx, files->certificate, why, cap) && use_key(ctx, files->key, why, cap) &&
           use_authorities(ctx, files->ca, why, cap);
}

/* A context with all that its sessions share, made with all the memory that it asked for; or NULL. */
static SSL_CTX *context_new(const struct tls_files *files, char *why, size_t cap)
{
    unsigned long lost = tls_memory_lost();
    SSL_CTX *ctx = SSL_CTX_new(TLS_method());
    bool used = ctx && use_files(ctx, files, why, cap);
    if (used) {
        set_rules(ctx);
        read_extensions(ctx);
    }
    if (used && tls_memory_lost() == lost)
        return ctx;
    if (tls_memory_lost() != lost)
        snprintf(why, cap, "out of memory");
    SSL_CTX_free(ctx);
    return NULL;
}

static bool algorithms_found;

/* OpenSSL looks for all algorithms of a kind when the first of them is needed, and never again: one for which
 * there was no memory then would be missing for good. */
static void find_algorithms(void)
{
    unsigned long lost = tls_memory_lost();
    unsigned char octet;
    if (OPENSSL_init_ssl(0, NULL) != 1 || tls_memory_lost() != lost)
        return;
    EVP_MD_free(EVP_MD_fetch(NULL, "SHA256", NULL));
    EVP_CIPHER_free(EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL));
    EVP_MAC_free(EVP_MAC_fetch(NULL, "HMAC", NULL));
    EVP_KDF_free(EVP_KDF_fetch(NULL, "HKDF", NULL));
    EVP_RAND_free(EVP_RAND_fetch(NULL, "CTR-DRBG", NULL));
    EVP_KEYMGMT_free(EVP_KEYMGMT_fetch(NULL, "EC", NULL));
    EVP_KEYEXCH_free(EVP_KEYEXCH_fetch(NULL, "X25519", NULL));
    EVP_SIGNATURE_free(EVP_SIGNATURE_fetch(NULL, "ECDSA", NULL));
    OSSL_DECODER_free(OSSL_DECODER_fetch(NULL, "EC", NULL));
    RAND_bytes(&octet, 1);
    RAND_priv_bytes(&octet, 1);
    algorithms_found = tls_memory_lost() == lost;
}

struct tls *tls_new(const struct tls_files *files, char *why, size_t cap)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, find_algorithms);
    if (!algorithms_found) {
        snprintf(why, cap, "OpenSSL got no memory when it was first needed: start the program again");
        return NULL;
    }
    struct tls *t = calloc(1, sizeof *t);
    snprintf(why, cap, "out of memory");
    ERR_clear_error();
    SSL_CTX *ctx = t ? context_new(files, why, cap) : NULL;
    if (!ctx) {
        free(t);
        return NULL;
    }
    t->ctx = ctx;
    t->expires = time_of(X509_get0_notAfter(SSL_CTX_get0_certificate(ctx)));
    return t;
}

void tls_free(struct tls *t)
{
    if (!t)
        return;
    SSL_CTX_free(t->ctx);
    free(t);
}

time_t tls_expires(const struct tls *t)
{
    return t->expires;
}

/* ---- who the peer is ---- */

static bool has_hash(X509 *x, const char *hex)
{
    unsigned char md[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    char text[2 * EVP_MAX_MD_SIZE + 1] = "";
    if (X509_digest(x, EVP_sha256(), md, &n) != 1)
        return false;
    for (unsigned i = 0; i < n; i++)
        snprintf(text + 2 * i, 3, "%02X", md[i]);
    return strcmp(text, hex) == 0;
}

static bool is_hash(const char *name)
{
    return strncmp(name, FINGERPRINT, strlen(FINGERPRINT)) == 0;
}

const char tls_anybody[] = "anybody";

static bool is_called(X509 *x, const char *name)
{
    return X509_check_host(x, name, 0, X509_CHECK_FLAG_NO_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT,
                           NULL) == 1;
}

bool tls_has_name(const struct tls *t, const char *name)
{
    return is_called(SSL_CTX_get0_certificate(t->ctx), name);
}

bool tls_peer_has_name(const SSL *ssl, const char *name)
{
    X509 *x = SSL_get0_peer_certificate(ssl);
    return x && is_called(x, name);
}

/* Position of the name that X has; of hashes alone when HASHES. */
static int find_name(const struct tls_session *ts, X509 *x, bool hashes)
{
    for (size_t i = 0; i < ts->n; i++) {
        const char *name = ts->names[i];
        if (is_hash(name) ? has_hash(x, name + strlen(FINGERPRINT))
                          : !hashes && (ts->anybody || is_called(x, name)))
            return (int)i;
    }
    return -1;
}

/* The alternative names of X, for a person. */
static void show_names(X509 *x, char *out, size_t cap)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
    size_t n = 0;
    snprintf(out, cap, "no names");
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names) && n < cap; i++) {
        const GENERAL_NAME *g = sk_GENERAL_NAME_value(names, i);
        if (g->type == GEN_DNS)
            n += (size_t)snprintf(out + n, cap - n, "%s%.*s", n ? ", " : "", ASN1_STRING_length(g->d.dNSName),
                                  (const char *)ASN1_STRING_get0_data(g->d.dNSName));
    }
    GENERAL_NAMES_free(names);
    for (char *s = out; *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7f)
            *s = '?'; /* the peer has made it */
}

static const char *show_time(const ASN1_TIME *t, char out[24])
{
    struct tm tm;
    snprintf(out, 24, "?");
    if (ASN1_TIME_to_tm(t, &tm))
        strftime(out, 24, "%Y-%m-%dT%H:%MZ", &tm);
    return out;
}

/* It may be the certificate that is wrong, or the clock. */
static void note_time(struct tls_session *ts, const char *subject, X509 *x, int error)
{
    char from[24], to[24], now[24];
    ASN1_TIME *t = X509_gmtime_adj(NULL, 0);
    snprintf(ts->refused, sizeof ts->refused,
             "certificate %s: %s: it is good from %s to %s, and the clock of this machine says %s", subject,
             X509_verify_cert_error_string(error), show_time(X509_get0_notBefore(x), from),
             show_time(X509_get0_notAfter(x), to), show_time(t, now));
    ASN1_TIME_free(t);
}

static void note(struct tls_session *ts, X509 *x, int error)
{
    char subject[100] = "?", names[80];
    if (*ts->refused || !x)
        return;
    X509_NAME_oneline(X509_get_subject_name(x), subject, sizeof subject); /* escapes what is not printable */
    if (error == X509_V_ERR_HOSTNAME_MISMATCH) {
        show_names(x, names, sizeof names);
        snprintf(ts->refused, sizeof ts->refused, "certificate %s has %s, which no /peername expects",
                 subject, names);
    } else if (error == X509_V_ERR_CERT_NOT_YET_VALID || error == X509_V_ERR_CERT_HAS_EXPIRED) {
        note_time(ts, subject, x, error);
    } else {
        snprintf(ts->refused, sizeof ts->refused, "certificate %s: %s", subject,
                 X509_verify_cert_error_string(error));
    }
}

/* That nobody vouches for a certificate does not matter when its very hash is known. */
static bool is_about_trust(int error)
{
    switch (error) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_UNTRUSTED:
        return true;
    default:
        return false;
    }
}

/* Called for each certificate of the chain, from the authority down, and for each fault. */
static int on_verify(int ok, X509_STORE_CTX *store)
{
    SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct tls_session *ts = SSL_get_app_data(ssl);
    X509 *leaf = X509_STORE_CTX_get0_cert(store);
    int error = X509_STORE_CTX_get_error(store);
    if (!ok && !(is_about_trust(error) && find_name(ts, leaf, true) >= 0)) {
        note(ts, X509_STORE_CTX_get_current_cert(store), error);
        return 0;
    }
    if (!ok || X509_STORE_CTX_get_error_depth(store) > 0)
        return 1;
    /* A chain that nobody vouches for has got here by a hash: no name counts then. */
    ts->peer = find_name(ts, leaf, error != X509_V_OK);
    if (ts->peer >= 0)
        return 1;
    X509_STORE_CTX_set_error(store, X509_V_ERR_HOSTNAME_MISMATCH);
    note(ts, leaf, X509_V_ERR_HOSTNAME_MISMATCH);
    return 0;
}

/* ---- sessions ---- */

static bool copy_names(struct tls_session *ts, const char *const *names, size_t n)
{
    for (; ts->n < n; ts->n++)
        if (!(ts->names[ts->n] = strdup(names[ts->n])))
            return false;
    return true;
}

struct tls_session *tls_session_new(struct tls *t, bool connecting, const char *const *names, size_t n)
{
    struct tls_session *ts = calloc(1, sizeof *ts + n * sizeof ts->names[0]);
    if (!ts)
        return NULL;
    ts->peer = -1;
    ts->ssl = SSL_new(t->ctx);
    if (!ts->ssl || !copy_names(ts, names, n) || SSL_set_app_data(ts->ssl, ts) != 1) {
        tls_session_free(ts);
        return NULL;
    }
    ts->anybody = n == 1 && names[0] == tls_anybody;
    if (connecting && n > 0 && !is_hash(names[0]) && !ts->anybody)
        SSL_set_tlsext_host_name(ts->ssl, names[0]); /* one that has several certificates chooses by it */
    return ts;
}

void tls_session_free(struct tls_session *ts)
{
    if (!ts)
        return;
    if (!ts->taken)
        SSL_free(ts->ssl);
    for (size_t i = 0; i < ts->n; i++)
        free(ts->names[i]);
    free(ts);
}

SSL *tls_guest(struct tls *t)
{
    SSL *ssl = SSL_new(t->ctx);
    if (ssl)
        SSL_set_verify(ssl, SSL_VERIFY_NONE, NULL);
    return ssl;
}

SSL *tls_session_take(struct tls_session *ts)
{
    ts->taken = true;
    return ts->ssl;
}

int tls_session_peer(const struct tls_session *ts)
{
    return ts->peer;
}

/* ---- octets ---- */

void tls_read_ahead(SSL *ssl, size_t octets)
{
    SSL_set_read_ahead(ssl, 1);
    SSL_set_default_read_buffer_len(ssl, octets);
}

bool tls_has_more(const SSL *ssl)
{
    return SSL_has_pending(ssl) == 1;
}

/* Why SSL_read has given nothing: as tls_read. */
static ssize_t nothing_read(SSL *ssl, int error)
{
    switch (SSL_get_error(ssl, 0)) {
    case SSL_ERROR_ZERO_RETURN:
        return 0;
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        errno = EAGAIN;
        return -1;
    case SSL_ERROR_SYSCALL:
        errno = error && error != EAGAIN && error != EINTR ? error : ECONNRESET;
        return -1;
    default:
        errno = EPROTO;
        return -1;
    }
}

/* ERR_clear_error goes through all errors that there may be. */
static void forget_errors(void)
{
    if (ERR_peek_error() != 0)
        ERR_clear_error();
}

ssize_t tls_read(SSL *ssl, void *buf, size_t cap)
{
    size_t have = 0, n = 0;
    do {
        forget_errors();
        errno = 0;
        if (SSL_read_ex(ssl, (char *)buf + have, cap - have, &n) != 1)
            return have > 0 ? (ssize_t)have : nothing_read(ssl, errno);
        have += n;
    } while (have < cap && SSL_has_pending(ssl)); /* otherwise the socket would be asked once more */
    return (ssize_t)have;
}

size_t tls_write(SSL *ssl, const void *p, size_t n)
{
    size_t sent = 0;
    if (SSL_write_ex(ssl, p, n, &sent) == 1)
        return sent;
    ERR_clear_error(); /* what has gone wrong is found by the next read */
    return 0;
}

unsigned long tls_fault(void)
{
    unsigned long e, found = 0;
    while ((e = ERR_get_error()) != 0)
        if (!found && !ERR_SYSTEM_ERROR(e) && ERR_GET_LIB(e) != 0)
            found = e;
    return found;
}

/* ---- faults ---- */

static bool is_version(int reason)
{
    return reason == SSL_R_UNSUPPORTED_PROTOCOL || reason == SSL_R_TLSV1_ALERT_PROTOCOL_VERSION ||
           reason == SSL_R_UNKNOWN_PROTOCOL || reason == SSL_R_WRONG_SSL_VERSION;
}

static bool is_not_tls(int reason)
{
    return reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST ||
           reason == SSL_R_HTTPS_PROXY_REQUEST || reason == SSL_R_PACKET_LENGTH_TOO_LONG ||
           reason == SSL_R_ENCRYPTED_LENGTH_TOO_LONG || reason == SSL_R_RECORD_LENGTH_MISMATCH ||
           reason == SSL_R_UNEXPECTED_MESSAGE || reason == SSL_R_BAD_RECORD_TYPE;
}

static bool is_alert_about_certificate(int alert)
{
    return alert == SSL_AD_BAD_CERTIFICATE || alert == SSL_AD_UNSUPPORTED_CERTIFICATE ||
           alert == SSL_AD_CERTIFICATE_REVOKED || alert == SSL_AD_CERTIFICATE_EXPIRED ||
           alert == SSL_AD_CERTIFICATE_UNKNOWN || alert == SSL_AD_UNKNOWN_CA ||
           alert == SSL_AD_ACCESS_DENIED || alert == SSL_AD_CERTIFICATE_REQUIRED;
}

void tls_session_failed(const struct tls_session *ts, unsigned long error, struct stream_end *e)
{
    int reason = ERR_GET_REASON(error), alert = reason - SSL_AD_REASON_OFFSET;
    const char *text = ERR_reason_error_string(error);
    if (*ts->refused)
        cause_set(e, CAUSE_PEER_REFUSED, "%s", ts->refused);
    else if (reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE)
        cause_set(e, CAUSE_PEER_REFUSED, "the peer shows no certificate");
    else if (is_version(reason))
        cause_set(e, CAUSE_TLS_VERSION, "the peer does not speak TLS 1.3");
    else if (is_not_tls(reason))
        cause_set(e, CAUSE_NOT_TLS,
                  "what the peer says is not TLS: is its end without TLS, or another port meant?");
    else if (alert >= 0 && is_alert_about_certificate(alert))
        cause_set(e, CAUSE_WE_REFUSED, "the peer does not take our certificate: %s",
                  SSL_alert_desc_string_long(alert));
    else if (reason == SSL_R_UNEXPECTED_EOF_WHILE_READING)
        cause_set(e, CAUSE_RESET, "the peer has cut the connection");
    else
        cause_set(e, CAUSE_TLS, "TLS has failed: %s", text ? text : "no reason given");
}
