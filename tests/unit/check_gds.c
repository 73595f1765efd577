#include <string.h>

#include "snanode/wire/gds.h"
#include "snanode/wire/sense.h"
#include "tests/unit/octets.h"

static const struct {
    uint16_t ll;
    bool valid;
    uint16_t length;
} lls[] = {
    {0x0000, false, 0},    {0x0001, false, 1},    {0x8000, false, 0},     {0x8001, false, 1},
    {0x0002, true, 2},     {0x8002, true, 2},     {0x9000, true, 0x1000}, {0x0008, true, 8},
    {0x7FFF, true, 32767}, {0xFFFF, true, 32767},
};

START_TEST(ll)
{
    ck_assert_int_eq(gds_ll_valid(lls[_i].ll), lls[_i].valid);
    ck_assert_uint_eq(gds_ll_length(lls[_i].ll), lls[_i].length);
}
END_TEST

/* Three records [Q156083]: 8 KB sent in steps of 4 KB. */
START_TEST(concatenated)
{
    uint8_t out[GDS_HEADER_LEN];
    ck_assert_int_eq(gds_encode_header(GDS_APPLICATION_DATA, 0x0FFC, true, out, sizeof out), 4);
    ck_assert_mem_eq(out, "\x90\x00\x12\xFF", 4);
    ck_assert_int_eq(gds_encode_ll(0x0FFE, true, out, sizeof out), 2);
    ck_assert_mem_eq(out, "\x90\x00", 2);
    ck_assert_int_eq(gds_encode_ll(6, false, out, sizeof out), 2);
    ck_assert_mem_eq(out, "\x00\x08", 2);
}
END_TEST

START_TEST(encode_limits)
{
    uint8_t out[GDS_HEADER_LEN];
    ck_assert_int_eq(gds_encode_header(GDS_APPLICATION_DATA, 0, false, out, sizeof out), 4);
    ck_assert_mem_eq(out, "\x00\x04\x12\xFF", 4);
    ck_assert_int_eq(gds_encode_header(GDS_APPLICATION_DATA, 32763, false, out, sizeof out), 4);
    ck_assert_mem_eq(out, "\x7F\xFF\x12\xFF", 4);
    ck_assert_int_eq(gds_encode_header(GDS_APPLICATION_DATA, 32764, false, out, sizeof out), -1);
    ck_assert_int_eq(gds_encode_header(GDS_APPLICATION_DATA, 0, false, out, 3), -1);
    ck_assert_int_eq(gds_encode_ll(0, false, out, 2), 2);
    ck_assert_mem_eq(out, "\x00\x02", 2);
    ck_assert_int_eq(gds_encode_ll(32765, false, out, 2), 2);
    ck_assert_mem_eq(out, "\x7F\xFF", 2);
    ck_assert_int_eq(gds_encode_ll(32766, false, out, 2), -1);
    ck_assert_int_eq(gds_encode_ll(0, false, out, 1), -1);
    ck_assert_int_eq(gds_encode_ll(SIZE_MAX, false, out, 2), -1);
}
END_TEST

static const struct {
    const char *hex;
    uint16_t id;
    bool more;
    size_t n;
} known[] = {
    {"0004 12F3", GDS_MAP_NAME, false, 0}, /* null map, KB-C */
    {"0008 12FF C1C2C3C4", GDS_APPLICATION_DATA, false, 4},
    {"8006 12E2 0102", GDS_PIP_SUBFIELD, true, 2},
};

START_TEST(decode_known)
{
    struct octets o = octets_of(known[_i].hex);
    uint8_t *p = octets_exact(o.v, o.n);
    struct gds g;
    memset(&g, 0xff, sizeof g);
    ck_assert_int_eq(gds_decode(p, o.n, &g, NULL), (int)o.n);
    ck_assert_uint_eq(g.id, known[_i].id);
    ck_assert_int_eq(g.more, known[_i].more);
    ck_assert_uint_eq(g.n, known[_i].n);
    ck_assert_ptr_eq(g.data, p + GDS_HEADER_LEN);
    free(p);
    memset(o.v + o.n, 0x99, 3); /* the next record begins */
    ck_assert_int_eq(gds_decode(o.v, o.n + 3, &g, NULL), (int)o.n);
    ck_assert_uint_eq(g.n, known[_i].n);
}
END_TEST

START_TEST(truncated)
{
    struct octets o = octets_of(known[_i].hex);
    for (size_t n = 0; n < o.n; n++) {
        uint8_t *p = octets_exact(o.v, n);
        struct gds g = {.id = 0x5a5a};
        struct sna_err e = {0};
        ck_assert_int_eq(gds_decode(p, n, &g, &e), -1);
        ck_assert_uint_eq(e.sense, SENSE_RH_INCOMPLETE);
        ck_assert_uint_eq(g.id, 0x5a5a);
        free(p);
    }
}
END_TEST

START_TEST(no_room_for_id)
{
    static const char *const hex[] = {"0000 12FF", "0001 12FF", "0002 12FF",
                                      "0003 12FF", "8000 12FF", "8003 12FF"};
    struct octets o = octets_of(hex[_i]);
    struct gds g;
    struct sna_err e = {0};
    ck_assert_int_eq(gds_decode(o.v, o.n, &g, &e), -1);
    ck_assert_uint_eq(e.sense, SENSE_PARAMETER);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("gds");
    TCase *tc = tcase_create("codec");
    tcase_add_loop_test(tc, ll, 0, OCTETS_ROWS(lls));
    tcase_add_test(tc, concatenated);
    tcase_add_test(tc, encode_limits);
    tcase_add_loop_test(tc, decode_known, 0, OCTETS_ROWS(known));
    tcase_add_loop_test(tc, truncated, 0, OCTETS_ROWS(known));
    tcase_add_loop_test(tc, no_room_for_id, 0, 6);
    suite_add_tcase(s, tc);
    return octets_run(s);
}
