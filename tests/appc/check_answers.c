/* check_answers.c - what each verb answers when something is wrong: with its parameters, with the state, with
 * the moment, with the partner, with the session or with the node.  Tables of verbs against tables of causes
 * [HIS: APPC Verb Summary]. */
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/appc/block.h"
#include "tests/cpic/barrier.h"

static struct end a, b;
static int event;

/* ---- any verb ---- */

union block {
    struct appc_hdr h;
    struct confirmed ids;
    struct tp_ended tp;
    struct allocate allocate;
    struct send_conversation whole;
    struct deallocate deallocate;
    struct prepare_to_receive prepare;
    struct receive_and_wait receive;
    struct receive_and_post receive_post;
    struct post_on_receipt post;
    struct test_rts_and_post rts_post;
    struct send_data send;
    struct send_error error;
};

/* Parameters that nothing is wrong with: data of one record, basic and mapped. */
static void fill(struct end *e, unsigned short opcode, union block *v)
{
    memset(v, 0, sizeof *v);
    v->h.opcode = opcode;
    v->h.opext = e->mapped ? AP_MAPPED_CONVERSATION : AP_BASIC_CONVERSATION;
    v->ids.conv_id = e->conv_id;
    IDS(e, v->ids);
    switch (opcode) {
    case AP_M_ALLOCATE:
        v->allocate = a_wish(e, AP_NONE);
        break;
    case AP_M_SEND_CONVERSATION:
        memset(v->whole.reserv3, 0, sizeof v->whole.reserv3);
        ascii_field(v->whole.plu_alias, 8, "LUREMOTE");
        ebcdic_field(v->whole.mode_name, 8, "RU4096");
        ebcdic_field(v->whole.tp_name, 64, "BYHAND");
        break;
    case AP_M_RECEIVE_AND_WAIT:
    case AP_M_RECEIVE_IMMEDIATE:
    case AP_M_RECEIVE_AND_POST:
        v->receive.dptr = e->buf;
        v->receive.max_len = 100;
        v->receive.fill = e->mapped ? 0 : AP_LL;
        if (opcode == AP_M_RECEIVE_AND_POST)
            v->receive_post.sema = WAPPC_HANDLE(event);
        break;
    case AP_M_POST_ON_RECEIPT:
        v->post.sema = (unsigned)event;
        break;
    case AP_M_TEST_RTS_AND_POST:
        v->rts_post.handle = (unsigned)event;
        break;
    case AP_M_SEND_DATA:
        v->send.dptr = (unsigned char *)(uintptr_t) "\0\2";
        v->send.dlen = 2;
        v->send.type = AP_SEND_DATA_FLUSH;
        break;
    default:
        break;
    }
}

static bool told(void)
{
    struct pollfd p = {event, POLLIN, 0};
    eventfd_t n;
    return poll(&p, 1, 0) == 1 && eventfd_read(event, &n) == 0;
}

/* Issue V.  One that tells an event of its completion is waited for. */
static void issue(struct end *e, union block *v)
{
    bool posts = v->h.opcode == AP_M_RECEIVE_AND_POST;
    APPC(v);
    if (posts && v->h.primary_rc == AP_OK)
        WAIT_FOR(told());
    DONE(e, v->h);
}

static void issue_plain(struct end *e, unsigned short opcode)
{
    union block v;
    fill(e, opcode, &v);
    issue(e, &v);
}

/* ---- the partner's word ---- */

static struct side s;

/* A is in SEND, and its Attach has flowed; what its partner says goes into the descriptor that is returned.
 */
static int puppet_of_a(void)
{
    CM_INT32 n = 4, rc;
    cmsltp((unsigned char *)(uintptr_t) "PAIR", &n, &rc);
    ck_assert_rc(rc, CM_OK);
    ck_assert_rc(s_accept(&s), OI);
    struct allocate w = a_wish(&a, AP_CONFIRM_SYNC_LEVEL);
    ebcdic_field(w.tp_name, 64, "PAIR");
    ck_ok(a_allocate_as(&a, &w), &a);
    ck_ok(a_flush(&a), &a);
    ck_assert_rc(s_wait(&s), CM_OK);
    return puppet(&s);
}

static void puppet_over(int fd)
{
    close(fd);
    s_cancel(&s);
    a_deallocate(&a, a.mapped ? AP_ABEND : AP_ABEND_PROG);
}

/* What the partner says, and what a verb returns then, basic and mapped. */
static const struct word {
    uint32_t sense;
    bool unbind, reject, last;
    unsigned short primary[2];
    unsigned int secondary;
} words[] = {
#define REFUSED(sense, secondary)                                                                            \
    {                                                                                                        \
        sense, false, true, true, {AP_ALLOCATION_ERROR, AP_ALLOCATION_ERROR}, secondary                      \
    }
    REFUSED(0x080F6051, AP_SECURITY_NOT_VALID),
    REFUSED(0x084B6031, AP_TRANS_PGM_NOT_AVAIL_RETRY),
    REFUSED(0x084C0000, AP_TRANS_PGM_NOT_AVAIL_NO_RETRY),
    REFUSED(0x10086021, AP_TP_NAME_NOT_RECOGNIZED),
    REFUSED(0x10086031, AP_PIP_NOT_ALLOWED),
    REFUSED(0x10086032, AP_PIP_NOT_SPECIFIED_CORRECTLY),
    REFUSED(0x10086034, AP_CONVERSATION_TYPE_MISMATCH),
    REFUSED(0x10086041, AP_SYNC_LEVEL_NOT_SUPPORTED),
    {0x08A00001, true, false, true, {AP_CONV_FAILURE_RETRY, AP_CONV_FAILURE_RETRY}, 0},
    {0x20020000, true, false, true, {AP_CONV_FAILURE_NO_RETRY, AP_CONV_FAILURE_NO_RETRY}, 0},
    {0x08640000, false, true, true, {AP_DEALLOC_ABEND_PROG, AP_DEALLOC_ABEND}, 0},
    {0x08640001, false, true, true, {AP_DEALLOC_ABEND_SVC, AP_DEALLOC_ABEND}, 0},
    {0x08640002, false, true, true, {AP_DEALLOC_ABEND_TIMER, AP_DEALLOC_ABEND}, 0},
    {0x08890000, false, true, false, {AP_PROG_ERROR_PURGING, AP_PROG_ERROR_PURGING}, 0},
    {0x08890100, false, true, false, {AP_SVC_ERROR_PURGING, AP_PROG_ERROR_PURGING}, 0},
    /* after the turn; the first two as errors that purge nothing */
    {0x08890000, false, false, false, {AP_PROG_ERROR_NO_TRUNC, AP_PROG_ERROR_NO_TRUNC}, 0},
    {0x08890100, false, false, false, {AP_SVC_ERROR_NO_TRUNC, AP_PROG_ERROR_NO_TRUNC}, 0},
    {0x08890001, false, false, false, {AP_PROG_ERROR_TRUNC, AP_PROG_ERROR_NO_TRUNC}, 0},
    {0x08890101, false, false, false, {AP_SVC_ERROR_TRUNC, AP_PROG_ERROR_NO_TRUNC}, 0},
};
#define WORDS          (int)(sizeof words / sizeof *words)
#define AFTER_THE_TURN 15 /* the first of those that cannot come before it */

static void say(int fd, const struct word *w)
{
    puppet_say(fd, w->sense, w->unbind, w->reject, w->last);
}

/* Verbs that report it: in SEND, and after the turn has been passed. */
static const struct {
    unsigned short opcode;
    bool receiving;
} reporters[] = {
    {AP_M_SEND_DATA, false},          {AP_M_CONFIRM, false},         {AP_M_DEALLOCATE, false},
    {AP_M_PREPARE_TO_RECEIVE, false}, {AP_M_SEND_ERROR, false},      {AP_M_RECEIVE_AND_WAIT, false},
    {AP_M_RECEIVE_AND_POST, false},   {AP_M_RECEIVE_AND_WAIT, true}, {AP_M_RECEIVE_AND_POST, true},
    {AP_M_RECEIVE_IMMEDIATE, true},
};
#define REPORTERS (int)(sizeof reporters / sizeof *reporters)

START_TEST(reported)
{
    NOT_OVER_LINK(RAW_FRAMES);
    event = eventfd(0, EFD_CLOEXEC);
    bool receiving = reporters[_i / 2].receiving;
    a_begin(&a, _i % 2);
    for (int i = 0; i < (receiving ? WORDS : AFTER_THE_TURN); i++) {
        const struct word *w = &words[i];
        int fd = puppet_of_a();
        if (receiving)
            ck_ok(a_prepare(&a, AP_FLUSH), &a);
        say(fd, w);
        issue_plain(&a, reporters[_i / 2].opcode);
        ck_rc(&a, w->primary[a.mapped], w->secondary);
        ck_assert_uint_eq(a_state(&a), w->last ? AP_RESET_STATE : AP_RECEIVE_STATE);
        puppet_over(fd);
    }
    ck_ok(a_ended(&a, AP_HARD), &a);
    close(event);
}
END_TEST

/* The partner ends the conversation: a verb that receives is told so, and SEND_ERROR loses its error. */
START_TEST(deallocated)
{
    static const unsigned short verbs[] = {AP_M_RECEIVE_AND_WAIT, AP_M_RECEIVE_IMMEDIATE,
                                           AP_M_RECEIVE_AND_POST, AP_M_SEND_ERROR};
    event = eventfd(0, EFD_CLOEXEC);
    for (int i = 0; i < 4; i++) {
        ends_open(&a, &b, _i, AP_NONE);
        ck_ok(a_deallocate(&a, AP_FLUSH), &a);
        WAIT_FOR((issue_plain(&b, verbs[i]), b.primary != AP_UNSUCCESSFUL));
        if (verbs[i] == AP_M_SEND_ERROR && over_link() && b.primary == AP_OK)
            a_wait(&b, 10, AP_NO, 0); /* the end was still on its way */
        else
            ck_rc(&b, AP_DEALLOC_NORMAL, 0);
        ends_close(&a, &b);
    }
    close(event);
}
END_TEST

/* The node ends, and the conversation that it carries ends with it. */
START_TEST(node_abends)
{
    NOT_OVER_LINK(RAW_FRAMES);
    node_start(); /* one that nobody else needs */
    event = eventfd(0, EFD_CLOEXEC);
    a_begin(&a, _i % 2);
    int fd = puppet_of_a();
    if (reporters[_i / 2].receiving)
        ck_ok(a_prepare(&a, AP_FLUSH), &a);
    if (reporters[_i / 2].opcode == AP_M_SEND_ERROR)
        puppet_reject(fd); /* else the verb, which is told nothing, does not look */
    node_kill();
    shutdown(fd, SHUT_RDWR);
    issue_plain(&a, reporters[_i / 2].opcode);
    ck_rc(&a, AP_COMM_SUBSYSTEM_ABENDED, 0);
    close(event);
    node_stop();
}
END_TEST

/* ---- parameters and states ---- */

static void bad_fill(union block *v)
{
    v->receive.fill = 2;
}
static void bad_status(union block *v)
{
    v->receive.rtn_status = 2;
}
static void no_buffer(union block *v)
{
    v->receive.dptr = (unsigned char *)16;
}
static void no_event(union block *v)
{
    v->receive_post.sema = WAPPC_HANDLE(9999);
}
static void no_post_event(union block *v)
{
    v->post.sema = 9999;
}
static void no_rts_event(union block *v)
{
    v->rts_post.handle = 9999;
}
static void no_data(union block *v)
{
    v->send.dptr = (unsigned char *)16;
}
static void no_data_type(union block *v)
{
    v->send.type = 10;
}
static void confirms(union block *v)
{
    v->send.type = AP_SEND_DATA_CONFIRM;
}
static void bad_ll(union block *v)
{
    v->send.dptr = (unsigned char *)(uintptr_t) "\0\1";
}
static void no_deallocate_type(union block *v)
{
    v->deallocate.dealloc_type = 0x30;
}
static void no_prepare_type(union block *v)
{
    v->prepare.ptr_type = 9;
}
static void no_error_type(union block *v)
{
    v->error.err_type = 4;
}
static void error_log(union block *v)
{
    v->error.log_dptr = (unsigned char *)(uintptr_t) "\0\7\x12\xE2";
    v->error.log_dlen = 4;
}
static void error_log_nowhere(union block *v)
{
    v->error.log_dptr = (unsigned char *)16;
    v->error.log_dlen = 4;
}
static void end_log(union block *v)
{
    v->deallocate.dealloc_type = AP_ABEND_PROG;
    v->deallocate.log_dptr = (unsigned char *)(uintptr_t) "\0\7\x12\xE2";
    v->deallocate.log_dlen = 4;
}
static void end_log_nowhere(union block *v)
{
    end_log(v);
    v->deallocate.log_dptr = (unsigned char *)16;
}
static void end_flush(union block *v)
{
    v->deallocate.dealloc_type = AP_FLUSH;
}

enum { BASIC_FORM = 1, MAPPED_FORM = 2, BOTH_FORMS = 3 };

/* A in SEND, with sync level none. */
static const struct {
    unsigned short opcode;
    int forms;
    void (*change)(union block *v);
    unsigned int secondary;
} parameters[] = {
    {AP_M_CONFIRM, BOTH_FORMS, NULL, AP_CONFIRM_ON_SYNC_LEVEL_NONE},
    {AP_M_RECEIVE_AND_WAIT, BASIC_FORM, bad_fill, AP_RCV_AND_WAIT_BAD_FILL},
    {AP_M_RECEIVE_IMMEDIATE, BASIC_FORM, bad_fill, AP_RCV_IMMD_BAD_FILL},
    {AP_M_RECEIVE_AND_POST, BASIC_FORM, bad_fill, AP_RCV_AND_POST_BAD_FILL},
    {AP_M_RECEIVE_AND_WAIT, BOTH_FORMS, bad_status, AP_BAD_RETURN_STATUS_WITH_DATA},
    {AP_M_RECEIVE_IMMEDIATE, BOTH_FORMS, bad_status, AP_BAD_RETURN_STATUS_WITH_DATA},
    {AP_M_RECEIVE_AND_POST, BOTH_FORMS, bad_status, AP_BAD_RETURN_STATUS_WITH_DATA},
    {AP_M_RECEIVE_AND_WAIT, BOTH_FORMS, no_buffer, AP_INVALID_DATA_SEGMENT},
    {AP_M_RECEIVE_IMMEDIATE, BOTH_FORMS, no_buffer, AP_INVALID_DATA_SEGMENT},
    {AP_M_RECEIVE_AND_POST, BOTH_FORMS, no_buffer, AP_INVALID_DATA_SEGMENT},
    {AP_M_RECEIVE_AND_POST, BOTH_FORMS, no_event, AP_INVALID_SEMAPHORE_HANDLE},
    {AP_M_POST_ON_RECEIPT, BOTH_FORMS, no_post_event, AP_INVALID_SEMAPHORE_HANDLE},
    {AP_M_TEST_RTS_AND_POST, BOTH_FORMS, no_rts_event, AP_INVALID_SEMAPHORE_HANDLE},
    {AP_M_SEND_DATA, BOTH_FORMS, no_data, AP_INVALID_DATA_SEGMENT},
    {AP_M_SEND_DATA, BOTH_FORMS, no_data_type, AP_SEND_DATA_INVALID_TYPE},
    {AP_M_SEND_DATA, BOTH_FORMS, confirms, AP_SEND_DATA_CONFIRM_SYNC_NONE},
    {AP_M_SEND_DATA, BASIC_FORM, bad_ll, AP_BAD_LL},
    {AP_M_DEALLOCATE, BOTH_FORMS, no_deallocate_type, AP_DEALLOC_BAD_TYPE},
    {AP_M_DEALLOCATE, BASIC_FORM, end_log, AP_DEALLOC_LOG_LL_WRONG},
    {AP_M_DEALLOCATE, BASIC_FORM, end_log_nowhere, AP_INVALID_DATA_SEGMENT},
    {AP_M_PREPARE_TO_RECEIVE, BOTH_FORMS, no_prepare_type, AP_P_TO_R_INVALID_TYPE},
    {AP_M_SEND_ERROR, BOTH_FORMS, no_error_type, AP_SEND_ERROR_BAD_TYPE},
    {AP_M_SEND_ERROR, BASIC_FORM, error_log, AP_SEND_ERROR_LOG_LL_WRONG},
    {AP_M_SEND_ERROR, BASIC_FORM, error_log_nowhere, AP_INVALID_DATA_SEGMENT},
};

START_TEST(parameters_refused)
{
    event = eventfd(0, EFD_CLOEXEC);
    ends_open(&a, &b, _i, AP_NONE);
    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++) {
        union block v;
        if (!(parameters[i].forms & (a.mapped ? MAPPED_FORM : BASIC_FORM)))
            continue;
        fill(&a, parameters[i].opcode, &v);
        if (parameters[i].change)
            parameters[i].change(&v);
        issue(&a, &v);
        ck_rc(&a, AP_PARAMETER_CHECK, parameters[i].secondary);
        ck_assert_uint_eq(a_state(&a), AP_SEND_STATE);
    }
    ends_close(&a, &b);
    close(event);
}
END_TEST

/* err_dir counts in SEND_PENDING alone. */
START_TEST(direction)
{
    union block v;
    ends_open(&a, &b, _i, AP_NONE);
    ck_ok(a_send(&a, "\0\2", 2, AP_SEND_DATA_P_TO_R_FLUSH), &a);
    ck_ok(a_wait(&b, 10, AP_YES, b.mapped ? 0 : AP_LL), &b);
    ck_assert_uint_eq(a_state(&b), AP_SEND_PENDING_STATE);
    fill(&b, AP_M_SEND_ERROR, &v);
    v.error.err_dir = 2;
    issue(&b, &v);
    ck_rc(&b, AP_PARAMETER_CHECK, AP_BAD_ERROR_DIRECTION);
    ends_close(&a, &b);
}
END_TEST

/* In a record that is begun, and in the state of the other end; sync level confirm. */
static const struct {
    unsigned short opcode;
    void (*change)(union block *v);
    unsigned int in_record, receiving, sending;
} states[] = {
    {AP_M_CONFIRM, NULL, AP_CONFIRM_NOT_LL_BDY, AP_CONFIRM_BAD_STATE, 0},
    {AP_M_CONFIRMED, NULL, 0, AP_CONFIRMED_BAD_STATE, AP_CONFIRMED_BAD_STATE},
    {AP_M_DEALLOCATE, NULL, AP_DEALLOC_NOT_LL_BDY, AP_DEALLOC_CONFIRM_BAD_STATE, 0},
    {AP_M_DEALLOCATE, end_flush, AP_DEALLOC_NOT_LL_BDY, AP_DEALLOC_FLUSH_BAD_STATE, 0},
    {AP_M_FLUSH, NULL, 0, AP_FLUSH_NOT_SEND_STATE, 0},
    {AP_M_PREPARE_TO_RECEIVE, NULL, AP_P_TO_R_NOT_LL_BDY, AP_P_TO_R_NOT_SEND_STATE, 0},
    {AP_M_RECEIVE_AND_WAIT, NULL, AP_RCV_AND_WAIT_NOT_LL_BDY, 0, 0},
    {AP_M_RECEIVE_AND_POST, NULL, AP_RCV_AND_POST_NOT_LL_BDY, 0, 0},
    {AP_M_RECEIVE_IMMEDIATE, NULL, 0, 0, AP_RCV_IMMD_BAD_STATE},
    {AP_M_REQUEST_TO_SEND, NULL, 0, 0, AP_R_T_S_BAD_STATE},
    {AP_M_SEND_DATA, NULL, 0, AP_SEND_DATA_NOT_SEND_STATE, 0},
};

static void in_state(struct end *e, unsigned short opcode, void (*change)(union block *v),
                     unsigned int secondary)
{
    union block v;
    fill(e, opcode, &v);
    if (change)
        change(&v);
    issue(e, &v);
    ck_rc(e, AP_STATE_CHECK, secondary);
}

START_TEST(states_refused)
{
    event = eventfd(0, EFD_CLOEXEC);
    ends_open(&a, &b, _i, AP_CONFIRM_SYNC_LEVEL);
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        if (states[i].sending)
            in_state(&a, states[i].opcode, states[i].change, states[i].sending);
        if (states[i].receiving)
            in_state(&b, states[i].opcode, states[i].change, states[i].receiving);
    }
    if (!a.mapped)
        ck_ok(a_send(&a, "\0\5a", 3, AP_NONE), &a);
    for (size_t i = 0; !a.mapped && i < sizeof states / sizeof *states; i++)
        if (states[i].in_record)
            in_state(&a, states[i].opcode, states[i].change, states[i].in_record);
    if (!a.mapped) {
        union block v;
        fill(&a, AP_M_SEND_DATA, &v); /* the record does not end where the chain is to */
        v.send.dlen = 1;
        v.send.type = AP_SEND_DATA_P_TO_R_FLUSH;
        issue(&a, &v);
        ck_rc(&a, AP_STATE_CHECK, AP_SEND_DATA_NOT_LL_BDY);
    }
    ends_close(&a, &b);
    ends_open(&a, &b, _i, AP_CONFIRM_SYNC_LEVEL);
    ck_ok(a_send(&a, "\0\2", 2, AP_SEND_DATA_P_TO_R_FLUSH), &a);
    HANDLE h = NULL;
    ck_ok(a_wait(&b, 10, AP_NO, AP_LL), &b);
    ck_ok(a_wait(&b, 10, AP_NO, AP_LL), &b);
    union block v; /* B waits for a confirmation: A may not receive */
    fill(&b, AP_M_CONFIRM, &v);
    h = WinAsyncAPPCEx(WAPPC_HANDLE(event), (intptr_t)&v);
    ck_assert_ptr_nonnull(h);
    ck_ok(a_wait(&a, 10, AP_NO, AP_LL), &a);
    ck_assert_uint_eq(a.what, AP_CONFIRM_WHAT_RECEIVED);
    in_state(&a, AP_M_RECEIVE_AND_WAIT, NULL, AP_RCV_AND_WAIT_BAD_STATE);
    in_state(&a, AP_M_RECEIVE_AND_POST, NULL, AP_RCV_AND_POST_BAD_STATE);
    ck_ok(a_confirmed(&a), &a);
    WAIT_FOR(told());
    ends_close(&a, &b);
    close(event);
}
END_TEST

/* ---- ALLOCATE ---- */

static void wish_lu(struct allocate *w)
{
    ascii_field(w->plu_alias, 8, "NOLU");
}
static void wish_mode(struct allocate *w)
{
    ebcdic_field(w->mode_name, 8, "NOMODE");
}
static void wish_snasvcmg(struct allocate *w)
{
    ebcdic_field(w->mode_name, 8, "SNASVCMG");
}
static void wish_mapped_snasvcmg(struct allocate *w)
{
    wish_snasvcmg(w);
    w->conv_type = AP_MAPPED_CONVERSATION;
}
static void wish_control(struct allocate *w)
{
    w->rtn_ctl = 5;
}
static void wish_security(struct allocate *w)
{
    w->security = AP_STRONG;
}
static void wish_level(struct allocate *w)
{
    w->synclevel = AP_SYNCPT;
}
static void wish_type(struct allocate *w)
{
    w->conv_type = 2;
}
static void wish_pip(struct allocate *w)
{
    w->pip_dlen = 40000;
}
static void wish_pip_nowhere(struct allocate *w)
{
    w->pip_dlen = 4;
    w->pip_dptr = (unsigned char *)8;
}
static void wish_far(struct allocate *w)
{
    ascii_field(w->plu_alias, 8, "FARLU");
}
static void wish_now(struct allocate *w)
{
    ebcdic_field(w->mode_name, 8, "IMMED");
    w->rtn_ctl = AP_IMMEDIATE;
}
static void wish_once_more(struct allocate *w)
{
    (void)w;
    ck_assert_int_eq(snactl("inject", "allocate", "LUREMOTE", "1", "SESSION_LIMIT_EXCEEDED", NULL), 0);
}
static void wish_tp(struct allocate *w)
{
    w->tp_id[0] ^= 1;
}

enum { WHOLE_BASIC = 4, WHOLE_MAPPED = 8, ALL_VERBS = 15 };
static const struct {
    void (*change)(struct allocate *w);
    int verbs; /* ALLOCATE, by form, and SEND_CONVERSATION */
    unsigned short primary;
    unsigned int secondary;
} wishes[] = {
    {wish_tp, ALL_VERBS, AP_PARAMETER_CHECK, AP_BAD_TP_ID},
    {wish_lu, ALL_VERBS, AP_PARAMETER_CHECK, AP_BAD_PARTNER_LU_ALIAS},
    {wish_mode, ALL_VERBS, AP_PARAMETER_CHECK, AP_UNKNOWN_PARTNER_MODE},
    {wish_snasvcmg, MAPPED_FORM | WHOLE_MAPPED, AP_PARAMETER_CHECK, AP_NO_USE_OF_SNASVCMG},
    {wish_mapped_snasvcmg, BASIC_FORM, AP_PARAMETER_CHECK, AP_NO_USE_OF_SNASVCMG},
    {wish_control, ALL_VERBS, AP_PARAMETER_CHECK, AP_BAD_RETURN_CONTROL},
    {wish_security, ALL_VERBS, AP_PARAMETER_CHECK, AP_BAD_SECURITY},
    {wish_level, BOTH_FORMS, AP_PARAMETER_CHECK, AP_BAD_SYNC_LEVEL},
    {wish_type, BASIC_FORM, AP_PARAMETER_CHECK, AP_BAD_CONV_TYPE},
    {wish_pip, ALL_VERBS, AP_PARAMETER_CHECK, AP_PIP_LEN_INCORRECT},
    {wish_pip_nowhere, BOTH_FORMS | WHOLE_MAPPED, AP_PARAMETER_CHECK, AP_INVALID_DATA_SEGMENT},
    {wish_far, ALL_VERBS, AP_ALLOCATION_ERROR, AP_ALLOCATION_FAILURE_NO_RETRY},
    {wish_once_more, ALL_VERBS, AP_ALLOCATION_ERROR, AP_ALLOCATION_FAILURE_RETRY},
    {wish_now, ALL_VERBS, AP_UNSUCCESSFUL, 0},
};
#define WISHES (int)(sizeof wishes / sizeof *wishes)

/* The same fields for SEND_CONVERSATION, whose block is like that of ALLOCATE from rtn_ctl on. */
static struct send_conversation whole_of(const struct allocate *w)
{
    struct send_conversation c = {.opcode = AP_M_SEND_CONVERSATION, .opext = w->opext};
    size_t at = offsetof(struct allocate, rtn_ctl), n = offsetof(struct allocate, reserv8) - at;
    ck_assert_uint_eq(at, offsetof(struct send_conversation, rtn_ctl));
    memcpy(c.tp_id, w->tp_id, sizeof c.tp_id);
    memcpy((unsigned char *)&c + at, (const unsigned char *)w + at, n);
    return c;
}

START_TEST(wishes_refused)
{
    bool whole = _i & 2;
    int verb = (whole ? WHOLE_BASIC : BASIC_FORM) << (_i & 1);
    a_begin(&a, _i & 1);
    for (int i = 0; i < WISHES; i++) {
        struct allocate w = a_wish(&a, AP_NONE);
        if (!(wishes[i].verbs & verb))
            continue;
        wishes[i].change(&w);
        struct send_conversation c = whole_of(&w);
        if (whole) {
            APPC(&c);
            DONE(&a, c);
        } else {
            a_allocate_as(&a, &w);
        }
        ck_rc(&a, wishes[i].primary, wishes[i].secondary);
    }
    ck_ok(a_ended(&a, AP_HARD), &a);
}
END_TEST

/* ---- at the wrong moment ---- */

static const unsigned short of_conversations[] = {AP_M_CONFIRM,
                                                  AP_M_CONFIRMED,
                                                  AP_M_DEALLOCATE,
                                                  AP_M_FLUSH,
                                                  AP_M_PREPARE_TO_RECEIVE,
                                                  AP_M_RECEIVE_AND_WAIT,
                                                  AP_M_RECEIVE_IMMEDIATE,
                                                  AP_M_RECEIVE_AND_POST,
                                                  AP_M_REQUEST_TO_SEND,
                                                  AP_M_SEND_DATA,
                                                  AP_M_SEND_ERROR,
                                                  AP_M_TEST_RTS,
                                                  AP_M_TEST_RTS_AND_POST};
#define OF_CONVERSATIONS (sizeof of_conversations / sizeof *of_conversations)

/* A waits for a confirmation. */
START_TEST(conversation_busy)
{
    event = eventfd(0, EFD_CLOEXEC);
    int done = eventfd(0, EFD_CLOEXEC);
    eventfd_t n;
    ends_open(&a, &b, _i, AP_CONFIRM_SYNC_LEVEL);
    union block v;
    fill(&a, AP_M_CONFIRM, &v);
    ck_assert_ptr_nonnull(WinAsyncAPPCEx(WAPPC_HANDLE(done), (intptr_t)&v));
    for (size_t i = 0; i < OF_CONVERSATIONS; i++) {
        issue_plain(&a, of_conversations[i]);
        ck_rc(&a, AP_CONV_BUSY, 0);
    }
    ck_ok(a_wait(&b, 10, AP_NO, AP_LL), &b);
    ck_ok(a_confirmed(&b), &b);
    ck_assert_int_eq(eventfd_read(done, &n), 0);
    DONE(&a, v.h);
    ck_rc(&a, AP_OK, 0);
    ends_close(&a, &b);
    close(event);
    close(done);
}
END_TEST

/* A receive that is posted ends when something else ends it. */
START_TEST(receive_cancelled)
{
    event = eventfd(0, EFD_CLOEXEC);
    ends_open(&a, &b, _i, AP_NONE);
    union block v;
    fill(&b, AP_M_RECEIVE_AND_POST, &v);
    APPC(&v);
    ck_assert_uint_eq(v.h.primary_rc, AP_OK);
    ck_ok(a_error(&b, AP_PROG, AP_RCV_DIR_ERROR), &b);
    WAIT_FOR(told());
    DONE(&b, v.h);
    ck_rc(&b, AP_CANCELED, 0);
    ends_close(&a, &b);
    close(event);
}
END_TEST

/* What has nothing to complain of, and what has nothing to give, in both forms. */
START_TEST(well)
{
    union block v;
    ends_open(&a, &b, _i, AP_NONE);
    issue_plain(&a, AP_M_GET_ATTRIBUTES);
    ck_rc(&a, AP_OK, 0);
    issue_plain(&a, AP_M_RECEIVE_LOG_DATA);
    ck_rc(&a, AP_OK, 0);
    issue_plain(&b, AP_M_RECEIVE_IMMEDIATE);
    ck_rc(&b, AP_UNSUCCESSFUL, 0);
    ck_ok(a_send(&a, "\0\2", 2, AP_SEND_DATA_FLUSH), &a);
    WAIT_FOR((issue_plain(&b, AP_M_RECEIVE_IMMEDIATE), b.primary == AP_OK));
    ck_ok(a_rts(&b), &b);
    WAIT_FOR(a_test_rts(&a) == AP_OK);
    memset(&v, 0, sizeof v);
    v.h.opcode = AP_SET_TP_PROPERTIES;
    IDS(&a, v.ids);
    issue(&a, &v);
    ck_rc(&a, AP_OK, 0);
    struct allocate w = a_wish(&a, AP_NONE);
    struct send_conversation c = whole_of(&w);
    APPC(&c);
    DONE(&a, c);
    ck_rc(&a, AP_OK, 0);
    struct end third = {.mapped = _i};
    ck_ok(a_receive_allocate(&third, "BYHAND"), &third); /* its Attach would wait for the next test */
    ck_ok(a_ended(&third, AP_HARD), &third);
    ends_close(&a, &b);
}
END_TEST

static void *waits(void *arg)
{
    a_wait(arg, 10, AP_NO, 0);
    return NULL;
}

static void *ends_softly(void *arg)
{
    struct end *e = arg;
    ck_ok(a_ended(e, AP_SOFT), e);
    return NULL;
}

/* TP_ENDED waits until no verb of the TP is under way. */
START_TEST(tp_busy)
{
    static const unsigned short verbs[] = {AP_GET_TP_PROPERTIES, AP_SET_TP_PROPERTIES, AP_TP_ENDED};
    static struct end ending, third;
    pthread_t t[2];
    ends_open(&a, &b, true, AP_NONE);
    pthread_create(&t[0], NULL, waits, &b);
    WAIT_FOR((third = b, a_flush(&third)) == AP_CONV_BUSY);
    ending = b;
    pthread_create(&t[1], NULL, ends_softly, &ending);
    WAIT_FOR((third = b, a_flush(&third)) == AP_TP_BUSY);
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        struct {
            struct tp_ended v;
            unsigned char more[200];
        } u = {.v = {.opcode = verbs[i]}};
        memcpy(u.v.tp_id, b.tp_id, 8);
        APPC(&u);
        ck_assert_uint_eq(u.v.primary_rc, AP_TP_BUSY);
    }
    ck_ok(a_send(&a, "x", 1, AP_SEND_DATA_FLUSH), &a);
    pthread_join(t[0], NULL);
    pthread_join(t[1], NULL);
    ck_ok(a_ended(&a, AP_HARD), &a);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("APPC answers");
    TCase *tc = tcase_create("answers");
    tcase_add_loop_test(tc, reported, 0, 2 * REPORTERS);
    tcase_add_loop_test(tc, deallocated, 0, 2);
    tcase_add_loop_test(tc, node_abends, 0, 2 * REPORTERS);
    tcase_add_loop_test(tc, parameters_refused, 0, 2);
    tcase_add_loop_test(tc, direction, 0, 2);
    tcase_add_loop_test(tc, states_refused, 0, 2);
    tcase_add_loop_test(tc, wishes_refused, 0, 4);
    tcase_add_loop_test(tc, conversation_busy, 0, 2);
    tcase_add_loop_test(tc, receive_cancelled, 0, 2);
    tcase_add_loop_test(tc, well, 0, 2);
    tcase_add_test(tc, tp_busy);
    suite_add_tcase(suite, tc);
    return harness_main(suite);
}
