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

/* Within a conversation: what only fills the buffer is taken, and what flows says that the session is lost,
 * in both modes. */
enum { DATA_MAX = 9000 }; /* in more than two RUs of this node */
static const struct {
    CM_INT32 type, n;
    bool flows;
} sends[] = {
    {CM_BUFFER_DATA, 100, false},
    {CM_BUFFER_DATA, 4096, true}, /* with its header it needs a second RU */
    {CM_BUFFER_DATA, DATA_MAX, true},
    {CM_SEND_AND_FLUSH, 100, true},
    {CM_SEND_AND_FLUSH, 4096, true},
    {CM_SEND_AND_FLUSH, DATA_MAX, true},
    {CM_SEND_AND_PREP_TO_RECEIVE, 0, true},
    {CM_SEND_AND_PREP_TO_RECEIVE, 100, true},
};
#define SENDS (sizeof sends / sizeof *sends)

START_TEST(within_a_conversation)
{
    static const unsigned char data[DATA_MAX];
    unsigned i = (unsigned)_i / 2;
    mortal_start((struct mortal){.at = MORTAL_WELCOME, .answered = 2});
    ck_assert_rc(s_init(&s, ""), CM_OK);
    SET_TEXT(cmstpn, &s, "NOWHERE");
    ck_assert_rc(s_alloc(&s), CM_OK);
    mortal_wait();
    SET(cmsst, &s, sends[i].type);
    SET(cmspm, &s, _i % 2 ? CM_NON_BLOCKING : CM_BLOCKING);
    ck_assert_rc(s_send(&s, data, sends[i].n), sends[i].flows ? CM_RESOURCE_FAILURE_NO_RETRY : CM_OK);
    ck_assert_state(&s, sends[i].flows ? -1 : CM_SEND_STATE);
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
    tcase_add_loop_test(tc, within_a_conversation, 0, 2 * SENDS);
    suite_add_tcase(suite, tc);
    return mortal_main(suite);
}
