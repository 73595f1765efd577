#include "snanode/link/lfsid.h"
#include "tests/unit/octets.h"

static struct lfsid t;

static void teardown(void)
{
    lfsid_fini(&t);
}

START_TEST(from_two_one_upwards)
{
    lfsid_init(&t, false, 1000);
    ck_assert_uint_eq(lfsid_take(&t, 7), 0x00201);
    ck_assert_uint_eq(lfsid_take(&t, 8), 0x00202);
    ck_assert_uint_eq(lfsid_user(&t, 0x00201), 7);
    ck_assert_uint_eq(lfsid_user(&t, 0x00202), 8);
    ck_assert_uint_eq(lfsid_user(&t, 0x00203), 0);
    ck_assert_uint_eq(lfsid_user(&t, 0x10201), 0);
    lfsid_free(&t, 0x00201);
    lfsid_free(&t, 0x00201);
    ck_assert_uint_eq(lfsid_user(&t, 0x00201), 0);
    ck_assert_uint_eq(lfsid_take(&t, 9), 0x00203); /* one that was given back rests */
    ck_assert_uint_eq(t.n, 2);
}
END_TEST

START_TEST(secondary_has_the_other_half)
{
    lfsid_init(&t, true, 1000);
    ck_assert_uint_eq(lfsid_take(&t, 1), 0x10201);
    ck_assert(lfsid_is_ours(&t, 0x10201));
    ck_assert(!lfsid_is_ours(&t, 0x00201));
}
END_TEST

START_TEST(partner_chooses)
{
    lfsid_init(&t, false, 3);
    ck_assert_int_eq(lfsid_enter(&t, 0x10201, 5), 0);
    ck_assert_uint_eq(lfsid_user(&t, 0x10201), 5);
    ck_assert_int_eq(lfsid_enter(&t, 0x10201, 6), -1); /* in use */
    ck_assert_int_eq(lfsid_enter(&t, 0x00201, 6), -1); /* ours to choose */
    ck_assert_int_eq(lfsid_enter(&t, 0x10001, 6), -1); /* of an SSCP */
    ck_assert_int_eq(lfsid_enter(&t, 0x1FF01, 6), -1);
    ck_assert_int_eq(lfsid_enter(&t, 0x30201, 6), -1);
    ck_assert_int_eq(lfsid_enter(&t, 0x10100, 6), 0); /* of a dependent LU */
    ck_assert_int_eq(lfsid_enter(&t, 0x1FEFF, 7), 0);
    ck_assert_int_eq(lfsid_enter(&t, 0x10300, 8), -1); /* full */
    ck_assert_uint_eq(lfsid_take(&t, 9), 0);
    lfsid_free(&t, 0x10201);
    ck_assert_int_eq(lfsid_enter(&t, 0x10300, 8), 0);
}
END_TEST

/* All that there are, once around; then the one that is given back is found. */
START_TEST(all)
{
    enum { ALL = 0xFD * 256 };
    lfsid_init(&t, true, 1u << 20);
    for (uint32_t i = 0; i < ALL; i++) {
        uint32_t id = lfsid_take(&t, i + 1);
        if (lfsid_user(&t, id) != i + 1 || id < 0x10200 || id > 0x1FEFF)
            ck_abort_msg("%u is %05X", i, id);
    }
    ck_assert_uint_eq(lfsid_take(&t, 1), 0);
    lfsid_free(&t, 0x14433);
    ck_assert_uint_eq(lfsid_take(&t, 77), 0x14433);
    ck_assert_uint_eq(lfsid_take(&t, 1), 0);
}
END_TEST

/* The sender of the BIND has SIDH in OAF' and SIDL in DAF', its partner the other way around, and both mean
 * the same session by what comes. */
START_TEST(addresses)
{
    struct lfsid b;
    struct th h = {.mpf = TH_WHOLE};
    lfsid_init(&t, false, 10);
    lfsid_init(&b, true, 10);
    uint32_t id = lfsid_take(&t, 1);
    lfsid_to_th(&t, id, &h);
    ck_assert_uint_eq(h.oaf, 0x02);
    ck_assert_uint_eq(h.daf, 0x01);
    ck_assert(!h.odai);
    ck_assert_uint_eq(lfsid_of_th(&b, &h), id);
    lfsid_to_th(&b, id, &h);
    ck_assert_uint_eq(h.oaf, 0x01);
    ck_assert_uint_eq(h.daf, 0x02);
    ck_assert_uint_eq(lfsid_of_th(&t, &h), id);
    id = lfsid_take(&b, 1);
    lfsid_to_th(&b, id, &h);
    ck_assert(h.odai && h.oaf == 0x02 && h.daf == 0x01);
    ck_assert_uint_eq(lfsid_of_th(&t, &h), id);
    lfsid_fini(&b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("lfsid");
    TCase *tc = tcase_create("table");
    tcase_add_checked_fixture(tc, NULL, teardown);
    tcase_add_test(tc, from_two_one_upwards);
    tcase_add_test(tc, secondary_has_the_other_half);
    tcase_add_test(tc, partner_chooses);
    tcase_add_test(tc, all);
    tcase_add_test(tc, addresses);
    suite_add_tcase(s, tc);
    return octets_run(s);
}
