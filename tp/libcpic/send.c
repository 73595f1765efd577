/* The calls of the side that has the right to send, and Confirmed. */
#include "snanode/wire/sense.h"
#include "tp/libcpic/face.h"
#include "tp/conv/async.h"
#include "tp/conv/failure.h"
#include "tp/conv/sending.h"
#include "tp/conv/state.h"

/* ---- types: what a call's type means for this conversation ---- */

static bool deallocates_with_confirm(struct conv *c)
{
    return cpic_of(c)->modes.deallocate_type == CM_DEALLOCATE_CONFIRM ||
           (cpic_of(c)->modes.deallocate_type == CM_DEALLOCATE_SYNC_LEVEL &&
            c->attach.sync_level == CM_CONFIRM);
}

static bool prepares_with_confirm(struct conv *c)
{
    return cpic_of(c)->modes.prepare_type == CM_PREP_TO_RECEIVE_CONFIRM ||
           (cpic_of(c)->modes.prepare_type == CM_PREP_TO_RECEIVE_SYNC_LEVEL &&
            c->attach.sync_level == CM_CONFIRM);
}

static enum verb deallocate_verb(struct conv *c)
{
    if (cpic_of(c)->modes.deallocate_type == CM_DEALLOCATE_ABEND)
        return VERB_DEALLOCATE_ABEND;
    return deallocates_with_confirm(c) ? VERB_DEALLOCATE_CONFIRM : VERB_DEALLOCATE_FLUSH;
}

/* ---- the calls ---- */

CM_ENTRY cmflus(unsigned char *conversation_ID, CM_INT32 *return_code)
{
    struct conv *c = face_enter(conversation_ID, return_code);
    if (!c)
        return;
    if (op_check(c, VERB_FLUSH) != OUTCOME_OK) {
        face_refuse(c, CM_PROGRAM_STATE_CHECK, return_code);
        return;
    }
    struct op op = sending_end(CHAIN_FLUSH);
    face_run(c, &op, conversation_ID, return_code);
}

CM_ENTRY cmcfm(unsigned char *conversation_ID, CM_INT32 *request_to_send_received, CM_INT32 *return_code)
{
    struct conv *c = face_enter(conversation_ID, return_code);
    if (!c)
        return;
    CM_INT32 bad = rc_of(op_check(c, VERB_CONFIRM));
    /* With sync level NONE a Confirm is wrong in itself, whatever the state [HIS: Confirm]. */
    if (!request_to_send_received || c->attach.sync_level == CM_NONE)
        bad = CM_PROGRAM_PARAMETER_CHECK;
    if (bad) {
        face_refuse(c, bad, return_code);
        return;
    }
    struct op op = sending_end(CHAIN_CONFIRM);
    op.to[TO_RTS] = request_to_send_received;
    face_run(c, &op, conversation_ID, return_code);
}

CM_ENTRY cmptr(unsigned char *conversation_ID, CM_INT32 *return_code)
{
    struct conv *c = face_enter(conversation_ID, return_code);
    if (!c)
        return;
    bool confirm = prepares_with_confirm(c);
    if (op_check(c, confirm ? VERB_PREPARE_CONFIRM : VERB_PREPARE_FLUSH) != OUTCOME_OK) {
        face_refuse(c, CM_PROGRAM_STATE_CHECK, return_code);
        return;
    }
    struct op op = sending_end(confirm ? CHAIN_CONFIRM_TURN : CHAIN_TURN);
    face_run(c, &op, conversation_ID, return_code);
}

/* Deallocate(ABEND) may overtake an incomplete Receive, which then ends as if it had been cancelled. */
static void deallocate_over(struct conv *c, CM_INT32 *return_code)
{
    if (cpic_of(c)->modes.deallocate_type != CM_DEALLOCATE_ABEND) {
        *return_code = CM_PROGRAM_STATE_CHECK;
    } else {
        sending_abend_over(c, SENSE_ABEND_PROG);
        *return_code = CM_OK;
    }
    async_leave_over(c, true);
}

CM_ENTRY cmdeal(unsigned char *conversation_ID, CM_INT32 *return_code)
{
    bool over;
    struct conv *c = face_enter_over(conversation_ID, return_code, &over);
    if (!c)
        return;
    if (over) {
        deallocate_over(c, return_code);
        return;
    }
    enum verb v = deallocate_verb(c);
    if (op_check(c, v) != OUTCOME_OK) {
        face_refuse(c, CM_PROGRAM_STATE_CHECK, return_code);
        return;
    }
    struct op op = sending_end(v == VERB_DEALLOCATE_CONFIRM ? CHAIN_CONFIRM_DEALLOCATE : CHAIN_DEALLOCATE);
    if (v == VERB_DEALLOCATE_ABEND)
        op = sending_abend();
    else
        conv_set_log(c, NULL, 0);
    face_run(c, &op, conversation_ID, return_code);
}

CM_ENTRY cmcfmd(unsigned char *conversation_ID, CM_INT32 *return_code)
{
    struct conv *c = face_enter(conversation_ID, return_code);
    if (!c)
        return;
    if (op_check(c, VERB_CONFIRMED) != OUTCOME_OK) {
        face_refuse(c, CM_PROGRAM_STATE_CHECK, return_code);
        return;
    }
    struct op op = sending_confirmed(c);
    face_run(c, &op, conversation_ID, return_code);
}

static const enum verb send_verbs[] = {
    [CM_BUFFER_DATA] = VERB_SEND,
    [CM_SEND_AND_FLUSH] = VERB_SEND_FLUSH,
    [CM_SEND_AND_CONFIRM] = VERB_SEND_CONFIRM,
    [CM_SEND_AND_PREP_TO_RECEIVE] = VERB_SEND_PREPARE,
    [CM_SEND_AND_DEALLOCATE] = VERB_SEND_DEALLOCATE,
};

static enum verb send_verb(struct conv *c)
{
    enum verb v = send_verbs[cpic_of(c)->modes.send_type];
    if (v == VERB_SEND_DEALLOCATE && cpic_of(c)->modes.deallocate_type == CM_DEALLOCATE_ABEND)
        return VERB_SEND_DEALLOCATE_ABEND;
    return v;
}

static enum chain_end send_end(struct conv *c, enum verb v)
{
    if (v == VERB_SEND)
        return CHAIN_MORE;
    switch (v) {
    case VERB_SEND_FLUSH:
    case VERB_SEND_DEALLOCATE_ABEND:
        return CHAIN_FLUSH;
    case VERB_SEND_CONFIRM:
        return CHAIN_CONFIRM;
    case VERB_SEND_PREPARE:
        return prepares_with_confirm(c) ? CHAIN_CONFIRM_TURN : CHAIN_TURN;
    case VERB_SEND_DEALLOCATE:
        return deallocates_with_confirm(c) ? CHAIN_CONFIRM_DEALLOCATE : CHAIN_DEALLOCATE;
    default:
        return CHAIN_MORE;
    }
}

/* Where basic data leave the record. */
static OUT_OF_LINE CM_INT32 check_records(enum verb v, enum conv_state s, const unsigned char *buffer,
                                          CM_INT32 n, struct record_out *after)
{
    if (record_out_scan(after, buffer, (size_t)n) < 0)
        return CM_PROGRAM_PARAMETER_CHECK;
    if (record_out_open(after) && verb_needs_boundary(v, s))
        return CM_PROGRAM_STATE_CHECK;
    return CM_OK;
}

/* State and range, in the order of [C62]; for basic conversations also where the data leave the record.
 * *AFTER is that place. */
static CM_INT32 check_send(struct conv *c, enum verb v, const unsigned char *buffer, CM_INT32 n,
                           struct record_out *after)
{
    enum conv_state s = (enum conv_state)c->state;
    if (verb_cell(v, s) == CELL_STATE_CHECK)
        return CM_PROGRAM_STATE_CHECK;
    if (n < 0 || n > BUFFER_MAX)
        return CM_PROGRAM_PARAMETER_CHECK;
    *after = c->half.sent;
    return c->attach.type == CM_MAPPED_CONVERSATION ? CM_OK : check_records(v, s, buffer, n, after);
}

/* Send_Data by an operation.  DATA: what is to be sent, NULL when it could not flow at once. */
static OUT_OF_LINE void send_by_op(struct conv *c, enum verb v, const struct seg *data, unsigned char *id,
                                   CM_INT32 *rts, CM_INT32 *rc)
{
    enum chain_end end = send_end(c, v);
    struct op op = data ? sending_end(end) : sending_failed(end);
    if (data) /* in its place: the pieces point into the operation */
        sending_data(&op, c->attach.type == CM_MAPPED_CONVERSATION, data->p, data->n);
    if (v == VERB_SEND_DEALLOCATE_ABEND)
        sending_then_abend(&op);
    else if (v == VERB_SEND_DEALLOCATE)
        conv_set_log(c, NULL, 0);
    op.to[TO_RTS] = rts;
    face_run(c, &op, id, rc);
}

FLAT CM_ENTRY cmsend(unsigned char *conversation_ID, unsigned char *buffer, CM_INT32 *send_length,
                     CM_INT32 *request_to_send_received, CM_INT32 *return_code)
{
    struct conv *c = face_enter(conversation_ID, return_code);
    if (!c)
        return;
    if (!send_length || !request_to_send_received || (!buffer && *send_length != 0)) {
        face_refuse(c, CM_PROGRAM_PARAMETER_CHECK, return_code);
        return;
    }
    enum verb v = send_verb(c);
    struct record_out after;
    CM_INT32 bad = check_send(c, v, buffer, *send_length, &after);
    if (bad) {
        face_refuse(c, bad, return_code);
        return;
    }
    size_t n = (size_t)*send_length;
    bool mapped = c->attach.type == CM_MAPPED_CONVERSATION, abends = v == VERB_SEND_DEALLOCATE_ABEND;
    int done =
        abends || !face_at_once() ? 0 : sending_at_once(c, mapped, buffer, n, send_end(c, v), face_waits(c));
    c->half.sent = after;
    conv_count(c, n, true, 0, false);
    if (done > 0) {
        face_done(c, request_to_send_received, return_code);
        return;
    }
    struct seg data = {buffer, n};
    send_by_op(c, v, done < 0 ? NULL : &data, conversation_ID, request_to_send_received, return_code);
}
