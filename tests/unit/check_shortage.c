/* check_shortage.c - the attach manager with an allocation that fails, each in turn and then every one: an
 * Attach or Accept is served, refused or reported as lost, and never silently kept. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "attachmgr/attachmgr.h"
#include "snanode/base/ebcdic.h"
#include "snanode/wire/sense.h"
#include "tests/unit/failalloc.h"
#include "tests/unit/octets.h"

static struct tp_entry entry;
static struct tp_table table;
static struct attachmgr *am;
static struct am_effects fx;
static uint64_t now;

static void setup(void)
{
    entry = (struct tp_entry){.name = "ORDERS", .kind = TP_QUEUED, .timeout_ms = 5000};
    table = (struct tp_table){.entries = &entry,
                              .n_entries = 1,
                              .sw = {.hold_unmatched = true,
                                     .fast_fail = true,
                                     .unmatched_sense = SENSE_TP_UNAVAILABLE_NO_RETRY,
                                     .queue_limit = 2048}};
    fx = (struct am_effects){0};
    now = 1000;
    failalloc.made = failalloc.at = failalloc.every = 0;
    am = am_new(&table, 0x5EED);
    ck_assert_ptr_nonnull(am);
}

static void teardown(void)
{
    failalloc.on = false;
    am_free(am);
    free(fx.v);
    am = NULL;
}

static void attach(uint32_t conv)
{
    struct fmh5 f = {.resource = FMH5_MAPPED, .tpn_n = 6};
    memcpy(f.tpn, "ORDERS", 6);
    ebcdic_encode(f.tpn, f.tpn_n);
    am_attach(am, conv, &f, "LU", 60, now, &fx);
}

static void accept_one(uint32_t accept, uint32_t proc)
{
    static const char *const names[] = {"ORDERS", "MORE"};
    am_accept(am, accept, proc, names, 2, "", 0, now, &fx);
}

/* Effects of KIND for conversation or Accept ID. */
static unsigned count(enum am_effect_kind kind, uint32_t id)
{
    unsigned n = 0;
    for (size_t i = 0; i < fx.n; i++)
        n += fx.v[i].kind == kind && (kind == AM_FX_REJECT ? fx.v[i].conv : fx.v[i].accept) == id;
    return n;
}

/* An Accept, its Attach, and the time that both may wait, with what FAIL_AT or EVERY orders.  Each of the two
 * must have one end: an effect, or LOST raised by the call that brought it. */
static void one_life(void)
{
    failalloc.on = true;
    accept_one(7, 1);
    size_t lost = fx.lost;
    bool accept_lost = lost > 0;
    attach(9);
    bool attach_lost = fx.lost > lost;
    failalloc.on = false;
    now += 70000; /* each has run out */
    am_tick(am, now, &fx);
    now += 70000; /* and what found no room has been tried again */
    am_tick(am, now, &fx);
    unsigned delivered = count(AM_FX_DELIVER, 7);
    ck_assert_uint_eq(delivered + count(AM_FX_ACCEPT_FAIL, 7) + accept_lost, 1);
    ck_assert_uint_eq(delivered + count(AM_FX_REJECT, 9) + attach_lost, 1);
}

START_TEST(each_fails_once)
{
    bool met = true;
    unsigned k;
    teardown();
    for (k = 1; met && k < 200; k++) {
        setup();
        failalloc.at = k;
        one_life();
        met = failalloc.made >= k;
        teardown();
    }
    ck_assert_uint_gt(k, 8);
    ck_assert_uint_lt(k, 200);
    setup();
}
END_TEST

START_TEST(every_nth_fails)
{
    teardown();
    for (unsigned n = 1; n < 12; n++) {
        setup();
        failalloc.every = n;
        one_life();
        teardown();
    }
    setup();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("shortage");
    TCase *t = tcase_create("memory");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, each_fails_once);
    tcase_add_test(t, every_nth_fails);
    suite_add_tcase(s, t);
    return octets_run(s);
}
