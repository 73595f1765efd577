/* check_attachmgr.c - Attaches, Accepts and copies against a clock that the test moves: the rows of
 * check_match.c [A1; A2; A3] that need processes, every timer and limit, and a long random run against a
 * model. */
#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attachmgr/attachmgr.h"
#include "snanode/base/ebcdic.h"
#include "snanode/wire/sense.h"

enum { ENTRIES_MAX = 8 };

static struct tp_entry entries[ENTRIES_MAX];
static struct tp_table table;
static struct attachmgr *am;
static struct am_effects fx;
static uint64_t now;
static size_t seen; /* effects that expect() has passed */

static void setup(void)
{
    memset(entries, 0, sizeof entries);
    table = (struct tp_table){.entries = entries,
                              .sw = {.match_local_first = true,
                                     .hold_unmatched = true,
                                     .fast_fail = true,
                                     .unmatched_sense = SENSE_TP_UNAVAILABLE_NO_RETRY,
                                     .queue_limit = 2048}};
    fx = (struct am_effects){0};
    seen = 0;
    now = 1000000;
    am = NULL;
}

static void teardown(void)
{
    am_free(am);
    free(fx.v);
}

static struct tp_entry *entry(const char *name, enum tp_kind kind, const char *lu)
{
    struct tp_entry *e = &entries[table.n_entries++];
    snprintf(e->name, sizeof e->name, "%s", name);
    snprintf(e->lu, sizeof e->lu, "%s", lu);
    e->kind = kind;
    e->timeout_ms = TP_TIMEOUT_INFINITE;
    return e;
}

static void start(void)
{
    am = am_new(&table, 0x5EED);
    ck_assert_ptr_nonnull(am);
}

static struct fmh5 header(const char *tp)
{
    struct fmh5 f = {.resource = FMH5_MAPPED, .tpn_n = (uint8_t)strlen(tp)};
    memcpy(f.tpn, tp, f.tpn_n);
    ebcdic_encode(f.tpn, f.tpn_n);
    return f;
}

static void attach(uint32_t conv, const char *tp, const char *lu)
{
    struct fmh5 f = header(tp);
    am_attach(am, conv, &f, lu, 60, now, &fx);
}

static void accept_lu(uint32_t id, uint32_t proc, const char *name, const char *lu, uint64_t token)
{
    am_accept(am, id, proc, &name, 1, lu, token, now, &fx);
}

static void accept1(uint32_t id, uint32_t proc, const char *name, uint64_t token)
{
    accept_lu(id, proc, name, "", token);
}

static void manage(uint32_t id, uint32_t proc, const char *lu, uint64_t timeout_ms)
{
    am_manage(am, id, proc, lu, timeout_ms, now, &fx);
}

static void wait_ms(uint64_t ms)
{
    for (now += ms; am_deadline(am) <= now;)
        am_tick(am, now, &fx);
}

/* ---- what came out ---- */

/* The early warnings that an Attach will find no TP come between other effects; unmatched_is_foretold checks
 * them. */
static bool foretells(const struct am_effect *x)
{
    return x->kind == AM_FX_EVENT && x->event == EVENT_NOT_IN_TABLE && strstr(x->text, "error code 1011");
}

static const struct am_effect *next(void)
{
    while (seen < fx.n && foretells(&fx.v[seen]))
        seen++;
    return seen < fx.n ? &fx.v[seen++] : NULL;
}

static void expect_nothing(void)
{
    const struct am_effect *x = next();
    ck_assert_msg(!x, "unexpected effect %d: %s", x ? (int)x->kind : -1, x ? x->text : "");
}

static const struct am_effect *expect(enum am_effect_kind kind)
{
    const struct am_effect *x = next();
    ck_assert_ptr_nonnull(x);
    ck_assert_msg(x->kind == kind, "effect %d where %d was expected: %s", (int)x->kind, (int)kind, x->text);
    return x;
}

static uint64_t expect_start(const char *tp)
{
    const struct am_effect *x = expect(AM_FX_START);
    ck_assert_str_eq(x->entry->name, tp);
    ck_assert_uint_ne(x->token, 0);
    ck_assert(am_token_known(am, x->token));
    return x->token;
}

static void expect_deliver(uint32_t conv, uint32_t accept)
{
    const struct am_effect *x = expect(AM_FX_DELIVER);
    ck_assert_uint_eq(x->conv, conv);
    ck_assert_uint_eq(x->accept, accept);
}

static void expect_event(unsigned event)
{
    ck_assert_uint_eq(events_number(expect(AM_FX_EVENT)->event), event);
}

static const struct am_effect *expect_reject(uint32_t conv, uint32_t sense, unsigned second_event)
{
    const struct am_effect *x = expect(AM_FX_REJECT);
    ck_assert_uint_eq(x->conv, conv);
    ck_assert_uint_eq(x->sense, sense);
    expect_event(21);
    expect_event(60);
    if (second_event)
        expect_event(second_event);
    return x;
}

static void expect_accept_fail(uint32_t id, enum am_fail why)
{
    const struct am_effect *x = expect(AM_FX_ACCEPT_FAIL);
    ck_assert_uint_eq(x->accept, id);
    ck_assert_int_eq((int)x->why, (int)why);
}

static void expect_counts(unsigned attaches, unsigned accepts, unsigned copies, unsigned processes,
                          unsigned registrations)
{
    struct am_counts c = am_counts(am);
    ck_assert_uint_eq(c.attaches, attaches);
    ck_assert_uint_eq(c.accepts, accepts);
    ck_assert_uint_eq(c.copies, copies);
    ck_assert_uint_eq(c.processes, processes);
    ck_assert_uint_eq(c.registrations, registrations);
}

static void keep_status(void *arg, const struct am_tp_status *st)
{
    struct am_tp_status *want = arg;
    if (strcmp(st->name, want->name) == 0)
        *want = *st;
}

/* By the walk over all rows, and by the name: they are the same. */
static struct am_tp_status status(const char *name)
{
    struct am_tp_status st = {.name = name, .state = "none"}, same = st;
    am_each_tp(am, now, keep_status, &st);
    am_each_tp_named(am, name, now, keep_status, &same);
    ck_assert_str_eq(same.state, st.state);
    ck_assert_int_eq(same.pid, st.pid);
    return st;
}

#define SENSE_NO SENSE_TP_UNAVAILABLE_NO_RETRY

/* ---- autostarted, queued ---- */

START_TEST(row1_started_and_accepted)
{
    uint64_t t;
    entry("APINGD", TP_QUEUED, "");
    start();
    ck_assert_str_eq(status("APINGD").state, "idle");
    attach(1, "APINGD", "LUA");
    t = expect_start("APINGD");
    ck_assert_int_eq(status("APINGD").pid, 0); /* it is still to be started */
    am_started(am, t, 77, now);
    ck_assert_str_eq(status("APINGD").state, "starting");
    ck_assert_int_eq(status("APINGD").pid, 77);
    accept1(10, 5, "APINGD", t);
    expect_deliver(1, 10);
    ck_assert_str_eq(status("APINGD").state, "busy");
    accept1(11, 5, "APINGD", t);
    ck_assert_str_eq(status("APINGD").state, "waiting");
    attach(2, "APINGD", "LUB");
    expect_deliver(2, 11);
    expect_nothing();
    ck_assert_uint_eq(status("APINGD").accepted, 2);
    am_process_gone(am, 5, now, &fx);
    am_exited(am, t, 0, now, &fx);
    expect_counts(0, 0, 0, 0, 0);
}
END_TEST

START_TEST(row18_full_name_differs)
{
    uint64_t t;
    entry("ORDERENT", TP_QUEUED, "");
    start();
    attach(1, "ORDERENTRY2", "LUA");
    t = expect_start("ORDERENT");
    accept1(10, 5, "ORDERENTRY1", t);
    wait_ms(59999);
    expect_nothing();
    wait_ms(1);
    expect_reject(1, SENSE_NO, 0);
    expect_nothing();
    attach(2, "ORDERENTRY1", "LUA");
    expect_deliver(2, 10);
}
END_TEST

START_TEST(row31_32_accept_names)
{
    static char y[] = "Y", z[] = "Z", *more[] = {y, z, NULL};
    const char *names[] = {"X", "Y", "Z"};
    uint64_t t;
    entry("X", TP_QUEUED, "")->accept_names = more;
    start();
    attach(1, "Z", "LUA");
    t = expect_start("X");
    am_accept(am, 10, 5, names, 2, "", t, now, &fx);
    expect_nothing();
    wait_ms(60000);
    expect_reject(1, SENSE_NO, 0);
    am_accept(am, 11, 5, names, 3, "", t, now, &fx);
    attach(2, "Z", "LUA");
    expect_deliver(2, 11);
    attach(3, "Y", "LUA");
    expect_deliver(3, 10);
    expect_nothing();
    ck_assert_uint_eq(status("X").accepts, 0);
}
END_TEST

START_TEST(row34_fifo_and_one_process)
{
    uint64_t t;
    entry("X", TP_QUEUED, "");
    start();
    for (uint32_t i = 1; i <= 50; i++)
        attach(i, "X", i % 3 ? "LUA" : "LUB");
    t = expect_start("X");
    expect_nothing();
    wait_ms(250);
    ck_assert_uint_eq(status("X").queue_length, 50);
    ck_assert_uint_eq(status("X").oldest_ms, 250);
    for (uint32_t i = 1; i <= 50; i++) {
        accept1(100 + i, 5, "X", t);
        expect_deliver(i, 100 + i);
    }
    expect_nothing();
    expect_counts(0, 0, 1, 1, 1);
}
END_TEST

START_TEST(row35_new_copy_for_the_rest)
{
    uint64_t t, t2;
    entry("X", TP_QUEUED, "");
    start();
    attach(1, "X", "LUA");
    attach(2, "X", "LUA");
    t = expect_start("X");
    accept1(10, 5, "X", t);
    expect_deliver(1, 10);
    am_process_gone(am, 5, now, &fx);
    expect_nothing(); /* the process itself has not ended */
    am_exited(am, t, 0, now, &fx);
    t2 = expect_start("X");
    ck_assert_uint_ne(t, t2);
    ck_assert(!am_token_known(am, t));
    accept1(11, 6, "X", t2);
    expect_deliver(2, 11);
    expect_nothing();
}
END_TEST

START_TEST(forked_tp_stays_alive)
{
    uint64_t t;
    entry("X", TP_QUEUED, "");
    start();
    attach(1, "X", "LUA");
    t = expect_start("X");
    am_started(am, t, 77, now);
    accept1(10, 5, "X", t);
    expect_deliver(1, 10);
    accept1(11, 6, "X", t); /* the child */
    am_process_gone(am, 5, now, &fx);
    am_exited(am, t, 0, now, &fx);
    ck_assert(am_token_known(am, t));
    attach(2, "X", "LUA");
    expect_deliver(2, 11);
    attach(3, "X", "LUA");
    expect_nothing();
    am_process_gone(am, 6, now, &fx);
    expect_start("X");
    expect_nothing();
}
END_TEST

START_TEST(back_off)
{
    static const uint64_t wait[] = {0, 100, 200, 400, 800, 1600, 3200, 5000, 5000};
    uint64_t t;
    entry("X", TP_QUEUED, "");
    start();
    for (uint32_t i = 0; i < 10; i++)
        attach(i, "X", "LUA");
    for (uint32_t i = 0; i < 9; i++) {
        t = expect_start("X");
        am_exited(am, t, SIGSEGV, now, &fx);
        ck_assert_ptr_nonnull(strstr(expect_reject(i, SENSE_NO, 0)->text, "signal 11"));
        if (wait[i]) {
            expect_nothing();
            wait_ms(wait[i] - 1);
            expect_nothing();
            wait_ms(1);
        }
    }
    t = expect_start("X");
    accept1(10, 5, "X", t);
    expect_deliver(9, 10);
    am_process_gone(am, 5, now, &fx);
    am_exited(am, t, 0, now, &fx);
    attach(20, "X", "LUA");
    expect_start("X"); /* a success ends the back-off */
}
END_TEST

START_TEST(silent_end_without_fast_fail)
{
    uint64_t t;
    entry("X", TP_QUEUED, "");
    table.sw.fast_fail = false;
    start();
    attach(1, "X", "LUA");
    t = expect_start("X");
    wait_ms(1000);
    attach(2, "X", "LUA");
    am_exited(am, t, 1 << 8, now, &fx);
    wait_ms(58000);
    expect_nothing();
    wait_ms(1000);
    expect_reject(1, SENSE_NO, 557);
    expect_start("X");
    expect_nothing();
    wait_ms(1000);
    expect_reject(2, SENSE_NO, 557);
    expect_nothing();
}
END_TEST

START_TEST(started_and_silent)
{
    uint64_t t;
    entry("X", TP_QUEUED, "");
    start();
    attach(1, "X", "LUA");
    t = expect_start("X");
    wait_ms(60000);
    expect_reject(1, SENSE_NO, 557);
    attach(2, "X", "LUA");
    expect_nothing(); /* the process lives: no other copy */
    accept1(10, 5, "X", t);
    expect_deliver(2, 10);
}
END_TEST

START_TEST(start_failure)
{
    uint64_t t;
    entry("X", TP_QUEUED, "");
    entry("N", TP_NONQUEUED, "");
    start();
    attach(1, "X", "LUA");
    attach(2, "X", "LUA");
    t = expect_start("X");
    am_start_failed(am, t, ENOENT, now, &fx);
    ck_assert_ptr_nonnull(strstr(expect_reject(1, SENSE_NO, 703)->text, strerror(ENOENT)));
    expect_event(575);
    t = expect_start("X");
    am_attach_gone(am, 2, now, &fx);
    am_start_failed(am, t, ENOENT, now, &fx);
    expect_event(703);
    expect_event(575);
    attach(3, "N", "LUA");
    am_start_failed(am, expect_start("N"), EACCES, now, &fx);
    expect_reject(3, SENSE_NO, 703);
    expect_event(575);
    expect_nothing();
    expect_counts(0, 0, 0, 0, 0);
    ck_assert_uint_eq(status("N").rejected, 1);
}
END_TEST

START_TEST(started_by_hand_counts_as_live)
{
    entry("X", TP_QUEUED, "");
    start();
    accept1(10, 5, "X", 0);
    attach(1, "X", "LUA");
    expect_deliver(1, 10);
    attach(2, "X", "LUA");
    expect_nothing();
    ck_assert_uint_eq(status("X").processes, 1);
    am_process_gone(am, 5, now, &fx);
    expect_start("X");
    expect_nothing();
}
END_TEST

START_TEST(limits_and_no_wait)
{
    struct fmh5 f = header("X");
    entry("X", TP_QUEUED, "");
    table.sw.queue_limit = 3;
    start();
    am_attach(am, 99, &f, "LUA", 0, now, &fx);
    expect_reject(99, SENSE_NO, 0);
    for (uint32_t i = 1; i <= 4; i++)
        attach(i, "X", "LUA");
    expect_start("X");
    expect_reject(4, SENSE_TP_UNAVAILABLE_RETRY, 0);
    for (uint32_t i = 11; i <= 14; i++)
        attach(i, "NOBODY", "LUA");
    expect_reject(14, SENSE_TP_UNAVAILABLE_RETRY, 0);
    expect_nothing();
    expect_counts(6, 0, 1, 0, 0);
}
END_TEST

START_TEST(purge)
{
    entry("X", TP_QUEUED, "");
    start();
    for (uint32_t i = 1; i <= 3; i++)
        attach(i, "X", "LUA");
    attach(4, "Y", "LUA");
    expect_start("X");
    ck_assert_uint_eq(am_purge(am, "X", now, &fx), 3);
    for (uint32_t i = 1; i <= 3; i++)
        expect_reject(i, SENSE_NO, 0);
    expect_nothing();
    ck_assert_uint_eq(am_purge(am, "X", now, &fx), 0);
    ck_assert_uint_eq(am_purge(am, "Y", now, &fx), 1);
    expect_reject(4, SENSE_NO, 0);
}
END_TEST

START_TEST(operator_commands)
{
    uint64_t t;
    entry("X", TP_QUEUED, "");
    entry("N", TP_NONQUEUED, "");
    start();
    ck_assert_uint_eq(am_start(am, "N", now, &fx), 0);
    ck_assert_uint_eq(am_start(am, "X", now, &fx), 1);
    ck_assert_uint_eq(am_start(am, "X", now, &fx), 0);
    t = expect_start("X");
    ck_assert_uint_eq(am_stop(am, "X", &fx), 1);
    ck_assert_uint_eq(expect(AM_FX_STOP)->token, t);
    am_exited(am, t, SIGTERM, now, &fx);
    expect_nothing();
    ck_assert_uint_eq(am_stop(am, "X", &fx), 0);
}
END_TEST

/* ---- nonqueued ---- */

START_TEST(row33_a_process_each)
{
    uint64_t t[3];
    entry("X", TP_NONQUEUED, "");
    start();
    for (uint32_t i = 0; i < 3; i++) {
        attach(i, "X", "LUA");
        t[i] = expect_start("X");
    }
    accept1(12, 22, "X", t[2]);
    expect_deliver(2, 12);
    accept1(10, 20, "X", t[0]);
    expect_deliver(0, 10);
    accept1(13, 20, "X", t[0]); /* gets nothing more */
    attach(3, "X", "LUA");
    expect_start("X");
    accept1(11, 21, "X", t[1]);
    expect_deliver(1, 11);
    expect_nothing();
    ck_assert_uint_eq(status("X").processes, 4);
    ck_assert_uint_eq(status("X").queue_length, 1);
}
END_TEST

START_TEST(row41_ends_without_accept)
{
    uint64_t t;
    entry("X", TP_NONQUEUED, "");
    start();
    attach(1, "X", "LUA");
    t = expect_start("X");
    am_exited(am, t, 3 << 8, now, &fx);
    ck_assert_ptr_nonnull(strstr(expect_reject(1, SENSE_NO, 0)->text, "status 3"));
    expect_counts(0, 0, 0, 0, 0);
    table.sw.fast_fail = false;
    attach(2, "X", "LUA");
    t = expect_start("X");
    am_exited(am, t, 0, now, &fx);
    wait_ms(59999);
    expect_nothing();
    wait_ms(1);
    expect_reject(2, SENSE_NO, 557);
    expect_nothing();
    expect_counts(0, 0, 0, 0, 0);
}
END_TEST

START_TEST(token_theft)
{
    uint64_t t, u;
    entry("X", TP_NONQUEUED, "");
    entry("Q", TP_QUEUED, "");
    start();
    attach(1, "X", "LUA");
    t = expect_start("X");
    accept1(10, 5, "X", t + 1);
    expect_accept_fail(10, AM_FAIL_PROCESS);
    accept1(11, 6, "Y", t); /* right token, wrong name */
    expect_nothing();
    accept1(12, 6, "X", t);
    expect_deliver(1, 12);
    accept1(13, 7, "X", t);
    expect_accept_fail(13, AM_FAIL_PROCESS);
    attach(2, "Q", "LUA");
    u = expect_start("Q");
    accept1(14, 6, "Q", u);
    expect_accept_fail(14, AM_FAIL_PROCESS);
    am_exited(am, t, 0, now, &fx);
    am_process_gone(am, 6, now, &fx);
    accept1(15, 8, "X", t);
    expect_accept_fail(15, AM_FAIL_PROCESS);
    am_accept(am, 16, 9, NULL, 0, "", 0, now, &fx);
    expect_accept_fail(16, AM_FAIL_NO_NAME);
    expect_nothing();
}
END_TEST

/* A process cannot register names without end; what it has registered stays in force. */
START_TEST(names_of_one_process)
{
    char name[16];
    start();
    for (unsigned i = 0; i < AM_NAMES_MAX; i++) {
        snprintf(name, sizeof name, "N%u", i);
        accept1(10 + i, 5, name, 0);
    }
    expect_nothing();
    accept1(5000, 5, "ONEMORE", 0);
    expect_accept_fail(5000, AM_FAIL_NAMES);
    accept1(5001, 5, "N7", 0); /* is one of them already */
    accept1(5002, 6, "ONEMORE", 0);
    expect_nothing();
    attach(1, "N999", "LUA");
    expect_deliver(1, 1009);
    am_process_gone(am, 5, now, &fx);
    accept1(5003, 5, "ONEMORE", 0);
    expect_nothing();
}
END_TEST

START_TEST(nonqueued_by_hand)
{
    uint64_t t;
    entry("X", TP_NONQUEUED, "LUA");
    start();
    attach(1, "X", "LUA");
    t = expect_start("X");
    accept1(10, 5, "X", 0);
    expect_nothing(); /* the first Attach is its copy's */
    attach(2, "X", "LUA");
    expect_deliver(2, 10);
    attach(3, "X", "LUA");
    expect_nothing();
    am_process_gone(am, 5, now, &fx);
    expect_start("X"); /* the third falls back to the entry */
    accept1(11, 6, "X", t);
    expect_deliver(1, 11);
    expect_nothing();
}
END_TEST

/* ---- operator-started ---- */

START_TEST(row36_other_instance_remains)
{
    start();
    accept1(10, 1, "X", 0);
    accept1(11, 2, "X", 0);
    am_process_gone(am, 1, now, &fx);
    attach(1, "X", "LUA");
    expect_deliver(1, 11);
    expect_counts(0, 0, 0, 1, 1);
    am_process_gone(am, 2, now, &fx);
    ck_assert_str_eq(status("X").state, "none");
    expect_counts(0, 0, 0, 0, 0);
}
END_TEST

START_TEST(row37_all_names_of_a_dead_process)
{
    const char *names[] = {"X", "Y", "Z"};
    start();
    am_accept(am, 10, 1, names, 3, "", 0, now, &fx);
    expect_counts(0, 1, 0, 1, 3);
    am_process_gone(am, 1, now, &fx);
    expect_counts(0, 0, 0, 0, 0);
    attach(1, "X", "LUA");
    attach(2, "Y", "LUA");
    expect_nothing();
    wait_ms(60000);
    expect_reject(1, SENSE_NO, 730);
    expect_reject(2, SENSE_NO, 730);
    expect_nothing();
}
END_TEST

START_TEST(row38_registered_ten_seconds_later)
{
    start();
    attach(1, "X", "LUA");
    attach(2, "X", "LUB");
    attach(3, "XY", "LUA");
    wait_ms(10000);
    expect_nothing();
    accept1(10, 1, "X", 0);
    expect_deliver(1, 10);
    ck_assert_uint_eq(status("X").queue_length, 1); /* the second has come to wait for it too */
    wait_ms(50000);
    expect_reject(2, SENSE_NO, 0);
    expect_reject(3, SENSE_NO, 730);
    expect_nothing();
}
END_TEST

START_TEST(row39_falls_back_to_the_registry)
{
    const char *lu = "LUA";
    entry("X", TP_QUEUED, lu);
    start();
    accept_lu(10, 1, "X", "LUB", 0);
    attach(1, "X", "LUB");
    expect_deliver(1, 10);
    attach(2, "X", "LUB");
    am_process_gone(am, 1, now, &fx);
    expect_nothing(); /* held: the entry is for another LU */
    attach(3, "X", lu);
    expect_start("X");
    wait_ms(60000);
    expect_reject(2, SENSE_NO, 730);
    expect_reject(3, SENSE_NO, 557);
}
END_TEST

START_TEST(operator_entry_gives_the_lu)
{
    entry("STOCK", TP_OPERATOR, "STKLU")->timeout_ms = 5000;
    start();
    attach(1, "STOCK", "STKLU");
    expect_nothing();
    accept1(10, 1, "STOCK", 0);
    expect_deliver(1, 10);
    accept1(11, 1, "STOCK", 0);
    attach(2, "STOCK", "LUB");
    wait_ms(4999);
    expect_nothing();
    wait_ms(1);
    expect_accept_fail(11, AM_FAIL_TIMEOUT);
    expect_event(592);
    expect_event(94);
    attach(3, "STOCK", "STKLU");
    expect_nothing();
    ck_assert_str_eq(status("STOCK").state, "busy");
    am_process_gone(am, 1, now, &fx);
    expect_nothing();
    table.sw.hold_unmatched = false;
    attach(4, "STOCK", "LUB");
    expect_reject(4, SENSE_NO, 730);
    accept1(12, 2, "STOCK", 0);
    expect_deliver(3, 12);
    attach(5, "STOCK", "STKLU");
    am_process_gone(am, 2, now, &fx); /* nothing is held any more */
    expect_reject(2, SENSE_NO, 730);
}
END_TEST

START_TEST(second_name_of_an_autostarted_program)
{
    uint64_t t;
    entry("X", TP_QUEUED, "");
    start();
    attach(1, "X", "LUA");
    t = expect_start("X");
    accept1(10, 1, "X", t);
    expect_deliver(1, 10);
    accept1(11, 1, "OTHER", t);
    attach(2, "OTHER", "LUA");
    expect_deliver(2, 11);
    attach(3, "X", "LUA");
    expect_nothing();
    am_process_gone(am, 1, now, &fx);
    am_exited(am, t, 0, now, &fx);
    expect_start("X");
}
END_TEST

START_TEST(accept_cancelled)
{
    start();
    accept1(10, 1, "X", 0);
    am_accept_gone(am, 10, now, &fx);
    am_accept_gone(am, 10, now, &fx);
    attach(1, "X", "LUA");
    expect_nothing();
    expect_counts(1, 0, 0, 1, 1);
    am_attach_gone(am, 1, now, &fx);
    am_attach_gone(am, 1, now, &fx);
    accept1(11, 1, "X", 0);
    expect_nothing();
}
END_TEST

static void expect_said(unsigned event, const char *text)
{
    ck_assert_uint_lt(seen, fx.n);
    ck_assert_int_eq((int)fx.v[seen].kind, AM_FX_EVENT);
    ck_assert_uint_eq(events_number(fx.v[seen].event), event);
    ck_assert_str_eq(fx.v[seen++].text, text);
}

static void keep_near(void *arg, const struct am_queued_status *v)
{
    snprintf(arg, 200, "%s", v->near);
}

START_TEST(unmatched_is_foretold)
{
    char near[200];
    entry("ORDERQ", TP_NONQUEUED, "OTHERLU");
    entry("Stock", TP_QUEUED, "LUA");
    entry("HAND", TP_OPERATOR, "");
    start();
    attach(1, "ORDERQ", "LUA");
    expect_said(
        703, "TP ORDERQ on LUA: not in the table, error code 1011: TP ORDERQ is for LU OTHERLU; the Attach "
             "waits 60 s for a program");
    am_each_queued(am, now, keep_near, near);
    ck_assert_str_eq(near, "TP ORDERQ is for LU OTHERLU");
    attach(2, "STOCK", "LUA");
    expect_said(
        703, "TP STOCK on LUA: not in the table, error code 1011: TP Stock differs in case; the Attach waits "
             "60 s for a program");
    attach(3, "NOSUCH", "LUA");
    expect_said(
        703,
        "TP NOSUCH on LUA: not in the table, error code 1011: no entry comes near; the Attach waits 60 s "
        "for a program");
    attach(4, "HAND", "LUA"); /* a matter of course */
    ck_assert_uint_eq(seen, fx.n);
    wait_ms(60000);
    ck_assert_str_eq(expect(AM_FX_REJECT)->text, "no TP matched: TP ORDERQ is for LU OTHERLU");
    expect_event(21);
    expect_event(60);
    expect_said(730, "no invokable TP ORDERQ for local LU LUA: TP ORDERQ is for LU OTHERLU");
    seen += 11;
    expect_said(730, "no invokable TP HAND for local LU LUA: TP HAND waits for an operator to start it");
}
END_TEST

static const char *near_of(uint32_t conv, const char *tp)
{
    static char near[200];
    near[0] = '\0';
    attach(conv, tp, "LUA");
    am_each_queued(am, now, keep_near, near);
    am_attach_gone(am, conv, now, &fx);
    seen = fx.n;
    return near;
}

/* In the order of the table, by own names and AcceptNames, whatever the case of the first eight characters;
 * and when the table has changed. */
START_TEST(near_in_order)
{
    static char *more[] = {(char *)(uintptr_t) "oTHER", NULL};
    entry("eCHO", TP_OPERATOR, "")->accept_names = more;
    entry("FAR", TP_OPERATOR, "");
    entry("Echo", TP_OPERATOR, "");
    start();
    ck_assert_str_eq(near_of(1, "ECHO"), "TP eCHO differs in case, waits for an operator to start it; "
                                         "TP Echo differs in case, waits for an operator to start it");
    ck_assert_str_eq(near_of(2, "OTHER"), "TP eCHO differs in case, waits for an operator to start it");
    ck_assert_str_eq(near_of(3, "ECHO1"), "no entry comes near");
    struct tp_table second = table;
    second.entries = table.entries + 1;
    second.n_entries = 2;
    am_reload(am, &second, now, &fx);
    ck_assert_str_eq(near_of(4, "ECHO"), "TP Echo differs in case, waits for an operator to start it");
    ck_assert_str_eq(near_of(5, "OTHER"), "no entry comes near");
    am_reload(am, &table, now, &fx);
    ck_assert_str_eq(near_of(6, "OTHER"), "TP eCHO differs in case, waits for an operator to start it");
    seen = fx.n;
}
END_TEST

START_TEST(unmatched_at_once_and_sync_point)
{
    struct fmh5 f = header("X");
    table.sw.hold_unmatched = false;
    table.sw.unmatched_sense = SENSE_TPN_NOT_RECOGNIZED;
    start();
    attach(1, "X", "LUA");
    expect_reject(1, SENSE_TPN_NOT_RECOGNIZED, 730);
    table.sw.hold_unmatched = true;
    f.sync = FMH5_SYNC_SYNCPT;
    accept1(10, 1, "X", 0);
    am_attach(am, 2, &f, "LUA", 60, now, &fx);
    expect_nothing();
    wait_ms(60000);
    expect_reject(2, SENSE_TP_UNAVAILABLE_RETRY, 0);
    expect_nothing();
}
END_TEST

/* Whether its TP waits, is started, or is not known: none takes PIP data. */
START_TEST(pip_data)
{
    struct fmh5 f = header("X");
    entry("Q", TP_NONQUEUED, "");
    start();
    accept1(10, 1, "X", 0);
    for (uint32_t conv = 1; conv <= 3; conv++) {
        f = header(conv == 1 ? "X" : conv == 2 ? "Q" : "UNKNOWN");
        f.pip_follows = true;
        am_attach(am, conv, &f, "LUA", 60, now, &fx);
        expect_reject(conv, SENSE_PIP_NOT_ALLOWED, 0);
        expect_nothing();
    }
    attach(4, "X", "LUA");
    expect_deliver(4, 10);
}
END_TEST

/* ... and it gets no other, however long it waits. */
START_TEST(nonqueued_whose_attach_is_gone)
{
    entry("X", TP_NONQUEUED, "");
    start();
    attach(1, "X", "LUA");
    uint64_t token = expect_start("X");
    am_attach_gone(am, 1, now, &fx);
    accept1(10, 1, "X", token);
    attach(2, "X", "LUA");
    expect_start("X");
    wait_ms(59000);
}
END_TEST

/* ---- attach managers of LUs ---- */

#define EVER UINT64_MAX

static void expect_fail(uint32_t accept, enum am_fail why)
{
    const struct am_effect *x = expect(AM_FX_ACCEPT_FAIL);
    ck_assert_uint_eq(x->accept, accept);
    ck_assert_int_eq(x->why, why);
}

START_TEST(row24_25_26_manager)
{
    entry("X", TP_QUEUED, "");
    entry("Y", TP_QUEUED, "LUA");
    start();
    for (uint32_t id = 1; id <= 3; id++)
        manage(id, 7, "LUA", EVER);
    attach(11, "X", "LUA"); /* row 24: not X, which is for any LU */
    expect_deliver(11, 1);
    attach(12, "\x06\x32", "LUA"); /* any name, also one that nobody has */
    expect_deliver(12, 2);
    ck_assert(fx.v[seen - 1].to_manager);
    attach(13, "Y", "LUA"); /* row 25 */
    expect_start("Y");
    attach(14, "X", "LUB"); /* row 26 */
    expect_start("X");
    attach(15, "Z", "LUB");
    expect_nothing();
    attach(16, "Z", "LUA");
    expect_deliver(16, 3);
    expect_nothing();
}
END_TEST

START_TEST(row27_one_manager)
{
    start();
    manage(1, 7, "LUA", EVER);
    manage(2, 8, "LUA", EVER);
    expect_fail(2, AM_FAIL_TAKEN);
    manage(3, 8, "LUB", EVER); /* another LU */
    manage(4, 7, "LUB", EVER);
    expect_fail(4, AM_FAIL_TAKEN);
    am_process_gone(am, 7, now, &fx);
    manage(5, 8, "LUA", EVER); /* it was the process that had it */
    attach(11, "X", "LUA");
    expect_deliver(11, 5);
    expect_nothing();
}
END_TEST

/* Oldest first over all names, and older than the manager itself; longer than the LU's time. */
START_TEST(manager_queue)
{
    start();
    attach(11, "X", "LUA");
    attach(12, "Y", "LUA");
    attach(13, "X", "LUA");
    attach(14, "X", "LUB");
    manage(1, 7, "LUA", EVER);
    expect_deliver(11, 1);
    wait_ms(61000);
    ck_assert_uint_eq(expect(AM_FX_REJECT)->conv, 14);
    while (next())
        ;
    manage(2, 7, "LUA", EVER);
    expect_deliver(12, 2);
    manage(3, 7, "LUA", EVER);
    expect_deliver(13, 3);
    manage(4, 7, "LUA", EVER);
    expect_nothing();
    am_accept_gone(am, 4, now, &fx);
    attach(15, "X", "LUA");
    expect_nothing();
    ck_assert_uint_eq(am_counts(am).attaches, 1);
}
END_TEST

START_TEST(manager_limit)
{
    table.sw.queue_limit = 2;
    start();
    manage(1, 7, "LUA", EVER);
    for (uint32_t conv = 11; conv <= 14; conv++)
        attach(conv, conv % 2 ? "X" : "Y", "LUA");
    expect_deliver(11, 1);
    const struct am_effect *x = expect(AM_FX_REJECT);
    ck_assert_uint_eq(x->conv, 14);
    ck_assert_uint_eq(x->sense, SENSE_TP_UNAVAILABLE_RETRY);
}
END_TEST

START_TEST(manager_timeout)
{
    start();
    manage(1, 7, "LUA", 5000);
    wait_ms(4999);
    expect_nothing();
    wait_ms(1);
    expect_fail(1, AM_FAIL_TIMEOUT);
    while (next())
        ;
    manage(2, 7, "LUA", 0); /* only what waits already */
    wait_ms(0);
    expect_fail(2, AM_FAIL_TIMEOUT);
    while (next())
        ;
    attach(11, "X", "LUA");
    manage(3, 7, "LUA", 0);
    expect_deliver(11, 3);
    expect_nothing();
}
END_TEST

/* What waits for a manager that ends, or whose process dies, is matched anew, and its time counts again. */
START_TEST(manager_ends)
{
    entry("X", TP_QUEUED, "");
    start();
    ck_assert_int_eq(am_manage_end(am, 7, "LUA", now, &fx), AM_FAIL_ENDED);
    manage(1, 7, "LUA", EVER);
    manage(2, 7, "LUA", EVER);
    attach(11, "Z", "LUA");
    expect_deliver(11, 1);
    am_accept_gone(am, 2, now, &fx);
    attach(12, "X", "LUA");
    attach(13, "Z", "LUA");
    expect_nothing();
    ck_assert_int_eq(am_manage_end(am, 8, "LUA", now, &fx), AM_FAIL_ENDED);
    ck_assert_int_eq(am_manage_end(am, 7, "LUB", now, &fx), AM_FAIL_ENDED);
    ck_assert_int_eq(am_manage_end(am, 7, "LUA", now, &fx), AM_FAIL_NOT);
    expect_start("X");
    wait_ms(60000);
    ck_assert_uint_eq(expect(AM_FX_REJECT)->conv, 12);
    ck_assert_int_eq(am_manage_end(am, 7, "LUA", now, &fx), AM_FAIL_ENDED);
    while (next())
        ;
    ck_assert_uint_eq(am_counts(am).attaches, 0);
    manage(3, 9, "LUA", EVER);
    manage(4, 9, "LUA", EVER);
    ck_assert_int_eq(am_manage_end(am, 9, "LUA", now, &fx), AM_FAIL_NOT);
    expect_fail(3, AM_FAIL_ENDED);
    expect_fail(4, AM_FAIL_ENDED);
    expect_nothing();
    ck_assert_uint_eq(am_counts(am).registrations, 0);
}
END_TEST

/* A TP of the very LU, once it is there, takes what waits for the manager. */
START_TEST(manager_gives_way)
{
    start();
    manage(1, 7, "LUA", EVER);
    am_accept_gone(am, 1, now, &fx);
    attach(11, "X", "LUA");
    accept_lu(2, 8, "X", "", 0); /* for any LU: the manager comes first */
    expect_nothing();
    accept_lu(3, 8, "X", "LUA", 0);
    expect_deliver(11, 3);
    expect_nothing();
}
END_TEST

START_TEST(security_before_start)
{
    struct tp_user alice = {5, "ALICE", 6, "secret"};
    struct tp_entry *e = entry("X", TP_NONQUEUED, "");
    struct fmh5 f = header("X");
    e->security = true;
    e->users = &alice;
    e->n_users = 1;
    start();
    attach(1, "X", "LUA");
    expect_reject(1, SENSE_SECURITY_NOT_VALID, 0);
    f.has_user = f.has_password = true;
    memcpy(f.user, "ALICE", f.user_n = 5);
    memcpy(f.password, "secret", f.password_n = 6);
    ebcdic_encode(f.user, 5);
    ebcdic_encode(f.password, 6);
    am_attach(am, 2, &f, "LUA", 60, now, &fx);
    expect_start("X");
    accept1(10, 1, "X", 0); /* by hand, under a protected name */
    attach(3, "X", "LUA");
    expect_reject(3, SENSE_SECURITY_NOT_VALID, 0);
    expect_nothing();
}
END_TEST

START_TEST(security_when_the_tp_changes)
{
    struct tp_entry *e;
    start();
    attach(1, "X", "LUA");
    e = entry("X", TP_QUEUED, "");
    e->security = true;
    am_reload(am, &table, now, &fx);
    expect_reject(1, SENSE_SECURITY_NOT_VALID, 0);
    expect_nothing();
}
END_TEST

START_TEST(reload)
{
    static struct tp_entry other[1];
    struct tp_table second;
    uint64_t t;
    entry("X", TP_QUEUED, "");
    entry("Y", TP_QUEUED, "");
    start();
    attach(1, "X", "LUA");
    attach(2, "NEW", "LUA");
    attach(3, "Y", "LUA");
    t = expect_start("X");
    expect_start("Y");
    accept1(10, 5, "X", t);
    expect_deliver(1, 10);
    second = table;
    second.entries = other;
    second.n_entries = 1;
    other[0] = entries[0];
    snprintf(other[0].name, sizeof other[0].name, "NEW");
    am_reload(am, &second, now, &fx);
    expect_start("NEW");
    expect_nothing();
    attach(4, "X", "LUA");
    accept1(11, 5, "X", t); /* runs on, as operator-started */
    expect_deliver(4, 11);
    am_process_gone(am, 5, now, &fx);
    am_exited(am, t, 0, now, &fx);
    ck_assert_str_eq(status("X").state, "none");
    am_reload(am, &table, now, &fx);
    expect_start("Y"); /* new copy of the new row; the other is of the row that was withdrawn */
    expect_nothing();
}
END_TEST

/* ---- many ---- */

START_TEST(ten_thousand_wait)
{
    enum { N = 10000 };
    uint64_t t;

    entry("X", TP_QUEUED, "");
    table.sw.queue_limit = 3 * N;
    start();
    for (uint32_t i = 0; i < N; i++)
        attach(i, "X", "LUA");
    t = expect_start("X");
    for (uint32_t i = 0; i < N / 2; i++) {
        accept1(i, 5, "X", t);
        expect_deliver(i, i);
    }
    wait_ms(60000);
    for (uint32_t i = N / 2; i < N; i++)
        expect_reject(i, SENSE_NO, 0);
    expect_nothing();
    for (uint32_t i = 0; i < N; i++) {
        char name[16];
        snprintf(name, sizeof name, "NAME8888%u", (unsigned)i); /* one key for all */
        attach(i, name, "LUA");
    }
    am_process_gone(am, 5, now, &fx);
    wait_ms(60000);
    expect_counts(0, 0, 1, 0, 0);
}
END_TEST

/* ---- a random run ---- */

enum { CONVS = 400, ACCEPTS = 64, PROCS = 8, COPIES = 600, EVENTS = 100000 };
enum conv_state { C_FREE, C_WAITING };

static struct model {
    enum conv_state conv[CONVS];
    bool accept[ACCEPTS];
    uint32_t accept_proc[ACCEPTS];
    bool proc[PROCS];
    uint64_t proc_token[PROCS];
    struct {
        uint64_t token;
        const struct tp_entry *entry;
        bool exited;
    } copy[COPIES];
    unsigned attached, delivered, to_copies, rejected, gone, started;
} m;

static const char *const some_names[] = {"Q1", "Q2", "N1", "OP1", "OP2", "BYHAND", "LONGNAME1", "LONGNAME2"};
static const char *const some_lus[] = {"LUA", "LUB"};

static uint64_t rnd_state = 42;

static unsigned rnd(unsigned n)
{
    rnd_state = rnd_state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(rnd_state >> 33) % n;
}

static bool model_copy_live(unsigned i)
{
    if (!m.copy[i].exited)
        return true;
    for (unsigned p = 0; p < PROCS; p++)
        if (m.proc[p] && m.proc_token[p] == m.copy[i].token)
            return true;
    return false;
}

static void model_start(const struct am_effect *x)
{
    unsigned slot = COPIES;
    for (unsigned i = 0; i < COPIES; i++)
        if (!m.copy[i].token)
            slot = i;
        else if (x->entry->kind == TP_QUEUED && m.copy[i].entry == x->entry)
            ck_assert_msg(!model_copy_live(i), "a second copy of %s", x->entry->name);
    ck_assert_uint_lt(slot, COPIES);
    m.started++;
    m.copy[slot].token = x->token;
    m.copy[slot].entry = x->entry;
    m.copy[slot].exited = false;
}

/* Carry the effects out on the model: everything that ends must have been there. */
static void model_effects(void)
{
    for (size_t i = 0; i < fx.n; i++) {
        const struct am_effect *x = &fx.v[i];
        switch (x->kind) {
        case AM_FX_DELIVER:
            ck_assert_int_eq(m.conv[x->conv], C_WAITING);
            ck_assert(m.accept[x->accept]);
            ck_assert_uint_eq(m.proc_token[m.accept_proc[x->accept]], x->token);
            m.conv[x->conv] = C_FREE;
            m.accept[x->accept] = false;
            m.delivered++;
            m.to_copies += x->token != 0;
            break;
        case AM_FX_REJECT:
            ck_assert_int_eq(m.conv[x->conv], C_WAITING);
            m.conv[x->conv] = C_FREE;
            m.rejected++;
            break;
        case AM_FX_ACCEPT_FAIL:
            ck_assert(m.accept[x->accept]);
            m.accept[x->accept] = false;
            break;
        case AM_FX_START:
            model_start(x);
            break;
        case AM_FX_STOP:
        case AM_FX_EVENT:
            break;
        case AM_FX_SEND: /* there is no domain */
        case AM_FX_READY:
        case AM_FX_NOT_HERE:
            ck_abort_msg("effect %d", (int)x->kind);
        }
    }
    fx.n = 0;
    for (unsigned i = 0; i < COPIES; i++)
        if (m.copy[i].token && !am_token_known(am, m.copy[i].token))
            m.copy[i].token = 0;
}

static void model_compare(void)
{
    struct am_counts c = am_counts(am);
    unsigned convs = 0, accepts = 0, copies = 0, procs = 0;
    for (unsigned i = 0; i < CONVS; i++)
        convs += m.conv[i] == C_WAITING;
    for (unsigned i = 0; i < ACCEPTS; i++)
        accepts += m.accept[i];
    for (unsigned i = 0; i < PROCS; i++)
        procs += m.proc[i];
    for (unsigned i = 0; i < COPIES; i++)
        copies += m.copy[i].token != 0;
    ck_assert_uint_eq(c.attaches, convs);
    ck_assert_uint_eq(c.accepts, accepts);
    ck_assert_uint_eq(c.copies, copies);
    ck_assert_uint_eq(c.processes, procs);
    ck_assert_uint_eq(m.attached, m.delivered + m.rejected + m.gone + convs);
}

/* One that is there, if there is any. */
static unsigned some_copy(void)
{
    unsigned i = rnd(COPIES), n = 0;
    while (!m.copy[i].token && n++ < COPIES)
        i = (i + 1) % COPIES;
    return i;
}

static void random_attach(void)
{
    uint32_t conv = rnd(CONVS);
    struct fmh5 f = header(some_names[rnd(8)]);
    if (m.conv[conv])
        return;
    m.conv[conv] = C_WAITING;
    m.attached++;
    am_attach(am, conv, &f, some_lus[rnd(2)], rnd(20) ? 1 + rnd(5) : 0, now, &fx);
}

static void random_accept(void)
{
    const char *names[3];
    uint32_t id = rnd(ACCEPTS), p = rnd(PROCS);
    size_t n = rnd(4) ? 1 : 1 + rnd(3);
    unsigned c = some_copy();
    if (m.accept[id])
        return;
    for (size_t i = 0; i < n; i++)
        names[i] = some_names[rnd(8)];
    if (!m.proc[p])
        m.proc_token[p] = rnd(4) && m.copy[c].token ? m.copy[c].token : 0;
    if (m.proc_token[p])
        for (unsigned i = 0; i < COPIES; i++)
            if (m.copy[i].token == m.proc_token[p])
                names[0] = m.copy[i].entry->name;
    m.proc[p] = true;
    m.accept[id] = true;
    m.accept_proc[id] = p;
    am_accept(am, id, p, names, n, rnd(3) ? "" : some_lus[rnd(2)], m.proc_token[p], now, &fx);
    for (size_t i = 0; i < fx.n; i++) /* refused: it never belonged to that copy */
        if (fx.v[i].kind == AM_FX_ACCEPT_FAIL && fx.v[i].accept == id && fx.v[i].why == AM_FAIL_PROCESS)
            m.proc_token[p] = 0;
}

static void end_process(unsigned p)
{
    if (!m.proc[p])
        return;
    m.proc[p] = false;
    m.proc_token[p] = 0;
    for (unsigned i = 0; i < ACCEPTS; i++)
        if (m.accept[i] && m.accept_proc[i] == p)
            m.accept[i] = false;
    am_process_gone(am, p, now, &fx);
}

static void end_copy(unsigned i)
{
    if (!m.copy[i].token || m.copy[i].exited)
        return;
    if (rnd(8) == 0) {
        for (unsigned p = 0; p < PROCS; p++)
            if (m.proc_token[p] == m.copy[i].token)
                return; /* it cannot both have spoken and not have been started */
        m.copy[i].exited = true;
        am_start_failed(am, m.copy[i].token, ENOENT, now, &fx);
    } else {
        m.copy[i].exited = true;
        am_exited(am, m.copy[i].token, (int)(rnd(3) << 8), now, &fx);
    }
}

static void random_event(void)
{
    uint32_t id;
    switch (rnd(14)) {
    case 12:
    case 13:
        end_process(rnd(PROCS));
        break;
    case 0:
    case 1:
    case 2:
        random_attach();
        break;
    case 3:
    case 4:
    case 5:
        random_accept();
        break;
    case 6:
        id = rnd(CONVS);
        m.gone += m.conv[id] == C_WAITING;
        m.conv[id] = C_FREE;
        am_attach_gone(am, id, now, &fx);
        break;
    case 7:
        id = rnd(ACCEPTS);
        m.accept[id] = false;
        am_accept_gone(am, id, now, &fx);
        break;
    case 8:
        end_process(rnd(PROCS));
        break;
    case 9:
        end_copy(some_copy());
        break;
    case 10:
        now += rnd(200);
        am_tick(am, now, &fx);
        break;
    default:
        if (rnd(500) == 0)
            am_reload(am, &table, now, &fx);
        else if (rnd(100) == 0)
            am_purge(am, some_names[rnd(8)], now, &fx);
        break;
    }
}

START_TEST(random_run)
{
    static char op2[] = "OP2", longname[] = "LONGNAME1", *more[] = {op2, longname, NULL};
    struct tp_entry *e;
    entry("Q1", TP_QUEUED, "");
    entry("Q2", TP_QUEUED, "LUA")->accept_names = more;
    entry("N1", TP_NONQUEUED, "");
    e = entry("OP1", TP_OPERATOR, "LUB");
    e->timeout_ms = 700;
    entry("Q1", TP_NONQUEUED, "LUB");
    entry("OP1", TP_QUEUED, "LUB")->timeout_ms = 300;
    table.sw.queue_limit = 40;
    table.sw.fast_fail = _i & 1;
    table.sw.hold_unmatched = !(_i & 2);
    start();
    memset(&m, 0, sizeof m);
    rnd_state = 42 + (uint64_t)_i;
    for (unsigned i = 0; i < EVENTS; i++) {
        random_event();
        model_effects();
        if (i % 16 == 0)
            model_compare();
    }
    printf("random run %d: %u Attaches, %u delivered (%u to %u copies), %u rejected, %u gone\n", _i,
           m.attached, m.delivered, m.to_copies, m.started, m.rejected, m.gone);
    ck_assert_uint_gt(m.started, 500);
    ck_assert_uint_gt(m.to_copies, 500);
    ck_assert_uint_gt(m.delivered, 500);
    ck_assert_uint_gt(m.rejected, 500);
    for (unsigned round = 0; round < 2000 && (am_counts(am).attaches || am_counts(am).copies); round++) {
        for (unsigned i = 0; i < PROCS; i++) {
            end_process(i);
            model_effects();
        }
        for (unsigned i = 0; i < COPIES; i++) {
            end_copy(i);
            model_effects();
        }
        now += 100;
        am_tick(am, now, &fx);
        model_effects();
    }
    for (unsigned i = 0; i < PROCS; i++)
        end_process(i);
    seen = 0;
    model_compare();
    expect_counts(0, 0, 0, 0, 0);
    ck_assert_str_eq(status("BYHAND").state, "none");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("attachmgr");
    TCase *t = tcase_create("rows, timers, limits"), *many = tcase_create("many");
    SRunner *sr = srunner_create(s);
    int failed;

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, names_of_one_process);
    tcase_add_test(t, row1_started_and_accepted);
    tcase_add_test(t, row18_full_name_differs);
    tcase_add_test(t, near_in_order);
    tcase_add_test(t, row31_32_accept_names);
    tcase_add_test(t, row34_fifo_and_one_process);
    tcase_add_test(t, row35_new_copy_for_the_rest);
    tcase_add_test(t, forked_tp_stays_alive);
    tcase_add_test(t, back_off);
    tcase_add_test(t, silent_end_without_fast_fail);
    tcase_add_test(t, started_and_silent);
    tcase_add_test(t, start_failure);
    tcase_add_test(t, started_by_hand_counts_as_live);
    tcase_add_test(t, limits_and_no_wait);
    tcase_add_test(t, purge);
    tcase_add_test(t, operator_commands);
    tcase_add_test(t, row33_a_process_each);
    tcase_add_test(t, row41_ends_without_accept);
    tcase_add_test(t, token_theft);
    tcase_add_test(t, nonqueued_by_hand);
    tcase_add_test(t, row36_other_instance_remains);
    tcase_add_test(t, row37_all_names_of_a_dead_process);
    tcase_add_test(t, row38_registered_ten_seconds_later);
    tcase_add_test(t, row39_falls_back_to_the_registry);
    tcase_add_test(t, operator_entry_gives_the_lu);
    tcase_add_test(t, second_name_of_an_autostarted_program);
    tcase_add_test(t, accept_cancelled);
    tcase_add_test(t, unmatched_is_foretold);
    tcase_add_test(t, unmatched_at_once_and_sync_point);
    tcase_add_test(t, pip_data);
    tcase_add_test(t, nonqueued_whose_attach_is_gone);
    tcase_add_test(t, row24_25_26_manager);
    tcase_add_test(t, row27_one_manager);
    tcase_add_test(t, manager_queue);
    tcase_add_test(t, manager_limit);
    tcase_add_test(t, manager_timeout);
    tcase_add_test(t, manager_ends);
    tcase_add_test(t, manager_gives_way);
    tcase_add_test(t, security_before_start);
    tcase_add_test(t, security_when_the_tp_changes);
    tcase_add_test(t, reload);
    suite_add_tcase(s, t);
    tcase_add_checked_fixture(many, setup, teardown);
    tcase_set_timeout(many, 120);
    tcase_add_test(many, ten_thousand_wait);
    tcase_add_loop_test(many, random_run, 0, 4);
    suite_add_tcase(s, many);
    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed ? 1 : 0;
}
