#include <string.h>

#include "snanode/wire/bind.h"
#include "snanode/wire/sense.h"
#include "tests/unit/octets.h"

/* The BIND of a real product [Q157328] (names K7CICS, UCCCVTAM.K7CICS, U9404502; the last seven octets of the
 * session instance identifier are filled in). */
#define KB_D                                                                                                 \
    "31 00 13 07 B0 B0 50 B1 00 00 85 85 00 00 06 02 000000000000 00 00 2C 00 00 | 06 D2F7C3C9C3E2 |"        \
    "1E 00 0102 0903 00 01020304050607 1004 E4C3C3C3E5E3C1D44BD2F7C3C9C3E2 | 00 | 08 E4F9F4F0F4F5F0F2"

/* Every field another than in KB_D; a response, since it names the SLU in its user data. */
#define RICH                                                                                                 \
    "31 00 13 07 B0 B0 D1 A1 81 87 87 F7 02 03 06 02 000000000000 00 16 47 40 00 | 04 D5C14BD1 |"            \
    "18 00 0802 7BC9D5E3C5D9 C1 0603 F001020304 0605 D5C24BD1F2 | 02 AABB | 05 D5C24BD1F2"

static struct bind decoded(const char *hex)
{
    struct octets o = octets_of(hex);
    uint8_t *p = octets_exact(o.v, o.n);
    struct bind b;
    memset(&b, 0xff, sizeof b);
    ck_assert_int_eq(bind_decode(p, o.n, &b, NULL), (int)o.n);
    free(p);
    return b;
}

static void is_name(const struct bind_name *name, const char *hex)
{
    struct octets o = octets_of(hex);
    ck_assert_uint_eq(name->n, o.n);
    ck_assert_mem_eq(name->s, o.v, o.n);
}

START_TEST(decode_real)
{
    struct bind b = decoded(KB_D);
    is_name(&b.plu, "D2F7C3C9C3E2");
    is_name(&b.slu, "E4F9F4F0F4F5F0F2");
    ck_assert(b.has_mode && b.has_sid && b.has_fq_plu && !b.has_fq_slu);
    ck_assert_uint_eq(b.mode.n, 0);
    ck_assert_uint_eq(b.sid_n, 8);
    ck_assert_mem_eq(b.sid, "\x00\x01\x02\x03\x04\x05\x06\x07", 8);
    is_name(&b.fq_plu, "E4C3C3C3E5E3C1D44BD2F7C3C9C3E2");
    ck_assert(!b.whole_biu_required && !b.queue_allowed && b.plu_contention_winner && !b.extended);
    ck_assert(!b.plu_staged && !b.slu_staged && !b.adaptive_pacing);
    ck_assert_uint_eq(b.slu_send_window + b.slu_recv_window + b.plu_send_window + b.plu_recv_window, 0);
    ck_assert_uint_eq(b.slu_ru, 256);
    ck_assert_uint_eq(b.plu_ru, 256);
    ck_assert_uint_eq(b.security, 0);
    ck_assert_uint_eq(b.sync, BIND_SYNC_CONFIRM);
    ck_assert_uint_eq(b.reinit, BIND_REINIT_EITHER);
    ck_assert(!b.parallel && !b.cnos && !b.limited_resource);
    ck_assert_uint_eq(b.urc_n, 0);
}
END_TEST

START_TEST(decode_rich)
{
    struct bind b = decoded(RICH);
    is_name(&b.plu, "D5C14BD1");
    is_name(&b.slu, "D5C24BD1F2");
    ck_assert(b.has_mode && b.has_sid && !b.has_fq_plu && b.has_fq_slu);
    is_name(&b.mode, "7BC9D5E3C5D9C1");
    ck_assert_uint_eq(b.sid_n, 5);
    ck_assert_mem_eq(b.sid, "\xF0\x01\x02\x03\x04", 5);
    is_name(&b.fq_slu, "D5C24BD1F2");
    ck_assert(b.whole_biu_required && b.queue_allowed && !b.plu_contention_winner);
    ck_assert(!b.plu_staged && b.slu_staged && b.adaptive_pacing);
    ck_assert_uint_eq(b.slu_send_window, 1);
    ck_assert_uint_eq(b.slu_recv_window, 7);
    ck_assert_uint_eq(b.plu_send_window, 2);
    ck_assert_uint_eq(b.plu_recv_window, 3);
    ck_assert_uint_eq(b.slu_ru, 1024);
    ck_assert_uint_eq(b.plu_ru, 1920);
    ck_assert_uint_eq(b.security, BIND_SEC_ACCESS | BIND_SEC_PASSWORD_SUBST | BIND_SEC_ALREADY_VERIFIED);
    ck_assert_uint_eq(b.sync, BIND_SYNC_SYNCPT);
    ck_assert_uint_eq(b.reinit, BIND_REINIT_PLU);
    ck_assert(b.parallel && b.cnos && b.limited_resource);
    ck_assert_uint_eq(b.urc_n, 2);
    ck_assert_mem_eq(b.urc, "\xAA\xBB", 2);
}
END_TEST

static const char *const images[] = {KB_D, RICH};

/* What was decoded, field by field above, comes out as the same octets. */
START_TEST(encode_again)
{
    struct octets o = octets_of(images[_i]);
    struct bind b = decoded(images[_i]);
    uint8_t out[BIND_MAX];
    memset(out, 0xff, sizeof out);
    ck_assert_int_eq(bind_encode(&b, out, sizeof out), (int)o.n);
    ck_assert_mem_eq(out, o.v, o.n);
    ck_assert_uint_eq(out[o.n], 0xff);
    for (size_t cap = 0; cap < o.n; cap++) {
        uint8_t *small = octets_exact(o.v, cap);
        ck_assert_int_eq(bind_encode(&b, small, cap), -1);
        free(small);
    }
}
END_TEST

/* The fields of session security stand behind the names, in the order of their keys, and nothing else has
 * changed. */
START_TEST(session_security)
{
    static const char fields[] =
        "09 11 0102030405060708 | 09 12 1112131415161718 | 0A 13 00 2122232425262728";
    struct octets want = octets_of(fields);
    struct bind b = decoded(RICH), again;
    struct sna_err e;
    uint8_t out[BIND_MAX];
    b.has_random = b.has_proof = b.has_nonce = true;
    memcpy(b.random, want.v + 2, 8);
    memcpy(b.proof, want.v + 12, 8);
    memcpy(b.nonce, want.v + 23, 8);
    ssize_t n = bind_encode(&b, out, sizeof out);
    ck_assert_int_eq(n, (int)(octets_of(RICH).n + want.n));
    const uint8_t *at = memmem(out, (size_t)n, want.v, want.n);
    ck_assert_ptr_nonnull(at);
    ck_assert_int_eq(bind_decode(out, (size_t)n, &again, &e), (int)n);
    ck_assert(again.has_random && again.has_proof && again.has_nonce && again.has_fq_slu);
    ck_assert_mem_eq(again.random, want.v + 2, 8);
    ck_assert_mem_eq(again.proof, want.v + 12, 8);
    ck_assert_mem_eq(again.nonce, want.v + 23, 8);
    /* The second one that is called 11 is refused, at its place. */
    size_t proof = (size_t)(at - out) + 10;
    out[proof + 1] = 0x11;
    ck_assert_int_eq(bind_decode(out, (size_t)n, &again, &e), -1);
    ck_assert_uint_eq(e.sense, SENSE_BIND_FIELD | proof);
    /* A nonce of another form is none; random data of another form is refused. */
    out[proof + 1] = 0x13;
    ck_assert_int_eq(bind_decode(out, (size_t)n, &again, &e), (int)n);
    ck_assert(!again.has_proof && again.has_nonce && again.nonce[0] == 0x21);
    out[proof + 1] = 0x12;
    out[proof + 11] = 0x11;
    ck_assert_int_eq(bind_decode(out, (size_t)n, &again, &e), -1);
}
END_TEST

START_TEST(truncated)
{
    struct octets o = octets_of(images[_i]);
    for (size_t n = 0; n < o.n; n++) {
        uint8_t *p = octets_exact(o.v, n);
        struct bind b = {.security = 0x5a};
        struct sna_err e = {0};
        ck_assert_int_eq(bind_decode(p, n, &b, &e), -1);
        ck_assert_uint_eq(e.sense, SENSE_BIND_FIELD | e.offset);
        ck_assert_uint_le(e.offset, n);
        ck_assert_uint_eq(b.security, 0x5a);
        free(p);
    }
}
END_TEST

/* One octet of KB_D changed, and the offset at which the BIND is then refused. */
static const struct {
    size_t at;
    uint8_t v;
    size_t offset;
} faults[] = {
    {0, 0x32, 0},   /* UNBIND */
    {1, 0x01, 1},   /* not negotiable, 0835 0001 [Q157328] */
    {1, 0x10, 1},   /* format 1 */
    {2, 0x03, 2},   /* FM profile 3 */
    {3, 0x03, 3},   /* TS profile 3 */
    {4, 0x30, 4},   /* single-RU chains */
    {4, 0xF0, 4},   /* delayed request mode */
    {4, 0xA0, 4},   /* definite responses only */
    {4, 0xB2, 4},   /* compression */
    {4, 0xB1, 4},   /* end bracket */
    {5, 0xB1, 5},   /* the same by the SLU */
    {6, 0x10, 6},   /* no FM headers */
    {6, 0x70, 6},   /* begins between brackets */
    {6, 0x40, 6},   /* unconditional termination */
    {6, 0x58, 6},   /* alternate code set */
    {7, 0x31, 7},   /* full duplex */
    {7, 0x91, 7},   /* no symmetric recovery */
    {7, 0xB0, 7},   /* SLU sends first */
    {10, 0x75, 10}, /* mantissa 7 */
    {11, 0x05, 11}, /* mantissa 0, and not the zero octet */
    {14, 0x02, 14}, /* LU type 2 */
    {14, 0x86, 14}, /* PS usage format 1 */
    {15, 0x01, 15}, /* LU 6.1 */
    {24, 0x0C, 24}, /* sync level bits 00 */
    {24, 0x6C, 24}, /* sync level bits 11 */
    {26, 0x10, 26}, /* selective cryptography */
    {26, 0x08, 26}, /* fields of cryptography */
    {27, 0x12, 27}, /* PLU name of 18 octets */
    {27, 0xFF, 27}, /* longer than the RU */
    {34, 0xFF, 34}, /* user data longer than the RU */
    {34, 0x1D, 48}, /* user data that cuts its last subfield */
    {36, 0x1E, 36}, /* subfield longer than the user data */
    {38, 0x0A, 54}, /* subfield one longer: the next starts in the wrong place */
    {39, 0x02, 38}, /* mode a second time */
    {48, 0x11, 48}, /* name longer than the user data */
    {48, 0x0F, 64}, /* shorter by one: so does what follows */
    {65, 0x0D, 65}, /* URC of 13 octets */
    {65, 0xFF, 65}, /* longer than the RU */
    {66, 0x12, 66}, /* SLU name longer than the RU */
    {66, 0x09, 66}, /* by one */
};

START_TEST(fault)
{
    struct octets o = octets_of(KB_D);
    ck_assert_uint_ne(o.v[faults[_i].at], faults[_i].v);
    o.v[faults[_i].at] = faults[_i].v;
    uint8_t *p = octets_exact(o.v, o.n);
    struct bind b;
    struct sna_err e = {0};
    ck_assert_int_eq(bind_decode(p, o.n, &b, &e), -1);
    ck_assert_uint_eq(e.offset, faults[_i].offset);
    ck_assert_uint_eq(e.sense, 0x08350000u + faults[_i].offset);
    free(p);
}
END_TEST

/* Octets that the decoder ignores: the struct is the same, and so is the encoding. */
static const struct {
    size_t at;
    uint8_t v;
} ignored[] = {{4, 0xBC},  {6, 0x56},  {7, 0xBD},  {16, 0xFF}, {21, 0xFF},
               {22, 0xC0}, {24, 0xAC}, {25, 0xBF}, {26, 0xC0}};

START_TEST(reserved)
{
    struct octets o = octets_of(KB_D), clean = o;
    o.v[ignored[_i].at] = ignored[_i].v;
    struct bind b;
    memset(&b, 0xff, sizeof b);
    ck_assert_int_eq(bind_decode(o.v, o.n, &b, NULL), (int)o.n);
    uint8_t out[BIND_MAX];
    ck_assert_int_eq(bind_encode(&b, out, sizeof out), (int)clean.n);
    ck_assert_mem_eq(out, clean.v, clean.n);
}
END_TEST

#define HEAD "31 00 13 07 B0 B0 50 B1 00 00 85 85 00 00 06 02 000000000000 00 00 23 00 00 | 00 |"
#define EXT  "31 00 13 07 B0 B0 50 B3 00 00 85 85 00 00 06 02 000000000000 00 00 23 00 00 | 00 |"

START_TEST(user_data_forms)
{
    struct bind b = decoded(HEAD "00 | 00 | 00");
    ck_assert(!b.has_mode && !b.has_sid && !b.has_fq_plu && !b.has_fq_slu);
    b = decoded(HEAD "03 01 0102 | 00 | 00"); /* unstructured */
    ck_assert(!b.has_mode);
    b = decoded(HEAD "01 00 | 00 | 00"); /* structured and empty */
    ck_assert(!b.has_mode);
    b = decoded(HEAD "12 00 09 11 0102030405060708 03 02 C1C2 02 77 FF | 00 | 00"); /* other kinds skipped */
    is_name(&b.mode, "C1C2");
}
END_TEST

START_TEST(subfield_too_long)
{
    static const char *const hex[] = {
        HEAD "0C 00 0A 02 010203040506070809 | 00 | 00",                   /* mode of 9 */
        HEAD "15 00 13 03 010203040506070809101112131415161718 | 00 | 00", /* identifier of 18 */
        HEAD "15 00 13 04 010203040506070809101112131415161718 | 00 | 00", /* name of 18 */
        HEAD "15 00 13 05 010203040506070809101112131415161718 | 00 | 00",
    };
    struct octets o = octets_of(hex[_i]);
    struct bind b;
    struct sna_err e = {0};
    ck_assert_int_eq(bind_decode(o.v, o.n, &b, &e), -1);
    ck_assert_uint_eq(e.sense, 0x08350000u + 30);
}
END_TEST

/* They are skipped, and what is wrong behind them is what is named [Q160709]. */
START_TEST(empty_subfields)
{
    struct bind b = decoded(HEAD "08 00 00 03 02 C1C2 00 00 | 00 | 00");
    is_name(&b.mode, "C1C2");
    const struct octets o = octets_of(HEAD "0D 00 00 0A 02 010203040506070809 | 00 | 00");
    struct sna_err e = {0};
    ck_assert_int_eq(bind_decode(o.v, o.n, &b, &e), -1);
    ck_assert_uint_eq(e.sense, 0x08350000u + 31);
}
END_TEST

START_TEST(control_vectors)
{
    struct bind b = decoded(EXT "00 | 00 | 00 | 60 03 010203 2C 00");
    ck_assert(b.extended);
    b = decoded(EXT "00 | 00 | 00");
    ck_assert(b.extended);
    uint8_t out[BIND_MAX];
    ck_assert_int_gt(bind_encode(&b, out, sizeof out), 0);
    ck_assert_uint_eq(out[7], 0xB1); /* none are sent, so none are announced */
    struct octets o = octets_of(EXT "00 | 00 | 00 | 60 03 010203 2C 01");
    for (size_t n = 32; n <= o.n; n++) {
        uint8_t *p = octets_exact(o.v, n);
        struct sna_err e = {0};
        if (n == 35 + 1) { /* the end of the first vector is an end too */
            free(p);
            continue;
        }
        ck_assert_int_eq(bind_decode(p, n, &b, &e), -1);
        ck_assert_uint_eq(e.sense, 0x08350000u + (n < 36 ? 31 : 36));
        free(p);
    }
}
END_TEST

/* Octet and size [Formats: BIND]. */
static const struct {
    uint32_t size;
    uint8_t v;
} ru_sizes[] = {
    {0, 0x00},    {8, 0x80},    {15, 0xF0},   {16, 0x81},   {256, 0x85},   {512, 0x86},
    {1024, 0x87}, {2048, 0x88}, {4096, 0x89}, {1920, 0xF7}, {32768, 0x8C}, {491520, 0xFF},
};

START_TEST(ru_size)
{
    ck_assert_uint_eq(bind_ru_size_encode(ru_sizes[_i].size), ru_sizes[_i].v);
    ck_assert_uint_eq(bind_ru_size_decode(ru_sizes[_i].v), ru_sizes[_i].size);
}
END_TEST

START_TEST(ru_size_every_octet)
{
    uint8_t v = (uint8_t)_i;
    uint32_t size = bind_ru_size_decode(v);
    if (v < 0x80) {
        ck_assert_uint_eq(size, 0);
        return;
    }
    ck_assert_uint_eq(bind_ru_size_encode(size), v);
    ck_assert_uint_eq(bind_ru_size_encode(size + 1) == v, (v & 0x0F) != 0);
    if (v > 0x80)
        ck_assert_uint_ne(bind_ru_size_encode(size - 1), v); /* down, never up */
}
END_TEST

START_TEST(ru_size_odd)
{
    ck_assert_uint_eq(bind_ru_size_encode(1), 0x80);
    ck_assert_uint_eq(bind_ru_size_encode(7), 0x80);
    ck_assert_uint_eq(bind_ru_size_encode(1023), 0xF6);  /* 960 */
    ck_assert_uint_eq(bind_ru_size_encode(32767), 0xFB); /* 30720 */
    ck_assert_uint_eq(bind_ru_size_encode(UINT32_MAX), 0xFF);
}
END_TEST

static struct bind largest(void)
{
    struct bind b = {
        .has_mode = true, .has_sid = true, .has_fq_plu = true, .has_fq_slu = true, .sync = BIND_SYNC_CONFIRM};
    b.plu.n = b.slu.n = b.fq_plu.n = b.fq_slu.n = BIND_NAME_MAX;
    b.mode.n = 8;
    b.plu_staged = true;
    b.sid_n = BIND_SID_MAX;
    b.urc_n = BIND_URC_MAX;
    b.slu_send_window = b.slu_recv_window = b.plu_send_window = b.plu_recv_window = BIND_WINDOW_MAX;
    return b;
}

START_TEST(encode_largest)
{
    struct bind b = largest(), back;
    uint8_t out[BIND_MAX];
    ssize_t n = bind_encode(&b, out, sizeof out);
    ck_assert_int_gt(n, 0);
    memset(&back, 0xff, sizeof back);
    ck_assert_int_eq(bind_decode(out, (size_t)n, &back, NULL), n);
    ck_assert_uint_eq(back.fq_slu.n, BIND_NAME_MAX);
    ck_assert_uint_eq(back.sid_n, BIND_SID_MAX);
    ck_assert_uint_eq(back.plu_recv_window, BIND_WINDOW_MAX);
    ck_assert(!back.adaptive_pacing && !back.slu_staged && back.plu_staged);
}
END_TEST

START_TEST(encode_refuses)
{
    uint8_t out[BIND_MAX];
    const struct bind good = largest();
    struct bind b;
#define REFUSED(field, value)                                                                                \
    b = good;                                                                                                \
    b.field = value;                                                                                         \
    ck_assert_int_eq(bind_encode(&b, out, sizeof out), -1)
    REFUSED(plu.n, 18);
    REFUSED(slu.n, 18);
    REFUSED(mode.n, 9);
    REFUSED(fq_plu.n, 18);
    REFUSED(fq_slu.n, 18);
    REFUSED(sid_n, BIND_SID_MAX + 1);
    REFUSED(urc_n, BIND_URC_MAX + 1);
    REFUSED(slu_send_window, 64);
    REFUSED(slu_recv_window, 64);
    REFUSED(plu_send_window, 64);
    REFUSED(plu_recv_window, 64);
    REFUSED(sync, 0);
    REFUSED(sync, 3);
    REFUSED(reinit, 4);
#undef REFUSED
    ck_assert_int_gt(bind_encode(&good, out, sizeof out), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("bind");
    TCase *tc = tcase_create("decode");
    tcase_add_test(tc, decode_real);
    tcase_add_test(tc, decode_rich);
    tcase_add_test(tc, session_security);
    tcase_add_loop_test(tc, truncated, 0, OCTETS_ROWS(images));
    tcase_add_loop_test(tc, fault, 0, OCTETS_ROWS(faults));
    tcase_add_loop_test(tc, reserved, 0, OCTETS_ROWS(ignored));
    tcase_add_test(tc, user_data_forms);
    tcase_add_loop_test(tc, subfield_too_long, 0, 4);
    tcase_add_test(tc, empty_subfields);
    tcase_add_test(tc, control_vectors);
    suite_add_tcase(s, tc);
    tc = tcase_create("encode");
    tcase_add_loop_test(tc, encode_again, 0, OCTETS_ROWS(images));
    tcase_add_test(tc, encode_largest);
    tcase_add_test(tc, encode_refuses);
    suite_add_tcase(s, tc);
    tc = tcase_create("ru_size");
    tcase_add_loop_test(tc, ru_size, 0, OCTETS_ROWS(ru_sizes));
    tcase_add_loop_test(tc, ru_size_every_octet, 0, 256);
    tcase_add_test(tc, ru_size_odd);
    suite_add_tcase(s, tc);
    return octets_run(s);
}
