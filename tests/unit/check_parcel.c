/* What machines of a domain say to each other about a conversation: octets by hand, and every truncation. */
#include <stdio.h>
#include "snanode/local/parcel.h"
#include "snanode/wire/sense.h"
#include "tests/unit/octets.h"

#define FMH5 "0D 05 02FF 00 03 D00000 | 02 06F1 | 00"
/* conversation 7, 60 seconds, RUs of 1024; LUA, N.LUA, partner N.LUB without an alias, #INTER */
#define ATTACH                                                                                               \
    "00 00000007 0000EA60 00000400 | 03 4C5541 | 05 4E2E4C5541 | 00 | 05 4E2E4C5542 | 06 23494E544552 "      \
    "|" FMH5
#define NONCES                                                                                               \
    "01 00000007 0000EA60 00000400 | 03 4C5541 | 05 4E2E4C5541 | 00 | 05 4E2E4C5542 | 00 |"                  \
    "0102030405060708 1112131415161718 |" FMH5

static const struct {
    const char *hex;
    int type; /* -1: refused */
    size_t n; /* of the body */
} parcels[] = {
    {"02 000000", PARCEL_READY, 0},
    {"03 000000", PARCEL_GO, 0},
    {"04 000000", PARCEL_NOT_HERE, 0},
    {"05 000006 084C0000 6E6F", PARCEL_REFUSED, 6},
    {"06 000005 00 038000 41", PARCEL_FRAME, 5},
    {"06 000004 00 038000", PARCEL_FRAME, 4},
    {"01 000001 00", PARCEL_ATTACH, 1},
    {"00 000000", -1, 0},
    {"07 000000", -1, 0},
    {"FF", -1, 0},
    {"02 000001 00", -1, 0},
    {"03 010000", -1, 0},
    {"05 000003 084C00", -1, 0},
    {"05 000185", -1, 0},
    {"06 000003 000380", -1, 0},
    {"06 010004", -1, 0},
    {"01 000000", -1, 0},
    {"01 000201", -1, 0},
};

/* Until the last octet has come, it is not there; octets of the next one do not matter. */
START_TEST(take)
{
    struct octets o = octets_of(parcels[_i].hex);
    struct parcel q = {.type = 99};
    uint8_t *p;
    if (parcels[_i].type < 0) {
        p = octets_exact(o.v, o.n);
        ck_assert_int_eq(parcel_take(p, o.n, &q), -1);
        free(p);
        return;
    }
    for (size_t n = 0; n < o.n; n++) {
        p = octets_exact(o.v, n);
        ck_assert_int_eq(parcel_take(p, n, &q), 0);
        ck_assert_int_eq(q.type, 99);
        free(p);
    }
    o.v[o.n] = 0xff;
    ck_assert_int_eq(parcel_take(o.v, o.n + 1, &q), (int)o.n);
    ck_assert_int_eq(q.type, parcels[_i].type);
    ck_assert_uint_eq(q.n, parcels[_i].n);
    ck_assert_ptr_eq(q.body, o.v + PARCEL_HDR);
    uint8_t hdr[PARCEL_HDR];
    parcel_header(hdr, q.type, q.n);
    ck_assert_mem_eq(hdr, o.v, PARCEL_HDR);
}
END_TEST

START_TEST(longest_frame)
{
    uint8_t *p = calloc(1, PARCEL_HDR + PARCEL_BODY_MAX);
    struct parcel q;
    ck_assert_ptr_nonnull(p);
    parcel_header(p, PARCEL_FRAME, PARCEL_BODY_MAX);
    ck_assert_int_eq(parcel_take(p, PARCEL_HDR + PARCEL_BODY_MAX - 1, &q), 0);
    ck_assert_int_eq(parcel_take(p, PARCEL_HDR + PARCEL_BODY_MAX, &q), PARCEL_HDR + PARCEL_BODY_MAX);
    free(p);
}
END_TEST

/* ---- the Attach ---- */

static bool read_exact(const uint8_t *v, size_t n, struct parcel_attach *a, const char **why)
{
    uint8_t *p = octets_exact(v, n);
    bool read = parcel_attach_read(p, n, a, why);
    free(p);
    return read;
}

START_TEST(attach)
{
    struct octets o = octets_of(_i ? NONCES : ATTACH);
    struct parcel_attach a;
    uint8_t again[PARCEL_ATTACH_MAX];
    const char *why;
    memset(&a, 0xff, sizeof a);
    ck_assert_msg(read_exact(o.v, o.n, &a, &why), "%s", why);
    ck_assert_uint_eq(a.conv, 7);
    ck_assert_uint_eq(a.left_ms, 60000);
    ck_assert_uint_eq(a.max_ru, 1024);
    ck_assert_str_eq(a.lu, "LUA");
    ck_assert_str_eq(a.local, "N.LUA");
    ck_assert_str_eq(a.partner_lu, "");
    ck_assert_str_eq(a.partner, "N.LUB");
    ck_assert_str_eq(a.mode, _i ? "" : "#INTER");
    ck_assert_int_eq(a.fmh5.has_nonces, _i);
    if (_i)
        ck_assert_int_eq(a.fmh5.receiver_nonce[7], 0x18);
    ck_assert_uint_eq(a.fmh5.tpn_n, 2);
    ck_assert_uint_eq(parcel_attach_write(&a, again, sizeof again), o.n);
    ck_assert_mem_eq(again, o.v, o.n);
    ck_assert_uint_eq(parcel_attach_write(&a, again, o.n - 1), 0);
}
END_TEST

START_TEST(attach_truncated)
{
    struct octets o = octets_of(_i ? NONCES : ATTACH);
    struct parcel_attach a;
    const char *why;
    for (size_t n = 0; n < o.n; n++) {
        ck_assert_msg(!read_exact(o.v, n, &a, &why), "%zu octets are taken", n);
        ck_assert_ptr_nonnull(why);
    }
    o.v[o.n] = 0;
    ck_assert(!read_exact(o.v, o.n + 1, &a, &why));
}
END_TEST

/* Place in ATTACH, and what makes it wrong there. */
static const struct {
    size_t at;
    uint8_t octet;
} wrongs[] = {
    {0, 2},                 /* unknown flags */
    {13, 9},                /* an alias of 9 characters */
    {14, ' '},              /* a blank in it */
    {14, 0},                /* a NUL in it */
    {14, 0x7f},             /* ... and octets that are no characters */
    {18, 0x80}, {37, 0x04}, /* another FMH */
};

START_TEST(attach_wrong)
{
    struct octets o = octets_of(ATTACH);
    struct parcel_attach a;
    const char *why;
    ck_assert_uint_ne(o.v[wrongs[_i].at], wrongs[_i].octet);
    o.v[wrongs[_i].at] = wrongs[_i].octet;
    ck_assert(!read_exact(o.v, o.n, &a, &why));
}
END_TEST

/* The longest of everything. */
START_TEST(attach_longest)
{
    struct parcel_attach a = {.conv = UINT32_MAX, .left_ms = UINT32_MAX, .max_ru = UINT32_MAX}, b;
    uint8_t out[PARCEL_ATTACH_MAX];
    const char *why;
    memset(a.lu, 'A', NAME_MAX8);
    memset(a.partner_lu, 'A', NAME_MAX8);
    memset(a.mode, 'A', NAME_MAX8);
    memset(a.local, 'A', NAME_FQ_MAX);
    memset(a.partner, 'A', NAME_FQ_MAX);
    a.fmh5.resource = FMH5_MAPPED;
    a.fmh5.has_nonces = a.fmh5.has_user = a.fmh5.has_password = true;
    a.fmh5.tpn_n = NAME_TP_MAX;
    memset(a.fmh5.tpn, 0xC1, NAME_TP_MAX);
    a.fmh5.user_n = a.fmh5.password_n = NAME_USER_MAX;
    a.fmh5.luw_n = 26;
    a.fmh5.luw[0] = 17;
    memset(a.fmh5.luw + 1, 0xC1, 17);
    a.fmh5.corr_n = 8;
    a.fmh5.seq_n = 8;
    size_t n = parcel_attach_write(&a, out, sizeof out);
    ck_assert_uint_gt(n, 0);
    ck_assert_msg(read_exact(out, n, &b, &why), "%s", why);
    ck_assert_str_eq(b.partner, a.partner);
    a.fmh5.tpn_n = 0;
    a.fmh5.sync = 9;
    ck_assert_uint_eq(parcel_attach_write(&a, out, sizeof out), 0);
}
END_TEST

START_TEST(refused)
{
    uint8_t out[4 + PARCEL_TEXT_MAX];
    char text[PARCEL_TEXT_MAX + 1], longest[PARCEL_TEXT_MAX + 10];
    uint32_t sense;
    memset(longest, 'x', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    ck_assert_uint_eq(parcel_refused_write(SENSE_SECURITY_NOT_VALID, "a\nb", out, sizeof out), 7);
    ck_assert(parcel_refused_read(out, 7, &sense, text));
    ck_assert_uint_eq(sense, SENSE_SECURITY_NOT_VALID);
    ck_assert_str_eq(text, "a?b");
    for (size_t n = 0; n < 4; n++)
        ck_assert(!parcel_refused_read(out, n, &sense, text));
    size_t n = parcel_refused_write(1, longest, out, sizeof out);
    ck_assert_uint_eq(n, sizeof out);
    ck_assert(parcel_refused_read(out, n, &sense, text));
    ck_assert_uint_eq(strlen(text), PARCEL_TEXT_MAX);
    memset(out, 0, 4);
    ck_assert(!parcel_refused_read(out, 4, &sense, text));
}
END_TEST

/* Round trips; no part of a body is one, and what only the asking node knows does not cross. */
START_TEST(allocate)
{
    struct parcel_allocate a = {.account = "bob",
                                .m = {.lu = "LUA",
                                      .partner = "N.LUB",
                                      .tpn_n = 1,
                                      .tpn = "X",
                                      .security = 3,
                                      .user_n = 1,
                                      .user = "B"}},
                           b;
    struct parcel_allocated c = {.lu = "LUA", .m = {.rc = 0, .max_ru = 1024, .local = "N.LUA"}}, e;
    uint8_t body[PARCEL_ALLOCATE_MAX];
    size_t n = parcel_allocate_write(&a, body, sizeof body);
    ck_assert_uint_gt(n, 0);
    for (size_t i = 0; i < n; i++)
        ck_assert(!parcel_allocate_read(body, i, &b));
    ck_assert(parcel_allocate_read(body, n, &b));
    ck_assert_str_eq(b.account, "bob");
    ck_assert_str_eq(b.m.partner, "N.LUB");
    ck_assert_uint_eq(b.m.security, 3);
    body[3] ^= 1; /* another version */
    ck_assert(!parcel_allocate_read(body, n, &b));
    a.m.secret = 7;
    ck_assert(!parcel_allocate_read(body, parcel_allocate_write(&a, body, sizeof body), &b));
    n = parcel_allocated_write(&c, body, sizeof body);
    for (size_t i = 0; i < n; i++)
        ck_assert(!parcel_allocated_read(body, i, &e));
    ck_assert(parcel_allocated_read(body, n, &e));
    ck_assert_str_eq(e.m.local, "N.LUA");
    ck_assert_uint_eq(e.m.max_ru, 1024);
    snprintf(c.m.local, sizeof c.m.local, "N.\n");
    ck_assert(!parcel_allocated_read(body, parcel_allocated_write(&c, body, sizeof body), &e));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("parcel");
    TCase *t = tcase_create("parcel");
    tcase_add_loop_test(t, take, 0, OCTETS_ROWS(parcels));
    tcase_add_test(t, longest_frame);
    tcase_add_test(t, allocate);
    tcase_add_loop_test(t, attach, 0, 2);
    tcase_add_loop_test(t, attach_truncated, 0, 2);
    tcase_add_loop_test(t, attach_wrong, 0, OCTETS_ROWS(wrongs));
    tcase_add_test(t, attach_longest);
    tcase_add_test(t, refused);
    suite_add_tcase(s, t);
    return octets_run(s);
}
