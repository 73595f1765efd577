#include <string.h>

#include "snanode/wire/sense.h"
#include "snanode/wire/unbind.h"
#include "tests/unit/octets.h"

static const struct {
    const char *hex;
    struct unbind u;
} known[] = {
    {"32 01", {.type = UNBIND_NORMAL}},
    {"32 02", {.type = UNBIND_BIND_FORTHCOMING}},
    {"32 06", {.type = UNBIND_INVALID_PARAMETERS}},
    {"32 08", {.type = UNBIND_LINK_INOPERATIVE}},
    {"32 0F", {.type = UNBIND_CLEANUP}},
    {"32 FE 080F6051", {.type = UNBIND_FAILURE, .sense = SENSE_SECURITY_NOT_VALID}},
    {"32 FE 20030000", {.type = UNBIND_FAILURE, .sense = SENSE_BRACKET}},
    {"32 55", {.type = 0x55}}, /* no type of the book's: the session is over all the same */
};

START_TEST(decode_known)
{
    struct octets o = octets_of(known[_i].hex);
    uint8_t *p = octets_exact(o.v, o.n);
    struct unbind u;
    memset(&u, 0xff, sizeof u);
    ck_assert_int_eq(unbind_decode(p, o.n, &u, NULL), (int)o.n);
    ck_assert_uint_eq(u.type, known[_i].u.type);
    ck_assert_uint_eq(u.sense, known[_i].u.sense);
    free(p);
}
END_TEST

START_TEST(encode_known)
{
    struct octets o = octets_of(known[_i].hex);
    uint8_t out[UNBIND_MAX + 1];
    memset(out, 0xAA, sizeof out);
    ck_assert_int_eq(unbind_encode(&known[_i].u, out, sizeof out), (int)o.n);
    ck_assert_mem_eq(out, o.v, o.n);
    ck_assert_uint_eq(out[o.n], 0xAA);
    for (size_t cap = 0; cap < o.n; cap++) {
        uint8_t *small = octets_exact(o.v, cap);
        ck_assert_int_eq(unbind_encode(&known[_i].u, small, cap), -1);
        free(small);
    }
}
END_TEST

START_TEST(truncated)
{
    struct octets o = octets_of(known[_i].hex);
    for (size_t n = 0; n < o.n; n++) {
        uint8_t *p = octets_exact(o.v, n);
        struct unbind u = {.type = 0x5a};
        struct sna_err e = {0};
        ck_assert_int_eq(unbind_decode(p, n, &u, &e), -1);
        ck_assert_uint_eq(e.sense, SENSE_RH_INCOMPLETE);
        ck_assert_uint_eq(u.type, 0x5a);
        free(p);
    }
}
END_TEST

START_TEST(vectors_left_unread)
{
    struct octets o = octets_of("32 FE 08A00001 60 01 00");
    struct unbind u;
    ck_assert_int_eq(unbind_decode(o.v, o.n, &u, NULL), 6);
    ck_assert_uint_eq(u.sense, SENSE_SESSION_RESET);
    o = octets_of("32 01 60 01 00"); /* sense data of one type only */
    ck_assert_int_eq(unbind_decode(o.v, o.n, &u, NULL), 2);
    ck_assert_uint_eq(u.sense, 0);
}
END_TEST

START_TEST(other_request)
{
    struct octets o = octets_of("31 01 00000000");
    struct unbind u;
    struct sna_err e = {0};
    ck_assert_int_eq(unbind_decode(o.v, o.n, &u, &e), -1);
    ck_assert_uint_eq(e.sense, SENSE_REQUEST_CODE);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("unbind");
    TCase *tc = tcase_create("codec");
    tcase_add_loop_test(tc, decode_known, 0, OCTETS_ROWS(known));
    tcase_add_loop_test(tc, encode_known, 0, OCTETS_ROWS(known));
    tcase_add_loop_test(tc, truncated, 0, OCTETS_ROWS(known));
    tcase_add_test(tc, vectors_left_unread);
    tcase_add_test(tc, other_request);
    suite_add_tcase(s, tc);
    return octets_run(s);
}
