/* check_tlsmemory.c - OpenSSL gets no memory at any one point: what is kept afterwards works.
 * Certificates come from scripts/make-test-ca.  STRIDE=1: at every point (default: every 16th). */
#include <check.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "snanode/io/des.h"
#include "snanode/io/link/tls.h"
#include "snanode/io/link/tlsmemory.h"
#include "tests/unit/failalloc.h"
#include "tests/unit/octets.h"
#include "tests/unit/testca.h"

static char dir[TESTCA_DIR];
static unsigned stride = 16;

static struct tls *read_files(const char *name)
{
    char certificate[128], key[128], ca[128], why[300];
    struct tls_files files = {certificate, key, ca};
    snprintf(certificate, sizeof certificate, "%s/%s.pem", dir, name);
    snprintf(key, sizeof key, "%s/%s.key", dir, name);
    snprintf(ca, sizeof ca, "%s/ca.pem", dir);
    struct tls *t = tls_new(&files, why, sizeof why);
    ck_assert_msg(t || failalloc.made > 0, "%s", why);
    return t;
}

static struct tls_session *one_end(struct tls *t, bool connecting, const char *peer, BIO *bio)
{
    struct tls_session *ts = t ? tls_session_new(t, connecting, &peer, 1) : NULL;
    if (!ts || !bio) {
        tls_session_free(ts);
        BIO_free(bio);
        return NULL;
    }
    SSL *ssl = tls_session_take(ts);
    SSL_set_bio(ssl, bio, bio);
    if (connecting)
        SSL_set_connect_state(ssl);
    else
        SSL_set_accept_state(ssl);
    return ts;
}

/* 1: done, 0: it waits for the other end, -1: it has failed. */
static int step(SSL *ssl)
{
    int rc = SSL_do_handshake(ssl);
    int error = SSL_get_error(ssl, rc);
    ERR_clear_error();
    return rc == 1 ? 1 : error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

static bool shake_hands(SSL *a, SSL *b)
{
    for (int turn = 0; turn < 10; turn++) {
        int one = step(a), other = step(b);
        if (one < 0 || other < 0)
            return false;
        if (one > 0 && other > 0)
            return true;
    }
    return false;
}

static void end(struct tls_session *ts)
{
    if (ts)
        SSL_free(tls_session_take(ts));
    tls_session_free(ts);
}

/* Whether A, which calls, and B come to terms. */
static bool meet(struct tls *a, struct tls *b)
{
    BIO *left = NULL, *right = NULL;
    BIO_new_bio_pair(&left, 0, &right, 0);
    struct tls_session *x = one_end(a, true, "beta", left), *y = one_end(b, false, "alpha", right);
    bool met = x && y && shake_hands(tls_session_take(x), tls_session_take(y));
    end(x);
    end(y);
    ERR_clear_error();
    return met;
}

static void fails_at(unsigned n)
{
    failalloc.on = n > 0;
    failalloc.made = 0;
    failalloc.at = n;
}

static void begin(void)
{
    ck_assert(tls_memory_begin());
}

static void setup(void)
{
    begin();
    tls_free(read_files("beta")); /* what OpenSSL makes once */
}

/* Files that are read while there is no memory are not used, or as good as otherwise. */
START_TEST(files_are_read_whole_or_not)
{
    struct tls *beta = read_files("beta");
    unsigned refused = 0;
    bool reached = true; /* the Nth allocation, before all was done */
    for (unsigned n = 1; reached; n += stride) {
        unsigned long lost = tls_memory_lost();
        fails_at(n);
        struct tls *alpha = read_files("alpha");
        reached = failalloc.made >= n;
        fails_at(0);
        refused += !alpha;
        ck_assert_msg(!alpha || tls_memory_lost() == lost, "n = %u", n);
        ck_assert_msg(!alpha || n % 13 != 0 || meet(alpha, beta), "n = %u", n);
        tls_free(alpha);
    }
    ck_assert_uint_gt(refused, 1000 / stride);
    tls_free(beta);
}
END_TEST

/* The first handshake of a context fails for want of memory, and the second one is well. */
START_TEST(a_handshake_leaves_nothing_behind)
{
    unsigned failed = 0;
    bool reached = true; /* the Nth allocation, before all was done */
    for (unsigned n = 1; reached; n += stride) {
        struct tls *alpha = read_files("alpha"), *beta = read_files("beta");
        fails_at(n);
        failed += !meet(alpha, beta);
        reached = failalloc.made >= n;
        fails_at(0);
        ck_assert_msg(meet(alpha, beta), "n = %u", n);
        tls_free(alpha);
        tls_free(beta);
    }
    ck_assert_uint_gt(failed, 1000 / stride);
}
END_TEST

/* Statuses of a process in which the Nth allocation fails. */
enum { WELL, NOT_REACHED, SPOILT };

/* What OpenSSL makes once, at the first handshake. */
static int first_handshake(unsigned n)
{
    struct tls *alpha = read_files("alpha"), *beta = read_files("beta");
    fails_at(n);
    meet(alpha, beta);
    bool reached = failalloc.made >= n;
    fails_at(0);
    return !meet(alpha, beta) ? SPOILT : reached ? WELL : NOT_REACHED;
}

/* ... and when files are read for the first time: this process says that it has no TLS, or has it. */
static int first_files(unsigned n)
{
    fails_at(n);
    tls_free(read_files("alpha"));
    bool reached = failalloc.made >= n;
    fails_at(0);
    struct tls *alpha = read_files("alpha"), *beta = read_files("beta");
    if (!alpha && !beta && reached)
        return WELL;
    return !alpha || !beta || !meet(alpha, beta) ? SPOILT : reached ? WELL : NOT_REACHED;
}

/* DES has a library context of its own, which is made when it is first needed. */
static int first_cipher(unsigned n)
{
    const struct cipher *c = des_cipher();
    uint8_t octets[CIPHER_N] = {0}, out[CIPHER_N], fresh[CIPHER_N];
    fails_at(n);
    c->des(c->arg, octets, octets, out);
    c->random(c->arg, fresh, sizeof fresh);
    bool reached = failalloc.made >= n;
    fails_at(0);
    bool well = c->des(c->arg, octets, octets, out) == 0 && c->random(c->arg, fresh, sizeof fresh) == 0;
    return !well ? SPOILT : reached ? WELL : NOT_REACHED;
}

static void in_processes(int (*f)(unsigned n))
{
    int status = WELL;
    for (unsigned n = 1; status == WELL; n += stride) {
        pid_t child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0)
            _exit(f(n));
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ck_assert_msg(WIFEXITED(status), "n = %u: signal %d", n, WTERMSIG(status));
        status = WEXITSTATUS(status);
        ck_assert_msg(status != SPOILT, "n = %u", n);
    }
}

START_TEST(nor_does_the_first_of_a_process)
{
    in_processes(first_handshake);
}
END_TEST

START_TEST(the_first_files_of_a_process)
{
    in_processes(first_files);
}
END_TEST

START_TEST(the_first_cipher_of_a_process)
{
    in_processes(first_cipher);
}
END_TEST

int main(void)
{
    const char *said = getenv("STRIDE");
    stride = said && atoi(said) > 0 ? (unsigned)atoi(said) : stride;
    testca_make(dir, "alpha beta");
    Suite *s = suite_create("tlsmemory");
    TCase *c = tcase_create("tlsmemory");
    tcase_set_timeout(c, 120);
    tcase_add_checked_fixture(c, setup, NULL);
    tcase_add_test(c, files_are_read_whole_or_not);
    tcase_add_test(c, a_handshake_leaves_nothing_behind);
    tcase_add_test(c, nor_does_the_first_of_a_process);
    suite_add_tcase(s, c);
    c = tcase_create("first");
    tcase_set_timeout(c, 120);
    tcase_add_checked_fixture(c, begin, NULL);
    tcase_add_test(c, the_first_files_of_a_process);
    tcase_add_test(c, the_first_cipher_of_a_process);
    suite_add_tcase(s, c);
    int status = octets_run(s);
    testca_remove(dir);
    return status;
}
