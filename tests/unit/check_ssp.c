#include <string.h>

#include "snanode/dlsw/ssp.h"
#include "tests/unit/octets.h"
#include "tests/unit/pcap.h"

/* All messages [DLSW: Message Types], with what the standard says of each: header, whether it must name a
 * circuit [DLSW: Correlators], whether it may carry flow control [DLSW: Frame Format]. */
static const struct {
    uint8_t type;
    const char *name;
    int header;
    bool circuit, flow;
} messages[] = {
    {0x03, "CANUREACH", 72, false, false},
    {0x04, "ICANREACH", 72, false, true},
    {0x05, "REACH_ACK", 72, true, true},
    {0x06, "DGRMFRAME", 72, true, true},
    {0x07, "XIDFRAME", 72, true, true},
    {0x08, "CONTACT", 72, true, true},
    {0x09, "CONTACTED", 72, true, true},
    {0x0A, "INFOFRAME", 16, true, true},
    {0x0C, "ENTER_BUSY", 72, true, false},
    {0x0D, "EXIT_BUSY", 72, true, false},
    {0x0E, "HALT_DL", 72, true, false},
    {0x0F, "DL_HALTED", 72, true, false},
    {0x10, "RESTART_DL", 72, true, true},
    {0x11, "DL_RESTARTED", 72, true, true},
    {0x12, "NETBIOS_NQ", 72, false, false},
    {0x13, "NETBIOS_NR", 72, false, false},
    {0x14, "DATAFRAME", 72, false, false},
    {0x19, "HALT_DL_NOACK", 72, true, false},
    {0x1A, "NETBIOS_ANQ", 72, false, false},
    {0x1B, "NETBIOS_ANR", 72, false, false},
    {0x1D, "KEEPALIVE", 16, false, false},
    {0x20, "CAP_EXCHANGE", 72, false, false},
    {0x21, "IFCM", 16, true, true},
    {0x7A, "TEST_CIRCUIT_REQ", 72, true, false},
    {0x7B, "TEST_CIRCUIT_RSP", 72, true, false},
};

/* One of TYPE with something different in each field. */
static struct ssp whole(uint8_t type)
{
    struct ssp s = {.type = type, .flow = 0xC4, .n = 0x1234, .remote = {0x81828384, 0x91929394}};
    if (ssp_traits(type) & SSP_IS_SHORT)
        return s;
    s.lf = 0x88;
    s.flags = SSP_EXPLORER;
    s.priority = 3;
    s.direction = SSP_TO_ORIGIN;
    s.dlc_n = 0x23;
    s.origin = (struct ssp_address){{0x40, 0, 0, 0, 0, 1}, 0x04};
    s.target = (struct ssp_address){{0x40, 0, 0, 0, 0, 2}, 0x08};
    s.origin_id = (struct ssp_id){0x11121314, 0x21222324};
    s.target_id = (struct ssp_id){0x51525354, 0x61626364};
    s.origin_transport = 0x31323334;
    s.target_transport = 0x71727374;
    return s;
}

static void same(const struct ssp *a, const struct ssp *b)
{
    ck_assert_uint_eq(a->type, b->type);
    ck_assert_uint_eq(a->flow, b->flow);
    ck_assert_uint_eq(a->n, b->n);
    ck_assert_mem_eq(&a->remote, &b->remote, sizeof a->remote);
    ck_assert_uint_eq(a->lf, b->lf);
    ck_assert_uint_eq(a->flags, b->flags);
    ck_assert_uint_eq(a->priority, b->priority);
    ck_assert_uint_eq(a->direction, b->direction);
    ck_assert_uint_eq(a->dlc_n, b->dlc_n);
    ck_assert(ssp_same_address(&a->origin, &b->origin));
    ck_assert(ssp_same_address(&a->target, &b->target));
    ck_assert_mem_eq(&a->origin_id, &b->origin_id, sizeof a->origin_id);
    ck_assert_mem_eq(&a->target_id, &b->target_id, sizeof a->target_id);
    ck_assert_uint_eq(a->origin_transport, b->origin_transport);
    ck_assert_uint_eq(a->target_transport, b->target_transport);
}

START_TEST(traits)
{
    unsigned t = ssp_traits(messages[_i].type);
    ck_assert(t & SSP_IS_KNOWN);
    ck_assert_int_eq(t & SSP_IS_SHORT ? 16 : 72, messages[_i].header);
    ck_assert_int_eq(!!(t & SSP_NEEDS_CIRCUIT), messages[_i].circuit);
    ck_assert_int_eq(!!(t & SSP_CARRIES_FLOW), messages[_i].flow);
    ck_assert_str_eq(ssp_type_name(messages[_i].type), messages[_i].name);
}
END_TEST

START_TEST(unknown_types)
{
    int known = 0;
    for (unsigned t = 0; t < 256; t++) {
        known += ssp_traits((uint8_t)t) != 0;
        if (!ssp_traits((uint8_t)t))
            ck_assert_str_eq(ssp_type_name((uint8_t)t), "unknown");
    }
    ck_assert_int_eq(known, OCTETS_ROWS(messages));
}
END_TEST

START_TEST(round_trip)
{
    struct ssp in = whole(messages[_i].type), out;
    uint8_t v[SSP_LONG + 1];
    memset(v, 0xAA, sizeof v);
    memset(&out, 0xFF, sizeof out);
    ssize_t n = ssp_encode(&in, v, sizeof v);
    ck_assert_int_eq(n, messages[_i].header);
    ck_assert_uint_eq(v[n], 0xAA);
    struct sna_err e;
    ck_assert_int_eq(ssp_measure(v, (size_t)n, &e), n + in.n);
    ck_assert_int_eq(ssp_decode(v, (size_t)n, &out, NULL), n);
    same(&in, &out);
    for (size_t cap = 0; cap < (size_t)n; cap++) {
        uint8_t *small = octets_exact(v, cap);
        ck_assert_int_eq(ssp_encode(&in, small, cap), -1);
        free(small);
    }
}
END_TEST

START_TEST(truncated)
{
    struct ssp in = whole(messages[_i].type), out = {.type = 0x5A};
    uint8_t v[SSP_LONG];
    size_t n = (size_t)ssp_encode(&in, v, sizeof v);
    for (size_t cut = 0; cut < n; cut++) {
        uint8_t *p = octets_exact(v, cut);
        struct sna_err e = {.text = NULL};
        ck_assert_int_eq(ssp_measure(p, cut, &e), cut < 4 ? 0 : (ssize_t)n + in.n);
        ck_assert_int_eq(ssp_decode(p, cut, &out, &e), -1);
        ck_assert_ptr_nonnull(e.text);
        ck_assert_uint_eq(out.type, 0x5A);
        free(p);
    }
}
END_TEST

/* Every field by its offset [DLSW: SSP Frame Formats]. */
START_TEST(offsets)
{
    struct ssp in = whole(SSP_CANUREACH);
    struct octets o = octets_of("31 48 1234 91929394 81828384 0000 03 C4 | 42 01 0000 88 80 03 03"
                                "400000000002 400000000001 04 08 02 000000 0023"
                                "11121314 21222324 31323334 51525354 61626364 71727374 00000000");
    uint8_t v[SSP_LONG];
    ck_assert_uint_eq(o.n, sizeof v);
    ck_assert_int_eq(ssp_encode(&in, v, sizeof v), SSP_LONG);
    ck_assert_mem_eq(v, o.v, o.n);
    v[23] = 0x08; /* the second type is not read */
    struct ssp out;
    ck_assert_int_eq(ssp_decode(v, sizeof v, &out, NULL), SSP_LONG);
    ck_assert_uint_eq(out.type, SSP_CANUREACH);
}
END_TEST

static const struct {
    const char *hex;
    ssize_t measure, decode;
} fronts[] = {
    {"32 10 0000 00000000 00000000 0000 1D 00", -1, -1},             /* version */
    {"31 0F 0000 00000000 00000000 0000 1D 00", -1, -1},             /* header of 15 octets */
    {"31 10 0000 00000000 00000000 0000 08 00", 16, -1},             /* CONTACT with a short header */
    {"31 10 0003 00000000 00000000 0000 77 00 010203", 19, 16},      /* unknown type */
    {"31 14 0001 00000000 00000000 0000 1D 00 00000000 01", 21, 20}, /* longer header */
    {"31 10 FFFF 00000000 00000000 0000 0A 00", 16 + 65535, 16},     /* largest */
    {"31 FF FFFF", SSP_MESSAGE_MAX, -1},                             /* largest of all */
};

START_TEST(front_of_message)
{
    struct octets o = octets_of(fronts[_i].hex);
    uint8_t *p = octets_exact(o.v, o.n);
    struct ssp s;
    struct sna_err e;
    ck_assert_int_eq(ssp_measure(p, o.n, &e), fronts[_i].measure);
    ck_assert_int_eq(ssp_decode(p, o.n, &s, &e), fronts[_i].decode);
    free(p);
}
END_TEST

START_TEST(mac_order)
{
    static const uint8_t ring[] = {0x40, 0x00, 0x09, 0x99, 0x10, 0x01};
    static const uint8_t ethernet[] = {0x02, 0x00, 0x90, 0x99, 0x08, 0x80};
    uint8_t v[SSP_MAC_LEN];
    ssp_mac_flip(ring, v);
    ck_assert_mem_eq(v, ethernet, sizeof v);
    ssp_mac_flip(v, v);
    ck_assert_mem_eq(v, ring, sizeof v);
}
END_TEST

START_TEST(largest_frame)
{
    static const unsigned sizes[] = {516,  635,  754,  873,  993,  1112, 1231, 1350, 1470,
                                     1542, 1615, 1688, 1761, 1833, 1906, 1979, 2052};
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++)
        ck_assert_uint_eq(ssp_lf_size((uint8_t)i), sizes[i]);
    ck_assert_uint_eq(ssp_lf_size(0x18), 4399);
    ck_assert_uint_eq(ssp_lf_size(0x20), 8130);
    ck_assert_uint_eq(ssp_lf_size(0x28), 11407);
    ck_assert_uint_eq(ssp_lf_size(0x30), 17749);
    ck_assert_uint_eq(ssp_lf_size(0x38), 41600);
    ck_assert_uint_eq(ssp_lf_size(0x88), 1470); /* the flag is no part of the code */
    for (unsigned code = 0; code <= SSP_LF_CODE; code++) {
        ck_assert_uint_eq(ssp_lf_code(ssp_lf_size((uint8_t)code)), code);
        if (code > 0)
            ck_assert_uint_eq(ssp_lf_code(ssp_lf_size((uint8_t)code) - 1), code - 1);
    }
    ck_assert_uint_eq(ssp_lf_code(0), 0);
    ck_assert_uint_eq(ssp_lf_code(1000000), SSP_LF_CODE);
}
END_TEST

/* ---- captures ---- */

/* Type, octets of header and data of each message, in order. */
struct row {
    uint8_t type;
    uint8_t header;
    uint16_t n;
};

static const struct row demo[] = {
    {0x20, 72, 38}, {0x20, 72, 38}, {0x20, 72, 4},  {0x20, 72, 4}, {0x03, 72, 0},  {0x04, 72, 0},
    {0x03, 72, 0},  {0x04, 72, 0},  {0x05, 72, 0},  {0x07, 72, 0}, {0x07, 72, 20}, {0x07, 72, 84},
    {0x08, 72, 84}, {0x09, 72, 0},  {0x0A, 16, 18}, {0x0A, 16, 9}, {0x0A, 16, 12}, {0x0E, 72, 0},
};

/* Of another make's switch: it names its circuit 0/0, CONTACT has data, and the second type is often wrong.
 */
START_TEST(capture_of_others)
{
    struct pcap p = pcap_open("tests/vectors/dlsw-demo.pcap");
    struct pcap_segment g;
    int i = 0;
    while (pcap_next(&p, &g)) {
        struct ssp s;
        struct sna_err e;
        ck_assert_int_lt(i, OCTETS_ROWS(demo));
        ck_assert_int_eq(ssp_measure(g.data, g.n, &e), (ssize_t)g.n);
        ck_assert_int_eq(ssp_decode(g.data, g.n, &s, &e), demo[i].header);
        ck_assert_uint_eq(s.type, demo[i].type);
        ck_assert_uint_eq(s.n, demo[i].n);
        if (s.type != SSP_CAP_EXCHANGE && demo[i].header == SSP_LONG) {
            struct ssp_id id = s.direction == SSP_TO_ORIGIN ? s.origin_id : s.target_id;
            ck_assert_mem_eq(&s.remote, &id, sizeof id);
            ck_assert_mem_eq(s.target.mac, "\x40\x00\x09\x99\x10\x01", 6);
            ck_assert_mem_eq(s.origin.mac, "\x40\x00\x10\x20\x10\x00", 6);
            ck_assert_uint_eq(s.origin_id.port, 0x22);
            ck_assert_uint_eq(s.origin_id.correlator, 0x11);
        }
        i++;
    }
    ck_assert_int_eq(i, OCTETS_ROWS(demo));
    pcap_close(&p);
}
END_TEST

/* Made by ourselves: what is decoded is encoded to the same octets. */
START_TEST(capture_of_ours)
{
    struct pcap p = pcap_open("tests/vectors/sna-dlsw.pcap");
    struct pcap_segment g;
    int n = 0, infoframes = 0;
    while (pcap_next(&p, &g)) {
        struct ssp s;
        struct sna_err e;
        uint8_t v[SSP_LONG];
        ck_assert_int_eq(ssp_measure(g.data, g.n, &e), (ssize_t)g.n);
        ssize_t front = ssp_decode(g.data, g.n, &s, &e);
        ck_assert_int_eq(front + s.n, (ssize_t)g.n);
        ck_assert_int_eq(ssp_encode(&s, v, sizeof v), front);
        ck_assert_mem_eq(v, g.data, (size_t)front);
        infoframes += s.type == SSP_INFOFRAME;
        n++;
    }
    ck_assert_int_eq(infoframes, 35);
    ck_assert_int_eq(n, 54);
    pcap_close(&p);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("ssp");
    TCase *tc = tcase_create("codec");
    tcase_add_loop_test(tc, traits, 0, OCTETS_ROWS(messages));
    tcase_add_test(tc, unknown_types);
    tcase_add_loop_test(tc, round_trip, 0, OCTETS_ROWS(messages));
    tcase_add_loop_test(tc, truncated, 0, OCTETS_ROWS(messages));
    tcase_add_test(tc, offsets);
    tcase_add_loop_test(tc, front_of_message, 0, OCTETS_ROWS(fronts));
    tcase_add_test(tc, mac_order);
    tcase_add_test(tc, largest_frame);
    suite_add_tcase(s, tc);
    tc = tcase_create("captures");
    tcase_add_test(tc, capture_of_others);
    tcase_add_test(tc, capture_of_ours);
    suite_add_tcase(s, tc);
    return octets_run(s);
}
