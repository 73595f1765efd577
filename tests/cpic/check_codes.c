/* check_codes.c - the return codes that come from the partner, call by call [HIS: CPI-C Common Return Codes]:
 * rejected Attaches, lost sessions, abends, errors.  A puppet sends what only other products can. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/cpic/harness.h"

static struct pair p;
static const unsigned char whole[] = {0, 6, 'd', 'a', 't', 'a'};

static CM_INT32 send_whole(struct side *s)
{
    return s_send(s, whole, sizeof whole);
}

static CM_INT32 receive(struct side *s)
{
    return s_rcv(s, 100);
}

static CM_INT32 send_and(struct side *s, CM_INT32 type)
{
    SET(cmsst, s, type);
    return send_whole(s);
}

static CM_INT32 send_flush(struct side *s)
{
    return send_and(s, CM_SEND_AND_FLUSH);
}
static CM_INT32 send_confirm(struct side *s)
{
    return send_and(s, CM_SEND_AND_CONFIRM);
}
static CM_INT32 send_ptr(struct side *s)
{
    return send_and(s, CM_SEND_AND_PREP_TO_RECEIVE);
}
static CM_INT32 send_deal(struct side *s)
{
    return send_and(s, CM_SEND_AND_DEALLOCATE);
}

/* What the partner does, and what a call then returns; purging when the partner's word meets a side that may
 * send. */
struct word {
    const char *name;
    uint32_t sense;
    bool unbind, reject, last;
    CM_INT32 rc;
    CM_INT32 state; /* -1 RESET */
};

static const struct word words[] = {
    {"wrong type", 0x10086034, false, true, true, CM_CONVERSATION_TYPE_MISMATCH, -1},
    {"PIP not allowed", 0x10086031, false, true, true, CM_PIP_NOT_SPECIFIED_CORRECTLY, -1},
    {"PIP wanted", 0x10086032, false, true, true, CM_PIP_NOT_SPECIFIED_CORRECTLY, -1},
    {"security", 0x080F6051, false, true, true, CM_SECURITY_NOT_VALID, -1},
    {"security of other products", 0x080FFF01, false, true, true, CM_SECURITY_NOT_VALID, -1},
    {"sync level", 0x10086041, false, true, true, CM_SYNC_LVL_NOT_SUPPORTED_PGM, -1},
    {"TP name", 0x10086021, false, true, true, CM_TPN_NOT_RECOGNIZED, -1},
    {"TP for good", 0x084C0000, false, true, true, CM_TP_NOT_AVAILABLE_NO_RETRY, -1},
    {"TP for now", 0x084B6031, false, true, true, CM_TP_NOT_AVAILABLE_RETRY, -1},
    {"Attach not liked", 0x1008600B, false, true, true, CM_RESOURCE_FAILURE_NO_RETRY, -1},
    {"unknown sense", 0x08090000, false, true, true, CM_RESOURCE_FAILURE_NO_RETRY, -1},
    {"session lost", 0x08A00001, true, false, true, CM_RESOURCE_FAILURE_RETRY, -1},
    {"session broken", 0x20020000, true, false, true, CM_RESOURCE_FAILURE_NO_RETRY, -1},
    {"session ended", 0, true, false, true, CM_RESOURCE_FAILURE_RETRY, -1},
    {"abend", 0x08640000, false, true, true, CM_DEALLOCATED_ABEND, -1},
    {"service abend", 0x08640001, false, true, true, CM_DEALLOCATED_ABEND_SVC, -1},
    {"timer abend", 0x08640002, false, true, true, CM_DEALLOCATED_ABEND_TIMER, -1},
    {"error", 0x08890000, false, true, false, CM_PROGRAM_ERROR_PURGING, CM_RECEIVE_STATE},
    {"service error", 0x08890100, false, true, false, CM_SVC_ERROR_PURGING, CM_RECEIVE_STATE},
    {"unknown error", 0x0889FFFF, false, true, false, CM_PROGRAM_ERROR_PURGING, CM_RECEIVE_STATE},
};
#define WORDS (int)(sizeof words / sizeof *words)

static void say(int fd, const struct word *w)
{
    puppet_say(fd, w->sense, w->unbind, w->reject, w->last);
}

static CM_INT32 (*const reporters[])(struct side *) = {
    send_whole, send_flush, send_confirm, send_ptr, send_deal, s_confirm, s_ptr, s_deal, s_error, receive};
#define REPORTERS (int)(sizeof reporters / sizeof *reporters)

/* A gives the turn away and gets it back with data: SEND_PENDING. */
static void turn_comes(int fd, CM_INT32 type)
{
    static const unsigned char mapped[] = {0, 6, 0x12, 0xFF, 'd', 'a'};
    SET(cmsptr, &p.a, CM_PREP_TO_RECEIVE_FLUSH);
    ck_assert_rc(s_ptr(&p.a), CM_OK);
    puppet_data(fd, type == CM_MAPPED_CONVERSATION ? mapped : whole, 6, true);
    ck_assert_rc(receive(&p.a), CM_OK);
    ck_assert_state(&p.a, CM_SEND_PENDING_STATE);
    SET(cmsptr, &p.a, CM_PREP_TO_RECEIVE_CONFIRM);
}

/* The word is there before the call. */
static void report(const struct word *w, CM_INT32 (*call)(struct side *), bool pending_turn, struct how h,
                   CM_INT32 mode)
{
    pair_open(&p, h);
    int fd = puppet(&p.b);
    if (pending_turn)
        turn_comes(fd, h.type);
    SET(cmspm, &p.a, mode);
    say(fd, w);
    ck_assert_rc(call(&p.a), w->rc);
    ck_assert_uint_eq(xclastsense(), w->sense);
    ck_assert_state(&p.a, w->state);
    close(fd);
    pair_close(&p);
}

START_TEST(reported)
{
    NOT_OVER_LINK(RAW_FRAMES);
    const struct word *w = &words[_i % WORDS];
    CM_INT32 (*call)(struct side *) = reporters[_i / WORDS];
    for (CM_INT32 mode = CM_BLOCKING; mode <= CM_NON_BLOCKING; mode++) {
        report(w, call, false, MAPPED_CONFIRM, mode);
        report(w, call, false, BASIC_CONFIRM, mode);
        report(w, call, true, MAPPED_CONFIRM, mode);
    }
}
END_TEST

/* The word comes while the call waits. */
START_TEST(reported_later)
{
    NOT_OVER_LINK(RAW_FRAMES);
    static CM_INT32 (*const waiting[])(struct side *) = {s_confirm, s_ptr,     s_deal, send_confirm,
                                                         send_ptr,  send_deal, receive};
    const struct word *w = &words[_i % WORDS];
    pair_open(&p, MAPPED_CONFIRM);
    int fd = puppet(&p.b);
    SET(cmspm, &p.a, CM_NON_BLOCKING);
    ck_assert_rc(waiting[_i / WORDS](&p.a), OI);
    say(fd, w);
    CM_INT32 op = -1, rc = -1;
    xcstep(p.a.id, &op, &rc);
    ck_assert_rc(op, w->rc);
    ck_assert_uint_eq(xclastsense(), w->sense);
    covered(p.a.call, &op);
    ck_assert_state(&p.a, w->state);
    close(fd);
    pair_close(&p);
}
END_TEST

/* cmwait tells the sense code, too, and the next call that goes well tells that there is none; what is
 * refused at once does not count. */
START_TEST(sense_of_wait)
{
    pair_open(&p, MAPPED_CONFIRM);
    SET(cmspm, &p.a, CM_NON_BLOCKING);
    ck_assert_rc(s_confirm(&p.a), OI);
    ck_assert_rc(s_rcv(&p.b, 100), CM_OK);
    ck_assert_rc(s_error(&p.b), CM_OK);
    ck_assert_uint_eq(xclastsense(), 0);
    ck_assert_rc(s_wait(&p.a), CM_PROGRAM_ERROR_PURGING);
    ck_assert_uint_eq(xclastsense(), 0x08890000);
    ck_assert_rc(s_send(&p.a, "x", 1), SC);
    ck_assert_uint_eq(xclastsense(), 0x08890000);
    ck_assert_rc(s_send(&p.b, "x", 1), CM_OK);
    ck_assert_uint_eq(xclastsense(), 0);
    pair_close(&p);
}
END_TEST

/* A negative response says that an error is on its way: a call that sends does not go on before it has come.
 * To the program it is the same whether the call waits for it or is incomplete meanwhile, and whether SEND or
 * SEND_PENDING. */
static CM_INT32 (*const senders[])(struct side *) = {send_whole, send_flush, send_confirm, s_error};
#define SENDERS (int)(sizeof senders / sizeof *senders)

struct sender {
    CM_INT32 (*call)(struct side *s);
    CM_INT32 rc;
};

static void *sending(void *arg)
{
    struct sender *s = arg;
    s->rc = s->call(&p.a);
    return NULL;
}

static CM_INT32 announced_call(CM_INT32 (*call)(struct side *), int fd, const struct word *w, bool blocking)
{
    struct sender s = {.call = call, .rc = -1};
    pthread_t thread;
    CM_INT32 rc = -1;
    if (!blocking) {
        SET(cmspm, &p.a, CM_NON_BLOCKING);
        ck_assert_rc(call(&p.a), OI);
        xcstep(p.a.id, &s.rc, &rc);
        ck_assert_rc(s.rc, OI);
        puppet_error(fd, w->sense, w->last);
        xcstep(p.a.id, &s.rc, &rc);
        covered(p.a.call, &s.rc);
        return s.rc;
    }
    ck_assert_int_eq(pthread_create(&thread, NULL, sending, &s), 0);
    WAIT_FOR(SET_RC(cmspm, &p.a, CM_BLOCKING) == SC);
    puppet_error(fd, w->sense, w->last);
    pthread_join(thread, NULL);
    return s.rc;
}

START_TEST(announced)
{
    NOT_OVER_LINK(RAW_FRAMES);
    const struct word *w = &words[_i % WORDS];
    if (!w->reject)
        return;
    for (int how = 0; how < 4; how++) {
        pair_open(&p, MAPPED_CONFIRM);
        int fd = puppet(&p.b);
        if (how & 1)
            turn_comes(fd, CM_MAPPED_CONVERSATION);
        puppet_reject(fd);
        ck_assert_rc(announced_call(senders[_i / WORDS], fd, w, how & 2), w->rc);
        ck_assert_state(&p.a, w->state);
        close(fd);
        pair_close(&p);
    }
}
END_TEST

/* Calls that never report the partner return CM_OK, and the next call reports it. */
START_TEST(not_reported)
{
    NOT_OVER_LINK(RAW_FRAMES);
    const struct word *w = &words[_i];
    pair_open(&p, MAPPED);
    int fd = puppet(&p.b);
    say(fd, w);
    ck_assert_rc(s_flush(&p.a), CM_OK);
    ck_assert_rc(s_send(&p.a, "x", 1), w->rc);
    pair_close(&p);
    pair_open(&p, MAPPED);
    fd = puppet(&p.b);
    say(fd, w);
    ck_assert_rc(s_ptr(&p.a), CM_OK);
    ck_assert_rc(receive(&p.a), w->rc);
    pair_close(&p);
    pair_open(&p, MAPPED);
    fd = puppet(&p.b);
    say(fd, w);
    ck_assert_rc(s_deal(&p.a), CM_OK);
    pair_close(&p);
}
END_TEST

/* Send_Error in RECEIVE: what was pending is translated [C5]: errors to CM_OK, rejections and abends to
 * CM_DEALLOCATED_NORMAL, the loss of the session stays. */
START_TEST(error_in_receive)
{
    NOT_OVER_LINK(RAW_FRAMES);
    const struct word *w = &words[_i];
    pair_open(&p, MAPPED);
    int fd = puppet(&p.b);
    ck_assert_rc(s_ptr(&p.a), CM_OK);
    say(fd, w);
    CM_INT32 should = CM_DEALLOCATED_NORMAL;
    if (w->unbind)
        should = w->rc;
    else if (!w->last)
        should = CM_OK;
    ck_assert_rc(s_error(&p.a), should);
    ck_assert_state(&p.a, should == CM_OK ? CM_SEND_STATE : -1);
    pair_close(&p);
}
END_TEST

/* In the CONFIRM states Send_Error reports only the loss of the session. */
START_TEST(error_in_confirm)
{
    NOT_OVER_LINK(RAW_FRAMES);
    static const CM_INT32 states[] = {CM_CONFIRM_STATE, CM_CONFIRM_SEND_STATE, CM_CONFIRM_DEALLOCATE_STATE};
    const struct word *w = &words[_i % WORDS];
    struct side *peer, *me = side_in(&p, states[_i / WORDS], MAPPED_CONFIRM, &peer);
    int fd = -1;
    short events;
    CM_INT32 rc = -1;
    xcfd(peer->id, &fd, &events, &rc); /* the socket of its incomplete call */
    ck_assert_rc(rc, CM_OK);
    say(fd, w);
    ck_assert_rc(s_error(me), w->unbind ? w->rc : CM_OK);
    ck_assert_state(me, w->unbind ? -1 : CM_SEND_STATE);
    pair_close(&p);
}
END_TEST

/* A frame that is not one of LU 6.2: the conversation is broken for good. */
START_TEST(violations)
{
    NOT_OVER_LINK(RAW_FRAMES);
    static const unsigned char frames[][8] = {
        {0, 0x2B, 0x80, 0x00, 1, 2, 3, 4}, {0, 0x03, 0x00, 0x00, 'x'}, {1, 0x4B, 0x80, 0, 0xFF}, {0}};
    static const size_t n[] = {8, 5, 5, 1};
    static CM_INT32 (*const calls[])(struct side *) = {send_whole, s_confirm, s_error, receive};
    pair_open(&p, BASIC_CONFIRM);
    int fd = puppet(&p.b);
    puppet_frame(fd, frames[_i % 4], n[_i % 4]);
    ck_assert_rc(calls[_i / 4](&p.a), CM_RESOURCE_FAILURE_NO_RETRY);
    ck_assert_state(&p.a, -1);
    pair_close(&p);
}
END_TEST

/* An impossible LL from the partner. */
START_TEST(bad_record)
{
    NOT_OVER_LINK(RAW_FRAMES);
    static const unsigned char bad[] = {0, 1, 'x'};
    pair_open(&p, _i ? BASIC : MAPPED);
    int fd = puppet(&p.b);
    ck_assert_rc(s_ptr(&p.a), CM_OK);
    puppet_data(fd, bad, sizeof bad, true);
    ck_assert_rc(receive(&p.a), CM_RESOURCE_FAILURE_NO_RETRY);
    ck_assert_state(&p.a, -1);
    pair_close(&p);
}
END_TEST

/* ---- rejections by the node itself ---- */

static CM_INT32 first_refusal(struct side *a)
{
    CM_INT32 rc;
    ck_assert_rc(s_flush(a), CM_OK);
    WAIT_FOR((rc = s_send(a, "x", 1)) != CM_OK);
    return rc;
}

START_TEST(node_rejects)
{
    static struct side a;
    static const struct {
        const char *tpn, *user, *password;
        CM_INT32 security, rc;
    } rows[] = {
        {"NOBODY", NULL, NULL, CM_SECURITY_NONE, CM_TPN_NOT_RECOGNIZED},
        {"GONE", NULL, NULL, CM_SECURITY_NONE, CM_TP_NOT_AVAILABLE_NO_RETRY},
        {"LOCKED", NULL, NULL, CM_SECURITY_NONE, CM_SECURITY_NOT_VALID},
        {"LOCKED", "Joe", "secret", CM_SECURITY_PROGRAM, CM_SECURITY_NOT_VALID},
        {"LOCKED", "joe", "Secret", CM_SECURITY_PROGRAM, CM_SECURITY_NOT_VALID},
        {"LOCKED", "Joe", "", CM_SECURITY_PROGRAM, CM_SECURITY_NOT_VALID},
        {"LOCKED", "", "", CM_SECURITY_SAME, CM_SECURITY_NOT_VALID},
    };
    if (_i == 3)
        NOT_OVER_LINK("a substitute is made of the password in capitals");
    if (strcmp(rows[_i].tpn, "LOCKED") == 0) {
        CM_INT32 n = 6, rc = -1;
        unsigned char name[] = "LOCKED";
        cmsltp(name, &n, &rc);
        ck_assert_rc(s_accept(&p.b), OI);
    }
    side_begin(&a, MAPPED, rows[_i].tpn);
    SET(cmscst, &a, rows[_i].security);
    if (rows[_i].user) {
        SET_TEXT(cmscsu, &a, rows[_i].user);
        SET_TEXT(cmscsp, &a, rows[_i].password);
    }
    ck_assert_rc(s_alloc(&a), CM_OK);
    ck_assert_rc(first_refusal(&a), rows[_i].rc);
    ck_assert_state(&a, -1);
}
END_TEST

static void put_destination(const char *password)
{
    SIDE_INFO e;
    CM_INT32 n = sizeof e, rc = -1;
    memset(&e, ' ', sizeof e);
    memcpy(e.sym_dest_name, "TEMP", 4);
    memcpy(e.partner_LU_name, "LUREMOTE", 8);
    e.TP_name_type = XC_APPLICATION_TP;
    memcpy(e.TP_name, "LOCKED", 6);
    memcpy(e.mode_name, "RU4096", 6);
    e.conversation_security_type = XC_SECURITY_PROGRAM;
    memcpy(e.security_user_ID, "Joe", 3);
    memcpy(e.security_password, password, strlen(password));
    xcmssi(NULL, &e, &n, &rc);
    ck_assert_rc(rc, CM_OK);
}

/* The password is taken at Initialize_Conversation: a destination that changes or goes does not change it
 * [A37]. */
START_TEST(password_as_initialized)
{
    unsigned char temp[] = "TEMP    ", locked[] = "LOCKED";
    CM_INT32 n = 6, rc = -1;
    cmsltp(locked, &n, &rc);
    ck_assert_rc(s_accept(&p.b), OI);
    put_destination(_i == 3 ? "wrong" : "Secret");
    ck_assert_rc(s_init(&p.a, "TEMP"), CM_OK);
    if (_i == 1 || _i == 3)
        put_destination(_i == 3 ? "Secret" : "wrong");
    if (_i == 2) {
        xcmdsi(NULL, temp, &rc);
        ck_assert_rc(rc, CM_OK);
    }
    ck_assert_rc(s_alloc(&p.a), CM_OK);
    if (_i == 3) {
        ck_assert_rc(first_refusal(&p.a), CM_SECURITY_NOT_VALID);
        return;
    }
    ck_assert_rc(s_flush(&p.a), CM_OK);
    ck_assert_rc(s_wait(&p.b), CM_OK);
    pair_close(&p);
}
END_TEST

/* Allocate with Confirm gives the outcome at once. */
START_TEST(node_rejects_confirm)
{
    static struct side a;
    side_begin(&a, MAPPED_CONFIRM, "NOBODY");
    ck_assert_rc(s_alloc(&a), CM_OK);
    static CM_INT32 (*const calls[])(struct side *) = {s_confirm, s_ptr, s_deal, receive};
    ck_assert_rc(calls[_i](&a), CM_TPN_NOT_RECOGNIZED);
    ck_assert_state(&a, -1);
}
END_TEST

/* ---- Allocate ---- */

struct alloc_row {
    const char *mode, *partner, *tpn;
    CM_INT32 rc, state;
};

static const struct alloc_row allocs[] = {
    {"RU4096", "LUREMOTE", "PAIR", CM_OK, CM_SEND_STATE},
    {"RU4096", "TESTNET.REMOTE", "PAIR", CM_OK, CM_SEND_STATE},
    {"RU4096", ".REMOTE", "PAIR", CM_OK, CM_SEND_STATE},
    {"RU4096  ", "LUREMOTE   ", "PAIR", CM_OK, CM_SEND_STATE},
    {"NOSUCH", "LUREMOTE", "PAIR", CM_PARAMETER_ERROR, CM_INITIALIZE_STATE},
    {"SNASVCMG", "LUREMOTE", "PAIR", CM_PARAMETER_ERROR, CM_INITIALIZE_STATE},
    {"CPSVCMG", "LUREMOTE", "PAIR", CM_PARAMETER_ERROR, CM_INITIALIZE_STATE},
    {"RU 4096", "LUREMOTE", "PAIR", CM_PARAMETER_ERROR, CM_INITIALIZE_STATE},
    {" RU4096", "LUREMOTE", "PAIR", CM_PARAMETER_ERROR, CM_INITIALIZE_STATE},
    {"ru4096", "LUREMOTE", "PAIR", CM_PARAMETER_ERROR, CM_INITIALIZE_STATE},
    {"RU4096", "NOSUCH", "PAIR", CM_PARAMETER_ERROR, CM_INITIALIZE_STATE},
    {"RU4096", "LU REMOT", "PAIR", CM_PARAMETER_ERROR, CM_INITIALIZE_STATE},
    {"RU4096", " LUREMOT", "PAIR", CM_PARAMETER_ERROR, CM_INITIALIZE_STATE},
    {"RU4096", "OTHERNET.REMOTE", "PAIR", CM_PARAMETER_ERROR, CM_INITIALIZE_STATE},
    {"RU4096", "LUREMOTETOOLONG", "PAIR", CM_PARAMETER_ERROR, CM_INITIALIZE_STATE},
    {"RU4096", " ", "PAIR", CM_PARAMETER_ERROR, CM_INITIALIZE_STATE},
    {"RU4096", "FARLU", "PAIR", CM_ALLOCATE_FAILURE_NO_RETRY, -1},
    {"RU4096", "FARNET.FAR", "PAIR", CM_ALLOCATE_FAILURE_NO_RETRY, -1},
};
#define ALLOCS (int)(sizeof allocs / sizeof *allocs)

START_TEST(allocate)
{
    static struct side a;
    const struct alloc_row *r = &allocs[_i];
    ck_assert_rc(s_init(&a, ""), CM_OK);
    SET_TEXT(cmsmn, &a, r->mode);
    SET_TEXT(cmspln, &a, r->partner);
    SET_TEXT(cmstpn, &a, r->tpn);
    ck_assert_rc(s_alloc(&a), r->rc);
    ck_assert_state(&a, r->state);
    if (r->state == CM_INITIALIZE_STATE) { /* and can be put right */
        SET_TEXT(cmsmn, &a, "RU4096");
        SET_TEXT(cmspln, &a, "LUREMOTE");
        ck_assert_rc(s_alloc(&a), CM_OK);
    }
    s_cancel(&a);
}
END_TEST

/* Anything not set after a blank destination is an error, except the mode: an empty name is the name
 * of mode BLANK. */
START_TEST(allocate_unset)
{
    static struct side a;
    ck_assert_rc(s_init(&a, ""), CM_OK);
    if (_i != 0)
        SET_TEXT(cmsmn, &a, "RU4096");
    if (_i != 1)
        SET_TEXT(cmspln, &a, "LUREMOTE");
    if (_i != 2)
        SET_TEXT(cmstpn, &a, "PAIR");
    ck_assert_rc(s_alloc(&a), _i == 0 ? CM_OK : CM_PARAMETER_ERROR);
    ck_assert_state(&a, _i == 0 ? CM_SEND_STATE : CM_INITIALIZE_STATE);
    s_cancel(&a);
}
END_TEST

/* A failure for the moment, with both ways of return control [C33]: the conversation is over too. */
START_TEST(allocate_fails_for_now)
{
    static struct side a;
    ck_assert_int_eq(snactl("inject", "allocate", "LUREMOTE", "1", "SESSION_LIMIT_EXCEEDED", NULL), 0);
    side_begin(&a, MAPPED, "PAIR");
    SET(cmsrc, &a, _i);
    ck_assert_rc(s_alloc(&a), CM_ALLOCATE_FAILURE_RETRY);
    ck_assert_state(&a, -1);
    side_begin(&a, MAPPED, "PAIR");
    ck_assert_rc(s_alloc(&a), CM_OK);
    s_cancel(&a);
}
END_TEST

/* IMMEDIATE takes only a contention-winner session that is free. */
START_TEST(allocate_immediate)
{
    static struct side a, c;
    struct how h = {CM_MAPPED_CONVERSATION, CM_NONE, "IMMED"};
    side_begin(&a, h, "PAIR");
    SET(cmsrc, &a, CM_IMMEDIATE);
    ck_assert_rc(s_alloc(&a), CM_UNSUCCESSFUL);
    ck_assert_state(&a, CM_INITIALIZE_STATE);
    side_begin(&c, h, "PAIR");
    ck_assert_rc(s_alloc(&c), CM_OK);
    ck_assert_rc(s_cancel(&c), CM_OK);
    CM_INT32 rc;
    WAIT_FOR((rc = s_alloc(&a)) != CM_UNSUCCESSFUL);
    ck_assert_rc(rc, CM_OK);
    s_cancel(&a);
}
END_TEST

/* ---- no node ---- */

/* Without the node, calls that need it give a product error; running conversations go on. */
START_TEST(node_gone)
{
    static struct side c;
    CM_INT32 rc = -1, n = 1, len = sizeof(SIDE_INFO);
    SIDE_INFO si;
    unsigned char lock[8] = "", name[8] = {'P', 'A', 'I', 'R', ' ', ' ', ' ', ' '};
    node_start(); /* one that nobody else needs */
    pair_open(&p, MAPPED_CONFIRM);
    side_begin(&c, MAPPED, "PAIR");
    node_kill();
    CM_INT32 r;
    static struct side d;
    WAIT_FOR((r = s_init(&d, "")) != CM_OK);
    ck_assert_rc(r, PSE);
    ck_assert_rc(s_alloc(&c), PSE);
    ck_assert_state(&c, CM_INITIALIZE_STATE);
    ck_assert_rc(s_accept(&d), PSE);
    xcmesi(&n, name, &si, &len, &rc);
    ck_assert_rc(rc, PSE);
    memset(&si, ' ', sizeof si);
    memcpy(si.sym_dest_name, name, 8);
    si.TP_name_type = si.conversation_security_type = 0;
    xcmssi(lock, &si, &len, &rc);
    ck_assert_rc(rc, PSE);
    xcmdsi(lock, name, &rc);
    ck_assert_rc(rc, PSE);
    if (!over_link()) { /* the node carries what goes over a link */
        ck_assert_rc(s_send(&p.a, "x", 1), CM_OK);
        ck_assert_rc(s_flush(&p.a), CM_OK);
    }
    node_stop();
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("CPI-C return codes");
    TCase *t = tcase_create("from the partner");
    tcase_add_loop_test(t, reported, 0, REPORTERS * WORDS);
    tcase_add_loop_test(t, reported_later, 0, 7 * WORDS);
    tcase_add_test(t, sense_of_wait);
    tcase_add_loop_test(t, announced, 0, SENDERS * WORDS);
    tcase_add_loop_test(t, not_reported, 0, WORDS);
    tcase_add_loop_test(t, error_in_receive, 0, WORDS);
    tcase_add_loop_test(t, error_in_confirm, 0, 3 * WORDS);
    tcase_add_loop_test(t, violations, 0, 16);
    tcase_add_loop_test(t, bad_record, 0, 2);
    suite_add_tcase(s, t);
    t = tcase_create("from the node");
    tcase_set_timeout(t, 20);
    tcase_add_loop_test(t, node_rejects, 0, 7);
    tcase_add_loop_test(t, password_as_initialized, 0, 4);
    tcase_add_loop_test(t, node_rejects_confirm, 0, 4);
    tcase_add_loop_test(t, allocate, 0, ALLOCS);
    tcase_add_loop_test(t, allocate_unset, 0, 3);
    tcase_add_loop_test(t, allocate_fails_for_now, CM_WHEN_SESSION_ALLOCATED, CM_IMMEDIATE + 1);
    tcase_add_test(t, allocate_immediate);
    tcase_add_test(t, node_gone);
    suite_add_tcase(s, t);
    return s;
}

NO_LEAK_SEARCH

int main(void)
{
    return harness_main(suite());
}
