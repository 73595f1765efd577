/* The TP table: three whole files, then every value and every place. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "attachmgr/tptable/progname.h"
#include "attachmgr/registry/regfile.h"
#include "attachmgr/registry/regtext.h"
#include "attachmgr/tptable/tpaccess.h"
#include "attachmgr/tptable/tpdomain.h"
#include "attachmgr/tptable/tplaunch.h"
#include "attachmgr/tptable/tptable.h"

#define V5       "Windows Registry Editor Version 5.00\n"
#define SERVICES "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\"
#define TPS      SERVICES "SnaBase\\Parameters\\TPs\\"
#define PATHMAP  "[" SERVICES "SnaBase\\Parameters\\PathMap]\n\"C:\\\\tps\"=\"/opt/tps\"\n"

/* clang-format off */
static const char orderq_reg[] =
    "Windows Registry Editor Version 5.00\r\n"
    "\r\n"
    "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\ORDERQ]\r\n"
    "\"DisplayName\"=\"ORDERQ\"\r\n"
    "\"ErrorControl\"=dword:00000001\r\n"
    "\"ImagePath\"=hex(2):43,00,3a,00,5c,00,74,00,70,00,73,00,5c,00,6f,00,72,00,64,00,\\\r\n"
    "  65,00,72,00,71,00,2e,00,65,00,78,00,65,00,00,00\r\n"
    "\"ObjectName\"=\"LocalSystem\"\r\n"
    "\"Start\"=dword:00000003\r\n"
    "\"Type\"=dword:00000010\r\n"
    "\"DependOnService\"=hex(7):53,00,6e,00,61,00,42,00,61,00,73,00,65,00,00,00,00,00\r\n"
    "\r\n"
    "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\ORDERQ\\Linkage]\r\n"
    "\"OtherDependencies\"=hex(7):53,00,6e,00,61,00,42,00,61,00,73,00,65,00,00,00,00,00\r\n"
    "\r\n"
    "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\ORDERQ\\Parameters]\r\n"
    "\"SNAServiceType\"=dword:00000005\r\n"
    "\"LocalLU\"=\"ORDLU\"\r\n"
    "\"Parameters\"=\"-v -log orders.log\"\r\n"
    "\"Timeout\"=dword:0000ea60\r\n"
    "\"ConversationSecurity\"=\"no\"\r\n"
    "\"AlreadyVerified\"=\"no\"\r\n";

static const char quote_reg[] =
    "Windows Registry Editor Version 5.00\r\n"
    "\r\n"
    "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SnaBase\\Parameters\\TPs\\QUOTE\\Parameters]\r\n"
    "\"SNAServiceType\"=dword:00000006\r\n"
    "\"PathName\"=hex(2):25,00,53,00,79,00,73,00,74,00,65,00,6d,00,44,00,72,00,69,00,\\\r\n"
    "  76,00,65,00,25,00,5c,00,74,00,70,00,73,00,5c,00,71,00,75,00,6f,00,74,00,65,00,\\\r\n"
    "  2e,00,65,00,78,00,65,00,00,00\r\n"
    "\"Parameters\"=\"EUR\"\r\n"
    "\"Timeout\"=dword:ffffffff\r\n"
    "\"ConversationSecurity\"=\"NO\"\r\n"
    "\"CicsSupport\"=dword:00000000\r\n";

static const char stock_reg[] =
    "Windows Registry Editor Version 5.00\r\n"
    "\r\n"
    "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SnaBase\\Parameters\\TPs\\STOCK\\Parameters]\r\n"
    "\"SNAServiceType\"=dword:0000001a\r\n"
    "\"LocalLU\"=\"STKLU\"\r\n"
    "\"Timeout\"=dword:0001d4c0\r\n"
    "\"AcceptNames\"=\"PRICE VOLUME\"\r\n"
    "\"ConversationSecurity\"=\"YES\"\r\n"
    "\"AlreadyVerified\"=\"YES\"\r\n"
    "\"ALICE\"=\"Secret01\"\r\n"
    "\"BOB\"=\"pa55Word\"\r\n";
/* clang-format on */

static const char pathmap_reg[] = V5 PATHMAP;

static struct regfile reg;
static struct diag d;
static struct tp_table t;

static void setup(void)
{
    regfile_init(&reg);
    diag_init(&d);
    tptable_init(&t);
}

static void teardown(void)
{
    tptable_fini(&t);
    regfile_fini(&reg);
    diag_fini(&d);
}

static void again(void)
{
    teardown();
    setup();
}

static void read_file(const char *name, const char *text)
{
    size_t n = strlen(text);
    char *p = malloc(n ? n : 1);
    memcpy(p, text, n);
    regfile_read(&reg, name, p, n, &d);
    free(p);
}

/* The same as regedit writes it. */
static void read_wide(const char *name, const char *text)
{
    size_t n = strlen(text);
    char *p = malloc(2 * n + 2);
    p[0] = (char)0xff;
    p[1] = (char)0xfe;
    for (size_t i = 0; i < n; i++) {
        p[2 + 2 * i] = text[i];
        p[3 + 2 * i] = 0;
    }
    regfile_read(&reg, name, p, 2 * n + 2, &d);
    free(p);
}

static void build(const char *text)
{
    read_file("a.reg", text);
    tptable_build(&t, &reg, &d);
}

static const struct tp_entry *entry(const char *name)
{
    for (size_t i = 0; i < t.n_entries; i++)
        if (strcmp(t.entries[i].name, name) == 0)
            return &t.entries[i];
    return NULL;
}

/* Is there exactly one message, on line LINE, and does it say SAYS and NAME? */
static void one_message(bool warning, unsigned line, const char *name, const char *says)
{
    char where[64];
    snprintf(where, sizeof where, "a.reg:%u: %s", line, warning ? "warning: " : "");
    ck_assert_uint_eq(d.errors, warning ? 0 : 1);
    ck_assert_uint_eq(d.warnings, warning ? 1 : 0);
    ck_assert_msg(strncmp(d.head->text, where, strlen(where)) == 0, "%s", d.head->text);
    ck_assert_msg(strstr(d.head->text, says) != NULL, "%s", d.head->text);
    ck_assert_msg(strstr(d.head->text, name) != NULL, "%s", d.head->text);
}

/* ---- the examples, as UTF-8 (0) and as UTF-16LE (1) ---- */

static void build_example(const char *text, int wide)
{
    (wide ? read_wide : read_file)("map.reg", pathmap_reg);
    (wide ? read_wide : read_file)("a.reg", text);
    tptable_build(&t, &reg, &d);
    ck_assert_uint_eq(d.errors, 0);
    ck_assert_uint_eq(d.warnings, 0);
    ck_assert_uint_eq(t.n_entries, 1);
}

START_TEST(example_orderq)
{
    build_example(orderq_reg, _i);
    const struct tp_entry *e = entry("ORDERQ");
    ck_assert_int_eq(e->kind, TP_QUEUED);
    ck_assert(e->service);
    ck_assert_str_eq(e->lu, "ORDLU");
    ck_assert_str_eq(e->path, "C:\\tps\\orderq.exe");
    ck_assert_str_eq(e->program, "/opt/tps/orderq.exe");
    ck_assert_str_eq(e->parameters, "-v -log orders.log");
    ck_assert_uint_eq(e->timeout_ms, 60000);
    ck_assert(!e->security && !e->already_verified);
    ck_assert_ptr_null(e->accept_names);
    ck_assert_uint_eq(e->n_users, 0);
    ck_assert_str_eq(e->file, "a.reg");
    ck_assert_uint_eq(e->line, 16);
    const struct reg_value *v = reg_value(regfile_key(&reg, SERVICES "ORDERQ"), "DependOnService");
    ck_assert_mem_eq(v->text, "SnaBase\0", 9);
}
END_TEST

START_TEST(example_quote)
{
    build_example(quote_reg, _i);
    const struct tp_entry *e = entry("QUOTE");
    ck_assert_int_eq(e->kind, TP_NONQUEUED);
    ck_assert(!e->service);
    ck_assert_str_eq(e->lu, "");
    ck_assert_str_eq(e->path, "%SystemDrive%\\tps\\quote.exe");
    ck_assert_str_eq(e->program, "/opt/tps/quote.exe");
    ck_assert_str_eq(e->parameters, "EUR");
    ck_assert_uint_eq(e->timeout_ms, TP_TIMEOUT_INFINITE);
    ck_assert(!e->security);
}
END_TEST

START_TEST(example_stock)
{
    build_example(stock_reg, _i);
    const struct tp_entry *e = entry("STOCK");
    ck_assert_int_eq(e->kind, TP_OPERATOR);
    ck_assert_str_eq(e->lu, "STKLU");
    ck_assert_ptr_null(e->path);
    ck_assert_ptr_null(e->program);
    ck_assert_uint_eq(e->timeout_ms, 120000);
    ck_assert_str_eq(e->accept_names[0], "PRICE");
    ck_assert_str_eq(e->accept_names[1], "VOLUME");
    ck_assert_ptr_null(e->accept_names[2]);
    ck_assert(e->security && e->already_verified);
    ck_assert_uint_eq(e->n_users, 2);
    ck_assert_uint_eq(e->users[0].name_n, 5);
    ck_assert_mem_eq(e->users[0].name, "ALICE", 5);
    ck_assert_uint_eq(e->users[0].password_n, 8);
    ck_assert_mem_eq(e->users[0].password, "Secret01", 8);
    ck_assert_mem_eq(e->users[1].name, "BOB", 3);
    ck_assert_mem_eq(e->users[1].password, "pa55Word", 8);
}
END_TEST

/* All three as one configuration, then a later file that changes it. */
START_TEST(examples_overlaid)
{
    read_file("1.reg", orderq_reg);
    read_wide("2.reg", quote_reg);
    read_file("3.reg", stock_reg);
    read_file("4.reg",
              V5 "[-" SERVICES "ORDERQ]\n[" TPS "STOCK\\Parameters]\n\"BOB\"=-\n\"locallu\"=\"newlu\"\n");
    tptable_build(&t, &reg, &d);
    ck_assert_uint_eq(d.errors, 0);
    ck_assert_uint_eq(t.n_entries, 2);
    ck_assert_str_eq(t.entries[0].name, "QUOTE");
    ck_assert_str_eq(t.entries[1].name, "STOCK");
    ck_assert_str_eq(t.entries[1].lu, "NEWLU");
    ck_assert_uint_eq(t.entries[1].n_users, 1);
    ck_assert_uint_eq(t.n_files, 4);
    regfile_fini(&reg); /* the table stands alone */
    ck_assert_str_eq(t.entries[1].file, "3.reg");
}
END_TEST

/* ---- values, good ---- */

#define OP "[" TPS "T\\Parameters]\n\"SNAServiceType\"=dword:1a\n"

START_TEST(defaults)
{
    build(V5 OP);
    const struct tp_entry *e = entry("T");
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    ck_assert_uint_eq(e->timeout_ms, TP_TIMEOUT_INFINITE);
    ck_assert_str_eq(e->parameters, "");
    ck_assert_str_eq(e->lu, "");
    ck_assert(!e->security && !e->already_verified && !e->service);
    ck_assert_ptr_null(e->accept_names);
    ck_assert_ptr_null(e->users);
    ck_assert_uint_eq(e->line, 2);
    ck_assert(t.sw.match_local_first && t.sw.hold_unmatched && t.sw.fast_fail && !t.sw.match_tp_only);
    ck_assert_uint_eq(t.sw.unmatched_sense, 0x084C0000);
    ck_assert_uint_eq(t.sw.queue_limit, 2048);
    ck_assert_ptr_null(t.client_group);
    ck_assert(!t.getnewtpid && !t.same_no_user);
}
END_TEST

START_TEST(spellings)
{
    build(V5 OP "\"timeOUT\"=dword:1\n\"LOCALLU\"=\"a1$#@%\"\n\"conversationsecurity\"=\"yEs\"\n"
                "\"AlreadyVerified\"=\"No\"\n\"AcceptNames\"=\"  A\\tB  C \"\n");
    ck_assert_uint_eq(d.errors, 1); /* \t is no escape */
    again();
    build(V5 OP "\"timeOUT\"=dword:1\n\"LOCALLU\"=\"a1$#@%\"\n\"conversationsecurity\"=\"yEs\"\n"
                "\"AlreadyVerified\"=\"No\"\n\"AcceptNames\"=\"  A  bB  C \"\n");
    const struct tp_entry *e = entry("T");
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    ck_assert_uint_eq(e->timeout_ms, 1);
    ck_assert_str_eq(e->lu, "A1$#@%");
    ck_assert(e->security && !e->already_verified);
    ck_assert_str_eq(e->accept_names[0], "A");
    ck_assert_str_eq(e->accept_names[1], "bB");
    ck_assert_str_eq(e->accept_names[2], "C");
    ck_assert_ptr_null(e->accept_names[3]);
    again();
    build(V5 OP "\"LocalLU\"=\"\"\n\"AcceptNames\"=\" \"\n");
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    ck_assert_str_eq(entry("T")->lu, "");
    ck_assert_ptr_null(entry("T")->accept_names);
}
END_TEST

START_TEST(users)
{
    build(
        V5 OP
        "\"ConversationSecurity\"=\"YES\"\n@=\"x\"\n\"Application\"=\"x\"\n\"AppParameters\"=\"x\"\n"
        "\"AppDirectory\"=\"x\"\n\"Win16App\"=\"YES\"\n\"SeparateWowVDM\"=\"YES\"\n\"CicsSupport\"=dword:1\n"
        "\"Parameters\"=\"x\"\n\"AlreadyVerified\"=\"no\"\n"
        "\"u234567890\"=\"p234567890\"\n\"hex\"=hex(1):70,00,77,00\n");
    const struct tp_entry *e = entry("T");
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    ck_assert_uint_eq(e->n_users, 2);
    ck_assert_uint_eq(e->users[0].name_n, 10);
    ck_assert_mem_eq(e->users[0].password, "p234567890", 10);
    ck_assert_uint_eq(e->users[1].password_n, 2);
    ck_assert_mem_eq(e->users[1].password, "pw", 2);
    again();
    build(V5 OP "\"u\"=\"p\"\n\"x\"=dword:1\n"); /* no security, no users */
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    ck_assert_uint_eq(entry("T")->n_users, 0);
}
END_TEST

static const char *const no_users[] = {
    "\"u2345678901\"=\"Secret01\"\n", "\"u\"=\"Secret01Sec\"\n",     "\"u\"=\"\"\n", "\"u\"=dword:1\n",
    "\"u\"=\"Secret\xc3\xbc\"\n",     "\"\xc3\xbc\"=\"Secret01\"\n",
};

START_TEST(no_user)
{
    char text[512];
    snprintf(text, sizeof text, V5 OP "\"ConversationSecurity\"=\"YES\"\n%s\"ok\"=\"Secret02\"\n",
             no_users[_i]);
    build(text);
    one_message(true, 5, "TP T", "is no");
    ck_assert_ptr_null(strstr(d.head->text, "Secret"));
    ck_assert_uint_eq(entry("T")->n_users, 1);
}
END_TEST

/* ---- values, bad: always line 4 ---- */

static const struct bad {
    const char *value, *says;
} bad[] = {
    {"\"LocalLU\"=\"TOOLONGLU\"", "LocalLU is no LU alias"},
    {"\"LocalLU\"=\"A-B\"", "LocalLU is no LU alias"},
    {"\"LocalLU\"=\"A B\"", "LocalLU is no LU alias"},
    {"\"LocalLU\"=dword:1", "LocalLU has the wrong type"},
    {"\"LocalLU\"=hex(2):41,00,00,00", "LocalLU has the wrong type"},
    {"\"LocalLU\"=hex(1):41,00,42", "LocalLU is not text"},
    {"\"LocalLU\"=hex(1):41,00,00,00,42,00", "LocalLU has a NUL"},
    {"\"Timeout\"=\"60000\"", "Timeout has the wrong type"},
    {"\"Timeout\"=hex(4):01,02", "Timeout has the wrong type"},
    {"\"Timeout\"=hex(b):01,00,00,00,00,00,00,00", "Timeout has the wrong type"},
    {"\"AcceptNames\"=hex(7):41,00,00,00,00,00", "AcceptNames has the wrong type"},
    {"\"AcceptNames\"=\"A \xc3\xbc\"", "AcceptNames must be TP names"},
    {"\"AcceptNames\"=\"A23456789012345678901234567890123456789012345678901234567890123456789\"",
     "AcceptNames must be TP names"},
    {"\"ConversationSecurity\"=\"TRUE\"", "ConversationSecurity must be YES or NO"},
    {"\"ConversationSecurity\"=\"\"", "ConversationSecurity must be YES or NO"},
    {"\"ConversationSecurity\"=dword:1", "ConversationSecurity has the wrong type"},
    {"\"AlreadyVerified\"=\"1\"", "AlreadyVerified must be YES or NO"},
    {"\"Win16App\"=\"x\"", "Win16App must be YES or NO"},
    {"\"CicsSupport\"=dword:2", "CicsSupport is 2: it must be 0 to 1"},
    {"\"CicsSupport\"=\"1\"", "CicsSupport has the wrong type"},
    {"\"PathName\"=dword:1", "PathName has the wrong type"},
    {"\"Parameters\"=hex:01", "Parameters has the wrong type"},
    {"\"Parameters\"=hex(41):01", "Parameters has the wrong type"},
};

START_TEST(bad_value)
{
    char text[512];
    snprintf(text, sizeof text, V5 OP "%s\n", bad[_i].value);
    build(text);
    one_message(false, 4, "TP T: ", bad[_i].says);
}
END_TEST

START_TEST(kinds)
{
    build(V5 "[" TPS "T\\Parameters]\n\"SNAServiceType\"=\"5\"\n");
    one_message(false, 3, "TP T", "wrong type");
    again();
    build(V5 "[" TPS "T\\Parameters]\n\"SNAServiceType\"=dword:7\n");
    one_message(true, 3, "TP T", "no kind of TP");
    ck_assert_uint_eq(t.n_entries, 0);
    again();
    build(V5 "[" TPS "T\\Parameters]\n\"Timeout\"=dword:7\n");
    one_message(true, 2, "TP T", "no SNAServiceType");
    again();
    build(V5 "[" TPS "T]\n\"SNAServiceType\"=dword:5\n");
    one_message(true, 3, "", "belong in " TPS "T\\Parameters");
    again();
    /* the value name is shared with other components */
    build(V5 "[" SERVICES "SnaLink1\\Parameters]\n\"SNAServiceType\"=dword:7\n[" SERVICES
             "Tcpip\\Parameters]\n\"X\"=dword:1\n[" SERVICES
             "SnaServr\\Parameters]\n\"SNAServiceType\"=dword:7\n");
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    ck_assert_uint_eq(t.n_entries, 0);
    again();
    build(V5 PATHMAP "[" SERVICES "T]\n\"ImagePath\"=\"C:\\\\tps\\\\t\"\n[" SERVICES
                     "T\\Parameters]\n\"SNAServiceType\"=dword:6\n");
    one_message(true, 7, "TP T", "cannot be nonqueued");
    ck_assert_int_eq(entry("T")->kind, TP_QUEUED);
    again();
    build(V5 "[" SERVICES "T\\Parameters]\n\"SNAServiceType\"=dword:1a\n");
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    ck_assert(entry("T")->service);
    ck_assert_int_eq(entry("T")->kind, TP_OPERATOR);
    ck_assert_str_eq(tp_kind_name(TP_QUEUED), "queued");
    ck_assert_str_eq(tp_kind_name(TP_NONQUEUED), "nonqueued");
    ck_assert_str_eq(tp_kind_name(TP_OPERATOR), "operator");
}
END_TEST

START_TEST(names)
{
    char name[66], text[512];
    memset(name, 'N', 65);
    name[65] = '\0';
    snprintf(text, sizeof text, V5 "[" TPS "%s\\Parameters]\n\"SNAServiceType\"=dword:1a\n", name);
    build(text);
    one_message(false, 2, "TP NNN", "no TP name");
    again();
    snprintf(text, sizeof text, V5 "[" TPS "%s\\Parameters]\n\"SNAServiceType\"=dword:1a\n", name + 1);
    build(text);
    ck_assert_uint_eq(d.errors, 0);
    ck_assert_str_eq(t.entries[0].name, name + 1);
    again();
    build(V5 "[" TPS "A B\\Parameters]\n\"SNAServiceType\"=dword:1a\n");
    one_message(false, 2, "TP A B", "no TP name");
}
END_TEST

START_TEST(programs)
{
    build(V5 PATHMAP "[" TPS
                     "T\\Parameters]\n\"SNAServiceType\"=dword:5\n\"PathName\"=\"C:\\\\other\\\\t.exe\"\n");
    one_message(true, 6, "TP T", "C:\\other\\t.exe");
    ck_assert_ptr_nonnull(strstr(d.head->text, "\"C:\\\\other\"=")); /* what to add */
    ck_assert_ptr_nonnull(strstr(d.head->text, "PathMap"));
    ck_assert_ptr_null(entry("T")->program);
    again();
    build(V5 "[" TPS "T\\Parameters]\n\"SNAServiceType\"=dword:5\n\"PathName\"=\"/bin/t\"\n");
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    ck_assert_str_eq(entry("T")->program, "/bin/t");
    again();
    build(V5 "[" TPS "T\\Parameters]\n\"SNAServiceType\"=dword:5\n");
    one_message(true, 2, "TP T", "no program in PathName");
    again();
    build(V5 PATHMAP "[" SERVICES "T]\n\"ImagePath\"=\"\\\"C:\\\\tps\\\\t\\\" -x\"\n[" SERVICES
                     "T\\Parameters]\n\"SNAServiceType\"=dword:5\n\"PathName\"=\"C:\\\\no\"\n");
    one_message(true, 5, "TP T", "ignored");
    ck_assert_str_eq(entry("T")->program, "/opt/tps/t");
}
END_TEST

/* ---- places ---- */

#define OPERATOR "\"SNAServiceType\"=dword:1a\n"

static const struct at {
    const char *key;
    bool service;
} places[] = {
    {"HKLM\\SYSTEM\\CurrentControlSet\\Services\\T\\Parameters", true},
    {"HKLM\\SYSTEM\\CurrentControlSet\\Services\\SnaBase\\Parameters\\TPs\\T\\Parameters", false},
    {"HKLM\\SOFTWARE\\Microsoft\\T\\Parameters", true},
    {"HKLM\\SOFTWARE\\Microsoft\\SnaBase\\Parameters\\TPs\\T\\Parameters", false},
    {"HKCU\\SOFTWARE\\Microsoft\\SnaBase\\Parameters\\TPs\\T\\Parameters", false},
    {"HKLM\\SYSTEM\\ControlSet001\\Services\\T\\Parameters", true},
    {"HKLM\\system\\controlset002\\services\\snabase\\parameters\\tps\\T\\parameters", false},
    {"HKLM\\SOFTWARE\\Wow6432Node\\Microsoft\\T\\Parameters", true},
    {"HKLM\\Software\\WOW6432node\\Microsoft\\SnaBase\\Parameters\\TPs\\T\\Parameters", false},
    {"HKCU\\Software\\Wow6432Node\\Microsoft\\SnaBase\\Parameters\\TPs\\T\\Parameters", false},
    {"HKEY_USERS\\S-1-5-21-1-22-333-1001\\Software\\Microsoft\\SnaBase\\Parameters\\TPs\\T\\Parameters",
     false},
    {"HKU\\S-1-5-18\\Software\\Wow6432Node\\Microsoft\\SnaBase\\Parameters\\TPs\\T\\Parameters", false},
    {"HKU\\.default\\Software\\Microsoft\\SnaBase\\Parameters\\TPs\\T\\Parameters", false},
};
#define N_PLACES 5 /* that are different */

START_TEST(place)
{
    char text[512];
    snprintf(text, sizeof text, V5 "[%s]\n" OPERATOR, places[_i].key);
    build(text);
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    ck_assert_uint_eq(t.n_entries, 1);
    ck_assert_str_eq(t.entries[0].name, "T");
    ck_assert(t.entries[0].service == places[_i].service);
}
END_TEST

#define SNABASE SERVICES "SnaBase\\"
#define SOFT    "SOFTWARE\\Microsoft\\SnaBase\\Parameters\\TPs\\"
#define USER    "HKEY_CURRENT_USER\\" SOFT
#define MACHINE "HKEY_LOCAL_MACHINE\\" SOFT

/* Keys where nobody looks for a TP, and where it belongs. */
static const struct {
    const char *key, *belongs;
} no_places[] = {
    {"HKEY_CURRENT_USER\\SOFTWARE\\Microsoft\\T\\Parameters", USER "T\\Parameters"},
    {"HKEY_CURRENT_USER\\SOFTWARE\\SnaBase\\Parameters\\TPs\\T\\Parameters", USER "T\\Parameters"},
    {"HKEY_USERS\\S-1-5-21-1\\SOFTWARE\\Microsoft\\T\\Parameters", USER "T\\Parameters"},
    {"HKEY_USERS\\S-1-5-21-1_Classes\\" SOFT "T\\Parameters", USER "T\\Parameters"},
    {"HKEY_USERS\\joe\\" SOFT "T\\Parameters", USER "T\\Parameters"},
    {"HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Parameters\\TPs\\T", MACHINE "T\\Parameters"},
    {"HKEY_LOCAL_MACHINE\\SOFTWARE\\Wow6432Node\\SnaBase\\Parameters\\TPs\\T\\Parameters",
     MACHINE "T\\Parameters"},
    {"HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SnaBase\\Parameters\\TP\\T\\Parameters",
     MACHINE "T\\Parameters"},
    {"HKEY_LOCAL_MACHINE\\SOFTWARE\\Wow6432Node\\Wow6432Node\\Microsoft\\T\\Parameters",
     MACHINE "T\\Parameters"},
    {"HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\T\\Parameters", TPS "T\\Parameters"},
    {"HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet0001\\Services\\T\\Parameters", TPS "T\\Parameters"},
    {"HKEY_LOCAL_MACHINE\\SYSTEM\\Services\\SnaBase\\Parameters\\TPs\\T\\Parameters", TPS "T\\Parameters"},
    {"HKEY_CLASSES_ROOT\\T\\Parameters", TPS "T\\Parameters"},
    {SNABASE "Tps\\T\\Parameters", TPS "T\\Parameters"},
    {SNABASE "Parameters\\TP\\T\\Parameters", TPS "T\\Parameters"},
    {SNABASE "Parameters\\TPs\\T", TPS "T\\Parameters"},
    {SNABASE "Parameters\\TPs\\T\\Linkage", TPS "T\\Parameters"},
    {SNABASE "Parameters\\TPs\\Parameters", TPS "<TP>\\Parameters"},
    {SNABASE "Parameters", TPS "<TP>\\Parameters"},
    {SERVICES "SnaServr\\Parameters", TPS "<TP>\\Parameters"},
    {SNABASE "Parameters\\TPs\\T\\Parameters\\A B", TPS "<TP>\\Parameters"},
    {SERVICES "T", SERVICES "T\\Parameters"},
    {SERVICES "T\\Linkage", SERVICES "T\\Parameters"},
    {SERVICES "T\\Parameters\\Parameters", TPS "T\\Parameters"},
    {SNABASE "Parameters\\TPs\\T\\Parameters\\And\\So\\On\\And\\On\\More", TPS "More\\Parameters"},
    {"HKEY_LOCAL_MACHINE\\SYSTEM", TPS "<TP>\\Parameters"},
    {"HKEY_LOCAL_MACHINE", TPS "<TP>\\Parameters"},
};

START_TEST(no_place)
{
    char text[512], belongs[256], key[256];
    snprintf(text, sizeof text, V5 "[%s]\n" OPERATOR, no_places[_i].key);
    snprintf(key, sizeof key, " in %s, ", no_places[_i].key);
    snprintf(belongs, sizeof belongs, "belong in %s", no_places[_i].belongs);
    build(text);
    one_message(true, 3, key, belongs);
    ck_assert_str_eq(strstr(d.head->text, "belong in "), belongs); /* to the end */
    ck_assert_uint_eq(t.n_entries, 0);
    again(); /* text where a number should be is meant for a TP, too */
    snprintf(text, sizeof text, V5 "[%s]\n\"snaservicetype\"=\"5\"\n", no_places[_i].key);
    build(text);
    one_message(true, 3, key, belongs);
}
END_TEST

/* The longest path that there is: the message names its beginning. */
START_TEST(no_place_is_long)
{
    static char text[20000];
    size_t n = (size_t)snprintf(text, sizeof text, V5 "[HKLM");
    for (int i = 0; i < 60; i++) {
        text[n++] = '\\';
        for (int j = 0; j < 120 + i % 2; j++, n += 2)
            memcpy(text + n, "\xc3\xbc", 2);
    }
    snprintf(text + n, sizeof text - n, "]\n" OPERATOR);
    build(text);
    one_message(true, 3, "SNAServiceType in HKEY_LOCAL_MACHINE\\\xc3\xbc",
                "belong in " TPS "<TP>\\Parameters");
    ck_assert(regtext_is_utf8(d.head->text, strlen(d.head->text)));
}
END_TEST

/* Keys of the node's own, where they are read (NULL) and where not. */
static const struct {
    const char *key, *belongs;
} own_keys[] = {
    {SNABASE "Parameters\\Client", NULL},
    {"HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet002\\Services\\SnaBase\\Parameters\\Client", NULL},
    {"HKEY_LOCAL_MACHINE\\SOFTWARE\\Wow6432Node\\Microsoft\\SnaBase\\Parameters\\Client", NULL},
    {"HKEY_CURRENT_USER\\SOFTWARE\\Microsoft\\SnaBase\\Parameters\\Client", SNABASE "Parameters\\Client"},
    {SNABASE "Client", SNABASE "Parameters\\Client"},
    {SERVICES "SnaServr\\Parameters\\client", SNABASE "Parameters\\Client"},
    {SERVICES "Other\\Parameters\\Client", NULL}, /* whose else, nobody knows */
    {"HKEY_USERS\\S-1-5-21-1\\SOFTWARE\\Microsoft\\SnaBase\\Parameters\\PathMap", NULL},
    {"HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SnaBase\\PathMap", SNABASE "Parameters\\PathMap"},
    {SNABASE "Parameters\\TPs\\PathMap", SNABASE "Parameters\\PathMap"},
    {SNABASE "Parameters\\AllocateAccess", NULL},
    {"HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SnaBase\\Parameters\\AllocateAccess",
     SNABASE "Parameters\\AllocateAccess"},
};

START_TEST(own_key)
{
    char text[512], belongs[256];
    snprintf(text, sizeof text, V5 "[" SNABASE "Parameters]\n[%s]\n", own_keys[_i].key);
    build(text); /* a key without values says nothing */
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    again();
    const char *value = strstr(own_keys[_i].key, "PathMap") ? "\"C:\\\\x\"=\"/x\"\n" : "\"X\"=\"LUX\"\n";
    snprintf(text, sizeof text, V5 "[" SNABASE "Parameters]\n[%s]\n%s", own_keys[_i].key, value);
    build(text);
    if (own_keys[_i].belongs) {
        snprintf(belongs, sizeof belongs, "belong in %s", own_keys[_i].belongs);
        one_message(true, 3, own_keys[_i].key, belongs);
    } else {
        ck_assert_uint_eq(d.errors + d.warnings, 0);
    }
}
END_TEST

/* One TP of three users is set up three times; what is read first counts. */
START_TEST(users_of_one_machine)
{
    build(V5 "[HKU\\S-1-5-21-9\\" SOFT "T\\Parameters]\n" OPERATOR "[HKU\\S-1-5-21-8\\" SOFT
             "T\\Parameters]\n" OPERATOR "[HKCU\\" SOFT "T\\Parameters]\n" OPERATOR);
    ck_assert_uint_eq(d.errors, 0);
    ck_assert_uint_eq(d.warnings, 2);
    ck_assert_uint_eq(t.n_entries, 1);
    ck_assert_uint_eq(t.entries[0].line, 2);
}
END_TEST

/* What the settings of the node are read from stands in for 32-bit programs, too. */
START_TEST(wow64)
{
    build(V5
          "[HKLM\\SOFTWARE\\Wow6432Node\\Microsoft\\SnaBase\\Parameters]\n\"ClientGroup\"="
          "\"sna\"\n\"AdminGroup\"=\"adm\"\n"
          "[HKLM\\SOFTWARE\\Wow6432Node\\Microsoft\\SnaBase\\Parameters\\Client]\n\"A\"=\"W\"\n\"B\"=\"W\"\n"
          "[HKLM\\SOFTWARE\\Microsoft\\SnaBase\\Parameters\\Client]\n\"A\"=\"M\"\n"
          "[HKU\\S-1-5-21-9\\SOFTWARE\\Microsoft\\SnaBase\\Parameters\\PathMap]\n\"C:\\\\u\"=\"/u\"\n"
          "[HKLM\\SOFTWARE\\Wow6432Node\\Microsoft\\SnaBase\\Parameters\\PathMap]\n\"C:\\\\w\"=\"/w\"\n"
          "[" TPS "X\\Parameters]\n\"SNAServiceType\"=dword:5\n\"PathName\"=\"C:\\\\w\\\\x\"\n"
          "[" TPS "Y\\Parameters]\n\"SNAServiceType\"=dword:5\n\"PathName\"=\"C:\\\\u\\\\y\"\n");
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    ck_assert_str_eq(t.client_group, "sna");
    ck_assert_str_eq(t.admin_group, "adm");
    ck_assert_str_eq(tptable_client_lu(&t, "a"), "M");
    ck_assert_str_eq(tptable_client_lu(&t, "b"), "W");
    ck_assert_str_eq(t.entries[0].program, "/w/x");
    ck_assert_str_eq(t.entries[1].program, "/u/y");
}
END_TEST

/* The order of the places decides, not that of the file [R6]: each pair of places, in both orders. */
START_TEST(two_places)
{
    for (int j = 0; j < N_PLACES; j++) {
        if (j == _i)
            continue;
        char text[512], other[32];
        snprintf(text, sizeof text, V5 "[%s]\n" OPERATOR "[%s]\n" OPERATOR, places[_i].key, places[j].key);
        again();
        build(text);
        unsigned ignored = _i < j ? 4 : 2;
        snprintf(other, sizeof other, "a.reg:%u", 6 - ignored);
        one_message(true, ignored, other, "TP T on any LU");
        ck_assert_uint_eq(t.n_entries, 1);
        ck_assert_uint_eq(t.entries[0].line, 6 - ignored);
    }
}
END_TEST

START_TEST(service_in_software)
{
    build(V5 PATHMAP "[HKLM\\SOFTWARE\\Microsoft\\T\\Parameters]\n\"SNAServiceType\"=dword:5\n[" SERVICES
                     "T]\n\"ImagePath\"=\"C:\\\\tps\\\\t\"\n");
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    ck_assert_str_eq(entry("T")->program, "/opt/tps/t");
}
END_TEST

START_TEST(doubles)
{
    /* other LU: another TP */
    build(V5 "[" TPS "T\\Parameters]\n" OPERATOR "\"LocalLU\"=\"A\"\n[" SERVICES "T\\Parameters]\n" OPERATOR);
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    ck_assert_uint_eq(t.n_entries, 2);
    again();
    /* and so is another case */
    build(V5 "[" TPS "T\\Parameters]\n" OPERATOR "[" SERVICES "t\\Parameters]\n" OPERATOR);
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    ck_assert_uint_eq(t.n_entries, 2);
    again();
    /* operator-started and autostarted: both stay [A9] */
    build(V5 "[" TPS "T\\Parameters]\n" OPERATOR "[" SERVICES "T]\n\"ImagePath\"=\"/t\"\n[" SERVICES
             "T\\Parameters]\n\"SNAServiceType\"=dword:5\n");
    one_message(true, 2, "a.reg:6", "both count");
    ck_assert_uint_eq(t.n_entries, 2);
    ck_assert_int_eq(t.entries[0].kind, TP_OPERATOR);
    ck_assert_int_eq(t.entries[1].kind, TP_QUEUED);
}
END_TEST

START_TEST(control_sets)
{
    /* the current one, when it is there */
    build(V5 "[HKLM\\SYSTEM\\ControlSet001\\Services\\T\\Parameters]\n" OPERATOR
             "\"Timeout\"=dword:1\n[" SERVICES "T\\Parameters]\n" OPERATOR "\"Timeout\"=dword:2\n");
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    ck_assert_uint_eq(t.n_entries, 1);
    ck_assert_uint_eq(t.entries[0].timeout_ms, 2);
    again();
    /* what only the other one has is told */
    build(V5 "[HKLM\\SYSTEM\\ControlSet001\\Services\\T\\Parameters]\n" OPERATOR "[" SERVICES
             "U\\Parameters]\n" OPERATOR);
    one_message(true, 2, "TP T", "ControlSet001");
    again();
    /* the lowest, and the one selected */
    build(V5 "[HKLM\\SYSTEM\\ControlSet003\\Services\\T\\Parameters]\n" OPERATOR
             "[HKLM\\SYSTEM\\ControlSet002\\Services\\T\\Parameters]\n" OPERATOR "\"Timeout\"=dword:2\n");
    ck_assert_uint_eq(entry("T")->timeout_ms, 2);
    read_file("b.reg", V5 "[HKLM\\SYSTEM\\Select]\n\"Current\"=dword:3\n");
    tptable_fini(&t);
    tptable_build(&t, &reg, &d);
    ck_assert_uint_eq(entry("T")->timeout_ms, TP_TIMEOUT_INFINITE);
}
END_TEST

/* ---- clients and switches ---- */

#define CLIENT "[" SERVICES "SnaBase\\Parameters\\Client]\n"

START_TEST(clients)
{
    build(V5
          "[HKLM\\SOFTWARE\\Microsoft\\SnaBase\\Parameters\\Client]\n\"APING\"=\"OTHER\"\n\"LATER\"=\"lu3\"\n"
          "\"GETNEWTPID\"=\"no\"\n" CLIENT
          "\"Aping\"=\"LU1\"\n\"GETNEWTPID\"=\"YES\"\n\"AP_SAMENosUser\"=\"yes\"\n"
          "\"LUWIDSUP\"=\"NO\"\n\"ResLocFlags\"=dword:8000\n");
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    ck_assert_uint_eq(t.n_clients, 2);
    ck_assert_str_eq(tptable_client_lu(&t, "aping"), "LU1");
    ck_assert_str_eq(tptable_client_lu(&t, "LATER"), "LU3");
    ck_assert_ptr_null(tptable_client_lu(&t, "GETNEWTPID"));
    ck_assert(t.getnewtpid && t.same_no_user);
    ck_assert_uint_eq(t.res_loc_flags, RES_LOC_LOCAL);
    ck_assert_ptr_null(t.conversion_table);
    again();
    build(V5 CLIENT "\"COMTBLG\"=\"C:\\\\sna\\\\system\\\\comtblg.dat\"\n"); /* no path of this machine */
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    ck_assert_ptr_null(t.conversion_table);
    again();
    build(V5 CLIENT "\"CSVTBLG\"=\"/etc/own.dat\"\n\"COMTBLG\"=\"C:\\\\sna\\\\comtblg.dat\"\n"
                    "[" SERVICES "SnaBase\\Parameters\\PathMap]\n\"C:\\\\sna\"=\"/opt/sna\"\n");
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    ck_assert_str_eq(t.conversion_table, "/etc/own.dat");
    ck_assert_uint_eq(t.n_clients, 0);
    again();
    build(V5 CLIENT "\"COMTBLG\"=\"C:\\\\sna\\\\comtblg.dat\"\n"
                    "[" SERVICES "SnaBase\\Parameters\\PathMap]\n\"C:\\\\sna\"=\"/opt/sna\"\n");
    ck_assert_str_eq(t.conversion_table, "/opt/sna/comtblg.dat");
    again();
    build(V5 CLIENT "\"UnverifiedAP_SAME\"=dword:1\n");
    ck_assert(t.same_no_user && !t.getnewtpid);
    again();
    build(V5 CLIENT "\"X\"=\"BAD-LU\"\n");
    one_message(false, 3, "Client: X", "no LU alias");
    again();
    build(V5 CLIENT "\"X\"=dword:1\n");
    one_message(false, 3, "Client: X", "wrong type");
    again();
    build(V5 CLIENT "\"GETNEWTPID\"=\"maybe\"\n");
    one_message(false, 3, "Client: GETNEWTPID", "YES or NO");
}
END_TEST

/* Which name of a program fits which file. */
static const struct {
    const char *written, *program;
    int fits;
} program_names[] = {
    {"win-up", "WIN-UP.EXE", 1},
    {"WIN-UP.EXE", "win-up", 1},
    {"WIN-UP.EXE", "Win-Up.exe", 2},
    {"plain", "plain.exe", 1},
    {"plain.exe", "plain", 1},
    {"APING", "aping", 2},
    {"a.exe", "a.com", 1},
    {"a.exe", "a.lua", 1},
    {"python3", "python3.11", 1},
    {"python3.11", "python3.12", 0},
    {"python3.11", "python3", 0},
    {"python3.11", "PYTHON3.11", 2},
    {"a.b", "a.b.exe", 1},
    {"a.b.exe", "a.b", 1},
    {"a", "a.b.exe", 0},
    {".exe", "x", 0},
    {".exe", ".exe", 2},
    {"x", ".x", 0},
    {"a", "", 0},
    {"win", "win-up", 0},
    {"win-up", "win", 0},
    {"a.", "a", 0},
    {"a", "a.", 1},
    {".exe", "", 0},
};

START_TEST(program_name)
{
    ck_assert_int_eq(progname_fits(program_names[_i].written, program_names[_i].program),
                     program_names[_i].fits);
}
END_TEST

/* The name that fits best, wherever it stands. */
START_TEST(client_extensions)
{
    build(V5 CLIENT "\"a\"=\"STEM\"\n\"A.EXE\"=\"EXE\"\n\"c.exe\"=\"CLU\"\n");
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    ck_assert_str_eq(tptable_client_lu(&t, "a.exe"), "EXE");
    ck_assert_str_eq(tptable_client_lu(&t, "A"), "STEM");
    ck_assert_str_eq(tptable_client_lu(&t, "a.com"), "STEM");
    ck_assert_str_eq(tptable_client_lu(&t, "C"), "CLU");
    ck_assert_ptr_null(tptable_client_lu(&t, "d.exe"));
}
END_TEST

#define SERVR "[" SERVICES "SnaServr\\Parameters]\n"

START_TEST(switches)
{
    build(V5 SERVR "\"DloadMatchTPOnly\"=\"Yes\"\n\"DloadMatchLocalFirst\"=\"no\"\n\"HoldUnmatched\"=\"NO\"\n"
                   "\"FastFail\"=\"NO\"\n\"UnmatchedSense\"=dword:10086021\n\"QueueLimit\"=dword:0000ffff\n"
                   "\"NOINITCNOS\"=\"\"\n[" SERVICES "SnaBase\\Parameters]\n\"ClientGroup\"=\"sna\"\n");
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    ck_assert(t.sw.match_tp_only && !t.sw.match_local_first && !t.sw.hold_unmatched && !t.sw.fast_fail);
    ck_assert_uint_eq(t.sw.unmatched_sense, 0x10086021);
    ck_assert_uint_eq(t.sw.queue_limit, 65535);
    ck_assert_str_eq(t.client_group, "sna");
}
END_TEST

START_TEST(session_switches)
{
    build(V5 SERVR);
    ck_assert_uint_eq(t.sw.session_timeout_s, 20);
    ck_assert_uint_eq(t.sw.allocate_wait_s, 0);
    again();
    build(V5 SERVR "\"SESTIMEOUT\"=dword:0\n\"AllocateWait\"=dword:0000001e\n");
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    ck_assert_uint_eq(t.sw.session_timeout_s, 0);
    ck_assert_uint_eq(t.sw.allocate_wait_s, 30);
    again();
    build(V5 SERVR "\"SESTIMEOUT\"=\"45\"\n");
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    ck_assert_uint_eq(t.sw.session_timeout_s, 45);
}
END_TEST

/* ---- Domain ---- */

#define DOMAIN "[" SERVICES "SnaBase\\Parameters\\Domain]\n"
#define NAMED  DOMAIN "\"Name\"=\"PROD\"\n\"Servers\"=\"nats://a:4222, tls://u:p@b:4223\"\n"

START_TEST(domain)
{
    build(V5);
    ck_assert_ptr_null(t.domain);
    again();
    build(V5 NAMED "\"Machine\"=\"HOSTA\"\n\"Credentials\"=\"/etc/c\"\n\"ListenAddress\"=\"hosta:3477\"\n"
                   "\"Certificate\"=\"/etc/x.pem\"\n\"Key\"=\"/etc/x.key\"\n\"CA\"=\"/etc/ca\"\n"
                   "\"Lease\"=dword:00000002\n\"Replicas\"=dword:00000003\n");
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    ck_assert_str_eq(t.domain->name, "PROD");
    ck_assert_uint_eq(t.domain->n_servers, 2);
    ck_assert_str_eq(t.domain->servers[1], "tls://u:p@b:4223");
    ck_assert_ptr_null(t.domain->servers[2]);
    ck_assert(t.domain->tls);
    ck_assert_str_eq(t.domain->machine, "HOSTA");
    ck_assert_str_eq(t.domain->listen, "hosta:3477");
    ck_assert_str_eq(t.domain->key, "/etc/x.key");
    ck_assert_uint_eq(t.domain->lease_s, 2);
    ck_assert_uint_eq(t.domain->replicas, 3);
    ck_assert(tpdomain_equal(t.domain, t.domain) && !tpdomain_equal(t.domain, NULL));
    again();
    build(V5 NAMED);
    ck_assert_uint_eq(t.domain->lease_s, 15);
    ck_assert_ptr_null(t.domain->listen);
    ck_assert(tpdomain_offers(t.domain, "LUA"));
}
END_TEST

static const struct {
    const char *text, *offered, *kept;
} offers[] = {
    {"\"OfferLUs\"=\"LUA\"\n", "LUA", "LUB"},
    {"\"OfferLUs\"=\" lub,LUA \"\n", "LUB", "LUAB"},
    {"\"OfferLUs\"=\"\"\n", NULL, "LUA"},
};

START_TEST(domain_offers)
{
    char text[1000];
    snprintf(text, sizeof text, V5 NAMED "%s", offers[_i].text);
    build(text);
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    ck_assert(!offers[_i].offered || tpdomain_offers(t.domain, offers[_i].offered));
    ck_assert(!tpdomain_offers(t.domain, offers[_i].kept));
}
END_TEST

static const struct {
    const char *text, *says;
} bad_domains[] = {
    {DOMAIN "\"Name\"=\"PROD\"\n", "needs Servers"},
    {DOMAIN "\"Servers\"=\"nats://a:1\"\n", "needs Name"},
    {NAMED "\"Certificate\"=\"/x\"\n", "Certificate and Key"},
    {NAMED "\"Key\"=\"key.pem\"\n", "from / on"},
    {NAMED "\"ListenAddress\"=\"3477\"\n", "HOST:PORT"},
    {NAMED "\"ListenAddress\"=\"a:70000\"\n", "HOST:PORT"},
    {NAMED "\"Lease\"=dword:0\n", "Lease"},
    {NAMED "\"Replicas\"=dword:6\n", "Replicas"},
    {NAMED "\"OfferLUs\"=\"LUA TOOLONGALIAS\"\n", "OfferLUs"},
    {NAMED "\"OfferLUs\"=dword:1\n", "OfferLUs"},
    {NAMED "\"Machine\"=\"ABCDEFGHIJKLMNOP\"\n", "1 to 15"},
    {NAMED "\"Server\"=\"x\"\n", "no setting of Domain"},
    {DOMAIN "\"Name\"=\"A B\"\n\"Servers\"=\"nats://a:1\"\n", "1 to 32"},
    {DOMAIN "\"Name\"=\"A\"\n\"Servers\"=\"a:1\"\n", "nats://"},
    {DOMAIN "\"Name\"=\"A\"\n\"Servers\"=\"http://a:1\"\n", "nats://"},
    {DOMAIN "\"Name\"=\"A\"\n\"Servers\"=\"nats://a\"\n", "nats://"},
    {DOMAIN "\"Name\"=\"A\"\n\"Servers\"=\" , \"\n", "nats://"},
};

START_TEST(domain_wrong)
{
    char text[1000];
    snprintf(text, sizeof text, V5 "%s", bad_domains[_i].text);
    build(text);
    ck_assert_uint_eq(d.errors, 1);
    ck_assert_msg(strstr(d.head->text, bad_domains[_i].says), "%s", d.head->text);
    ck_assert_ptr_null(t.domain);
}
END_TEST

/* ---- Launch ---- */

#define LAUNCH OP "[" TPS "T\\Parameters\\Launch]\n"

START_TEST(launch_settings)
{
    build(V5 OP "[" TPS "T\\Parameters\\Launch]\n");
    ck_assert_ptr_null(entry("T")->launch);
    again();
    build(V5 LAUNCH "\"workingdirectory\"=\"/a b\"\n\"OutputFile\"=\"/out\"\n\"RunAs\"=\"nobody\"\n"
                    "\"Environment\"=hex(7):41,00,3d,00,00,00,42,00,3d,00,31,00,00,00,00,00\n"
                    "\"MaxMemoryMB\"=dword:40\n\"MaxOpenFiles\"=dword:4\n\"MaxCpuSeconds\"=dword:ffffffff\n");
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    const struct tp_launch *l = entry("T")->launch;
    ck_assert_str_eq(l->directory, "/a b");
    ck_assert_str_eq(l->output, "/out");
    ck_assert_str_eq(l->user, "nobody");
    ck_assert_mem_eq(l->environment, "A=\0B=1\0", 8);
    ck_assert_uint_eq(l->memory_mb, 64);
    ck_assert_uint_eq(l->files, 4);
    ck_assert_uint_eq(l->cpu_s, UINT32_MAX);
    ck_assert_uint_eq(entry("T")->n_users, 0);
}
END_TEST

static const struct bad bad_launch[] = {
    {"\"WorkingDirectory\"=\"tps\"", "WorkingDirectory must be an absolute path of this machine"},
    {"\"WorkingDirectory\"=\"C:\\\\tps\"", "WorkingDirectory must be an absolute path of this machine"},
    {"\"OutputFile\"=\"\"", "OutputFile must be an absolute path of this machine"},
    {"\"OutputFile\"=dword:1", "OutputFile has the wrong type"},
    {"\"RunAs\"=dword:0", "RunAs has the wrong type"},
    {"\"Environment\"=\"A=1\"", "Environment has the wrong type"},
    {"\"Environment\"=hex(7):41,00,00,00,00,00", "Environment must be a list of NAME=value"},
    {"\"Environment\"=hex(7):3d,00,00,00,00,00", "Environment must be a list of NAME=value"},
    {"\"Wine\"=\"wine\"", "Wine must be an absolute path of this machine"},
    {"\"WinePrefix\"=\"C:\\\\wine\"", "WinePrefix must be an absolute path of this machine"},
    {"\"MaxMemoryMB\"=dword:0", "MaxMemoryMB is 0"},
    {"\"MaxMemoryMB\"=\"64\"", "MaxMemoryMB has the wrong type"},
    {"\"MaxOpenFiles\"=dword:3", "MaxOpenFiles is 3"},
    {"\"MaxCpuSeconds\"=dword:0", "MaxCpuSeconds is 0"},
    {"\"Directory\"=\"/tmp\"", "Directory is no setting of Launch"},
};

START_TEST(bad_launch_setting)
{
    char text[512];
    snprintf(text, sizeof text, V5 LAUNCH "%s\n", bad_launch[_i].value);
    build(text);
    one_message(false, 5, "TP T: ", bad_launch[_i].says);
}
END_TEST

/* About links and repeated CNOS: judged, and nothing else. */
START_TEST(switches_without_effect)
{
    build(V5 SERVR "\"NOINITCNOS\"=dword:0\n\"RETRYCNOS\"=\"NO\"\n"
                   "\"RenegCNOSAtReconnect\"=\"yes\"\n");
    ck_assert_uint_eq(d.errors + d.warnings, 0);
}
END_TEST

START_TEST(bind_retry)
{
    build(V5 SERVR);
    ck_assert_uint_eq(t.sw.bind_retry, 1);
    again();
    build(V5 SERVR "\"BINDRETRY\"=dword:0\n");
    ck_assert_uint_eq(t.sw.bind_retry, 0);
}
END_TEST

/* Just NO, in these letters, means no. */
START_TEST(limits_renegotiated)
{
    static const char *const values[] = {"\"NO\"", "\"whatever\"", "\"YES\"", "\"no\""};
    char text[512];
    build(V5 SERVR);
    ck_assert(!t.sw.keep_limits);
    again();
    snprintf(text, sizeof text, V5 SERVR "\"RENEGLIMITS\"=%s\n", values[_i]);
    build(text);
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    ck_assert_int_eq(t.sw.keep_limits, _i == 0);
}
END_TEST

/* What counts is that the value is there. */
START_TEST(no_password_substitution)
{
    static const char *const values[] = {"\"NOPWDSUB\"=\"NO\"\n", "\"NOPWDSUB\"=dword:0\n", ""};
    char text[512];
    snprintf(text, sizeof text, V5 SERVR "%s", values[_i]);
    build(text);
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    ck_assert_int_eq(t.sw.no_substitutes, _i < 2);
}
END_TEST

START_TEST(session_margin)
{
    build(V5 SERVR);
    ck_assert_uint_eq(t.sw.session_margin, 0);
    again();
    build(V5 SERVR "\"SessionLimitMargin\"=\"12\"\n");
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    ck_assert_uint_eq(t.sw.session_margin, 12);
    again();
    build(V5 SERVR "\"SessionLimitMargin\"=dword:d\n");
    ck_assert_uint_eq(t.sw.session_margin, 13);
}
END_TEST

#define PORT "\"MetricsPort\"=dword:2380\n"

START_TEST(http)
{
    build(V5 SERVR);
    ck_assert(t.http.port == 0 && !t.http.page);
    again();
    build(V5 SERVR PORT "\"MetricsPage\"=\"yes\"\n");
    ck_assert(t.http.port == 0x2380 && t.http.page && t.http.line == 3 && *t.http.file);
    ck_assert_str_eq(tphttp_address(&t.http), "127.0.0.1");
    again();
    build(V5 SERVR PORT "\"MetricsAddress\"=\"::1\"\n");
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    again();
    build(V5 SERVR PORT "\"MetricsAddress\"=\"0.0.0.0\"\n\"MetricsCertificate\"=\"/c\"\n"
                        "\"MetricsKey\"=\"/k\"\n\"MetricsToken\"=\"/t\"\n");
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    ck_assert_str_eq(tphttp_address(&t.http), "0.0.0.0");
    ck_assert_str_eq(t.http.token, "/t");
}
END_TEST

/* ---- who may do what ---- */

#define BASE   "[" SERVICES "SnaBase\\Parameters]\n"
#define ACCESS "[" SERVICES "SnaBase\\Parameters\\AllocateAccess]\n"

START_TEST(access_rules)
{
    build(V5 BASE "\"AdminGroup\"=\"adm\"\n" ACCESS "\"hostlu\"=\" root,@staff ; nobody\"\n\"LU2\"=\"@x\"\n");
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    ck_assert_str_eq(t.admin_group, "adm");
    ck_assert_uint_eq(t.n_access, 2);
    ck_assert_str_eq(t.access[0].lu, "HOSTLU");
    ck_assert_str_eq(t.access[0].who[0], "root");
    ck_assert_str_eq(t.access[0].who[1], "@staff");
    ck_assert_str_eq(t.access[0].who[2], "nobody");
    ck_assert_ptr_null(t.access[0].who[3]);
    ck_assert_str_eq(t.access[1].who[0], "@x");
}
END_TEST

START_TEST(no_access_rules)
{
    build(V5 BASE "\"AdminGroup\"=\"\"\n" ACCESS);
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    ck_assert_ptr_null(t.admin_group);
    ck_assert_uint_eq(t.n_access, 0);
}
END_TEST

static const struct bad bad_access[] = {
    {"\"LU2\"=\" , ;\"", "LU2 names no user and no @group"},
    {"\"LU2\"=dword:1", "LU2 has the wrong type"},
    {"\"NINECHARS\"=\"root\"", "NINECHARS"},
};

START_TEST(refused_access)
{
    char text[512];
    snprintf(text, sizeof text, V5 ACCESS "%s\n", bad_access[_i].value);
    build(text);
    ck_assert_uint_eq(d.errors, 1);
    one_message(false, 3, "SnaBase\\Parameters\\AllocateAccess: ", bad_access[_i].says);
    ck_assert_uint_eq(t.n_access, 0);
}
END_TEST

static const struct bad bad_switches[] = {
    {"\"DloadMatchTPOnly\"=dword:1", "DloadMatchTPOnly has the wrong type"},
    {"\"HoldUnmatched\"=\"timeout\"", "HoldUnmatched must be YES or NO"},
    {"\"FastFail\"=\"on\"", "FastFail must be YES or NO"},
    {"\"UnmatchedSense\"=\"084C0000\"", "UnmatchedSense has the wrong type"},
    {"\"QueueLimit\"=dword:0", "QueueLimit is 0"},
    {"\"SESTIMEOUT\"=dword:00015181", "SESTIMEOUT is 86401"},
    {"\"SESTIMEOUT\"=\"86401\"", "SESTIMEOUT is 86401"},
    {"\"SESTIMEOUT\"=\"20 s\"", "SESTIMEOUT must be a number"},
    {"\"SESTIMEOUT\"=\"\"", "SESTIMEOUT must be a number"},
    {"\"SESTIMEOUT\"=\"1234567890\"", "SESTIMEOUT must be a number"},
    {"\"SESTIMEOUT\"=hex:14", "SESTIMEOUT has the wrong type"},
    {"\"AllocateWait\"=\"10\"", "AllocateWait has the wrong type"},
    {"\"QueueLimit\"=dword:00010000", "QueueLimit is 65536"},
    {"\"MetricsPort\"=dword:10000", "MetricsPort is 65536: it must be 1 to 65535"},
    {"\"MetricsPort\"=dword:0", "MetricsPort is 0: it must be 1 to 65535"},
    {"\"MetricsPage\"=\"YES\"", "MetricsPage needs MetricsPort beside it"},
    {PORT "\"MetricsPage\"=\"on\"", "MetricsPage must be YES or NO"},
    {PORT "\"MetricsAddress\"=\"localhost\"", "MetricsAddress must be an address as numbers"},
    {PORT "\"MetricsAddress\"=\"0.0.0.0\"", "MetricsAddress can be reached from other machines: it needs"},
    {PORT "\"MetricsAddress\"=\"::\"", "MetricsAddress can be reached from other machines: it needs"},
    {PORT "\"MetricsAddress\"=\"192.0.2.1\"\n\"MetricsToken\"=\"/t\"", "MetricsAddress can be reached"},
    {PORT "\"MetricsAddress\"=\"192.0.2.1\"\n\"MetricsCertificate\"=\"/c\"\n\"MetricsKey\"=\"/k\"",
     "MetricsAddress can be reached"},
    {PORT "\"MetricsToken\"=\"token\"", "MetricsToken must be a path of this machine"},
    {PORT "\"MetricsKey\"=\"/k\"", "MetricsKey needs the other one beside it"},
    {"\"SessionLimitMargin\"=\"32768\"", "SessionLimitMargin is 32768: it must be 0 to 32767"},
    {"\"SessionLimitMargin\"=\"1x\"", "SessionLimitMargin must be a number"},
    {"\"SessionLimitMargin\"=\"-1\"", "SessionLimitMargin must be a number"},
    {"\"SessionLimitMargin\"=\"\"", "SessionLimitMargin must be a number"},
    {"\"BINDRETRY\"=\"NO\"", "BINDRETRY has the wrong type"},
    {"\"RETRYCNOS\"=dword:0", "RETRYCNOS has the wrong type"},
    {"\"RENEGLIMITS\"=dword:0", "RENEGLIMITS has the wrong type"},
    {"\"RenegCNOSAtReconnect\"=\"maybe\"", "RenegCNOSAtReconnect must be YES or NO"},
};

START_TEST(bad_switch)
{
    char text[512];
    snprintf(text, sizeof text, V5 SERVR "%s\n", bad_switches[_i].value);
    build(text);
    unsigned line = strncmp(bad_switches[_i].value, PORT, strlen(PORT)) == 0 ? 4 : 3;
    one_message(false, line, "SnaServr\\Parameters: ", bad_switches[_i].says);
    ck_assert_uint_eq(t.http.port, 0);
    ck_assert_uint_eq(t.sw.queue_limit, 2048);
}
END_TEST

/* ---- damage and size ---- */

/* Any truncation and any one octet changed: no crash, and no password in what is said about it. */
START_TEST(damaged)
{
    static const char wrong[] = "\"\\\n[]@;-= x";
    const size_t n = sizeof stock_reg - 1;
    char text[sizeof stock_reg];
    for (size_t i = 0; i < n * (sizeof wrong); i++) {
        memcpy(text, stock_reg, sizeof text);
        text[i / sizeof wrong] = wrong[i % sizeof wrong];
        again();
        build(text);
        for (const struct diag_line *l = d.head; l; l = l->next)
            ck_assert_msg(!strstr(l->text, "ecret0") && !strstr(l->text, "a55Wor"), "%s", l->text);
    }
}
END_TEST

START_TEST(ten_thousand)
{
    enum { N = 10000 };
    char *text = malloc(N * 512), *p = text + sprintf(text, "%s%s", V5, PATHMAP);
    for (int i = 0; i < N; i++)
        p += sprintf(p,
                     "[" TPS
                     "TP%05d\\Parameters]\n\"SNAServiceType\"=dword:5\n\"PathName\"=\"C:\\\\tps\\\\x\"\n"
                     "\"LocalLU\"=\"LU%d\"\n\"ConversationSecurity\"=\"YES\"\n\"U\"=\"P\"\n",
                     i, i % 100);
    clock_t start = clock();
    build(text);
    ck_assert(clock() - start < CLOCKS_PER_SEC);
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    ck_assert_uint_eq(t.n_entries, N);
    ck_assert_str_eq(t.entries[N - 1].name, "TP09999");
    free(text);
}
END_TEST

#define LOOP(tc, test, table) tcase_add_loop_test(tc, test, 0, (int)(sizeof table / sizeof table[0]))

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
    Suite *s = suite_create("tptable");
    TCase *tc = tcase(s, "examples");
    tcase_add_loop_test(tc, example_orderq, 0, 2);
    tcase_add_loop_test(tc, example_quote, 0, 2);
    tcase_add_loop_test(tc, example_stock, 0, 2);
    tcase_add_test(tc, examples_overlaid);
    tc = tcase(s, "values");
    tcase_add_test(tc, defaults);
    tcase_add_test(tc, spellings);
    tcase_add_test(tc, users);
    LOOP(tc, no_user, no_users);
    LOOP(tc, bad_value, bad);
    tcase_add_test(tc, kinds);
    tcase_add_test(tc, names);
    tcase_add_test(tc, programs);
    tc = tcase(s, "places");
    LOOP(tc, place, places);
    LOOP(tc, no_place, no_places);
    tcase_add_test(tc, no_place_is_long);
    LOOP(tc, own_key, own_keys);
    tcase_add_test(tc, users_of_one_machine);
    tcase_add_test(tc, wow64);
    tcase_add_loop_test(tc, two_places, 0, N_PLACES);
    tcase_add_test(tc, service_in_software);
    tcase_add_test(tc, doubles);
    tcase_add_test(tc, control_sets);
    tc = tcase(s, "switches");
    tcase_add_test(tc, clients);
    LOOP(tc, program_name, program_names);
    tcase_add_test(tc, client_extensions);
    tcase_add_test(tc, switches);
    tcase_add_test(tc, session_switches);
    tcase_add_test(tc, bind_retry);
    tcase_add_loop_test(tc, limits_renegotiated, 0, 4);
    tcase_add_test(tc, session_margin);
    tcase_add_loop_test(tc, no_password_substitution, 0, 3);
    tcase_add_test(tc, http);
    tcase_add_test(tc, switches_without_effect);
    tcase_add_test(tc, launch_settings);
    tcase_add_test(tc, domain);
    tcase_add_loop_test(tc, domain_offers, 0, (int)(sizeof offers / sizeof *offers));
    tcase_add_loop_test(tc, domain_wrong, 0, (int)(sizeof bad_domains / sizeof *bad_domains));
    tcase_add_test(tc, access_rules);
    tcase_add_test(tc, no_access_rules);
    LOOP(tc, refused_access, bad_access);
    LOOP(tc, bad_switch, bad_switches);
    LOOP(tc, bad_launch_setting, bad_launch);
    tc = tcase(s, "damage");
    tcase_add_test(tc, damaged);
    tcase_add_test(tc, ten_thousand);
    SRunner *sr = srunner_create(s);
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed ? 1 : 0;
}
