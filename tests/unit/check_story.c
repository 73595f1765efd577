/* PIUs as stories: who sends, what it means, how it ends; traces and recorded links, whole and in parts. */
#include <stdio.h>

#include "snanode/base/ebcdic.h"
#include "snanode/lu62/chain.h"
#include "snanode/trace/capture.h"
#include "snanode/trace/chart.h"
#include "snanode/trace/step.h"
#include "snanode/wire/fmh5.h"
#include "snanode/wire/pcapng.h"
#include "snanode/wire/sense.h"
#include "snanode/wire/th.h"
#include "tests/unit/octets.h"

static struct stories s;
static uint8_t memory[64][512];
static unsigned used;
static uint64_t clock_ns;

static void setup(void)
{
    s = (struct stories){.n = 0};
    used = 0;
    clock_ns = 1000000000;
}

static void teardown(void)
{
    stories_free(&s);
}

/* A PIU from end WHO of the session LOW/HIGH, with RH and RU in hexadecimal and a comment. */
static void piu(unsigned who, uint8_t low, uint8_t high, unsigned mpf, const char *hex, const char *comment)
{
    struct octets o = octets_of(hex);
    struct th th = {.mpf = (uint8_t)mpf, .daf = who ? low : high, .oaf = who ? high : low};
    uint8_t *p = memory[used++];
    th_encode(&th, p);
    memcpy(p + TH_LEN, o.v, o.n);
    clock_ns += 1000000;
    stories_take(&s, &(struct story_piu){.time_ns = clock_ns,
                                         .direction = who ? PCAPNG_INBOUND : PCAPNG_OUTBOUND,
                                         .piu = p,
                                         .n = TH_LEN + o.n,
                                         .comment = comment,
                                         .comment_n = comment ? strlen(comment) : 0});
}

static const char *said(const struct story *y, size_t i)
{
    static char out[256];
    struct text t = {.p = NULL};
    ck_assert_uint_lt(i, y->n_steps);
    step_describe(y, &y->steps[i], 200, &t);
    snprintf(out, sizeof out, "%s", t.p);
    text_free(&t);
    return out;
}

/* RU of an Attach of ECHO, mapped, confirm; a record "HI" behind it, and the turn. */
static const char *attach(const char *rh, bool data)
{
    static char out[600];
    struct fmh5 a = {.resource = FMH5_MAPPED, .sync = FMH5_SYNC_CONFIRM, .tpn_n = 4};
    uint8_t ru[FMH5_MAX];
    memcpy(a.tpn, "ECHO", 4);
    ebcdic_encode(a.tpn, 4);
    ssize_t n = fmh5_encode(&a, ru, sizeof ru);
    size_t at = (size_t)snprintf(out, sizeof out, "%s", rh);
    for (ssize_t i = 0; i < n; i++)
        at += (size_t)snprintf(out + at, sizeof out - at, "%02X", ru[i]);
    if (data)
        snprintf(out + at, sizeof out - at, "000612FFC8C9");
    return out;
}

START_TEST(conversation_on_a_link)
{
    piu(0, 2, 2, TH_WHOLE, attach("0B91A0", true), NULL); /* both halves of the address are the same */
    piu(1, 2, 2, TH_WHOLE, "03A020 000612FFC8C9", NULL);
    ck_assert_uint_eq(s.n, 1);
    piu(1, 2, 2, TH_WHOLE, "032020 0006 12FF 4142", NULL);
    piu(0, 2, 2, TH_WHOLE, "832000", NULL);
    piu(0, 2, 2, TH_WHOLE, "4B9001 04 0006 0000", NULL);
    stories_number(&s);
    const struct story *y = s.v[0];
    ck_assert_uint_eq(s.n, 1);
    ck_assert(y->begun && y->over && !y->session && !y->service && y->count == 1);
    ck_assert_str_eq(y->tp, "ECHO");
    ck_assert_str_eq(y->type, "mapped");
    ck_assert_str_eq(y->sync, "confirm");
    ck_assert_str_eq(said(y, 0), "Attach ECHO, 2 octets EBCDIC \"HI\", turn");
    ck_assert_uint_eq(y->steps[0].from, 0);
    ck_assert_uint_eq(y->steps[1].from, 1);
    ck_assert_str_eq(said(y, 2), "2 octets \"AB\", turn, asks to confirm");
    ck_assert_str_eq(said(y, 3), "+RSP confirmed");
    ck_assert_str_eq(said(y, 4), "end");
    ck_assert(y->steps[4].last);
}
END_TEST

START_TEST(refused)
{
    struct text t = {.p = NULL};
    piu(0, 1, 9, TH_WHOLE, attach("0B91A0", false), NULL);
    piu(1, 1, 9, TH_WHOLE, "879000 08460000", NULL);
    piu(1, 1, 9, TH_WHOLE, "0B8001 0707 10086021 00", NULL);
    ck_assert_uint_eq(s.n, 1);
    ck_assert(s.v[0]->wrong && s.v[0]->over && step_story_failed(s.v[0]));
    ck_assert_str_eq(said(s.v[0], 2), "refused: TPN_NOT_RECOGNIZED, end");
    step_advise(s.v[0], &t);
    ck_assert_ptr_nonnull(strstr(t.p, "No TP is set up under the name ECHO"));
    text_free(&t);
}
END_TEST

/* Every refusal has something to say, and names the TP where it can. */
START_TEST(advised)
{
    static const uint32_t senses[] = {
        SENSE_TPN_NOT_RECOGNIZED, SENSE_TP_UNAVAILABLE_RETRY, SENSE_TP_UNAVAILABLE_NO_RETRY,
        SENSE_SECURITY_NOT_VALID, SENSE_CONV_TYPE_MISMATCH,   SENSE_SYNC_LEVEL_UNSUPPORTED,
        SENSE_PIP_NOT_ALLOWED,    SENSE_ABEND_PROG,           0x12345678};
    char hex[64];
    struct text t = {.p = NULL};
    piu(0, 1, 9, TH_WHOLE, attach("0B91A0", false), NULL);
    snprintf(hex, sizeof hex, "0B8001 0707 %08X 00", senses[_i]);
    piu(1, 1, 9, TH_WHOLE, hex, NULL);
    step_advise(s.v[0], &t);
    ck_assert_uint_gt(t.n, 20);
    ck_assert(_i > 6 || strstr(t.p, "ECHO"));
    text_free(&t);
}
END_TEST

START_TEST(segments)
{
    const char *whole = attach("0B91A0", true);
    char first[64], rest[600];
    snprintf(first, sizeof first, "%.16s", whole);
    snprintf(rest, sizeof rest, "%s", whole + 16);
    piu(0, 1, 9, TH_FIRST, first, NULL);
    ck_assert_uint_eq(s.n, 0);
    piu(1, 1, 9, TH_WHOLE, "830100 000007", NULL); /* pacing, in between */
    piu(0, 1, 9, TH_LAST, rest, NULL);
    ck_assert_uint_eq(s.n, 2);
    ck_assert(s.v[0]->session);
    ck_assert_str_eq(said(s.v[1], 0), "Attach ECHO, 2 octets EBCDIC \"HI\", turn");
}
END_TEST

/* Two conversations in turn on a session, and its own RUs between them. */
START_TEST(session_between)
{
    piu(0, 1, 9, TH_WHOLE, attach("0B91A0", false), NULL);
    piu(1, 1, 9, TH_WHOLE, "4B9001 04 0006 0000", NULL);
    piu(1, 1, 9, TH_WHOLE, "4BA080 04 0006 0000", NULL); /* bid */
    piu(0, 1, 9, TH_WHOLE, "CB8000 04", NULL);
    piu(1, 1, 9, TH_WHOLE, attach("0B9120", false), NULL);
    piu(0, 1, 9, TH_WHOLE, "4B9001 04 0006 0000", NULL);
    piu(0, 1, 9, TH_WHOLE, "4B9000 70", NULL);
    stories_number(&s);
    ck_assert_uint_eq(s.n, 3);
    ck_assert(!s.v[0]->session && s.v[1]->session && !s.v[2]->session);
    ck_assert_uint_eq(s.v[1]->n_steps, 3);
    ck_assert_str_eq(said(s.v[1], 0), "LUSTAT (bid)");
    ck_assert_uint_eq(s.v[2]->count, 2);
    ck_assert_uint_eq(s.v[2]->steps[0].from, 0); /* the invoker is the other LU now */
    ck_assert(s.v[0]->over && s.v[2]->over);
}
END_TEST

/* A trace that begins in the middle: its comments say who is who. */
START_TEST(middle_of_a_trace)
{
    static const char comment[] =
        "conversation=77 session=3 sender=acceptor invoker=a_b[1] acceptor=c[2] lu=N.A "
        "partner=N.B mode=#INTER sync=none type=basic tp=MY TP";
    piu(0, 1, 9, TH_WHOLE, "039020 0006 41424344", comment);
    ck_assert_uint_eq(s.n, 1);
    const struct story *y = s.v[0];
    ck_assert(!y->begun && y->conversation == 77 && y->number == 3);
    ck_assert_uint_eq(y->steps[0].from, 1);
    ck_assert_str_eq(y->program[0], "a_b[1]");
    ck_assert_str_eq(y->program[1], "c[2]");
    ck_assert_str_eq(y->lu[1], "N.B");
    ck_assert_str_eq(y->tp, "MY TP");
    ck_assert_str_eq(y->type, "basic");
    ck_assert_str_eq(said(y, 0), "6 octets X'000641424344', turn"); /* nobody knows where a record begins */
}
END_TEST

START_TEST(basic_records)
{
    struct fmh5 a = {.resource = FMH5_BASIC, .tpn_n = 1, .tpn = {0xC1}};
    uint8_t ru[FMH5_MAX];
    char hex[600] = "0A9180";
    ssize_t n = fmh5_encode(&a, ru, sizeof ru);
    for (ssize_t i = 0; i < n; i++)
        sprintf(hex + strlen(hex), "%02X", ru[i]);
    strcat(hex, "0006 41424344 00"); /* an LL in two RUs */
    piu(0, 1, 9, TH_WHOLE, hex, NULL);
    piu(0, 1, 9, TH_WHOLE, "019020 08 454647 48494A", NULL);
    ck_assert_uint_eq(s.v[0]->steps[0].octets, 4);
    ck_assert_uint_eq(s.v[0]->steps[1].octets, 6);
    ck_assert_str_eq(said(s.v[0], 1), "6 octets \"EFGHIJ\", turn");
}
END_TEST

START_TEST(no_comment_escapes)
{
    struct text t = {.p = NULL};
    text_escaped(&t, "<a href=\"x\">&");
    ck_assert_str_eq(t.p, "&lt;a href=&quot;x&quot;&gt;&amp;");
    text_free(&t);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("story");
    TCase *t = tcase_create("story");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, conversation_on_a_link);
    tcase_add_test(t, refused);
    tcase_add_loop_test(t, advised, 0, 9);
    tcase_add_test(t, segments);
    tcase_add_test(t, session_between);
    tcase_add_test(t, middle_of_a_trace);
    tcase_add_test(t, basic_records);
    tcase_add_test(t, no_comment_escapes);
    suite_add_tcase(suite, t);
    return octets_run(suite);
}
