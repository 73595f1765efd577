#include <string.h>

#include "snanode/link/pacing.h"
#include "snanode/wire/sense.h"
#include "tests/unit/octets.h"

START_TEST(fixed_windows)
{
    struct pacing_send s;
    struct sna_err e;
    pacing_send_init(&s, PACING_FIXED, 3);
    ck_assert_int_eq(pacing_send_response(&s, &e), -1); /* nobody asked */
    ck_assert_uint_eq(e.sense, SENSE_PACING);
    ck_assert(pacing_send_request(&s));
    ck_assert(!pacing_send_request(&s));
    ck_assert_int_eq(pacing_send_response(&s, &e), 0);
    ck_assert_int_eq(pacing_send_response(&s, &e), -1);
    ck_assert(!pacing_send_request(&s));
    ck_assert(pacing_send_may(&s)); /* the next window was granted before this one was used up */
    ck_assert(pacing_send_request(&s));
    ck_assert(!pacing_send_request(&s));
    ck_assert(!pacing_send_request(&s));
    ck_assert(!pacing_send_may(&s));
    ck_assert_int_eq(pacing_send_response(&s, &e), 0);
    ck_assert(pacing_send_may(&s));
    struct ipm m = {IPM_SOLICITED, 7}, ack;
    ck_assert_int_eq(pacing_send_ipm(&s, &m, &ack, &e), -1);
}
END_TEST

START_TEST(unpaced)
{
    struct pacing_send s;
    struct pacing_recv r;
    pacing_send_init(&s, PACING_FIXED, 0);
    pacing_recv_init(&r, PACING_FIXED, 0);
    for (int i = 0; i < 1000; i++) {
        ck_assert(pacing_send_may(&s));
        ck_assert(!pacing_send_request(&s));
        ck_assert_int_eq(pacing_recv_request(&r, false, false, NULL), 0);
        ck_assert_uint_eq(pacing_recv_due(&r, 0), 0);
    }
}
END_TEST

START_TEST(adaptive_windows)
{
    struct pacing_send s;
    struct ipm m = {IPM_SOLICITED, 2}, ack;
    struct sna_err e;
    pacing_send_init(&s, PACING_ADAPTIVE, 7);
    ck_assert(pacing_send_request(&s)); /* the first window is one request */
    ck_assert(!pacing_send_may(&s));
    ck_assert_int_eq(pacing_send_ipm(&s, &m, &ack, &e), 0);
    ck_assert_int_eq(pacing_send_ipm(&s, &m, &ack, &e), -1);
    ck_assert_uint_eq(e.sense, SENSE_PACING);
    ck_assert(pacing_send_request(&s));
    ck_assert(!pacing_send_request(&s));
    ck_assert(!pacing_send_may(&s));
    ck_assert_int_eq(pacing_send_response(&s, &e), -1);
}
END_TEST

START_TEST(window_reset)
{
    struct pacing_send s;
    struct ipm m = {IPM_SOLICITED, 5}, ack;
    pacing_send_init(&s, PACING_ADAPTIVE, 7);
    pacing_send_request(&s);
    ck_assert_int_eq(pacing_send_ipm(&s, &m, &ack, NULL), 0);
    pacing_send_request(&s);
    m = (struct ipm){IPM_UNSOLICITED, 0};
    ck_assert_int_eq(pacing_send_ipm(&s, &m, &ack, NULL), 1);
    ck_assert_uint_eq(ack.type, IPM_RESET_ACK);
    ck_assert_uint_eq(ack.window, 0);
    ck_assert(!pacing_send_may(&s));
    m = (struct ipm){IPM_SOLICITED, 5}; /* what was asked for is void */
    ck_assert_int_eq(pacing_send_ipm(&s, &m, &ack, NULL), -1);
    m = (struct ipm){IPM_UNSOLICITED, 2};
    ck_assert_int_eq(pacing_send_ipm(&s, &m, &ack, NULL), 1);
    ck_assert_uint_eq(ack.window, 2);
    ck_assert(pacing_send_request(&s));
    ck_assert(!pacing_send_request(&s));
    ck_assert(!pacing_send_may(&s));
    m.type = IPM_RESET_ACK;
    ck_assert_int_eq(pacing_send_ipm(&s, &m, &ack, NULL), -1);
}
END_TEST

START_TEST(receiver_sees_breaches)
{
    struct pacing_recv r;
    struct sna_err e;
    pacing_recv_init(&r, PACING_FIXED, 2);
    ck_assert_int_eq(pacing_recv_request(&r, false, false, &e), -1); /* a window without PI */
    pacing_recv_init(&r, PACING_FIXED, 2);
    ck_assert_int_eq(pacing_recv_request(&r, true, false, &e), 0);
    ck_assert_int_eq(pacing_recv_request(&r, true, false, &e), -1); /* PI inside it */
    pacing_recv_init(&r, PACING_FIXED, 2);
    ck_assert_int_eq(pacing_recv_request(&r, true, false, &e), 0);
    ck_assert_int_eq(pacing_recv_request(&r, false, false, &e), 0);
    ck_assert_int_eq(pacing_recv_request(&r, true, false, &e), -1); /* one too many */
    ck_assert_uint_eq(e.sense, SENSE_PACING);
    struct ipm m = {IPM_RESET_ACK, 0};
    ck_assert_int_eq(pacing_recv_ack(&r, &m, &e), -1);
}
END_TEST

/* A receiver that does not read grants a second window but no third. */
START_TEST(no_reader_no_credit)
{
    struct pacing_send s;
    struct pacing_recv r;
    enum pacing_kind kind = _i ? PACING_ADAPTIVE : PACING_FIXED;
    uint16_t queued = 0;
    pacing_send_init(&s, kind, 4);
    pacing_recv_init(&r, kind, 4);
    for (int round = 0; round < 100; round++) {
        while (pacing_send_may(&s)) {
            ck_assert_int_eq(pacing_recv_request(&r, pacing_send_request(&s), false, NULL), 0);
            queued++;
        }
        uint16_t w = pacing_recv_due(&r, queued);
        if (w) {
            struct ipm m = {IPM_SOLICITED, w}, ack;
            pacing_recv_granted(&r, w);
            ck_assert_int_eq(_i ? pacing_send_ipm(&s, &m, &ack, NULL) : pacing_send_response(&s, NULL), 0);
        }
    }
    ck_assert_uint_eq(queued, _i ? 5 : 8);
    /* When all is read there is credit again. */
    ck_assert_uint_gt(pacing_recv_due(&r, 0), 0);
}
END_TEST

START_TEST(larger_windows)
{
    struct pacing_recv r;
    pacing_recv_init(&r, PACING_ADAPTIVE, 4);
    uint16_t last = 0;
    for (int i = 0; i < 10; i++) {
        uint16_t n = r.left ? r.left : r.next;
        for (uint16_t k = 0; k < n; k++)
            ck_assert_int_eq(pacing_recv_request(&r, k == 0, k == 0, NULL), 0);
        last = pacing_recv_due(&r, 0);
        ck_assert_uint_gt(last, 0);
        pacing_recv_granted(&r, last);
    }
    ck_assert_uint_eq(last, 64);
    ck_assert_uint_eq(r.capacity, 128);
}
END_TEST

/* ---- random runs: sender and receiver with octets under way between them ---- */

static uint32_t seed;

static uint32_t dice(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

#define WAY 512
struct way { /* what is under way in one direction, in order */
    struct {
        bool request, pi, rlwi;
        struct ipm m;
    } v[WAY];
    unsigned head, n;
};

static void way_put(struct way *w, bool request, bool pi, bool rlwi, struct ipm m)
{
    ck_assert_uint_lt(w->n, WAY);
    unsigned at = (w->head + w->n++) % WAY;
    w->v[at].request = request;
    w->v[at].pi = pi;
    w->v[at].rlwi = rlwi;
    w->v[at].m = m;
}

/* With windows, resets and readers at random: no breach is seen, never more than the capacity waits, and what
 * is sent arrives. */
START_TEST(random_run)
{
    struct pacing_send s;
    struct pacing_recv r;
    static struct way there, back;
    enum pacing_kind kind = _i % 2 ? PACING_ADAPTIVE : PACING_FIXED;
    uint16_t window = (uint16_t)(1 + _i % 9);
    unsigned queued = 0, sent = 0, read = 0, most = 0;
    seed = 77u + (uint32_t)_i;
    there.n = back.n = 0;
    pacing_send_init(&s, kind, window);
    pacing_recv_init(&r, kind, window);
    for (int step = 0; step < 20000; step++) {
        struct ipm none = {0, 0}, ack;
        switch (dice(6)) {
        case 0:
        case 1: /* send */
            if (pacing_send_may(&s)) {
                way_put(&there, true, pacing_send_request(&s), dice(4) == 0, none);
                sent++;
            }
            break;
        case 2: /* arrive */
            if (there.n == 0)
                break;
            if (there.v[there.head].request) {
                ck_assert_int_eq(
                    pacing_recv_request(&r, there.v[there.head].pi, there.v[there.head].rlwi, NULL), 0);
                queued++;
            } else {
                ck_assert_int_eq(pacing_recv_ack(&r, &there.v[there.head].m, NULL), 0);
            }
            there.head = (there.head + 1) % WAY;
            there.n--;
            break;
        case 3: /* read */
            if (queued > 0) {
                queued--;
                read++;
            }
            break;
        case 4: { /* credit goes back */
            uint16_t w = pacing_recv_due(&r, (uint16_t)queued);
            if (w) {
                pacing_recv_granted(&r, w);
                way_put(&back, false, false, false, (struct ipm){IPM_SOLICITED, w});
            } else if (kind == PACING_ADAPTIVE && !r.resetting && dice(20) == 0 && queued <= r.window) {
                way_put(&back, false, false, false, pacing_recv_reset(&r, (uint16_t)(1 + dice(r.window))));
            }
            break;
        }
        case 5: /* ... and arrives */
            if (back.n == 0)
                break;
            if (kind == PACING_FIXED)
                ck_assert_int_eq(pacing_send_response(&s, NULL), 0);
            else if (pacing_send_ipm(&s, &back.v[back.head].m, &ack, NULL) == 1)
                way_put(&there, false, false, false, ack);
            back.head = (back.head + 1) % WAY;
            back.n--;
            break;
        }
        if (queued > most)
            most = queued;
        ck_assert_uint_le(queued, 3u * r.capacity);
        if (kind == PACING_FIXED)
            ck_assert_uint_le(queued, r.capacity);
    }
    ck_assert_uint_gt(read, 500);
    unsigned under_way = 0;
    for (unsigned i = 0; i < there.n; i++)
        under_way += there.v[(there.head + i) % WAY].request;
    ck_assert_uint_eq(sent, read + queued + under_way);
    ck_assert_uint_gt(most, 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("pacing");
    TCase *tc = tcase_create("windows");
    tcase_add_test(tc, fixed_windows);
    tcase_add_test(tc, unpaced);
    tcase_add_test(tc, adaptive_windows);
    tcase_add_test(tc, window_reset);
    tcase_add_test(tc, receiver_sees_breaches);
    tcase_add_loop_test(tc, no_reader_no_credit, 0, 2);
    tcase_add_test(tc, larger_windows);
    tcase_add_loop_test(tc, random_run, 0, 40);
    suite_add_tcase(s, tc);
    return octets_run(s);
}
