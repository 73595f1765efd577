/* check_post.c - what goes on after its verb has returned: POST_ON_RECEIPT, the buffer of RECEIVE_LOG_DATA, a
 * SEND_CONVERSATION that is issued without waiting. */
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "tests/appc/block.h"

static struct end a, b;

static struct post_on_receipt posted(struct end *e, int event)
{
    struct post_on_receipt p = HEAD(e, POST_ON_RECEIPT);
    IDS(e, p);
    p.max_len = 1;
    p.sema = (unsigned)event;
    return p;
}

static bool told(int event)
{
    struct pollfd p = {event, POLLIN, 0};
    eventfd_t n;
    return poll(&p, 1, 0) == 1 && eventfd_read(event, &n) == 0;
}

static void comes(struct end *e, const struct post_on_receipt *p, int event, unsigned short primary,
                  unsigned int secondary)
{
    WAIT_FOR(told(event));
    DONE(e, *p);
    ck_rc(e, primary, secondary);
    ck_assert_uint_eq(a_state(e), AP_RECEIVE_STATE);
}

/* Data, a status, an error, the end: the program is told that something is there, and receives it then. */
START_TEST(arrivals)
{
    bool mapped = _i;
    int event = eventfd(0, EFD_CLOEXEC);
    ends_open(&a, &b, mapped, AP_CONFIRM_SYNC_LEVEL);
    struct post_on_receipt p = posted(&b, event);
    APPC(&p);
    ck_assert_uint_eq(p.primary_rc, AP_OK);
    ck_assert_uint_eq(a_state(&b), AP_RECEIVE_STATE);
    ck_assert(!told(event));
    ck_ok(a_send(&a, "\0\5abc", 5, AP_SEND_DATA_FLUSH), &a);
    comes(&b, &p, event, AP_OK, AP_DATA);
    APPC(&p); /* it is still there, and tells of itself again */
    comes(&b, &p, event, AP_OK, AP_DATA);
    ck_ok(a_wait(&b, 100, AP_NO, AP_LL), &b);
    ck_assert_uint_eq(b.dlen, 5);
    APPC(&p);
    ck_ok(a_error(&a, AP_PROG, AP_RCV_DIR_ERROR), &a);
    comes(&b, &p, event, AP_OK, AP_NOT_DATA);
    a_immediate(&b, 100);
    ck_rc(&b, AP_PROG_ERROR_NO_TRUNC, 0);
    APPC(&p);
    ck_ok(a_deallocate(&a, AP_FLUSH), &a);
    comes(&b, &p, event, AP_OK, AP_NOT_DATA);
    a_wait(&b, 100, AP_NO, AP_LL);
    ck_rc(&b, AP_DEALLOC_NORMAL, 0);
    ends_close(&a, &b);
    close(event);
}
END_TEST

/* What ends it. */
START_TEST(overtaken)
{
    int event = eventfd(0, EFD_CLOEXEC);
    ends_open(&a, &b, _i % 2, AP_NONE);
    struct post_on_receipt p = posted(&b, event);
    APPC(&p);
    ck_ok(a_rts(&b), &b);
    WAIT_FOR(a_test_rts(&a) == AP_OK);
    ck_assert(!told(event));
    switch (_i / 2) {
    case 0:
        a_immediate(&b, 10);
        ck_rc(&b, AP_UNSUCCESSFUL, 0);
        break;
    case 1:
        ck_ok(a_error(&b, AP_PROG, AP_RCV_DIR_ERROR), &b);
        break;
    case 2:
        ck_ok(a_deallocate(&b, b.mapped ? AP_ABEND : AP_ABEND_PROG), &b);
        break;
    case 3:
        ck_ok(a_ended(&b, AP_SOFT), &b);
        break;
    }
    WAIT_FOR(told(event));
    DONE(&b, p);
    ck_rc(&b, AP_CANCELED, 0);
    ck_ok(a_ended(&a, AP_HARD), &a);
    close(event);
}
END_TEST

START_TEST(post_refused)
{
    int event = eventfd(0, EFD_CLOEXEC);
    ends_open(&a, &b, false, AP_NONE);
    struct post_on_receipt p = posted(&a, event);
    APPC(&p);
    DONE(&a, p);
    ck_rc(&a, AP_STATE_CHECK, AP_RCV_IMMD_BAD_STATE);
    p = posted(&b, event);
    p.fill = 2;
    APPC(&p);
    DONE(&b, p);
    ck_rc(&b, AP_PARAMETER_CHECK, AP_POST_ON_RECEIPT_BAD_FILL);
    p = posted(&b, 9999);
    APPC(&p);
    DONE(&b, p);
    ck_rc(&b, AP_PARAMETER_CHECK, AP_INVALID_SEMAPHORE_HANDLE);
    ends_close(&a, &b);
    close(event);
}
END_TEST

/* The buffer gets the error log variable of each error, and zeros when there is none. */
START_TEST(log_data)
{
    static unsigned char pod[] = "\0\x0B\x12\xE1\0\2\0\5\xD7\xD6\xC4", buf[16], none[16];
    ends_open(&a, &b, false, AP_NONE);
    struct receive_log_data r = HEAD(&b, RECEIVE_LOG_DATA);
    IDS(&b, r);
    r.log_dptr = buf;
    r.log_dlen = sizeof buf;
    APPC(&r);
    ck_assert_uint_eq(r.primary_rc, AP_OK);
    struct send_error e = HEAD(&a, SEND_ERROR);
    IDS(&a, e);
    e.log_dptr = pod;
    e.log_dlen = 11;
    APPC(&e);
    ck_assert_uint_eq(e.primary_rc, AP_OK);
    memset(buf, 0xFF, sizeof buf);
    a_wait(&b, 10, AP_NO, AP_LL);
    ck_rc(&b, AP_PROG_ERROR_NO_TRUNC, 0);
    ck_assert_mem_eq(buf + 2, "\x12\xE1", 2);
    ck_assert_uint_eq(buf[1], 11);
    ck_assert_mem_eq(buf + 8, "\xD7\xD6\xC4", 3);
    ck_ok(a_error(&a, AP_PROG, AP_RCV_DIR_ERROR), &a);
    a_wait(&b, 10, AP_NO, AP_LL);
    ck_rc(&b, AP_PROG_ERROR_NO_TRUNC, 0);
    ck_assert_mem_eq(buf, none, sizeof buf);
    r.log_dptr = (unsigned char *)16;
    APPC(&r);
    ck_assert_uint_eq(r.secondary_rc, AP_INVALID_DATA_SEGMENT);
    r.log_dlen = 0; /* from now on nowhere */
    APPC(&r);
    ck_assert_uint_eq(r.primary_rc, AP_OK);
    memset(buf, 0xFF, sizeof buf);
    ck_ok(a_error(&a, AP_PROG, AP_RCV_DIR_ERROR), &a);
    a_wait(&b, 10, AP_NO, AP_LL);
    ck_assert_uint_eq(buf[0], 0xFF);
    ends_close(&a, &b);
}
END_TEST

/* A session is free only when the first conversation has ended: the verb waits, and the caller does not. */
START_TEST(send_conversation)
{
    static struct end c;
    int event = eventfd(0, EFD_CLOEXEC);
    a_register("BYHAND");
    a_begin(&a, true);
    struct allocate w = a_wish(&a, AP_NONE);
    ebcdic_field(w.mode_name, 8, "ONE");
    ck_ok(a_allocate_as(&a, &w), &a);
    ck_ok(a_flush(&a), &a);
    ck_ok(a_receive_allocate(&b, "BYHAND"), &b);
    struct send_conversation s = {.opcode = AP_M_SEND_CONVERSATION, .opext = AP_MAPPED_CONVERSATION};
    unsigned char data[] = "all of it";
    IDS(&a, s);
    ascii_field(s.plu_alias, 8, "LUREMOTE");
    ebcdic_field(s.mode_name, 8, "ONE");
    ebcdic_field(s.tp_name, 64, "BYHAND");
    s.dptr = data;
    s.dlen = 9;
    ck_assert_ptr_nonnull(WinAsyncAPPCEx(WAPPC_HANDLE(event), (intptr_t)&s));
    ck_assert(!told(event));
    memset(data, 'x', sizeof data); /* the verb has its own copy */
    ck_ok(a_deallocate(&a, AP_FLUSH), &a);
    a_wait(&b, 10, AP_NO, 0);
    ck_rc(&b, AP_DEALLOC_NORMAL, 0);
    WAIT_FOR(told(event));
    DONE(&a, s);
    ck_rc(&a, AP_OK, 0);
    ck_ok(a_receive_allocate(&c, "BYHAND"), &c);
    ck_ok(a_wait(&c, 100, AP_NO, 0), &c);
    ck_assert_mem_eq(c.buf, "all of it", 9);
    ends_close(&a, &b);
    close(event);
}
END_TEST

/* ---- TEST_RTS_AND_POST ---- */

static struct test_rts_and_post rts_posted(struct end *e, int event)
{
    struct test_rts_and_post t = HEAD(e, TEST_RTS_AND_POST);
    IDS(e, t);
    t.handle = (unsigned)event;
    return t;
}

static void rts_post(struct end *e, struct test_rts_and_post *t, int event)
{
    *t = rts_posted(e, event);
    APPC(t);
    ck_assert_uint_eq(t->primary_rc, AP_OK);
}

static void rts_told(struct end *e, const struct test_rts_and_post *t, int event, unsigned short primary)
{
    WAIT_FOR(told(event));
    DONE(e, *t);
    ck_rc(e, primary, 0);
}

/* Who is told may issue a verb at once: the conversation is not busy any more.  The partner asks again at
 * once, over a link too, where the answer to its last request may be under way still. */
START_TEST(rts_at_once)
{
    int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct test_rts_and_post t;
    ends_open(&a, &b, false, AP_NONE);
    for (int i = 0; i < 300; i++) {
        rts_post(&a, &t, event);
        ck_ok(a_rts(&b), &b);
        while (!told(event))
            continue;
        a_test_rts(&a);
        ck_rc(&a, AP_UNSUCCESSFUL, 0);
    }
    ends_close(&a, &b);
    close(event);
}
END_TEST

/* The partner asks for the turn while nothing else goes on, while verbs do, and before the verb is issued. */
START_TEST(rts_comes)
{
    bool mapped = _i;
    int event = eventfd(0, EFD_CLOEXEC);
    struct test_rts_and_post t;
    ends_open(&a, &b, mapped, AP_NONE);
    rts_post(&a, &t, event);
    ck_assert_uint_eq(a_state(&a), AP_SEND_STATE);
    ck_assert(!told(event));
    ck_ok(a_rts(&b), &b);
    rts_told(&a, &t, event, AP_OK);
    a_test_rts(&a);
    ck_rc(&a, AP_UNSUCCESSFUL, 0);
    rts_post(&a, &t, event);
    ck_ok(a_send(&a, "\0\5abc", 5, AP_SEND_DATA_FLUSH), &a);
    ck_ok(a_wait(&b, 100, AP_NO, AP_LL), &b);
    ck_assert(!told(event));
    ck_ok(a_rts(&b), &b);
    rts_told(&a, &t, event, AP_OK);
    ck_ok(a_rts(&b), &b);
    do /* the request is in a verb's own block too, and is read by that verb */
        ck_ok(a_send(&a, "\0\5abc", 5, AP_SEND_DATA_FLUSH), &a);
    while (a.rts == AP_NO && (nap(), true));
    ck_ok(a_rts(&b), &b);
    rts_post(&a, &t, event);
    rts_told(&a, &t, event, AP_OK);
    ends_close(&a, &b);
    close(event);
}
END_TEST

/* It stays while the turn goes to and fro, whoever waits for what. */
START_TEST(rts_later)
{
    int event = eventfd(0, EFD_CLOEXEC), more = eventfd(0, EFD_CLOEXEC);
    struct test_rts_and_post t;
    ends_open(&a, &b, true, AP_NONE);
    rts_post(&a, &t, event);
    struct receive_and_post r = HEAD(&a, RECEIVE_AND_POST);
    IDS(&a, r);
    r.dptr = a.buf;
    r.max_len = 100;
    r.rtn_status = AP_YES;
    r.sema = WAPPC_HANDLE(more);
    APPC(&r); /* which passes the turn */
    ck_assert_uint_eq(r.primary_rc, AP_OK);
    ck_ok(a_wait(&b, 100, AP_YES, 0), &b);
    ck_assert_uint_eq(b.what, AP_SEND);
    ck_ok(a_send(&b, "back", 4, AP_SEND_DATA_P_TO_R_FLUSH), &b);
    WAIT_FOR(told(more));
    ck_assert_uint_eq(r.what_rcvd, AP_DATA_COMPLETE_SEND);
    ck_assert(!told(event));
    ck_ok(a_rts(&b), &b);
    rts_told(&a, &t, event, AP_OK);
    ends_close(&a, &b);
    close(event);
    close(more);
}
END_TEST

/* The end of the conversation, from either side. */
START_TEST(rts_cancelled)
{
    int event = eventfd(0, EFD_CLOEXEC);
    struct test_rts_and_post t;
    bool ended = _i == 2 || _i == 3;
    ends_open(&a, &b, true, AP_NONE);
    rts_post(&a, &t, event);
    switch (_i) {
    case 0:
        ck_ok(a_deallocate(&a, AP_FLUSH), &a);
        break;
    case 1:
        ck_ok(a_deallocate(&b, AP_ABEND), &b);
        break;
    case 2:
        ck_ok(a_ended(&a, AP_SOFT), &a);
        break;
    case 3:
        ck_ok(a_ended(&a, AP_HARD), &a);
        break;
    }
    if (_i == 1) { /* the verb that meets the end says why */
        WAIT_FOR(a_send(&a, "x", 1, AP_SEND_DATA_FLUSH) != AP_OK);
        ck_rc(&a, AP_DEALLOC_ABEND, 0);
    }
    rts_told(&a, &t, event, AP_CANCELED);
    if (_i != 1) {
        a_wait(&b, 10, AP_NO, 0);
        ck_rc(&b, _i == 3 ? AP_DEALLOC_ABEND : AP_DEALLOC_NORMAL, 0);
    }
    if (!ended)
        ck_ok(a_ended(&a, AP_HARD), &a);
    ck_ok(a_ended(&b, AP_HARD), &b);
    close(event);
}
END_TEST

START_TEST(rts_refused)
{
    int event = eventfd(0, EFD_CLOEXEC), other = eventfd(0, EFD_CLOEXEC);
    ends_open(&a, &b, _i, AP_NONE);
    struct test_rts_and_post t = rts_posted(&a, 9999), u;
    APPC(&t);
    DONE(&a, t);
    ck_rc(&a, AP_PARAMETER_CHECK, AP_INVALID_SEMAPHORE_HANDLE);
    t.handle = 0;
    APPC(&t);
    DONE(&a, t);
    ck_rc(&a, AP_PARAMETER_CHECK, AP_INVALID_SEMAPHORE_HANDLE);
    rts_post(&a, &t, event);
    u = rts_posted(&a, other); /* one at a time */
    APPC(&u);
    DONE(&a, u);
    ck_rc(&a, AP_CONV_BUSY, 0);
    ck_ok(a_rts(&b), &b);
    rts_told(&a, &t, event, AP_OK);
    ck_assert(!told(other));
    ends_close(&a, &b);
    close(event);
    close(other);
}
END_TEST

/* The handle of a verb that is complete cancels nothing. */
START_TEST(rts_and_handles)
{
    int event = eventfd(0, EFD_CLOEXEC), sent = eventfd(0, EFD_CLOEXEC);
    struct test_rts_and_post t;
    ends_open(&a, &b, true, AP_NONE);
    struct send_data s = HEAD(&a, SEND_DATA);
    IDS(&a, s);
    s.type = AP_SEND_DATA_FLUSH;
    HANDLE h = WinAsyncAPPCEx(WAPPC_HANDLE(sent), (intptr_t)&s);
    ck_assert_ptr_nonnull(h);
    WAIT_FOR(told(sent));
    rts_post(&a, &t, event);
    ck_assert_int_eq(WinAPPCCancelAsyncRequest(h), WAPPCALREADY);
    ck_ok(a_rts(&b), &b);
    rts_told(&a, &t, event, AP_OK);
    ends_close(&a, &b);
    close(event);
    close(sent);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("APPC posted verbs");
    TCase *tc = tcase_create("posted");
    tcase_add_loop_test(tc, arrivals, 0, 2);
    tcase_add_loop_test(tc, overtaken, 0, 8);
    tcase_add_test(tc, post_refused);
    tcase_add_test(tc, log_data);
    tcase_add_test(tc, send_conversation);
    tcase_add_loop_test(tc, rts_comes, 0, 2);
    tcase_add_test(tc, rts_at_once);
    tcase_add_test(tc, rts_later);
    tcase_add_loop_test(tc, rts_cancelled, 0, 4);
    tcase_add_loop_test(tc, rts_refused, 0, 2);
    tcase_add_test(tc, rts_and_handles);
    suite_add_tcase(s, tc);
    return harness_main(s);
}
