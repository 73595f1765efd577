/* check_win.c - the Windows extensions: verbs without waiting, their events and messages, cancels, blocking
 * hooks, Startup and Cleanup [HIS: WinAsyncAPPC]. */
#include <stdio.h>
#include <sys/eventfd.h>

#include "tests/appc/block.h"
#include "tests/cpic/window.h"

static struct end a, b;

static void message(HANDLE handle, void *vcb)
{
    window_told(WAPPC_ASYNC_COMPLETE, handle, vcb);
}

static struct mc_receive_and_wait receive_of(struct end *e)
{
    struct mc_receive_and_wait r = HEAD(e, RECEIVE_AND_WAIT);
    IDS(e, r);
    r.dptr = e->buf;
    r.max_len = 100;
    return r;
}

/* A receive waits in the background, and other verbs may be issued meanwhile. */
START_TEST(by_message)
{
    window_open();
    ends_open(&a, &b, true, AP_NONE);
    struct mc_receive_and_wait r = receive_of(&b);
    HANDLE h = WinAsyncAPPC(WAPPC_HWND(window[1]), (intptr_t)&r);
    ck_assert_uint_eq(a_state(&b), AP_PEND_POST_STATE);
    a_flush(&b);
    ck_rc(&b, AP_CONV_BUSY, 0);
    ck_ok(a_rts(&b), &b);
    WAIT_FOR(a_test_rts(&a) == AP_OK);
    ck_ok(a_send(&a, "hello", 5, AP_SEND_DATA_FLUSH), &a);
    message(h, &r);
    ck_assert_uint_eq(r.primary_rc, AP_OK);
    ck_assert_uint_eq(r.what_rcvd, AP_DATA_COMPLETE);
    ck_assert_uint_eq(r.dlen, 5);
    ck_assert_int_eq(WinAPPCCancelAsyncRequest(h), WAPPCALREADY);
    ck_assert_int_eq(WinAPPCCancelAsyncRequest(NULL), WAPPCINVALID);
    ends_close(&a, &b);
}
END_TEST

/* A verb of a TP, and one that is refused, are complete at once; that is told too. */
START_TEST(at_once)
{
    window_open();
    struct tp_started s = {.opcode = AP_TP_STARTED};
    HANDLE h = WinAsyncAPPC(WAPPC_HWND(window[1]), (intptr_t)&s);
    message(h, &s);
    ck_assert_uint_eq(s.primary_rc, AP_OK);
    struct mc_flush f = {.opcode = AP_M_FLUSH, .opext = AP_MAPPED_CONVERSATION};
    h = WinAsyncAPPC(WAPPC_HWND(window[1]), (intptr_t)&f);
    message(h, &f);
    ck_assert_uint_eq(f.secondary_rc, AP_BAD_TP_ID);
    ck_assert_ptr_null(WinAsyncAPPC(NULL, (intptr_t)&f));
    ck_assert_ptr_null(WinAsyncAPPC(WAPPC_HWND(window[1]), 0));
    ck_assert_ptr_null(WinAsyncAPPCEx(WAPPC_HANDLE(9999), (intptr_t)&f));
}
END_TEST

START_TEST(by_event)
{
    eventfd_t n;
    int event = eventfd(0, 0);
    ends_open(&a, &b, true, AP_NONE);
    struct mc_receive_and_post r = HEAD(&b, RECEIVE_AND_POST);
    struct mc_receive_and_wait w = receive_of(&b);
    IDS(&b, r);
    r.dptr = b.buf;
    r.max_len = 100;
    APPC(&r);
    ck_assert_uint_eq(r.secondary_rc, AP_INVALID_SEMAPHORE_HANDLE);
    r.sema = WAPPC_HANDLE(event);
    APPC(&r);
    ck_assert_uint_eq(r.primary_rc, AP_OK);
    ck_assert_uint_eq(a_state(&b), AP_PEND_POST_STATE);
    ck_ok(a_send(&a, "one", 3, AP_SEND_DATA_FLUSH), &a);
    ck_assert_int_eq(eventfd_read(event, &n), 0);
    ck_assert_uint_eq(r.dlen, 3);
    ck_assert_ptr_nonnull(WinAsyncAPPCEx(WAPPC_HANDLE(event), (intptr_t)&w));
    ck_ok(a_send(&a, "four", 4, AP_SEND_DATA_FLUSH), &a);
    ck_assert_int_eq(eventfd_read(event, &n), 0);
    ck_assert_uint_eq(w.dlen, 4);
    ends_close(&a, &b);
}
END_TEST

/* What ends a receive that is posted: each completes it with AP_CANCELED. */
START_TEST(cancelled)
{
    window_open();
    ends_open(&a, &b, true, AP_NONE);
    struct mc_receive_and_wait r = receive_of(&b);
    HANDLE h = WinAsyncAPPC(WAPPC_HWND(window[1]), (intptr_t)&r);
    if (_i == 0)
        ck_assert_int_eq(WinAPPCCancelAsyncRequest(h), 0);
    else if (_i == 1)
        ck_ok(a_deallocate(&b, AP_ABEND), &b);
    else if (_i == 2)
        ck_ok(a_error(&b, AP_PROG, 0), &b);
    else
        ck_ok(a_ended(&b, _i == 3 ? AP_SOFT : AP_HARD), &b);
    message(h, &r);
    ck_assert_uint_eq(r.primary_rc, AP_CANCELED);
    ck_assert_uint_eq(a_state(&b), _i == 2 ? AP_SEND_STATE : AP_RESET_STATE);
    if (_i != 2) {
        WAIT_FOR(a_send(&a, "x", 1, AP_SEND_DATA_FLUSH) != AP_OK);
        ck_rc(&a, AP_DEALLOC_ABEND, 0);
    }
}
END_TEST

/* RECEIVE_ALLOCATE waits in the background, and is cancelled. */
START_TEST(accept)
{
    window_open();
    struct receive_allocate r = {.opcode = AP_RECEIVE_ALLOCATE};
    ebcdic_field(r.tp_name, 64, "LATER");
    HANDLE h = WinAsyncAPPC(WAPPC_HWND(window[1]), (intptr_t)&r);
    if (_i == 0) {
        ck_assert_int_eq(WinAPPCCancelAsyncRequest(h), 0);
        message(h, &r);
        ck_assert_uint_eq(r.primary_rc, AP_CANCELED);
        return;
    }
    a_begin(&a, true);
    struct allocate w = a_wish(&a, AP_NONE);
    ebcdic_field(w.tp_name, 64, "LATER");
    ck_ok(a_allocate_as(&a, &w), &a);
    ck_ok(a_flush(&a), &a);
    message(h, &r);
    ck_assert_uint_eq(r.primary_rc, AP_OK);
    ck_assert_uint_ne(r.conv_id, 0);
}
END_TEST

/* ---- hooks ---- */

static int calls, limit;
static unsigned short nested;

static int hook(void)
{
    struct get_state g = {.opcode = AP_GET_STATE};
    APPC(&g);
    nested = g.primary_rc;
    ck_assert_int_ne(WinAPPCIsBlocking(), 0);
    if (limit == 0 && calls > 2)
        ck_assert_int_eq(WinAPPCCancelBlockingCall(), 0);
    return limit == 0 || ++calls < limit;
}

static int counting_hook(void)
{
    calls++;
    return hook();
}

START_TEST(hooks)
{
    ends_open(&a, &b, true, AP_NONE);
    ck_assert_int_eq(WinAPPCIsBlocking(), 0);
    ck_assert_int_eq(WinAPPCCancelBlockingCall(), WAPPCINVALID);
    limit = _i ? 0 : 3;
    ck_assert(WinAPPCSetBlockingHook(_i ? counting_hook : hook) == NULL);
    a_wait(&b, 10, AP_NO, 0);
    ck_rc(&b, AP_CANCELED, 0);
    ck_assert_uint_eq(nested, AP_THREAD_BLOCKING);
    ck_assert_int_eq(a_state(&b), AP_RESET_STATE);
    ck_assert_int_ne(WinAPPCUnhookBlockingHook(), 0);
    ck_ok(a_ended(&a, AP_HARD), &a);
}
END_TEST

START_TEST(startup)
{
    WAPPCDATA d;
    ck_assert_int_eq(WinAPPCStartup(0x0001, &d), 0);
    ck_assert_uint_eq(d.wVersion, 0x0001);
    ck_assert_int_eq(WinAPPCStartup(0x0000, &d), WAPPCINVALID);
    ck_assert_int_eq(WinAPPCStartup(0x0001, NULL), WAPPCINVALID);
    ends_open(&a, &b, true, AP_NONE);
    ck_assert_int_ne(WinAPPCCleanup(), 0);
    ck_assert_int_eq(WinAPPCCleanup(), 0);
    a_flush(&a);
    ck_rc(&a, AP_COMM_SUBSYSTEM_NOT_LOADED, AP_NO_NODE_ACTIVE);
    ck_assert_int_eq(WinAPPCStartup(0x0001, &d), 0);
    a_flush(&a);
    ck_rc(&a, AP_PARAMETER_CHECK, AP_BAD_TP_ID);
    setenv("SNANODE_SOCKET", "/nonexistent/socket", 1);
    ck_assert_int_ne(WinAPPCCleanup(), 0);
    ck_assert_int_eq(WinAPPCStartup(0x0001, &d), WAPPCSYSNOTREADY);
}
END_TEST

START_TEST(texts)
{
    unsigned char text[256];
    struct appc_hdr h = {.primary_rc = AP_PARAMETER_CHECK, .secondary_rc = AP_BAD_TP_ID};
    int n = GetAppcReturnCode(&h, sizeof text, text);
    ck_assert_str_eq((char *)text, "AP_PARAMETER_CHECK (0001), AP_BAD_TP_ID (00000001)");
    ck_assert_int_eq(n, (int)strlen((char *)text));
    ck_assert_int_eq(GetAppcReturnCode(&h, 10, text), 0);
    ck_assert_int_eq(GetAppcReturnCode(NULL, 10, text), 0);
    h = (struct appc_hdr){.primary_rc = AP_OK};
    GetAppcReturnCode(&h, sizeof text, text);
    ck_assert_str_eq((char *)text, "AP_OK (0000)");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("APPC, Windows extensions");
    TCase *tc = tcase_create("all");
    tcase_add_test(tc, by_message);
    tcase_add_test(tc, at_once);
    tcase_add_test(tc, by_event);
    tcase_add_loop_test(tc, cancelled, 0, 5);
    tcase_add_loop_test(tc, accept, 0, 2);
    tcase_add_loop_test(tc, hooks, 0, 2);
    tcase_add_test(tc, startup);
    tcase_add_test(tc, texts);
    suite_add_tcase(s, tc);
    return harness_main(s);
}
