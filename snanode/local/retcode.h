/* retcode.h - return codes by name, and the only place where sense codes become return codes.
 * Layer: local (pure).  The local protocol carries the numbers of CPI-C; the library checks that they are
 * those of cpic.h.  [HIS: CPI-C Common Return Codes; HIS: Sense Data Specific to LU 6.2] */
#ifndef SNA_LOCAL_RETCODE_H
#define SNA_LOCAL_RETCODE_H

#include <stdbool.h>
#include <stdint.h>

/* X(name, number): LP_RC_name is CM_name of cpic.h. */
#define LP_RETCODES(X)                                                                                       \
    X(OK, 0)                                                                                                 \
    X(ALLOCATE_FAILURE_NO_RETRY, 1)                                                                          \
    X(ALLOCATE_FAILURE_RETRY, 2)                                                                             \
    X(CONVERSATION_TYPE_MISMATCH, 3)                                                                         \
    X(PIP_NOT_SPECIFIED_CORRECTLY, 5)                                                                        \
    X(SECURITY_NOT_VALID, 6)                                                                                 \
    X(SYNC_LVL_NOT_SUPPORTED_PGM, 8)                                                                         \
    X(TPN_NOT_RECOGNIZED, 9)                                                                                 \
    X(TP_NOT_AVAILABLE_NO_RETRY, 10)                                                                         \
    X(TP_NOT_AVAILABLE_RETRY, 11)                                                                            \
    X(DEALLOCATED_ABEND, 17)                                                                                 \
    X(PARAMETER_ERROR, 19)                                                                                   \
    X(PRODUCT_SPECIFIC_ERROR, 20)                                                                            \
    X(PROGRAM_ERROR_NO_TRUNC, 21)                                                                            \
    X(PROGRAM_ERROR_PURGING, 22)                                                                             \
    X(PROGRAM_ERROR_TRUNC, 23)                                                                               \
    X(PROGRAM_PARAMETER_CHECK, 24)                                                                           \
    X(PROGRAM_STATE_CHECK, 25)                                                                               \
    X(RESOURCE_FAILURE_NO_RETRY, 26)                                                                         \
    X(RESOURCE_FAILURE_RETRY, 27)                                                                            \
    X(UNSUCCESSFUL, 28)                                                                                      \
    X(DEALLOCATED_ABEND_SVC, 30)                                                                             \
    X(DEALLOCATED_ABEND_TIMER, 31)                                                                           \
    X(SVC_ERROR_NO_TRUNC, 32)                                                                                \
    X(SVC_ERROR_PURGING, 33)                                                                                 \
    X(SVC_ERROR_TRUNC, 34)

enum lp_retcode {
#define X(name, number) LP_RC_##name = (number),
    LP_RETCODES(X)
#undef X
};

/* The return code of an Allocate that gets no session because of SENSE: the BIND was refused, or a failure
 * was injected [A39]. */
uint16_t retcode_of_allocate(uint32_t sense);

/* The return code of a call when an FMH-7 with SENSE arrives.  PURGING: a negative response came before
 * it.  LAST: it ends the conversation. */
uint16_t retcode_of_fmh7(uint32_t sense, bool purging, bool last);

/* The return code of a call when an UNBIND with SENSE (0 = none) ends its session. */
uint16_t retcode_of_unbind(uint32_t sense);

/* RC of an answer to Allocate as AllocateFailure20 requires it: LP_RC_FAILURE_20 in place of the two codes of
 * a session that cannot be had, others as they are [A39]. */
uint16_t retcode_without_failure(uint16_t rc);

/* The return code that a program gets for RC of an answer: CPI-C codes as they are, 17 for a request that
 * was cancelled, 20 for any other reason of lp.h. */
uint16_t retcode_to_program(uint32_t rc);

#endif
