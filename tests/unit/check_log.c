#include <string.h>

#include "snanode/base/log.h"
#include "tests/unit/octets.h"

static int lines;
static enum log_level last_level;
static char last[2048];

static void sink(enum log_level level, const char *line)
{
    lines++;
    last_level = level;
    strcpy(last, line);
}

static void setup(void)
{
    lines = 0;
    log_set(sink, LOG_LV_INFO);
}

START_TEST(level_names)
{
    static const char *const names[LOG_LV_N] = {"error", "warn", "info", "debug", "trace"};
    ck_assert_int_eq(log_level_parse(names[_i]), _i);
    ck_assert_str_eq(log_level_name((enum log_level)_i), names[_i]);
}
END_TEST

START_TEST(level_unknown)
{
    ck_assert_int_eq(log_level_parse("Error"), -1);
    ck_assert_int_eq(log_level_parse(""), -1);
    ck_assert_int_eq(log_level_parse("infos"), -1);
    ck_assert_str_eq(log_level_name(LOG_LV_N), "?");
}
END_TEST

/* At each most-level, each level is passed on or held back. */
START_TEST(filter)
{
    log_set(sink, (enum log_level)_i);
    for (int level = 0; level < LOG_LV_N; level++) {
        lines = 0;
        log_line((enum log_level)level, "%s %d", "n", level);
        ck_assert_int_eq(lines, level <= _i);
        if (lines)
            ck_assert_int_eq(last_level, level);
    }
    lines = 0;
    log_debug("x");
    ck_assert_int_eq(lines, _i >= LOG_LV_DEBUG);
}
END_TEST

static int evaluated(void)
{
    return ++lines;
}

START_TEST(debug_off_costs_nothing)
{
    log_debug("%d", evaluated());
    ck_assert_int_eq(lines, 0);
}
END_TEST

START_TEST(no_sink)
{
    log_set(NULL, LOG_LV_TRACE);
    log_error("into the void");
    ck_assert_int_eq(lines, 0);
}
END_TEST

START_TEST(long_line_is_cut)
{
    char text[1500];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    log_info("%s", text);
    ck_assert_int_eq(lines, 1);
    ck_assert_uint_eq(strlen(last), 1023);
}
END_TEST

static const struct {
    const char *text;
    size_t n, cap;
    const char *want;
} texts[] = {
    {"abc ~", 5, 64, "abc ~"},
    {"a\nb", 3, 64, "a\\x0Ab"},
    {"\0\x7f\x80\xff", 4, 64, "\\x00\\x7F\\x80\\xFF"},
    {"\x1b[2J", 4, 64, "\\x1B[2J"},
    {"", 0, 64, ""},
    {"\x01\x02\x03", 3, 9, "\\x01\\x02"}, /* an escape is whole or not there */
    {"\x01\x02\x03", 3, 8, "\\x01"},
    {"abc", 3, 1, ""},
};

START_TEST(clean)
{
    char *text = (char *)octets_exact(texts[_i].text, texts[_i].n);
    char *out = (char *)octets_exact("~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~",
                                     texts[_i].cap);
    ck_assert_ptr_eq(log_clean(out, texts[_i].cap, text, texts[_i].n), out);
    ck_assert_str_eq(out, texts[_i].want);
    free(out);
    free(text);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("log");
    TCase *tc = tcase_create("log");
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_loop_test(tc, level_names, 0, LOG_LV_N);
    tcase_add_test(tc, level_unknown);
    tcase_add_loop_test(tc, filter, 0, LOG_LV_N);
    tcase_add_test(tc, debug_off_costs_nothing);
    tcase_add_test(tc, no_sink);
    tcase_add_test(tc, long_line_is_cut);
    tcase_add_loop_test(tc, clean, 0, OCTETS_ROWS(texts));
    suite_add_tcase(s, tc);
    return octets_run(s);
}
