#include "snanode/wire/unbind.h"

#include "snanode/base/buf.h"
#include "snanode/wire/sense.h"

ssize_t unbind_encode(const struct unbind *in, uint8_t *out, size_t cap)
{
    struct wr w = wr_make(out, cap);
    wr_u8(&w, UNBIND_CODE);
    wr_u8(&w, in->type);
    if (in->type == UNBIND_FAILURE)
        wr_u32(&w, in->sense);
    return w.bad ? -1 : (ssize_t)w.n;
}

ssize_t unbind_decode(const uint8_t *p, size_t n, struct unbind *out, struct sna_err *e)
{
    struct rd r = rd_make(p, n);
    struct unbind u = {0};
    if (rd_u8(&r) != UNBIND_CODE && !r.bad)
        return sna_err_set(e, SENSE_REQUEST_CODE, 0, "not an UNBIND");
    u.type = rd_u8(&r);
    if (u.type == UNBIND_FAILURE)
        u.sense = rd_u32(&r);
    if (r.bad)
        return sna_err_set(e, SENSE_RH_INCOMPLETE, n, "UNBIND cut short");
    *out = u;
    return (ssize_t)(n - rd_left(&r));
}
