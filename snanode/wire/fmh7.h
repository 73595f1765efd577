/* fmh7.h - error description header (FMH-7) and the error log variable that may follow it.
 * Layer: wire (pure).  [Formats: FMH-7; Formats: GDS variables; Q181011] */
#ifndef SNA_WIRE_FMH7_H
#define SNA_WIRE_FMH7_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "snanode/base/err.h"

#define FMH7_LEN     7
#define FMH7_LOG_MAX 512                           /* message text, octets */
#define FMH7_MAX     (FMH7_LEN + 8 + FMH7_LOG_MAX) /* header and log variable together */

struct fmh7 {
    uint32_t sense;
    bool log_follows;   /* ELI: a GDS 12E1 is in the same RU stream */
    const uint8_t *gds; /* the whole variable, NULL = none */
    size_t gds_n;
    const uint8_t *log; /* message text (EBCDIC) inside the decoded octets, or NULL */
    size_t log_n;
};

/* Decode an FMH-7 at the front of P (N octets) and, when ELI is on, the log variable after it.
 * Returns octets used, or -1 with *E set (SENSE_FMH_TYPE, SENSE_FMH_LENGTH; SENSE_LOG_DATA_MISMATCH when ELI
 * is on and no whole log variable is there).  LOG points into P; *OUT only on success.  A log variable that
 * no ELI announced is left to the caller: on a basic conversation it may be the program's own data. */
ssize_t fmh7_decode(const uint8_t *p, size_t n, struct fmh7 *out, struct sna_err *e)
    __attribute__((warn_unused_result));

/* The message text in the body of a log variable (N octets at BODY), after the product set ID [Q166875]: its
 * place in BODY, and its length in *TEXT_N; NULL when it is empty.  A person will read the text, so a body
 * that cannot be parsed is the text as a whole. */
const uint8_t *fmh7_log_text(const uint8_t *body, size_t n, size_t *text_n);

/* Encode; ELI is set when LOG_N > 0.  Returns octets written (at most FMH7_MAX), or -1 when it does not
 * fit. */
ssize_t fmh7_encode(uint32_t sense, const uint8_t *log, size_t log_n, uint8_t *out, size_t cap)
    __attribute__((warn_unused_result));

#endif
