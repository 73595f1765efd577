/* cmc.h alone, twice, with the long names; compiled, never run. */
#define READABLE_MACROS
#include "cmc.h"
#include "cmc.h"

typedef void (*id_call)(unsigned char *, CM_INT32 *);
typedef void (*init_call)(unsigned char CM_PTR, unsigned char CM_PTR, CM_INT32 CM_PTR);

id_call headers_cmc_calls[] = {cmaccp, cmallc, cmcanc, cmcfmd,     cmdeal,
                               cmflus, cmptr,  cmrts,  Deallocate, cmacci};
init_call headers_cmc_init = Initialize_Conversation;
CM_INT32 headers_cmc_constants[] = {CM_OK, CM_ALLOCATION_FAILURE_RETRY, CM_DEALLOCATED_NORMAL,
                                    CM_CALL_NOT_SUPPORTED};
SIDE_INFO headers_cmc_side;

/* A program that declares its variables by what they mean. */
int headers_cmc_talk(void);
int headers_cmc_talk(void)
{
    unsigned char id[CM_CID_SIZE], buffer[80];
    CM_RETURN_CODE rc;
    CM_SYNC_LEVEL sync_level = CM_CONFIRM;
    CM_CONVERSATION_TYPE type = CM_BASIC_CONVERSATION;
    CM_CONVERSATION_STATE state;
    CM_DEALLOCATE_TYPE deallocate_type = CM_DEALLOCATE_FLUSH;
    CM_PREPARE_TO_RECEIVE_TYPE prepare_type = CM_PREP_TO_RECEIVE_FLUSH;
    CM_SEND_TYPE send_type = CM_SEND_AND_FLUSH;
    CM_RECEIVE_TYPE receive_type = CM_RECEIVE_IMMEDIATE;
    CM_RETURN_CONTROL return_control = CM_IMMEDIATE;
    CM_ERROR_DIRECTION direction = CM_SEND_ERROR;
    CM_FILL fill = CM_FILL_BUFFER;
    CM_PROCESSING_MODE mode = CM_NON_BLOCKING;
    CM_DATA_RECEIVED_TYPE data_received;
    CM_STATUS_RECEIVED status;
    CM_REQUEST_TO_SEND_RECEIVED rts;
    CM_CONTROL_INFORMATION_RECEIVED control = CM_REQ_TO_SEND_NOT_RECEIVED;
    CM_CONVERSATION_SECURITY_TYPE security = XC_SECURITY_SAME;
    CM_INT32 length = sizeof buffer, received;
    cminit(id, (unsigned char *)"DEST    ", &rc);
    cmssl(id, &sync_level, &rc);
    cmsct(id, &type, &rc);
    cmsdt(id, &deallocate_type, &rc);
    cmsptr(id, &prepare_type, &rc);
    cmsst(id, &send_type, &rc);
    cmsrt(id, &receive_type, &rc);
    cmsrc(id, &return_control, &rc);
    cmsed(id, &direction, &rc);
    cmsf(id, &fill, &rc);
    cmspm(id, &mode, &rc);
    xcscst(id, &security, &rc);
    cmecs(id, &state, &rc);
    cmrcv(id, buffer, &length, &data_received, &received, &status, &rts, &rc);
    return rc == CM_OK && status == CM_SEND_RECEIVED && rts == control;
}
