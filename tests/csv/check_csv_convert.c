/* check_csv_convert.c - CONVERT and GET_CP_CONVERT_TABLE. */
#include <ctype.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/cpic/harness.h"
#include "tests/csv/issue.h"

/* Characters and their EBCDIC code points, typed from the description of the character sets [Formats;
 * Q139114]. */
static const struct {
    char ascii;
    unsigned char ebcdic;
} set_a[] =
    {
        {'A', 0xC1}, {'B', 0xC2}, {'C', 0xC3}, {'D', 0xC4}, {'E', 0xC5}, {'F', 0xC6}, {'G', 0xC7},
        {'H', 0xC8}, {'I', 0xC9}, {'J', 0xD1}, {'K', 0xD2}, {'L', 0xD3}, {'M', 0xD4}, {'N', 0xD5},
        {'O', 0xD6}, {'P', 0xD7}, {'Q', 0xD8}, {'R', 0xD9}, {'S', 0xE2}, {'T', 0xE3}, {'U', 0xE4},
        {'V', 0xE5}, {'W', 0xE6}, {'X', 0xE7}, {'Y', 0xE8}, {'Z', 0xE9}, {'$', 0x5B}, {'#', 0x7B},
        {'@', 0x7C}, {'0', 0xF0}, {'1', 0xF1}, {'2', 0xF2}, {'3', 0xF3}, {'4', 0xF4}, {'5', 0xF5},
        {'6', 0xF6}, {'7', 0xF7}, {'8', 0xF8}, {'9', 0xF9},
},
  only_ae[] = {
      {'a', 0x81}, {'b', 0x82}, {'c', 0x83}, {'d', 0x84}, {'e', 0x85}, {'f', 0x86}, {'g', 0x87},
      {'h', 0x88}, {'i', 0x89}, {'j', 0x91}, {'k', 0x92}, {'l', 0x93}, {'m', 0x94}, {'n', 0x95},
      {'o', 0x96}, {'p', 0x97}, {'q', 0x98}, {'r', 0x99}, {'s', 0xA2}, {'t', 0xA3}, {'u', 0xA4},
      {'v', 0xA5}, {'w', 0xA6}, {'x', 0xA7}, {'y', 0xA8}, {'z', 0xA9}, {'.', 0x4B},
};
#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

/* What OCTET becomes in the middle of a string, 0 = it is not in the set. */
static unsigned char expected(bool to_ebcdic, unsigned char set, unsigned octet)
{
    for (size_t i = 0; i < COUNT(set_a); i++)
        if (octet == (to_ebcdic ? (unsigned char)set_a[i].ascii : set_a[i].ebcdic))
            return to_ebcdic ? set_a[i].ebcdic : (unsigned char)set_a[i].ascii;
    for (size_t i = 0; i < COUNT(only_ae); i++) {
        if (octet != (to_ebcdic ? (unsigned char)only_ae[i].ascii : only_ae[i].ebcdic))
            continue;
        if (set == SV_AE)
            return to_ebcdic ? only_ae[i].ebcdic : (unsigned char)only_ae[i].ascii;
        if (to_ebcdic && octet != '.') /* folded */
            return expected(true, SV_A, octet - 'a' + 'A');
    }
    return 0;
}

/* Every octet of both sets in both directions, between two letters. */
START_TEST(every_octet)
{
    bool to_ebcdic = _i & 1;
    unsigned char set = _i & 2 ? SV_A : SV_AE, letter = to_ebcdic ? 'A' : 0xC1,
                  turned = to_ebcdic ? 0xC1 : 'A';
    for (unsigned octet = 0; octet < 256; octet++) {
        unsigned char text[3] = {letter, (unsigned char)octet, letter};
        unsigned char want = expected(to_ebcdic, set, octet);
        struct convert b = do_convert(to_ebcdic ? SV_ASCII_TO_EBCDIC : SV_EBCDIC_TO_ASCII, set, text, 3);
        if (want)
            ck_codes(b, SV_OK, 0);
        else
            ck_codes(b, SV_PARAMETER_CHECK, SV_CONVERSION_ERROR);
        ck_assert_msg(text[0] == turned && text[1] == want && text[2] == turned,
                      "%02X: %02X %02X %02X, not %02X", octet, text[0], text[1], text[2], want);
    }
}
END_TEST

/* Which octets a string of type A may begin with; of type AE any of the set. */
START_TEST(first_octet)
{
    bool to_ebcdic = _i;
    for (unsigned octet = 0; octet < 256; octet++) {
        unsigned char text[2] = {(unsigned char)octet, to_ebcdic ? 'B' : 0xC2};
        unsigned char want = expected(to_ebcdic, SV_A, octet);
        unsigned char ascii = to_ebcdic ? (unsigned char)octet : want;
        bool blank = octet == (to_ebcdic ? 0x20 : 0x40), letter = want && !(ascii >= '0' && ascii <= '9');
        unsigned char dir = to_ebcdic ? SV_ASCII_TO_EBCDIC : SV_EBCDIC_TO_ASCII;
        struct convert b = do_convert(dir, SV_A, text, 2);
        if (letter) {
            ck_codes(b, SV_OK, 0);
        } else if (blank) {
            ck_codes(b, SV_PARAMETER_CHECK, SV_CONVERSION_ERROR);
            ck_assert_uint_eq(text[0], 0);
        } else {
            ck_codes(b, SV_PARAMETER_CHECK, SV_INVALID_FIRST_CHARACTER);
            ck_assert_msg(text[0] == octet && text[1] == (to_ebcdic ? 'B' : 0xC2), "it was converted");
        }
    }
}
END_TEST

static const struct {
    unsigned char set;
    const char *ascii, *ebcdic;
    unsigned n;
    bool all;
} strings[] = {
    {SV_A, "MODE1   ", "\xD4\xD6\xC4\xC5\xF1\x40\x40\x40", 8, true},
    {SV_A, "mode1   ", "\xD4\xD6\xC4\xC5\xF1\x40\x40\x40", 8, true},
    {SV_AE, "My.Tp#1 ", "\xD4\xA8\x4B\xE3\x97\x7B\xF1\x40", 8, true},
    {SV_AE, "A B", "\xC1\x00\xC2", 3, false},
    {SV_AE, " AB", "\x00\xC1\xC2", 3, false},
    {SV_A, " AB ", "\x00\xC1\xC2\x40", 4, false},
    {SV_AE, "1AB", "\xF1\xC1\xC2", 3, true},
    {SV_A, "        ", "\x40\x40\x40\x40\x40\x40\x40\x40", 8, true},
    {SV_AE, "    ", "\x40\x40\x40\x40", 4, true},
    {SV_AE, "A-B!", "\xC1\x00\xC2\x00", 4, false},
};

START_TEST(whole_string)
{
    unsigned char text[16];
    unsigned n = strings[_i].n;
    memcpy(text, strings[_i].ascii, n);
    struct convert b = do_convert(SV_ASCII_TO_EBCDIC, strings[_i].set, text, n);
    ck_codes(b, strings[_i].all ? SV_OK : SV_PARAMETER_CHECK, strings[_i].all ? 0 : SV_CONVERSION_ERROR);
    ck_assert_mem_eq(text, strings[_i].ebcdic, n);
    if (!strings[_i].all)
        return;
    b = do_convert(SV_EBCDIC_TO_ASCII, strings[_i].set, text, n);
    ck_codes(b, SV_OK, 0);
    for (unsigned i = 0; i < n; i++) /* what was folded stays so */
        ck_assert_int_eq(text[i],
                         strings[_i].set == SV_A ? toupper(strings[_i].ascii[i]) : strings[_i].ascii[i]);
}
END_TEST

/* SOURCE and TARGET overlap in either direction. */
START_TEST(overlap)
{
    for (int by = -9; by <= 9; by++) {
        unsigned char room[64], want[20];
        struct convert b = {
            .opcode = SV_CONVERT, .direction = SV_ASCII_TO_EBCDIC, .char_set = SV_AE, .len = 20};
        memcpy(want, "ABCDEFGHIJKLMNOPQRS ", 20);
        do_convert(SV_ASCII_TO_EBCDIC, SV_AE, want, 20);
        memcpy(room + 20, "ABCDEFGHIJKLMNOPQRS ", 20);
        b.source = room + 20;
        b.target = room + 20 + by;
        issue(&b);
        ck_codes(b, SV_OK, 0);
        ck_assert_mem_eq(room + 20 + by, want, 20);
    }
}
END_TEST

START_TEST(no_length)
{
    struct convert b = {.opcode = SV_CONVERT, .direction = SV_ASCII_TO_EBCDIC, .char_set = SV_A};
    issue(&b);
    ck_codes(b, SV_OK, 0);
}
END_TEST

START_TEST(longest)
{
    static unsigned char text[65535];
    memset(text, 'x', sizeof text);
    struct convert b = do_convert(SV_ASCII_TO_EBCDIC, SV_AE, text, sizeof text);
    ck_codes(b, SV_OK, 0);
    for (size_t i = 0; i < sizeof text; i++)
        ck_assert_uint_eq(text[i], 0xA7);
}
END_TEST

START_TEST(refused)
{
    unsigned char text[] = "AB";
    struct convert b = do_convert(2, SV_A, text, 2);
    ck_codes(b, SV_PARAMETER_CHECK, SV_INVALID_DIRECTION);
    b = do_convert(SV_ASCII_TO_EBCDIC, 3, text, 2);
    ck_codes(b, SV_PARAMETER_CHECK, SV_INVALID_CHARACTER_SET);
    ck_assert_str_eq((char *)text, "AB");
}
END_TEST

/* ---- type G ---- */

static char table_path[] = "/tmp/check_csv_convert.XXXXXX";

static void table_file(const char *text, size_t n)
{
    int fd = open(table_path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, text, n), n);
    close(fd);
}

/* A table that turns I into 255 - I in one direction, and into I + 1 in the other. */
static size_t table_text(char *out, const char *end, bool upper)
{
    size_t n = 0;
    for (unsigned line = 0; line < 32; line++) {
        for (unsigned i = 0; i < 16; i++) {
            unsigned at = line % 16 * 16 + i;
            n += (size_t)sprintf(out + n, upper ? "%02X" : "%02x", (line < 16 ? 255 - at : at + 1) & 0xFF);
        }
        n += (size_t)sprintf(out + n, "%s", end);
    }
    return n;
}

static void with_table(void)
{
    int fd = mkstemp(table_path);
    ck_assert_int_ge(fd, 0);
    close(fd);
    setenv("CSVTBLG", table_path, 1);
    unsetenv("COMTBLG");
}

static void without_table(void)
{
    unlink(table_path);
}

static void ck_table(bool good)
{
    unsigned char text[256];
    for (unsigned i = 0; i < 256; i++)
        text[i] = (unsigned char)i;
    struct convert b = do_convert(SV_ASCII_TO_EBCDIC, SV_G, text, 255); /* 255 becomes 00 */
    if (!good) {
        ck_codes(b, SV_PARAMETER_CHECK, SV_TABLE_ERROR);
        ck_assert_uint_eq(text[1], 1);
        return;
    }
    ck_codes(b, SV_OK, 0);
    for (unsigned i = 0; i < 255; i++)
        ck_assert_uint_eq(text[i], 255 - i);
    text[0] = 0x41;
    b = do_convert(SV_EBCDIC_TO_ASCII, SV_G, text, 1);
    ck_codes(b, SV_OK, 0);
    ck_assert_uint_eq(text[0], 0x42);
    text[0] = 0xFF;
    b = do_convert(SV_EBCDIC_TO_ASCII, SV_G, text, 1);
    ck_codes(b, SV_PARAMETER_CHECK, SV_CONVERSION_ERROR);
    ck_assert_uint_eq(text[0], 0);
}

START_TEST(type_g)
{
    char text[2000];
    size_t n = table_text(text, _i & 1 ? "\r\n" : "\n", _i & 2);
    table_file(text, n);
    ck_table(true);
    text[n] = 0x1A;
    table_file(text, n + 1);
    ck_table(true);
    setenv("COMTBLG", table_path, 1); /* the system's is used when the program has none */
    unsetenv("CSVTBLG");
    ck_table(true);
}
END_TEST

START_TEST(table_missing)
{
    unsetenv("CSVTBLG");
    ck_table(false);
    setenv("CSVTBLG", "", 1);
    ck_table(false);
    setenv("CSVTBLG", "/nowhere/there/is/none", 1);
    ck_table(false);
    setenv("CSVTBLG", "/tmp", 1);
    ck_table(false);
}
END_TEST

/* Of each length there is tests/unit/check_gtable. */
START_TEST(table_cut_short)
{
    char text[2000];
    size_t n = table_text(text, "\r\n", true);
    const size_t lengths[] = {0, 1, 33, 34, n / 2, n - 34, n - 3};
    for (size_t i = 0; i < COUNT(lengths); i++) {
        table_file(text, lengths[i]);
        ck_table(false);
    }
    table_file(text, n - 2);
    ck_table(true);
}
END_TEST

START_TEST(table_spoilt)
{
    static const struct {
        size_t at;
        const char *put;
    } spoilt[] = {{0, "G"},    {31, " "},    {32, " "},    {33, "x"},
                  {1087, "0"}, {1088, "00"}, {1088, "\n"}, {500, "/"}};
    char text[2000];
    size_t n = table_text(text, "\r\n", true);
    ck_assert_uint_eq(n, 1088);
    memcpy(text + spoilt[_i].at, spoilt[_i].put, strlen(spoilt[_i].put));
    size_t end = spoilt[_i].at + strlen(spoilt[_i].put);
    table_file(text, end > n ? end : n);
    ck_table(false);
}
END_TEST

/* ---- GET_CP_CONVERT_TABLE ---- */

static const unsigned short pages[] = {437, 850, 860, 863, 865, 37, 273, 277, 278, 280, 284, 285, 297, 500};

static struct get_cp_convert_table cp(unsigned short from, unsigned short to, unsigned char *table,
                                      unsigned char how)
{
    struct get_cp_convert_table b = {.opcode = SV_GET_CP_CONVERT_TABLE, .source_cp = from, .target_cp = to};
    b.conv_tbl_addr = table;
    b.char_not_fnd = how;
    b.substitute_char = 0x6F;
    issue(&b);
    return b;
}

/* Each page to each other and back: nothing is lost, and digits and letters are where every host page has
 * them. */
START_TEST(round_trip)
{
    for (size_t k = 0; k < COUNT(pages); k++) {
        unsigned char there[256], back[256];
        struct get_cp_convert_table b = cp(pages[_i], pages[k], there, SV_ROUND_TRIP);
        ck_codes(b, SV_OK, 0);
        b = cp(pages[k], pages[_i], back, SV_ROUND_TRIP);
        ck_codes(b, SV_OK, 0);
        for (unsigned i = 0; i < 256; i++)
            ck_assert_uint_eq(back[there[i]], i);
        bool from_pc = _i < 5, to_pc = k < 5;
        for (size_t i = 0; i < COUNT(set_a); i++)
            if (set_a[i].ascii != '$' && set_a[i].ascii != '#' && set_a[i].ascii != '@')
                ck_assert_uint_eq(there[from_pc ? (unsigned char)set_a[i].ascii : set_a[i].ebcdic],
                                  to_pc ? (unsigned char)set_a[i].ascii : set_a[i].ebcdic);
    }
}
END_TEST

/* National characters, from the charts of the pages: a with diaeresis, currency signs, brackets. */
START_TEST(characters)
{
    static const struct {
        unsigned short from, to;
        unsigned char octet, becomes;
    } rows[] = {
        {437, 37, 0x84, 0x43},  {437, 273, 0x84, 0xC0}, {850, 500, 0x5B, 0x4A}, {850, 37, 0x5B, 0xBA},
        {437, 285, 0x9C, 0x5B}, {37, 850, 0x5B, 0x24},  {277, 850, 0x5B, 0x8F}, {278, 850, 0x5B, 0x8F},
        {437, 297, 0x40, 0x44}, {437, 280, 0x40, 0xB5}, {437, 284, 0xA4, 0x6A}, {865, 277, 0x9B, 0x6A},
    };
    unsigned char table[256];
    struct get_cp_convert_table b = cp(rows[_i].from, rows[_i].to, table, SV_SUBSTITUTE);
    ck_codes(b, SV_OK, 0);
    ck_assert_msg(table[rows[_i].octet] == rows[_i].becomes, "%02X, not %02X", table[rows[_i].octet],
                  rows[_i].becomes);
}
END_TEST

START_TEST(substitute)
{
    unsigned char table[256];
    struct get_cp_convert_table b = cp(437, 37, table, SV_SUBSTITUTE);
    ck_codes(b, SV_OK, 0);
    ck_assert_uint_eq(table[0xC9], 0x6F); /* a corner of a frame */
    ck_assert_uint_eq(table['A'], 0xC1);
}
END_TEST

START_TEST(cp_refused)
{
    unsigned char table[256];
    struct get_cp_convert_table b = cp(851, 37, table, SV_SUBSTITUTE);
    ck_codes(b, SV_PARAMETER_CHECK, SV_INVALID_SOURCE_CODE_PAGE);
    b = cp(437, 65280, table, SV_SUBSTITUTE);
    ck_codes(b, SV_PARAMETER_CHECK, SV_INVALID_TARGET_CODE_PAGE);
    b = cp(437, 37, table, 2);
    ck_codes(b, SV_PARAMETER_CHECK, SV_INVALID_CHAR_NOT_FOUND);
    b = cp(437, 37, NULL, SV_SUBSTITUTE);
    ck_codes(b, SV_PARAMETER_CHECK, SV_INVALID_DATA_SEGMENT);
}
END_TEST

/* ---- threads ---- */

static void *convert_often(void *arg)
{
    for (unsigned i = 0; i < 500; i++) {
        char text[] = "NAME    ";
        struct convert b = {.opcode = SV_CONVERT, .char_set = i & 1 ? SV_AE : SV_G, .len = 8};
        b.source = b.target = (unsigned char *)text;
        ACSSVC(&b);
        if (b.primary_rc != SV_OK ||
            memcmp(text, i & 1 ? "\xD5\xC1\xD4\xC5\x40\x40\x40\x40" : "\xB1\xBE\xB2\xBA\xDF\xDF\xDF\xDF",
                   8) != 0)
            return arg;
    }
    return NULL;
}

START_TEST(eight_threads)
{
    char text[2000];
    pthread_t t[8];
    void *bad;
    table_file(text, table_text(text, "\r\n", true));
    for (int i = 0; i < 8; i++)
        ck_assert_int_eq(pthread_create(&t[i], NULL, convert_often, t), 0);
    for (int i = 0; i < 8; i++) {
        pthread_join(t[i], &bad);
        ck_assert_ptr_null(bad);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("csv_convert");
    TCase *t = tcase_create("sets");
    tcase_add_loop_test(t, every_octet, 0, 4);
    tcase_add_loop_test(t, first_octet, 0, 2);
    tcase_add_loop_test(t, whole_string, 0, COUNT(strings));
    tcase_add_test(t, overlap);
    tcase_add_test(t, no_length);
    tcase_add_test(t, longest);
    tcase_add_test(t, refused);
    suite_add_tcase(s, t);
    t = tcase_create("type_g");
    tcase_set_timeout(t, 60); /* a file is written for each octet of the table */
    tcase_add_checked_fixture(t, with_table, without_table);
    tcase_add_loop_test(t, type_g, 0, 4);
    tcase_add_test(t, table_missing);
    tcase_add_test(t, table_cut_short);
    tcase_add_loop_test(t, table_spoilt, 0, 8);
    tcase_add_test(t, eight_threads);
    suite_add_tcase(s, t);
    t = tcase_create("code_pages");
    tcase_add_loop_test(t, round_trip, 0, COUNT(pages));
    tcase_add_loop_test(t, characters, 0, 12);
    tcase_add_test(t, substitute);
    tcase_add_test(t, cp_refused);
    suite_add_tcase(s, t);
    return harness_main(s);
}
