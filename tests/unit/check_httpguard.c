/* Which Host and which Authorization the HTTP server takes, and what a token may be. */
#include <string.h>

#include "snanode/io/httpguard.h"
#include "tests/unit/octets.h"

static bool known(const void *arg, const char *name)
{
    return strcmp(arg, name) == 0;
}

static const struct {
    const char *host;
    bool good;
} hosts[] = {
    {"127.0.0.1", true},
    {"127.0.0.1:9000", true},
    {"localhost", true},
    {"LOCALHOST:1", true},
    {"[::1]:9000", true},
    {"[::1]", true},
    {"192.0.2.7:9000", true}, /* a number leads nowhere else */
    {"node.example", true},
    {"node.example:443", true},
    {NULL, false},
    {"", false},
    {":80", false},
    {"evil.example", false},
    {"evil.example:9000", false},
    {"localhost.evil.example", false},
    {"127.0.0.1.evil.example", false},
    {"evil.example:80@127.0.0.1", false},
    {"localhost:80x", false},
    {"[::1", false},
    {"[::1]x", false},
    {"[evil.example]", false},
    {"127.1", false},
    {"node.example.", false},
};

START_TEST(host)
{
    ck_assert_msg(httpguard_host(hosts[_i].host, known, "node.example") == hosts[_i].good, "%s",
                  hosts[_i].host);
}
END_TEST

START_TEST(host_without_names)
{
    char longest[400];
    ck_assert(httpguard_host("localhost:5", NULL, NULL));
    ck_assert(!httpguard_host("node.example", NULL, NULL));
    memset(longest, 'a', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    ck_assert(!httpguard_host(longest, known, longest));
}
END_TEST

#define TOKEN "0123456789abcdefXYZ"

/* Basic: base64 of "user:TOKEN", ":TOKEN", "user:0123456789abcdefXYz", "user" and "user:" */
static const struct {
    const char *text;
    bool good;
} headers[] = {
    {"Bearer " TOKEN, true},
    {"bearer   " TOKEN, true},
    {"Basic dXNlcjowMTIzNDU2Nzg5YWJjZGVmWFla", true},
    {"Basic OjAxMjM0NTY3ODlhYmNkZWZYWVo=", true},
    {NULL, false},
    {"", false},
    {"Bearer", false},
    {"Bearer ", false},
    {"Bearer" TOKEN, false},
    {"Bearer " TOKEN "a", false},
    {"Bearer " TOKEN TOKEN, false}, /* each octet fits */
    {"Bearer 0123456789abcdefXY", false},
    {"Basic dXNlcjowMTIzNDU2Nzg5YWJjZGVmWFl6", false},
    {"Basic dXNlcg==", false},
    {"Basic dXNlcjo=", false},
    {"Basic " TOKEN, false},
    {"Basic ====", false},
    {"Basic dXNlcjowMTIzNDU2Nzg5YWJjZGVmWFla=x", false},
    {"Digest " TOKEN, false},
};

START_TEST(authorization)
{
    char longest[2000] = "Basic ";
    ck_assert_msg(httpguard_authorized(headers[_i].text, TOKEN) == headers[_i].good, "%s", headers[_i].text);
    memset(longest + 6, 'A', sizeof longest - 7);
    ck_assert(!httpguard_authorized(longest, TOKEN));
    ck_assert(!httpguard_authorized(headers[_i].text, ""));
}
END_TEST

START_TEST(token_file)
{
    char out[HTTPGUARD_TOKEN_MAX + 1], text[200];
    const char *why;
    ck_assert(httpguard_read_token("0123456789abcdef \r\nmore\n", 24, out, &why));
    ck_assert_str_eq(out, "0123456789abcdef");
    ck_assert(httpguard_read_token("0123456789abcdef", 16, out, &why));
    ck_assert(!httpguard_read_token("0123456789abcde\n", 16, out, &why));
    ck_assert_str_eq(why, "its first line has less than 16 characters");
    ck_assert(!httpguard_read_token("", 0, out, &why));
    ck_assert(!httpguard_read_token("0123456789 abcdef\n", 18, out, &why));
    memset(text, 'x', sizeof text);
    ck_assert(httpguard_read_token(text, HTTPGUARD_TOKEN_MAX, out, &why));
    ck_assert(!httpguard_read_token(text, HTTPGUARD_TOKEN_MAX + 1, out, &why));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("httpguard");
    TCase *t = tcase_create("httpguard");
    tcase_add_loop_test(t, host, 0, OCTETS_ROWS(hosts));
    tcase_add_test(t, host_without_names);
    tcase_add_loop_test(t, authorization, 0, OCTETS_ROWS(headers));
    tcase_add_test(t, token_file);
    suite_add_tcase(s, t);
    return octets_run(s);
}
