/* A command edited into a file: what the text becomes, and that lines of others stay. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/config/snacfg_edit.h"

static const struct {
    const char *text, *command, *result;
} rows[] = {
    {"", "mode M /add", "mode M /add\n"},
    {"; c", "mode M /add /comment:\"a b\"", "; c\nmode M /add /comment:\"a b\"\n"},
    {"; c\r\n", "mode M /add", "; c\r\nmode M /add\r\n"},
    {"mode M /add  /conwin:1 /conlose:2\n", "mode m /CONWIN:3", "mode M /add  /CONWIN:3 /conlose:2\n"},
    {"mode M /add\nmode M /conwin:1 ; x\n", "mode M /conwin:2", "mode M /add\nmode M /conwin:2 ; x\n"},
    {"mode M /add\nmode M /conwin:1\n", "mode M /conlose:2", "mode M /add /conlose:2\nmode M /conwin:1\n"},
    {"mode M \\\n  /add\nmode N /add\n", "mode M /conwin:1 /conlose:2",
     "mode M \\\n  /add /conwin:1 /conlose:2\nmode N /add\n"},
    {"  mode M /add \\\n /conwin:1\nmode N /add", "mode M /delete", "mode N /add"},
    {"mode M /add", "mode M /delete", ""},
    {"mode M /add\n\n; c\nmode M /conwin:1\nx", "mode M /delete", "\n; c\nx"},
    {"mode MM /add\n", "mode M /delete", "mode MM /add\nmode M /delete\n"},
    {"appcllu N:L /add /addpartner:K,M /tptimeout:1\n", "appcllu L /delpartner:k,m",
     "appcllu N:L /add /tptimeout:1\n"},
    {"appcllu L /add\nappcllu L /addpartner:K,M\n", "appcllu L /delpartner:K,M", "appcllu L /add\n"},
    {"appcllu L /add /addpartner:K,M\n", "appcllu L /addpartner:K,N",
     "appcllu L /add /addpartner:K,M /addpartner:K,N\n"},
    {"appcllu L /add\n", "appcllu L /delpartner:K,M", "appcllu L /add /delpartner:K,M\n"},
    {"user u /add /insert:A\n", "user u /insert:B /removerlu:R",
     "user u /add /insert:A /insert:B /removerlu:R\n"},
    {"diagnostic /logserver:A\n", "diagnostic /logserver:B", "diagnostic /logserver:B\n"},
    {"connection C /add /conntype:SDLC /remotenetaddr:1\n", "connection C /RemoteNetAddr:2",
     "connection C /add /conntype:SDLC /RemoteNetAddr:2\n"},
    {"diagnostic /auditlevel:8\n", "diagnostic /auditlevel:10", "diagnostic /auditlevel:10\n"},
    {"user D\\u /add\n", "user D\\U /defloclu:", "user D\\u /add /defloclu:\"\"\n"},
    {"user D\\u /add\nuser D\\v /add\n", "user U /comment:x", "user D\\u /add /comment:x\nuser D\\v /add\n"},
    {"user u /add /domain:D\n", "user D\\u /delete", ""},
    {"user D\\u /add\n", "user u /domain:D /delete", ""},
    {"user D\\u /add\n", "user u /domain:D /encrypt:no", "user D\\u /add /encrypt:no\n"},
    {"user u /add", "user /validate", "user u /add"},
    {"user u /add", "user u /validate", "user u /add"},
    {"user E\\u /add\n", "user D\\u /comment:x", "user E\\u /add\nuser \"D\\u\" /comment:x\n"},
    {"user \"D\\u v\" /add\n", "user \"d\\u v\" /delete", ""},
    {"mode \"M\" /add /comment:\"x \\\n y\" /conwin:1\n", "mode M /comment:z",
     "mode \"M\" /add /comment:z /conwin:1\n"},
    {"\xc3\xa4;\nmode M /add\n", "mode M /comment:\xc3\xb6", "\xc3\xa4;\nmode M /add /comment:\xc3\xb6\n"},
};

START_TEST(row)
{
    struct snacfg_text out = {.s = NULL};
    struct snacfg_lex lex;
    struct diag d;
    diag_init(&d);
    ck_assert(snacfg_lex_init(&lex, "command", rows[_i].command, strlen(rows[_i].command), &d));
    const struct snacfg_command *cmd = snacfg_lex_next(&lex);
    ck_assert_ptr_nonnull(cmd);
    snacfg_edit(rows[_i].text, strlen(rows[_i].text), cmd, &out);
    ck_assert_str_eq(out.s ? out.s : "", rows[_i].result);
    ck_assert(!out.failed);
    snacfg_lex_fini(&lex);
    diag_fini(&d);
    snacfg_text_fini(&out);
}
END_TEST

static const struct {
    const char *word, *written; /* NULL: cannot be written */
} words[] = {
    {"mode", "mode"},     {"", "\"\""},           {"a b", "\"a b\""},       {"/add", "/add"},
    {"/x:", "/x:\"\""},   {"/x:y", "/x:y"},       {"/x:y z", "/x:\"y z\""}, {"/x:a:b", "/x:a:b"},
    {"D\\u", "\"D\\u\""}, {"/x:\\", "/x:\"\\\""}, {"a\"b", NULL},           {"/x:a\nb", NULL},
};

START_TEST(word)
{
    struct snacfg_text out = {.s = NULL};
    ck_assert_int_eq(snacfg_quote(&out, words[_i].word), words[_i].written != NULL);
    if (words[_i].written)
        ck_assert_str_eq(out.s, words[_i].written);
    snacfg_text_fini(&out);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("snacfg edit");
    TCase *t = tcase_create("text");
    tcase_add_loop_test(t, row, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_loop_test(t, word, 0, (int)(sizeof words / sizeof words[0]));
    suite_add_tcase(s, t);
    SRunner *sr = srunner_create(s);
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
