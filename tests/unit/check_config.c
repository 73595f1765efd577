/* The configuration's tables and the predefined modes.  The latter are typed from [HIS: APPC Mode Definition]. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/config/config_build.h"

static const struct {
    const char *name;
    unsigned limit, winners, losers, autoact;
    bool high;
    unsigned pace, ru;
    bool reserved;
} modes[] = {
    {"#BATCH", 8, 4, 0, 0, false, 3, 1024, false},  {"#BATCHSC", 8, 4, 0, 0, false, 3, 1024, false},
    {"", 8, 4, 0, 0, false, 3, 1024, false},        {"#INTER", 8, 4, 0, 0, true, 7, 1024, false},
    {"#INTERSC", 8, 4, 0, 0, true, 7, 1024, false}, {"#BATCHC", 8, 4, 0, 0, false, 3, 1024, false},
    {"#INTERC", 8, 4, 0, 0, true, 7, 1024, false},  {"QPCSUPP", 64, 32, 0, 0, true, 7, 1024, false},
    {"QSERVER", 8, 4, 0, 0, true, 7, 1024, false},  {"RSYNPRTN", 8, 4, 0, 0, true, 7, 1024, false},
    {"SNASVCMG", 2, 1, 1, 0, true, 7, 512, true},   {"CPSVCMG", 2, 1, 1, 0, true, 7, 512, true},
};
#define MODES_N ((int)(sizeof modes / sizeof modes[0]))

START_TEST(predefined_mode)
{
    struct node_config c;
    config_init(&c);
    ck_assert_uint_eq(c.n_modes, MODES_N);
    const struct cfg_mode *m = config_mode(&c, modes[_i].name);
    ck_assert_ptr_nonnull(m);
    ck_assert_ptr_eq(m, &c.modes[_i]);
    ck_assert(m->predefined);
    ck_assert_uint_eq(m->session_limit, modes[_i].limit);
    ck_assert_uint_eq(m->min_winners, modes[_i].winners);
    ck_assert_uint_eq(m->min_losers, modes[_i].losers);
    ck_assert_uint_eq(m->auto_activate, modes[_i].autoact);
    ck_assert_uint_eq(m->high_priority, modes[_i].high);
    ck_assert_uint_eq(m->pace_send, modes[_i].pace);
    ck_assert_uint_eq(m->pace_recv, modes[_i].pace);
    ck_assert_uint_eq(m->max_send_ru, modes[_i].ru);
    ck_assert_uint_eq(m->max_recv_ru, modes[_i].ru);
    ck_assert_uint_eq(m->reserved, modes[_i].reserved);
    ck_assert_uint_eq(m->auto_partner, !modes[_i].reserved);
    config_fini(&c);
}
END_TEST

START_TEST(empty_lookups)
{
    struct node_config c;
    config_init(&c);
    ck_assert_ptr_null(config_lu(&c, "X"));
    ck_assert_ptr_null(config_rlu(&c, "X"));
    ck_assert_ptr_null(config_mode(&c, "X"));
    ck_assert_ptr_null(config_side(&c, "X"));
    config_fini(&c);
    ck_assert_ptr_null(config_mode(&c, "#INTER"));
    config_fini(&c); /* twice does no harm */
}
END_TEST

/* Entries come and go, order and index stay right. */
START_TEST(add_and_remove)
{
    struct node_config c;
    char name[9];
    config_init(&c);
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "L%d", i);
        struct cfg_lu *lu = config_add(&c, CFG_LU, name);
        ck_assert_ptr_nonnull(lu);
        ck_assert_uint_eq(lu->tp_timeout_s, 60);
        ck_assert(lu->auto_partner);
        ck_assert(!lu->default_pool);
        struct cfg_partner p = {.lu = "X"};
        ck_assert(config_add_partner(&lu->partners, &lu->n_partners, &p));
    }
    for (int i = 0; i < 1000; i += 3) {
        snprintf(name, sizeof name, "L%d", i);
        config_remove(&c, CFG_LU, config_find(&c, CFG_LU, name));
    }
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "L%d", i);
        const struct cfg_lu *lu = config_lu(&c, name);
        ck_assert_int_eq(lu == NULL, i % 3 == 0);
        if (lu)
            ck_assert_str_eq(lu->alias, name);
    }
    ck_assert_uint_eq(c.n_lus, 666);
    ck_assert_str_eq(c.lus[0].alias, "L1");
    ck_assert_str_eq(c.lus[665].alias, "L998");
    config_fini(&c);
}
END_TEST

START_TEST(errors_are_bounded)
{
    struct diag d;
    diag_init(&d);
    for (int i = 0; i < 500; i++)
        config_error(&d, "f", 1, "%d", i);
    ck_assert_uint_eq(d.errors, CONFIG_ERRORS_MAX + 1);
    size_t n = 0;
    const struct diag_line *last = NULL;
    for (const struct diag_line *l = d.head; l; l = l->next, n++)
        last = l;
    ck_assert_uint_eq(n, CONFIG_ERRORS_MAX + 1);
    ck_assert_ptr_nonnull(strstr(last->text, "not shown"));
    diag_fini(&d);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("config");
    TCase *t = tcase_create("tables");
    tcase_add_loop_test(t, predefined_mode, 0, MODES_N);
    tcase_add_test(t, empty_lookups);
    tcase_add_test(t, add_and_remove);
    tcase_add_test(t, errors_are_bounded);
    suite_add_tcase(s, t);
    SRunner *sr = srunner_create(s);
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
