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
    ends_open(&a, &b, true, AP_NONE);
    struct post_on_receipt p = posted(&b, event);
    APPC(&p);
    ck_ok(a_rts(&b), &b);
    WAIT_FOR(a_test_rts(&a) == AP_OK);
    ck_assert(!told(event));
    switch (_i) {
    case 0:
        a_immediate(&b, 10);
        ck_rc(&b, AP_UNSUCCESSFUL, 0);
        break;
    case 1:
        ck_ok(a_error(&b, AP_PROG, AP_RCV_DIR_ERROR), &b);
        break;
    case 2:
        ck_ok(a_deallocate(&b, AP_ABEND), &b);
        break;
    case 3:
        ck_ok(a_ended(&b, AP_SOFT), &b);
        break;
    }
    WAIT_FOR(told(event));
    ck_assert_uint_eq(p.primary_rc, AP_CANCELED);
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

int main(void)
{
    Suite *s = suite_create("APPC posted verbs");
    TCase *tc = tcase_create("posted");
    tcase_add_loop_test(tc, arrivals, 0, 2);
    tcase_add_loop_test(tc, overtaken, 0, 4);
    tcase_add_test(tc, post_refused);
    tcase_add_test(tc, log_data);
    tcase_add_test(tc, send_conversation);
    suite_add_tcase(s, tc);
    return harness_main(s);
}
