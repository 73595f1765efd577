/* rh.h - request/response header: three octets <-> struct.  Layer: wire (pure).
 * [Formats: RH]  Field names are those of the book. */
#ifndef SNA_WIRE_RH_H
#define SNA_WIRE_RH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/base/err.h"

#define RH_LEN 3

/* Bits of the three octets, most significant first, as the book draws them. */
enum rh_bit {
    RH0_RRI = 0x80,
    RH0_CATEGORY = 0x60,
    RH0_FI = 0x08,
    RH0_SDI = 0x04,
    RH0_BCI = 0x02,
    RH0_ECI = 0x01,
    RH1_DR1I = 0x80,
    RH1_LCCI = 0x40,
    RH1_DR2I = 0x20,
    RH1_ERI = 0x10,
    RH1_RLWI = 0x04,
    RH1_QRI = 0x02,
    RH1_PI = 0x01,
    RH2_BBI = 0x80,
    RH2_EBI = 0x40,
    RH2_CDI = 0x20,
    RH2_CSI = 0x08,
    RH2_EDI = 0x04,
    RH2_PDI = 0x02,
    RH2_CEBI = 0x01,
};

enum rh_category { RH_FMD = 0, RH_NC = 1, RH_DFC = 2, RH_SC = 3 };

struct rh {
    bool rri;           /* response */
    uint8_t category;   /* enum rh_category */
    bool fi;            /* FMD: an FM header leads the RU; DFC, SC, NC requests: always set */
    bool sdi;           /* four octets of sense data lead the RU */
    bool bci, eci;      /* first, last RU of the chain */
    bool dr1i, dr2i;    /* definite response 1, 2 asked for (request) or given (response) */
    bool lcci;          /* length-checked compression (request) */
    bool eri;           /* request: exception response; response: RTI, negative */
    bool rlwi;          /* request larger window (request) */
    bool qri;           /* queued response */
    bool pi;            /* pacing */
    bool bbi, ebi, cdi; /* begin, end bracket, change direction (request) */
    bool csi, edi, pdi; /* code selection, enciphered, padded (request) */
    bool cebi;          /* conditional end bracket (request) */
};

/* Encode H; in a response the bits that only a request has are zero. */
void rh_encode(const struct rh *h, uint8_t out[RH_LEN]);

/* Decode the RH at the front of P (N octets): returns RH_LEN, or -1 with *E set
 * (SENSE_RH_INCOMPLETE).  Reserved bits are ignored, so the request bits of a response read as off. */
int rh_decode(const uint8_t *p, size_t n, struct rh *out, struct sna_err *e)
    __attribute__((warn_unused_result));

/* Whether the bits of the request H agree with the rules of LU 6.2 [Formats: RH; HIS: FM Profile 19]: 0, or
 * the sense code of the first rule broken.  Rules that need the RU (FM header type, DFC request code) or the
 * state of the session are not checked here. */
uint32_t rh_check_request(const struct rh *h);

#endif
