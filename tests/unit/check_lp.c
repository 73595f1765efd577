/* Messages of the local protocol.  The tests read the field lists of lp.h, so a new message is tested as soon
 * as it is in LP_MESSAGES: each field list becomes a function that fills a struct, one that compares two, and
 * a list of where the fields lie in the octets. */
#include <stdio.h>
#include <string.h>

#include "snanode/local/lp.h"
#include "tests/unit/octets.h"

/* Every message may be this long, and one longer than LP_MAX would be a fault of lp.h. */
static uint8_t msg[2 * LP_MAX];

enum fill { FILL_LEAST, FILL_MOST, FILL_SOME };

static uint64_t number(enum fill how, unsigned k)
{
    return how == FILL_LEAST ? 0 : how == FILL_MOST ? UINT64_MAX : 0x0123456789ABCDEFu * (k + 1);
}

static size_t length(enum fill how, size_t max)
{
    return how == FILL_LEAST ? 0 : how == FILL_MOST ? max : max / 2;
}

static void fill_str(enum fill how, char *s, size_t max, unsigned k)
{
    size_t n = length(how, max);
    for (size_t i = 0; i < n; i++)
        s[i] = (char)(1 + (i + k) % 255); /* all but NUL */
    s[n] = '\0';
}

static uint16_t fill_bin(enum fill how, uint8_t *b, size_t max, unsigned k)
{
    size_t n = length(how, max);
    for (size_t i = 0; i < n; i++)
        b[i] = (uint8_t)(i * 3 + k);
    return (uint16_t)n;
}

#define FILL_U8(f)       m->f = (uint8_t)number(how, k++);
#define FILL_U16(f)      m->f = (uint16_t)number(how, k++);
#define FILL_U32(f)      m->f = (uint32_t)number(how, k++);
#define FILL_U64(f)      m->f = number(how, k++);
#define FILL_STR(f, max) fill_str(how, m->f, max, k++);
#define FILL_BIN(f, max) m->f##_n = fill_bin(how, m->f, max, k++);

#define SAME_INT(f)      ck_assert_uint_eq(a->f, b->f);
#define SAME_STR(f, max) ck_assert_str_eq(a->f, b->f);
#define SAME_BIN(f, max)                                                                                     \
    ck_assert_uint_eq(a->f##_n, b->f##_n);                                                                   \
    ck_assert(memcmp(a->f, b->f, a->f##_n) == 0);

/* The layout: for each field, its kind and its longest. */
struct field {
    char kind; /* 'i' integer, 's' STR, 'b' BIN */
    const char *name;
    size_t size; /* octets of an integer; most octets of text or octets */
};
#define FIELD_U8(f)       {'i', #f, 1},
#define FIELD_U16(f)      {'i', #f, 2},
#define FIELD_U32(f)      {'i', #f, 4},
#define FIELD_U64(f)      {'i', #f, 8},
#define FIELD_STR(f, max) {'s', #f, max},
#define FIELD_BIN(f, max) {'b', #f, max},

#define X(name, UPPER, number)                                                                               \
    static const struct field name##_fields[] = {                                                            \
        LP_##UPPER(FIELD_U8, FIELD_U16, FIELD_U32, FIELD_U64, FIELD_STR, FIELD_BIN)};                        \
    static void name##_fill(struct lp_##name *m, enum fill how)                                              \
    {                                                                                                        \
        unsigned k = 0;                                                                                      \
        LP_##UPPER(FILL_U8, FILL_U16, FILL_U32, FILL_U64, FILL_STR, FILL_BIN);                               \
        (void)k;                                                                                             \
    }                                                                                                        \
    static size_t name##_make(enum fill how, size_t cap)                                                     \
    {                                                                                                        \
        struct lp_##name m;                                                                                  \
        memset(&m, 0xff, sizeof m);                                                                          \
        name##_fill(&m, how);                                                                                \
        return lp_##name##_encode(&m, msg, cap);                                                             \
    }                                                                                                        \
    static int name##_read(const uint8_t *p, size_t n)                                                       \
    {                                                                                                        \
        struct lp_##name m;                                                                                  \
        memset(&m, 0xff, sizeof m);                                                                          \
        return lp_##name##_decode(p, n, &m);                                                                 \
    }                                                                                                        \
    static void name##_compare(enum fill how, const uint8_t *p, size_t n)                                    \
    {                                                                                                        \
        struct lp_##name in, out, *a = &in, *b = &out;                                                       \
        memset(a, 0xff, sizeof *a);                                                                          \
        memset(b, 0xff, sizeof *b);                                                                          \
        name##_fill(a, how);                                                                                 \
        ck_assert_int_eq(lp_##name##_decode(p, n, b), 0);                                                    \
        LP_##UPPER(SAME_INT, SAME_INT, SAME_INT, SAME_INT, SAME_STR, SAME_BIN);                              \
    }
LP_MESSAGES(X)
#undef X

static const struct message {
    const char *name;
    unsigned type;
    size_t (*make)(enum fill how, size_t cap); /* into MSG */
    int (*read)(const uint8_t *p, size_t n);
    void (*compare)(enum fill how, const uint8_t *p, size_t n);
    const struct field *fields;
    size_t n_fields;
} messages[] = {
#define X(name, UPPER, number)                                                                               \
    {#name,                                                                                                  \
     number,                                                                                                 \
     name##_make,                                                                                            \
     name##_read,                                                                                            \
     name##_compare,                                                                                         \
     name##_fields,                                                                                          \
     sizeof name##_fields / sizeof name##_fields[0]},
    LP_MESSAGES(X)
#undef X
};

/* Read from a copy that ends where the message ends. */
static int read_exact(const struct message *m, const uint8_t *p, size_t n)
{
    uint8_t *copy = octets_exact(p, n);
    int r = m->read(copy, n);
    free(copy);
    return r;
}

/* Octets of a message whose fields are all at their least (FILL_LEAST) or most. */
static size_t expected_size(const struct message *m, bool most)
{
    size_t n = 2;
    for (size_t i = 0; i < m->n_fields; i++) {
        const struct field *f = &m->fields[i];
        n += f->kind == 'i' ? f->size : (f->kind == 's' ? 1 : 2) + (most ? f->size : 0);
    }
    return n;
}

START_TEST(round_trip)
{
    const struct message *m = &messages[_i];
    for (int how = FILL_LEAST; how <= FILL_SOME; how++) {
        size_t n = m->make((enum fill)how, LP_MAX);
        ck_assert_msg(n > 0, "%s does not fit in LP_MAX", m->name);
        if (how != FILL_SOME)
            ck_assert_uint_eq(n, expected_size(m, how == FILL_MOST));
        ck_assert_uint_eq(lp_type(msg, n), m->type);
        uint8_t *copy = octets_exact(msg, n);
        m->compare((enum fill)how, copy, n);
        free(copy);
    }
}
END_TEST

START_TEST(no_room)
{
    const struct message *m = &messages[_i];
    size_t n = m->make(FILL_SOME, LP_MAX);
    for (size_t cap = 0; cap < n; cap++) {
        msg[cap] = 0x5a;
        ck_assert_uint_eq(m->make(FILL_SOME, cap), 0);
        ck_assert_uint_eq(msg[cap], 0x5a);
    }
    ck_assert_uint_eq(m->make(FILL_SOME, n), n);
}
END_TEST

START_TEST(truncated)
{
    const struct message *m = &messages[_i];
    for (int how = FILL_LEAST; how <= FILL_SOME; how++) {
        size_t n = m->make((enum fill)how, LP_MAX);
        for (size_t k = 0; k < n; k++)
            ck_assert_msg(read_exact(m, msg, k) == -1, "%s: %zu of %zu octets", m->name, k, n);
    }
}
END_TEST

START_TEST(one_too_many)
{
    const struct message *m = &messages[_i];
    for (int how = FILL_LEAST; how <= FILL_SOME; how++) {
        size_t n = m->make((enum fill)how, LP_MAX);
        msg[n] = 0;
        ck_assert_int_eq(read_exact(m, msg, n), 0);
        ck_assert_int_eq(read_exact(m, msg, n + 1), -1);
    }
}
END_TEST

/* No message can be taken for another. */
START_TEST(other_type)
{
    const struct message *m = &messages[_i];
    size_t n = m->make(FILL_SOME, LP_MAX);
    for (int k = 0; k < OCTETS_ROWS(messages); k++)
        ck_assert_int_eq(read_exact(&messages[k], msg, n), k == _i ? 0 : -1);
    msg[0] ^= 0x80;
    ck_assert_int_eq(read_exact(m, msg, n), -1);
}
END_TEST

/* Write message M into MSG by its layout, all fields at their least, but for field AT: N octets of V in it
 * (the fault under test).  Returns its size. */
static size_t write_by_layout(const struct message *m, size_t at, size_t n, uint8_t v)
{
    struct wr w = wr_make(msg, sizeof msg);
    wr_u16(&w, (uint16_t)m->type);
    for (size_t i = 0; i < m->n_fields; i++) {
        const struct field *f = &m->fields[i];
        size_t k = i == at ? n : 0;
        if (f->kind == 's')
            wr_u8(&w, (uint8_t)k);
        else if (f->kind == 'b')
            wr_u16(&w, (uint16_t)k);
        else
            k = f->size;
        for (; k > 0; k--)
            wr_u8(&w, i == at ? v : 0);
    }
    ck_assert(!w.bad);
    return w.n;
}

START_TEST(length_limits)
{
    const struct message *m = &messages[_i];
    for (size_t i = 0; i < m->n_fields; i++) {
        const struct field *f = &m->fields[i];
        if (f->kind == 'i')
            continue;
        size_t n = write_by_layout(m, i, f->size, 'A');
        ck_assert_msg(read_exact(m, msg, n) == 0, "%s.%s of %zu octets", m->name, f->name, f->size);
        n = write_by_layout(m, i, f->size + 1, 'A');
        ck_assert_msg(read_exact(m, msg, n) == -1, "%s.%s of %zu octets", m->name, f->name, f->size + 1);
    }
}
END_TEST

/* A length field that claims everything: nothing is read behind the message. */
START_TEST(length_lies)
{
    const struct message *m = &messages[_i];
    size_t at = 2;
    for (size_t i = 0; i < m->n_fields; i++) {
        const struct field *f = &m->fields[i];
        size_t n = write_by_layout(m, m->n_fields, 0, 0);
        if (f->kind != 'i') {
            msg[at] = 0xFF;
            ck_assert_int_eq(read_exact(m, msg, n), -1);
        }
        at += f->kind == 'i' ? f->size : f->kind == 's' ? 1 : 2;
    }
}
END_TEST

START_TEST(embedded_nul)
{
    const struct message *m = &messages[_i];
    for (size_t i = 0; i < m->n_fields; i++) {
        const struct field *f = &m->fields[i];
        if (f->kind != 's')
            continue;
        ck_assert_int_eq(read_exact(m, msg, write_by_layout(m, i, 1, '\0')), -1);
        ck_assert_int_eq(read_exact(m, msg, write_by_layout(m, i, f->size, '\0')), -1);
    }
    for (size_t i = 0; i < m->n_fields; i++) /* and in octets a NUL is an octet */
        if (m->fields[i].kind == 'b')
            ck_assert_int_eq(read_exact(m, msg, write_by_layout(m, i, 1, '\0')), 0);
}
END_TEST

/* What is longer than its field is cut (STR) or refused (BIN), never written past it. */
START_TEST(encode_too_long)
{
    struct lp_init in = {.symdest = "12345678"};
    struct lp_init out;
    memset(in.lu, 'L', sizeof in.lu); /* not even a NUL */
    size_t n = lp_init_encode(&in, msg, LP_MAX);
    ck_assert_uint_eq(n, 2 + 9 + 9);
    ck_assert_int_eq(lp_init_decode(msg, n, &out), 0);
    ck_assert_str_eq(out.lu, "LLLLLLLL");
    static struct lp_admin a;
    a.words_n = sizeof a.words;
    ck_assert_uint_gt(lp_admin_encode(&a, msg, LP_MAX), 0);
    a.words_n++;
    ck_assert_uint_eq(lp_admin_encode(&a, msg, LP_MAX), 0);
}
END_TEST

/* The octets themselves, once: both ends may come from different builds. */
START_TEST(known_octets)
{
    struct octets o = octets_of("0064 00000001 02 00000007 0102030405060708 1112131415161718 05 6170696E67");
    struct lp_hello h = {.version = 1,
                         .kind = LP_KIND_PORT,
                         .process = 7,
                         .cookie = 0x0102030405060708u,
                         .token = 0x1112131415161718u,
                         .program = "aping"};
    size_t n = lp_hello_encode(&h, msg, LP_MAX);
    ck_assert_uint_eq(n, o.n);
    ck_assert_mem_eq(msg, o.v, o.n);
    o = octets_of("00DC 0003 024142 00 FFFFFFFF");
    struct lp_accept a = {.names_n = 3, .names = {2, 'A', 'B'}, .slot = 0xFFFFFFFFu};
    n = lp_accept_encode(&a, msg, LP_MAX);
    ck_assert_uint_eq(n, o.n);
    ck_assert_mem_eq(msg, o.v, o.n);
}
END_TEST

START_TEST(type_numbers)
{
    for (int i = 0; i < OCTETS_ROWS(messages); i++) {
        ck_assert_uint_gt(messages[i].type, 0);
        ck_assert_uint_le(messages[i].type, 0xFFFF);
        for (int k = 0; k < i; k++)
            ck_assert_uint_ne(messages[i].type, messages[k].type);
    }
    ck_assert_uint_eq(lp_type(NULL, 0), 0);
    ck_assert_uint_eq(lp_type((const uint8_t *)"\x64", 1), 0);
    ck_assert_uint_eq(lp_type((const uint8_t *)"\x01\x2C", 2), LP_T_ADMIN);
}
END_TEST

/* Each reason has words of its own, and any other number some. */
START_TEST(reasons)
{
    static const uint32_t known[] = {LP_RC_CANCELLED,  LP_RC_VERSION,      LP_RC_UNKNOWN,
                                     LP_RC_STOPPING,   LP_RC_LU_NONE,      LP_RC_LU_DENIED,
                                     LP_RC_LU_UNKNOWN, LP_RC_MEMORY,       LP_RC_FAILURE_20,
                                     LP_RC_NOT_ITS_TP, LP_RC_MODE_UNKNOWN, LP_RC_PARTNER_UNKNOWN};
    const char *any = lp_reason(65535);
    ck_assert_ptr_nonnull(any);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        ck_assert_str_ne(lp_reason(known[i]), any);
        for (size_t k = 0; k < i; k++)
            ck_assert_str_ne(lp_reason(known[i]), lp_reason(known[k]));
    }
}
END_TEST

int main(void)
{
    int n = OCTETS_ROWS(messages);
    Suite *s = suite_create("lp");
    TCase *tc = tcase_create("every message");
    tcase_add_loop_test(tc, round_trip, 0, n);
    tcase_add_loop_test(tc, no_room, 0, n);
    tcase_add_loop_test(tc, truncated, 0, n);
    tcase_add_loop_test(tc, one_too_many, 0, n);
    tcase_add_loop_test(tc, other_type, 0, n);
    tcase_add_loop_test(tc, length_limits, 0, n);
    tcase_add_loop_test(tc, length_lies, 0, n);
    tcase_add_loop_test(tc, embedded_nul, 0, n);
    suite_add_tcase(s, tc);
    tc = tcase_create("octets");
    tcase_add_test(tc, encode_too_long);
    tcase_add_test(tc, known_octets);
    tcase_add_test(tc, type_numbers);
    tcase_add_test(tc, reasons);
    suite_add_tcase(s, tc);
    return octets_run(s);
}
