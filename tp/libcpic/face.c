/* What every call of a conversation does before and after its operation. */
#include "tp/libcpic/face.h"

#include <string.h>

#include "tp/conv/async.h"
#include "tp/conv/control.h"
#include "tp/conv/half.h"
#include "tp/conv/run.h"
#include "tp/libcpic/apitrace.h"
#include "tp/libcpic/hook.h"
#include "tp/libcpic/notice.h"
#include "tp/libcpic/product.h"
#include "tp/conv/state.h"
#include "tp/conv/table.h"

/* The engine's values are those of CPI-C, so characteristics are kept as the program has set them. */
_Static_assert((int)CONV_BASIC == CM_BASIC_CONVERSATION && (int)CONV_MAPPED == CM_MAPPED_CONVERSATION,
               "type");
_Static_assert((int)CONV_SYNC_NONE == CM_NONE && (int)CONV_SYNC_CONFIRM == CM_CONFIRM, "sync level");
_Static_assert((int)CONV_WHEN_ALLOCATED == CM_WHEN_SESSION_ALLOCATED && (int)CONV_IMMEDIATE == CM_IMMEDIATE,
               "return control");
_Static_assert((int)CONV_SECURITY_NONE == CM_SECURITY_NONE && (int)CONV_SECURITY_SAME == CM_SECURITY_SAME &&
                   (int)CONV_SECURITY_PROGRAM == CM_SECURITY_PROGRAM,
               "security");
_Static_assert(CONV_ID_SIZE == CM_CID_SIZE && CONV_LOG_MAX == CM_LD_SIZE, "sizes");
_Static_assert(NAME_TP_MAX == CM_TPN_SIZE && NAME_USER_MAX == CM_UID_SIZE && NAME_USER_MAX == CM_PW_SIZE &&
                   NAME_FQ_MAX == CM_PLN_SIZE && NAME_MAX8 == CM_MN_SIZE,
               "names");

/* The states are those of CPI-C too. */
_Static_assert((int)CS_INITIALIZE == CM_INITIALIZE_STATE && (int)CS_SEND == CM_SEND_STATE &&
                   (int)CS_RECEIVE == CM_RECEIVE_STATE && (int)CS_SEND_PENDING == CM_SEND_PENDING_STATE &&
                   (int)CS_CONFIRM == CM_CONFIRM_STATE && (int)CS_CONFIRM_SEND == CM_CONFIRM_SEND_STATE &&
                   (int)CS_CONFIRM_DEALLOCATE == CM_CONFIRM_DEALLOCATE_STATE,
               "states");
_Static_assert((int)RCV_NO_DATA == CM_NO_DATA_RECEIVED && (int)RCV_DATA == CM_DATA_RECEIVED &&
                   (int)RCV_COMPLETE == CM_COMPLETE_DATA_RECEIVED &&
                   (int)RCV_INCOMPLETE == CM_INCOMPLETE_DATA_RECEIVED,
               "data_received");
_Static_assert((int)RCV_NO_STATUS == CM_NO_STATUS_RECEIVED && (int)RCV_SEND == CM_SEND_RECEIVED &&
                   (int)RCV_CONFIRM == CM_CONFIRM_RECEIVED &&
                   (int)RCV_CONFIRM_SEND == CM_CONFIRM_SEND_RECEIVED &&
                   (int)RCV_CONFIRM_DEALLOCATE == CM_CONFIRM_DEALLOC_RECEIVED,
               "status_received");

static atomic_uint traced; /* conversations so far, while calls are traced */

struct conv *face_conv_new(void)
{
    struct conv *c = conv_new(sizeof(struct cpic));
    if (!c)
        return NULL;
    struct conv_attach *a = &c->attach; /* "one blank, length 1" is what a blank destination leaves */
    cpic_of(c)->event = -1;
    if (apitrace_on)
        cpic_of(c)->number = atomic_fetch_add(&traced, 1) + 1;
    strcpy(a->partner, " ");
    a->tpn[0] = ' ';
    strcpy(a->user, " ");
    strcpy(a->password, " ");
    a->tpn_n = a->user_n = a->password_n = 1;
    return c;
}

void face_forked(void)
{
    atomic_store(&traced, 0);
}

/* ---- before ---- */

struct conv *face_find(unsigned char *id, CM_INT32 *rc)
{
    struct conv *c = NULL;
    if (!rc)
        return NULL;
    if (!library_started())
        *rc = product_error_stopped();
    else if (!id || !(c = conv_get(id)))
        *rc = CM_PROGRAM_PARAMETER_CHECK;
    return c;
}

/* Another call is under way, or the ID has become void since it was looked up. */
static OUT_OF_LINE struct conv *refuse_entry(struct conv *c, CM_INT32 *rc)
{
    *rc = life_is_cancelled(c->life) ? CM_PROGRAM_PARAMETER_CHECK : CM_OPERATION_NOT_ACCEPTED;
    conv_put(c);
    return NULL;
}

struct conv *face_enter(unsigned char *id, CM_INT32 *rc)
{
    struct conv *c = face_find(id, rc);
    return !c || op_enter(c) ? c : refuse_entry(c, rc);
}

struct conv *face_enter_over(unsigned char *id, CM_INT32 *rc, bool *over)
{
    struct conv *c = face_find(id, rc);
    return !c || async_enter_over(c, over) ? c : refuse_entry(c, rc);
}

void face_refuse(struct conv *c, CM_INT32 code, CM_INT32 *rc)
{
    *rc = code;
    op_leave(c);
}

/* ---- running ---- */

void face_run_mode(struct conv *c, struct op *op, bool nonblocking, unsigned char *id_at, CM_INT32 *rc)
{
    op->face = &face_of_cpic;
    op->to[TO_ID] = id_at;
    if (apitrace_on)
        cpic_of(c)->call = apitrace_current();
    if (nonblocking || !hook_is_inside()) {
        *rc = rc_of(run_op(c, op, nonblocking));
    } else { /* called from the hook: one blocking call per thread [C40] */
        if (op->accept)
            conv_end(c);
        face_refuse(c, CM_OPERATION_NOT_ACCEPTED, rc);
    }
}

void face_run(struct conv *c, struct op *op, unsigned char *id_at, CM_INT32 *rc)
{
    face_run_mode(c, op, cpic_of(c)->modes.processing_mode == CM_NON_BLOCKING, id_at, rc);
}

bool face_at_once(void)
{
    return !hook_is_inside();
}

bool face_waits(struct conv *c)
{
    return cpic_of(c)->modes.processing_mode != CM_NON_BLOCKING && !hook_is_set();
}

/* ---- after ---- */

void face_report_rts(struct conv *c, CM_INT32 *rts)
{
    *rts = half_take_rts(c) ? CM_REQ_TO_SEND_RECEIVED : CM_REQ_TO_SEND_NOT_RECEIVED;
}

bool face_done(struct conv *c, CM_INT32 *rts, CM_INT32 *rc)
{
    enum outcome o = op_at_once(c);
    *rc = rc_of(o);
    face_report_rts(c, rts);
    op_leave(c);
    return o == OUTCOME_OK;
}

/* The length is 0 when no data came: the program may look at it all the same, and a length of an earlier
 * Receive must not stay there. */
static void give_received(const struct op *op)
{
    bool came = op->outcome == OUTCOME_OK || op->outcome == OUTCOME_DEALLOCATED_NORMAL;
    *(CM_INT32 *)op->to[TO_LENGTH] = came ? (CM_INT32)op->got : 0;
    if (!came)
        return;
    *(CM_INT32 *)op->to[TO_DATA] = (CM_INT32)op->data;
    *(CM_INT32 *)op->to[TO_STATUS] = (CM_INT32)op->status;
}

static void give(struct conv *c, struct op *op)
{
    if (op->receive)
        give_received(op);
    if (op->to[TO_RTS] && op->outcome != OUTCOME_PARAMETER_CHECK && op->outcome != OUTCOME_STATE_CHECK)
        face_report_rts(c, op->to[TO_RTS]);
    if (apitrace_on && op == &c->later.op && life_is_stepping(c->life)) /* its call has returned */
        apitrace_completed(c, op, cpic_of(c)->call);
}

const struct op_face face_of_cpic = {
    .give = give,
    .polls = hook_is_set,
    .poll = hook_poll,
    .notice = notice_for,
};
