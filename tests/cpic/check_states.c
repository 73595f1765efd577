/* check_states.c - the states of conversations [HIS: CPI-C Calls; C3] through the library: every call with
 * every qualifier in every state.  states.def has the expected results. */
#include <stdio.h>

#include "tests/cpic/harness.h"

enum { I, S, SP, R, C, CS, CD, STATES };
static const CM_INT32 number[STATES] = {
    [I] = CM_INITIALIZE_STATE,
    [S] = CM_SEND_STATE,
    [SP] = CM_SEND_PENDING_STATE,
    [R] = CM_RECEIVE_STATE,
    [C] = CM_CONFIRM_STATE,
    [CS] = CM_CONFIRM_SEND_STATE,
    [CD] = CM_CONFIRM_DEALLOCATE_STATE,
};
static const char *const names[STATES] = {"I", "S", "SP", "R", "C", "CS", "CD"};

struct row {
    CM_INT32 (*call)(struct side *s);
    void (*how)(struct side *s);
    CM_INT32 sync;
    const char *cell[STATES];
};

/* ---- calls ---- */

static const unsigned char record[6] = {0, 6, 'w', 'x', 'y', 'z'};

static CM_INT32 send_record(struct side *s)
{
    return s_send(s, record, sizeof record);
}

static CM_INT32 receive(struct side *s)
{
    return s_rcv(s, 100);
}

static void as_is(struct side *s)
{
    (void)s;
}
static void deal_flush(struct side *s)
{
    SET(cmsdt, s, CM_DEALLOCATE_FLUSH);
}
static void deal_confirm(struct side *s)
{
    SET(cmsdt, s, CM_DEALLOCATE_CONFIRM);
}
static void deal_abend(struct side *s)
{
    SET(cmsdt, s, CM_DEALLOCATE_ABEND);
}
static void ptr_flush(struct side *s)
{
    SET(cmsptr, s, CM_PREP_TO_RECEIVE_FLUSH);
}
static void ptr_confirm(struct side *s)
{
    SET(cmsptr, s, CM_PREP_TO_RECEIVE_CONFIRM);
}
static void immediate(struct side *s)
{
    SET(cmsrt, s, CM_RECEIVE_IMMEDIATE);
}
static void and_flush(struct side *s)
{
    SET(cmsst, s, CM_SEND_AND_FLUSH);
}
static void and_confirm(struct side *s)
{
    SET(cmsst, s, CM_SEND_AND_CONFIRM);
}
static void and_deal(struct side *s)
{
    SET(cmsst, s, CM_SEND_AND_DEALLOCATE);
}
static void and_ptr(struct side *s)
{
    SET(cmsst, s, CM_SEND_AND_PREP_TO_RECEIVE);
}

static void and_ptr_flush(struct side *s)
{
    and_ptr(s);
    ptr_flush(s);
}

static void and_abend(struct side *s)
{
    and_deal(s);
    deal_abend(s);
}

static void and_deal_flush(struct side *s)
{
    and_deal(s);
    deal_flush(s);
}

#define NUMBER_CALL(call, value)                                                                             \
    static CM_INT32 run_##call(struct side *s)                                                               \
    {                                                                                                        \
        return SET_RC(call, s, value);                                                                       \
    }
#define TEXT_CALL(call, text)                                                                                \
    static CM_INT32 run_##call(struct side *s)                                                               \
    {                                                                                                        \
        return SET_TEXT_RC(call, s, text);                                                                   \
    }
NUMBER_CALL(cmsct, CM_MAPPED_CONVERSATION)
NUMBER_CALL(cmscst, CM_SECURITY_PROGRAM)
NUMBER_CALL(cmsrc, CM_IMMEDIATE)
NUMBER_CALL(cmssl, CM_CONFIRM)
TEXT_CALL(cmsmn, "RU256")
TEXT_CALL(cmspln, "LULOCAL")
TEXT_CALL(cmstpn, "ELSE")
TEXT_CALL(cmscsu, "Joe")
TEXT_CALL(cmscsp, "Secret")
NUMBER_CALL(cmsdt, CM_DEALLOCATE_FLUSH)
NUMBER_CALL(cmsed, CM_SEND_ERROR)
NUMBER_CALL(cmsf, CM_FILL_BUFFER)
TEXT_CALL(cmsld, "what went wrong")
NUMBER_CALL(cmsptr, CM_PREP_TO_RECEIVE_FLUSH)
NUMBER_CALL(cmspm, CM_NON_BLOCKING)
NUMBER_CALL(cmsrt, CM_RECEIVE_IMMEDIATE)
NUMBER_CALL(cmsst, CM_SEND_AND_FLUSH)

static void with_security(struct side *s)
{
    if (s_state(s) == CM_INITIALIZE_STATE)
        SET(cmscst, s, CM_SECURITY_PROGRAM);
}

#define NUMBER_OUT(call)                                                                                     \
    static CM_INT32 run_##call(struct side *s)                                                               \
    {                                                                                                        \
        CM_INT32 value = -1, rc = -1;                                                                        \
        call(s->id, &value, &rc);                                                                            \
        return rc;                                                                                           \
    }
#define TEXT_OUT(call)                                                                                       \
    static CM_INT32 run_##call(struct side *s)                                                               \
    {                                                                                                        \
        unsigned char text[64];                                                                              \
        CM_INT32 n = -1, rc = -1;                                                                            \
        call(s->id, text, &n, &rc);                                                                          \
        return rc;                                                                                           \
    }
NUMBER_OUT(cmecs)
NUMBER_OUT(cmect)
NUMBER_OUT(cmesl)
NUMBER_OUT(xcecst)
TEXT_OUT(cmemn)
TEXT_OUT(cmepln)
TEXT_OUT(cmetpn)
TEXT_OUT(cmecsu)

#define CONFIRM CM_CONFIRM
#define NONE    CM_NONE

/* The calls for which the harness is enough. */
#define run_cmallc s_alloc
#define run_cmcanc s_cancel
#define run_cmcfm  s_confirm
#define run_cmcfmd s_confirmed
#define run_cmdeal s_deal
#define run_cmflus s_flush
#define run_cmptr  s_ptr
#define run_cmrcv  receive
#define run_cmrts  s_rts
#define run_cmsend send_record
#define run_cmserr s_error
#define run_cmtrts s_test

#define STATE(call, how, sync, text, ...) {run_##call, how, sync, {__VA_ARGS__}},
static const struct row rows[] = {
#include "tests/cpic/states.def"
};
#define ROWS (int)(sizeof rows / sizeof *rows)

static CM_INT32 named_state(const char *cell, CM_INT32 now)
{
    if (strcmp(cell, "=") == 0)
        return now;
    if (strcmp(cell, "T") == 0)
        return -1;
    for (int i = 0; i < STATES; i++)
        if (strcmp(cell, names[i]) == 0)
            return number[i];
    ck_abort_msg("cell %s", cell);
    return 0;
}

/* The partner takes what has come up to the request for confirmation, and confirms. */
static void partner_confirms(struct side *peer)
{
    do
        ck_assert_rc(s_rcv(peer, 100), CM_OK);
    while (peer->status == CM_NO_STATUS_RECEIVED);
    ck_assert_rc(s_confirmed(peer), CM_OK);
}

/* In these states the partner's own call is still incomplete, and so is not to be waited for. */
static bool peer_waits(int state)
{
    return state == C || state == CS || state == CD;
}

static void check_cell(const struct row *row, int state, struct how h)
{
    static struct pair p;
    struct side *peer, *me = side_in(&p, number[state], h, &peer);
    const char *cell = row->cell[state];
    row->how(me);
    CM_INT32 before = s_state(me);
    if (row->call == run_cmspm) {
        ck_assert_rc(row->call(me), CM_OK);
    } else if (strcmp(cell, "SC") == 0 || strcmp(cell, "PC") == 0) {
        ck_assert_rc(row->call(me), cell[0] == 'S' ? SC : PC);
        ck_assert_state(me, before);
    } else if (cell[0] == '+') {
        SET(cmspm, me, CM_NON_BLOCKING);
        ck_assert_rc(row->call(me), OI);
        ck_assert_state(me, before);
        partner_confirms(peer);
        ck_assert_rc(s_wait(me), CM_OK);
        ck_assert_state(me, named_state(cell + 1, before));
    } else if (cell[0] == 'r') {
        SET(cmspm, me, CM_NON_BLOCKING);
        ck_assert_rc(row->call(me), OI);
    } else if (cell[0] == 'u') {
        ck_assert_rc(row->call(me), CM_UNSUCCESSFUL);
        ck_assert_state(me, before);
    } else {
        ck_assert_rc(row->call(me), CM_OK);
        ck_assert_state(me, named_state(cell, before));
    }
    if (peer_waits(state) && row->call == s_cancel)
        ck_assert_rc(s_wait(&p.a), CM_DEALLOCATED_ABEND_SVC);
    pair_close(&p);
}

START_TEST(cell_mapped)
{
    const struct row *row = &rows[_i / STATES];
    struct how h = {CM_MAPPED_CONVERSATION, row->sync, NULL};
    if (row->cell[_i % STATES][0] && row->call != run_cmsf && row->call != run_cmsld)
        check_cell(row, _i % STATES, h);
}
END_TEST

START_TEST(cell_basic)
{
    const struct row *row = &rows[_i / STATES];
    struct how h = {CM_BASIC_CONVERSATION, row->sync, NULL};
    if (row->cell[_i % STATES][0])
        check_cell(row, _i % STATES, h);
}
END_TEST

/* Column T: once the conversation is over, its ID is void for every call. */
START_TEST(column_reset)
{
    const struct row *row = &rows[_i];
    static struct pair p;
    struct side *peer, *me = side_in(&p, CM_SEND_STATE, MAPPED, &peer);
    SET(cmsdt, me, CM_DEALLOCATE_ABEND);
    ck_assert_rc(s_deal(me), CM_OK);
    ck_assert_rc(row->call(me), PC);
    pair_close(&p);
}
END_TEST

/* ---- in the middle of a record ---- */

struct mid_row {
    const char *name;
    void (*prepare)(struct side *s);
    CM_INT32 (*call)(struct side *s);
    CM_INT32 rc[2]; /* in S with a record open; in S and SP with one opened by the call itself (Send_Data) */
};

static const unsigned char part[6] = {0, 16, 'p', 'a', 'r', 't'};

static CM_INT32 send_nothing(struct side *s)
{
    return s_send(s, NULL, 0);
}

static CM_INT32 send_part(struct side *s)
{
    return s_send(s, part, sizeof part);
}

static const struct mid_row mids[] = {
    {"Confirm", NULL, s_confirm, {SC, -1}},
    {"Deallocate FLUSH", deal_flush, s_deal, {SC, -1}},
    {"Deallocate CONFIRM", deal_confirm, s_deal, {SC, -1}},
    {"Deallocate ABEND", deal_abend, s_deal, {OK, -1}},
    {"Flush", NULL, s_flush, {OK, -1}},
    {"PTR FLUSH", ptr_flush, s_ptr, {SC, -1}},
    {"PTR CONFIRM", ptr_confirm, s_ptr, {SC, -1}},
    {"Receive AND_WAIT", NULL, receive, {SC, -1}},
    {"Request_To_Send", NULL, s_rts, {OK, -1}},
    {"Send_Error", NULL, s_error, {OK, -1}},
    {"Cancel_Conversation", NULL, s_cancel, {OK, -1}},
    {"Send BUFFER_DATA", NULL, send_part, {OK, OK}},
    {"Send AND_FLUSH", and_flush, send_part, {OK, OK}},
    {"Send AND_CONFIRM", and_confirm, send_part, {SC, SC}},
    {"Send AND_PTR FLUSH", and_ptr_flush, send_part, {SC, SC}},
    {"Send AND_PTR", and_ptr, send_part, {SC, SC}},
    {"Send AND_DEALLOCATE FLUSH", and_deal_flush, send_part, {SC, SC}},
    {"Send AND_DEALLOCATE", and_deal, send_part, {SC, SC}},
    {"Send AND_DEALLOCATE ABEND", and_abend, send_part, {OK, OK}},
    {"Send AND_CONFIRM, length 0", and_confirm, send_nothing, {SC, -1}},
    {"Send AND_PTR, length 0", and_ptr, send_nothing, {SC, -1}},
    {"Send AND_DEALLOCATE, length 0", and_deal, send_nothing, {SC, -1}},
};
#define MIDS (int)(sizeof mids / sizeof *mids)

START_TEST(mid_record)
{
    const struct mid_row *row = &mids[_i / 3];
    static struct pair p;
    int how = _i % 3;
    struct side *peer,
        *me = side_in(&p, how == 2 ? CM_SEND_PENDING_STATE : CM_SEND_STATE, BASIC_CONFIRM, &peer);
    CM_INT32 should = row->rc[how > 0];
    if (should < 0)
        return;
    if (how == 0)
        ck_assert_rc(send_part(me), CM_OK);
    if (row->prepare)
        row->prepare(me);
    CM_INT32 before = s_state(me);
    ck_assert_rc(row->call(me), should);
    if (should == SC)
        ck_assert_state(me, before);
    pair_close(&p);
}
END_TEST

/* The rest of the record makes it whole again, in whatever pieces it comes. */
START_TEST(mid_record_ends)
{
    static struct pair p;
    static const unsigned char text[] = {0, 4, 'a', 'b', 0x80, 3, 'c', 0, 2, 0, 3, 'd'};
    struct side *peer, *me = side_in(&p, CM_SEND_STATE, BASIC, &peer);
    static const bool whole[] = {false, false, false, true,  false, false,
                                 true,  false, true,  false, false, true};
    for (size_t i = 0; i < sizeof text; i++) {
        ck_assert_rc(s_send(me, text + i, 1), CM_OK);
        SET(cmsst, me, CM_SEND_AND_PREP_TO_RECEIVE);
        if (!whole[i])
            ck_assert_rc(s_send(me, NULL, 0), SC);
        SET(cmsst, me, CM_BUFFER_DATA);
    }
    ck_assert_rc(s_deal(me), CM_OK);
    SET(cmsf, peer, CM_FILL_BUFFER);
    ck_assert_rc(s_rcv(peer, 100), CM_DEALLOCATED_NORMAL);
    ck_assert_int_eq(peer->len, sizeof text);
    ck_assert_mem_eq(peer->buf, text, sizeof text);
    pair_close(&p);
}
END_TEST

/* ---- the overlay: an operation is incomplete ---- */

struct over_row {
    CM_INT32 (*call)(struct side *s);
    CM_INT32 during_confirm, during_receive;
};

static CM_INT32 set_event(struct side *s)
{
    HANDLE h = NULL;
    CM_INT32 rc = -1;
    WinCPICSetEvent(s->id, &h, &rc);
    return rc;
}

static const struct over_row overs[] = {
    {s_alloc, ONA, ONA},     {s_confirm, ONA, ONA}, {s_confirmed, ONA, ONA}, {s_deal, ONA, SC},
    {s_flush, ONA, ONA},     {s_ptr, ONA, ONA},     {receive, ONA, ONA},     {s_rts, ONA, OK},
    {send_record, ONA, ONA}, {s_error, ONA, OK},    {set_event, ONA, ONA},   {run_cmspm, SC, SC},
    {s_test, ONA, OK},       {run_cmecs, OK, OK},   {run_cmsrt, OK, OK},     {s_cancel, OK, OK},
};
#define OVERS (int)(sizeof overs / sizeof *overs)

START_TEST(overlay)
{
    static struct pair p;
    struct side *peer, *me = side_in(&p, _i % 2 ? CM_RECEIVE_STATE : CM_SEND_STATE, MAPPED_CONFIRM, &peer);
    const struct over_row *row = &overs[_i / 2];
    SET(cmspm, me, CM_NON_BLOCKING);
    ck_assert_rc(_i % 2 ? receive(me) : s_confirm(me), OI);
    ck_assert_rc(row->call(me), _i % 2 ? row->during_receive : row->during_confirm);
    pair_close(&p);
}
END_TEST

/* Deallocate(ABEND) works over a Receive, and not over anything else [HIS: Asynchronous Call Completion]. */
START_TEST(overlay_abend)
{
    static struct pair p;
    struct side *peer, *me = side_in(&p, _i ? CM_RECEIVE_STATE : CM_SEND_STATE, MAPPED_CONFIRM, &peer);
    SET(cmspm, me, CM_NON_BLOCKING);
    SET(cmsdt, me, CM_DEALLOCATE_ABEND);
    ck_assert_rc(_i ? receive(me) : s_confirm(me), OI);
    ck_assert_rc(s_deal(me), _i ? OK : ONA);
    if (_i)
        ck_assert_rc(s_wait(me), CM_DEALLOCATED_ABEND);
    pair_close(&p);
}
END_TEST

/* ---- what a Receive with CM_OK leads to ---- */

enum status { NO_STATUS, SEND, CONF, CONF_SEND, CONF_DEAL, STATUSES };

#define RECEIVED(data, ...) [data] = {__VA_ARGS__},
static const char *const received[4][STATUSES] = {
#include "tests/cpic/states.def"
};

/* The partner, who has the turn, sends so that a Receive gives this data and this status. */
static void partner_sends(struct side *peer, CM_INT32 data, enum status st)
{
    static const unsigned char rec[10] = {0, 10, '1', '2', '3', '4', '5', '6', '7', '8'};
    SET(cmspm, peer, CM_NON_BLOCKING);
    if (data != CM_NO_DATA_RECEIVED)
        ck_assert_rc(s_send(peer, rec, sizeof rec), CM_OK);
    switch (st) {
    case NO_STATUS:
        ck_assert_rc(s_flush(peer), CM_OK);
        break;
    case SEND:
        SET(cmsptr, peer, CM_PREP_TO_RECEIVE_FLUSH);
        ck_assert_rc(s_ptr(peer), CM_OK);
        break;
    case CONF:
        ck_assert_rc(s_confirm(peer), OI);
        break;
    case CONF_SEND:
        ck_assert_rc(s_ptr(peer), OI);
        break;
    default:
        ck_assert_rc(s_deal(peer), OI);
    }
}

/* ME, in START, has begun to receive when the partner sends; from S and SP the turn has to reach it first. */
static void receive_cell(CM_INT32 start, CM_INT32 data, enum status st, CM_INT32 type)
{
    static struct pair p;
    struct side *peer, *me = side_in(&p, start, (struct how){type, CM_CONFIRM, NULL}, &peer);
    CM_INT32 want = data == CM_INCOMPLETE_DATA_RECEIVED ? 4 : 100;
    if (data == CM_DATA_RECEIVED) {
        SET(cmsf, me, CM_FILL_BUFFER);
        want = st == NO_STATUS ? 10 : 100;
    }
    SET(cmspm, me, CM_NON_BLOCKING);
    if (start == CM_RECEIVE_STATE) {
        partner_sends(peer, data, st);
        ck_assert_rc(s_rcv(me, want), CM_OK);
    } else {
        ck_assert_rc(s_rcv(me, want), OI);
        ck_assert_rc(s_rcv(peer, 100), CM_OK);
        ck_assert_got(peer, CM_NO_DATA_RECEIVED, 0, CM_SEND_RECEIVED);
        partner_sends(peer, data, st);
        ck_assert_rc(s_wait(me), CM_OK);
    }
    ck_assert_int_eq(me->data, data);
    ck_assert_int_eq(me->status, (int)st);
    if (data != CM_NO_DATA_RECEIVED)
        ck_assert_int_eq(me->len, want < 10 ? want : 10);
    ck_assert_state(me, named_state(received[data][st], 0));
    pair_close(&p);
}

static const CM_INT32 receive_starts[] = {CM_RECEIVE_STATE, CM_SEND_STATE, CM_SEND_PENDING_STATE};

START_TEST(receive_next_state)
{
    CM_INT32 data = _i / STATUSES % 4, start = receive_starts[_i / STATUSES / 4];
    enum status st = (enum status)(_i % STATUSES);
    if (!received[data][st][0])
        return;
    receive_cell(start, data, st, CM_BASIC_CONVERSATION);
    if (data != CM_DATA_RECEIVED)
        receive_cell(start, data, st, CM_MAPPED_CONVERSATION);
}
END_TEST

/* An INCOMPLETE record's status comes with its last piece. */
START_TEST(incomplete_never_carries_status)
{
    static struct pair p;
    struct side *peer, *me = side_in(&p, CM_RECEIVE_STATE, MAPPED_CONFIRM, &peer);
    partner_sends(peer, CM_COMPLETE_DATA_RECEIVED, (enum status)_i);
    for (int i = 0; i < 3; i++) {
        ck_assert_rc(s_rcv(me, 3), CM_OK);
        ck_assert_got(me, CM_INCOMPLETE_DATA_RECEIVED, 3, CM_NO_STATUS_RECEIVED);
        ck_assert_state(me, CM_RECEIVE_STATE);
    }
    ck_assert_rc(s_rcv(me, 3), CM_OK);
    ck_assert_got(me, CM_COMPLETE_DATA_RECEIVED, 1, _i);
    ck_assert_state(me, named_state(received[CM_COMPLETE_DATA_RECEIVED][_i], 0));
    pair_close(&p);
}
END_TEST

/* ---- Receive with other return codes ---- */

struct other_row {
    uint32_t sense;
    bool reject, last;
    CM_INT32 rc;
};

static const struct other_row others[] = {
    {0x08890000, false, false, CM_PROGRAM_ERROR_NO_TRUNC},
    {0x08890000, true, false, CM_PROGRAM_ERROR_PURGING},
    {0x08890001, false, false, CM_PROGRAM_ERROR_TRUNC},
    {0x08890100, false, false, CM_SVC_ERROR_NO_TRUNC},
    {0x08890100, true, false, CM_SVC_ERROR_PURGING},
    {0x08890101, false, false, CM_SVC_ERROR_TRUNC},
    {0x08640000, false, true, CM_DEALLOCATED_ABEND},
    {0x08640001, false, true, CM_DEALLOCATED_ABEND_SVC},
    {0x08640002, false, true, CM_DEALLOCATED_ABEND_TIMER},
    {0x10086034, true, true, CM_CONVERSATION_TYPE_MISMATCH},
    {0x10086032, true, true, CM_PIP_NOT_SPECIFIED_CORRECTLY},
    {0x080F6051, true, true, CM_SECURITY_NOT_VALID},
    {0x10086041, true, true, CM_SYNC_LVL_NOT_SUPPORTED_PGM},
    {0x10086021, true, true, CM_TPN_NOT_RECOGNIZED},
    {0x084C0000, true, true, CM_TP_NOT_AVAILABLE_NO_RETRY},
    {0x084B6031, true, true, CM_TP_NOT_AVAILABLE_RETRY},
    {0x1008600B, true, true, CM_RESOURCE_FAILURE_NO_RETRY},
};
#define OTHERS (int)(sizeof others / sizeof *others)

static CM_INT32 state_after(CM_INT32 rc, CM_INT32 before)
{
#define AFTER(code, state)                                                                                   \
    if (rc == code)                                                                                          \
        return named_state(state, before);
#include "tests/cpic/states.def"
    return before;
}

START_TEST(receive_other_rc)
{
    static struct pair p;
    const struct other_row *row = &others[_i % OTHERS];
    CM_INT32 start = receive_starts[_i / OTHERS];
    if (start != CM_RECEIVE_STATE && !row->reject) /* an error of a partner that has not the turn */
        NOT_OVER_LINK(RAW_FRAMES);
    pair_open(&p, BASIC);
    int fd = puppet(&p.b);
    if (start != CM_SEND_STATE)
        ck_assert_rc(s_ptr(&p.a), CM_OK);
    if (start == CM_SEND_PENDING_STATE) {
        puppet_data(fd, record, sizeof record, true);
        ck_assert_rc(s_rcv(&p.a, 100), CM_OK);
    }
    ck_assert_state(&p.a, start);
    puppet_say(fd, row->sense, false, row->reject, row->last);
    ck_assert_rc(s_rcv(&p.a, 100), row->rc);
    ck_assert_state(&p.a, state_after(row->rc, start));
    pair_close(&p);
}
END_TEST

START_TEST(receive_checks_keep_state)
{
    static struct pair p;
    struct side *peer, *me = side_in(&p, CM_RECEIVE_STATE, MAPPED, &peer);
    ck_assert_rc(s_rcv(me, 32768), PC);
    ck_assert_rc(s_rcv(me, -1), PC);
    ck_assert_state(me, CM_RECEIVE_STATE);
    SET(cmsrt, me, CM_RECEIVE_IMMEDIATE);
    ck_assert_rc(s_rcv(me, 10), CM_UNSUCCESSFUL);
    ck_assert_state(me, CM_RECEIVE_STATE);
    ck_assert_rc(s_deal(peer), CM_OK);
    ck_assert_rc(s_rcv(me, 10), CM_DEALLOCATED_NORMAL);
    ck_assert_state(me, -1);
    pair_close(&p);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("CPI-C states");
    TCase *t = tcase_create("calls");
    tcase_add_loop_test(t, cell_mapped, 0, ROWS * STATES);
    tcase_add_loop_test(t, cell_basic, 0, ROWS * STATES);
    tcase_add_loop_test(t, column_reset, 0, ROWS);
    suite_add_tcase(s, t);
    t = tcase_create("mid-record");
    tcase_add_loop_test(t, mid_record, 0, MIDS * 3);
    tcase_add_test(t, mid_record_ends);
    suite_add_tcase(s, t);
    t = tcase_create("overlay");
    tcase_add_loop_test(t, overlay, 0, OVERS * 2);
    tcase_add_loop_test(t, overlay_abend, 0, 2);
    suite_add_tcase(s, t);
    t = tcase_create("receive");
    tcase_add_loop_test(t, receive_next_state, 0, 3 * 4 * STATUSES);
    tcase_add_loop_test(t, incomplete_never_carries_status, 1, STATUSES);
    tcase_add_loop_test(t, receive_other_rc, 0, OTHERS * 3);
    tcase_add_test(t, receive_checks_keep_state);
    suite_add_tcase(s, t);
    return s;
}

NO_LEAK_SEARCH

int main(void)
{
    return harness_main(suite());
}
