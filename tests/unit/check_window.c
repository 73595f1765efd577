#include "snanode/dlsw/window.h"
#include "tests/unit/octets.h"

#define OP(o) (uint8_t)(WINDOW_FCI | (o))

/* ---- a sender, by each operator ---- */

static const struct {
    uint8_t op;
    bool alone;
    uint16_t window; /* before */
    bool wrong;
    uint16_t then; /* after */
    uint32_t granted;
} operators[] = {
    {WINDOW_REPEAT, false, 20, false, 20, 20},
    {WINDOW_REPEAT, true, 1, false, 1, 1},
    {WINDOW_INCREMENT, false, 20, false, 21, 21},
    {WINDOW_INCREMENT, true, 0, false, 1, 1},
    {WINDOW_INCREMENT, false, 65534, false, 65535, 65535},
    {WINDOW_INCREMENT, false, 65535, true, 65535, 0},
    {WINDOW_DECREMENT, false, 20, false, 19, 19},
    {WINDOW_DECREMENT, false, 2, false, 1, 1},
    {WINDOW_DECREMENT, false, 1, true, 1, 0},
    {WINDOW_RESET, true, 20, false, 0, 0},
    {WINDOW_RESET, false, 20, true, 20, 0}, /* only on an IFCM */
    {WINDOW_RESET, true, 0, true, 0, 0},    /* only an increment follows a reset */
    {WINDOW_HALVE, false, 20, false, 10, 10},
    {WINDOW_HALVE, false, 5, false, 2, 2},
    {WINDOW_HALVE, false, 1, false, 1, 1},
    {WINDOW_REPEAT, false, 0, true, 0, 0},
    {WINDOW_DECREMENT, false, 0, true, 0, 0},
    {WINDOW_HALVE, false, 0, true, 0, 0},
    {5, false, 20, true, 20, 0},
    {6, false, 20, true, 20, 0},
    {7, false, 20, true, 20, 0},
};

START_TEST(operator_of_sender)
{
    struct window_out w;
    window_out_init(&w, operators[_i].window);
    ck_assert_uint_eq(w.granted, 0);
    const char *wrong = window_out_operate(&w, OP(operators[_i].op), operators[_i].alone);
    ck_assert_int_eq(wrong != NULL, operators[_i].wrong);
    ck_assert_uint_eq(w.window, operators[_i].then);
    ck_assert_uint_eq(w.granted, operators[_i].granted);
}
END_TEST

START_TEST(no_initial_credit)
{
    struct window_out w;
    window_out_init(&w, 3);
    ck_assert(!window_out_take(&w));
    ck_assert_uint_eq(window_out_ack(&w), 0);
    ck_assert_ptr_null(window_out_operate(&w, OP(WINDOW_REPEAT), false));
    for (int i = 0; i < 3; i++)
        ck_assert(window_out_take(&w));
    ck_assert(!window_out_take(&w));
}
END_TEST

START_TEST(acknowledged_once)
{
    struct window_out w;
    window_out_init(&w, 3);
    ck_assert_ptr_null(window_out_operate(&w, OP(WINDOW_REPEAT), false));
    ck_assert_ptr_nonnull(window_out_operate(&w, OP(WINDOW_REPEAT), false)); /* two are open */
    ck_assert_uint_eq(w.granted, 3);
    ck_assert(!window_out_ack_reset(&w));
    ck_assert_uint_eq(window_out_ack(&w), WINDOW_FCA);
    ck_assert_uint_eq(window_out_ack(&w), 0);
    ck_assert_ptr_null(window_out_operate(&w, OP(WINDOW_REPEAT), false));
    ck_assert_uint_eq(w.granted, 6);
}
END_TEST

START_TEST(reset_overtakes)
{
    struct window_out w;
    window_out_init(&w, 3);
    ck_assert_ptr_null(window_out_operate(&w, OP(WINDOW_REPEAT), false));
    ck_assert_ptr_null(window_out_operate(&w, OP(WINDOW_RESET), true));
    ck_assert(!window_out_take(&w));
    ck_assert_ptr_nonnull(window_out_operate(&w, OP(WINDOW_INCREMENT), true)); /* not yet acknowledged */
    ck_assert(window_out_ack_reset(&w));
    ck_assert_uint_eq(window_out_ack(&w), 0); /* only the reset is acknowledged */
    ck_assert(!window_out_ack_reset(&w));
    ck_assert_ptr_null(window_out_operate(&w, OP(WINDOW_INCREMENT), true));
    ck_assert(window_out_take(&w));
    ck_assert(!window_out_take(&w));
}
END_TEST

START_TEST(granted_is_bounded)
{
    struct window_out w;
    window_out_init(&w, 65535);
    for (int i = 0; i < 70000; i++) {
        ck_assert_ptr_null(window_out_operate(&w, OP(WINDOW_REPEAT), false));
        window_out_ack(&w);
    }
    ck_assert_uint_eq(w.granted, UINT32_MAX);
}
END_TEST

/* ---- a receiver: which operator fits the room ---- */

static const struct {
    uint16_t window;
    uint32_t room;
    bool alone, used;
    uint8_t octet;
    uint16_t then;
} grants[] = {
    {20, 0, true, true, 0, 20},
    {20, 20, false, false, OP(WINDOW_REPEAT), 20},
    {20, 100, false, false, OP(WINDOW_REPEAT), 20},
    {20, 100, false, true, OP(WINDOW_INCREMENT), 21}, /* the sender waits, and there is room */
    {20, 20, false, true, OP(WINDOW_REPEAT), 20},
    {20, 19, false, true, OP(WINDOW_DECREMENT), 19},
    {20, 18, false, true, OP(WINDOW_HALVE), 10},
    {20, 10, false, true, OP(WINDOW_HALVE), 10},
    {20, 9, false, true, 0, 20}, /* a reset does not go with another message */
    {20, 9, true, true, OP(WINDOW_RESET), 0},
    {0, 1, false, true, OP(WINDOW_INCREMENT), 1},
    {1, 1, false, true, OP(WINDOW_REPEAT), 1},
    {2, 1, false, true, OP(WINDOW_DECREMENT), 1},
    {3, 1, false, true, OP(WINDOW_HALVE), 1},
    {65535, 70000, false, true, OP(WINDOW_REPEAT), 65535},
};

START_TEST(operator_of_receiver)
{
    struct window_in w;
    window_in_init(&w, grants[_i].window);
    window_in_room(&w, grants[_i].room);
    w.used = grants[_i].used;
    ck_assert_uint_eq(window_in_grant(&w, grants[_i].alone), grants[_i].octet);
    ck_assert_uint_eq(w.window, grants[_i].then);
    bool granted = grants[_i].octet != 0 && grants[_i].octet != OP(WINDOW_RESET);
    ck_assert_uint_eq(w.granted, granted ? grants[_i].then : 0);
    ck_assert_uint_eq(w.room, grants[_i].room - w.granted);
    ck_assert_uint_eq(window_in_grant(&w, grants[_i].alone), 0); /* nothing more before the acknowledgment */
}
END_TEST

START_TEST(room_of_the_revoked)
{
    struct window_in w;
    window_in_init(&w, 5);
    window_in_room(&w, 8);
    ck_assert_uint_eq(window_in_grant(&w, false), OP(WINDOW_REPEAT));
    ck_assert_uint_eq(window_in_reset(&w), OP(WINDOW_RESET)); /* before the operator is acknowledged */
    ck_assert_uint_eq(window_in_reset(&w), 0);
    ck_assert_ptr_null(window_in_take(&w)); /* was under way */
    ck_assert_ptr_null(window_in_acked(&w, false));
    ck_assert_uint_eq(w.granted, 4);
    ck_assert_ptr_null(window_in_acked(&w, true));
    ck_assert_uint_eq(w.granted, 0);
    ck_assert_uint_eq(w.room, 7);
    ck_assert_ptr_nonnull(window_in_take(&w));
    ck_assert_uint_eq(window_in_grant(&w, false), OP(WINDOW_INCREMENT));
    ck_assert_uint_eq(w.granted, 1);
}
END_TEST

START_TEST(breaches_by_sender)
{
    struct window_in w;
    window_in_init(&w, 1);
    ck_assert_ptr_nonnull(window_in_take(&w));
    ck_assert_ptr_nonnull(window_in_acked(&w, false));
    ck_assert_ptr_nonnull(window_in_acked(&w, true));
    window_in_room(&w, 1);
    ck_assert_uint_eq(window_in_grant(&w, false), OP(WINDOW_REPEAT));
    ck_assert_ptr_null(window_in_take(&w));
    ck_assert_ptr_null(window_in_acked(&w, false));
    ck_assert_ptr_nonnull(window_in_take(&w));
}
END_TEST

/* ---- both, by the charts of [DLSW: Adaptive Pacing Example Flow Diagrams] ---- */

/* What the two ends hold after each step: sender's units and window, receiver's window and units. */
static void expect(const struct window_out *out, uint32_t granted, uint16_t window,
                   const struct window_in *in, uint16_t in_window, uint32_t in_granted)
{
    ck_assert_uint_eq(out->granted, granted);
    ck_assert_uint_eq(out->window, window);
    ck_assert_uint_eq(in->window, in_window);
    ck_assert_uint_eq(in->granted, in_granted);
}

static void data(struct window_out *out, struct window_in *in)
{
    ck_assert(window_out_take(out));
    if (window_out_ack(out))
        ck_assert_ptr_null(window_in_acked(in, false));
    ck_assert_ptr_null(window_in_take(in));
}

static void operate(struct window_out *out, uint8_t octet, uint8_t expected)
{
    ck_assert_uint_eq(octet, expected);
    ck_assert_ptr_null(window_out_operate(out, octet, true));
}

START_TEST(chart_of_halve)
{
    struct window_out out;
    struct window_in in;
    window_out_init(&out, 2);
    window_in_init(&in, 2);
    expect(&out, 0, 2, &in, 2, 0);
    window_in_room(&in, 2);
    operate(&out, window_in_grant(&in, true), OP(WINDOW_REPEAT));
    expect(&out, 2, 2, &in, 2, 2);
    data(&out, &in);
    expect(&out, 1, 2, &in, 2, 1);
    data(&out, &in);
    window_in_room(&in, 3);
    operate(&out, window_in_grant(&in, true), OP(WINDOW_INCREMENT));
    expect(&out, 3, 3, &in, 3, 3);
    for (int i = 0; i < 3; i++)
        data(&out, &in);
    window_in_room(&in, 1);
    operate(&out, window_in_grant(&in, true), OP(WINDOW_HALVE));
    expect(&out, 1, 1, &in, 1, 1);
    data(&out, &in);
    expect(&out, 0, 1, &in, 1, 0);
}
END_TEST

START_TEST(chart_of_reset)
{
    struct window_out out = {.window = 3, .granted = 3};
    struct window_in in = {.window = 3, .granted = 3, .room = 3, .used = true};
    uint8_t late = window_in_grant(&in, true); /* under way when the shortage comes */
    ck_assert_uint_eq(late, OP(WINDOW_REPEAT));
    data(&out, &in);
    expect(&out, 2, 3, &in, 3, 5);
    uint8_t reset = window_in_reset(&in);
    expect(&out, 2, 3, &in, 0, 5);
    data(&out, &in);
    expect(&out, 1, 3, &in, 0, 4);
    operate(&out, late, OP(WINDOW_REPEAT));
    expect(&out, 4, 3, &in, 0, 4);
    data(&out, &in); /* acknowledges the operator, not the reset */
    data(&out, &in);
    expect(&out, 2, 3, &in, 0, 2);
    operate(&out, reset, OP(WINDOW_RESET));
    expect(&out, 0, 0, &in, 0, 2);
    ck_assert(window_out_ack_reset(&out));
    ck_assert_ptr_null(window_in_acked(&in, true));
    expect(&out, 0, 0, &in, 0, 0);
    window_in_room(&in, 5); /* condition eases */
    operate(&out, window_in_grant(&in, true), OP(WINDOW_INCREMENT));
    expect(&out, 1, 1, &in, 1, 1);
    data(&out, &in);
    operate(&out, window_in_grant(&in, true), OP(WINDOW_INCREMENT));
    expect(&out, 2, 2, &in, 2, 2);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("window");
    TCase *tc = tcase_create("sender");
    tcase_add_loop_test(tc, operator_of_sender, 0, OCTETS_ROWS(operators));
    tcase_add_test(tc, no_initial_credit);
    tcase_add_test(tc, acknowledged_once);
    tcase_add_test(tc, reset_overtakes);
    tcase_add_test(tc, granted_is_bounded);
    suite_add_tcase(s, tc);
    tc = tcase_create("receiver");
    tcase_add_loop_test(tc, operator_of_receiver, 0, OCTETS_ROWS(grants));
    tcase_add_test(tc, room_of_the_revoked);
    tcase_add_test(tc, breaches_by_sender);
    suite_add_tcase(s, tc);
    tc = tcase_create("both");
    tcase_add_test(tc, chart_of_halve);
    tcase_add_test(tc, chart_of_reset);
    suite_add_tcase(s, tc);
    return octets_run(s);
}
