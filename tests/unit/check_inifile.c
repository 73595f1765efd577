/* TPs and programs in the INI form [R11]. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "attachmgr/registry/inifile.h"
#include "attachmgr/tptable/tptable.h"
#include "tests/unit/octets.h"
#include "tests/unit/secrets.h"

static struct regfile reg;
static struct tp_table t;
static struct diag d;

static void setup(void)
{
    regfile_init(&reg);
    tptable_init(&t);
    diag_init(&d);
}

static void teardown(void)
{
    tptable_fini(&t);
    regfile_fini(&reg);
    diag_fini(&d);
}

static int read_octets(const void *text, size_t n)
{
    uint8_t *exact = malloc(n ? n : 1); /* so that a sanitizer sees a read beyond it */
    if (n)
        memcpy(exact, text, n);
    int rc = inifile_read(&reg, "sna.ini", exact, n, &d);
    free(exact);
    return rc;
}

static int read_text(const char *text)
{
    int rc = read_octets(text, strlen(text));
    tptable_build(&t, &reg, &d);
    return rc;
}

static const struct tp_entry *tp(const char *name)
{
    for (size_t i = 0; i < t.n_entries; i++)
        if (strcmp(t.entries[i].name, name) == 0)
            return &t.entries[i];
    return NULL;
}

static const char whole[] = "; WIN.INI\r\n"
                            "[windows]\r\nload=\r\n"
                            "[SNAServerAutoTPs]\r\n"
                            "ORDERS=ORDERSParams\r\n"
                            "QUOTE = Quotes\r\n"
                            "STOCK=StockParams\r\n"
                            "BARE=BareParams\r\n"
                            "\r\n"
                            "[ordersparams]\r\n"
                            "PathName=/opt/tps/orders\r\n"
                            "Parameters=-v -log \"a b\"\r\n"
                            "LocalLU=ordlu\r\n"
                            "Timeout=60000\r\n"
                            "Queued=YES\r\n"
                            "ConversationSecurity=YES\r\n"
                            "AlreadyVerified=YES\r\n"
                            "ALICE=Secret01\r\n"
                            "NewScreenGroup=YES\r\n"
                            "[Quotes]\r\nPathName=\"/opt/tps/quote\"\r\nQueued=no\r\nTimeout=-1\r\n"
                            "[StockParams]\r\nQueued=operator\r\nAcceptNames=PRICE VOLUME\r\n"
                            "[BareParams]\r\n"
                            "[TELLER]\r\nAPPCLLU=TELLLU\r\nAPPCTPN=TELLERIN\r\n";

START_TEST(everything)
{
    ck_assert_int_eq(read_text(whole), 0);
    ck_assert_uint_eq(d.errors, 0);
    ck_assert_uint_eq(t.n_entries, 4);
    const struct tp_entry *e = tp("ORDERS");
    ck_assert_ptr_nonnull(e);
    ck_assert_int_eq(e->kind, TP_QUEUED);
    ck_assert_str_eq(e->path, "/opt/tps/orders");
    ck_assert_str_eq(e->parameters, "-v -log \"a b\"");
    ck_assert_str_eq(e->lu, "ORDLU");
    ck_assert_uint_eq(e->timeout_ms, 60000);
    ck_assert(e->security && e->already_verified && !e->service);
    ck_assert_uint_eq(e->n_users, 1); /* and NewScreenGroup is none */
    ck_assert_mem_eq(e->users[0].password, "Secret01", 8);
    ck_assert_str_eq(e->file, "sna.ini");
    e = tp("QUOTE");
    ck_assert_int_eq(e->kind, TP_NONQUEUED);
    ck_assert_uint_eq(e->timeout_ms, TP_TIMEOUT_INFINITE);
    ck_assert_str_eq(e->path, "/opt/tps/quote");
    e = tp("STOCK");
    ck_assert_int_eq(e->kind, TP_OPERATOR);
    ck_assert_str_eq(e->accept_names[1], "VOLUME");
    e = tp("BARE");
    ck_assert_int_eq(e->kind, TP_QUEUED); /* without a word */
    ck_assert_str_eq(e->path, "BARE.EXE");
    ck_assert_str_eq(tptable_client_lu(&t, "teller"), "TELLLU");
    ck_assert_str_eq(tptable_client_tp(&t, "teller"), "TELLERIN");
    ck_assert_ptr_null(tptable_client_tp(&t, "other"));
}
END_TEST

static const struct {
    const char *text, *said; /* SAID is part of the first message */
} bad[] = {
    {"[SNAServerAutoTPs]\nA=Nowhere\n",
     "sna.ini:2: TP A: there is no section with the name that stands after ="},
    {"[SNAServerAutoTPs]\nA=P\n[P]\nPathName=/a\nQueued=MAYBE\n",
     "sna.ini:5: TP A: Queued must be YES, NO or OPERATOR"},
    {"[SNAServerAutoTPs]\nA=P\n[P]\nPathName=/a\nTimeout=soon\n",
     "sna.ini:5: TP A: Timeout must be milliseconds"},
    {"[SNAServerAutoTPs]\nA=P\n[P]\nPathName=/a\nTimeout=4294967296\n", "sna.ini:5: TP A: Timeout must be"},
    {"[SNAServerAutoTPs\nA=P\n", "sna.ini:1: a section ends in ]"},
    {"[SNAServerAutoTPs]\nA\\B=P\n[P]\n", "sna.ini:2: TP A\\B: a TP name has 1 to 64"},
    {"[SNAServerAutoTPs]\nA=P\n[P]\nPathName=/a\nCicsSupport=2\n",
     "sna.ini:5: TP A: CicsSupport must be 0 or 1"},
    {"[X]\nAPPCTPN=NO GOOD NAME\n[SNAServerAutoTPs]\n", "sna.ini:2: "},
};

START_TEST(faults)
{
    read_text(bad[_i].text);
    ck_assert_uint_gt(d.errors, 0);
    const char *said = d.head->text;
    for (const struct diag_line *l = d.head; l && l->warning; l = l->next)
        said = l->next ? l->next->text : said;
    ck_assert_msg(strstr(said, bad[_i].said) == said, "%s", said);
}
END_TEST

/* No message shows what may be a password: of a line that is none, and of a user that is in the wrong
 * place. */
START_TEST(secrets)
{
    static const char *const texts[] = {
        "[BOB=Secret01\n",
        "[SNAServerAutoTPs]\nBOB=Secret01\n",
        "[SNAServerAutoTPs]\nA=P\n[P]\nPathName=/a\nBOB Secret01\n",
        ("[SNAServerAutoTPs]\nA=P\n[P]\nPathName=/"
         "a\nTimeout=Secret01\nQueued=Secret01\nCicsSupport=Secret01\n"
         "LocalLU=Secret01xx\nAcceptNames=Secret01\x7f\nConversationSecurity=Secret01\n"),
        "[SNAServerAutoTPs]\nA=P\n[P]\nPathName=/a\nConversationSecurity=YES\nBOB=Secret01xxx\n",
    };
    read_text(texts[_i]);
    secrets_check(&d, "Secret01");
}
END_TEST

/* Only ; begins a comment: # is a character of names. */
START_TEST(number_sign)
{
    ck_assert_int_eq(read_text("[SNAServerAutoTPs]\n;A=P\n#BATCH=P\n[P]\nPathName=/a\n"), 0);
    ck_assert_uint_eq(t.n_entries, 1);
    ck_assert_ptr_nonnull(tp("#BATCH"));
}
END_TEST

/* CicsSupport is a number in the registry, and one here. */
START_TEST(cics)
{
    ck_assert_int_eq(read_text("[SNAServerAutoTPs]\nA=P\n[P]\nPathName=/a\nCicsSupport=1\n"), 0);
    ck_assert_uint_eq(d.errors + d.warnings, 0);
    const struct reg_value *v =
        reg_value(regfile_key(&reg, "HKLM\\SOFTWARE\\Microsoft\\SnaBase\\Parameters\\TPs\\A\\Parameters"),
                  "CicsSupport");
    ck_assert_ptr_nonnull(v);
    ck_assert_uint_eq(v->type, REG_DWORD);
    ck_assert_uint_eq(v->dword, 1);
}
END_TEST

/* Editors of DOS end a text with Ctrl+Z, and fill it up.  A message says what is lost after it. */
START_TEST(end_of_text)
{
    static const char filled[] = "[SNAServerAutoTPs]\r\nA=P\r\n[P]\r\nPathName=/a\r\n\x1a\r\n\x1a\0\0";
    ck_assert_int_eq(read_octets(filled, sizeof filled - 1), 0);
    tptable_build(&t, &reg, &d);
    ck_assert_uint_eq(d.warnings, 0);
    ck_assert_uint_eq(t.n_entries, 1);
    teardown();
    setup();
    ck_assert_int_eq(read_text("[SNAServerAutoTPs]\nA=P\n\x1a"
                               "B=P\n[P]\nPathName=/a\n"),
                     -1);
    ck_assert_ptr_nonnull(strstr(d.head->text, "sna.ini:3: warning: Ctrl+Z"));
}
END_TEST

/* A disk image is not read to its end. */
START_TEST(many_errors)
{
    char *text = malloc(REGFILE_ERRORS_MAX * 8 + 100), *p = text;
    for (unsigned i = 0; i < REGFILE_ERRORS_MAX + 10; i++)
        p += sprintf(p, "[x\n");
    ck_assert_int_eq(read_octets(text, (size_t)(p - text)), -1);
    free(text);
    ck_assert_uint_eq(d.errors, REGFILE_ERRORS_MAX + 1);
    const struct diag_line *last = d.head;
    while (last->next)
        last = last->next;
    ck_assert_ptr_nonnull(strstr(last->text, "sna.ini:100: 100 errors so far"));
}
END_TEST

/* A line that is not text is named by its number. */
START_TEST(no_text)
{
    ck_assert_int_eq(read_octets("a\nb\nc\0d\n", 9), -1);
    ck_assert_ptr_eq(strstr(d.head->text, "sna.ini:3: a NUL character"), d.head->text);
    teardown();
    setup();
    ck_assert_int_eq(read_octets("\xff\xfe[\0\n\0[", 7), -1);
    ck_assert_ptr_eq(strstr(d.head->text, "sna.ini:2: not UTF-16"), d.head->text);
}
END_TEST

/* Windows reads the first section of a name, and the first line of a key. */
START_TEST(twice)
{
    ck_assert_int_eq(
        read_text("[SNAServerAutoTPs]\nA=P\nA=Q\n[P]\nPathName=/one\nPathName=/two\n[P]\nPathName=/three\n"
                  "[Q]\nPathName=/four\n"),
        0);
    ck_assert_uint_ge(d.warnings, 3); /* A, the section P, and PathName in it */
    ck_assert_uint_eq(t.n_entries, 1);
    ck_assert_str_eq(tp("A")->path, "/one");
}
END_TEST

/* A TP that is listed twice does not mix two sections: a password of the second does not get into the
 * first. */
START_TEST(listed_twice)
{
    ck_assert_int_eq(
        read_text("[SNAServerAutoTPs]\nONE=P\none=Q\n[P]\nPathName=/one\nConversationSecurity=YES\n"
                  "[Q]\nPathName=/two\nALICE=Secret\n"),
        0);
    ck_assert_str_eq(tp("ONE")->path, "/one");
    ck_assert_uint_eq(tp("ONE")->n_users, 0);
    ck_assert_ptr_nonnull(
        strstr(d.head->text, "sna.ini:3: warning: [SNAServerAutoTPs]: one is there already"));
}
END_TEST

static void read_registry(const char *text)
{
    ck_assert_int_eq(regfile_read(&reg, "tps.reg", text, strlen(text), &d), 0);
}

#define REG(set, name, values)                                                                               \
    "REGEDIT4\n[HKEY_LOCAL_MACHINE\\SYSTEM\\" set "\\Services\\SnaBase\\Parameters\\TPs\\" name              \
    "\\Parameters]\n\"SNAServiceType\"=dword:6\n" values

/* An export that was made away from the running machine has numbered control sets: its TPs stay. */
START_TEST(beside_an_offline_export)
{
    read_registry(REG("ControlSet001", "OFF", "\"PathName\"=\"/off\"\n"));
    ck_assert_int_eq(read_text(whole), 0);
    ck_assert_uint_eq(t.n_entries, 5);
    ck_assert_str_eq(tp("OFF")->path, "/off");
    ck_assert_str_eq(tptable_client_tp(&t, "teller"), "TELLERIN");
}
END_TEST

/* The same TP in two files is no mixture: the registry's counts, or the first INI file's, and the other is
 * named. */
START_TEST(in_two_files)
{
    const char *first = "[SNAServerAutoTPs]\nA=P\n[P]\nPathName=/one\nConversationSecurity=YES\nBOB=pw\n";
    if (_i)
        read_registry(REG("CurrentControlSet", "A",
                          "\"PathName\"=\"/one\"\n\"ConversationSecurity\"=\"YES\"\n\"BOB\"=\"pw\"\n"));
    else
        ck_assert_int_eq(inifile_read(&reg, "win.ini", first, strlen(first), &d), 0);
    ck_assert_int_eq(read_text("[SNAServerAutoTPs]\nA=P\n[P]\nPathName=/two\nEVE=secret\n"), 0);
    ck_assert_uint_eq(t.n_entries, 1);
    ck_assert_str_eq(tp("A")->path, "/one");
    ck_assert_uint_eq(tp("A")->n_users, 1);
    ck_assert_ptr_nonnull(strstr(d.head->text, "sna.ini:2: warning: TP A"));
    ck_assert_ptr_nonnull(strstr(d.head->text, _i ? "tps.reg:2" : "win.ini:2"));
}
END_TEST

/* One section can be a TP's and that of its program. */
START_TEST(section_of_both)
{
    ck_assert_int_eq(
        read_text("[SNAServerAutoTPs]\nPING=PING\n[PING]\nPathName=/ping\nConversationSecurity=YES\n"
                  "APPCTPN=PING\nAPPCLLU=LUA\nBOB=pw\n"),
        0);
    ck_assert_uint_eq(tp("PING")->n_users, 1);
    ck_assert_str_eq(tptable_client_lu(&t, "ping"), "LUA");
    ck_assert_str_eq(tptable_client_tp(&t, "ping"), "PING");
}
END_TEST

START_TEST(line_without_a_value)
{
    ck_assert_int_eq(read_text("[SNAServerAutoTPs]\nONE=P\n[P]\nPathName=/one\nQueued NO\n"), 0);
    ck_assert_int_eq(tp("ONE")->kind, TP_QUEUED);
    ck_assert_ptr_nonnull(strstr(d.head->text, "sna.ini:5: warning: [P]: a line without = is ignored"));
}
END_TEST

/* A file of many sections and lines is read in linear time, without comparing each line with all others. */
START_TEST(large)
{
    const unsigned many = 60000;
    char *text = malloc(many * 40), *p = text + sprintf(text, "[SNAServerAutoTPs]\n");
    for (unsigned i = 0; i < many; i++)
        p += sprintf(p, "T%u=s%u\n", i, i);
    for (unsigned i = 0; i < many; i++)
        p += sprintf(p, "[S%u]\nPathName=/x\n", i);
    clock_t begun = clock();
    ck_assert_int_eq(read_octets(text, (size_t)(p - text)), 0);
    tptable_build(&t, &reg, &d);
    ck_assert_int_lt((clock() - begun) / CLOCKS_PER_SEC, 4); /* seconds of CPU time */
    ck_assert_uint_eq(t.n_entries, many);
    ck_assert_uint_eq(d.warnings, 0);
    free(text);
}
END_TEST

START_TEST(no_tps)
{
    ck_assert_int_eq(read_text("[windows]\nload=x\n"), 0);
    ck_assert_uint_eq(d.warnings, 1);
    ck_assert_uint_eq(t.n_entries, 0);
}
END_TEST

START_TEST(utf16)
{
    uint8_t wide[2 * sizeof whole + 2] = {0xff, 0xfe};
    for (size_t i = 0; i + 1 < sizeof whole; i++)
        wide[2 + 2 * i] = (uint8_t)whole[i];
    ck_assert_int_eq(read_octets(wide, 2 * sizeof whole), 0);
    tptable_build(&t, &reg, &d);
    ck_assert_uint_eq(t.n_entries, 4);
}
END_TEST

/* Every beginning of the file is read without a fault of memory, and never as more TPs than it has. */
START_TEST(every_truncation)
{
    for (size_t n = 0; n < sizeof whole; n++) {
        read_octets(whole, n);
        tptable_build(&t, &reg, &d);
        ck_assert_uint_le(t.n_entries, 4);
        teardown();
        setup();
    }
    ck_assert_int_eq(read_octets("[a\0b]\n", 6), -1);
    ck_assert_int_eq(read_octets("\xff\xfe[", 3), -1);
}
END_TEST

START_TEST(names_of_files)
{
    ck_assert(inifile_is("/etc/WIN.INI") && inifile_is("sna.ini"));
    ck_assert(!inifile_is("tps.reg") && !inifile_is(".ini") && !inifile_is("ini") &&
              !inifile_is("x.ini.reg"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("inifile");
    TCase *c = tcase_create("ini");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, everything);
    tcase_add_loop_test(c, faults, 0, OCTETS_ROWS(bad));
    tcase_add_loop_test(c, secrets, 0, 5);
    tcase_add_test(c, number_sign);
    tcase_add_test(c, cics);
    tcase_add_test(c, end_of_text);
    tcase_add_test(c, many_errors);
    tcase_add_test(c, no_text);
    tcase_add_test(c, twice);
    tcase_add_test(c, listed_twice);
    tcase_add_test(c, beside_an_offline_export);
    tcase_add_loop_test(c, in_two_files, 0, 2);
    tcase_add_test(c, section_of_both);
    tcase_add_test(c, line_without_a_value);
    tcase_add_test(c, no_tps);
    tcase_add_test(c, utf16);
    tcase_add_test(c, every_truncation);
    tcase_add_test(c, names_of_files);
    suite_add_tcase(s, c);
    TCase *size = tcase_create("size");
    tcase_add_checked_fixture(size, setup, teardown);
    tcase_add_test(size, large);
    tcase_set_timeout(size, 60); /* the test itself goes by CPU time */
    suite_add_tcase(s, size);
    return octets_run(s);
}
