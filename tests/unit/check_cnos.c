#include <string.h>

#include "snanode/wire/cnos.h"
#include "snanode/wire/sense.h"
#include "tests/unit/octets.h"

#define INTER .mode_n = 6, .mode = {0x7B, 0xC9, 0xD5, 0xE3, 0xC5, 0xD9}

/* Octets put together by hand [Formats: GDS variables; Q308927]. */
static const struct {
    const char *hex;
    struct cnos c;
} known[] = {
    {"0017 1210 02 00 00 00 00 0008 0004 0000 00 06 7BC9D5E3C5D9",
     {.service = CNOS_REQUEST, .limit = 8, .source_winners = 4, INTER}},
    {"0017 1210 0A 04 00 00 00 0004 0002 0001 00 06 7BC9D5E3C5D9",
     {.service = CNOS_REPLY,
      .modifier = CNOS_NEGOTIATED,
      .limit = 4,
      .source_winners = 2,
      .target_winners = 1,
      INTER}},
    {"0017 1210 08 01 00 00 00 0008 0004 0000 00 06 7BC9D5E3C5D9",
     {.service = CNOS_REPLY_ABNORMAL, .modifier = CNOS_RACE, .limit = 8, .source_winners = 4, INTER}},
    {"0017 1210 02 00 02 11 01 0000 0000 0000 00 06 7BC9D5E3C5D9",
     {.service = CNOS_REQUEST,
      .action = CNOS_CLOSE,
      .drain_source = true,
      .drain_target = true,
      .target_responsible = true,
      INTER}},
    {"0017 1210 02 00 02 10 00 0000 0000 0000 00 06 7BC9D5E3C5D9",
     {.service = CNOS_REQUEST, .action = CNOS_CLOSE, .drain_source = true, INTER}},
    {"0017 1210 02 00 02 01 00 0000 0000 0000 00 06 7BC9D5E3C5D9",
     {.service = CNOS_REQUEST, .action = CNOS_CLOSE, .drain_target = true, INTER}},
    {"0011 1210 02 00 02 00 00 0000 0000 0000 01 00", /* all modes; the blank mode has no name either */
     {.service = CNOS_REQUEST, .action = CNOS_CLOSE, .all_modes = true}},
    {"0019 1210 02 00 00 00 00 0002 0001 0001 00 08 E2D5C1E2E5C3D4C7",
     {.service = CNOS_REQUEST,
      .limit = 2,
      .source_winners = 1,
      .target_winners = 1,
      .mode_n = 8,
      .mode = {0xE2, 0xD5, 0xC1, 0xE2, 0xE5, 0xC3, 0xD4, 0xC7}}},
    {"0017 1210 02 00 00 00 00 7FFF 7FFF 0000 00 06 7BC9D5E3C5D9",
     {.service = CNOS_REQUEST, .limit = 32767, .source_winners = 32767, INTER}},
};

static void same(const struct cnos *a, const struct cnos *b)
{
    ck_assert_uint_eq(a->service, b->service);
    ck_assert_uint_eq(a->modifier, b->modifier);
    ck_assert_uint_eq(a->action, b->action);
    ck_assert_int_eq(a->drain_source, b->drain_source);
    ck_assert_int_eq(a->drain_target, b->drain_target);
    ck_assert_int_eq(a->target_responsible, b->target_responsible);
    ck_assert_int_eq(a->all_modes, b->all_modes);
    ck_assert_uint_eq(a->limit, b->limit);
    ck_assert_uint_eq(a->source_winners, b->source_winners);
    ck_assert_uint_eq(a->target_winners, b->target_winners);
    ck_assert_uint_eq(a->mode_n, b->mode_n);
    ck_assert_mem_eq(a->mode, b->mode, a->mode_n);
}

START_TEST(decodes)
{
    struct octets o = octets_of(known[_i].hex);
    uint8_t *p = octets_exact(o.v, o.n);
    struct cnos c;
    memset(&c, 0xFF, sizeof c);
    ck_assert_int_eq(cnos_decode(p, o.n, &c, NULL), (int)o.n);
    same(&c, &known[_i].c);
    free(p);
}
END_TEST

START_TEST(encodes)
{
    struct octets o = octets_of(known[_i].hex);
    uint8_t out[CNOS_MAX];
    ck_assert_int_eq(cnos_encode(&known[_i].c, out, sizeof out), (int)o.n);
    ck_assert_mem_eq(out, o.v, o.n);
    for (size_t cap = 0; cap < o.n; cap++)
        ck_assert_int_eq(cnos_encode(&known[_i].c, out, cap), -1);
}
END_TEST

START_TEST(truncated)
{
    struct octets o = octets_of(known[_i].hex);
    for (size_t n = 0; n < o.n; n++) {
        uint8_t *p = octets_exact(o.v, n);
        struct cnos c;
        struct sna_err e = {0};
        ck_assert_int_eq(cnos_decode(p, n, &c, &e), -1);
        ck_assert_uint_ne(e.sense, 0);
        /* ... and with an LL that says it is all there */
        if (n >= 2) {
            p[1] = (uint8_t)n;
            ck_assert_int_eq(cnos_decode(p, n, &c, &e), -1);
        }
        free(p);
    }
}
END_TEST

static const struct {
    const char *hex;
    size_t offset;
} wrong[] = {
    {"0017 12FF 02 00 00 00 00 0008 0004 0000 00 06 7BC9D5E3C5D9", 2},
    {"8017 1210 02 00 00 00 00 0008 0004 0000 00 06 7BC9D5E3C5D9", 2},
    {"0017 1210 03 00 00 00 00 0008 0004 0000 00 06 7BC9D5E3C5D9", 4},
    {"0017 1210 0A 03 00 00 00 0008 0004 0000 00 06 7BC9D5E3C5D9", 5},
    {"0017 1210 0A 06 00 00 00 0008 0004 0000 00 06 7BC9D5E3C5D9", 5},
    {"0017 1210 02 00 01 00 00 0008 0004 0000 00 06 7BC9D5E3C5D9", 6},
    {"0017 1210 02 00 00 00 00 0008 0004 0000 00 05 7BC9D5E3C5D9", 16},
    {"0017 1210 02 00 00 00 00 0008 0004 0000 00 07 7BC9D5E3C5D9", 16},
    {"001A 1210 02 00 00 00 00 0008 0004 0000 00 09 7BC9D5E3C5D9C5D9C5", 16},
};

START_TEST(refused)
{
    struct octets o = octets_of(wrong[_i].hex);
    struct cnos c;
    struct sna_err e;
    memset(&c, 0xFF, sizeof c);
    ck_assert_int_eq(cnos_decode(o.v, o.n, &c, &e), -1);
    ck_assert_uint_eq(e.sense, SENSE_PARAMETER);
    ck_assert_uint_eq(e.offset, wrong[_i].offset);
    ck_assert_uint_eq(c.limit, 0xFFFF);
}
END_TEST

/* A sender must clear the reply field of a request; one that did not is understood, and ours is clear. */
START_TEST(reserved_reply_field)
{
    struct octets o = octets_of("0017 1210 02 05 00 00 00 0008 0004 0000 00 06 7BC9D5E3C5D9");
    struct cnos c;
    uint8_t out[CNOS_MAX];
    ck_assert_int_eq(cnos_decode(o.v, o.n, &c, NULL), (int)o.n);
    ck_assert_uint_eq(c.modifier, 0);
    c.modifier = CNOS_CLOSED;
    ck_assert_int_eq(cnos_encode(&c, out, sizeof out), 23);
    ck_assert_uint_eq(out[5], 0);
}
END_TEST

static const struct cnos unsayable[] = {
    {.service = CNOS_REQUEST, .limit = 32768},
    {.service = CNOS_REQUEST, .source_winners = 32768},
    {.service = CNOS_REQUEST, .target_winners = 32768},
    {.service = CNOS_REQUEST, .mode_n = 9},
    {.service = CNOS_REQUEST, .action = 1},
    {.service = 1},
    {.service = CNOS_REPLY, .modifier = 3},
};

START_TEST(not_encoded)
{
    uint8_t out[64];
    ck_assert_int_eq(cnos_encode(&unsayable[_i], out, sizeof out), -1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("cnos");
    TCase *t = tcase_create("codec");
    tcase_add_loop_test(t, decodes, 0, OCTETS_ROWS(known));
    tcase_add_loop_test(t, encodes, 0, OCTETS_ROWS(known));
    tcase_add_loop_test(t, truncated, 0, OCTETS_ROWS(known));
    tcase_add_loop_test(t, refused, 0, OCTETS_ROWS(wrong));
    tcase_add_loop_test(t, not_encoded, 0, OCTETS_ROWS(unsayable));
    tcase_add_test(t, reserved_reply_field);
    suite_add_tcase(s, t);
    return octets_run(s);
}
