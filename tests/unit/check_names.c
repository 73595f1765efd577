#include <string.h>

#include "snanode/base/names.h"
#include "tests/unit/octets.h"

static const struct {
    const char *s;
    bool alias, lu, symdest;
} names[] = {
    {"A", true, true, true},        {"LOCAL01", true, true, true},
    {"ABCDEFGH", true, true, true}, {"ABCDEFGHI", false, false, false},
    {"", false, false, false},      {"#INTER", true, true, true},
    {"$1", true, true, true},       {"@LU", true, true, true},
    {"A%B", true, false, false},    {"abc", false, false, false},
    {"A B", false, false, false},   {" A", false, false, false},
    {"A.B", false, false, false},   {"A_B", false, false, false},
    {"A-B", false, false, false},   {"A/B", false, false, false},
    {"A:B", false, false, false},   {"A[B", false, false, false},
    {"\xC1", false, false, false},  {"9", true, true, true},
};

START_TEST(tp_for_people)
{
    char out[65], small[8];
    ck_assert_str_eq(name_show_tp(out, sizeof out, (const uint8_t *)"ORDERQ", 6, false), "ORDERQ");
    ck_assert_str_eq(name_show_tp(out, sizeof out, (const uint8_t *)"A\n", 2, false), "A\\x0A");
    ck_assert_str_eq(name_show_tp(out, sizeof out,
                                  (const uint8_t *)"\x21"
                                                   "002",
                                  4, true),
                     "X'21F0F0F2'");
    ck_assert_str_eq(name_show_tp(out, sizeof out, (const uint8_t *)"\x03", 1, true), "X'03'");
    ck_assert_str_eq(name_show_tp(small, sizeof small,
                                  (const uint8_t *)"\x21"
                                                   "002",
                                  4, true),
                     "X'21F0'");
    uint8_t most[64] = {0x06};
    name_show_tp(out, sizeof out, most, sizeof most, true);
    ck_assert_uint_le(strlen(out), 64);
}
END_TEST

START_TEST(alphabet)
{
    size_t n = strlen(names[_i].s);
    char *s = (char *)octets_exact(names[_i].s, n); /* no NUL behind it */
    ck_assert_int_eq(name_valid_lu_alias(s, n), names[_i].alias);
    ck_assert_int_eq(name_valid_lu(s, n), names[_i].lu);
    ck_assert_int_eq(name_valid_symdest(s, n), names[_i].symdest);
    free(s);
}
END_TEST

START_TEST(nul_is_no_character)
{
    ck_assert(!name_valid_lu_alias("A\0B", 3));
    ck_assert(!name_valid_lu("A\0", 2));
    ck_assert(!name_valid_symdest("\0", 1));
}
END_TEST

static const struct {
    const char *s;
    bool valid;
} fqs[] = {
    {"NETA.LU1", true},
    {"ABCDEFGH.ABCDEFGH", true},
    {".LU1", true}, /* without a network name */
    {"NETA.", false},
    {".", false},
    {"", false},
    {"LU1", false},
    {"ABCDEFGHI.LU1", false},
    {"NETA.ABCDEFGHI", false},
    {"NET.A.LU", false},
    {"NETA.lu1", false},
    {"NETA.A%B", false},
    {"NE A.LU1", false},
};

START_TEST(qualified)
{
    size_t n = strlen(fqs[_i].s);
    char *s = (char *)octets_exact(fqs[_i].s, n);
    ck_assert_int_eq(name_valid_fq(s, n), fqs[_i].valid);
    free(s);
}
END_TEST

START_TEST(tp_length)
{
    uint8_t tp[66];
    memset(tp, 'x', sizeof tp);
    ck_assert_int_eq(name_valid_tp(tp, (size_t)_i), _i >= 1 && _i <= NAME_TP_MAX);
}
END_TEST

START_TEST(tp_octet)
{
    uint8_t tp[3] = {'A', (uint8_t)_i, 'B'};
    ck_assert_int_eq(name_valid_tp(tp, sizeof tp), _i > 0x20 && _i < 0x7f);
}
END_TEST

START_TEST(fold)
{
    char s[] = "aZz{`@[1\xE4\xFC";
    name_fold(s);
    ck_assert_str_eq(s, "AZZ{`@[1\xE4\xFC");
}
END_TEST

static const struct {
    const char *field;
    size_t n, cap;
    const char *want;
} pads[] = {
    {"LU1     ", 8, 9, "LU1"},  {"LU1\0XXXX", 8, 9, "LU1"},
    {"LU1  \0XX", 8, 9, "LU1"}, {"LU123456", 8, 9, "LU123456"},
    {"        ", 8, 9, ""},     {"", 0, 9, ""},
    {" A B    ", 8, 9, " A B"}, {"LU123456", 8, 5, "LU12"},
    {"LU123456", 3, 9, "LU1"},  {"LU", 2, 1, ""},
};

START_TEST(unpad)
{
    char *field = (char *)octets_exact(pads[_i].field, pads[_i].n);
    char out[10];
    memset(out, '~', sizeof out);
    ck_assert_uint_eq(name_unpad(out, pads[_i].cap, field, pads[_i].n), strlen(pads[_i].want));
    ck_assert_str_eq(out, pads[_i].want);
    ck_assert_int_eq(out[pads[_i].cap], '~');
    free(field);
}
END_TEST

static int sign(int v)
{
    return (v > 0) - (v < 0);
}

static const struct {
    const char *a, *b;
    int want;
} comparisons[] = {
    {"", "", 0},      {"abc", "ABC", 0}, {"aBc1$", "AbC1$", 0}, {"ab", "abc", -1},
    {"abc", "ab", 1}, {"abd", "ABC", 1}, {"ABC", "abd", -1},    {"a", "", 1},
    {"@", "`", -1},   {"[", "{", -1},    {"a", "\xE4", -1},
};

START_TEST(casecmp)
{
    ck_assert_int_eq(sign(name_casecmp(comparisons[_i].a, comparisons[_i].b)), comparisons[_i].want);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("names");
    TCase *tc = tcase_create("valid");
    tcase_add_loop_test(tc, alphabet, 0, OCTETS_ROWS(names));
    tcase_add_test(tc, nul_is_no_character);
    tcase_add_loop_test(tc, qualified, 0, OCTETS_ROWS(fqs));
    tcase_add_loop_test(tc, tp_length, 0, 66);
    tcase_add_loop_test(tc, tp_octet, 0, 256);
    suite_add_tcase(s, tc);
    tc = tcase_create("convert");
    tcase_add_test(tc, fold);
    tcase_add_test(tc, tp_for_people);
    tcase_add_loop_test(tc, unpad, 0, OCTETS_ROWS(pads));
    tcase_add_loop_test(tc, casecmp, 0, OCTETS_ROWS(comparisons));
    suite_add_tcase(s, tc);
    return octets_run(s);
}
