/* The Set_ calls.  Each checks pointer, state and value in this order [C62]; one that fails leaves the
 * characteristic as it was [HIS: CPI-C Calls]. */
#include <string.h>

#include "snanode/base/names.h"
#include "tp/libcpic/face.h"
#include "tp/conv/failure.h"
#include "tp/conv/table.h"

/* The conversation for a Set call in a state where V may be issued, or NULL with *RC set.  What Allocate
 * fixes is fixed from the moment that an Allocate is under way; an Accept that is incomplete has nothing to
 * set yet. */
static struct conv *set_enter(unsigned char *id, const void *arg, enum verb v, CM_INT32 *rc)
{
    struct conv *c = face_find(id, rc);
    if (!c)
        return NULL;
    CM_INT32 bad = CM_OK;
    if (!arg || c->state == CS_RESET)
        bad = CM_PROGRAM_PARAMETER_CHECK;
    else if (op_check(c, v) != OUTCOME_OK || (v == VERB_SET_INIT && c->life != LIFE_IDLE))
        bad = CM_PROGRAM_STATE_CHECK;
    if (bad) {
        *rc = bad;
        conv_put(c);
        return NULL;
    }
    return c;
}

/* Store VALUE in *FIELD if it is 0..MAX and CONFLICT does not hold. */
static void set_value(struct conv *c, _Atomic(CM_INT32) *field, CM_INT32 value, CM_INT32 max, bool conflict,
                      CM_INT32 *rc)
{
    if (value < 0 || value > max || conflict) {
        *rc = CM_PROGRAM_PARAMETER_CHECK;
    } else {
        *field = value;
        *rc = CM_OK;
    }
    conv_put(c);
}

CM_ENTRY cmsct(unsigned char *conversation_ID, CM_INT32 *conversation_type, CM_INT32 *return_code)
{
    struct conv *c = set_enter(conversation_ID, conversation_type, VERB_SET_INIT, return_code);
    if (c)
        set_value(c, &c->attach.type, *conversation_type, CM_MAPPED_CONVERSATION,
                  *conversation_type == CM_MAPPED_CONVERSATION &&
                      (cpic_of(c)->modes.fill == CM_FILL_BUFFER || c->log.n > 0),
                  return_code);
}

CM_ENTRY cmsdt(unsigned char *conversation_ID, CM_INT32 *deallocate_type, CM_INT32 *return_code)
{
    struct conv *c = set_enter(conversation_ID, deallocate_type, VERB_SET_ANY, return_code);
    if (c)
        set_value(c, &cpic_of(c)->modes.deallocate_type, *deallocate_type, CM_DEALLOCATE_ABEND,
                  *deallocate_type == CM_DEALLOCATE_CONFIRM && c->attach.sync_level == CM_NONE, return_code);
}

CM_ENTRY cmsed(unsigned char *conversation_ID, CM_INT32 *error_direction, CM_INT32 *return_code)
{
    struct conv *c = set_enter(conversation_ID, error_direction, VERB_SET_ANY, return_code);
    if (c)
        set_value(c, &cpic_of(c)->modes.error_direction, *error_direction, CM_SEND_ERROR, false, return_code);
}

CM_ENTRY cmsf(unsigned char *conversation_ID, CM_INT32 *fill, CM_INT32 *return_code)
{
    struct conv *c = set_enter(conversation_ID, fill, VERB_SET_ANY, return_code);
    if (c)
        set_value(c, &cpic_of(c)->modes.fill, *fill, CM_FILL_BUFFER, c->attach.type == CM_MAPPED_CONVERSATION,
                  return_code);
}

CM_ENTRY cmsptr(unsigned char *conversation_ID, CM_INT32 *prepare_to_receive_type, CM_INT32 *return_code)
{
    struct conv *c = set_enter(conversation_ID, prepare_to_receive_type, VERB_SET_ANY, return_code);
    if (c)
        set_value(c, &cpic_of(c)->modes.prepare_type, *prepare_to_receive_type, CM_PREP_TO_RECEIVE_CONFIRM,
                  *prepare_to_receive_type == CM_PREP_TO_RECEIVE_CONFIRM && c->attach.sync_level == CM_NONE,
                  return_code);
}

/* The mode of calls cannot change under an operation that is still under way: SC, not ONA [C14]. */
CM_ENTRY cmspm(unsigned char *conversation_ID, CM_INT32 *processing_mode, CM_INT32 *return_code)
{
    struct conv *c = face_find(conversation_ID, return_code);
    if (!c)
        return;
    if (processing_mode && c->life == LIFE_IDLE) {
        set_value(c, &cpic_of(c)->modes.processing_mode, *processing_mode, CM_NON_BLOCKING, false,
                  return_code);
        return;
    }
    *return_code = processing_mode ? CM_PROGRAM_STATE_CHECK : CM_PROGRAM_PARAMETER_CHECK;
    conv_put(c);
}

CM_ENTRY cmsrt(unsigned char *conversation_ID, CM_INT32 *receive_type, CM_INT32 *return_code)
{
    struct conv *c = set_enter(conversation_ID, receive_type, VERB_SET_ANY, return_code);
    if (c)
        set_value(c, &cpic_of(c)->modes.receive_type, *receive_type, CM_RECEIVE_IMMEDIATE, false,
                  return_code);
}

CM_ENTRY cmsrc(unsigned char *conversation_ID, CM_INT32 *return_control, CM_INT32 *return_code)
{
    struct conv *c = set_enter(conversation_ID, return_control, VERB_SET_INIT, return_code);
    if (c)
        set_value(c, &c->attach.return_control, *return_control, CM_IMMEDIATE, false, return_code);
}

CM_ENTRY cmsst(unsigned char *conversation_ID, CM_INT32 *send_type, CM_INT32 *return_code)
{
    struct conv *c = set_enter(conversation_ID, send_type, VERB_SET_ANY, return_code);
    if (c)
        set_value(c, &cpic_of(c)->modes.send_type, *send_type, CM_SEND_AND_DEALLOCATE,
                  *send_type == CM_SEND_AND_CONFIRM && c->attach.sync_level == CM_NONE, return_code);
}

CM_ENTRY cmssl(unsigned char *conversation_ID, CM_INT32 *sync_level, CM_INT32 *return_code)
{
    struct conv *c = set_enter(conversation_ID, sync_level, VERB_SET_INIT, return_code);
    if (!c)
        return;
    bool needs_confirm = cpic_of(c)->modes.send_type == CM_SEND_AND_CONFIRM ||
                         cpic_of(c)->modes.prepare_type == CM_PREP_TO_RECEIVE_CONFIRM ||
                         cpic_of(c)->modes.deallocate_type == CM_DEALLOCATE_CONFIRM;
    set_value(c, &c->attach.sync_level, *sync_level, CM_CONFIRM, *sync_level == CM_NONE && needs_confirm,
              return_code);
}

CM_ENTRY cmscst(unsigned char *conversation_ID, CM_INT32 *conversation_security_type, CM_INT32 *return_code)
{
    struct conv *c = set_enter(conversation_ID, conversation_security_type, VERB_SET_INIT, return_code);
    if (c)
        set_value(c, &c->attach.security, *conversation_security_type, CM_SECURITY_PROGRAM, false,
                  return_code);
}

CM_ENTRY xcscst(unsigned char *conversation_ID, CM_INT32 *conversation_security_type, CM_INT32 *return_code)
{
    cmscst(conversation_ID, conversation_security_type, return_code);
}

/* ---- names ---- */

/* TEXT, *LENGTH octets of MIN..MAX, into FIELD (MAX + 1).  Bad contents are found by Allocate, not here.
 * Padding is taken off; of a name that may not be empty one blank stays, as it is when nothing was set. */
static void set_text(struct conv *c, char *field, unsigned char *text, CM_INT32 *length, CM_INT32 min,
                     CM_INT32 max, CM_INT32 *rc)
{
    if (*length < min || *length > max || (!text && *length > 0)) {
        *rc = CM_PROGRAM_PARAMETER_CHECK;
    } else {
        /* length 0: the call is ignored */
        if (*length > 0 && name_unpad(field, (size_t)max + 1, text, (size_t)*length) == 0 && min > 0)
            strcpy(field, " ");
        *rc = CM_OK;
    }
    conv_put(c);
}

CM_ENTRY cmsmn(unsigned char *conversation_ID, unsigned char *mode_name, CM_INT32 *mode_name_length,
               CM_INT32 *return_code)
{
    struct conv *c = set_enter(conversation_ID, mode_name_length, VERB_SET_INIT, return_code);
    if (c)
        set_text(c, c->attach.mode, mode_name, mode_name_length, 0, CM_MN_SIZE, return_code);
}

CM_ENTRY cmspln(unsigned char *conversation_ID, unsigned char *partner_LU_name,
                CM_INT32 *partner_LU_name_length, CM_INT32 *return_code)
{
    struct conv *c = set_enter(conversation_ID, partner_LU_name_length, VERB_SET_INIT, return_code);
    if (c)
        set_text(c, c->attach.partner, partner_LU_name, partner_LU_name_length, 1, CM_PLN_SIZE, return_code);
}

CM_ENTRY cmstpn(unsigned char *conversation_ID, unsigned char *TP_name, CM_INT32 *TP_name_length,
                CM_INT32 *return_code)
{
    struct conv *c = set_enter(conversation_ID, TP_name_length, VERB_SET_INIT, return_code);
    if (!c)
        return;
    CM_INT32 n = *TP_name_length;
    if (!TP_name || n < 1 || n > CM_TPN_SIZE || !name_valid_tp(TP_name, (size_t)n)) {
        *return_code = CM_PROGRAM_PARAMETER_CHECK;
    } else {
        memcpy(c->attach.tpn, TP_name, (size_t)n);
        c->attach.tpn_n = (unsigned)n;
        c->attach.service_tp = false;
        *return_code = CM_OK;
    }
    conv_put(c);
}

CM_ENTRY cmsld(unsigned char *conversation_ID, unsigned char *log_data, CM_INT32 *log_data_length,
               CM_INT32 *return_code)
{
    struct conv *c = set_enter(conversation_ID, log_data_length, VERB_SET_ANY, return_code);
    if (!c)
        return;
    CM_INT32 n = *log_data_length;
    if (c->attach.type == CM_MAPPED_CONVERSATION || n < 0 || n > CM_LD_SIZE || (!log_data && n > 0)) {
        *return_code = CM_PROGRAM_PARAMETER_CHECK;
    } else {
        conv_set_log(c, log_data, (unsigned)n);
        *return_code = CM_OK;
    }
    conv_put(c);
}

/* ---- user ID and password: 0..8 characters, refused only with security NONE (C7, C8) ---- */

static void set_credential(struct conv *c, char *field, unsigned *field_n, unsigned char *text, CM_INT32 n,
                           CM_INT32 *rc)
{
    if (c->attach.security == CM_SECURITY_NONE) {
        *rc = CM_PROGRAM_STATE_CHECK;
    } else if (n < 0 || n > 8 || (!text && n > 0)) {
        *rc = CM_PROGRAM_PARAMETER_CHECK;
    } else {
        if (n > 0)
            memcpy(field, text, (size_t)n);
        field[n] = '\0';
        *field_n = (unsigned)n;
        if (field == c->attach.password)
            c->attach.secret = 0;
        *rc = CM_OK;
    }
    conv_put(c);
}

CM_ENTRY cmscsu(unsigned char *conversation_ID, unsigned char *security_user_ID,
                CM_INT32 *security_user_ID_length, CM_INT32 *return_code)
{
    struct conv *c = set_enter(conversation_ID, security_user_ID_length, VERB_SET_INIT, return_code);
    if (c)
        set_credential(c, c->attach.user, &c->attach.user_n, security_user_ID, *security_user_ID_length,
                       return_code);
}

CM_ENTRY xcscsu(unsigned char *conversation_ID, unsigned char *security_user_ID,
                CM_INT32 *security_user_ID_length, CM_INT32 *return_code)
{
    cmscsu(conversation_ID, security_user_ID, security_user_ID_length, return_code);
}

CM_ENTRY cmscsp(unsigned char *conversation_ID, unsigned char *security_password,
                CM_INT32 *security_password_length, CM_INT32 *return_code)
{
    struct conv *c = set_enter(conversation_ID, security_password_length, VERB_SET_INIT, return_code);
    if (c)
        set_credential(c, c->attach.password, &c->attach.password_n, security_password,
                       *security_password_length, return_code);
}

CM_ENTRY xcscsp(unsigned char *conversation_ID, unsigned char *security_password,
                CM_INT32 *security_password_length, CM_INT32 *return_code)
{
    cmscsp(conversation_ID, security_password, security_password_length, return_code);
}
