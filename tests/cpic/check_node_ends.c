/* check_node_ends.c - the node ends at any point of its talk with the program: the calls say
 * CM_PRODUCT_SPECIFIC_ERROR, with the cause, and nothing has changed [HIS: Initialize_Conversation; HIS:
 * Allocate; HIS: Accept_Conversation]. */
#include <stdlib.h>

#include "tests/cpic/harness.h"
#include "tests/cpic/mortal.h"

static struct side s;

static void ck_cause(struct mortal how)
{
    ck_assert_msg(strlen(xclasterr()) > 0, "at %d no cause is known", (int)how.at);
}

static void over(void)
{
    mortal_wait();
    ck_assert_rc(s_init(&s, ""), PSE); /* nobody is there any more */
    mortal_over();
}

START_TEST(initialize)
{
    mortal_start(mortal_way(_i));
    ck_assert_rc(s_init(&s, ""), PSE);
    ck_cause(mortal_way(_i));
    over();
}
END_TEST

START_TEST(accept)
{
    CM_INT32 n = 6, rc = -1;
    mortal_start(mortal_way(_i));
    cmsltp((unsigned char *)(uintptr_t) "NOBODY", &n, &rc);
    ck_assert_rc(rc, CM_OK);
    rc = s_accept(&s);
    ck_assert_rc(rc == OI ? s_wait(&s) : rc, PSE);
    ck_cause(mortal_way(_i));
    over();
}
END_TEST

/* After Initialize_Conversation, which it has answered. */
START_TEST(allocate)
{
    struct mortal how = {.at = (enum mortal_at)(MORTAL_WELCOME + _i / 2), .answered = 1, .late = _i % 2};
    mortal_start(how);
    ck_assert_rc(s_init(&s, ""), CM_OK);
    SET_TEXT(cmstpn, &s, "NOWHERE");
    ck_assert_rc(s_alloc(&s), PSE);
    ck_cause(how);
    ck_assert_state(&s, CM_INITIALIZE_STATE);
    over();
}
END_TEST

/* With the end of a conversation unread. */
START_TEST(after_a_conversation)
{
    struct mortal how = {.at = (enum mortal_at)(MORTAL_WELCOME + _i), .answered = 2};
    mortal_start(how);
    ck_assert_rc(s_init(&s, ""), CM_OK);
    SET_TEXT(cmstpn, &s, "NOWHERE");
    ck_assert_rc(s_alloc(&s), CM_OK);
    SET(cmsdt, &s, CM_DEALLOCATE_ABEND);
    ck_assert_rc(s_deal(&s), CM_OK);
    ck_assert_rc(s_init(&s, ""), PSE);
    ck_cause(how);
    over();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("the node ends");
    TCase *tc = tcase_create("node ends");
    tcase_add_loop_test(tc, initialize, 0, MORTAL_WAYS);
    tcase_add_loop_test(tc, accept, 0, MORTAL_WAYS);
    tcase_add_loop_test(tc, allocate, 0, 2 * (MORTAL_AT_N - MORTAL_WELCOME));
    tcase_add_loop_test(tc, after_a_conversation, 0, MORTAL_STOPPING - MORTAL_WELCOME);
    suite_add_tcase(suite, tc);
    return mortal_main(suite);
}
