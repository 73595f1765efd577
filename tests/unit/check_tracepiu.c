/* The PIUs of a trace: addresses, sequence numbers, and the Attach without its password. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/base/ebcdic.h"
#include "snanode/trace/tracepiu.h"

static uint8_t out[TRACEPIU_MAX];

static size_t attach(uint8_t *octets, const char *password)
{
    struct fmh5 a = {.resource = FMH5_MAPPED, .sync = FMH5_SYNC_CONFIRM, .tpn_n = 4, .has_user = true};
    memcpy(a.tpn, "ECHO", 4);
    ebcdic_encode(a.tpn, 4);
    a.user_n = 5;
    memcpy(a.user, "ALICE", 5);
    ebcdic_encode(a.user, 5);
    if (password) {
        a.has_password = true;
        a.password_n = (uint8_t)strlen(password);
        memcpy(a.password, password, a.password_n);
        ebcdic_encode(a.password, a.password_n);
    }
    ssize_t n = fmh5_encode(&a, octets, FMH5_MAX);
    ck_assert_int_gt(n, 0);
    return (size_t)n;
}

/* Frame: normal flow, only RU of its chain, with BB. */
static const uint8_t first[] = {0, 0x02, 0x90, 0x80, 'd'};

START_TEST(attach_in_front_once)
{
    uint8_t fmh5[FMH5_MAX];
    size_t k = attach(fmh5, NULL);
    struct tracepiu t;
    struct rh rh;
    struct sna_err e;
    tracepiu_init(&t, 5, fmh5, k);
    ck_assert_int_eq(tracepiu_encode(&t, 0, first, sizeof first, out, sizeof out),
                     TH_LEN + RH_LEN + (ssize_t)k + 1);
    ck_assert_int_eq(rh_decode(out + TH_LEN, RH_LEN, &rh, &e), RH_LEN);
    ck_assert(rh.fi && rh.bbi);
    ck_assert_mem_eq(out + TH_LEN + RH_LEN, fmh5, k);
    ck_assert_int_eq(out[TH_LEN + RH_LEN + k], 'd');
    ck_assert_int_eq(tracepiu_encode(&t, 0, first, sizeof first, out, sizeof out), TH_LEN + RH_LEN + 1);
}
END_TEST

START_TEST(password_is_masked)
{
    static const char *const passwords[] = {"S", "SECRET", "0123456789"};
    uint8_t fmh5[FMH5_MAX], secret[16];
    struct fmh5 a;
    struct sna_err e;
    struct tracepiu t;
    const char *p = passwords[_i];
    size_t k = attach(fmh5, p), n = strlen(p);
    tracepiu_init(&t, 5, fmh5, k);
    ck_assert_int_gt(fmh5_decode(t.fmh5, t.fmh5_n, &a, &e), 0);
    ck_assert_uint_eq(a.password_n, 8); /* the length tells nothing either */
    for (unsigned i = 0; i < 8; i++)
        ck_assert_uint_eq(a.password[i], 0x5C);
    ck_assert_uint_eq(a.user_n, 5);
    memcpy(secret, p, n);
    ebcdic_encode(secret, n);
    if (n > 1)
        ck_assert_ptr_null(memmem(&t, sizeof t, secret, n));
}
END_TEST

START_TEST(addresses_and_numbers)
{
    static const uint8_t answer[] = {0, 0x83, 0x20, 0x00}, signal[] = {1, 0x4B, 0x80, 0x00, 0xC9};
    struct tracepiu t;
    struct th a, b, c;
    struct sna_err e;
    tracepiu_init(&t, 0x4285, NULL, 0);
    for (unsigned i = 1; i <= 3; i++) {
        ck_assert_int_eq(tracepiu_encode(&t, 0, first, sizeof first, out, sizeof out), TH_LEN + RH_LEN + 1);
        ck_assert_int_eq(th_decode(out, TH_LEN, &a, &e), TH_LEN);
        ck_assert_uint_eq(a.snf, i);
    }
    ck_assert_int_eq(tracepiu_encode(&t, 1, answer, sizeof answer, out, sizeof out), TH_LEN + RH_LEN);
    ck_assert_int_eq(th_decode(out, TH_LEN, &b, &e), TH_LEN);
    ck_assert_uint_eq(b.snf, 3); /* of what it answers */
    ck_assert_uint_eq(b.daf, a.oaf);
    ck_assert_uint_eq(b.oaf, a.daf);
    ck_assert_uint_ne(a.daf, a.oaf);
    ck_assert(a.odai && b.odai && a.mpf == TH_WHOLE && !a.efi);
    ck_assert_int_gt(tracepiu_encode(&t, 1, signal, sizeof signal, out, sizeof out), 0);
    ck_assert_int_eq(th_decode(out, TH_LEN, &c, &e), TH_LEN);
    ck_assert(c.efi && c.snf == 1);
}
END_TEST

START_TEST(no_frame_and_no_room)
{
    struct tracepiu t;
    tracepiu_init(&t, 1, (const uint8_t *)"garbage", 7);
    ck_assert_uint_eq(t.fmh5_n, 0);
    for (size_t n = 0; n < FRAME_HDR; n++)
        ck_assert_int_eq(tracepiu_encode(&t, 0, first, n, out, sizeof out), -1);
    for (size_t cap = 0; cap < TH_LEN + RH_LEN + 1; cap++)
        ck_assert_int_eq(tracepiu_encode(&t, 0, first, sizeof first, out, cap), -1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tracepiu");
    TCase *t = tcase_create("piu");
    tcase_add_test(t, attach_in_front_once);
    tcase_add_loop_test(t, password_is_masked, 0, 3);
    tcase_add_test(t, addresses_and_numbers);
    tcase_add_test(t, no_frame_and_no_room);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
