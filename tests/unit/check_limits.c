/* The CNOS verb [HIS: CNOS; S2] to [S6]: a row or a test for each rule. */
#include "snanode/config/config_build.h"
#include "tests/unit/nodefix.h"

/* One verb on a pair without sessions, CLI to HOST. */
static const struct {
    const char *mode;
    struct cnos_ask ask;
    enum cnos_code code;
    unsigned limit, winners, losers; /* afterwards, seen from CLI */
} verbs[] = {
    {"SMALL", {.limit = 4, .winners = 2, .losers = 1}, CNOS_RC_ACCEPTED, 4, 2, 1},
    {"SMALL", {.limit = 1, .winners = 1, .losers = 0}, CNOS_RC_ACCEPTED, 1, 1, 0},
    {"SMALL", {.limit = 4, .winners = 4, .losers = 0}, CNOS_RC_ACCEPTED, 4, 4, 0},
    {"SMALL", {.limit = 4, .winners = 0, .losers = 4}, CNOS_RC_ACCEPTED, 4, 0, 4},
    {"SMALL", {.limit = 9, .winners = 2, .losers = 1}, CNOS_RC_NEGOTIATED, 4, 2, 1}, /* down to the definition
                                                                                      */
    {"SMALL", {.limit = 9, .winners = 8, .losers = 1}, CNOS_RC_NEGOTIATED, 4, 3, 1},
    {"SMALL", {.limit = 9, .winners = 4, .losers = 5}, CNOS_RC_NEGOTIATED, 4, 2, 2},
    {"SMALL", {.limit = 9, .winners = 1, .losers = 8}, CNOS_RC_NEGOTIATED, 4, 1, 3},
    {"SMALL", {.limit = 32767, .winners = 32767, .losers = 0}, CNOS_RC_NEGOTIATED, 4, 4, 0},
    {"SMALL", {.limit = 4, .winners = 3, .losers = 2}, CNOS_RC_WINNERS, 0, 0, 0},
    {"SMALL", {.limit = 4, .winners = 5, .losers = 0}, CNOS_RC_WINNERS, 0, 0, 0},
    {"SMALL", {.limit = 4, .winners = 2, .losers = 2, .auto_activate = 5}, CNOS_RC_AUTO_ACTIVATE, 0, 0, 0},
    {"SMALL", {.limit = 4, .winners = 2, .losers = 2, .all_modes = true}, CNOS_RC_ALL_NOT_ZERO, 0, 0, 0},
    {"SMALL", {.reset = true}, CNOS_RC_ACCEPTED, 0, 0, 0},
    {"SMALL", {.limit = 0}, CNOS_RC_ACCEPTED, 0, 0, 0},
    {"SNASVCMG", {.limit = 2, .winners = 1, .losers = 1}, CNOS_RC_ACCEPTED, 2, 1, 1},
    {"SNASVCMG", {.limit = 1, .winners = 0, .losers = 1}, CNOS_RC_ACCEPTED, 1, 0, 1},
    {"SNASVCMG", {.limit = 2, .winners = 2, .losers = 0}, CNOS_RC_SNASVCMG_LIMITS, 0, 0, 0},
    {"SNASVCMG", {.limit = 1, .winners = 1, .losers = 0}, CNOS_RC_SNASVCMG_LIMITS, 0, 0, 0},
    {"SNASVCMG", {.limit = 3, .winners = 1, .losers = 1}, CNOS_RC_SNASVCMG_LIMITS, 0, 0, 0},
};

START_TEST(verb)
{
    uint8_t side;
    ck_assert_int_eq(cnos("CLI", "HOST", verbs[_i].mode, &verbs[_i].ask), verbs[_i].code);
    struct session_pool *p = pool_of("CLI", "HOST", verbs[_i].mode, &side);
    ck_assert_uint_eq(p->at[side].limit, verbs[_i].limit);
    ck_assert_uint_eq(p->at[side].min_winners, verbs[_i].winners);
    ck_assert_uint_eq(p->at[side].min_losers, verbs[_i].losers);
    ck_assert_uint_eq(p->at[!side].min_winners, verbs[_i].losers);
}
END_TEST

/* The product's numbers for what is refused. */
static const struct {
    enum cnos_code code;
    unsigned primary, secondary;
} numbers[] = {
    {CNOS_RC_ACCEPTED, 0, 0},           {CNOS_RC_NEGOTIATED, 0, 7},       {CNOS_RC_RAISE, 2, 0x151},
    {CNOS_RC_AUTO_ACTIVATE, 1, 0x152},  {CNOS_RC_ALL_NOT_ZERO, 1, 0x153}, {CNOS_RC_SNASVCMG_LIMITS, 1, 0x154},
    {CNOS_RC_WINNERS, 1, 0x155},        {CNOS_RC_CLOSED, 0x18, 0x156},    {CNOS_RC_NO_MODE, 0x18, 0x157},
    {CNOS_RC_SNASVCMG_EARLY, 2, 0x167}, {CNOS_RC_LOCAL_RACE, 0x17, 0},    {CNOS_RC_COMMAND_RACE, 0x18, 0x15F},
    {CNOS_RC_SINGLE, 1, 0x15C},         {CNOS_RC_DEFINITION, 1, 0x15C},   {CNOS_RC_SNASVCMG_DRAINS, 1, 0x159},
    {CNOS_RC_RESPONSIBLE, 1, 0x15A},    {CNOS_RC_DRAIN, 1, 0x15D},
};

START_TEST(number)
{
    ck_assert_uint_eq(cnos_primary(numbers[_i].code), numbers[_i].primary);
    ck_assert_uint_eq(cnos_secondary(numbers[_i].code), numbers[_i].secondary);
    ck_assert_str_ne(cnos_text(numbers[_i].code), "");
}
END_TEST

static const struct cnos_ask four = {.limit = 4, .winners = 2, .losers = 1}, two = {.limit = 2, .winners = 1},
                             zero = {.reset = true},
                             zero_drain = {.reset = true, .drain_source = true, .drain_target = true};

START_TEST(two_transitions)
{
    ck_assert_int_eq(cnos("CLI", "HOST", "SMALL", &four), CNOS_RC_ACCEPTED);
    ck_assert_int_eq(cnos("CLI", "HOST", "SMALL", &two), CNOS_RC_RAISE);
    ck_assert_int_eq(cnos("HOST", "CLI", "SMALL", &two), CNOS_RC_RAISE); /* from either side */
    ck_assert_int_eq(cnos("CLI", "HOST", "SMALL", &four), CNOS_RC_RAISE);
    ck_assert_int_eq(cnos("HOST", "CLI", "SMALL", &zero), CNOS_RC_ACCEPTED);
    ck_assert_int_eq(cnos("HOST", "CLI", "SMALL", &two), CNOS_RC_ACCEPTED);
    uint8_t side;
    struct session_pool *p = pool_of("HOST", "CLI", "SMALL", &side);
    ck_assert_uint_eq(p->at[side].min_winners, 1);
    ck_assert_uint_eq(p->at[side].limit, 2);
}
END_TEST

/* Limits that the first Allocate has set are limits as any other. */
START_TEST(two_transitions_of_a_definition)
{
    allocate(program(), "CLI", "HOST", "SMALL");
    ck_assert_int_eq(cnos("CLI", "HOST", "SMALL", &two), CNOS_RC_RAISE);
    ck_assert_int_eq(cnos("HOST", "CLI", "SMALL", &two), CNOS_RC_RAISE);
    ck_assert_uint_eq(pool_of("CLI", "HOST", "SMALL", NULL)->at[0].limit, 4);
}
END_TEST

START_TEST(limit_zero)
{
    struct process *p = program();
    ck_assert_int_eq(cnos("CLI", "HOST", "SMALL", &zero), CNOS_RC_ACCEPTED);
    ck_assert_uint_eq(allocate(p, "CLI", "HOST", "SMALL"), 0);
    ck_assert_uint_eq(rc, 1); /* at once */
    ck_assert_uint_eq(allocate(p, "HOST", "CLI", "SMALL"), 0);
    ck_assert_uint_eq(allocate_now(p, "CLI", "HOST", "SMALL"), 0);
    ck_assert_uint_eq(node->refused, 3);
    ck_assert_int_eq(cnos("CLI", "HOST", "SMALL", &two), CNOS_RC_ACCEPTED);
    ck_assert_uint_ne(allocate(p, "CLI", "HOST", "SMALL"), 0);
}
END_TEST

/* Reset with conversations open: idle sessions go at once, busy ones with their conversation, which is left
 * alone. */
START_TEST(reset_with_conversations)
{
    struct process *p = program();
    uint32_t a = allocate(p, "CLI", "HOST", "SMALL"), b = allocate(p, "CLI", "HOST", "SMALL");
    uint32_t c = allocate(p, "CLI", "HOST", "SMALL");
    end(p, c);
    struct session_pool *q = pool_of("CLI", "HOST", "SMALL", NULL);
    ck_assert_uint_eq(q->active, 3);
    ck_assert_int_eq(cnos("HOST", "CLI", "SMALL", &zero), CNOS_RC_ACCEPTED);
    ck_assert_uint_eq(q->active, 2);
    ck_assert_int_eq(state_of(a), CONV_ALLOCATED);
    end(p, a);
    ck_assert_uint_eq(q->active, 1);
    /* and back up while one of the old ones is still there */
    ck_assert_int_eq(cnos("CLI", "HOST", "SMALL", &two), CNOS_RC_ACCEPTED);
    uint32_t d = allocate(p, "CLI", "HOST", "SMALL");
    ck_assert_uint_eq(q->active, 2);
    ck_assert_int_eq(state_of(allocate(p, "CLI", "HOST", "SMALL")), CONV_WAITING);
    end(p, b);
    end(p, d);
    ck_assert_uint_eq(q->active, 2);
}
END_TEST

/* Who waits when the mode is reset: each side by its own drain flag. */
static const struct {
    bool drain_source, drain_target;
} drains[] = {{false, false}, {true, false}, {false, true}, {true, true}};

START_TEST(drain)
{
    struct process *p = program();
    struct cnos_ask ask = {
        .reset = true, .drain_source = drains[_i].drain_source, .drain_target = drains[_i].drain_target};
    ck_assert_int_eq(cnos("CLI", "HOST", "SMALL", &two), CNOS_RC_ACCEPTED);
    uint32_t busy[2] = {allocate(p, "CLI", "HOST", "SMALL"), allocate(p, "CLI", "HOST", "SMALL")};
    uint32_t mine = allocate(p, "CLI", "HOST", "SMALL"), theirs = allocate(p, "HOST", "CLI", "SMALL");
    ck_assert_int_eq(state_of(mine), CONV_WAITING);
    ck_assert_int_eq(state_of(theirs), CONV_WAITING);
    fx.n = 0;
    ck_assert_int_eq(cnos("CLI", "HOST", "SMALL", &ask), CNOS_RC_ACCEPTED);
    ck_assert_uint_eq(refused_with(mine), ask.drain_source ? 0xFFFF : 1);
    ck_assert_uint_eq(refused_with(theirs), ask.drain_target ? 0xFFFF : 1);
    struct session_pool *q = pool_of("CLI", "HOST", "SMALL", NULL);
    ck_assert_uint_eq(q->waiting, (unsigned)ask.drain_source + ask.drain_target);
    ck_assert_uint_eq(allocate(p, "CLI", "HOST", "SMALL"), 0); /* what comes later does not wait */
    ck_assert_uint_eq(rc, 1);
    end(p, busy[0]);
    end(p, busy[1]);
    if (ask.drain_source)
        end(p, mine);
    if (ask.drain_target)
        end(p, theirs);
    ck_assert_uint_eq(q->active, 0);
    ck_assert_uint_eq(q->waiting, 0);
}
END_TEST

/* A draining LU need not wait for the old sessions when there is a limit again. */
START_TEST(drain_and_back)
{
    struct process *p = program();
    struct cnos_ask one = {.limit = 1, .winners = 1};
    ck_assert_int_eq(cnos("CLI", "HOST", "SMALL", &one), CNOS_RC_ACCEPTED);
    allocate(p, "CLI", "HOST", "SMALL");
    uint32_t waits = allocate(p, "CLI", "HOST", "SMALL");
    ck_assert_int_eq(cnos("CLI", "HOST", "SMALL", &zero_drain), CNOS_RC_ACCEPTED);
    ck_assert_int_eq(state_of(waits), CONV_WAITING);
    ck_assert_int_eq(cnos("CLI", "HOST", "SMALL", &two), CNOS_RC_ACCEPTED);
    ck_assert_int_eq(state_of(waits), CONV_ALLOCATED);
}
END_TEST

/* Drained sessions that are lost cannot serve anybody: nobody waits for ever. */
START_TEST(drain_cut_short)
{
    struct process *p = program();
    struct cnos_ask one = {.limit = 1, .winners = 1};
    ck_assert_int_eq(cnos("CLI", "HOST", "SMALL", &one), CNOS_RC_ACCEPTED);
    uint32_t busy = allocate(p, "CLI", "HOST", "SMALL"), waits = allocate(p, "CLI", "HOST", "SMALL");
    ck_assert_int_eq(cnos("CLI", "HOST", "SMALL", &zero_drain), CNOS_RC_ACCEPTED);
    ck_assert_int_eq(state_of(waits), CONV_WAITING);
    node_cut(node, busy, SENSE_SESSION_RESET, now, &fx);
    step();
    ck_assert_uint_eq(refused_with(waits), 1);
}
END_TEST

/* ---- races, with the two halves of the exchange one by one ---- */

static struct session_pool *race_pool(void)
{
    return pool_of("CLI", "HOST", "SMALL", NULL); /* LU 0 is NET.CLI, LU 1 NET.HOST */
}

START_TEST(local_race)
{
    struct session_pool *p = race_pool();
    uint8_t gds[CNOS_MAX], more[CNOS_MAX];
    size_t n;
    ck_assert_int_eq(cnos_begin(node, p, 0, &four, gds, &n), CNOS_RC_ACCEPTED);
    ck_assert_int_eq(cnos_begin(node, p, 0, &two, more, &n), CNOS_RC_LOCAL_RACE);
    ck_assert_int_eq(cnos("CLI", "HOST", "SMALL", &two), CNOS_RC_LOCAL_RACE);
}
END_TEST

START_TEST(crossing)
{
    struct session_pool *p = race_pool();
    uint8_t from0[CNOS_MAX], from1[CNOS_MAX], reply0[CNOS_MAX], reply1[CNOS_MAX];
    size_t n0, n1, r0, r1;
    ck_assert_int_eq(cnos_begin(node, p, 0, &four, from0, &n0), CNOS_RC_ACCEPTED);
    ck_assert_int_eq(cnos_begin(node, p, 1, &two, from1, &n1), CNOS_RC_ACCEPTED);
    r0 = cnos_target(node, p, 1, from0, n0, reply0, now, &fx); /* HOST answers CLI */
    r1 = cnos_target(node, p, 0, from1, n1, reply1, now, &fx);
    /* NET.CLI is the lower name: it loses */
    ck_assert_int_eq(cnos_end(node, p, 0, &four, reply0, r0, now, &fx), CNOS_RC_COMMAND_RACE);
    ck_assert_int_eq(cnos_end(node, p, 1, &two, reply1, r1, now, &fx), CNOS_RC_ACCEPTED);
    work();
    step();
    ck_assert_uint_eq(p->at[0].limit, 2);
    ck_assert_uint_eq(p->at[1].min_winners, 1);
    ck_assert(!p->at[0].locked && !p->at[1].locked);
}
END_TEST

START_TEST(no_answer)
{
    struct session_pool *p = race_pool();
    uint8_t gds[CNOS_MAX];
    size_t n;
    ck_assert_int_eq(cnos_begin(node, p, 0, &four, gds, &n), CNOS_RC_ACCEPTED);
    ck_assert_int_eq(cnos_end(node, p, 0, &four, NULL, 0, now, &fx), CNOS_RC_NO_SESSION);
    ck_assert_uint_eq(p->at[0].limit, 0);
    ck_assert_int_eq(cnos("CLI", "HOST", "SMALL", &four), CNOS_RC_ACCEPTED); /* not locked any more */
}
END_TEST

START_TEST(wrong_mode)
{
    struct session_pool *p = race_pool(), *q = pool_of("CLI", "HOST", "WIDE", NULL);
    uint8_t gds[CNOS_MAX], reply[CNOS_MAX];
    size_t n;
    ck_assert_int_eq(cnos_begin(node, p, 0, &four, gds, &n), CNOS_RC_ACCEPTED);
    size_t r = cnos_target(node, q, 1, gds, n, reply, now, &fx);
    ck_assert_int_eq(cnos_end(node, p, 0, &four, reply, r, now, &fx), CNOS_RC_NO_MODE);
    ck_assert_uint_eq(cnos_target(node, p, 1, gds, n - 1, reply, now, &fx), 0); /* not a CNOS variable */
}
END_TEST

/* A mode that is not configured any more, and one that never was: an implicit one. */
START_TEST(mode_of_the_partner)
{
    struct session_pool *p = race_pool();
    uint8_t gds[CNOS_MAX], reply[CNOS_MAX];
    size_t n;
    struct cnos c;
    struct sna_err e;
    ck_assert_int_eq(cnos_begin(node, p, 0, &four, gds, &n), CNOS_RC_ACCEPTED);
    config_remove(&cfg, CFG_MODE, config_mode(&cfg, "SMALL"));
    size_t r = cnos_target(node, p, 1, gds, n, reply, now, &fx);
    ck_assert_int_gt(cnos_decode(reply, r, &c, &e), 0);
    ck_assert_uint_eq(c.modifier, CNOS_NO_MODE);
    p->implicit = true;
    r = cnos_target(node, p, 1, gds, n, reply, now, &fx);
    ck_assert_int_gt(cnos_decode(reply, r, &c, &e), 0);
    ck_assert_uint_eq(c.modifier, CNOS_ACCEPTED);
    work();
}
END_TEST

START_TEST(closed_at_partner)
{
    struct injection i = {.kind = INJECT_REFUSE, .where = "SMALL"};
    inject_add(&node->injections, &i);
    ck_assert_int_eq(cnos("CLI", "HOST", "SMALL", &four), CNOS_RC_CLOSED);
    struct injection j = {.kind = INJECT_REFUSE, .where = "SNASVCMG"};
    inject_add(&node->injections, &j);
    ck_assert_int_eq(cnos("CLI", "HOST", "WIDE", &four), CNOS_RC_NO_SESSION);
    ck_assert_uint_eq(allocate(program(), "CLI", "HOST", "WIDE"), 0);
    ck_assert_uint_eq(rc, 2);
}
END_TEST

/* ---- SNASVCMG, all modes, activation with the verb ---- */

START_TEST(snasvcmg_last)
{
    struct cnos_ask all = {.reset = true, .all_modes = true};
    cnos("CLI", "HOST", "SMALL", &four);
    cnos("HOST", "CLI", "WIDE", &four);
    ck_assert_int_eq(cnos("CLI", "HOST", "SNASVCMG", &zero), CNOS_RC_SNASVCMG_EARLY);
    ck_assert_int_eq(cnos("CLI", "HOST", "SNASVCMG", &all), CNOS_RC_ACCEPTED);
    ck_assert_uint_eq(pool_of("CLI", "HOST", "SMALL", NULL)->at[0].limit, 0);
    ck_assert_uint_eq(pool_of("CLI", "HOST", "WIDE", NULL)->at[0].limit, 0);
    ck_assert_uint_eq(pool_of("CLI", "HOST", "SNASVCMG", NULL)->at[0].limit, 2);
    ck_assert_int_eq(cnos("CLI", "HOST", "SNASVCMG", &zero), CNOS_RC_ACCEPTED);
}
END_TEST

/* All modes are reset except the one that cannot be, and that one is reported. */
START_TEST(all_but_one)
{
    struct cnos_ask all = {.reset = true, .all_modes = true};
    struct session_pool *small = race_pool();
    uint8_t gds[CNOS_MAX];
    size_t n;
    cnos("CLI", "HOST", "WIDE", &four);
    cnos("CLI", "HOST", "ONE", &(struct cnos_ask){.limit = 1});
    ck_assert_int_eq(cnos_begin(node, small, 0, &four, gds, &n), CNOS_RC_ACCEPTED);
    ck_assert_int_eq(cnos("CLI", "HOST", "SNASVCMG", &all), CNOS_RC_LOCAL_RACE);
    ck_assert_uint_eq(pool_of("CLI", "HOST", "WIDE", NULL)->at[0].limit, 0);
    ck_assert_uint_eq(pool_of("CLI", "HOST", "ONE", NULL)->at[0].limit, 0);
}
END_TEST

START_TEST(auto_activate)
{
    struct cnos_ask ask = {.limit = 4, .winners = 2, .losers = 2, .auto_activate = 3};
    ck_assert_int_eq(cnos("CLI", "HOST", "SMALL", &ask), CNOS_RC_ACCEPTED);
    struct session_pool *p = pool_of("CLI", "HOST", "SMALL", NULL);
    ck_assert_uint_eq(p->active, 2); /* as many as it may win */
    ck_assert_uint_eq(p->winners[0], 2);
    now += 100000;
    node_tick(node, now, &fx);
    step();
    ck_assert_uint_eq(p->active, 2); /* and they stay */
}
END_TEST

/* The exchange may have a session that an operator keeps; it stays. */
START_TEST(snasvcmg_kept)
{
    struct session_pool *p = pool_of("CLI", "HOST", "SNASVCMG", NULL);
    ck_assert_int_eq(first_use(p, 0), CNOS_RC_ACCEPTED);
    struct session *s = activate(p, 0);
    ck_assert_ptr_nonnull(s);
    s->kept = true;
    ck_assert_int_eq(cnos("CLI", "HOST", "SMALL", &four), CNOS_RC_ACCEPTED);
    ck_assert_uint_eq(p->active, 1);
    ck_assert_uint_eq(s->conversations, 1);
}
END_TEST

/* ---- a mode's definition that changes while it is in use ---- */

START_TEST(reload)
{
    struct process *p = program();
    uint32_t a[4];
    for (int i = 0; i < 4; i++)
        a[i] = allocate(p, "CLI", "HOST", "SMALL");
    uint32_t waits = allocate(p, "CLI", "HOST", "SMALL");
    struct session_pool *q = pool_of("CLI", "HOST", "SMALL", NULL);
    struct cfg_mode *m = config_mode(&cfg, "SMALL");
    m->session_limit = 2;
    m->min_winners = 1;
    m->min_losers = 0;
    ck_assert_int_eq(node_reload(node, &cfg, now, &fx), 0);
    step();
    ck_assert_uint_eq(q->active, 4); /* all in use */
    end(p, a[0]);
    ck_assert_uint_eq(q->active, 3);
    end(p, a[1]);
    ck_assert_uint_eq(q->active, 2);
    ck_assert_int_eq(state_of(waits), CONV_WAITING);
    m->session_limit = 5;
    ck_assert_int_eq(node_reload(node, &cfg, now, &fx), 0);
    step();
    ck_assert_int_eq(state_of(waits), CONV_ALLOCATED);
    cnos("CLI", "HOST", "SMALL", &zero);
    m->session_limit = 7;
    ck_assert_int_eq(node_reload(node, &cfg, now, &fx), 0);
    ck_assert_uint_eq(q->at[0].limit, 0); /* what an operator has set stays */
}
END_TEST

/* Idle sessions above the new limit go, and no more of them. */
START_TEST(reload_trims)
{
    static const unsigned limits[] = {4, 3, 2, 3, 1};
    static const unsigned left[] = {3, 3, 2, 2, 1};
    struct process *p = program();
    uint32_t a[3];
    for (int i = 0; i < 3; i++)
        a[i] = allocate(p, "CLI", "HOST", "SMALL");
    for (int i = 0; i < 3; i++)
        end(p, a[i]);
    config_mode(&cfg, "SMALL")->min_winners = config_mode(&cfg, "SMALL")->min_losers = 0;
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        config_mode(&cfg, "SMALL")->session_limit = limits[i];
        ck_assert_int_eq(node_reload(node, &cfg, now, &fx), 0);
        step();
        ck_assert_uint_eq(pool_of("CLI", "HOST", "SMALL", NULL)->active, left[i]);
    }
}
END_TEST

/* The definition's winners stay those of the LU that began, whichever LU was named first. */
START_TEST(reload_keeps_sides)
{
    uint8_t host;
    struct session_pool *q = pool_of("CLI", "HOST", "SMALL", NULL); /* somebody looked at it */
    allocate(program(), "HOST", "CLI", "SMALL");
    ck_assert_ptr_eq(pool_of("HOST", "CLI", "SMALL", &host), q);
    ck_assert_uint_eq(q->at[host].min_winners, 2);
    ck_assert_int_eq(node_reload(node, &cfg, now, &fx), 0);
    step();
    ck_assert_uint_eq(q->at[host].min_winners, 2);
    ck_assert_uint_eq(q->at[!host].min_winners, 1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("limits");
    TCase *t = tcase_create("cnos");
    tcase_add_checked_fixture(t, fix_default, fix_end);
    tcase_add_loop_test(t, verb, 0, OCTETS_ROWS(verbs));
    tcase_add_loop_test(t, number, 0, OCTETS_ROWS(numbers));
    tcase_add_test(t, two_transitions);
    tcase_add_test(t, two_transitions_of_a_definition);
    tcase_add_test(t, limit_zero);
    tcase_add_test(t, reset_with_conversations);
    tcase_add_loop_test(t, drain, 0, OCTETS_ROWS(drains));
    tcase_add_test(t, drain_and_back);
    tcase_add_test(t, drain_cut_short);
    tcase_add_test(t, local_race);
    tcase_add_test(t, crossing);
    tcase_add_test(t, no_answer);
    tcase_add_test(t, wrong_mode);
    tcase_add_test(t, mode_of_the_partner);
    tcase_add_test(t, closed_at_partner);
    tcase_add_test(t, snasvcmg_last);
    tcase_add_test(t, all_but_one);
    tcase_add_test(t, auto_activate);
    tcase_add_test(t, snasvcmg_kept);
    tcase_add_test(t, reload_trims);
    tcase_add_test(t, reload_keeps_sides);
    tcase_add_test(t, reload);
    suite_add_tcase(s, t);
    return octets_run(s);
}
