/* The Extract_ calls: any state but RESET, no change [HIS: CPI-C Calls]. */
#include <string.h>

#include "tp/conv/control.h"
#include "tp/libcpic/face.h"
#include "tp/libcpic/product.h"
#include "tp/conv/table.h"

static struct conv *extract_enter(unsigned char *id, const void *a, const void *b, CM_INT32 *rc)
{
    struct conv *c = face_find(id, rc);
    if (!c)
        return NULL;
    if (!a || !b || op_check(c, VERB_EXTRACT) != OUTCOME_OK || c->state == CS_RESET) {
        /* RESET: an Accept that is still incomplete has no characteristics yet */
        *rc = CM_PROGRAM_PARAMETER_CHECK;
        conv_put(c);
        return NULL;
    }
    return c;
}

static void extract_value(struct conv *c, CM_INT32 value, CM_INT32 *out, CM_INT32 *rc)
{
    *out = value;
    *rc = CM_OK;
    conv_put(c);
}

static void extract_text(struct conv *c, const void *text, size_t n, unsigned char *out, CM_INT32 *length,
                         CM_INT32 *rc)
{
    memcpy(out, text, n);
    *length = (CM_INT32)n;
    *rc = CM_OK;
    conv_put(c);
}

CM_ENTRY cmecs(unsigned char *conversation_ID, CM_INT32 *conversation_state, CM_INT32 *return_code)
{
    struct conv *c = extract_enter(conversation_ID, conversation_state, conversation_state, return_code);
    if (c)
        extract_value(c, c->state, conversation_state, return_code);
}

CM_ENTRY cmect(unsigned char *conversation_ID, CM_INT32 *conversation_type, CM_INT32 *return_code)
{
    struct conv *c = extract_enter(conversation_ID, conversation_type, conversation_type, return_code);
    if (c)
        extract_value(c, c->attach.type, conversation_type, return_code);
}

CM_ENTRY cmesl(unsigned char *conversation_ID, CM_INT32 *sync_level, CM_INT32 *return_code)
{
    struct conv *c = extract_enter(conversation_ID, sync_level, sync_level, return_code);
    if (c)
        extract_value(c, c->attach.sync_level, sync_level, return_code);
}

CM_ENTRY xcecst(unsigned char *conversation_ID, CM_INT32 *conversation_security_type, CM_INT32 *return_code)
{
    struct conv *c =
        extract_enter(conversation_ID, conversation_security_type, conversation_security_type, return_code);
    if (c)
        extract_value(c, c->attach.security, conversation_security_type, return_code);
}

CM_ENTRY cmecst(unsigned char *conversation_ID, CM_INT32 *conversation_security_type, CM_INT32 *return_code)
{
    xcecst(conversation_ID, conversation_security_type, return_code);
}

CM_ENTRY cmemn(unsigned char *conversation_ID, unsigned char *mode_name, CM_INT32 *mode_name_length,
               CM_INT32 *return_code)
{
    struct conv *c = extract_enter(conversation_ID, mode_name, mode_name_length, return_code);
    if (c)
        extract_text(c, c->attach.mode, strlen(c->attach.mode), mode_name, mode_name_length, return_code);
}

CM_ENTRY cmepln(unsigned char *conversation_ID, unsigned char *partner_LU_name,
                CM_INT32 *partner_LU_name_length, CM_INT32 *return_code)
{
    struct conv *c = extract_enter(conversation_ID, partner_LU_name, partner_LU_name_length, return_code);
    if (c)
        extract_text(c, c->attach.partner, strlen(c->attach.partner), partner_LU_name, partner_LU_name_length,
                     return_code);
}

CM_ENTRY cmetpn(unsigned char *conversation_ID, unsigned char *TP_name, CM_INT32 *TP_name_length,
                CM_INT32 *return_code)
{
    struct conv *c = extract_enter(conversation_ID, TP_name, TP_name_length, return_code);
    if (c)
        extract_text(c, c->attach.tpn, c->attach.tpn_n, TP_name, TP_name_length, return_code);
}

CM_ENTRY cmesui(unsigned char *conversation_ID, unsigned char *security_user_ID,
                CM_INT32 *security_user_ID_length, CM_INT32 *return_code)
{
    struct conv *c = extract_enter(conversation_ID, security_user_ID, security_user_ID_length, return_code);
    if (c)
        extract_text(c, c->attach.user, c->attach.user_n, security_user_ID, security_user_ID_length,
                     return_code);
}

CM_ENTRY cmecsu(unsigned char *conversation_ID, unsigned char *security_user_ID,
                CM_INT32 *security_user_ID_length, CM_INT32 *return_code)
{
    cmesui(conversation_ID, security_user_ID, security_user_ID_length, return_code);
}

CM_ENTRY xcecsu(unsigned char *conversation_ID, unsigned char *security_user_ID,
                CM_INT32 *security_user_ID_length, CM_INT32 *return_code)
{
    cmesui(conversation_ID, security_user_ID, security_user_ID_length, return_code);
}

CM_ENTRY cmembs(CM_INT32 *maximum_buffer_size, CM_INT32 *return_code)
{
    if (!return_code)
        return;
    if (!library_started()) {
        *return_code = product_error_stopped();
        return;
    }
    *return_code = maximum_buffer_size ? CM_OK : CM_PROGRAM_PARAMETER_CHECK;
    if (maximum_buffer_size)
        *maximum_buffer_size = BUFFER_MAX;
}
