/* check_near.c - which rows of the service table are near misses of an Attach that matches none, and the
 * text about them. */
#include <check.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "attachmgr/near.h"

static const struct row {
    const char *tp, *lu; /* of the row */
    bool usable;
    const char *asked, *on; /* of the Attach */
    bool tp_only;
    const char *text; /* NULL: far */
} rows[] = {
    {"ORDERQ", "", true, "STOCK", "LUA", false, NULL},
    {"ORDERQ", "", true, "ORDERQ1", "LUA", false, NULL},
    {"ORDERQ", "LUB", true, "ORDERQ", "LUA", false, "TP ORDERQ is for LU LUB"},
    {"ORDERQ", "LUB", true, "ORDERQ", "LUA", true, NULL}, /* it matches */
    {"OrderQ", "LUA", true, "ORDERQ", "LUA", false, "TP OrderQ differs in case"},
    {"orderq", "LUB", true, "ORDERQ", "LUA", false, "TP orderq differs in case, is for LU LUB"},
    {"ORDERENTRY1", "LUB", true, "ORDERENTRY2", "LUA", false,
     "TP ORDERENTRY1 (8 characters count) is for LU LUB"},
    {"HAND", "", false, "HAND", "LUA", false, "TP HAND waits for an operator to start it"},
    {"HAND", "LUB", false, "HAND", "LUA", false, "TP HAND is for LU LUB, waits for an operator to start it"},
    {"[RDERQ", "", true, "{RDERQ", "LUA", false, NULL}, /* no letters, though one bit apart */
};

START_TEST(near_rows)
{
    const struct row *r = &rows[_i];
    struct match_cand cand = {.usable = r->usable};
    struct match_name asked;
    char out[NEAR_TEXT_MAX] = "";
    unsigned miss;
    match_name_from_ascii(&cand.name, r->tp);
    snprintf(cand.lu, sizeof cand.lu, "%s", r->lu);
    match_name_from_ascii(&asked, r->asked);
    miss = near_judge(&cand, match_key(&cand.name), &asked, r->on, r->tp_only);
    ck_assert_int_eq(miss == NEAR_FAR, r->text == NULL);
    if (!r->text)
        return;
    ck_assert(near_add(out, sizeof out, &cand, miss, &asked));
    ck_assert_str_eq(out, r->text);
}
END_TEST

START_TEST(full_list)
{
    struct match_cand cand = {.lu = "LUB", .usable = true};
    struct match_name asked;
    char out[NEAR_TEXT_MAX] = "", before[NEAR_TEXT_MAX];
    match_name_from_ascii(&cand.name, "ORDERQ");
    match_name_from_ascii(&asked, "ORDERQ");
    do
        memcpy(before, out, sizeof out);
    while (near_add(out, sizeof out, &cand, NEAR_OTHER_LU, &asked));
    ck_assert_str_eq(out, before); /* whole entries only */
    ck_assert_uint_gt(strlen(out), NEAR_TEXT_MAX - 30);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("near");
    TCase *t = tcase_create("near");
    SRunner *r = srunner_create(s);

    tcase_add_loop_test(t, near_rows, 0, sizeof rows / sizeof *rows);
    tcase_add_test(t, full_list);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
