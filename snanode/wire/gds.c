#include "snanode/wire/gds.h"

#include "snanode/base/buf.h"
#include "snanode/wire/sense.h"

bool gds_ll_valid(uint16_t ll)
{
    return gds_ll_length(ll) >= GDS_LL_LEN;
}

uint16_t gds_ll_length(uint16_t ll)
{
    return ll & (uint16_t)~GDS_LL_MORE;
}

ssize_t gds_encode_ll(size_t n, bool more, uint8_t *out, size_t cap)
{
    if (n > GDS_RECORD_MAX - GDS_LL_LEN)
        return -1;
    struct wr w = wr_make(out, cap);
    wr_u16(&w, (uint16_t)((n + GDS_LL_LEN) | (more ? GDS_LL_MORE : 0)));
    return w.bad ? -1 : (ssize_t)w.n;
}

ssize_t gds_encode_header(uint16_t id, size_t n, bool more, uint8_t *out, size_t cap)
{
    if (n > GDS_DATA_MAX)
        return -1;
    struct wr w = wr_make(out, cap);
    wr_u16(&w, (uint16_t)((n + GDS_HEADER_LEN) | (more ? GDS_LL_MORE : 0)));
    wr_u16(&w, id);
    return w.bad ? -1 : (ssize_t)w.n;
}

ssize_t gds_decode(const uint8_t *p, size_t n, struct gds *out, struct sna_err *e)
{
    struct rd r = rd_make(p, n);
    uint16_t ll = rd_u16(&r);
    if (r.bad)
        return sna_err_set(e, SENSE_RH_INCOMPLETE, n, "LL cut short");
    size_t length = gds_ll_length(ll);
    if (length < GDS_HEADER_LEN)
        return sna_err_set(e, SENSE_PARAMETER, 0, "LL leaves no room for a GDS ID");
    if (length > n)
        return sna_err_set(e, SENSE_RH_INCOMPLETE, n, "GDS variable cut short");
    uint16_t id = rd_u16(&r);
    *out = (struct gds){
        .id = id, .more = (ll & GDS_LL_MORE) != 0, .data = p + GDS_HEADER_LEN, .n = length - GDS_HEADER_LEN};
    return (ssize_t)length;
}
