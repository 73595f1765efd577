/* check_lender.c - which machine is asked for a local LU that this one does not have [D20; D21]. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attachmgr/directory/directory.h"
#include "tests/unit/octets.h"

enum { S1 = 11, S2, S3, DEAF, MACHINES };

static uint64_t version;

static void learn(struct directory *d, uint64_t instance, enum entry_type type, uint32_t number,
                  struct entry *e)
{
    struct entry_key k = {.instance = instance, .type = type, .number = number};
    struct directory_effects fx = {0};
    char key[ENTRY_KEY_ROOM], text[ENTRY_TEXT_MAX];
    snprintf(k.machine, sizeof k.machine, "HOST%u", (unsigned)instance);
    e->type = type;
    e->version = ++version;
    directory_learn(d, entry_key_write(&k, key), text, entry_write(e, text), 0, &fx);
    free(fx.v);
}

static void has_lu(struct directory *d, uint64_t instance, uint32_t number, const char *alias, bool pool)
{
    struct entry e = {.u.lu.pool = pool};
    snprintf(e.u.lu.alias, sizeof e.u.lu.alias, "%s", alias);
    snprintf(e.u.lu.name, sizeof e.u.lu.name, "N.%s", alias);
    learn(d, instance, ENTRY_LU, number, &e);
}

/* ONLY1 is on S1, BOTH on S1 and S2, POOL1 and POOL2 in the pools of S2 and S3; DEAF has all of them, and
 * takes no connections. */
static struct directory *domain(uint64_t seed)
{
    struct directory_self self = {.machine = "CLIENT", .instance = 1, .entry.lease_s = 15};
    struct directory *d = directory_new(&self, seed);
    struct directory_effects fx = {0};
    ck_assert_ptr_nonnull(d);
    directory_back(d, 0, &fx);
    for (uint64_t i = S1; i < MACHINES; i++) {
        struct entry e = {.u.machine = {.cert = "H", .lease_s = 15}};
        snprintf(e.u.machine.address, sizeof e.u.machine.address, "%s", i == DEAF ? "" : "h:1");
        learn(d, i, ENTRY_MACHINE, 0, &e);
    }
    has_lu(d, S1, 1, "ONLY1", false);
    has_lu(d, S1, 2, "BOTH", false);
    has_lu(d, S2, 1, "BOTH", false);
    has_lu(d, S2, 2, "POOL1", true);
    has_lu(d, S2, 3, "POOL2", true);
    has_lu(d, S3, 1, "POOL2", true);
    has_lu(d, DEAF, 1, "ONLY1", true);
    free(fx.v);
    return d;
}

static const struct row {
    const char *lu;
    uint64_t same;
    uint64_t avoid[3];
    unsigned may; /* bit 0: S1, and so on; 0: nobody */
} rows[] = {
    {"ONLY1", 0, {0}, 1}, {"ONLY1", S3, {0}, 1}, {"ONLY1", 0, {S1}, 0}, {"BOTH", 0, {0}, 3},
    {"BOTH", S1, {0}, 1}, {"BOTH", S2, {0}, 2},  {"BOTH", S2, {S2}, 1}, {"BOTH", S1, {S1, S2}, 0},
    {"", 0, {0}, 6},      {"", S3, {0}, 4},      {"", S1, {0}, 6},      {"", S3, {S3}, 2},
    {"", 0, {S2, S3}, 0}, {"POOL2", 0, {0}, 6},  {"POOL2", S2, {0}, 2}, {"UNKNOWN", 0, {0}, 0},
    {"ONL", 0, {0}, 0},
};

START_TEST(choice)
{
    const struct row *r = &rows[_i];
    struct directory *d = domain(3);
    const struct directory_avoid avoid = {r->avoid, 3};
    unsigned got = 0;
    for (int i = 0; i < 200; i++) {
        uint64_t m = directory_lender(d, r->lu, r->same, &avoid);
        got |= m ? 1u << (m - S1) : 0;
    }
    ck_assert_uint_eq(got, r->may);
    directory_free(d);
}
END_TEST

/* Each machine has the same chance, however many of its LUs are in the pool. */
START_TEST(even)
{
    struct directory *d = domain(5);
    int at2 = 0;
    for (int i = 0; i < 2000; i++)
        at2 += directory_lender(d, "", 0, NULL) == S2;
    ck_assert_int_gt(at2, 850);
    ck_assert_int_lt(at2, 1150);
    directory_free(d);
}
END_TEST

/* An LU that leaves the pool, changes its alias, or goes, is not found any more. */
START_TEST(changes)
{
    struct directory *d = domain(7);
    struct directory_effects fx = {0};
    char key[ENTRY_KEY_ROOM];
    has_lu(d, S3, 1, "POOL2", false);
    ck_assert_uint_eq(directory_lender(d, "", S3, NULL), S2);
    ck_assert_uint_eq(directory_lender(d, "POOL2", S3, NULL), S3);
    has_lu(d, S1, 1, "RENAMED", true);
    ck_assert_uint_eq(directory_lender(d, "ONLY1", 0, NULL), 0);
    ck_assert_uint_eq(directory_lender(d, "RENAMED", 0, NULL), S1);
    ck_assert_uint_eq(directory_lender(d, "", S1, NULL), S1);
    struct entry_key k = {.machine = "HOST11", .instance = S1, .type = ENTRY_LU, .number = 1};
    directory_forget(d, entry_key_write(&k, key), &fx);
    ck_assert_uint_eq(directory_lender(d, "RENAMED", 0, NULL), 0);
    ck_assert_uint_eq(directory_lender(d, "", S1, NULL), S2);
    ck_assert_uint_eq(directory_lender(NULL, "", 0, NULL), 0);
    fx.n = 0;
    directory_tick(d, 16000, &fx); /* their leases are over, which shows when this node's entry comes back */
    ck_assert_uint_eq(fx.n, 1);
    struct directory_effect put = fx.v[0];
    directory_learn(d, put.key, put.text, put.n, 16000, &fx);
    ck_assert_uint_eq(directory_lender(d, "BOTH", 0, NULL), 0);
    free(fx.v);
    directory_free(d);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("lender");
    TCase *t = tcase_create("lender");
    tcase_add_loop_test(t, choice, 0, OCTETS_ROWS(rows));
    tcase_add_test(t, even);
    tcase_add_test(t, changes);
    suite_add_tcase(s, t);
    return octets_run(s);
}
