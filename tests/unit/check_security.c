/* check_security.c - may this Attach have this TP [A30] to [A33]. */
#include <check.h>
#include <string.h>

#include "attachmgr/security.h"
#include "snanode/base/ebcdic.h"
#include "snanode/wire/sense.h"

struct row {
    const char *what;
    bool entry, security, already_verified, no_users;
    bool av, sign_on, signed_on, substituted;
    const char *user, *password; /* NULL = subfield absent */
    bool accepted;
};

static const struct row rows[] = {
    {.what = "no entry, nothing sent", .accepted = true},
    {.what = "no entry, anything sent", .user = "EVE", .password = "x", .accepted = true},
    {.what = "no entry, sign-on wanted", .user = "EVE", .password = "x", .sign_on = true},
    {.what = "no entry, signed on", .user = "EVE", .signed_on = true},
    {.what = "security NO, nothing sent", .entry = true, .accepted = true},
    {.what = "security NO, wrong credentials",
     .entry = true,
     .user = "ALICE",
     .password = "no",
     .accepted = true},
    {.what = "YES, right",
     .entry = true,
     .security = true,
     .user = "ALICE",
     .password = "Secret01",
     .accepted = true},
    {.what = "YES, right, second user",
     .entry = true,
     .security = true,
     .user = "BOB",
     .password = "pa55Word",
     .accepted = true},
    {.what = "YES, ten characters",
     .entry = true,
     .security = true,
     .user = "TENLETTERS",
     .password = "0123456789",
     .accepted = true},
    {.what = "YES, trailing blank",
     .entry = true,
     .security = true,
     .user = "BOB ",
     .password = "pa55Word",
     .accepted = true},
    {.what = "YES, password of the other user",
     .entry = true,
     .security = true,
     .user = "ALICE",
     .password = "pa55Word"},
    {.what = "YES, password in other case",
     .entry = true,
     .security = true,
     .user = "ALICE",
     .password = "SECRET01"},
    {.what = "YES, user in other case",
     .entry = true,
     .security = true,
     .user = "alice",
     .password = "Secret01"},
    {.what = "YES, prefix of the password",
     .entry = true,
     .security = true,
     .user = "ALICE",
     .password = "Secret0"},
    {.what = "YES, longer password",
     .entry = true,
     .security = true,
     .user = "ALICE",
     .password = "Secret012"},
    {.what = "YES, empty password", .entry = true, .security = true, .user = "ALICE", .password = ""},
    {.what = "YES, no password", .entry = true, .security = true, .user = "ALICE"},
    {.what = "YES, no user", .entry = true, .security = true, .password = "Secret01"},
    {.what = "YES, empty user", .entry = true, .security = true, .user = "", .password = "Secret01"},
    {.what = "YES, nothing", .entry = true, .security = true},
    {.what = "YES, no users configured",
     .entry = true,
     .security = true,
     .no_users = true,
     .user = "ALICE",
     .password = "Secret01"},
    {.what = "YES, substituted password",
     .entry = true,
     .security = true,
     .user = "ALICE",
     .password = "Secret01",
     .substituted = true},
    {.what = "AV bit, AlreadyVerified NO", .entry = true, .security = true, .user = "ALICE", .av = true},
    {.what = "AV bit, AlreadyVerified NO, right password",
     .entry = true,
     .security = true,
     .user = "ALICE",
     .password = "Secret01",
     .av = true},
    {.what = "AV bit, AlreadyVerified YES",
     .entry = true,
     .security = true,
     .already_verified = true,
     .user = "EVE",
     .av = true,
     .accepted = true},
    {.what = "AV bit, AlreadyVerified YES, no users",
     .entry = true,
     .security = true,
     .already_verified = true,
     .no_users = true,
     .user = "EVE",
     .av = true,
     .accepted = true},
    {.what = "AV bit, AlreadyVerified YES, no user ID",
     .entry = true,
     .security = true,
     .already_verified = true,
     .av = true},
    {.what = "no AV bit, AlreadyVerified YES, wrong",
     .entry = true,
     .security = true,
     .already_verified = true,
     .user = "ALICE",
     .password = "no"},
    {.what = "no AV bit, AlreadyVerified YES, right",
     .entry = true,
     .security = true,
     .already_verified = true,
     .user = "ALICE",
     .password = "Secret01",
     .accepted = true},
};

static uint8_t put(uint8_t *out, const char *s)
{
    size_t n = s ? strlen(s) : 0;
    memcpy(out, s ? s : "", n);
    ebcdic_encode(out, n);
    return (uint8_t)n;
}

START_TEST(check_order)
{
    static struct tp_user users[] = {{5, "ALICE", 8, "Secret01"},
                                     {10,
                                      {'T', 'E', 'N', 'L', 'E', 'T', 'T', 'E', 'R', 'S'},
                                      10,
                                      {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9'}},
                                     {3, "BOB", 8, "pa55Word"}};
    const struct row *r = &rows[_i];
    struct tp_entry e = {.security = r->security, .already_verified = r->already_verified};
    struct fmh5 a = {.already_verified = r->av,
                     .sign_on = r->sign_on,
                     .signed_on = r->signed_on,
                     .password_substituted = r->substituted};
    if (!r->no_users) {
        e.users = users;
        e.n_users = 3;
    }
    a.has_user = r->user != NULL;
    a.user_n = put(a.user, r->user);
    a.has_password = r->password != NULL;
    a.password_n = put(a.password, r->password);
    ck_assert_msg(security_check(r->entry ? &e : NULL, &a, NULL) ==
                      (r->accepted ? 0 : SENSE_SECURITY_NOT_VALID),
                  "%s", r->what);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("security");
    TCase *t = tcase_create("check order");
    SRunner *sr = srunner_create(s);
    int failed;

    tcase_add_loop_test(t, check_order, 0, (int)(sizeof rows / sizeof *rows));
    suite_add_tcase(s, t);
    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed ? 1 : 0;
}
