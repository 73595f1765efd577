/* Windows paths mapped to paths of this machine. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attachmgr/tptable/pathmap.h"
#include "attachmgr/registry/regfile.h"

#define HEAD "REGEDIT4\n[HKLM\\PathMap]\n"

static struct regfile reg;
static struct diag d;
static struct pathmap map;

static void setup(void)
{
    regfile_init(&reg);
    diag_init(&d);
    pathmap_init(&map);
}

static void teardown(void)
{
    pathmap_fini(&map);
    regfile_fini(&reg);
    diag_fini(&d);
}

static void read_map(const char *values)
{
    char text[2048];
    snprintf(text, sizeof text, HEAD "%s", values);
    ck_assert_int_eq(regfile_read(&reg, "m.reg", text, strlen(text), &d), 0);
    pathmap_add(&map, regfile_key(&reg, "HKLM\\PathMap"), &d);
    pathmap_sort(&map, &d);
}

static const char rules[] = "\"C:\\\\tps\"=\"/opt/tps\"\n"
                            "\"C:\\\\tps\\\\Special\\\\\"=\"/srv/special/\"\n"
                            "\"C:\\\\tps\\\\one.exe\"=\"/usr/bin/one\"\n"
                            "\"\\\"C:\\\\Program Files\\\"\"=\"/opt/pf\"\n"
                            "\"%SystemRoot%\\\\system32\"=\"/opt/sys\"\n"
                            "\"%APPS%\"=\"/opt/apps\"\n"
                            "\"\\\\\\\\server\\\\share\"=\"/mnt/share\"\n"
                            "\"D:\"=\"/\"\n";

static const struct way {
    const char *from, *to;
} ways[] = {
    {"C:\\tps\\orderq.exe", "/opt/tps/orderq.exe"},
    {"c:\\TPS\\sub\\OrderQ.exe", "/opt/tps/sub/OrderQ.exe"},
    {"C:/tps/orderq.exe", "/opt/tps/orderq.exe"},
    {"%SystemDrive%\\tps\\quote.exe", "/opt/tps/quote.exe"},
    {"%systemdrive%\\tps\\quote.exe", "/opt/tps/quote.exe"},
    {"\"C:\\tps\\a b.exe\"", "/opt/tps/a b.exe"},
    {"C:\\tps\\special\\x", "/srv/special/x"},
    {"C:\\tps\\specialist\\x", "/opt/tps/specialist/x"},
    {"C:\\tps\\one.exe", "/usr/bin/one"},
    {"C:\\tps\\one.exe2", "/opt/tps/one.exe2"},
    {"C:\\tps", "/opt/tps"},
    {"C:\\tps\\", "/opt/tps\\"},
    {"C:\\Program Files\\x\\y.exe", "/opt/pf/x/y.exe"},
    {"C:\\windows\\System32\\z.exe", "/opt/sys/z.exe"},
    {"%windir%\\system32\\z.exe", "/opt/sys/z.exe"},
    {"%apps%\\x", "/opt/apps/x"},
    {"\\\\SERVER\\share\\x", "/mnt/share/x"},
    {"D:\\usr\\bin\\x", "/usr/bin/x"},
    {"/usr/bin/%SystemDrive%", "/usr/bin/%SystemDrive%"},
    {"C:\\tpsx\\a", NULL},
    {"C:\\other", NULL},
    {"E:\\tps\\x", NULL},
    {"tps\\x", NULL},
    {"%UNKNOWN%\\x", NULL},
    {"x.exe", NULL},
    {"", NULL},
    {"\\", NULL},
    {"%", NULL},
};

START_TEST(way)
{
    bool nomem;
    read_map(rules);
    ck_assert_uint_eq(d.errors, 0);
    char *program = pathmap_apply(&map, ways[_i].from, &nomem);
    if (!ways[_i].to) {
        ck_assert_ptr_null(program);
    } else {
        ck_assert_ptr_nonnull(program);
        size_t n = strlen(ways[_i].to);
        char want[64];
        memcpy(want, ways[_i].to, n + 1);
        if (n > 0 && want[n - 1] == '\\')
            want[n - 1] = '/';
        ck_assert_str_eq(program, want);
    }
    free(program);
}
END_TEST

static const struct way expansions[] = {
    {"%SystemDrive%\\x", "C:\\x"},
    {"%SYSTEMROOT%", "C:\\WINDOWS"},
    {"a%windir%b%SystemDrive%", "aC:\\WINDOWSbC:"},
    {"100%", "100%"},
    {"%%", "%%"},
    {"%NO%SystemDrive%", "%NOC:"},
    {"%NO SUCH%x%", "%NO SUCH%x%"},
    {"", ""},
};

START_TEST(expansion)
{
    char *s = pathmap_expand(expansions[_i].from);
    ck_assert_str_eq(s, expansions[_i].to);
    free(s);
}
END_TEST

START_TEST(unquoting)
{
    const char *rest;
    char *s = pathmap_unquote("\"C:\\a b\" -x", &rest);
    ck_assert_str_eq(s, "C:\\a b");
    ck_assert_str_eq(rest, "-x");
    free(s);
    s = pathmap_unquote("C:\\a", &rest);
    ck_assert_str_eq(s, "C:\\a");
    ck_assert_str_eq(rest, "");
    free(s);
    s = pathmap_unquote("\"C:\\a", NULL);
    ck_assert_str_eq(s, "C:\\a");
    free(s);
}
END_TEST

static const char *const bad_rules[] = {
    "\"C:\\\\x\"=dword:1\n", "\"C:\\\\x\"=\"opt\"\n", "\"C:\\\\x\"=\"\"\n",
    "@=\"/opt\"\n",          "\"\\\\\"=\"/opt\"\n",
};

START_TEST(bad_rule)
{
    read_map(bad_rules[_i]);
    ck_assert_uint_eq(d.errors, 1);
    ck_assert_int_eq(strncmp(d.head->text, "m.reg:3: PathMap", 16), 0);
    ck_assert_uint_eq(map.n, 0);
}
END_TEST

START_TEST(two_ways)
{
    read_map("\"C:\\\\x\"=\"/a\"\n\"c:/x/\"=\"/a/\"\n\"%SystemDrive%\\\\x\"=\"/b\"\n");
    ck_assert_uint_eq(d.errors, 1);
    ck_assert_int_eq(strncmp(d.head->text, "m.reg:5: ", 9), 0);
    ck_assert_ptr_nonnull(strstr(d.head->text, "m.reg:3"));
    ck_assert_uint_eq(map.n, 1);
}
END_TEST

START_TEST(long_path)
{
    char path[PATHMAP_PATH_MAX + 2];
    bool nomem;
    read_map(rules);
    memset(path, '\\', sizeof path);
    memcpy(path, "C:\\tps", 6);
    path[sizeof path - 1] = '\0';
    ck_assert_ptr_null(pathmap_apply(&map, path, &nomem));
    ck_assert(!nomem);
    path[sizeof path - 2] = '\0';
    char *program = pathmap_apply(&map, path, &nomem);
    ck_assert_ptr_nonnull(program);
    free(program);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("pathmap");
    TCase *tc = tcase_create("pathmap");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, way, 0, (int)(sizeof ways / sizeof ways[0]));
    tcase_add_loop_test(tc, expansion, 0, (int)(sizeof expansions / sizeof expansions[0]));
    tcase_add_test(tc, unquoting);
    tcase_add_loop_test(tc, bad_rule, 0, (int)(sizeof bad_rules / sizeof bad_rules[0]));
    tcase_add_test(tc, two_ways);
    tcase_add_test(tc, long_path);
    suite_add_tcase(s, tc);
    SRunner *sr = srunner_create(s);
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed ? 1 : 0;
}
