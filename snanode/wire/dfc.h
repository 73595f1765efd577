/* dfc.h - RUs of data flow control, and the response RUs of control requests.  Layer: wire (pure).
 * [Formats: request units; Formats: RH]  The RH that goes with them is the caller's.
 */
#ifndef SNA_WIRE_DFC_H
#define SNA_WIRE_DFC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "snanode/base/err.h"

#define DFC_MAX     5 /* the longest request */
#define DFC_RSP_MAX 5 /* sense data and request code */

/* The request codes that LU 6.2 uses; any other is answered with SENSE_REQUEST_CODE. */
enum dfc_code {
    DFC_LUSTAT = 0x04, /* stands for an empty chain: bid, yield, change of direction without data */
    DFC_RTR = 0x05,    /* offers a bracket that was refused before */
    DFC_BIS = 0x70,    /* the sender begins no more brackets */
    DFC_SIG = 0xC9,    /* Request_To_Send; expedited flow */
};

/* Encode the request CODE with its only body in LU 6.2 (LUSTAT 0006 0000, SIG 0001 0001) into OUT (CAP
 * octets).  Returns octets written, or -1 when it does not fit or CODE is none of enum dfc_code. */
ssize_t dfc_encode(uint8_t code, uint8_t *out, size_t cap) __attribute__((warn_unused_result));

/* Recognise the request at the front of P (N octets).  The status of LUSTAT is ignored: nothing depends
 * on its value, and the RH alone says what the LUSTAT is for. Returns octets used, or -1 with *E
 * set: SENSE_REQUEST_CODE, SENSE_RH_INCOMPLETE, or SENSE_PARAMETER for a signal other than request-to-send.
 * *CODE (enum dfc_code) only on success. */
ssize_t dfc_decode(const uint8_t *p, size_t n, uint8_t *code, struct sna_err *e)
    __attribute__((warn_unused_result));

/* Encode the response RU of a DFC or SC request: the request code, after the sense data when SENSE is not 0.
 * (The positive response to BIND is a whole BIND instead.)  Returns octets written, or -1 when it does not
 * fit. */
ssize_t dfc_encode_response(uint8_t code, uint32_t sense, uint8_t *out, size_t cap)
    __attribute__((warn_unused_result));

/* Decode such a response RU at the front of P (N octets); NEGATIVE is taken from the RH.  *SENSE is 0 for a
 * positive response.  Returns octets used, or -1 with *E set (SENSE_RH_INCOMPLETE). */
ssize_t dfc_decode_response(const uint8_t *p, size_t n, bool negative, uint8_t *code, uint32_t *sense,
                            struct sna_err *e) __attribute__((warn_unused_result));

#endif
