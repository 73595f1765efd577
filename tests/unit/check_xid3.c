#include <string.h>

#include "snanode/base/ebcdic.h"
#include "snanode/wire/sense.h"
#include "snanode/wire/xid3.h"
#include "tests/unit/octets.h"

/* Of SNA Server, with the inner length of its product identifier four too large [Q149444]. */
static const char snaserver[] =
    "3261 05D00001 0000 B0 84 10 00 00 0000 00 00 01 0B 70 00 0404 00 00 0000 7F 00"
    "| 10 37 00 27 11 0C 08 04 F0F2F1F0F0F0 0F 06 D4E240E2D5C140E2C5D9E5C5D9 09 08 F0F0F0F0F0F0F0"
    "  13 11 03 10 00 10 F0F0F0F0F0F0F0F0F0F0F0F0F0"
    "| 0E 09 F4 C1D7D7D54BC3D7F1";

/* Of another product, in prenegotiation state. */
static const char other[] = "3254 01100002 0000 00 0A D1 00 00 0000 00 00 01 0B 41 00 0409 00 00 0000 07 00"
                            "| 0E 0A F4 C1D7D7D54BD4D6D6D5"
                            "| 10 29 00 28 11 0C 08 04 F0F6F0F0F0F6 09 06 E2D5C1E2E3C1D9 03 08 40"
                            "  11 0F E2D5C1E2E3C1D940D3C9D4C9E3C5C4";

static struct xid3_name name_of(const char *s)
{
    struct xid3_name n = {.n = (uint8_t)strlen(s)};
    memcpy(n.s, s, n.n);
    ebcdic_encode(n.s, n.n);
    return n;
}

static void is_name(const struct xid3_name *n, const char *s)
{
    struct xid3_name want = name_of(s);
    ck_assert_uint_eq(n->n, want.n);
    ck_assert_mem_eq(n->s, want.s, want.n);
}

static void decode(const char *hex, struct xid3 *x)
{
    struct octets o = octets_of(hex);
    uint8_t *p = octets_exact(o.v, o.n);
    struct sna_err e = {0};
    ck_assert_msg(xid3_decode(p, o.n, x, &e) == (ssize_t)o.n, "%s at %zu", e.text, e.offset);
    free(p);
}

START_TEST(decode_snaserver)
{
    struct xid3 x;
    memset(&x, 0xff, sizeof x);
    decode(snaserver, &x);
    ck_assert_uint_eq(x.block, 0x05D);
    ck_assert_uint_eq(x.id, 0x00001);
    ck_assert_uint_eq(xid3_node_id(&x), 0x05D00001);
    ck_assert(x.no_init_self && !x.no_independent_bind && x.whole_bind_sender && x.whole_bind_receiver);
    ck_assert(x.no_actpu && !x.network_node && !x.cp_services && !x.cp_sessions);
    ck_assert_uint_eq(x.state, XID3_NEGOTIATION);
    ck_assert_uint_eq(x.tg, 0);
    ck_assert(x.abm);
    ck_assert_uint_eq(x.role, XID3_NEGOTIABLE);
    ck_assert_uint_eq(x.transmit, 0);
    ck_assert_uint_eq(x.max_btu, 1028);
    ck_assert_uint_eq(x.max_in, 127);
    is_name(&x.cp_name, "APPN.CP1");
    ck_assert_uint_eq(x.product_n, 13);
    ck_assert_mem_eq(x.product, name_of("MS SNA SERVER").s, 13);
    ck_assert(!x.error && !x.hpr);
}
END_TEST

START_TEST(decode_other)
{
    struct xid3 x;
    decode(other, &x);
    ck_assert_uint_eq(xid3_node_id(&x), 0x01100002);
    ck_assert(!x.no_init_self && !x.no_actpu);
    ck_assert_uint_eq(x.state, XID3_PRENEGOTIATION);
    ck_assert(x.secondary_nonact && !x.cp_name_change && x.bind_pacing_send && x.bind_pacing_recv);
    ck_assert_uint_eq(x.role, XID3_SECONDARY);
    ck_assert_uint_eq(x.transmit, 1);
    ck_assert_uint_eq(x.max_btu, 1033);
    is_name(&x.cp_name, "APPN.MOON");
    ck_assert_uint_eq(x.product_n, 7);
    ck_assert_mem_eq(x.product, name_of("SNASTAR").s, 7);
}
END_TEST

/* One octet cut off anywhere is seen, and so is a total length that is one off. */
START_TEST(truncated)
{
    struct octets o = octets_of(_i ? other : snaserver);
    for (size_t n = 0; n < o.n; n++) {
        uint8_t *p = octets_exact(o.v, n);
        struct xid3 x = {.tg = 0x5a};
        struct sna_err e = {0};
        ck_assert_int_eq(xid3_decode(p, n, &x, &e), -1);
        ck_assert_uint_eq(e.sense, n < XID3_FIXED ? SENSE_XID_SHORT : SENSE_XID_LENGTH);
        ck_assert_uint_eq(x.tg, 0x5a);
        free(p);
    }
}
END_TEST

/* The same with the total length right each time: only ends between two vectors are taken. */
START_TEST(truncated_vectors)
{
    struct octets o = octets_of(_i ? other : snaserver);
    size_t first = (size_t)XID3_FIXED + 2 + o.v[XID3_FIXED + 1];
    for (size_t n = XID3_FIXED; n < o.n; n++) {
        uint8_t *p = octets_exact(o.v, n);
        struct xid3 x;
        struct sna_err e = {0};
        p[XID3_AT_LENGTH] = (uint8_t)n;
        bool whole = n == XID3_FIXED || n == first;
        ck_assert_int_eq(xid3_decode(p, n, &x, &e), whole ? (ssize_t)n : -1);
        ck_assert_uint_eq(e.sense >> 16, whole ? 0 : SENSE_XID_VECTOR >> 16);
        free(p);
    }
}
END_TEST

static struct xid3 full(void)
{
    struct xid3 x = {
        .block = 0x05D,
        .id = 0xABCDE,
        .no_init_self = true,
        .whole_bind_sender = true,
        .whole_bind_receiver = true,
        .no_actpu = true,
        .state = XID3_PRENEGOTIATION,
        .complete_supported = true,
        .tg = 20,
        .abm = true,
        .role = XID3_NEGOTIABLE,
        .transmit = 1,
        .max_btu = 4105,
        .max_in = 7,
        .cp_name = name_of("NETA.NODEA"),
        .link_name = name_of("STATION1"),
        .product_n = 7,
        .error = true,
        .error_at = XID3_AT_ROLE,
        .error_bit = 2,
        .error_sense = SENSE_XID_PARAMETER,
    };
    memcpy(x.product, name_of("SNANODE").s, 7);
    return x;
}

/* Lengths in the octets as the formats have them: those of vectors without key and length, those of the
 * product identifier and its subfield with themselves. */
START_TEST(encode_known)
{
    static const char want[] =
        "325C 05DABCDE 0000 B0 88 00 00 80 0000 00 14 01 0B 71 00 1009 00 00 0000 07 00"
        "| 0E 0B F4 D5C5E3C14BD5D6C4C5C1"
        "| 0E 09 F7 E2E3C1E3C9D6D5F1"
        "| 10 0D 00 0C 11 0C 09 06 E2D5C1D5D6C4C5"
        "| 22 07 0013 02 10160000";
    struct octets o = octets_of(want);
    o.v[XID3_AT_LENGTH] = (uint8_t)o.n;
    struct xid3 x = full();
    uint8_t out[XID3_MAX];
    memset(out, 0xAA, sizeof out);
    ck_assert_int_eq(xid3_encode(&x, out, sizeof out), (ssize_t)o.n);
    ck_assert_mem_eq(out, o.v, o.n);
    ck_assert_uint_eq(out[o.n], 0xAA);
    for (size_t cap = 0; cap < o.n; cap++) {
        uint8_t *small = octets_exact(o.v, cap);
        ck_assert_int_eq(xid3_encode(&x, small, cap), -1);
        free(small);
    }
}
END_TEST

/* Every field comes back, also those that full() leaves off. */
START_TEST(round_trip)
{
    struct xid3 x = full(), y;
    if (_i & 1) {
        x.no_independent_bind = x.network_node = x.cp_services = x.cp_sessions = true;
        x.secondary_nonact = x.cp_name_change = x.bind_pacing_send = x.bind_pacing_recv = true;
        x.quiesce_tg = x.complete = x.nonact_sender = true;
        x.no_init_self = x.whole_bind_sender = x.whole_bind_receiver = x.no_actpu = x.error = false;
        x.error_at = x.error_bit = 0;
        x.error_sense = 0;
    }
    x.role = (uint8_t)(_i >> 1 & 3);
    x.state = (uint8_t)(_i >> 3 & 3);
    uint8_t out[XID3_MAX], again[XID3_MAX];
    ssize_t n = xid3_encode(&x, out, sizeof out);
    ck_assert_int_gt(n, 0);
    memset(&y, 0xff, sizeof y);
    ck_assert_int_eq(xid3_decode(out, (size_t)n, &y, NULL), n);
    ck_assert_int_eq(xid3_encode(&y, again, sizeof again), n);
    ck_assert_mem_eq(out, again, (size_t)n);
    ck_assert_uint_eq(y.role, x.role);
    ck_assert_uint_eq(y.state, x.state);
    ck_assert_int_eq(y.error, x.error);
    ck_assert_uint_eq(y.error_sense, x.error_sense);
    ck_assert_int_eq(y.nonact_sender, x.nonact_sender);
    ck_assert_int_eq(y.complete, x.complete);
}
END_TEST

static const struct {
    size_t at;
    uint8_t value;
    uint32_t sense;
} wrong[] = {
    {0, 0x02, SENSE_XID_FORMAT},
    {0, 0x12, SENSE_XID_FORMAT},
    {0, 0x31, SENSE_XID_NODE_TYPE},
    {1, 0x00, SENSE_XID_LENGTH},
    {18, 0x0A, SENSE_XID_SHORT},           /* a DLC section too short for the BTU length */
    {18, 0xFF, SENSE_XID_SHORT},           /* ... and one behind the end */
    {30, 0xFF, SENSE_XID_VECTOR | 0x1001}, /* CV 10 runs out of the XID */
    {29 + 2 + 0x37 + 1, 0x0A, SENSE_XID_VECTOR | 0x0E01},
};

START_TEST(refused)
{
    struct octets o = octets_of(snaserver);
    struct xid3 x;
    struct sna_err e = {0};
    o.v[wrong[_i].at] = wrong[_i].value;
    ck_assert_int_eq(xid3_decode(o.v, o.n, &x, &e), -1);
    ck_assert_uint_eq(e.sense, wrong[_i].sense);
    ck_assert_uint_le(e.offset, o.n);
}
END_TEST

START_TEST(long_name)
{
    struct octets o = octets_of(other);
    struct xid3 x;
    struct sna_err e = {0};
    o.v[XID3_FIXED + 1] = 19; /* F4 and 18 octets of name */
    o.v[XID3_FIXED + 2 + 19] = 0x99;
    o.v[XID3_FIXED + 2 + 19 + 1] = (uint8_t)(o.n - XID3_FIXED - 2 - 19 - 2);
    ck_assert_int_eq(xid3_decode(o.v, o.n, &x, &e), -1);
    ck_assert_uint_eq(e.sense, SENSE_XID_NAME);
}
END_TEST

/* What is in a product set identifier never costs the link. */
START_TEST(product_tolerated)
{
    struct octets o = octets_of(other);
    size_t inner = XID3_FIXED + 2 + 0x0A + 2 + 1;
    struct xid3 x;
    for (unsigned v = 0; v < 256; v++)
        for (size_t k = 0; k < 6; k++) {
            struct octets p = o;
            p.v[inner + k] = (uint8_t)v;
            ck_assert_int_eq(xid3_decode(p.v, p.n, &x, NULL), (ssize_t)p.n);
            is_name(&x.cp_name, "APPN.MOON");
        }
}
END_TEST

START_TEST(out_of_range)
{
    uint8_t out[XID3_MAX];
    struct xid3 x = full();
    x.block = 0x1000;
    ck_assert_int_eq(xid3_encode(&x, out, sizeof out), -1);
    x = full();
    x.id = 0x100000;
    ck_assert_int_eq(xid3_encode(&x, out, sizeof out), -1);
    x = full();
    x.max_btu = 0x8000;
    ck_assert_int_eq(xid3_encode(&x, out, sizeof out), -1);
    x = full();
    x.cp_name.n = NAME_FQ_MAX + 1;
    ck_assert_int_eq(xid3_encode(&x, out, sizeof out), -1);
    x = full();
    x.product_n = XID3_PRODUCT_MAX + 1;
    ck_assert_int_eq(xid3_encode(&x, out, sizeof out), -1);
    x = full();
    x.role = 4;
    ck_assert_int_eq(xid3_encode(&x, out, sizeof out), -1);
}
END_TEST

START_TEST(vectors_skipped)
{
    struct xid3 x;
    decode("3238 05D00001 0000 B0 84 10 00 00 0000 00 00 01 0B 70 00 0404 00 00 0000 7F 00"
           "| 46 05 01 02 03 04 05 | 61 02 00 00 | FF 00 | 0E 09 F4 C1D7D7D54BC3D7F1 | 0E 01 F1",
           &x);
    ck_assert(x.hpr);
    is_name(&x.cp_name, "APPN.CP1");
    ck_assert_uint_eq(x.product_n, 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("xid3");
    TCase *tc = tcase_create("codec");
    tcase_add_test(tc, decode_snaserver);
    tcase_add_test(tc, decode_other);
    tcase_add_loop_test(tc, truncated, 0, 2);
    tcase_add_loop_test(tc, truncated_vectors, 0, 2);
    tcase_add_test(tc, encode_known);
    tcase_add_loop_test(tc, round_trip, 0, 32);
    tcase_add_loop_test(tc, refused, 0, OCTETS_ROWS(wrong));
    tcase_add_test(tc, long_name);
    tcase_add_test(tc, product_tolerated);
    tcase_add_test(tc, out_of_range);
    tcase_add_test(tc, vectors_skipped);
    suite_add_tcase(s, tc);
    return octets_run(s);
}
