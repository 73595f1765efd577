/* check_appc_states.c - each verb in each state, against a table that was typed from the pages: what the verb
 * answers, and the state after it [HIS: APPC Verb Summary].  The partner uses CPI-C. */
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "tests/appc/block.h"

enum { S = AP_SEND_STATE, R = AP_RECEIVE_STATE, C = AP_CONFIRM_STATE, CS = AP_CONFIRM_SEND_STATE };
enum { CD = AP_CONFIRM_DEALL_STATE, SP = AP_SEND_PENDING_STATE, T = AP_RESET_STATE };

static struct end b;
static struct side a;

static const unsigned char states[] = {S, R, SP, C, CS, CD};
#define STATES 6

static void do_confirm(void)
{
    a_confirm(&b);
}
static void do_confirmed(void)
{
    a_confirmed(&b);
}
static void do_deallocate_flush(void)
{
    a_deallocate(&b, AP_FLUSH);
}
static void do_deallocate_sync(void)
{
    a_deallocate(&b, AP_SYNC_LEVEL);
}
static void do_deallocate_abend(void)
{
    a_deallocate(&b, b.mapped ? AP_ABEND : AP_ABEND_SVC);
}
static void do_flush(void)
{
    a_flush(&b);
}
static void do_prepare_flush(void)
{
    a_prepare(&b, AP_FLUSH);
}
static void do_prepare_sync(void)
{
    a_prepare(&b, AP_SYNC_LEVEL);
}
static void do_wait(void)
{
    a_wait(&b, 100, AP_NO, AP_LL);
}
static void do_immediate(void)
{
    a_immediate(&b, 100);
}
static void do_rts(void)
{
    a_rts(&b);
}
static void do_send(void)
{
    a_send(&b, "\0\2", 2, AP_NONE);
}
static void do_send_turn(void)
{
    a_send(&b, "\0\2", 2, AP_SEND_DATA_P_TO_R_FLUSH);
}
static void do_send_end(void)
{
    a_send(&b, "\0\2", 2, AP_SEND_DATA_DEALLOC_FLUSH);
}
static void do_error(void)
{
    a_error(&b, AP_PROG, AP_RCV_DIR_ERROR);
}
static void do_error_svc(void)
{
    a_error(&b, b.mapped ? AP_PROG : AP_SVC, AP_SEND_DIR_ERROR);
}
static void do_test_rts(void)
{
    a_test_rts(&b);
}
static void do_deallocate_confirm(void)
{
    a_deallocate(&b, AP_CONFIRM_TYPE);
}
static void do_deallocate_timer(void)
{
    a_deallocate(&b, b.mapped ? AP_ABEND : AP_ABEND_TIMER);
}
static void do_prepare_confirm(void)
{
    a_prepare(&b, AP_CONFIRM_TYPE);
}
static void do_send_flush(void)
{
    a_send(&b, "\0\2", 2, AP_SEND_DATA_FLUSH);
}
static void do_send_confirm(void)
{
    a_send(&b, "\0\2", 2, AP_SEND_DATA_CONFIRM);
}
static void do_send_turn_sync(void)
{
    a_send(&b, "\0\2", 2, AP_SEND_DATA_P_TO_R_SYNC_LEVEL);
}
static void do_send_turn_confirm(void)
{
    a_send(&b, "\0\2", 2, AP_SEND_DATA_P_TO_R_CONFIRM);
}
static void do_send_end_sync(void)
{
    a_send(&b, "\0\2", 2, AP_SEND_DATA_DEALLOC_SYNC_LEVEL);
}
static void do_send_end_confirm(void)
{
    a_send(&b, "\0\2", 2, AP_SEND_DATA_DEALLOC_CONFIRM);
}
static void do_send_abend(void)
{
    a_send(&b, "\0\2", 2, AP_SEND_DATA_DEALLOC_ABEND);
}
static void do_get_attributes(void)
{
    struct get_attributes g = HEAD(&b, GET_ATTRIBUTES);
    IDS(&b, g);
    APPC(&g);
    DONE(&b, g);
}
static void do_get_type(void)
{
    struct get_type g = {.opcode = AP_GET_TYPE, .conv_id = b.conv_id};
    IDS(&b, g);
    APPC(&g);
    DONE(&b, g);
    ck_assert_uint_eq(g.conv_type, b.mapped ? AP_MAPPED_CONVERSATION : AP_BASIC_CONVERSATION);
}
static void do_log_data(void)
{
    struct receive_log_data l = HEAD(&b, RECEIVE_LOG_DATA);
    IDS(&b, l);
    APPC(&l);
    DONE(&b, l);
}

/* Verbs that an event tells of: the block is the library's until then. */
static void told(int event, bool waits)
{
    eventfd_t n;
    if (waits)
        ck_assert_int_eq(eventfd_read(event, &n), 0);
}
static void do_post(void)
{
    static struct receive_and_post p;
    static unsigned char data[100];
    int event = eventfd(0, EFD_CLOEXEC);
    p = (struct receive_and_post)HEAD(&b, RECEIVE_AND_POST);
    IDS(&b, p);
    p.max_len = sizeof data;
    p.dptr = data;
    p.fill = b.mapped ? 0 : AP_LL;
    p.sema = WAPPC_HANDLE(event);
    APPC(&p);
    told(event, p.primary_rc == AP_OK);
    DONE(&b, p);
    close(event);
}
static void do_post_on_receipt(void)
{
    static struct post_on_receipt p;
    int event = eventfd(0, EFD_CLOEXEC);
    p = (struct post_on_receipt)HEAD(&b, POST_ON_RECEIPT);
    IDS(&b, p);
    p.max_len = 100;
    p.sema = (unsigned)event;
    APPC(&p);
    told(event, p.primary_rc == AP_OK);
    DONE(&b, p);
    if (p.primary_rc == AP_OK) {
        ck_assert_uint_eq(p.secondary_rc, AP_DATA);
        b.secondary = 0;
    }
    close(event);
}
/* It is complete when the conversation is over. */
static void do_rts_and_post(void)
{
    static struct test_rts_and_post p;
    p = (struct test_rts_and_post)HEAD(&b, TEST_RTS_AND_POST);
    IDS(&b, p);
    p.handle = (unsigned)eventfd(0, EFD_CLOEXEC);
    APPC(&p);
    DONE(&b, p);
}

/* A cell has the state after AP_OK, or 0 for AP_STATE_CHECK with BAD. */
static const struct {
    void (*verb)(void);
    unsigned int bad;
    bool answered; /* in SEND it waits until the partner answers */
    unsigned char cell[STATES];
} table[] = {
    /*                                                         S   R  SP  C  CS CD */
    {do_confirm, AP_CONFIRM_BAD_STATE, true, {S, 0, S, 0, 0, 0}},
    {do_confirmed, AP_CONFIRMED_BAD_STATE, false, {0, 0, 0, R, S, T}},
    {do_deallocate_flush, AP_DEALLOC_FLUSH_BAD_STATE, false, {T, 0, T, 0, 0, 0}},
    {do_deallocate_sync, AP_DEALLOC_CONFIRM_BAD_STATE, true, {T, 0, T, 0, 0, 0}},
    {do_deallocate_abend, 0, false, {T, T, T, T, T, T}},
    {do_flush, AP_FLUSH_NOT_SEND_STATE, false, {S, 0, S, 0, 0, 0}},
    {do_prepare_flush, AP_P_TO_R_NOT_SEND_STATE, false, {R, 0, R, 0, 0, 0}},
    {do_prepare_sync, AP_P_TO_R_NOT_SEND_STATE, true, {R, 0, R, 0, 0, 0}},
    {do_wait, AP_RCV_AND_WAIT_BAD_STATE, true, {R, R, R, 0, 0, 0}},
    {do_immediate, AP_RCV_IMMD_BAD_STATE, false, {0, R, 0, 0, 0, 0}},
    {do_rts, AP_R_T_S_BAD_STATE, false, {0, R, 0, C, 0, 0}},
    {do_send, AP_SEND_DATA_NOT_SEND_STATE, false, {S, 0, S, 0, 0, 0}},
    {do_send_turn, AP_SEND_DATA_NOT_SEND_STATE, false, {R, 0, R, 0, 0, 0}},
    {do_send_end, AP_SEND_DATA_NOT_SEND_STATE, false, {T, 0, T, 0, 0, 0}},
    {do_error, 0, false, {S, S, S, S, S, S}},
    {do_error_svc, 0, false, {S, S, S, S, S, S}},
    {do_deallocate_confirm, AP_DEALLOC_CONFIRM_BAD_STATE, true, {T, 0, T, 0, 0, 0}},
    {do_deallocate_timer, 0, false, {T, T, T, T, T, T}},
    {do_prepare_confirm, AP_P_TO_R_NOT_SEND_STATE, true, {R, 0, R, 0, 0, 0}},
    {do_send_flush, AP_SEND_DATA_NOT_SEND_STATE, false, {S, 0, S, 0, 0, 0}},
    {do_send_confirm, AP_SEND_DATA_NOT_SEND_STATE, true, {S, 0, S, 0, 0, 0}},
    {do_send_turn_sync, AP_SEND_DATA_NOT_SEND_STATE, true, {R, 0, R, 0, 0, 0}},
    {do_send_turn_confirm, AP_SEND_DATA_NOT_SEND_STATE, true, {R, 0, R, 0, 0, 0}},
    {do_send_end_sync, AP_SEND_DATA_NOT_SEND_STATE, true, {T, 0, T, 0, 0, 0}},
    {do_send_end_confirm, AP_SEND_DATA_NOT_SEND_STATE, true, {T, 0, T, 0, 0, 0}},
    {do_send_abend, AP_SEND_DATA_NOT_SEND_STATE, false, {T, 0, T, 0, 0, 0}},
    {do_post, AP_RCV_AND_POST_BAD_STATE, true, {R, R, R, 0, 0, 0}},
    {do_post_on_receipt, AP_RCV_IMMD_BAD_STATE, false, {0, R, 0, 0, 0, 0}},
    {do_get_attributes, 0, false, {S, R, SP, C, CS, CD}},
    {do_get_type, 0, false, {S, R, SP, C, CS, CD}},
    {do_log_data, 0, false, {S, R, SP, C, CS, CD}},
    {do_rts_and_post, 0, false, {S, R, SP, C, CS, CD}},
};
#define VERBS (int)(sizeof table / sizeof *table)

/* The partner's call after which B's next receive leads to STATE. */
static void partner_leads(unsigned char state)
{
    SET(cmspm, &a, CM_NON_BLOCKING);
    switch (state) {
    case S:
        SET(cmsptr, &a, CM_PREP_TO_RECEIVE_FLUSH);
        ck_assert_rc(s_ptr(&a), CM_OK);
        break;
    case R:
        ck_assert_rc(s_send(&a, "\0\2", 2), CM_OK);
        ck_assert_rc(s_flush(&a), CM_OK);
        return; /* B receives nothing yet */
    case SP:
        SET(cmsptr, &a, CM_PREP_TO_RECEIVE_FLUSH);
        ck_assert_rc(s_send(&a, "\0\2", 2), CM_OK);
        ck_assert_rc(s_ptr(&a), CM_OK);
        break;
    case C:
        ck_assert_rc(s_confirm(&a), OI);
        break;
    case CS:
        ck_assert_rc(s_ptr(&a), OI);
        break;
    default:
        ck_assert_rc(s_deal(&a), OI);
        break;
    }
    ck_ok(a_wait(&b, 100, AP_YES, AP_LL), &b);
}

/* What B waits for: a confirmation, or data. */
static void *answers(void *arg)
{
    (void)arg;
    SET(cmspm, &a, CM_BLOCKING);
    CM_INT32 rc = s_rcv(&a, 100);
    if (rc == CM_OK && a.status >= CM_CONFIRM_RECEIVED)
        s_confirmed(&a);
    else if (rc == CM_OK) {
        s_send(&a, "\0\2", 2);
        s_flush(&a);
    }
    return NULL;
}

START_TEST(cell)
{
    int verb = _i / STATES % VERBS, state = _i % STATES;
    bool mapped = _i / STATES / VERBS;
    unsigned char want = table[verb].cell[state];
    pthread_t t;
    memset(&b, 0, sizeof b);
    a_register("BYHAND");
    side_begin(&a, mapped ? MAPPED_CONFIRM : BASIC_CONFIRM, "BYHAND");
    ck_assert_rc(s_alloc(&a), CM_OK);
    ck_assert_rc(s_flush(&a), CM_OK);
    ck_ok(a_receive_allocate(&b, "BYHAND"), &b);
    partner_leads(states[state]);
    ck_assert_uint_eq(a_state(&b), states[state]);
    bool answered = want && table[verb].answered && states[state] != R;
    if (answered)
        pthread_create(&t, NULL, answers, NULL);
    if (table[verb].verb == do_immediate && want)
        WAIT_FOR((a_immediate(&b, 100), b.primary != AP_UNSUCCESSFUL));
    else
        table[verb].verb();
    if (want)
        ck_rc(&b, AP_OK, 0);
    else
        ck_rc(&b, AP_STATE_CHECK, table[verb].bad ? table[verb].bad : 0);
    ck_assert_uint_eq(a_state(&b), want ? want : states[state]);
    if (answered)
        pthread_join(t, NULL);
    do_test_rts();
    ck_assert(want == T ? b.secondary == AP_BAD_CONV_ID : b.primary == AP_UNSUCCESSFUL);
    ck_ok(a_ended(&b, AP_HARD), &b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("APPC states");
    TCase *tc = tcase_create("cells");
    tcase_add_loop_test(tc, cell, 0, 2 * VERBS * STATES);
    suite_add_tcase(s, tc);
    return harness_main(s);
}
NO_LEAK_SEARCH
