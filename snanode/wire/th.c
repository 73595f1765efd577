#include "snanode/wire/th.h"

#include "snanode/wire/sense.h"

enum { B0_ODAI = 0x02, B0_EFI = 0x01 };

void th_encode(const struct th *h, uint8_t out[TH_LEN])
{
    out[0] = (uint8_t)(TH_FID2 << 4 | (h->mpf & 3) << 2 | (h->odai ? B0_ODAI : 0) | (h->efi ? B0_EFI : 0));
    out[1] = 0;
    out[2] = h->daf;
    out[3] = h->oaf;
    out[4] = (uint8_t)(h->snf >> 8);
    out[5] = (uint8_t)h->snf;
}

int th_decode(const uint8_t *p, size_t n, struct th *out, struct sna_err *e)
{
    if (n < TH_LEN)
        return sna_err_set(e, SENSE_TH_INCOMPLETE, n, "TH shorter than six octets");
    if (p[0] >> 4 != TH_FID2)
        return sna_err_set(e, SENSE_TH_FID, 0, "TH is not FID2");
    *out = (struct th){
        .mpf = p[0] >> 2 & 3,
        .odai = p[0] & B0_ODAI,
        .efi = p[0] & B0_EFI,
        .daf = p[2],
        .oaf = p[3],
        .snf = (uint16_t)(p[4] << 8 | p[5]),
    };
    return TH_LEN;
}
