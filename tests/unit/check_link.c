/* Two links back to back in memory: what flows from XID to UNBIND, PIU by PIU; many sessions at once over a
 * carrier that is slow and late; and the end of the link at any time. */
#include <stdio.h>
#include <string.h>

#include "snanode/link/link.h"
#include "snanode/local/frame.h"
#include "snanode/lu62/chain.h"
#include "snanode/lu62/inbound.h"
#include "snanode/wire/bind.h"
#include "snanode/wire/sense.h"
#include "snanode/wire/unbind.h"
#include "tests/unit/octets.h"

static const uint8_t fmh5[] = {0x0A, 0x05, 0x02, 0xFF, 0x00, 0x03, 0xD1, 0x00, 0x40, 0x00};
static const uint8_t bind_ru[] = {0x31, 0x00, 0x13}, unbind_ru[] = {0x32, 0x01}, unbound[] = {0x32};
static const struct rh sc = {.category = RH_SC, .fi = true, .bci = true, .eci = true, .dr1i = true};
static const struct rh sc_rsp = {
    .rri = true, .category = RH_SC, .fi = true, .bci = true, .eci = true, .dr1i = true};

#define WAY      4096
#define SESSIONS 20

enum kind { XID, CONTACT, CONTACTED, PIU };

struct message {
    enum kind kind;
    size_t n;
    uint8_t *p;
};

/* A program at one end of a conversation: a writer or a reader. */
struct program {
    uint32_t address, conv;
    struct chain tx;
    uint8_t buf[2048];
    struct inbound_state rx;
    size_t to_send, got;
    bool writes, sleeps, ended;
};

struct node {
    struct link l;
    struct message in[WAY]; /* on the way to this node */
    unsigned head, n;
    unsigned credit; /* PIUs that its carrier takes now */
    struct program programs[SESSIONS];
    unsigned n_programs;
    bool silent; /* does not answer BIND and UNBIND by itself */
    struct link_effect last;
    uint8_t last_ru[2048];
    unsigned ups, downs, closed, broken, binds;
    uint32_t sense;
};

static struct node a, b;
static struct link_half half;
static uint64_t now;
static uint32_t seed;
static struct sna_err err;

static uint32_t dice(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

static void put(struct node *to, enum kind kind, const uint8_t *p, size_t n)
{
    if (to->n >= WAY)
        ck_abort_msg("too much under way");
    struct message *m = &to->in[(to->head + to->n++) % WAY];
    *m = (struct message){.kind = kind, .n = n, .p = octets_exact(n ? p : (const uint8_t *)"", n)};
}

static void send_ru(struct node *x, uint32_t address, const struct rh *rh, uint16_t snf, const uint8_t *ru,
                    size_t n)
{
    ck_assert_msg(link_send(&x->l, address, true, snf, rh, ru, n, now, &err) == 0, "%s", err.text);
}

static struct program *program(struct node *x, uint32_t address)
{
    for (unsigned i = 0; i < x->n_programs; i++)
        if (x->programs[i].address == address)
            return &x->programs[i];
    ck_assert_uint_lt(x->n_programs, SESSIONS);
    struct program *p = &x->programs[x->n_programs++];
    *p = (struct program){.address = address, .conv = address};
    return p;
}

/* The least that a session layer does: answers BIND and UNBIND, opens, begins conversations. */
static void received(struct node *x, const struct link_effect *e, struct link_effects *fx)
{
    x->last = *e;
    ck_assert_uint_le(e->n, sizeof x->last_ru);
    if (e->n > 0)
        memcpy(x->last_ru, e->ru, e->n);
    if (x->silent)
        return;
    bool request = !e->rh.rri;
    if (e->rh.category == RH_SC && request && e->ru[0] == BIND_CODE) {
        send_ru(x, e->address, &sc_rsp, e->snf, bind_ru, sizeof bind_ru);
        ck_assert_int_eq(link_open(&x->l, e->address, &half), 0);
    } else if (e->rh.category == RH_SC && e->ru[0] == BIND_CODE) {
        ck_assert_int_eq(link_open(&x->l, e->address, &half), 0);
        struct program *p = program(x, e->address);
        chain_init(&p->tx, p->buf, half.pipe.send_ru, false);
        inbound_init(&p->rx, true);
        ck_assert_int_eq(link_converse(&x->l, e->address, p->conv, fmh5, sizeof fmh5, false), 0);
    } else if (e->rh.category == RH_SC && request && e->ru[0] == UNBIND_CODE) {
        send_ru(x, e->address, &sc_rsp, e->snf, unbound, sizeof unbound);
    } else if (e->rh.category == RH_FMD && e->rh.fi && request) {
        struct program *p = program(x, e->address);
        p->sleeps = p->address % 4 == 3;
        inbound_init(&p->rx, false);
        ck_assert_int_eq(
            link_accept(&x->l, e->address, p->conv, &e->rh, e->ru + sizeof fmh5, e->n - sizeof fmh5, fx), 0);
    }
}

static void carry_out(struct node *x, struct node *other, struct link_effects *fx)
{
    for (unsigned i = 0; i < fx->n; i++) {
        struct link_effect *e = &fx->v[i];
        struct link_effects more = {.n = 0};
        switch (e->kind) {
        case LINK_FX_XID:
            put(other, XID, e->ru, e->n);
            break;
        case LINK_FX_CONTACT:
            put(other, CONTACT, NULL, 0);
            break;
        case LINK_FX_CONTACTED:
            put(other, CONTACTED, NULL, 0);
            break;
        case LINK_FX_UP:
            x->ups++;
            break;
        case LINK_FX_DOWN:
            x->downs++;
            x->sense = e->sense;
            break;
        case LINK_FX_BIND:
            x->binds++; /* fall through */
        case LINK_FX_RECEIVED:
            received(x, e, &more);
            carry_out(x, other, &more);
            break;
        case LINK_FX_CLOSED:
            x->closed++;
            break;
        case LINK_FX_BROKEN:
            x->broken++;
            x->sense = e->sense;
            break;
        default:
            break;
        }
    }
}

static void deliver(struct node *x, struct node *other)
{
    struct link_effects fx = {.n = 0};
    if (x->n == 0)
        return;
    struct message m = x->in[x->head];
    x->head = (x->head + 1) % WAY;
    x->n--;
    if (m.kind == XID)
        link_xid(&x->l, m.p, m.n, now, &fx);
    else if (m.kind == CONTACT)
        link_contact(&x->l, now, &fx);
    else if (m.kind == CONTACTED)
        link_contacted(&x->l, now, &fx);
    else
        link_receive(&x->l, m.p, m.n, &fx);
    carry_out(x, other, &fx);
    free(m.p);
}

/* PIUs as far as there is credit. */
static void pull(struct node *x, struct node *other)
{
    const uint8_t *piu;
    while (x->credit > 0) {
        struct link_effects fx = {.n = 0};
        size_t n = link_next(&x->l, &piu, &fx), again;
        if (n > 0) {
            ck_assert_uint_le(n, x->l.station.send_btu);
            const uint8_t *same;
            again = link_next(&x->l, &same, &fx);
            if (again != n || same != piu)
                ck_abort_msg("the PIU changed before it was sent");
            put(other, PIU, piu, n);
            link_sent(&x->l);
            x->credit--;
        }
        bool more = n > 0 || fx.n > 0;
        carry_out(x, other, &fx);
        if (!more)
            return;
    }
}

static void run(void)
{
    for (int i = 0; i < 10000; i++) {
        a.credit = b.credit = 1000;
        pull(&a, &b);
        pull(&b, &a);
        if (a.n == 0 && b.n == 0)
            return;
        deliver(&a, &b);
        deliver(&b, &a);
    }
    ck_abort_msg("it does not come to rest");
}

static void establish(void)
{
    struct link_effects fx = {.n = 0};
    link_established(&b.l, false, now, &fx);
    link_established(&a.l, true, now, &fx);
    carry_out(&a, &b, &fx);
    run();
    ck_assert_uint_eq(a.ups, 1);
    ck_assert_uint_eq(b.ups, 1);
}

/* A has the lower identification: it is the secondary station, and its sessions have ODAI 1. */
static void init(uint16_t max_btu, uint32_t max_sessions)
{
    struct link_params pa = {.station = {.cp_name = "NETA.NODEA",
                                         .block = 0x05D,
                                         .id = 1,
                                         .role = XID3_NEGOTIABLE,
                                         .max_btu = max_btu,
                                         .retry_ms = 1000,
                                         .retries = 3},
                             .max_sessions = max_sessions},
                       pb = pa;
    strcpy(pb.station.cp_name, "NETA.NODEB");
    pb.station.id = 2;
    memset(&a, 0, sizeof a);
    memset(&b, 0, sizeof b);
    ck_assert_int_eq(link_init(&a.l, &pa), 0);
    ck_assert_int_eq(link_init(&b.l, &pb), 0);
    half = (struct link_half){.pipe = {.send_ru = 1024, .send_window = 4, .recv_window = 4, .adaptive = true},
                              .recv_ru = 1024};
    now = 1000;
}

static void setup(void)
{
    init(1033, 100);
    establish();
}

static void teardown(void)
{
    for (struct node *x = &a; x; x = x == &a ? &b : NULL) {
        link_fini(&x->l);
        for (; x->n > 0; x->n--, x->head = (x->head + 1) % WAY)
            free(x->in[x->head].p);
    }
}

static void program_put(struct node *x, struct node *other, struct program *p, const uint8_t *data, size_t n,
                        enum chain_end end)
{
    static struct chain_frame frames[CHAIN_FRAMES];
    struct seg in = {data, n};
    unsigned k = chain_put(&p->tx, &in, 1, end, frames);
    for (unsigned i = 0; i < k; i++) {
        uint8_t octets[FRAME_HDR + 2048];
        size_t len = FRAME_HDR;
        struct link_effects fx = {.n = 0};
        memcpy(octets, frames[i].hdr, FRAME_HDR);
        for (unsigned s = 0; s < frames[i].n_segs; len += frames[i].segs[s++].n)
            memcpy(octets + len, frames[i].segs[s].p, frames[i].segs[s].n);
        link_put(&x->l, p->address, p->conv, octets, len, &fx);
        carry_out(x, other, &fx);
    }
    chain_done(&p->tx);
}

static uint32_t bind_session(void)
{
    uint32_t address = link_address(&a.l);
    ck_assert_uint_ne(address, 0);
    send_ru(&a, address, &sc, 0x22A4, bind_ru, sizeof bind_ru);
    return address;
}

/* The PIUs that wait at the carrier, as hexadecimal. */
static void flows(struct node *x, struct node *other, const char *want)
{
    struct octets o = octets_of(want);
    const uint8_t *piu;
    struct link_effects fx = {.n = 0};
    size_t n = link_next(&x->l, &piu, &fx);
    ck_assert_uint_eq(n, o.n);
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(piu[i] == o.v[i], "octet %zu is %02X, not %02X", i, piu[i], o.v[i]);
    put(other, PIU, piu, n);
    link_sent(&x->l);
    carry_out(x, other, &fx);
    deliver(other, x);
}

/* ---- one session, PIU by PIU ---- */

START_TEST(a_session)
{
    uint8_t frame[FRAME_HDR + FRAME_RU_MAX];
    uint32_t address = bind_session(), conv;
    ck_assert_uint_eq(address, 0x10201);
    flows(&a, &b, "2F00 01 02 22A4 6B8000 310013");
    ck_assert_uint_eq(b.binds, 1);
    flows(&b, &a, "2F00 02 01 22A4 EB8000 310013");
    struct program *p = program(&a, address);
    program_put(&a, &b, p, (const uint8_t *)"A", 1, CHAIN_FLUSH);
    program_put(&a, &b, p, (const uint8_t *)"B", 1, CHAIN_DEALLOCATE);
    flows(&a, &b, "2E00 01 02 0001 0A9100 0A0502FF0003D1004000 41");
    ck_assert_uint_eq(link_next(&a.l, &(const uint8_t *){NULL}, &(struct link_effects){.n = 0}),
                      0); /* no credit */
    ck_assert_uint_eq(link_front(&b.l, address, &conv, frame), FRAME_HDR + 1);
    flows(&b, &a, "2F00 02 01 0000 830100 000004");
    flows(&a, &b, "2E00 01 02 0002 019101 42");
    send_ru(&a, address, &sc, 1, unbind_ru, sizeof unbind_ru);
    flows(&a, &b, "2F00 01 02 0001 6B8000 3201");
    flows(&b, &a, "2F00 02 01 0001 EB8000 32");
    ck_assert_uint_eq(a.closed, 1);
    ck_assert_uint_eq(link_address(&a.l), 0x10202);
    /* What was not read is still there, though the session is gone. */
    ck_assert_uint_eq(link_front(&b.l, address, &conv, frame), 0);
    ck_assert_uint_eq(link_rest(&b.l, address, frame), FRAME_HDR + 1);
    ck_assert_uint_eq(frame[FRAME_HDR], 'A');
    ck_assert_uint_eq(link_rest(&b.l, address, frame), FRAME_HDR + 1);
    ck_assert_uint_eq(frame[FRAME_HDR], 'B');
    ck_assert_uint_eq(link_rest(&b.l, address, frame), 0);
}
END_TEST

START_TEST(bind_refused)
{
    static const uint8_t refused[] = {0x08, 0x05, 0x00, 0x00, 0x31};
    struct rh neg = sc_rsp;
    neg.sdi = neg.eri = true;
    b.silent = true;
    uint32_t address = bind_session();
    a.silent = true;
    run();
    ck_assert_uint_eq(b.last.kind, LINK_FX_BIND);
    send_ru(&b, b.last.address, &neg, b.last.snf, refused, sizeof refused);
    run();
    ck_assert_uint_eq(a.closed, 1);
    ck_assert_uint_eq(b.closed, 1);
    ck_assert(a.last.rh.rri && a.last.rh.eri);
    ck_assert_int_eq(link_send(&a.l, address, true, 1, &sc, unbind_ru, sizeof unbind_ru, now, &err), -1);
    ck_assert_uint_eq(err.sense, SENSE_NO_SESSION);
}
END_TEST

/* The partner never answers UNBIND: the node has an answer in the end, and the address is free. */
START_TEST(unbind_not_answered)
{
    struct link_effects fx = {.n = 0};
    uint32_t first = bind_session(), second = bind_session();
    run();
    ck_assert_uint_eq(link_deadline(&a.l), 0);
    b.silent = true;
    send_ru(&a, first, &sc, 7, unbind_ru, sizeof unbind_ru);
    now += 10;
    send_ru(&a, second, &sc, 8, unbind_ru, sizeof unbind_ru);
    run();
    ck_assert_uint_eq(a.closed, 0);
    ck_assert_uint_eq(link_deadline(&a.l), now - 10 + LINK_UNBIND_MS);
    now = link_deadline(&a.l);
    link_tick(&a.l, now, &fx);
    carry_out(&a, &b, &fx);
    ck_assert_uint_eq(a.closed, 1);
    ck_assert(a.last.rh.rri && !a.last.rh.eri && a.last.expedited);
    ck_assert_uint_eq(a.last.address, first);
    ck_assert_uint_eq(a.last.snf, 7);
    ck_assert_uint_eq(a.last_ru[0], UNBIND_CODE);
    ck_assert_uint_eq(link_deadline(&a.l), now + 10);
    ck_assert(!link_is_unused(&a.l));
    fx.n = 0;
    link_tick(&a.l, now + 10, &fx);
    carry_out(&a, &b, &fx);
    ck_assert_uint_eq(a.closed, 2);
    ck_assert(link_is_unused(&a.l));
    ck_assert_uint_eq(link_deadline(&a.l), 0);
    ck_assert_uint_ne(bind_session(), first); /* the partner may still know it: it is used last */
}
END_TEST

/* UNBINDs that cross: the address is free when both have their responses. */
START_TEST(unbinds_cross)
{
    uint32_t address = bind_session();
    run();
    send_ru(&a, address, &sc, 1, unbind_ru, sizeof unbind_ru);
    send_ru(&b, address, &sc, 2, unbind_ru, sizeof unbind_ru);
    run();
    ck_assert_uint_eq(a.closed, 1);
    ck_assert_uint_eq(b.closed, 1);
}
END_TEST

/* After an UNBIND, of either side, nothing of a conversation flows any more. */
START_TEST(nothing_after_unbind)
{
    uint32_t address = bind_session();
    const uint8_t *piu;
    struct link_effects fx = {.n = 0};
    run();
    program_put(&a, &b, program(&a, address), (const uint8_t *)"A", 1, CHAIN_FLUSH);
    if (_i) {
        send_ru(&a, address, &sc, 1, unbind_ru, sizeof unbind_ru);
        flows(&a, &b, "2F00 01 02 0001 6B8000 3201");
    } else {
        a.silent = true;
        send_ru(&b, address, &sc, 1, unbind_ru, sizeof unbind_ru);
        flows(&b, &a, "2F00 02 01 0001 6B8000 3201");
    }
    program_put(&a, &b, program(&a, address), (const uint8_t *)"B", 1, CHAIN_FLUSH);
    ck_assert(!link_room(&a.l, address));
    ck_assert_uint_eq(link_next(&a.l, &piu, &fx), 0);
    ck_assert_int_eq(link_converse(&a.l, address, 9, fmh5, sizeof fmh5, true), -1);
    ck_assert_int_eq(link_open(&a.l, address, &half), -1);
}
END_TEST

START_TEST(limit)
{
    for (int i = 0; i < 100; i++)
        ck_assert_uint_ne(link_address(&a.l), 0);
    ck_assert_uint_eq(link_address(&a.l), 0);
    /* The partner's BIND is refused for want of room. */
    uint32_t theirs = link_address(&b.l);
    send_ru(&b, theirs, &sc, 7, bind_ru, sizeof bind_ru);
    b.silent = true;
    run();
    ck_assert(b.last.rh.eri && b.last.snf == 7);
    ck_assert_mem_eq(b.last_ru, "\x08\x12\x00\x0D\x31", 5);
    ck_assert_uint_eq(b.closed, 1);
}
END_TEST

/* ---- PIUs of no session, and garbage ---- */

static const struct {
    const char *piu, *answer;
} strays[] = {
    {"2D00 01 02 0007 6B8000 3201", "2D00 02 01 0007 EB8000 32"},                /* UNBIND */
    {"2C00 01 02 0007 039020 41", "2C00 02 01 0007 879000 80050000"},            /* data */
    {"2D00 01 02 0007 4B8000 C900010001", "2D00 02 01 0007 CF9000 80050000 C9"}, /* SIG */
    {"2F00 01 02 0007 6B8000 31", "2F00 02 01 0007 EF9000 80050000 31"},         /* BIND in our half */
    {"2C00 01 02 0007 838000", NULL},
    {"2800 01 02 0007 039020 41", NULL}, /* segments */
    {"2C00 01 02 0007 0390", NULL},
    {"2C00 01 02", NULL},
    {"1C00 01 02 0007 039020 41", NULL},
    {"", NULL},
};

START_TEST(stray)
{
    struct octets o = octets_of(strays[_i].piu);
    uint8_t *exact = octets_exact(o.v, o.n);
    struct link_effects fx = {.n = 0};
    const uint8_t *piu;
    link_receive(&a.l, exact, o.n, &fx);
    free(exact);
    ck_assert_uint_eq(fx.n, 0);
    size_t n = link_next(&a.l, &piu, &fx);
    struct octets want = octets_of(strays[_i].answer ? strays[_i].answer : "");
    ck_assert_uint_eq(n, want.n);
    for (size_t i = 0; i < n; i++)
        ck_assert_uint_eq(piu[i], want.v[i]);
    link_sent(&a.l);
    ck_assert_uint_eq(a.l.dropped, strays[_i].answer ? 0 : 1);
}
END_TEST

/* So many answers to nothing wait, and no more. */
START_TEST(strays_bounded)
{
    struct octets o = octets_of("2C00 01 02 0007 039020 41");
    struct link_effects fx = {.n = 0};
    const uint8_t *piu;
    unsigned n = 0;
    for (int i = 0; i < 1000; i++)
        link_receive(&a.l, o.v, o.n, &fx);
    while (link_next(&a.l, &piu, &fx) > 0) {
        link_sent(&a.l);
        n++;
    }
    ck_assert_uint_eq(n, 16);
}
END_TEST

/* A breach costs its session, once, and what still comes for it costs nothing more. */
START_TEST(breach)
{
    uint32_t address = bind_session(), other;
    struct octets o = octets_of(_i ? "2600 01 02 0007 039020 41" : "2E00 01 02 0007 039120 41");
    struct link_effects fx = {.n = 0};
    run();
    other = bind_session();
    run();
    link_receive(&b.l, o.v, o.n, &fx);
    carry_out(&b, &a, &fx);
    ck_assert_uint_eq(b.broken, 1);
    ck_assert_uint_eq(b.sense, _i ? SENSE_SEGMENT : SENSE_SEQUENCE_NUMBER);
    fx.n = 0;
    link_receive(&b.l, o.v, o.n, &fx);
    ck_assert_uint_eq(fx.n, 0);
    send_ru(&b, address, &sc, 9, (const uint8_t *)"\x32\xFE\x20\x01\x00\x00", 6);
    run();
    ck_assert_uint_eq(a.closed, 1);
    ck_assert_uint_eq(b.closed, 1);
    program_put(&a, &b, program(&a, other), (const uint8_t *)"A", 1, CHAIN_DEALLOCATE);
    run();
    uint8_t frame[FRAME_HDR + FRAME_RU_MAX];
    uint32_t conv;
    ck_assert_uint_eq(link_front(&b.l, other, &conv, frame), FRAME_HDR + 1);
}
END_TEST

/* ---- segments ---- */

START_TEST(segments)
{
    uint8_t data[900], frame[FRAME_HDR + FRAME_RU_MAX];
    teardown();
    init(265, 100);
    establish();
    uint32_t address = bind_session(), conv;
    run();
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 3);
    program_put(&a, &b, program(&a, address), data, sizeof data, CHAIN_DEALLOCATE);
    unsigned pieces = 0;
    while (pull(&a, &b), a.credit = 1, b.n > 0 || pieces == 0) {
        pieces += b.n;
        if (b.n == 0)
            continue;
        deliver(&b, &a);
        pull(&a, &b);
    }
    ck_assert_uint_ge(pieces, 2);
    run();
    ck_assert_uint_eq(b.broken, 0);
    ck_assert_uint_eq(link_front(&b.l, address, &conv, frame), FRAME_HDR + sizeof data);
    ck_assert_mem_eq(frame + FRAME_HDR, data, sizeof data);
}
END_TEST

/* ---- turns ---- */

/* Four of high priority to one of low, and within one priority one each. */
START_TEST(turns)
{
    uint32_t address[3];
    uint8_t data[200] = {0};
    unsigned count[3] = {0, 0, 0};
    half.pipe.send_window = half.pipe.recv_window = 0;
    half.pipe.adaptive = false;
    for (int i = 0; i < 3; i++) {
        half.high = i < 2;
        address[i] = bind_session();
        run();
    }
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 40; k++)
            program_put(&a, &b, program(&a, address[i]), data, sizeof data, CHAIN_FLUSH);
    for (int k = 0; k < 30; k++) {
        const uint8_t *piu;
        struct link_effects fx = {.n = 0};
        struct th h;
        size_t n = link_next(&a.l, &piu, &fx);
        ck_assert_int_eq(th_decode(piu, n, &h, NULL), TH_LEN);
        for (int i = 0; i < 3; i++)
            count[i] += lfsid_of_th(&b.l.lfsid, &h) == address[i];
        link_sent(&a.l);
    }
    ck_assert_uint_eq(count[0], 12);
    ck_assert_uint_eq(count[1], 12);
    ck_assert_uint_eq(count[2], 6);
}
END_TEST

/* ---- many sessions over a slow and late carrier ---- */

static void write_some(struct node *x, struct node *other, struct program *p)
{
    uint8_t data[3000];
    if (!p->tx.buf || p->ended || !link_room(&x->l, p->address))
        return;
    size_t n = dice(sizeof data) + 1;
    if (n > p->to_send)
        n = p->to_send;
    for (size_t i = 0; i < n; i++)
        data[i] = (uint8_t)(p->to_send - i);
    p->to_send -= n;
    p->ended = p->to_send == 0;
    program_put(x, other, p, data, n, p->ended ? CHAIN_DEALLOCATE : CHAIN_FLUSH);
}

static void read_some(struct node *x, struct node *other, struct program *p, size_t total)
{
    static uint8_t frame[FRAME_HDR + FRAME_RU_MAX];
    uint32_t conv;
    struct inbound in;
    struct link_effects fx = {.n = 0};
    size_t n = p->sleeps ? 0 : link_front(&x->l, p->address, &conv, frame);
    if (n == 0)
        return;
    inbound_read(&p->rx, frame, n, &in);
    bool right = in.kind == IN_DATA && conv == p->conv;
    for (size_t i = 0; i < in.n; i++)
        right = right && in.ru[i] == (uint8_t)(total - p->got++);
    ck_assert_msg(right, "kind %d, sense %08X", in.kind, in.sense);
    p->ended = p->ended || in.end == CHAIN_DEALLOCATE;
    link_pop(&x->l, p->address, &fx);
    carry_out(x, other, &fx);
}

START_TEST(many)
{
    enum { TOTAL = 20000 };
    size_t btu[] = {265, 521, 1033, 4105};
    teardown();
    init((uint16_t)btu[_i % 4], 100);
    establish();
    seed = 99u + (uint32_t)_i;
    half.pipe.adaptive = _i % 2;
    for (int i = 0; i < SESSIONS; i++) {
        uint32_t address = bind_session();
        half.high = i % 3 == 0;
        run();
        program(&a, address)->to_send = TOTAL;
        program(&a, address)->writes = true;
    }
    bool awake = false, done = false;
    for (int step = 0; step < 400000 && !done; step++) {
        struct program *p = &a.programs[dice(SESSIONS)];
        switch (dice(6)) {
        case 0:
            write_some(&a, &b, p);
            break;
        case 1:
        case 2:
            if (b.n_programs > 0)
                read_some(&b, &a, &b.programs[dice(b.n_programs)], TOTAL);
            break;
        case 3:
            a.credit = dice(8);
            pull(&a, &b);
            b.credit = dice(8);
            pull(&b, &a);
            break;
        case 4:
            deliver(&b, &a);
            deliver(&b, &a);
            break;
        default:
            deliver(&a, &b);
        }
        if (step % 500 == 0) { /* who sleeps holds up nobody else */
            done = b.n_programs == SESSIONS;
            for (unsigned i = 0; i < b.n_programs; i++)
                done = done && (b.programs[i].ended || b.programs[i].sleeps);
            if (done && !awake) {
                done = false;
                awake = true;
                for (unsigned i = 0; i < b.n_programs; i++)
                    b.programs[i].sleeps = false;
            }
        }
    }
    ck_assert(awake && done);
    for (unsigned i = 0; i < SESSIONS; i++)
        ck_assert_uint_eq(b.programs[i].got, TOTAL);
    ck_assert_uint_eq(a.broken + b.broken, 0);
    ck_assert_uint_eq(a.l.dropped + b.l.dropped, 0);
}
END_TEST

/* ---- the end ---- */

/* The carrier is lost after so many messages: both sides are down once, and nothing is left (as the address
 * sanitizer sees), and then they come up again. */
START_TEST(lost_at_any_time)
{
    struct link_effects fx = {.n = 0};
    teardown();
    init(265, 100);
    link_established(&b.l, false, now, &fx);
    link_established(&a.l, true, now, &fx);
    carry_out(&a, &b, &fx);
    int left = _i;
    bool bound = false;
    uint8_t data[700] = {0};
    while (left-- > 0) {
        if (a.ups && !bound) {
            bound = true;
            bind_session();
            bind_session();
        }
        for (unsigned i = 0; i < a.n_programs; i++)
            if (link_room(&a.l, a.programs[i].address))
                program_put(&a, &b, &a.programs[i], data, sizeof data, CHAIN_FLUSH);
        a.credit = b.credit = 1;
        pull(&a, &b);
        pull(&b, &a);
        deliver(&b, &a);
        deliver(&a, &b);
    }
    fx.n = 0;
    link_lost(&a.l, "reset by the test", &fx);
    ck_assert_uint_eq(fx.n, 1);
    ck_assert_uint_eq(fx.v[0].kind, LINK_FX_DOWN);
    ck_assert_str_eq(fx.v[0].text, "reset by the test");
    ck_assert(!link_is_up(&a.l));
    ck_assert_uint_eq(link_address(&a.l), 0);
    ck_assert_uint_eq(link_next(&a.l, &(const uint8_t *){NULL}, &fx), 0);
    ck_assert_uint_eq(link_deadline(&a.l), 0);
    fx.n = 0;
    link_lost(&a.l, "again", &fx);
    ck_assert_uint_eq(fx.n, 0);
    link_stop(&b.l, &fx);
    for (struct node *x = &a; x; x = x == &a ? &b : NULL)
        for (; x->n > 0; x->n--, x->head = (x->head + 1) % WAY)
            free(x->in[x->head].p);
    a.ups = b.ups = 0;
    a.n_programs = b.n_programs = 0;
    establish();
    ck_assert_uint_eq(bind_session(), 0x10201);
    run();
    ck_assert_uint_eq(a.broken + b.broken, 0);
}
END_TEST

START_TEST(refused_while_up)
{
    struct link_effects fx = {.n = 0};
    bind_session();
    run();
    struct octets o =
        octets_of("321D 05D00002 0000 B0 8C 00 00 00 0000 00 00 01 0B 51 00 0020 00 00 0000 07 00");
    link_xid(&a.l, o.v, o.n, now, &fx);
    carry_out(&a, &b, &fx);
    ck_assert_uint_eq(a.downs, 1);
    ck_assert_uint_eq(a.sense, SENSE_XID_BTU);
    run();
    ck_assert_uint_eq(b.downs, 1);
}
END_TEST

START_TEST(silent_partner)
{
    struct link_effects fx = {.n = 0};
    teardown();
    init(1033, 10);
    link_established(&a.l, true, now, &fx);
    for (int i = 0; i < 10 && link_deadline(&a.l); i++) {
        fx.n = 0;
        link_tick(&a.l, link_deadline(&a.l), &fx);
    }
    ck_assert_uint_eq(fx.v[0].kind, LINK_FX_DOWN);
    ck_assert_uint_eq(fx.v[0].sense, SENSE_XID_NO_ANSWER);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("link");
    TCase *tc = tcase_create("sessions");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_session);
    tcase_add_test(tc, bind_refused);
    tcase_add_test(tc, unbind_not_answered);
    tcase_add_test(tc, unbinds_cross);
    tcase_add_loop_test(tc, nothing_after_unbind, 0, 2);
    tcase_add_test(tc, limit);
    tcase_add_loop_test(tc, stray, 0, OCTETS_ROWS(strays));
    tcase_add_test(tc, strays_bounded);
    tcase_add_loop_test(tc, breach, 0, 2);
    tcase_add_test(tc, segments);
    tcase_add_test(tc, turns);
    tcase_add_loop_test(tc, many, 0, 8);
    tcase_add_loop_test(tc, lost_at_any_time, 0, 40);
    tcase_add_test(tc, refused_while_up);
    tcase_add_test(tc, silent_partner);
    suite_add_tcase(s, tc);
    return octets_run(s);
}
