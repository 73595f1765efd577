/* The bridge: charts of a conversation, BIU by BIU; what breaks a session; and random conversations between
 * two programs over two pipes, with all of the octets and their order. */
#include <stdio.h>
#include <string.h>

#include "snanode/link/pipe.h"
#include "snanode/local/frame.h"
#include "snanode/lu62/inbound.h"
#include "snanode/wire/dfc.h"
#include "snanode/wire/fmh7.h"
#include "snanode/wire/sense.h"
#include "tests/unit/octets.h"

static const uint8_t fmh5[] = {0x0A, 0x05, 0x02, 0xFF, 0x00, 0x03, 0xD1, 0x00, 0x40, 0x00};

/* A program at one end of a conversation: the library's machines. */
struct program {
    struct pipe pipe;
    struct chain tx;
    uint8_t buf[512];
    struct inbound_state rx;
    struct chain_frame frames[CHAIN_FRAMES];
    uint32_t conv;
    uint8_t frame[FRAME_HDR + FRAME_RU_MAX];
};

static struct program a, b;
static struct sna_err err;

static void program_begin(struct program *x, uint32_t conv, bool allocates)
{
    x->conv = conv;
    chain_init(&x->tx, x->buf, 256, !allocates);
    inbound_init(&x->rx, allocates);
}

static void start(uint8_t window, bool adaptive)
{
    struct pipe_params params = {
        .send_ru = 256, .send_window = window, .recv_window = window, .adaptive = adaptive};
    pipe_init(&a.pipe, &params);
    pipe_init(&b.pipe, &params);
}

static void setup(void)
{
    start(0, false);
    program_begin(&a, 1, true);
    pipe_converse(&a.pipe, 1, fmh5, sizeof fmh5, true);
}

static void teardown(void)
{
    pipe_fini(&a.pipe);
    pipe_fini(&b.pipe);
}

static int put_frame(struct program *x, const struct chain_frame *f)
{
    uint8_t octets[FRAME_HDR + 1024];
    size_t n = FRAME_HDR;
    memcpy(octets, f->hdr, FRAME_HDR);
    for (unsigned k = 0; k < f->n_segs; n += f->segs[k++].n)
        memcpy(octets + n, f->segs[k].p, f->segs[k].n);
    uint8_t *exact = octets_exact(octets, n);
    int r = pipe_put(&x->pipe, x->conv, exact, n, &err);
    free(exact);
    return r;
}

static void put(struct program *x, const void *data, size_t n, enum chain_end end)
{
    struct seg in = {data, n};
    unsigned k = chain_put(&x->tx, &in, 1, end, x->frames);
    for (unsigned i = 0; i < k; i++)
        ck_assert_int_eq(put_frame(x, &x->frames[i]), PIPE_PUT);
    chain_done(&x->tx);
}

static void put_error(struct program *x, uint32_t sense, bool refuse, bool last)
{
    uint8_t fmh7[FMH7_MAX], ru[4];
    ssize_t n = fmh7_encode(sense, NULL, 0, fmh7, sizeof fmh7);
    if (refuse) {
        frame_reject(x->frames, SENSE_ERP_MESSAGE_FORTHCOMING, ru);
        ck_assert_int_eq(put_frame(x, x->frames), PIPE_PUT);
    }
    chain_drop(&x->tx);
    chain_error(&x->tx, fmh7, (size_t)n, last, x->frames);
    ck_assert_int_eq(put_frame(x, x->frames), PIPE_PUT);
}

static void put_response(struct program *x, bool dr1, bool dr2)
{
    frame_response(x->frames, dr1, dr2);
    ck_assert_int_eq(put_frame(x, x->frames), PIPE_PUT);
}

/* A BIU from X arrives at Y; -1 when Y sees a breach. */
static int carry(struct program *y, struct biu *u)
{
    struct rh rh;
    uint8_t octets[RH_LEN];
    rh_encode(&u->rh, octets);
    if (rh_decode(octets, RH_LEN, &rh, NULL) != RH_LEN)
        ck_abort();
    uint8_t *ru = octets_exact(u->ru, u->n);
    int r = pipe_receive(&y->pipe, u->expedited, u->snf, &rh, ru, u->n, &err);
    if (r == PIPE_FOR_NODE && !rh.rri && rh.category == RH_FMD && rh.fi && u->n >= sizeof fmh5 &&
        ru[1] == 5) {
        program_begin(y, 1, false);
        r = pipe_accept(&y->pipe, 1, &rh, ru + sizeof fmh5, u->n - sizeof fmh5, &err);
    }
    free(ru);
    free(u);
    return r;
}

/* The next BIU of X is: flow (N or X), number, RH, RU in hexadecimal; it arrives at Y. */
static void flows(struct program *x, struct program *y, const char *what)
{
    char text[1200];
    uint8_t h[RH_LEN];
    struct biu *u = pipe_next(&x->pipe);
    ck_assert_msg(u != NULL, "nothing flows, wanted %s", what);
    rh_encode(&u->rh, h);
    size_t k = (size_t)snprintf(text, sizeof text, "%c %u %02X%02X%02X", u->expedited ? 'X' : 'N', u->snf,
                                h[0], h[1], h[2]);
    if (u->n > 0)
        k += (size_t)snprintf(text + k, sizeof text - k, " ");
    for (size_t i = 0; i < u->n && k < sizeof text; i++)
        k += (size_t)snprintf(text + k, sizeof text - k, "%02X", u->ru[i]);
    ck_assert_str_eq(text, what);
    ck_assert_int_ge(carry(y, u), 0);
}

static void quiet(struct program *x)
{
    ck_assert(!pipe_ready(&x->pipe));
    ck_assert_ptr_null(pipe_next(&x->pipe));
}

/* The next frame for X's program means this. */
static struct inbound reads(struct program *x, enum in_kind kind)
{
    struct inbound in;
    uint32_t conv = 0;
    size_t n = pipe_front(&x->pipe, &conv, x->frame);
    ck_assert_uint_gt(n, 0);
    ck_assert_uint_eq(conv, x->conv);
    inbound_read(&x->rx, x->frame, n, &in);
    pipe_pop(&x->pipe);
    ck_assert_msg(in.kind == kind, "kind %d, sense %08X", in.kind, in.sense);
    return in;
}

static void reads_data(struct program *x, const char *data, enum chain_end end)
{
    struct inbound in = reads(x, IN_DATA);
    ck_assert_uint_eq(in.n, strlen(data));
    if (in.n > 0)
        ck_assert_mem_eq(in.ru, data, in.n);
    ck_assert_int_eq(in.end, end);
}

static void nothing_to_read(struct program *x)
{
    uint32_t conv;
    ck_assert_uint_eq(pipe_front(&x->pipe, &conv, x->frame), 0);
}

#define FMH5_HEX "0A0502FF0003D1004000"

/* ---- charts ---- */

/* Allocate, send, turn, answer, Deallocate(FLUSH). */
START_TEST(send_and_turn)
{
    put(&a, "AB", 2, CHAIN_FLUSH);
    put(&a, "C", 1, CHAIN_TURN);
    flows(&a, &b, "N 1 0A9080 " FMH5_HEX "4142");
    flows(&a, &b, "N 2 019020 43");
    quiet(&a);
    reads_data(&b, "AB", CHAIN_MORE);
    reads_data(&b, "C", CHAIN_TURN);
    put(&b, "D", 1, CHAIN_TURN);
    flows(&b, &a, "N 1 039020 44");
    reads_data(&a, "D", CHAIN_TURN);
    put(&a, "E", 1, CHAIN_DEALLOCATE);
    flows(&a, &b, "N 3 039001 45");
    reads_data(&b, "E", CHAIN_DEALLOCATE);
    ck_assert_uint_eq(pipe_over(&a.pipe), 1);
    ck_assert_uint_eq(pipe_over(&b.pipe), 1);
    ck_assert_uint_eq(pipe_over(&a.pipe), 0);
}
END_TEST

/* The implied first bracket has no BB; an Attach without data is in the RU alone. */
START_TEST(first_bracket)
{
    pipe_converse(&a.pipe, 1, fmh5, sizeof fmh5, false);
    put(&a, NULL, 0, CHAIN_TURN);
    flows(&a, &b, "N 1 0B9020 " FMH5_HEX);
    reads_data(&b, "", CHAIN_TURN);
    put(&b, NULL, 0, CHAIN_TURN); /* an empty chain is an LUSTAT */
    flows(&b, &a, "N 1 4B9020 0400060000");
    reads_data(&a, "", CHAIN_TURN);
}
END_TEST

START_TEST(confirm)
{
    put(&a, "A", 1, CHAIN_CONFIRM);
    flows(&a, &b, "N 1 0B2080 " FMH5_HEX "41");
    reads_data(&b, "A", CHAIN_CONFIRM);
    put_response(&b, false, true);
    flows(&b, &a, "N 1 832000");
    reads(&a, IN_POSITIVE);
    put(&a, NULL, 0, CHAIN_CONFIRM_TURN); /* of an LUSTAT: the response names it */
    flows(&a, &b, "N 2 4B2020 0400060000");
    reads_data(&b, "", CHAIN_CONFIRM_TURN);
    put_response(&b, false, true);
    flows(&b, &a, "N 2 CB2000 04");
    reads(&a, IN_POSITIVE);
    put(&b, "B", 1, CHAIN_CONFIRM_DEALLOCATE);
    flows(&b, &a, "N 1 032001 42");
    reads_data(&a, "B", CHAIN_CONFIRM_DEALLOCATE);
    ck_assert_uint_eq(pipe_over(&a.pipe), 0);
    put_response(&a, false, true);
    ck_assert_uint_eq(pipe_over(&a.pipe), 1);
    flows(&a, &b, "N 1 832000");
    ck_assert_uint_eq(pipe_over(&b.pipe), 1);
    reads(&b, IN_POSITIVE);
}
END_TEST

/* RQD3 is answered as RQD3, and RQE2 with the turn as a confirmation that the next request answers. */
START_TEST(other_forms)
{
    struct rh rqd3 = {.category = RH_FMD, .bci = true, .eci = true, .dr1i = true, .dr2i = true};
    struct rh rqe2 = {.category = RH_FMD, .bci = true, .eci = true, .dr2i = true, .eri = true, .cdi = true};
    put(&a, "A", 1, CHAIN_CONFIRM);
    flows(&a, &b, "N 1 0B2080 " FMH5_HEX "41");
    reads_data(&b, "A", CHAIN_CONFIRM);
    put_response(&b, false, true);
    flows(&b, &a, "N 1 832000");
    reads(&a, IN_POSITIVE);
    ck_assert_int_eq(pipe_receive(&b.pipe, false, 2, &rqd3, (const uint8_t *)"B", 1, &err), PIPE_TAKEN);
    reads_data(&b, "B", CHAIN_CONFIRM);
    put_response(&b, false, true);
    a.pipe.snf_out = 2;
    struct biu *u = pipe_next(&b.pipe);
    ck_assert(u->rh.dr1i && u->rh.dr2i && !u->rh.eri && u->snf == 2);
    free(u);
    ck_assert_int_eq(pipe_receive(&b.pipe, false, 3, &rqe2, (const uint8_t *)"C", 1, &err), PIPE_TAKEN);
    reads_data(&b, "C", CHAIN_CONFIRM_TURN);
    put_response(&b, false, true);
    quiet(&b);
    put(&b, "D", 1, CHAIN_TURN);
    u = pipe_next(&b.pipe);
    ck_assert(!u->rh.rri && u->n == 1);
    free(u);
}
END_TEST

START_TEST(confirm_refused)
{
    put(&a, "A", 1, CHAIN_CONFIRM);
    flows(&a, &b, "N 1 0B2080 " FMH5_HEX "41");
    reads_data(&b, "A", CHAIN_CONFIRM);
    put_error(&b, SENSE_PROG_ERROR, true, false);
    flows(&b, &a, "N 1 873000 08460000");
    flows(&b, &a, "N 1 0A9000 07070889000000"); /* the turn is B's */
    reads(&a, IN_NEGATIVE);
    ck_assert_uint_eq(reads(&a, IN_ERROR).sense, SENSE_PROG_ERROR);
}
END_TEST

START_TEST(request_to_send)
{
    uint8_t ru[5];
    put(&a, "A", 1, CHAIN_FLUSH);
    flows(&a, &b, "N 1 0A9080 " FMH5_HEX "41");
    frame_signal(b.frames, ru);
    ck_assert_int_eq(put_frame(&b, b.frames), PIPE_PUT);
    flows(&b, &a, "X 1 4B8000 C900010001");
    reads(&a, IN_SIGNAL);
    for (int i = 0; i < 3;
         i++) /* A has read the one before, so these are new; they wait, and one stands for all */
        ck_assert_int_eq(put_frame(&b, b.frames), PIPE_PUT);
    quiet(&b);
    flows(&a, &b, "X 1 CB8000 C9");
    flows(&b, &a, "X 2 4B8000 C900010001");
    flows(&a, &b, "X 2 CB8000 C9");
    quiet(&b);
    reads(&a, IN_SIGNAL);
    nothing_to_read(&a);
    reads_data(&b, "A", CHAIN_MORE);
    nothing_to_read(&b);
}
END_TEST

/* Send_Error in RECEIVE: -RSP, the sender's chain is ended in its program's place, and then the FMH-7. */
START_TEST(error_in_receive)
{
    put(&a, "A", 1, CHAIN_FLUSH);
    flows(&a, &b, "N 1 0A9080 " FMH5_HEX "41");
    put(&a, "B", 1, CHAIN_FLUSH); /* will be purged */
    reads_data(&b, "A", CHAIN_MORE);
    put_error(&b, SENSE_PROG_ERROR, true, false);
    put(&b, "X", 1, CHAIN_TURN);
    flows(&b, &a, "N 1 879000 08460000");
    quiet(&b); /* the FMH-7 has to wait */
    flows(&a, &b, "N 2 019020");
    quiet(&a);
    put(&a, "C", 1, CHAIN_FLUSH); /* so will this */
    quiet(&a);
    reads_data(&b, "", CHAIN_TURN); /* up to here it purges */
    flows(&b, &a, "N 1 0A9000 07070889000000");
    flows(&b, &a, "N 2 019020 58");
    reads(&a, IN_NEGATIVE);
    ck_assert_uint_eq(reads(&a, IN_ERROR).sense, SENSE_PROG_ERROR);
    chain_drop(&a.tx);
    put(&a, NULL, 0, CHAIN_TURN); /* the program ends its chain, which has ended */
    quiet(&a);
    reads_data(&a, "X", CHAIN_TURN);
    put(&a, "D", 1, CHAIN_DEALLOCATE);
    flows(&a, &b, "N 3 039001 44");
    reads_data(&b, "D", CHAIN_DEALLOCATE);
}
END_TEST

/* The partner has the turn and has sent nothing yet: its next chain is refused, and not the last one. */
START_TEST(error_before_a_chain)
{
    put(&a, "A", 1, CHAIN_CONFIRM);
    flows(&a, &b, "N 1 0B2080 " FMH5_HEX "41");
    reads_data(&b, "A", CHAIN_CONFIRM);
    put_response(&b, false, true);
    flows(&b, &a, "N 1 832000");
    reads(&a, IN_POSITIVE);
    put_error(&b, SENSE_PROG_ERROR, true, false);
    quiet(&b);
    put(&a, "B", 1, CHAIN_TURN);
    flows(&a, &b, "N 2 039020 42");
    flows(&b, &a, "N 2 879000 08460000");
    reads_data(&b, "B", CHAIN_TURN);
    put(&b, "X", 1, CHAIN_TURN);
    flows(&b, &a, "N 1 0A9000 07070889000000");
    flows(&b, &a, "N 2 019020 58");
    reads(&a, IN_NEGATIVE);
    ck_assert_uint_eq(reads(&a, IN_ERROR).sense, SENSE_PROG_ERROR);
    reads_data(&a, "X", CHAIN_TURN);
}
END_TEST

/* The same when the end of the chain, or of the conversation, waits already. */
static const struct {
    enum chain_end end;
    const char *flows;
} ends[] = {
    {CHAIN_TURN, "N 2 019020"},
    {CHAIN_CONFIRM, "N 2 019020"},
    {CHAIN_CONFIRM_DEALLOCATE, "N 2 019020"},
    {CHAIN_DEALLOCATE, "N 2 019001"},
};

START_TEST(error_before_the_end)
{
    put(&a, "A", 1, CHAIN_FLUSH);
    flows(&a, &b, "N 1 0A9080 " FMH5_HEX "41");
    put(&a, "B", 1, ends[_i].end);
    put_error(&b, SENSE_PROG_ERROR, true, false);
    flows(&b, &a, "N 1 879000 08460000");
    flows(&a, &b, ends[_i].flows);
    quiet(&a);
    if (ends[_i].end == CHAIN_DEALLOCATE) {
        quiet(&b); /* its error has nobody to go to */
        ck_assert_uint_eq(pipe_over(&a.pipe), 1);
        ck_assert_uint_eq(pipe_over(&b.pipe), 1);
        ck_assert_uint_eq(b.pipe.waiting, 0);
    } else {
        flows(&b, &a, "N 1 0A9000 07070889000000");
        reads(&a, IN_NEGATIVE);
        reads(&a, IN_ERROR);
    }
}
END_TEST

/* The program ends the conversation while its chain was ended in its place: the partner is told. */
START_TEST(deallocate_crosses_error)
{
    put(&a, "A", 1, CHAIN_FLUSH);
    flows(&a, &b, "N 1 0A9080 " FMH5_HEX "41");
    put_error(&b, SENSE_PROG_ERROR, true, false);
    put(&b, NULL, 0, CHAIN_TURN);
    flows(&b, &a, "N 1 879000 08460000");
    flows(&a, &b, "N 2 019020");
    put(&a, "B", 1, CHAIN_DEALLOCATE);
    quiet(&a);
    flows(&b, &a, "N 1 0A9000 07070889000000");
    if (_i == 0) /* the partner goes on at once, or has waited */
        flows(&b, &a, "N 2 019020");
    flows(&a, &b, "N 1 879000 08460000");
    if (_i == 1)
        flows(&b, &a, "N 2 019020");
    flows(&a, &b, "N 3 4B9001 0400060000");
    ck_assert_uint_eq(pipe_over(&a.pipe), 1);
    ck_assert_uint_eq(pipe_over(&b.pipe), 1);
    reads_data(&b, "A", CHAIN_MORE);
    reads_data(&b, "", CHAIN_TURN);
    reads(&b, IN_NEGATIVE);
    reads_data(&b, "", CHAIN_DEALLOCATE);
}
END_TEST

START_TEST(error_after_the_turn)
{
    put(&a, "A", 1, CHAIN_TURN);
    flows(&a, &b, "N 1 0B90A0 " FMH5_HEX "41");
    put_error(&b, SENSE_PROG_ERROR, true, false);
    flows(&b, &a, "N 1 879000 08460000"); /* as the product does */
    flows(&b, &a, "N 1 0A9000 07070889000000");
    reads(&a, IN_NEGATIVE);
    reads(&a, IN_ERROR);
}
END_TEST

START_TEST(abend)
{
    put(&a, "A", 1, CHAIN_FLUSH);
    flows(&a, &b, "N 1 0A9080 " FMH5_HEX "41");
    put_error(&a, SENSE_ABEND_PROG, false, true);
    flows(&a, &b, "N 2 098001 07070864000000");
    flows(&b, &a, "N 2 838000"); /* the programs answer nothing */
    quiet(&a);
    ck_assert_uint_eq(pipe_over(&a.pipe), 1);
    ck_assert_uint_eq(pipe_over(&b.pipe), 1);
    reads_data(&b, "A", CHAIN_MORE);
    ck_assert(reads(&b, IN_ERROR).last);
    nothing_to_read(&a);
}
END_TEST

START_TEST(abend_by_receiver)
{
    put(&a, "A", 1, CHAIN_FLUSH);
    flows(&a, &b, "N 1 0A9080 " FMH5_HEX "41");
    put_error(&b, SENSE_ABEND_PROG, true, true);
    flows(&b, &a, "N 1 879000 08460000");
    flows(&a, &b, "N 2 019020");
    flows(&b, &a, "N 1 0B8001 07070864000000");
    flows(&a, &b, "N 1 838000");
    reads(&a, IN_NEGATIVE);
    ck_assert(reads(&a, IN_ERROR).last);
    ck_assert_uint_eq(pipe_over(&a.pipe), 1);
    ck_assert_uint_eq(pipe_over(&b.pipe), 1);
}
END_TEST

START_TEST(last_word_is_unbind)
{
    uint8_t ru[6];
    put(&a, "A", 1, CHAIN_FLUSH);
    frame_unbind(a.frames, SENSE_ABEND_SVC, ru);
    ck_assert_int_eq(put_frame(&a, a.frames), PIPE_UNBIND);
    ck_assert_uint_eq(err.sense, SENSE_ABEND_SVC);
}
END_TEST

/* A program that is gone: the FMH-7 goes behind what it has said, and without the turn behind a refusal. */
START_TEST(abandoned)
{
    put(&a, "A", 1, CHAIN_FLUSH);
    flows(&a, &b, "N 1 0A9080 " FMH5_HEX "41");
    if (_i == 0) {
        put(&a, "B", 1, CHAIN_FLUSH);
        pipe_abandon(&a.pipe, SENSE_ABEND_PROG);
        flows(&a, &b, "N 2 009000 42");
        flows(&a, &b, "N 3 098001 07070864000000");
        flows(&b, &a, "N 3 838000");
    } else if (_i == 1) {
        pipe_abandon(&b.pipe, SENSE_ABEND_PROG);
        flows(&b, &a, "N 1 879000 08460000");
        flows(&a, &b, "N 2 019020");
        flows(&b, &a, "N 1 0B8001 07070864000000");
        flows(&a, &b, "N 1 838000");
        reads(&a, IN_NEGATIVE);
        ck_assert(reads(&a, IN_ERROR).last);
    } else if (_i == 2) {
        put(&a, "B", 1, CHAIN_CONFIRM);
        flows(&a, &b, "N 2 012000 42");
        pipe_abandon(&b.pipe, SENSE_ABEND_PROG);
        flows(&b, &a, "N 2 873000 08460000");
        flows(&b, &a, "N 1 0B8001 07070864000000");
        flows(&a, &b, "N 1 838000");
    } else { /* what it has said before still flows */
        put(&a, "B", 1, CHAIN_DEALLOCATE);
        pipe_abandon(&a.pipe, SENSE_ABEND_PROG);
        flows(&a, &b, "N 2 019001 42");
        reads_data(&b, "A", CHAIN_MORE);
        reads_data(&b, "B", CHAIN_DEALLOCATE);
    }
    ck_assert_uint_eq(pipe_over(&a.pipe), 1);
    ck_assert_uint_eq(pipe_over(&b.pipe), 1);
    quiet(&a);
    quiet(&b);
}
END_TEST

/* Before anything has flowed: a bracket that was ours without BB is given up, another one never was. */
START_TEST(abandoned_before_the_attach)
{
    if (_i & 1)
        pipe_converse(&a.pipe, 1, fmh5, sizeof fmh5, false);
    if (_i & 2)
        put(&a, "A", 1, CHAIN_FLUSH);
    pipe_abandon(&a.pipe, SENSE_ABEND_PROG);
    if (_i & 1)
        flows(&a, &b, "N 1 4B9001 0400060000");
    quiet(&a);
    ck_assert_uint_eq(pipe_over(&a.pipe), 1);
}
END_TEST

/* A SIG goes ahead of data, but not of the Attach. */
START_TEST(signal_behind_attach)
{
    uint8_t ru[5];
    put(&a, "A", 1, CHAIN_FLUSH);
    frame_signal(a.frames, ru);
    ck_assert_int_eq(put_frame(&a, a.frames), PIPE_PUT);
    put(&a, "B", 1, CHAIN_FLUSH);
    flows(&a, &b, "N 1 0A9080 " FMH5_HEX "41");
    flows(&a, &b, "X 1 4B8000 C900010001");
    flows(&b, &a, "X 1 CB8000 C9");
    flows(&a, &b, "N 2 009000 42");
    quiet(&a);
}
END_TEST

/* The response to the SIG of a conversation that has ended: the SIG of the next one waits for it, and for its
 * own Attach. */
START_TEST(signal_of_the_next)
{
    uint8_t ru[5];
    put(&a, "A", 1, CHAIN_FLUSH);
    flows(&a, &b, "N 1 0A9080 " FMH5_HEX "41");
    frame_signal(a.frames, ru);
    ck_assert_int_eq(put_frame(&a, a.frames), PIPE_PUT);
    flows(&a, &b, "X 1 4B8000 C900010001");
    ck_assert_int_eq(put_frame(&a, a.frames), PIPE_PUT); /* goes with its conversation */
    put(&a, "B", 1, CHAIN_DEALLOCATE);
    flows(&a, &b, "N 2 019001 42");
    pipe_converse(&a.pipe, 2, fmh5, sizeof fmh5, true);
    a.conv = 2;
    frame_signal(a.frames, ru);
    ck_assert_int_eq(put_frame(&a, a.frames), PIPE_PUT);
    flows(&b, &a, "X 1 CB8000 C9");
    quiet(&a);
    put(&a, "C", 1, CHAIN_FLUSH);
    flows(&a, &b, "N 3 0A9080 " FMH5_HEX "43");
    flows(&a, &b, "X 2 4B8000 C900010001");
}
END_TEST

/* A partner that begins a bracket while ours is there is refused, and its chain purged. */
START_TEST(brackets_cross)
{
    struct rh bb = {.category = RH_FMD, .fi = true, .bci = true, .dr1i = true, .eri = true, .bbi = true};
    struct rh last = {.category = RH_FMD, .eci = true, .dr1i = true, .eri = true, .cdi = true};
    put(&a, "A", 1, CHAIN_TURN);
    ck_assert_int_eq(pipe_receive(&a.pipe, false, 1, &bb, fmh5, sizeof fmh5, &err), PIPE_TAKEN);
    ck_assert_int_eq(pipe_receive(&a.pipe, false, 2, &last, (const uint8_t *)"X", 1, &err), PIPE_TAKEN);
    nothing_to_read(&a);
    b.pipe.snf_out = 2;
    b.pipe.chain_first = 1;
    b.pipe.chain_refused = b.pipe.chain_over = false;
    b.pipe.chain_node = true;
    struct biu *u = pipe_next(&a.pipe);
    ck_assert(u->rh.rri && u->rh.eri && u->snf == 1);
    ck_assert_mem_eq(u->ru, "\x08\x13\0\0", 4);
    ck_assert_int_eq(pipe_receive(&b.pipe, false, u->snf, &u->rh, u->ru, u->n, &err), PIPE_FOR_NODE);
    free(u);
    flows(&a, &b, "N 1 0B90A0 " FMH5_HEX "41");
    reads_data(&b, "A", CHAIN_TURN);
    b.pipe.hold = false;
    put(&b, "B", 1, CHAIN_TURN);
    flows(&b, &a, "N 3 039020 42");
    reads_data(&a, "B", CHAIN_TURN);
}
END_TEST

/* An RU that is too large for the session: an FMH-7 with its log, and the Attach with a full RU behind it. */
START_TEST(large_ru)
{
    uint8_t data[256];
    memset(data, 0x41, sizeof data);
    put(&a, data, 256, CHAIN_TURN);
    struct biu *u = pipe_next(&a.pipe);
    ck_assert_uint_eq(u->n, 256);
    ck_assert(u->rh.bci && !u->rh.eci && u->rh.fi && u->rh.bbi && u->rh.dr1i && u->rh.eri && !u->rh.cdi);
    ck_assert_int_ge(carry(&b, u), 0);
    u = pipe_next(&a.pipe);
    ck_assert_uint_eq(u->n, sizeof fmh5);
    ck_assert(!u->rh.bci && u->rh.eci && !u->rh.fi && !u->rh.bbi && u->rh.cdi);
    ck_assert_int_ge(carry(&b, u), 0);
    ck_assert_uint_eq(reads(&b, IN_DATA).n, 256 - sizeof fmh5);
    ck_assert_uint_eq(reads(&b, IN_DATA).n, sizeof fmh5);
    uint8_t log[300] = {0}, fmh7[FMH7_MAX];
    ssize_t n = fmh7_encode(SENSE_ABEND_SVC, log, sizeof log, fmh7, sizeof fmh7);
    ck_assert_int_gt(n, 256);
    chain_error(&b.tx, fmh7, (size_t)n, true, b.frames);
    ck_assert_int_eq(put_frame(&b, b.frames), PIPE_PUT);
    u = pipe_next(&b.pipe);
    ck_assert(u->n == 256 && u->rh.fi && !u->rh.eci && !u->rh.cebi && u->rh.eri);
    free(u);
    u = pipe_next(&b.pipe);
    ck_assert(u->n == (size_t)n - 256 && !u->rh.fi && u->rh.eci && u->rh.cebi && !u->rh.eri);
    free(u);
}
END_TEST

/* ---- numbers ---- */

START_TEST(numbers_wrap)
{
    put(&a, "A", 1, CHAIN_FLUSH);
    flows(&a, &b, "N 1 0A9080 " FMH5_HEX "41");
    pipe_pop(&b.pipe);
    a.pipe.snf_out = b.pipe.snf_in = 65534;
    a.pipe.chain_first = 65534;
    put(&a, "B", 1, CHAIN_FLUSH);
    put(&a, "C", 1, CHAIN_FLUSH);
    put(&a, "D", 1, CHAIN_FLUSH);
    flows(&a, &b, "N 65535 009000 42");
    flows(&a, &b, "N 0 009000 43");
    flows(&a, &b, "N 1 009000 44");
    put_error(&b, SENSE_PROG_ERROR, true, false);
    flows(&b, &a, "N 1 879000 08460000"); /* of the same chain, across the wrap */
    flows(&a, &b, "N 2 019020");
}
END_TEST

/* After 16,384 requests the end asks for a response, of which the program learns nothing. */
START_TEST(definite_end)
{
    put(&a, "A", 1, CHAIN_FLUSH);
    flows(&a, &b, "N 1 0A9080 " FMH5_HEX "41");
    reads_data(&b, "A", CHAIN_MORE);
    ck_assert_uint_eq(a.pipe.unanswered, 1);
    a.pipe.unanswered = 16384 - (unsigned)_i;
    put(&a, "E", 1, CHAIN_DEALLOCATE);
    flows(&a, &b, _i ? "N 2 019001 45" : "N 2 018001 45");
    ck_assert_uint_eq(pipe_over(&a.pipe), _i ? 1 : 0);
    reads_data(&b, "E", CHAIN_DEALLOCATE);
    if (_i)
        return;
    flows(&b, &a, "N 2 838000");
    ck_assert_uint_eq(pipe_over(&a.pipe), 1);
    nothing_to_read(&a);
    ck_assert_uint_eq(a.pipe.unanswered, 0);
}
END_TEST

/* ---- what belongs to the node ---- */

START_TEST(of_the_node)
{
    static const uint8_t lustat[] = {4, 0, 6, 0, 0}, bis[] = {0x70}, rtr[] = {5},
                         refused[] = {8, 0x14, 0, 0, 4};
    struct rh bid = {.category = RH_DFC, .fi = true, .bci = true, .eci = true, .dr1i = true, .bbi = true};
    struct rh neg = {.rri = true,
                     .category = RH_DFC,
                     .fi = true,
                     .sdi = true,
                     .bci = true,
                     .eci = true,
                     .dr1i = true,
                     .eri = true};
    struct rh plain = {.category = RH_DFC, .fi = true, .bci = true, .eci = true, .dr1i = true};
    pipe_fini(&a.pipe);
    start(0, false);
    ck_assert_int_eq(pipe_node_send(&a.pipe, false, 0, &bid, lustat, sizeof lustat, &err), 0);
    struct biu *u = pipe_next(&a.pipe);
    ck_assert_uint_eq(u->snf, 1);
    ck_assert_int_eq(pipe_receive(&b.pipe, false, u->snf, &u->rh, u->ru, u->n, &err), PIPE_FOR_NODE);
    free(u);
    ck_assert_int_eq(pipe_node_send(&b.pipe, false, 1, &neg, refused, sizeof refused, &err), 0);
    u = pipe_next(&b.pipe);
    ck_assert_uint_eq(u->snf, 1);
    ck_assert_int_eq(pipe_receive(&a.pipe, false, u->snf, &u->rh, u->ru, u->n, &err), PIPE_FOR_NODE);
    ck_assert_int_eq(pipe_receive(&a.pipe, false, u->snf, &u->rh, u->ru, u->n, &err), -1); /* twice */
    ck_assert_uint_eq(err.sense, SENSE_RESPONSE_UNEXPECTED);
    free(u);
    ck_assert_int_eq(pipe_node_send(&b.pipe, false, 0, &plain, rtr, sizeof rtr, &err), 0);
    u = pipe_next(&b.pipe);
    ck_assert_int_eq(pipe_receive(&a.pipe, false, u->snf, &u->rh, u->ru, u->n, &err), PIPE_FOR_NODE);
    free(u);
    plain.eri = true;
    ck_assert_int_eq(pipe_node_send(&a.pipe, false, 0, &plain, bis, sizeof bis, &err), 0);
    u = pipe_next(&a.pipe);
    ck_assert_uint_eq(u->snf, 2);
    ck_assert_int_eq(pipe_receive(&b.pipe, false, u->snf, &u->rh, u->ru, u->n, &err), PIPE_FOR_NODE);
    free(u);
}
END_TEST

/* The chain that the node has begun goes on with the Attach of a conversation, whose chain it is then. */
START_TEST(behind_an_fmh12)
{
    static const uint8_t fmh12[] = {10, 12, 1, 2, 3, 4, 5, 6, 7, 8};
    static const struct rh rh = {.fi = true, .bci = true, .dr1i = true, .eri = true};
    pipe_fini(&a.pipe);
    start(0, false);
    ck_assert_int_eq(pipe_node_send(&a.pipe, false, 0, &rh, fmh12, sizeof fmh12, &err), 0);
    if (_i == 1)
        flows(&a, &b, "N 1 0A9000 0A0C0102030405060708"); /* before the conversation, or with it */
    pipe_converse(&a.pipe, 1, fmh5, sizeof fmh5, false);
    if (_i == 2) { /* ... which never begins */
        pipe_abandon(&a.pipe, SENSE_ABEND_PROG);
        flows(&a, &b, "N 1 0A9000 0A0C0102030405060708");
        flows(&a, &b, "N 2 019001");
        quiet(&a);
        return;
    }
    put(&a, "AB", 2, CHAIN_FLUSH);
    put(&a, "C", 1, CHAIN_TURN);
    if (_i == 0)
        flows(&a, &b, "N 1 0A9000 0A0C0102030405060708");
    flows(&a, &b, "N 2 089000 " FMH5_HEX "4142");
    put_error(&b, SENSE_PROG_ERROR, true, false);
    flows(&b, &a, "N 2 879000 08460000"); /* to the number of the Attach */
    flows(&a, &b, "N 3 019020");
    reads(&a, IN_NEGATIVE);
}
END_TEST

/* An Attach that the partner cuts in two, wherever: the node sees it whole, with what is behind it. */
START_TEST(attach_in_parts)
{
    static const struct rh first = {.fi = true, .bci = true, .dr1i = true, .eri = true, .bbi = true},
                           middle = {.dr1i = true, .eri = true},
                           last = {.eci = true, .dr1i = true, .eri = true, .cdi = true};
    struct rh rh;
    const uint8_t *ru;
    size_t n, at = 2 + (size_t)_i;
    uint8_t rest[sizeof fmh5 + 2];
    memcpy(rest, fmh5, sizeof fmh5);
    memcpy(rest + sizeof fmh5, "AB", 2);
    ck_assert_int_eq(pipe_receive(&b.pipe, false, 1, &first, fmh5, at, &err), PIPE_TAKEN);
    if (at + 2 < sizeof fmh5) {
        ck_assert_int_eq(pipe_receive(&b.pipe, false, 2, &middle, fmh5 + at, 1, &err), PIPE_TAKEN);
        at++;
    } else {
        b.pipe.snf_in++;
    }
    ck_assert_int_eq(pipe_receive(&b.pipe, false, 3, &last, rest + at, sizeof rest - at, &err),
                     PIPE_FOR_NODE);
    ck_assert(pipe_whole_attach(&b.pipe, &rh, &ru, &n));
    ck_assert(rh.fi && rh.bci && rh.bbi && rh.eci && rh.cdi && rh.eri);
    ck_assert_uint_eq(n, sizeof rest);
    ck_assert_mem_eq(ru, rest, n);
    ck_assert_int_eq(pipe_accept(&b.pipe, 7, &rh, ru + sizeof fmh5, n - sizeof fmh5, &err), 0);
    struct biu *u = LIST_OWNER(b.pipe.in.next, struct biu, link);
    ck_assert(u->n == 2 && u->ru[0] == 'A' && u->rh.bci && u->rh.bbi && u->rh.cdi);
}
END_TEST

/* ... and one that its chain cuts off is the node's to refuse. */
START_TEST(attach_cut_off)
{
    static const struct rh first = {.fi = true, .bci = true, .dr1i = true, .eri = true, .bbi = true},
                           last = {.eci = true, .dr1i = true, .eri = true, .cdi = true};
    struct rh rh;
    const uint8_t *ru;
    size_t n;
    ck_assert_int_eq(pipe_receive(&b.pipe, false, 1, &first, fmh5, 4, &err), PIPE_TAKEN);
    ck_assert_int_eq(pipe_receive(&b.pipe, false, 2, &last, fmh5 + 4, 1, &err), PIPE_FOR_NODE);
    ck_assert(pipe_whole_attach(&b.pipe, &rh, &ru, &n));
    ck_assert_uint_eq(n, 5);
}
END_TEST

/* An FMH-12 may have a chain of its own; no other request may end its chain like that. */
START_TEST(fmh12_alone)
{
    static const uint8_t fmh12[] = {10, 12, 1, 2, 3, 4, 5, 6, 7, 8};
    static const struct rh rh = {.fi = true, .bci = true, .eci = true, .dr1i = true, .eri = true};
    pipe_fini(&a.pipe);
    start(0, false);
    ck_assert_int_eq(pipe_receive(&b.pipe, false, 1, &rh, fmh12, sizeof fmh12, &err), PIPE_FOR_NODE);
    ck_assert_int_eq(pipe_receive(&b.pipe, false, 2, &rh, fmh12, sizeof fmh12, &err), -1);
    ck_assert_uint_eq(err.sense, SENSE_RH_EC);
}
END_TEST

/* A bid of the partner in the middle of our conversation is the node's, and its refusal passes what waits. */
START_TEST(bid_in_a_bracket)
{
    static const uint8_t lustat[] = {4, 0, 6, 0, 0};
    struct rh bid = {.category = RH_DFC, .fi = true, .bci = true, .eci = true, .dr1i = true, .bbi = true};
    put(&a, "A", 1, CHAIN_FLUSH);
    ck_assert_int_eq(pipe_receive(&a.pipe, false, 1, &bid, lustat, sizeof lustat, &err), PIPE_FOR_NODE);
    nothing_to_read(&a);
    flows(&a, &b, "N 1 0A9080 " FMH5_HEX "41");
}
END_TEST

/* ---- breaches ---- */

static const struct {
    bool expedited;
    uint16_t snf;
    const char *rh, *ru;
    uint32_t sense;
} breaches[] = {
    {false, 3, "009000", "41", SENSE_SEQUENCE_NUMBER},
    {false, 1, "009000", "41", SENSE_SEQUENCE_NUMBER},
    {false, 2, "029000", "41", SENSE_CHAINING},
    {false, 2, "4B9020", "0400060000", SENSE_CHAINING},
    {false, 2, "008000", "41", SENSE_RH_DR},
    {false, 2, "000000", "41", SENSE_RH_FORM},
    {false, 2, "019000", "41", SENSE_RH_EC},
    {false, 2, "018020", "41", SENSE_RH_CD},
    {false, 2, "009080", "41", SENSE_RH_BB},
    {false, 2, "219000", "41", SENSE_REQUEST_CODE}, /* network control */
    {false, 2, "6B8000", "A0", SENSE_REQUEST_CODE},
    {true, 2, "4B8000", "0400060000", SENSE_REQUEST_CODE},
    {true, 2, "4B8000", "C900020001", SENSE_PARAMETER},
    {true, 2, "4B8000", "", SENSE_RH_INCOMPLETE},
    {true, 2, "039020", "41", SENSE_REQUEST_CODE},
    {false, 1, "832000", "", SENSE_RESPONSE_UNEXPECTED},
    {false, 9, "879000", "08460000", SENSE_RESPONSE_UNEXPECTED},
    {false, 0, "830100", "", SENSE_PACING},
    {true, 0, "830100", "000007", SENSE_PACING},
    {true, 0, "830100", "0007", SENSE_IPM_FORMAT},
    {true, 0, "830100", "800007", SENSE_PACING},
};

/* Each at the side that has received the first RU of a chain. */
START_TEST(breach)
{
    struct rh rh;
    struct octets h = octets_of(breaches[_i].rh), ru = octets_of(breaches[_i].ru);
    put(&a, "A", 1, CHAIN_FLUSH);
    flows(&a, &b, "N 1 0A9080 " FMH5_HEX "41");
    ck_assert_int_eq(rh_decode(h.v, h.n, &rh, NULL), RH_LEN);
    uint8_t *exact = octets_exact(ru.v, ru.n);
    ck_assert_int_eq(pipe_receive(&b.pipe, breaches[_i].expedited, breaches[_i].snf, &rh, exact, ru.n, &err),
                     -1);
    ck_assert_msg(err.sense == breaches[_i].sense, "%08X: %s", err.sense, err.text);
    ck_assert_ptr_nonnull(err.text);
    free(exact);
}
END_TEST

START_TEST(second_refusal)
{
    struct rh neg = {.rri = true, .sdi = true, .bci = true, .eci = true, .dr1i = true, .eri = true};
    static const uint8_t sense[] = {8, 0x46, 0, 0};
    put(&a, "A", 1, CHAIN_FLUSH);
    flows(&a, &b, "N 1 0A9080 " FMH5_HEX "41");
    ck_assert_int_eq(pipe_receive(&a.pipe, false, 1, &neg, sense, 3, &err), -1);
    ck_assert_int_eq(pipe_receive(&a.pipe, false, 1, &neg, sense, 4, &err), PIPE_TAKEN);
    ck_assert_int_eq(pipe_receive(&a.pipe, false, 1, &neg, sense, 4, &err), -1);
    ck_assert_uint_eq(err.sense, SENSE_RESPONSE_UNEXPECTED);
}
END_TEST

/* A chain of a partner that has not the turn, or owes a response. */
START_TEST(no_turn)
{
    put(&a, "A", 1, CHAIN_TURN);
    flows(&a, &b, "N 1 0B90A0 " FMH5_HEX "41");
    put(&b, "B", 1, _i ? CHAIN_CONFIRM : CHAIN_FLUSH);
    flows(&b, &a, _i ? "N 1 032000 42" : "N 1 029000 42");
    struct rh rh = {.bci = true, .dr1i = true, .eri = true};
    ck_assert_int_eq(pipe_receive(&b.pipe, false, 2, &rh, (const uint8_t *)"C", 1, &err), -1);
    ck_assert_uint_eq(err.sense, _i ? SENSE_RESPONSE_OWED : SENSE_DIRECTION);
}
END_TEST

/* The refusal of a chain comes when its bracket has ended and the next one has begun. */
START_TEST(late_refusal)
{
    struct rh neg = {.rri = true, .sdi = true, .bci = true, .eci = true, .dr1i = true, .eri = true};
    static const uint8_t sense[] = {8, 0x46, 0, 0};
    put(&a, "A", 1, CHAIN_FLUSH);
    put(&a, "B", 1, CHAIN_DEALLOCATE);
    flows(&a, &b, "N 1 0A9080 " FMH5_HEX "41");
    flows(&a, &b, "N 2 019001 42");
    ck_assert_uint_eq(pipe_over(&a.pipe), 1);
    pipe_converse(&a.pipe, 2, fmh5, sizeof fmh5, true);
    program_begin(&a, 2, true);
    put(&a, "C", 1, CHAIN_FLUSH);
    flows(&a, &b, "N 3 0A9080 " FMH5_HEX "43");
    ck_assert_int_eq(pipe_receive(&a.pipe, false, 1, &neg, sense, 4, &err), PIPE_TAKEN);
    nothing_to_read(&a);
    put(&a, "D", 1, CHAIN_TURN); /* the chain goes on */
    flows(&a, &b, "N 4 019020 44");
    ck_assert_int_eq(pipe_receive(&a.pipe, false, 0, &neg, sense, 4, &err), -1); /* was never sent */
    ck_assert_uint_eq(err.sense, SENSE_RESPONSE_UNEXPECTED);
}
END_TEST

START_TEST(bad_frames)
{
    static const uint8_t frame[] = {0, 0x03, 0x90, 0x20, 0x41};
    for (size_t n = 0; n < FRAME_HDR; n++)
        ck_assert_int_eq(pipe_put(&a.pipe, 1, frame, n, &err), -1);
    ck_assert_int_eq(pipe_put(&a.pipe, 2, frame, sizeof frame, &err), PIPE_PUT); /* another conversation's */
    quiet(&a);
    ck_assert_int_eq(pipe_put(&a.pipe, 1, (const uint8_t *)"\0\x87\x90\0\0", 5, &err), -1);
    ck_assert_int_eq(pipe_put(&a.pipe, 1, (const uint8_t *)"\1\x6B\x80\0\x31", 5, &err), -1);
}
END_TEST

/* ---- bounds ---- */

START_TEST(reader_stops_partner)
{
    uint8_t data[200] = {0};
    pipe_fini(&a.pipe);
    start(4, _i);
    pipe_converse(&a.pipe, 1, fmh5, sizeof fmh5, true);
    bool stopped = false;
    unsigned frames = 0;
    for (int i = 0; i < 5000 && !stopped; i++) {
        struct biu *u;
        if (pipe_room(&a.pipe)) {
            put(&a, data, sizeof data, CHAIN_FLUSH);
            frames++;
        } else {
            stopped = true;
        }
        while ((u = pipe_next(&a.pipe)))
            ck_assert_int_ge(carry(&b, u), 0);
        while ((u = pipe_next(&b.pipe)))
            ck_assert_int_ge(carry(&a, u), 0);
    }
    ck_assert(stopped);
    ck_assert_uint_le(b.pipe.n_in, 64 * 2); /* two windows at their largest */
    if (!_i)
        ck_assert_uint_eq(b.pipe.n_in, 8);
    ck_assert_uint_le(a.pipe.waiting, 65536 + 256);
    /* The reader wakes up: all of it comes, and the writer is told once. */
    unsigned told = 0, got = 0;
    uint32_t conv;
    while (pipe_front(&b.pipe, &conv, b.frame) > 0) {
        struct biu *u;
        pipe_pop(&b.pipe);
        got++;
        while ((u = pipe_next(&b.pipe)))
            ck_assert_int_ge(carry(&a, u), 0);
        while ((u = pipe_next(&a.pipe)))
            ck_assert_int_ge(carry(&b, u), 0);
        told += pipe_roomy(&a.pipe);
    }
    ck_assert_uint_eq(got, frames);
    ck_assert_uint_eq(told, 1);
}
END_TEST

START_TEST(unpaced_reader)
{
    int r = 0;
    unsigned n = 0;
    for (; r >= 0 && n < 1000; n++) {
        put(&a, "x", 1, CHAIN_FLUSH);
        r = carry(&b, pipe_next(&a.pipe));
    }
    ck_assert_uint_le(n, 66);
    ck_assert_uint_eq(err.sense, SENSE_INSUFFICIENT);
}
END_TEST

START_TEST(answers_bounded)
{
    struct rh sig = {.category = RH_DFC, .fi = true, .bci = true, .eci = true, .dr1i = true};
    static const uint8_t ru[] = {0xC9, 0, 1, 0, 1};
    int r = 0;
    unsigned n = 0;
    for (; r >= 0 && n < 1000; n++)
        r = pipe_receive(&a.pipe, true, (uint16_t)n, &sig, ru, sizeof ru, &err);
    ck_assert_uint_le(n, 20);
    ck_assert_uint_eq(err.sense, SENSE_INSUFFICIENT);
}
END_TEST

START_TEST(window_reset_acknowledged)
{
    pipe_fini(&a.pipe);
    start(4, true);
    pipe_converse(&a.pipe, 1, fmh5, sizeof fmh5, true);
    struct rh pacing = {.rri = true, .bci = true, .eci = true, .pi = true};
    static const uint8_t reset[] = {0x60, 0, 0}, again[] = {0x60, 0, 2};
    ck_assert_int_eq(pipe_receive(&a.pipe, true, 0, &pacing, reset, 3, &err), PIPE_TAKEN);
    put(&a, "A", 1, CHAIN_TURN);
    struct biu *u = pipe_next(&a.pipe);
    ck_assert(u->expedited && u->snf == 0 && u->n == 3 && u->ru[0] == 0x80 && u->rh.rri && u->rh.pi);
    free(u);
    quiet(&a);
    ck_assert_int_eq(pipe_receive(&a.pipe, true, 0, &pacing, again, 3, &err), PIPE_TAKEN);
    free(pipe_next(&a.pipe));
    u = pipe_next(&a.pipe);
    ck_assert(!u->rh.rri && u->rh.pi);
    free(u);
}
END_TEST

/* ---- random conversations ---- */

static uint32_t seed;

static uint32_t dice(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

#define WAY 64
struct way {
    struct biu *v[WAY];
    unsigned head, n;
};

static void way_put(struct way *w, struct biu *u)
{
    if (w->n >= WAY)
        ck_abort_msg("too much under way");
    w->v[(w->head + w->n++) % WAY] = u;
}

/* Two programs take turns at random; each octet that one sends the other reads, in order; BIUs are late. */
START_TEST(random_conversation)
{
    static struct way way[2];
    struct program *side[2] = {&a, &b};
    uint8_t next_out[2] = {0, 0}, next_in[2] = {0, 0};
    int turn = 0;
    bool waits = false, accepted = false; /* for a confirmation; for the Attach */
    pipe_fini(&a.pipe);
    start((uint8_t)(1 + _i % 5), _i % 2);
    pipe_converse(&a.pipe, 1, fmh5, sizeof fmh5, true);
    seed = 4711u + (uint32_t)_i;
    memset(way, 0, sizeof way);
    for (int step = 0; step < 8000; step++) {
        int k = (int)dice(2);
        struct program *x = side[k];
        switch (dice(4)) {
        case 0: /* send */
            if (k != turn || waits || !pipe_room(&x->pipe))
                break;
            uint8_t data[600];
            size_t n = dice(600);
            for (size_t i = 0; i < n; i++)
                data[i] = next_out[k]++;
            uint32_t what = dice(12);
            enum chain_end end = what == 0   ? CHAIN_TURN
                                 : what == 1 ? CHAIN_CONFIRM
                                 : what == 2 ? CHAIN_CONFIRM_TURN
                                 : what < 8  ? CHAIN_FLUSH
                                             : CHAIN_MORE;
            put(x, data, n, end);
            waits = what == 1 || what == 2;
            if (what == 0 || what == 2)
                turn = -1 - turn; /* when it is read */
            break;
        case 1: /* flow */
            if (way[k].n < WAY / 2 && pipe_ready(&x->pipe))
                way_put(&way[k], pipe_next(&x->pipe));
            break;
        case 2: /* arrive */
            if (way[!k].n > 0) {
                struct biu *u = way[!k].v[way[!k].head];
                way[!k].head = (way[!k].head + 1) % WAY;
                way[!k].n--;
                ck_assert_msg(carry(x, u) >= 0, "%08X %s", err.sense, err.text);
                accepted = accepted || k == 1;
            }
            break;
        default: { /* read */
            uint32_t conv;
            size_t got = pipe_front(&x->pipe, &conv, x->frame);
            struct inbound in;
            bool in_order = true;
            if (got == 0 || (k == 1 && !accepted))
                break;
            inbound_read(&x->rx, x->frame, got, &in);
            ck_assert_msg(in.kind == IN_DATA || in.kind == IN_POSITIVE, "kind %d %08X", in.kind, in.sense);
            for (size_t i = 0; i < in.n; i++)
                in_order = in_order && in.ru[i] == next_in[!k]++;
            ck_assert(in_order);
            pipe_pop(&x->pipe);
            if (in.kind == IN_POSITIVE)
                waits = false;
            else if (in.end == CHAIN_CONFIRM || in.end == CHAIN_CONFIRM_TURN)
                put_response(x, false, true);
            if (in.end == CHAIN_TURN || in.end == CHAIN_CONFIRM_TURN)
                turn = k;
        }
        }
        if (a.pipe.n_in > a.pipe.pace_in.capacity || b.pipe.n_in > b.pipe.pace_in.capacity ||
            a.pipe.waiting > 65536 + 1200)
            ck_abort_msg("%u and %u requests and %zu octets wait", a.pipe.n_in, b.pipe.n_in, a.pipe.waiting);
    }
    ck_assert_uint_gt(next_in[0] + next_in[1], 0);
    for (int k = 0; k < 2; k++)
        for (; way[k].n > 0; way[k].n--, way[k].head = (way[k].head + 1) % WAY)
            free(way[k].v[way[k].head]);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("pipe");
    TCase *tc = tcase_create("charts");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, send_and_turn);
    tcase_add_test(tc, first_bracket);
    tcase_add_test(tc, confirm);
    tcase_add_test(tc, other_forms);
    tcase_add_test(tc, confirm_refused);
    tcase_add_test(tc, request_to_send);
    tcase_add_test(tc, error_in_receive);
    tcase_add_test(tc, error_before_a_chain);
    tcase_add_loop_test(tc, error_before_the_end, 0, OCTETS_ROWS(ends));
    tcase_add_loop_test(tc, deallocate_crosses_error, 0, 2);
    tcase_add_test(tc, error_after_the_turn);
    tcase_add_test(tc, abend);
    tcase_add_test(tc, abend_by_receiver);
    tcase_add_test(tc, last_word_is_unbind);
    tcase_add_loop_test(tc, abandoned, 0, 4);
    tcase_add_loop_test(tc, abandoned_before_the_attach, 0, 4);
    tcase_add_test(tc, signal_behind_attach);
    tcase_add_test(tc, signal_of_the_next);
    tcase_add_test(tc, brackets_cross);
    tcase_add_test(tc, large_ru);
    tcase_add_test(tc, numbers_wrap);
    tcase_add_loop_test(tc, definite_end, 0, 2);
    suite_add_tcase(s, tc);
    tc = tcase_create("session");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, of_the_node);
    tcase_add_loop_test(tc, behind_an_fmh12, 0, 3);
    tcase_add_test(tc, fmh12_alone);
    tcase_add_loop_test(tc, attach_in_parts, 0, (int)sizeof fmh5 - 2);
    tcase_add_test(tc, attach_cut_off);
    tcase_add_test(tc, bid_in_a_bracket);
    tcase_add_loop_test(tc, breach, 0, OCTETS_ROWS(breaches));
    tcase_add_test(tc, second_refusal);
    tcase_add_test(tc, late_refusal);
    tcase_add_loop_test(tc, no_turn, 0, 2);
    tcase_add_test(tc, bad_frames);
    tcase_add_loop_test(tc, reader_stops_partner, 0, 2);
    tcase_add_test(tc, unpaced_reader);
    tcase_add_test(tc, answers_bounded);
    tcase_add_test(tc, window_reset_acknowledged);
    suite_add_tcase(s, tc);
    tc = tcase_create("random");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, random_conversation, 0, 40);
    suite_add_tcase(s, tc);
    return octets_run(s);
}
