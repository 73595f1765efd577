/* Password substitutes against the example of [RFC4777], and against values that were computed apart from
 * this code, with OpenSSL's command line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/base/ebcdic.h"
#include "snanode/base/log.h"
#include "snanode/io/des.h"
#include "snanode/lu62/pwsubst.h"
#include "snanode/wire/sense.h"
#include "tests/unit/octets.h"

static struct octets ebcdic(const char *text)
{
    struct octets o = {.n = strlen(text)};
    memcpy(o.v, text, o.n);
    ebcdic_encode(o.v, o.n);
    return o;
}

static struct pwsubst_user user_of(const struct octets *id, const struct octets *password)
{
    return (struct pwsubst_user){
        .user_n = (uint8_t)id->n, .user = id->v, .password_n = (uint8_t)password->n, .password = password->v};
}

static const char receiver_nonce[] = "7D4C2319F28004B2", sender_nonce[] = "08BEF662D851F4B1";

static const struct {
    const char *id, *password, *token, *substitute; /* in Attach number 1 */
} vectors[] = {
    {"USER123", "ABCDEFG", "8AF6816C885DD6E0", "5A58BD50E4DD9B5F"}, /* of the RFC */
    {"user123", "aBcDeFg", "8AF6816C885DD6E0", "5A58BD50E4DD9B5F"}, /* letters count as upper-case */
    {"LONGUSER9", "ABCDEFG", "10EEE3D68A180541", "B0E113B9A2B20B00"},
    {"LONGUSER10", "PASSWORD", "762BD183E3D62497", "5259BB2674D15381"},
    {"USER123", "PASSWORD1", "29C1DF61076A62B9", "90E379EDD09BBB3A"},
    {"LONGUSER10", "PASSWORD10", "4E623988C4CC9748", "B9A2B55331ED57C4"},
    {"U", "", "23CC9CB68AC9D161", "7E93EA6193B7DFC5"},
};

START_TEST(vector)
{
    struct octets id = ebcdic(vectors[_i].id), password = ebcdic(vectors[_i].password);
    struct octets r = octets_of(receiver_nonce), s = octets_of(sender_nonce);
    struct pwsubst_user u = user_of(&id, &password);
    uint8_t got[CIPHER_N];
    ck_assert_int_eq(pwsubst_token(des_cipher(), &u, got), 0);
    ck_assert_mem_eq(got, octets_of(vectors[_i].token).v, CIPHER_N);
    ck_assert_int_eq(pwsubst_make(des_cipher(), &u, s.v, r.v, 1, got), 0);
    ck_assert_mem_eq(got, octets_of(vectors[_i].substitute).v, CIPHER_N);
}
END_TEST

/* The two ends of a session, as BIND and answer leave them. */
static struct pwsubst ends[2];

static void setup(void)
{
    for (int i = 0; i < 2; i++) {
        ends[i] = (struct pwsubst){.sent = 0};
        memcpy(ends[i].own, octets_of(i == 0 ? sender_nonce : receiver_nonce).v, CIPHER_N);
        memcpy(ends[i].partner, octets_of(i == 0 ? receiver_nonce : sender_nonce).v, CIPHER_N);
    }
}

static void teardown(void)
{
    des_unload();
}

START_TEST(receiver_verifies)
{
    struct octets id = ebcdic("ALICE"), right = ebcdic("SECRET"), wrong = ebcdic("SECRETS"),
                  other = ebcdic("BOB");
    struct pwsubst_user u = user_of(&id, &right), w = user_of(&id, &wrong), o = user_of(&other, &right);
    uint8_t sub[CIPHER_N];
    uint64_t seq = pwsubst_next(&ends[0]);
    ck_assert_uint_eq(seq, 1);
    ck_assert_int_eq(pwsubst_make(des_cipher(), &u, ends[0].own, ends[0].partner, seq, sub), 0);
    ck_assert(pwsubst_is(des_cipher(), &ends[1], &u, seq, sub));
    ck_assert(!pwsubst_is(des_cipher(), &ends[1], &w, seq, sub));
    ck_assert(!pwsubst_is(des_cipher(), &ends[1], &o, seq, sub));
    /* neither as another Attach, nor sent back, nor on another session */
    ck_assert(!pwsubst_is(des_cipher(), &ends[1], &u, seq + 1, sub));
    ck_assert(!pwsubst_is(des_cipher(), &ends[0], &u, seq, sub));
    ends[1].own[0] ^= 1;
    ck_assert(!pwsubst_is(des_cipher(), &ends[1], &u, seq, sub));
}
END_TEST

static int arrives(uint64_t seq)
{
    struct sna_err e = {.sense = 0};
    uint8_t octets[CIPHER_N];
    pwsubst_put_seq(seq, octets);
    int r = pwsubst_arrived(&ends[1], octets, sizeof octets, &e);
    if (r < 0)
        ck_assert_uint_eq(e.sense, SENSE_SECURITY_NOT_VALID);
    return r;
}

START_TEST(numbers_grow)
{
    ck_assert_int_eq(arrives(0), -1);
    ck_assert_int_eq(arrives(1), 0);
    ck_assert_int_eq(arrives(1), -1); /* a replay */
    ck_assert_int_eq(arrives(2), 0);
    ck_assert_int_eq(arrives(1), -1);
    ck_assert_int_eq(arrives(2 + 1 + PWSUBST_GAP), 0);
    ck_assert_int_eq(arrives(19 + 2 + PWSUBST_GAP), -1);
    ck_assert_int_eq(arrives(20), 0); /* a refused number changes nothing */
}
END_TEST

/* Attaches without a number count for a partner that numbers them all the same. */
START_TEST(attaches_without_number)
{
    struct sna_err e;
    for (int i = 0; i < 40; i++)
        ck_assert_int_eq(pwsubst_arrived(&ends[1], NULL, 0, &e), 0);
    ck_assert_int_eq(arrives(40 + 2 + PWSUBST_GAP), -1);
    ck_assert_int_eq(arrives(41), 0);
    ck_assert_int_eq(arrives(41 + 2 + PWSUBST_GAP), -1);
}
END_TEST

static int no_des(void *arg, const uint8_t *key, const uint8_t *in, uint8_t *out)
{
    (void)arg, (void)key, (void)in, (void)out;
    return -1;
}

START_TEST(without_des)
{
    struct cipher none = {.des = no_des};
    struct octets id = ebcdic("ALICE"), password = ebcdic("SECRET"), endless = ebcdic("ELEVENCHARS");
    struct pwsubst_user u = user_of(&id, &password), l = user_of(&endless, &password);
    uint8_t sub[CIPHER_N] = {0};
    ck_assert_int_eq(pwsubst_make(&none, &u, ends[0].own, ends[0].partner, 1, sub), -1);
    ck_assert(!pwsubst_is(&none, &ends[1], &u, 1, sub));
    ck_assert_int_eq(pwsubst_make(des_cipher(), &l, ends[0].own, ends[0].partner, 1, sub), -1);
}
END_TEST

static char said[512];

static void listen(enum log_level level, const char *line)
{
    if (level == LOG_LV_ERROR)
        snprintf(said, sizeof said, "%s", line);
}

START_TEST(provider_missing)
{
    uint8_t block[CIPHER_N] = {0};
    des_unload();
    setenv("OPENSSL_MODULES", "/nowhere", 1);
    log_set(listen, LOG_LV_INFO);
    ck_assert_int_eq(des_cipher()->des(NULL, block, block, block), -1);
    ck_assert_ptr_nonnull(strstr(said, "legacy.so"));
    said[0] = '\0';
    ck_assert_int_eq(des_cipher()->des(NULL, block, block, block), -1);
    ck_assert_str_eq(said, ""); /* said once */
    unsetenv("OPENSSL_MODULES");
    des_unload();
    ck_assert_int_eq(des_cipher()->des(NULL, block, block, block), 0);
    log_set(NULL, LOG_LV_INFO);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("pwsubst");
    TCase *t = tcase_create("substitutes");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, vector, 0, OCTETS_ROWS(vectors));
    tcase_add_test(t, receiver_verifies);
    tcase_add_test(t, numbers_grow);
    tcase_add_test(t, attaches_without_number);
    tcase_add_test(t, without_des);
    tcase_add_test(t, provider_missing);
    suite_add_tcase(s, t);
    return octets_run(s);
}
