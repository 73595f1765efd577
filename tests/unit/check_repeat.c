#include <stdio.h>
#include <string.h>

#include "snanode/base/repeat.h"
#include "tests/unit/octets.h"

static struct repeat r;
static enum log_level level;
static char out[REPEAT_LINE];

static void setup(void)
{
    memset(&r, 0, sizeof r);
    out[0] = '\0';
}

static unsigned admit(unsigned n, enum log_level lv, const char *line, uint64_t now)
{
    unsigned written = 0;
    for (unsigned i = 0; i < n; i++)
        written += repeat_admit(&r, lv, line, now);
    return written;
}

START_TEST(burst_then_count)
{
    ck_assert_uint_eq(admit(REPEAT_BURST, LOG_LV_WARN, "out of descriptors", 1000), REPEAT_BURST);
    ck_assert(repeat_deadline(&r) == UINT64_MAX);
    ck_assert_uint_eq(admit(500, LOG_LV_WARN, "out of descriptors", 1500), 0);
    ck_assert_uint_eq(repeat_deadline(&r), 1000 + REPEAT_MS);
    ck_assert(!repeat_next(&r, 1000 + REPEAT_MS - 1, false, &level, out, sizeof out));
    ck_assert(repeat_next(&r, 1000 + REPEAT_MS, false, &level, out, sizeof out));
    ck_assert_str_eq(out, "out of descriptors (500 times more)");
    ck_assert_int_eq(level, LOG_LV_WARN);
    ck_assert(!repeat_next(&r, 1000 + REPEAT_MS, false, &level, out, sizeof out));
    ck_assert(repeat_deadline(&r) == UINT64_MAX);
    ck_assert_uint_eq(admit(REPEAT_BURST + 1, LOG_LV_WARN, "out of descriptors", 20000), REPEAT_BURST);
}
END_TEST

/* Lines of one kind name different processes; the count speaks of the latest. */
START_TEST(identities_do_not_count)
{
    char line[80];
    unsigned written = 0;
    for (unsigned i = 0; i < 100; i++) {
        snprintf(line, sizeof line, "process %u of user %u: dropped", 1000 + i, i);
        written += repeat_admit(&r, LOG_LV_WARN, line, 1);
    }
    ck_assert_uint_eq(written, REPEAT_BURST);
    ck_assert(repeat_next(&r, 1, true, &level, out, sizeof out));
    ck_assert_str_eq(out, "process 1099 of user 99: dropped (90 times more)");
}
END_TEST

/* Whatever else differs is another line, and none of those is lost. */
START_TEST(others_are_written)
{
    char line[80];
    for (unsigned i = 0; i < 1000; i++) {
        snprintf(line, sizeof line, "node.cfg:%u: no such option", i);
        ck_assert(repeat_admit(&r, LOG_LV_ERROR, line, 5));
    }
    ck_assert_uint_eq(admit(REPEAT_BURST, LOG_LV_INFO, "x", 5), REPEAT_BURST);
    ck_assert_uint_eq(admit(REPEAT_BURST, LOG_LV_WARN, "x", 5), REPEAT_BURST);
    ck_assert(!repeat_next(&r, 6, true, &level, out, sizeof out));
}
END_TEST

/* Two texts of one hash are two lines; the hash alone does not decide. */
START_TEST(same_hash)
{
    const char *one = "job 381212741 is done", *other = "job 1558079088 is done";
    ck_assert_uint_eq(admit(REPEAT_BURST + 5, LOG_LV_INFO, one, 5), REPEAT_BURST);
    ck_assert_uint_eq(admit(REPEAT_BURST, LOG_LV_INFO, other, 5), REPEAT_BURST);
    ck_assert(repeat_next(&r, 6, true, &level, out, sizeof out));
    ck_assert_str_eq(out, "job 381212741 is done (5 times more)");
}
END_TEST

/* What a TP prints is its own: a number in it is news, whatever word stands before it. */
START_TEST(words_of_a_program)
{
    char line[80];
    for (unsigned i = 0; i < 1000; i++) {
        snprintf(line, sizeof line, "TP ORDERS[77]: user %u has paid", i);
        ck_assert(repeat_admit(&r, LOG_LV_INFO, line, 5));
    }
    unsigned written = 0;
    for (unsigned i = 0; i < 100; i++) { /* the node's words about a TP are the node's */
        snprintf(line, sizeof line, "TP ORDERS: process %u ended with status 1", i);
        written += repeat_admit(&r, LOG_LV_INFO, line, 5);
    }
    ck_assert_uint_eq(written, REPEAT_BURST);
}
END_TEST

/* A slow trickle is written whole. */
START_TEST(slowly)
{
    for (uint64_t t = 1; t < 100 * REPEAT_MS; t += REPEAT_MS / 5)
        ck_assert(repeat_admit(&r, LOG_LV_INFO, "a line", t));
}
END_TEST

/* More kinds held back at once than there are slots: those without a slot are written. */
START_TEST(no_slot_left)
{
    char line[80];
    for (unsigned i = 0; i < REPEAT_SLOTS; i++) {
        snprintf(line, sizeof line, "kind %u", i);
        ck_assert_uint_eq(admit(REPEAT_BURST + 1, LOG_LV_INFO, line, 5), REPEAT_BURST);
    }
    ck_assert_uint_eq(admit(50, LOG_LV_INFO, "one more", 6), 50);
    unsigned said = 0;
    while (repeat_next(&r, 6, true, &level, out, sizeof out))
        said++;
    ck_assert_uint_eq(said, REPEAT_SLOTS);
}
END_TEST

START_TEST(longest)
{
    char line[REPEAT_LINE];
    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\0';
    admit(REPEAT_BURST + 3, LOG_LV_INFO, line, 5);
    ck_assert(repeat_next(&r, 6, true, &level, out, sizeof out));
    ck_assert_ptr_nonnull(strstr(out, " (3 times more)"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("repeat");
    TCase *t = tcase_create("lines");
    tcase_add_checked_fixture(t, setup, NULL);
    tcase_add_test(t, burst_then_count);
    tcase_add_test(t, identities_do_not_count);
    tcase_add_test(t, others_are_written);
    tcase_add_test(t, same_hash);
    tcase_add_test(t, words_of_a_program);
    tcase_add_test(t, slowly);
    tcase_add_test(t, no_slot_left);
    tcase_add_test(t, longest);
    suite_add_tcase(s, t);
    return octets_run(s);
}
