/* check_capframe.c - the frames of a capture: known octets, a connection from its SYN to its FIN, checksums
 * that add up. */
#include <string.h>

#include "snanode/wire/capframe.h"
#include "tests/unit/octets.h"

static struct capframe_stream stream(bool v6)
{
    struct capframe_stream s = {.v6 = v6, .port = {40000, 2065}, .next = {1000, UINT32_MAX}};
    for (int i = 0; i < 2; i++) {
        memset(s.address[i], 0x11 * (i + 1), sizeof s.address[i]);
        s.address[i][0] = 10;
    }
    return s;
}

/* The sum of the 16-bit words at P, as a receiver makes it: 0xFFFF when a checksum is right. */
static uint32_t sum(uint32_t so_far, const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i += 2)
        so_far += (uint32_t)p[i] << 8 | (i + 1 < n ? p[i + 1] : 0);
    while (so_far >> 16)
        so_far = (so_far & 0xFFFF) + (so_far >> 16);
    return so_far;
}

static uint32_t at32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void check_sums(const uint8_t *p, size_t n, bool v6)
{
    size_t ip = v6 ? 40 : 20;
    ck_assert_uint_eq(p[0] >> 4, v6 ? 6 : 4);
    if (v6) {
        ck_assert_uint_eq((size_t)(p[4] << 8 | p[5]), n - ip);
    } else {
        ck_assert_uint_eq((size_t)(p[2] << 8 | p[3]), n);
        ck_assert_uint_eq(sum(0, p, ip), 0xFFFF);
    }
    size_t addresses = v6 ? 8 : 12;
    uint32_t pseudo = sum(6 + (uint32_t)(n - ip), p + addresses, ip - addresses);
    ck_assert_uint_eq(sum(pseudo, p + ip, n - ip), 0xFFFF);
}

START_TEST(known_octets)
{
    struct capframe_stream s = stream(false);
    uint8_t out[128];
    ssize_t n =
        capframe_encode_tcp(&s, 0, CAPFRAME_PSH | CAPFRAME_ACK, (const uint8_t *)"abc", 3, out, sizeof out);
    struct octets want = octets_of("4500002B 00004000 4006F367 0A111111 0A222222"
                                   "9C40 0811 000003E8 FFFFFFFF 5018 FFFF FBC7 0000 616263");
    ck_assert_int_eq(n, (int)want.n);
    ck_assert_mem_eq(out, want.v, want.n);
}
END_TEST

START_TEST(connection)
{
    bool v6 = _i;
    struct capframe_stream s = stream(v6);
    static const struct {
        int from;
        uint8_t flags;
        size_t n;
        uint32_t seq, ack;
    } steps[] = {
        {0, CAPFRAME_SYN, 0, 1000, 0},
        {1, CAPFRAME_SYN | CAPFRAME_ACK, 0, UINT32_MAX, 1001},
        {0, CAPFRAME_ACK, 0, 1001, 0},
        {0, CAPFRAME_PSH | CAPFRAME_ACK, 5, 1001, 0},
        {1, CAPFRAME_PSH | CAPFRAME_ACK, 8, 0, 1006},
        {0, CAPFRAME_PSH | CAPFRAME_ACK, 1, 1006, 8},
        {0, CAPFRAME_FIN | CAPFRAME_ACK, 0, 1007, 8},
        {1, CAPFRAME_FIN | CAPFRAME_ACK, 0, 8, 1008},
        {0, CAPFRAME_ACK, 0, 1008, 9},
    };
    static const uint8_t data[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    size_t ip = v6 ? 40 : 20;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        uint8_t out[128];
        ssize_t n = capframe_encode_tcp(&s, steps[i].from, steps[i].flags, data, steps[i].n, out, sizeof out);
        ck_assert_int_eq(n, (int)(ip + 20 + steps[i].n));
        check_sums(out, (size_t)n, v6);
        ck_assert_uint_eq(at32(out + ip + 4), steps[i].seq);
        ck_assert_uint_eq(at32(out + ip + 8), steps[i].ack);
        ck_assert_uint_eq(at32(out + ip), steps[i].from ? 0x08119C40u : 0x9C400811u);
        ck_assert_mem_eq(out + ip + 20, data, steps[i].n);
    }
}
END_TEST

START_TEST(too_small)
{
    bool v6 = _i;
    struct capframe_stream s = stream(v6), before = s;
    uint8_t out[CAPFRAME_IN_FRONT + 3];
    size_t need = (v6 ? 60 : 40) + 3;
    for (size_t cap = 0; cap < need; cap++) {
        uint8_t *p = octets_exact(out, cap);
        ck_assert_int_eq(capframe_encode_tcp(&s, 0, CAPFRAME_ACK, (const uint8_t *)"abc", 3, p, cap), -1);
        ck_assert_mem_eq(&s, &before, sizeof s);
        free(p);
    }
    ck_assert_int_eq(capframe_encode_tcp(&s, 0, CAPFRAME_ACK, (const uint8_t *)"abc", 3, out, sizeof out),
                     (int)need);
}
END_TEST

START_TEST(largest)
{
    static uint8_t data[CAPFRAME_DATA_MAX + 1], out[65536];
    struct capframe_stream s = stream(_i);
    memset(data, 0xA7, sizeof data);
    ck_assert_int_eq(capframe_encode_tcp(&s, 1, CAPFRAME_ACK, data, sizeof data, out, sizeof out), -1);
    ssize_t n = capframe_encode_tcp(&s, 1, CAPFRAME_ACK, data, CAPFRAME_DATA_MAX, out, sizeof out);
    ck_assert_int_gt(n, CAPFRAME_DATA_MAX);
    check_sums(out, (size_t)n, _i);
    ck_assert_int_eq(capframe_encode_pdu(CAPFRAME_PIU, data, sizeof data, out, sizeof out), -1);
}
END_TEST

START_TEST(pdu)
{
    struct octets piu = octets_of("2C0001020001 6B8000 3101");
    static const struct {
        enum capframe_pdu kind;
        const char *front;
    } rows[] = {
        {CAPFRAME_PIU, "000C 0008 736E610000000000 0000 0000"},
        {CAPFRAME_XID, "000C 0008 736E615F78696400 0000 0000"},
    };
    for (size_t i = 0; i < 2; i++) {
        struct octets front = octets_of(rows[i].front);
        uint8_t out[64];
        ck_assert_int_eq(capframe_encode_pdu(rows[i].kind, piu.v, piu.n, out, sizeof out),
                         (int)(front.n + piu.n));
        ck_assert_mem_eq(out, front.v, front.n);
        ck_assert_mem_eq(out + front.n, piu.v, piu.n);
        for (size_t cap = 0; cap < front.n + piu.n; cap++) {
            uint8_t *p = octets_exact(out, cap);
            ck_assert_int_eq(capframe_encode_pdu(rows[i].kind, piu.v, piu.n, p, cap), -1);
            free(p);
        }
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("capframe");
    TCase *tc = tcase_create("codec");
    tcase_add_test(tc, known_octets);
    tcase_add_loop_test(tc, connection, 0, 2);
    tcase_add_loop_test(tc, too_small, 0, 2);
    tcase_add_loop_test(tc, largest, 0, 2);
    tcase_add_test(tc, pdu);
    suite_add_tcase(s, tc);
    return octets_run(s);
}
