/* check_incoming.c - the calls of CPI-C 1.2 beyond Host Integration Server: Initialize_For_Incoming,
 * Accept_Incoming, Extract_Maximum_Buffer_Size, Release_Local_TP_Name; and the calls that only say that they
 * are not supported. */
#include <sys/eventfd.h>

#include "tests/cpic/harness.h"

static struct pair p;

static CM_INT32 local_name(void (*call)(unsigned char *, CM_INT32 *, CM_INT32 *), const char *name)
{
    CM_INT32 n = (CM_INT32)strlen(name), rc = -1;
    call((unsigned char *)(uintptr_t)name, &n, &rc);
    covered(call == (cmsltp) ? "cmsltp" : "cmrltp", &rc);
    return rc;
}

static CM_INT32 s_incoming(struct side *s)
{
    CM_INT32 rc = -1;
    memset(s, 0, offsetof(struct side, buf));
    cminic(s->id, &rc);
    return rc;
}

static CM_INT32 s_acci(struct side *s)
{
    CM_INT32 rc = -1;
    cmacci(s->id, &rc);
    s->call = "cmacci";
    return rc;
}

static void call_it(void)
{
    side_begin(&p.a, MAPPED, "PAIR");
    ck_assert_rc(s_alloc(&p.a), CM_OK);
    ck_assert_rc(s_flush(&p.a), CM_OK);
}

START_TEST(accept_incoming)
{
    ck_assert_rc(local_name((cmsltp), "PAIR"), CM_OK);
    ck_assert_rc(s_incoming(&p.b), CM_OK);
    ck_assert_state(&p.b, CM_INITIALIZE_INCOMING_STATE);
    SET(cmspm, &p.b, CM_NON_BLOCKING);
    ck_assert_rc(s_acci(&p.b), OI);
    ck_assert_rc(s_acci(&p.b), ONA);
    call_it();
    ck_assert_rc(s_wait(&p.b), CM_OK);
    ck_assert_state(&p.b, CM_RECEIVE_STATE);
    ck_assert_rc(s_acci(&p.b), SC);
    ck_assert_rc(s_deal(&p.a), CM_OK);
    ck_assert_rc(s_rcv(&p.b, 10), CM_DEALLOCATED_NORMAL); /* the mode that was set lasts */
    ck_assert_rc(s_acci(&p.b), PC);
}
END_TEST

/* Blocking, although cmsltp was called; times out as Accept_Conversation does, and may be tried again. */
START_TEST(accept_incoming_blocks)
{
    setenv("APPCTPN", "BYHAND", 1);
    ck_assert_rc(s_incoming(&p.b), CM_OK);
    ck_assert_rc(s_acci(&p.b), SC);
    ck_assert_state(&p.b, CM_INITIALIZE_INCOMING_STATE);
    ck_assert_rc(local_name((cmsltp), "PAIR"), CM_OK);
    SET(cmspm, &p.b, CM_NON_BLOCKING);
    ck_assert_rc(s_acci(&p.b), OI);
    call_it();
    ck_assert_rc(s_wait(&p.b), CM_OK);
    pair_close(&p);
}
END_TEST

START_TEST(state_initialize_incoming)
{
    static CM_INT32 (*const refused[])(struct side *) = {s_alloc, s_confirmed, s_deal,  s_flush,
                                                         s_ptr,   s_rts,       s_error, s_test};
    CM_INT32 v = -1, rc = -1;
    ck_assert_rc(s_incoming(&p.b), CM_OK);
    ck_assert_rc(s_acci(&p.b), SC); /* no local TP name */
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        ck_assert_rc(refused[i](&p.b), SC);
    ck_assert_rc(s_confirm(&p.b), PC); /* sync level NONE comes first */
    ck_assert_rc(s_rcv(&p.b, 10), SC);
    ck_assert_rc(s_send(&p.b, "x", 1), SC);
    ck_assert_rc(SET_TEXT_RC(cmsmn, &p.b, "RU256"), SC);
    ck_assert_rc(SET_RC(cmssl, &p.b, CM_CONFIRM), SC);
    SET(cmsrt, &p.b, CM_RECEIVE_IMMEDIATE);
    cmect(p.b.id, &v, &rc);
    ck_assert_rc(rc, CM_OK);
    ck_assert_state(&p.b, CM_INITIALIZE_INCOMING_STATE);
    SET(cmsdt, &p.b, CM_DEALLOCATE_ABEND);
    ck_assert_rc(_i ? s_deal(&p.b) : s_cancel(&p.b), CM_OK);
    ck_assert_state(&p.b, -1);
    cminic(NULL, &rc);
    ck_assert_rc(rc, PC);
    cminic(p.b.id, NULL);
    side_begin(&p.a, MAPPED, "PAIR");
    ck_assert_rc(s_acci(&p.a), SC);
    WinCPICCleanup();
    ck_assert_rc(s_incoming(&p.b), PSE);
    ck_assert_rc(s_acci(&p.b), PSE);
    cmembs(&v, &rc);
    ck_assert_rc(rc, PSE);
    ck_assert_rc(local_name((cmrltp), "PAIR"), PSE);
}
END_TEST

START_TEST(cancel_incoming)
{
    ck_assert_rc(local_name((cmsltp), "PAIR"), CM_OK);
    ck_assert_rc(s_incoming(&p.b), CM_OK);
    SET(cmspm, &p.b, CM_NON_BLOCKING);
    ck_assert_rc(s_acci(&p.b), OI);
    ck_assert_rc(s_cancel(&p.b), CM_OK);
    nothing_waits();
    ck_assert_state(&p.b, -1);
    /* with an event the end is told */
    HANDLE h = WCPIC_HANDLE(eventfd(0, 0));
    CM_INT32 rc = -1;
    ck_assert_rc(s_incoming(&p.b), CM_OK);
    SET(cmspm, &p.b, CM_NON_BLOCKING);
    WinCPICSetEvent(p.b.id, &h, &rc);
    ck_assert_rc(rc, CM_OK);
    ck_assert_rc(s_acci(&p.b), OI);
    ck_assert_rc(s_cancel(&p.b), CM_OK);
    p.b.call = "cmacci";
    ck_assert_rc(s_wait(&p.b), CM_DEALLOCATED_ABEND);
}
END_TEST

START_TEST(buffer_size)
{
    CM_INT32 n = -1, rc = -1;
    cmembs(&n, &rc);
    ck_assert_rc(rc, CM_OK);
    ck_assert_int_eq(n, 32767);
    cmembs(NULL, &rc);
    ck_assert_rc(rc, PC);
    cmembs(&n, NULL);
}
END_TEST

START_TEST(release_name)
{
    CM_INT32 n = 0, rc = -1;
    unsigned char name[] = "PAIR";
    ck_assert_rc(local_name((cmrltp), "PAIR"), PC);
    ck_assert_rc(local_name((cmsltp), "ONE"), CM_OK);
    ck_assert_rc(local_name((cmsltp), "PAIR"), CM_OK);
    ck_assert_rc(local_name((cmsltp), "THREE"), CM_OK);
    ck_assert_rc(local_name((cmsltp), "PAIR"), CM_OK);
    ck_assert_rc(local_name((cmrltp), "PAI"), PC);
    ck_assert_rc(local_name((cmrltp), "PAIR"), CM_OK);
    ck_assert_rc(local_name((cmrltp), "PAIR"), PC);
    ck_assert_rc(s_accept(&p.b), OI);
    call_it();
    CM_INT32 r;
    WAIT_FOR((r = s_send(&p.a, "x", 1)) != CM_OK || (s_flush(&p.a), false));
    ck_assert_rc(r, CM_TPN_NOT_RECOGNIZED);
    ck_assert_rc(s_cancel(&p.b), CM_OK);
    ck_assert_rc(local_name((cmrltp), "ONE"), CM_OK);
    ck_assert_rc(local_name((cmrltp), "THREE"), CM_OK);
    ck_assert_rc(s_accept(&p.b), SC);
    cmrltp(name, &n, &rc);
    ck_assert_rc(rc, PC);
    cmrltp(NULL, &n, &rc);
    ck_assert_rc(rc, PC);
    cmrltp(name, NULL, &rc);
    ck_assert_rc(rc, PC);
}
END_TEST

START_TEST(not_supported)
{
    CM_INT32 v = 0, rc = -1;
    unsigned char id[8] = "", b[16];
#define NOT(...)                                                                                             \
    do {                                                                                                     \
        rc = -1;                                                                                             \
        __VA_ARGS__;                                                                                         \
        ck_assert_rc(rc, CM_CALL_NOT_SUPPORTED);                                                             \
    } while (0)
    NOT(cmdfde(id, &rc));
    NOT(cmectx(id, b, &v, &rc));
    NOT(cmesi(id, &v, b, &v, &v, &v, &rc));
    NOT(cmesrm(id, &v, &rc));
    NOT(cmssrm(id, &v, &rc));
    NOT(cmsndx(id, b, &v, &v, &rc));
    NOT(cmrcvx(id, b, &v, &v, &v, &v, &rc));
    NOT(cmsqpm(id, &v, &v, b, &v, &rc));
    NOT(cmsqcf(id, &v, NULL, b, &rc));
    NOT(cmwcmp(&v, &v, &v, &v, &v, b, &rc));
    NOT(xcstp(b, &v, b, &v, b, &rc));
    NOT(xcendt(b, &v, &rc));
    NOT(xcinct(id, b, b, &rc));
    NOT(xceti(id, b, &rc));
    NOT(cmincl(id, &rc));
    NOT(cmprep(id, &rc));
    NOT(cmeid(NULL, NULL, NULL, NULL, &rc));
    cmeid(NULL, NULL, NULL, NULL, NULL);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("CPI-C 1.2 beyond HIS");
    TCase *t = tcase_create("incoming");
    tcase_add_test(t, accept_incoming);
    tcase_add_test(t, accept_incoming_blocks);
    tcase_add_loop_test(t, state_initialize_incoming, 0, 2);
    tcase_add_test(t, cancel_incoming);
    tcase_add_test(t, buffer_size);
    tcase_add_test(t, release_name);
    tcase_add_test(t, not_supported);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return harness_main(suite());
}
