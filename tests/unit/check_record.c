#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/lu62/record.h"
#include "tests/unit/octets.h"

/* A stream of records as they come in, and what each form makes of them: pieces of the stream, one a
 * record. */
struct stream {
    size_t n;
    uint8_t v[80 * 1024];
};

struct result {
    size_t n_records, n; /* records that ended, octets in all */
    size_t ends[64];     /* where each record ends in V */
    bool bad, open;      /* stopped by a bad LL; something of a record is left */
    uint8_t v[80 * 1024];
};

static struct stream stream;
static struct result once, again;

static uint32_t seed;

/* Below N; the same numbers in every run. */
static size_t below(size_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return n ? (seed >> 8) % n : 0;
}

static void add(const void *p, size_t n)
{
    ck_assert_uint_le(stream.n + n, sizeof stream.v);
    if (n > 0)
        memcpy(stream.v + stream.n, p, n);
    stream.n += n;
}

static void add_hex(const char *hex)
{
    struct octets o = octets_of(hex);
    add(o.v, o.n);
}

/* N octets of data that say where they are. */
static void add_data(size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint8_t b = (uint8_t)(stream.n * 11 + 5);
        add(&b, 1);
    }
}

/* One record of N octets as a mapped program sends it. */
static void add_mapped(size_t n)
{
    struct record_heads h;
    unsigned k = record_mapped_heads(&h, n);
    for (unsigned i = 0; i < k; i++) {
        add(h.octets[i], i == 0 ? 4 : 2);
        add_data(h.data[i]);
    }
}

/* How much to give and to ask for next: the test's choice. */
typedef size_t piece(size_t most);

static size_t whole(size_t most)
{
    return most;
}

static size_t one(size_t most)
{
    (void)most;
    return 1;
}

static size_t any(size_t most)
{
    size_t n = below(3) ? below(9) : below(most + 1);
    return n;
}

/* Read the stream FROM its front, in pieces of IN, into buffers of OUT octets, checking each answer. */
static void take_all(enum record_form form, piece *in, piece *out, struct result *res)
{
    struct record_in r;
    size_t at = 0, avail = 0, idle = 0;
    record_in_init(&r);
    memset(res, 0, offsetof(struct result, v));
    while (at < stream.n || avail > 0) {
        size_t used, got, cap = out(stream.n + 8);
        if (avail == 0) {
            avail = in(stream.n - at);
            avail = avail < stream.n - at ? avail : stream.n - at;
        }
        uint8_t *src = octets_exact(stream.v + at, avail), *dst = malloc(cap);
        enum record_event ev = record_in_take(&r, form, src, avail, &used, dst, cap, &got);
        ck_assert_uint_le(used, avail);
        ck_assert_uint_le(got, cap);
        ck_assert_uint_le(res->n + got, sizeof res->v);
        if (got > 0)
            memcpy(res->v + res->n, dst, got);
        free(src);
        free(dst);
        res->n += got;
        at += used;
        avail -= used;
        switch (ev) {
        case RECORD_MORE:
            ck_assert_uint_eq(avail, 0);
            ck_assert_msg(got < cap || cap == 0, "output full and more asked for, behind %zu", at);
            break;
        case RECORD_FULL:
            ck_assert_uint_eq(got, cap);
            break;
        case RECORD_COMPLETE:
            ck_assert_int_ne(form, RECORD_STREAM);
            ck_assert_uint_lt(res->n_records, 64);
            res->ends[res->n_records++] = res->n;
            break;
        case RECORD_BAD:
            res->bad = true;
            ck_assert_int_eq(record_in_take(&r, form, stream.v, 0, &used, res->v, 0, &got), RECORD_BAD);
            ck_assert_uint_eq(used + got, 0);
            return;
        }
        idle = used || got ? 0 : idle + 1;
        ck_assert_uint_lt(idle, 1000);
    }
    res->open = r.in_record;
}

static void same_results(void)
{
    ck_assert_uint_eq(again.n_records, once.n_records);
    ck_assert_uint_eq(again.n, once.n);
    ck_assert_int_eq(again.bad, once.bad);
    ck_assert_int_eq(again.open, once.open);
    ck_assert_mem_eq(again.ends, once.ends, sizeof once.ends);
    ck_assert(memcmp(again.v, once.v, once.n) == 0);
}

/* ---- known streams ---- */

static const struct {
    enum record_form form;
    const char *in, *out; /* '/' in OUT: a record ends; at the end of it '-': one is open, '!': a bad LL */
} known[] = {
    {RECORD_MAPPED, "0004 12FF", "/"}, /* null record */
    {RECORD_MAPPED, "0004 12FF 0004 12FF 0005 12FF 41", "//41/"},
    {RECORD_MAPPED, "0007 12FF C1C2C3 0006 12FF D1D2", "C1C2C3/D1D2/"},
    {RECORD_MAPPED, "8006 12FF C1C2 8004 C3C4 0003 C5", "C1C2C3C4C5/"}, /* continued: one record */
    {RECORD_MAPPED, "8006 12FF C1C2 0002 0005 12FF C3", "C1C2/C3/"},    /* ... with nothing in its end */
    {RECORD_MAPPED, "8004 12FF 8002 8002 0003 C1", "C1/"},
    {RECORD_MAPPED, "8006 12FF C1C2", "C1C2-"},
    {RECORD_MAPPED, "0007 12FF C1", "C1-"},
    {RECORD_MAPPED, "0007 12", "-"},
    {RECORD_MAPPED, "00", "-"},
    {RECORD_MAPPED, "", ""},
    {RECORD_MAPPED, "0002 12FF", "!"}, /* no room for the ID */
    {RECORD_MAPPED, "0003 12FF", "!"},
    {RECORD_MAPPED, "0001 12FF", "!"},
    {RECORD_MAPPED, "0000 12FF", "!"},
    {RECORD_MAPPED, "8003 12FF", "!"},
    {RECORD_MAPPED, "0005 C112 FF", "!"}, /* not a GDS variable of ours */
    {RECORD_MAPPED, "0005 12FF C1 0004 0000", "C1/!"},
    {RECORD_MAPPED, "8005 12FF C1 0001", "C1!"}, /* the continuation's LL */
    {RECORD_MAPPED, "8005 12FF C1 8000", "C1!"},
    {RECORD_LL, "0002", "0002/"}, /* null record: the LL is there */
    {RECORD_LL, "0002 0002 0003 41", "0002/0002/000341/"},
    {RECORD_LL, "8003 C1 0003 C2", "8003C1/0003C2/"}, /* continuation is the program's business */
    {RECORD_LL, "0005 C1C2", "0005C1C2-"},
    {RECORD_LL, "00", "00-"},
    {RECORD_LL, "0000", "0000!"},
    {RECORD_LL, "0001", "0001!"},
    {RECORD_LL, "8000", "8000!"},
    {RECORD_LL, "8001", "8001!"},
    {RECORD_LL, "0003 C1 0001 C2", "0003C1/0001!"},
    {RECORD_STREAM, "0002 0003 41 8003 C2 0002", "0002000341 8003C20002"},
    {RECORD_STREAM, "0003 41 00", "00034100-"},
    {RECORD_STREAM, "0003 41 0001", "0003410001!"},
};

START_TEST(known_stream)
{
    char text[256] = "";
    size_t at = 0, t = 0;
    stream.n = 0;
    add_hex(known[_i].in);
    take_all(known[_i].form, whole, whole, &once);
    for (size_t r = 0; r <= once.n_records; r++) {
        size_t end = r < once.n_records ? once.ends[r] : once.n;
        for (; at < end; at++)
            t += (size_t)snprintf(text + t, sizeof text - t, "%02X", once.v[at]);
        if (r < once.n_records)
            text[t++] = '/';
    }
    text[t] = '\0';
    strcat(text, once.bad ? "!" : once.open ? "-" : "");
    char want[256];
    size_t w = 0;
    for (const char *p = known[_i].out; *p; p++)
        if (*p != ' ')
            want[w++] = *p;
    want[w] = '\0';
    ck_assert_str_eq(text, want);
    take_all(known[_i].form, one, one, &again); /* octet by octet it is the same */
    same_results();
}
END_TEST

/* ---- splitting ---- */

static void mixed_stream(enum record_form form)
{
    static const size_t sizes[] = {0, 1, 0, 0, 17, 2, 300, 0};
    stream.n = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint8_t ll[2] = {(uint8_t)((sizes[i] + 2) >> 8), (uint8_t)(sizes[i] + 2)};
        if (form == RECORD_MAPPED) {
            add_mapped(sizes[i]);
        } else {
            add(ll, 2);
            add_data(sizes[i]);
        }
    }
    add_hex(form == RECORD_MAPPED ? "8007 12FF C1C2C3 8002 8004 C4C5 0002 0007 12FF C1"
                                  : "8004 C1C2 0007 C1");
}

static size_t cut_at, cut_done;

/* The input in two pieces, cut at CUT_AT. */
static size_t two(size_t most)
{
    size_t n = cut_done ? most : cut_at;
    cut_done = 1;
    return n;
}

static size_t out_cap;

static size_t fixed(size_t most)
{
    (void)most;
    return out_cap;
}

START_TEST(split_input)
{
    enum record_form form = (enum record_form)_i;
    mixed_stream(form);
    take_all(form, whole, whole, &once);
    ck_assert(!once.bad && once.open);
    for (cut_at = 1; cut_at < stream.n; cut_at++) {
        cut_done = 0;
        take_all(form, two, whole, &again);
        same_results();
    }
}
END_TEST

START_TEST(split_output)
{
    enum record_form form = (enum record_form)_i;
    mixed_stream(form);
    take_all(form, whole, whole, &once);
    for (out_cap = 1; out_cap < once.n + 2; out_cap++) {
        take_all(form, whole, fixed, &again);
        same_results();
        take_all(form, one, fixed, &again);
        same_results();
    }
}
END_TEST

/* Both at once, anyhow, with requested lengths of 0 among them. */
START_TEST(split_any)
{
    enum record_form form = (enum record_form)_i;
    mixed_stream(form);
    take_all(form, whole, whole, &once);
    seed = 5 + (uint32_t)_i;
    for (int run = 0; run < 300; run++) {
        take_all(form, any, any, &again);
        same_results();
    }
}
END_TEST

/* The largest that a program can send, and the sizes around the limit of one LL. */
START_TEST(continued)
{
    static const size_t sizes[] = {32762, 32763, 32764, 32765, 32767};
    size_t n = sizes[_i];
    stream.n = 0;
    add_mapped(n);
    add_mapped(1);
    ck_assert_uint_eq(stream.n, n + 4 + 5 + (n > RECORD_DATA_MAX ? 2 : 0));
    take_all(RECORD_MAPPED, whole, whole, &once);
    ck_assert_uint_eq(once.n_records, 2);
    ck_assert_uint_eq(once.ends[0], n);
    ck_assert(memcmp(once.v, stream.v + 4, n < RECORD_DATA_MAX ? n : RECORD_DATA_MAX) == 0);
    for (out_cap = 32750; out_cap <= 32770; out_cap++) {
        take_all(RECORD_MAPPED, whole, fixed, &again);
        same_results();
    }
    seed = 9 + (uint32_t)_i;
    for (int run = 0; run < 20; run++) {
        take_all(RECORD_MAPPED, any, any, &again);
        same_results();
    }
}
END_TEST

/* ---- requested lengths ---- */

/* One call: what comes of it [HIS: Receive; HIS: Errors]. */
static const struct {
    enum record_form form;
    const char *in;
    size_t cap;
    enum record_event ev;
    size_t used, got;
} calls[] = {
    {RECORD_MAPPED, "0005 12FF C1", 0, RECORD_FULL, 4, 0},       /* data waiting */
    {RECORD_MAPPED, "0004 12FF", 0, RECORD_COMPLETE, 4, 0},      /* null record waiting */
    {RECORD_MAPPED, "0004 12", 0, RECORD_MORE, 3, 0},            /* not known yet */
    {RECORD_MAPPED, "0006 12FF C1C2", 2, RECORD_COMPLETE, 6, 2}, /* fits exactly: COMPLETE, not INCOMPLETE */
    {RECORD_MAPPED, "0007 12FF C1C2C3", 2, RECORD_FULL, 6, 2},
    {RECORD_MAPPED, "0007 12FF C1C2", 2, RECORD_FULL, 6, 2},
    {RECORD_MAPPED, "8006 12FF C1C2 0002", 2, RECORD_COMPLETE, 8, 2},
    {RECORD_MAPPED, "8006 12FF C1C2 0003 C3", 2, RECORD_FULL, 8, 2},
    {RECORD_MAPPED, "8006 12FF C1C2", 2, RECORD_FULL, 6, 2}, /* no waiting for what does not fit */
    {RECORD_MAPPED, "8006 12FF C1C2 00", 2, RECORD_FULL, 7, 2},
    {RECORD_MAPPED, "8004 12FF", 0, RECORD_MORE, 4, 0}, /* may yet be a null record */
    {RECORD_MAPPED, "0007 12FF C1C2", 10, RECORD_MORE, 6, 2},
    {RECORD_MAPPED, "", 10, RECORD_MORE, 0, 0},
    {RECORD_LL, "0003 C1", 0, RECORD_FULL, 0, 0},
    {RECORD_LL, "0002", 0, RECORD_FULL, 0, 0}, /* the LL itself does not fit */
    {RECORD_LL, "", 0, RECORD_MORE, 0, 0},
    {RECORD_LL, "00", 1, RECORD_FULL, 1, 1}, /* half an LL fills the buffer */
    {RECORD_LL, "0003", 1, RECORD_FULL, 1, 1},
    {RECORD_LL, "0003", 2, RECORD_FULL, 2, 2},
    {RECORD_LL, "0002", 2, RECORD_COMPLETE, 2, 2},
    {RECORD_LL, "0003 C1", 3, RECORD_COMPLETE, 3, 3},
    {RECORD_LL, "0003 C1 00", 9, RECORD_COMPLETE, 3, 3},
    {RECORD_STREAM, "0003 C1", 0, RECORD_FULL, 0, 0},
    {RECORD_STREAM, "", 0, RECORD_MORE, 0, 0},
    {RECORD_STREAM, "00", 1, RECORD_FULL, 1, 1},
    {RECORD_STREAM, "0002", 2, RECORD_FULL, 2, 2},
    {RECORD_STREAM, "0003 C1 00", 4, RECORD_FULL, 4, 4}, /* the last octet begins another LL */
    {RECORD_STREAM, "0003 C1 0003 C2", 5, RECORD_FULL, 5, 5},
    {RECORD_STREAM, "0003 C1 0003 C2", 6, RECORD_FULL, 6, 6},
    {RECORD_STREAM, "0003 C1 0003 C2", 7, RECORD_MORE, 6, 6},
    {RECORD_STREAM, "0003 C1 0003 C2", 2, RECORD_FULL, 2, 2},
};

START_TEST(call)
{
    struct octets o = octets_of(calls[_i].in);
    uint8_t *in = octets_exact(o.v, o.n), *out = malloc(calls[_i].cap);
    struct record_in r;
    size_t used = 99, got = 99;
    record_in_init(&r);
    enum record_event ev = record_in_take(&r, calls[_i].form, in, o.n, &used, out, calls[_i].cap, &got);
    ck_assert_int_eq(ev, calls[_i].ev);
    ck_assert_uint_eq(used, calls[_i].used);
    ck_assert_uint_eq(got, calls[_i].got);
    free(in);
    free(out);
}
END_TEST

/* A program may change the fill between two calls, also inside a record. */
START_TEST(form_changes)
{
    struct octets o = octets_of("0005 C1C2C3 0002 0003 C4");
    uint8_t out[16];
    size_t used, got, at = 0;
    struct record_in r;
    record_in_init(&r);
    ck_assert_int_eq(record_in_take(&r, RECORD_STREAM, o.v, o.n, &used, out, 3, &got), RECORD_FULL);
    at += used;
    ck_assert_int_eq(record_in_take(&r, RECORD_LL, o.v + at, o.n - at, &used, out, 16, &got),
                     RECORD_COMPLETE);
    ck_assert_uint_eq(got, 2); /* the rest of the record */
    at += used;
    ck_assert_int_eq(record_in_take(&r, RECORD_STREAM, o.v + at, o.n - at, &used, out, 1, &got), RECORD_FULL);
    at += used;
    ck_assert_int_eq(record_in_take(&r, RECORD_LL, o.v + at, o.n - at, &used, out, 16, &got),
                     RECORD_COMPLETE);
    ck_assert_uint_eq(got, 1); /* the other half of an LL */
    at += used;
    ck_assert_int_eq(record_in_take(&r, RECORD_LL, o.v + at, o.n - at, &used, out, 16, &got),
                     RECORD_COMPLETE);
    ck_assert_uint_eq(at + used, o.n);
}
END_TEST

/* ---- what a basic program sends ---- */

static const struct {
    const char *sent;
    int result;
    bool open; /* afterwards */
} scans[] = {
    {"", 0, false},           {"0002", 0, false},         {"00", 0, true},
    {"0003", 0, true},        {"0003 41", 0, false},      {"0003 41 0002", 0, false},
    {"0003 41 00", 0, true},  {"0006 C1C2", 0, true},     {"8002", 0, false},
    {"8003 C1", 0, false},    {"8003 C1 0002", 0, false}, {"FFFF", 0, true},
    {"7FFF", 0, true},        {"0000", -1, false},        {"0001", -1, false},
    {"8000", -1, false},      {"8001", -1, false},        {"0003 41 0001", -1, false},
    {"0002 8000", -1, false},
};

START_TEST(scan)
{
    struct octets o = octets_of(scans[_i].sent);
    uint8_t *p = octets_exact(o.v, o.n);
    struct record_out r = {.left = 0}, zero = {.left = 0};
    ck_assert_int_eq(record_out_scan(&r, p, o.n), scans[_i].result);
    ck_assert_int_eq(record_out_open(&r), scans[_i].open);
    if (scans[_i].result < 0)
        ck_assert_mem_eq(&r, &zero, sizeof r); /* as it was */
    free(p);
}
END_TEST

/* In any pieces, also cut inside an LL, the program stands where it stands; and a bad LL is refused by the
 * piece that completes it, which changes nothing. */
START_TEST(scan_split)
{
    struct octets o = octets_of(scans[_i].sent);
    for (size_t cut = 0; cut <= o.n; cut++) {
        struct record_out r = {.left = 0};
        int first = record_out_scan(&r, o.v, cut);
        struct record_out before = r;
        int second = first < 0 ? first : record_out_scan(&r, o.v + cut, o.n - cut);
        ck_assert_int_eq(second, scans[_i].result);
        if (second < 0)
            ck_assert_mem_eq(&r, &before, sizeof r);
        else
            ck_assert_int_eq(record_out_open(&r), scans[_i].open);
    }
}
END_TEST

START_TEST(scan_long)
{
    struct record_out r = {.left = 0};
    static const uint8_t ll[2] = {0x7F, 0xFF};
    ck_assert_int_eq(record_out_scan(&r, ll, 2), 0);
    ck_assert_uint_eq(r.left, RECORD_LL_MAX - 2);
    ck_assert_int_eq(record_out_scan(&r, stream.v, RECORD_LL_MAX - 3), 0);
    ck_assert(record_out_open(&r));
    ck_assert_int_eq(record_out_scan(&r, stream.v, 1), 0);
    ck_assert(!record_out_open(&r));
}
END_TEST

/* What may be sent may be received: the two machines agree about every LL. */
START_TEST(scan_agrees)
{
    for (unsigned ll = 0; ll <= 0xFFFF; ll++) {
        uint8_t head[2] = {(uint8_t)(ll >> 8), (uint8_t)ll}, out[2];
        size_t used, got;
        struct record_out o = {.left = 0};
        struct record_in i;
        record_in_init(&i);
        int sent = record_out_scan(&o, head, 2);
        enum record_event ev = record_in_take(&i, RECORD_LL, head, 2, &used, out, 2, &got);
        ck_assert_int_eq(sent < 0, ev == RECORD_BAD);
        if (sent == 0) {
            ck_assert_uint_eq(o.left, i.left);
            ck_assert_int_eq(record_out_open(&o), ev != RECORD_COMPLETE);
        }
    }
}
END_TEST

/* ---- mapped headers ---- */

static const struct {
    size_t n;
    const char *first, *second, *third; /* NULL: there is none */
    size_t data[3];
} heads[] = {
    {0, "0004 12FF", NULL, NULL, {0}},
    {1, "0005 12FF", NULL, NULL, {1}},
    {252, "0100 12FF", NULL, NULL, {252}},
    {32762, "7FFE 12FF", NULL, NULL, {32762}},
    {32763, "7FFF 12FF", NULL, NULL, {32763}},
    {32764, "FFFF 12FF", "0003", NULL, {32763, 1}},
    {32765, "FFFF 12FF", "0004", NULL, {32763, 2}},
    {32767, "FFFF 12FF", "0006", NULL, {32763, 4}},
    {65528, "FFFF 12FF", "7FFF", NULL, {32763, 32765}},
    {65529, "FFFF 12FF", "FFFF", "0003", {32763, 32765, 1}},
    {65535, "FFFF 12FF", "FFFF", "0009", {32763, 32765, 7}},
};

/* Whatever record_in_whole says is what record_in_take would do: each LL, right and wrong IDs, cut off
 * anywhere. */
START_TEST(at_once)
{
    static const uint8_t ids[] = {0x12, 0x11, 0};
    unsigned wholes = 0;
    for (unsigned ll = 0; ll <= 0xFFFF; ll += ll < 20 || (ll >= 0x7FF0 && ll < 0x8020) ? 1 : 97)
        for (size_t n = 0; n <= 24; n++) {
            uint8_t in[24] = {(uint8_t)(ll >> 8), (uint8_t)ll, ids[_i], 0xFF, 1, 2, 3, 4, 5}, out[24];
            uint8_t *exact = octets_exact(in, n);
            struct record_in r, before;
            const uint8_t *data = NULL;
            size_t data_n = 0, used = 0, got = 0;
            record_in_init(&r);
            before = r;
            size_t all = record_in_whole(&r, exact, n, &data, &data_n);
            ck_assert_mem_eq(&r, &before, sizeof r);
            enum record_event ev = record_in_take(&r, RECORD_MAPPED, exact, n, &used, out, sizeof out, &got);
            ck_assert_int_eq(all > 0, ev == RECORD_COMPLETE);
            if (all > 0) {
                ck_assert_uint_eq(all, used);
                ck_assert_uint_eq(data_n, got);
                ck_assert_mem_eq(data, out, got);
                wholes++;
            }
            free(exact);
        }
    ck_assert_int_eq(wholes > 0, _i == 0);
}
END_TEST

/* Within a record there is none that begins. */
START_TEST(at_once_later)
{
    const uint8_t in[] = {0, 6, 0x12, 0xFF, 1, 2};
    const uint8_t *data;
    for (size_t n = 1; n < sizeof in; n++) {
        struct record_in r;
        uint8_t out[8];
        size_t used, got;
        record_in_init(&r);
        ck_assert_int_eq(record_in_take(&r, RECORD_MAPPED, in, n, &used, out, sizeof out, &got), RECORD_MORE);
        ck_assert_uint_eq(record_in_whole(&r, in, sizeof in, &data, &got), 0);
    }
}
END_TEST

START_TEST(mapped_head)
{
    const char *const text[] = {heads[_i].first, heads[_i].second, heads[_i].third};
    struct record_heads h;
    unsigned n = record_mapped_heads(&h, heads[_i].n);
    for (unsigned i = 0; i < n; i++) {
        ck_assert_ptr_nonnull(text[i]);
        ck_assert_mem_eq(h.octets[i], octets_of(text[i]).v, i == 0 ? 4 : 2);
        ck_assert_uint_eq(h.data[i], heads[_i].data[i]);
    }
    ck_assert(n == RECORD_LLS || !text[n]);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("record");
    TCase *tc = tcase_create("received");
    tcase_add_loop_test(tc, known_stream, 0, OCTETS_ROWS(known));
    tcase_add_loop_test(tc, call, 0, OCTETS_ROWS(calls));
    tcase_add_test(tc, form_changes);
    suite_add_tcase(s, tc);
    tc = tcase_create("splitting");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, split_input, RECORD_MAPPED, RECORD_STREAM + 1);
    tcase_add_loop_test(tc, split_output, RECORD_MAPPED, RECORD_STREAM + 1);
    tcase_add_loop_test(tc, split_any, RECORD_MAPPED, RECORD_STREAM + 1);
    tcase_add_loop_test(tc, continued, 0, 5);
    suite_add_tcase(s, tc);
    tc = tcase_create("sent");
    tcase_add_loop_test(tc, scan, 0, OCTETS_ROWS(scans));
    tcase_add_loop_test(tc, scan_split, 0, OCTETS_ROWS(scans));
    tcase_add_test(tc, scan_long);
    tcase_add_test(tc, scan_agrees);
    tcase_add_loop_test(tc, at_once, 0, 3);
    tcase_add_test(tc, at_once_later);
    tcase_add_loop_test(tc, mapped_head, 0, OCTETS_ROWS(heads));
    suite_add_tcase(s, tc);
    return octets_run(s);
}
