/* TPs set up in registry files: the keys and values of TPSETUP, its rules, and nothing else in the file. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attachmgr/setup/tpchange.h"
#include "attachmgr/setup/tpwhere.h"

#define V5       "Windows Registry Editor Version 5.00\r\n"
#define SERVICES "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\"
#define TPS      SERVICES "SnaBase\\Parameters\\TPs\\"
#define SNABASE8 "hex(7):53,00,6e,00,61,00,42,00,61,00,73,00,65,00,00,00,00,00\r\n"

static struct diag d;
static struct tpspec s;
static struct tpspec_why why;

static void setup(void)
{
    diag_init(&d);
    tpspec_init(&s);
    why.text[0] = '\0';
}

static void teardown(void)
{
    diag_fini(&d);
    tpspec_fini(&s);
}

/* ---- doing it ---- */

enum op { ADD, REPLACE, CLEAN, CHANGE, REMOVE };

/* OP on TEXT; the new file goes to OUT.  False when it is refused. */
static bool run(enum op op, const char *text, size_t n, struct regtext *out)
{
    struct regedit e;
    struct regfile reg;
    regfile_init(&reg);
    ck_assert_int_eq(regfile_read(&reg, "a.reg", text, n, &d), 0);
    ck_assert_int_eq(regedit_init(&e, "a.reg", text, n, &d), 0);
    bool ok = op == CHANGE   ? tpchange_change(&e, &reg, &s, &why)
              : op == REMOVE ? tpchange_remove(&e, &reg, s.name, &why)
                             : tpchange_add(&e, &reg, &s, op != ADD, op == CLEAN, &why);
    regtext_reset(out);
    ck_assert(regedit_text(&e, out));
    regedit_fini(&e);
    regfile_fini(&reg);
    return ok;
}

static void ck_run(enum op op, const char *before, const char *after)
{
    struct regtext out = {.p = NULL};
    if (!run(op, before, strlen(before), &out))
        ck_abort_msg("refused: %s", why.text);
    if (out.n != strlen(after) || memcmp(out.p, after, out.n) != 0)
        ck_abort_msg("wanted:\n%s\ngot:\n%.*s\n", after, (int)out.n, out.p);
    regtext_fini(&out);
}

static void ck_refused(enum op op, const char *text, const char *reason)
{
    struct regtext out = {.p = NULL};
    ck_assert(!run(op, text, strlen(text), &out));
    if (!strstr(why.text, reason))
        ck_abort_msg("wanted %s, got %s", reason, why.text);
    regtext_fini(&out);
}

static void want(const char *name)
{
    ck_assert(tpspec_name(&s, name, true, &why));
}

static void want_kind(enum tp_kind kind)
{
    s.kind = kind;
    s.given |= TPSPEC_KIND;
}

static void want_service(bool service)
{
    s.service = service;
    s.given |= TPSPEC_SERVICE;
}

static void want_security(bool security)
{
    s.security = security;
    s.given |= TPSPEC_SECURITY;
}

static void again(const char *name)
{
    tpspec_fini(&s);
    want(name);
}

/* ---- what TPSETUP writes ---- */

#define ORDERQ_SERVICE                                                                                       \
    "[" SERVICES "ORDERQ]\r\n\"DisplayName\"=\"ORDERQ\"\r\n\"ErrorControl\"=dword:00000001\r\n"              \
    "\"ImagePath\"=hex(2):43,00,3a,00,5c,00,74,00,70,00,73,00,5c,00,6f,00,72,00,64,00,\\\r\n"                \
    "  65,00,72,00,71,00,2e,00,65,00,78,00,65,00,00,00\r\n"                                                  \
    "\"ObjectName\"=\"LocalSystem\"\r\n\"Start\"=dword:00000003\r\n\"Type\"=dword:00000010\r\n\r\n"          \
    "[" SERVICES "ORDERQ\\Linkage]\r\n\"OtherDependencies\"=" SNABASE8 "\r\n"

START_TEST(service)
{
    want("ORDERQ");
    want_service(true);
    ck_assert(tpspec_command_line(&s, "C:\\tps\\orderq.exe -v -log orders.log", &why));
    ck_assert(tpspec_lu(&s, "ordlu", &why));
    ck_assert(tpspec_timeout_seconds(&s, "60", &why));
    ck_run(ADD, V5 "\r\n",
           V5
           "\r\n" ORDERQ_SERVICE "[" SERVICES "ORDERQ\\Parameters]\r\n\"SNAServiceType\"=dword:00000005\r\n"
           "\"ConversationSecurity\"=\"no\"\r\n\"AlreadyVerified\"=\"no\"\r\n\"Timeout\"=dword:0000ea60\r\n"
           "\"Parameters\"=\"-v -log orders.log\"\r\n\"LocalLU\"=\"ORDLU\"\r\n\r\n");
}
END_TEST

START_TEST(application)
{
    want("QUOTE");
    want_kind(TP_NONQUEUED);
    want_security(true);
    ck_assert(tpspec_path(&s, "C:\\my tps\\quote.exe", &why));
    ck_assert(tpspec_accept_names(&s, "PRICE VOLUME", &why));
    ck_assert(tpspec_user(&s, "ALICE", "Secret01", &why));
    ck_assert(tpspec_user(&s, "BOB", "other", &why));
    ck_assert(tpspec_user(&s, "BOB", "pa\\5\"ord", &why));
    ck_run(ADD, V5 "\r\n",
           V5
           "\r\n[" TPS "QUOTE\\Parameters]\r\n\"SNAServiceType\"=dword:00000006\r\n"
           "\"ConversationSecurity\"=\"yes\"\r\n\"AlreadyVerified\"=\"no\"\r\n\"Timeout\"=dword:ffffffff\r\n"
           "\"Parameters\"=\"\"\r\n\"PathName\"=\"C:\\\\my tps\\\\quote.exe\"\r\n\"AcceptNames\"=\"PRICE "
           "VOLUME\"\r\n"
           "\"ALICE\"=\"Secret01\"\r\n\"BOB\"=\"pa\\\\5\\\"ord\"\r\n\r\n");
}
END_TEST

START_TEST(by_hand)
{
    want("HAND");
    want_kind(TP_OPERATOR);
    ck_run(ADD, V5 "\r\n",
           V5 "\r\n[" TPS "HAND\\Parameters]\r\n\"SNAServiceType\"=dword:0000001a\r\n"
              "\"ConversationSecurity\"=\"no\"\r\n\"AlreadyVerified\"=\"no\"\r\n\"Timeout\"=dword:"
              "ffffffff\r\n\r\n");
}
END_TEST

/* ---- any file ---- */

#define OTHERS                                                                                               \
    V5 "\r\n; first\r\n[" TPS "OTHER\\Parameters] ; here\r\n\"SNAServiceType\"=dword:5\r\n"                  \
       "\"PathName\"=hex(2):43,00,3a,00,\\\r\n ; between\r\n  00,00 ; odd\r\n\"u\"=\"x\"\r\n\r\n"            \
       "[HKEY_LOCAL_MACHINE\\SOFTWARE\\X]\r\n@=hex(1f):1,2\r\n\"y\"=-\r\n\r\n[-HKLM\\SOFTWARE\\Z]\r\n"

static const char *const files[] = {
    V5,
    V5 "\r\n",
    OTHERS,
    OTHERS "; no line end",
    OTHERS "\r\n\r\n\r\n",
    "REGEDIT4\n\n[HKLM\\SYSTEM\\ControlSet002\\Services\\SnaBase\\Parameters]\n\"a\"=\"b\"",
    V5 "[-" SERVICES "NEW]\r\n[-" TPS "NEW]\r\n",
    V5 "[" SERVICES "NEWER\\Parameters]\r\n\"SNAServiceType\"=dword:5\r\n[" TPS "NE\\Parameters]\r\n",
};

static const struct wish {
    enum tp_kind kind;
    bool service, security, verified;
    const char *path, *parameters, *lu, *accept, *user, *password;
    uint32_t timeout_ms;
} wishes[] = {
    {TP_QUEUED, false, false, false, "/opt/x", "", "", "", "", "", 0},
    {TP_QUEUED, true, true, true, "C:\\a b\\\"c\"\\%windir%\\d;e.exe", "-x \"y z\" \\", "LU$@#%1", "A b", "u",
     "p", 1},
    {TP_NONQUEUED, false, true, false, "x", "a", "L", "N ; M", "a;\"\\", "; \\ \"", TP_TIMEOUT_INFINITE},
    {TP_OPERATOR, false, true, true, "", "", "", "", "", "", 60000},
    {TP_OPERATOR, true, false, false, "C:\\x.exe", "", "LU1", "", "", "", 60000},
};

static void make_wish(const struct wish *w)
{
    again("NEW");
    want_kind(w->kind);
    want_service(w->service);
    want_security(w->security);
    s.already_verified = w->verified;
    s.timeout_ms = w->timeout_ms;
    ck_assert(tpspec_path(&s, w->path, &why) && tpspec_parameters(&s, w->parameters, &why));
    ck_assert(tpspec_lu(&s, w->lu, &why) && tpspec_accept_names(&s, w->accept, &why));
    if (w->user[0])
        ck_assert(tpspec_user(&s, w->user, w->password, &why));
    s.given = TPSPEC_ALL;
}

static const struct tp_entry *entry(const struct tp_table *t, const char *name)
{
    for (size_t i = 0; i < t->n_entries; i++)
        if (strcmp(t->entries[i].name, name) == 0)
            return &t->entries[i];
    return NULL;
}

static void ck_entry(const struct tp_entry *x, const struct wish *w)
{
    char names[80] = "";
    ck_assert_ptr_nonnull(x);
    ck_assert(x->kind == w->kind && x->service == w->service && x->timeout_ms == w->timeout_ms);
    ck_assert(x->security == w->security && x->already_verified == w->verified);
    ck_assert_str_eq(x->lu, w->lu);
    ck_assert_str_eq(x->parameters, w->parameters);
    ck_assert_str_eq(x->path ? x->path : "", w->kind == TP_OPERATOR ? "" : w->path);
    for (char **a = x->accept_names; a && *a; a++) {
        strcat(names, *a);
        strcat(names, a[1] ? " " : "");
    }
    ck_assert_str_eq(names, w->accept);
    ck_assert_uint_eq(x->n_users, w->user[0] ? 1 : 0);
    if (x->n_users) {
        ck_assert(x->users->name_n == strlen(w->user) &&
                  memcmp(x->users->name, w->user, x->users->name_n) == 0);
        ck_assert_uint_eq(x->users->password_n, strlen(w->password));
        ck_assert_mem_eq(x->users->password, w->password, x->users->password_n);
    }
}

static bool is_new(const char *path)
{
    const char *p = strstr(path, "\\NEW");
    return p && (p[4] == '\\' || p[4] == '\0');
}

/* Every key and value of X but those of NEW is in Y. */
static void ck_covers(const struct regfile *x, const struct regfile *y)
{
    for (const struct reg_key *k = x->keys; k; k = k->next)
        for (const struct reg_value *v = k->values; v && !is_new(k->path); v = v->next) {
            const struct reg_value *u = reg_value(regfile_key(y, k->path), v->name);
            ck_assert_ptr_nonnull(u);
            ck_assert(v->type == u->type && v->dword == u->dword && v->n == u->n && v->text_n == u->text_n);
            ck_assert(v->n == 0 || memcmp(v->data, u->data, v->n) == 0);
            ck_assert(!v->text || strcmp(v->text, u->text) == 0);
        }
}

static void read_both(const char *text, size_t n, struct regfile *reg, struct tp_table *t)
{
    regfile_init(reg);
    tptable_init(t);
    ck_assert_int_eq(regfile_read(reg, "a.reg", text, n, &d), 0);
    tptable_build(t, reg, &d);
    ck_assert_uint_eq(d.errors, 0);
}

static void ck_file(const char *text, size_t n, const struct wish *w)
{
    struct regtext out = {.p = NULL}, back = {.p = NULL};
    struct regfile old, reg;
    struct tp_table none, t;
    make_wish(w);
    ck_assert_msg(run(ADD, text, n, &out), "%s", why.text);
    read_both(text, n, &old, &none);
    read_both(out.p, out.n, &reg, &t);
    ck_covers(&old, &reg);
    ck_covers(&reg, &old);
    ck_assert_uint_eq(t.n_entries, none.n_entries + 1);
    ck_entry(entry(&t, "NEW"), w);
    /* the same again changes nothing */
    s.n_users = 0;
    ck_assert(run(CHANGE, out.p, out.n, &back));
    ck_assert(back.n == out.n && memcmp(back.p, out.p, out.n) == 0);
    ck_assert(run(REMOVE, out.p, out.n, &back));
    ck_assert(back.n == n && memcmp(back.p, text, n) == 0);
    regfile_fini(&old);
    regfile_fini(&reg);
    tptable_fini(&none);
    tptable_fini(&t);
    regtext_fini(&out);
    regtext_fini(&back);
}

START_TEST(any_file)
{
    struct regtext wide = {.p = NULL};
    for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++) {
        ck_file(files[_i], strlen(files[_i]), &wishes[i]);
        regtext_reset(&wide);
        regtext_add(&wide, "\xff\xfe", 2);
        regtext_put_utf16le(&wide, files[_i], strlen(files[_i]));
        ck_file(wide.p, wide.n, &wishes[i]);
    }
    regtext_fini(&wide);
}
END_TEST

/* From every entry to every other, by change and by replacement: the result is as requested and exists once.
 */
START_TEST(any_change)
{
    const struct wish *from = &wishes[(size_t)_i % 5], *to = &wishes[(size_t)_i / 5];
    for (enum op op = REPLACE; op <= CHANGE; op++) {
        struct regtext one = {.p = NULL}, two = {.p = NULL};
        struct regfile old, reg;
        struct tp_table was, t;
        struct wish w = *to;
        make_wish(from);
        ck_assert(run(ADD, OTHERS, strlen(OTHERS), &one));
        make_wish(to);
        ck_assert_msg(run(op, one.p, one.n, &two), "%s", why.text);
        read_both(one.p, one.n, &old, &was);
        read_both(two.p, two.n, &reg, &t);
        ck_covers(&old, &reg);
        ck_covers(&reg, &old);
        ck_assert_uint_eq(t.n_entries, was.n_entries);
        struct tp_entry x = *entry(&t, "NEW");
        if (op != CLEAN && from->user[0] && w.security && strcmp(from->user, w.user) != 0) {
            ck_assert_uint_eq(x.n_users, w.user[0] ? 2 : 1); /* the old one has stayed */
            x.n_users = w.user[0] ? 1 : 0;
            if (w.user[0] && memcmp(x.users->name, from->user, x.users->name_n) == 0)
                x.users++;
        }
        ck_entry(&x, &w);
        regfile_fini(&old);
        regfile_fini(&reg);
        tptable_fini(&was);
        tptable_fini(&t);
        regtext_fini(&one);
        regtext_fini(&two);
    }
}
END_TEST

/* ---- changes ---- */

#define STOCK                                                                                                \
    V5 "\r\n[" TPS "Stock\\Parameters]\r\n\"SNAServiceType\"=dword:6 ; as you like\r\n"                      \
       "\"PathName\"=hex(2):78,00,00,00\r\n\"TimeOut\"=dword:00000001\r\n"                                   \
       "\"ConversationSecurity\"=\"YES\"\r\n\"Win16App\"=\"YES\"\r\n\"ALICE\"=\"Secret01\"\r\n\r\n"

START_TEST(change_only_what_is_given)
{
    want("STOCK");
    want_kind(TP_NONQUEUED);
    want_security(true);
    ck_assert(tpspec_path(&s, "x", &why));
    ck_run(CHANGE, STOCK, STOCK);
    again("stock");
    ck_assert(tpspec_timeout(&s, "5000", &why) && tpspec_lu(&s, "lu", &why));
    ck_run(CHANGE, STOCK,
           V5 "\r\n[" TPS "Stock\\Parameters]\r\n\"SNAServiceType\"=dword:6 ; as you like\r\n"
              "\"PathName\"=hex(2):78,00,00,00\r\n\"Timeout\"=dword:00001388\r\n"
              "\"ConversationSecurity\"=\"YES\"\r\n\"Win16App\"=\"YES\"\r\n\"ALICE\"=\"Secret01\"\r\n"
              "\"LocalLU\"=\"LU\"\r\n\r\n");
    again("Stock");
    ck_assert(tpspec_path(&s, "y", &why) && tpspec_remove_user(&s, "alice", &why));
    ck_assert(tpspec_user(&s, "BOB", "b", &why));
    ck_run(CHANGE, STOCK,
           V5 "\r\n[" TPS "Stock\\Parameters]\r\n\"SNAServiceType\"=dword:6 ; as you like\r\n"
              "\"PathName\"=hex(2):79,00,00,00\r\n\"TimeOut\"=dword:00000001\r\n"
              "\"ConversationSecurity\"=\"YES\"\r\n\"Win16App\"=\"YES\"\r\n\"BOB\"=\"b\"\r\n\r\n");
}
END_TEST

START_TEST(change_into_a_service)
{
    want("STOCK");
    want_service(true);
    want_kind(TP_QUEUED);
    ck_assert(tpspec_remove_user(&s, "ALICE", &why));
    ck_run(CHANGE, STOCK "[" TPS "Stock\\Parameters\\Launch]\r\n\"Parameters\"=\"x\"\r\n\r\n",
           V5
           "\r\n[" SERVICES "Stock]\r\n\"DisplayName\"=\"Stock\"\r\n\"ErrorControl\"=dword:00000001\r\n"
           "\"ImagePath\"=hex(2):78,00,00,00\r\n"
           "\"ObjectName\"=\"LocalSystem\"\r\n\"Start\"=dword:00000003\r\n\"Type\"=dword:00000010\r\n\r\n"
           "[" SERVICES "Stock\\Linkage]\r\n\"OtherDependencies\"=" SNABASE8 "\r\n"
           "[" SERVICES "Stock\\Parameters]\r\n\"SNAServiceType\"=dword:00000005\r\n"
           "\"ConversationSecurity\"=\"yes\"\r\n\"AlreadyVerified\"=\"no\"\r\n\"Timeout\"=dword:00000001\r\n"
           "\"Parameters\"=\"\"\r\n\"Win16App\"=\"YES\"\r\n\r\n"
           "[" SERVICES "Stock\\Parameters\\Launch]\r\n\"Parameters\"=\"x\"\r\n\r\n");
}
END_TEST

/* An entry of an older or a per-user installation is changed, and removed, where it is. */
static const char *const places[] = {
    "HKEY_CURRENT_USER\\SOFTWARE\\Microsoft\\SnaBase\\Parameters\\TPs\\OLD\\Parameters",
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SnaBase\\Parameters\\TPs\\OLD\\Parameters",
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\OLD\\Parameters",
    SERVICES "OLD\\Parameters",
    "HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet003\\Services\\OLD\\Parameters",
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Wow6432Node\\Microsoft\\SnaBase\\Parameters\\TPs\\OLD\\Parameters",
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Wow6432Node\\Microsoft\\OLD\\Parameters",
    "HKEY_USERS\\S-1-5-21-7-1001\\SOFTWARE\\Microsoft\\SnaBase\\Parameters\\TPs\\OLD\\Parameters",
};

START_TEST(other_place)
{
    char before[512], after[512];
    static const char head[] = V5 "\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\OLD\\Other]\r\n\r\n";
    snprintf(before, sizeof before, "%s[%s]\r\n\"SNAServiceType\"=dword:0000001a\r\n\r\n", head, places[_i]);
    snprintf(after, sizeof after,
             "%s[%s]\r\n\"SNAServiceType\"=dword:0000001a\r\n\"Timeout\"=dword:00000007\r\n\r\n", head,
             places[_i]);
    want("OLD");
    ck_assert(tpspec_timeout(&s, "7", &why));
    ck_run(CHANGE, before, after);
    ck_run(REMOVE, after, head);
}
END_TEST

#define USER(n)                                                                                              \
    "[HKEY_USERS\\S-1-5-21-" #n "\\SOFTWARE\\Microsoft\\SnaBase\\Parameters\\TPs\\OLD\\Parameters]\r\n"      \
    "\"SNAServiceType\"=dword:0000001a\r\n\r\n"

/* The same TP of several users is removed, and replaced by one, everywhere; but not changed. */
START_TEST(several_users)
{
    static const char text[] = V5 "\r\n" USER(3) USER(1) USER(2);
    struct regtext out = {.p = NULL};
    struct regfile reg;
    struct tpwhere w[TPWHERE_ENTRIES];
    want("OLD");
    ck_refused(CHANGE, text, "is set up 3 times (a.reg:3 and :6)");
    ck_run(REMOVE, text, V5 "\r\n");
    want_kind(TP_OPERATOR);
    for (enum op op = REPLACE; op <= CLEAN; op++) {
        ck_assert(run(op, text, strlen(text), &out));
        regfile_init(&reg);
        ck_assert_int_eq(regfile_read(&reg, "new.reg", out.p, out.n, &d), 0);
        ck_assert_uint_eq(tpwhere_find(&reg, "old", w), 1);
        regfile_fini(&reg);
    }
    regtext_fini(&out);
}
END_TEST

/* More than are looked at: nothing is done to some of them. */
START_TEST(too_many_users)
{
    static char text[40000];
    size_t n = (size_t)snprintf(text, sizeof text, V5);
    for (int i = 0; i < TPWHERE_ENTRIES + 1; i++)
        n += (size_t)snprintf(
            text + n, sizeof text - n,
            "[HKU\\S-1-5-%d\\SOFTWARE\\Microsoft\\SnaBase\\Parameters\\TPs\\OLD\\Parameters]\r\n", i);
    want("OLD");
    want_kind(TP_OPERATOR);
    ck_refused(REMOVE, text, "set up in 32 places or more");
    ck_refused(REPLACE, text, "set up in 32 places or more");
    ck_refused(CHANGE, text, "is set up 32 times");
}
END_TEST

/* ---- refused ---- */

START_TEST(refused)
{
    want("STOCK");
    ck_refused(ADD, V5, "needs a program");
    ck_assert(tpspec_path(&s, "x", &why));
    ck_refused(ADD, STOCK, "set up already (a.reg:3)");
    ck_refused(REPLACE, STOCK, "is set up as Stock");
    want_service(true);
    want_kind(TP_NONQUEUED);
    ck_refused(ADD, V5, "always queued");
    want_kind(TP_QUEUED);
    ck_refused(ADD, V5 "[" SERVICES "Stock\\Enum]\r\n", "a service of this name");
    ck_refused(ADD, V5 "[" SERVICES "Stock\\Parameters]\r\n\"SNAServiceType\"=dword:7\r\n",
               "a service of this name");
    ck_refused(CHANGE, V5 "[" SERVICES "Stock]\r\n[" TPS "Stock\\Parameters]\r\n", "a service of this name");
    again("SNABASE");
    want_service(true);
    ck_assert(tpspec_path(&s, "x", &why));
    ck_refused(ADD, V5, "a service of this name");
    again("NONE");
    ck_refused(CHANGE, STOCK, "not set up");
    ck_refused(REMOVE, STOCK, "not set up");
    again("STOCK");
    ck_assert(tpspec_remove_user(&s, "BOB", &why));
    ck_refused(CHANGE, STOCK, "no user has this name");
    again("STOCK");
    want_security(false);
    ck_assert(tpspec_user(&s, "BOB", "b", &why));
    ck_refused(CHANGE, STOCK, "add --security");
    again("STOCK");
    want_service(true);
    ck_refused(CHANGE, STOCK, "always queued");
    again("STOCK");
    ck_refused(CHANGE, STOCK "[HKCU\\SOFTWARE\\Microsoft\\SnaBase\\Parameters\\TPs\\STOCK\\Parameters]\r\n",
               "is set up 2 times");
}
END_TEST

typedef bool take_fn(struct tpspec *s, const char *text, struct tpspec_why *why);

static bool take_name(struct tpspec *x, const char *text, struct tpspec_why *w)
{
    return tpspec_name(x, text, false, w);
}

static bool take_user_name(struct tpspec *x, const char *text, struct tpspec_why *w)
{
    return tpspec_user(x, text, "p", w);
}

static bool take_password(struct tpspec *x, const char *text, struct tpspec_why *w)
{
    return tpspec_user(x, "u", text, w);
}

#define TEN "1234567890"

static const struct rule {
    take_fn *take;
    const char *text;
    bool good;
} rules[] = {
    {take_name, "a", true},
    {take_name, "[-]#;@=", true},
    {take_name, TEN TEN TEN TEN TEN TEN "1234", true},
    {take_name, "", false},
    {take_name, TEN TEN TEN TEN TEN TEN "12345", false},
    {take_name, "A B", false},
    {take_name, "A\\B", false},
    {take_name, "A];", false},
    {take_name, "gr\xc3\xbc", false},
    {tpspec_path, "gr\xc3\xbc \"x\"", true},
    {tpspec_path, "a\nb", false},
    {tpspec_path, "gr\xfc", false},
    {tpspec_parameters, "", true},
    {tpspec_parameters, "\t", false},
    {tpspec_lu, "", true},
    {tpspec_lu, "abc$#@%1", true},
    {tpspec_lu, "abc$#@%12", false},
    {tpspec_lu, "A-B", false},
    {tpspec_accept_names, "", true},
    {tpspec_accept_names, " A  b ", true},
    {tpspec_accept_names, "A gr\xc3\xbc", false},
    {tpspec_timeout, "0", true},
    {tpspec_timeout, "4294967294", true},
    {tpspec_timeout, "Infinite", true},
    {tpspec_timeout, "4294967295", false},
    {tpspec_timeout, "99999999999999999999999", false},
    {tpspec_timeout, "-1", false},
    {tpspec_timeout, "5s", false},
    {tpspec_timeout, "", false},
    {tpspec_timeout_seconds, "99999", true},
    {tpspec_timeout_seconds, "100000", false},
    {tpspec_timeout_seconds, "", false},
    {take_user_name, TEN, true},
    {take_user_name, "", false},
    {take_user_name, TEN "1", false},
    {take_user_name, "timeout", false},
    {take_user_name, "gr\xc3\xbc", false},
    {take_password, TEN, true},
    {take_password, "", false},
    {take_password, TEN "1", false},
};

START_TEST(rule)
{
    const struct rule *r = &rules[_i];
    want("TP");
    ck_assert_int_eq(r->take(&s, r->text, &why), r->good);
    if (!r->good)
        ck_assert_int_gt(strlen(why.text), 0);
}
END_TEST

static const struct command_line {
    const char *text, *path, *parameters;
} command_lines[] = {
    {"C:\\a b\\c.exe -x y", "C:\\a b\\c.exe", "-x y"},
    {"c.exe", "c.exe", ""},
    {"c.EXE -x", "c.EXE -x", ""},
    {"/opt/x -y", "/opt/x -y", ""},
    {"c.exe.old  d", "c.exe.old", " d"},
    {"", "", ""},
    {"\"C:\\a b\\c.exe\" -x", "\"C:\\a b\\c.exe\"", "-x"},
};

START_TEST(command_line)
{
    ck_assert(tpspec_command_line(&s, command_lines[_i].text, &why));
    ck_assert_str_eq(s.path, command_lines[_i].path);
    ck_assert_str_eq(s.parameters, command_lines[_i].parameters);
}
END_TEST

START_TEST(names_fold)
{
    ck_assert(tpspec_name(&s, "orderQ", false, &why));
    ck_assert_str_eq(s.name, "ORDERQ");
    ck_assert(tpspec_name(&s, "orderQ", true, &why));
    ck_assert_str_eq(s.name, "orderQ");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tpchange");
    TCase *t = tcase_create("tpchange");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, service);
    tcase_add_test(t, application);
    tcase_add_test(t, by_hand);
    tcase_add_loop_test(t, any_file, 0, sizeof files / sizeof *files);
    tcase_add_loop_test(t, any_change, 0, 25);
    tcase_add_test(t, change_only_what_is_given);
    tcase_add_test(t, change_into_a_service);
    tcase_add_loop_test(t, other_place, 0, sizeof places / sizeof *places);
    tcase_add_test(t, several_users);
    tcase_add_test(t, too_many_users);
    tcase_add_test(t, refused);
    tcase_add_loop_test(t, rule, 0, sizeof rules / sizeof *rules);
    tcase_add_loop_test(t, command_line, 0, sizeof command_lines / sizeof *command_lines);
    tcase_add_test(t, names_fold);
    suite_add_tcase(suite, t);
    SRunner *r = srunner_create(suite);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
