#include <string.h>

#include "snanode/base/buf.h"
#include "tests/unit/octets.h"

static const uint8_t eight[] = {0x80, 0x01, 0x02, 0x03, 0xFC, 0xFD, 0xFE, 0xFF};

START_TEST(read_big_endian)
{
    struct rd r = rd_make(eight, sizeof eight);
    ck_assert_uint_eq(rd_u64(&r), 0x80010203FCFDFEFFull);
    r = rd_make(eight, sizeof eight);
    ck_assert_uint_eq(rd_u8(&r), 0x80);
    ck_assert_uint_eq(rd_u16(&r), 0x0102);
    ck_assert_uint_eq(rd_u32(&r), 0x03FCFDFE);
    ck_assert_uint_eq(rd_left(&r), 1);
    ck_assert_ptr_eq(rd_bytes(&r, 1), eight + 7);
    ck_assert_uint_eq(rd_left(&r), 0);
    ck_assert(!r.bad);
}
END_TEST

/* There are _i octets; asking for more turns the cursor bad and reads nothing. */
START_TEST(read_short)
{
    uint8_t *p = octets_exact(eight, (size_t)_i);
    struct rd r = rd_make(p, (size_t)_i);
    ck_assert_uint_eq(rd_u8(&r), _i >= 1 ? 0x80 : 0);
    ck_assert_int_eq(r.bad, _i < 1);
    r = rd_make(p, (size_t)_i);
    ck_assert_uint_eq(rd_u16(&r), _i >= 2 ? 0x8001 : 0);
    ck_assert_int_eq(r.bad, _i < 2);
    r = rd_make(p, (size_t)_i);
    ck_assert_uint_eq(rd_u32(&r), _i >= 4 ? 0x80010203 : 0);
    ck_assert_int_eq(r.bad, _i < 4);
    r = rd_make(p, (size_t)_i);
    (void)rd_u64(&r);
    ck_assert_int_eq(r.bad, _i < 8);
    r = rd_make(p, (size_t)_i);
    ck_assert_ptr_null(rd_bytes(&r, (size_t)_i + 1));
    ck_assert(r.bad);
    ck_assert_ptr_null(rd_bytes(&r, SIZE_MAX));
    free(p);
}
END_TEST

START_TEST(read_stays_bad)
{
    struct rd r = rd_make(eight, 3);
    ck_assert_uint_eq(rd_u32(&r), 0);
    ck_assert_uint_eq(rd_left(&r), 3); /* where it was, for who says what is wrong */
    ck_assert_uint_eq(rd_u8(&r), 0);   /* though one octet is there */
    ck_assert_ptr_null(rd_bytes(&r, 0));
    ck_assert(r.bad);
}
END_TEST

START_TEST(read_nothing)
{
    struct rd r = rd_make(NULL, 0);
    ck_assert_uint_eq(rd_left(&r), 0);
    ck_assert_uint_eq(rd_u8(&r), 0);
    ck_assert(r.bad);
    r = rd_make(eight, 0);
    ck_assert_ptr_eq(rd_bytes(&r, 0), eight);
    ck_assert(!r.bad);
}
END_TEST

START_TEST(write_big_endian)
{
    uint8_t out[16];
    memset(out, 0xAA, sizeof out);
    struct wr w = wr_make(out, sizeof out);
    wr_u8(&w, 0x80);
    wr_u16(&w, 0x0102);
    wr_u32(&w, 0x03FCFDFE);
    wr_bytes(&w, eight + 7, 1);
    ck_assert(!w.bad);
    ck_assert_uint_eq(w.n, 8);
    ck_assert_mem_eq(out, eight, 8);
    ck_assert_uint_eq(out[8], 0xAA);
    wr_u64(&w, 0x80010203FCFDFEFFull);
    ck_assert(!w.bad);
    ck_assert_mem_eq(out + 8, eight, 8);
}
END_TEST

/* Room for _i octets: data that do not fit are not written at all. */
START_TEST(write_short)
{
    uint8_t *out = octets_exact(eight, (size_t)_i);
    struct wr w = wr_make(out, (size_t)_i);
    wr_bytes(&w, "123456789", (size_t)_i + 1);
    ck_assert(w.bad);
    ck_assert_uint_eq(w.n, 0);
    if (_i > 0)
        ck_assert_mem_eq(out, eight, (size_t)_i);
    wr_u8(&w, 1); /* stays bad, though there is room */
    ck_assert(w.bad);
    ck_assert_uint_eq(w.n, 0);
    free(out);
}
END_TEST

START_TEST(write_to_the_brim)
{
    uint8_t *out = octets_exact(eight, 3);
    struct wr w = wr_make(out, 3);
    wr_u16(&w, 0x1234);
    wr_u8(&w, 0x56);
    wr_bytes(&w, NULL, 0);
    ck_assert(!w.bad);
    ck_assert_uint_eq(w.n, 3);
    ck_assert_mem_eq(out, "\x12\x34\x56", 3);
    wr_u8(&w, 0);
    ck_assert(w.bad);
    ck_assert_uint_eq(w.n, 3);
    free(out);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("buf");
    TCase *tc = tcase_create("read");
    tcase_add_test(tc, read_big_endian);
    tcase_add_loop_test(tc, read_short, 0, 8);
    tcase_add_test(tc, read_stays_bad);
    tcase_add_test(tc, read_nothing);
    suite_add_tcase(s, tc);
    tc = tcase_create("write");
    tcase_add_test(tc, write_big_endian);
    tcase_add_loop_test(tc, write_short, 0, 8);
    tcase_add_test(tc, write_to_the_brim);
    suite_add_tcase(s, tc);
    return octets_run(s);
}
