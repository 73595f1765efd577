/* CPI-C return codes from what came over the session [HIS: Sense Data Specific to LU 6.2]. */
#include "snanode/wire/sense.h"
#include "tp/libcpic/conv.h"

static const struct {
    uint32_t sense;
    CM_INT32 rc;         /* on its own */
    CM_INT32 rc_purging; /* when a negative response came before it */
} map[] = {
    {SENSE_TPN_NOT_RECOGNIZED, CM_TPN_NOT_RECOGNIZED, CM_TPN_NOT_RECOGNIZED},
    {SENSE_PIP_NOT_ALLOWED, CM_PIP_NOT_SPECIFIED_CORRECTLY, CM_PIP_NOT_SPECIFIED_CORRECTLY},
    {SENSE_PIP_INVALID, CM_PIP_NOT_SPECIFIED_CORRECTLY, CM_PIP_NOT_SPECIFIED_CORRECTLY},
    {SENSE_CONV_TYPE_MISMATCH, CM_CONVERSATION_TYPE_MISMATCH, CM_CONVERSATION_TYPE_MISMATCH},
    {SENSE_SYNC_LEVEL_UNSUPPORTED, CM_SYNC_LVL_NOT_SUPPORTED_PGM, CM_SYNC_LVL_NOT_SUPPORTED_PGM},
    {SENSE_SECURITY_NOT_VALID, CM_SECURITY_NOT_VALID, CM_SECURITY_NOT_VALID},
    {SENSE_TP_UNAVAILABLE_RETRY, CM_TP_NOT_AVAILABLE_RETRY, CM_TP_NOT_AVAILABLE_RETRY},
    {SENSE_TP_UNAVAILABLE_NO_RETRY, CM_TP_NOT_AVAILABLE_NO_RETRY, CM_TP_NOT_AVAILABLE_NO_RETRY},
    {SENSE_ABEND_PROG, CM_DEALLOCATED_ABEND, CM_DEALLOCATED_ABEND},
    {SENSE_ABEND_SVC, CM_DEALLOCATED_ABEND_SVC, CM_DEALLOCATED_ABEND_SVC},
    {SENSE_ABEND_TIMER, CM_DEALLOCATED_ABEND_TIMER, CM_DEALLOCATED_ABEND_TIMER},
    {SENSE_PROG_ERROR, CM_PROGRAM_ERROR_NO_TRUNC, CM_PROGRAM_ERROR_PURGING},
    {SENSE_PROG_ERROR_TRUNC, CM_PROGRAM_ERROR_TRUNC, CM_PROGRAM_ERROR_PURGING},
    {SENSE_SVC_ERROR, CM_SVC_ERROR_NO_TRUNC, CM_SVC_ERROR_PURGING},
    {SENSE_SVC_ERROR_TRUNC, CM_SVC_ERROR_TRUNC, CM_SVC_ERROR_PURGING},
};

/* 080F 0983 and the 080F 8xxx are further ways to refuse the credentials. */
static bool is_security(uint32_t sense)
{
    return sense >> 16 == SENSE_SECURITY_NOT_VALID >> 16;
}

CM_INT32 rc_from_fmh7(uint32_t sense, bool purging, bool last)
{
    for (unsigned i = 0; i < sizeof map / sizeof *map; i++)
        if (map[i].sense == sense)
            return purging ? map[i].rc_purging : map[i].rc;
    if (is_security(sense))
        return CM_SECURITY_NOT_VALID;
    /* A sense that nobody knows must still complete the call [A47]. */
    if (last)
        return CM_RESOURCE_FAILURE_NO_RETRY;
    return purging ? CM_PROGRAM_ERROR_PURGING : CM_PROGRAM_ERROR_NO_TRUNC;
}

CM_INT32 rc_from_unbind(uint32_t sense)
{
    /* The partner's program died: its node says so as if it had deallocated [C10; S24]. */
    if (sense_class(sense) == SENSE_CLASS_ABEND)
        return rc_from_fmh7(sense, false, true);
    /* Lost links and operators come back; everything else that ends a session is for good. */
    if (sense == 0 || sense == SENSE_SESSION_RESET || sense >> 16 == 0x8005)
        return CM_RESOURCE_FAILURE_RETRY;
    if (sense == SENSE_SECURITY_NOT_VALID)
        return CM_SECURITY_NOT_VALID;
    return CM_RESOURCE_FAILURE_NO_RETRY;
}
