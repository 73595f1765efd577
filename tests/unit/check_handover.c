/* check_handover.c - what passes between the loop and the threads of an engine, and a build without engine.
 */
#include "snanode/io/domain/handover.h"

#include <poll.h>
#include <stdio.h>

#include "tests/unit/octets.h"

static struct handover h;

static void begin(void)
{
    memset(&h, 0, sizeof h);
    ck_assert_int_eq(handover_init(&h), 0);
}

static void end(void)
{
    handover_fini(&h);
}

static void next_is(const char *key, const char *text)
{
    struct handover_order *o = handover_next(&h);
    ck_assert_ptr_nonnull(o);
    ck_assert_str_eq(o->key, key);
    ck_assert_int_eq(o->text != NULL, text != NULL);
    if (text)
        ck_assert_mem_eq(o->text, text, o->n);
    handover_order_free(o);
}

START_TEST(orders)
{
    ck_assert(handover_order(&h, "lost", "x", 1)); /* the engine is not reached: nothing is kept */
    handover_up(&h, true);
    ck_assert(handover_order(&h, "a", "1", 1));
    ck_assert(handover_order(&h, "b", "2", 1));
    ck_assert(handover_order(&h, "a", "3", 1)); /* in the place of the first, behind b */
    ck_assert(handover_order(&h, "c", NULL, 0));
    next_is("b", "2");
    next_is("a", "3");
    next_is("c", NULL);
    ck_assert(handover_order(&h, "d", "4", 1));
    handover_up(&h, false);
    handover_break(&h);
    ck_assert_ptr_null(handover_next(&h));
}
END_TEST

/* What waits is written before the end, and nothing new is taken. */
START_TEST(closing)
{
    handover_up(&h, true);
    ck_assert(handover_order(&h, "a", "1", 1));
    handover_close(&h);
    ck_assert(handover_order(&h, "b", "2", 1));
    next_is("a", "1");
    ck_assert_ptr_null(handover_next(&h));
    ck_assert(!handover_pause(&h, 60000)); /* at once */
}
END_TEST

static bool readable(void)
{
    struct pollfd p = {.fd = h.fd, .events = POLLIN};
    return poll(&p, 1, 0) == 1;
}

static void append(void *arg, const struct engine_news *news)
{
    char *out = arg;
    snprintf(out + strlen(out), 100 - strlen(out), "%d%s%.*s;", (int)news->kind, news->key, (int)news->n,
             news->text);
}

START_TEST(news)
{
    char out[100] = "";
    ck_assert(!readable());
    ck_assert(handover_tell(&h, ENGINE_BACK, NULL, "at", 2));
    ck_assert(handover_tell(&h, ENGINE_PUT, "k", "text", 4));
    ck_assert(handover_tell(&h, ENGINE_DELETE, "k", NULL, 0));
    ck_assert(readable());
    handover_take(&h, 2, append, out);
    ck_assert_str_eq(out, "0at;3ktext;");
    ck_assert(readable()); /* there is more */
    handover_take(&h, 2, append, out);
    ck_assert_str_eq(out, "0at;3ktext;4k;");
    ck_assert(!readable());
}
END_TEST

/* snanode/io/domain/none.c */
START_TEST(no_engine)
{
    const struct engine_settings set = {.domain = "D"};
    char why[100];
    int fd = 0;
    ck_assert_ptr_null(engine_open(&set, &fd, why, sizeof why));
    ck_assert_int_eq(fd, -1);
    ck_assert_ptr_nonnull(strstr(why, "built without libnats"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("handover");
    TCase *t = tcase_create("handover"), *none = tcase_create("none");
    tcase_add_checked_fixture(t, begin, end);
    tcase_add_test(t, orders);
    tcase_add_test(t, closing);
    tcase_add_test(t, news);
    tcase_add_test(none, no_engine);
    suite_add_tcase(s, t);
    suite_add_tcase(s, none);
    return octets_run(s);
}
