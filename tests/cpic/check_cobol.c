/* check_cobol.c - the calls as COBOL programs name them: in libcpic for numbers of COMP-5, in libcpiccob for
 * COMP-4, which is big-endian. */
#include <dlfcn.h>

#include "tests/cpic/harness.h"

static struct pair p;
static void *cob; /* libcpiccob */

typedef int entry(const void *, ...); /* pointers */

static entry *in_cob(const char *name)
{
    if (!cob)
        cob = dlopen("libcpiccob.so.1", RTLD_NOW | RTLD_LOCAL);
    ck_assert_msg(cob != NULL, "%s", dlerror());
    entry *f = (entry *)dlsym(cob, name);
    ck_assert_msg(f != NULL, "%s is missing", name);
    return f;
}

static entry *in_cpic(const char *name)
{
    entry *f = (entry *)dlsym(RTLD_DEFAULT, name);
    ck_assert_msg(f != NULL, "%s is missing", name);
    return f;
}

static CM_INT32 big(CM_INT32 n)
{
    return (CM_INT32)__builtin_bswap32((uint32_t)n);
}

#define SOME 0x01020304 /* what no call returns */

static const char text[] = "0123456789";
#define N ((CM_INT32)sizeof text - 1)

/* Each call has its name in upper case in both libraries, and they are not the same. */
START_TEST(all_are_there)
{
    static const char *const names[] = {
#define CALL2(upper, ...) #upper,
#define CALL3             CALL2
#define CALL4             CALL2
#define CALL5             CALL2
#define CALL6             CALL2
#define CALL7             CALL2
#define CALL8             CALL2
#define CALL9             CALL2
#define CALL10            CALL2
#include "cobol_calls.def"
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        ck_assert_msg(in_cob(names[i]) != in_cpic(names[i]), "%s", names[i]);
    ck_assert_int_ge(sizeof names / sizeof *names, 90);
}
END_TEST

/* They return 0, which becomes RETURN-CODE, whatever the return code is. */
START_TEST(return_zero)
{
    CM_INT32 rc = SOME, n = 0;
    unsigned char id[CM_CID_SIZE] = "nobody's";
    ck_assert_int_eq(in_cpic("CMALLC")(id, &rc), 0);
    ck_assert_rc(rc, PC);
    rc = SOME;
    ck_assert_int_eq(in_cob("CMALLC")(id, &rc), 0);
    ck_assert_rc(big(rc), PC);
    ck_assert_int_eq(in_cpic("CMEMBS")(&n, &rc), 0);
    ck_assert_int_eq(n, 32767);
    ck_assert_int_eq(in_cob("CMEMBS")(&n, &rc), 0);
    ck_assert_int_eq(big(n), 32767);
    ck_assert_int_eq(in_cob("CMEMBS")(&n, NULL), 0);
    ck_assert_int_eq(big(n), 32767);
    ck_assert_int_eq(in_cob("CMSNDX")(id, id, &n, &n, &rc), 0);
    ck_assert_rc(big(rc), CM_CALL_NOT_SUPPORTED);
}
END_TEST

/* Numbers of COMP-4, there and back; what is read is not changed. */
START_TEST(big_endian)
{
    struct side *a = &p.a, *b = &p.b;
    pair_open(&p, MAPPED);
    CM_INT32 n = big(N), rts = SOME, rc = SOME, type = big(CM_SEND_AND_FLUSH);
    in_cob("CMSST")(a->id, &type, &rc);
    ck_assert_rc(big(rc), OK);
    in_cob("CMSEND")(a->id, text, &n, &rts, &rc);
    ck_assert_rc(big(rc), OK);
    ck_assert_int_eq(n, big(N));
    ck_assert_int_eq(rts, big(CM_REQ_TO_SEND_NOT_RECEIVED));
    CM_INT32 want = big(100), data = SOME, len = SOME, status = SOME;
    in_cob("CMRCV")(b->id, b->buf, &want, &data, &len, &status, &rts, &rc);
    ck_assert_rc(big(rc), OK);
    ck_assert_int_eq(data, big(CM_COMPLETE_DATA_RECEIVED));
    ck_assert_int_eq(len, big(N));
    ck_assert_int_eq(status, big(CM_NO_STATUS_RECEIVED));
    pair_close(&p);
}
END_TEST

/* A call that refuses its parameters leaves its outputs as they were. */
START_TEST(untouched)
{
    struct side *b = &p.b;
    pair_open(&p, MAPPED);
    CM_INT32 want = big(40000), data = SOME, len = SOME, status = SOME, rts = SOME, rc = SOME;
    in_cob("CMRCV")(b->id, b->buf, &want, &data, &len, &status, &rts, &rc);
    ck_assert_rc(big(rc), PC);
    ck_assert_int_eq(data, SOME);
    ck_assert_int_eq(len, SOME);
    ck_assert_int_eq(status, SOME);
    ck_assert_int_eq(rts, SOME);
    pair_close(&p);
}
END_TEST

/* One variable for what the program does not look at, and for what it does. */
START_TEST(one_variable)
{
    struct side *a = &p.a;
    pair_open(&p, MAPPED);
    CM_INT32 n = big(40000), rc = SOME;
    in_cob("CMSEND")(a->id, text, &n, &rc, &rc);
    ck_assert_rc(big(rc), PC);
    n = big(N);
    in_cob("CMSEND")(a->id, text, &n, &n, &rc);
    ck_assert_rc(big(rc), OK);
    ck_assert_int_eq(n, big(CM_REQ_TO_SEND_NOT_RECEIVED));
    pair_close(&p);
}
END_TEST

/* A Receive that is incomplete writes its numbers when it completes.  By 0 it is waited for with CMWAIT, by 1
 * with XCSTEP, by 2 its conversation is cancelled. */
START_TEST(incomplete)
{
    struct side *a = &p.a, *b = &p.b;
    pair_open(&p, MAPPED);
    CM_INT32 mode = big(CM_NON_BLOCKING), want = big(100), rc = SOME, op = SOME;
    static CM_INT32 data, len, status, rts;
    data = len = status = rts = SOME;
    in_cob("CMSPM")(b->id, &mode, &rc);
    ck_assert_rc(big(rc), OK);
    in_cob("CMRCV")(b->id, b->buf, &want, &data, &len, &status, &rts, &rc);
    ck_assert_rc(big(rc), OI);
    in_cob("XCSTEP")(b->id, &op, &rc);
    ck_assert_rc(big(rc), OK);
    ck_assert_rc(big(op), OI);
    if (_i == 2) {
        in_cob("CMCANC")(b->id, &rc);
        ck_assert_rc(big(rc), OK);
        pair_close(&p);
        return;
    }
    SET(cmsst, a, CM_SEND_AND_FLUSH);
    ck_assert_rc(s_send(a, text, N), OK);
    unsigned char id[CM_CID_SIZE];
    if (_i == 0) {
        in_cob("CMWAIT")(id, &op, &rc);
        ck_assert_mem_eq(id, b->id, sizeof id);
    } else {
        WAIT_FOR((in_cob("XCSTEP")(b->id, &op, &rc), big(rc) == OK && big(op) != OI));
    }
    ck_assert_rc(big(rc), OK);
    ck_assert_rc(big(op), OK);
    ck_assert_int_eq(data, big(CM_COMPLETE_DATA_RECEIVED));
    ck_assert_int_eq(len, big(N));
    ck_assert_int_eq(status, big(CM_NO_STATUS_RECEIVED));
    ck_assert_int_eq(rts, big(CM_REQ_TO_SEND_NOT_RECEIVED));

    int fd = SOME;
    short events = 0x0102;
    in_cob("XCFD")(b->id, &fd, &events, &rc); /* nothing is incomplete: all stays as it was */
    ck_assert_rc(big(rc), SC);
    ck_assert_int_eq(fd, SOME);
    ck_assert_int_eq(events, 0x0102);
    pair_close(&p);
}
END_TEST

/* The numbers of a side information entry. */
START_TEST(side_information)
{
    SIDE_INFO s, got;
    CM_INT32 n = big(sizeof s), none = 0, rc = SOME;
    memset(&s, ' ', sizeof s);
    memcpy(s.sym_dest_name, "COBOL", 5);
    memcpy(s.partner_LU_name, "LUREMOTE", 8);
    memcpy(s.TP_name, "PAIR", 4);
    memcpy(s.mode_name, "RU4096", 6);
    s.TP_name_type = big(XC_APPLICATION_TP);
    s.conversation_security_type = big(XC_SECURITY_SAME);
    SIDE_INFO before = s;
    in_cob("XCMSSI")("12345678", &s, &n, &rc);
    ck_assert_rc(big(rc), OK);
    ck_assert_mem_eq(&s, &before, sizeof s);
    in_cob("XCMESI")(&none, s.sym_dest_name, &got, &n, &rc);
    ck_assert_rc(big(rc), OK);
    ck_assert_mem_eq(got.partner_LU_name, s.partner_LU_name, sizeof s.partner_LU_name);
    ck_assert_int_eq(got.conversation_security_type, big(XC_SECURITY_SAME));
    got = s;
    in_cob("XCMESI")(&none, "NOTTHERE", &got, &n, &rc);
    ck_assert_rc(big(rc), PC);
    ck_assert_mem_eq(&got, &s, sizeof s);
    in_cob("XCMDSI")("12345678", s.sym_dest_name, &rc);
    ck_assert_rc(big(rc), OK);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("cobol");
    TCase *t = tcase_create("cobol");
    tcase_add_test(t, all_are_there);
    tcase_add_test(t, return_zero);
    tcase_add_test(t, big_endian);
    tcase_add_test(t, untouched);
    tcase_add_test(t, one_variable);
    tcase_add_loop_test(t, incomplete, 0, 3);
    tcase_add_test(t, side_information);
    suite_add_tcase(s, t);
    return harness_main(s);
}
