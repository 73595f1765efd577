/* check_offers.c - what other machines are told of the attach manager's TPs: names, kinds and counts, and
 * when that has changed. */
#include "attachmgr/attachmgr.h"

#include <stdio.h>

#include "attachmgr/registry/regfile.h"
#include "tests/unit/octets.h"

static struct tp_table table;
static struct attachmgr *am;
static struct am_effects fx;

static void begin(const char *text)
{
    struct regfile reg;
    struct diag d;
    char *all;
    ck_assert_int_gt(asprintf(&all, "Windows Registry Editor Version 5.00\n%s", text), 0);
    diag_init(&d);
    regfile_init(&reg);
    regfile_read(&reg, "a.reg", all, strlen(all), &d);
    tptable_init(&table);
    tptable_build(&table, &reg, &d);
    ck_assert_uint_eq(d.errors, 0);
    regfile_fini(&reg);
    diag_fini(&d);
    free(all);
    am = am_new(&table, 1);
    ck_assert_ptr_nonnull(am);
}

static void end(void)
{
    am_free(am);
    tptable_fini(&table);
    free(fx.v);
    fx = (struct am_effects){0};
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

struct lines {
    char v[20][80];
    size_t n;
};

static void line(void *arg, const struct am_offer *o)
{
    struct lines *l = arg;
    ck_assert_uint_lt(l->n, 20);
    snprintf(l->v[l->n++], 80, "%s/%s %s%s %u %u", o->name.s, o->lu, tp_kind_name(o->kind),
             o->alias ? " alias" : "", o->running, o->waiting);
}

/* All of them, sorted. */
static const char *offers(void)
{
    static char out[1000];
    struct lines l = {.n = 0};
    am_each_offer(am, line, &l);
    qsort(l.v, l.n, sizeof l.v[0], by_text);
    out[0] = '\0';
    for (size_t i = 0; i < l.n; i++)
        snprintf(out + strlen(out), sizeof out - strlen(out), "%s%s", i ? "; " : "", l.v[i]);
    return out;
}

static void accept_names(uint32_t id, uint32_t proc, const char *const *names, size_t n, const char *lu)
{
    am_accept(am, id, proc, names, n, lu, 0, 1000, &fx);
}

#define TPS "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SnaBase\\Parameters\\TPs\\"

static const char three[] =
    TPS "AUTO\\Parameters]\n\"SNAServiceType\"=dword:5\n\"PathName\"=\"/bin/true\"\n"
        "\"AcceptNames\"=\"ALSO\"\n\"LocalLU\"=\"LUA\"\n" TPS
        "EACH\\Parameters]\n\"SNAServiceType\"=dword:6\n\"PathName\"=\"/bin/true\"\n" TPS
        "HAND\\Parameters]\n\"SNAServiceType\"=dword:1a\n";

/* An operator-started TP is offered as long as somebody has registered it. */
START_TEST(rows)
{
    begin(three);
    const char *at_first = "ALSO/LUA queued alias 0 0; AUTO/LUA queued 0 0; EACH/ nonqueued 0 0";
    ck_assert_str_eq(offers(), at_first);
    accept_names(1, 1, (const char *const[]){"HAND"}, 1, "");
    accept_names(2, 2, (const char *const[]){"HAND"}, 1, "");
    accept_names(3, 3, (const char *const[]){"LOOSE"}, 1, "LUB");
    ck_assert_str_eq(offers(), "ALSO/LUA queued alias 0 0; AUTO/LUA queued 0 0; EACH/ nonqueued 0 0; "
                               "HAND/ operator 2 2; LOOSE/LUB operator 1 1");
    am_manage(am, 4, 4, "LUC", UINT64_MAX, 1000, &fx);
    ck_assert_ptr_nonnull(strstr(offers(), "/LUC operator 1 1"));
    am_process_gone(am, 4, 1000, &fx);
    am_accept_gone(am, 1, 1000, &fx);
    am_process_gone(am, 3, 1000, &fx);
    ck_assert_str_eq(offers(), "ALSO/LUA queued alias 0 0; AUTO/LUA queued 0 0; EACH/ nonqueued 0 0; "
                               "HAND/ operator 2 1");
    am_process_gone(am, 1, 1000, &fx);
    am_process_gone(am, 2, 1000, &fx);
    ck_assert_str_eq(offers(), at_first);
    end();
}
END_TEST

/* A longer name that a program accepts on a row of its first eight characters is a name of its own. */
START_TEST(whole_names)
{
    begin(TPS "ORDERENT\\Parameters]\n\"SNAServiceType\"=dword:5\n\"PathName\"=\"/bin/true\"\n");
    accept_names(1, 1, (const char *const[]){"ORDERENTRY1", "ORDERENT"}, 2, "");
    ck_assert_str_eq(offers(), "ORDERENT/ queued 1 1; ORDERENTRY1/ queued 1 1");
    end();
}
END_TEST

/* The version moves with the list, and not with the counts. */
START_TEST(version)
{
    begin(three);
    uint64_t v = am_offers_version(am);
    accept_names(1, 1, (const char *const[]){"HAND"}, 1, "");
    ck_assert_uint_ne(am_offers_version(am), v);
    v = am_offers_version(am);
    accept_names(2, 1, (const char *const[]){"HAND"}, 1, "");
    am_accept_gone(am, 1, 1000, &fx);
    ck_assert_uint_eq(am_offers_version(am), v);
    am_process_gone(am, 1, 1000, &fx);
    ck_assert_uint_ne(am_offers_version(am), v);
    v = am_offers_version(am);
    am_reload(am, &table, 1000, &fx);
    ck_assert_uint_ne(am_offers_version(am), v);
    end();
}
END_TEST

/* What the registry has no more is offered as what its processes make of it, without AcceptNames. */
START_TEST(withdrawn)
{
    struct tp_table none;
    begin(three);
    accept_names(1, 1, (const char *const[]){"AUTO", "ALSO"}, 2, "LUA");
    ck_assert_str_eq(offers(), "ALSO/LUA queued alias 1 1; AUTO/LUA queued 1 1; EACH/ nonqueued 0 0");
    tptable_init(&none);
    am_reload(am, &none, 1000, &fx);
    ck_assert_str_eq(offers(), "ALSO/LUA operator 1 1; AUTO/LUA operator 1 1");
    end();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("offers");
    TCase *t = tcase_create("offers");
    tcase_add_test(t, rows);
    tcase_add_test(t, whole_names);
    tcase_add_test(t, version);
    tcase_add_test(t, withdrawn);
    suite_add_tcase(s, t);
    return octets_run(s);
}
