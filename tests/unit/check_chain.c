#include <string.h>

#include "snanode/lu62/chain.h"
#include "snanode/lu62/record.h"
#include "snanode/wire/fmh7.h"
#include "snanode/wire/sense.h"
#include "tests/unit/octets.h"

#define MAX_DATA 65535 /* the most that one call of a program can send */

static uint8_t data[2 * MAX_DATA]; /* no octet repeats its neighbour's value */
static uint8_t gathered[4 * MAX_DATA];
static struct chain_frame frames[CHAIN_FRAMES];

static void setup(void)
{
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 7 + i / 251);
}

/* A chain whose buffer is exactly as long as it has to be. */
static struct chain chain_of(uint32_t max_ru, bool begun)
{
    struct chain c;
    uint8_t *buf = malloc(max_ru);
    ck_assert_ptr_nonnull(buf);
    chain_init(&c, buf, max_ru, begun);
    return c;
}

/* Copy the RU of frame F to OUT; returns its size, which the frame has to know as well. */
static size_t gather(const struct chain_frame *f, uint8_t *out)
{
    size_t n = 0;
    ck_assert_uint_le(f->n_segs, CHAIN_SEGS);
    for (unsigned i = 0; i < f->n_segs; i++) {
        ck_assert_uint_gt(f->segs[i].n, 0); /* a piece of nothing is no piece */
        memcpy(out + n, f->segs[i].p, f->segs[i].n);
        n += f->segs[i].n;
    }
    ck_assert_uint_eq(n, f->ru_n);
    return n;
}

static void check_header(const struct chain_frame *f, const char *hex)
{
    struct octets o = octets_of(hex);
    ck_assert_uint_eq(o.n, FRAME_HDR);
    ck_assert_msg(memcmp(f->hdr, o.v, FRAME_HDR) == 0, "header %02x %02x%02x%02x, not %s", f->hdr[0],
                  f->hdr[1], f->hdr[2], f->hdr[3], hex);
}

/* ---- one call in every situation ---- */

enum situation { FIRST, BETWEEN, OPEN, SITUATIONS };

static struct chain chain_in(enum situation s, uint32_t max_ru)
{
    struct chain c = chain_of(max_ru, s != FIRST);
    if (s == OPEN) {
        struct seg in = {data, 1};
        ck_assert_uint_eq(chain_put(&c, &in, 1, CHAIN_FLUSH, frames), 1);
        chain_done(&c);
    }
    return c;
}

/* By [Formats: RH]: the last (or only) frame with data in it, flag octet and RH.  BC is on unless the
 * chain is open, BB only in the first frame of all. */
static const char *const last_rh[CHAIN_END_N][SITUATIONS] = {
    [CHAIN_FLUSH] = {"00 029080", "00 029000", "00 009000"},
    [CHAIN_TURN] = {"00 0390A0", "00 039020", "00 019020"},
    [CHAIN_CONFIRM] = {"00 032080", "00 032000", "00 012000"},
    [CHAIN_CONFIRM_TURN] = {"00 0320A0", "00 032020", "00 012020"},
    [CHAIN_DEALLOCATE] = {"00 039081", "00 039001", "00 019001"},
    [CHAIN_CONFIRM_DEALLOCATE] = {"00 032081", "00 032001", "00 012001"},
};

/* The same with frames of the chain in front of it. */
static const char *const more_rh[CHAIN_END_N] = {
    [CHAIN_FLUSH] = "00 009000",      [CHAIN_TURN] = "00 019020",
    [CHAIN_CONFIRM] = "00 012000",    [CHAIN_CONFIRM_TURN] = "00 012020",
    [CHAIN_DEALLOCATE] = "00 019001", [CHAIN_CONFIRM_DEALLOCATE] = "00 012001",
};

/* With nothing to send: the first frame stands for the Attach, a new chain is an LUSTAT, an open one is ended
 * by an RH alone; a flush of nothing is nothing. */
static const char *const empty_rh[CHAIN_END_N][SITUATIONS] = {
    [CHAIN_FLUSH] = {"00 029080", NULL, NULL},
    [CHAIN_TURN] = {"00 0390A0", "00 4B9020", "00 019020"},
    [CHAIN_CONFIRM] = {"00 032080", "00 4B2000", "00 012000"},
    [CHAIN_CONFIRM_TURN] = {"00 0320A0", "00 4B2020", "00 012020"},
    [CHAIN_DEALLOCATE] = {"00 039081", "00 4B9001", "00 019001"},
    [CHAIN_CONFIRM_DEALLOCATE] = {"00 032081", "00 4B2001", "00 012001"},
};

static const char *const full_rh[SITUATIONS] = {"00 029080", "00 029000", "00 009000"};

enum { RU = 256 };
static const size_t sizes[] = {0, 1, 255, 256, 257, 511, 512, 513, 1024, 20 * RU - 1, 20 * RU, 20 * RU + 1};

/* What is known of the frames without the code: how many, how long, which header. */
static void check_frames(const struct chain_frame *f, unsigned n_frames, size_t n, enum chain_end end,
                         enum situation s)
{
    unsigned full = n == 0 ? 0 : (unsigned)((n - 1) / RU); /* frames in front of the last */
    uint8_t ru[RU];
    bool more = end == CHAIN_MORE;
    ck_assert_uint_eq(n_frames, full + (more || (n == 0 && !empty_rh[end][s]) ? 0 : 1));
    for (unsigned i = 0; i < full; i++) {
        check_header(&f[i], i == 0 ? full_rh[s] : "00 009000");
        ck_assert_uint_eq(gather(&f[i], ru), RU);
        ck_assert_mem_eq(ru, data + i * RU, RU);
    }
    if (n_frames == full)
        return;
    const char *rh = n == 0 ? empty_rh[end][s] : full > 0 ? more_rh[end] : last_rh[end][s];
    check_header(&f[full], rh);
    size_t k = gather(&f[full], ru);
    if (n == 0 && s == BETWEEN) {
        ck_assert_uint_eq(k, 5);
        ck_assert_mem_eq(ru, "\x04\x00\x06\x00\x00", 5); /* [Q172484] */
    } else {
        ck_assert_uint_eq(k, n - full * RU);
        ck_assert(memcmp(ru, data + full * RU, k) == 0);
    }
}

START_TEST(each_end)
{
    enum chain_end end = (enum chain_end)(_i % CHAIN_END_N);
    enum situation s = (enum situation)(_i / CHAIN_END_N);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct chain c = chain_in(s, RU);
        struct seg in = {data, sizes[i]};
        unsigned n = chain_put(&c, &in, 1, end, frames);
        check_frames(frames, n, sizes[i], end, s);
        chain_done(&c);
        if (end != CHAIN_MORE)
            ck_assert_uint_eq(c.n, 0);
        if (end > CHAIN_FLUSH) {
            ck_assert(!c.open); /* and what comes next begins a chain, without BB */
            ck_assert_uint_eq(chain_put(&c, &in, 0, CHAIN_TURN, frames), 1);
            check_header(&frames[0], "00 4B9020");
        }
        free(c.buf);
    }
}
END_TEST

/* The same with the data put in before, and nothing but the end in the call that sends it. */
START_TEST(end_alone)
{
    enum chain_end end = (enum chain_end)(1 + _i % (CHAIN_END_N - 1));
    enum situation s = (enum situation)(_i / (CHAIN_END_N - 1));
    for (size_t n = 0; n <= RU; n += n == 1 ? RU - 2 : 1) {
        struct chain c = chain_in(s, RU);
        struct seg in = {data, n};
        ck_assert_uint_eq(chain_put(&c, &in, 1, CHAIN_MORE, frames), 0);
        chain_done(&c);
        ck_assert_uint_eq(c.n, n);
        unsigned k = n % 2 == 1 ? chain_held(&c, end, frames) : chain_put(&c, NULL, 0, end, frames);
        check_frames(frames, k, n, end, s);
        chain_done(&c);
        ck_assert_uint_eq(c.n, 0);
        free(c.buf);
    }
}
END_TEST

/* chain_room is chain_put without frames, and does nothing when there would be one. */
START_TEST(room)
{
    enum situation s = (enum situation)_i;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct chain put = chain_in(s, RU), held = chain_in(s, RU);
        struct seg in = {data, sizes[i]};
        unsigned n = chain_put(&put, &in, 1, CHAIN_MORE, frames);
        size_t before = held.n;
        chain_done(&put);
        uint8_t *p = chain_room(&held, sizes[i]);
        ck_assert_int_eq(p != NULL, n == 0);
        if (p)
            memcpy(p, data, sizes[i]);
        ck_assert_uint_eq(held.n, n == 0 ? put.n : before);
        if (n == 0 && put.n > 0)
            ck_assert_mem_eq(held.buf, put.buf, put.n);
        ck_assert(held.begun == (s != FIRST) && held.open == (s == OPEN));
        free(put.buf);
        free(held.buf);
    }
}
END_TEST

START_TEST(room_for_frames)
{
    enum chain_end end = (enum chain_end)(_i % CHAIN_END_N);
    enum situation s = (enum situation)(_i / CHAIN_END_N);
    for (size_t n = 0; n <= 4 * RU; n++) {
        struct chain c = chain_in(s, RU);
        struct seg in = {data, n};
        size_t most = chain_frames_max(&c, &in, 1);
        unsigned made = chain_put(&c, &in, 1, end, frames);
        ck_assert_uint_le(made, most);
        ck_assert_uint_le(most, made + (size_t)2); /* a full buffer waits */
        free(c.buf);
    }
}
END_TEST

/* Nothing, in every way a caller may say it. */
START_TEST(nothing)
{
    struct chain c = chain_of(RU, true);
    struct seg none = {NULL, 0};
    ck_assert_uint_eq(chain_put(&c, NULL, 0, CHAIN_MORE, frames), 0);
    chain_done(&c);
    ck_assert_uint_eq(chain_put(&c, NULL, 0, CHAIN_FLUSH, frames), 0);
    chain_done(&c);
    ck_assert_uint_eq(chain_put(&c, &none, 1, CHAIN_FLUSH, frames), 0);
    chain_done(&c);
    ck_assert_uint_eq(chain_put(&c, &none, 1, CHAIN_CONFIRM, frames), 1);
    check_header(&frames[0], "00 4B2000");
    chain_done(&c);
    chain_done(&c); /* once more does no harm */
    ck_assert_uint_eq(c.n, 0);
    free(c.buf);
}
END_TEST

/* Pieces of nothing between pieces of something. */
START_TEST(empty_pieces)
{
    struct chain c = chain_of(RU, true);
    struct seg in[CHAIN_IN_MAX] = {{NULL, 0}, {data, 10}, {NULL, 0}, {data + 10, RU}, {NULL, 0}};
    uint8_t ru[RU];
    ck_assert_uint_eq(chain_put(&c, in, CHAIN_IN_MAX, CHAIN_MORE, frames), 1);
    ck_assert_uint_eq(gather(&frames[0], ru), RU);
    ck_assert_mem_eq(ru, data, RU);
    chain_done(&c);
    ck_assert_uint_eq(c.n, 10);
    ck_assert_mem_eq(c.buf, data + RU, 10);
    free(c.buf);
}
END_TEST

/* What waits in the buffer leads the next frame; a full buffer alone does not leave. */
START_TEST(data_left)
{
    struct chain c = chain_of(RU, true);
    struct seg in[2] = {{data, 100}, {data + 100, RU - 100}};
    uint8_t ru[RU];
    ck_assert_uint_eq(chain_put(&c, in, 1, CHAIN_MORE, frames), 0);
    chain_done(&c);
    ck_assert_uint_eq(chain_put(&c, in + 1, 1, CHAIN_MORE, frames), 0); /* it may be the last one yet */
    chain_done(&c);
    ck_assert_uint_eq(c.n, RU);
    in[0] = (struct seg){data + RU, 1};
    ck_assert_uint_eq(chain_put(&c, in, 1, CHAIN_MORE, frames), 1);
    check_header(&frames[0], "00 029000");
    ck_assert_uint_eq(gather(&frames[0], ru), RU);
    ck_assert_mem_eq(ru, data, RU);
    chain_done(&c);
    ck_assert_uint_eq(c.n, 1);
    ck_assert_uint_eq(chain_put(&c, NULL, 0, CHAIN_CONFIRM, frames), 1);
    check_header(&frames[0], "00 012000");
    ck_assert_uint_eq(gather(&frames[0], ru), 1);
    ck_assert_uint_eq(ru[0], data[RU]);
    free(c.buf);
}
END_TEST

START_TEST(drop)
{
    struct chain c = chain_of(RU, true);
    struct seg in = {data, 100};
    ck_assert_uint_eq(chain_put(&c, &in, 1, CHAIN_MORE, frames), 0);
    chain_drop(&c); /* before and after it was copied */
    chain_done(&c);
    ck_assert_uint_eq(c.n, 0);
    ck_assert_uint_eq(chain_put(&c, &in, 1, CHAIN_MORE, frames), 0);
    chain_done(&c);
    chain_drop(&c);
    ck_assert_uint_eq(chain_put(&c, NULL, 0, CHAIN_FLUSH, frames), 0);
    free(c.buf);
}
END_TEST

/* ---- properties ---- */

static uint32_t seed;

/* Below N; the same numbers in every run. */
static size_t below(size_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return n ? (seed >> 8) % n : 0;
}

/* Sizes that matter: none, few, about an RU, anything. */
static size_t some_size(uint32_t max_ru, size_t most)
{
    size_t n = 0;
    switch (below(4)) {
    case 0:
        n = below(3);
        break;
    case 1:
        n = max_ru - 1 + below(3);
        break;
    case 2:
        n = below(2 * (size_t)max_ru);
        break;
    default:
        n = below(most);
    }
    return n < most ? n : most;
}

/* Follow what was put and what left: RUs together are the input, none is too long, BC and EC take turns. */
struct follow {
    size_t put, left; /* octets in, octets out */
    bool begun, open;
};

static void follow_frames(struct follow *f, unsigned n, uint32_t max_ru)
{
    ck_assert_uint_le(n, CHAIN_FRAMES);
    for (unsigned i = 0; i < n; i++) {
        struct rh rh;
        ck_assert_int_eq(rh_decode(frames[i].hdr + 1, RH_LEN, &rh, NULL), RH_LEN);
        ck_assert_uint_eq(frames[i].hdr[0], 0);
        ck_assert_uint_eq(rh.bbi, !f->begun);
        ck_assert_uint_eq(rh.bci, !f->open);
        if (rh.bbi)
            rh.fi = true; /* the FMH-5 is put in front by another */
        ck_assert_uint_eq(rh_check_request(&rh), 0);
        f->begun = true;
        f->open = !rh.eci;
        ck_assert_uint_le(frames[i].ru_n, max_ru);
        size_t k = gather(&frames[i], gathered);
        if (rh.category == RH_DFC)
            continue;
        ck_assert_msg(k == 0 || memcmp(gathered, data + f->left, k) == 0, "octets differ behind %zu",
                      f->left);
        f->left += k;
    }
}

static const uint32_t ru_sizes[] = {256, 257, 512, 1024, 1920, 4096, 32767, 65535};

/* Random pieces, random ends, until the data are all sent. */
START_TEST(random_splits)
{
    uint32_t max_ru = ru_sizes[_i];
    seed = 62 + (uint32_t)_i;
    for (int run = 0; run < 200; run++) {
        struct follow f = {.begun = below(2)};
        struct chain c = chain_of(max_ru, f.begun);
        while (f.put < sizeof data) {
            struct seg in[CHAIN_IN_MAX];
            unsigned n_in = (unsigned)below(CHAIN_IN_MAX + 1);
            size_t left = sizeof data - f.put < MAX_DATA ? sizeof data - f.put : MAX_DATA;
            for (unsigned i = 0; i < n_in; i++) {
                in[i] = (struct seg){data + f.put, some_size(max_ru, left)};
                f.put += in[i].n;
                left -= in[i].n;
            }
            enum chain_end end = below(3) ? CHAIN_MORE : (enum chain_end)below(CHAIN_END_N);
            follow_frames(&f, chain_put(&c, in, n_in, end, frames), max_ru);
            chain_done(&c);
            ck_assert_uint_eq(f.left + c.n, f.put);
            ck_assert_uint_le(c.n, max_ru);
        }
        follow_frames(&f, chain_put(&c, NULL, 0, CHAIN_DEALLOCATE, frames), max_ru);
        ck_assert_uint_eq(f.left, f.put);
        ck_assert(!f.open);
        free(c.buf);
    }
}
END_TEST

/* The most that one call can give: a record of three LLs on top of a full buffer, in the smallest RUs. */
START_TEST(most_frames)
{
    uint8_t out[RU];
    size_t total = 0, at = 0;
    struct record_heads h;
    struct seg fill = {data, RU}, in[RECORD_MAPPED_PIECES];
    struct chain c = chain_of(RU, true);
    ck_assert_uint_eq(record_mapped_heads(&h, MAX_DATA), RECORD_LLS);
    for (unsigned i = 0; i < RECORD_LLS; i++) {
        in[2 * i] = (struct seg){h.octets[i], i == 0 ? 4 : 2};
        in[2 * i + 1] = (struct seg){data + at, h.data[i]};
        at += h.data[i];
    }
    ck_assert_uint_eq(chain_put(&c, &fill, 1, CHAIN_MORE, frames), 0);
    chain_done(&c);
    unsigned n = chain_put(&c, in, RECORD_MAPPED_PIECES, CHAIN_CONFIRM, frames);
    ck_assert_uint_eq(n, (RU + 8 + MAX_DATA + RU - 1) / RU);
    ck_assert_uint_le(n, CHAIN_FRAMES);
    for (unsigned i = 0; i < n; i++)
        total += gather(&frames[i], out);
    ck_assert_uint_eq(total, RU + 8 + MAX_DATA);
    free(c.buf);
}
END_TEST

/* ---- the other frames ---- */

START_TEST(errors)
{
    static const char *const rh[2][SITUATIONS] = {
        {"00 0A9080", "00 0A9000", "00 089000"}, /* the chain goes on, RQE1 */
        {"00 0B8081", "00 0B8001", "00 098001"}, /* abend: RQD1, CEB */
    };
    enum situation s = (enum situation)(_i / 2);
    bool last = _i % 2;
    uint8_t fmh7[FMH7_MAX], ru[FMH7_MAX];
    ssize_t n = fmh7_encode(last ? SENSE_ABEND_PROG : SENSE_PROG_ERROR, data, 100, fmh7, sizeof fmh7);
    ck_assert_int_gt((int)n, 0);
    struct chain c = chain_in(s, RU);
    chain_error(&c, fmh7, (size_t)n, last, &frames[0]);
    check_header(&frames[0], rh[last][s]);
    ck_assert_uint_eq(gather(&frames[0], ru), (size_t)n);
    ck_assert_mem_eq(ru, fmh7, (size_t)n);
    ck_assert_uint_eq(c.open, !last);
    ck_assert(c.begun);
    if (!last) { /* data behind it are in the same chain */
        struct seg in = {data, 1};
        ck_assert_uint_eq(chain_put(&c, &in, 1, CHAIN_TURN, frames), 1);
        check_header(&frames[0], "00 019020");
    }
    free(c.buf);
}
END_TEST

START_TEST(responses)
{
    static const char *const rh[4] = {"00 830000", "00 838000", "00 832000", "00 83A000"};
    uint8_t ru[4];
    memset(&frames[0], 0xff, sizeof frames[0]);
    frame_response(&frames[0], _i & 1, _i & 2);
    check_header(&frames[0], rh[_i]);
    ck_assert_uint_eq(gather(&frames[0], ru), 0);
}
END_TEST

START_TEST(reject)
{
    uint8_t ru[4], out[4];
    memset(&frames[0], 0xff, sizeof frames[0]);
    frame_reject(&frames[0], 0x08461234, ru);
    check_header(&frames[0], "00 879000");
    ck_assert_uint_eq(gather(&frames[0], out), 4);
    ck_assert_mem_eq(out, "\x08\x46\x12\x34", 4);
}
END_TEST

START_TEST(signal_frame)
{
    uint8_t ru[5], out[5];
    memset(&frames[0], 0xff, sizeof frames[0]);
    frame_signal(&frames[0], ru);
    check_header(&frames[0], "01 4B8000");
    ck_assert_uint_eq(gather(&frames[0], out), 5);
    ck_assert_mem_eq(out, "\xC9\x00\x01\x00\x01", 5);
}
END_TEST

START_TEST(unbind_frame)
{
    uint8_t ru[6], out[6];
    memset(&frames[0], 0xff, sizeof frames[0]);
    frame_unbind(&frames[0], 0x08640001, ru);
    check_header(&frames[0], "01 6B8000");
    ck_assert_uint_eq(gather(&frames[0], out), 6);
    ck_assert_mem_eq(out, "\x32\xFE\x08\x64\x00\x01", 6);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("chain");
    TCase *tc = tcase_create("ends");
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_loop_test(tc, each_end, 0, CHAIN_END_N * SITUATIONS);
    tcase_add_loop_test(tc, end_alone, 0, (CHAIN_END_N - 1) * SITUATIONS);
    tcase_add_loop_test(tc, room, 0, SITUATIONS);
    tcase_add_loop_test(tc, room_for_frames, 0, CHAIN_END_N * SITUATIONS);
    tcase_add_test(tc, nothing);
    tcase_add_test(tc, empty_pieces);
    tcase_add_test(tc, data_left);
    tcase_add_test(tc, drop);
    suite_add_tcase(s, tc);
    tc = tcase_create("properties");
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, random_splits, 0, OCTETS_ROWS(ru_sizes));
    tcase_add_test(tc, most_frames);
    suite_add_tcase(s, tc);
    tc = tcase_create("other frames");
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_loop_test(tc, errors, 0, 2 * SITUATIONS);
    tcase_add_loop_test(tc, responses, 0, 4);
    tcase_add_test(tc, reject);
    tcase_add_test(tc, signal_frame);
    tcase_add_test(tc, unbind_frame);
    suite_add_tcase(s, tc);
    return octets_run(s);
}
