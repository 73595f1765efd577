/* Session activation: a row for each rule of what the two LUs may do. */
#include <string.h>

#include "snanode/lu62/activate.h"
#include "snanode/wire/sense.h"
#include "tests/unit/octets.h"

static const uint8_t sid[8] = {1, 2, 3, 4, 5, 6, 7, 8};

static struct activate_offer offer(bool secondary)
{
    struct activate_offer o = {.mode = "#INTER",
                               .max_send_ru = 1024,
                               .max_recv_ru = 1024,
                               .pace_send = 7,
                               .pace_recv = 7,
                               .adaptive = true,
                               .security = BIND_SEC_ACCESS | BIND_SEC_ALREADY_VERIFIED,
                               .sync = BIND_SYNC_CONFIRM,
                               .reinit = BIND_REINIT_EITHER,
                               .parallel = true,
                               .cnos = true};
    strcpy(o.fq, secondary ? "NET.HOST" : "NET.CLIENT");
    strcpy(o.partner, secondary ? "NET.CLIENT" : "NET.HOST");
    o.winner = !secondary;
    return o;
}

/* Through the images, as it is done between two LUs.  0, or the sense of who refused. */
static uint32_t activate(const struct activate_offer *plu, const struct activate_offer *slu,
                         struct activate_session *out)
{
    struct bind sent, got, answer;
    struct sna_err e = {0};
    uint8_t ru[BIND_MAX];
    activate_bind(plu, sid, &sent);
    ssize_t n = bind_encode(&sent, ru, sizeof ru);
    ck_assert_int_gt(n, 0);
    ck_assert_int_eq(bind_decode(ru, (size_t)n, &got, &e), n);
    if (activate_answer(slu, &got, &answer, &e) < 0)
        return e.sense;
    n = bind_encode(&answer, ru, sizeof ru);
    ck_assert_int_gt(n, 0);
    ck_assert_int_eq(bind_decode(ru, (size_t)n, &got, &e), n);
    if (activate_check(&sent, &got, &e) < 0)
        return e.sense;
    activate_result(&got, out);
    return 0;
}

/* What every BIND between two LUs has [Formats: BIND]. */
START_TEST(image)
{
    struct activate_offer p = offer(false);
    struct bind b, got;
    struct sna_err e;
    uint8_t ru[BIND_MAX];
    activate_bind(&p, sid, &b);
    ssize_t n = bind_encode(&b, ru, sizeof ru);
    ck_assert_int_eq(bind_decode(ru, (size_t)n, &got, &e), n);
    ck_assert(got.has_mode && got.mode.n == 6);
    ck_assert(got.has_fq_plu && got.fq_plu.n == 10);
    ck_assert(got.has_sid && got.sid_n == 9);
    ck_assert_mem_eq(got.sid + 1, sid, sizeof sid);
    ck_assert(!got.has_fq_slu && !got.extended);
    ck_assert_uint_eq(got.slu.n, 8);
}
END_TEST

START_TEST(as_asked)
{
    struct activate_offer p = offer(false), s = offer(true);
    struct activate_session r;
    ck_assert_uint_eq(activate(&p, &s, &r), 0);
    ck_assert_uint_eq(r.send_ru[0], 1024);
    ck_assert_uint_eq(r.send_ru[1], 1024);
    ck_assert_uint_eq(r.window[0], 7);
    ck_assert_uint_eq(r.window[1], 7);
    ck_assert(r.adaptive && r.parallel && r.cnos);
    ck_assert_uint_eq(r.security, BIND_SEC_ACCESS | BIND_SEC_ALREADY_VERIFIED);
    ck_assert_uint_eq(r.sync, BIND_SYNC_CONFIRM);
    ck_assert_uint_eq(r.winner, 0);
}
END_TEST

/* Byte 23: each side says what it takes itself, and both have to want substitutes. */
static const struct {
    uint8_t plu, slu, answer;
} takes[] = {
    {0x12, 0x00, 0x00}, {0x00, 0x12, 0x12}, {0x16, 0x12, 0x12}, {0x12, 0x17, 0x13}, {0x16, 0x16, 0x16}};

START_TEST(security)
{
    struct activate_offer p = offer(false), s = offer(true);
    struct activate_session r;
    p.security = takes[_i].plu;
    s.security = takes[_i].slu;
    ck_assert_uint_eq(activate(&p, &s, &r), 0);
    ck_assert_uint_eq(r.security, takes[_i].answer);
}
END_TEST

/* RU sizes by direction: what both can, rounded down to what a BIND can say. */
static const struct {
    uint32_t plu_send, plu_recv, slu_send, slu_recv, out_plu, out_slu;
} rus[] = {
    {1024, 1024, 1024, 1024, 1024, 1024},
    {4096, 1024, 2048, 256, 256, 1024},
    {256, 4096, 4096, 1024, 256, 4096},
    {1000, 1000, 2000, 2000, 960, 960}, /* mantissa 15, exponent 6 */
    {0, 0, 512, 2048, 2048, 512},       /* no limit stated by the primary */
    {512, 2048, 0, 0, 512, 2048},       /* ... by the secondary */
    {0, 0, 0, 0, 0, 0},
    {65527, 65527, 65527, 65527, 61440, 61440},
    {256, 256, 16384, 16384, 256, 256},
};

START_TEST(ru_sizes)
{
    struct activate_offer p = offer(false), s = offer(true);
    struct activate_session r;
    p.max_send_ru = rus[_i].plu_send;
    p.max_recv_ru = rus[_i].plu_recv;
    s.max_send_ru = rus[_i].slu_send;
    s.max_recv_ru = rus[_i].slu_recv;
    ck_assert_uint_eq(activate(&p, &s, &r), 0);
    ck_assert_uint_eq(r.send_ru[0], rus[_i].out_plu);
    ck_assert_uint_eq(r.send_ru[1], rus[_i].out_slu);
}
END_TEST

static const struct {
    uint8_t plu_send, plu_recv, slu_send, slu_recv, out_plu, out_slu;
} windows[] = {
    {7, 7, 7, 7, 7, 7}, {7, 3, 5, 2, 2, 3}, {3, 7, 4, 9, 3, 4},       {0, 0, 4, 5, 5, 4},
    {4, 5, 0, 0, 4, 5}, {0, 0, 0, 0, 0, 0}, {63, 63, 63, 63, 63, 63},
};

START_TEST(pacing)
{
    struct activate_offer p = offer(false), s = offer(true);
    struct activate_session r;
    p.pace_send = windows[_i].plu_send;
    p.pace_recv = windows[_i].plu_recv;
    s.pace_send = windows[_i].slu_send;
    s.pace_recv = windows[_i].slu_recv;
    ck_assert_uint_eq(activate(&p, &s, &r), 0);
    ck_assert_uint_eq(r.window[0], windows[_i].out_plu);
    ck_assert_uint_eq(r.window[1], windows[_i].out_slu);
}
END_TEST

/* Options that either LU lacks are off; nothing is added but what the secondary takes itself. */
static const struct {
    struct {
        bool adaptive, parallel, cnos;
        uint8_t security, sync, reinit;
    } plu, slu, out;
} options[] = {
    {{true, true, true, 0x10, 1, 3}, {true, true, true, 0x10, 1, 3}, {true, true, true, 0x10, 1, 3}},
    {{true, true, true, 0x10, 1, 3}, {false, true, true, 0x10, 1, 3}, {false, true, true, 0x10, 1, 3}},
    {{false, true, true, 0x10, 1, 3}, {true, true, true, 0x10, 1, 3}, {false, true, true, 0x10, 1, 3}},
    {{true, true, true, 0x12, 1, 3}, {true, true, true, 0x10, 1, 3}, {true, true, true, 0x10, 1, 3}},
    {{true, true, true, 0x10, 1, 3}, {true, true, true, 0x1F, 1, 3}, {true, true, true, 0x13, 1, 3}},
    {{true, true, true, 0x1F, 1, 3}, {true, true, true, 0x00, 1, 3}, {true, true, true, 0x00, 1, 3}},
    {{true, true, true, 0, 2, 3}, {true, true, true, 0, 1, 3}, {true, true, true, 0, 1, 3}},
    {{true, true, true, 0, 1, 3}, {true, true, true, 0, 2, 3}, {true, true, true, 0, 1, 3}},
    {{true, true, true, 0, 2, 3}, {true, true, true, 0, 2, 3}, {true, true, true, 0, 2, 3}},
    {{true, true, true, 0, 1, 3}, {true, false, true, 0, 1, 3}, {true, false, false, 0, 1, 3}},
    {{true, false, true, 0, 1, 3}, {true, true, true, 0, 1, 3}, {true, false, false, 0, 1, 3}},
    {{true, true, true, 0, 1, 3}, {true, true, false, 0, 1, 3}, {true, true, false, 0, 1, 3}},
    {{true, true, true, 0, 1, 3}, {true, true, true, 0, 1, 1}, {true, true, true, 0, 1, 1}},
    {{true, true, true, 0, 1, 1}, {true, true, true, 0, 1, 2}, {true, true, true, 0, 1, 0}},
};

START_TEST(option)
{
    struct activate_offer p = offer(false), s = offer(true);
    struct activate_session r;
#define COPY(to, from)                                                                                       \
    do {                                                                                                     \
        (to).adaptive = (from).adaptive;                                                                     \
        (to).parallel = (from).parallel;                                                                     \
        (to).cnos = (from).cnos;                                                                             \
        (to).security = (from).security;                                                                     \
        (to).sync = (from).sync;                                                                             \
        (to).reinit = (from).reinit;                                                                         \
    } while (0)
    COPY(p, options[_i].plu);
    COPY(s, options[_i].slu);
    ck_assert_uint_eq(activate(&p, &s, &r), 0);
    ck_assert_int_eq(r.adaptive, options[_i].out.adaptive);
    ck_assert_int_eq(r.parallel, options[_i].out.parallel);
    ck_assert_int_eq(r.cnos, options[_i].out.cnos);
    ck_assert_uint_eq(r.security, options[_i].out.security);
    ck_assert_uint_eq(r.sync, options[_i].out.sync);
    ck_assert_uint_eq(r.reinit, options[_i].out.reinit);
}
END_TEST

/* Contention winner: the BIND says it; the secondary of a single session may claim it. */
static const struct {
    bool parallel, plu_wants, slu_insists;
    unsigned winner;
} polarity[] = {
    {true, true, false, 0}, {true, false, false, 1},  {true, true, true, 0},   {false, true, false, 0},
    {false, true, true, 1}, {false, false, false, 1}, {false, false, true, 1},
};

START_TEST(winner)
{
    struct activate_offer p = offer(false), s = offer(true);
    struct activate_session r;
    p.parallel = s.parallel = polarity[_i].parallel;
    p.winner = polarity[_i].plu_wants;
    s.winner = polarity[_i].slu_insists;
    ck_assert_uint_eq(activate(&p, &s, &r), 0);
    ck_assert_uint_eq(r.winner, polarity[_i].winner);
}
END_TEST

static const struct {
    const char *field;
    const char *value;
    uint32_t sense;
} not_ours[] = {
    {"mode", "#BATCH", SENSE_MODE_UNKNOWN},
    {"mode", "", SENSE_MODE_UNKNOWN},
    {"fq", "NET.OTHER", SENSE_RESOURCE_UNKNOWN},
    {"partner", "NET.OTHER", SENSE_RESOURCE_UNKNOWN},
};

START_TEST(wrong_address)
{
    struct activate_offer p = offer(false), s = offer(true);
    struct activate_session r;
    char *f = strcmp(not_ours[_i].field, "mode") == 0 ? s.mode
              : strcmp(not_ours[_i].field, "fq") == 0 ? s.fq
                                                      : s.partner;
    strcpy(f, not_ours[_i].value);
    ck_assert_uint_eq(activate(&p, &s, &r), not_ours[_i].sense);
}
END_TEST

/* What no secondary may do to a BIND: each breaks one field of a good answer. */
static void raise_slu_ru(struct bind *b)
{
    b->slu_ru = 2048;
}
static void raise_plu_ru(struct bind *b)
{
    b->plu_ru = 2048;
}
static void unlimit_ru(struct bind *b)
{
    b->plu_ru = 0;
}
static void raise_slu_send(struct bind *b)
{
    b->slu_send_window = 8;
}
static void raise_slu_recv(struct bind *b)
{
    b->slu_recv_window = 8;
}
static void raise_plu_send(struct bind *b)
{
    b->plu_send_window = 8;
}
static void raise_plu_recv(struct bind *b)
{
    b->plu_recv_window = 8;
}
static void stop_pacing(struct bind *b)
{
    b->slu_recv_window = 0;
}
static void add_security(struct bind *b)
{
    b->security |= BIND_SEC_PASSWORD_SUBST;
}
static void add_sync(struct bind *b)
{
    b->sync = BIND_SYNC_SYNCPT;
}
static void take_winner(struct bind *b)
{
    b->plu_contention_winner = false;
}
static void change_mode(struct bind *b)
{
    b->mode.s[0]++;
}
static void change_sid(struct bind *b)
{
    b->sid[3]++;
}
static void change_plu(struct bind *b)
{
    b->plu.s[0]++;
}
static void change_fq_slu(struct bind *b)
{
    b->fq_slu.n--;
}

static const struct {
    void (*spoil)(struct bind *b);
    unsigned offset;
} spoiled[] = {
    {take_winner, 7},   {raise_slu_send, 8}, {raise_slu_recv, 9},  {stop_pacing, 9},     {raise_slu_ru, 10},
    {raise_plu_ru, 11}, {unlimit_ru, 11},    {raise_plu_send, 12}, {raise_plu_recv, 13}, {add_security, 23},
    {add_sync, 24},     {change_plu, 27},    {change_mode, 28},    {change_sid, 28},     {change_fq_slu, 28},
};

START_TEST(spoiled_answer)
{
    struct activate_offer p = offer(false), s = offer(true);
    struct bind sent, answer;
    struct sna_err e;
    activate_bind(&p, sid, &sent);
    ck_assert_int_eq(activate_answer(&s, &sent, &answer, &e), 0);
    ck_assert_int_eq(activate_check(&sent, &answer, &e), 0);
    spoiled[_i].spoil(&answer);
    ck_assert_int_eq(activate_check(&sent, &answer, &e), -1);
    ck_assert_uint_eq(e.sense, SENSE_BIND_FIELD | spoiled[_i].offset);
}
END_TEST

/* One that says the window from the secondary in byte 8 alone, and not in byte 13 [Q223373]. */
START_TEST(one_window)
{
    struct activate_offer p = offer(false), s = offer(true);
    struct bind sent, answer;
    struct activate_session r;
    struct sna_err e;
    activate_bind(&p, sid, &sent);
    ck_assert_int_eq(activate_answer(&s, &sent, &answer, &e), 0);
    answer.slu_send_window = 4;
    answer.plu_recv_window = 0;
    ck_assert_int_eq(activate_check(&sent, &answer, &e), 0);
    activate_result(&answer, &r);
    ck_assert_uint_eq(r.window[1], 4);
    answer.slu_send_window = 0;
    ck_assert_int_eq(activate_check(&sent, &answer, &e), -1);
    ck_assert_uint_eq(e.sense, SENSE_BIND_FIELD | 8);
}
END_TEST

/* The options that a primary did not offer may not come back. */
START_TEST(nothing_added)
{
    struct activate_offer p = offer(false), s = offer(true);
    struct bind sent, answer;
    struct sna_err e;
    p.parallel = p.cnos = p.adaptive = false;
    activate_bind(&p, sid, &sent);
    ck_assert_int_eq(activate_answer(&s, &sent, &answer, &e), 0);
    answer.adaptive_pacing = true;
    ck_assert_int_eq(activate_check(&sent, &answer, &e), -1);
    answer.adaptive_pacing = false;
    answer.parallel = true;
    ck_assert_int_eq(activate_check(&sent, &answer, &e), -1);
    answer.parallel = false;
    answer.cnos = true;
    ck_assert_int_eq(activate_check(&sent, &answer, &e), -1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("activate");
    TCase *t = tcase_create("rules");
    tcase_add_test(t, image);
    tcase_add_test(t, as_asked);
    tcase_add_loop_test(t, security, 0, OCTETS_ROWS(takes));
    tcase_add_loop_test(t, ru_sizes, 0, OCTETS_ROWS(rus));
    tcase_add_loop_test(t, pacing, 0, OCTETS_ROWS(windows));
    tcase_add_loop_test(t, option, 0, OCTETS_ROWS(options));
    tcase_add_loop_test(t, winner, 0, OCTETS_ROWS(polarity));
    tcase_add_loop_test(t, wrong_address, 0, OCTETS_ROWS(not_ours));
    tcase_add_loop_test(t, spoiled_answer, 0, OCTETS_ROWS(spoiled));
    tcase_add_test(t, one_window);
    tcase_add_test(t, nothing_added);
    suite_add_tcase(s, t);
    return octets_run(s);
}
