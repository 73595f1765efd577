/* The registry file editor: what each change does to the octets, and that it leaves all others alone. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "attachmgr/registry/regedit.h"
#include "attachmgr/registry/regfile.h"

#define V5   "Windows Registry Editor Version 5.00\n"
#define HKLM "HKEY_LOCAL_MACHINE\\"
#define A    "[HKEY_LOCAL_MACHINE\\A]\n"
#define B    "[HKEY_LOCAL_MACHINE\\B]\n"
#define AC   "[HKEY_LOCAL_MACHINE\\A\\C]\n"

static struct regedit e;
static struct regtext out;
static struct diag d;

static void setup(void)
{
    diag_init(&d);
    out = (struct regtext){.p = NULL};
    e = (struct regedit){.text = NULL};
}

static void teardown(void)
{
    regedit_fini(&e);
    regtext_fini(&out);
    diag_fini(&d);
}

static int take(const char *text, size_t n)
{
    char *p = malloc(n ? n : 1); /* exactly N, so that a sanitizer sees one too many */
    memcpy(p, text, n);
    int rc = regedit_init(&e, "a.reg", p, n, &d);
    free(p);
    return rc;
}

static void ck_text(const char *text, size_t n)
{
    regtext_reset(&out);
    ck_assert(regedit_text(&e, &out));
    if (out.n != n || memcmp(out.p, text, n) != 0)
        ck_abort_msg("wanted:\n%.*s\ngot:\n%.*s\n", (int)n, text, (int)out.n, out.p);
}

/* ---- octets ---- */

enum op { SET_SZ, SET_DWORD, SET_EXPAND, SET_MULTI, UNSET, REMOVE };

static void apply(enum op op, const char *path, const char *name, const char *text)
{
    struct regwrite_value v = {.name = name, .text = text};
    static const uint32_t types[] = {
        [SET_SZ] = REG_SZ, [SET_DWORD] = REG_DWORD, [SET_EXPAND] = REG_EXPAND_SZ, [SET_MULTI] = REG_MULTI_SZ};
    if (op == REMOVE) {
        regedit_remove_key(&e, path);
    } else if (op == UNSET) {
        regedit_remove_value(&e, path, name);
    } else {
        v.type = types[op];
        if (op == SET_DWORD) {
            v.text = NULL;
            v.dword = (uint32_t)strtoul(text, NULL, 16);
        }
        ck_assert_int_eq(regedit_set(&e, path, &v), REGTEXT_OK);
    }
}

static const struct change {
    enum op op;
    const char *path, *name, *text;
    const char *before, *after;
} changes[] = {
    /* in the old place; what the value was does not matter */
    {SET_SZ, HKLM "A", "v", "2", V5 "\n" A "\"v\"=\"1\"\n\"w\"=\"1\"\n",
     V5 "\n" A "\"v\"=\"2\"\n\"w\"=\"1\"\n"},
    {SET_SZ, HKLM "a", "V", "2", V5 A "\"v\"=dword:00000001\n", V5 A "\"V\"=\"2\"\n"},
    {SET_SZ, HKLM "A", "v", "2", V5 A "\"v\"=hex:01,\\\n  02\n\"w\"=\"1\"\n",
     V5 A "\"v\"=\"2\"\n\"w\"=\"1\"\n"},
    {SET_SZ, HKLM "A", "", "2", V5 A "@=\"1\"\n", V5 A "@=\"2\"\n"},
    {SET_DWORD, HKLM "A", "v", "1a", V5 A "\"v\"=\"1\"\n", V5 A "\"v\"=dword:0000001a\n"},
    {SET_SZ, HKLM "A", "v", "a\\b\"c", V5 A, V5 A "\"v\"=\"a\\\\b\\\"c\"\n"},
    {SET_SZ, HKLM "A", "v\\w", "2", V5 A "\"v\\\\w\"=\"1\"\n", V5 A "\"v\\\\w\"=\"2\"\n"},
    {SET_EXPAND, HKLM "A", "v", "A", V5 A, V5 A "\"v\"=hex(2):41,00,00,00\n"},
    {SET_MULTI, HKLM "A", "v", "A", V5 A, V5 A "\"v\"=hex(7):41,00,00,00,00,00\n"},
    {SET_EXPAND, HKLM "A", "v", "A", "REGEDIT4\n" A, "REGEDIT4\n" A "\"v\"=hex(2):41,00\n"},
    {SET_EXPAND, HKLM "A", "ImagePath", "C:\\tps\\orderq.exe", V5 A,
     V5 A "\"ImagePath\"=hex(2):43,00,3a,00,5c,00,74,00,70,00,73,00,5c,00,6f,00,72,00,64,00,\\\n"
          "  65,00,72,00,71,00,2e,00,65,00,78,00,65,00,00,00\n"},
    /* comments stay: behind the value, between its lines, around it */
    {SET_SZ, HKLM "A", "v", "2", V5 A "\"v\"=\"1\" ; why\n", V5 A "\"v\"=\"2\" ; why\n"},
    {SET_SZ, HKLM "A", "v", "2", V5 A "\"v\"=\"a;b\"\t;why \n", V5 A "\"v\"=\"2\"\t;why \n"},
    {SET_SZ, HKLM "A", "v", "2", V5 A "\"v\"=hex:01,\\ ; x\n; why\n  02\n; c\n",
     V5 A "\"v\"=\"2\"\n; why\n; c\n"},
    {SET_SZ, HKLM "A", "w", "2", V5 A "\"v\"=hex:01,\\\n; why\n  02\n; c\n",
     V5 A "\"v\"=hex:01,\\\n; why\n  02\n\"w\"=\"2\"\n; c\n"},
    {UNSET, HKLM "A", "v", "", V5 A "; a\n\"v\"=hex:01,\\\n; why\n  02\n; c\n", V5 A "; a\n; why\n; c\n"},
    /* a further value of a key: behind the last one */
    {SET_SZ, HKLM "A", "w", "2", V5 A "\"v\"=\"1\"\n\n" B, V5 A "\"v\"=\"1\"\n\"w\"=\"2\"\n\n" B},
    {SET_SZ, HKLM "A", "w", "2", V5 A "\n" B, V5 A "\"w\"=\"2\"\n\n" B},
    {SET_SZ, HKLM "A", "w", "2", V5 A "\"u\"=\"1\"\n" B A "\"v\"=\"1\"\n",
     V5 A "\"u\"=\"1\"\n" B A "\"v\"=\"1\"\n\"w\"=\"2\"\n"},
    /* what is set several times is set once, in the first place */
    {SET_SZ, HKLM "A", "v", "3", V5 A "\"v\"=\"1\"\n\"V\"=\"2\"\n" B "\"v\"=\"1\"\n" A "\"v\"=-\n",
     V5 A "\"v\"=\"3\"\n" B "\"v\"=\"1\"\n" A},
    {UNSET, HKLM "A", "v", "", V5 A "\"v\"=\"1\"\n\"v\"=-\n\"v\"=\"2\"\n" B "\"v\"=\"1\"\n",
     V5 A "\"v\"=-\n" B "\"v\"=\"1\"\n"},
    {UNSET, HKLM "A", "u", "", V5 A "\"v\"=\"1\"\n", V5 A "\"v\"=\"1\"\n"},
    /* a new key: as the file has its blank lines */
    {SET_SZ, HKLM "A", "v", "1", V5 "\n", V5 "\n" A "\"v\"=\"1\"\n\n"},
    {SET_SZ, HKLM "A", "v", "1", V5, V5 "\n" A "\"v\"=\"1\"\n"},
    {SET_SZ, HKLM "A", "v", "1", V5 B "; c\n", V5 B "; c\n\n" A "\"v\"=\"1\"\n"},
    {SET_SZ, HKLM "A", "v", "1", V5 B "\"v\"=\"1\"",
     V5 B "\"v\"=\"1\"\n\n[HKEY_LOCAL_MACHINE\\A]\n\"v\"=\"1\""},
    {SET_SZ, HKLM "A", "v", "1", "REGEDIT4", "REGEDIT4\r\n\r\n[HKEY_LOCAL_MACHINE\\A]\r\n\"v\"=\"1\""},
    {SET_SZ, HKLM "A", "v", "1", V5 "  ", V5 "  \n\n" A "\"v\"=\"1\""},
    /* keys that were deleted are history */
    {SET_SZ, HKLM "A", "v", "2", V5 A "\"v\"=\"1\"\n[-HKLM\\A]\n",
     V5 A "\"v\"=\"1\"\n[-HKLM\\A]\n\n" A "\"v\"=\"2\"\n"},
    {SET_SZ, HKLM "A\\C", "v", "2", V5 AC "\"v\"=\"1\"\n[-HKLM\\A]\n" AC,
     V5 AC "\"v\"=\"1\"\n[-HKLM\\A]\n" AC "\"v\"=\"2\"\n"},
    {SET_SZ, HKLM "A", "v", "2", V5 A "\"v\"=\"1\"\n[-HKLM\\A\\C]\n", V5 A "\"v\"=\"2\"\n[-HKLM\\A\\C]\n"},
    {REMOVE, HKLM "A", "", "", V5 A "\"v\"=\"1\"\n[-HKLM\\A]\n" A "\"v\"=\"2\"\n",
     V5 A "\"v\"=\"1\"\n[-HKLM\\A]\n"},
    /* keys that go: with all below, but not their comments, and not those that only begin alike */
    {REMOVE, HKLM "A", "", "", V5 "\n" A "\"v\"=\"1\"\n\n" AC "\"v\"=hex:01,\\\n  02\n\n" B, V5 "\n" B},
    {REMOVE, HKLM "A", "", "", V5 "\n[HKLM\\a]\n\"v\"=\"1\"\n\n[HKLM\\AB]\n", V5 "\n[HKLM\\AB]\n"},
    {REMOVE, HKLM "A", "", "", V5 "\n; c\n" A "\"v\"=\"1\"\n\n; d\n" B, V5 "\n; c\n\n; d\n" B},
    {REMOVE, HKLM "A", "", "", V5 "\n" A "\"v\"=\"1\"\n; c\n\"w\"=\"1\"\n\n" B, V5 "\n; c\n\n" B},
    {REMOVE, HKLM "A", "", "", V5 "\n" B "\n" A "\"v\"=\"1\"\n", V5 "\n" B},
    {REMOVE, HKLM "A", "", "", V5 "\n" B "\"v\"=\"1\"\n\n" A "\"v\"=\"1\"", V5 "\n" B "\"v\"=\"1\""},
    {REMOVE, HKLM "A", "", "", V5 A B, V5 B},
    {REMOVE, HKLM "A", "", "", V5 "[HKLM\\A]x]\n" B, V5 "[HKLM\\A]x]\n" B},
    {REMOVE, HKLM "A]x", "", "", V5 "[HKLM\\A]x] ; c\n" B, V5 B},
};

static void check_change(const struct change *c, const char *before, size_t n_before, const char *after,
                         size_t n)
{
    ck_assert_int_eq(take(before, n_before), 0);
    ck_text(before, n_before);
    apply(c->op, c->path, c->name, c->text);
    ck_text(after, n);
    teardown();
    setup();
}

/* S with CR LF, in UTF-16LE with its mark. */
static void to_wide(struct regtext *t, const char *s)
{
    regtext_add(t, "\xff\xfe", 2);
    for (; *s; s++)
        if (*s != '\n' || (t->n > 2 && t->p[t->n - 2] == '\r'))
            regtext_put_utf16le(t, s, 1);
        else
            regtext_put_utf16le(t, "\r\n", 2);
}

START_TEST(change)
{
    const struct change *c = &changes[_i];
    struct regtext before = {.p = NULL}, after = {.p = NULL};
    check_change(c, c->before, strlen(c->before), c->after, strlen(c->after));
    to_wide(&before, c->before);
    to_wide(&after, c->after);
    check_change(c, before.p, before.n, after.p, after.n);
    regtext_fini(&before);
    regtext_fini(&after);
}
END_TEST

/* ---- whole files ---- */

static const char *const samples[] = {
    V5,
    V5 "\n",
    "REGEDIT4",
    "REGEDIT4\r\n\r\n[HKEY_LOCAL_MACHINE\\A]\r\n\"v\"=\"1\"\r\n",
    "REGEDIT4\n" A "\"v\"=\"gr\xfc\xdf\"\n",
    "REGEDIT4\n" A "\"v\"=\"gr\xc3\xbc\xc3\x9f\"\n\n\n",
    "\xef\xbb\xbf" V5 A "\"v\"=\"gr\xc3\xbc\"\n ; end",
    V5
    "\n\n; one\n[hklm\\b\\d]\n\"x\"=hex(1f):01,\\ ; a\n ; b\n 2\n\"x\"=-\n\n[-HKLM\\T]\n[HKLM\\S\\T]\n\n\n",
    V5 "\n[-HKEY_LOCAL_MACHINE\\S]\n\n" A "\"v\"=\"1\"\r\n\"w\"=\"1\"\r",
    V5 B "@=dword:1\n  \t\n",
    V5 B "\"\"=\"\"\n   ",
    V5 B "; no end",
};

/* Every key and value of X that is not at or below S is in Y. */
static void ck_covers(const struct regfile *x, const struct regfile *y)
{
    for (const struct reg_key *k = x->keys; k; k = k->next) {
        if (strncasecmp(k->path, HKLM "S", strlen(HKLM "S")) == 0)
            continue;
        const struct reg_key *l = regfile_key(y, k->path);
        ck_assert_ptr_nonnull(l);
        for (const struct reg_value *v = k->values; v; v = v->next) {
            const struct reg_value *w = reg_value(l, v->name);
            ck_assert_ptr_nonnull(w);
            ck_assert(v->type == w->type && v->dword == w->dword && v->n == w->n && v->text_n == w->text_n);
            ck_assert(v->n == 0 || memcmp(v->data, w->data, v->n) == 0);
            ck_assert(!v->text || strcmp(v->text, w->text) == 0);
        }
    }
}

static void ck_value(const struct regfile *r, const char *path, const char *name, uint32_t type,
                     const char *text)
{
    const struct reg_value *v = reg_value(regfile_key(r, path), name);
    ck_assert_ptr_nonnull(v);
    ck_assert_uint_eq(v->type, type);
    ck_assert_str_eq(v->text, text);
}

#define LONG "C:\\a long path\\with \"quotes\" and so on\\%SystemRoot%\\it\\never\\ends.exe"

static void add_keys(void)
{
    apply(SET_SZ, HKLM "S\\T", "a", LONG);
    apply(SET_EXPAND, HKLM "S\\T", "b", LONG);
    apply(SET_MULTI, HKLM "S\\T\\Linkage", "c", "SnaBase");
    apply(SET_SZ, HKLM "S\\T\\Parameters", "d", "");
}

/* What is added is there, nothing else has changed; and it can be removed without a trace. */
static void check_sample(const char *text, size_t n)
{
    struct regfile old, new;
    regfile_init(&old);
    regfile_init(&new);
    ck_assert_int_eq(regfile_read(&old, "old", text, n, &d), 0);
    ck_assert_int_eq(take(text, n), 0);
    ck_text(text, n);
    const bool there = regfile_key(&old, HKLM "S\\T");
    add_keys();
    regtext_reset(&out);
    ck_assert(regedit_text(&e, &out));
    ck_assert_int_eq(regfile_read(&new, "new", out.p, out.n, &d), 0);
    ck_covers(&old, &new);
    ck_covers(&new, &old);
    ck_value(&new, HKLM "S\\T", "a", REG_SZ, LONG);
    ck_value(&new, HKLM "S\\T", "b", REG_EXPAND_SZ, LONG);
    ck_value(&new, HKLM "S\\T\\Linkage", "c", REG_MULTI_SZ, "SnaBase");
    ck_value(&new, HKLM "S\\T\\Parameters", "d", REG_SZ, "");
    /* a new editor knows only the octets */
    regedit_fini(&e);
    ck_assert_int_eq(take(out.p, out.n), 0);
    regedit_remove_key(&e, HKLM "S\\T");
    if (!there)
        ck_text(text, n);
    regfile_fini(&old);
    regfile_fini(&new);
    teardown();
    setup();
}

START_TEST(sample)
{
    struct regtext wide = {.p = NULL};
    const char *s = samples[_i];
    check_sample(s, strlen(s));
    if (!regtext_is_utf8(s, strlen(s)) || *s == '\xef')
        return;
    regtext_add(&wide, "\xff\xfe", 2);
    regtext_put_utf16le(&wide, s, strlen(s));
    check_sample(wide.p, wide.n);
    check_sample(wide.p + 2, wide.n - 2); /* without a mark */
    regtext_fini(&wide);
}
END_TEST

START_TEST(new_file)
{
    ck_assert_int_eq(regedit_init_new(&e, false), 0);
    ck_assert(regedit_text(&e, &out));
    ck_assert(memcmp(out.p, "\xff\xfeW\0i\0", 6) == 0);
    struct regtext copy = out;
    out = (struct regtext){.p = NULL};
    regedit_fini(&e);
    check_sample(copy.p, copy.n);
    regtext_fini(&copy);
    ck_assert_int_eq(regedit_init_new(&e, true), 0);
    ck_text(V5 "\n", strlen(V5 "\n"));
}
END_TEST

/* ---- text beyond ASCII ---- */

static enum regtext_rc set_word(const char *file, const char *word)
{
    ck_assert_int_eq(take(file, strlen(file)), 0);
    struct regwrite_value v = {.name = "v", .type = REG_SZ, .text = word};
    return regedit_set(&e, HKLM "A", &v);
}

START_TEST(ansi)
{
    /* a file in ANSI gets ANSI, or nothing when it would be read as something else */
    ck_assert_int_eq(set_word("REGEDIT4\n" A, "gr\xc3\xbc\xc3\x9f"), REGTEXT_OK);
    ck_text("REGEDIT4\n" A "\"v\"=\"gr\xfc\xdf\"\n", strlen("REGEDIT4\n" A "\"v\"=\"gr\xfc\xdf\"\n"));
    teardown();
    setup();
    ck_assert_int_eq(set_word("REGEDIT4\n" A, "\xe2\x82\xac"), REGTEXT_BAD); /* the euro sign */
    ck_text("REGEDIT4\n" A, strlen("REGEDIT4\n" A));
    teardown();
    setup();
    ck_assert_int_eq(set_word("REGEDIT4\n" A, "\xc3\x83\xc2\xbc"), REGTEXT_BAD); /* looks like one letter */
    ck_text("REGEDIT4\n" A, strlen("REGEDIT4\n" A));
    teardown();
    setup();
    ck_assert_int_eq(set_word("REGEDIT4\n" A "\"u\"=\"\xc3\xbc\"\n", "\xe2\x82\xac"), REGTEXT_OK);
    ck_text("REGEDIT4\n" A "\"u\"=\"\xc3\xbc\"\n\"v\"=\"\xe2\x82\xac\"\n",
            strlen("REGEDIT4\n" A "\"u\"=\"\xc3\xbc\"\n\"v\"=\"\xe2\x82\xac\"\n"));
    teardown();
    setup();
    ck_assert_int_eq(set_word(V5 A, "\xe2\x82\xac"), REGTEXT_OK);
    ck_text(V5 A "\"v\"=\"\xe2\x82\xac\"\n", strlen(V5 A "\"v\"=\"\xe2\x82\xac\"\n"));
}
END_TEST

START_TEST(surrogates)
{
    struct regtext t = {.p = NULL}, back = {.p = NULL};
    static const char s[] = "a\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80";
    ck_assert(regtext_put_utf16le(&t, s, sizeof s - 1));
    ck_assert_uint_eq(t.n, 10);
    ck_assert_int_eq(regtext_add_utf16le(&back, (const uint8_t *)t.p, t.n), REGTEXT_OK);
    ck_assert_mem_eq(back.p, s, sizeof s - 1);
    regtext_fini(&t);
    regtext_fini(&back);
}
END_TEST

START_TEST(refused)
{
    static const char *const bad[] = {"", "x", V5 "\"v\"=\"1\"\n", V5 A "v=1\n", V5 A "\"v\"=hex:01,\\\n"};
    ck_assert_int_eq(take(bad[_i], strlen(bad[_i])), -1);
    ck_assert_uint_gt(d.errors, 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("regedit");
    TCase *t = tcase_create("regedit");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, change, 0, sizeof changes / sizeof *changes);
    tcase_add_loop_test(t, sample, 0, sizeof samples / sizeof *samples);
    tcase_add_test(t, new_file);
    tcase_add_test(t, ansi);
    tcase_add_test(t, surrogates);
    tcase_add_loop_test(t, refused, 0, 5);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
