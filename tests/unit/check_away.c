/* check_away.c - Attaches between two attach managers, as between two machines of a domain: HOSTA has the LU,
 * HOSTB the TP [D14; D15; D16]. */
#include <stdio.h>

#include "attachmgr/attachmgr.h"
#include "attachmgr/directory/directory.h"
#include "attachmgr/registry/regfile.h"
#include "snanode/base/ebcdic.h"
#include "snanode/wire/sense.h"
#include "tests/unit/octets.h"

#define TP(name, kind, more)                                                                                 \
    "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SnaBase\\Parameters\\TPs\\" name              \
    "\\Parameters]\n\"SNAServiceType\"=dword:" kind "\n\"PathName\"=\"/bin/true\"\n" more
#define SWITCH(value)                                                                                        \
    "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SnaServr\\Parameters]\n" value "\n"

enum { A, B, HOSTB = 20, HOSTC = 30 };

static struct host {
    struct tp_table table;
    struct attachmgr *am;
    struct am_effects fx;
    size_t seen;
} hosts[2];
static struct directory *dir; /* of HOSTA */
static uint64_t now;

/* ---- beginning ---- */

static void host(int i, const char *text)
{
    struct host *h = &hosts[i];
    struct regfile reg;
    struct diag d;
    char *all;
    ck_assert_int_gt(asprintf(&all, "Windows Registry Editor Version 5.00\n%s", text), 0);
    diag_init(&d);
    regfile_init(&reg);
    regfile_read(&reg, "a.reg", all, strlen(all), &d);
    tptable_init(&h->table);
    tptable_build(&h->table, &reg, &d);
    ck_assert_uint_eq(d.errors, 0);
    regfile_fini(&reg);
    diag_fini(&d);
    free(all);
    h->am = am_new(&h->table, 1);
    ck_assert_ptr_nonnull(h->am);
}

static void begin(const char *a, const char *b)
{
    const struct directory_self self = {.machine = "HOSTA", .instance = 1, .entry.lease_s = 15};
    struct directory_effects fx = {0};
    now = 1000;
    host(A, a);
    host(B, b);
    dir = directory_new(&self, 7);
    ck_assert_ptr_nonnull(dir);
    directory_back(dir, now, &fx);
    free(fx.v);
    am_set_directory(hosts[A].am, dir);
}

static void end(void)
{
    for (int i = 0; i < 2; i++) {
        am_free(hosts[i].am);
        tptable_fini(&hosts[i].table);
        free(hosts[i].fx.v);
        hosts[i] = (struct host){.am = NULL};
    }
    directory_free(dir);
}

/* The directory learns what the machine INSTANCE offers: TP, or "" for the machine itself. */
static void learn(uint64_t instance, const char *tp, enum entry_kind kind)
{
    static uint64_t version;
    struct entry e = {.type = *tp ? ENTRY_TP : ENTRY_MACHINE, .version = ++version};
    struct directory_effects fx = {0};
    char key[ENTRY_KEY_ROOM], text[ENTRY_TEXT_MAX];
    if (*tp) {
        match_name_from_ascii(&e.u.tp.name, tp);
        e.u.tp.kind = kind;
    } else {
        e.u.machine = (struct entry_machine){.address = "h:1", .cert = "H", .lease_s = 15};
    }
    struct entry_key k = {.instance = instance, .type = e.type, .number = *tp ? (uint32_t)tp[0] : 0};
    snprintf(k.machine, sizeof k.machine, "HOST%u", (unsigned)instance);
    directory_learn(dir, entry_key_write(&k, key), text, entry_write(&e, text), now, &fx);
    free(fx.v);
}

static void known(uint64_t instance, const char *tp, enum entry_kind kind)
{
    learn(instance, "", 0);
    learn(instance, tp, kind);
}

/* ---- what goes in ---- */

static struct fmh5 header(const char *tp)
{
    struct fmh5 f = {.resource = FMH5_MAPPED, .tpn_n = (uint8_t)strlen(tp)};
    memcpy(f.tpn, tp, f.tpn_n);
    ebcdic_encode(f.tpn, f.tpn_n);
    return f;
}

static void attach(uint32_t conv, const char *tp)
{
    struct fmh5 f = header(tp);
    am_attach(hosts[A].am, conv, &f, "LUA", 60, now, &hosts[A].fx);
}

static void guest(uint32_t conv, const char *tp, uint32_t left_ms)
{
    struct fmh5 f = header(tp);
    am_attach_guest(hosts[B].am, conv, &f, "LUA", left_ms, false, now, &hosts[B].fx);
}

static void accepts(int i, uint32_t id, const char *tp, uint64_t token)
{
    am_accept(hosts[i].am, id, id + 100, &tp, 1, "", token, now, &hosts[i].fx);
}

static void wait_ms(uint64_t ms)
{
    for (uint64_t until = now + ms; now < until;) {
        uint64_t at = until;
        for (int i = 0; i < 2; i++)
            at = am_deadline(hosts[i].am) < at ? am_deadline(hosts[i].am) : at;
        now = at > now ? at : now;
        for (int i = 0; i < 2; i++)
            am_tick(hosts[i].am, now, &hosts[i].fx);
        if (at >= until)
            break;
    }
}

/* ---- what comes out: events do not matter here ---- */

static const struct am_effect *next(int i)
{
    struct host *h = &hosts[i];
    while (h->seen < h->fx.n && h->fx.v[h->seen].kind == AM_FX_EVENT)
        h->seen++;
    return h->seen < h->fx.n ? &h->fx.v[h->seen++] : NULL;
}

static const struct am_effect *expect(int i, enum am_effect_kind kind, uint32_t conv)
{
    const struct am_effect *x = next(i);
    ck_assert_ptr_nonnull(x);
    ck_assert_msg(x->kind == kind, "effect %d where %d was expected: %s", (int)x->kind, (int)kind, x->text);
    ck_assert_uint_eq(x->conv, conv);
    return x;
}

static void nothing(void)
{
    for (int i = 0; i < 2; i++) {
        const struct am_effect *x = next(i);
        ck_assert_msg(!x, "unexpected effect %d: %s", x ? (int)x->kind : -1, x ? x->text : "");
    }
}

static unsigned waiting(int i)
{
    return am_counts(hosts[i].am).attaches;
}

/* ---- HOSTA: where Attaches go ---- */

START_TEST(goes_to_the_machine_that_has_it)
{
    begin("", "");
    known(HOSTB, "X", ENTRY_QUEUED);
    attach(1, "X");
    const struct am_effect *x = expect(A, AM_FX_SEND, 1);
    ck_assert_uint_eq(x->instance, HOSTB);
    ck_assert_uint_eq(x->left_ms, 60000);
    nothing();
    ck_assert_uint_eq(waiting(A), 1);
    ck_assert(am_taken(hosts[A].am, 1, now, &hosts[A].fx));
    ck_assert_uint_eq(waiting(A), 0);
    ck_assert(!am_taken(hosts[A].am, 1, now, &hosts[A].fx)); /* once */
    nothing();
    end();
}
END_TEST

START_TEST(local_first)
{
    begin(TP("X", "5", ""), "");
    known(HOSTB, "X", ENTRY_OPERATOR);
    attach(1, "X");
    ck_assert_ptr_nonnull(expect(A, AM_FX_START, 1)->entry);
    nothing();
    end();
}
END_TEST

START_TEST(anywhere)
{
    unsigned sent = 0;
    begin(SWITCH("\"DloadMatchLocalFirst\"=\"NO\"") TP("X", "6", ""), "");
    known(HOSTB, "X", ENTRY_NONQUEUED);
    for (uint32_t i = 1; i <= 200; i++) {
        attach(i, "X");
        const struct am_effect *x = next(A);
        ck_assert(x->kind == AM_FX_SEND || x->kind == AM_FX_START);
        sent += x->kind == AM_FX_SEND;
    }
    ck_assert_uint_gt(sent, 70);
    ck_assert_uint_lt(sent, 130);
    am_domain_changed(hosts[A].am, now, &hosts[A].fx); /* those that are here stay */
    nothing();
    end();
}
END_TEST

/* An Attach that matches nothing goes when somebody has it at last. */
START_TEST(registered_elsewhere_later)
{
    begin("", "");
    attach(1, "X");
    attach(2, "X");
    wait_ms(10000);
    nothing();
    known(HOSTB, "X", ENTRY_OPERATOR);
    am_domain_changed(hosts[A].am, now, &hosts[A].fx);
    ck_assert_uint_eq(expect(A, AM_FX_SEND, 1)->left_ms, 50000);
    expect(A, AM_FX_SEND, 2);
    nothing();
    end();
}
END_TEST

/* The entry was stale: another machine is asked, then nobody, and the first one again after a while. */
START_TEST(stale_entry)
{
    begin("", "");
    known(HOSTB, "X", ENTRY_OPERATOR);
    known(HOSTC, "X", ENTRY_QUEUED);
    attach(1, "X");
    ck_assert_uint_eq(expect(A, AM_FX_SEND, 1)->instance, HOSTB);
    am_not_taken(hosts[A].am, 1, now, &hosts[A].fx);
    ck_assert_uint_eq(expect(A, AM_FX_SEND, 1)->instance, HOSTC);
    am_not_taken(hosts[A].am, 1, now, &hosts[A].fx);
    nothing();
    ck_assert_uint_eq(waiting(A), 1);
    am_domain_changed(hosts[A].am, now, &hosts[A].fx);
    nothing();
    wait_ms(999);
    nothing();
    wait_ms(1);
    const struct am_effect *x = expect(A, AM_FX_SEND, 1);
    ck_assert_uint_eq(x->instance, HOSTB);
    ck_assert_uint_eq(x->left_ms, 59000);
    am_not_taken(hosts[A].am, 1, now, &hosts[A].fx);
    expect(A, AM_FX_SEND, 1);
    am_not_taken(hosts[A].am, 1, now, &hosts[A].fx);
    accepts(A, 9, "X", 0); /* a program here takes it meanwhile */
    ck_assert_uint_eq(expect(A, AM_FX_DELIVER, 1)->accept, 9);
    ck_assert_uint_eq(waiting(A), 0);
    nothing();
    end();
}
END_TEST

/* Back from elsewhere an Attach stands where it stood. */
START_TEST(back_in_its_place)
{
    begin("", "");
    attach(1, "X");
    known(HOSTB, "X", ENTRY_OPERATOR);
    attach(2, "X");
    expect(A, AM_FX_SEND, 2);
    am_domain_changed(hosts[A].am, now, &hosts[A].fx);
    expect(A, AM_FX_SEND, 1);
    am_not_taken(hosts[A].am, 2, now, &hosts[A].fx);
    am_not_taken(hosts[A].am, 1, now, &hosts[A].fx);
    accepts(A, 9, "X", 0);
    expect(A, AM_FX_DELIVER, 1);
    accepts(A, 10, "X", 0);
    expect(A, AM_FX_DELIVER, 2);
    nothing();
    end();
}
END_TEST

/* The machine dies after the time of the Attach is over, or does not answer at all. */
START_TEST(time_is_over)
{
    begin("", "");
    known(HOSTB, "X", ENTRY_OPERATOR);
    attach(1, "X");
    expect(A, AM_FX_SEND, 1);
    attach(2, "X");
    expect(A, AM_FX_SEND, 2);
    wait_ms(61000);
    nothing(); /* the machine that has it refuses it */
    am_not_taken(hosts[A].am, 1, now, &hosts[A].fx);
    ck_assert_ptr_nonnull(strstr(expect(A, AM_FX_REJECT, 1)->text, "no TP matched"));
    wait_ms(9000);
    const struct am_effect *x = expect(A, AM_FX_REJECT, 2);
    ck_assert_str_eq(x->text, "the machine that has the TP has not answered");
    ck_assert_uint_eq(x->sense, SENSE_TP_UNAVAILABLE_NO_RETRY);
    ck_assert_uint_eq(waiting(A), 0);
    nothing();
    end();
}
END_TEST

START_TEST(refused_there)
{
    begin("", "");
    known(HOSTB, "X", ENTRY_OPERATOR);
    attach(1, "X");
    expect(A, AM_FX_SEND, 1);
    am_refused(hosts[A].am, 1, SENSE_SECURITY_NOT_VALID, "user ID or password not valid", now, &hosts[A].fx);
    const struct am_effect *x = expect(A, AM_FX_REJECT, 1);
    ck_assert_uint_eq(x->sense, SENSE_SECURITY_NOT_VALID);
    ck_assert_str_eq(x->text, "user ID or password not valid");
    attach(2, "X");
    expect(A, AM_FX_SEND, 2);
    am_attach_gone(hosts[A].am, 2, now, &hosts[A].fx); /* the invoker has gone */
    am_refused(hosts[A].am, 2, SENSE_SECURITY_NOT_VALID, "", now, &hosts[A].fx);
    am_not_taken(hosts[A].am, 2, now, &hosts[A].fx);
    attach(3, "X");
    expect(A, AM_FX_SEND, 3);
    ck_assert_uint_eq(am_purge(hosts[A].am, "X", now, &hosts[A].fx), 1);
    expect(A, AM_FX_REJECT, 3);
    nothing();
    end();
}
END_TEST

/* ---- HOSTB: guests ---- */

START_TEST(guest_is_asked_for)
{
    begin("", "");
    accepts(B, 5, "X", 0);
    guest(1, "X", 60000);
    expect(B, AM_FX_READY, 1);
    nothing();
    am_attach_go(hosts[B].am, 1, now, &hosts[B].fx);
    ck_assert_uint_eq(expect(B, AM_FX_DELIVER, 1)->accept, 5);
    am_attach_go(hosts[B].am, 1, now, &hosts[B].fx);
    nothing();
    end();
}
END_TEST

START_TEST(guest_waits_and_is_taken_back)
{
    begin("", TP("X", "5", ""));
    guest(1, "X", 60000);
    uint64_t token = expect(B, AM_FX_START, 1)->token;
    accepts(B, 5, "X", token);
    expect(B, AM_FX_READY, 1);
    am_attach_gone(hosts[B].am, 1, now, &hosts[B].fx); /* its machine has died, or given it to another one */
    guest(2, "X", 60000);
    expect(B, AM_FX_READY, 2);
    am_attach_go(hosts[B].am, 2, now, &hosts[B].fx);
    ck_assert_uint_eq(expect(B, AM_FX_DELIVER, 2)->accept, 5);
    nothing();
    end();
}
END_TEST

/* No more are asked for than there are Accepts; while one is asked for, an Attach of this machine may have
 * the Accept, and the one that was asked for has the next. */
START_TEST(guests_and_accepts)
{
    begin("", "");
    struct fmh5 f = header("X");
    accepts(B, 5, "X", 0);
    guest(1, "X", 60000);
    guest(2, "X", 60000);
    expect(B, AM_FX_READY, 1);
    nothing();
    am_attach(hosts[B].am, 3, &f, "LUA", 60, now, &hosts[B].fx);
    expect(B, AM_FX_DELIVER, 3);
    am_attach_go(hosts[B].am, 1, now, &hosts[B].fx);
    nothing();
    accepts(B, 6, "X", 0);
    ck_assert_uint_eq(expect(B, AM_FX_DELIVER, 1)->accept, 6);
    nothing();
    accepts(B, 7, "X", 0);
    expect(B, AM_FX_READY, 2);
    accepts(B, 8, "X", 0);
    nothing();
    guest(4, "X", 60000);
    expect(B, AM_FX_READY, 4);
    am_attach_gone(hosts[B].am, 2, now, &hosts[B].fx);
    am_attach_go(hosts[B].am, 4, now, &hosts[B].fx);
    ck_assert_uint_eq(expect(B, AM_FX_DELIVER, 4)->accept, 7);
    nothing();
    end();
}
END_TEST

/* Starting a copy for one Attach is as good as handing it over. */
START_TEST(guest_of_a_nonqueued_tp)
{
    begin("", TP("X", "6", ""));
    guest(1, "X", 60000);
    guest(2, "X", 60000);
    expect(B, AM_FX_READY, 1);
    expect(B, AM_FX_READY, 2);
    nothing();
    am_attach_go(hosts[B].am, 2, now, &hosts[B].fx);
    uint64_t token = expect(B, AM_FX_START, 2)->token;
    accepts(B, 5, "X", token);
    ck_assert_uint_eq(expect(B, AM_FX_DELIVER, 2)->accept, 5);
    nothing();
    end();
}
END_TEST

START_TEST(guest_for_nobody)
{
    begin("", TP("X", "5", "\"LocalLU\"=\"LUB\"\n"));
    guest(1, "Y", 60000);
    expect(B, AM_FX_NOT_HERE, 1);
    guest(2, "X", 60000); /* an entry with an alias is for no other */
    expect(B, AM_FX_NOT_HERE, 2);
    ck_assert_uint_eq(waiting(B), 0);
    accepts(B, 5, "Z", 0);
    guest(3, "Z2", 60000);
    expect(B, AM_FX_NOT_HERE, 3);
    nothing();
    /* its program ends while it waits */
    am_accept_gone(hosts[B].am, 5, now, &hosts[B].fx);
    guest(4, "Z", 60000);
    nothing();
    am_process_gone(hosts[B].am, 105, now, &hosts[B].fx);
    expect(B, AM_FX_NOT_HERE, 4);
    ck_assert_uint_eq(waiting(B), 0);
    nothing();
    end();
}
END_TEST

START_TEST(guest_refused)
{
    begin("", TP("X", "5", "\"ConversationSecurity\"=\"YES\"\n\"bob\"=\"pw\"\n") TP("Y", "5", ""));
    guest(1, "X", 60000);
    ck_assert_uint_eq(expect(B, AM_FX_REJECT, 1)->sense, SENSE_SECURITY_NOT_VALID);
    guest(2, "Y", 5000);
    expect(B, AM_FX_START, 2);
    wait_ms(4999);
    nothing();
    wait_ms(1);
    ck_assert_uint_eq(expect(B, AM_FX_REJECT, 2)->sense, SENSE_TP_UNAVAILABLE_NO_RETRY);
    guest(3, "Y", 0);
    ck_assert_str_eq(expect(B, AM_FX_REJECT, 3)->text, "no Accept outstanding");
    nothing();
    end();
}
END_TEST

/* With no time at all it is still asked for when an Accept is there. */
START_TEST(guest_without_time)
{
    begin("", "");
    accepts(B, 5, "X", 0);
    guest(1, "X", 0);
    expect(B, AM_FX_READY, 1);
    wait_ms(500);
    am_attach_go(hosts[B].am, 1, now, &hosts[B].fx);
    expect(B, AM_FX_DELIVER, 1);
    nothing();
    end();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("away");
    TCase *t = tcase_create("away");
    tcase_add_test(t, goes_to_the_machine_that_has_it);
    tcase_add_test(t, local_first);
    tcase_add_test(t, anywhere);
    tcase_add_test(t, registered_elsewhere_later);
    tcase_add_test(t, stale_entry);
    tcase_add_test(t, back_in_its_place);
    tcase_add_test(t, time_is_over);
    tcase_add_test(t, refused_there);
    suite_add_tcase(s, t);
    t = tcase_create("guests");
    tcase_add_test(t, guest_is_asked_for);
    tcase_add_test(t, guest_waits_and_is_taken_back);
    tcase_add_test(t, guests_and_accepts);
    tcase_add_test(t, guest_of_a_nonqueued_tp);
    tcase_add_test(t, guest_for_nobody);
    tcase_add_test(t, guest_refused);
    tcase_add_test(t, guest_without_time);
    suite_add_tcase(s, t);
    return octets_run(s);
}
