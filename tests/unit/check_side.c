/* Side information: who may see and change which entries [A37; A38]. */
#include <stdio.h>
#include <stdlib.h>

#include "snanode/node/side.h"
#include "tests/unit/cfgfix.h"

enum { OK = 0, CHECK = 24 };
static struct node_config cfg;
static struct side_table t;
static const struct side_by alice = {1001, false}, bob = {1002, false}, root = {0, true};

static void setup(void)
{
    static const char commands[] =
        "server N /add /netname:NET /cpname:N\n"
        "appcllu CLI /add /server:N\n"
        "cpic PAY /add /appltpname:PAYTP /lualias:CLI /secuserid:bank /secpassword:hidden "
        "/seckeytype:program\n"
        "cpic LIST /add /appltpname:LISTTP /lualias:CLI /seckeytype:none\n";
    cfgfix_read(&cfg, commands);
    t = (struct side_table){.n = 0};
    ck_assert_int_eq(side_load(&t, &cfg), 0);
}

static void teardown(void)
{
    side_free(&t);
    config_fini(&cfg);
}

static uint16_t set_secret(const char *name, const char *tp, const char *password, struct side_by by)
{
    struct lp_side_set m = {.service_tp = 0};
    m.password_n = (uint16_t)strlen(password);
    memcpy(m.password, password, m.password_n);
    strcpy(m.symdest, name);
    m.tpn_n = (uint16_t)strlen(tp);
    memcpy(m.tpn, tp, m.tpn_n);
    return side_set(&t, &m, by);
}

static uint16_t set(const char *name, const char *tp, struct side_by by)
{
    return set_secret(name, tp, "", by);
}

static const char *tp_of(const char *name, unsigned uid)
{
    static char out[65];
    const struct side_entry *s = side_find(&t, name, uid);
    snprintf(out, sizeof out, "%.*s", s ? s->side.tp_name_n : 1, s ? (const char *)s->side.tp_name : "-");
    return out;
}

/* What a program of UID is told for the password. */
static uint64_t told(const char *name, unsigned uid)
{
    return secret_told(&t.secrets, side_find(&t, name, uid)->secret);
}

/* How many entries UID can step through, and the names in the order of their numbers. */
static unsigned listed(unsigned uid, char *names)
{
    struct lp_side out;
    unsigned n = 0;
    names[0] = '\0';
    for (;;) {
        struct lp_side_get m = {.index = n + 1};
        side_extract(&t, &m, uid, &out);
        if (out.rc)
            return n;
        n++;
        sprintf(names + strlen(names), "%s=%.*s ", out.symdest, out.tpn_n, (const char *)out.tpn);
    }
}

/* What a program sets is its user's, and covers a configured destination for that user alone. */
START_TEST(own)
{
    char names[200];
    ck_assert_uint_eq(set("PAY", "MINE", alice), OK);
    ck_assert_uint_eq(set("NEW", "OWN", alice), OK);
    ck_assert_str_eq(tp_of("PAY", 1001), "MINE");
    ck_assert_str_eq(tp_of("PAY", 1002), "PAYTP");
    ck_assert_str_eq(tp_of("NEW", 1001), "OWN");
    ck_assert_str_eq(tp_of("NEW", 1002), "-");
    ck_assert_uint_eq(listed(1001, names), 3);
    ck_assert_str_eq(names, "LIST=LISTTP PAY=MINE NEW=OWN ");
    ck_assert_uint_eq(listed(1002, names), 2);
    ck_assert_str_eq(names, "PAY=PAYTP LIST=LISTTP ");
    ck_assert_uint_eq(told("PAY", 1001), 0); /* nothing of the configured one comes along */
    ck_assert_str_eq(secret_of(&t.secrets, told("PAY", 1002), 1002), "hidden");
}
END_TEST

START_TEST(deleted)
{
    ck_assert_uint_eq(set("PAY", "MINE", alice), OK);
    ck_assert_uint_eq(side_delete(&t, "PAY", bob), LP_RC_SIDE_DENIED);
    ck_assert_uint_eq(side_delete(&t, "PAY", alice), OK);
    ck_assert_str_eq(tp_of("PAY", 1001), "PAYTP"); /* seen again */
    ck_assert_uint_eq(side_delete(&t, "PAY", alice), LP_RC_SIDE_DENIED);
    ck_assert_uint_eq(side_delete(&t, "NOSUCH", alice), CHECK);
    ck_assert_uint_eq(side_delete(&t, "PAY", root), OK);
    ck_assert_str_eq(tp_of("PAY", 1001), "-");
}
END_TEST

/* An administrator changes what everybody sees. */
START_TEST(administrator)
{
    ck_assert_uint_eq(set("PAY", "OTHER", root), OK);
    ck_assert_uint_eq(set("ADDED", "ALL", root), OK);
    ck_assert_str_eq(tp_of("PAY", 1001), "OTHER");
    ck_assert_str_eq(tp_of("ADDED", 1002), "ALL");
    ck_assert_uint_eq(side_delete(&t, "ADDED", bob), LP_RC_SIDE_DENIED);
}
END_TEST

START_TEST(limit)
{
    char name[9];
    for (unsigned i = 0; i < SIDE_PER_USER; i++) {
        sprintf(name, "D%u", i);
        ck_assert_uint_eq(set(name, "TP", alice), OK);
    }
    ck_assert_uint_eq(set("ONEMORE", "TP", alice), LP_RC_SIDE_LIMIT);
    ck_assert_uint_eq(set("D7", "AGAIN", alice), OK); /* a change needs no room */
    ck_assert_uint_eq(set("ONEMORE", "TP", bob), OK);
    ck_assert_uint_eq(set("ONEMORE", "TP", root), OK);
    ck_assert_uint_eq(side_delete(&t, "D7", alice), OK);
    ck_assert_uint_eq(set("ROOM", "TP", alice), OK);
}
END_TEST

/* Entries set by others do not slow down a program's own list; the node can do nothing else meanwhile. */
START_TEST(many_users)
{
    char name[9];
    for (unsigned uid = 2000; uid < 2010; uid++)
        for (unsigned i = 0; i < SIDE_PER_USER; i++) {
            sprintf(name, "D%u", i);
            ck_assert_uint_eq(set(name, "TP", (struct side_by){uid, false}), OK);
        }
    for (unsigned i = 0; i < 2000; i++) {
        struct lp_side_get m = {.index = SIDE_PER_USER + 3}; /* one behind the last: two are configured */
        struct lp_side out;
        side_extract(&t, &m, 2000, &out);
        ck_assert_uint_eq(out.rc, CHECK);
    }
}
END_TEST

/* A reload keeps what programs have set, for whom they have set it. */
START_TEST(reload)
{
    set("PAY", "MINE", alice);
    set("PAY", "BOBS", bob);
    set("LIST", "ALL", root);
    set("NEW", "OWN", alice);
    ck_assert_int_eq(side_load(&t, &cfg), 0);
    ck_assert_str_eq(tp_of("PAY", 1001), "MINE");
    ck_assert_str_eq(tp_of("PAY", 1002), "BOBS");
    ck_assert_str_eq(tp_of("PAY", 0), "PAYTP");
    ck_assert_str_eq(tp_of("LIST", 1002), "ALL");
    ck_assert_str_eq(tp_of("NEW", 1001), "OWN");
    ck_assert_uint_eq(t.n, 5);
}
END_TEST

/* A password number keeps its meaning, whatever happens to the destination; nobody else may use it. */
START_TEST(password_as_initialized)
{
    t.secrets.base = 77;
    uint64_t configured = told("PAY", 1001);
    ck_assert_uint_eq(set_secret("OWN", "TP", "first", alice), OK);
    uint64_t first = told("OWN", 1001);
    ck_assert_uint_eq(set_secret("OWN", "TP", "second", alice), OK);
    uint64_t second = told("OWN", 1001);
    ck_assert_uint_eq(side_delete(&t, "OWN", alice), OK);
    ck_assert_uint_eq(set_secret("PAY", "TP", "other", root), OK);
    ck_assert_int_eq(side_load(&t, &cfg), 0);
    ck_assert_uint_eq(side_delete(&t, "PAY", root), OK);
    ck_assert_str_eq(secret_of(&t.secrets, first, 1001), "first");
    ck_assert_str_eq(secret_of(&t.secrets, second, 1001), "second");
    ck_assert_str_eq(secret_of(&t.secrets, configured, 1002), "hidden");
    ck_assert_ptr_null(secret_of(&t.secrets, first, 1002));
    ck_assert_ptr_null(secret_of(&t.secrets, first - t.secrets.base, 1001)); /* of another run of the node */
    ck_assert_ptr_null(secret_of(&t.secrets, 0, 1001));
    ck_assert_int_eq(side_load(&t, &cfg), 0);
    ck_assert_uint_eq(told("PAY", 1001), configured); /* the same password is not told anew */
}
END_TEST

/* Of passwords that no destination uses any longer the last ones are kept; passwords in use, and those of
 * other users, are never forgotten. */
START_TEST(passwords_are_bounded)
{
    char password[SECRET_MAX + 1];
    set_secret("KEPT", "TP", "kept", alice);
    set_secret("BOBS", "TP", "bobs", bob);
    uint64_t bobs = told("BOBS", 1002), early = 0, late = 0;
    side_delete(&t, "BOBS", bob);
    for (unsigned i = 0; i < SECRET_KEPT + 100; i++) {
        sprintf(password, "P%u", i);
        ck_assert_uint_eq(set_secret("OWN", "TP", password, alice), OK);
        early = i == 99 ? told("OWN", 1001) : early;
        late = i == 100 ? told("OWN", 1001) : late;
    }
    side_delete(&t, "OWN", alice);
    ck_assert_ptr_null(secret_of(&t.secrets, early, 1001));
    ck_assert_str_eq(secret_of(&t.secrets, late, 1001), "P100");
    ck_assert_str_eq(secret_of(&t.secrets, told("KEPT", 1001), 1001), "kept");
    ck_assert_str_eq(secret_of(&t.secrets, bobs, 1002), "bobs");
    ck_assert_uint_eq(t.secrets.n, 1 + 1 + 1 + SECRET_KEPT); /* hidden, kept, bobs */
}
END_TEST

/* Whatever is set, deleted and loaded again, a name leads to what a table of three users says. */
START_TEST(any_order)
{
    enum { NAMES = 40 };
    static char is[NAMES][3][16]; /* by alice, bob, root */
    const struct side_by who[] = {alice, bob, root};
    srand(5);
    for (int i = 0; i < 6000; i++) {
        char name[9], tp[16];
        int n = rand() % NAMES, w = rand() % 3;
        snprintf(name, sizeof name, "N%d", n);
        snprintf(tp, sizeof tp, "TP%d", rand() % 1000);
        if (rand() % 3) {
            ck_assert_uint_eq(set(name, tp, who[w]), OK);
            strcpy(is[n][w], tp);
        } else if (side_find(&t, name, who[w].uid) && is[n][w][0]) {
            ck_assert_uint_eq(side_delete(&t, name, who[w]), OK);
            is[n][w][0] = '\0';
        }
        if (rand() % 500 == 0)
            ck_assert_int_eq(side_load(&t, &cfg), 0);
        for (int k = 0; k < 2; k++)
            ck_assert_str_eq(tp_of(name, who[k].uid), is[n][k][0] ? is[n][k] : is[n][2][0] ? is[n][2] : "-");
    }
    ck_assert_str_eq(tp_of("PAY", 1001), "PAYTP");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("side");
    TCase *tc = tcase_create("side");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, own);
    tcase_add_test(tc, deleted);
    tcase_add_test(tc, administrator);
    tcase_add_test(tc, limit);
    tcase_add_test(tc, reload);
    tcase_add_test(tc, password_as_initialized);
    tcase_add_test(tc, passwords_are_bounded);
    tcase_add_test(tc, any_order);
    suite_add_tcase(s, tc);
    tc = tcase_create("many users");
    tcase_set_timeout(tc, 20); /* the search of all entries for each entry takes a minute */
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, many_users);
    suite_add_tcase(s, tc);
    return octets_run(s);
}
