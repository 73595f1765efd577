/* check_entry.c - the text of an entry of a domain's directory [D4]. */
#include "attachmgr/directory/entry.h"

#include <stdio.h>

#include "tests/unit/octets.h"

#define FIRST   "snanode-entry 1\n"
#define MACHINE "address=hosta:3477\ncertificate=hosta.example\nlease=15\nsince=0\n"
#define TP      "name=ORDERS\nlu=LUA\nkind=5\nalias=0\nrunning=2\nwaiting=1\n"
#define LU      "alias=LUA\nname=NETX.LUA\npool=1\n"

static const struct {
    enum entry_type type;
    const char *text;
    const char *wrong; /* a word of it, NULL = good */
} texts[] = {
    {ENTRY_MACHINE, FIRST "version=1\n" MACHINE, NULL},
    {ENTRY_TP, FIRST "version=7\n" TP, NULL},
    {ENTRY_LU, FIRST "version=18446744073709551615\n" LU, NULL},
    {ENTRY_TP, FIRST "version=7\nname=%06%25\nlu=\nkind=26\nalias=1\n", NULL},
    {ENTRY_TP, FIRST "version=7\n" TP "colour=%FF%00\n", NULL}, /* what a newer node may say */
    {ENTRY_TP, FIRST TP "version=7\n", NULL},
    {ENTRY_TP, FIRST TP, "missing"},
    {ENTRY_TP, FIRST "version=7\nname=ORDERS\nkind=5\nalias=0\n", "missing"},
    {ENTRY_MACHINE, FIRST "version=1\naddress=a:1\ncertificate=\nlease=15\n", "missing"},
    {ENTRY_TP, FIRST "version=7\n" MACHINE, "missing"},
    {ENTRY_TP, "", "not an entry"},
    {ENTRY_TP, "snanode-entry 2\nversion=7\n" TP, "not an entry"},
    {ENTRY_TP, "snanode-entry 1", "not an entry"},
    {ENTRY_TP, FIRST "version=7\n" TP "more=x", "last line"},
    {ENTRY_TP, FIRST "version=7\n" TP "\n", "KEY=VALUE"},
    {ENTRY_TP, FIRST "version=7\n" TP "=x\n", "KEY=VALUE"},
    {ENTRY_TP, FIRST "version=7\n" TP "abcdefghijklmnopqrstuvwxyzabcdefgh=x\n", "KEY=VALUE"},
    {ENTRY_TP, FIRST "version=7\nversion=8\n" TP, "twice"},
    {ENTRY_TP, FIRST "version=7\n" TP TP, "twice"},
    {ENTRY_TP, FIRST "version=0\n" TP, "not allowed"},
    {ENTRY_TP, FIRST "version=18446744073709551616\n" TP, "not allowed"},
    {ENTRY_TP, FIRST "version=+7\n" TP, "not allowed"},
    {ENTRY_TP, FIRST "version=07\n" TP, "not allowed"},
    {ENTRY_TP, FIRST "version=7\nname=\nlu=LUA\nkind=26\nalias=0\n", NULL}, /* an attach manager */
    {ENTRY_TP, FIRST "version=7\nname=\nlu=\nkind=26\nalias=0\n", "not allowed"},
    {ENTRY_TP, FIRST "version=7\nname=\nlu=LUA\nkind=5\nalias=0\n", "not allowed"},
    {ENTRY_TP, FIRST "version=7\nname=\nlu=LUA\nkind=26\nalias=1\n", "not allowed"},
    {ENTRY_TP, FIRST "version=7\nname=A\nlu=lower\nkind=5\nalias=0\n", "not allowed"},
    {ENTRY_TP, FIRST "version=7\nname=A\nlu=TOOLONGLU\nkind=5\nalias=0\n", "not allowed"},
    {ENTRY_TP, FIRST "version=7\nname=A\nlu=\nkind=7\nalias=0\n", "not allowed"},
    {ENTRY_TP, FIRST "version=7\nname=A\nlu=\nkind=5\nalias=2\n", "not allowed"},
    {ENTRY_TP, FIRST "version=7\nname=A B\nlu=\nkind=5\nalias=0\n", "octet"},
    {ENTRY_TP, FIRST "version=7\nname=A%2\nlu=\nkind=5\nalias=0\n", "octet"},
    {ENTRY_TP, FIRST "version=7\nname=A%\nlu=\nkind=5\nalias=0\n", "octet"},
    {ENTRY_TP, FIRST "version=7\nname=A%2g\nlu=\nkind=5\nalias=0\n", "octet"},
    {ENTRY_MACHINE, FIRST "version=1\naddress=a%20b\ncertificate=\nlease=15\nsince=0\n", "not allowed"},
    {ENTRY_MACHINE, FIRST "version=1\naddress=a:1\ncertificate=\nlease=0\nsince=0\n", "not allowed"},
    {ENTRY_MACHINE, FIRST "version=1\naddress=a:1\ncertificate=\nlease=3601\nsince=0\n", "not allowed"},
    {ENTRY_LU, FIRST "version=1\nalias=\nname=NETX.LUA\npool=0\n", "not allowed"},
    {ENTRY_LU, FIRST "version=1\nalias=LUA\nname=NETX\npool=0\n", "not allowed"},
};

START_TEST(text)
{
    size_t n = strlen(texts[_i].text);
    char *exact = (char *)octets_exact(texts[_i].text, n), again[ENTRY_TEXT_MAX];
    struct entry e, f;
    const char *wrong = entry_read(exact, n, texts[_i].type, &e);
    if (texts[_i].wrong) {
        ck_assert_msg(wrong && strstr(wrong, texts[_i].wrong), "%s: %s", texts[_i].text, wrong);
    } else {
        ck_assert_msg(!wrong, "%s: %s", texts[_i].text, wrong);
        ck_assert_ptr_null(entry_read(again, entry_write(&e, again), e.type, &f));
        ck_assert_mem_eq(&e, &f, sizeof e);
    }
    free(exact);
}
END_TEST

START_TEST(values)
{
    static const char tp[] =
        FIRST "version=7\nname=%06%25X\nlu=LUA\nkind=26\nalias=1\nrunning=2\nwaiting=3\n";
    struct entry e;
    ck_assert_ptr_null(entry_read(tp, sizeof tp - 1, ENTRY_TP, &e));
    ck_assert_uint_eq(e.version, 7);
    ck_assert_uint_eq(e.u.tp.name.n, 3);
    ck_assert_mem_eq(e.u.tp.name.s, "\6%X", 4);
    ck_assert_str_eq(e.u.tp.lu, "LUA");
    ck_assert_int_eq(e.u.tp.kind, ENTRY_OPERATOR);
    ck_assert(e.u.tp.alias);
    ck_assert_uint_eq(e.u.tp.running, 2);
    ck_assert_uint_eq(e.u.tp.waiting, 3);
}
END_TEST

/* The longest entry of each type fits. */
START_TEST(longest)
{
    struct entry e = {.type = ENTRY_TP, .version = UINT64_MAX}, f;
    char out[ENTRY_TEXT_MAX + 1];
    out[ENTRY_TEXT_MAX] = 'Z';
    memset(e.u.tp.name.s, 0xFF, e.u.tp.name.n = MATCH_NAME_MAX);
    strcpy(e.u.tp.lu, "########");
    e.u.tp.kind = ENTRY_OPERATOR;
    e.u.tp.running = e.u.tp.waiting = UINT32_MAX;
    ck_assert_ptr_null(entry_read(out, entry_write(&e, out), e.type, &f));
    ck_assert_mem_eq(&e, &f, sizeof e);
    memset(&e, 0, sizeof e);
    e.type = ENTRY_MACHINE;
    e.version = e.u.machine.since = UINT64_MAX;
    memset(e.u.machine.address, '%', ENTRY_ADDRESS_MAX);
    memset(e.u.machine.cert, '%', ENTRY_CERT_MAX);
    e.u.machine.lease_s = 3600;
    ck_assert_ptr_null(entry_read(out, entry_write(&e, out), e.type, &f));
    ck_assert_mem_eq(&e, &f, sizeof e);
    ck_assert_int_eq(out[ENTRY_TEXT_MAX], 'Z');
    ck_assert_ptr_nonnull(entry_read(out, ENTRY_TEXT_MAX + 1, ENTRY_TP, &f));
}
END_TEST

static const struct {
    const char *text;
    bool good;
} keys[] = {
    {"HOSTA.0123456789abcdef.m", true},
    {"a-b_C9.0000000000000001.t4294967295", true},
    {"HOSTA.0123456789abcdef.l0", true},
    {"HOSTA.0123456789abcdef.t4294967296", false},
    {"HOSTA.0123456789abcdef.t", false},
    {"HOSTA.0123456789abcdef.t01", false},
    {"HOSTA.0123456789abcdef.t-1", false},
    {"HOSTA.0123456789abcdef.m1", false},
    {"HOSTA.0123456789abcdef.x1", false},
    {"HOSTA.0123456789ABCDEF.m", false},
    {"HOSTA.0123456789abcde.m", false},
    {"HOSTA.0123456789abcdeg.m", false},
    {"HOSTA.123456789abcdef .m", false},
    {"HOSTA", false},
    {"", false},
    {".0123456789abcdef.m", false},
    {"ABCDEFGHIJKLMNOP.0123456789abcdef.m", false},
    {"HOST A.0123456789abcdef.m", false},
    {"HOSTA.0123456789abcdef.m.m", false},
};

START_TEST(key)
{
    struct entry_key k;
    char out[ENTRY_KEY_ROOM];
    ck_assert_int_eq(entry_key_read(keys[_i].text, &k), keys[_i].good);
    if (keys[_i].good)
        ck_assert_str_eq(entry_key_write(&k, out), keys[_i].text);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("entry");
    TCase *t = tcase_create("entry");
    tcase_add_loop_test(t, text, 0, OCTETS_ROWS(texts));
    tcase_add_test(t, values);
    tcase_add_test(t, longest);
    tcase_add_loop_test(t, key, 0, OCTETS_ROWS(keys));
    suite_add_tcase(s, t);
    return octets_run(s);
}
