#include "snanode/dlsw/peer.h"
#include "tests/unit/dlswfix.h"
#include "tests/unit/failalloc.h"
#include "tests/unit/octets.h"
#include "tests/unit/pcap.h"

/* One partner of ours, and the test plays the other side. */

static const uint8_t ours[] = {0x40, 0x00, 0x10, 0x20, 0x10, 0x00};
static const uint8_t theirs[] = {0x40, 0x00, 0x09, 0x99, 0x10, 0x01};
static const struct ssp_id their_id = {.port = 0x77, .correlator = 0x99};

struct side {
    struct peer *p;
    uint64_t now;
    struct dlsw_user u;
    struct ssp last; /* of what it has sent */
    uint8_t data[4096];
    unsigned said[256]; /* messages that it has sent, by type */
    unsigned closed;
    uint32_t offer; /* the last one offered */
    unsigned pius;
};

static void obey(struct side *s)
{
    struct peer_effect e;
    while (peer_effect_next(s->p, &e))
        switch (e.kind) {
        case PEER_FX_UP:
            s->u.up++;
            break;
        case PEER_FX_LOST:
            s->u.lost++;
            s->u.lost_cause = e.cause;
            s->u.faults = e.faults;
            break;
        case PEER_FX_CLOSE:
            s->closed++;
            break;
        case PEER_FX_OFFERED:
            s->u.offered++;
            s->offer = e.id;
            break;
        case PEER_FX_ESTABLISHED:
            s->u.established++;
            s->u.lf = e.lf;
            break;
        case PEER_FX_XID:
            s->u.xids++;
            break;
        case PEER_FX_CONTACT:
            s->u.contact++;
            break;
        case PEER_FX_PIU:
            s->pius++;
            break;
        case PEER_FX_READY:
            s->u.ready++;
            break;
        case PEER_FX_DOWN:
            s->u.down++;
            s->u.cause = e.cause;
            break;
        default:
            break;
        }
}

/* Read what it has to say. */
static void hear(struct side *s)
{
    const uint8_t *v;
    size_t n;
    while ((n = peer_output(s->p, PEER_OURS, &v)) > 0) {
        struct sna_err e;
        ssize_t whole = ssp_measure(v, n, &e), front = ssp_decode(v, n, &s->last, &e);
        ck_assert_int_gt(whole, 0);
        ck_assert_int_le(whole, (ssize_t)n);
        ck_assert_int_gt(front, 0);
        ck_assert_uint_le(s->last.n, sizeof s->data);
        memcpy(s->data, v + front, s->last.n);
        s->said[s->last.type]++;
        peer_sent(s->p, PEER_OURS, (size_t)whole, s->now);
        obey(s);
    }
}

static void feed(struct side *s, const uint8_t *v, size_t n)
{
    for (size_t at = 0; at < n;) {
        size_t used = peer_input(s->p, PEER_OURS, v + at, n - at, s->now);
        obey(s);
        if (used == 0)
            break;
        at += used;
    }
}

static void say_raw(struct side *s, const struct ssp *m, const uint8_t *data)
{
    static uint8_t v[SSP_LONG + SSP_DATA_MAX];
    ssize_t n = ssp_encode(m, v, sizeof v);
    ck_assert_int_gt(n, 0);
    if (m->n)
        memcpy(v + n, data, m->n);
    feed(s, v, (size_t)n + m->n);
}

static void say(struct side *s, struct ssp m, const char *hex)
{
    struct octets o = octets_of(hex);
    m.n = (uint16_t)o.n;
    say_raw(s, &m, o.v);
    hear(s);
}

static struct side *side(void)
{
    struct side *s = calloc(1, sizeof *s);
    struct peer_params params;
    ck_assert_ptr_nonnull(s);
    peer_params_init(&params, ours, 0x04);
    params.single = true;
    params.max_circuits = 8;
    params.lf = 2052;
    s->p = peer_new(&params);
    ck_assert_ptr_nonnull(s->p);
    s->now = 5000;
    ck_assert(peer_connected(s->p, PEER_OURS, -1, s->now));
    hear(s);
    ck_assert_uint_eq(s->said[SSP_CAP_EXCHANGE], 1);
    return s;
}

static void leave(struct side *s)
{
    peer_free(s->p);
    free(s);
}

#define CAPS "0023 1520 0581AABBCC 04820200 04830005 1286AA000000000000000000000000000000"

static struct ssp caps_request(void)
{
    return (struct ssp){.type = SSP_CAP_EXCHANGE, .direction = SSP_TO_TARGET, .origin_transport = 0x5555};
}

static struct side *side_up(void)
{
    struct side *s = side();
    say(s, caps_request(), CAPS);
    ck_assert_int_eq(capex_kind(s->data, s->last.n), CAPEX_ACCEPTED);
    ck_assert_uint_eq(s->u.up, 0);
    say(s, (struct ssp){.type = SSP_CAP_EXCHANGE, .direction = SSP_TO_ORIGIN}, "00041521");
    ck_assert_uint_eq(s->u.up, 1);
    return s;
}

/* A message of theirs with them as the origin; US is our id. */
static struct ssp from_origin(uint8_t type, struct ssp_id us)
{
    struct ssp m = {.type = type, .remote = us, .lf = 0x90, .direction = SSP_TO_TARGET, .target_id = us};
    memcpy(m.target.mac, ours, SSP_MAC_LEN);
    memcpy(m.origin.mac, theirs, SSP_MAC_LEN);
    m.target.sap = m.origin.sap = 0x04;
    m.origin_id = their_id;
    m.origin_transport = 0x5555;
    return m;
}

/* They have opened a circuit, and the user can take ROOM PIUs.  *US becomes our id. */
static struct side *side_established(uint32_t room, struct ssp_id *us)
{
    struct side *s = side_up();
    say(s, from_origin(SSP_CANUREACH, (struct ssp_id){0, 0}), "");
    ck_assert_uint_eq(s->u.offered, 1);
    ck_assert_uint_eq(s->said[SSP_ICANREACH], 0);
    ck_assert(peer_accept(s->p, s->offer, room, s->now));
    hear(s);
    ck_assert_uint_eq(s->last.type, SSP_ICANREACH);
    ck_assert_uint_eq(s->last.flags, 0);
    ck_assert_uint_eq(s->last.direction, SSP_TO_ORIGIN);
    ck_assert_mem_eq(&s->last.remote, &their_id, sizeof their_id);
    ck_assert_mem_eq(&s->last.origin_id, &their_id, sizeof their_id);
    ck_assert_uint_eq(s->last.origin_transport, 0x5555);
    *us = s->last.target_id;
    ck_assert_uint_eq(us->correlator, s->offer);
    struct ssp ack = from_origin(SSP_REACH_ACK, *us);
    ack.flow = s->last.flow & WINDOW_FCI ? WINDOW_FCA : 0;
    say(s, ack, "");
    ck_assert_uint_eq(s->u.established, 1);
    return s;
}

static struct side *side_connected(uint32_t room, struct ssp_id *us)
{
    struct side *s = side_established(room, us);
    say(s, from_origin(SSP_CONTACT, *us), "");
    ck_assert_uint_eq(s->u.contact, 1);
    ck_assert_uint_eq(s->said[SSP_CONTACTED], 0);
    ck_assert(peer_contacted(s->p, us->correlator, s->now));
    hear(s);
    ck_assert_uint_eq(s->said[SSP_CONTACTED], 1);
    return s;
}

static struct ssp info(struct ssp_id us)
{
    return (struct ssp){.type = SSP_INFOFRAME, .remote = us};
}

/* ---- capabilities ---- */

START_TEST(first_message)
{
    static const struct {
        uint8_t type;
        bool lost;
    } first[] = {{SSP_CANUREACH, true},
                 {SSP_INFOFRAME, true},
                 {SSP_IFCM, true},
                 {SSP_KEEPALIVE, false},
                 {0x99, false}};
    for (int i = 0; i < OCTETS_ROWS(first); i++) {
        struct side *s = side();
        say(s, (struct ssp){.type = first[i].type}, "");
        ck_assert_uint_eq(s->u.lost, first[i].lost);
        if (first[i].lost)
            ck_assert_uint_eq(s->u.lost_cause, PEER_CAUSE_NO_CAPEX);
        ck_assert_uint_eq(s->closed, first[i].lost);
        leave(s);
    }
}
END_TEST

START_TEST(bad_capabilities)
{
    struct side *s = side();
    struct octets o =
        octets_of("0023 1520 0581AABBCC 04820200 04830000 1286AA000000000000000000000000000000");
    struct ssp m = caps_request();
    m.n = (uint16_t)o.n;
    say_raw(s, &m, o.v);
    ck_assert_uint_eq(s->u.lost, 0); /* its answer is still to be sent */
    hear(s);
    ck_assert_int_eq(capex_kind(s->data, s->last.n), CAPEX_REFUSED);
    ck_assert_mem_eq(s->data + 4, "\0\x0D\0\x09", 4);
    ck_assert_uint_eq(s->u.lost, 1);
    ck_assert_uint_eq(s->u.lost_cause, PEER_CAUSE_CAPEX_BAD);
    ck_assert_uint_eq(s->u.faults.n, 1);
    ck_assert_uint_eq(s->u.faults.v[0].reason, CAPEX_VECTOR_VALUE);
    ck_assert_uint_eq(s->closed, 1);
    leave(s);
}
END_TEST

START_TEST(our_capabilities_refused)
{
    struct side *s = side();
    say(s, caps_request(), CAPS);
    say(s, (struct ssp){.type = SSP_CAP_EXCHANGE, .direction = SSP_TO_ORIGIN}, "00081522 000D0009");
    ck_assert_uint_eq(s->u.lost_cause, PEER_CAUSE_CAPEX_REFUSED);
    ck_assert_uint_eq(s->u.faults.v[0].offset, 13);
    ck_assert_uint_eq(s->u.up, 0);
    leave(s);
}
END_TEST

START_TEST(no_exchange_variable)
{
    struct side *s = side();
    say(s, caps_request(), "0006 1599 0000");
    ck_assert_uint_eq(s->u.lost_cause, PEER_CAUSE_CAPEX_BAD);
    ck_assert_uint_eq(s->u.faults.v[0].reason, CAPEX_GDS_ID);
    leave(s);
}
END_TEST

START_TEST(capabilities_at_run_time)
{
    struct side *s = side_up();
    unsigned said = s->said[SSP_CAP_EXCHANGE];
    say(s, caps_request(), "0007 1520 038501");
    say(s, caps_request(), CAPS);
    say(s, caps_request(), "0099 15");
    say(s, (struct ssp){.type = SSP_CAP_EXCHANGE}, "00081522 000D0009");
    ck_assert_uint_eq(s->said[SSP_CAP_EXCHANGE], said);
    ck_assert_uint_eq(s->u.lost, 0);
    ck_assert_uint_eq(s->u.up, 1);
    leave(s);
}
END_TEST

START_TEST(capabilities_never_end)
{
    struct side *s = side();
    say(s, caps_request(), CAPS);
    ck_assert_uint_eq(peer_deadline(s->p), 5000 + 30000);
    s->now += 30000;
    peer_tick(s->p, s->now);
    obey(s);
    ck_assert_uint_eq(s->u.lost_cause, PEER_CAUSE_CAPEX_TIME);
    leave(s);
}
END_TEST

/* ---- circuits ---- */

START_TEST(explorers)
{
    struct side *s = side_up();
    struct ssp m = from_origin(SSP_CANUREACH, (struct ssp_id){0, 0});
    m.flags = SSP_EXPLORER;
    say(s, m, "");
    ck_assert_uint_eq(s->said[SSP_ICANREACH], 1);
    ck_assert_uint_eq(s->last.flags, SSP_EXPLORER);
    ck_assert_uint_eq(s->last.flow, 0);
    ck_assert_uint_eq(s->last.direction, SSP_TO_ORIGIN);
    ck_assert_mem_eq(&s->last.remote, &their_id, sizeof their_id);
    ck_assert_mem_eq(s->last.target.mac, ours, SSP_MAC_LEN);
    m.target.sap = 0x00; /* a TEST to the null SAP */
    say(s, m, "");
    ck_assert_uint_eq(s->said[SSP_ICANREACH], 2);
    m.target.sap = 0x08;
    say(s, m, "");
    m.target.sap = 0x04;
    m.target.mac[5] ^= 1;
    say(s, m, "");
    ck_assert_uint_eq(s->said[SSP_ICANREACH], 2);
    ck_assert_uint_eq(s->u.offered, 0);
    leave(s);
}
END_TEST

static const struct {
    uint8_t asked, answered; /* lf; answered 0xFF = silence */
} frames[] = {
    {0x88, 0x08}, /* 1470, or smaller */
    {0x90, 0x10}, /* 2052, or smaller */
    {0x98, 0x10}, /* 4399, or smaller: ours is 2052 */
    {0x08, 0x08}, /* 1470, not smaller */
    {0x10, 0x10}, {0x11, 0xFF}, {0x18, 0xFF},
};

START_TEST(largest_frame)
{
    struct side *s = side_up();
    struct ssp m = from_origin(SSP_CANUREACH, (struct ssp_id){0, 0});
    m.lf = frames[_i].asked;
    m.flags = SSP_EXPLORER;
    say(s, m, "");
    m.flags = 0;
    say(s, m, "");
    ck_assert_uint_eq(s->said[SSP_ICANREACH], frames[_i].answered != 0xFF);
    ck_assert_uint_eq(s->u.offered, frames[_i].answered != 0xFF);
    if (frames[_i].answered != 0xFF) {
        ck_assert_uint_eq(s->last.lf, frames[_i].answered);
        ck_assert(peer_accept(s->p, s->offer, 5, s->now));
        hear(s);
        ck_assert_uint_eq(s->last.lf, frames[_i].answered);
        ck_assert_uint_eq(s->last.priority, 0);
        ck_assert(!peer_accept(s->p, s->offer, 5, s->now)); /* once */
    }
    leave(s);
}
END_TEST

START_TEST(correlators_vary)
{
    struct side *s = side_up();
    struct ssp m = from_origin(SSP_CANUREACH, (struct ssp_id){0, 0});
    say(s, m, "");
    m.origin_id.correlator = 0x1234; /* once more, before it is answered */
    say(s, m, "");
    ck_assert_uint_eq(s->u.offered, 1);
    ck_assert(peer_accept(s->p, s->offer, 20, s->now));
    hear(s);
    ck_assert_uint_eq(s->last.remote.correlator, 0x1234);
    struct ssp_id us = s->last.target_id;
    say(s, m, ""); /* and now it is late */
    ck_assert_uint_eq(s->said[SSP_ICANREACH], 1);
    m = from_origin(SSP_REACH_ACK, us);
    m.origin_id.correlator = 0x5678; /* this fixes it */
    m.flow = WINDOW_FCA;
    say(s, m, "");
    m = from_origin(SSP_XIDFRAME, us);
    m.origin_id.correlator = 0x9999;
    say(s, m, "");
    ck_assert(peer_send_xid(s->p, us.correlator, NULL, 0, s->now));
    hear(s);
    ck_assert_uint_eq(s->last.remote.correlator, 0x5678);
    ck_assert_uint_eq(s->last.origin_id.correlator, 0x5678);
    leave(s);
}
END_TEST

START_TEST(no_such_circuit)
{
    for (unsigned t = 0; t < 256; t++) {
        struct side *s = side_up();
        unsigned traits = ssp_traits((uint8_t)t);
        struct ssp m = from_origin((uint8_t)t, (struct ssp_id){1, 4711});
        if (t == SSP_CAP_EXCHANGE || t == SSP_CANUREACH || t == SSP_ICANREACH || !traits)
            m.target.mac[0] = 0x44;
        if (t == SSP_ICANREACH)
            m.flags = SSP_EXPLORER;
        say(s, m, "");
        bool answered = traits & SSP_NEEDS_CIRCUIT && t != SSP_HALT_DL_NOACK;
        ck_assert_uint_eq(s->said[SSP_HALT_DL_NOACK], answered);
        if (answered && !(traits & SSP_IS_SHORT)) {
            ck_assert_mem_eq(&s->last.remote, &their_id, sizeof their_id);
            ck_assert_uint_eq(s->last.direction, SSP_TO_ORIGIN);
            ck_assert_mem_eq(&s->last.origin_id, &their_id, sizeof their_id);
        }
        ck_assert_uint_eq(s->last.target_id.correlator, answered ? 4711 : 0);
        ck_assert_uint_eq(s->u.lost, 0);
        leave(s);
    }
}
END_TEST

/* The right correlator on another port is another circuit. */
START_TEST(port_is_part_of_the_name)
{
    struct ssp_id us;
    struct side *s = side_established(5, &us);
    us.port++;
    say(s, from_origin(SSP_XIDFRAME, us), "");
    ck_assert_uint_eq(s->u.xids, 0);
    ck_assert_uint_eq(s->said[SSP_HALT_DL_NOACK], 1);
    leave(s);
}
END_TEST

/* We are the origin: as far as CANUREACH_cs. */
static uint32_t open_circuit(struct side *s, struct ssp *answer)
{
    struct ssp_address remote = {.sap = 0x04};
    memcpy(remote.mac, theirs, SSP_MAC_LEN);
    uint32_t id = peer_open(s->p, 0x04, &remote, 10, s->now);
    hear(s);
    ck_assert_uint_eq(s->last.type, SSP_CANUREACH);
    ck_assert_uint_eq(s->last.flags, SSP_EXPLORER);
    ck_assert_uint_eq(s->last.lf, 0x90);
    ck_assert_uint_eq(s->last.target_transport, 0x5555);
    *answer = s->last;
    answer->type = SSP_ICANREACH;
    answer->direction = SSP_TO_ORIGIN;
    answer->remote = s->last.origin_id;
    answer->target_id = their_id;
    say(s, *answer, "");
    ck_assert_uint_eq(s->last.type, SSP_CANUREACH);
    ck_assert_uint_eq(s->last.flags, 0);
    answer->flags = 0;
    return id;
}

START_TEST(second_icanreach)
{
    struct side *s = side_up();
    struct ssp answer;
    uint32_t id = open_circuit(s, &answer);
    answer.flow = WINDOW_FCI;
    say(s, answer, "");
    ck_assert_uint_eq(s->last.type, SSP_REACH_ACK);
    ck_assert_uint_eq(s->last.flow, WINDOW_FCI | WINDOW_FCA | WINDOW_HALVE); /* room for 10, a window of 20 */
    say(s, answer, "");                                                      /* the same once more */
    ck_assert_uint_eq(s->said[SSP_HALT_DL_NOACK], 0);
    answer.target_id.correlator++;
    say(s, answer, "");
    ck_assert_uint_eq(s->said[SSP_HALT_DL_NOACK], 1);
    ck_assert_uint_eq(s->last.remote.correlator, their_id.correlator + 1);
    ck_assert_uint_eq(s->last.direction, SSP_TO_TARGET);
    ck_assert_int_eq(peer_circuit(s->p, id)->state, CST_ESTABLISHED);
    leave(s);
}
END_TEST

/* The user wants to contact before the circuit is there: CONTACT follows REACH_ACK. */
START_TEST(contact_follows)
{
    struct side *s = side_up();
    struct ssp answer;
    uint32_t id = open_circuit(s, &answer);
    ck_assert(peer_contact(s->p, id, s->now));
    say(s, answer, "");
    ck_assert_uint_eq(s->said[SSP_REACH_ACK], 1);
    ck_assert_uint_eq(s->last.type, SSP_CONTACT);
    ck_assert_int_eq(peer_circuit(s->p, id)->state, CST_CONNECT_PENDING);
    leave(s);
    s = side_up();
    say(s, from_origin(SSP_CANUREACH, (struct ssp_id){0, 0}), "");
    ck_assert(peer_accept(s->p, s->offer, 0, s->now));
    ck_assert(peer_contact(s->p, s->offer, s->now));
    hear(s);
    ck_assert_uint_eq(s->last.type, SSP_ICANREACH);
    say(s, from_origin(SSP_REACH_ACK, s->last.target_id), "");
    ck_assert_uint_eq(s->last.type, SSP_CONTACT);
    ck_assert_int_eq(peer_circuit(s->p, s->offer)->state, CST_CONNECT_PENDING);
    leave(s);
}
END_TEST

START_TEST(late_icanreach)
{
    struct side *s = side_up();
    struct ssp answer;
    uint32_t id = open_circuit(s, &answer);
    s->now += 30000;
    peer_tick(s->p, s->now);
    obey(s);
    hear(s);
    ck_assert_uint_eq(s->u.cause, PEER_CAUSE_NO_ANSWER);
    ck_assert_ptr_null(peer_circuit(s->p, id));
    say(s, answer, "");
    ck_assert_uint_eq(s->last.type, SSP_HALT_DL_NOACK);
    ck_assert_mem_eq(&s->last.remote, &their_id, sizeof their_id);
    leave(s);
}
END_TEST

START_TEST(many_circuits)
{
    struct side *s = side_up();
    for (unsigned i = 0; i < 1000; i++) {
        struct ssp m = from_origin(SSP_CANUREACH, (struct ssp_id){0, 0});
        m.origin.mac[4] = (uint8_t)(i >> 8);
        m.origin.mac[5] = (uint8_t)i;
        say(s, m, "");
    }
    ck_assert_uint_eq(s->u.offered, 8);
    ck_assert_uint_eq(s->u.lost, 0);
    struct ssp_address remote = {.mac = {0x40, 9}, .sap = 4};
    ck_assert_uint_eq(peer_open(s->p, 0x04, &remote, 5, s->now), 0);
    s->now += 30000;
    peer_tick(s->p, s->now); /* offers that nobody took are void */
    obey(s);
    ck_assert_uint_eq(s->u.down, 8);
    ck_assert_uint_ne(peer_open(s->p, 0x04, &remote, 5, s->now), 0);
    leave(s);
}
END_TEST

/* ---- flow control ---- */

START_TEST(credit)
{
    struct ssp_id us;
    struct side *s = side_connected(20, &us);
    for (int i = 0; i < 20; i++)
        say(s, info(us), "00");
    ck_assert_uint_eq(s->pius, 20);
    say(s, info(us), "00"); /* one too many */
    ck_assert_uint_eq(s->pius, 20);
    ck_assert_uint_eq(s->last.type, SSP_HALT_DL);
    say(s, from_origin(SSP_DL_HALTED, us), "");
    ck_assert_uint_eq(s->u.cause, PEER_CAUSE_CREDIT);
    ck_assert_uint_eq(s->u.lost, 0); /* only this circuit */
    leave(s);
}
END_TEST

START_TEST(no_room_no_credit)
{
    struct ssp_id us;
    struct side *s = side_connected(0, &us);
    say(s, info(us), "00");
    ck_assert_uint_eq(s->pius, 0);
    ck_assert_uint_eq(s->last.type, SSP_HALT_DL);
    leave(s);
}
END_TEST

static const struct {
    uint8_t type, flow;
    bool breach;
} flows[] = {
    {SSP_IFCM, WINDOW_FCI | WINDOW_REPEAT, false},
    {SSP_IFCM, WINDOW_FCI | WINDOW_HALVE, false},
    {SSP_IFCM, WINDOW_FCI | WINDOW_RESET, false},
    {SSP_INFOFRAME, WINDOW_FCI | WINDOW_INCREMENT, false},
    {SSP_INFOFRAME, WINDOW_FCI | WINDOW_RESET, true},
    {SSP_IFCM, WINDOW_FCI | 7, true},
    {SSP_IFCM, WINDOW_FCA, true},         /* nothing was sent */
    {SSP_HALT_DL, WINDOW_FCI | 7, false}, /* carries none */
    {SSP_IFCM, 0x3F, false},              /* no operator without FCI */
};

START_TEST(flow_octet)
{
    struct ssp_id us;
    struct side *s = side_connected(20, &us);
    struct ssp m = from_origin(flows[_i].type, us);
    m.flow = flows[_i].flow;
    say(s, m, "");
    ck_assert_uint_eq(s->said[SSP_HALT_DL], flows[_i].breach);
    leave(s);
}
END_TEST

START_TEST(operators_of_theirs)
{
    struct ssp_id us;
    struct side *s = side_connected(20, &us);
    struct ssp m = {.type = SSP_IFCM, .remote = us, .flow = WINDOW_FCI | WINDOW_REPEAT};
    ck_assert(!peer_send_piu(s->p, us.correlator, (const uint8_t *)"x", 1, s->now)); /* no initial credit */
    say(s, m, "");
    ck_assert_uint_eq(s->u.ready, 1);
    ck_assert_uint_eq(s->said[SSP_IFCM], 0); /* the acknowledgment waits for a message */
    ck_assert(peer_send_piu(s->p, us.correlator, (const uint8_t *)"x", 1, s->now));
    hear(s);
    ck_assert_uint_eq(s->last.type, SSP_INFOFRAME);
    ck_assert_uint_eq(s->last.flow, WINDOW_FCA);
    for (int i = 0; i < 4; i++)
        ck_assert(peer_send_piu(s->p, us.correlator, (const uint8_t *)"x", 1, s->now));
    hear(s);
    ck_assert_uint_eq(s->last.flow, 0);
    ck_assert(!peer_send_piu(s->p, us.correlator, (const uint8_t *)"x", 1, s->now));
    m.flow = WINDOW_FCI | WINDOW_HALVE;
    say(s, m, "");
    m.flow = WINDOW_FCI | WINDOW_RESET;
    say(s, m, "");
    ck_assert_uint_eq(s->said[SSP_IFCM], 1); /* the reset alone, at once, and nothing else */
    ck_assert_uint_eq(s->last.flow, WINDOW_FCA);
    ck_assert(!peer_send_piu(s->p, us.correlator, (const uint8_t *)"x", 1, s->now));
    m.flow = WINDOW_FCI | WINDOW_INCREMENT;
    say(s, m, "");
    ck_assert(peer_send_piu(s->p, us.correlator, (const uint8_t *)"x", 1, s->now));
    ck_assert(!peer_send_piu(s->p, us.correlator, (const uint8_t *)"x", 1, s->now));
    leave(s);
}
END_TEST

START_TEST(busy)
{
    struct ssp_id us;
    struct side *s = side_connected(20, &us);
    say(s, (struct ssp){.type = SSP_IFCM, .remote = us, .flow = WINDOW_FCI}, "");
    say(s, from_origin(SSP_ENTER_BUSY, us), "");
    ck_assert(!peer_send_piu(s->p, us.correlator, (const uint8_t *)"x", 1, s->now));
    ck_assert_uint_eq(s->u.ready, 0);
    say(s, from_origin(SSP_EXIT_BUSY, us), "");
    ck_assert_uint_eq(s->u.ready, 1);
    ck_assert(peer_send_piu(s->p, us.correlator, (const uint8_t *)"x", 1, s->now));
    leave(s);
}
END_TEST

START_TEST(datagrams_are_dropped)
{
    struct ssp_id us;
    struct side *s = side_connected(20, &us);
    struct ssp m = from_origin(SSP_DGRMFRAME, us);
    for (int i = 0; i < 100; i++) { /* they use units, and their room is given back */
        m.flow = s->said[SSP_IFCM] && s->last.type == SSP_IFCM ? WINDOW_FCA : 0;
        s->last.type = 0;
        say(s, m, "00");
    }
    ck_assert_uint_eq(s->pius, 0);
    ck_assert_uint_eq(s->said[SSP_HALT_DL], 0);
    ck_assert_uint_gt(s->said[SSP_IFCM], 2);
    leave(s);
}
END_TEST

START_TEST(test_circuit)
{
    struct ssp_id us;
    struct side *s = side_connected(20, &us);
    say(s, from_origin(SSP_TEST_CIRCUIT_REQ, us), "0102030405");
    ck_assert_uint_eq(s->last.type, SSP_TEST_CIRCUIT_RSP);
    ck_assert_uint_eq(s->last.n, 5);
    ck_assert_mem_eq(s->data, "\1\2\3\4\5", 5);
    leave(s);
}
END_TEST

START_TEST(xid_in_contact)
{
    struct ssp_id us;
    struct side *s = side_connected(20, &us);
    say(s, from_origin(SSP_XIDFRAME, us), "32 1D 01100002 0000 00 04");
    ck_assert_uint_eq(s->u.xids, 0);
    say(s, from_origin(SSP_XIDFRAME, us), "32 1D 01100002 0000 00 0C");
    ck_assert_uint_eq(s->u.xids, 1);
    leave(s);
}
END_TEST

/* ---- floods, garbage, time ---- */

static const char *const rubbish[] = {
    "00",
    "32",
    "3105",
    "474554202F20485454502F312E310D0A",
    "3110 0000 00000000 00000000 0000 08 00", /* CONTACT with a short header */
    "16030100",                               /* TLS at a plain port */
};

START_TEST(garbage)
{
    for (int after = 0; after < 2; after++) {
        struct ssp_id us;
        struct side *s = after ? side_connected(5, &us) : side();
        struct octets o = octets_of(rubbish[_i]);
        uint8_t *p = octets_exact(o.v, o.n);
        feed(s, p, o.n);
        free(p);
        ck_assert_uint_eq(s->u.lost, 1);
        ck_assert_uint_eq(s->u.lost_cause, PEER_CAUSE_PROTOCOL);
        ck_assert_uint_eq(s->u.down, after);
        ck_assert_uint_eq(s->closed, 1);
        feed(s, o.v, o.n); /* what still comes is nothing */
        ck_assert_uint_eq(s->u.lost, 1);
        leave(s);
    }
}
END_TEST

START_TEST(unknown_types)
{
    struct ssp_id us;
    struct side *s = side_connected(5, &us);
    for (unsigned t = 0; t < 256; t++)
        if (!ssp_traits((uint8_t)t))
            say(s, from_origin((uint8_t)t, us), "010203");
    say(s, from_origin(SSP_DATAFRAME, us), "010203");
    say(s, from_origin(SSP_NETBIOS_NQ, us), "010203");
    ck_assert_uint_eq(s->u.lost, 0);
    ck_assert_uint_eq(s->u.down, 0);
    ck_assert_int_eq(peer_circuit(s->p, us.correlator)->state, CST_CONNECTED);
    leave(s);
}
END_TEST

/* Endless explorers, whose answers are not read: at some point no more are accepted. */
START_TEST(flood)
{
    struct side *s = side_up();
    struct ssp m = from_origin(SSP_CANUREACH, (struct ssp_id){0, 0});
    const uint8_t *data;
    m.flags = SSP_EXPLORER;
    for (int i = 0; i < 100000; i++)
        say_raw(s, &m, NULL);
    ck_assert(!peer_takes_input(s->p));
    ck_assert_uint_le(peer_output(s->p, PEER_OURS, &data), 65536 + SSP_LONG);
    s->now += 90000;
    peer_tick(s->p, s->now);
    obey(s);
    ck_assert_uint_eq(s->u.lost_cause, PEER_CAUSE_STALLED);
    leave(s);
}
END_TEST

START_TEST(flood_of_tests)
{
    struct ssp_id us;
    struct side *s = side_connected(5, &us);
    static uint8_t data[SSP_DATA_MAX];
    const uint8_t *out;
    struct ssp m = from_origin(SSP_TEST_CIRCUIT_REQ, us);
    m.n = SSP_DATA_MAX;
    for (int i = 0; i < 50; i++)
        say_raw(s, &m, data);
    ck_assert(!peer_takes_input(s->p));
    ck_assert_uint_le(peer_output(s->p, PEER_OURS, &out), 2 * (SSP_LONG + SSP_DATA_MAX));
    leave(s);
}
END_TEST

/* A partner that never sends KEEPALIVE may be silent for as long as it likes. */
START_TEST(silence_says_nothing)
{
    struct ssp_id us;
    struct side *s = side_connected(5, &us);
    ck_assert_uint_eq(s->said[SSP_KEEPALIVE],
                      1); /* at once, for the partner to know that it may expect more */
    for (int i = 0; i < 100; i++) {
        s->now += 30000;
        peer_tick(s->p, s->now);
        obey(s);
        hear(s);
    }
    ck_assert_uint_eq(s->u.lost, 0);
    ck_assert_uint_eq(s->said[SSP_KEEPALIVE], 101);
    say(s, (struct ssp){.type = SSP_KEEPALIVE}, "");
    uint64_t last = s->now;
    while (!s->u.lost) {
        s->now = peer_deadline(s->p);
        ck_assert_uint_le(s->now, last + 90000);
        peer_tick(s->p, s->now);
        obey(s);
        hear(s);
    }
    ck_assert_uint_eq(s->now, last + 90000);
    ck_assert_uint_eq(s->u.lost_cause, PEER_CAUSE_KEEPALIVE);
    leave(s);
}
END_TEST

/* Each allocation fails once: there is no partner, or the one circuit is not there, and nothing else happens.
 */
START_TEST(no_memory)
{
    struct peer_params params;
    unsigned k;
    peer_params_init(&params, ours, 0x04);
    for (k = 1; k < 20; k++) {
        failalloc.on = true;
        failalloc.made = 0;
        failalloc.at = k;
        struct peer *p = peer_new(&params);
        failalloc.on = false;
        peer_free(p);
        if (p)
            break;
    }
    ck_assert_uint_eq(k, 6);
    for (k = 1; k < 20; k++) {
        struct side *s = side_up();
        struct ssp m = from_origin(SSP_CANUREACH, (struct ssp_id){0, 0});
        uint8_t v[SSP_LONG];
        ck_assert_int_eq(ssp_encode(&m, v, sizeof v), SSP_LONG);
        failalloc.on = true;
        failalloc.made = 0;
        failalloc.at = k;
        feed(s, v, sizeof v); /* Check, too, needs memory: no assertions while there is none */
        failalloc.on = false;
        bool met = failalloc.made >= k;
        ck_assert_uint_eq(s->u.offered, !met);
        ck_assert_uint_eq(s->u.lost, 0);
        say_raw(s, &m, NULL);
        ck_assert_uint_eq(s->u.offered, 1);
        leave(s);
        if (!met)
            break;
    }
    ck_assert_uint_eq(k, 5);
}
END_TEST

/* From here on the partner makes the node hold nothing more, whatever it sends. */
START_TEST(a_circuit_needs_no_memory)
{
    struct ssp_id us;
    struct side *s = side_connected(20, &us);
    static uint8_t v[SSP_SHORT + SSP_DATA_MAX];
    struct ssp m = info(us);
    m.n = SSP_DATA_MAX;
    ck_assert_int_eq(ssp_encode(&m, v, sizeof v), SSP_SHORT);
    failalloc.on = true;
    failalloc.every = 1;
    for (int i = 0; i < 20; i++) {
        feed(s, v, 30000);
        feed(s, v + 30000, sizeof v - 30000);
    }
    failalloc.on = false;
    failalloc.every = 0;
    ck_assert_uint_eq(s->pius, 20);
    leave(s);
}
END_TEST

/* ---- another make's switch, from its capture ---- */

/* Replay the messages to us, with our ids in place of those of the original station. */
START_TEST(capture_of_others)
{
    struct pcap p = pcap_open("tests/vectors/dlsw-demo.pcap");
    struct pcap_segment g;
    struct side *s = side();
    uint32_t id = 0;
    while (pcap_next(&p, &g)) {
        struct ssp m;
        struct ssp_id us = {1, id};
        ssize_t front = ssp_decode(g.data, g.n, &m, NULL);
        if (g.source[3] != 1)
            continue;
        if (m.type != SSP_CAP_EXCHANGE) {
            m.remote = m.origin_id = us;
            m.flow = m.type == SSP_XIDFRAME ? m.flow : 0;
        }
        if (m.type == SSP_ICANREACH)
            ck_assert_uint_eq(s->last.type, SSP_CANUREACH);
        say_raw(s, &m, g.data + front);
        hear(s);
        if (s->u.up && !id) {
            struct ssp_address remote = {.sap = 0x04};
            memcpy(remote.mac, theirs, SSP_MAC_LEN);
            id = peer_open(s->p, 0x04, &remote, 20, s->now);
            ck_assert_uint_ne(id, 0);
            hear(s);
        }
        if (m.type == SSP_CONTACT) {
            ck_assert_uint_eq(s->u.contact, 1);
            ck_assert(peer_contacted(s->p, id, s->now));
            hear(s);
            ck_assert_uint_eq(s->last.remote.port | s->last.remote.correlator,
                              0); /* so it calls the circuit */
        }
    }
    ck_assert_uint_eq(s->u.established, 1);
    ck_assert_uint_eq(s->u.xids, 1);
    ck_assert_uint_eq(s->pius, 2);
    ck_assert_uint_eq(s->u.lost + s->u.down, 0);
    ck_assert(peer_send_piu(s->p, id, (const uint8_t *)"x", 1, s->now));
    hear(s);
    ck_assert_uint_eq(s->last.flow & WINDOW_FCA, 0); /* CONTACTED has carried it */
    pcap_close(&p);
    leave(s);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("dlsw_hostile");
    TCase *tc = tcase_create("capabilities");
    tcase_add_test(tc, first_message);
    tcase_add_test(tc, bad_capabilities);
    tcase_add_test(tc, our_capabilities_refused);
    tcase_add_test(tc, no_exchange_variable);
    tcase_add_test(tc, capabilities_at_run_time);
    tcase_add_test(tc, capabilities_never_end);
    suite_add_tcase(s, tc);
    tc = tcase_create("circuits");
    tcase_add_test(tc, explorers);
    tcase_add_loop_test(tc, largest_frame, 0, OCTETS_ROWS(frames));
    tcase_add_test(tc, correlators_vary);
    tcase_add_test(tc, no_such_circuit);
    tcase_add_test(tc, port_is_part_of_the_name);
    tcase_add_test(tc, second_icanreach);
    tcase_add_test(tc, contact_follows);
    tcase_add_test(tc, late_icanreach);
    tcase_add_test(tc, many_circuits);
    suite_add_tcase(s, tc);
    tc = tcase_create("flow");
    tcase_add_test(tc, credit);
    tcase_add_test(tc, no_room_no_credit);
    tcase_add_loop_test(tc, flow_octet, 0, OCTETS_ROWS(flows));
    tcase_add_test(tc, operators_of_theirs);
    tcase_add_test(tc, busy);
    tcase_add_test(tc, datagrams_are_dropped);
    tcase_add_test(tc, test_circuit);
    tcase_add_test(tc, xid_in_contact);
    suite_add_tcase(s, tc);
    tc = tcase_create("floods");
    tcase_add_loop_test(tc, garbage, 0, OCTETS_ROWS(rubbish));
    tcase_add_test(tc, unknown_types);
    tcase_add_test(tc, flood);
    tcase_add_test(tc, flood_of_tests);
    tcase_add_test(tc, silence_says_nothing);
    tcase_add_test(tc, no_memory);
    tcase_add_test(tc, a_circuit_needs_no_memory);
    suite_add_tcase(s, tc);
    tc = tcase_create("captures");
    tcase_add_test(tc, capture_of_others);
    suite_add_tcase(s, tc);
    return octets_run(s);
}
