/* check_gtable.c - the text of a table of type G. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/octets.h"
#include "tp/libcsv/charset.h"

/* Lines of 16 octets each: 255 down to 0, and 0 up to 255. */
static size_t table_text(char *out, const char *end)
{
    size_t n = 0;
    for (unsigned i = 0; i < 512; i++)
        n += (size_t)sprintf(out + n, "%02X%s", i < 256 ? 255 - i : i - 256, i % 16 == 15 ? end : "");
    return n;
}

START_TEST(whole)
{
    char text[2000];
    struct gtable t;
    size_t n = table_text(text, _i ? "\r\n" : "\n");
    ck_assert_int_eq(gtable_parse(&t, text, n), 0);
    for (unsigned i = 0; i < 256; i++) {
        ck_assert_uint_eq(t.to_ebcdic[i], 255 - i);
        ck_assert_uint_eq(t.to_ascii[i], i);
    }
}
END_TEST

/* Every length: only the end of the last line may be left out.  What is read ends where the text does. */
START_TEST(cut_short)
{
    char text[2000];
    struct gtable t;
    size_t n = table_text(text, "\r\n");
    for (size_t k = 0; k <= n; k++) {
        char *exact = malloc(k + !k);
        memcpy(exact, text, k);
        ck_assert_msg((gtable_parse(&t, exact, k) == 0) == (k == n - 2 || k == n), "%zu octets", k);
        free(exact);
    }
}
END_TEST

/* Every octet of the text replaced by one that is not a digit, and by one that is. */
START_TEST(spoilt)
{
    char text[2000], was;
    struct gtable t;
    size_t n = table_text(text, "\r\n");
    for (size_t i = 0; i < n; i++) {
        bool in_line = i % 34 < 32;
        was = text[i];
        text[i] = 'g';
        ck_assert_int_eq(gtable_parse(&t, text, n), -1);
        text[i] = '5';
        ck_assert_int_eq(gtable_parse(&t, text, n), in_line ? 0 : -1);
        text[i] = was;
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("gtable");
    TCase *t = tcase_create("text");
    tcase_add_loop_test(t, whole, 0, 2);
    tcase_add_test(t, cut_short);
    tcase_add_test(t, spoilt);
    suite_add_tcase(s, t);
    return octets_run(s);
}
