#include <string.h>

#include "snanode/dlsw/capex.h"
#include "tests/unit/octets.h"
#include "tests/unit/pcap.h"

#define VENDOR  "05 81 AABBCC"
#define VERSION "04 82 0100"
#define WINDOW  "04 83 0014"
#define SAPS    "12 86 AA000000000000000000000000000000"
#define FOUR    VENDOR VERSION WINDOW SAPS

/* A request around VECTORS, with the right length. */
static struct octets request(const char *vectors)
{
    char hex[1200];
    snprintf(hex, sizeof hex, "0000 1520 %s", vectors);
    struct octets o = octets_of(hex);
    o.v[0] = (uint8_t)(o.n >> 8);
    o.v[1] = (uint8_t)o.n;
    return o;
}

static int decode(const struct octets *o, struct capex *c, struct capex_faults *f)
{
    uint8_t *p = octets_exact(o->v, o->n);
    memset(c, 0xFF, sizeof *c);
    int r = capex_decode(p, o->n, c, f);
    free(p);
    return r;
}

START_TEST(least)
{
    struct octets o = request(FOUR);
    struct capex c;
    struct capex_faults f;
    ck_assert_int_eq(decode(&o, &c, &f), 0);
    ck_assert_mem_eq(c.oui, "\xAA\xBB\xCC", 3);
    ck_assert_uint_eq(c.version, 1);
    ck_assert_uint_eq(c.release, 0);
    ck_assert_uint_eq(c.window, 20);
    ck_assert_uint_eq(c.connections, 2); /* nobody says it */
    ck_assert(!c.macs_only);
    ck_assert_uint_eq(c.n_macs, 0);
    ck_assert_uint_eq(c.n_text, 0);
    for (unsigned sap = 0; sap < 256; sap++)
        ck_assert_int_eq(capex_has_sap(&c, (uint8_t)sap), sap == 0 || sap == 4 || sap == 8 || sap == 12);
}
END_TEST

START_TEST(everything)
{
    struct octets o =
        request(FOUR "05 84 414243 | 03 87 01 | 03 85 01 | 03 88 00 | 05 8A 414243 | 05 8B AABBCC"
                     "04 D0 0102 | 0E 89 400000000001 FFFFFFFFFFFF | 0E 89 400000000000 FFFFFFFFFF00"
                     "03 8C 00"); /* reserved: of a later release */
    struct capex c;
    struct capex_faults f;
    ck_assert_int_eq(decode(&o, &c, &f), 0);
    ck_assert_uint_eq(c.connections, 1);
    ck_assert(c.macs_only);
    ck_assert_uint_eq(c.n_macs, 2);
    ck_assert_mem_eq(c.macs[1].mask, "\xFF\xFF\xFF\xFF\xFF\x00", 6);
    ck_assert_uint_eq(c.n_text, 3);
    ck_assert_mem_eq(c.text, "ABC", 3);
}
END_TEST

static const struct {
    const char *hex; /* all of it, or vectors when it begins with a blank */
    struct capex_faults faults;
} bad[] = {
    {"", {1, {{0, CAPEX_GDS_LENGTH}}}},
    {"0004", {1, {{0, CAPEX_GDS_LENGTH}}}},
    {"0005 1520", {1, {{0, CAPEX_GDS_LENGTH}}}},
    {"0003 1520", {1, {{0, CAPEX_GDS_LENGTH}}}},
    {"0004 1523", {1, {{0, CAPEX_GDS_ID}}}},
    {" ", {4, {{0, CAPEX_NO_VENDOR}, {0, CAPEX_NO_VERSION}, {0, CAPEX_NO_WINDOW}, {0, CAPEX_NO_SAPS}}}},
    {" " VERSION WINDOW SAPS, {1, {{0, CAPEX_NO_VENDOR}}}},
    {" " VENDOR WINDOW SAPS, {1, {{0, CAPEX_NO_VERSION}}}},
    {" " VENDOR VERSION SAPS, {1, {{0, CAPEX_NO_WINDOW}}}},
    {" " VENDOR VERSION WINDOW, {1, {{0, CAPEX_NO_SAPS}}}},
    {" " VERSION VENDOR WINDOW SAPS, {1, {{8, CAPEX_SEQUENCE}}}},
    {" " VENDOR WINDOW VERSION SAPS, {1, {{13, CAPEX_SEQUENCE}}}},
    {" " VENDOR VERSION SAPS WINDOW, {1, {{31, CAPEX_SEQUENCE}}}},
    {" " VENDOR VERSION WINDOW "03 87 01" SAPS, {1, {{20, CAPEX_SEQUENCE}}}},
    {" "
     "03 D0 00" FOUR,
     {4, {{7, CAPEX_SEQUENCE}, {12, CAPEX_SEQUENCE}, {16, CAPEX_SEQUENCE}, {20, CAPEX_SEQUENCE}}}},
    {" " FOUR VENDOR, {1, {{35, CAPEX_DUPLICATE}}}},
    {" " FOUR "03 87 01 03 87 01", {1, {{38, CAPEX_DUPLICATE}}}},
    {" " FOUR "02 7F", {1, {{35, CAPEX_VECTOR_ID}}}},
    {" " FOUR "02 FE", {1, {{35, CAPEX_VECTOR_ID}}}},
    {" " FOUR "00 87 01", {1, {{35, CAPEX_VECTOR_LENGTH}}}},
    {" " FOUR "01 87 01", {1, {{35, CAPEX_VECTOR_LENGTH}}}},
    {" " FOUR "04 87 0101", {1, {{35, CAPEX_VECTOR_LENGTH}}}},
    {" " FOUR "02 87", {1, {{35, CAPEX_VECTOR_LENGTH}}}},
    {" " FOUR "14 8A 414141414141414141414141414141414141", {1, {{35, CAPEX_VECTOR_LENGTH}}}},
    {" " FOUR "04 87 01", {1, {{35, CAPEX_LENGTHS_DIFFER}}}},
    {" " FOUR "04", {1, {{35, CAPEX_LENGTHS_DIFFER}}}},
    {" " FOUR "03 87 03", {1, {{35, CAPEX_VECTOR_VALUE}}}},
    {" " FOUR "03 87 00", {1, {{35, CAPEX_VECTOR_VALUE}}}},
    {" " FOUR "03 85 02", {1, {{35, CAPEX_VECTOR_VALUE}}}},
    {" " FOUR "03 88 02", {1, {{35, CAPEX_VECTOR_VALUE}}}},
    {" " VENDOR VERSION "04 83 0000" SAPS, {1, {{13, CAPEX_VECTOR_VALUE}}}},
    {" " VENDOR "04 82 0001" WINDOW SAPS, {1, {{9, CAPEX_VECTOR_VALUE}}}},
    {" "
     "04 81 AABB" VERSION WINDOW SAPS "03 87 05",
     {2, {{4, CAPEX_VECTOR_LENGTH}, {34, CAPEX_VECTOR_VALUE}}}},
};

START_TEST(refused)
{
    struct octets o = *bad[_i].hex == ' ' ? request(bad[_i].hex) : octets_of(bad[_i].hex);
    struct capex c;
    struct capex_faults f;
    ck_assert_int_eq(decode(&o, &c, &f), -1);
    ck_assert_uint_eq(c.window, 0xFFFF); /* left alone */
    ck_assert_uint_eq(f.n, bad[_i].faults.n);
    for (unsigned i = 0; i < f.n; i++) {
        ck_assert_uint_eq(f.v[i].offset, bad[_i].faults.v[i].offset);
        ck_assert_uint_eq(f.v[i].reason, bad[_i].faults.v[i].reason);
        ck_assert_str_ne(capex_reason_text(f.v[i].reason), "unknown reason");
    }
}
END_TEST

/* Cut anywhere, with the length as it was and with one that fits. */
START_TEST(truncated)
{
    struct octets o = request(FOUR "03 87 01 | 0E 89 400000000001 FFFFFFFFFFFF");
    struct capex c;
    struct capex_faults f;
    for (struct octets cut = o; cut.n > 0;) {
        cut.n--;
        cut.v[1] = (uint8_t)o.n;
        ck_assert_int_eq(decode(&cut, &c, &f), -1);
        ck_assert_uint_eq(f.v[0].reason, CAPEX_GDS_LENGTH);
        cut.v[1] = (uint8_t)cut.n;
        bool between = cut.n == 35 || cut.n == 38; /* in front of a vector that need not be there */
        ck_assert_int_eq(decode(&cut, &c, &f), between ? 0 : -1);
    }
}
END_TEST

START_TEST(many_faults)
{
    struct octets o = request(FOUR "02 01 02 01 02 01 02 01 02 01 02 01 02 01 02 01 02 01 02 01");
    struct capex c;
    struct capex_faults f;
    uint8_t v[CAPEX_REFUSAL_MAX];
    ck_assert_int_eq(decode(&o, &c, &f), -1);
    ck_assert_uint_eq(f.n, CAPEX_FAULTS_MAX);
    ck_assert_int_eq(capex_encode_answer(&f, v, sizeof v), CAPEX_REFUSAL_MAX);
}
END_TEST

START_TEST(encode)
{
    struct capex c = {
        .oui = {0xAA, 0xBB, 0xCC}, .version = 1, .window = 20, .connections = 1, .macs_only = true};
    capex_add_sap(&c, 0x00);
    capex_add_sap(&c, 0x04);
    capex_add_sap(&c, 0x08);
    capex_add_sap(&c, 0x0C);
    c.n_macs = 1;
    memcpy(c.macs[0].value, "\x40\0\0\0\0\1", 6);
    memset(c.macs[0].mask, 0xFF, 6);
    c.n_text = 2;
    memcpy(c.text, "AB", 2);
    struct octets o = request(FOUR "04 84 4142 | 03 87 01 | 03 85 01 | 0E 89 400000000001 FFFFFFFFFFFF");
    uint8_t v[CAPEX_MAX];
    ck_assert_int_eq(capex_encode(&c, v, sizeof v), (int)o.n);
    ck_assert_mem_eq(v, o.v, o.n);
    for (size_t cap = 0; cap < o.n; cap++)
        ck_assert_int_eq(capex_encode(&c, v, cap), -1);
}
END_TEST

START_TEST(largest)
{
    struct capex c = {.version = 1, .window = 1, .connections = 2, .macs_only = true}, back;
    struct capex_faults f;
    uint8_t v[CAPEX_MAX];
    c.n_text = CAPEX_TEXT_MAX;
    memset(c.text, 'x', sizeof c.text);
    c.n_macs = CAPEX_MACS_MAX;
    ck_assert_int_eq(capex_encode(&c, v, sizeof v), CAPEX_MAX);
    ck_assert_int_eq(capex_decode(v, sizeof v, &back, &f), 0);
    ck_assert_mem_eq(&c, &back, sizeof c);
}
END_TEST

START_TEST(answer)
{
    uint8_t v[CAPEX_REFUSAL_MAX];
    struct capex_faults f = {.n = 0}, back;
    ck_assert_int_eq(capex_encode_answer(&f, v, sizeof v), 4);
    ck_assert_mem_eq(v, "\0\4\x15\x21", 4);
    ck_assert_int_eq(capex_kind(v, 4), CAPEX_ACCEPTED);
    ck_assert_int_eq(capex_decode_refusal(v, 4, &back), -1);
    f = (struct capex_faults){2, {{9, CAPEX_VECTOR_VALUE}, {0, CAPEX_NO_SAPS}}};
    ck_assert_int_eq(capex_encode_answer(&f, v, sizeof v), 12);
    struct octets o = octets_of("000C 1522 0009 0009 0000 000C");
    ck_assert_mem_eq(v, o.v, o.n);
    ck_assert_int_eq(capex_kind(v, 12), CAPEX_REFUSED);
    ck_assert_int_eq(capex_decode_refusal(v, 12, &back), 0);
    ck_assert_uint_eq(back.n, 2);
    ck_assert_uint_eq(back.v[1].reason, CAPEX_NO_SAPS);
    for (size_t cut = 0; cut < o.n; cut++) {
        uint8_t *p = octets_exact(o.v, cut);
        ck_assert_int_eq(capex_decode_refusal(p, cut, &back), -1);
        free(p);
    }
    ck_assert_int_eq(capex_kind(v, 3), CAPEX_UNKNOWN);
    ck_assert_str_eq(capex_reason_text(0x000D), "unknown reason");
    ck_assert_str_eq(capex_reason_text(0), "unknown reason");
}
END_TEST

/* Both ends of another make's capture, and of our own, are read. */
static const struct {
    const char *path;
    int requests, answers;
} captures[] = {{"tests/vectors/dlsw-demo.pcap", 2, 2}, {"tests/vectors/sna-dlsw.pcap", 2, 2}};

START_TEST(capture)
{
    struct pcap p = pcap_open(captures[_i].path);
    struct pcap_segment g;
    int requests = 0, answers = 0;
    while (pcap_next(&p, &g)) {
        struct ssp s;
        struct capex c;
        struct capex_faults f;
        ssize_t front = ssp_decode(g.data, g.n, &s, NULL);
        if (front < 0 || s.type != SSP_CAP_EXCHANGE)
            continue;
        enum capex_kind kind = capex_kind(g.data + front, s.n);
        answers += kind == CAPEX_ACCEPTED;
        if (kind != CAPEX_REQUEST)
            continue;
        ck_assert_int_eq(capex_decode(g.data + front, s.n, &c, &f), 0);
        ck_assert_uint_eq(c.window, 20);
        requests++;
    }
    ck_assert_int_eq(requests, captures[_i].requests);
    ck_assert_int_eq(answers, captures[_i].answers);
    pcap_close(&p);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("capex");
    TCase *tc = tcase_create("codec");
    tcase_add_test(tc, least);
    tcase_add_test(tc, everything);
    tcase_add_loop_test(tc, refused, 0, OCTETS_ROWS(bad));
    tcase_add_test(tc, truncated);
    tcase_add_test(tc, many_faults);
    tcase_add_test(tc, encode);
    tcase_add_test(tc, largest);
    tcase_add_test(tc, answer);
    tcase_add_loop_test(tc, capture, 0, OCTETS_ROWS(captures));
    suite_add_tcase(s, tc);
    return octets_run(s);
}
