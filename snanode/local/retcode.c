#include "snanode/local/retcode.h"

#include <stddef.h>

#include "snanode/local/lp.h"
#include "snanode/wire/sense.h"

#define WHOLE 0xFFFFFFFFu
#define MAJOR 0xFFFF0000u /* category and modifier */

/* One row for each sense code, or for a family whose low half is more detail than programs are told.  The
 * first row that fits wins.  0 in a column means the same as no row. */
static const struct row {
    uint32_t sense, mask;
    uint16_t allocate; /* there is no session */
    uint16_t fmh7;     /* it came in an FMH-7 */
    uint16_t purging;  /* ... after a negative response; 0: the same */
    uint16_t unbind;   /* it ended the session */
} rows[] = {
    {SENSE_TPN_NOT_RECOGNIZED, WHOLE, LP_RC_TPN_NOT_RECOGNIZED, LP_RC_TPN_NOT_RECOGNIZED, 0, 0},
    {SENSE_PIP_NOT_ALLOWED, WHOLE, LP_RC_PIP_NOT_SPECIFIED_CORRECTLY, LP_RC_PIP_NOT_SPECIFIED_CORRECTLY, 0,
     0},
    {SENSE_PIP_INVALID, WHOLE, LP_RC_PIP_NOT_SPECIFIED_CORRECTLY, LP_RC_PIP_NOT_SPECIFIED_CORRECTLY, 0, 0},
    {SENSE_CONV_TYPE_MISMATCH, WHOLE, LP_RC_CONVERSATION_TYPE_MISMATCH, LP_RC_CONVERSATION_TYPE_MISMATCH, 0,
     0},
    {SENSE_SYNC_LEVEL_UNSUPPORTED, WHOLE, LP_RC_SYNC_LVL_NOT_SUPPORTED_PGM, LP_RC_SYNC_LVL_NOT_SUPPORTED_PGM,
     0, 0},
    {SENSE_TP_UNAVAILABLE_RETRY, WHOLE, LP_RC_TP_NOT_AVAILABLE_RETRY, LP_RC_TP_NOT_AVAILABLE_RETRY, 0, 0},
    {SENSE_TP_UNAVAILABLE_NO_RETRY, WHOLE, LP_RC_TP_NOT_AVAILABLE_NO_RETRY, LP_RC_TP_NOT_AVAILABLE_NO_RETRY,
     0, 0},
    {SENSE_SECURITY_NOT_VALID, WHOLE, LP_RC_SECURITY_NOT_VALID, LP_RC_SECURITY_NOT_VALID, 0,
     LP_RC_SECURITY_NOT_VALID},
    /* 080F 0983, 080F 8xxx and 080F FFnn are further ways to refuse the credentials. */
    {SENSE_SECURITY_NOT_VALID & MAJOR, MAJOR, LP_RC_SECURITY_NOT_VALID, LP_RC_SECURITY_NOT_VALID, 0, 0},
    /* A BIND that is refused for these the product tries again: limits, shortages, and what is not there at
       the moment [Q277918], and paths that fail [L143]. */
    {0x08010000u, MAJOR, LP_RC_ALLOCATE_FAILURE_RETRY, 0, 0, 0},
    {0x08050000u, MAJOR, LP_RC_ALLOCATE_FAILURE_RETRY, 0, 0, 0},
    {0x08120000u, MAJOR, LP_RC_ALLOCATE_FAILURE_RETRY, 0, 0, 0},
    {0x08370000u, MAJOR, LP_RC_ALLOCATE_FAILURE_RETRY, 0, 0, 0},
    {0x08390000u, MAJOR, LP_RC_ALLOCATE_FAILURE_RETRY, 0, 0, 0},
    {0x08420000u, MAJOR, LP_RC_ALLOCATE_FAILURE_RETRY, 0, 0, 0},
    {0x08450000u, MAJOR, LP_RC_ALLOCATE_FAILURE_RETRY, 0, 0, 0},
    {0x084B0000u, MAJOR, LP_RC_ALLOCATE_FAILURE_RETRY, 0, 0, 0},
    {0x08560000u, MAJOR, LP_RC_ALLOCATE_FAILURE_RETRY, 0, 0, 0},
    {0x08570000u, MAJOR, LP_RC_ALLOCATE_FAILURE_RETRY, 0, 0, 0},
    {0x80010000u, MAJOR, LP_RC_ALLOCATE_FAILURE_RETRY, 0, 0, 0},
    {0x80020000u, MAJOR, LP_RC_ALLOCATE_FAILURE_RETRY, 0, 0, 0},
    {0x80030000u, MAJOR, LP_RC_ALLOCATE_FAILURE_RETRY, 0, 0, 0},
    {0x80130000u, MAJOR, LP_RC_ALLOCATE_FAILURE_RETRY, 0, 0, 0},
    /* A partner's program that died: its node says so as if it had deallocated [C10; S24]. */
    {SENSE_ABEND_PROG, WHOLE, 0, LP_RC_DEALLOCATED_ABEND, 0, LP_RC_DEALLOCATED_ABEND},
    {SENSE_ABEND_SVC, WHOLE, 0, LP_RC_DEALLOCATED_ABEND_SVC, 0, LP_RC_DEALLOCATED_ABEND_SVC},
    {SENSE_ABEND_TIMER, WHOLE, 0, LP_RC_DEALLOCATED_ABEND_TIMER, 0, LP_RC_DEALLOCATED_ABEND_TIMER},
    {SENSE_PROG_ERROR, WHOLE, 0, LP_RC_PROGRAM_ERROR_NO_TRUNC, LP_RC_PROGRAM_ERROR_PURGING, 0},
    {SENSE_PROG_ERROR_TRUNC, WHOLE, 0, LP_RC_PROGRAM_ERROR_TRUNC, LP_RC_PROGRAM_ERROR_PURGING, 0},
    {SENSE_SVC_ERROR, WHOLE, 0, LP_RC_SVC_ERROR_NO_TRUNC, LP_RC_SVC_ERROR_PURGING, 0},
    {SENSE_SVC_ERROR_TRUNC, WHOLE, 0, LP_RC_SVC_ERROR_TRUNC, LP_RC_SVC_ERROR_PURGING, 0},
    /* After a lost link or an operator's command a retry may succeed; after any other end of a session it
       will not. */
    {SENSE_SESSION_RESET, WHOLE, LP_RC_ALLOCATE_FAILURE_RETRY, 0, 0, LP_RC_RESOURCE_FAILURE_RETRY},
    {0x80050000u, MAJOR, 0, 0, 0, LP_RC_RESOURCE_FAILURE_RETRY},
    {0, WHOLE, 0, 0, 0, LP_RC_RESOURCE_FAILURE_RETRY}, /* an UNBIND that gives no reason */
};

static const struct row *find(uint32_t sense)
{
    static const struct row none;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if ((sense & rows[i].mask) == rows[i].sense)
            return &rows[i];
    return &none;
}

uint16_t retcode_of_allocate(uint32_t sense)
{
    uint16_t rc = find(sense)->allocate;
    return rc ? rc : LP_RC_ALLOCATE_FAILURE_NO_RETRY;
}

uint16_t retcode_of_fmh7(uint32_t sense, bool purging, bool last)
{
    const struct row *r = find(sense);
    uint16_t rc = purging && r->purging ? r->purging : r->fmh7;
    if (rc)
        return rc;
    /* An unknown sense must still complete the call [A47]. */
    if (last)
        return LP_RC_RESOURCE_FAILURE_NO_RETRY;
    return purging ? LP_RC_PROGRAM_ERROR_PURGING : LP_RC_PROGRAM_ERROR_NO_TRUNC;
}

uint16_t retcode_of_unbind(uint32_t sense)
{
    uint16_t rc = find(sense)->unbind;
    return rc ? rc : LP_RC_RESOURCE_FAILURE_NO_RETRY;
}

uint16_t retcode_without_failure(uint16_t rc)
{
    bool failure = rc == LP_RC_ALLOCATE_FAILURE_NO_RETRY || rc == LP_RC_ALLOCATE_FAILURE_RETRY;
    return failure ? LP_RC_FAILURE_20 : rc;
}

uint16_t retcode_to_program(uint32_t rc)
{
    if (rc == LP_RC_CANCELLED)
        return LP_RC_DEALLOCATED_ABEND;
    if (rc == LP_RC_MODE_UNKNOWN || rc == LP_RC_PARTNER_UNKNOWN)
        return LP_RC_PARAMETER_ERROR;
    return rc < LP_RC_CANCELLED ? (uint16_t)rc : LP_RC_PRODUCT_SPECIFIC_ERROR;
}
