#include "snanode/wire/rh.h"

#include "snanode/wire/sense.h"

static uint8_t bit(bool on, unsigned mask)
{
    return on ? (uint8_t)mask : 0;
}

/* The bits that only a request has; in a response these positions are reserved [Formats: RH]. */
static void encode_request_bits(const struct rh *h, uint8_t out[RH_LEN])
{
    out[1] |= bit(h->lcci, RH1_LCCI) | bit(h->rlwi, RH1_RLWI);
    out[2] |= bit(h->bbi, RH2_BBI) | bit(h->ebi, RH2_EBI) | bit(h->cdi, RH2_CDI) | bit(h->csi, RH2_CSI) |
              bit(h->edi, RH2_EDI) | bit(h->pdi, RH2_PDI) | bit(h->cebi, RH2_CEBI);
}

void rh_encode(const struct rh *h, uint8_t out[RH_LEN])
{
    out[0] = bit(h->rri, RH0_RRI) | (uint8_t)((h->category & 3) << 5) | bit(h->fi, RH0_FI) |
             bit(h->sdi, RH0_SDI) | bit(h->bci, RH0_BCI) | bit(h->eci, RH0_ECI);
    out[1] = bit(h->dr1i, RH1_DR1I) | bit(h->dr2i, RH1_DR2I) | bit(h->eri, RH1_ERI) | bit(h->qri, RH1_QRI) |
             bit(h->pi, RH1_PI);
    out[2] = 0;
    if (!h->rri)
        encode_request_bits(h, out);
}

static void decode_request_bits(const uint8_t *p, struct rh *out)
{
    out->lcci = p[1] & RH1_LCCI;
    out->rlwi = p[1] & RH1_RLWI;
    out->bbi = p[2] & RH2_BBI;
    out->ebi = p[2] & RH2_EBI;
    out->cdi = p[2] & RH2_CDI;
    out->csi = p[2] & RH2_CSI;
    out->edi = p[2] & RH2_EDI;
    out->pdi = p[2] & RH2_PDI;
    out->cebi = p[2] & RH2_CEBI;
}

int rh_decode(const uint8_t *p, size_t n, struct rh *out, struct sna_err *e)
{
    if (n < RH_LEN)
        return sna_err_set(e, SENSE_RH_INCOMPLETE, n, "RH shorter than three octets");
    *out = (struct rh){
        .rri = p[0] & RH0_RRI,
        .category = (p[0] & RH0_CATEGORY) >> 5,
        .fi = p[0] & RH0_FI,
        .sdi = p[0] & RH0_SDI,
        .bci = p[0] & RH0_BCI,
        .eci = p[0] & RH0_ECI,
        .dr1i = p[1] & RH1_DR1I,
        .dr2i = p[1] & RH1_DR2I,
        .eri = p[1] & RH1_ERI,
        .qri = p[1] & RH1_QRI,
        .pi = p[1] & RH1_PI,
    };
    if (!out->rri)
        decode_request_bits(p, out);
    return RH_LEN;
}

/* Response forms [Formats: RH]: RQE asks for a response only after an error, RQD always asks for
 * one. */
static bool is_rqe(const struct rh *h)
{
    return (h->dr1i || h->dr2i) && h->eri;
}

static bool is_rqd(const struct rh *h)
{
    return (h->dr1i || h->dr2i) && !h->eri;
}

/* RQE2 and RQE3: the partner's next request is the answer, so there has to be a next one. */
static bool is_rqe_long_locks(const struct rh *h)
{
    return h->dr2i && h->eri;
}

/* Rules that hold for DFC as well as FMD: LUSTAT carries brackets and direction for an empty chain. */
static uint32_t check_bracket_bits(const struct rh *h)
{
    bool rqd1 = h->dr1i && !h->dr2i && !h->eri;
    if (h->bbi && !h->bci)
        return SENSE_RH_BB;
    if (h->ebi)
        return SENSE_RH_EB;
    if (h->cdi && (!h->eci || rqd1))
        return SENSE_RH_CD;
    if (h->cebi && !h->eci)
        return SENSE_RH_EB;
    if (h->cebi && h->cdi)
        return SENSE_RH_CD;
    if (h->cebi && is_rqe_long_locks(h))
        return SENSE_RH_EB;
    return 0;
}

static uint32_t check_fmd(const struct rh *h)
{
    if (!is_rqe(h) && !is_rqd(h))
        return SENSE_RH_FORM;
    if (is_rqd(h) && !h->eci)
        return SENSE_RH_DR;
    if (h->bbi && !h->fi)
        return SENSE_RH_BB; /* a bracket begins with an Attach */
    uint32_t sense = check_bracket_bits(h);
    if (sense)
        return sense;
    /* A chain may not end without asking for an answer or giving up the right to send. */
    return is_rqe(h) && h->eci && !h->cdi && !h->cebi ? SENSE_RH_EC : 0;
}

static uint32_t check_control(const struct rh *h)
{
    if (!h->fi)
        return SENSE_RH_FI;
    if (!h->bci || !h->eci)
        return SENSE_RH_DFC_CHAIN;
    return check_bracket_bits(h);
}

uint32_t rh_check_request(const struct rh *h)
{
    uint32_t sense = h->category == RH_FMD ? check_fmd(h) : check_control(h);
    if (sense)
        return sense;
    return h->csi ? SENSE_RH_CSI : 0;
}
