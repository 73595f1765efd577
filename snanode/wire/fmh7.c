#include "snanode/wire/fmh7.h"

#include "snanode/base/buf.h"
#include "snanode/wire/gds.h"
#include "snanode/wire/sense.h"

enum {
    FMH7_TYPE = 0x07,
    FMH7_ELI = 0x80,
    LOG_FIXED = 4 /* the lengths of product set id and text, each including itself */
};

/* A field of the log variable: a length, which includes its own two octets, and the value.  NULL when it
 * does not fit. */
static const uint8_t *field(struct rd *r, size_t *n)
{
    size_t len = rd_u16(r);
    if (r->bad || len < 2 || len - 2 > rd_left(r))
        return NULL;
    *n = len - 2;
    return rd_bytes(r, *n);
}

const uint8_t *fmh7_log_text(const uint8_t *body, size_t n, size_t *text_n)
{
    struct rd r = rd_make(body, n);
    const uint8_t *text;
    if (!field(&r, text_n) || !(text = field(&r, text_n))) {
        text = body;
        *text_n = n;
    }
    return *text_n > 0 ? text : NULL;
}

/* Decode the log variable after the header: returns octets used, or -1. */
static ssize_t decode_log(const uint8_t *p, size_t n, struct fmh7 *out, struct sna_err *e)
{
    struct gds v;
    ssize_t used = gds_decode(p + FMH7_LEN, n - FMH7_LEN, &v, NULL);
    if (used < 0 || v.id != GDS_ERROR_LOG || v.more)
        return sna_err_set(e, SENSE_LOG_DATA_MISMATCH, FMH7_LEN,
                           "no whole error log variable after the FMH-7");
    out->gds = p + FMH7_LEN;
    out->gds_n = (size_t)used;
    out->log = fmh7_log_text(v.data, v.n, &out->log_n);
    return used;
}

ssize_t fmh7_decode(const uint8_t *p, size_t n, struct fmh7 *out, struct sna_err *e)
{
    if (n < 2)
        return sna_err_set(e, SENSE_FMH_LENGTH, n, "FMH-7 cut short");
    if (p[1] != FMH7_TYPE)
        return sna_err_set(e, SENSE_FMH_TYPE, 1, "not an FMH-7");
    if (p[0] != FMH7_LEN || n < FMH7_LEN)
        return sna_err_set(e, SENSE_FMH_LENGTH, 0, "FMH-7 is not seven octets");
    struct rd r = rd_make(p + 2, FMH7_LEN - 2);
    struct fmh7 f = {.sense = rd_u32(&r)};
    f.log_follows = rd_u8(&r) & FMH7_ELI;
    ssize_t log = 0;
    if (f.log_follows && (log = decode_log(p, n, &f, e)) < 0)
        return -1;
    *out = f;
    return FMH7_LEN + log;
}

ssize_t fmh7_encode(uint32_t sense, const uint8_t *log, size_t log_n, uint8_t *out, size_t cap)
{
    if (log_n > FMH7_LOG_MAX)
        return -1;
    struct wr w = wr_make(out, cap);
    wr_u8(&w, FMH7_LEN);
    wr_u8(&w, FMH7_TYPE);
    wr_u32(&w, sense);
    wr_u8(&w, log_n ? FMH7_ELI : 0);
    if (log_n) {
        uint8_t header[GDS_HEADER_LEN];
        if (gds_encode_header(GDS_ERROR_LOG, LOG_FIXED + log_n, false, header, sizeof header) < 0)
            return -1;
        wr_bytes(&w, header, sizeof header);
        wr_u16(&w, 2); /* no product set id */
        wr_u16(&w, (uint16_t)(2 + log_n));
        wr_bytes(&w, log, log_n);
    }
    return w.bad ? -1 : (ssize_t)w.n;
}
