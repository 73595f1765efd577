#include "snanode/wire/ipm.h"

#include "snanode/wire/sense.h"

enum { B0_RWI = 0x20, B1_FORMAT = 0x80 };

void ipm_encode(const struct ipm *m, uint8_t out[IPM_LEN])
{
    out[0] = (uint8_t)((m->type & 3) << 6 | (m->type == IPM_UNSOLICITED ? B0_RWI : 0));
    out[1] = (uint8_t)(m->window >> 8 & 0x7F);
    out[2] = (uint8_t)m->window;
}

ssize_t ipm_decode(const uint8_t *p, size_t n, struct ipm *out, struct sna_err *e)
{
    if (n != IPM_LEN)
        return sna_err_set(e, SENSE_IPM_FORMAT, n, "pacing message is not three octets long");
    struct ipm m = {.type = p[0] >> 6, .window = (uint16_t)((p[1] & 0x7F) << 8 | p[2])};
    bool reset = p[0] & B0_RWI;
    if (m.type > IPM_RESET_ACK || reset != (m.type == IPM_UNSOLICITED))
        return sna_err_set(e, SENSE_IPM_FORMAT, 0, "type and reset indicator of the pacing message disagree");
    if (p[1] & B1_FORMAT)
        return sna_err_set(e, SENSE_IPM_FORMAT, 1, "format of pacing message unknown");
    if (m.type == IPM_SOLICITED && m.window == 0)
        return sna_err_set(e, SENSE_IPM_FORMAT, 1, "solicited pacing message with a window of 0");
    *out = m;
    return IPM_LEN;
}
