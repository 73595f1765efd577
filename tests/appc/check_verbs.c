/* check_verbs.c - what the verbs do to each other's ends: data, confirmations, errors and ends, mapped and
 * basic [HIS: APPC Verb Summary]. */
#include <pthread.h>

#include "tests/appc/block.h"

static struct end a, b;

START_TEST(mapped_records)
{
    static const unsigned sizes[] = {0, 1, 4000, 32763, 32764, 65528, 65535};
    static unsigned char out[65535];
    for (unsigned i = 0; i < sizeof out; i++)
        out[i] = (unsigned char)(i * 7 + i / 251);
    ends_open(&a, &b, true, AP_NONE);
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        ck_ok(a_send(&a, out, sizes[i], AP_SEND_DATA_FLUSH), &a);
        ck_ok(a_wait(&b, 65535, AP_YES, 0), &b);
        ck_assert_uint_eq(b.what, AP_DATA_COMPLETE);
        ck_assert_uint_eq(b.dlen, sizes[i]);
        ck_assert_mem_eq(b.buf, out, sizes[i]);
    }
    ck_ok(a_send(&a, out, 100, AP_SEND_DATA_FLUSH), &a);
    ck_ok(a_wait(&b, 60, AP_YES, 0), &b);
    ck_assert_uint_eq(b.what, AP_DATA_INCOMPLETE);
    ck_ok(a_wait(&b, 60, AP_YES, 0), &b);
    ck_assert_uint_eq(b.what, AP_DATA_COMPLETE);
    ck_assert_uint_eq(b.dlen, 40);
    ends_close(&a, &b);
}
END_TEST

/* Records that share an RU: the verbs take all but the last one without an operation. */
START_TEST(records_in_one_ru)
{
    unsigned char out[30];
    ends_open(&a, &b, true, AP_NONE);
    for (unsigned i = 0; i < sizeof out; i++) {
        memset(out, (int)i, sizeof out);
        ck_ok(a_send(&a, out, i, AP_NONE), &a);
        ck_assert_uint_eq(a.rts, AP_NO);
    }
    ck_ok(a_flush(&a), &a);
    for (unsigned i = 0; i < sizeof out; i++) {
        memset(out, (int)i, sizeof out);
        if (i == 20) { /* no room for the whole record */
            ck_ok(a_wait(&b, 15, AP_YES, 0), &b);
            ck_assert_uint_eq(b.what, AP_DATA_INCOMPLETE);
            ck_assert_uint_eq(b.dlen, 15);
        }
        ck_ok(i % 2 ? a_immediate(&b, 30) : a_wait(&b, 30, AP_YES, 0), &b);
        ck_assert_uint_eq(b.what, AP_DATA_COMPLETE);
        ck_assert_uint_eq(b.dlen, i == 20 ? 5 : i);
        ck_assert_mem_eq(b.buf, out, b.dlen);
    }
    ends_close(&a, &b);
}
END_TEST

/* rtn_status says whether a status may come with the data; DEALLOC_NORMAL always comes alone. */
START_TEST(status)
{
    unsigned char rtn = _i ? AP_YES : AP_NO;
    ends_open(&a, &b, true, AP_NONE);
    ck_ok(a_send(&a, "abc", 3, AP_SEND_DATA_P_TO_R_FLUSH), &a);
    ck_ok(a_wait(&b, 100, rtn, 0), &b);
    ck_assert_uint_eq(b.what, rtn ? AP_DATA_COMPLETE_SEND : AP_DATA_COMPLETE);
    ck_assert_uint_eq(b.dlen, 3);
    ck_assert_uint_eq(a_state(&b), rtn ? AP_SEND_PENDING_STATE : AP_RECEIVE_STATE);
    if (!rtn) {
        ck_ok(a_wait(&b, 100, rtn, 0), &b);
        ck_assert_uint_eq(b.what, AP_SEND);
        ck_assert_uint_eq(a_state(&b), AP_SEND_STATE);
    }
    ck_ok(a_send(&b, "last", 4, AP_SEND_DATA_DEALLOC_FLUSH), &b);
    ck_ok(a_wait(&a, 100, rtn, 0), &a);
    ck_assert_uint_eq(a.what, AP_DATA_COMPLETE);
    ck_assert_uint_eq(a.dlen, 4);
    a_wait(&a, 100, rtn, 0);
    ck_rc(&a, AP_DEALLOC_NORMAL, 0);
    ck_assert_uint_eq(a_state(&a), AP_RESET_STATE);
    a_wait(&a, 100, rtn, 0);
    ck_rc(&a, AP_PARAMETER_CHECK, AP_BAD_CONV_ID);
    ends_close(&a, &b);
}
END_TEST

START_TEST(basic_records)
{
    ends_open(&a, &b, false, AP_NONE);
    ck_ok(a_send(&a, "\0\5abc\0\4de", 9, AP_SEND_DATA_FLUSH), &a);
    ck_ok(a_wait(&b, 100, AP_NO, AP_LL), &b);
    ck_assert_uint_eq(b.what, AP_DATA_COMPLETE);
    ck_assert_uint_eq(b.dlen, 5);
    ck_ok(a_send(&a, "\0\4fg", 4, AP_SEND_DATA_FLUSH), &a);
    ck_ok(a_wait(&b, 8, AP_NO, AP_BUFFER), &b);
    ck_assert_uint_eq(b.what, AP_DATA);
    ck_assert_uint_eq(b.dlen, 8);
    ck_assert_mem_eq(b.buf, "\0\4de\0\4fg", 8);
    a_send(&a, "\0\1", 2, AP_NONE);
    ck_rc(&a, AP_PARAMETER_CHECK, AP_BAD_LL);
    ck_ok(a_send(&a, "\0\5a", 3, AP_NONE), &a);
    a_prepare(&a, AP_FLUSH);
    ck_rc(&a, AP_STATE_CHECK, AP_P_TO_R_NOT_LL_BDY);
    a_deallocate(&a, AP_FLUSH);
    ck_rc(&a, AP_STATE_CHECK, AP_DEALLOC_NOT_LL_BDY);
    a_wait(&a, 10, AP_NO, AP_LL);
    ck_rc(&a, AP_STATE_CHECK, AP_RCV_AND_WAIT_NOT_LL_BDY);
    a_send(&a, "b", 1, AP_SEND_DATA_P_TO_R_FLUSH);
    ck_rc(&a, AP_STATE_CHECK, AP_SEND_DATA_NOT_LL_BDY);
    ck_ok(a_send(&a, "bc", 2, AP_SEND_DATA_P_TO_R_FLUSH), &a);
    ends_close(&a, &b);
}
END_TEST

/* Which error the partner is told: by the state, the type and the direction. */
static const struct {
    bool mapped;
    unsigned char type;
    bool truncates; /* in the middle of a record */
    bool receiving; /* the end that receives sends the error */
    unsigned short told;
} errors[] = {
    {true, AP_PROG, false, false, AP_PROG_ERROR_NO_TRUNC},
    {true, AP_PROG, false, true, AP_PROG_ERROR_PURGING},
    {false, AP_PROG, false, false, AP_PROG_ERROR_NO_TRUNC},
    {false, AP_PROG, false, true, AP_PROG_ERROR_PURGING},
    {false, AP_PROG, true, false, AP_PROG_ERROR_TRUNC},
    {false, AP_SVC, false, false, AP_SVC_ERROR_NO_TRUNC},
    {false, AP_SVC, false, true, AP_SVC_ERROR_PURGING},
    {false, AP_SVC, true, false, AP_SVC_ERROR_TRUNC},
};

START_TEST(send_error)
{
    ends_open(&a, &b, errors[_i].mapped, AP_NONE);
    struct end *from = errors[_i].receiving ? &b : &a, *to = errors[_i].receiving ? &a : &b;
    if (errors[_i].truncates) {
        ck_ok(a_send(&a, "\0\5a", 3, AP_SEND_DATA_FLUSH), &a);
        ck_ok(a_wait(&b, 3, AP_NO, AP_LL), &b);
    }
    ck_ok(a_error(from, errors[_i].type, AP_RCV_DIR_ERROR), from);
    ck_assert_uint_eq(a_state(from), AP_SEND_STATE);
    if (errors[_i].receiving)
        do /* the error takes a moment to cross a link; what is sent until then is purged */
            a_send(to, errors[_i].mapped ? "ab" : "\0\2", 2, AP_SEND_DATA_FLUSH);
        while (over_link() && to->primary == AP_OK);
    else
        a_wait(to, 10, AP_NO, AP_LL);
    ck_rc(to, errors[_i].told, 0);
    ck_assert_uint_eq(a_state(to), AP_RECEIVE_STATE);
    ends_close(&a, &b);
}
END_TEST

/* Log data are one error log variable, of basic verbs that report an error; the node logs its message. */
START_TEST(log_data)
{
    static unsigned char oop[] = "\0\x0B\x12\xE1\0\2\0\5\xD6\xD6\xD7", pod[] = "\0\7\x12\xE1\xD7\xD6\xC4";
    ends_open(&a, &b, false, AP_NONE);
    struct send_error e = HEAD(&a, SEND_ERROR);
    IDS(&a, e);
    e.err_dir = AP_SEND_DIR_ERROR;
    e.log_dptr = (unsigned char *)16;
    e.log_dlen = 11;
    APPC(&e);
    DONE(&a, e);
    ck_rc(&a, AP_PARAMETER_CHECK, AP_INVALID_DATA_SEGMENT);
    e.log_dptr = oop;
    for (e.log_dlen = 1; e.log_dlen < 11; e.log_dlen++) {
        APPC(&e);
        DONE(&a, e);
        ck_rc(&a, AP_PARAMETER_CHECK, AP_SEND_ERROR_LOG_LL_WRONG);
    }
    APPC(&e);
    DONE(&a, e);
    ck_rc(&a, AP_OK, 0);
    WAIT_FOR(node_logged("log data: OOP"));
    struct deallocate d = HEAD(&a, DEALLOCATE);
    IDS(&a, d);
    d.log_dptr = pod;
    d.log_dlen = 7;
    d.dealloc_type = AP_FLUSH;
    APPC(&d);
    DONE(&a, d);
    ck_rc(&a, AP_PARAMETER_CHECK, AP_DEALLOC_LOG_LL_WRONG);
    d.dealloc_type = AP_ABEND_SVC;
    APPC(&d);
    DONE(&a, d);
    ck_rc(&a, AP_OK, 0);
    WAIT_FOR(node_logged("log data: POD"));
    ends_close(&a, &b);
}
END_TEST

static const struct {
    bool mapped;
    unsigned char type;
    unsigned short told;
} abends[] = {
    {true, AP_ABEND, AP_DEALLOC_ABEND},          {true, AP_ABEND_PROG, AP_DEALLOC_ABEND},
    {true, AP_ABEND_TIMER, AP_DEALLOC_ABEND},    {false, AP_ABEND_PROG, AP_DEALLOC_ABEND_PROG},
    {false, AP_ABEND_SVC, AP_DEALLOC_ABEND_SVC}, {false, AP_ABEND_TIMER, AP_DEALLOC_ABEND_TIMER},
    {false, AP_FLUSH, AP_DEALLOC_NORMAL},        {true, AP_SYNC_LEVEL, AP_DEALLOC_NORMAL},
};

START_TEST(ends)
{
    ends_open(&a, &b, abends[_i].mapped, AP_NONE);
    ck_ok(a_deallocate(&a, abends[_i].type), &a);
    a_wait(&b, 10, AP_YES, AP_LL);
    ck_rc(&b, abends[_i].told, 0);
    ends_close(&a, &b);
}
END_TEST

static void *confirms(void *arg)
{
    struct end *e = arg;
    a_confirm(e);
    return NULL;
}

START_TEST(confirmation)
{
    pthread_t t;
    ends_open(&a, &b, true, AP_CONFIRM_SYNC_LEVEL);
    pthread_create(&t, NULL, confirms, &a);
    ck_ok(a_wait(&b, 10, AP_NO, 0), &b);
    ck_assert_uint_eq(b.what, AP_CONFIRM_WHAT_RECEIVED);
    ck_assert_uint_eq(a_state(&b), AP_CONFIRM_STATE);
    struct end other = a; /* one verb at a time */
    a_flush(&other);
    ck_rc(&other, AP_CONV_BUSY, 0);
    ck_ok(a_rts(&b), &b);
    ck_ok(a_confirmed(&b), &b);
    ck_assert_uint_eq(a_state(&b), AP_RECEIVE_STATE);
    pthread_join(t, NULL);
    ck_rc(&a, AP_OK, 0);
    ck_assert_uint_eq(a.rts, AP_YES);
    a_test_rts(&a);
    ck_rc(&a, AP_UNSUCCESSFUL, 0);
    ends_close(&a, &b);
}
END_TEST

START_TEST(request_to_send)
{
    ends_open(&a, &b, true, AP_NONE);
    a_test_rts(&a);
    ck_rc(&a, AP_UNSUCCESSFUL, 0);
    ck_ok(a_rts(&b), &b);
    WAIT_FOR(a_test_rts(&a) == AP_OK);
    a_rts(&a);
    ck_rc(&a, AP_STATE_CHECK, AP_R_T_S_BAD_STATE);
    ends_close(&a, &b);
}
END_TEST

START_TEST(immediate)
{
    ends_open(&a, &b, true, AP_NONE);
    a_immediate(&b, 10);
    ck_rc(&b, AP_UNSUCCESSFUL, 0);
    a_immediate(&a, 10);
    ck_rc(&a, AP_STATE_CHECK, AP_RCV_IMMD_BAD_STATE);
    ck_ok(a_send(&a, "x", 1, AP_SEND_DATA_FLUSH), &a);
    WAIT_FOR(a_immediate(&b, 10) == AP_OK);
    ck_assert_uint_eq(b.what, AP_DATA_COMPLETE);
    ends_close(&a, &b);
}
END_TEST

/* ---- a partner that uses CPI-C ---- */

START_TEST(cpic_allocates)
{
    static struct side s;
    bool mapped = _i;
    memset(&b, 0, sizeof b);
    a_register("BYHAND");
    side_begin(&s, mapped ? MAPPED : BASIC, "BYHAND");
    ck_assert_rc(s_alloc(&s), CM_OK);
    ck_assert_rc(s_send(&s, "\0\5abc", 5), CM_OK);
    ck_assert_rc(s_ptr(&s), CM_OK);
    ck_ok(a_receive_allocate(&b, "BYHAND"), &b);
    ck_assert_int_eq(b.mapped, mapped);
    ck_ok(a_wait(&b, 100, AP_YES, AP_LL), &b);
    ck_assert_uint_eq(b.what, AP_DATA_COMPLETE_SEND);
    ck_assert_uint_eq(b.dlen, 5);
    ck_ok(a_send(&b, "\0\4de", 4, AP_SEND_DATA_DEALLOC_FLUSH), &b);
    ck_assert_rc(s_rcv(&s, 100), CM_DEALLOCATED_NORMAL);
    ck_assert_int_eq(s.len, 4);
    ck_ok(a_ended(&b, AP_SOFT), &b);
}
END_TEST

START_TEST(cpic_accepts)
{
    static struct side s;
    CM_INT32 n = 4, rc;
    memset(&a, 0, sizeof a);
    a.mapped = _i;
    cmsltp((unsigned char *)(uintptr_t) "PAIR", &n, &rc);
    ck_assert_rc(rc, CM_OK);
    ck_ok(a_started(&a), &a);
    ck_assert_rc(s_accept(&s), OI);
    struct allocate w = a_wish(&a, AP_NONE);
    ebcdic_field(w.tp_name, 64, "PAIR");
    ck_ok(a_allocate_as(&a, &w), &a);
    ck_ok(a_send(&a, "\0\5abc", 5, AP_SEND_DATA_P_TO_R_FLUSH), &a);
    ck_assert_rc(s_wait(&s), CM_OK);
    ck_assert_rc(s_rcv(&s, 100), CM_OK);
    ck_assert_int_eq(s.status, CM_SEND_RECEIVED);
    ck_assert_rc(s_error(&s), CM_OK);
    a_wait(&a, 100, AP_NO, AP_LL);
    ck_rc(&a, AP_PROG_ERROR_PURGING, 0);
    SET(cmsdt, &s, CM_DEALLOCATE_ABEND);
    ck_assert_rc(s_deal(&s), CM_OK);
    a_wait(&a, 100, AP_NO, AP_LL);
    ck_rc(&a, a.mapped ? AP_DEALLOC_ABEND : AP_DEALLOC_ABEND_PROG, 0);
    ck_ok(a_ended(&a, AP_SOFT), &a);
    cmrltp((unsigned char *)(uintptr_t) "PAIR", &n, &rc);
}
END_TEST

/* ---- ALLOCATE ---- */

static const struct {
    const char *tp;
    unsigned char security;
    unsigned int told;
} attaches[] = {
    {"NOBODY", AP_NONE, AP_TP_NAME_NOT_RECOGNIZED},
    {"GONE", AP_NONE, AP_TRANS_PGM_NOT_AVAIL_NO_RETRY},
    {"LOCKED", AP_NONE, AP_SECURITY_NOT_VALID},
    {"LOCKED", AP_PGM, AP_SECURITY_NOT_VALID},
};

START_TEST(attach_refused)
{
    a_begin(&a, true);
    if (strcmp(attaches[_i].tp, "LOCKED") == 0)
        a_register("LOCKED");
    struct allocate w = a_wish(&a, AP_NONE);
    ebcdic_field(w.tp_name, 64, attaches[_i].tp);
    ebcdic_field(w.user_id, 10, "Nobody");
    ebcdic_field(w.pwd, 10, "Wrong");
    w.security = attaches[_i].security;
    ck_ok(a_allocate_as(&a, &w), &a);
    a_wait(&a, 10, AP_NO, 0);
    ck_rc(&a, AP_ALLOCATION_ERROR, attaches[_i].told);
    ck_assert_uint_eq(a_state(&a), AP_RESET_STATE);
    ck_ok(a_ended(&a, AP_HARD), &a);
}
END_TEST

/* The name of the LU takes the place of an alias of zeros. */
START_TEST(by_name)
{
    a_begin(&a, true);
    a_register("BYHAND");
    struct allocate w = a_wish(&a, AP_NONE);
    memset(w.plu_alias, 0, 8);
    ebcdic_field(w.fqplu_name, 17, "TESTNET.REMOTE");
    ck_ok(a_allocate_as(&a, &w), &a);
    ck_ok(a_flush(&a), &a);
    ck_ok(a_receive_allocate(&b, "BYHAND"), &b);
    struct mc_get_attributes g = HEAD(&b, GET_ATTRIBUTES);
    unsigned char want[17];
    IDS(&b, g);
    APPC(&g);
    ck_assert_uint_eq(g.primary_rc, AP_OK);
    ebcdic_field(want, 17, "TESTNET.LULOCAL");
    ck_assert_mem_eq(g.fqplu_name, want, 17);
    ascii_field(want, 8, over_link() ? "LUBACK" : "LULOCAL");
    ck_assert_mem_eq(g.plu_alias, want, 8);
    ebcdic_field(want, 8, "RU4096");
    ck_assert_mem_eq(g.mode_name, want, 8);
    ends_close(&a, &b);
}
END_TEST

/* Whatever kind of session is waited for, there is one. */
START_TEST(kinds_of_session)
{
    a_begin(&a, true);
    a_register("BYHAND");
    struct allocate w = a_wish(&a, AP_NONE);
    w.rtn_ctl = (unsigned char)_i;
    ck_ok(a_allocate_as(&a, &w), &a);
    ck_ok(a_flush(&a), &a);
    ck_ok(a_receive_allocate(&b, "BYHAND"), &b);
    ends_close(&a, &b);
}
END_TEST

START_TEST(pip_data)
{
    a_begin(&a, true);
    struct allocate w = a_wish(&a, AP_NONE);
    w.pip_dptr = (unsigned char *)(uintptr_t) "\0\4\x12\xF5";
    w.pip_dlen = 4;
    a_allocate_as(&a, &w);
    ck_rc(&a, AP_ALLOCATION_ERROR, AP_PIP_NOT_ALLOWED);
    ck_ok(a_ended(&a, AP_HARD), &a);
}
END_TEST

START_TEST(data_types)
{
    ends_open(&a, &b, true, AP_NONE);
    struct mc_send_data d = HEAD(&a, SEND_DATA);
    IDS(&a, d);
    d.data_type = (unsigned char)_i;
    APPC(&d);
    DONE(&a, d);
    ck_rc(&a, AP_PARAMETER_CHECK, AP_SEND_DATA_INVALID_TYPE);
    d.data_type = AP_APPLICATION;
    d.type = 10;
    APPC(&d);
    DONE(&a, d);
    ck_rc(&a, AP_PARAMETER_CHECK, AP_SEND_DATA_INVALID_TYPE);
    d.type = AP_SEND_DATA_CONFIRM;
    APPC(&d);
    DONE(&a, d);
    ck_rc(&a, AP_PARAMETER_CHECK, AP_SEND_DATA_CONFIRM_SYNC_NONE);
    ends_close(&a, &b);
}
END_TEST

START_TEST(whole_conversation)
{
    a_begin(&a, true);
    struct send_conversation s = {.opcode = AP_M_SEND_CONVERSATION, .opext = AP_MAPPED_CONVERSATION};
    IDS(&a, s);
    ascii_field(s.plu_alias, 8, "LUREMOTE");
    ebcdic_field(s.mode_name, 8, "RU4096");
    a_register("BYHAND");
    ebcdic_field(s.tp_name, 64, "BYHAND");
    s.dptr = (unsigned char *)(uintptr_t) "all of it";
    s.dlen = 9;
    APPC(&s);
    DONE(&a, s);
    ck_rc(&a, AP_OK, 0);
    ck_ok(a_receive_allocate(&b, "BYHAND"), &b);
    ck_ok(a_wait(&b, 100, AP_YES, 0), &b);
    ck_assert_uint_eq(b.dlen, 9);
    a_wait(&b, 100, AP_YES, 0);
    ck_rc(&b, AP_DEALLOC_NORMAL, 0);
    ends_close(&a, &b);
}
END_TEST

/* ---- TPs ---- */

START_TEST(tp_ends)
{
    bool hard = _i & 1, sending = _i & 2;
    ends_open(&a, &b, true, AP_NONE);
    struct end *first = sending ? &a : &b, *other = sending ? &b : &a;
    ck_ok(a_ended(first, hard ? AP_HARD : AP_SOFT), first);
    a_ended(first, AP_SOFT);
    ck_rc(first, AP_PARAMETER_CHECK, AP_BAD_TP_ID);
    a_wait(other, 10, AP_NO, 0);
    ck_rc(other, sending && !hard ? AP_DEALLOC_NORMAL : AP_DEALLOC_ABEND, 0);
    a_ended(other, 7);
    ck_rc(other, AP_PARAMETER_CHECK, AP_BAD_TYPE);
    ck_ok(a_ended(other, AP_SOFT), other);
}
END_TEST

/* A conversation is known to its own TP alone. */
START_TEST(ids)
{
    static struct end third;
    ends_open(&a, &b, true, AP_NONE);
    memset(&third, 0, sizeof third);
    third.mapped = true;
    third.conv_id = a.conv_id;
    a_flush(&third);
    ck_rc(&third, AP_PARAMETER_CHECK, AP_BAD_TP_ID);
    ck_ok(a_started(&third), &third);
    a_flush(&third);
    ck_rc(&third, AP_PARAMETER_CHECK, AP_BAD_CONV_ID);
    a.mapped = false;
    a_flush(&a);
    ck_rc(&a, AP_CONVERSATION_TYPE_MIXED, 0);
    ck_ok(a_ended(&third, AP_SOFT), &third);
    ends_close(&a, &b);
}
END_TEST

START_TEST(properties)
{
    unsigned char want[64];
    ends_open(&a, &b, true, AP_NONE);
    struct get_tp_properties p = {.opcode = AP_GET_TP_PROPERTIES, .opext = AP_EXTD_VCB};
    IDS(&a, p);
    APPC(&p);
    ck_assert_uint_eq(p.primary_rc, AP_OK);
    ebcdic_field(want, 64, "TESTER");
    ck_assert_mem_eq(p.tp_name, want, 64);
    ebcdic_field(want, 17, "TESTNET.LULOCAL");
    ck_assert_mem_eq(p.fqlu_name, want, 17);
    struct get_type t = {.opcode = AP_GET_TYPE, .conv_id = a.conv_id};
    IDS(&a, t);
    APPC(&t);
    ck_assert_uint_eq(t.conv_type, AP_MAPPED_CONVERSATION);
    ends_close(&a, &b);
}
END_TEST

/* Nobody invokes it within its Timeout. */
START_TEST(not_pending)
{
    memset(&b, 0, sizeof b);
    a_receive_allocate(&b, "BYHAND");
    ck_rc(&b, AP_STATE_CHECK, AP_ALLOCATE_NOT_PENDING);
    a_receive_allocate(&b, "");
    ck_rc(&b, AP_PARAMETER_CHECK, AP_UNDEFINED_TP_NAME);
}
END_TEST

#define ROWS(table) (int)(sizeof(table) / sizeof *(table))

int main(void)
{
    Suite *s = suite_create("APPC verbs");
    TCase *tc = tcase_create("conversations");
    tcase_add_test(tc, mapped_records);
    tcase_add_test(tc, records_in_one_ru);
    tcase_add_loop_test(tc, status, 0, 2);
    tcase_add_test(tc, basic_records);
    tcase_add_loop_test(tc, send_error, 0, ROWS(errors));
    tcase_add_test(tc, log_data);
    tcase_add_loop_test(tc, ends, 0, ROWS(abends));
    tcase_add_test(tc, confirmation);
    tcase_add_test(tc, request_to_send);
    tcase_add_test(tc, immediate);
    tcase_add_loop_test(tc, cpic_allocates, 0, 2);
    tcase_add_loop_test(tc, cpic_accepts, 0, 2);
    suite_add_tcase(s, tc);
    tc = tcase_create("beginning and end");
    tcase_add_loop_test(tc, attach_refused, 0, ROWS(attaches));
    tcase_add_test(tc, by_name);
    tcase_add_loop_test(tc, kinds_of_session, AP_WHEN_SESSION_ALLOCATED, AP_WHEN_CONV_GROUP_ALLOCATED + 1);
    tcase_add_test(tc, pip_data);
    tcase_add_loop_test(tc, data_types, AP_USER_CONTROL_DATA, 4);
    tcase_add_test(tc, whole_conversation);
    tcase_add_loop_test(tc, tp_ends, 0, 4);
    tcase_add_test(tc, ids);
    tcase_add_test(tc, properties);
    tcase_add_test(tc, not_pending);
    suite_add_tcase(s, tc);
    return harness_main(s);
}
