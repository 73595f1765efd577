/* alone: measures CPU time */
/* Command files [HIS: Snacfg Reference]: what each option does, and what each mistake is answered with. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "snanode/config/config_build.h"
#include "snanode/config/snacfg_print.h"
#include "tests/unit/same_config.h"
#include "tests/unit/secrets.h"

/* A whole file. */
static const char example[] =
    "server SNANODE1 /add /netname:\"TESTNET\" /cpname:\"SNANODE1\" /comment:\"stand-in\"\n"
    "mode ORDERS /add /sessionlim:16 /conwin:8 /conlose:8 /maxsendru:4096 /maxrecvru:4096\n"
    "appcllu CLIENTLU /add /server:SNANODE1 /defaultpool:yes\n"
    "appcllu HOSTLU /add /server:SNANODE1 /luname:\"CICSA\" /tptimeout:10\n"
    "appcllu CLIENTLU /addpartner:HOSTLU,ORDERS\n"
    "cpic APINGDST /add /appltpname:\"APINGD\" /lualias:\"HOSTLU\" \\\n"
    "     /modename:\"#INTER\" /seckeytype:none\n"
    "user OPS /add /defloclu:CLIENTLU\n";

static struct node_config cfg;
static struct diag diag;

static void setup(void)
{
    config_init(&cfg);
    diag_init(&diag);
}

static void teardown(void)
{
    config_fini(&cfg);
    diag_fini(&diag);
}

/* Read N octets from a block of exactly that size, so that a sanitizer sees the first octet too many. */
static void read_octets(const char *name, const void *text, size_t n)
{
    char *exact = malloc(n ? n : 1);
    ck_assert_ptr_nonnull(exact);
    memcpy(exact, text, n);
    snacfg_read(&cfg, name, exact, n, &diag);
    free(exact);
}

static void read_text(const char *text)
{
    read_octets("f.cfg", text, strlen(text));
}

static const char *first_message(void)
{
    return diag.head ? diag.head->text : "(none)";
}

static void expect_clean(void)
{
    ck_assert_msg(!diag.head, "%s", first_message());
}

#define SERVER "server N /add\n"

/* Read as a file of its own, so that lines keep their numbers. */
#define CONNECTIONS                                                                                          \
    "connection C /add /conntype:DLSW /peer:h:2065\nconnection CONN /add /conntype:DLSW /peer:h2:2065\n"

static void read_connections(void)
{
    read_octets("c.cfg", CONNECTIONS, sizeof CONNECTIONS - 1);
}

START_TEST(whole_file)
{
    read_octets("f.cfg", example, sizeof example - 1);
    config_validate(&cfg, &diag);
    expect_clean();
    expect_print_reads_back(&cfg);
    ck_assert_uint_eq(cfg.n_users, 1);
    ck_assert_str_eq(cfg.users[0].name, "OPS");
    ck_assert_str_eq(cfg.users[0].local_lu, "CLIENTLU");
    ck_assert_str_eq(cfg.server, "SNANODE1");
    ck_assert_str_eq(cfg.netname, "TESTNET");
    ck_assert_str_eq(cfg.cpname, "SNANODE1");
    ck_assert_str_eq(cfg.comment, "stand-in");
    const struct cfg_mode *m = config_mode(&cfg, "ORDERS");
    ck_assert_uint_eq(m->session_limit, 16);
    ck_assert_uint_eq(m->min_winners, 8);
    ck_assert_uint_eq(m->min_losers, 8);
    ck_assert_uint_eq(m->max_send_ru, 4096);
    ck_assert_uint_eq(m->max_recv_ru, 4096);
    ck_assert_uint_eq(m->pace_send, 4);
    ck_assert(m->high_priority && m->auto_partner && !m->predefined);
    const struct cfg_lu *a = config_lu(&cfg, "CLIENTLU"), *b = config_lu(&cfg, "HOSTLU");
    ck_assert(a->default_pool && !b->default_pool && a->auto_partner);
    ck_assert_str_eq(a->netname, "TESTNET");
    ck_assert_str_eq(a->luname, "CLIENTLU");
    ck_assert_str_eq(a->server, "SNANODE1");
    ck_assert_uint_eq(a->tp_timeout_s, 60);
    ck_assert_uint_eq(a->n_partners, 1);
    ck_assert_str_eq(a->partners[0].lu, "HOSTLU");
    ck_assert_str_eq(a->partners[0].mode, "ORDERS");
    ck_assert_uint_eq(a->partners[0].line, 5);
    ck_assert_str_eq(b->luname, "CICSA");
    ck_assert_uint_eq(b->tp_timeout_s, 10);
    const struct cfg_side *s = config_side(&cfg, "APINGDST");
    ck_assert_uint_eq(s->tp_name_n, 6);
    ck_assert_mem_eq(s->tp_name, "APINGD", 6);
    ck_assert(!s->service_tp);
    ck_assert_str_eq(s->partner, "HOSTLU");
    ck_assert_str_eq(s->mode, "#INTER");
    ck_assert_int_eq(s->security, CFG_SEC_NONE);
}
END_TEST

/* ---- good input: one line after the server command, whole file valid without a word ---- */

static const char *const good[] = {
    "server N /netname:NET /cpname:$#@9 /comment:\"25 characters that is all\"",
    "user x /domain:D /add\nuser X /domain:d /delete\nuser D\\x /add",
    "user \"D\\john smith\" /add\nuser D\\abcdefghijklmnopqrstu /add\nuser D\\abcdefghijklmnopqrst /add",
    "user D/x /add\nuser d\\X /comment:slash",
    "user D\\x /add\nuser x /comment:c\nuser x /add\nuser x /delete\nuser X /delete\nuser E\\x /add",
    "server N /netname:net /cpname:cp",
    "mode M /add",
    "mode m /add /comment:\"\"",
    "appcllu L /add /server:N\ncpic S /add /appltpname:\"TP.ONE\" /lualias:L /modename:#INTER",
    "mode M /add /sessionlim:10000 /conwin:5000 /conlose:5000 /autoact:5000",
    "mode M /add /conwin:1 /autoact:1 /sessionlim:1",
    "mode M /add /highpriority:no /autopartner:NO",
    "mode M /add /pacesendcnt:0 /pacerecvcnt:63",
    "mode M /add /maxsendru:256 /maxrecvru:65527",
    "mode #INTER /sessionlim:100",
    "mode BLANK /sessionlim:9",
    "mode \"\" /sessionlim:9",
    "mode \"        \" /sessionlim:9",
    "mode M /add\nmode M /delete\nmode M /add",
    "mode M /add /ADD /sessionlim:3\nmode M /delete /delete",
    "appcllu L%L /add /luname:L",
    "appcllu L /add /server:n /netname:OTHER /luname:l2 /comment:x /autopartner:no /defaultpool:Yes",
    "appcllu L /add /server:\\\\N\\SNASERVR /tptimeout:3600 /lunumber:0",
    "appcllu N:L /add\nappcllu n:l /tptimeout:1\nappcllu \\\\N\\snaservr:L /delete",
    "appcllu L /addpartner:K,#INTER /add\nappcllu K /add",
    "appcllu L /add /addpartner:N:K,BLANK\nappcllu K /add",
    "appcllu L /add /addpartner:K,#INTER\nappcllu K /add\nappcllu L /delpartner:k,#inter",
    "appcllu L /add /addpartner:R,#INTER,CONN\nappcrlu R /add /connection:CONN",
    "appcrlu CONN:R /add\nappcrlu conn:r /comment:x",
    "appcrlu R /add /connection:c /netname:n /luname:x /comment:y /autopartner:no /parallelsess:no",
    "appcrlu R /add /connection:C /addpartner:L,#BATCH\nappcllu L /add\nappcrlu R /delpartner:L,#BATCH",
    "appcrlu R /add /connection:C /parallelsess:no /addpartner:L,ONE\nappcllu L /add\nmode ONE /add",
    "cpic S /add /appltpname:a /netname:N /luname:L",
    "cpic S /add /svcetpname:3F000001 /netname:N /luname:L /modename:\"\"",
    "cpic S /add /svcetpname:6 /netname:N /luname:L /seckeytype:SAME /comment:c",
    "cpic S /add /appltpname:TP /netname:N /luname:L /seckeytype:program /secuserid:Me "
    "/secpassword:1234567890",
    "cpic S /add /appltpname:TP /netname:N /luname:L /secuserid:u /secpassword:p",
    "cpic S /add /netname:N /luname:L /appltpname:"
    "1234567890123456789012345678901234567890123456789012345678901234",
    "cpic S /add /appltpname:TP /lualias:L%\nappcllu L% /add /luname:L",
    "cpic S /add /appltpname:TP /lualias:L\ncpic S /netname:A /luname:B",
    "; comment \\\nREM comment\nrem\nReM\tx\n   ; blanks first\n\n   \n\t\n",
    "MoDe M /AdD /sEssionLim:3 \\\r\n/conwin:2\r\n",
    "mode M /add \\  \n /sess\\\nionlim:3",
    "\"mode\" \"M\" /add /comment:\"a /delete \"b\"\"c",
};
#define GOOD_N ((int)(sizeof good / sizeof good[0]))

START_TEST(good_line)
{
    read_text(SERVER);
    read_connections();
    read_octets("g.cfg", good[_i], strlen(good[_i]));
    config_validate(&cfg, &diag);
    expect_clean();
    expect_print_reads_back(&cfg);
}
END_TEST

/* ---- bad input: what the first message is, with its line; the file begins with the server command ---- */

struct bad {
    const char *text, *message;
};

static const struct bad bad[] = {
    {"server N /add", "2: server N exists"},
    {"server N2 /netname:X", "2: server N2 does not exist"},
    {"server \\\\N\\snasrvx /add", "2: \"\\\\N\\snasrvx\" is no server name"},
    {"server N\\snasrv2 /add", "2: \"N\\snasrv2\" is no server name"},
    {"user BOB /add /domain:A\\B", "2: domain \"A\\B\" is no domain name"},
    {"user BOB /add /domain:", "2: domain \"\" is no domain name"},
    {"user A\\BOB /add /domain:B", "2: two domains are given: A and B (user A\\BOB)"},
    {"user A\\U /add\nuser B\\U /add\nuser u /comment:x", "4: the name is ambiguous: there are A\\U, B\\U"},
    {"user A\\U /add\nuser V /comment:x", "3: user V does not exist"},
    {"user A\\U /add\nuser U /domain:B /delete", "3: user B\\U does not exist"},
    {"user /validate", "2: warning: user /validate is ignored"},
    {"user /validate /add", "2: user needs a name"},
    {"server 1234567890123456 /add", "2: \"1234567890123456\" is no server name"},
    {"server N /netname:A.B", "2: 3874: network name \"A.B\""},
    {"server N /netname:A", "1: /netname and /cpname go together, /cpname is missing"},
    {"server N /cpname:123456789", "2: 3846: control point name"},
    {"server N /comment:12345678901234567890123456", "2: the comment has more than 25"},
    {"server N /comment:a\\b", "2: the comment has a backslash"},
    {"server", "2: server needs a name"},
    {"server /add", "2: server needs a name"},
    {"mode M /sessionlim:1", "2: mode M does not exist"},
    {"mode M /delete", "2: mode M does not exist"},
    {"mode M /add\nmode M /add", "3: mode M exists"},
    {"mode M /add /delete", "2: /add and /delete exclude each other"},
    {"mode M /add:x", "2: /add takes no value"},
    {"mode M /add\nmode M /delete /comment:x", "3: /delete takes no options"},
    {"mode TOOLONGNAME /add", "2: 3869: mode name \"TOOLONGNAME\""},
    {"mode A%B /add", "2: 3869: mode name \"A%B\""},
    {"mode SNASVCMG /sessionlim:9", "2: this mode is reserved"},
    {"mode SNASVCMG /add /sessionlim:9", "2: warning: mode SNASVCMG is reserved, its values stay"},
    {"mode CPSVCMG /delete", "2: this mode is reserved"},
    {"mode BIG /add /sessionlim:20000", "2: 3896: session limit 20000 is outside 1..10000 (mode BIG)"},
    {"mode M /add \\\n /sessionlim:0", "3: 3896: session limit 0 is outside 1..10000 (mode M)"},
    {"mode M /add /sessionlim:99999999999999999999999", "2: 3896: session limit 9999"},
    {"mode M /add /sessionlim:-1", "2: 3896: session limit \"-1\" is not a number"},
    {"mode M /add /sessionlim:", "2: 3896: session limit \"\" is not a number"},
    {"mode M /add /sessionlim", "2: option /sessionlim of mode needs a value"},
    {"mode M /add /sessionlim:2 /sessionlim:99999", "2: 3896: "},
    {"mode M /add /conwin:10001", "2: 3851: minimum contention winners 10001 is outside"},
    {"mode M /add /conwin:2", "2: 3851: minimum contention winners 2 is outside 0..1 (mode M)"},
    {"mode M /add /conlose:x", "2: 3850: "},
    {"mode M /add /conlose:2", "2: 3850: partner's minimum contention winners 2 is outside 0..1"},
    {"mode M /add /sessionlim:8\nmode M /conwin:5 \\\n/conlose:4", "4: 3938: "},
    {"mode M /add /autoact:1", "2: 3863: automatic activation 1 is outside 0..0 (mode M)"},
    {"mode #INTER /autoact:5", "2: 3863: "},
    {"mode M /add /autopartner:maybe", "2: automatic partnering \"maybe\" is neither yes nor no"},
    {"mode M /add /highpriority:1", "2: high priority \"1\""},
    {"mode M /add /pacesendcnt:64", "2: send pacing count 64 is outside 0..63"},
    {"mode M /add /pacerecvcnt:64", "2: receive pacing count 64 is outside 0..63"},
    {"mode M /add /maxsendru:255", "2: maximum send RU size 255 is outside 256..65527"},
    {"mode M /add /maxrecvru:65528", "2: maximum receive RU size 65528 is outside"},
    {"mode M /add /maxsendcomp:RLE",
     "2: warning: /maxsendcomp is kept, but this node has no compression (mode M)"},
    {"mode M /add /maxrecvcomp:RLE", "2: warning: /maxrecvcomp is kept"},
    {"mode M /add /allowcomp:yes", "2: warning: /allowcomp is kept"},
    {"mode M /add /endpointcomp:yes", "2: warning: /endpointcomp is kept"},
    {"mode M /add /foo:1", "2: unknown option /foo of mode"},
    {"mode M /add /:1", "2: unknown option / of mode"},
    {"mode M /add sessionlim:1",
     "2: a word is no option: options begin with a slash, and their value follows the colon without a blank"},
    {"appcllu L.L /add", "2: 3871: LU alias \"L.L\""},
    {"appcllu L /add /server:X", "2: server X is not defined (appcllu L)"},
    {"appcllu X:L /add", "2: server X is not defined (appcllu L)"},
    {"appcllu N:L /add\nappcllu X:L /tptimeout:9", "3: appcllu L does not exist"},
    {"appcllu N:L /add\nappcllu X:L /add", "3: server X is not defined (appcllu L)"},
    {"appcllu L% /add", "2: 3866: the alias L% is no LU name"},
    {"appcllu L /add /luname:A%", "2: 3866: LU name \"A%\""},
    {"appcllu L /add /netname:\"\"", "2: 3874: network name \"\""},
    {"appcllu L /add /tptimeout:0", "2: 3898: start timeout 0 is outside 1..3600"},
    {"appcllu L /add /tptimeout:3601", "2: 3898: start timeout 3601"},
    {"appcllu L /add /defaultpool:y", "2: pool membership \"y\""},
    {"appcllu L /add /lunumber:2",
     "2: warning: /lunumber is kept, but this node has no dependent LU (appcllu L)"},
    {"appcllu L /add /lunumber:x", "2: 3867: LU number \"x\""},
    {"appcllu L /add /impremotelu:R", "2: implicit remote LU R is not defined (appcllu L)"},
    {"appcllu L /add\\\n /syncpoint:yes",
     "3: warning: /syncpoint is kept, but this node has no sync point (appcllu L)"},
    {"appcllu L /add /clientname:R", "2: warning: /clientname is kept"},
    {"appcllu L /add /connection:R", "2: connection R is not defined (appcllu L)"},
    {"appcllu L /add /addpartner:K", "2: 3878: partner \"K\" is not LU,MODE"},
    {"appcllu L /add /addpartner:", "2: 3878: partner"},
    {"appcllu L /add /addpartner:,,,", "2: 3878: partner"},
    {"appcllu L /add /addpartner:A,B,C,D", "2: 3878: partner"},
    {"appcllu L /add /addpartner:A.,B", "2: 3871: LU alias \"A.\""},
    {"appcllu L /add /addpartner:A,B%", "2: 3869: mode name \"B%\""},
    {"appcllu L /add /addpartner:K,#INTER", "2: partner LU K is not defined (appcllu L)"},
    {"appcllu L /add /addpartner:K,NOMODE\nappcllu K /add", "2: mode NOMODE is not defined (appcllu L)"},
    {"appcllu L /add /addpartner:X:K,#INTER\nappcllu K /add", "2: partner LU K is not on X"},
    {"appcllu L /add /addpartner:K,#INTER\nappcllu L /addpartner:K,#INTER\nappcllu K /add", "3: 3929: "},
    {"appcllu L /add /addpartner:K,#INTER\nappcllu K /add /addpartner:L,#INTER",
     "2: warning: 3929: the pair L, K"},
    {"appcllu L /add\nappcllu L /delpartner:K,#INTER", "3: there is no partner K"},
    {"appcllu L /add /addpartner:K,M\nappcllu K /add\nmode M /add /sessionlim:2 /conwin:1 /autoact:1",
     "2: 3950: "},
    {"appcllu L /add /netname:A\nappcllu K /add /netname:A /luname:L",
     "3: 3971: the name A.L of LU K is in use"},
    {"appcllu L /add /netname:A\nappcrlu K /add /connection:C /netname:A /luname:L", "3: 3971: the name A.L"},
    {"appcllu L /add\nappcrlu L /add /connection:C /luname:X", "3: 3967: the alias L is in use"},
    {"appcrlu R /add", "2: /connection is missing (appcrlu R)"},
    {"appcrlu R /add /connection:12.4", "2: 3871: connection name \"12.4\""},
    {"appcrlu R /add /parallelsess:2", "2: parallel sessions \"2\""},
    {"appcrlu R /add /connection:C /impmode:X", "2: mode X is not defined (appcrlu R)"},
    {"appcrlu R /add /connection:C /tptimeout:1", "2: unknown option /tptimeout of appcrlu"},
    {"appcrlu R /add /connection:C /addpartner:Q,#INTER\nappcrlu Q /add /connection:C",
     "2: R and Q are both"},
    {"appcrlu R /add /connection:C /parallelsess:no\nappcllu L /add /addpartner:R,#INTER", "3: 3952: "},
    {"cpic S%1 /add", "2: 3871: symbolic name"},
    {"cpic S /add", "2: /appltpname or /svcetpname is missing (cpic S)"},
    {"cpic S /add /appltpname:X", "2: /lualias, or /netname with /luname, is missing"},
    {"cpic S /add /appltpname:\"A B\"", "2: TP name \"A B\""},
    {"cpic S /add /appltpname:\"\"", "2: TP name \"\""},
    {"cpic S /add /appltpname:"
     "12345678901234567890123456789012345678901234567890123456789012345",
     "2: TP name \"123456789012345678901234567890123456...\" is not 1 to 64"},
    {"cpic S /add /svcetpname:123456789", "2: service TP name"},
    {"cpic S /add /svcetpname:0G", "2: service TP name \"0G\""},
    {"cpic S /add /svcetpname:40", "2: service TP name 40 does not begin with"},
    {"cpic S /add /appltpname:X /svcetpname:1", "2: /appltpname and /svcetpname exclude"},
    {"cpic S /add /appltpname:X /lualias:L /netname:N /luname:L", "2: /lualias excludes"},
    {"cpic S /add /appltpname:X /netname:N", "2: /netname and /luname go together"},
    {"cpic S /add /appltpname:X /lualias:A.B", "2: 3871: LU alias \"A.B\""},
    {"cpic S /add /appltpname:X \\\n/lualias:GONE", "3: warning: 3993: LU GONE is not defined (cpic S)"},
    {"cpic S /add /appltpname:X /netname:N /luname:L \\\n/modename:NOMODE",
     "3: mode NOMODE is not defined (cpic S)"},
    {"cpic S /add /appltpname:X /netname:N /luname:L /modename:A%", "2: 3869: mode name"},
    {"cpic S /add /seckeytype:strong", "2: 3864: security type \"strong\""},
    {"cpic S /add /secuserid:12345678901", "2: 3912: the user ID is not 1 to 10"},
    {"cpic S /add /secpassword:\"\"", "2: 3879: the password is not 1 to 10"},
    {"frobnicate X /add", "2: unknown resource \"frobnicate\": known are server, link, connection"},
    {"snacfg mode M /add", "2: a line of a command file"},
    {"@other.txt", "2: a line of a command file"},
    {"mode /list", "2: warning: a command that only shows"},
    {"mode M /print", "2: warning: a command that only shows"},
    {"mode M", "2: warning: a command that only shows"},
    {"/print", "2: warning: a command that only shows"},
    {"mode #INTER /add", "2: warning: mode #INTER is predefined"},
    {"mode #INTER /add\nmode #INTER /add", "2: warning: mode #INTER is predefined"},
    {"poold X /add", "2: warning: resource poold"},
    {"mode M /add /comment:\"x", "2: the closing quotation mark is missing"},
    {"mode M /add \\", "2: the file ends in a backslash"},
    {"mode M /add /comment:\x01", "2: control character X'01'"},
    {"\n\n\rmode M", "4: control character X'0D'"},
};
#define BAD_N ((int)(sizeof bad / sizeof bad[0]))

START_TEST(bad_line)
{
    char *text, want[200];
    size_t n = strlen(bad[_i].text) + sizeof SERVER;
    text = malloc(n);
    snprintf(text, n, "%s%s", SERVER, bad[_i].text);
    read_text(text);
    free(text);
    read_connections();
    config_validate(&cfg, &diag);
    snprintf(want, sizeof want, "f.cfg:%s", bad[_i].message);
    ck_assert_msg(strncmp(first_message(), want, strlen(want)) == 0, "\"%s\": want \"%s\", have \"%s\"",
                  bad[_i].text, want, first_message());
    const struct diag_line *second = diag.head->next;
    if (strstr(want, "control character")) /* what is around it may be wrong as well */
        return;
    if (strcmp(bad[_i].text, "cpic S /add") == 0 || strstr(bad[_i].text, "/lunumber:2") ||
        strstr(bad[_i].text, "#INTER /add\n"))
        ck_assert_ptr_nonnull(second);
    else
        ck_assert_msg(!second, "\"%s\": also \"%s\"", bad[_i].text, second->text);
}
END_TEST

/* ---- values ---- */

START_TEST(names_are_folded)
{
    read_text("server n /add /netname:net /cpname:cp\nmode abc /add\nappcllu lu1 /add /luname:x1\n"
              "cpic dst /add /appltpname:\"MixedTp.1\" /lualias:lu1 /modename:abc /secuserid:MixedU "
              "/secpassword:MixedP\n");
    config_validate(&cfg, &diag);
    expect_clean();
    ck_assert_str_eq(cfg.netname, "NET");
    ck_assert_ptr_nonnull(config_mode(&cfg, "ABC"));
    ck_assert_str_eq(config_lu(&cfg, "LU1")->luname, "X1");
    const struct cfg_side *s = config_side(&cfg, "DST");
    ck_assert_mem_eq(s->tp_name, "MIXEDTP.1", 10);
    ck_assert_str_eq(s->partner, "LU1");
    ck_assert_str_eq(s->mode, "ABC");
    ck_assert_str_eq(s->user, "MixedU");
    ck_assert_str_eq(s->password, "MixedP");
}
END_TEST

START_TEST(either_or_replaces)
{
    read_text(SERVER "cpic S /add /appltpname:LONGNAME /lualias:A\n");
    const struct cfg_side *s = config_side(&cfg, "S");
    read_text("cpic S /svcetpname:6f1 /netname:net /luname:lu\n");
    ck_assert(s->service_tp);
    ck_assert_uint_eq(s->tp_name_n, 2);
    ck_assert_mem_eq(s->tp_name, "\x06\xf1\0\0\0\0\0\0", 8);
    ck_assert_str_eq(s->partner, "NET.LU");
    read_text("cpic S /appltpname:AB /lualias:B\n");
    ck_assert(!s->service_tp);
    ck_assert_uint_eq(s->tp_name_n, 2);
    ck_assert_str_eq(s->partner, "B");
    expect_clean();
}
END_TEST

START_TEST(quotes_and_continuation)
{
    read_text(SERVER "mode M /add /comm\\\nent:\"two  bla\\\nnks /add\" /sessionlim:\"7\"\n");
    expect_clean();
    ck_assert_str_eq(config_mode(&cfg, "M")->comment, "two  blanks /add");
    ck_assert_uint_eq(config_mode(&cfg, "M")->session_limit, 7);
}
END_TEST

START_TEST(added_predefined_mode_starts_anew)
{
    read_text(SERVER "mode #BATCH /add /sessionlim:5\n");
    ck_assert_uint_eq(diag.errors, 0);
    ck_assert_uint_eq(config_mode(&cfg, "#BATCH")->session_limit, 5);
    ck_assert_uint_eq(config_mode(&cfg, "#BATCH")->min_winners, 0);
    read_text("mode #BATCH /add\n"); /* in a second export that was joined to it */
    ck_assert_uint_eq(diag.errors, 0);
    ck_assert_uint_eq(config_mode(&cfg, "#BATCH")->session_limit, 1); /* as of a new mode */
    ck_assert(config_mode(&cfg, "#BATCH")->predefined);
}
END_TEST

/* Every resource of the documents, with every option that they list and this node lacks: one warning each. */
START_TEST(resources_of_the_documents)
{
    static const char *const lines[] = {
        "workstation WS1 /add /address:00AA /insert:LU1 /insertrlu:R /wkstaonly:yes /comment:x",
        "hsdomain HSD /add /comment:x",
        "hsmapping MAP /add /hostuser:A",
        "lu LU1 /add /connection:C /lunumber:2 /lutype:display /allowmodeloverride:yes /pool:P",
        "lua LUA1 /add /connection:C /lunumber:3 /highpriority:yes /pool:PA",
        "lud LUD1 /add /lunumber:4 /pool:PD",
        "pool P /add /displaymodel:2 /allowmodeloverride:no /assocprint:yes",
        "poola PA /add /highpriority:no",
        "poold PD /add",
        "printserver \\\\PS /add",
        "printsession3270 S /add /server:PS /luname:LU1 /papersize:A4 /orientation:portrait /pdtfile:a.pdt",
        "printsessionappc S2 /add /server:PS /locallualias:L /remotelualias:R /modename:QPCSUPP /password:x",
        "tn3server T3 /add /portnumber:23 /idletimeout:0 /snaeventlog:yes /tn3270modeonly:no",
        "tn3session LU1 /add /tn3server:T3 /modeltypes:2 /pooltype:generic",
        "tn5server T5 /add /portnumber:23",
        "tn5session A /add /tn5server:T5 /locallu:L /mode:QPCSUPP /user:u /password:p",
        "tnipid 10.0.0.1 /add /subnet:255.255.255.0 /session:LU1",
    };
    read_text(SERVER);
    expect_clean();
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char twice[400];
        unsigned before = diag.warnings;
        snprintf(twice, sizeof twice, "%s\n%s\n", lines[i], lines[i]);
        read_text(twice);
        ck_assert_msg(diag.errors == 0, "%s", lines[i]);
        ck_assert_msg(diag.warnings == before + 1, "%s", lines[i]);
    }
    struct snacfg_text text = {.s = NULL};
    config_validate(&cfg, &diag);
    snacfg_print(&cfg, false, &text);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        ck_assert_msg(strstr(lines[i], "/password") || strstr(lines[i], "\\\\") ||
                          strstr(text.s, lines[i]) != NULL,
                      "%s is lost in\n%s", lines[i], text.s);
    ck_assert_ptr_nonnull(strstr(text.s, "/modename:QPCSUPP\n"));
    ck_assert_ptr_nonnull(strstr(text.s, "/user:u\n"));
    ck_assert_ptr_null(strstr(text.s, "/password"));
    snacfg_text_fini(&text);
    expect_print_reads_back(&cfg);
    read_text("LUA lua1 /DELETE\n");
    snacfg_print(&cfg, false, &text);
    ck_assert_ptr_null(strstr(text.s, "lua LUA1"));
    ck_assert_ptr_nonnull(strstr(text.s, "lud LUD1"));
    snacfg_text_fini(&text);
}
END_TEST

/* Forms that exports have. */
START_TEST(forms_of_exports)
{
    read_text(SERVER "mode M /add /sessionlim:2 /sessionlim:3\n"
                     "appcllu L /add /server:N /impremotelu:None\n"
                     "appcllu \\\\N\\SNASERVER:L2 /add\n"
                     "appcllu N\\SNASERVER:L3 /add\n"
                     "appcllu L4 /add /server:N\\SNASERVR\n"
                     "appcrlu R /add /connection:C /netname:NET /luname:R /security:None,\n"
                     "connection C /add /server:N /conntype:IP-DLC\n"
                     "appcllu L5 /add /connection:None /lunumber:0\n"
                     "appcrlu R2 /add /connection:C /impmode:#INTER /security:hex,0123456789ABCDEF\n"
                     "appcrlu R2 /impmode:None /securityex:None,\n"
                     "appcrlu R3 /add /connection:C /impmode: /security:none,text /securityex:none\n"
                     "connection C /linkservice:None\n"
                     "user BOB /add /domain:CORP /defloclu:L /defremlu:R\n"
                     "user BOB /domain:CORP /comment:changed\n"
                     "user BOB /defloclu:None /defremlu:NONE\n"
                     "mode M2 /add /add\n"
                     "user /validate\n");
    config_validate(&cfg, &diag);
    ck_assert_msg(diag.errors == 0, "%s", diag.head ? diag.head->text : "");
    ck_assert_uint_eq(config_mode(&cfg, "M")->session_limit, 3);
    ck_assert_str_eq(config_lu(&cfg, "L")->implicit_lu, "");
    ck_assert_str_eq(config_lu(&cfg, "L2")->server, "N");
    ck_assert_str_eq(config_lu(&cfg, "L3")->server, "N");
    ck_assert_str_eq(config_lu(&cfg, "L4")->server, "N");
    ck_assert_str_eq(config_lu(&cfg, "L5")->connection, "");
    ck_assert(!config_rlu(&cfg, "R2")->has_implicit_mode && !config_rlu(&cfg, "R3")->has_implicit_mode);
    ck_assert_uint_eq(config_rlu(&cfg, "R2")->key_type, CFG_KEY_NONE);
    ck_assert_uint_eq(config_rlu(&cfg, "R3")->key_type, CFG_KEY_NONE);
    ck_assert_str_eq(config_conn(&cfg, "C")->link, "");
    ck_assert_uint_eq(cfg.n_users, 1);
    ck_assert_str_eq(cfg.users[0].name, "CORP\\BOB");
    ck_assert_str_eq(cfg.users[0].comment, "changed");
    ck_assert(!*cfg.users[0].local_lu && !*cfg.users[0].remote_lu);
    expect_print_reads_back(&cfg);
}
END_TEST

START_TEST(several_files)
{
    read_octets("a.cfg", "appcllu L /add /addpartner:K,M\n", 31);
    read_octets("b.cfg", "mode M /add\n\nmode M /conwin:2\n", 30);
    read_octets("c.cfg", "server N /add\nappcllu K /add\nlu X\nlu Y\n", 39);
    config_validate(&cfg, &diag);
    ck_assert_uint_eq(diag.errors, 1);
    ck_assert_uint_eq(diag.warnings, 1); /* one for both lu */
    ck_assert_ptr_nonnull(strstr(first_message(), "c.cfg:3: warning: resource lu"));
    ck_assert_ptr_nonnull(strstr(diag.head->next->text, "b.cfg:3: 3851"));
    ck_assert_str_eq(config_lu(&cfg, "K")->netname, "APPN");
    ck_assert_str_eq(config_lu(&cfg, "K")->server, "N");
}
END_TEST

START_TEST(no_server)
{
    read_text("mode M /add\n");
    config_validate(&cfg, &diag);
    ck_assert_uint_eq(diag.errors, 1);
    ck_assert_ptr_nonnull(strstr(first_message(), "f.cfg: there is no server command"));
}
END_TEST

START_TEST(a_password_is_never_shown)
{
    read_text(SERVER "cpic S /add /secpassword:topsecret12345\n");
    ck_assert_uint_eq(diag.errors, 1);
    ck_assert_ptr_null(strstr(first_message(), "topsecret"));
}
END_TEST

/* Nor anything that may be a password: a colon is missing or has a blank before it, or the line is broken
 * there. */
START_TEST(what_may_be_a_password_is_not_shown)
{
    static const char *const texts[] = {
        "cpic S /add /secpassword: Secret01\n",  "cpic S /add /secpasswordSecret01\n",
        "cpic S /add /secpassword=Secret01\n",   "cpic S /add /password=Secret01\n",
        "cpic S /add /secpassword:\nSecret01\n", "connection C /conntype:SDLC /add /password=Secret01\n",
        "cpic S /add /secpasswort:Secret01\n",
    };
    read_text(texts[_i]);
    secrets_check(&diag, "Secret01");
}
END_TEST

START_TEST(stops_after_100_errors)
{
    static char text[400 * 8 + 1];
    for (int i = 0; i < 400; i++)
        memcpy(text + 8 * i, "abc /de\n", 8);
    read_text(text);
    config_validate(&cfg, &diag);
    ck_assert_uint_eq(diag.errors, 101);
}
END_TEST

/* ---- encodings ---- */

static void read_utf16(const char *ascii)
{
    size_t n = strlen(ascii);
    char *wide = calloc(n + 1, 2);
    memcpy(wide, "\xff\xfe", 2);
    for (size_t i = 0; i < n; i++)
        wide[2 * (i + 1)] = ascii[i];
    read_octets("u.cfg", wide, 2 * (n + 1));
    free(wide);
}

START_TEST(utf16)
{
    read_utf16(SERVER "mode WIDE /add /comment:\"x y\"\r\n");
    expect_clean();
    ck_assert_str_eq(config_mode(&cfg, "WIDE")->comment, "x y");
    read_octets("v.cfg", "\xff\xfem\0o\0d", 7);
    ck_assert_uint_eq(diag.errors, 2); /* cut, and "mo" is nothing */
    read_octets("v.cfg", "\xfe\xff\0m", 4);
    ck_assert_uint_eq(diag.errors, 3);
}
END_TEST

START_TEST(utf16_pairs)
{
    read_octets("u.cfg", "\xff\xfe;\0\x3d\xd8\x00\xde\x00\xde\x3d\xd8\n\0", 14);
    expect_clean();
}
END_TEST

START_TEST(utf8_and_ansi)
{
    read_text("\xef\xbb\xbfserver N /add /comment:\"\xc3\xa4\xc3\xb6\xc3\xbc 25 characters, all of\"\n");
    expect_clean();
    ck_assert_uint_eq(strlen(cfg.servers[0].comment), 28);
    read_text("server N /comment:\"f\xfcr\"\n"); /* not UTF-8: the ANSI code page */
    expect_clean();
    ck_assert_str_eq(cfg.servers[0].comment, "f\xc3\xbcr");
}
END_TEST

START_TEST(utf16_without_mark)
{
    read_octets("u.cfg", "m\0o\0", 4);
    ck_assert_uint_eq(diag.errors, 1);
    ck_assert_ptr_nonnull(strstr(first_message(), "u.cfg:1: NUL character"));
}
END_TEST

START_TEST(garbage)
{
    unsigned char text[600];
    unsigned seed = (unsigned)_i * 2654435761u + 1;
    for (size_t i = 0; i < sizeof text; i++) {
        seed = seed * 1103515245u + 12345u;
        text[i] = (unsigned char)(seed >> 16);
        if (text[i] == 0)
            text[i] = '\n';
    }
    read_octets("g.cfg", text, sizeof text);
    config_validate(&cfg, &diag);
    ck_assert_uint_gt(diag.errors, 0);
}
END_TEST

START_TEST(every_truncation)
{
    for (size_t n = 0; n < sizeof example; n++) {
        read_octets("t.cfg", example, n);
        config_validate(&cfg, &diag);
        teardown();
        setup();
    }
}
END_TEST

START_TEST(ten_thousand_lines)
{
    const int lines = 10000;
    char *text = malloc((size_t)lines * 80), *p = text;
    p += sprintf(p, SERVER);
    for (int i = 1; i < lines; i += 2) {
        p += sprintf(p, "appcllu L%d /add /server:N /addpartner:L%d,#INTER\n", i, (i + 2) % lines);
        p += sprintf(p, "cpic C%d /add /appltpname:TP%d /lualias:L%d /modename:#BATCH\n", i, i, i);
    }
    struct timespec a, b;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
    read_octets("big.cfg", text, (size_t)(p - text));
    config_validate(&cfg, &diag);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
    free(text);
    expect_clean();
    ck_assert_uint_eq(cfg.n_lus, 5000);
    ck_assert_uint_eq(cfg.n_sides, 5000);
    ck_assert_int_lt(b.tv_sec - a.tv_sec,
                     3); /* milliseconds, if nothing is quadratic; slack for sanitizers */
}
END_TEST

static Suite *snacfg_suite(void)
{
    Suite *s = suite_create("snacfg");
    TCase *t = tcase_create("language");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, whole_file);
    tcase_add_loop_test(t, good_line, 0, GOOD_N);
    tcase_add_loop_test(t, bad_line, 0, BAD_N);
    tcase_add_test(t, names_are_folded);
    tcase_add_test(t, either_or_replaces);
    tcase_add_test(t, quotes_and_continuation);
    tcase_add_test(t, added_predefined_mode_starts_anew);
    tcase_add_test(t, resources_of_the_documents);
    tcase_add_test(t, forms_of_exports);
    tcase_add_test(t, several_files);
    tcase_add_test(t, no_server);
    tcase_add_test(t, a_password_is_never_shown);
    tcase_add_loop_test(t, what_may_be_a_password_is_not_shown, 0, 7);
    tcase_add_test(t, stops_after_100_errors);
    suite_add_tcase(s, t);
    t = tcase_create("octets");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, utf16);
    tcase_add_test(t, utf16_pairs);
    tcase_add_test(t, utf8_and_ansi);
    tcase_add_test(t, utf16_without_mark);
    tcase_add_loop_test(t, garbage, 0, 50);
    tcase_add_test(t, every_truncation);
    tcase_add_test(t, ten_thousand_lines);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(snacfg_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
