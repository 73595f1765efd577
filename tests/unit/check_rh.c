#include <string.h>

#include "snanode/wire/rh.h"
#include "snanode/wire/sense.h"
#include "tests/unit/octets.h"

/* Common values; the header beside each is typed from the table of bits [Formats: RH]. */
static const struct {
    const char *hex;
    struct rh h;
} known[] = {
    {"6B8000", {.category = RH_SC, .fi = true, .bci = true, .eci = true, .dr1i = true}},
    {"EB8000", {.rri = true, .category = RH_SC, .fi = true, .bci = true, .eci = true, .dr1i = true}},
    {"EF9000",
     {.rri = true,
      .category = RH_SC,
      .fi = true,
      .sdi = true,
      .bci = true,
      .eci = true,
      .dr1i = true,
      .eri = true}},
    {"4B8000", {.category = RH_DFC, .fi = true, .bci = true, .eci = true, .dr1i = true}},
    {"CF9000",
     {.rri = true,
      .category = RH_DFC,
      .fi = true,
      .sdi = true,
      .bci = true,
      .eci = true,
      .dr1i = true,
      .eri = true}},
    {"0B9120", {.fi = true, .bci = true, .eci = true, .dr1i = true, .eri = true, .pi = true, .cdi = true}},
    {"039020", {.bci = true, .eci = true, .dr1i = true, .eri = true, .cdi = true}},
    {"019020", {.eci = true, .dr1i = true, .eri = true, .cdi = true}},
    {"879000", {.rri = true, .sdi = true, .bci = true, .eci = true, .dr1i = true, .eri = true}},
    {"832000", {.rri = true, .bci = true, .eci = true, .dr2i = true}},
    {"83A000", {.rri = true, .bci = true, .eci = true, .dr1i = true, .dr2i = true}},
    {"830100", {.rri = true, .bci = true, .eci = true, .pi = true}},
    {"4B8080", {.category = RH_DFC, .fi = true, .bci = true, .eci = true, .dr1i = true, .bbi = true}},
    {"0B8001", {.fi = true, .bci = true, .eci = true, .dr1i = true, .cebi = true}},
};

START_TEST(decode_known)
{
    struct octets o = octets_of(known[_i].hex);
    struct rh h;
    memset(&h, 0xff, sizeof h);
    ck_assert_int_eq(rh_decode(o.v, o.n, &h, NULL), RH_LEN);
    ck_assert_mem_eq(&h, &known[_i].h, sizeof h);
}
END_TEST

START_TEST(encode_known)
{
    struct octets o = octets_of(known[_i].hex);
    uint8_t out[RH_LEN] = {0xff, 0xff, 0xff};
    rh_encode(&known[_i].h, out);
    ck_assert_mem_eq(out, o.v, RH_LEN);
}
END_TEST

/* Each of the 24 bits alone comes back, or is dropped where the table says reserved. */
START_TEST(single_bit)
{
    static const uint8_t request_mask[RH_LEN] = {0xEF, 0xF7, 0xEF};
    static const uint8_t response_mask[RH_LEN] = {0xEF, 0xB3, 0x00};
    uint8_t in[RH_LEN] = {0}, out[RH_LEN];
    in[_i / 8] = (uint8_t)(0x80 >> _i % 8);
    for (int response = 0; response < 2; response++) {
        if (response)
            in[0] |= 0x80;
        const uint8_t *mask = in[0] & 0x80 ? response_mask : request_mask;
        struct rh h;
        memset(&h, 0xff, sizeof h);
        ck_assert_int_eq(rh_decode(in, sizeof in, &h, NULL), RH_LEN);
        rh_encode(&h, out);
        for (int k = 0; k < RH_LEN; k++)
            ck_assert_uint_eq(out[k], in[k] & mask[k]);
    }
}
END_TEST

START_TEST(response_drops_request_bits)
{
    struct rh h = {.rri = true,
                   .lcci = true,
                   .rlwi = true,
                   .bbi = true,
                   .ebi = true,
                   .cdi = true,
                   .csi = true,
                   .edi = true,
                   .pdi = true,
                   .cebi = true};
    uint8_t out[RH_LEN];
    rh_encode(&h, out);
    ck_assert_mem_eq(out, "\x80\x00\x00", RH_LEN);
}
END_TEST

START_TEST(response_reads_request_bits_as_off)
{
    struct rh h, want = {.rri = true, .dr1i = true};
    memset(&h, 0xff, sizeof h);
    ck_assert_int_eq(rh_decode((const uint8_t *)"\x80\xCC\xFF", RH_LEN, &h, NULL), RH_LEN);
    ck_assert_mem_eq(&h, &want, sizeof h);
}
END_TEST

START_TEST(truncated)
{
    uint8_t *p = octets_exact("\x0B\x91\x20", (size_t)_i);
    struct rh h, before;
    memset(&h, 0x5a, sizeof h);
    before = h;
    struct sna_err e = {0};
    ck_assert_int_eq(rh_decode(p, (size_t)_i, &h, &e), -1);
    ck_assert_uint_eq(e.sense, SENSE_RH_INCOMPLETE);
    ck_assert_mem_eq(&h, &before, sizeof h);
    free(p);
}
END_TEST

/* What a receiver may refuse, and (0) every form that it must not [Formats: RH; HIS: FM Profile 19]. */
static const struct {
    const char *hex;
    uint32_t sense;
} rules[] = {
    {"6B8000", 0},          /* BIND */
    {"4B8000", 0},          /* SIG, RTR */
    {"4B9000", 0},          /* BIS */
    {"4B9001", 0},          /* LUSTAT yield */
    {"4B8080", 0},          /* LUSTAT bid */
    {"4B9020", 0},          /* LUSTAT for an empty chain that turns direction */
    {"0B9120", 0},          /* Attach, CD */
    {"0A9180", 0},          /* Attach with BB, chain open */
    {"009000", 0},          /* middle RU */
    {"029000", 0},          /* first RU */
    {"019020", 0},          /* end, CD */
    {"019001", 0},          /* deallocate flush */
    {"012000", 0},          /* confirm, RQD2 */
    {"01A000", 0},          /* confirm, RQD3 */
    {"012020", 0},          /* prepare to receive, confirm */
    {"013020", 0},          /* the same with long locks */
    {"01B020", 0},          /* the same, RQE3 */
    {"012001", 0},          /* deallocate confirm */
    {"0B8001", 0},          /* FMH-7 of an abend */
    {"030020", 0x40140000}, /* no response form at all */
    {"031020", 0x40140000}, /* exception response of nothing */
    {"028000", 0x40070000}, /* RQD1 inside a chain */
    {"002000", 0x40070000}, /* RQD2 inside a chain */
    {"0990A0", 0x40030000}, /* BB not first in chain */
    {"0390A0", 0x40030000}, /* BB without an FM header */
    {"039060", 0x40040000}, /* EB */
    {"4B9060", 0x40040000}, /* EB on DFC */
    {"029020", 0x40090000}, /* CD inside a chain */
    {"038020", 0x40090000}, /* CD with RQD1 */
    {"4B8020", 0x40090000}, /* CD with RQD1 on LUSTAT */
    {"029001", 0x40040000}, /* CEB inside a chain */
    {"039021", 0x40090000}, /* CEB and CD */
    {"033001", 0x40040000}, /* CEB with RQE2 */
    {"03B001", 0x40040000}, /* CEB with RQE3 */
    {"039000", 0x40190000}, /* the chain ends and nothing is asked or given */
    {"033000", 0x40190000}, /* the same with RQE2 */
    {"039028", 0x40100000}, /* alternate code */
    {"4B8008", 0x40100000}, /* alternate code on DFC */
    {"438000", 0x400F0000}, /* DFC without FI */
    {"638000", 0x400F0000}, /* SC without FI */
    {"4A8000", 0x400B0000}, /* DFC not last in chain */
    {"498000", 0x400B0000}, /* DFC not first in chain */
};

START_TEST(rule)
{
    struct octets o = octets_of(rules[_i].hex);
    struct rh h;
    ck_assert_int_eq(rh_decode(o.v, o.n, &h, NULL), RH_LEN);
    ck_assert_uint_eq(rh_check_request(&h), rules[_i].sense);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("rh");
    TCase *tc = tcase_create("codec");
    tcase_add_loop_test(tc, decode_known, 0, OCTETS_ROWS(known));
    tcase_add_loop_test(tc, encode_known, 0, OCTETS_ROWS(known));
    tcase_add_loop_test(tc, single_bit, 0, 8 * RH_LEN);
    tcase_add_test(tc, response_drops_request_bits);
    tcase_add_test(tc, response_reads_request_bits_as_off);
    tcase_add_loop_test(tc, truncated, 0, RH_LEN);
    suite_add_tcase(s, tc);
    tc = tcase_create("rules");
    tcase_add_loop_test(tc, rule, 0, OCTETS_ROWS(rules));
    suite_add_tcase(s, tc);
    return octets_run(s);
}
