#include <string.h>

#include "snanode/wire/dfc.h"
#include "snanode/wire/sense.h"
#include "tests/unit/octets.h"

/* [Formats: request units] */
static const struct {
    const char *hex;
    uint8_t code;
} known[] = {
    {"04 00060000", DFC_LUSTAT},
    {"05", DFC_RTR},
    {"70", DFC_BIS},
    {"C9 0001 0001", DFC_SIG},
};

START_TEST(decode_known)
{
    struct octets o = octets_of(known[_i].hex);
    uint8_t *p = octets_exact(o.v, o.n);
    uint8_t code = 0xff;
    ck_assert_int_eq(dfc_decode(p, o.n, &code, NULL), (int)o.n);
    ck_assert_uint_eq(code, known[_i].code);
    free(p);
}
END_TEST

START_TEST(encode_known)
{
    struct octets o = octets_of(known[_i].hex);
    uint8_t out[DFC_MAX + 1];
    memset(out, 0xAA, sizeof out);
    ck_assert_int_eq(dfc_encode(known[_i].code, out, sizeof out), (int)o.n);
    ck_assert_mem_eq(out, o.v, o.n);
    ck_assert_uint_eq(out[o.n], 0xAA);
    for (size_t cap = 0; cap < o.n; cap++) {
        uint8_t *small = octets_exact(o.v, cap);
        ck_assert_int_eq(dfc_encode(known[_i].code, small, cap), -1);
        free(small);
    }
}
END_TEST

START_TEST(truncated)
{
    struct octets o = octets_of(known[_i].hex);
    for (size_t n = 0; n < o.n; n++) {
        uint8_t *p = octets_exact(o.v, n);
        uint8_t code = 0x5a;
        struct sna_err e = {0};
        ck_assert_int_eq(dfc_decode(p, n, &code, &e), -1);
        ck_assert_uint_eq(e.sense, SENSE_RH_INCOMPLETE);
        ck_assert_uint_eq(code, 0x5a);
        free(p);
    }
}
END_TEST

/* All 256 request codes: four are ours. */
START_TEST(request_code)
{
    uint8_t p[DFC_MAX] = {(uint8_t)_i, 0x00, 0x01, 0x00, 0x01};
    uint8_t code = 0, out[DFC_MAX];
    struct sna_err e = {0};
    bool ours = false;
    for (int k = 0; k < OCTETS_ROWS(known); k++)
        ours = ours || known[k].code == _i;
    ck_assert_int_eq(dfc_decode(p, sizeof p, &code, &e) > 0, ours);
    ck_assert_uint_eq(e.sense, ours ? 0 : SENSE_REQUEST_CODE);
    ck_assert_int_eq(dfc_encode((uint8_t)_i, out, sizeof out) > 0, ours);
}
END_TEST

START_TEST(signal_code)
{
    static const char *const hex[] = {"C9 0002 0001", "C9 0001 0000", "C9 0000 0001", "C9 8001 0001"};
    struct octets o = octets_of(hex[_i]);
    uint8_t code;
    struct sna_err e = {0};
    ck_assert_int_eq(dfc_decode(o.v, o.n, &code, &e), -1);
    ck_assert_uint_eq(e.sense, SENSE_PARAMETER);
}
END_TEST

START_TEST(any_status)
{
    struct octets o = octets_of("04 00070000");
    uint8_t code = 0;
    ck_assert_int_eq(dfc_decode(o.v, o.n, &code, NULL), 5);
    ck_assert_uint_eq(code, DFC_LUSTAT);
}
END_TEST

/* Responses [Formats: RH]: refused BIND, bid granted, refused, refused for now; SIG, RTR, UNBIND. */
static const struct {
    const char *hex;
    uint8_t code;
    uint32_t sense;
} responses[] = {
    {"08350026 31", 0x31, 0x08350026},
    {"04", DFC_LUSTAT, 0},
    {"08130000 04", DFC_LUSTAT, SENSE_BID_REFUSED},
    {"08140000 04", DFC_LUSTAT, SENSE_BID_REFUSED_RTR},
    {"C9", DFC_SIG, 0},
    {"08190000 05", DFC_RTR, SENSE_RTR_NOT_REQUIRED},
    {"32", 0x32, 0},
};

START_TEST(response)
{
    struct octets o = octets_of(responses[_i].hex);
    uint8_t out[DFC_RSP_MAX], code = 0xff;
    uint32_t sense = 0xffffffff;
    ck_assert_int_eq(dfc_encode_response(responses[_i].code, responses[_i].sense, out, sizeof out), (int)o.n);
    ck_assert_mem_eq(out, o.v, o.n);
    ck_assert_int_eq(dfc_encode_response(responses[_i].code, responses[_i].sense, out, o.n - 1), -1);
    bool negative = responses[_i].sense != 0;
    ck_assert_int_eq(dfc_decode_response(o.v, o.n, negative, &code, &sense, NULL), (int)o.n);
    ck_assert_uint_eq(code, responses[_i].code);
    ck_assert_uint_eq(sense, responses[_i].sense);
    for (size_t n = 0; n < o.n; n++) {
        uint8_t *p = octets_exact(o.v, n);
        struct sna_err e = {0};
        ck_assert_int_eq(dfc_decode_response(p, n, negative, &code, &sense, &e), -1);
        ck_assert_uint_eq(e.sense, SENSE_RH_INCOMPLETE);
        free(p);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("dfc");
    TCase *tc = tcase_create("requests");
    tcase_add_loop_test(tc, decode_known, 0, OCTETS_ROWS(known));
    tcase_add_loop_test(tc, encode_known, 0, OCTETS_ROWS(known));
    tcase_add_loop_test(tc, truncated, 0, OCTETS_ROWS(known));
    tcase_add_loop_test(tc, request_code, 0, 256);
    tcase_add_loop_test(tc, signal_code, 0, 4);
    tcase_add_test(tc, any_status);
    suite_add_tcase(s, tc);
    tc = tcase_create("responses");
    tcase_add_loop_test(tc, response, 0, OCTETS_ROWS(responses));
    suite_add_tcase(s, tc);
    return octets_run(s);
}
