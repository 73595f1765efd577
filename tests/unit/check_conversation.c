/* Conversations as the node knows them: who waits, how they end, and what is left when programs die or
 * sessions are cut, in every state.  The checker walks all objects after every step. */
#include "tests/unit/nodefix.h"

/* ---- waiting ---- */

START_TEST(first_come_first_served)
{
    struct process *p = program();
    uint32_t busy[4], waits[6];
    for (int i = 0; i < 4; i++)
        busy[i] = allocate(p, "CLI", "HOST", "SMALL");
    for (int i = 0; i < 6; i++)
        waits[i] = allocate(p, i & 1 ? "HOST" : "CLI", i & 1 ? "CLI" : "HOST", "SMALL");
    for (int i = 0; i < 4; i++) {
        for (int k = 0; k < 6; k++)
            ck_assert_int_eq(state_of(waits[k]), k < i ? CONV_ALLOCATED : CONV_WAITING);
        fx.n = 0;
        end(p, busy[i]);
        ck_assert_uint_eq(effects(NODE_FX_ALLOCATED), 1);
    }
}
END_TEST

/* A newcomer does not overtake those that wait, and IMMEDIATE does not wait. */
START_TEST(no_overtaking)
{
    struct process *p = program();
    uint32_t busy = allocate(p, "CLI", "HOST", "ONE");
    uint32_t first = allocate(p, "CLI", "HOST", "ONE"), second = allocate(p, "CLI", "HOST", "ONE");
    ck_assert_uint_eq(allocate_now(p, "CLI", "HOST", "ONE"), 0);
    ck_assert_uint_eq(rc, 28);
    end(p, busy);
    ck_assert_int_eq(state_of(first), CONV_ALLOCATED);
    ck_assert_int_eq(state_of(second), CONV_WAITING);
}
END_TEST

/* Who may have a session elsewhere gets one that can be had or begun here, and does not stand in line. */
START_TEST(unless_exhausted)
{
    const char *mode = _i ? "SMALL" : "ONE"; /* four sessions, or one */
    unsigned limit = _i ? 4 : 1;
    struct process *p = program();
    uint32_t ids[4];
    for (unsigned i = 0; i < limit; i++)
        ck_assert_uint_ne(ids[i] = allocate_unless_exhausted(p, "CLI", "HOST", mode), 0);
    for (int i = 0; i < 2; i++) { /* nobody waits, somebody does */
        ck_assert_uint_eq(allocate_unless_exhausted(p, "CLI", "HOST", mode), 0);
        ck_assert_uint_eq(rc, LP_RC_UNSUCCESSFUL);
        allocate(p, "CLI", "HOST", mode);
    }
    end(p, ids[0]);
    ck_assert_uint_eq(effects(NODE_FX_ALLOCATED), 1); /* who has waited */
    ck_assert_uint_eq(allocate_unless_exhausted(p, "CLI", "HOST", mode), 0);
}
END_TEST

START_TEST(wait_limit)
{
    struct process *p = program();
    node->rules.allocate_wait_ms = 5000;
    allocate(p, "CLI", "HOST", "ONE");
    uint32_t a = allocate(p, "CLI", "HOST", "ONE");
    ck_assert_uint_eq(node_deadline(node), 6000);
    now = 3000;
    uint32_t b = allocate(p, "CLI", "HOST", "ONE");
    now = 5999;
    node_tick(node, now, &fx);
    ck_assert_int_eq(state_of(a), CONV_WAITING);
    now = 6000;
    node_tick(node, now, &fx);
    step();
    ck_assert_uint_eq(refused_with(a), 2);
    ck_assert_ptr_null(node_conversation(node, a));
    ck_assert_int_eq(state_of(b), CONV_WAITING);
    ck_assert_uint_eq(node_deadline(node), 8000);
}
END_TEST

/* A limit from a reload also applies to those that already wait. */
START_TEST(wait_limit_comes_later)
{
    struct process *p = program();
    allocate(p, "CLI", "HOST", "ONE");
    uint32_t a = allocate(p, "CLI", "HOST", "ONE");
    now = 2000;
    node_set_rules(node, &(struct node_rules){.allocate_wait_ms = 5000}, now, &fx);
    ck_assert_uint_le(node_deadline(node), now);
    node_tick(node, now, &fx);
    ck_assert_uint_eq(node_deadline(node), 6000);
    now = 6000;
    node_tick(node, now, &fx);
    step();
    ck_assert_uint_eq(refused_with(a), 2);
}
END_TEST

START_TEST(waits_without_limit)
{
    struct process *p = program();
    allocate(p, "CLI", "HOST", "ONE");
    uint32_t a = allocate(p, "CLI", "HOST", "ONE");
    now += 1000000000;
    node_tick(node, now, &fx);
    ck_assert_int_eq(state_of(a), CONV_WAITING);
}
END_TEST

/* A pair with single sessions shares its one session among modes: high priority first, then the oldest. */
START_TEST(priorities)
{
    struct process *p = program();
    struct session_pool *low, *high;
    config_mode(&cfg, "SMALL")->high_priority = false;
    low = pool_of("CLI", "HOST", "SMALL", NULL);
    high = pool_of("CLI", "HOST", "WIDE", NULL);
    low->pair->parallel = false;
    pool_set_mode(low, config_mode(&cfg, "SMALL"));
    pool_set_mode(high, config_mode(&cfg, "WIDE"));
    uint32_t busy = allocate(p, "CLI", "HOST", "SMALL");
    ck_assert_uint_eq(low->at[0].limit, 1);
    now++;
    uint32_t l1 = allocate(p, "CLI", "HOST", "SMALL");
    now++;
    uint32_t h1 = allocate(p, "CLI", "HOST", "WIDE");
    now++;
    uint32_t h2 = allocate(p, "CLI", "HOST", "WIDE");
    ck_assert_int_eq(state_of(h1), CONV_WAITING);
    end(p, busy);
    ck_assert_int_eq(state_of(h1), CONV_ALLOCATED); /* SMALL's idle session has made way */
    ck_assert_int_eq(state_of(l1), CONV_WAITING);
    end(p, h1);
    ck_assert_int_eq(state_of(h2), CONV_ALLOCATED);
    end(p, h2);
    ck_assert_int_eq(state_of(l1), CONV_ALLOCATED);
    ck_assert_uint_eq(low->pair->active, 1);
}
END_TEST

/* Of equal priority, who has waited longest, in whichever mode. */
START_TEST(equal_priorities)
{
    static const char *const modes[] = {"SMALL", "WIDE"};
    struct process *p = program();
    for (int k = 0; k < 2; k++) {
        struct session_pool *q = pool_of("CLI", "HOST", modes[k], NULL);
        q->pair->parallel = false;
        pool_set_mode(q, config_mode(&cfg, modes[k]));
    }
    uint32_t busy = allocate(p, "CLI", "HOST", "SMALL");
    uint32_t first = allocate(p, "CLI", "HOST", modes[_i]);
    now++;
    uint32_t second = allocate(p, "CLI", "HOST", modes[!_i]);
    end(p, busy);
    ck_assert_int_eq(state_of(first), CONV_ALLOCATED);
    ck_assert_int_eq(state_of(second), CONV_WAITING);
    end(p, first);
    ck_assert_int_eq(state_of(second), CONV_ALLOCATED);
}
END_TEST

/* 10,000 wait and are cancelled at random, while some are served: nothing is left, no count is wrong. */
START_TEST(ten_thousand_cancelled)
{
    enum { N = 10000 };
    static uint32_t ids[N];
    struct process *p = program();
    uint32_t seed = 20241u;
    unsigned left = N;
    for (int i = 0; i < N; i++) {
        struct lp_allocate m = request(i & 1 ? "HOST" : "CLI", i & 1 ? "CLI" : "HOST", "SMALL");
        ids[i] = node_allocate(node, p, NULL, &m, now, &fx, &rc);
        ck_assert_uint_ne(ids[i], 0);
    }
    step();
    struct session_pool *q = pool_of("CLI", "HOST", "SMALL", NULL);
    ck_assert_uint_eq(q->waiting, N - 4);
    while (left > 0) {
        seed = seed * 1664525u + 1013904223u;
        unsigned i = (seed >> 8) % left;
        struct conversation *c = node_conversation(node, ids[i]);
        ck_assert_ptr_nonnull(c);
        if (c->state == CONV_WAITING)
            node_allocate_cancel(node, ids[i], now, &fx);
        else
            node_end(node, ids[i], p->id, SIDE_A, now, &fx);
        ck_assert_ptr_null(node_conversation(node, ids[i]));
        ids[i] = ids[--left];
        ck_assert_uint_le(q->active, 4);
        if (left % 500 == 0)
            step();
        fx.n = 0;
    }
    step();
    ck_assert_uint_eq(q->waiting, 0);
    ck_assert_uint_eq(q->in_use, 0);
    ck_assert_uint_eq(node->convs.n, 0);
    ck_assert_uint_eq(p->n_conversations, 0);
}
END_TEST

/* ---- each state, and who ends it how ---- */

static struct process *invoker, *tp;

/* A conversation in state S, with both programs new. */
static uint32_t in_state(enum conversation_state s)
{
    invoker = program();
    tp = program();
    if (s == CONV_WAITING)
        allocate(program(), "CLI", "HOST", "ONE");
    uint32_t id = allocate(invoker, "CLI", "HOST", "ONE");
    if (s == CONV_ATTACHING || s == CONV_RUNNING || s == CONV_REFUSED)
        attach(id);
    if (s == CONV_RUNNING)
        accept_by(tp, id);
    if (s == CONV_REFUSED)
        node_refuse(node, id, now, &fx);
    if (s == CONV_CUT)
        node_cut(node, id, SENSE_SESSION_RESET, now, &fx);
    step();
    ck_assert_int_eq(state_of(id), s);
    fx.n = 0;
    return id;
}

static const struct {
    enum conversation_state state;
    bool tp_dies; /* else the invoker */
    bool gone;    /* the conversation, at once */
    int effect;   /* what the other side is told, -1 = nothing */
} deaths[] = {
    {CONV_WAITING, false, true, -1},
    {CONV_ALLOCATED, false, true, -1},
    {CONV_ATTACHING, false, true, NODE_FX_WITHDRAW},
    {CONV_RUNNING, false, false, NODE_FX_ABEND},
    {CONV_RUNNING, true, false, NODE_FX_ABEND},
    {CONV_REFUSED, false, true, -1},
    {CONV_CUT, false, true, -1},
};

START_TEST(death)
{
    uint32_t id = in_state(deaths[_i].state);
    struct session_pool *q = node_conversation(node, id)->pool;
    struct process *dead = deaths[_i].tp_dies ? tp : invoker, *left = deaths[_i].tp_dies ? invoker : tp;
    node_process_gone(node, dead->id, now, &fx);
    step();
    unsigned told = 0, closed = 0;
    for (size_t i = 0; i < fx.n; i++) {
        told += (int)fx.v[i].kind == deaths[_i].effect && fx.v[i].conv == id;
        closed += fx.v[i].kind == NODE_FX_CLOSE && fx.v[i].conv == id;
    }
    ck_assert_uint_eq(told, deaths[_i].effect >= 0);
    ck_assert_uint_eq(closed, deaths[_i].gone);
    ck_assert_int_eq(node_conversation(node, id) == NULL, deaths[_i].gone);
    if (!deaths[_i].gone) {
        ck_assert_uint_eq(q->in_use, 0); /* whether or not the other one has noticed */
        end(left, id);
        ck_assert_ptr_null(node_conversation(node, id));
    }
    ck_assert_uint_eq(q->in_use, deaths[_i].state == CONV_WAITING);
    ck_assert_uint_eq(left->n_conversations, 0);
}
END_TEST

/* The session is free when the bracket has ended, whatever the other side has still to receive. */
static const struct {
    enum conversation_state state;
    int side; /* which ends it, -1 = it is refused */
} bracket_ends[] = {
    {CONV_ATTACHING, SIDE_A},
    {CONV_ATTACHING, -1},
    {CONV_RUNNING, SIDE_A},
    {CONV_RUNNING, SIDE_B},
};

START_TEST(bracket_end)
{
    uint32_t id = in_state(bracket_ends[_i].state), next = allocate(program(), "CLI", "HOST", "ONE");
    ck_assert_int_eq(state_of(next), CONV_WAITING);
    if (bracket_ends[_i].side < 0)
        node_refuse(node, id, now, &fx);
    else
        end(bracket_ends[_i].side == SIDE_A ? invoker : tp, id);
    step();
    ck_assert_int_eq(state_of(next), CONV_ALLOCATED);
    ck_assert_ptr_null(node_conversation(node, id)->session);
    if (bracket_ends[_i].state == CONV_ATTACHING && bracket_ends[_i].side == SIDE_A)
        accept_by(tp, id); /* what was sent is still there, and its session's largest RU with it */
    ck_assert_uint_eq(node_conversation(node, id)->pool->in_use, 1);
    if (bracket_ends[_i].side == SIDE_B || bracket_ends[_i].side < 0)
        end(invoker, id);
    else
        end(tp, id);
    ck_assert_ptr_null(node_conversation(node, id));
    ck_assert_int_eq(state_of(next), CONV_ALLOCATED);
}
END_TEST

/* A TP gives the Attach back as if it had never had it, and only the TP that has it now can fail. */
START_TEST(given_back)
{
    struct fmh5 a = {.tpn_n = 2, .tpn = {0xE3, 0xD7}, .user_n = 3, .user = {0xD1, 0x96, 0x85}};
    struct lp_accepted out;
    uint32_t id = in_state(CONV_ATTACHING);
    node_accept(node, id, tp, 0, true, &a, &out);
    step();
    ck_assert_str_eq(tp->user, "Joe");
    node_accept_undo(node, id);
    step();
    ck_assert_int_eq(state_of(id), CONV_ATTACHING);
    ck_assert_uint_eq(tp->n_conversations, 0);
    ck_assert_uint_eq(tp->context, 0);
    ck_assert_str_eq(tp->user, "");
    struct process *next = program();
    accept_by(next, id); /* where nobody checks the user */
    ck_assert_str_eq(node_conversation(node, id)->user, "");
    node_fail(node, id, tp->id, SIDE_B, now, &fx); /* it is not its own any more */
    ck_assert_uint_eq(effects(NODE_FX_ABEND), 0);
    node_fail(node, id, next->id, SIDE_B, now, &fx);
    ck_assert_uint_eq(effects(NODE_FX_ABEND), 1);
    end(invoker, id);
    ck_assert_ptr_null(node_conversation(node, id));
}
END_TEST

/* Session outage: the session goes, the conversation stays until both have noticed. */
static const struct {
    enum conversation_state state;
    int effect, more;
} cuts[] = {
    {CONV_WAITING, NODE_FX_REFUSED, NODE_FX_CLOSE},
    {CONV_ALLOCATED, NODE_FX_CUT, -1},
    {CONV_ATTACHING, NODE_FX_CUT, NODE_FX_WITHDRAW},
    {CONV_RUNNING, NODE_FX_CUT, -1},
    {CONV_REFUSED, NODE_FX_CUT, -1},
    {CONV_CUT, NODE_FX_CUT, -1},
};

START_TEST(cut)
{
    uint32_t id = in_state(cuts[_i].state);
    struct session_pool *q = node_conversation(node, id)->pool;
    unsigned before = q->active;
    bool had = node_conversation(node, id)->session != NULL;
    node_cut(node, id, SENSE_SESSION_RESET, now, &fx);
    step();
    unsigned told = 0, more = 0;
    for (size_t i = 0; i < fx.n; i++) {
        told += (int)fx.v[i].kind == cuts[_i].effect;
        more += (int)fx.v[i].kind == cuts[_i].more;
    }
    ck_assert_uint_eq(told, 1);
    ck_assert_uint_eq(more, cuts[_i].more >= 0);
    ck_assert_uint_eq(q->active, before - had);
    if (cuts[_i].state == CONV_WAITING) {
        ck_assert_uint_eq(refused_with(id), 2);
        return;
    }
    ck_assert_int_eq(state_of(id), CONV_CUT);
    /* its place is free for another one at once */
    uint32_t next = allocate(invoker, "CLI", "HOST", "ONE");
    ck_assert_int_eq(state_of(next), CONV_ALLOCATED);
    end(invoker, id);
    if (cuts[_i].state == CONV_RUNNING)
        end(tp, id);
    ck_assert_ptr_null(node_conversation(node, id));
    end(invoker, next);
}
END_TEST

/* The invoker has deallocated already when the Attach is cut: nobody is left to notice. */
START_TEST(cut_with_nobody_left)
{
    uint32_t id = in_state(CONV_ATTACHING);
    end(invoker, id);
    ck_assert_int_eq(state_of(id), CONV_ATTACHING);
    node_cut(node, id, SENSE_SESSION_RESET, now, &fx);
    step();
    ck_assert_ptr_null(node_conversation(node, id));
}
END_TEST

START_TEST(cut_serves_who_waits)
{
    uint32_t busy = in_state(CONV_RUNNING);
    uint32_t waits = allocate(invoker, "CLI", "HOST", "ONE");
    ck_assert_int_eq(state_of(waits), CONV_WAITING);
    node_cut(node, busy, SENSE_SESSION_RESET, now, &fx);
    step();
    ck_assert_int_eq(state_of(waits), CONV_ALLOCATED);
    node_process_gone(node, tp->id, now, &fx);
    step();
    node_process_gone(node, invoker->id, now, &fx);
    step();
    ck_assert_uint_eq(node->convs.n, 0);
}
END_TEST

/* ---- deactivation ---- */

START_TEST(deactivate_normal)
{
    uint32_t id = in_state(CONV_RUNNING);
    struct session *s = node_conversation(node, id)->session;
    struct session_pool *q = s->pool;
    node_deactivate(node, s, false, now, &fx);
    step();
    ck_assert_uint_eq(fx.n, 0); /* the conversation goes on */
    ck_assert(s->ending);
    uint32_t waits = allocate(invoker, "CLI", "HOST", "ONE");
    ck_assert_int_eq(state_of(waits), CONV_WAITING);
    uint32_t old = s->id;
    end(invoker, id);
    end(tp, id);
    ck_assert_int_eq(state_of(waits), CONV_ALLOCATED);
    ck_assert_uint_ne(node_conversation(node, waits)->session->id, old);
    ck_assert_uint_eq(q->active, 1);
    end(invoker, waits);
    node_deactivate(node, session_by_id(node, old + 1), false, now, &fx);
    step();
    ck_assert_uint_eq(q->active, 0);
}
END_TEST

START_TEST(deactivate_cleanup)
{
    uint32_t id = in_state(CONV_RUNNING);
    struct session *s = node_conversation(node, id)->session;
    node_deactivate(node, s, true, now, &fx);
    step();
    ck_assert_int_eq(state_of(id), CONV_CUT);
    ck_assert_uint_eq(effects(NODE_FX_CUT), 1);
}
END_TEST

/* ---- faults that were ordered ---- */

static const struct {
    uint32_t sense;
    unsigned rc;
} ordered[] = {
    {SENSE_SESSION_LIMIT, 2},
    {SENSE_INSUFFICIENT, 2},
    {SENSE_TPN_NOT_RECOGNIZED, 9},
    {SENSE_TP_UNAVAILABLE_NO_RETRY, 10},
    {SENSE_TP_UNAVAILABLE_RETRY, 11},
    {SENSE_SECURITY_NOT_VALID, 6},
    {SENSE_CONV_TYPE_MISMATCH, 3},
    {SENSE_SYNC_LEVEL_UNSUPPORTED, 8},
    {SENSE_PIP_INVALID, 5},
    {0x08210001, 1},
    {0x12345678, 1},
};

START_TEST(injected)
{
    static const char *const places[] = {"CLI", "HOST", "TP", "host"};
    struct process *p = program();
    for (unsigned w = 0; w < 4; w++) {
        struct injection i = {.kind = INJECT_ALLOCATE, .left = 2, .sense = ordered[_i].sense};
        strcpy(i.where, places[w]);
        ck_assert_int_eq(inject_add(&node->injections, &i), 0);
        for (int k = 0; k < 2; k++) {
            ck_assert_uint_eq(allocate(p, "CLI", "HOST", "SMALL"), 0);
            ck_assert_uint_eq(rc, ordered[_i].rc);
        }
        uint32_t id = allocate(p, "CLI", "HOST", "SMALL");
        ck_assert_uint_ne(id, 0);
        end(p, id);
        ck_assert(list_empty(&node->injections));
    }
}
END_TEST

START_TEST(injections)
{
    struct list *all = &node->injections;
    struct injection d = {.kind = INJECT_DELAY, .where = "TP", .ms = 30},
                     a = {.kind = INJECT_ATTACH, .where = "HOST", .left = 1, .sense = 7};
    inject_add(all, &d);
    inject_add(all, &a);
    ck_assert_uint_eq(inject_delay_ms(all, "HOST", "TP"), 30);
    ck_assert_uint_eq(inject_delay_ms(all, "HOST", "TP"), 30); /* without a count for ever */
    ck_assert_uint_eq(inject_delay_ms(all, "HOST", "tp"), 0);  /* TP names have case */
    ck_assert_uint_eq(inject_sense(all, INJECT_ALLOCATE, "HOST", NULL, "TP"), 0);
    ck_assert_uint_eq(inject_sense(all, INJECT_ATTACH, "host", NULL, "X"), 7);
    ck_assert_uint_eq(inject_sense(all, INJECT_ATTACH, "HOST", NULL, "X"), 0);
    d.ms = 40;
    inject_add(all, &d); /* in place of the first */
    ck_assert_uint_eq(inject_delay_ms(all, "", "TP"), 40);
    strcpy(d.where, "tp");
    inject_add(all, &d); /* beside it: another TP */
    a.kind = INJECT_ALLOCATE;
    strcpy(a.where, "TP");
    inject_add(all, &a);
    ck_assert_uint_eq(inject_remove(all, INJECT_DELAY, "TP"), 1); /* one kind, one place */
    ck_assert_uint_eq(inject_remove(all, INJECT_DELAY, "TP"), 0);
    ck_assert_uint_eq(inject_delay_ms(all, "", "tp"), 40);
    ck_assert_uint_eq(inject_remove(all, INJECT_ATTACH, NULL), 2);
    ck_assert(list_empty(all));
}
END_TEST

/* ---- everything at once ---- */

/* Programs allocate, attach, accept, end, cancel, die; sessions are cut and deactivated; limits and
 * definitions change: 20,000 steps of a generator, and the checker after each twentieth. */
enum { PROGRAMS = 12 };

static uint32_t lcg;
static uint32_t draw(uint32_t n)
{
    lcg = lcg * 1664525u + 1013904223u;
    return (lcg >> 10) % n;
}

static struct conversation *any_conversation(void)
{
    uint32_t i = node->convs.n ? draw(node->convs.cap) : 0;
    struct conversation *c = idtab_next(&node->convs, &i);
    i = 0;
    return c ? c : idtab_next(&node->convs, &i);
}

/* The files are read again, and one mode is another. */
static void change_mode(const char *name)
{
    struct cfg_mode *m = config_mode(&cfg, name);
    m->session_limit = 1 + draw(8);
    m->min_winners = draw(m->session_limit + 1);
    m->min_losers = draw(m->session_limit - m->min_winners + 1);
    m->auto_activate = draw(m->min_winners + 1);
    ck_assert_int_eq(node_reload(node, &cfg, now, &fx), 0);
}

static void disturb(struct process **ps)
{
    static const char *const modes[] = {"SMALL", "ONE", "WIDE"};
    uint32_t w = draw(100), k = draw(PROGRAMS);
    struct conversation *c = any_conversation();
    const char *mode = modes[draw(3)];
    struct lp_allocate m = request(k & 1 ? "CLI" : "HOST", k & 1 ? "HOST" : "CLI", mode);
    struct cnos_ask ask = {
        .reset = draw(2), .limit = 1 + draw(8), .drain_source = draw(2), .drain_target = draw(2)};
    uint8_t side;
    struct session_pool *p = pool_of(m.lu, m.partner, mode, &side);
    if (w < 40) {
        m.return_control = draw(4) == 0 ? (draw(2) ? 1 : NODE_RETURN_UNLESS_EXHAUSTED) : 0;
        node_allocate(node, ps[k], NULL, &m, now, &fx, &rc);
    } else if (w < 55 && c && c->state == CONV_ALLOCATED) {
        struct fmh5 a;
        char lu[9];
        unsigned t;
        ck_assert_int_eq(node_attach(node, c->id, &a, lu, &t), 0);
    } else if (w < 70 && c && c->state == CONV_ATTACHING) {
        struct fmh5 a = {.tpn_n = 0};
        struct lp_accepted out;
        if (draw(5))
            node_accept(node, c->id, ps[k], 0, false, &a, &out);
        else
            node_refuse(node, c->id, now, &fx);
    } else if (w < 85 && c) {
        for (unsigned i = 0; i < PROGRAMS; i++)
            if (c->sides[w & 1].process == ps[i]->id) {
                node_end(node, c->id, ps[i]->id, w & 1, now, &fx);
                break;
            }
    } else if (w < 90 && c) {
        node_allocate_cancel(node, c->id, now, &fx);
    } else if (w < 92) {
        node_process_gone(node, ps[k]->id, now, &fx);
        ps[k] = program();
    } else if (w < 94 && c) {
        node_cut(node, c->id, SENSE_SESSION_RESET, now, &fx);
    } else if (w < 96 && !list_empty(&p->sessions)) {
        node_deactivate(node, LIST_OWNER(p->sessions.next, struct session, link), draw(2), now, &fx);
    } else if (w < 97) {
        change_mode(mode);
    } else if (w < 98) {
        node_cnos(node, p, side, &ask, 7, now, &fx);
    } else {
        now += draw(30000);
        node_tick(node, now, &fx);
    }
}

START_TEST(everything)
{
    struct process *ps[PROGRAMS];
    lcg = 77u + (uint32_t)_i;
    node->rules.allocate_wait_ms = _i & 1 ? 60000 : 0;
    node->rules.session_margin = (unsigned)_i % 3;
    for (int i = 0; i < PROGRAMS; i++)
        ps[i] = program();
    for (int i = 0; i < 20000; i++) {
        disturb(ps);
        settle();
        fx.n = 0;
        now += draw(3);
        if (i % 20 == 0)
            step();
    }
    for (int i = 0; i < PROGRAMS; i++)
        node_process_gone(node, ps[i]->id, now, &fx);
    step();
    /* What is left are Attaches whose invoker had ended properly: they are the attach manager's. */
    uint32_t i = 0;
    const struct conversation *c;
    while ((c = idtab_next(&node->convs, &i)))
        ck_assert_int_eq(c->state, CONV_ATTACHING);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("conversation");
    TCase *t = tcase_create("node");
    tcase_add_checked_fixture(t, fix_default, fix_end);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, first_come_first_served);
    tcase_add_test(t, no_overtaking);
    tcase_add_loop_test(t, unless_exhausted, 0, 2);
    tcase_add_test(t, wait_limit);
    tcase_add_test(t, wait_limit_comes_later);
    tcase_add_test(t, waits_without_limit);
    tcase_add_test(t, priorities);
    tcase_add_loop_test(t, equal_priorities, 0, 2);
    tcase_add_test(t, ten_thousand_cancelled);
    tcase_add_loop_test(t, death, 0, OCTETS_ROWS(deaths));
    tcase_add_loop_test(t, bracket_end, 0, OCTETS_ROWS(bracket_ends));
    tcase_add_test(t, given_back);
    tcase_add_loop_test(t, cut, 0, OCTETS_ROWS(cuts));
    tcase_add_test(t, cut_with_nobody_left);
    tcase_add_test(t, cut_serves_who_waits);
    tcase_add_test(t, deactivate_normal);
    tcase_add_test(t, deactivate_cleanup);
    tcase_add_loop_test(t, injected, 0, OCTETS_ROWS(ordered));
    tcase_add_test(t, injections);
    tcase_add_loop_test(t, everything, 0, 6);
    suite_add_tcase(s, t);
    return octets_run(s);
}
