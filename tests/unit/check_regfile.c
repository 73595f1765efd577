/* The registry file reader: every element of the format, good and bad, and garbage. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "attachmgr/registry/regfile.h"

#define V5 "Windows Registry Editor Version 5.00\r\n\r\n"
#define K  "[HKEY_LOCAL_MACHINE\\SOFTWARE\\X]\r\n"

static struct regfile reg;
static struct diag d;

static void setup(void)
{
    regfile_init(&reg);
    diag_init(&d);
}

static void teardown(void)
{
    regfile_fini(&reg);
    diag_fini(&d);
}

/* Reads from memory of exactly N octets, so that a sanitizer sees the first octet too many. */
static int read_exact(const char *name, const void *text, size_t n)
{
    void *p = malloc(n ? n : 1);
    memcpy(p, text, n);
    int rc = regfile_read(&reg, name, p, n, &d);
    memset(p, 0xff, n);
    free(p);
    return rc;
}

static int read_text(const char *text)
{
    return read_exact("a.reg", text, strlen(text));
}

/* ASCII as UTF-16LE with byte order mark. */
static size_t to_utf16(const char *s, char **out)
{
    size_t n = strlen(s);
    char *p = malloc(2 * n + 2);
    p[0] = (char)0xff;
    p[1] = (char)0xfe;
    for (size_t i = 0; i < n; i++) {
        p[2 + 2 * i] = s[i];
        p[3 + 2 * i] = 0;
    }
    *out = p;
    return 2 * n + 2;
}

static const struct reg_value *value(const char *name)
{
    return reg_value(regfile_key(&reg, "HKLM\\SOFTWARE\\X"), name);
}

/* ---- good ---- */

static const struct good {
    const char *line;
    uint32_t type;
    const char *text; /* of strings; else NULL */
    uint32_t dword;
    size_t n; /* octets of hex data */
} good[] = {
    {"\"v\"=\"text\"", REG_SZ, "text", 0, 0},
    {"\"v\"=\"\"", REG_SZ, "", 0, 0},
    {"\"v\"=\"C:\\\\tps\\\\x.exe\"", REG_SZ, "C:\\tps\\x.exe", 0, 0},
    {"\"v\"=\"\\\"C:\\\\a b\\\" -x\"", REG_SZ, "\"C:\\a b\" -x", 0, 0},
    {"\"v\"=\"a;b\" ; comment \"with quotes\"", REG_SZ, "a;b", 0, 0},
    {"  \"v\" = \"text\"\t", REG_SZ, "text", 0, 0},
    {"\"V\"=\"text\"", REG_SZ, "text", 0, 0},
    {"\"v\"=\"gr\xc3\xbc\xc3\x9f\"", REG_SZ, "gr\xc3\xbc\xc3\x9f", 0, 0},
    {"\"v\"=dword:0000ea60", REG_DWORD, NULL, 60000, 0},
    {"\"v\"=dword:FFFFFFFF;c", REG_DWORD, NULL, 0xffffffff, 0},
    {"\"v\"=DWORD:1a", REG_DWORD, NULL, 26, 0},
    {"\"v\"=hex:", REG_BINARY, NULL, 0, 0},
    {"\"v\"=hex:01,02,ff", REG_BINARY, NULL, 0, 3},
    {"\"v\"=hex:01, 02 ,\\\r\n  ff ; last", REG_BINARY, NULL, 0, 3},
    {"\"v\"=hex:\\\r\n01,\\ ; first\r\n; between\r\n02", REG_BINARY, NULL, 0, 2},
    {"\"v\"=hex:1,2", REG_BINARY, NULL, 0, 2},
    {"\"v\"=hex(0):01", REG_NONE, NULL, 0, 1},
    {"\"v\"=hex(1):41,00,42,00,00,00", REG_SZ, "AB", 0, 6},
    {"\"v\"=hex(1):41,00,42,00", REG_SZ, "AB", 0, 4},
    {"\"v\"=hex(1):3d,d8,00,de", REG_SZ, "\xf0\x9f\x98\x80", 0, 4},
    {"\"v\"=hex(1):", REG_SZ, "", 0, 0},
    {"\"v\"=hex(2):25,00,41,00,25,00,00,00", REG_EXPAND_SZ, "%A%", 0, 8},
    {"\"v\"=hex(3):01", REG_BINARY, NULL, 0, 1},
    {"\"v\"=hex(4):60,ea,00,00", REG_DWORD, NULL, 60000, 4},
    {"\"v\"=hex(7):41,00,00,00,42,00,00,00,00,00", REG_MULTI_SZ, "A", 0, 10},
    {"\"v\"=hex(b):01,00,00,00,00,00,00,00", REG_QWORD, NULL, 0, 8},
    {"\"v\"=hex(B):01,00,00,00,00,00,00,00", REG_QWORD, NULL, 0, 8},
    {"\"v\"=hex(1f):01", 0x1f, NULL, 0, 1},
    /* no text, but that is for the one who wants it to say */
    {"\"v\"=hex(1):41,00,42", REG_SZ, NULL, 0, 3},
    {"\"v\"=hex(1):00,d8", REG_SZ, NULL, 0, 2},
    {"\"v\"=hex(4):01,02", REG_DWORD, NULL, 0, 2},
};

static void check_good(const struct good *g)
{
    const struct reg_value *v = value("v");
    ck_assert_uint_eq(d.errors, 0);
    ck_assert_ptr_nonnull(v);
    ck_assert_uint_eq(v->type, g->type);
    ck_assert_uint_eq(v->dword, g->dword);
    ck_assert_uint_eq(v->n, g->n);
    ck_assert_uint_eq(v->line, 4);
    if (g->text)
        ck_assert_str_eq(v->text, g->text);
    else
        ck_assert_ptr_null(v->text);
}

START_TEST(good_value)
{
    char text[512];
    snprintf(text, sizeof text, V5 K "%s\r\n", good[_i].line);
    ck_assert_int_eq(read_text(text), 0);
    check_good(&good[_i]);
    /* the same without an end of line */
    teardown();
    setup();
    text[strlen(text) - 2] = '\0';
    ck_assert_int_eq(read_text(text), 0);
    check_good(&good[_i]);
}
END_TEST

START_TEST(good_value_utf16)
{
    char text[512], *wide;
    if (strchr(good[_i].line, '\xc3'))
        return; /* to_utf16 does ASCII */
    snprintf(text, sizeof text, V5 K "%s", good[_i].line);
    size_t n = to_utf16(text, &wide);
    ck_assert_int_eq(read_exact("a.reg", wide, n), 0);
    check_good(&good[_i]);
    free(wide);
}
END_TEST

START_TEST(multi_sz)
{
    ck_assert_int_eq(read_text(V5 K "\"v\"=hex(7):41,00,00,00,42,00,00,00,00,00"), 0);
    ck_assert_mem_eq(value("v")->text, "A\0B\0", 5);
    ck_assert_uint_eq(value("v")->text_n, 3);
}
END_TEST

START_TEST(default_value)
{
    ck_assert_int_eq(read_text(V5 K "@=\"d\"\n\"n\"=\"e\"\n"), 0);
    ck_assert_str_eq(value("")->text, "d");
    ck_assert_str_eq(value("n")->text, "e");
}
END_TEST

START_TEST(regedit4)
{
    ck_assert_int_eq(read_text("REGEDIT4\n" K
                               "\"v\"=hex(2):41,42,00\n\"w\"=\"gr\xfc\xdf\"\n\"m\"=hex(7):41,00,42,00,00\n"),
                     0);
    ck_assert_str_eq(value("v")->text, "AB");
    ck_assert_uint_eq(value("v")->type, REG_EXPAND_SZ);
    ck_assert_str_eq(value("w")->text, "gr\xc3\xbc\xc3\x9f");
    ck_assert_mem_eq(value("m")->text, "A\0B\0", 5);
}
END_TEST

START_TEST(utf8_with_bom)
{
    ck_assert_int_eq(read_text("\xef\xbb\xbf" V5 K "\"v\"=\"a\""), 0);
    ck_assert_str_eq(value("v")->text, "a");
}
END_TEST

START_TEST(utf16_variants)
{
    char *wide;
    size_t n = to_utf16(V5 K "\"v\"=\"a\"", &wide);
    ck_assert_int_eq(read_exact("a.reg", wide + 2, n - 2), 0); /* without byte order mark */
    ck_assert_str_eq(value("v")->text, "a");
    free(wide);
    n = to_utf16("REGEDIT4\n" K "\"v\"=hex(1):62,00\n", &wide);
    ck_assert_int_eq(read_exact("b.reg", wide, n), 0);
    ck_assert_str_eq(value("v")->text, "b");
    free(wide);
}
END_TEST

START_TEST(roots_and_case)
{
    ck_assert_int_eq(
        read_text(V5 "[hklm\\software\\x]\n\"v\"=\"1\"\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\X]\n\"w\"=\"2\"\n"
                     "[HKCU\\Software\\Y] ; mine\n\"v\"=\"3\"\n[HKLM\\A [b] c]\n"),
        0);
    ck_assert_str_eq(value("v")->text, "1");
    ck_assert_str_eq(value("W")->text, "2");
    ck_assert_str_eq(reg.keys->path, "HKEY_LOCAL_MACHINE\\software\\x");
    ck_assert_ptr_nonnull(regfile_key(&reg, "hkey_current_user\\software\\y"));
    ck_assert_ptr_nonnull(regfile_key(&reg, "HKLM\\A [b] c"));
    ck_assert_ptr_null(regfile_key(&reg, "HKLM\\A"));
    ck_assert_ptr_null(regfile_key(&reg, "NOWHERE\\A"));
    ck_assert_ptr_null(reg_value(NULL, "v"));
}
END_TEST

/* ---- overlay and deletion ---- */

START_TEST(overlay)
{
    ck_assert_int_eq(read_text(V5 K "\"a\"=\"1\"\n\"b\"=\"2\"\n\"c\"=\"3\"\n"), 0);
    const char *second = V5 "[hkey_local_machine\\software\\x]\n\"A\"=dword:5\n\"b\"=-\n\"e\"=\"9\"\n";
    ck_assert_int_eq(read_exact("b.reg", second, strlen(second)), 0);
    ck_assert_uint_eq(value("a")->dword, 5);
    ck_assert_uint_eq(value("a")->type, REG_DWORD);
    ck_assert_ptr_null(value("a")->text);
    ck_assert_str_eq(value("a")->file, "b.reg");
    ck_assert_uint_eq(value("a")->line, 4);
    ck_assert_ptr_null(value("b"));
    ck_assert_str_eq(value("c")->file, "a.reg");
    ck_assert_uint_eq(value("c")->line, 6);
    ck_assert_str_eq(reg.keys->values->next->name, "c"); /* the order is kept */
    ck_assert_str_eq(reg.keys->values->next->next->name, "e");
    ck_assert_ptr_null(reg.keys->next);
    ck_assert_uint_eq(reg.n_files, 2);
}
END_TEST

START_TEST(delete_keys)
{
    ck_assert_int_eq(
        read_text(V5 "[HKLM\\A]\n\"v\"=\"1\"\n[HKLM\\A\\B]\n[HKLM\\A\\B\\C]\n\"v\"=\"1\"\n[HKLM\\AB]\n"), 0);
    const char *second =
        V5 "[-HKEY_LOCAL_MACHINE\\a\\b] ; with all below\n[HKLM\\A\\B\\D]\n[-HKLM\\NOT\\THERE]\n";
    ck_assert_int_eq(read_exact("b.reg", second, strlen(second)), 0);
    ck_assert_ptr_nonnull(regfile_key(&reg, "HKLM\\A"));
    ck_assert_ptr_nonnull(regfile_key(&reg, "HKLM\\AB"));
    ck_assert_ptr_null(regfile_key(&reg, "HKLM\\A\\B"));
    ck_assert_ptr_null(regfile_key(&reg, "HKLM\\A\\B\\C"));
    ck_assert_ptr_nonnull(regfile_key(&reg, "HKLM\\A\\B\\D"));
}
END_TEST

START_TEST(delete_and_make_again)
{
    ck_assert_int_eq(read_text(V5 K "\"old\"=\"1\"\n[-HKLM\\SOFTWARE]\n" K "\"new\"=\"2\"\n"), 0);
    ck_assert_ptr_null(value("old"));
    ck_assert_str_eq(value("new")->text, "2");
    ck_assert_uint_eq(reg.keys->line, 6);
    /* values at the end of the list go, and others come after */
    ck_assert_int_eq(read_text(V5 K "\"x\"=\"1\"\n\"x\"=-\n\"y\"=\"1\"\n@=-\n"), 0);
    ck_assert_ptr_null(value("x"));
    ck_assert_str_eq(value("y")->text, "1");
    /* last key away, and another one in its place */
    ck_assert_int_eq(read_text(V5 "[-HKLM\\SOFTWARE\\X]\n"), 0);
    ck_assert_ptr_null(reg.keys);
    ck_assert_int_eq(read_text(V5 K), 0);
    ck_assert_ptr_nonnull(reg.keys);
}
END_TEST

/* ---- bad ---- */

static const struct bad {
    const char *text;
    unsigned line;
    const char *says;
} bad[] = {
    {"", 1, "not a registry export"},
    {"\n" K, 1, "not a registry export"},
    {"Windows Registry Editor Version 4.00\n" K "\"v\"=\"1\"\n", 1, "not a registry export"},
    {K "\"v\"=\"1\"\n", 1, "not a registry export"},
    {V5 K "v=1\n", 4, "neither"},
    {V5 "\"v\"=\"1\"\n", 3, "before any key"},
    {V5 "[-HKLM\\A]\n\"v\"=\"1\"\n", 4, "deleted"},
    {V5 "[HKLM\\A\n", 3, "without end"},
    {V5 "[HKLM\\A] x\n", 3, "without end"},
    {V5 "[]\n", 3, "root key"},
    {V5 "[-]\n", 3, "root key"},
    {V5 "[HKLX\\A]\n\"v\"=\"1\"\n", 3, "root key"},
    {V5 "[HKLM\\\\A]\n", 3, "empty name"},
    {V5 "[HKLM\\A\\]\n", 3, "empty name"},
    {V5 "[-HKLM]\n", 3, "cannot be deleted"},
    {V5 K "\"v\n", 4, "without end"},
    {V5 K "\"v\"\n", 4, "equal sign"},
    {V5 K "\"v\" \"1\"\n", 4, "equal sign"},
    {V5 K "@\n", 4, "equal sign"},
    {V5 K "\"v\"=\n", 4, "nothing follows"},
    {V5 K "\"v\"=;\n", 4, "nothing follows"},
    {V5 K "\"v\"=text\n", 4, "unknown kind"},
    {V5 K "\"v\"=\"text\n", 4, "closing quotation mark"},
    {V5 K "\"v\"=\"C:\\\\tps\\\"\n", 4, "closing quotation mark"},
    {V5 K "\"v\"=\"C:\\tps\"\n", 4, "backslash"},
    {V5 K "\"v\"=\"a\"b\"\n", 4, "follows the string"},
    {V5 K "\"v\"=-1\n", 4, "minus"},
    {V5 K "\"v\"=dword:\n", 4, "dword"},
    {V5 K "\"v\"=dword:123456789\n", 4, "dword"},
    {V5 K "\"v\"=dword:12g\n", 4, "dword"},
    {V5 K "\"v\"=dword:-1\n", 4, "dword"},
    {V5 K "\"v\"=hex\n", 4, "colon"},
    {V5 K "\"v\"=hex(2)\n", 4, "colon"},
    {V5 K "\"v\"=hex():01\n", 4, "type number"},
    {V5 K "\"v\"=hex(x):01\n", 4, "type number"},
    {V5 K "\"v\"=hex(123456789):01\n", 4, "type number"},
    {V5 K "\"v\"=hex:0g\n", 4, "hex"},
    {V5 K "\"v\"=hex:001\n", 4, "hex"},
    {V5 K "\"v\"=hex:01 02\n", 4, "comma is missing"},
    {V5 K "\"v\"=hex:01,,02\n", 4, "hex"},
    {V5 K "\"v\"=hex:01,\n", 4, "ends in a comma"},
    {V5 K "\"v\"=hex:01,\\ 02\n", 4, "backslash"},
    {V5 K "\"v\"=hex:01,\\\n02,\\\n0x\n\"w\"=dword:1\n", 6, "hex"},
    {V5 K "\"v\"=hex:0x,\\\n02,\\\n03\n\"w\"=dword:1\n", 4, "hex"},
    {V5 K "\"v\"=hx(2):00,\\\n02,\\\n03\n\"w\"=dword:1\n", 4, "unknown kind"},
    {V5 K "\"v\"=hex:01,\\\n\"w\"=dword:1\n", 4, "does not go on"},
    {V5 K "\"v\"=hex:01,\\\n\n\"w\"=dword:1\n", 4, "does not go on"},
    {V5 K "\"v\"=hex:01,\\\n[HKLM\\B]\n", 4, "does not go on"},
    {V5 K "\"v\"=hex:01,\\\n", 4, "middle of a value"},
    {V5 K "\"v\"=hex:01,\\", 4, "middle of a value"},
    {V5 K "\"v\"=\"\xff\"\n", 4, "not UTF-8"},
    {V5 K "\"v\"=\"\xc0\x80\"\n", 4, "not UTF-8"},
    {V5 K "\"v\"=\"\xed\xa0\x80\"\n", 4, "not UTF-8"},
    {V5 K "\"v\"=\"\xf4\x90\x80\x80\"\n", 4, "not UTF-8"},
    {V5 K "\"v\"=\"\xe2\x82\"\n", 4, "not UTF-8"},
    {"\xfe\xff\n", 1, "UTF-16"},
};

START_TEST(bad_line)
{
    char where[32];
    ck_assert_int_eq(read_text(bad[_i].text), -1);
    snprintf(where, sizeof where, "a.reg:%u: ", bad[_i].line);
    ck_assert_uint_eq(d.errors, 1);
    ck_assert_ptr_nonnull(strstr(d.head->text, bad[_i].says));
    ck_assert_int_eq(strncmp(d.head->text, where, strlen(where)), 0);
}
END_TEST

START_TEST(every_error_is_told)
{
    ck_assert_int_eq(
        read_text(V5 K "x\n\"v\"=zz\n\"ok\"=dword:7\n[HKXX\\A]\n\"v\"=dword:z\n" K "\"w\"=\"1\n"), -1);
    static const char *const where[] = {"a.reg:4: ", "a.reg:5: ", "a.reg:7: ", "a.reg:8: ", "a.reg:10: "};
    const struct diag_line *l = d.head;
    for (size_t i = 0; i < 5; i++, l = l->next)
        ck_assert_int_eq(strncmp(l->text, where[i], strlen(where[i])), 0);
    ck_assert_ptr_null(l);
    ck_assert_uint_eq(value("ok")->dword, 7);
}
END_TEST

START_TEST(bad_utf16)
{
    /* half a surrogate pair in line 3, an octet too many in line 4 */
    char *wide;
    size_t n = to_utf16(V5 "?\n\"v\"", &wide);
    wide[n - 10] = 0x00;
    wide[n - 9] = (char)0xd8;
    ck_assert_int_eq(wide[n - 8], '\n');
    ck_assert_int_eq(read_exact("a.reg", wide, n - 1), -1);
    ck_assert_uint_eq(d.errors, 2);
    ck_assert_int_eq(strncmp(d.head->text, "a.reg:3: not UTF-16", 19), 0);
    ck_assert_int_eq(strncmp(d.head->next->text, "a.reg:4: not UTF-16", 19), 0);
    free(wide);
}
END_TEST

START_TEST(nul_inside)
{
    static const char text[] = V5 K "\"v\"=\"a\0b\"\n\"w\"=\"1\"\n";
    ck_assert_int_eq(read_exact("a.reg", text, sizeof text - 1), -1);
    ck_assert_uint_eq(d.errors, 1);
    ck_assert_int_eq(strncmp(d.head->text, "a.reg:4: ", 9), 0);
    ck_assert_str_eq(value("w")->text, "1");
}
END_TEST

START_TEST(limits_of_keys)
{
    char text[8192] = V5 "[HKLM";
    for (int i = 0; i < 513; i++)
        strcat(text, "\\a");
    strcat(text, "]\n[HKLM\\");
    memset(text + strlen(text), 'k', 256);
    strcat(text, "]\n");
    ck_assert_int_eq(read_text(text), -1);
    ck_assert_uint_eq(d.errors, 2);
}
END_TEST

/* What a message must never show. */
START_TEST(no_password_told)
{
    read_text(
        V5 K
        "\"USER\"=\"Secret01\n\"USER\"=Secret01\n\"USER\" \"Secret01\"\nSecret01\n\"USER\"=\"a\\Secret01\"\n"
        "\"Secret01\n\"USER\"=hex(1):Secret01\n\"USER\"=dword:Secret01\n");
    ck_assert_uint_eq(d.errors, 8);
    for (const struct diag_line *l = d.head; l; l = l->next)
        ck_assert_ptr_null(strstr(l->text, "Secret"));
}
END_TEST

/* ---- damage and size ---- */

static const char sample[] =
    V5 "; all of it\r\n[HKLM\\A]\r\n@=\"d\"\r\n\"s\"=\"a\\\\b\\\"c\" ; x\r\n\"d\"=dword:0000001a\r\n"
       "\"h\"=hex(2):43,00,3a,00,\\\r\n  "
       "5c,00,00,00\r\n\"m\"=hex(7):41,00,00,00,00,00\r\n\"s\"=-\r\n[-HKLM\\A]\r\n";

START_TEST(truncations)
{
    char *wide;
    size_t n = to_utf16(sample, &wide);
    for (size_t i = 0; i <= sizeof sample - 1; i++) {
        read_exact("a.reg", sample, i);
        teardown();
        setup();
    }
    for (size_t i = 0; i <= n; i++) {
        read_exact("a.reg", wide, i);
        teardown();
        setup();
    }
    free(wide);
}
END_TEST

START_TEST(one_octet_wrong)
{
    char text[sizeof sample];
    static const char wrong[] = "\0\"\\\n[]@;-=\xff";
    for (size_t i = 0; i < sizeof sample - 1; i++) {
        for (size_t j = 0; j < sizeof wrong; j++) {
            memcpy(text, sample, sizeof text);
            text[i] = wrong[j];
            read_exact("a.reg", text, sizeof text - 1);
        }
        teardown();
        setup();
    }
}
END_TEST

/* Read N octets made of PATTERN after the header; this has to be quick. */
static void big(const char *header, const char *pattern, size_t pattern_n, size_t n)
{
    size_t h = strlen(header);
    char *text = malloc(h + n);
    memcpy(text, header, h);
    for (size_t i = 0; i < n; i++)
        text[h + i] = pattern[i % pattern_n];
    clock_t start = clock();
    regfile_read(&reg, "big.reg", text, h + n, &d);
    ck_assert(clock() - start < 5 * CLOCKS_PER_SEC);
    ck_assert_uint_le(d.errors, REGFILE_ERRORS_MAX + 1);
    teardown();
    setup();
    free(text);
}

#define BIG (16u << 20)

START_TEST(big_garbage)
{
    static const char *const patterns[] = {
        "x",
        "\n",
        "\"",
        "\\",
        "[",
        "]",
        " ",
        ";",
        "] ",
        "[HKLM\\A]\n[-HKLM\\A]\n",
        "\"a\"=dword:1\n",
        "01,\\\n",
        "\\a",
        "a\\",
        "\"v\"=hex:01,\\\n",
    };
    static const char *const headers[] = {
        "", V5, V5 K, V5 "[HKLM\\", V5 K "\"v\"=hex:", V5 K "\"v\"=\"", "\xff\xfe"};
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        big(headers[i], patterns[_i], strlen(patterns[_i]), BIG / 8);
    big("", "\0", 1, BIG);
}
END_TEST

START_TEST(many_errors_end)
{
    big("", "?\n", 2, BIG);
    char *text = malloc(4000);
    memset(text, '\n', 4000);
    for (size_t i = 40; i < 4000; i += 4)
        text[i] = '?';
    ck_assert_int_eq(read_exact("a.reg", text, 4000), -1);
    const struct diag_line *last = d.head;
    while (last->next)
        last = last->next;
    ck_assert_uint_eq(d.errors, REGFILE_ERRORS_MAX + 1);
    ck_assert_ptr_nonnull(strstr(last->text, "the rest of the file is not read"));
    free(text);
}
END_TEST

/* Many keys, many values under one key, many deletions: none may take quadratic time. */
START_TEST(many_of_each)
{
    enum { N = 100000 };
    char *text = malloc(N * 64u * 3u), *p = text + sprintf(text, "%s%s", V5, K);
    for (int i = 0; i < N; i++)
        p += sprintf(p, "\"v%d\"=dword:1\n", i);
    for (int i = 0; i < N; i++)
        p += sprintf(p, "[HKLM\\K%d\\Parameters]\n\"a\"=\"1\"\n", i);
    for (int i = 0; i < N; i += 2)
        p += sprintf(p, "[-HKLM\\K%d]\n", i);
    clock_t start = clock();
    ck_assert_int_eq(regfile_read(&reg, "many.reg", text, (size_t)(p - text), &d), 0);
    ck_assert(clock() - start < 5 * CLOCKS_PER_SEC);
    ck_assert_uint_eq(value("v99999")->dword, 1);
    ck_assert_ptr_null(regfile_key(&reg, "HKLM\\K500\\Parameters"));
    ck_assert_ptr_nonnull(regfile_key(&reg, "HKLM\\K501\\Parameters"));
    free(text);
}
END_TEST

static TCase *tcase(Suite *s, const char *name)
{
    TCase *tc = tcase_create(name);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 60);
    suite_add_tcase(s, tc);
    return tc;
}

int main(void)
{
    Suite *s = suite_create("regfile");
    TCase *tc = tcase(s, "good");
    tcase_add_loop_test(tc, good_value, 0, (int)(sizeof good / sizeof good[0]));
    tcase_add_loop_test(tc, good_value_utf16, 0, (int)(sizeof good / sizeof good[0]));
    tcase_add_test(tc, multi_sz);
    tcase_add_test(tc, default_value);
    tcase_add_test(tc, regedit4);
    tcase_add_test(tc, utf8_with_bom);
    tcase_add_test(tc, utf16_variants);
    tcase_add_test(tc, roots_and_case);
    tc = tcase(s, "overlay");
    tcase_add_test(tc, overlay);
    tcase_add_test(tc, delete_keys);
    tcase_add_test(tc, delete_and_make_again);
    tc = tcase(s, "bad");
    tcase_add_loop_test(tc, bad_line, 0, (int)(sizeof bad / sizeof bad[0]));
    tcase_add_test(tc, every_error_is_told);
    tcase_add_test(tc, bad_utf16);
    tcase_add_test(tc, nul_inside);
    tcase_add_test(tc, limits_of_keys);
    tcase_add_test(tc, no_password_told);
    tc = tcase(s, "damage");
    tcase_add_test(tc, truncations);
    tcase_add_test(tc, one_octet_wrong);
    tc = tcase(s, "size");
    tcase_add_loop_test(tc, big_garbage, 0, 15);
    tcase_add_test(tc, many_errors_end);
    tcase_add_test(tc, many_of_each);
    SRunner *sr = srunner_create(s);
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed ? 1 : 0;
}
