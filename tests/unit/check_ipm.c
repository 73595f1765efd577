#include <string.h>

#include "snanode/wire/ipm.h"
#include "snanode/wire/sense.h"
#include "tests/unit/octets.h"

static const struct {
    const char *hex;
    struct ipm m;
} known[] = {
    {"00 0007", {IPM_SOLICITED, 7}},   {"00 7FFF", {IPM_SOLICITED, 0x7FFF}},
    {"60 0000", {IPM_UNSOLICITED, 0}}, {"60 0102", {IPM_UNSOLICITED, 0x102}},
    {"80 0000", {IPM_RESET_ACK, 0}},   {"80 0007", {IPM_RESET_ACK, 7}},
};

START_TEST(known_both_ways)
{
    struct octets o = octets_of(known[_i].hex);
    struct ipm m;
    uint8_t out[IPM_LEN];
    memset(&m, 0xff, sizeof m);
    ck_assert_int_eq(ipm_decode(o.v, o.n, &m, NULL), IPM_LEN);
    ck_assert_uint_eq(m.type, known[_i].m.type);
    ck_assert_uint_eq(m.window, known[_i].m.window);
    memset(out, 0xff, sizeof out);
    ipm_encode(&known[_i].m, out);
    ck_assert_mem_eq(out, o.v, IPM_LEN);
}
END_TEST

static const char *const wrong[] = {
    "",        "00",      "00 00",   "00 0007 00", /* lengths */
    "C0 0007", "E0 0007",                          /* no such type */
    "20 0007", "40 0007", "A0 0007",               /* reset indicator and type */
    "00 8007",                                     /* format */
    "00 0000",                                     /* a solicited window of none */
};

START_TEST(refused)
{
    struct octets o = octets_of(wrong[_i]);
    uint8_t *p = octets_exact(o.v, o.n);
    struct ipm m = {.window = 0x5a};
    struct sna_err e = {0};
    ck_assert_int_eq(ipm_decode(p, o.n, &m, &e), -1);
    ck_assert_uint_eq(e.sense, SENSE_IPM_FORMAT);
    ck_assert_uint_eq(m.window, 0x5a);
    free(p);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("ipm");
    TCase *tc = tcase_create("codec");
    tcase_add_loop_test(tc, known_both_ways, 0, OCTETS_ROWS(known));
    tcase_add_loop_test(tc, refused, 0, OCTETS_ROWS(wrong));
    suite_add_tcase(s, tc);
    return octets_run(s);
}
