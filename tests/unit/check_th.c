#include <string.h>

#include "snanode/wire/sense.h"
#include "snanode/wire/th.h"
#include "tests/unit/octets.h"

/* First octets [Formats: TH], with addresses and identifiers of traces. */
static const struct {
    const char *hex;
    struct th h;
} known[] = {
    {"2C 00 02 01 0001", {.mpf = TH_WHOLE, .daf = 2, .oaf = 1, .snf = 1}},
    {"2D 00 01 02 22A4", {.mpf = TH_WHOLE, .efi = true, .daf = 1, .oaf = 2, .snf = 0x22A4}},
    {"2E 00 FF 00 FFFF", {.mpf = TH_WHOLE, .odai = true, .daf = 0xFF, .snf = 0xFFFF}},
    {"2F 00 00 FE 0000", {.mpf = TH_WHOLE, .odai = true, .efi = true, .oaf = 0xFE}},
    {"2A 00 02 01 0100", {.mpf = TH_FIRST, .odai = true, .daf = 2, .oaf = 1, .snf = 0x100}},
    {"26 00 02 01 0100", {.mpf = TH_LAST, .odai = true, .daf = 2, .oaf = 1, .snf = 0x100}},
    {"20 00 02 01 0100", {.mpf = TH_MIDDLE, .daf = 2, .oaf = 1, .snf = 0x100}},
};

static void same(const struct th *a, const struct th *b)
{
    ck_assert_uint_eq(a->mpf, b->mpf);
    ck_assert_int_eq(a->odai, b->odai);
    ck_assert_int_eq(a->efi, b->efi);
    ck_assert_uint_eq(a->daf, b->daf);
    ck_assert_uint_eq(a->oaf, b->oaf);
    ck_assert_uint_eq(a->snf, b->snf);
}

START_TEST(decode_known)
{
    struct octets o = octets_of(known[_i].hex);
    struct th h;
    memset(&h, 0xff, sizeof h);
    ck_assert_int_eq(th_decode(o.v, o.n, &h, NULL), TH_LEN);
    same(&h, &known[_i].h);
    o.v[1] = 0xff; /* reserved */
    ck_assert_int_eq(th_decode(o.v, o.n, &h, NULL), TH_LEN);
    same(&h, &known[_i].h);
}
END_TEST

START_TEST(encode_known)
{
    struct octets o = octets_of(known[_i].hex);
    uint8_t out[TH_LEN];
    memset(out, 0xff, sizeof out);
    th_encode(&known[_i].h, out);
    ck_assert_mem_eq(out, o.v, TH_LEN);
}
END_TEST

START_TEST(truncated)
{
    uint8_t *p = octets_exact("\x2C\x00\x02\x01\x00\x01", (size_t)_i);
    struct th h = {.snf = 0x5a5a};
    struct sna_err e = {0};
    ck_assert_int_eq(th_decode(p, (size_t)_i, &h, &e), -1);
    ck_assert_uint_eq(e.sense, SENSE_TH_INCOMPLETE);
    ck_assert_uint_eq(h.snf, 0x5a5a);
    free(p);
}
END_TEST

/* Of the sixteen formats one is ours. */
START_TEST(format)
{
    uint8_t p[TH_LEN] = {(uint8_t)(_i << 4 | 0x0C)};
    struct th h;
    struct sna_err e = {0};
    ck_assert_int_eq(th_decode(p, sizeof p, &h, &e), _i == TH_FID2 ? TH_LEN : -1);
    ck_assert_uint_eq(e.sense, _i == TH_FID2 ? 0 : SENSE_TH_FID);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("th");
    TCase *tc = tcase_create("codec");
    tcase_add_loop_test(tc, decode_known, 0, OCTETS_ROWS(known));
    tcase_add_loop_test(tc, encode_known, 0, OCTETS_ROWS(known));
    tcase_add_loop_test(tc, truncated, 0, TH_LEN);
    tcase_add_loop_test(tc, format, 0, 16);
    suite_add_tcase(s, tc);
    return octets_run(s);
}
