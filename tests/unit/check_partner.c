/* A remote partner, played in memory: it answers late, never, twice, with each refusal, and out of order;
 * also two nodes back to back.  What the node sends on carrier 1 is compared with the charts of the formats.
 */
#include "snanode/base/ebcdic.h"
#include "snanode/node/exchange.h"
#include "snanode/wire/dfc.h"
#include "snanode/wire/unbind.h"
#include "tests/unit/nodefix.h"

/* ---- the link ---- */

enum { LINK = 1 };
static enum carrier_state link_state;
static uint64_t next_address;

static enum carrier_state reach(void *arg, const char *alias, const char *fq, uint32_t *carrier)
{
    (void)arg;
    (void)alias;
    *carrier = LINK;
    return strncmp(fq, "OTHER.", 6) == 0 ? link_state : CARRIER_NONE;
}

static int address(void *arg, uint32_t carrier, uint64_t *out)
{
    (void)arg;
    ck_assert_uint_eq(carrier, LINK);
    *out = next_address++;
    return 0;
}

static const char far_commands[] = "server N /add /netname:NET /cpname:N\n"
                                   "mode SMALL /add /sessionlim:4 /conwin:2 /conlose:1\n"
                                   "mode ONE /add /sessionlim:1 /conwin:1 /conlose:0\n"
                                   "mode AUTO /add /sessionlim:4 /conwin:2 /conlose:0 /autoact:2\n"
                                   "mode LOST /add /sessionlim:2 /conwin:0 /conlose:2\n"
                                   "appcllu CLI /add /server:N\nappcllu HOST /add /server:N\n"
                                   "connection LINK1 /add /conntype:IP-DLC\n"
                                   "appcrlu FAR /add /connection:LINK1 /netname:OTHER /luname:FAR\n"
                                   "appcrlu SINGLE /add /connection:LINK1 /netname:OTHER /luname:SINGLE "
                                   "/parallelsess:no\n";

static void fix_far(void)
{
    fix_start(far_commands);
    link_state = CARRIER_UP;
    next_address = 0x200;
    node->carriers = (struct node_carriers){.reach = reach, .address = address};
    n_sent = 0;
}

/* ---- what goes out ---- */

static void outgoing(unsigned i, const char *rh, struct octets *ru)
{
    uint8_t got[RH_LEN];
    const struct octets want = octets_of(rh);
    ck_assert_uint_lt(i, n_sent);
    rh_encode(&sent[i].piu.rh, got);
    ck_assert_msg(memcmp(got, want.v, RH_LEN) == 0, "RH %02X%02X%02X, not %s", got[0], got[1], got[2], rh);
    if (ru) {
        memcpy(ru->v, sent[i].ru, sent[i].piu.n);
        ru->n = sent[i].piu.n;
    }
}

/* The I-th that went out has this RH and RU. */
static void goes(unsigned i, bool expedited, const char *rh, const char *ru)
{
    struct octets got;
    const struct octets want = octets_of(ru);
    outgoing(i, rh, &got);
    ck_assert_int_eq(sent[i].piu.expedited, expedited);
    ck_assert_uint_eq(got.n, want.n);
    ck_assert_mem_eq(got.v, want.v, want.n);
    ck_assert_uint_eq(sent[i].piu.path.carrier, LINK);
}

/* It is a BIND for MODE; its place among what was sent is kept. */
static struct sent goes_bind(unsigned i, const char *mode, bool winner)
{
    struct bind b;
    struct sna_err e;
    uint8_t name[8];
    outgoing(i, "6B8000", NULL);
    ck_assert(sent[i].piu.expedited);
    ck_assert_int_eq(bind_decode(sent[i].ru, sent[i].piu.n, &b, &e), (int)sent[i].piu.n);
    memcpy(name, b.mode.s, b.mode.n);
    ebcdic_decode(name, b.mode.n);
    ck_assert_uint_eq(b.mode.n, strlen(mode));
    ck_assert_mem_eq(name, mode, b.mode.n);
    ck_assert_int_eq(b.plu_contention_winner, winner);
    struct sent s = sent[i];
    return s;
}

/* ---- what comes in ---- */

static bool comes(const struct path *path, bool expedited, uint16_t snf, const char *rh, const uint8_t *ru,
                  size_t n)
{
    struct octets h = octets_of(rh);
    struct piu p = {.path = *path, .expedited = expedited, .snf = snf, .ru = ru, .n = n};
    struct sna_err e;
    uint8_t *own = octets_exact(ru, n);
    p.ru = own;
    ck_assert_int_eq(rh_decode(h.v, h.n, &p.rh, &e), RH_LEN);
    n_sent = 0;
    bool mine = node_receive(node, &p, now, &fx);
    step();
    free(own);
    return mine;
}

static bool comes_hex(const struct path *path, bool expedited, uint16_t snf, const char *rh, const char *hex)
{
    const struct octets o = octets_of(hex);
    return comes(path, expedited, snf, rh, o.v, o.n);
}

/* The partner's answer to the BIND B: positive, as an LU with the same definitions gives it. */
static void answer_bind(const struct sent *b)
{
    struct activate_offer o = {.max_send_ru = 1024,
                               .max_recv_ru = 1024,
                               .pace_send = 7,
                               .pace_recv = 7,
                               .sync = 1,
                               .parallel = true,
                               .cnos = true,
                               .adaptive = true};
    struct bind in, out;
    struct sna_err e;
    uint8_t ru[BIND_MAX];
    ck_assert_int_gt(bind_decode(b->ru, b->piu.n, &in, &e), 0);
    memcpy(o.fq, in.slu.s, in.slu.n);
    ebcdic_decode((uint8_t *)o.fq, in.slu.n);
    memcpy(o.partner, in.plu.s, in.plu.n);
    ebcdic_decode((uint8_t *)o.partner, in.plu.n);
    memcpy(o.mode, in.mode.s, in.mode.n);
    ebcdic_decode((uint8_t *)o.mode, in.mode.n);
    o.parallel = in.parallel;
    ck_assert_int_eq(activate_answer(&o, &in, &out, &e), 0);
    ssize_t n = bind_encode(&out, ru, sizeof ru);
    ck_assert(comes(&b->piu.path, true, b->piu.snf, "EB8000", ru, (size_t)n));
}

static void refuse_bind(const struct sent *b, uint32_t sense)
{
    uint8_t ru[DFC_RSP_MAX];
    ssize_t n = dfc_encode_response(BIND_CODE, sense, ru, sizeof ru);
    ck_assert(comes(&b->piu.path, true, b->piu.snf, "EF9000", ru, (size_t)n));
}

/* The limits of SMALL, ONE and AUTO are there as after a CNOS. */
static struct session_pool *limits(const char *mode, unsigned limit, unsigned winners, unsigned losers)
{
    struct session_pool *p = pool_of("CLI", "FAR", mode, NULL);
    pool_set_limits(p, 0, limit, winners, losers);
    p->limits_from = LIMITS_CNOS;
    return p;
}

static struct process *prog;

/* An Allocate to FAR, and the BIND that it leads to. */
static struct sent pending(const char *mode, uint32_t *id)
{
    prog = program();
    n_sent = 0;
    *id = allocate(prog, "CLI", "FAR", mode);
    ck_assert_uint_ne(*id, 0);
    ck_assert_int_eq(state_of(*id), CONV_WAITING);
    ck_assert_uint_eq(n_sent, 1);
    struct sent s = goes_bind(0, mode, true);
    return s;
}

static struct session *only(const char *mode)
{
    struct session_pool *p = pool_of("CLI", "FAR", mode, NULL);
    ck_assert(!list_empty(&p->sessions));
    return LIST_OWNER(p->sessions.next, struct session, link);
}

/* ---- the BIND and its answer ---- */

START_TEST(bind_and_answer)
{
    uint32_t id;
    limits("SMALL", 4, 2, 1);
    struct sent b = pending("SMALL", &id);
    ck_assert_int_eq(session_state(only("SMALL")), SESSION_BINDING);
    answer_bind(&b);
    ck_assert_int_eq(state_of(id), CONV_ALLOCATED);
    ck_assert_uint_eq(effects(NODE_FX_ALLOCATED), 1);
    ck_assert_uint_eq(n_sent, 0); /* it is in the first bracket: no yield, and the Attach has no BB */
    ck_assert(!only("SMALL")->bb_due);
    end(prog, id);
    id = allocate(prog, "CLI", "FAR", "SMALL");
    ck_assert_int_eq(state_of(id), CONV_ALLOCATED);
    ck_assert(only("SMALL")->bb_due);
    ck_assert_uint_eq(only("SMALL")->conversations, 2);
}
END_TEST

static const struct {
    uint32_t sense;
    unsigned rc;
} refusals[] = {
    {SENSE_INSUFFICIENT, 2},
    {SENSE_MODE_UNKNOWN, 1},
    {SENSE_RESOURCE_UNKNOWN, 1},
    {SENSE_BIND_FIELD | 10, 1},
    {SENSE_SECURITY_NOT_VALID, 1} /* [S39] */,
    {SENSE_FUNCTION_ACTIVE, 1},
    {0x12345678, 1},
};

START_TEST(bind_refused)
{
    uint32_t id;
    limits("SMALL", 4, 2, 1);
    struct sent b = pending("SMALL", &id);
    refuse_bind(&b, refusals[_i].sense);
    ck_assert_uint_eq(refused_with(id), refusals[_i].rc);
    ck_assert_ptr_null(node_conversation(node, id));
    ck_assert_uint_eq(n_sent, 0);
    ck_assert_uint_eq(node->n_sessions, 0);
    ck_assert_uint_eq(node->refused_binds, 1);
    ck_assert_uint_eq(prog->n_conversations, 0);
}
END_TEST

/* An answer that raises what was offered: UNBIND with the field, and the Allocate fails. */
START_TEST(bind_answered_wrong)
{
    uint32_t id;
    limits("SMALL", 4, 2, 1);
    struct sent b = pending("SMALL", &id), wrong = b;
    wrong.ru[10] = 0xF7;
    ck_assert(comes(&b.piu.path, true, b.piu.snf, "EB8000", wrong.ru, b.piu.n));
    goes(0, true, "6B8000", "32FE0835000A");
    ck_assert_uint_eq(refused_with(id), 1);
    ck_assert_uint_eq(node->n_sessions, 1); /* until the UNBIND is answered */
    ck_assert(comes_hex(&b.piu.path, true, sent[0].piu.snf, "EB8000", "32"));
    ck_assert_uint_eq(node->n_sessions, 0);
}
END_TEST

/* Twice, to nothing, with another identifier, in the wrong state: it is dropped. */
START_TEST(answers_to_nothing)
{
    uint32_t id;
    limits("SMALL", 4, 2, 1);
    struct sent b = pending("SMALL", &id), other = b;
    other.piu.snf++;
    answer_bind(&other);
    refuse_bind(&other, SENSE_INSUFFICIENT);
    ck_assert_int_eq(state_of(id), CONV_WAITING);
    other = b;
    other.piu.path.address++;
    answer_bind(&other);
    ck_assert_int_eq(state_of(id), CONV_WAITING);
    answer_bind(&b);
    answer_bind(&b);
    refuse_bind(&b, SENSE_INSUFFICIENT);
    ck_assert(comes_hex(&b.piu.path, true, b.piu.snf, "EB8000", "32"));
    ck_assert(comes_hex(&b.piu.path, false, 1, "CB8000", "05"));
    ck_assert_uint_eq(n_sent, 0);
    ck_assert_int_eq(state_of(id), CONV_ALLOCATED);
    ck_assert_uint_eq(only("SMALL")->pool->active, 1);
}
END_TEST

/* In place of an answer. */
static const struct {
    const char *unbind;
    unsigned rc;
} unbinds[] = {{"3201", 2}, {"320F", 2}, {"32FE08210001", 1}, {"32FE08A00001", 2}, {"32FE0812000D", 2}};

START_TEST(unbind_for_an_answer)
{
    uint32_t id;
    limits("SMALL", 4, 2, 1);
    struct sent b = pending("SMALL", &id);
    ck_assert(comes_hex(&b.piu.path, true, 0x77, "6B8000", unbinds[_i].unbind));
    goes(0, true, "EB8000", "32");
    ck_assert_uint_eq(sent[0].piu.snf, 0x77);
    ck_assert_uint_eq(refused_with(id), unbinds[_i].rc);
    ck_assert_uint_eq(node->n_sessions, 0);
    ck_assert(comes_hex(&b.piu.path, true, 0x78, "6B8000", "3201")); /* of a session that is over */
    goes(0, true, "EB8000", "32");
    ck_assert(comes_hex(&b.piu.path, false, 1, "4B8000", "05"));
    goes(0, false, "CF9000", "8005000005");
}
END_TEST

/* ---- what happens meanwhile to whoever waits ---- */

enum meanwhile { CANCELLED, PROGRAM_DIES, CUT, TIME_OVER, MODE_CLOSED, MODE_REMOVED, NOTHING };

static struct node_config without; /* the mode: what is in force after MODE_REMOVED */

static void partner_end(void)
{
    fix_end();
    config_fini(&without);
}

static uint32_t meanwhile(enum meanwhile what, uint32_t id)
{
    const struct cnos_ask zero = {.reset = true};
    struct session_pool *p = pool_of("CLI", "FAR", "SMALL", NULL);
    uint8_t gds[CNOS_MAX], reply[CNOS_MAX];
    size_t n;
    fx.n = 0;
    switch (what) {
    case CANCELLED:
        node_allocate_cancel(node, id, now, &fx);
        break;
    case PROGRAM_DIES:
        node_process_gone(node, prog->id, now, &fx);
        break;
    case CUT:
        node_cut(node, id, SENSE_SESSION_RESET, now, &fx);
        break;
    case TIME_OVER:
        now += 5000;
        node_tick(node, now, &fx);
        break;
    case MODE_CLOSED: /* by the partner's CNOS */
        ck_assert_int_eq(cnos_begin(node, p, 1, &zero, gds, &n), CNOS_RC_ACCEPTED);
        p->at[1].locked = false;
        cnos_target(node, p, 0, gds, n, reply, now, &fx);
        work();
        break;
    case MODE_REMOVED:
        cfgfix_read(&without, "server N /add /netname:NET /cpname:N\nappcllu CLI /add /server:N\n");
        ck_assert_int_eq(node_reload(node, &without, now, &fx), 0);
        break;
    default:
        break;
    }
    step();
    return refused_with(id);
}

static const struct {
    enum meanwhile what;
    unsigned rc;        /* 0xFFFF: nobody is left to be told */
    bool session_stays; /* when the BIND is answered after all */
} meanwhiles[] = {
    {CANCELLED, 0xFFFF, true}, {PROGRAM_DIES, 0xFFFF, true}, {CUT, 2, true},
    {TIME_OVER, 2, true},      {MODE_CLOSED, 1, false},      {MODE_REMOVED, 1, false},
};

/* The BIND is answered late. */
START_TEST(answered_late)
{
    uint32_t id;
    node->rules.allocate_wait_ms = 5000;
    struct session_pool *p = limits("SMALL", 4, 2, 1);
    struct sent b = pending("SMALL", &id);
    ck_assert_uint_eq(meanwhile(meanwhiles[_i].what, id), meanwhiles[_i].rc);
    ck_assert_ptr_null(node_conversation(node, id));
    ck_assert_uint_eq(node->n_sessions, 1);
    answer_bind(&b);
    outgoing(0, "4B9001", NULL); /* nobody wants the first bracket: LUSTAT, CEB */
    if (meanwhiles[_i].session_stays) {
        ck_assert_uint_eq(n_sent, 1);
        ck_assert_ptr_nonnull(pool_idle(p, 0));
        id = allocate(program(), "CLI", "FAR", "SMALL");
        ck_assert_int_eq(state_of(id), CONV_ALLOCATED);
        return;
    }
    goes(1, false, "4B9000", "70"); /* ... and the session is above the limit */
    ck_assert(comes_hex(&b.piu.path, false, 1, "4B9000", "70"));
    goes(0, true, "6B8000", "3201");
    ck_assert(comes_hex(&b.piu.path, true, sent[0].piu.snf, "EB8000", "32"));
    ck_assert_uint_eq(node->n_sessions, 0);
}
END_TEST

/* ... or refused late, or never: nothing is left when the link goes. */
START_TEST(refused_late)
{
    uint32_t id;
    node->rules.allocate_wait_ms = 5000;
    limits("SMALL", 4, 2, 1);
    struct sent b = pending("SMALL", &id);
    ck_assert_uint_eq(meanwhile(meanwhiles[_i].what, id), meanwhiles[_i].rc);
    if (_i & 1)
        refuse_bind(&b, SENSE_INSUFFICIENT);
    else
        node_path_down(node, LINK, "test", now, &fx);
    step();
    ck_assert_uint_eq(node->n_sessions, 0);
    ck_assert_uint_eq(node->convs.n, 0);
}
END_TEST

/* A second Allocate takes over what was begun for the first. */
START_TEST(handed_on)
{
    uint32_t first, second;
    limits("ONE", 1, 1, 0);
    struct sent b = pending("ONE", &first);
    struct process *p = program();
    second = allocate(p, "CLI", "FAR", "ONE");
    ck_assert_int_eq(state_of(second), CONV_WAITING);
    meanwhile(CANCELLED, first);
    refuse_bind(&b, SENSE_MODE_UNKNOWN);
    ck_assert_uint_eq(refused_with(second), 1);
}
END_TEST

/* Four at once have four BINDs under way; the fifth waits, and IMMEDIATE does not. */
START_TEST(several)
{
    uint32_t id[5];
    struct sent b[4];
    limits("SMALL", 4, 4, 0);
    for (unsigned i = 0; i < 4; i++)
        b[i] = pending("SMALL", &id[i]);
    n_sent = 0;
    id[4] = allocate(prog, "CLI", "FAR", "SMALL");
    ck_assert_uint_eq(n_sent, 0);
    ck_assert_uint_eq(allocate_now(prog, "CLI", "FAR", "SMALL"), 0);
    ck_assert_uint_eq(rc, 28);
    ck_assert_uint_eq(allocate_unless_exhausted(prog, "CLI", "FAR", "SMALL"), 0);
    ck_assert_uint_eq(rc, 28);
    answer_bind(&b[2]);
    ck_assert_int_eq(state_of(id[2]), CONV_ALLOCATED);
    refuse_bind(&b[1], SENSE_SESSION_LIMIT); /* others are there to wait for */
    ck_assert_int_eq(state_of(id[1]), CONV_WAITING);
    ck_assert_uint_eq(n_sent, 0); /* and there is no use in another BIND */
    answer_bind(&b[0]);
    answer_bind(&b[3]);
    ck_assert_int_eq(state_of(id[0]), CONV_ALLOCATED);
    ck_assert_int_eq(state_of(id[3]), CONV_ALLOCATED);
    n_sent = 0;
    node_end(node, id[3], node_conversation(node, id[3])->sides[SIDE_A].process, SIDE_A, now, &fx);
    node_far_over(node, id[3], now, &fx);
    step();
    ck_assert_int_eq(state_of(id[1]), CONV_ALLOCATED);
    ck_assert_int_eq(state_of(id[4]), CONV_WAITING);
    goes_bind(0, "SMALL", true); /* the fifth has not asked yet */
    node_path_down(node, LINK, "test", now, &fx);
    step();
    ck_assert_uint_eq(node->n_sessions, 0);
}
END_TEST

/* Those that wait for a session of somebody else ask for one of their own when it is gone. */
START_TEST(others_are_gone)
{
    uint32_t id[2];
    struct sent b[2];
    node->rules.keep_limits = true;
    limits("SMALL", 4, 4, 0);
    for (unsigned i = 0; i < 2; i++)
        b[i] = pending("SMALL", &id[i]);
    refuse_bind(&b[0], SENSE_SESSION_LIMIT);
    ck_assert_int_eq(state_of(id[0]), CONV_WAITING);
    if (_i == 0) {
        refuse_bind(&b[1], SENSE_SESSION_LIMIT);
        ck_assert_uint_eq(refused_with(id[1]), 2);
    } else {
        answer_bind(&b[1]);
        ck_assert(comes_hex(&b[1].piu.path, true, 9, "6B8000", "320F"));
    }
    struct sent again = goes_bind(n_sent - 1, "SMALL", true);
    answer_bind(&again);
    ck_assert_int_eq(state_of(id[0]), CONV_ALLOCATED);
}
END_TEST

/* ---- the chain of a first use ---- */

static const char attach_hex[] = "0D05 02FF 00 03 D00000 02 06F1 00"; /* as in a trace of the real one */

/* The Allocate, up to the CNOS request; where the exchange has its session. */
static struct path first_request(const char *mode, uint32_t *id)
{
    prog = program();
    n_sent = 0;
    *id = allocate(prog, "CLI", "FAR", mode);
    struct sent b = goes_bind(0, CNOS_MODE, true);
    ck_assert_uint_eq(n_sent, 1);
    answer_bind(&b);
    ck_assert_uint_eq(n_sent, 1);
    return b.piu.path;
}

/* The reply: MODIFIER, and the limits. */
static void reply(const struct path *path, const char *mode, uint8_t service, uint8_t modifier,
                  unsigned limit, unsigned source, unsigned target)
{
    struct cnos c = {.service = service,
                     .modifier = modifier,
                     .limit = (uint16_t)limit,
                     .source_winners = (uint16_t)source,
                     .target_winners = (uint16_t)target,
                     .mode_n = (uint8_t)strlen(mode)};
    uint8_t gds[CNOS_MAX];
    memcpy(c.mode, mode, c.mode_n);
    ebcdic_encode(c.mode, c.mode_n);
    ssize_t n = cnos_encode(&c, gds, sizeof gds);
    ck_assert(comes(path, false, 1, "039001", gds, (size_t)n));
}

START_TEST(first_use_chain)
{
    uint32_t id;
    struct path cnos_path = first_request("SMALL", &id);
    struct octets ru;
    outgoing(0, "0B9020", &ru); /* no BB in the first bracket */
    const struct octets attach = octets_of(attach_hex);
    struct cnos c;
    struct sna_err e;
    size_t k = attach.n;
    ck_assert_mem_eq(ru.v, attach.v, k);
    ck_assert_int_eq(cnos_decode(ru.v + k, ru.n - k, &c, &e), (int)(ru.n - k));
    ck_assert(c.service == CNOS_REQUEST && c.limit == 4 && c.source_winners == 2 && c.target_winners == 1);
    reply(&cnos_path, "SMALL", CNOS_REPLY, CNOS_NEGOTIATED, 3, 1, 1);
    struct sent b = goes_bind(0, "SMALL", true);
    ck_assert_uint_eq(n_sent, 1); /* the SNASVCMG session stays */
    answer_bind(&b);
    ck_assert_int_eq(state_of(id), CONV_ALLOCATED);
    struct session_pool *p = pool_of("CLI", "FAR", "SMALL", NULL);
    ck_assert_uint_eq(p->at[0].limit, 3);
    ck_assert_int_eq(p->limits_from, LIMITS_MODE);
    /* a second mode has its exchange on the same session, in a bracket of its own: with BB */
    n_sent = 0;
    allocate(prog, "CLI", "FAR", "ONE");
    outgoing(0, "0B90A0", NULL);
    ck_assert_uint_eq(n_sent, 1);
}
END_TEST

/* Several at once, and the first ones of all: one exchange serves them, and none hangs [Q2408772]. */
START_TEST(first_of_many)
{
    uint32_t id[5];
    struct sent b[4];
    prog = program();
    n_sent = 0;
    for (unsigned i = 0; i < 5; i++)
        id[i] = allocate(prog, "CLI", "FAR", "SMALL");
    struct sent control = goes_bind(0, CNOS_MODE, true);
    ck_assert_uint_eq(n_sent, 1);
    answer_bind(&control);
    ck_assert_uint_eq(n_sent, 1);
    reply(&control.piu.path, "SMALL", CNOS_REPLY, CNOS_ACCEPTED, 4, 4, 0);
    ck_assert_uint_eq(n_sent, 4);
    for (unsigned i = 0; i < 4; i++)
        b[i] = goes_bind(i, "SMALL", true);
    for (unsigned i = 0; i < 4; i++) {
        answer_bind(&b[i]);
        ck_assert_int_eq(state_of(id[i]), CONV_ALLOCATED);
    }
    ck_assert_int_eq(state_of(id[4]), CONV_WAITING);
}
END_TEST

static const struct {
    uint8_t service, modifier;
    unsigned limit, source, target;
    unsigned rc; /* of the Allocate, 0xFFFF: it goes on */
} replies[] = {
    {CNOS_REPLY, CNOS_ACCEPTED, 4, 2, 1, 0xFFFF},
    {CNOS_REPLY, CNOS_NEGOTIATED, 1, 0, 1, 0xFFFF},
    {CNOS_REPLY_ABNORMAL, CNOS_NO_MODE, 4, 2, 1, 2},
    {CNOS_REPLY_ABNORMAL, CNOS_CLOSED, 4, 2, 1, 2},
    {CNOS_REPLY, CNOS_NEGOTIATED, 5, 2, 1, 2}, /* raised */
    {CNOS_REPLY, CNOS_ACCEPTED, 4, 3, 2, 2},   /* more winners than sessions */
    {CNOS_REQUEST, 0, 4, 2, 1, 2},             /* no reply at all */
};

START_TEST(cnos_replies)
{
    uint32_t id;
    struct path path = first_request("SMALL", &id);
    reply(&path, "SMALL", replies[_i].service, replies[_i].modifier, replies[_i].limit, replies[_i].source,
          replies[_i].target);
    ck_assert_uint_eq(refused_with(id), replies[_i].rc);
    struct session_pool *p = pool_of("CLI", "FAR", "SMALL", NULL);
    ck_assert(!p->at[0].locked && !p->first);
    ck_assert_int_eq(p->limits_from, replies[_i].rc == 0xFFFF ? LIMITS_MODE : LIMITS_UNSET);
    ck_assert(list_empty(&node->exchanges));
}
END_TEST

/* The partner's LU has no such TP: FMH-7, and nothing else ends well. */
START_TEST(cnos_attach_refused)
{
    uint32_t id;
    struct path path = first_request("SMALL", &id);
    ck_assert(comes_hex(&path, false, 1, "879000", "08460000"));
    ck_assert_int_eq(state_of(id), CONV_WAITING);
    ck_assert(comes_hex(&path, false, 1, "0B8001", "07071008602100"));
    ck_assert_uint_eq(refused_with(id), 2);
}
END_TEST

/* The chain breaks at each link of it. */
START_TEST(chain_breaks)
{
    uint32_t id;
    prog = program();
    id = allocate(prog, "CLI", "FAR", "SMALL");
    struct sent b = goes_bind(0, CNOS_MODE, true);
    if (_i == 0)
        refuse_bind(&b, SENSE_INSUFFICIENT);
    else if (_i == 1)
        node_path_down(node, LINK, "test", now, &fx);
    else if (_i == 6) /* [Q176160] */
        ck_assert(comes_hex(&b.piu.path, true, 3, "6B8000", "320A"));
    else
        answer_bind(&b);
    if (_i == 2)
        node_path_down(node, LINK, "test", now, &fx);
    if (_i == 3)
        ck_assert(comes_hex(&b.piu.path, true, 3, "6B8000", "32FE08A00001"));
    if (_i == 4)
        node_deactivate(node, only(CNOS_MODE), true, now, &fx);
    if (_i == 5) { /* whoever waits goes, and the exchange goes on */
        node_allocate_cancel(node, id, now, &fx);
        step();
        ck_assert(!list_empty(&node->exchanges));
        reply(&b.piu.path, "SMALL", CNOS_REPLY, CNOS_ACCEPTED, 4, 2, 1);
        ck_assert_uint_eq(n_sent, 0);
        return;
    }
    step();
    ck_assert_uint_eq(refused_with(id), 2);
    ck_assert(list_empty(&node->exchanges));
    ck_assert(!pool_of("CLI", "FAR", "SMALL", NULL)->at[0].locked);
    ck_assert_int_eq(pool_of("CLI", "FAR", "SMALL", NULL)->limits_from, LIMITS_UNSET);
    ck_assert_uint_ne(allocate(prog, "CLI", "FAR", "SMALL"), 0); /* and may be tried again */
}
END_TEST

/* The partner was started anew and has no limits: they are agreed again, and all that wait are served
 * [Q170070].  0: the limits were the mode's, 1: of a CNOS. */
START_TEST(limits_forgotten)
{
    uint32_t id[3];
    struct sent b[3];
    struct session_pool *p = limits("SMALL", 3, 3, 0);
    p->limits_from = _i == 0 ? LIMITS_MODE : LIMITS_CNOS;
    for (unsigned i = 0; i < 3; i++)
        b[i] = pending("SMALL", &id[i]);
    for (unsigned i = 0; i < 3; i++)
        refuse_bind(&b[i], SENSE_SESSION_LIMIT);
    struct sent control = goes_bind(0, CNOS_MODE, true);
    ck_assert_uint_eq(n_sent, 1);
    for (unsigned i = 0; i < 3; i++)
        ck_assert_int_eq(state_of(id[i]), CONV_WAITING);
    answer_bind(&control);
    struct octets ru;
    struct cnos c;
    struct sna_err e;
    size_t k = octets_of(attach_hex).n;
    outgoing(0, "0B9020", &ru);
    ck_assert_int_gt(cnos_decode(ru.v + k, ru.n - k, &c, &e), 0);
    ck_assert_uint_eq(c.limit, _i == 0 ? 4 : 3);
    ck_assert_uint_eq(c.source_winners, _i == 0 ? 2 : 3);
    reply(&control.piu.path, "SMALL", CNOS_REPLY, CNOS_ACCEPTED, c.limit, 3, 0);
    ck_assert_int_eq(p->limits_from, _i == 0 ? LIMITS_MODE : LIMITS_CNOS);
    ck_assert_uint_eq(n_sent, 3);
    for (unsigned i = 0; i < 3; i++)
        b[i] = goes_bind(i, "SMALL", true);
    for (unsigned i = 0; i < 3; i++) {
        answer_bind(&b[i]);
        ck_assert_int_eq(state_of(id[i]), CONV_ALLOCATED);
    }
}
END_TEST

/* They are agreed once for a session, or cannot be: then all that wait are refused, and the next Allocate
 * has another try.  0: the BINDs are refused again, 1: the exchange has no session, 2: RENEGLIMITS is NO. */
START_TEST(limits_refused)
{
    uint32_t id[2];
    struct sent b[2];
    struct session_pool *p = limits("SMALL", 4, 4, 0);
    node->rules.keep_limits = _i == 2;
    for (unsigned i = 0; i < 2; i++)
        b[i] = pending("SMALL", &id[i]);
    refuse_bind(&b[0], SENSE_SESSION_LIMIT);
    refuse_bind(&b[1], SENSE_WINNER_LIMIT);
    if (_i == 2) {
        struct sent again = goes_bind(n_sent - 1, "SMALL", true);
        refuse_bind(&again, SENSE_SESSION_LIMIT);
    } else {
        struct sent control = goes_bind(0, CNOS_MODE, true);
        if (_i == 1)
            refuse_bind(&control, SENSE_SESSION_LIMIT);
        else
            answer_bind(&control);
        if (_i == 0) {
            reply(&control.piu.path, "SMALL", CNOS_REPLY, CNOS_ACCEPTED, 4, 4, 0);
            for (unsigned i = 0; i < 2; i++)
                b[i] = goes_bind(i, "SMALL", true);
            for (unsigned i = 0; i < 2; i++)
                refuse_bind(&b[i], SENSE_SESSION_LIMIT);
        }
    }
    for (unsigned i = 0; i < 2; i++)
        ck_assert_uint_eq(refused_with(id[i]), 2);
    ck_assert_uint_eq(p->waiting, 0);
    ck_assert(p->at[0].limit == 4 && p->limits_from == LIMITS_CNOS && !p->at[0].locked);
    b[0] = pending("SMALL", &id[0]);
    refuse_bind(&b[0], SENSE_SESSION_LIMIT);
    if (_i == 2)
        ck_assert_uint_eq(refused_with(id[0]), 2);
    else
        ck_assert_uint_eq(n_sent, 1);
}
END_TEST

/* Both ask at once.  NET.CLI is the lower name: it loses, and its Allocate goes on with the partner's limits.
 */
START_TEST(command_race)
{
    uint32_t id;
    struct path mine = first_request("SMALL", &id), theirs = {LINK, 0x9001};
    struct activate_offer o = {.sync = 1, .parallel = true, .cnos = true, .winner = true};
    struct bind bind;
    uint8_t ru[BIND_MAX], gds[CNOS_MAX], both[64];
    strcpy(o.fq, "OTHER.FAR");
    strcpy(o.partner, "NET.CLI");
    strcpy(o.mode, CNOS_MODE);
    activate_bind(&o, (const uint8_t[8]){1}, &bind);
    ssize_t n = bind_encode(&bind, ru, sizeof ru);
    ck_assert(comes(&theirs, true, 5, "6B8000", ru, (size_t)n));
    outgoing(0, "EB8000", NULL);
    struct cnos c = {
        .service = CNOS_REQUEST, .limit = 2, .source_winners = 1, .target_winners = 1, .mode_n = 8};
    memcpy(c.mode, "SMALL   ", 8); /* padded, as a real one does it */
    ebcdic_encode(c.mode, 8);
    ssize_t k = cnos_encode(&c, gds, sizeof gds);
    const struct octets a = octets_of(attach_hex);
    if (_i == 0)
        reply(&mine, "SMALL", CNOS_REPLY_ABNORMAL, CNOS_RACE, 4, 2, 1);
    /* its Attach in one RU, and the request in the next */
    memcpy(both, a.v, a.n);
    ck_assert(comes(&theirs, false, 1, "0A9000", both, a.n));
    ck_assert_uint_eq(n_sent, 0);
    ck_assert(comes(&theirs, false, 2, "019020", gds, (size_t)k));
    outgoing(0, "039001", NULL);
    struct cnos r;
    struct sna_err e;
    ck_assert_int_gt(cnos_decode(sent[0].ru, sent[0].piu.n, &r, &e), 0);
    ck_assert(r.service == CNOS_REPLY && r.modifier == CNOS_ACCEPTED);
    if (_i == 1)
        reply(&mine, "SMALL", CNOS_REPLY_ABNORMAL, CNOS_RACE, 4, 2, 1);
    ck_assert_uint_eq(refused_with(id), 0xFFFF);
    struct session_pool *p = pool_of("CLI", "FAR", "SMALL", NULL);
    ck_assert(p->at[0].limit == 2 && p->limits_from == LIMITS_CNOS && !p->at[0].locked);
    ck_assert_uint_eq(p->held, 1); /* the BIND for the Allocate is out */
}
END_TEST

/* A partner with single sessions: no CNOS, and the one session is bound at once. */
START_TEST(single_session)
{
    prog = program();
    uint32_t id = allocate(prog, "CLI", "SINGLE", "SMALL"), other = allocate(prog, "CLI", "SINGLE", "ONE");
    struct sent b = goes_bind(0, "SMALL", true);
    ck_assert_uint_eq(n_sent, 1);
    answer_bind(&b);
    ck_assert_int_eq(state_of(id), CONV_ALLOCATED);
    ck_assert_int_eq(state_of(other), CONV_WAITING);
    n_sent = 0;
    end(prog, id);
    goes(0, false, "4B9000", "70"); /* it makes way for the other mode */
    ck_assert(comes_hex(&b.piu.path, false, 1, "4B9000", "70"));
    goes(0, true, "6B8000", "3201");
    goes_bind(1, "ONE", true);
}
END_TEST

/* AUTO has two sessions that are activated with its limits: they are kept, and IMMEDIATE may have one. */
START_TEST(immediate_at_first_use)
{
    struct lp_allocate m = request("CLI", "FAR", "AUTO");
    m.return_control = 1;
    prog = program();
    uint32_t id = allocate_as(prog, &m);
    struct sent c = goes_bind(0, CNOS_MODE, true);
    answer_bind(&c);
    reply(&c.piu.path, "AUTO", CNOS_REPLY, CNOS_ACCEPTED, 4, 2, 0);
    ck_assert_int_eq(state_of(id), CONV_WAITING);
    struct sent a = goes_bind(0, "AUTO", true), b = goes_bind(1, "AUTO", true);
    ck_assert_uint_eq(n_sent, 2);
    if (_i == 0) {
        answer_bind(&a);
        goes(0, false, "4B9001", "0400060000");
        ck_assert_int_eq(state_of(id), CONV_ALLOCATED);
        ck_assert(node_conversation(node, id)->session->kept);
    } else {
        refuse_bind(&a, SENSE_INSUFFICIENT);
        refuse_bind(&b, SENSE_INSUFFICIENT);
        ck_assert_uint_eq(refused_with(id), 28);
    }
}
END_TEST

/* Automatic sessions that are refused for a reason that passes are begun again, and nobody has to ask.
 * 0: so it is; 1: for good; 2: BINDRETRY is 0; 3: the link is down by then. */
START_TEST(automatic_again)
{
    uint32_t id;
    struct path path = first_request("AUTO", &id);
    node->rules.no_bind_retry = _i == 2;
    node->rules.session_timeout_ms = 0;
    node_allocate_cancel(node, id, now, &fx);
    step();
    reply(&path, "AUTO", CNOS_REPLY, CNOS_ACCEPTED, 4, 2, 0);
    for (unsigned round = 0; round < 2; round++) {
        struct sent a = goes_bind(0, "AUTO", true), b = goes_bind(1, "AUTO", true);
        ck_assert_uint_eq(n_sent, 2);
        refuse_bind(&a, _i == 1 ? SENSE_MODE_UNKNOWN : 0x80030000);
        refuse_bind(&b, _i == 1 ? SENSE_MODE_UNKNOWN : 0x80030000);
        link_state = _i == 3 ? CARRIER_ON_DEMAND : CARRIER_UP;
        now += 9999;
        node_tick(node, now, &fx);
        step();
        ck_assert_uint_eq(n_sent, 0);
        now++;
        node_tick(node, now, &fx);
        step();
        ck_assert_uint_eq(effects(NODE_FX_CARRIER), 0);
        if (_i > 0) {
            ck_assert_uint_eq(n_sent, 0);
            return;
        }
    }
    struct sent a = goes_bind(0, "AUTO", true), b = goes_bind(1, "AUTO", true);
    answer_bind(&a);
    refuse_bind(&b, 0x80130000);
    now += 10000;
    node_tick(node, now, &fx);
    step();
    b = goes_bind(0, "AUTO", true);
    ck_assert_uint_eq(n_sent, 1);
    answer_bind(&b);
    now += 10000;
    n_sent = 0;
    node_tick(node, now, &fx);
    step();
    ck_assert_uint_eq(n_sent, 0);
    ck_assert_uint_eq(pool_of("CLI", "FAR", "AUTO", NULL)->active, 2);
}
END_TEST

/* ---- the carrier ---- */

START_TEST(no_carrier)
{
    link_state = CARRIER_NONE;
    ck_assert_uint_eq(allocate(program(), "CLI", "FAR", "SMALL"), 0);
    ck_assert_uint_eq(rc, 1);
    ck_assert_uint_eq(n_sent, 0);
}
END_TEST

START_TEST(on_demand)
{
    link_state = CARRIER_ON_DEMAND;
    prog = program();
    uint32_t a = allocate(prog, "CLI", "FAR", "SMALL");
    ck_assert_uint_eq(effects(NODE_FX_CARRIER), 1);
    uint32_t b = allocate(prog, "CLI", "FAR", "SMALL"), c = allocate(prog, "CLI", "FAR", "ONE");
    ck_assert_uint_eq(effects(NODE_FX_CARRIER), 0); /* asked for already */
    ck_assert_uint_eq(n_sent, 0);
    if (_i == 0) {
        node_path_down(node, LINK, "nobody answers", now, &fx);
        step();
        ck_assert(refused_with(a) == 2 && refused_with(b) == 2 && refused_with(c) == 2);
        ck_assert_uint_eq(node->convs.n, 0);
        return;
    }
    link_state = CARRIER_UP;
    node_path_up(node, LINK, now, &fx);
    step();
    goes_bind(0, CNOS_MODE, true);
    goes_bind(1, CNOS_MODE, false); /* the second exchange has the partner's SNASVCMG session */
}
END_TEST

/* How far it has come when the link goes, and what the program is told. */
enum stage { S_BINDING, S_ALLOCATED, S_ATTACHING, S_RUNNING, S_IDLE, S_BIDDING, S_BIS, S_UNBIND, STAGES };

static const struct {
    int effect;
    unsigned rc;
} stages[STAGES] = {
    [S_BINDING] = {NODE_FX_REFUSED, 2},
    [S_ALLOCATED] = {NODE_FX_CUT, 0},
    [S_ATTACHING] = {NODE_FX_CUT, 0},
    [S_RUNNING] = {NODE_FX_CUT, 0},
    [S_IDLE] = {-1, 0},
    [S_BIDDING] = {NODE_FX_REFUSED, 2},
    [S_BIS] = {-1, 0},
    [S_UNBIND] = {-1, 0},
};

/* A session of LOST, which the partner wins, with a bid of ours under way. */
static struct path bidding(uint32_t *id)
{
    uint32_t first;
    limits("LOST", 1, 0, 1);
    prog = program();
    n_sent = 0;
    first = allocate(prog, "CLI", "FAR", "LOST");
    struct sent b = goes_bind(0, "LOST", false);
    answer_bind(&b);
    end(prog, first);
    n_sent = 0;
    *id = allocate(prog, "CLI", "FAR", "LOST");
    goes(0, false, "4B8080", "0400060000");
    ck_assert_uint_eq(n_sent, 1);
    ck_assert_int_eq(state_of(*id), CONV_WAITING);
    return b.piu.path;
}

static uint32_t come_to(enum stage s)
{
    uint32_t id;
    if (s == S_BIDDING) {
        bidding(&id);
        return id;
    }
    limits("SMALL", 4, 2, 1);
    struct sent b = pending("SMALL", &id);
    if (s == S_BINDING)
        return id;
    answer_bind(&b);
    if (s == S_ATTACHING || s == S_RUNNING)
        attach(id); /* it runs as soon as the link has its Attach */
    if (s < S_IDLE)
        return id;
    end(prog, id);
    if (s == S_BIS)
        node_deactivate(node, only("SMALL"), false, now, &fx);
    if (s == S_UNBIND)
        node_deactivate(node, only("SMALL"), true, now, &fx);
    step();
    return id;
}

/* The effects tell the conversation ID once what STAGE has for it, and nothing when it has nothing. */
static void told_once(enum stage stage, uint32_t id)
{
    unsigned told = 0;
    for (size_t i = 0; i < fx.n; i++)
        if ((int)fx.v[i].kind == stages[stage].effect && fx.v[i].conv == id) {
            told++;
            if (fx.v[i].kind == NODE_FX_CUT)
                ck_assert_uint_eq(retcode_of_unbind(fx.v[i].sense), LP_RC_RESOURCE_FAILURE_RETRY);
            else
                ck_assert_uint_eq(fx.v[i].rc, stages[stage].rc);
        }
    ck_assert_uint_eq(told, stages[stage].effect >= 0);
}

START_TEST(link_goes)
{
    uint32_t id = come_to((enum stage)_i);
    fx.n = 0;
    n_sent = 0;
    node_path_down(node, LINK, "test", now, &fx);
    step();
    ck_assert_uint_eq(n_sent, 0);
    ck_assert_uint_eq(node->n_sessions, 0);
    told_once((enum stage)_i, id);
    node_path_down(node, LINK, "again", now, &fx);
    step();
}
END_TEST

/* The link is to be ended: each session is unbound, and when the partner has answered nothing is left. */
START_TEST(link_ends)
{
    static const char *const types[STAGES] = {
        [S_BINDING] = "320F", [S_ALLOCATED] = "320F", [S_ATTACHING] = "320F", [S_RUNNING] = "320F",
        [S_IDLE] = "3201",    [S_BIDDING] = "320F",   [S_BIS] = "320F",
    };
    uint32_t id = come_to((enum stage)_i);
    const struct session *s = only(_i == S_BIDDING ? "LOST" : "SMALL");
    struct path path = s->half[0].path;
    link_state = CARRIER_ON_DEMAND; /* nothing begins any more */
    fx.n = 0;
    n_sent = 0;
    node_path_end(node, LINK, now, &fx);
    step();
    ck_assert_uint_eq(n_sent, types[_i] != NULL);
    if (types[_i])
        goes(0, true, "6B8000", types[_i]);
    told_once((enum stage)_i, id);
    ck_assert(comes_hex(&path, true, s->half[0].snf, "EB8000", "32"));
    ck_assert_uint_eq(node->n_sessions, 0);
    node_path_end(node, LINK, now, &fx);
    step();
}
END_TEST

/* ---- bids ---- */

START_TEST(bid_granted)
{
    uint32_t id;
    struct path path = bidding(&id);
    ck_assert(comes_hex(&path, false, 0, "CB8000", "04"));
    ck_assert_int_eq(state_of(id), CONV_ALLOCATED);
    ck_assert(!only("LOST")->bb_due); /* the bid was the BB */
    ck_assert_uint_eq(only("LOST")->bids, 1);
    ck_assert(!comes_hex(&path, false, 0, "CB8000", "04")); /* the conversation's own, if anybody's */
}
END_TEST

static const char *const bid_refusals[] = {"0813000004", "0814000004", "088B000004"};

START_TEST(bid_refused)
{
    uint32_t id;
    struct path path = bidding(&id);
    ck_assert(comes_hex(&path, false, 0, "CF9000", bid_refusals[_i]));
    ck_assert_int_eq(state_of(id), CONV_WAITING);
    ck_assert_uint_eq(n_sent, 0); /* no second bid for it */
    if (_i == 0) {                /* the partner's bracket comes, and when it is over the next bid */
        ck_assert(!comes_hex(&path, false, 1, "0B90A0", "0502FF00"));
        node_bracket_over(node, &path, now, &fx);
        step();
        goes(0, false, "4B8080", "0400060000");
    } else if (_i == 1) {
        ck_assert(comes_hex(&path, false, 1, "4B8000", "05"));
        goes(0, false, "CB8000", "05");
        ck_assert_int_eq(state_of(id), CONV_ALLOCATED);
    } else { /* BIS, its answer, the partner's UNBIND, and a new BIND */
        ck_assert(comes_hex(&path, false, 1, "4B9000", "70"));
        goes(0, false, "4B9000", "70");
        ck_assert(comes_hex(&path, true, 9, "6B8000", "3201"));
        goes(0, true, "EB8000", "32");
        goes_bind(1, "LOST", false);
    }
}
END_TEST

/* The RTR comes when nobody wants it any more. */
START_TEST(rtr_not_required)
{
    uint32_t id;
    struct path path = bidding(&id);
    ck_assert(comes_hex(&path, false, 0, "CF9000", bid_refusals[1]));
    node_allocate_cancel(node, id, now, &fx);
    step();
    ck_assert(comes_hex(&path, false, 1, "4B8000", "05"));
    goes(0, false, "CF9000", "0819000005");
    ck_assert_ptr_nonnull(pool_idle(only("LOST")->pool, 1));
}
END_TEST

/* The bid crosses the partner's bracket, or its BIS: it stays open until it is answered. */
START_TEST(bid_crossed)
{
    uint32_t id;
    struct path path = bidding(&id);
    if (_i == 3) {
        ck_assert(comes_hex(&path, false, 1, "4B9000", "70"));
        goes(0, false, "4B9000", "70");
        comes_hex(&path, false, 0, "CF9000", bid_refusals[2]);
        ck_assert_int_eq(state_of(id), CONV_WAITING);
        return;
    }
    ck_assert(!comes_hex(&path, false, 1, "0B90A0", "0502FF00"));
    if (_i == 0) { /* answered in the bracket */
        comes_hex(&path, false, 0, "CF9000", bid_refusals[0]);
        node_bracket_over(node, &path, now, &fx);
        step();
        goes(0, false, "4B8080", "0400060000"); /* and so another one */
    } else {                                    /* ... behind it */
        node_bracket_over(node, &path, now, &fx);
        step();
        ck_assert_uint_eq(n_sent, 0);
        comes_hex(&path, false, 0, _i == 1 ? "CF9000" : "CB8000", _i == 1 ? bid_refusals[1] : "04");
        ck_assert_uint_eq(n_sent, 0);
        if (_i == 1)
            comes_hex(&path, false, 2, "4B8000", "05");
        ck_assert_int_eq(state_of(id), CONV_ALLOCATED);
    }
}
END_TEST

/* An idle session of SMALL that this LU wins. */
static struct path idle_winner(uint32_t *id)
{
    limits("SMALL", 4, 2, 1);
    struct sent b = pending("SMALL", id);
    answer_bind(&b);
    end(prog, *id);
    return b.piu.path;
}

/* The partner bids for it. */
START_TEST(partner_bids)
{
    uint32_t id;
    struct path path = idle_winner(&id);
    id = _i ? allocate(prog, "CLI", "FAR", "SMALL") : 0;
    ck_assert(comes_hex(&path, false, 4, "4B8080", "0400060000"));
    ck_assert_uint_eq(sent[0].piu.snf, 4);
    if (!_i) {
        goes(0, false, "CB8000", "04");
        ck_assert(!comes_hex(&path, false, 5, "0B9020", "0502FF00"));
        return;
    }
    goes(0, false, "CF9000", "0814000004");
    n_sent = 0;
    end(prog, id);
    goes(0, false, "4B8000", "05"); /* RTR, as promised */
    ck_assert_ptr_null(pool_idle(only("SMALL")->pool, 0));
    if (_i == 1) {
        ck_assert(comes_hex(&path, false, 0, "CB8000", "05"));
        ck_assert(!comes_hex(&path, false, 5, "0B9020", "0502FF00"));
    } else {
        ck_assert(comes_hex(&path, false, 0, "CF9000", "0819000005"));
        ck_assert_ptr_nonnull(pool_idle(only("SMALL")->pool, 0));
    }
}
END_TEST

/* ---- BIS and UNBIND ---- */

/* Both at once. */
START_TEST(ends_cross)
{
    uint32_t id;
    struct path path = idle_winner(&id);
    struct session *s = only("SMALL");
    n_sent = 0;
    node_deactivate(node, s, false, now, &fx);
    step();
    goes(0, false, "4B9000", "70");
    ck_assert(comes_hex(&path, false, 2, "4B9000", "70"));
    goes(0, true, "6B8000", "3201");
    uint16_t snf = sent[0].piu.snf;
    ck_assert(comes_hex(&path, true, 8, "6B8000", "3201"));
    goes(0, true, "EB8000", "32");
    ck_assert_uint_eq(node->n_sessions, 1);
    ck_assert(comes_hex(&path, true, snf, "EB8000", "32"));
    ck_assert_uint_eq(node->n_sessions, 0);
}
END_TEST

/* The partner's bracket crosses our BIS: it is let finish. */
START_TEST(bracket_crosses_bis)
{
    uint32_t id;
    struct path path = idle_winner(&id);
    node_deactivate(node, only("SMALL"), false, now, &fx);
    step();
    ck_assert(!comes_hex(&path, false, 1, "0B90A0", "0502FF00"));
    ck_assert(comes_hex(&path, false, 2, "4B8080", "0400060000")); /* no other one, though */
    goes(0, false, "CF9000", "088B000004");
    node_bracket_over(node, &path, now, &fx);
    step();
    ck_assert(comes_hex(&path, false, 3, "4B9000", "70"));
    goes(0, true, "6B8000", "3201");
}
END_TEST

/* At limit 0 with drain: the partner's BIS is answered when nobody waits any more. */
START_TEST(drained)
{
    uint32_t a, b;
    struct session_pool *p = limits("ONE", 1, 1, 0);
    struct sent bind = pending("ONE", &a);
    answer_bind(&bind);
    b = allocate(prog, "CLI", "FAR", "ONE");
    pool_set_limits(p, 0, 0, 0, 0);
    p->at[0].drain_self = p->at[1].drain_partner = true;
    ck_assert(comes_hex(&bind.piu.path, false, 1, "4B9000", "70"));
    ck_assert_uint_eq(n_sent, 0);
    end(prog, a);
    ck_assert_int_eq(state_of(b), CONV_ALLOCATED);
    ck_assert_uint_eq(n_sent, 0);
    end(prog, b);
    goes(0, false, "4B9000", "70");
}
END_TEST

/* A breach of the protocol ends the session, and the conversation is told. */
static const struct {
    bool busy;
    const char *rh, *ru, *unbind;
} breaches[] = {
    {true, "4B8000", "05", "32FE20030000"},        /* RTR in a bracket */
    {false, "0B9020", "0502FF00", "32FE20030000"}, /* data between brackets */
    {false, "4B8000", "05", "32FE20030000"},       /* RTR that nobody is owed */
    {true, "4B9000", "70", NULL},                  /* BIS is all right in a bracket */
};

START_TEST(breach)
{
    uint32_t id;
    struct path path = idle_winner(&id);
    if (breaches[_i].busy)
        id = allocate(prog, "CLI", "FAR", "SMALL");
    ck_assert(comes_hex(&path, false, 7, breaches[_i].rh, breaches[_i].ru));
    if (!breaches[_i].unbind) {
        ck_assert_uint_eq(n_sent, 0);
        ck_assert(comes_hex(&path, false, 8, breaches[_i].rh, breaches[_i].ru)); /* but once */
        goes(0, true, "6B8000", "32FE20100000");
        ck_assert_int_eq(state_of(id), CONV_CUT);
        return;
    }
    goes(0, true, "6B8000", breaches[_i].unbind);
    if (breaches[_i].busy)
        ck_assert_int_eq(state_of(id), CONV_CUT);
    ck_assert(!comes_hex(&path, false, 9, "CB8000", "C9") || n_sent == 0);
}
END_TEST

/* The partner's BIS has come, and is answered: it may begin no bracket any more. */
static const struct {
    const char *rh, *ru;
} late_begins[] = {{"4B8080", "0400060000"}, {"0B90A0", "0502FF00"}};

START_TEST(bracket_after_bis)
{
    uint32_t id;
    struct path path = idle_winner(&id);
    ck_assert(comes_hex(&path, false, 1, "4B9000", "70"));
    goes(0, false, "4B9000", "70");
    ck_assert(comes_hex(&path, false, 2, late_begins[_i].rh, late_begins[_i].ru));
    goes(0, true, "6B8000", "32FE20080000");
}
END_TEST

/* The partner does not play its part in the end of a session: it answers no BIS, or sends no UNBIND. */
START_TEST(partner_never_ends)
{
    uint32_t id;
    struct path path = idle_winner(&id);
    if (_i == 0) {
        node_deactivate(node, only("SMALL"), false, now, &fx);
        step();
    } else {
        ck_assert(comes_hex(&path, false, 1, "4B9000", "70"));
    }
    n_sent = 0;
    now += 29999;
    node_tick(node, now, &fx);
    step();
    ck_assert_uint_eq(n_sent, 0);
    ck_assert_uint_eq(node_deadline(node), now + 1);
    now++;
    node_tick(node, now, &fx);
    step();
    goes(0, true, "6B8000", "320F");
    ck_assert(comes_hex(&path, true, sent[0].piu.snf, "EB8000", "32"));
    ck_assert_uint_eq(node->n_sessions, 0);
    ck_assert_uint_eq(node_deadline(node), UINT64_MAX);
}
END_TEST

/* A partner that drains: each of its brackets begins the time anew. */
START_TEST(partner_drains)
{
    uint32_t id;
    struct path path = idle_winner(&id);
    node_deactivate(node, only("SMALL"), false, now, &fx);
    step();
    for (uint16_t i = 1; i <= 3; i++) {
        now += 20000;
        ck_assert(!comes_hex(&path, false, i, "0B90A0", "0502FF00"));
        now += 40000; /* a long one */
        node_tick(node, now, &fx);
        node_bracket_over(node, &path, now, &fx);
        step();
    }
    ck_assert_uint_eq(n_sent, 0);
    ck_assert(comes_hex(&path, false, 9, "4B9000", "70"));
    goes(0, true, "6B8000", "3201");
}
END_TEST

/* The partner owes an RTR and has a bracket before: it is waited for. */
START_TEST(rtr_behind_a_bracket)
{
    uint32_t id;
    struct path path = bidding(&id);
    ck_assert(comes_hex(&path, false, 0, "CF9000", bid_refusals[1]));
    ck_assert(!comes_hex(&path, false, 1, "0B90A0", "0502FF00"));
    n_sent = 0;
    node_bracket_over(node, &path, now, &fx);
    step();
    ck_assert_uint_eq(n_sent, 0);
    ck_assert(comes_hex(&path, false, 2, "4B8000", "05"));
    goes(0, false, "CB8000", "05");
    ck_assert_int_eq(state_of(id), CONV_ALLOCATED);
}
END_TEST

START_TEST(unbound_in_use)
{
    uint32_t id;
    struct path path = idle_winner(&id);
    id = allocate(prog, "CLI", "FAR", "SMALL");
    attach(id);
    fx.n = 0;
    ck_assert(comes_hex(&path, true, 7, "6B8000", _i ? "32FE08A00001" : "320F"));
    goes(0, true, "EB8000", "32");
    ck_assert_int_eq(state_of(id), CONV_CUT);
    ck_assert_uint_eq(node->n_sessions, 0);
    ck_assert_uint_eq(effects(NODE_FX_CUT), 1);
}
END_TEST

/* ---- both send a BIND for the last place ---- */

START_TEST(bind_race)
{
    uint32_t id;
    struct activate_offer o = {.sync = 1, .parallel = true, .cnos = true, .winner = true};
    struct path theirs = {LINK, 0x9001};
    struct bind bind;
    uint8_t ru[BIND_MAX];
    if (_i) /* so that it is the partner's name that is the lower one */
        strcpy(config_lu(&cfg, "CLI")->netname, "ZET");
    struct session_pool *p = limits("ONE", 1, 0, 0);
    prog = program();
    id = allocate(prog, "CLI", "FAR", "ONE");
    struct sent b = goes_bind(0, "ONE", true);
    strcpy(o.fq, "OTHER.FAR");
    strcpy(o.partner, p->fq[0]);
    strcpy(o.mode, "ONE");
    activate_bind(&o, (const uint8_t[8]){1}, &bind);
    ssize_t n = bind_encode(&bind, ru, sizeof ru);
    ck_assert(comes(&theirs, true, 5, "6B8000", ru, (size_t)n));
    if (_i) { /* ours stands */
        goes(0, true, "EF9000", "0805000031");
        answer_bind(&b);
        ck_assert_int_eq(state_of(id), CONV_ALLOCATED);
        return;
    }
    outgoing(0, "EB8000", NULL);
    refuse_bind(&b, SENSE_SESSION_LIMIT);
    ck_assert_int_eq(state_of(id), CONV_WAITING);
    ck_assert_uint_eq(n_sent, 0); /* the partner is in the first bracket */
    ck_assert(comes_hex(&theirs, false, 1, "4B9001", "0400060000"));
    goes(0, false, "4B8080", "0400060000"); /* its yield lets us bid */
    ck_assert(comes_hex(&theirs, false, 0, "CB8000", "04"));
    ck_assert_int_eq(state_of(id), CONV_ALLOCATED);
}
END_TEST

/* A BIND from the link that says it is from an LU of this node, by its full name or by its alias alone. */
static const char *const pretenders[] = {"NET.HOST", "NET.CLI", "HOST"};

START_TEST(bind_of_a_local_lu)
{
    struct activate_offer o = {.sync = 1, .parallel = true, .cnos = true, .winner = true};
    struct path theirs = {LINK, 0x9001};
    struct bind bind;
    uint8_t ru[BIND_MAX];
    strcpy(o.fq, pretenders[_i]);
    strcpy(o.partner, "NET.CLI");
    strcpy(o.mode, "SMALL");
    activate_bind(&o, (const uint8_t[8]){1}, &bind);
    ssize_t n = bind_encode(&bind, ru, sizeof ru);
    ck_assert_int_gt(n, 0);
    ck_assert(comes(&theirs, true, 5, "6B8000", ru, (size_t)n));
    goes(0, true, "EF9000", "0806000031");
    ck_assert_uint_eq(node->n_sessions, 0);
}
END_TEST

/* ---- what an administrator orders ---- */

static const struct node_effect *ordered(enum node_effect_kind k, uint32_t tag)
{
    for (size_t i = 0; i < fx.n; i++)
        if (fx.v[i].kind == k && fx.v[i].conv == tag)
            return &fx.v[i];
    return NULL;
}

START_TEST(order_activate)
{
    struct session_pool *p = limits("SMALL", 4, 2, 1);
    node_activate(node, p, 0, ORDER_EITHER, 41, now, &fx);
    step();
    struct sent b = goes_bind(0, "SMALL", true);
    ck_assert_ptr_null(ordered(NODE_FX_ACTIVATED, 41));
    if (_i == 0)
        answer_bind(&b);
    else if (_i == 1)
        refuse_bind(&b, SENSE_MODE_UNKNOWN);
    else if (_i == 2)
        node_path_down(node, LINK, "test", now, &fx);
    else
        node_deactivate(node, only("SMALL"), false, now, &fx);
    step();
    const struct node_effect *e = ordered(NODE_FX_ACTIVATED, 41);
    ck_assert_ptr_nonnull(e);
    ck_assert_int_eq(e->rc, _i ? ORDER_SENSE : ORDER_DONE);
    if (_i == 0) {
        ck_assert_uint_eq(e->sense, only("SMALL")->id);
        ck_assert(only("SMALL")->kept);
        goes(0, false, "4B9001", "0400060000");
    } else if (_i == 1) {
        ck_assert_uint_eq(e->sense, SENSE_MODE_UNKNOWN);
    }
}
END_TEST

START_TEST(order_cnos)
{
    const struct cnos_ask four = {.limit = 4, .winners = 2, .losers = 1};
    struct session_pool *p = pool_of("CLI", "FAR", "SMALL", NULL);
    node_cnos(node, p, 0, &four, 42, now, &fx);
    step();
    struct sent b = goes_bind(0, CNOS_MODE, true);
    node_cnos(node, p, 0, &four, 43, now, &fx); /* one at a time */
    step();
    ck_assert_uint_eq(ordered(NODE_FX_CNOS, 43)->rc, CNOS_RC_LOCAL_RACE);
    uint32_t id = allocate(program(), "CLI", "FAR", "SMALL"); /* waits for its end */
    ck_assert_int_eq(state_of(id), CONV_WAITING);
    answer_bind(&b);
    ck_assert_ptr_null(ordered(NODE_FX_CNOS, 42));
    reply(&b.piu.path, "SMALL", CNOS_REPLY, CNOS_ACCEPTED, 4, 2, 1);
    ck_assert_uint_eq(ordered(NODE_FX_CNOS, 42)->rc, CNOS_RC_ACCEPTED);
    goes_bind(0, "SMALL", true);
    ck_assert_int_eq(p->limits_from, LIMITS_CNOS);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("partner");
    TCase *t = tcase_create("remote");
    tcase_add_checked_fixture(t, fix_far, partner_end);
    tcase_add_test(t, bind_and_answer);
    tcase_add_loop_test(t, bind_refused, 0, OCTETS_ROWS(refusals));
    tcase_add_test(t, bind_answered_wrong);
    tcase_add_test(t, answers_to_nothing);
    tcase_add_loop_test(t, unbind_for_an_answer, 0, OCTETS_ROWS(unbinds));
    tcase_add_loop_test(t, answered_late, 0, OCTETS_ROWS(meanwhiles));
    tcase_add_loop_test(t, refused_late, 0, OCTETS_ROWS(meanwhiles));
    tcase_add_test(t, handed_on);
    tcase_add_test(t, several);
    tcase_add_loop_test(t, others_are_gone, 0, 2);
    tcase_add_loop_test(t, limits_forgotten, 0, 2);
    tcase_add_loop_test(t, limits_refused, 0, 3);
    tcase_add_test(t, first_use_chain);
    tcase_add_test(t, first_of_many);
    tcase_add_loop_test(t, cnos_replies, 0, OCTETS_ROWS(replies));
    tcase_add_test(t, cnos_attach_refused);
    tcase_add_loop_test(t, chain_breaks, 0, 7);
    tcase_add_loop_test(t, command_race, 0, 2);
    tcase_add_test(t, single_session);
    tcase_add_loop_test(t, immediate_at_first_use, 0, 2);
    tcase_add_loop_test(t, automatic_again, 0, 4);
    tcase_add_test(t, no_carrier);
    tcase_add_loop_test(t, on_demand, 0, 2);
    tcase_add_loop_test(t, link_goes, 0, STAGES);
    tcase_add_loop_test(t, link_ends, 0, STAGES);
    tcase_add_test(t, bid_granted);
    tcase_add_loop_test(t, bid_refused, 0, OCTETS_ROWS(bid_refusals));
    tcase_add_test(t, rtr_not_required);
    tcase_add_loop_test(t, bid_crossed, 0, 4);
    tcase_add_loop_test(t, partner_bids, 0, 3);
    tcase_add_test(t, ends_cross);
    tcase_add_test(t, bracket_crosses_bis);
    tcase_add_test(t, drained);
    tcase_add_loop_test(t, breach, 0, OCTETS_ROWS(breaches));
    tcase_add_loop_test(t, bracket_after_bis, 0, OCTETS_ROWS(late_begins));
    tcase_add_loop_test(t, partner_never_ends, 0, 2);
    tcase_add_test(t, partner_drains);
    tcase_add_test(t, rtr_behind_a_bracket);
    tcase_add_loop_test(t, unbound_in_use, 0, 2);
    tcase_add_loop_test(t, bind_race, 0, 2);
    tcase_add_loop_test(t, bind_of_a_local_lu, 0, OCTETS_ROWS(pretenders));
    tcase_add_loop_test(t, order_activate, 0, 4);
    tcase_add_test(t, order_cnos);
    suite_add_tcase(s, t);
    return octets_run(s);
}
