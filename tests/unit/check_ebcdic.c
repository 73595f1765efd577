#include <string.h>

#include "snanode/base/ebcdic.h"
#include "tests/unit/octets.h"

/* Pairs from the code page itself, one of each kind of character. */
static const struct {
    uint8_t ascii, ebcdic;
} pairs[] = {
    {' ', 0x40},  {'A', 0xC1},  {'I', 0xC9},  {'J', 0xD1},  {'R', 0xD9},  {'S', 0xE2},  {'Z', 0xE9},
    {'a', 0x81},  {'j', 0x91},  {'s', 0xA2},  {'z', 0xA9},  {'0', 0xF0},  {'9', 0xF9},  {'.', 0x4B},
    {'$', 0x5B},  {'#', 0x7B},  {'@', 0x7C},  {'%', 0x6C},  {'_', 0x6D},  {'/', 0x61},  {'\'', 0x7D},
    {'!', 0x5A},  {'|', 0x4F},  {'[', 0xBA},  {']', 0xBB},  {'^', 0xB0},  {'{', 0xC0},  {'}', 0xD0},
    {'\\', 0xE0}, {'~', 0xA1},  {'`', 0x79},  {0x00, 0x00}, {'\t', 0x05}, {'\n', 0x25}, {'\r', 0x0D},
    {0x1B, 0x27}, {0x7F, 0x07}, {0x85, 0x15}, {0xA0, 0x41}, {0xA2, 0x4A}, {0xAC, 0x5F}, {0xE4, 0x43},
    {0xDF, 0x59}, {0x9F, 0xFF},
};

START_TEST(pair)
{
    ck_assert_uint_eq(ebcdic_from_ascii[pairs[_i].ascii], pairs[_i].ebcdic);
    ck_assert_uint_eq(ebcdic_to_ascii[pairs[_i].ebcdic], pairs[_i].ascii);
}
END_TEST

START_TEST(one_to_one)
{
    ck_assert_uint_eq(ebcdic_to_ascii[ebcdic_from_ascii[_i]], (unsigned)_i);
    ck_assert_uint_eq(ebcdic_from_ascii[ebcdic_to_ascii[_i]], (unsigned)_i);
}
END_TEST

START_TEST(in_place)
{
    struct octets name = octets_of("E4C3C3C3E5E3C1D44BD2F7C3C9C3E2"); /* name in a real BIND [Q157328] */
    ebcdic_decode(name.v, name.n);
    ck_assert_mem_eq(name.v, "UCCCVTAM.K7CICS", name.n);
    ebcdic_encode(name.v, 8); /* no further than told */
    ck_assert_mem_eq(name.v, "\xE4\xC3\xC3\xC3\xE5\xE3\xC1\xD4.K7CICS", name.n);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("ebcdic");
    TCase *tc = tcase_create("tables");
    tcase_add_loop_test(tc, pair, 0, OCTETS_ROWS(pairs));
    tcase_add_loop_test(tc, one_to_one, 0, 256);
    tcase_add_test(tc, in_place);
    suite_add_tcase(s, tc);
    return octets_run(s);
}
