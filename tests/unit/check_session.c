/* Sessions and their limits [S1] to [S17]: a row or a test for each rule. */
#include "tests/unit/nodefix.h"

/* ---- limits and contention winners ---- */

/* What a mode's definition lets both LUs of a pair have when only one of them begins conversations. */
static const struct {
    const char *mode;
    const char *lu;
    unsigned sessions, won; /* at the limit: all, and those that this LU won */
} limits[] = {
    {"SMALL", "CLI", 4, 3}, /* 1 is kept for the partner */
    {"SMALL", "HOST", 4, 3}, {"ONE", "CLI", 1, 1},
    {"THEIRS", "CLI", 3, 0}, /* all are the partner's: every one is begun by a bid */
    {"WIDE", "CLI", 8, 8},   {"#INTER", "HOST", 8, 8},
};

START_TEST(limit)
{
    struct process *p = program();
    const char *partner = strcmp(limits[_i].lu, "CLI") == 0 ? "HOST" : "CLI";
    uint8_t side;
    for (unsigned i = 0; i < limits[_i].sessions; i++) {
        uint32_t id = allocate(p, limits[_i].lu, partner, limits[_i].mode);
        ck_assert_uint_ne(id, 0);
        ck_assert_int_eq(state_of(id), CONV_ALLOCATED);
    }
    struct session_pool *q = pool_of(limits[_i].lu, partner, limits[_i].mode, &side);
    ck_assert_uint_eq(q->active, limits[_i].sessions);
    ck_assert_uint_eq(q->winners[side], limits[_i].won);
    uint32_t id = allocate(p, limits[_i].lu, partner, limits[_i].mode);
    ck_assert_int_eq(state_of(id), CONV_WAITING);
    ck_assert_uint_eq(q->active, limits[_i].sessions);
    ck_assert_uint_eq(q->waiting, 1);
}
END_TEST

/* SessionLimitMargin: so many fewer than negotiated, but one. */
static const struct {
    const char *mode;
    unsigned margin, sessions;
} margins[] = {{"SMALL", 0, 4}, {"SMALL", 1, 3},  {"SMALL", 3, 1},  {"SMALL", 9, 1},
               {"ONE", 1, 1},   {"THEIRS", 2, 1}, {"#INTER", 3, 5}, {"WIDE", 8, 1}};

START_TEST(margin)
{
    struct process *p = program();
    const struct node_rules fewer = {.session_margin = margins[_i].margin}, all = {.session_margin = 0};
    unsigned most = config_mode(&cfg, margins[_i].mode)->session_limit;
    node_set_rules(node, &fewer, now, &fx);
    for (unsigned i = 0; i < most; i++)
        allocate(p, "CLI", "HOST", margins[_i].mode);
    struct session_pool *q = pool_of("CLI", "HOST", margins[_i].mode, NULL);
    ck_assert_uint_eq(q->at[0].limit, most); /* as negotiated */
    ck_assert_uint_eq(q->active, margins[_i].sessions);
    ck_assert_uint_eq(q->waiting, most - margins[_i].sessions);
    node_set_rules(node, &all, now, &fx); /* who waits need not wait any longer */
    step();
    ck_assert_uint_eq(q->active, most);
    ck_assert_uint_eq(q->waiting, 0);
}
END_TEST

/* Sessions that a partner activates follow the negotiated limit, and so does SNASVCMG. */
START_TEST(margin_is_ours)
{
    const struct node_rules fewer = {.session_margin = 2};
    struct session_pool *q = pool_of("CLI", "HOST", "SNASVCMG", NULL);
    node_set_rules(node, &fewer, now, &fx);
    ck_assert_int_eq(first_use(q, 0), CNOS_RC_ACCEPTED);
    for (unsigned i = 0; i < 2; i++) {
        ck_assert_uint_eq(pool_may_activate(node, q, i), 0);
        ck_assert_ptr_nonnull(activate(q, i));
        step();
    }
    q = pool_of("CLI", "HOST", "SMALL", NULL);
    ck_assert_int_eq(first_use(q, 0), CNOS_RC_ACCEPTED);
    for (unsigned i = 0; i < 4; i++) {
        ck_assert_uint_eq(pool_may_activate(node, q, i & 1), i < 2 ? 0 : SENSE_SESSION_LIMIT);
        ck_assert_uint_eq(pool_admits(q, i & 1), 0);
        ck_assert_ptr_nonnull(activate(q, i & 1));
        step();
    }
}
END_TEST

/* Each side gets its guaranteed minimum, whoever comes first. */
START_TEST(minimum_winners)
{
    struct process *p = program();
    uint8_t side;
    for (int i = 0; i < 4; i++)
        allocate(p, "HOST", "CLI", "SMALL"); /* HOST's view: 2 for it, 1 for CLI */
    struct session_pool *q = pool_of("CLI", "HOST", "SMALL", &side);
    ck_assert_uint_eq(q->winners[side], 1);
    ck_assert_uint_eq(q->at[side].min_winners, 1);
    ck_assert_uint_eq(q->at[!side].min_winners, 2);
}
END_TEST

START_TEST(negotiated)
{
    struct process *p = program();
    struct lp_allocated out;
    uint32_t id = allocate(p, "CLI", "HOST", "WIDE");
    node_allocated(node, id, &out);
    ck_assert_uint_eq(out.rc, 0);
    ck_assert_uint_eq(out.max_ru, 2048); /* sent at most 4096, received at most 2048, by both */
    ck_assert_str_eq(out.local, "NET.CLI");
    ck_assert_str_eq(out.partner, "NET.HOST");
    const struct session *s = node_conversation(node, id)->session;
    ck_assert_uint_eq(s->agreed.send_ru[0], 2048);
    ck_assert_uint_eq(s->agreed.send_ru[1], 2048);
    ck_assert_uint_eq(s->agreed.sync, BIND_SYNC_CONFIRM);
    ck_assert(s->agreed.parallel && s->agreed.cnos);
}
END_TEST

/* An idle session is taken again, the one used last first; its number stays. */
START_TEST(reused)
{
    struct process *p = program();
    uint32_t a = allocate(p, "CLI", "HOST", "SMALL"), b = allocate(p, "CLI", "HOST", "SMALL");
    uint32_t last = node_conversation(node, a)->session->id;
    end(p, b);
    now++;
    end(p, a);
    uint32_t c = allocate(p, "CLI", "HOST", "SMALL");
    ck_assert_uint_eq(node_conversation(node, c)->session->id, last);
    ck_assert_uint_eq(node_conversation(node, c)->session->conversations, 2);
    ck_assert_uint_eq(pool_of("CLI", "HOST", "SMALL", NULL)->active, 2);
}
END_TEST

/* ---- which session ---- */

/* With so many idle sessions that CLI and HOST have won, who begins gets one of these. */
static const struct {
    unsigned cli_won, host_won;
    bool now_or_never;
    const char *lu;
    const char *outcome; /* "own" an idle winner, "new", "bid" an idle loser, "none" */
} choice[] = {
    {0, 0, false, "CLI", "new"},  {1, 0, false, "CLI", "own"},  {1, 1, false, "CLI", "own"},
    {0, 1, false, "CLI", "new"},  {1, 0, false, "HOST", "new"}, {3, 0, false, "HOST", "new"},
    {3, 1, false, "HOST", "own"}, {0, 0, true, "CLI", "none"}, /* IMMEDIATE never starts a session */
    {0, 1, true, "CLI", "none"},                               /* ... and never bids */
    {1, 0, true, "CLI", "own"},   {1, 0, true, "HOST", "none"}, {0, 1, true, "HOST", "own"},
};

static void activate_idle(const char *lu, const char *partner, unsigned count)
{
    uint8_t side;
    struct session_pool *q = pool_of(lu, partner, "SMALL", &side);
    ck_assert_int_eq(first_use(pool_of("CLI", "HOST", "SMALL", NULL), 0), CNOS_RC_ACCEPTED);
    for (unsigned i = 0; i < count; i++)
        ck_assert_ptr_nonnull(activate(q, side));
    step();
}

START_TEST(which_session)
{
    struct process *p = program();
    activate_idle("CLI", "HOST", choice[_i].cli_won);
    activate_idle("HOST", "CLI", choice[_i].host_won);
    unsigned before = choice[_i].cli_won + choice[_i].host_won;
    const char *partner = strcmp(choice[_i].lu, "CLI") == 0 ? "HOST" : "CLI";
    uint32_t id = choice[_i].now_or_never ? allocate_now(p, choice[_i].lu, partner, "SMALL")
                                          : allocate(p, choice[_i].lu, partner, "SMALL");
    const char *got = "none";
    uint8_t side;
    const struct session_pool *q = pool_of(choice[_i].lu, partner, "SMALL", &side);
    if (id) {
        const struct session *s = node_conversation(node, id)->session;
        got = q->active > before ? "new" : s->winner == side ? "own" : "bid";
        ck_assert_uint_eq(s->bids, strcmp(got, "bid") == 0);
    } else {
        ck_assert_uint_eq(rc, 28);
        ck_assert_uint_eq(q->active, before);
    }
    ck_assert_str_eq(got, choice[_i].outcome);
}
END_TEST

/* At the limit an idle loser is bid for, and the bid is granted. */
START_TEST(bid)
{
    struct process *p = program();
    activate_idle("HOST", "CLI", 2);
    activate_idle("CLI", "HOST", 2);
    allocate(p, "CLI", "HOST", "SMALL");
    allocate(p, "CLI", "HOST", "SMALL");
    uint32_t id = allocate(p, "CLI", "HOST", "SMALL");
    ck_assert_int_eq(state_of(id), CONV_ALLOCATED);
    ck_assert_uint_eq(node_conversation(node, id)->session->bids, 1);
    ck_assert_uint_eq(pool_of("CLI", "HOST", "SMALL", NULL)->active, 4);
}
END_TEST

START_TEST(bid_answers)
{
    struct session_pool q = {.active = 1};
    struct session s = {.pool = &q};
    ck_assert_uint_eq(session_bid(&s), 0);
    s.conv = 5;
    ck_assert_uint_eq(session_bid(&s), SENSE_BID_REFUSED);
    s.ending = true;
    ck_assert_uint_eq(session_bid(&s), SENSE_BIS_WANTED);
}
END_TEST

/* ---- idle sessions ---- */

START_TEST(idle_timeout)
{
    struct process *p = program();
    uint8_t side;
    uint32_t id = allocate(p, "CLI", "HOST", "SMALL");
    now = 50000;
    node_tick(node, now, &fx);
    step();
    struct session_pool *q = pool_of("CLI", "HOST", "SMALL", &side);
    ck_assert_uint_eq(q->active, 1); /* in use */
    end(p, id);
    ck_assert_uint_le(node_deadline(node), 70000);
    struct session *kept = activate(q, side);
    kept->kept = true;
    now = 69999;
    node_tick(node, now, &fx);
    step();
    ck_assert_uint_eq(q->active, 2);
    ck_assert_uint_eq(node_deadline(node), 70000);
    now = 70000;
    node_tick(node, now, &fx);
    step();
    ck_assert_uint_eq(q->active, 1); /* the one that is kept */
    ck_assert_uint_eq(node_deadline(node), UINT64_MAX);
}
END_TEST

START_TEST(never_idle_out)
{
    struct process *p = program();
    node->rules.session_timeout_ms = 0;
    end(p, allocate(p, "CLI", "HOST", "SMALL"));
    ck_assert_uint_eq(node_deadline(node), UINT64_MAX);
    now += 1000000;
    node_tick(node, now, &fx);
    ck_assert_uint_eq(pool_of("CLI", "HOST", "SMALL", NULL)->active, 1);
}
END_TEST

/* ---- incoming sessions [S16], row by row ---- */

static const char incoming_commands[] =
    "server N /add /netname:NET /cpname:N\n"
    "mode SMALL /add /sessionlim:4 /conwin:2 /conlose:1\n"
    "mode LIKE /add /sessionlim:2 /conwin:1 /conlose:1 /maxsendru:512 /maxrecvru:512\n"
    "mode ALONE /add /sessionlim:1 /conwin:1 /conlose:0\n"
    "appcllu CLI /add /server:N\n"
    "appcllu OPEN /add /server:N\n"
    "connection LINK1 /add /conntype:IP-DLC\n"
    "appcrlu FAR /add /connection:LINK1 /netname:OTHER /luname:FAR\n"
    "appcrlu MODEL /add /connection:LINK1 /netname:OTHER /luname:MODEL\n"
    "appcrlu SINGLE /add /connection:LINK1 /netname:OTHER /luname:SINGLE "
    "/parallelsess:no\n";

static void fix_incoming(void)
{
    fix_start(incoming_commands);
    strcpy(config_lu(&cfg, "OPEN")->implicit_lu, "MODEL");
    strcpy(config_rlu(&cfg, "MODEL")->implicit_mode, "LIKE");
    config_rlu(&cfg, "MODEL")->has_implicit_mode = true;
}

static struct activate_offer far_offer(const char *from, const char *to, const char *mode)
{
    struct activate_offer o = {.max_send_ru = 1024,
                               .max_recv_ru = 1024,
                               .pace_send = 7,
                               .pace_recv = 7,
                               .sync = 1,
                               .reinit = 3,
                               .parallel = true,
                               .cnos = true,
                               .adaptive = true,
                               .winner = true};
    strcpy(o.fq, from);
    strcpy(o.partner, to);
    strcpy(o.mode, mode);
    return o;
}

/* RU comes as a request on carrier 1, at a new address.  The answer to it, and nothing else, goes out. */
static const struct piu *comes(const uint8_t *ru, size_t n)
{
    static uint64_t address;
    address++;
    const struct piu p = {.path = {1, address},
                          .expedited = true,
                          .snf = (uint16_t)address,
                          .rh = {.category = RH_SC, .fi = true, .bci = true, .eci = true, .dr1i = true},
                          .ru = ru,
                          .n = n};
    n_sent = 0;
    ck_assert(node_receive(node, &p, now, &fx));
    step();
    ck_assert_uint_eq(n_sent, 1);
    ck_assert(sent[0].piu.rh.rri && sent[0].piu.snf == p.snf);
    ck_assert(sent[0].piu.path.carrier == 1 && sent[0].piu.path.address == p.path.address);
    return &sent[0].piu;
}

static struct session *newest(void)
{
    return session_by_id(node, node->next_session - 1);
}

/* The sense that the BIND is refused with, 0 = taken (then the session is there). */
static uint32_t bind_from(const struct activate_offer *o, struct session **out)
{
    static const uint8_t sid[8] = {9};
    struct bind b, answer;
    struct sna_err e = {0};
    uint8_t ru[BIND_MAX];
    activate_bind(o, sid, &b);
    ssize_t n = bind_encode(&b, ru, sizeof ru);
    ck_assert_int_gt(n, 0);
    const struct piu *r = comes(ru, (size_t)n);
    if (r->rh.eri) {
        ck_assert_uint_eq(r->n, 5);
        ck_assert_uint_eq(r->ru[4], BIND_CODE);
        return (uint32_t)r->ru[0] << 24 | (uint32_t)r->ru[1] << 16 | (uint32_t)r->ru[2] << 8 | r->ru[3];
    }
    ck_assert_int_eq(bind_decode(r->ru, r->n, &answer, &e), (int)r->n);
    ck_assert_int_eq(activate_check(&b, &answer, &e), 0);
    ck_assert(newest()->counted);
    if (out)
        *out = newest();
    return 0;
}

static const struct {
    const char *from, *to, *mode;
    uint32_t sense;
    uint32_t ru;
} incoming[] = {
    {"OTHER.FAR", "NET.NOBODY", "SMALL", SENSE_RESOURCE_UNKNOWN,
     0}, /* implicit ones never replace the local LU */
    {"OTHER.FAR", "NET.CLI", "SMALL", 0, 1024},
    {"OTHER.FAR", "CLI", "SMALL", 0, 1024},        /* an SLU name without network */
    {"OTHER.MODEL", "NET.CLI", "NEWMODE", 0, 512}, /* implicit mode's values under the given name */
    {"OTHER.FAR", "NET.CLI", "NEWMODE", SENSE_MODE_UNKNOWN, 0},
    {"OTHER.NEWLU", "NET.OPEN", "SMALL", 0, 1024},
    {"OTHER.NEWLU", "NET.OPEN", "NEWMODE", 0, 512},
    {"OTHER.NEWLU", "NET.CLI", "SMALL", SENSE_RESOURCE_UNKNOWN, 0},
    {"NEWLU", "NET.OPEN", "SMALL", SENSE_RESOURCE_UNKNOWN, 0}, /* no name to call a new partner by */
    {"OTHER.FAR", "NET.CLI", "SNASVCMG", 0, 512},
    {"OTHER.FAR", "NET.CLI", "CPSVCMG", SENSE_MODE_UNKNOWN, 0}, /* not between LUs */
    {"OTHER.MODEL", "NET.CLI", "CPSVCMG", SENSE_MODE_UNKNOWN, 0},
};

START_TEST(incoming_session)
{
    struct activate_offer o = far_offer(incoming[_i].from, incoming[_i].to, incoming[_i].mode);
    struct session *s;
    ck_assert_uint_eq(bind_from(&o, &s), incoming[_i].sense);
    step();
    if (incoming[_i].sense)
        return;
    ck_assert_uint_eq(session_max_ru(s), incoming[_i].ru);
    ck_assert_str_eq(s->pool->mode, incoming[_i].mode);
    ck_assert_str_eq(s->pool->fq[1], incoming[_i].from);
    ck_assert_uint_eq(s->primary, 1);
    ck_assert_uint_eq(s->winner, 1);
    ck_assert_uint_eq(s->sid[0], 9);
    ck_assert(!s->pool->local_pair);
}
END_TEST

/* Limits also apply to incoming sessions: SMALL has 4, of which 2 are kept for us. */
START_TEST(incoming_limits)
{
    struct activate_offer o = far_offer("OTHER.FAR", "NET.CLI", "SMALL");
    ck_assert_uint_eq(bind_from(&o, NULL), 0);
    ck_assert_uint_eq(bind_from(&o, NULL), 0);
    ck_assert_uint_eq(bind_from(&o, NULL), SENSE_WINNER_LIMIT);
    o.winner = false;
    ck_assert_uint_eq(bind_from(&o, NULL), 0);
    ck_assert_uint_eq(bind_from(&o, NULL), 0);
    ck_assert_uint_eq(bind_from(&o, NULL), SENSE_SESSION_LIMIT);
}
END_TEST

START_TEST(single_session_lu)
{
    struct activate_offer o = far_offer("OTHER.SINGLE", "NET.CLI", "ALONE");
    o.parallel = false;
    struct session *s;
    ck_assert_uint_eq(bind_from(&o, &s), 0);
    ck_assert(!s->agreed.parallel && !s->agreed.cnos);
    ck_assert_uint_eq(s->winner, 0); /* the mode keeps the one winner for us, so it was claimed */
    ck_assert_uint_eq(bind_from(&o, NULL), SENSE_SESSION_LIMIT);
    strcpy(o.mode, "SMALL"); /* one session for all modes together */
    ck_assert_uint_eq(bind_from(&o, NULL), SENSE_SESSION_LIMIT);
    session_unbind(node, s, 1, 0, now, &fx);
    work();
    step();
    ck_assert_uint_eq(bind_from(&o, &s), 0);
    ck_assert_uint_eq(s->pool->at[0].limit, 1);
}
END_TEST

/* Nothing is negotiated with a single-session LU: its limit is 1 or 0, and both sides know that. */
START_TEST(single_session_cnos)
{
    const struct cnos_ask two = {.limit = 2, .winners = 1, .losers = 1}, one = {.limit = 1, .winners = 1};
    const struct cnos_ask zero = {.reset = true};
    ck_assert_int_eq(cnos("CLI", "SINGLE", "SMALL", &two), CNOS_RC_SINGLE);
    ck_assert_int_eq(cnos("CLI", "SINGLE", "SMALL", &one), CNOS_RC_ACCEPTED);
    ck_assert_uint_eq(pool_of("CLI", "SINGLE", "SMALL", NULL)->at[0].limit, 1);
    ck_assert_int_eq(cnos("CLI", "SINGLE", "SMALL", &zero), CNOS_RC_ACCEPTED);
    ck_assert_int_eq(cnos("CLI", "FAR", "SMALL", &one), CNOS_RC_NO_SESSION); /* no link to ask over */
}
END_TEST

START_TEST(refused_by_order)
{
    struct injection i = {.kind = INJECT_REFUSE, .where = "SMALL"};
    struct process *p = program();
    ck_assert_int_eq(inject_add(&node->injections, &i), 0);
    ck_assert_uint_eq(allocate(p, "CLI", "HOST", "SMALL"), 0);
    ck_assert_uint_eq(rc, 2);
    uint32_t busy = allocate(p, "CLI", "HOST", "WIDE");
    ck_assert_uint_ne(busy, 0);
    ck_assert_uint_eq(inject_remove(&node->injections, INJECT_REFUSE, "small"), 1);
    /* a BIND, when the limits are there: nobody waits for what is refused, but may have what is there */
    strcpy(i.where, "WIDE");
    ck_assert_int_eq(inject_add(&node->injections, &i), 0);
    ck_assert_uint_eq(allocate(p, "CLI", "HOST", "WIDE"), 0);
    ck_assert_uint_eq(rc, 2);
    ck_assert_uint_eq(node->refused, 2);
    ck_assert_uint_eq(node->refused_binds, 1);
    end(p, busy);
    ck_assert_uint_ne(allocate(p, "CLI", "HOST", "WIDE"), 0);
    ck_assert_uint_ne(allocate(p, "CLI", "HOST", "SMALL"), 0);
}
END_TEST

/* A BIND that is cut short or altered anywhere is answered or refused, and leaves the counts right. */
START_TEST(broken_binds)
{
    struct activate_offer o = far_offer("OTHER.FAR", "NET.CLI", "SMALL");
    static const uint8_t sid[8] = {9};
    struct bind b;
    uint8_t ru[BIND_MAX];
    activate_bind(&o, sid, &b);
    size_t n = (size_t)bind_encode(&b, ru, sizeof ru);
    for (size_t k = 1; k < n; k++) {
        uint8_t *p = octets_exact(ru, k);
        ck_assert(comes(p, k)->rh.eri);
        free(p);
    }
    for (size_t k = 0; k < n * 8; k++) {
        ru[k / 8] ^= (uint8_t)(1 << k % 8);
        uint32_t before = node->next_session;
        comes(ru, n);
        if (node->next_session != before) {
            session_unbind(node, newest(), 1, 0, now, &fx);
            work();
            step();
        }
        ru[k / 8] ^= (uint8_t)(1 << k % 8);
    }
}
END_TEST

/* ---- which local LU [A40; S17] ---- */

static const char pool_commands[] = "server N /add /netname:NET /cpname:N\n"
                                    "mode SMALL /add /sessionlim:2 /conwin:1 /conlose:0\n"
                                    "appcllu FIRST /add /server:N /defaultpool:yes /autopartner:no\n"
                                    "appcllu SECOND /add /server:N /defaultpool:yes\n"
                                    "appcllu THIRD /add /server:N /defaultpool:yes\n"
                                    "appcllu HOST /add /server:N\n"
                                    "appcllu MINE /add /server:N\n"
                                    "mode CLOSED /add /autopartner:no\n"
                                    "mode TAKEN /add\nmode TAKEN /autopartner:no\n"
                                    "appcllu FIRST /addpartner:MINE,SMALL\n";

static void fix_pool(void)
{
    fix_start(pool_commands);
}

static const char *lu_of(uint32_t id)
{
    const struct conversation *c = node_conversation(node, id);
    ck_assert_ptr_nonnull(c);
    return c->pool->lu[c->side_of_pool];
}

/* Each program by itself, as a program keeps its LU. */
START_TEST(pool_prefers)
{
    struct process *p = program();
    /* FIRST is no partner of HOST; SECOND is, and may have a session */
    uint32_t a = allocate(p, "", "HOST", "SMALL");
    ck_assert_str_eq(lu_of(a), "SECOND");
    /* FIRST is a partner of MINE, and comes first */
    ck_assert_str_eq(lu_of(allocate(program(), "", "MINE", "SMALL")), "FIRST");
    /* THIRD has an idle winner session, SECOND would need another one */
    uint32_t b = allocate(p, "THIRD", "HOST", "SMALL");
    end(p, b);
    ck_assert_str_eq(lu_of(allocate(program(), "", "HOST", "SMALL")), "THIRD");
    /* none idle: who may have another one */
    ck_assert_str_eq(lu_of(allocate(program(), "", "HOST", "SMALL")), "SECOND");
    ck_assert_str_eq(lu_of(allocate(program(), "", "HOST", "SMALL")), "THIRD");
    /* all at their limits: it waits, with the first that is a partner */
    uint32_t w = allocate(program(), "", "HOST", "SMALL");
    ck_assert_int_eq(state_of(w), CONV_WAITING);
    ck_assert_str_eq(lu_of(w), "SECOND");
}
END_TEST

START_TEST(program_keeps_its_lu)
{
    struct process *p = program();
    ck_assert_str_eq(lu_of(allocate(p, "", "MINE", "SMALL")), "FIRST");
    ck_assert_uint_eq(allocate(p, "", "HOST", "SMALL"), 0); /* which FIRST has no sessions with */
    ck_assert_uint_eq(rc, LP_RC_MODE_UNKNOWN);
    node->new_lu_each_time = true;
    ck_assert_str_eq(lu_of(allocate(p, "", "HOST", "SMALL")), "SECOND");
}
END_TEST

START_TEST(user_defaults)
{
    struct process *p = program();
    strcpy(p->default_lu, "MINE");
    strcpy(p->default_remote, "HOST");
    uint32_t a = allocate(p, "", "", "SMALL");
    ck_assert_str_eq(lu_of(a), "MINE");
    ck_assert_str_eq(node_conversation(node, a)->pool->fq[!node_conversation(node, a)->side_of_pool],
                     "NET.HOST");
    uint32_t b = allocate(p, "", "        ", "SMALL"); /* blanks are no name either */
    ck_assert_uint_ne(b, 0);
    p->default_remote[0] = '\0';
    ck_assert_uint_eq(allocate(p, "", "", "SMALL"), 0);
    ck_assert_uint_eq(rc, LP_RC_PARTNER_UNKNOWN);
}
END_TEST

/* Of two with an idle session the one whose session is kept, whoever stands first. */
START_TEST(pool_prefers_kept)
{
    struct process *p = program();
    uint32_t a = allocate(p, "SECOND", "HOST", "SMALL"), b = allocate(p, "THIRD", "HOST", "SMALL");
    node_conversation(node, b)->session->kept = true;
    end(p, a);
    end(p, b);
    ck_assert_str_eq(lu_of(allocate(program(), "", "HOST", "SMALL")), "THIRD");
    ck_assert_str_eq(lu_of(allocate(program(), "", "HOST", "SMALL")), "SECOND");
}
END_TEST

/* An idle session to bid for is better than to wait. */
START_TEST(pool_prefers_a_bid)
{
    struct process *p = program();
    struct cnos_ask one = {.limit = 1, .winners = 0, .losers = 1};
    allocate(p, "SECOND", "HOST", "SMALL");
    allocate(p, "SECOND", "HOST", "SMALL");
    ck_assert_int_eq(cnos("THIRD", "HOST", "SMALL", &one), CNOS_RC_ACCEPTED);
    end(p, allocate(p, "HOST", "THIRD", "SMALL")); /* HOST has won it */
    uint32_t id = allocate(program(), "", "HOST", "SMALL");
    ck_assert_str_eq(lu_of(id), "THIRD");
    ck_assert_int_eq(state_of(id), CONV_ALLOCATED);
}
END_TEST

/* What does not exist [A39]. */
static const struct {
    const char *lu, *partner, *mode;
    unsigned rc;
} missing[] = {
    {"NOLU", "HOST", "SMALL", LP_RC_LU_UNKNOWN},
    {"MINE", "NOLU", "SMALL", LP_RC_PARTNER_UNKNOWN},
    {"MINE", "HOST", "NOMODE", LP_RC_MODE_UNKNOWN},
    {"MINE", "HOST", "SNASVCMG", LP_RC_MODE_UNKNOWN},
    {"MINE", "HOST", "CPSVCMG", LP_RC_MODE_UNKNOWN},
    {"FIRST", "HOST", "SMALL", LP_RC_MODE_UNKNOWN},
    {"MINE", "HOST", "CLOSED", LP_RC_MODE_UNKNOWN},
    {"MINE", "HOST", "TAKEN", LP_RC_MODE_UNKNOWN}, /* automatic partnering taken back [F6] */
};

START_TEST(does_not_exist)
{
    ck_assert_uint_eq(allocate(program(), missing[_i].lu, missing[_i].partner, missing[_i].mode), 0);
    ck_assert_uint_eq(rc, missing[_i].rc);
}
END_TEST

static bool nobody(void *arg, const struct process *p, const void *caller, const char *lu)
{
    (void)arg;
    (void)p;
    (void)caller;
    return strcmp(lu, "MINE") != 0;
}

START_TEST(may_not_allocate)
{
    node->may_allocate = nobody;
    ck_assert_uint_eq(allocate(program(), "MINE", "HOST", "SMALL"), 0);
    ck_assert_uint_eq(rc, LP_RC_LU_DENIED);
    ck_assert_uint_eq(allocate(program(), "NOSUCH", "HOST", "SMALL"), 0);
    ck_assert_uint_eq(rc, LP_RC_LU_UNKNOWN);
    ck_assert_uint_ne(allocate(program(), "SECOND", "HOST", "SMALL"), 0);
}
END_TEST

/* The connections of one user differ: access is judged by the connection on which the request came. */
static bool this_connection(void *arg, const struct process *p, const void *caller, const char *lu)
{
    (void)arg;
    (void)p;
    (void)lu;
    return caller && *(const int *)caller == 7;
}

START_TEST(who_asks)
{
    struct process *p = program();
    const int connections[] = {6, 7};
    const struct lp_allocate m = {.lu = "MINE", .partner = "HOST", .mode = "SMALL", .tpn = "TP", .tpn_n = 2};
    node->may_allocate = this_connection;
    ck_assert_uint_eq(node_allocate(node, p, &connections[0], &m, now, &fx, &rc), 0);
    ck_assert_uint_eq(rc, LP_RC_LU_DENIED);
    ck_assert_uint_ne(node_allocate(node, p, &connections[1], &m, now, &fx, &rc), 0);
}
END_TEST

static bool not_first(void *arg, const struct process *p, const void *caller, const char *lu)
{
    (void)arg;
    (void)p;
    (void)caller;
    return strcmp(lu, "FIRST") != 0;
}

/* The default pool gives an LU that admits the program, even where another one would serve it better. */
START_TEST(pool_that_admits)
{
    ck_assert_str_eq(lu_of(allocate(program(), "", "MINE", "SMALL")), "FIRST");
    node->may_allocate = not_first;
    ck_assert_str_eq(lu_of(allocate(program(), "", "MINE", "SMALL")), "SECOND");
    ck_assert_uint_eq(allocate(program(), "FIRST", "MINE", "SMALL"), 0);
    ck_assert_uint_eq(rc, LP_RC_LU_DENIED);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("session");
    TCase *t = tcase_create("limits");
    tcase_add_checked_fixture(t, fix_default, fix_end);
    tcase_add_loop_test(t, limit, 0, OCTETS_ROWS(limits));
    tcase_add_loop_test(t, margin, 0, OCTETS_ROWS(margins));
    tcase_add_test(t, margin_is_ours);
    tcase_add_test(t, minimum_winners);
    tcase_add_test(t, negotiated);
    tcase_add_test(t, reused);
    tcase_add_loop_test(t, which_session, 0, OCTETS_ROWS(choice));
    tcase_add_test(t, bid);
    tcase_add_test(t, bid_answers);
    tcase_add_test(t, idle_timeout);
    tcase_add_test(t, never_idle_out);
    tcase_add_test(t, refused_by_order);
    suite_add_tcase(s, t);
    t = tcase_create("incoming");
    tcase_add_checked_fixture(t, fix_incoming, fix_end);
    tcase_add_loop_test(t, incoming_session, 0, OCTETS_ROWS(incoming));
    tcase_add_test(t, incoming_limits);
    tcase_add_test(t, single_session_lu);
    tcase_add_test(t, single_session_cnos);
    tcase_add_test(t, broken_binds);
    suite_add_tcase(s, t);
    t = tcase_create("local_lu");
    tcase_add_checked_fixture(t, fix_pool, fix_end);
    tcase_add_test(t, pool_prefers);
    tcase_add_test(t, pool_prefers_kept);
    tcase_add_test(t, pool_prefers_a_bid);
    tcase_add_test(t, program_keeps_its_lu);
    tcase_add_test(t, user_defaults);
    tcase_add_loop_test(t, does_not_exist, 0, OCTETS_ROWS(missing));
    tcase_add_test(t, may_not_allocate);
    tcase_add_test(t, who_asks);
    tcase_add_test(t, pool_that_admits);
    suite_add_tcase(s, t);
    return octets_run(s);
}
