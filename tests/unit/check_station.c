/* The link station: its table against a second one, two stations back to back, and each refusal. */
#include <string.h>

#include "snanode/base/ebcdic.h"
#include "snanode/link/station.h"
#include "snanode/wire/sense.h"
#include "tests/unit/octets.h"

static struct station_config config(const char *name, uint32_t id)
{
    struct station_config c = {
        .block = 0x05D,
        .id = id,
        .role = XID3_NEGOTIABLE,
        .max_btu = 4105,
        .product = "SNANODE",
        .retry_ms = 1000,
        .retries = 3,
        .seed = id * 77u + 1000u * (uint8_t)name[strlen(name) - 1],
    };
    strcpy(c.cp_name, name);
    return c;
}

/* ---- the table, typed again: next state and output, a row for each input ---- */

#define R    STATION_RESET
#define X    STATION_XID
#define S    STATION_SETTLED
#define C    STATION_CONTACTING
#define U    STATION_UP
#define O(x) STATION_OUT_##x

/* clang-format off */
static const struct station_cell second[STATION_INPUT_N][STATION_STATE_N] = {
    {{X, O(NULL)},    {X, O(IGNORE)},    {S, O(IGNORE)},    {C, O(IGNORE)},  {U, O(IGNORE)}},  /* start */
    {{X, O(WAIT)},    {X, O(IGNORE)},    {S, O(IGNORE)},    {C, O(IGNORE)},  {U, O(IGNORE)}},  /* listen */
    {{R, O(IGNORE)},  {X, O(XID)},       {S, O(REPEAT)},    {C, O(IGNORE)},  {U, O(IGNORE)}},  /* null XID */
    {{R, O(IGNORE)},  {X, O(XID)},       {X, O(XID)},       {C, O(IGNORE)},  {U, O(IGNORE)}},  /* proceed */
    {{R, O(IGNORE)},  {C, O(CONTACT)},   {C, O(CONTACT)},   {C, O(IGNORE)},  {U, O(IGNORE)}},  /* settled, primary */
    {{R, O(IGNORE)},  {S, O(XID)},       {S, O(XID)},       {C, O(IGNORE)},  {U, O(IGNORE)}},  /* ... secondary */
    {{R, O(IGNORE)},  {R, O(REFUSE)},    {R, O(REFUSE)},    {C, O(IGNORE)},  {U, O(CHANGED)}}, /* nonactivation */
    {{R, O(IGNORE)},  {R, O(DOWN)},      {R, O(DOWN)},      {R, O(DOWN)},    {R, O(DOWN)}},    /* error */
    {{R, O(IGNORE)},  {R, O(REFUSE)},    {R, O(REFUSE)},    {C, O(IGNORE)},  {R, O(REFUSE)}},  /* unacceptable */
    {{R, O(IGNORE)},  {U, O(CONTACTED)}, {U, O(CONTACTED)}, {R, O(DOWN)},    {U, O(IGNORE)}},  /* CONTACT */
    {{R, O(IGNORE)},  {R, O(DOWN)},      {R, O(DOWN)},      {R, O(DOWN)},    {U, O(IGNORE)}},  /* ... to a primary */
    {{R, O(IGNORE)},  {X, O(IGNORE)},    {S, O(IGNORE)},    {U, O(UP)},      {U, O(IGNORE)}},  /* CONTACTED */
    {{R, O(IGNORE)},  {X, O(REPEAT)},    {S, O(REPEAT)},    {C, O(CONTACT)}, {U, O(IGNORE)}},  /* time out */
    {{R, O(IGNORE)},  {R, O(DOWN)},      {R, O(DOWN)},      {R, O(DOWN)},    {U, O(IGNORE)}},  /* ... the last */
    {{R, O(STOPPED)}, {R, O(STOPPED)},   {R, O(STOPPED)},   {R, O(STOPPED)}, {R, O(STOPPED)}}, /* stop */
};
/* clang-format on */

START_TEST(table)
{
    for (unsigned st = 0; st < STATION_STATE_N; st++) {
        struct station_cell c = station_cell((enum station_input)_i, (enum station_state)st);
        ck_assert_uint_ne(c.out, STATION_OUT_IMPOSSIBLE);
        ck_assert_msg(c.next == second[_i][st].next && c.out == second[_i][st].out, "input %d in %s", _i,
                      station_state_name((enum station_state)st));
    }
}
END_TEST

/* ---- two stations, with what is under way between them in order, and late ---- */

enum kind { XID, CONTACT, CONTACTED };

struct message {
    enum kind kind;
    uint8_t p[XID3_MAX];
    size_t n;
};

#define WAY 128
struct side {
    struct station s;
    struct message in[WAY]; /* on the way to this side */
    unsigned head, n;
    unsigned ups, changes;
    bool down;
};

static struct side a, b;
static uint64_t now;
static uint32_t seed;
static unsigned messages;

static uint32_t dice(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

static void put(struct side *to, enum kind kind, const uint8_t *p, size_t n)
{
    if (to->n >= WAY)
        ck_abort_msg("too much under way");
    struct message *m = &to->in[(to->head + to->n++) % WAY];
    m->kind = kind;
    m->n = n;
    if (n > 0)
        memcpy(m->p, p, n);
    messages++;
}

static void carry_out(struct side *from, struct side *to, const struct station_effects *fx)
{
    for (unsigned i = 0; i < fx->n; i++)
        switch (fx->v[i]) {
        case STATION_FX_XID:
            put(to, XID, from->s.sent, from->s.sent_n);
            break;
        case STATION_FX_CONTACT:
            put(to, CONTACT, NULL, 0);
            break;
        case STATION_FX_CONTACTED:
            put(to, CONTACTED, NULL, 0);
            break;
        case STATION_FX_UP:
            from->ups++;
            break;
        case STATION_FX_CHANGED:
            from->changes++;
            break;
        default:
            from->down = true;
        }
}

static void start(struct side *x, struct side *other, bool active)
{
    struct station_effects fx = {.n = 0};
    station_start(&x->s, active, now, &fx);
    carry_out(x, other, &fx);
}

static bool deliver(struct side *x, struct side *other)
{
    struct station_effects fx = {.n = 0};
    if (x->n == 0)
        return false;
    struct message *m = &x->in[x->head];
    x->head = (x->head + 1) % WAY;
    x->n--;
    if (m->kind == XID) {
        uint8_t *exact = octets_exact(m->p, m->n);
        station_xid(&x->s, exact, m->n, now, &fx);
        free(exact);
    } else if (m->kind == CONTACT) {
        station_contact(&x->s, now, &fx);
    } else {
        station_contacted(&x->s, now, &fx);
    }
    carry_out(x, other, &fx);
    return true;
}

static void tick(struct side *x, struct side *other)
{
    struct station_effects fx = {.n = 0};
    station_tick(&x->s, now, &fx);
    carry_out(x, other, &fx);
}

static void reset(void)
{
    a = b = (struct side){.n = 0};
    now = 1000;
    messages = 0;
}

/* In random order, until nothing is under way; the clock runs and timers fire now and then when LATE. */
static void run(bool late)
{
    for (int i = 0; (a.n > 0 || b.n > 0) && i < 100000; i++) {
        if (dice(2))
            deliver(&a, &b);
        else
            deliver(&b, &a);
        if (late && dice(8) == 0) {
            now += 400;
            tick(&a, &b);
            tick(&b, &a);
        }
    }
}

static void both_up(void)
{
    ck_assert_msg(a.s.state == STATION_UP && b.s.state == STATION_UP, "%s (%s), %s (%s)",
                  station_state_name(a.s.state), a.s.down.text ? a.s.down.text : "",
                  station_state_name(b.s.state), b.s.down.text ? b.s.down.text : "");
    ck_assert_uint_eq(a.ups, 1);
    ck_assert_uint_eq(b.ups, 1);
    ck_assert_int_ne(a.s.primary, b.s.primary);
    ck_assert(!a.down && !b.down);
    ck_assert_uint_eq(station_deadline(&a.s), 0);
    ck_assert_uint_eq(station_deadline(&b.s), 0);
    ck_assert_uint_eq(a.s.mine.tg, b.s.mine.tg);
}

/* Who begins (one or both), identifications, roles: all ways come up, also with delays and repetitions. */
START_TEST(come_up)
{
    static const uint32_t ids[][2] = {{1, 2}, {2, 1}, {7, 7}};
    static const uint8_t roles[][2] = {
        {XID3_NEGOTIABLE, XID3_NEGOTIABLE}, {XID3_PRIMARY, XID3_NEGOTIABLE},
        {XID3_SECONDARY, XID3_NEGOTIABLE},  {XID3_NEGOTIABLE, XID3_PRIMARY},
        {XID3_NEGOTIABLE, XID3_SECONDARY},  {XID3_PRIMARY, XID3_SECONDARY},
        {XID3_SECONDARY, XID3_PRIMARY},
    };
    for (unsigned k = 0; k < 3u * 7u * 3u; k++) {
        const uint32_t *id = ids[k % 3];
        const uint8_t *role = roles[k / 3 % 7];
        unsigned who = 1 + k / 21;
        reset();
        seed = (uint32_t)_i * 1000 + k;
        struct station_config ca = config("NETA.NODEA", id[0]), cb = config("NETA.NODEB", id[1]);
        ca.role = role[0];
        cb.role = role[1];
        ca.seed += (uint64_t)_i;
        station_init(&a.s, &ca);
        station_init(&b.s, &cb);
        start(&a, &b, who & 1);
        start(&b, &a, who & 2);
        run(_i % 2);
        both_up();
        ck_assert(role[0] == XID3_NEGOTIABLE || a.s.primary == (role[0] == XID3_PRIMARY));
        ck_assert(role[1] == XID3_NEGOTIABLE || b.s.primary == (role[1] == XID3_PRIMARY));
        if (role[0] == role[1] && id[0] != id[1])
            ck_assert(a.s.primary == (id[0] > id[1]));
        ck_assert_uint_lt(messages, 40);
        char name[NAME_FQ_ROOM];
        station_partner_name(&a.s, name);
        ck_assert_str_eq(name, "NETA.NODEB");
        ck_assert_uint_eq(a.s.send_btu, 4105);
    }
}
END_TEST

/* The messages, one by one [Formats: XID]. */
START_TEST(in_order)
{
    reset();
    struct station_config ca = config("NETA.NODEA", 1), cb = config("NETA.NODEB", 2);
    struct xid3 x;
    station_init(&a.s, &ca);
    station_init(&b.s, &cb);
    start(&b, &a, false);
    start(&a, &b, true);
    ck_assert_uint_eq(b.in[b.head].n, 0); /* a null XID */
    static const struct {
        bool to_b;
        uint8_t state, role;
        bool complete;
    } want[] = {
        {false, XID3_PRENEGOTIATION, XID3_NEGOTIABLE, false},
        {true, XID3_PRENEGOTIATION, XID3_NEGOTIABLE, false},
        {false, XID3_NEGOTIATION, XID3_PRIMARY, false},
        {true, XID3_NEGOTIATION, XID3_SECONDARY, true},
    };
    deliver(&b, &a);
    for (unsigned i = 0; i < 4; i++) {
        struct side *to = want[i].to_b ? &b : &a;
        struct message *m = &to->in[to->head];
        ck_assert_uint_eq(to->n, 1);
        ck_assert_int_eq(xid3_decode(m->p, m->n, &x, NULL), (ssize_t)m->n);
        ck_assert_uint_eq(x.state, want[i].state);
        ck_assert_uint_eq(x.role, want[i].role);
        ck_assert_int_eq(x.complete, want[i].complete);
        ck_assert(x.abm && x.no_actpu && x.whole_bind_sender && x.whole_bind_receiver);
        deliver(to, to == &a ? &b : &a);
    }
    ck_assert_uint_eq(a.s.state, STATION_SETTLED);
    ck_assert_uint_eq(a.n, 1);
    ck_assert_uint_eq(a.in[a.head].kind, CONTACT);
    run(false);
    both_up();
    ck_assert(b.s.primary);
}
END_TEST

/* SNA Server's XID: negotiation proceeding with a negotiable role, and no identification of ours. */
START_TEST(snaserver)
{
    struct octets o =
        octets_of("3261 05D00001 0000 B0 84 10 00 00 0000 00 00 01 0B 70 00 0404 00 00 0000 7F 00"
                  "10 37 00 27 11 0C 08 04 F0F2F1F0F0F0 0F 06 D4E240E2D5C140E2C5D9E5C5D9 09 08 F0F0F0F0F0F0F0"
                  "13 11 03 10 00 10 F0F0F0F0F0F0F0F0F0F0F0F0F0 0E 09 F4 C1D7D7D54BC3D7F1");
    struct station_config c = config("APPN.NODEA", _i ? 2 : 0);
    struct station_effects fx = {.n = 0};
    reset();
    station_init(&a.s, &c);
    station_start(&a.s, true, now, &fx);
    fx.n = 0;
    station_xid(&a.s, o.v, o.n, now, &fx);
    ck_assert_uint_eq(fx.n, 1);
    ck_assert_uint_eq(a.s.mine.state, XID3_NEGOTIATION);
    ck_assert_uint_eq(a.s.mine.role, _i ? XID3_PRIMARY : XID3_SECONDARY);
    o.v[XID3_AT_ROLE] = _i ? 0x40 : 0x50; /* it takes the other role */
    fx.n = 0;
    station_xid(&a.s, o.v, o.n, now, &fx);
    ck_assert_uint_eq(fx.v[0], _i ? STATION_FX_CONTACT : STATION_FX_XID);
    fx.n = 0;
    if (_i)
        station_contacted(&a.s, now, &fx);
    else
        station_contact(&a.s, now, &fx);
    ck_assert_uint_eq(fx.v[fx.n - 1], STATION_FX_UP);
    ck_assert_uint_eq(a.s.send_btu, 1028);
    ck_assert_int_eq(a.s.primary, _i);
}
END_TEST

/* A partner that has the negotiation-complete bit is not contacted before it sets it. */
START_TEST(complete)
{
    struct xid3 x = {
        .block = 0x05D, .id = 1, .state = XID3_NEGOTIATION, .role = XID3_NEGOTIABLE, .max_btu = 1033};
    struct station_config c = config("NETA.NODEB", 2);
    struct station_effects fx = {.n = 0};
    uint8_t p[XID3_MAX];
    x.complete_supported = _i;
    station_init(&a.s, &c);
    station_start(&a.s, true, 1, &fx);
    for (int k = 0; k < 3; k++) {
        fx.n = 0;
        station_xid(&a.s, p, (size_t)xid3_encode(&x, p, sizeof p), 1, &fx);
        ck_assert_uint_eq(fx.n, 1);
        ck_assert_uint_eq(fx.v[0], k == 2 || (k == 1 && !_i) ? STATION_FX_CONTACT : STATION_FX_XID);
        if (fx.v[0] == STATION_FX_CONTACT)
            return;
        x.role = XID3_SECONDARY;
        x.complete = k == 1;
    }
}
END_TEST

/* ---- TG numbers ---- */

static const struct {
    uint8_t a, b, out;
} tgs[] = {{0, 0, 0}, {3, 0, 3}, {0, 4, 4}, {5, 5, 5}, {6, 7, 7}, {9, 8, 8}}; /* B has the higher name */

START_TEST(tg)
{
    reset();
    struct station_config ca = config("NETA.NODEA", 1), cb = config("NETA.NODEB", 2);
    ca.tg = tgs[_i].a;
    cb.tg = tgs[_i].b;
    station_init(&a.s, &ca);
    station_init(&b.s, &cb);
    start(&a, &b, true);
    start(&b, &a, true);
    run(false);
    both_up();
    ck_assert_uint_eq(a.s.mine.tg, tgs[_i].out);
}
END_TEST

/* ---- refusals ---- */

static void wrong_cp(struct station_config *ca, struct station_config *cb)
{
    (void)cb;
    strcpy(ca->partner, "NETA.OTHER");
}
static void wrong_id(struct station_config *ca, struct station_config *cb)
{
    (void)cb;
    ca->check_id = true;
    ca->partner_block = 0x05D;
    ca->partner_id = 99;
}
static void both_primary(struct station_config *ca, struct station_config *cb)
{
    ca->role = cb->role = XID3_PRIMARY;
}
static void small_btu(struct station_config *ca, struct station_config *cb)
{
    (void)ca;
    cb->max_btu = 98;
}
static void small_for_bind(struct station_config *ca, struct station_config *cb)
{
    (void)ca;
    cb->max_btu = 264;
}
static void own_name(struct station_config *ca, struct station_config *cb)
{
    strcpy(cb->cp_name, ca->cp_name);
}

static const struct {
    void (*set)(struct station_config *, struct station_config *);
    uint32_t sense;
    uint16_t at;
} refusals[] = {
    {wrong_cp, SENSE_XID_IDENTITY, XID3_FIXED},        {wrong_id, SENSE_XID_IDENTITY, XID3_AT_NODE_ID},
    {both_primary, SENSE_XID_PARAMETER, XID3_AT_ROLE}, {small_btu, SENSE_XID_BTU, XID3_AT_BTU},
    {small_for_bind, SENSE_XID_BTU_BIND, XID3_AT_BTU}, {own_name, SENSE_XID_IDENTITY, XID3_FIXED},
};

/* One side refuses, and both know why. */
START_TEST(refused)
{
    reset();
    struct station_config ca = config("NETA.NODEA", 1), cb = config("NETA.NODEB", 2);
    refusals[_i].set(&ca, &cb);
    station_init(&a.s, &ca);
    station_init(&b.s, &cb);
    start(&b, &a, false);
    start(&a, &b, true);
    run(false);
    ck_assert(a.down && b.down);
    ck_assert_uint_eq(a.s.state, STATION_RESET);
    ck_assert_uint_eq(b.s.state, STATION_RESET);
    struct side *by = a.s.down.by_partner ? &b : &a, *of = by == &a ? &b : &a;
    ck_assert(!by->s.down.by_partner && of->s.down.by_partner);
    ck_assert_uint_eq(by->s.down.sense, refusals[_i].sense);
    ck_assert_uint_eq(of->s.down.sense, refusals[_i].sense);
    ck_assert_uint_eq(by->s.mine.error_at, refusals[_i].at);
    ck_assert_uint_gt(strlen(by->s.down.text), 10);
    ck_assert_uint_eq(station_deadline(&a.s), 0);
}
END_TEST

START_TEST(right_identity)
{
    reset();
    struct station_config ca = config("NETA.NODEA", 1), cb = config("NETA.NODEB", 2);
    strcpy(ca.partner, "NETA.NODEB");
    ca.check_id = true;
    ca.partner_block = 0x05D;
    ca.partner_id = 2;
    station_init(&a.s, &ca);
    station_init(&b.s, &cb);
    start(&a, &b, true);
    start(&b, &a, false);
    run(false);
    both_up();
}
END_TEST

/* What cannot be read is refused with its sense; a nonactivation XID before activation too. */
static const struct {
    const char *hex;
    uint32_t sense;
} garbage[] = {
    {"02", SENSE_XID_FORMAT},
    {"32", SENSE_XID_SHORT},
    {"3100", SENSE_XID_NODE_TYPE},
    {"321D 05D00002 0000 B0 8C 00 00 00 0000 00 00 01 0B 71 00 1009 00 00 0000 07 00",
     SENSE_XID_NONACTIVATION},
    {"321D 05D00002 0000 B0 84 00 00 00 0000 00 00 01 0B 61 00 1009 00 00 0000 07 00",
     SENSE_XID_ROLE_RESERVED},
};

START_TEST(garbage_refused)
{
    struct octets o = octets_of(garbage[_i].hex);
    struct station_config c = config("NETA.NODEA", 1);
    struct station_effects fx = {.n = 0};
    struct xid3 x;
    station_init(&a.s, &c);
    station_start(&a.s, false, 1, &fx);
    station_xid(&a.s, o.v, o.n, 1, &fx);
    ck_assert_uint_eq(fx.n, 2);
    ck_assert_uint_eq(fx.v[0], STATION_FX_XID);
    ck_assert_uint_eq(fx.v[1], STATION_FX_DOWN);
    ck_assert_int_gt(xid3_decode(a.s.sent, a.s.sent_n, &x, NULL), 0);
    ck_assert(x.error);
    ck_assert_uint_eq(x.error_sense, garbage[_i].sense);
    ck_assert_uint_eq(a.s.down.sense, garbage[_i].sense);
}
END_TEST

/* ---- silence, and partners that never come to an end ---- */

START_TEST(silence)
{
    struct station_config c = config("NETA.NODEA", 1);
    struct station_effects fx = {.n = 0};
    station_init(&a.s, &c);
    station_start(&a.s, _i, 5000, &fx);
    ck_assert_uint_eq(fx.n, _i ? 1 : 0);
    uint64_t at = 5000;
    for (unsigned k = 0; k < c.retries; k++) {
        fx.n = 0;
        ck_assert_uint_eq(station_deadline(&a.s), at + 1000);
        station_tick(&a.s, at + 999, &fx);
        ck_assert_uint_eq(fx.n, 0);
        at += 1000;
        station_tick(&a.s, at, &fx);
        ck_assert_uint_eq(fx.n, 1);
        ck_assert_uint_eq(fx.v[0], STATION_FX_XID);
    }
    fx.n = 0;
    station_tick(&a.s, at + 1000, &fx);
    ck_assert_uint_eq(fx.n, 1);
    ck_assert_uint_eq(fx.v[0], STATION_FX_DOWN);
    ck_assert_uint_eq(a.s.down.sense, SENSE_XID_NO_ANSWER);
    ck_assert_uint_eq(station_deadline(&a.s), 0);
}
END_TEST

START_TEST(no_end)
{
    struct octets o =
        octets_of("321D 05D00002 0000 B0 88 00 00 00 0000 00 00 01 0B 71 00 1009 00 00 0000 07 00");
    struct station_config c = config("NETA.NODEA", 1);
    struct station_effects fx = {.n = 0};
    station_init(&a.s, &c);
    station_start(&a.s, true, 1, &fx);
    for (int i = 0; i < 100 && a.s.state != STATION_RESET; i++) {
        fx.n = 0;
        station_xid(&a.s, o.v, _i ? 0 : o.n, 1, &fx);
    }
    ck_assert_uint_eq(a.s.state, STATION_RESET);
    ck_assert_uint_eq(a.s.down.sense, _i ? SENSE_XID_NULL : SENSE_XID_NO_ANSWER);
}
END_TEST

/* A partner with our identification that draws no other one. */
START_TEST(same_id_for_ever)
{
    struct station_config c = config("NETA.NODEA", 0);
    struct station_effects fx = {.n = 0};
    station_init(&a.s, &c);
    station_start(&a.s, true, 1, &fx);
    for (int i = 0; i < 100 && a.s.state != STATION_RESET; i++) {
        uint8_t p[XID3_MAX];
        struct xid3 x = {.block = 0x05D, .state = XID3_NEGOTIATION, .role = XID3_NEGOTIABLE, .max_btu = 1033};
        x.id = a.s.said ? a.s.mine.id : 0;
        ssize_t n = xid3_encode(&x, p, sizeof p);
        fx.n = 0;
        station_xid(&a.s, p, (size_t)n, 1, &fx);
    }
    ck_assert_uint_eq(a.s.down.sense, SENSE_XID_SAME_NODE_ID);
}
END_TEST

/* ---- a link that is up ---- */

static void up(void)
{
    reset();
    struct station_config ca = config("NETA.NODEA", 1), cb = config("NETA.NODEB", 2);
    station_init(&a.s, &ca);
    station_init(&b.s, &cb);
    start(&a, &b, true);
    start(&b, &a, false);
    run(false);
    both_up();
}

START_TEST(nonactivation)
{
    struct station_effects fx = {.n = 0};
    up();
    struct side *x = _i ? &a : &b, *y = _i ? &b : &a;
    x->s.cfg.max_btu = 1033;
    ck_assert_int_eq(station_announce(&x->s, &fx), 0);
    carry_out(x, y, &fx);
    messages = 0;
    run(false);
    ck_assert_uint_eq(messages, 1); /* one answer, and no answer to it */
    ck_assert_uint_eq(y->changes, 1);
    ck_assert_uint_eq(x->changes, 1);
    ck_assert_uint_eq(y->s.send_btu, 1033);
    ck_assert_uint_eq(x->s.send_btu, 4105);
    both_up();
}
END_TEST

START_TEST(nonactivation_refused)
{
    struct station_effects fx = {.n = 0};
    up();
    if (_i)
        strcpy(a.s.cfg.cp_name, "NETA.NODEX");
    else
        a.s.mine.tg = 9;
    ck_assert_int_eq(station_announce(&a.s, &fx), 0);
    carry_out(&a, &b, &fx);
    run(false);
    ck_assert(a.down && b.down);
    ck_assert_uint_eq(b.s.down.sense, _i ? SENSE_XID_IDENTITY : SENSE_XID_TG_CHANGED);
    ck_assert(a.s.down.by_partner);
}
END_TEST

/* Nothing that is late or makes no sense takes an active link down. */
START_TEST(late_ones_ignored)
{
    struct station_effects fx = {.n = 0};
    struct octets o =
        octets_of("321D 05D00002 0000 B0 84 00 00 00 0000 00 00 01 0B 71 00 1009 00 00 0000 07 00");
    up();
    station_xid(&a.s, NULL, 0, now, &fx);
    station_xid(&a.s, o.v, o.n, now, &fx);
    station_xid(&a.s, o.v, 5, now, &fx);
    station_contact(&a.s, now, &fx);
    station_contacted(&a.s, now, &fx);
    station_start(&a.s, true, now, &fx);
    station_tick(&a.s, now + 1000000, &fx);
    ck_assert_uint_eq(fx.n, 0);
    both_up();
    station_stop(&a.s);
    ck_assert_uint_eq(a.s.state, STATION_RESET);
    station_xid(&a.s, o.v, o.n, now, &fx);
    ck_assert_uint_eq(fx.n, 0);
}
END_TEST

START_TEST(contact_to_a_primary)
{
    struct station_effects fx = {.n = 0};
    struct station_config c = config("NETA.NODEA", 1);
    station_init(&a.s, &c);
    station_start(&a.s, true, 1, &fx);
    fx.n = 0;
    station_contact(&a.s, 1, &fx);
    ck_assert_uint_eq(fx.v[0], STATION_FX_DOWN);
    ck_assert_uint_eq(a.s.state, STATION_RESET);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("station");
    TCase *tc = tcase_create("machine");
    tcase_add_loop_test(tc, table, 0, STATION_INPUT_N);
    tcase_add_loop_test(tc, come_up, 0, 100);
    tcase_add_test(tc, in_order);
    tcase_add_loop_test(tc, snaserver, 0, 2);
    tcase_add_loop_test(tc, complete, 0, 2);
    tcase_add_loop_test(tc, tg, 0, OCTETS_ROWS(tgs));
    tcase_add_loop_test(tc, refused, 0, OCTETS_ROWS(refusals));
    tcase_add_test(tc, right_identity);
    tcase_add_loop_test(tc, garbage_refused, 0, OCTETS_ROWS(garbage));
    tcase_add_loop_test(tc, silence, 0, 2);
    tcase_add_loop_test(tc, no_end, 0, 2);
    tcase_add_test(tc, same_id_for_ever);
    tcase_add_loop_test(tc, nonactivation, 0, 2);
    tcase_add_loop_test(tc, nonactivation_refused, 0, 2);
    tcase_add_test(tc, late_ones_ignored);
    tcase_add_test(tc, contact_to_a_primary);
    suite_add_tcase(s, tc);
    return octets_run(s);
}
