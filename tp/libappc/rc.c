#include "tp/libappc/rc.h"

#include "snanode/local/lp.h"
#include "snanode/wire/sense.h"
#include "tp/conv/cause.h"
#include "tp/conv/control.h"
#include "winappc.h"

/* What neither the sense code nor the form of the verb changes.  What the library refuses itself has its code
 * where it is refused. */
static const struct appc_rc table[OUTCOME_N] = {
    [OUTCOME_OK] = {AP_OK, 0},
    [OUTCOME_PARAMETER_CHECK] = {AP_PARAMETER_CHECK, 0},
    [OUTCOME_STATE_CHECK] = {AP_STATE_CHECK, 0},
    [OUTCOME_NOT_ACCEPTED] = {AP_CONV_BUSY, 0},
    [OUTCOME_UNSUCCESSFUL] = {AP_UNSUCCESSFUL, 0},
    [OUTCOME_INCOMPLETE] = {AP_OK, 0},
    [OUTCOME_CANCELLED] = {AP_CANCELED, 0},
    [OUTCOME_OVERTAKEN] = {AP_CANCELED, 0},
    [OUTCOME_ALLOCATE_FAILURE_RETRY] = {AP_ALLOCATION_ERROR, AP_ALLOCATION_FAILURE_RETRY},
    [OUTCOME_ALLOCATE_FAILURE_NO_RETRY] = {AP_ALLOCATION_ERROR, AP_ALLOCATION_FAILURE_NO_RETRY},
    [OUTCOME_PARAMETER_ERROR] = {AP_ALLOCATION_ERROR, AP_TP_NAME_NOT_RECOGNIZED},
    [OUTCOME_TPN_NOT_RECOGNIZED] = {AP_ALLOCATION_ERROR, AP_TP_NAME_NOT_RECOGNIZED},
    [OUTCOME_TP_NOT_AVAILABLE_RETRY] = {AP_ALLOCATION_ERROR, AP_TRANS_PGM_NOT_AVAIL_RETRY},
    [OUTCOME_TP_NOT_AVAILABLE_NO_RETRY] = {AP_ALLOCATION_ERROR, AP_TRANS_PGM_NOT_AVAIL_NO_RETRY},
    [OUTCOME_SECURITY_NOT_VALID] = {AP_ALLOCATION_ERROR, AP_SECURITY_NOT_VALID},
    [OUTCOME_TYPE_MISMATCH] = {AP_ALLOCATION_ERROR, AP_CONVERSATION_TYPE_MISMATCH},
    [OUTCOME_SYNC_LEVEL_NOT_SUPPORTED] = {AP_ALLOCATION_ERROR, AP_SYNC_LEVEL_NOT_SUPPORTED},
    [OUTCOME_PIP_NOT_SPECIFIED_CORRECTLY] = {AP_ALLOCATION_ERROR, AP_PIP_NOT_SPECIFIED_CORRECTLY},
    [OUTCOME_DEALLOCATED_NORMAL] = {AP_DEALLOC_NORMAL, 0},
    [OUTCOME_DEALLOCATED_ABEND] = {AP_DEALLOC_ABEND_PROG, 0},
    [OUTCOME_DEALLOCATED_ABEND_SVC] = {AP_DEALLOC_ABEND_SVC, 0},
    [OUTCOME_DEALLOCATED_ABEND_TIMER] = {AP_DEALLOC_ABEND_TIMER, 0},
    [OUTCOME_PROGRAM_ERROR_NO_TRUNC] = {AP_PROG_ERROR_NO_TRUNC, 0},
    [OUTCOME_PROGRAM_ERROR_TRUNC] = {AP_PROG_ERROR_TRUNC, 0},
    [OUTCOME_PROGRAM_ERROR_PURGING] = {AP_PROG_ERROR_PURGING, 0},
    [OUTCOME_SVC_ERROR_NO_TRUNC] = {AP_SVC_ERROR_NO_TRUNC, 0},
    [OUTCOME_SVC_ERROR_TRUNC] = {AP_SVC_ERROR_TRUNC, 0},
    [OUTCOME_SVC_ERROR_PURGING] = {AP_SVC_ERROR_PURGING, 0},
    [OUTCOME_RESOURCE_FAILURE_RETRY] = {AP_CONV_FAILURE_RETRY, 0},
    [OUTCOME_RESOURCE_FAILURE_NO_RETRY] = {AP_CONV_FAILURE_NO_RETRY, 0},
    [OUTCOME_LOCAL_FAILURE] = {AP_UNEXPECTED_DOS_ERROR, 0},
};

/* Mapped verbs have no codes for service TPs and for records that are cut short. */
static unsigned short mapped_primary(enum outcome outcome)
{
    switch (outcome) {
    case OUTCOME_DEALLOCATED_ABEND:
    case OUTCOME_DEALLOCATED_ABEND_SVC:
    case OUTCOME_DEALLOCATED_ABEND_TIMER:
        return AP_DEALLOC_ABEND;
    case OUTCOME_PROGRAM_ERROR_TRUNC:
    case OUTCOME_SVC_ERROR_NO_TRUNC:
    case OUTCOME_SVC_ERROR_TRUNC:
        return AP_PROG_ERROR_NO_TRUNC;
    case OUTCOME_SVC_ERROR_PURGING:
        return AP_PROG_ERROR_PURGING;
    default:
        return table[outcome].primary;
    }
}

/* Why a verb got nowhere in this process or in the node. */
static struct appc_rc local_failure(void)
{
    switch (cause_reason()) {
    case LP_RC_STOPPING: /* it is not there, or not any more */
        return (struct appc_rc){AP_COMM_SUBSYSTEM_NOT_LOADED, AP_NO_NODE_ACTIVE};
    case LP_RC_LU_UNKNOWN:
    case LP_RC_LU_NONE:
    case LP_RC_LU_DENIED:
        return (struct appc_rc){AP_COMM_SUBSYSTEM_NOT_LOADED, AP_LU_NOT_ACTIVE};
    default:
        return table[OUTCOME_LOCAL_FAILURE];
    }
}

static struct appc_rc name_unknown(void)
{
    if (cause_reason() == LP_RC_MODE_UNKNOWN)
        return (struct appc_rc){AP_PARAMETER_CHECK, AP_UNKNOWN_PARTNER_MODE};
    if (cause_reason() == LP_RC_PARTNER_UNKNOWN)
        return (struct appc_rc){AP_PARAMETER_CHECK, AP_BAD_PARTNER_LU_ALIAS};
    return table[OUTCOME_PARAMETER_ERROR];
}

struct appc_rc appc_rc_of(enum outcome outcome, uint32_t sense, bool mapped)
{
    struct appc_rc rc = table[outcome];
    if (outcome == OUTCOME_LOCAL_FAILURE)
        return local_failure();
    if (outcome == OUTCOME_PARAMETER_ERROR)
        return name_unknown();
    if (outcome == OUTCOME_RESOURCE_FAILURE_NO_RETRY && sense == 0 && !control_alive())
        rc.primary = AP_COMM_SUBSYSTEM_ABENDED;
    else if (mapped)
        rc.primary = mapped_primary(outcome);
    if (rc.primary == AP_ALLOCATION_ERROR && sense_class(sense) == SENSE_CLASS_ALLOCATION &&
        !outcome_is_allocate_failure(outcome))
        rc.secondary = APPC_FLIPL(sense); /* the reasons in a refusal of security */
    return rc;
}
