#include <string.h>

#include "snanode/wire/fmh5.h"
#include "snanode/wire/sense.h"
#include "tests/unit/octets.h"

/* Attaches of real products [Q169575; Q171621; Q185503; Q308927].  Where the articles give lengths
 * only, the octets are filled in: names NETA.LU000001 and NETWORK1.LU000001, identifiers 01 02 03... */
#define FQ13 "D5C5E3C14BD3E4F0F0F0F0F0F1"
#define FQ17 "D5C5E3E6D6D9D2F14BD3E4F0F0F0F0F0F1"
#define KB_A                                                                                                 \
    "43 05 02FF 18 03 D10040 | 04 C3C3C9D5 | 0F 04 02 C1D4C9 09 01 A1A2A3A4A5A6A7A8 | 1A 11" FQ17            \
    "010203040506 0001 | 00 | 08 0000000000000001"
#define KB_B                                                                                                 \
    "30 05 02FF 00 03 D00000 | 04 06F3F0F1 | 00 | 16 0D" FQ13 "010203040506 0001 | 00 | 08 0000000000000001"
#define CNOS "0D 05 02FF 00 03 D00000 | 02 06F1 | 00"
#define FULL                                                                                                 \
    "2B 05 02FF E0 03 D30080 | 01 C1 | 10 03 02 C1C2 03 01 F1F2 07 00 C7D9D6E4D7F1 | 0A 01 C1 010203040506 " \
    "0007"                                                                                                   \
    "| 03 AABBCC"

static const struct {
    const char *hex;
    struct fmh5 f;
} known[] = {
    {KB_A,
     {.resource = FMH5_MAPPED,
      .sync = FMH5_SYNC_CONFIRM,
      .password_substituted = true,
      .pip_follows = true,
      .tpn_n = 4,
      .tpn = {0xC3, 0xC3, 0xC9, 0xD5},
      .has_user = true,
      .user_n = 3,
      .user = {0xC1, 0xD4, 0xC9},
      .has_password = true,
      .password_n = 8,
      .password = {0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8},
      .luw_n = 26,
      .luw = {17,   0xD5, 0xC5, 0xE3, 0xE6, 0xD6, 0xD9, 0xD2, 0xF1, 0x4B, 0xD3, 0xE4, 0xF0,
              0xF0, 0xF0, 0xF0, 0xF0, 0xF1, 1,    2,    3,    4,    5,    6,    0,    1},
      .seq_n = 8,
      .seq = {0, 0, 0, 0, 0, 0, 0, 1}}},
    {KB_B,
     {.resource = FMH5_BASIC,
      .sync = FMH5_SYNC_NONE,
      .tpn_n = 4,
      .tpn = {0x06, 0xF3, 0xF0, 0xF1},
      .luw_n = 22,
      .luw = {13,   0xD5, 0xC5, 0xE3, 0xC1, 0x4B, 0xD3, 0xE4, 0xF0, 0xF0, 0xF0,
              0xF0, 0xF0, 0xF1, 1,    2,    3,    4,    5,    6,    0,    1},
      .seq_n = 8,
      .seq = {0, 0, 0, 0, 0, 0, 0, 1}}},
    {CNOS, {.resource = FMH5_BASIC, .tpn_n = 2, .tpn = {0x06, 0xF1}}},
    {FULL,
     {.resource = FMH5_FDX_MAPPED,
      .sync = FMH5_SYNC_SYNCPT,
      .already_verified = true,
      .signed_on = true,
      .sign_on = true,
      .tpn_n = 1,
      .tpn = {0xC1},
      .has_user = true,
      .user_n = 2,
      .user = {0xC1, 0xC2},
      .has_password = true,
      .password_n = 2,
      .password = {0xF1, 0xF2},
      .has_profile = true,
      .profile_n = 6,
      .profile = {0xC7, 0xD9, 0xD6, 0xE4, 0xD7, 0xF1},
      .luw_n = 10,
      .luw = {1, 0xC1, 1, 2, 3, 4, 5, 6, 0, 7},
      .corr_n = 3,
      .corr = {0xAA, 0xBB, 0xCC}}},
};

START_TEST(decode_known)
{
    struct octets o = octets_of(known[_i].hex);
    uint8_t *p = octets_exact(o.v, o.n);
    struct fmh5 f;
    memset(&f, 0xff, sizeof f);
    ck_assert_int_eq(fmh5_decode(p, o.n, &f, NULL), (int)o.n);
    ck_assert_mem_eq(&f, &known[_i].f, sizeof f); /* octets and flags only: no padding to differ in */
    free(p);
}
END_TEST

START_TEST(encode_known)
{
    struct octets o = octets_of(known[_i].hex);
    uint8_t out[FMH5_MAX];
    memset(out, 0xff, sizeof out);
    ck_assert_int_eq(fmh5_encode(&known[_i].f, out, sizeof out), (int)o.n);
    ck_assert_mem_eq(out, o.v, o.n);
    ck_assert_uint_eq(out[o.n], 0xff); /* and not an octet more */
}
END_TEST

/* The decoder ignores what follows the header. */
START_TEST(decode_leaves_the_rest)
{
    struct octets o = octets_of(known[_i].hex);
    size_t n = o.n;
    memset(o.v + n, 0x99, 7);
    struct fmh5 f;
    memset(&f, 0xff, sizeof f);
    ck_assert_int_eq(fmh5_decode(o.v, n + 7, &f, NULL), (int)n);
    ck_assert_mem_eq(&f, &known[_i].f, sizeof f);
}
END_TEST

/* The RU ends too early, at every octet. */
START_TEST(truncated)
{
    struct octets o = octets_of(known[_i].hex);
    for (size_t n = 0; n < o.n; n++) {
        uint8_t *p = octets_exact(o.v, n);
        struct fmh5 f, before;
        memset(&f, 0x5a, sizeof f);
        before = f;
        struct sna_err e = {0};
        ck_assert_int_eq(fmh5_decode(p, n, &f, &e), -1);
        ck_assert_uint_eq(e.sense, SENSE_FMH_LENGTH);
        ck_assert_ptr_nonnull(e.text);
        ck_assert_uint_le(e.offset, n);
        ck_assert_mem_eq(&f, &before, sizeof f);
        free(p);
    }
}
END_TEST

/* The header itself says that it ends early: legal just after the TP name, the security field and so on. */
START_TEST(shortened)
{
    static const size_t legal[][5] = {{14, 30, 57, 58, 0}, {14, 15, 38, 39, 0}, {12, 0}, {11, 28, 39, 0}};
    struct octets o = octets_of(known[_i].hex);
    for (size_t n = 1; n < o.n; n++) {
        uint8_t *p = octets_exact(o.v, n);
        p[0] = (uint8_t)n;
        bool ok = false;
        for (const size_t *l = legal[_i]; *l; l++)
            ok = ok || *l == n;
        struct fmh5 f;
        struct sna_err e = {0};
        ck_assert_int_eq(fmh5_decode(p, n, &f, &e), ok ? (int)n : -1);
        ck_assert(ok || e.sense != 0);
        free(p);
    }
}
END_TEST

/* Every fault, as one changed octet of a good Attach, and the sense code it is answered with. */
static const struct {
    const char *hex;
    size_t at;
    uint8_t v;
    uint32_t sense;
} faults[] = {
    {KB_A, 0, 0x00, SENSE_FMH_LENGTH},
    {KB_A, 0, 0x03, SENSE_FMH_LENGTH},
    {KB_A, 0, 0x42, SENSE_FMH_LENGTH},         /* cuts the sequence number */
    {KB_A, 0, 0x44, SENSE_FMH_LENGTH},         /* more than there is */
    {KB_A, 0, 0xFF, SENSE_FMH_LENGTH},         /* the largest */
    {KB_A, 1, 0x07, SENSE_FMH_TYPE},           /* FMH-7 */
    {KB_A, 1, 0x85, SENSE_FMH_TYPE},           /* concatenation bit */
    {KB_A, 2, 0x03, SENSE_FMH5_COMMAND},       /* X'03FF' */
    {KB_A, 3, 0xFE, SENSE_FMH5_COMMAND},       /* X'02FE' */
    {KB_A, 5, 0x02, SENSE_FMH5_PARM_LENGTH},   /* too few fixed parameters */
    {KB_A, 5, 0x00, SENSE_FMH5_PARM_LENGTH},   /* none */
    {KB_A, 5, 0xFF, SENSE_FMH_LENGTH},         /* more than the header holds */
    {KB_A, 6, 0xCF, SENSE_CONV_TYPE_MISMATCH}, /* one below the known resource types */
    {KB_A, 6, 0xD4, SENSE_CONV_TYPE_MISMATCH}, /* one above */
    {KB_A, 8, 0xC0, SENSE_SYNC_LEVEL_UNSUPPORTED},
    {KB_A, 9, 0x00, SENSE_FMH5_PARM_LENGTH},    /* no TP name */
    {KB_A, 9, 0x41, SENSE_FMH5_PARM_LENGTH},    /* 65 octets of it */
    {KB_A, 9, 0x40, SENSE_FMH_LENGTH},          /* 64, which are not there */
    {KB_A, 14, 0x0E, SENSE_FMH5_ACCESS_LENGTH}, /* cuts the last subfield */
    {KB_A, 14, 0x35, SENSE_FMH5_ACCESS_LENGTH}, /* runs out of the header */
    {KB_A, 15, 0x00, SENSE_FMH5_ACCESS_LENGTH}, /* subfield without a type */
    {KB_A, 20, 0x0A, SENSE_FMH5_ACCESS_LENGTH}, /* subfield runs out of the field */
    {KB_A, 21, 0x02, SENSE_SECURITY_NOT_VALID}, /* two user IDs */
    {KB_A, 15, 0x0E, SENSE_SECURITY_NOT_VALID}, /* one of 13 octets */
    {KB_A, 30, 0x1B, SENSE_LUWID_INVALID},      /* too long */
    {KB_A, 30, 0x09, SENSE_LUWID_INVALID},      /* too short */
    {KB_A, 30, 0x19, SENSE_LUWID_INVALID},      /* not what its name says */
    {KB_A, 31, 0x10, SENSE_LUWID_INVALID},      /* name not what its length says */
    {KB_A, 31, 0xFF, SENSE_LUWID_INVALID},
    {KB_A, 57, 0x09, SENSE_FMH_LENGTH}, /* correlator too long */
    {KB_A, 58, 0x07, SENSE_FMH_LENGTH}, /* sequence number too short */
    {KB_A, 58, 0x09, SENSE_FMH_LENGTH}, /* too long */
    {CNOS, 12, 0x01, SENSE_FMH5_ACCESS_LENGTH},
};

START_TEST(fault)
{
    struct octets o = octets_of(faults[_i].hex);
    ck_assert_uint_ne(o.v[faults[_i].at], faults[_i].v);
    o.v[faults[_i].at] = faults[_i].v;
    uint8_t *p = octets_exact(o.v, o.n);
    struct fmh5 f;
    struct sna_err e = {0};
    ck_assert_int_eq(fmh5_decode(p, o.n, &f, &e), -1);
    ck_assert_uint_eq(e.sense, faults[_i].sense);
    ck_assert_uint_le(e.offset, o.n);
    free(p);
}
END_TEST

/* Faults that one changed octet does not make. */
static const struct {
    const char *hex;
    uint32_t sense;
} malformed[] = {
    {"0D 05 02FF 00 03 D00000 | 01 C1 | 01 00", SENSE_FMH5_ACCESS_LENGTH}, /* subfield without a type, last */
    {"16 05 02FF 00 03 D00000 | 01 C1 | 00 | 09 00 010203040506 0001", SENSE_LUWID_INVALID}, /* no name */
    {"04 05 02FF", SENSE_FMH_LENGTH}, /* nothing but the command */
};

START_TEST(malformed_header)
{
    struct octets o = octets_of(malformed[_i].hex);
    ck_assert_uint_eq(o.v[0], o.n);
    uint8_t *p = octets_exact(o.v, o.n);
    struct fmh5 f;
    struct sna_err e = {0};
    ck_assert_int_eq(fmh5_decode(p, o.n, &f, &e), -1);
    ck_assert_uint_eq(e.sense, malformed[_i].sense);
    free(p);
}
END_TEST

START_TEST(tolerated)
{
    /* Reserved bits on, four fixed parameters, a subfield of an unknown kind, an empty user ID, octets behind
     * the last field we know. */
    struct octets o =
        octets_of("1B 05 02FF 07 04 D1FF7FEE | 01 C1 | 06 03 77 0102 01 02 | 00 | 00 | 00 | 04 F1F2F3F4");
    struct fmh5 f;
    memset(&f, 0xff, sizeof f);
    ck_assert_int_eq(fmh5_decode(o.v, o.n, &f, NULL), (int)o.n);
    struct fmh5 want = {
        .resource = FMH5_MAPPED, .sync = FMH5_SYNC_CONFIRM, .tpn_n = 1, .tpn = {0xC1}, .has_user = true};
    ck_assert_mem_eq(&f, &want, sizeof f);
}
END_TEST

START_TEST(encode_needs_room)
{
    struct octets o = octets_of(known[_i].hex);
    for (size_t cap = 0; cap < o.n; cap++) {
        uint8_t *out = octets_exact(o.v, cap);
        ck_assert_int_eq(fmh5_encode(&known[_i].f, out, cap), -1);
        free(out);
    }
}
END_TEST

static struct fmh5 largest(void)
{
    struct fmh5 f = {.resource = FMH5_MAPPED,
                     .tpn_n = 64,
                     .has_user = true,
                     .user_n = 10,
                     .has_password = true,
                     .password_n = 10,
                     .has_profile = true,
                     .profile_n = 10,
                     .luw_n = 26,
                     .luw = {17},
                     .corr_n = 8,
                     .seq_n = 8};
    memset(f.tpn, 0xC1, sizeof f.tpn);
    return f;
}

START_TEST(encode_largest)
{
    struct fmh5 f = largest(), back;
    uint8_t out[FMH5_MAX];
    ssize_t n = fmh5_encode(&f, out, sizeof out);
    ck_assert_int_eq(n, 9 + 65 + 37 + 27 + 9 + 9);
    memset(&back, 0xff, sizeof back);
    ck_assert_int_eq(fmh5_decode(out, (size_t)n, &back, NULL), n);
    ck_assert_mem_eq(&back, &f, sizeof f);
}
END_TEST

START_TEST(encode_refuses_bad_counts)
{
    uint8_t out[FMH5_MAX];
    const struct fmh5 good = largest();
    struct fmh5 f;
#define REFUSED(field, value)                                                                                \
    f = good;                                                                                                \
    f.field = value;                                                                                         \
    ck_assert_int_eq(fmh5_encode(&f, out, sizeof out), -1)
    REFUSED(tpn_n, 0);
    REFUSED(tpn_n, 65);
    REFUSED(user_n, 11);
    REFUSED(password_n, 11);
    REFUSED(profile_n, 11);
    REFUSED(luw_n, 27);
    REFUSED(luw[0], 16);
    REFUSED(corr_n, 9);
    REFUSED(seq_n, 7);
    REFUSED(sync, 3);
    REFUSED(resource, 0);
#undef REFUSED
    ck_assert_int_gt(fmh5_encode(&good, out, sizeof out), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("fmh5");
    TCase *tc = tcase_create("decode");
    tcase_add_loop_test(tc, decode_known, 0, OCTETS_ROWS(known));
    tcase_add_loop_test(tc, decode_leaves_the_rest, 0, OCTETS_ROWS(known));
    tcase_add_loop_test(tc, truncated, 0, OCTETS_ROWS(known));
    tcase_add_loop_test(tc, shortened, 0, OCTETS_ROWS(known));
    tcase_add_loop_test(tc, fault, 0, OCTETS_ROWS(faults));
    tcase_add_loop_test(tc, malformed_header, 0, OCTETS_ROWS(malformed));
    tcase_add_test(tc, tolerated);
    suite_add_tcase(s, tc);
    tc = tcase_create("encode");
    tcase_add_loop_test(tc, encode_known, 0, OCTETS_ROWS(known));
    tcase_add_loop_test(tc, encode_needs_room, 0, OCTETS_ROWS(known));
    tcase_add_test(tc, encode_largest);
    tcase_add_test(tc, encode_refuses_bad_counts);
    suite_add_tcase(s, tc);
    return octets_run(s);
}
