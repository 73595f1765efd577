/* sampletp.h - how the sample programs report a call that failed: the call, the return code by name and
 * number, and what to do about it.  Layer: samples (public headers only). */
#ifndef SNA_TP_SAMPLES_SAMPLETP_H
#define SNA_TP_SAMPLES_SAMPLETP_H

#include <stdio.h>

#include "cpic.h"

/* The plural ending of a noun after the number N. */
static inline const char *sample_s(long long n)
{
    return n == 1 ? "" : "s";
}

/* What a user can do about a return code; NULL when the code needs no explanation. */
static inline const char *sample_advice(CM_INT32 rc)
{
    switch (rc) {
    case CM_ALLOCATE_FAILURE_NO_RETRY:
        return "no session can be had: are partner LU and mode defined? (snactl plu, snactl mode)";
    case CM_ALLOCATE_FAILURE_RETRY:
        return "no session now: is the link up? try again (snactl session)";
    case CM_CONVERSATION_TYPE_MISMATCH:
        return "the partner program does not accept mapped conversations";
    case CM_PIP_NOT_SPECIFIED_CORRECTLY:
        return "the partner program needs PIP data, which CPI-C cannot send";
    case CM_SECURITY_NOT_VALID:
        return "the partner refused the user ID or password: give -n, -u and -p as its TP entry requires";
    case CM_SYNC_LVL_NOT_SUPPORTED_PGM:
        return "the partner program does not support confirmation";
    case CM_TPN_NOT_RECOGNIZED:
        return "the partner LU knows no TP of this name: is it registered for this LU? (snactl tp)";
    case CM_TP_NOT_AVAILABLE_NO_RETRY:
        return "the partner's TP cannot be started: look at its entry and the node's log (snactl tp, snactl "
               "event)";
    case CM_TP_NOT_AVAILABLE_RETRY:
        return "the partner's TP is not running: start it, or try again (snactl tp)";
    case CM_DEALLOCATED_ABEND:
    case CM_DEALLOCATED_ABEND_SVC:
    case CM_DEALLOCATED_ABEND_TIMER:
        return "the partner program gave up: look at its messages";
    case CM_DEALLOCATED_NORMAL:
        return "the partner ended the conversation too early: is it an APING server?";
    case CM_PARAMETER_ERROR:
        return "partner LU, mode or TP name cannot be used: check the names (snactl plu, snactl mode)";
    case CM_PRODUCT_SPECIFIC_ERROR:
        return xclasterr();
    case CM_PROGRAM_PARAMETER_CHECK:
        return "an argument is not valid, or the conversation is over";
    case CM_RESOURCE_FAILURE_NO_RETRY:
    case CM_RESOURCE_FAILURE_RETRY:
        return "the conversation broke: partner program, node or link went away (snactl event)";
    default:
        return NULL;
    }
}

/* One line on stderr; CALL is like "Allocate (cmallc)".  One fprintf writes it, so that threads do not mix
 * lines. */
static inline void sample_error(const char *program, const char *call, CM_INT32 rc)
{
    const char *advice = sample_advice(rc);
    fprintf(stderr, "%s: %s: %s (%d)%s%s\n", program, call, xcrcname(rc), (int)rc, advice ? ": " : "",
            advice ? advice : "");
}

#endif
