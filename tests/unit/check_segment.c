#include <string.h>

#include "snanode/link/segment.h"
#include "snanode/wire/rh.h"
#include "snanode/wire/sense.h"
#include "tests/unit/octets.h"

enum { BIU_MAX = 3 + 2000 };

static struct segment_in in;

static void setup(void)
{
    segment_in_init(&in, BIU_MAX);
}

static void teardown(void)
{
    segment_in_fini(&in);
}

static void fill(uint8_t *biu, size_t n)
{
    for (size_t i = 0; i < n; i++)
        biu[i] = (uint8_t)(i * 7);
    biu[0] = 0x03; /* a request */
}

static int take(uint8_t mpf, bool efi, uint16_t snf, const uint8_t *p, size_t n, uint32_t *sense)
{
    struct th h = {.mpf = mpf, .efi = efi, .snf = snf};
    struct sna_err e = {0};
    const uint8_t *biu;
    size_t len;
    uint8_t *exact = octets_exact(p, n);
    int rc = segment_take(&in, &h, exact, n, &biu, &len, &e);
    *sense = e.sense;
    free(exact);
    return rc;
}

/* A BIU of each length through a BTU of each size, and whole again. */
START_TEST(there_and_back)
{
    size_t max_btu = (size_t)_i;
    for (size_t n = RH_LEN; n < 300; n += 1 + n / 20) {
        uint8_t biu[300], piu[300];
        const uint8_t *got = NULL;
        size_t at = 0, got_n = 0, piece;
        int whole = 0;
        unsigned pieces = 0;
        fill(biu, n);
        struct th h = {.snf = 9, .daf = 1, .oaf = 2}, r;
        while (at < n) {
            ck_assert_int_eq(whole, 0);
            piece = segment_next(&h, biu, n, &at, max_btu, piu);
            ck_assert_uint_gt(piece, TH_LEN);
            ck_assert_uint_le(piece, max_btu);
            ck_assert_int_eq(th_decode(piu, piece, &r, NULL), TH_LEN);
            ck_assert(r.snf == 9 && r.daf == 1 && r.oaf == 2);
            whole = segment_take(&in, &r, piu + TH_LEN, piece - TH_LEN, &got, &got_n, NULL);
            pieces++;
        }
        ck_assert_int_eq(whole, 1);
        ck_assert_uint_eq(got_n, n);
        ck_assert_mem_eq(got, biu, n);
        ck_assert_uint_eq(pieces, (n + max_btu - TH_LEN - 1) / (max_btu - TH_LEN));
        ck_assert_uint_le(in.cap, BIU_MAX);
    }
}
END_TEST

START_TEST(never_cut)
{
    uint8_t biu[60], piu[60];
    size_t at = 0;
    struct th h = {.efi = true};
    fill(biu, sizeof biu);
    ck_assert_uint_eq(segment_next(&h, biu, sizeof biu, &at, 60, piu), 0);
    ck_assert_uint_eq(segment_next(&h, biu, 54, &at, 60, piu), 60);
    h.efi = false;
    at = 0;
    biu[0] = 0x83; /* a response */
    ck_assert_uint_eq(segment_next(&h, biu, sizeof biu, &at, 60, piu), 0);
    ck_assert_uint_eq(at, 0);
}
END_TEST

static const struct {
    struct {
        uint8_t mpf;
        bool efi;
        uint16_t snf;
        const char *hex;
    } piu[3];
    uint32_t sense;
} wrong[] = {
    {{{TH_MIDDLE, false, 1, "039000"}}, SENSE_SEGMENT},
    {{{TH_LAST, false, 1, "039000"}}, SENSE_SEGMENT},
    {{{TH_FIRST, false, 1, "039000"}, {TH_FIRST, false, 2, "039000"}}, SENSE_SEGMENT},
    {{{TH_FIRST, false, 1, "039000"}, {TH_WHOLE, false, 2, "039000"}}, SENSE_SEGMENT},
    {{{TH_FIRST, false, 1, "039000"}, {TH_MIDDLE, false, 1, "00"}, {TH_LAST, false, 2, "00"}}, SENSE_SEGMENT},
    {{{TH_FIRST, false, 1, "0390"}}, SENSE_RH_INCOMPLETE},
    {{{TH_FIRST, false, 1, ""}}, SENSE_RH_INCOMPLETE},
    {{{TH_WHOLE, false, 1, "0390"}}, SENSE_RH_INCOMPLETE},
    {{{TH_FIRST, true, 1, "6B8000"}}, SENSE_SEGMENT_FORBIDDEN},
    {{{TH_FIRST, false, 1, "838000"}}, SENSE_SEGMENT_FORBIDDEN},
};

START_TEST(refused)
{
    uint32_t sense = 0;
    int rc = 0;
    for (int k = 0; k < 3 && wrong[_i].piu[k].hex; k++) {
        struct octets o = octets_of(wrong[_i].piu[k].hex);
        ck_assert_int_eq(rc, 0);
        rc = take(wrong[_i].piu[k].mpf, wrong[_i].piu[k].efi, wrong[_i].piu[k].snf, o.v, o.n, &sense);
    }
    ck_assert_int_eq(rc, -1);
    ck_assert_uint_eq(sense, wrong[_i].sense);
}
END_TEST

/* Expedited PIUs and responses come between segments and leave them alone. */
START_TEST(between_segments)
{
    uint32_t sense;
    ck_assert_int_eq(take(TH_FIRST, false, 1,
                          (const uint8_t *)"\x03\x90\x00"
                                           "A",
                          4, &sense),
                     0);
    ck_assert_int_eq(take(TH_WHOLE, true, 1, (const uint8_t *)"\x4B\x80\x00", 3, &sense), 1);
    ck_assert_int_eq(take(TH_WHOLE, false, 1, (const uint8_t *)"\x83\x80\x00", 3, &sense), 1);
    ck_assert_int_eq(take(TH_LAST, false, 1, (const uint8_t *)"B", 1, &sense), 1);
    ck_assert_uint_eq(in.n, 5);
    ck_assert_mem_eq(in.buf,
                     "\x03\x90\x00"
                     "AB",
                     5);
}
END_TEST

START_TEST(bounded)
{
    uint8_t big[BIU_MAX + 1];
    uint32_t sense;
    fill(big, sizeof big);
    ck_assert_int_eq(take(TH_WHOLE, false, 1, big, BIU_MAX, &sense), 1);
    ck_assert_int_eq(take(TH_WHOLE, false, 1, big, BIU_MAX + 1, &sense), -1);
    ck_assert_uint_eq(sense, SENSE_RU_TOO_LONG);
    ck_assert_int_eq(take(TH_FIRST, false, 1, big, BIU_MAX - 1, &sense), 0);
    ck_assert_int_eq(take(TH_MIDDLE, false, 1, big, 1, &sense), 0);
    ck_assert_int_eq(take(TH_MIDDLE, false, 1, big, 0, &sense), 0);
    ck_assert_int_eq(take(TH_LAST, false, 1, big, 1, &sense), -1);
    ck_assert_uint_eq(sense, SENSE_RU_TOO_LONG);
    ck_assert_uint_le(in.cap, BIU_MAX);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("segment");
    TCase *tc = tcase_create("segments");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, there_and_back, TH_LEN + RH_LEN, 310);
    tcase_add_test(tc, never_cut);
    tcase_add_loop_test(tc, refused, 0, OCTETS_ROWS(wrong));
    tcase_add_test(tc, between_segments);
    tcase_add_test(tc, bounded);
    suite_add_tcase(s, tc);
    return octets_run(s);
}
