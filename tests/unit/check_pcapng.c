/* check_pcapng.c - blocks of a capture: known octets, reading what was written, every truncation, files of
 * other programs. */
#include <string.h>

#include "snanode/wire/pcapng.h"
#include "snanode/wire/sense.h"
#include "tests/unit/octets.h"

#define SECTION_BE "0A0D0D0A 0000001C 1A2B3C4D 0001 0000 FFFFFFFFFFFFFFFF 0000001C"

static const uint8_t piu[] = {0x2c, 0, 1, 2, 0, 1, 0x6b};

/* Three blocks as a node writes them. */
struct file {
    uint8_t v[1024];
    size_t n;
    size_t end[3]; /* of each block */
};

static struct file file_made(void)
{
    struct file f = {0};
    struct pcapng_packet k = {.time_ns = UINT64_C(1700000000123456789),
                              .direction = PCAPNG_OUTBOUND,
                              .data = piu,
                              .n = sizeof piu,
                              .whole = 1000,
                              .comment = {"why", 3}};
    ssize_t n = pcapng_encode_section("snanode", f.v, sizeof f.v);
    ck_assert_int_gt(n, 0);
    f.end[0] = f.n = (size_t)n;
    n = pcapng_encode_interface(PCAPNG_UPPER_PDU, "LINK1", f.v + f.n, sizeof f.v - f.n);
    ck_assert_int_gt(n, 0);
    f.end[1] = f.n += (size_t)n;
    n = pcapng_encode_packet(&k, f.v + f.n, sizeof f.v - f.n);
    ck_assert_int_gt(n, 0);
    f.end[2] = f.n += (size_t)n;
    return f;
}

static void check_text(struct pcapng_text t, const char *want)
{
    ck_assert_uint_eq(t.n, strlen(want));
    ck_assert_mem_eq(t.p, want, t.n);
}

START_TEST(known_octets)
{
    struct file f = file_made();
    struct octets want =
        octets_of("0A0D0D0A 0000002C 1A2B3C4D 00010000 FFFFFFFFFFFFFFFF 0004 0007 736E616E6F646500 "
                  "0000 0000 0000002C"
                  "00000001 0000002C 00FC0000 0000FFFF 0002 0005 4C494E4B31000000 "
                  "0009 0001 09000000 0000 0000 0000002C"
                  "00000006 0000003C 00000000 17979CFE 3D85CD15 00000007 000003E8 2C00010200016B00 "
                  "0001 0003 77687900 0002 0004 00000002 0000 0000 0000003C");
    ck_assert_uint_eq(f.n, want.n);
    ck_assert_mem_eq(f.v, want.v, want.n);
}
END_TEST

START_TEST(read_again)
{
    struct file f = file_made();
    struct pcapng_reader r = {0};
    struct pcapng_block b;
    memset(&b, 0xff, sizeof b);
    ck_assert_int_eq(pcapng_decode(&r, f.v, f.n, &b, NULL), (int)f.end[0]);
    ck_assert_int_eq(b.kind, PCAPNG_SECTION);
    check_text(b.text, "snanode");
    ck_assert_int_eq(pcapng_decode(&r, f.v + f.end[0], f.n - f.end[0], &b, NULL), (int)(f.end[1] - f.end[0]));
    ck_assert_int_eq(b.kind, PCAPNG_INTERFACE);
    ck_assert_uint_eq(b.link, PCAPNG_UPPER_PDU);
    check_text(b.text, "LINK1");
    ck_assert_int_eq(pcapng_decode(&r, f.v + f.end[1], f.n - f.end[1], &b, NULL), (int)(f.end[2] - f.end[1]));
    ck_assert_int_eq(b.kind, PCAPNG_PACKET);
    ck_assert_uint_eq(b.packet.interface, 0);
    ck_assert_uint_eq(b.packet.time_ns, UINT64_C(1700000000123456789));
    ck_assert_int_eq(b.packet.direction, PCAPNG_OUTBOUND);
    ck_assert_uint_eq(b.packet.n, sizeof piu);
    ck_assert_mem_eq(b.packet.data, piu, sizeof piu);
    ck_assert_uint_eq(b.packet.whole, 1000);
    check_text(b.packet.comment, "why");
}
END_TEST

/* A file that ends anywhere: whole blocks are read, the rest waits for more and leaves all as it was. */
START_TEST(truncated)
{
    struct file f = file_made();
    for (size_t n = 0; n < f.n; n++) {
        uint8_t *p = octets_exact(f.v, n);
        struct pcapng_reader r = {0};
        size_t at = 0;
        for (size_t i = 0; i < 3; i++) {
            struct pcapng_reader before = r;
            struct pcapng_block b = {.link = 0x5a5a};
            struct sna_err e = {0};
            ssize_t used = pcapng_decode(&r, p + at, n - at, &b, &e);
            if (n >= f.end[i]) {
                ck_assert_int_gt(used, 0);
                at += (size_t)used;
                ck_assert_uint_eq(at, f.end[i]);
                continue;
            }
            ck_assert_int_eq(used, 0);
            ck_assert_uint_eq(b.link, 0x5a5a);
            ck_assert_mem_eq(&r, &before, sizeof r);
            break;
        }
        free(p);
    }
}
END_TEST

/* Room that is one octet short, down to none. */
START_TEST(too_small)
{
    struct pcapng_packet k = {.direction = PCAPNG_INBOUND, .data = piu, .n = sizeof piu, .whole = sizeof piu};
    uint8_t out[256];
    ssize_t section = pcapng_encode_section("a", out, sizeof out);
    ssize_t interface = pcapng_encode_interface(PCAPNG_RAW_IP, "b", out, sizeof out);
    ssize_t packet = pcapng_encode_packet(&k, out, sizeof out);
    for (size_t cap = 0; cap < sizeof out; cap++) {
        uint8_t *p = octets_exact(out, cap);
        ck_assert_int_eq(pcapng_encode_section("a", p, cap), (ssize_t)cap < section ? -1 : section);
        ck_assert_int_eq(pcapng_encode_interface(PCAPNG_RAW_IP, "b", p, cap),
                         (ssize_t)cap < interface ? -1 : interface);
        ck_assert_int_eq(pcapng_encode_packet(&k, p, cap), (ssize_t)cap < packet ? -1 : packet);
        free(p);
    }
}
END_TEST

START_TEST(not_written)
{
    static uint8_t data[PCAPNG_DATA_MAX + 1], out[PCAPNG_PACKET_MAX];
    static char comment[2 * PCAPNG_TEXT_MAX];
    memset(comment, 'x', sizeof comment);
    struct pcapng_packet k = {.data = data, .n = sizeof data, .whole = sizeof data};
    ck_assert_int_eq(pcapng_encode_packet(&k, out, sizeof out), -1); /* longer than the snapshot length */
    k.n = 8;
    k.whole = 7;
    ck_assert_int_eq(pcapng_encode_packet(&k, out, sizeof out), -1); /* more than there was */
    k.whole = 8;
    k.direction = 3;
    ck_assert_int_eq(pcapng_encode_packet(&k, out, sizeof out), -1);
    k = (struct pcapng_packet){.data = data,
                               .n = PCAPNG_DATA_MAX,
                               .whole = PCAPNG_DATA_MAX,
                               .direction = PCAPNG_INBOUND,
                               .comment = {comment, sizeof comment}};
    ssize_t n = pcapng_encode_packet(&k, out, sizeof out); /* the largest block: a comment is cut */
    ck_assert_int_gt(n, PCAPNG_DATA_MAX + PCAPNG_TEXT_MAX);
    ck_assert_int_le(n, PCAPNG_PACKET_MAX);
}
END_TEST

/* Files of others: what they begin with, and what the second block has to be. */
static const struct {
    const char *hex; /* behind a section header */
    const char *name;
    uint64_t time_ns;
} others[] = {
    /* little-endian, microseconds by default, no options */
    {"0A0D0D0A 1C000000 4D3C2B1A 0100 0000 FFFFFFFFFFFFFFFF 1C000000"
     "01000000 14000000 0100 0000 00000000 14000000"
     "06000000 24000000 00000000 00000000 05000000 01000000 01000000 AA000000 24000000",
     NULL, 5000},
    /* big-endian; an unknown block and an unknown option; milliseconds */
    {SECTION_BE
     "00000BAD 00000010 12345678 00000010"
     "00000001 00000028 0001 0000 00000000 0BAD 0001 01000000 0009 0001 03000000 0000 0000 00000028"
     "00000006 00000024 00000000 00000000 00000005 00000001 00000001 AA000000 00000024",
     NULL, 5000000},
    /* ticks of 1/1024 of a second */
    {SECTION_BE "00000001 00000020 0001 0000 00000000 0009 0001 8A000000 0000 0000 00000020"
                "00000006 00000024 00000000 00000000 00000600 00000001 00000001 AA000000 00000024",
     NULL, 1500000000},
    /* ticks of 2^-40 of a second, picoseconds */
    {SECTION_BE "00000001 00000020 0001 0000 00000000 0009 0001 A8000000 0000 0000 00000020"
                "00000006 00000024 00000000 00000180 00000000 00000001 00000001 AA000000 00000024",
     NULL, 1500000000},
    {SECTION_BE "00000001 00000020 0001 0000 00000000 0009 0001 0C000000 0000 0000 00000020"
                "00000006 00000024 00000000 00000000 00000FFF 00000001 00000001 AA000000 00000024",
     NULL, 4},
};

START_TEST(of_others)
{
    struct octets o = octets_of(others[_i].hex);
    struct pcapng_reader r = {0};
    struct pcapng_block b = {0};
    size_t at = 0;
    while (at < o.n) {
        ssize_t used = pcapng_decode(&r, o.v + at, o.n - at, &b, NULL);
        ck_assert_int_gt(used, 0);
        at += (size_t)used;
    }
    ck_assert_int_eq(b.kind, PCAPNG_PACKET);
    ck_assert_uint_eq(b.packet.time_ns, others[_i].time_ns);
    ck_assert_int_eq(b.packet.direction, PCAPNG_UNKNOWN);
    ck_assert_uint_eq(b.packet.n, 1);
    ck_assert_uint_eq(b.packet.data[0], 0xAA);
}
END_TEST

/* What is refused, behind a section header where FIRST says so. */
static const struct {
    bool first;
    const char *hex;
    size_t offset;
} bad[] = {
    {false, "D4C3B2A1 00020004 00000000", 0},                    /* the old format */
    {false, "00000001 00000014 0001 0000 00000000 00000014", 0}, /* no section header in front */
    {false, "0A0D0D0A 0000001C 11223344 0001 0000 FFFFFFFFFFFFFFFF 0000001C", 8},  /* no byte order */
    {false, "0A0D0D0A 0000001C 1A2B3C4D 0002 0000 FFFFFFFFFFFFFFFF 0000001C", 14}, /* another version */
    {true, "00000001 0000000B 00000000", 4}, /* too short, not a multiple */
    {true, "00000001 00000008 00000000", 4},
    {true, "00000001 02000000 00000000", 4},                               /* larger than any */
    {true, "00000001 00000014 0001 0000 00000000 00000018", 16},           /* lengths differ */
    {true, "00000001 00000010 0001 0000 00000010", 12},                    /* half an interface */
    {true, "00000001 00000018 0001 0000 00000000 0002 0005 00000018", 20}, /* option behind the end */
    {true, "00000006 00000020 00000000 00000000 00000000 00000000 00000000 00000020",
     28}, /* no such interface */
};

START_TEST(refused)
{
    struct pcapng_reader r = {0}, before;
    struct pcapng_block b = {.link = 0x5a5a};
    struct sna_err e = {0};
    if (bad[_i].first) {
        struct octets o = octets_of(SECTION_BE);
        struct pcapng_block first;
        ck_assert_int_eq(pcapng_decode(&r, o.v, o.n, &first, NULL), (int)o.n);
    }
    before = r;
    struct octets o = octets_of(bad[_i].hex);
    uint8_t *p = octets_exact(o.v, o.n);
    ck_assert_int_eq(pcapng_decode(&r, p, o.n, &b, &e), -1);
    ck_assert_uint_eq(e.sense, SENSE_PARAMETER);
    ck_assert_uint_eq(e.offset, bad[_i].offset);
    ck_assert_uint_eq(b.link, 0x5a5a);
    ck_assert_mem_eq(&r, &before, sizeof r);
    free(p);
}
END_TEST

/* A packet whose lengths lie: each of the words of it changed to what does not fit. */
START_TEST(lengths_that_lie)
{
    struct file f = file_made();
    struct pcapng_reader r = {0};
    struct pcapng_block b;
    ck_assert_int_gt(pcapng_decode(&r, f.v, f.n, &b, NULL), 0);
    ck_assert_int_gt(pcapng_decode(&r, f.v + f.end[0], f.n - f.end[0], &b, NULL), 0);
    uint8_t *p = f.v + f.end[1];
    size_t n = f.end[2] - f.end[1];
    static const struct {
        size_t at;
        uint8_t v[4];
    } lies[] = {
        {8, {0, 0, 0, 1}},        /* interface */
        {20, {0, 0, 0x03, 0xE9}}, /* more kept than there was */
        {20, {0xFF, 0xFF, 0xFF, 0xFF}},
        {24, {0, 0, 0, 6}},       /* fewer than kept */
        {36, {0, 1, 0xFF, 0xFF}}, /* length of the comment */
    };
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        uint8_t *copy = octets_exact(p, n);
        memcpy(copy + lies[i].at, lies[i].v, 4);
        ck_assert_int_eq(pcapng_decode(&r, copy, n, &b, NULL), -1);
        free(copy);
    }
    ck_assert_int_eq(pcapng_decode(&r, p, n, &b, NULL), (int)n);
}
END_TEST

START_TEST(many_interfaces)
{
    struct octets first = octets_of(SECTION_BE);
    struct octets one = octets_of("00000001 00000014 0001 0000 00000000 00000014");
    struct pcapng_reader r = {0};
    struct pcapng_block b;
    ck_assert_int_gt(pcapng_decode(&r, first.v, first.n, &b, NULL), 0);
    for (int i = 0; i < PCAPNG_INTERFACES_MAX; i++)
        ck_assert_int_gt(pcapng_decode(&r, one.v, one.n, &b, NULL), 0);
    ck_assert_int_eq(pcapng_decode(&r, one.v, one.n, &b, NULL), -1);
    ck_assert_int_gt(pcapng_decode(&r, first.v, first.n, &b, NULL), 0); /* another section has none yet */
    ck_assert_uint_eq(r.interfaces, 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("pcapng");
    TCase *tc = tcase_create("codec");
    tcase_add_test(tc, known_octets);
    tcase_add_test(tc, read_again);
    tcase_add_test(tc, truncated);
    tcase_add_test(tc, too_small);
    tcase_add_test(tc, not_written);
    tcase_add_loop_test(tc, of_others, 0, OCTETS_ROWS(others));
    tcase_add_loop_test(tc, refused, 0, OCTETS_ROWS(bad));
    tcase_add_test(tc, lengths_that_lie);
    tcase_add_test(tc, many_interfaces);
    suite_add_tcase(s, tc);
    return octets_run(s);
}
