/* Wait_For_Conversation, Cancel_Conversation, and our extension for programs with an event loop. */
#include <string.h>

#include "tp/conv/async.h"
#include "tp/conv/cancel.h"
#include "tp/conv/control.h"
#include "tp/libcpic/face.h"
#include "tp/libcpic/hook.h"
#include "tp/libcpic/product.h"
#include "tp/conv/table.h"
#include "tp/conv/waiting.h"

CM_ENTRY cmwait(unsigned char *conversation_ID, CM_INT32 *conversation_return_code, CM_INT32 *return_code)
{
    if (!return_code)
        return;
    if (!library_started()) {
        *return_code = product_error_stopped();
        return;
    }
    if (!conversation_ID || !conversation_return_code) {
        *return_code = CM_PROGRAM_PARAMETER_CHECK;
        return;
    }
    if (hook_is_inside()) { /* the hook of a call that waits: one of these per thread [C40] */
        *return_code = product_error("Wait_For_Conversation in the blocking hook of a call that waits");
        return;
    }
    struct waiting_result r;
    switch (waiting_any(&face_of_cpic, &r)) {
    case WAITED_GOT:
        memcpy(conversation_ID, r.id, sizeof r.id);
        *conversation_return_code = rc_of(r.outcome);
        *return_code = CM_OK;
        break;
    case WAITED_NOTHING:
        *return_code = CM_PROGRAM_STATE_CHECK;
        break;
    case WAITED_BROKEN:
        *return_code = CM_SYSTEM_EVENT;
        break;
    case WAITED_STOPPED:
        *return_code = product_error_stopped();
        break;
    default:
        *return_code = CM_PRODUCT_SPECIFIC_ERROR;
    }
}

CM_ENTRY cmcanc(unsigned char *conversation_ID, CM_INT32 *return_code)
{
    struct conv *c = face_find(conversation_ID, return_code);
    if (!c)
        return;
    conv_cancel(c);
    *return_code = CM_OK;
    conv_put(c);
}

CM_ENTRY xcfd(unsigned char *conversation_ID, int *fd, short *events, CM_INT32 *return_code)
{
    struct conv *c = face_find(conversation_ID, return_code);
    if (!c)
        return;
    if (!fd || !events)
        *return_code = CM_PROGRAM_PARAMETER_CHECK;
    else
        *return_code = async_poll(c, fd, events) ? CM_OK : CM_PROGRAM_STATE_CHECK;
    conv_put(c);
}

CM_ENTRY xcstep(unsigned char *conversation_ID, CM_INT32 *conversation_return_code, CM_INT32 *return_code)
{
    struct conv *c = face_find(conversation_ID, return_code);
    enum outcome outcome;
    if (!c)
        return;
    if (!conversation_return_code) {
        *return_code = CM_PROGRAM_PARAMETER_CHECK;
    } else if (!async_step(c, &outcome)) {
        *return_code = CM_PROGRAM_STATE_CHECK;
    } else {
        *return_code = CM_OK;
        *conversation_return_code = rc_of(outcome);
    }
    conv_put(c);
}
