/* Send_Error, Request_To_Send and Test_Request_To_Send_Received: what may come over an incomplete Receive. */
#include "tp/conv/async.h"
#include "tp/libcpic/face.h"
#include "tp/conv/half.h"
#include "tp/conv/interrupt.h"

/* While a Receive is incomplete: the error is sent, and the Receive ends with CM_UNSUCCESSFUL.  CPI-C has no
 * code for it [C11]; this one says what is so: nothing was received, and the state is not the Receive's
 * doing.  CM_PROGRAM_ERROR_PURGING would say that the partner sent an error, and that we are in RECEIVE. */
static void error_over(struct conv *c, struct op *op, CM_INT32 *return_code)
{
    op->face = &face_of_cpic;
    *return_code = rc_of(interrupt_error_over(c, op));
    async_leave_over(c, true);
}

CM_ENTRY cmserr(unsigned char *conversation_ID, CM_INT32 *request_to_send_received, CM_INT32 *return_code)
{
    bool over;
    struct conv *c = face_enter_over(conversation_ID, return_code, &over);
    if (!c)
        return;
    struct op op = interrupt_error(cpic_of(c)->modes.error_direction == CM_RECEIVE_ERROR);
    op.to[TO_RTS] = request_to_send_received;
    if (over && request_to_send_received) {
        error_over(c, &op, return_code);
        return;
    }
    CM_INT32 bad =
        request_to_send_received ? rc_of(op_check(c, VERB_SEND_ERROR)) : CM_PROGRAM_PARAMETER_CHECK;
    if (bad) {
        *return_code = bad;
        async_leave_over(c, over);
        return;
    }
    face_run(c, &op, conversation_ID, return_code);
}

/* ---- Request_To_Send ---- */

CM_ENTRY cmrts(unsigned char *conversation_ID, CM_INT32 *return_code)
{
    bool over;
    struct conv *c = face_enter_over(conversation_ID, return_code, &over);
    if (!c)
        return;
    struct op op = interrupt_signal();
    if (op_check(c, VERB_REQUEST_TO_SEND) != OUTCOME_OK) {
        *return_code = CM_PROGRAM_STATE_CHECK;
        async_leave_over(c, over);
    } else if (over) {
        interrupt_signal_over(c);
        *return_code = CM_OK;
        async_leave_over(c, over);
    } else {
        face_run(c, &op, conversation_ID, return_code);
    }
}

CM_ENTRY cmtrts(unsigned char *conversation_ID, CM_INT32 *request_to_send_received, CM_INT32 *return_code)
{
    bool over;
    struct conv *c = face_enter_over(conversation_ID, return_code, &over);
    if (!c)
        return;
    if (!request_to_send_received) {
        *return_code = CM_PROGRAM_PARAMETER_CHECK;
    } else if (op_check(c, VERB_TEST_RTS) != OUTCOME_OK) {
        *return_code = CM_PROGRAM_STATE_CHECK;
    } else {
        half_ahead(c);
        face_report_rts(c, request_to_send_received);
        *return_code = CM_OK;
        if (over) /* what was read ahead may be what the Receive waits for, and its socket is silent now */
            async_carry_on(c);
    }
    async_leave_over(c, over);
}
