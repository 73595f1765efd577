#include "snanode/wire/dfc.h"

#include "snanode/base/buf.h"
#include "snanode/wire/sense.h"

#define LUSTAT_STATUS 0x00060000u /* no-operation status [Q172484] */
#define SIG_RTS       0x00010001u /* signal code 1, extension 1: request to send */

ssize_t dfc_encode(uint8_t code, uint8_t *out, size_t cap)
{
    struct wr w = wr_make(out, cap);
    wr_u8(&w, code);
    switch (code) {
    case DFC_LUSTAT:
        wr_u32(&w, LUSTAT_STATUS);
        break;
    case DFC_SIG:
        wr_u32(&w, SIG_RTS);
        break;
    case DFC_RTR:
    case DFC_BIS:
        break;
    default:
        return -1;
    }
    return w.bad ? -1 : (ssize_t)w.n;
}

ssize_t dfc_decode(const uint8_t *p, size_t n, uint8_t *code, struct sna_err *e)
{
    struct rd r = rd_make(p, n);
    uint8_t c = rd_u8(&r);
    if (r.bad)
        return sna_err_set(e, SENSE_RH_INCOMPLETE, n, "control RU without a request code");
    if (c != DFC_LUSTAT && c != DFC_RTR && c != DFC_BIS && c != DFC_SIG)
        return sna_err_set(e, SENSE_REQUEST_CODE, 0, "request code unknown to LU 6.2");
    uint32_t body = c == DFC_LUSTAT || c == DFC_SIG ? rd_u32(&r) : 0;
    if (r.bad)
        return sna_err_set(e, SENSE_RH_INCOMPLETE, n, "control RU cut short");
    if (c == DFC_SIG && body != SIG_RTS)
        return sna_err_set(e, SENSE_PARAMETER, 1, "signal is not request-to-send");
    *code = c;
    return (ssize_t)(n - rd_left(&r));
}

ssize_t dfc_encode_response(uint8_t code, uint32_t sense, uint8_t *out, size_t cap)
{
    struct wr w = wr_make(out, cap);
    if (sense)
        wr_u32(&w, sense);
    wr_u8(&w, code);
    return w.bad ? -1 : (ssize_t)w.n;
}

ssize_t dfc_decode_response(const uint8_t *p, size_t n, bool negative, uint8_t *code, uint32_t *sense,
                            struct sna_err *e)
{
    struct rd r = rd_make(p, n);
    uint32_t s = negative ? rd_u32(&r) : 0;
    uint8_t c = rd_u8(&r);
    if (r.bad)
        return sna_err_set(e, SENSE_RH_INCOMPLETE, n, "response RU cut short");
    *sense = s;
    *code = c;
    return (ssize_t)(n - rd_left(&r));
}
