#include <string.h>

#include "snanode/wire/fmh7.h"
#include "snanode/wire/sense.h"
#include "tests/unit/octets.h"

#define KB_C   "07 07 08890100 00" /* a real one [Q156083] */
#define LOGGED "07 07 08640000 80 | 000B 12E1 0002 0005 D6D6D7"

START_TEST(decode_known)
{
    struct octets o = octets_of(KB_C);
    struct fmh7 f;
    memset(&f, 0xff, sizeof f);
    ck_assert_int_eq(fmh7_decode(o.v, o.n, &f, NULL), FMH7_LEN);
    ck_assert_uint_eq(f.sense, SENSE_SVC_ERROR);
    ck_assert(!f.log_follows);
    ck_assert_ptr_null(f.log);
    ck_assert_uint_eq(f.log_n, 0);
}
END_TEST

/* Product set ids, text lengths and what a reader makes of them [Q181011; Q166875]. */
static const struct {
    const char *hex;  /* what follows the FMH-7 */
    const char *text; /* EBCDIC, in hexadecimal; "" = none */
} logs[] = {
    {"000B 12E1 0002 0005 D6D6D7", "D6D6D7"},
    {"000E 12E1 0005 112233 0005 D6D6D7", "D6D6D7"},
    {"000D 12E1 0002 0005 D6D6D7 4040", "D6D6D7"}, /* more behind the text */
    {"0008 12E1 0002 0002", ""},                   /* nothing to say */
    {"0004 12E1", ""},                             /* no body */
    /* shown whole: */
    {"0007 12E1 D6D6D7", "D6D6D7"},                   /* text without any lengths */
    {"000B 12E1 0002 0006 D6D6D7", "00020006D6D6D7"}, /* a length that does not fit */
    {"000B 12E1 0008 0005 D6D6D7", "00080005D6D6D7"}, /* ... of the product set id */
    {"000B 12E1 0002 0001 D6D6D7", "00020001D6D6D7"}, /* a length shorter than itself */
    {"000B 12E1 0000 0005 D6D6D7", "00000005D6D6D7"}, /* ... of the product set id */
    {"0006 12E1 0002", "0002"},                       /* no text length */
    {"0007 12E1 0002 00", "000200"},                  /* half of one */
};

START_TEST(decode_log)
{
    struct octets o = octets_of("07 07 08640000 80"), tail = octets_of(logs[_i].hex);
    struct octets text = octets_of(logs[_i].text);
    memcpy(o.v + o.n, tail.v, tail.n);
    o.n += tail.n;
    uint8_t *p = octets_exact(o.v, o.n);
    struct fmh7 f;
    memset(&f, 0xff, sizeof f);
    ck_assert_int_eq(fmh7_decode(p, o.n, &f, NULL), (int)o.n);
    ck_assert_uint_eq(f.sense, SENSE_ABEND_PROG);
    ck_assert(f.log_follows);
    ck_assert_uint_eq(f.log_n, text.n);
    if (text.n)
        ck_assert_mem_eq(f.log, text.v, text.n);
    else
        ck_assert_ptr_null(f.log);
    free(p);
}
END_TEST

START_TEST(decode_leaves_the_rest)
{
    struct octets o = octets_of(LOGGED "| 0004 12FF");
    struct fmh7 f;
    ck_assert_int_eq(fmh7_decode(o.v, o.n, &f, NULL), 18);
    o = octets_of(KB_C "| 0004 12E1"); /* not announced: the program's own data */
    ck_assert_int_eq(fmh7_decode(o.v, o.n, &f, NULL), FMH7_LEN);
    ck_assert(!f.log_follows);
}
END_TEST

START_TEST(encode_known)
{
    struct octets o = octets_of(KB_C);
    uint8_t out[FMH7_MAX];
    ck_assert_int_eq(fmh7_encode(SENSE_SVC_ERROR, NULL, 0, out, sizeof out), (int)o.n);
    ck_assert_mem_eq(out, o.v, o.n);
    o = octets_of(LOGGED);
    ck_assert_int_eq(fmh7_encode(SENSE_ABEND_PROG, (const uint8_t *)"\xD6\xD6\xD7", 3, out, sizeof out),
                     (int)o.n);
    ck_assert_mem_eq(out, o.v, o.n);
}
END_TEST

/* Text lengths 0, 1, some, the most, one too many. */
START_TEST(round_trip)
{
    static const size_t sizes[] = {0, 1, 255, 256, FMH7_LOG_MAX, FMH7_LOG_MAX + 1};
    size_t n = sizes[_i];
    uint8_t text[FMH7_LOG_MAX + 1], out[FMH7_MAX + 1];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (uint8_t)(i * 7 + 1);
    memset(out, 0xff, sizeof out);
    ssize_t used = fmh7_encode(SENSE_PROG_ERROR, text, n, out, sizeof out);
    if (n > FMH7_LOG_MAX) {
        ck_assert_int_eq(used, -1);
        return;
    }
    ck_assert_int_eq(used, (int)(FMH7_LEN + (n ? 8 + n : 0)));
    ck_assert_int_le(used, FMH7_MAX);
    ck_assert_int_eq(fmh7_encode(SENSE_PROG_ERROR, text, n, out, (size_t)used - 1), -1);
    struct fmh7 f;
    memset(&f, 0xff, sizeof f);
    ck_assert_int_eq(fmh7_decode(out, (size_t)used, &f, NULL), used);
    ck_assert_uint_eq(f.sense, SENSE_PROG_ERROR);
    ck_assert_uint_eq(f.log_n, n);
    if (n)
        ck_assert_mem_eq(f.log, text, n);
}
END_TEST

START_TEST(truncated)
{
    struct octets o = octets_of(LOGGED);
    for (size_t n = 0; n < o.n; n++) {
        uint8_t *p = octets_exact(o.v, n);
        struct fmh7 f = {.sense = 0x5a5a5a5a};
        struct sna_err e = {0};
        ck_assert_int_eq(fmh7_decode(p, n, &f, &e), -1);
        ck_assert_uint_eq(e.sense, n < FMH7_LEN ? SENSE_FMH_LENGTH : SENSE_LOG_DATA_MISMATCH);
        ck_assert_uint_eq(f.sense, 0x5a5a5a5a);
        free(p);
    }
}
END_TEST

static const struct {
    size_t at;
    uint8_t v;
    uint32_t sense;
} faults[] = {
    {0, 0x06, SENSE_FMH_LENGTH},        {0, 0x08, SENSE_FMH_LENGTH},
    {0, 0x00, SENSE_FMH_LENGTH},        {1, 0x05, SENSE_FMH_TYPE},
    {1, 0x87, SENSE_FMH_TYPE},          {8, 0x0C, SENSE_LOG_DATA_MISMATCH}, /* LL longer than what is there */
    {8, 0x03, SENSE_LOG_DATA_MISMATCH},                                     /* no room for the ID */
    {7, 0x80, SENSE_LOG_DATA_MISMATCH}, /* log that goes on in another record */
    {9, 0x11, SENSE_LOG_DATA_MISMATCH}, {10, 0xFF, SENSE_LOG_DATA_MISMATCH}, /* another variable */
};

START_TEST(fault)
{
    struct octets o = octets_of(LOGGED);
    ck_assert_uint_ne(o.v[faults[_i].at], faults[_i].v);
    o.v[faults[_i].at] = faults[_i].v;
    uint8_t *p = octets_exact(o.v, o.n);
    struct fmh7 f;
    struct sna_err e = {0};
    ck_assert_int_eq(fmh7_decode(p, o.n, &f, &e), -1);
    ck_assert_uint_eq(e.sense, faults[_i].sense);
    free(p);
}
END_TEST

START_TEST(reserved_bits_ignored)
{
    struct octets o = octets_of("07 07 08890000 7F");
    struct fmh7 f;
    ck_assert_int_eq(fmh7_decode(o.v, o.n, &f, NULL), FMH7_LEN);
    ck_assert(!f.log_follows);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("fmh7");
    TCase *tc = tcase_create("codec");
    tcase_add_test(tc, decode_known);
    tcase_add_loop_test(tc, decode_log, 0, OCTETS_ROWS(logs));
    tcase_add_test(tc, decode_leaves_the_rest);
    tcase_add_test(tc, encode_known);
    tcase_add_loop_test(tc, round_trip, 0, 6);
    tcase_add_test(tc, truncated);
    tcase_add_loop_test(tc, fault, 0, OCTETS_ROWS(faults));
    tcase_add_test(tc, reserved_bits_ignored);
    suite_add_tcase(s, tc);
    return octets_run(s);
}
