/* LU-LU verification: the states against a second table, typed from the chart, and two ends that talk. */
#include <string.h>

#include "snanode/io/des.h"
#include "snanode/lu62/verify.h"
#include "snanode/wire/sense.h"
#include "tests/unit/octets.h"

/* One row for each state, with what may happen in it; whatever is not here refuses the session. */
static const struct {
    enum verify_state s;
    unsigned n;
    struct {
        enum verify_event e;
        enum verify_state to;
    } may[3];
} rows[] = {
    {VERIFY_NEW,
     3,
     {{VERIFY_DO_PLAIN, VERIFY_OFF}, {VERIFY_DO_BIND, VERIFY_ASKED}, {VERIFY_GOT_BIND, VERIFY_AWAITED}}},
    {VERIFY_OFF, 1, {{VERIFY_GOT_OTHER, VERIFY_OFF}}},
    {VERIFY_ASKED, 1, {{VERIFY_GOT_PROOF, VERIFY_DUE}}},
    {VERIFY_DUE, 1, {{VERIFY_DO_PROOF, VERIFY_DONE}}},
    {VERIFY_AWAITED, 1, {{VERIFY_GOT_FMH12, VERIFY_DONE}}},
    {VERIFY_DONE, 1, {{VERIFY_GOT_OTHER, VERIFY_DONE}}},
    {VERIFY_REFUSED, 0, {{0}}},
};

START_TEST(states)
{
    for (int e = 0; e < VERIFY_EVENT_N; e++) {
        enum verify_state want = VERIFY_REFUSED;
        for (unsigned i = 0; i < rows[_i].n; i++)
            if ((int)rows[_i].may[i].e == e)
                want = rows[_i].may[i].to;
        ck_assert_msg(verify_next(rows[_i].s, (enum verify_event)e) == want, "state %d, event %d", rows[_i].s,
                      e);
    }
}
END_TEST

START_TEST(all_states_have_a_row)
{
    ck_assert_int_eq(OCTETS_ROWS(rows), VERIFY_STATE_N);
    ck_assert_int_eq(verify_next(VERIFY_STATE_N, VERIFY_DO_BIND), VERIFY_REFUSED);
    ck_assert_int_eq(verify_next(VERIFY_NEW, VERIFY_EVENT_N), VERIFY_REFUSED);
}
END_TEST

/* ---- two ends ---- */

static const uint8_t key[CIPHER_N] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF},
                     wrong[CIPHER_N] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0x0F};

static struct verify plu, slu;
static struct bind in, rsp;
static struct sna_err err;
static uint8_t fmh12[VERIFY_FMH12_N];
static uint8_t counter; /* of what is not random here */

static int not_random(void *arg, uint8_t *out, size_t n)
{
    (void)arg;
    memset(out, ++counter, n);
    return 0;
}

static struct cipher cipher;

static void setup(void)
{
    cipher = *des_cipher();
    cipher.random = not_random;
    plu = slu = (struct verify){.state = VERIFY_NEW};
    in = rsp = (struct bind){.has_mode = true};
    counter = 0x20;
}

static void teardown(void)
{
    des_unload();
}

static int bind(const uint8_t *plu_key, const uint8_t *slu_key)
{
    ck_assert_int_eq(verify_bind(&plu, &cipher, plu_key, &in, &err), 0);
    return verify_answer(&slu, &cipher, slu_key, &in, &rsp, &err);
}

static int proves(const uint8_t *with)
{
    return verify_proved(&slu, &cipher, with, true, fmh12, sizeof fmh12, &err);
}

static void refused(int result, const struct verify *v)
{
    ck_assert_int_eq(result, -1);
    ck_assert_uint_eq(err.sense, SENSE_SECURITY_NOT_VALID);
    ck_assert_int_eq(v->state, VERIFY_REFUSED);
}

START_TEST(same_key)
{
    ck_assert_int_eq(bind(key, key), 0);
    ck_assert(in.has_random && !in.has_proof && rsp.has_random && rsp.has_proof);
    /* DES of 21..21 with the key above, by OpenSSL's command line */
    ck_assert_mem_eq(rsp.proof, octets_of("05E19C8A6B3AB8C9").v, CIPHER_N);
    ck_assert_int_eq(verify_check(&plu, &cipher, key, &rsp, &err), 0);
    ck_assert(verify_awaits(&slu));
    ck_assert_uint_eq(verify_proof(&plu, fmh12), VERIFY_FMH12_N);
    ck_assert_mem_eq(fmh12, octets_of("0A0C 2B86C06A5ECB1E33").v, VERIFY_FMH12_N);
    ck_assert_int_eq(proves(key), 0);
    ck_assert(plu.state == VERIFY_DONE && slu.state == VERIFY_DONE && !verify_awaits(&slu));
    ck_assert_uint_eq(verify_proof(&plu, fmh12), 0); /* once */
}
END_TEST

START_TEST(no_key)
{
    ck_assert_int_eq(bind(NULL, NULL), 0);
    ck_assert(!in.has_random && !rsp.has_random && !rsp.has_proof);
    ck_assert_int_eq(verify_check(&plu, NULL, NULL, &rsp, &err), 0);
    ck_assert_uint_eq(verify_proof(&plu, fmh12), 0);
    ck_assert(!verify_awaits(&slu));
}
END_TEST

START_TEST(key_on_one_side)
{
    refused(bind(key, NULL), &slu);
    setup();
    refused(bind(NULL, key), &slu);
}
END_TEST

/* The secondary cannot know yet; the primary does when the answer comes. */
START_TEST(wrong_key)
{
    ck_assert_int_eq(bind(key, wrong), 0);
    refused(verify_check(&plu, &cipher, key, &rsp, &err), &plu);
    ck_assert_uint_eq(verify_proof(&plu, fmh12), 0);
}
END_TEST

/* A primary that goes on although it does not know the key. */
START_TEST(wrong_proof)
{
    ck_assert_int_eq(bind(key, key), 0);
    ck_assert_int_eq(verify_check(&plu, &cipher, key, &rsp, &err), 0);
    (void)verify_proof(&plu, fmh12);
    fmh12[9] ^= 1;
    refused(proves(key), &slu);
}
END_TEST

START_TEST(fields_missing)
{
    ck_assert_int_eq(bind(key, key), 0);
    rsp.has_proof = _i == 1;
    rsp.has_random = _i == 0;
    refused(verify_check(&plu, &cipher, key, &rsp, &err), &plu);
}
END_TEST

START_TEST(fields_uncalled_for)
{
    ck_assert_int_eq(bind(NULL, NULL), 0);
    rsp.has_proof = true;
    refused(verify_check(&plu, &cipher, NULL, &rsp, &err), &plu);
}
END_TEST

START_TEST(something_else_comes_first)
{
    static const struct {
        bool fi;
        const char *ru;
    } other[] = {
        {true, "0D0502FF0003D000000206F100"}, /* an Attach */
        {false, "0A0C 0000000000000000"},     /* data */
        {true, "0A"},
        {true, ""},
        {true, "090C 00000000000000"},
        {true, "0A0C 0000000000000000 00"},
        {true, "0B0C 0000000000000000"},
    };
    for (int i = 0; i < OCTETS_ROWS(other); i++) {
        setup();
        struct octets o = octets_of(other[i].ru);
        uint8_t *ru = octets_exact(o.v, o.n);
        ck_assert_int_eq(bind(key, key), 0);
        refused(verify_proved(&slu, &cipher, key, other[i].fi, ru, o.n, &err), &slu);
        free(ru);
    }
}
END_TEST

/* The FMH-12 of one session does for no other. */
START_TEST(replay)
{
    ck_assert_int_eq(bind(key, key), 0);
    ck_assert_int_eq(verify_check(&plu, &cipher, key, &rsp, &err), 0);
    (void)verify_proof(&plu, fmh12);
    ck_assert_int_eq(proves(key), 0);
    struct verify again = {.state = VERIFY_NEW};
    ck_assert_int_eq(verify_answer(&again, &cipher, key, &in, &rsp, &err), 0);
    refused(verify_proved(&again, &cipher, key, true, fmh12, sizeof fmh12, &err), &again);
}
END_TEST

START_TEST(reflection)
{
    ck_assert_int_eq(bind(key, key), 0);
    ck_assert(verify_reflected(&plu, in.random));
    ck_assert(verify_reflected(&slu, rsp.random));
    ck_assert(!verify_reflected(&plu, rsp.random));
    memcpy(rsp.random, in.random, sizeof rsp.random);
    refused(verify_check(&plu, &cipher, key, &rsp, &err), &plu);
    ck_assert(!verify_reflected(&plu, in.random)); /* nobody waits for its answer any more */
}
END_TEST

static int no_des(void *arg, const uint8_t *k, const uint8_t *p, uint8_t *out)
{
    (void)arg, (void)k, (void)p, (void)out;
    return -1;
}

START_TEST(without_des)
{
    cipher.des = no_des;
    ck_assert_int_eq(bind(key, key), -1);
    ck_assert_uint_eq(err.sense, SENSE_INSUFFICIENT);
    setup();
    ck_assert_int_eq(verify_bind(&plu, NULL, key, &in, &err), -1);
    ck_assert_uint_eq(err.sense, SENSE_INSUFFICIENT);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("verify");
    TCase *t = tcase_create("states");
    tcase_add_loop_test(t, states, 0, OCTETS_ROWS(rows));
    tcase_add_test(t, all_states_have_a_row);
    suite_add_tcase(s, t);
    t = tcase_create("ends");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, same_key);
    tcase_add_test(t, no_key);
    tcase_add_test(t, key_on_one_side);
    tcase_add_test(t, wrong_key);
    tcase_add_test(t, wrong_proof);
    tcase_add_loop_test(t, fields_missing, 0, 3);
    tcase_add_test(t, fields_uncalled_for);
    tcase_add_test(t, something_else_comes_first);
    tcase_add_test(t, replay);
    tcase_add_test(t, reflection);
    tcase_add_test(t, without_des);
    suite_add_tcase(s, t);
    return octets_run(s);
}
