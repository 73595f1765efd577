/* Receive [HIS: Receive]. */
#include "tp/libcpic/face.h"
#include "tp/conv/receiving.h"

static enum record_form form_of(struct conv *c)
{
    if (c->attach.type == CM_MAPPED_CONVERSATION)
        return RECORD_MAPPED;
    return cpic_of(c)->modes.fill == CM_FILL_BUFFER ? RECORD_STREAM : RECORD_LL;
}

/* What the program gets, and from where. */
struct receive_args {
    unsigned char *id, *buffer;
    CM_INT32 *data, *length, *status, *rts, *rc;
    size_t want;
    bool immediate;
};

static OUT_OF_LINE void receive_by_op(struct conv *c, const struct receive_args *a)
{
    struct op op = receiving(form_of(c), a->immediate, a->buffer, a->want);
    op.to[TO_DATA] = a->data;
    op.to[TO_LENGTH] = a->length;
    op.to[TO_STATUS] = a->status;
    op.to[TO_RTS] = a->rts;
    face_run(c, &op, a->id, a->rc);
}

FLAT CM_ENTRY cmrcv(unsigned char *conversation_ID, unsigned char *buffer, CM_INT32 *requested_length,
                    CM_INT32 *data_received, CM_INT32 *received_length, CM_INT32 *status_received,
                    CM_INT32 *request_to_send_received, CM_INT32 *return_code)
{
    struct conv *c = face_enter(conversation_ID, return_code);
    if (!c)
        return;
    if (!requested_length || !data_received || !received_length || !status_received ||
        !request_to_send_received || (!buffer && *requested_length != 0)) {
        face_refuse(c, CM_PROGRAM_PARAMETER_CHECK, return_code);
        return;
    }
    bool immediate = cpic_of(c)->modes.receive_type == CM_RECEIVE_IMMEDIATE;
    CM_INT32 bad = rc_of(op_check(c, immediate ? VERB_RECEIVE_IMMEDIATE : VERB_RECEIVE_WAIT));
    if (!bad && (*requested_length < 0 || *requested_length > BUFFER_MAX))
        bad = CM_PROGRAM_PARAMETER_CHECK;
    if (bad) {
        face_refuse(c, bad, return_code);
        return;
    }
    size_t got;
    enum rcv_status status;
    if (form_of(c) == RECORD_MAPPED && face_at_once() &&
        receiving_at_once(c, !immediate && face_waits(c), buffer, (size_t)*requested_length, &got, &status)) {
        bool ok = face_done(c, request_to_send_received, return_code);
        *received_length = ok ? (CM_INT32)got : 0;
        if (ok) {
            *data_received = CM_COMPLETE_DATA_RECEIVED;
            *status_received = (CM_INT32)status;
        }
        return;
    }
    struct receive_args args = {.id = conversation_ID,
                                .buffer = buffer,
                                .data = data_received,
                                .length = received_length,
                                .status = status_received,
                                .rts = request_to_send_received,
                                .rc = return_code,
                                .want = (size_t)*requested_length,
                                .immediate = immediate};
    receive_by_op(c, &args);
}
