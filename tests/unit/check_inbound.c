#include <string.h>

#include "snanode/lu62/inbound.h"
#include "snanode/wire/fmh7.h"
#include "snanode/wire/sense.h"
#include "tests/unit/octets.h"

/* Read a copy that ends where the frame ends.  What points into the frame is replaced by its place in P. */
static struct inbound read_octets(struct inbound_state *s, const uint8_t *p, size_t n)
{
    struct inbound in;
    uint8_t *copy = octets_exact(p, n);
    memset(&in, 0xff, sizeof in);
    inbound_read(s, copy, n, &in);
    if (in.ru) {
        ck_assert(in.ru >= copy && in.ru + in.n <= copy + n);
        in.ru = p + (in.ru - copy);
    }
    if (in.log) {
        ck_assert(in.log >= copy && in.log + in.log_n <= copy + n);
        in.log = p + (in.log - copy);
    }
    ck_assert(in.n == 0 || in.ru);
    ck_assert(in.log_n == 0 || in.log);
    free(copy);
    return in;
}

/* Where the frame comes: nothing yet on the side that accepts; between chains; in a chain. */
enum situation { FIRST, BETWEEN, OPEN, SITUATIONS };

static struct inbound_state state_in(enum situation s)
{
    struct inbound_state st;
    inbound_init(&st, s != FIRST);
    st.open = s == OPEN;
    return st;
}

/* ---- each kind of frame ---- */

#define LOG "07 07 08640000 80 | 000B 12E1 0002 0005 D6D6D7"

/* Flag, RH, RU [Formats: RH]. */
static const struct row {
    const char *hex;
    enum situation s;
    enum in_kind kind;
    enum chain_end end;
    uint32_t sense;
    size_t n; /* octets of data at the end of the frame */
    bool definite1, last;
} rows[] = {
    /* data */
    {"00 029080 C1C2", FIRST, IN_DATA, CHAIN_MORE, 0, 2, false, false},
    {"00 029080", FIRST, IN_DATA, CHAIN_MORE, 0, 0, false, false},
    {"00 0390A0 C1", FIRST, IN_DATA, CHAIN_TURN, 0, 1, false, false},
    {"00 032080 C1", FIRST, IN_DATA, CHAIN_CONFIRM, 0, 1, false, false},
    {"00 039081 C1", FIRST, IN_DATA, CHAIN_DEALLOCATE, 0, 1, false, false},
    {"00 029000 C1", BETWEEN, IN_DATA, CHAIN_MORE, 0, 1, false, false},
    {"00 039020 C1", BETWEEN, IN_DATA, CHAIN_TURN, 0, 1, false, false},
    {"00 009000 C1", OPEN, IN_DATA, CHAIN_MORE, 0, 1, false, false},
    {"00 009000", OPEN, IN_DATA, CHAIN_MORE, 0, 0, false, false},
    {"00 019020 C1C2C3", OPEN, IN_DATA, CHAIN_TURN, 0, 3, false, false},
    {"00 019020", OPEN, IN_DATA, CHAIN_TURN, 0, 0, false, false},
    {"00 012000 C1", OPEN, IN_DATA, CHAIN_CONFIRM, 0, 1, false, false},
    {"00 01A000 C1", OPEN, IN_DATA, CHAIN_CONFIRM, 0, 1, true, false}, /* RQD3 */
    {"00 012020", OPEN, IN_DATA, CHAIN_CONFIRM_TURN, 0, 0, false, false},
    {"00 01A020", OPEN, IN_DATA, CHAIN_CONFIRM_TURN, 0, 0, true, false},
    {"00 019001 C1", OPEN, IN_DATA, CHAIN_DEALLOCATE, 0, 1, false, false},
    {"00 018001 C1", OPEN, IN_DATA, CHAIN_DEALLOCATE, 0, 1, true, false}, /* RQD1: a response is owed */
    {"00 012001 C1", OPEN, IN_DATA, CHAIN_CONFIRM_DEALLOCATE, 0, 1, false, false},
    {"00 01A001 C1", OPEN, IN_DATA, CHAIN_CONFIRM_DEALLOCATE, 0, 1, true, false},
    /* LUSTAT: an empty chain */
    {"00 4B9020 0400060000", BETWEEN, IN_DATA, CHAIN_TURN, 0, 0, false, false},
    {"00 4B2000 0400060000", BETWEEN, IN_DATA, CHAIN_CONFIRM, 0, 0, false, false},
    {"00 4BA000 0400060000", BETWEEN, IN_DATA, CHAIN_CONFIRM, 0, 0, true, false},
    {"00 4B2020 0400060000", BETWEEN, IN_DATA, CHAIN_CONFIRM_TURN, 0, 0, false, false},
    {"00 4B9001 0400060000", BETWEEN, IN_DATA, CHAIN_DEALLOCATE, 0, 0, false, false},
    {"00 4B2001 0400060000", BETWEEN, IN_DATA, CHAIN_CONFIRM_DEALLOCATE, 0, 0, false, false},
    {"00 4B9020 0400000000", BETWEEN, IN_DATA, CHAIN_TURN, 0, 0, false,
     false}, /* the status is not looked at */
    /* FMH-7 */
    {"00 0A9000 07 07 08890000 00", BETWEEN, IN_ERROR, CHAIN_MORE, SENSE_PROG_ERROR, 0, false, false},
    {"00 089000 07 07 08890001 00", OPEN, IN_ERROR, CHAIN_MORE, SENSE_PROG_ERROR_TRUNC, 0, false, false},
    {"00 0A9080 07 07 08890000 00", FIRST, IN_ERROR, CHAIN_MORE, SENSE_PROG_ERROR, 0, false, false},
    {"00 0B8001 07 07 08640000 00", BETWEEN, IN_ERROR, CHAIN_DEALLOCATE, SENSE_ABEND_PROG, 0, true, true},
    {"00 098001 07 07 08640001 00", OPEN, IN_ERROR, CHAIN_DEALLOCATE, SENSE_ABEND_SVC, 0, true, true},
    {"00 0B8001 07 07 10086021 00", BETWEEN, IN_ERROR, CHAIN_DEALLOCATE, SENSE_TPN_NOT_RECOGNIZED, 0, true,
     true},
    {"00 0B9001 07 07 08640000 00", BETWEEN, IN_ERROR, CHAIN_DEALLOCATE, SENSE_ABEND_PROG, 0, false, true},
    /* an FMH-7 whose sender did not stop at it [S21]: the turn, a question, data in the RU */
    {"00 0B9020 07 07 08890000 00", BETWEEN, IN_ERROR, CHAIN_TURN, SENSE_PROG_ERROR, 0, false, false},
    {"00 0B2000 07 07 08890000 00", BETWEEN, IN_ERROR, CHAIN_CONFIRM, SENSE_PROG_ERROR, 0, false, false},
    {"00 0BA020 07 07 08890000 00", BETWEEN, IN_ERROR, CHAIN_CONFIRM_TURN, SENSE_PROG_ERROR, 0, true, false},
    {"00 0A9000 07 07 08890000 00 0003C1", BETWEEN, IN_ERROR, CHAIN_MORE, SENSE_PROG_ERROR, 3, false, false},
    {"00 0B9020 07 07 08890000 00 C1C2", BETWEEN, IN_ERROR, CHAIN_TURN, SENSE_PROG_ERROR, 2, false, false},
    /* responses */
    {"00 838000", BETWEEN, IN_POSITIVE, 0, 0, 0, false, false},
    {"00 832000", BETWEEN, IN_POSITIVE, 0, 0, 0, false, false},
    {"00 83A000", OPEN, IN_POSITIVE, 0, 0, 0, false, false},
    {"00 CB2000 04", BETWEEN, IN_POSITIVE, 0, 0, 0, false, false}, /* to LUSTAT, as a link may pass it */
    {"00 879000 08460000", OPEN, IN_NEGATIVE, 0, SENSE_ERP_MESSAGE_FORTHCOMING, 0, false, false},
    {"00 873000 08460000", BETWEEN, IN_NEGATIVE, 0, SENSE_ERP_MESSAGE_FORTHCOMING, 0, false, false},
    {"00 87B000 08460000", BETWEEN, IN_NEGATIVE, 0, SENSE_ERP_MESSAGE_FORTHCOMING, 0, false, false},
    {"00 CF3000 08460000 04", BETWEEN, IN_NEGATIVE, 0, SENSE_ERP_MESSAGE_FORTHCOMING, 0, false, false},
    /* Request_To_Send comes at any time and is in no chain */
    {"01 4B8000 C900010001", BETWEEN, IN_SIGNAL, 0, 0, 0, false, false},
    {"01 4B8000 C900010001", OPEN, IN_SIGNAL, 0, 0, 0, false, false},
    {"01 4B8000 C900010001", FIRST, IN_SIGNAL, 0, 0, 0, false, false},
    /* the session goes */
    {"01 6B8000 32 01", BETWEEN, IN_UNBIND, 0, 0, 0, false, false},
    {"01 6B8000 32 FE 08A00001", OPEN, IN_UNBIND, 0, SENSE_SESSION_RESET, 0, false, false},
    {"01 6B8000 32 FE 20030000", FIRST, IN_UNBIND, 0, SENSE_BRACKET, 0, false, false},
};

START_TEST(kind)
{
    const struct row *w = &rows[_i];
    struct octets o = octets_of(w->hex);
    struct inbound_state s = state_in(w->s), before = s;
    struct inbound in = read_octets(&s, o.v, o.n);
    ck_assert_int_eq(in.kind, w->kind);
    ck_assert_uint_eq(in.sense, w->sense);
    ck_assert_int_eq(in.end, w->end);
    ck_assert_int_eq(in.definite1, w->definite1);
    ck_assert_int_eq(in.last, w->last);
    ck_assert_uint_eq(in.n, w->n);
    if (w->n > 0)
        ck_assert_ptr_eq(in.ru, o.v + o.n - w->n);
    ck_assert_ptr_null(in.log);
    if (w->kind == IN_DATA || w->kind == IN_ERROR) {
        ck_assert(s.begun);
        ck_assert_int_eq(s.open, w->end == CHAIN_MORE);
    } else {
        ck_assert_mem_eq(&s, &before, sizeof s);
    }
}
END_TEST

START_TEST(error_log)
{
    struct octets o = octets_of("00 0B8001 " LOG);
    struct inbound_state s = state_in(BETWEEN);
    struct inbound in = read_octets(&s, o.v, o.n);
    ck_assert_int_eq(in.kind, IN_ERROR);
    ck_assert_uint_eq(in.sense, SENSE_ABEND_PROG);
    ck_assert_uint_eq(in.log_n, 3);
    ck_assert_mem_eq(in.log, "\xD6\xD6\xD7", 3);
    ck_assert_uint_eq(in.n, 0);
    o = octets_of("00 0A9000 " LOG "0003C1"); /* data behind the log */
    s = state_in(BETWEEN);
    in = read_octets(&s, o.v, o.n);
    ck_assert_int_eq(in.kind, IN_ERROR);
    ck_assert_uint_eq(in.log_n, 3);
    ck_assert_uint_eq(in.n, 3);
    ck_assert_mem_eq(in.ru, "\x00\x03\xC1", 3);
}
END_TEST

/* Cut anywhere, each frame is a violation; only where it is data may it be shorter, and it is shorter
 * data. */
START_TEST(truncated)
{
    const struct row *w = &rows[_i];
    struct octets o = octets_of(w->hex);
    for (size_t n = 0; n < o.n; n++) {
        struct inbound_state s = state_in(w->s);
        struct inbound in = read_octets(&s, o.v, n);
        bool shorter = n >= FRAME_HDR && o.n - n <= w->n;
        if (shorter) {
            ck_assert_int_eq(in.kind, w->kind);
            ck_assert_uint_eq(in.n, w->n - (o.n - n));
        } else {
            ck_assert_msg(in.kind == IN_VIOLATION, "%s: %zu of %zu octets", w->hex, n, o.n);
            ck_assert_uint_ne(in.sense, 0);
        }
    }
}
END_TEST

START_TEST(truncated_log)
{
    struct octets o = octets_of("00 0B8001 " LOG);
    for (size_t n = 0; n < o.n; n++) {
        struct inbound_state s = state_in(BETWEEN);
        struct inbound in = read_octets(&s, o.v, n);
        ck_assert_int_eq(in.kind, IN_VIOLATION);
    }
}
END_TEST

/* ---- what is refused ---- */

static const struct {
    const char *hex;
    enum situation s;
    uint32_t sense;
} wrong[] = {
    /* order [Formats: RH]: BB exactly once, BC and EC in turn */
    {"00 029000 C1", FIRST, SENSE_BRACKET},
    {"00 4B9020 0400060000", FIRST, SENSE_BRACKET},
    {"00 029080 C1", BETWEEN, SENSE_BRACKET},
    {"00 0390A0 C1", BETWEEN, SENSE_BRACKET},
    {"00 009000 C1", BETWEEN, SENSE_CHAINING},
    {"00 019020 C1", BETWEEN, SENSE_CHAINING},
    {"00 029000 C1", OPEN, SENSE_CHAINING},
    {"00 039020 C1", OPEN, SENSE_CHAINING},
    {"00 4B9020 0400060000", OPEN, SENSE_CHAINING},
    {"00 0B8001 07 07 08640000 00", OPEN, SENSE_CHAINING},
    {"00 009080 C1", FIRST, SENSE_RH_BB}, /* BB in the middle of a chain */
    /* bits that do not go together */
    {"00 039000 C1", BETWEEN, SENSE_RH_EC},
    {"00 030020 C1", BETWEEN, SENSE_RH_FORM},
    {"00 028000 C1", BETWEEN, SENSE_RH_DR},
    {"00 038020 C1", BETWEEN, SENSE_RH_CD},
    {"00 039021 C1", BETWEEN, SENSE_RH_CD},
    {"00 039060 C1", BETWEEN, SENSE_RH_EB},
    {"00 029001 C1", BETWEEN, SENSE_RH_EB},
    {"00 033001 C1", BETWEEN, SENSE_RH_EB},
    {"00 039028 C1", BETWEEN, SENSE_RH_CSI},
    /* an LUSTAT stands for a chain, so it obeys the rules of a chain's end */
    {"00 4B9000 0400060000", BETWEEN, SENSE_RH_EC},
    {"00 4B3000 0400060000", BETWEEN, SENSE_RH_EC},
    {"00 4B0000 0400060000", BETWEEN, SENSE_RH_FORM},
    {"00 4B0020 0400060000", BETWEEN, SENSE_RH_FORM},
    {"00 4B0001 0400060000", BETWEEN, SENSE_RH_FORM},
    {"00 4A9000 0400060000", BETWEEN, SENSE_RH_DFC_CHAIN},
    {"00 439020 0400060000", BETWEEN, SENSE_RH_FI},
    /* requests that have no business in a conversation */
    {"00 4B8000 05", BETWEEN, SENSE_REQUEST_CODE},            /* RTR */
    {"00 4B9020 70", BETWEEN, SENSE_REQUEST_CODE},            /* BIS */
    {"00 4B9020 C900010001", BETWEEN, SENSE_REQUEST_CODE},    /* SIG, but not expedited */
    {"00 4B9020 C8", BETWEEN, SENSE_REQUEST_CODE},            /* BID */
    {"00 2B8000 00", BETWEEN, SENSE_REQUEST_CODE},            /* network control */
    {"01 4B8000 0400060000", BETWEEN, SENSE_REQUEST_CODE},    /* LUSTAT, expedited */
    {"01 4B8000 C900020001", BETWEEN, SENSE_PARAMETER},       /* another signal */
    {"01 4B8000 C900010000", BETWEEN, SENSE_PARAMETER},       /* the same */
    {"01 039020 C1", BETWEEN, SENSE_REQUEST_CODE},            /* data, expedited */
    {"01 6B8000 31 0013", BETWEEN, SENSE_REQUEST_CODE},       /* BIND */
    {"00 0B9020 05 05 02FF00 0300", BETWEEN, SENSE_FMH_TYPE}, /* Attach: the node keeps those */
    {"00 0A9180 10 05 02FF00 0300", FIRST, SENSE_FMH_TYPE},   /* the same, as it flows on a session */
    {"00 0B9020 0A 0C 00000000", BETWEEN, SENSE_FMH_TYPE},    /* FMH-12 */
    {"00 0B9020 08 07 08890000 00", BETWEEN, SENSE_FMH_LENGTH},
    {"00 0B9020 07 07 08890000 80", BETWEEN, SENSE_LOG_DATA_MISMATCH},
    {"00 0B9020 07 07 08890000 80 0004 12FF", BETWEEN, SENSE_LOG_DATA_MISMATCH},
    /* responses that answer nothing a conversation asked */
    {"00 830100", BETWEEN, SENSE_RESPONSE_UNEXPECTED}, /* pacing */
    {"00 830000", BETWEEN, SENSE_RESPONSE_UNEXPECTED},
    {"01 CB8000 C9", BETWEEN, SENSE_RESPONSE_UNEXPECTED},          /* to SIG */
    {"00 CB8000 05", BETWEEN, SENSE_RESPONSE_UNEXPECTED},          /* to RTR */
    {"01 EB8000 32", BETWEEN, SENSE_RESPONSE_UNEXPECTED},          /* to UNBIND */
    {"01 EF9000 08350006 31", BETWEEN, SENSE_RESPONSE_UNEXPECTED}, /* to BIND */
    {"00 AB8000", BETWEEN, SENSE_RESPONSE_UNEXPECTED},
    {"00 839000", BETWEEN, SENSE_RH_INCOMPLETE}, /* negative, but no sense data */
    {"00 839000 08460000", BETWEEN, SENSE_RH_INCOMPLETE},
};

START_TEST(refused)
{
    struct octets o = octets_of(wrong[_i].hex);
    struct inbound_state s = state_in(wrong[_i].s);
    struct inbound in = read_octets(&s, o.v, o.n);
    ck_assert_int_eq(in.kind, IN_VIOLATION);
    ck_assert_msg(in.sense == wrong[_i].sense, "%s: sense %08x, not %08x", wrong[_i].hex, in.sense,
                  wrong[_i].sense);
    ck_assert_uint_eq(in.n, 0);
    ck_assert_ptr_null(in.ru);
}
END_TEST

/* All RHs there are, with an RU that is right for some of them: no crash, one of the kinds, nothing pointing
 * outside, and what is accepted leaves the state that its bits say. */
static void every_rh(uint8_t flag, enum situation situation, const char *ru)
{
    struct octets o = octets_of(ru);
    uint8_t *frame = malloc(FRAME_HDR + o.n);
    frame[0] = flag;
    memcpy(frame + FRAME_HDR, o.v, o.n);
    const struct inbound_state start = state_in(situation);
    for (uint32_t rh = 0; rh < 1u << 24; rh++) {
        struct inbound_state s = start;
        struct inbound in;
        frame[1] = (uint8_t)(rh >> 16);
        frame[2] = (uint8_t)(rh >> 8);
        frame[3] = (uint8_t)rh;
        inbound_read(&s, frame, FRAME_HDR + o.n, &in);
        bool ok = (unsigned)in.kind <= IN_VIOLATION && (unsigned)in.end < CHAIN_END_N && in.n <= o.n;
        ok = ok && (in.kind != IN_VIOLATION || in.sense != 0);
        if (in.kind == IN_DATA || in.kind == IN_ERROR)
            ok = ok && s.open == !(rh & 0x010000) && s.begun && (in.end == CHAIN_MORE) == s.open;
        if (!ok)
            ck_abort_msg("RH %06x: kind %d, end %d, %zu octets", rh, in.kind, in.end, in.n);
    }
    free(frame);
}

static const struct {
    uint8_t flag;
    enum situation s;
    const char *ru;
} sweeps[] = {
    {0, BETWEEN, "0400060000"},
    {0, OPEN, "C1"},
    {0, FIRST, ""},
    {0, BETWEEN, "07 07 08890000 00 C1"},
    {1, BETWEEN, "C9 0001 0001"},
    {1, OPEN, "32 FE 08A00001"},
};

START_TEST(any_rh)
{
    every_rh(sweeps[_i].flag, sweeps[_i].s, sweeps[_i].ru);
}
END_TEST

/* ---- what one half-session sends the other understands ---- */

static size_t flatten(const struct chain_frame *f, uint8_t *out)
{
    size_t n = FRAME_HDR;
    memcpy(out, f->hdr, FRAME_HDR);
    for (unsigned i = 0; i < f->n_segs; i++) {
        memcpy(out + n, f->segs[i].p, f->segs[i].n);
        n += f->segs[i].n;
    }
    return n;
}

/* Reserved bits of an RH mean nothing, so a header with one of them reads as the same one without it.  The
 * headers of plain data are known as a whole, and those with a reserved bit are not: both ways have to agree.
 */
START_TEST(reserved_bit)
{
    enum { RESERVED = 0x000800 };
    const struct inbound_state start = state_in((enum situation)(_i % 3));
    uint8_t frame[] = {_i >= 3 ? FRAME_EXPEDITED : 0, 0, 0, 0, 0xC1};
    for (uint32_t rh = 0; rh < 1u << 24; rh++) {
        struct inbound_state s[2] = {start, start};
        struct inbound in[2];
        if (rh & RESERVED)
            continue;
        for (int k = 0; k < 2; k++) {
            uint32_t v = k ? rh | RESERVED : rh;
            frame[1] = (uint8_t)(v >> 16);
            frame[2] = (uint8_t)(v >> 8);
            frame[3] = (uint8_t)v;
            inbound_read(&s[k], frame, sizeof frame, &in[k]);
        }
        bool same = in[0].kind == in[1].kind && in[0].end == in[1].end && in[0].last == in[1].last &&
                    in[0].definite1 == in[1].definite1 && in[0].sense == in[1].sense && in[0].n == in[1].n &&
                    in[0].ru == in[1].ru && s[0].begun == s[1].begun && s[0].open == s[1].open;
        if (!same)
            ck_abort_msg("RH %06x: kinds %d and %d, ends %d and %d", rh, in[0].kind, in[1].kind, in[0].end,
                         in[1].end);
    }
}
END_TEST

enum { RU = 256 };
static const size_t sizes[] = {0, 1, 255, 256, 257, 600};

/* One end after another over the same pair of half-sessions, with and without data, BB to CEB. */
START_TEST(round_trip)
{
    enum chain_end end = (enum chain_end)_i;
    static uint8_t data[600], frame[FRAME_HDR + RU];
    static struct chain_frame f[CHAIN_FRAMES];
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 5 + 1);
    for (int begun = 0; begun < 2; begun++) {
        uint8_t buf[RU];
        struct chain c;
        struct inbound_state s;
        chain_init(&c, buf, RU, begun);
        inbound_init(&s, begun);
        for (size_t k = 0; k < 2 * sizeof sizes / sizeof sizes[0]; k++) {
            struct seg in = {data, sizes[k / 2]};
            struct inbound got = {.kind = IN_VIOLATION};
            size_t total = 0;
            unsigned n = chain_put(&c, &in, 1, end, f);
            for (unsigned i = 0; i < n; i++) {
                got = read_octets(&s, frame, flatten(&f[i], frame));
                ck_assert_int_eq(got.kind, IN_DATA);
                ck_assert(!got.definite1);
                ck_assert(got.n == 0 || memcmp(got.ru, data + total, got.n) == 0);
                total += got.n;
                if (i + 1 < n)
                    ck_assert_int_eq(got.end, CHAIN_MORE);
            }
            chain_done(&c);
            ck_assert_uint_eq(total, in.n);
            if (n > 0)
                ck_assert_int_eq(got.end, end == CHAIN_FLUSH ? CHAIN_MORE : end);
            ck_assert_int_eq(s.open, c.open);
            ck_assert_int_eq(s.begun, c.begun);
        }
    }
}
END_TEST

START_TEST(round_trip_others)
{
    struct chain_frame f;
    uint8_t buf[RU], frame[FRAME_HDR + FMH7_MAX], ru[5], fmh7[FMH7_MAX];
    struct chain c;
    struct inbound_state s;
    chain_init(&c, buf, RU, false);
    inbound_init(&s, false);
    ssize_t n = fmh7_encode(SENSE_PROG_ERROR, (const uint8_t *)"\xC1\xC2", 2, fmh7, sizeof fmh7);
    ck_assert_int_gt((int)n, 0);
    for (int last = 0; last < 2; last++) {
        chain_error(&c, fmh7, (size_t)n, last, &f);
        struct inbound in = read_octets(&s, frame, flatten(&f, frame));
        ck_assert_int_eq(in.kind, IN_ERROR);
        ck_assert_int_eq(in.last, last);
        ck_assert_int_eq(in.definite1, last);
        ck_assert_uint_eq(in.sense, SENSE_PROG_ERROR);
        ck_assert_uint_eq(in.log_n, 2);
    }
    frame_signal(&f, ru);
    ck_assert_int_eq(read_octets(&s, frame, flatten(&f, frame)).kind, IN_SIGNAL);
    for (int dr = 1; dr < 4; dr++) {
        frame_response(&f, dr & 1, dr & 2);
        ck_assert_int_eq(read_octets(&s, frame, flatten(&f, frame)).kind, IN_POSITIVE);
    }
    frame_reject(&f, SENSE_ERP_MESSAGE_FORTHCOMING, ru);
    struct inbound in = read_octets(&s, frame, flatten(&f, frame));
    ck_assert_int_eq(in.kind, IN_NEGATIVE);
    ck_assert_uint_eq(in.sense, SENSE_ERP_MESSAGE_FORTHCOMING);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("inbound");
    TCase *tc = tcase_create("frames");
    tcase_add_loop_test(tc, kind, 0, OCTETS_ROWS(rows));
    tcase_add_test(tc, error_log);
    tcase_add_loop_test(tc, truncated, 0, OCTETS_ROWS(rows));
    tcase_add_test(tc, truncated_log);
    tcase_add_loop_test(tc, refused, 0, OCTETS_ROWS(wrong));
    suite_add_tcase(s, tc);
    tc = tcase_create("every RH");
    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc, any_rh, 0, OCTETS_ROWS(sweeps));
    tcase_add_loop_test(tc, reserved_bit, 0, 6);
    suite_add_tcase(s, tc);
    tc = tcase_create("round trip");
    tcase_add_loop_test(tc, round_trip, CHAIN_FLUSH, CHAIN_END_N);
    tcase_add_test(tc, round_trip_others);
    suite_add_tcase(s, tc);
    return octets_run(s);
}
