/* check_manager.c - a program that is the attach manager of an LU [HIS: RECEIVE_ALLOCATE_EX; Q235406]. */
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/appc/block.h"
#include "tests/cpic/barrier.h"

static struct end a, b;

/* The alias of the local LU that LUREMOTE leads to. */
static const char *here(void)
{
    return over_link() ? "LUHERE" : "LUREMOTE";
}

/* The node knows that this process is the attach manager: it has waited for an Attach in vain. */
static void become_manager(void)
{
    a_manage(&b, here(), 0);
    ck_rc(&b, AP_STATE_CHECK, AP_ALLOCATE_NOT_PENDING);
}

/* A invokes TP on LUREMOTE, which nobody has accepted by name. */
static void invoke(const char *tp, unsigned char security)
{
    a_begin(&a, tp[0] >= ' '); /* service TPs have basic conversations */
    struct allocate w = a_wish(&a, AP_CONFIRM_SYNC_LEVEL);
    ebcdic_field(w.tp_name, 64, tp);
    if (!a.mapped)
        w.tp_name[0] = (unsigned char)tp[0];
    w.security = security;
    ebcdic_field(w.user_id, 10, "SOMEONE");
    ebcdic_field(w.pwd, 10, "SECRET");
    ck_ok(a_allocate_as(&a, &w), &a);
    ck_ok(a_flush(&a), &a);
}

START_TEST(any_name)
{
    static const char *const names[] = {"ANYTHING", "lower.case", "\x06\x32"};
    const struct receive_allocate_ex *x = (const void *)b.buf;
    unsigned char want[64];
    become_manager();
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        invoke(names[i], i == 0 ? AP_PGM : AP_NONE);
        ck_ok(a_manage(&b, here(), 30), &b);
        ebcdic_field(want, 64, names[i]);
        if (i == 2)
            want[0] = 6;
        ck_assert_mem_eq(x->tp_name, want, 64);
        ebcdic_field(want, 10, i == 0 ? "SOMEONE" : "");
        ck_assert_mem_eq(x->user_id, want, 10);
        if (i > 0 || !over_link()) { /* a link has a substitute of it */
            ebcdic_field(want, 10, i == 0 ? "SECRET" : "");
            ck_assert_mem_eq(x->password, want, 10);
        }
        ascii_field(want, 8, here());
        ck_assert_mem_eq(x->lu_alias, want, 8);
        ck_assert_uint_eq(x->sync_level, AP_CONFIRM_SYNC_LEVEL);
        ck_assert_uint_eq(x->conv_type, a.mapped ? AP_MAPPED_CONVERSATION : AP_BASIC_CONVERSATION);
        ck_assert_uint_eq(x->pip_incoming, AP_NO);
        struct get_tp_properties p = {.opcode = AP_GET_TP_PROPERTIES};
        IDS(&b, p);
        APPC(&p);
        ck_assert_mem_eq(p.tp_name, x->tp_name, 64);
        ck_ok(a_send(&a, "\0\4ta", 4, AP_SEND_DATA_P_TO_R_FLUSH), &a);
        ck_ok(a_wait(&b, 100, AP_NO, 0), &b);
        ck_assert_uint_eq(b.dlen, 4);
        ends_close(&a, &b);
    }
    ck_ok(a_manage_end(&b, here()), &b);
}
END_TEST

START_TEST(refused)
{
    struct receive_allocate_ex x = {.opcode = AP_RECEIVE_ALLOCATE_EX, .timeout = 1};
    memset(x.lu_alias, ' ', sizeof x.lu_alias);
    ebcdic_field(x.tp_name, 64, "");
    APPC(&x); /* row 28: nobody takes the Attaches of every LU */
    DONE(&b, x);
    ck_rc(&b, AP_PARAMETER_CHECK, AP_BAD_LU_ALIAS);
    ascii_field(x.lu_alias, 8, here());
    ebcdic_field(x.tp_name, 64, "BYHAND");
    APPC(&x);
    DONE(&b, x);
    ck_rc(&b, AP_PARAMETER_CHECK, AP_UNDEFINED_TP_NAME);
    struct receive_allocate_ex_end z = {.opcode = AP_RECEIVE_ALLOCATE_EX_END};
    memset(z.lu_alias, ' ', sizeof z.lu_alias);
    ebcdic_field(z.tp_name, 64, "");
    APPC(&z);
    DONE(&b, z);
    ck_rc(&b, AP_PARAMETER_CHECK, AP_BAD_LU_ALIAS);
    ascii_field(z.lu_alias, 8, here());
    ebcdic_field(z.tp_name, 64, "BYHAND");
    APPC(&z);
    DONE(&b, z);
    ck_rc(&b, AP_PARAMETER_CHECK, AP_UNDEFINED_TP_NAME);
    a_manage_end(&b, here());
    ck_rc(&b, AP_STATE_CHECK, AP_ATTACH_MANAGER_INACTIVE);
    become_manager();
    pid_t other = fork(); /* row 27: of another process */
    if (other == 0) {
        struct receive_allocate_ex y = {.opcode = AP_RECEIVE_ALLOCATE_EX, .timeout = 1};
        ebcdic_field(y.tp_name, 64, "");
        ascii_field(y.lu_alias, 8, here());
        APPC(&y);
        _exit(y.primary_rc == AP_STATE_CHECK && y.secondary_rc == AP_LU_ALREADY_REGISTERED ? 0 : 1);
    }
    int status = -1;
    ck_assert_int_eq(waitpid(other, &status, 0), other);
    ck_assert_int_eq(status, 0);
    ck_ok(a_manage_end(&b, here()), &b);
}
END_TEST

/* The reasons with which an attach manager refuses, and what the partner is told. */
static const struct {
    unsigned char type;
    unsigned short primary;
    unsigned int secondary;
} reasons[] = {
    {0x06, AP_ALLOCATION_ERROR, AP_TRANS_PGM_NOT_AVAIL_RETRY},
    {0x07, AP_ALLOCATION_ERROR, AP_TRANS_PGM_NOT_AVAIL_NO_RETRY},
    {0x08, AP_ALLOCATION_ERROR, AP_TP_NAME_NOT_RECOGNIZED},
    {0x09, AP_ALLOCATION_ERROR, AP_PIP_NOT_ALLOWED},
    {0x0A, AP_ALLOCATION_ERROR, AP_PIP_NOT_SPECIFIED_CORRECTLY},
    {0x0C, AP_CONV_FAILURE_NO_RETRY, 0},
    {0x0D, AP_ALLOCATION_ERROR, AP_CONVERSATION_TYPE_MISMATCH},
    {0x0E, AP_ALLOCATION_ERROR, AP_SYNC_LEVEL_NOT_SUPPORTED},
    {0x0F, AP_ALLOCATION_ERROR, AP_SECURITY_NOT_VALID},
    {0x10, AP_ALLOCATION_ERROR, APPC_FLIPL(0x080FFF00)},
    {0x11, AP_ALLOCATION_ERROR, APPC_FLIPL(0x080FFF01)},
    {0x1E, AP_ALLOCATION_ERROR, APPC_FLIPL(0x080FFF0E)},
};

START_TEST(refuses)
{
    become_manager();
    invoke("ANYTHING", AP_NONE);
    ck_ok(a_manage(&b, here(), 30), &b);
    a_deallocate(&b, 0x1F);
    ck_rc(&b, AP_PARAMETER_CHECK, AP_DEALLOC_BAD_TYPE);
    a_deallocate(&a, reasons[_i].type); /* not the one that invokes */
    ck_rc(&a, AP_PARAMETER_CHECK, AP_DEALLOC_BAD_TYPE);
    ck_ok(a_deallocate(&b, reasons[_i].type), &b);
    a_wait(&a, 10, AP_NO, 0);
    ck_rc(&a, reasons[_i].primary, reasons[_i].secondary);
    ends_close(&a, &b);
    ck_ok(a_manage_end(&b, here()), &b);
}
END_TEST

/* RECEIVE_ALLOCATE_EX without waiting, to complete with the event. */
static HANDLE manage_async(struct receive_allocate_ex *x, int event)
{
    *x = (struct receive_allocate_ex){.opcode = AP_RECEIVE_ALLOCATE_EX, .timeout = 0xFFFFFFFF};
    ebcdic_field(x->tp_name, 64, "");
    ascii_field(x->lu_alias, 8, here());
    HANDLE h = WinAsyncAPPCEx(WAPPC_HANDLE(event), (intptr_t)x);
    ck_assert_ptr_nonnull(h);
    return h;
}

static void completes(struct receive_allocate_ex *x, int event, unsigned short primary,
                      unsigned int secondary)
{
    eventfd_t n;
    ck_assert_int_eq(eventfd_read(event, &n), 0);
    DONE(&b, *x);
    ck_rc(&b, primary, secondary);
}

/* What ends a verb that waits: an Attach, a cancel, the end of the attach manager. */
START_TEST(ends)
{
    struct receive_allocate_ex x;
    int event = eventfd(0, EFD_CLOEXEC);
    manage_async(&x, event);
    invoke("ANYTHING", AP_NONE);
    completes(&x, event, AP_OK, 0);
    memcpy(b.tp_id, x.tp_id, 8);
    ends_close(&a, &b);
    ck_assert_int_eq(WinAPPCCancelAsyncRequest(manage_async(&x, event)), 0);
    completes(&x, event, AP_CANCELED, 0);
    manage_async(&x, event);
    ck_ok(a_manage_end(&b, here()), &b);
    completes(&x, event, AP_STATE_CHECK, AP_ATTACH_MANAGER_INACTIVE);
    close(event);
}
END_TEST

/* An Attach waits for the attach manager's next verb.  When its process has died, nobody takes the Attach,
 * and another process may be the attach manager. */
START_TEST(dies)
{
    int ready[2], go[2];
    ck_assert_int_eq(pipe(ready) | pipe(go), 0);
    pid_t other = fork();
    if (other == 0) {
        char c;
        struct end e;
        a_manage(&e, here(), 0);
        _exit(write(ready[1], "x", 1) == 1 && read(go[0], &c, 1) == 1 ? 0 : 1);
    }
    char c;
    ck_assert_int_eq(read(ready[0], &c, 1), 1);
    invoke("ANYTHING", AP_NONE);
    a_manage(&b, here(), 0);
    ck_rc(&b, AP_STATE_CHECK, AP_LU_ALREADY_REGISTERED);
    ck_assert_int_eq(write(go[1], "x", 1), 1);
    int status = -1;
    ck_assert_int_eq(waitpid(other, &status, 0), other);
    ck_assert_int_eq(status, 0);
    a_wait(&a, 10, AP_NO, 0);
    ck_rc(&a, AP_ALLOCATION_ERROR, AP_TP_NAME_NOT_RECOGNIZED);
    become_manager();
    ck_ok(a_ended(&a, AP_SOFT), &a);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("APPC attach managers");
    TCase *tc = tcase_create("attach managers");
    tcase_add_test(tc, any_name);
    tcase_add_test(tc, refused);
    tcase_add_loop_test(tc, refuses, 0, (int)(sizeof reasons / sizeof *reasons));
    tcase_add_test(tc, ends);
    tcase_add_test(tc, dies);
    suite_add_tcase(s, tc);
    return harness_main(s);
}
