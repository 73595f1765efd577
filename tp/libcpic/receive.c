/* Receive [HIS: Receive]. */
#include "tp/libcpic/face.h"
#include "tp/conv/receiving.h"

static enum record_form form_of(struct conv *c)
{
    if (c->attach.type == CM_MAPPED_CONVERSATION)
        return RECORD_MAPPED;
    return cpic_of(c)->modes.fill == CM_FILL_BUFFER ? RECORD_STREAM : RECORD_LL;
}

CM_ENTRY cmrcv(unsigned char *conversation_ID, unsigned char *buffer, CM_INT32 *requested_length,
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
    if (form_of(c) == RECORD_MAPPED && face_at_once() &&
        receiving_whole(c, buffer, (size_t)*requested_length, &got)) {
        bool ok = face_done(c, request_to_send_received, return_code);
        *received_length = ok ? (CM_INT32)got : 0;
        if (ok) {
            *data_received = CM_COMPLETE_DATA_RECEIVED;
            *status_received = CM_NO_STATUS_RECEIVED;
        }
        return;
    }
    struct op op = receiving(form_of(c), immediate, buffer, (size_t)*requested_length);
    op.to[TO_DATA] = data_received;
    op.to[TO_LENGTH] = received_length;
    op.to[TO_STATUS] = status_received;
    op.to[TO_RTS] = request_to_send_received;
    face_run(c, &op, conversation_ID, return_code);
}
