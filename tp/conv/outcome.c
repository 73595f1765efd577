#include "tp/conv/outcome.h"

#include "snanode/local/lp.h"

enum outcome outcome_of_answer(uint32_t rc)
{
    switch (rc) {
    case LP_RC_OK:
        return OUTCOME_OK;
    case LP_RC_CANCELLED:
        return OUTCOME_CANCELLED;
    case LP_RC_PROGRAM_PARAMETER_CHECK:
        return OUTCOME_PARAMETER_CHECK;
    case LP_RC_PROGRAM_STATE_CHECK:
        return OUTCOME_STATE_CHECK;
    case LP_RC_UNSUCCESSFUL:
        return OUTCOME_UNSUCCESSFUL;
    case LP_RC_ALLOCATE_FAILURE_RETRY:
        return OUTCOME_ALLOCATE_FAILURE_RETRY;
    case LP_RC_ALLOCATE_FAILURE_NO_RETRY:
        return OUTCOME_ALLOCATE_FAILURE_NO_RETRY;
    case LP_RC_PARAMETER_ERROR:
    case LP_RC_MODE_UNKNOWN:
    case LP_RC_PARTNER_UNKNOWN:
        return OUTCOME_PARAMETER_ERROR;
    case LP_RC_TPN_NOT_RECOGNIZED:
        return OUTCOME_TPN_NOT_RECOGNIZED;
    case LP_RC_TP_NOT_AVAILABLE_RETRY:
        return OUTCOME_TP_NOT_AVAILABLE_RETRY;
    case LP_RC_TP_NOT_AVAILABLE_NO_RETRY:
        return OUTCOME_TP_NOT_AVAILABLE_NO_RETRY;
    case LP_RC_SECURITY_NOT_VALID:
        return OUTCOME_SECURITY_NOT_VALID;
    case LP_RC_CONVERSATION_TYPE_MISMATCH:
        return OUTCOME_TYPE_MISMATCH;
    case LP_RC_SYNC_LVL_NOT_SUPPORTED_PGM:
        return OUTCOME_SYNC_LEVEL_NOT_SUPPORTED;
    case LP_RC_PIP_NOT_SPECIFIED_CORRECTLY:
        return OUTCOME_PIP_NOT_SPECIFIED_CORRECTLY;
    case LP_RC_DEALLOCATED_ABEND:
        return OUTCOME_DEALLOCATED_ABEND;
    case LP_RC_DEALLOCATED_ABEND_SVC:
        return OUTCOME_DEALLOCATED_ABEND_SVC;
    case LP_RC_DEALLOCATED_ABEND_TIMER:
        return OUTCOME_DEALLOCATED_ABEND_TIMER;
    case LP_RC_PROGRAM_ERROR_NO_TRUNC:
        return OUTCOME_PROGRAM_ERROR_NO_TRUNC;
    case LP_RC_PROGRAM_ERROR_TRUNC:
        return OUTCOME_PROGRAM_ERROR_TRUNC;
    case LP_RC_PROGRAM_ERROR_PURGING:
        return OUTCOME_PROGRAM_ERROR_PURGING;
    case LP_RC_SVC_ERROR_NO_TRUNC:
        return OUTCOME_SVC_ERROR_NO_TRUNC;
    case LP_RC_SVC_ERROR_TRUNC:
        return OUTCOME_SVC_ERROR_TRUNC;
    case LP_RC_SVC_ERROR_PURGING:
        return OUTCOME_SVC_ERROR_PURGING;
    case LP_RC_RESOURCE_FAILURE_RETRY:
        return OUTCOME_RESOURCE_FAILURE_RETRY;
    case LP_RC_RESOURCE_FAILURE_NO_RETRY:
        return OUTCOME_RESOURCE_FAILURE_NO_RETRY;
    default:
        return OUTCOME_LOCAL_FAILURE;
    }
}

enum outcome outcome_of_fmh7(uint32_t sense, bool purging, bool last)
{
    return outcome_of_answer(retcode_of_fmh7(sense, purging, last));
}

enum outcome outcome_of_unbind(uint32_t sense)
{
    return outcome_of_answer(retcode_of_unbind(sense));
}
