#include <check.h>
#include <stdbool.h>
#include <stdlib.h>

#include "snanode/node/roster.h"
#include "tests/unit/octets.h"

enum { MOST = 2000 };

static struct roster r;
static bool there[MOST + 1];

/* What stands for the session ID: it is never looked into. */
static struct session *number(uint32_t id)
{
    return (struct session *)(uintptr_t)(0x1000u + id);
}

static void compare(void)
{
    struct session *after = NULL;
    size_t count = 0;
    for (uint32_t id = MOST; id > 0; id--) {
        after = there[id] ? number(id) : after;
        count += there[id];
        ck_assert_ptr_eq(roster_get(&r, id), there[id] ? number(id) : NULL);
        ck_assert_ptr_eq(roster_from(&r, id), after);
    }
    ck_assert_uint_eq(r.n - r.gone, count);
}

static void add(uint32_t id)
{
    ck_assert_int_eq(roster_add(&r, id, number(id)), 0);
    there[id] = true;
}

static void drop(uint32_t id)
{
    roster_remove(&r, id);
    there[id] = false;
}

START_TEST(comes_and_goes)
{
    srand(7);
    for (uint32_t next = 1; next <= MOST; next++) {
        add(next);
        for (int k = rand() % 3; k > 0; k--)
            drop(1 + (uint32_t)rand() % next); /* perhaps one that has gone */
        if (next % 97 == 0)
            compare();
    }
    compare();
    for (uint32_t id = 1; id <= MOST; id++)
        drop(id);
    compare();
    ck_assert_uint_le(r.n, 1); /* places of those that have gone go too */
    roster_fini(&r);
}
END_TEST

/* Numbers that begin again after the highest one. */
START_TEST(begins_again)
{
    add(1900);
    add(2000);
    add(1);
    add(2);
    compare();
    drop(2000);
    add(3);
    compare();
    roster_fini(&r);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("roster");
    TCase *t = tcase_create("roster");
    tcase_add_test(t, comes_and_goes);
    tcase_add_test(t, begins_again);
    suite_add_tcase(s, t);
    return octets_run(s);
}
