/* check_sessions.c - the verbs for sessions: CNOS, ACTIVATE_SESSION, DEACTIVATE_SESSION, GET_LU_STATUS. */
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "tests/appc/block.h"
#include "tests/cpic/barrier.h"

static struct end a;

#define PAIR(vcb, mode)                                                                                      \
    do {                                                                                                     \
        ascii_field((vcb)->lu_alias, 8, "LULOCAL");                                                          \
        ascii_field((vcb)->plu_alias, 8, "LUREMOTE");                                                        \
        ebcdic_field((vcb)->mode_name, 8, mode);                                                             \
    } while (0)

static unsigned short limits(const char *mode, unsigned limit, unsigned winners, unsigned losers)
{
    struct cnos c = {.opcode = AP_CNOS,
                     .set_negotiable = AP_YES,
                     .plu_mode_sess_lim = (unsigned short)limit,
                     .min_conwinners_source = (unsigned short)winners,
                     .min_conwinners_target = (unsigned short)losers};
    PAIR(&c, mode);
    APPC(&c);
    memcpy(a.buf, &c, sizeof c);
    return DONE(&a, c);
}

static void reset(const char *mode)
{
    limits(mode, 0, 0, 0);
    ck_rc(&a, AP_OK, AP_CNOS_ACCEPTED);
}

static struct activate_session wish(const char *mode, unsigned char polarity, unsigned char type)
{
    struct activate_session s = {.opcode = AP_ACTIVATE_SESSION, .polarity = polarity, .type = type};
    PAIR(&s, mode);
    return s;
}

static unsigned short activate(struct activate_session *s)
{
    APPC(s);
    return DONE(&a, *s);
}

static unsigned short deactivate(const char *mode, const unsigned char *id, unsigned char type)
{
    struct deactivate_session s = {.opcode = AP_DEACTIVATE_SESSION, .type = type};
    PAIR(&s, mode);
    if (id)
        memcpy(s.session_id, id, 8);
    APPC(&s);
    return DONE(&a, s);
}

static struct get_lu_status status_of(const char *partner, unsigned char local_only)
{
    struct get_lu_status g = {.opcode = AP_GET_LU_STATUS, .local_only = local_only};
    memcpy(g.tp_id, a.tp_id, 8);
    ascii_field(g.plu_alias, 8, partner);
    APPC(&g);
    DONE(&a, g);
    return g;
}

/* Each row is a CNOS for LUREMOTE, which has no limits at first. */
START_TEST(limits_refused)
{
    struct cnos c = {.opcode = AP_CNOS, .set_negotiable = AP_YES, .plu_mode_sess_lim = 4};
    PAIR(&c, "RU4096");
    struct cnos bad = c;
#define REFUSED(change, p, s)                                                                                \
    do {                                                                                                     \
        bad = c;                                                                                             \
        change;                                                                                              \
        APPC(&bad);                                                                                          \
        DONE(&a, bad);                                                                                       \
        ck_rc(&a, p, s);                                                                                     \
    } while (0)
    REFUSED(ascii_field(bad.lu_alias, 8, "NOLU"), AP_PARAMETER_CHECK, AP_BAD_LU_ALIAS);
    REFUSED(ascii_field(bad.plu_alias, 8, "NOLU"), AP_PARAMETER_CHECK, AP_BAD_PARTNER_LU_ALIAS);
    REFUSED(ebcdic_field(bad.mode_name, 8, "NOMODE"), AP_CNOS_PARTNER_LU_REJECT, AP_CNOS_MODE_NAME_REJECT);
    REFUSED(bad.min_conwinners_source = 5, AP_PARAMETER_CHECK, AP_MIN_GT_TOTAL);
    REFUSED(bad.auto_act = 5, AP_PARAMETER_CHECK, AP_AUTOACT_EXCEEDS_SESSLIM);
    REFUSED(bad.mode_name_select = AP_ALL, AP_PARAMETER_CHECK, AP_ALL_MODE_MUST_RESET);
    REFUSED((bad.set_negotiable = AP_NO, bad.plu_mode_sess_lim = 32767), AP_PARAMETER_CHECK,
            AP_EXCEEDS_MAX_ALLOWED);
    REFUSED(ebcdic_field(bad.mode_name, 8, "SNASVCMG"), AP_PARAMETER_CHECK, AP_BAD_SNASVCMG_LIMITS);
    REFUSED((ebcdic_field(bad.mode_name, 8, "SNASVCMG"), bad.plu_mode_sess_lim = 0, bad.drain_target = 1),
            AP_PARAMETER_CHECK, AP_RESET_SNA_DRAINS);
    REFUSED(ebcdic_field(bad.mode_name, 8, "CPSVCMG"), AP_PARAMETER_CHECK, AP_CPSVCMG_MODE_NOT_ALLOWED);
    REFUSED(ascii_field(bad.plu_alias, 8, "FARLU"), AP_ALLOCATION_ERROR, AP_ALLOCATION_FAILURE_RETRY);
    REFUSED((ascii_field(bad.plu_alias, 8, "ONELU"), bad.plu_mode_sess_lim = 0, bad.responsible = AP_TARGET),
            AP_PARAMETER_CHECK, AP_SINGLE_NOT_SRC_RESP);
}
END_TEST

START_TEST(limits_change)
{
    const struct cnos *c = (const void *)a.buf;
    reset("RU4096");
    limits("RU4096", 6, 2, 1);
    ck_assert_uint_eq(a.primary, AP_OK);
    ck_assert_uint_eq(c->plu_mode_sess_lim, 6);
    ck_assert_uint_eq(c->min_conwinners_source, 2);
    limits("RU4096", 7, 2, 1);
    ck_rc(&a, AP_STATE_CHECK, AP_CANT_RAISE_LIMITS);
    limits("SNASVCMG", 0, 0, 0);
    ck_rc(&a, AP_STATE_CHECK, AP_SNASVCMG_RESET_NOT_ALLOWED);
    reset("RU4096");
    struct activate_session s = wish("RU4096", AP_POL_EITHER, AP_ACT_ACTIVE);
    activate(&s);
    ck_rc(&a, AP_SESSION_LIMITS_CLOSED, 0);
    struct cnos d = {.opcode = AP_CNOS, .drain_source = AP_YES};
    PAIR(&d, "RU4096");
    APPC(&d);
    DONE(&a, d);
    ck_rc(&a, AP_PARAMETER_CHECK, AP_CHANGE_SRC_DRAINS);
    limits("RU4096", 3000, 2, 1); /* more than the partner's definition of the mode has */
    ck_rc(&a, AP_OK, AP_CNOS_NEGOTIATED);
    reset("RU4096");
    limits("RU4096", 1, 1, 0);
    ck_assert_uint_eq(a.primary, AP_OK);
    s = wish("RU4096", AP_POL_FIRST_SPEAKER, AP_ACT_ACTIVE);
    activate(&s);
    ck_rc(&a, AP_OK, AP_POL_FIRST_SPEAKER);
    activate(&s);
    ck_rc(&a, AP_SESSION_LIMITS_EXCEEDED, 0);
    ck_assert_uint_eq(deactivate("RU4096", NULL, AP_DEACT_NORMAL), AP_OK);
    reset("RU4096");
    ck_assert_uint_eq(limits("RU4096", 8, 4, 4), AP_OK);
}
END_TEST

START_TEST(sessions)
{
    struct activate_session first = wish("RU4096", AP_POL_FIRST_SPEAKER, AP_ACT_ACTIVE), other = first;
    static const unsigned char none[8];
    a_begin(&a, false);
    deactivate("RU4096", NULL, AP_DEACT_CLEANUP);
    status_of("LUREMOTE", AP_NO);
    activate(&first);
    ck_rc(&a, AP_OK, AP_POL_FIRST_SPEAKER);
    ck_assert(memcmp(first.session_id, none, 8) != 0);
    other.polarity = AP_POL_BIDDER;
    activate(&other);
    ck_rc(&a, AP_OK, AP_POL_BIDDER);
    struct get_lu_status g = status_of("LUREMOTE", AP_NO);
    ck_rc(&a, AP_OK, 0);
    ck_assert_uint_ge(g.active_sess, 2);
    ck_assert_uint_eq(g.syncpoint, AP_NO);
    unsigned before = g.active_sess;
    deactivate("RU4096", first.session_id, AP_DEACT_NORMAL);
    ck_rc(&a, AP_OK, 0);
    WAIT_FOR(status_of("LUREMOTE", AP_NO).active_sess == before - 1);
    WAIT_FOR(deactivate("RU4096", first.session_id, AP_DEACT_NORMAL) == AP_PARAMETER_CHECK);
    ck_rc(&a, AP_PARAMETER_CHECK, AP_INVALID_SESSION_ID);
    ck_ok(a_ended(&a, AP_SOFT), &a);
}
END_TEST

START_TEST(sessions_refused)
{
    struct activate_session s = wish("RU4096", 3, AP_ACT_ACTIVE);
    activate(&s);
    ck_rc(&a, AP_PARAMETER_CHECK, AP_INVALID_POLARITY);
    s = wish("RU4096", AP_POL_EITHER, 2);
    activate(&s);
    ck_rc(&a, AP_PARAMETER_CHECK, AP_INVALID_TYPE);
    s = wish("NOMODE", AP_POL_EITHER, AP_ACT_ACTIVE);
    activate(&s);
    ck_rc(&a, AP_PARAMETER_CHECK, AP_INVALID_MODE_NAME);
    ascii_field(s.plu_alias, 8, "NOLU");
    activate(&s);
    ck_rc(&a, AP_PARAMETER_CHECK, AP_INVALID_PLU_ALIAS);
    memset(s.plu_alias, 0, 8);
    ebcdic_field(s.fqplu_name, 17, "TESTNET.NOBODY");
    activate(&s);
    ck_rc(&a, AP_PARAMETER_CHECK, AP_INVALID_PLU_ALIAS);
    ascii_field(s.lu_alias, 8, "NOLU");
    activate(&s);
    ck_rc(&a, AP_PARAMETER_CHECK, AP_INVALID_LU_ALIAS);
    s = wish("RU4096", AP_POL_EITHER, AP_ACT_ACTIVE);
    ascii_field(s.plu_alias, 8, "FARLU");
    activate(&s);
    ck_rc(&a, AP_ACTIVATION_FAIL_NO_RETRY, 0);
    deactivate("RU4096", NULL, 0);
    ck_rc(&a, AP_PARAMETER_CHECK, AP_INVALID_TYPE);
    deactivate("NOMODE", NULL, AP_DEACT_NORMAL);
    ck_rc(&a, AP_PARAMETER_CHECK, AP_INVALID_MODE_NAME);
    struct deactivate_session d = {.opcode = AP_DEACTIVATE_SESSION, .type = AP_DEACT_NORMAL};
    PAIR(&d, "RU4096");
    ascii_field(d.plu_alias, 8, "NOLU");
    APPC(&d);
    DONE(&a, d);
    ck_rc(&a, AP_PARAMETER_CHECK, AP_INVALID_PLU_ALIAS);
    ascii_field(d.lu_alias, 8, "NOLU");
    APPC(&d);
    DONE(&a, d);
    ck_rc(&a, AP_PARAMETER_CHECK, AP_INVALID_LU_ALIAS);
}
END_TEST

/* The event is told of a session that ends by itself, and not of one that DEACTIVATE_SESSION ends. */
START_TEST(session_ends)
{
    unsigned short told = 0;
    eventfd_t n;
    int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct activate_session s = wish("RU4096", AP_POL_EITHER, AP_ACT_ACTIVE);
    s.deactivation_event = WAPPC_HANDLE(event);
    s.p_deactivation_status = &told;
    ck_assert_uint_eq(activate(&s), AP_OK);
    ck_assert_uint_eq(deactivate("RU4096", s.session_id, AP_DEACT_CLEANUP), AP_OK);
    ck_assert_uint_eq(activate(&s), AP_OK);
    ck_assert_int_eq(eventfd_read(event, &n), -1);
    char number[16];
    snprintf(number, sizeof number, "%u",
             (unsigned)s.session_id[0] << 24 | (unsigned)s.session_id[1] << 16 |
                 (unsigned)s.session_id[2] << 8 | s.session_id[3]);
    ck_assert_int_eq(snactl("cut", "session", number, NULL), 0);
    WAIT_FOR(eventfd_read(event, &n) == 0);
    ck_assert_uint_eq(told, AP_SESSION_DEACTIVATED);
    close(event);
}
END_TEST

/* The passive form completes when the partner begins a session. */
START_TEST(passive)
{
    if (over_link()) /* LULOCAL and LUREMOTE are partners of one node only at home */
        return;
    int event = eventfd(0, EFD_CLOEXEC);
    eventfd_t n;
    struct activate_session s = wish("RU4096", AP_POL_EITHER, AP_ACT_PASSIVE), theirs = s;
    ck_assert_ptr_nonnull(WinAsyncAPPCEx(WAPPC_HANDLE(event), (intptr_t)&s));
    ascii_field(theirs.lu_alias, 8, "LUREMOTE");
    ascii_field(theirs.plu_alias, 8, "LULOCAL");
    theirs.type = AP_ACT_ACTIVE;
    theirs.polarity = AP_POL_FIRST_SPEAKER;
    ck_assert_uint_eq(activate(&theirs), AP_OK);
    ck_assert_int_eq(eventfd_read(event, &n), 0);
    DONE(&a, s);
    ck_rc(&a, AP_OK, AP_POL_BIDDER);
    ck_assert_mem_eq(s.session_id, theirs.session_id, 8);
    HANDLE h = WinAsyncAPPCEx(WAPPC_HANDLE(event), (intptr_t)&s);
    ck_assert_int_eq(WinAPPCCancelAsyncRequest(h), 0);
    ck_assert_int_eq(eventfd_read(event, &n), 0);
    DONE(&a, s);
    ck_rc(&a, AP_CANCELED, 0);
    ck_assert_uint_eq(deactivate("RU4096", NULL, AP_DEACT_NORMAL), AP_OK);
    close(event);
}
END_TEST

START_TEST(lu_status)
{
    a_begin(&a, false);
    status_of("NOLU", AP_NO);
    ck_rc(&a, AP_PARAMETER_CHECK, AP_BAD_LU_ALIAS);
    status_of("", AP_NO);
    ck_rc(&a, AP_PARAMETER_CHECK, AP_BAD_LU_ALIAS);
    status_of("", AP_YES);
    ck_rc(&a, AP_OK, 0);
    struct activate_session s = wish("RU4096", AP_POL_EITHER, AP_ACT_ACTIVE);
    ck_assert_uint_eq(activate(&s), AP_OK);
    status_of("LUREMOTE", AP_NO); /* from here on there are some */
    ck_assert_uint_eq(status_of("LUREMOTE", AP_NO).zero_sess, AP_NO);
    memset(a.tp_id, 0, 8);
    status_of("LUREMOTE", AP_NO);
    ck_rc(&a, AP_PARAMETER_CHECK, AP_BAD_TP_ID);
}
END_TEST

/* The partners of LULOCAL, in a buffer that is too short, too; completion by a variable and by a message. */
START_TEST(configuration)
{
    char names[64][9], one[9] = "";
    int n = 0, fewer = 0, code = APPC_CFG_PENDING, window[2];
    WAPPCMESSAGE m;
    intptr_t h = (intptr_t)GetAppcConfig(NULL, (char *)(uintptr_t) "LULOCAL", NULL, &n, 64, names[0], &code);
    ck_assert(h & APPC_CFG_SUCCESS);
    ck_assert_int_eq(code, APPC_CFG_SUCCESS_NO_DEFAULT_REMOTE);
    ck_assert_int_ge(n, 1);
    bool found = false;
    for (int i = 0; i < n; i++)
        found |= strcmp(names[i], "LUREMOTE") == 0;
    ck_assert(found);
    ck_assert_int_eq(pipe(window), 0);
    h = (intptr_t)GetAppcConfig(WAPPC_HANDLE(window[1]), (char *)(uintptr_t) "LULOCAL", NULL, &fewer, 1, one,
                                NULL);
    ck_assert_int_eq(read(window[0], &m, sizeof m), sizeof m);
    ck_assert_uint_eq(m.message, WAPPC_CONFIG_COMPLETE);
    ck_assert_int_eq((intptr_t)m.wParam, h);
    ck_assert_int_eq(m.lParam, APPC_CFG_SUCCESS_NO_DEFAULT_REMOTE);
    ck_assert_int_eq(fewer, n);
    ck_assert_str_eq(one, names[0]);
    GetAppcConfig(NULL, (char *)(uintptr_t) "NOLU", NULL, &n, 64, names[0], &code);
    ck_assert_int_eq(code, APPC_CFG_ERROR_BAD_LOCAL_LU);
    ck_assert_int_eq((intptr_t)GetAppcConfig(NULL, names[0], NULL, &n, 64, names[0], NULL),
                     APPC_CFG_ERROR_BAD_POINTER);
    ck_assert_int_eq((intptr_t)GetAppcConfig(WAPPC_HANDLE(9999), names[0], NULL, &n, 64, names[0], NULL),
                     APPC_CFG_ERROR_INVALID_HWND);
    ck_assert_int_eq(
        (intptr_t)GetAppcConfig(WAPPC_HANDLE(window[1]), names[0], NULL, &n, 64, names[0], &code),
        APPC_CFG_ERROR_UNCLEAR_COMPLETION_MODE);
    ck_assert_int_eq((intptr_t)GetAppcConfig(NULL, names[0], NULL, &n, 64, (char *)16, &code),
                     APPC_CFG_ERROR_GENERAL_FAILURE);
    ck_assert_ptr_null(WinAsyncAPPCIOCP(NULL, 0));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("APPC sessions");
    TCase *tc = tcase_create("sessions");
    tcase_add_test(tc, limits_refused);
    tcase_add_test(tc, limits_change);
    tcase_add_test(tc, sessions);
    tcase_add_test(tc, sessions_refused);
    tcase_add_test(tc, session_ends);
    tcase_add_test(tc, passive);
    tcase_add_test(tc, lu_status);
    tcase_add_test(tc, configuration);
    suite_add_tcase(s, tc);
    return harness_main(s);
}
