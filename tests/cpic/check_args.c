/* check_args.c - bad input: NULL for each argument, numbers over the whole range, invalid IDs.
 * Each call gives its documented code, writes nothing past its buffers and never crashes [C40; C62].  Buffers
 * lie in heap blocks of exactly their size, so that a sanitizer sees one octet too many. */
#include <limits.h>
#include <stdio.h>
#include <sys/random.h>

#include "tests/cpic/harness.h"

static struct pair p;

static const CM_INT32 numbers[] = {INT32_MIN,
                                   INT32_MIN + 1,
                                   -65536,
                                   -32769,
                                   -32768,
                                   -257,
                                   -2,
                                   -1,
                                   0,
                                   1,
                                   2,
                                   3,
                                   4,
                                   5,
                                   6,
                                   7,
                                   8,
                                   9,
                                   10,
                                   11,
                                   16,
                                   17,
                                   18,
                                   63,
                                   64,
                                   65,
                                   100,
                                   127,
                                   128,
                                   129,
                                   255,
                                   256,
                                   511,
                                   512,
                                   513,
                                   1000,
                                   32765,
                                   32766,
                                   32767,
                                   32768,
                                   65535,
                                   65536,
                                   INT32_MAX - 1,
                                   INT32_MAX};
#define NUMBERS (int)(sizeof numbers / sizeof *numbers)

/* ---- Set_ calls with a number ---- */

typedef void value_call(unsigned char *, CM_INT32 *, CM_INT32 *);

struct value_row {
    const char *name;
    value_call *call;
    CM_INT32 most; /* 0..most are values in a basic conversation with sync level CONFIRM */
};

static const struct value_row values[] = {
    {"cmsct", (cmsct), 1}, {"cmsdt", (cmsdt), 3},   {"cmsed", (cmsed), 1},   {"cmsf", (cmsf), 1},
    {"cmspm", (cmspm), 1}, {"cmsptr", (cmsptr), 2}, {"cmsrc", (cmsrc), 1},   {"cmsrt", (cmsrt), 1},
    {"cmsst", (cmsst), 4}, {"cmscst", (cmscst), 2}, {"xcscst", (xcscst), 2}, {"cmssl", (cmssl), 1},
};
#define VALUES (int)(sizeof values / sizeof *values)

START_TEST(value)
{
    const struct value_row *r = &values[_i];
    side_begin(&p.a, BASIC_CONFIRM, "PAIR");
    for (int i = 0; i < NUMBERS; i++) {
        CM_INT32 rc = -1, v = numbers[i];
        bool good = v >= 0 && v <= r->most;
        r->call(p.a.id, &v, &rc);
        covered(r->name, &rc);
        ck_assert_rc(rc, good ? OK : PC);
        ck_assert_int_eq(v, numbers[i]);
        ck_assert_state(&p.a, CM_INITIALIZE_STATE);
    }
    CM_INT32 rc = -1, v = 0;
    r->call(p.a.id, NULL, &rc);
    ck_assert_rc(rc, PC);
    r->call(NULL, &v, &rc);
    ck_assert_rc(rc, PC);
    r->call(p.a.id, &v, NULL);
    s_cancel(&p.a);
}
END_TEST

/* ---- Set_ calls with a text ---- */

typedef void text_call(unsigned char *, unsigned char *, CM_INT32 *, CM_INT32 *);

struct text_row {
    const char *name;
    text_call *call;
    CM_INT32 least, most;
};

static const struct text_row texts[] = {
    {"cmsmn", (cmsmn), 0, 8},   {"cmspln", (cmspln), 1, 17}, {"cmstpn", (cmstpn), 1, 64},
    {"cmscsu", (cmscsu), 0, 8}, {"cmscsp", (cmscsp), 0, 8},  {"xcscsu", (xcscsu), 0, 8},
    {"xcscsp", (xcscsp), 0, 8}, {"cmsld", (cmsld), 0, 512},
};
#define TEXTS (int)(sizeof texts / sizeof *texts)

static unsigned char *heap(CM_INT32 n, int fill)
{
    unsigned char *b = malloc(n > 0 ? (size_t)n : 1);
    memset(b, fill, n > 0 ? (size_t)n : 1);
    return b;
}

START_TEST(text)
{
    const struct text_row *r = &texts[_i];
    side_begin(&p.a, BASIC_CONFIRM, "PAIR");
    SET(cmscst, &p.a, CM_SECURITY_PROGRAM);
    for (int i = 0; i < NUMBERS; i++) {
        CM_INT32 rc = -1, n = numbers[i];
        bool good = n >= r->least && n <= r->most;
        unsigned char *b = heap(n <= 1024 ? n : 1, 'A');
        r->call(p.a.id, b, &n, &rc);
        covered(r->name, &rc);
        ck_assert_rc(rc, good ? OK : PC);
        free(b);
        n = numbers[i];
        r->call(p.a.id, NULL, &n, &rc);
        ck_assert_rc(rc, n == 0 && r->least == 0 ? OK : PC);
    }
    CM_INT32 rc = -1, n = 1;
    unsigned char c = 'X';
    r->call(p.a.id, &c, NULL, &rc);
    ck_assert_rc(rc, PC);
    r->call(NULL, &c, &n, &rc);
    ck_assert_rc(rc, PC);
    r->call(p.a.id, &c, &n, NULL);
    s_cancel(&p.a);
}
END_TEST

/* TP names hold no space and nothing that is not a character. */
START_TEST(tp_name_octets)
{
    side_begin(&p.a, MAPPED, "PAIR");
    for (int c = 0; c < 256; c++) {
        unsigned char name[3] = {'A', (unsigned char)c, 'B'};
        CM_INT32 n = 3, rc = -1;
        cmstpn(p.a.id, name, &n, &rc);
        ck_assert_rc(rc, c > 0x20 && c < 0x7F ? OK : PC);
        cmsltp(name, &n, &rc);
        ck_assert_rc(rc, c > 0x20 && c < 0x7F ? OK : PC);
    }
    s_cancel(&p.a);
}
END_TEST

START_TEST(local_name)
{
    for (int i = 0; i < NUMBERS; i++) {
        CM_INT32 n = numbers[i], rc = -1;
        unsigned char *b = heap(n <= 1024 ? n : 1, 'L');
        cmsltp(b, &n, &rc);
        ck_assert_rc(rc, n >= 1 && n <= 64 ? OK : PC);
        cmrltp(b, &n, &rc);
        ck_assert_rc(rc, n >= 1 && n <= 64 ? OK : PC);
        free(b);
    }
    CM_INT32 n = 1, rc = -1;
    cmsltp(NULL, &n, &rc);
    ck_assert_rc(rc, PC);
    cmsltp((unsigned char[]){'L'}, NULL, &rc);
    ck_assert_rc(rc, PC);
    cmsltp((unsigned char[]){'L'}, &n, NULL);
}
END_TEST

/* More names than an accept can carry are a product error, not a crash. */
START_TEST(many_local_names)
{
    CM_INT32 rc = CM_OK, n = 64;
    unsigned char name[65];
    int i;
    for (i = 0; i < 1000 && rc == CM_OK; i++) {
        snprintf((char *)name, sizeof name, "%064d", i);
        cmsltp(name, &n, &rc);
    }
    ck_assert_rc(rc, PSE);
    ck_assert_int_gt(i, 16);
    ck_assert_rc(s_accept(&p.b), OI);
    ck_assert_rc(s_cancel(&p.b), CM_OK);
}
END_TEST

/* ---- Extract_ calls ---- */

static value_call *const value_outs[] = {(cmecs), (cmect), (cmesl), (xcecst), (cmecst)};
static const char *const value_out_names[] = {"cmecs", "cmect", "cmesl", "xcecst", "cmecst"};

START_TEST(extract_value)
{
    CM_INT32 v = -1, rc = -1;
    side_begin(&p.a, BASIC_CONFIRM, "PAIR");
    value_outs[_i](p.a.id, &v, &rc);
    covered(value_out_names[_i], &rc);
    ck_assert_rc(rc, OK);
    value_outs[_i](p.a.id, NULL, &rc);
    covered(value_out_names[_i], &rc);
    ck_assert_rc(rc, PC);
    value_outs[_i](NULL, &v, &rc);
    ck_assert_rc(rc, PC);
    value_outs[_i](p.a.id, &v, NULL);
    s_cancel(&p.a);
}
END_TEST

static const struct {
    const char *name;
    text_call *call;
    size_t room;
} text_outs[] = {{"cmemn", (cmemn), 8},    {"cmepln", (cmepln), 17}, {"cmetpn", (cmetpn), 64},
                 {"cmecsu", (cmecsu), 10}, {"cmesui", (cmesui), 10}, {"xcecsu", (xcecsu), 10}};

/* Into a buffer of the largest size that the value may have. */
START_TEST(extract_text)
{
    CM_INT32 n = -1, rc = -1;
    unsigned char *b = malloc(text_outs[_i].room);
    text_call *call = text_outs[_i].call;
    ck_assert_rc(s_init(&p.a, "SECRET"), CM_OK);
    SET_TEXT(cmsmn, &p.a, "ABCDEFGH");
    SET_TEXT(cmspln, &p.a, "ABCDEFGH.ABCDEFGH");
    SET_TEXT(cmstpn, &p.a, "0123456789012345678901234567890123456789012345678901234567890123");
    call(p.a.id, b, &n, &rc);
    covered(text_outs[_i].name, &rc);
    ck_assert_rc(rc, OK);
    ck_assert_int_eq(n, (int)text_outs[_i].room);
    call(p.a.id, NULL, &n, &rc);
    covered(text_outs[_i].name, &rc);
    ck_assert_rc(rc, PC);
    call(p.a.id, b, NULL, &rc);
    ck_assert_rc(rc, PC);
    call(NULL, b, &n, &rc);
    ck_assert_rc(rc, PC);
    call(p.a.id, b, &n, NULL);
    free(b);
    s_cancel(&p.a);
}
END_TEST

/* ---- the calls that flow ---- */

START_TEST(send_lengths)
{
    CM_INT32 rts, rc;
    pair_open(&p, MAPPED);
    for (int i = 0; i < NUMBERS; i++) {
        CM_INT32 n = numbers[i];
        bool good = n >= 0 && n <= 32767;
        unsigned char *b = heap(good ? n : 1, 's');
        cmsend(p.a.id, b, &n, &rts, &rc);
        ck_assert_rc(rc, good ? OK : PC);
        free(b);
        cmsend(p.a.id, NULL, &n, &rts, &rc);
        ck_assert_rc(rc, n == 0 ? OK : PC);
        if (!good)
            continue;
        ck_assert_rc(s_flush(&p.a), OK);
        ck_assert_rc(s_rcv(&p.b, 32767), OK);
        ck_assert_got(&p.b, CM_COMPLETE_DATA_RECEIVED, n, CM_NO_STATUS_RECEIVED);
        if (n == 0)
            ck_assert_rc(s_rcv(&p.b, 32767), OK);
    }
    CM_INT32 n = 1;
    cmsend(p.a.id, (unsigned char *)&n, NULL, &rts, &rc);
    ck_assert_rc(rc, PC);
    cmsend(p.a.id, (unsigned char *)&n, &n, NULL, &rc);
    ck_assert_rc(rc, PC);
    cmsend(NULL, (unsigned char *)&n, &n, &rts, &rc);
    ck_assert_rc(rc, PC);
    ck_assert_state(&p.a, CM_SEND_STATE);
    pair_close(&p);
}
END_TEST

START_TEST(receive_lengths)
{
    CM_INT32 data, len, status, rts, rc;
    pair_open(&p, MAPPED);
    for (int i = 0; i < NUMBERS; i++) {
        CM_INT32 n = numbers[i];
        bool good = n >= 0 && n <= 32767;
        unsigned char *b = heap(good ? n : 1, 'r');
        if (good) {
            static unsigned char rec[32767];
            ck_assert_rc(s_send(&p.a, rec, n), OK);
            ck_assert_rc(s_flush(&p.a), OK);
        }
        cmrcv(p.b.id, b, &n, &data, &len, &status, &rts, &rc);
        ck_assert_rc(rc, good ? OK : PC);
        free(b);
    }
    /* each NULL in turn; nothing is lost by it */
    ck_assert_rc(s_send(&p.a, "data", 4), OK);
    ck_assert_rc(s_flush(&p.a), OK);
    CM_INT32 n = 4;
    unsigned char b[4];
    for (int i = 0; i < 7; i++) {
        cmrcv(i == 0 ? NULL : p.b.id, i == 1 ? NULL : b, i == 2 ? NULL : &n, i == 3 ? NULL : &data,
              i == 4 ? NULL : &len, i == 5 ? NULL : &status, i == 6 ? NULL : &rts, &rc);
        ck_assert_rc(rc, PC);
    }
    cmrcv(p.b.id, b, &n, &data, &len, &status, &rts, &rc);
    ck_assert_rc(rc, OK);
    ck_assert_mem_eq(b, "data", 4);
    pair_close(&p);
}
END_TEST

static void null_id(void)
{
    CM_INT32 v = 0, rc;
    int fd;
    short ev;
    HANDLE h = NULL;
#define IS_PC(...)                                                                                           \
    do {                                                                                                     \
        rc = -1;                                                                                             \
        __VA_ARGS__;                                                                                         \
        ck_assert_rc(rc, PC);                                                                                \
    } while (0)
    IS_PC(cmaccp(NULL, &rc));
    IS_PC(cmacci(NULL, &rc));
    IS_PC(cmallc(NULL, &rc));
    IS_PC(cmcanc(NULL, &rc));
    IS_PC(cmcfm(NULL, &v, &rc));
    IS_PC(cmcfmd(NULL, &rc));
    IS_PC(cmdeal(NULL, &rc));
    IS_PC(cmflus(NULL, &rc));
    IS_PC(cminit(NULL, (unsigned char *)"PAIR    ", &rc));
    IS_PC(cmptr(NULL, &rc));
    IS_PC(cmrts(NULL, &rc));
    IS_PC(cmserr(NULL, &v, &rc));
    IS_PC(cmtrts(NULL, &v, &rc));
    IS_PC(cmwait(NULL, &v, &rc));
    IS_PC(xcfd(NULL, &fd, &ev, &rc));
    IS_PC(xcstep(NULL, &v, &rc));
    IS_PC(WinCPICSetEvent(NULL, &h, &rc));
    IS_PC(WinCPICExtractEvent(NULL, &h, &rc));
}

START_TEST(nulls)
{
    CM_INT32 v = 0, rc;
    HANDLE h = NULL;
    unsigned char id[8], name[8] = "PAIR    ";
    null_id();
    IS_PC(cminit(id, NULL, &rc));
    IS_PC(cmwait(id, NULL, &rc));
    side_begin(&p.a, MAPPED_CONFIRM, "PAIR");
    IS_PC(cmcfm(p.a.id, NULL, &rc));
    IS_PC(cmserr(p.a.id, NULL, &rc));
    IS_PC(cmtrts(p.a.id, NULL, &rc));
    /* no return_code: nothing to say it in, and nothing happens to be said */
    cmaccp(id, NULL);
    cmallc(p.a.id, NULL);
    cmcanc(p.a.id, NULL);
    cmcfm(p.a.id, &v, NULL);
    cmcfmd(p.a.id, NULL);
    cmcnvi(id, &v, NULL);
    cmcnvo(id, &v, NULL);
    cmdeal(p.a.id, NULL);
    cmflus(p.a.id, NULL);
    cminit(id, name, NULL);
    cmptr(p.a.id, NULL);
    cmrcv(p.a.id, id, &v, &v, &v, &v, &v, NULL);
    cmrts(p.a.id, NULL);
    cmsend(p.a.id, id, &v, &v, NULL);
    cmserr(p.a.id, &v, NULL);
    cmtrts(p.a.id, &v, NULL);
    cmwait(id, &v, NULL);
    xcmdsi(id, name, NULL);
    xcmesi(&v, name, NULL, &v, NULL);
    xcmssi(id, NULL, &v, NULL);
    xchwnd(NULL, NULL);
    xcfd(p.a.id, NULL, NULL, NULL);
    xcstep(p.a.id, &v, NULL);
    WinCPICSetEvent(p.a.id, &h, NULL);
    WinCPICExtractEvent(p.a.id, &h, NULL);
    ck_assert_state(&p.a, CM_INITIALIZE_STATE);
    s_cancel(&p.a);
}
END_TEST

/* An invalid ID: random, all octets the same, or a good one with one bit changed. */
START_TEST(ids)
{
    static struct side s;
    side_begin(&p.a, MAPPED, "PAIR");
    for (int i = 0; i < 64 + 256 + 1000; i++) {
        memset(&s, 0, offsetof(struct side, buf));
        memcpy(s.id, p.a.id, CM_CID_SIZE);
        if (i < 64)
            s.id[i / 8] ^= (unsigned char)(1 << i % 8);
        else if (i < 320)
            memset(s.id, i - 64, CM_CID_SIZE);
        else
            ck_assert_int_eq(getrandom(s.id, CM_CID_SIZE, 0), CM_CID_SIZE);
        ck_assert_rc(s_cancel(&s), PC);
        ck_assert_rc(s_rcv(&s, 1), PC);
        ck_assert_rc(SET_RC(cmsdt, &s, CM_DEALLOCATE_FLUSH), PC);
        ck_assert_state(&s, -1);
    }
    ck_assert_state(&p.a, CM_INITIALIZE_STATE);
    s_cancel(&p.a);
}
END_TEST

/* The other names of the security calls refuse what the calls themselves refuse. */
START_TEST(aliases)
{
    pair_open(&p, MAPPED);
    ck_assert_rc(SET_RC(xcscst, &p.a, CM_SECURITY_NONE), SC);
    ck_assert_rc(SET_TEXT_RC(xcscsu, &p.a, "Joe"), SC);
    ck_assert_rc(SET_TEXT_RC(xcscsp, &p.a, "Secret"), SC);
    pair_close(&p);
}
END_TEST

/* A void ID stays void, also when its place is used again. */
START_TEST(void_ids)
{
    static struct side old[100];
    for (int i = 0; i < 100; i++) {
        ck_assert_rc(s_init(&old[i], "PAIR"), OK);
        ck_assert_rc(s_cancel(&old[i]), OK);
    }
    side_begin(&p.a, MAPPED, "PAIR");
    for (int i = 0; i < 100; i++)
        ck_assert_rc(s_cancel(&old[i]), PC);
    ck_assert_state(&p.a, CM_INITIALIZE_STATE);
    s_cancel(&p.a);
}
END_TEST

/* ---- symbolic destinations, side information, conversion ---- */

START_TEST(symdest)
{
    static const struct {
        char name[9];
        CM_INT32 rc;
    } rows[] = {{"PAIR    ", OK}, {"PAIR\0xxx", OK},
                {"        ", OK}, {"\0\0\0\0\0\0\0\0", OK},
                {"NOSUCH  ", PC}, {"pair    ", PC},
                {" PAIR   ", PC}, {"PA IR   ", PC},
                {"PAIR!   ", PC}, {"\xff\xff\xff\xff    ", PC}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CM_INT32 rc = -1;
        unsigned char id[8], *b = malloc(8);
        memcpy(b, rows[i].name, 8);
        cminit(id, b, &rc);
        ck_assert_msg(rc == rows[i].rc, "%s: %s", rows[i].name, xcrcname(rc));
        free(b);
        if (rc == OK)
            cmcanc(id, &rc);
    }
}
END_TEST

START_TEST(side_info_arguments)
{
    SIDE_INFO *s = malloc(sizeof *s);
    CM_INT32 rc, n = 1, len = sizeof *s;
    unsigned char *name = heap(8, ' ');
    memcpy(name, "PAIR", 4);
    for (int i = 0; i < NUMBERS; i++) {
        len = numbers[i];
        IS_PC(xcmesi(&n, name, s, &len, &rc));
        IS_PC(xcmssi(NULL, s, &len, &rc));
        len = sizeof *s;
        CM_INT32 at = numbers[i];
        xcmesi(&at, name, s, &len, &rc);
        ck_assert_rc(rc, at >= 0 && at <= 3 ? OK : PC);
    }
    n = 0;
    IS_PC(xcmesi(NULL, name, s, &len, &rc));
    IS_PC(xcmesi(&n, NULL, s, &len, &rc));
    IS_PC(xcmesi(&n, name, NULL, &len, &rc));
    IS_PC(xcmesi(&n, name, s, NULL, &rc));
    IS_PC(xcmssi(NULL, NULL, &len, &rc));
    IS_PC(xcmssi(NULL, s, NULL, &rc));
    IS_PC(xcmdsi(NULL, NULL, &rc));
    memset(name, 0xFF, 8);
    IS_PC(xcmesi(&n, name, s, &len, &rc));
    IS_PC(xcmdsi(NULL, name, &rc));
    free(s);
    free(name);
}
END_TEST

START_TEST(convert_lengths)
{
    for (int i = 0; i < NUMBERS; i++) {
        CM_INT32 n = numbers[i], rc = -1;
        bool good = n >= 1 && n <= 32767;
        unsigned char *b = heap(good ? n : 1, 0x40);
        cmcnvi(b, &n, &rc);
        ck_assert_rc(rc, good ? OK : PC);
        ck_assert_int_eq(b[0], good ? ' ' : 0x40);
        cmcnvo(b, &n, &rc);
        ck_assert_rc(rc, good ? OK : PC);
        free(b);
    }
    CM_INT32 n = 1, rc;
    unsigned char c = 0x40;
    IS_PC(cmcnvi(NULL, &n, &rc));
    IS_PC(cmcnvi(&c, NULL, &rc));
    IS_PC(cmcnvo(NULL, &n, &rc));
    IS_PC(cmcnvo(&c, NULL, &rc));
}
END_TEST

START_TEST(names_of_codes)
{
    for (int i = 0; i < NUMBERS; i++)
        ck_assert_ptr_nonnull(xcrcname(numbers[i]));
    ck_assert_str_eq(xcrcname(CM_OK), "CM_OK");
    ck_assert_str_eq(xcrcname(CM_OPERATION_INCOMPLETE), "CM_OPERATION_INCOMPLETE");
    ck_assert_str_eq(xcrcname(-7), "CM_unknown");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("CPI-C arguments");
    TCase *t = tcase_create("arguments");
    tcase_add_loop_test(t, value, 0, VALUES);
    tcase_add_loop_test(t, text, 0, TEXTS);
    tcase_add_test(t, tp_name_octets);
    tcase_add_test(t, local_name);
    tcase_add_test(t, many_local_names);
    tcase_add_loop_test(t, extract_value, 0, 5);
    tcase_add_loop_test(t, extract_text, 0, 6);
    tcase_add_test(t, send_lengths);
    tcase_add_test(t, receive_lengths);
    tcase_add_test(t, nulls);
    tcase_add_test(t, ids);
    tcase_add_test(t, aliases);
    tcase_add_test(t, void_ids);
    tcase_add_test(t, symdest);
    tcase_add_test(t, side_info_arguments);
    tcase_add_test(t, convert_lengths);
    tcase_add_test(t, names_of_codes);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return harness_main(suite());
}
