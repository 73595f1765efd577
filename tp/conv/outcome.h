/* outcome.h - how an operation ends, in the words of LU 6.2.  A face has a table of its own from these to its
 * return codes.  Inside the library only. */
#ifndef CONV_OUTCOME_H
#define CONV_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

enum outcome {
    OUTCOME_OK,

    /* The call is refused, and the conversation is as it was. */
    OUTCOME_PARAMETER_CHECK,
    OUTCOME_STATE_CHECK,
    OUTCOME_NOT_ACCEPTED, /* another call of this conversation is under way */
    OUTCOME_UNSUCCESSFUL, /* nothing is there, and the call does not wait */

    /* The operation goes on, or was ended from this side. */
    OUTCOME_INCOMPLETE,
    OUTCOME_CANCELLED, /* by a cancel, or an abend of this side that overtook it */
    OUTCOME_OVERTAKEN, /* a Receive, by an error that this side has sent */

    /* No conversation came about. */
    OUTCOME_ALLOCATE_FAILURE_RETRY, /* no session */
    OUTCOME_ALLOCATE_FAILURE_NO_RETRY,
    OUTCOME_PARAMETER_ERROR, /* a name or mode that the node does not know */
    OUTCOME_TPN_NOT_RECOGNIZED,
    OUTCOME_TP_NOT_AVAILABLE_RETRY,
    OUTCOME_TP_NOT_AVAILABLE_NO_RETRY,
    OUTCOME_SECURITY_NOT_VALID,
    OUTCOME_TYPE_MISMATCH,
    OUTCOME_SYNC_LEVEL_NOT_SUPPORTED,
    OUTCOME_PIP_NOT_SPECIFIED_CORRECTLY,

    /* The partner has ended the conversation. */
    OUTCOME_DEALLOCATED_NORMAL,
    OUTCOME_DEALLOCATED_ABEND, /* its program */
    OUTCOME_DEALLOCATED_ABEND_SVC,
    OUTCOME_DEALLOCATED_ABEND_TIMER,

    /* The partner has sent an error, and the conversation goes on. */
    OUTCOME_PROGRAM_ERROR_NO_TRUNC,
    OUTCOME_PROGRAM_ERROR_TRUNC,
    OUTCOME_PROGRAM_ERROR_PURGING,
    OUTCOME_SVC_ERROR_NO_TRUNC,
    OUTCOME_SVC_ERROR_TRUNC,
    OUTCOME_SVC_ERROR_PURGING,

    /* The session is lost. */
    OUTCOME_RESOURCE_FAILURE_RETRY,
    OUTCOME_RESOURCE_FAILURE_NO_RETRY,

    /* The library or the node could not; cause.h has the reason for people. */
    OUTCOME_LOCAL_FAILURE,
    OUTCOME_N
};

/* The session could not be had, and with it the conversation. */
static inline bool outcome_is_allocate_failure(enum outcome o)
{
    return o == OUTCOME_ALLOCATE_FAILURE_RETRY || o == OUTCOME_ALLOCATE_FAILURE_NO_RETRY;
}

/* The outcome for RC of an answer of the node (snanode/local/retcode.h); reasons without a name there are
 * OUTCOME_LOCAL_FAILURE. */
enum outcome outcome_of_answer(uint32_t rc);
/* An FMH-7 with SENSE came.  PURGING: behind a negative response.  LAST: it ends the conversation. */
enum outcome outcome_of_fmh7(uint32_t sense, bool purging, bool last);
/* An UNBIND with SENSE (0 = none) ended the session. */
enum outcome outcome_of_unbind(uint32_t sense);

#endif
