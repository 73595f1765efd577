#include "snanode/wire/cnos.h"

#include "snanode/base/buf.h"
#include "snanode/wire/gds.h"
#include "snanode/wire/sense.h"

enum { DRAIN_SOURCE = 0x10, DRAIN_TARGET = 0x01, BODY_LEN = CNOS_FIXED_LEN - GDS_HEADER_LEN };

static bool known_service(uint8_t v)
{
    return v == CNOS_REQUEST || v == CNOS_REPLY || v == CNOS_REPLY_ABNORMAL;
}

static bool known_modifier(uint8_t v)
{
    return v <= CNOS_CLOSED && v != 3;
}

ssize_t cnos_encode(const struct cnos *in, uint8_t *out, size_t cap)
{
    if (in->mode_n > CNOS_MODE_MAX || in->limit > CNOS_COUNT_MAX || in->source_winners > CNOS_COUNT_MAX ||
        in->target_winners > CNOS_COUNT_MAX || !known_service(in->service) || !known_modifier(in->modifier) ||
        (in->action != CNOS_SET && in->action != CNOS_CLOSE))
        return -1;
    ssize_t h = gds_encode_header(GDS_CNOS, BODY_LEN + (size_t)in->mode_n, false, out, cap);
    if (h < 0)
        return -1;
    struct wr w = wr_make(out + h, cap - (size_t)h);
    wr_u8(&w, in->service);
    wr_u8(&w, in->service == CNOS_REQUEST ? 0 : in->modifier);
    wr_u8(&w, in->action);
    wr_u8(&w, (uint8_t)((in->drain_source ? DRAIN_SOURCE : 0) | (in->drain_target ? DRAIN_TARGET : 0)));
    wr_u8(&w, in->target_responsible);
    wr_u16(&w, in->limit);
    wr_u16(&w, in->source_winners);
    wr_u16(&w, in->target_winners);
    wr_u8(&w, in->all_modes);
    wr_u8(&w, in->mode_n);
    wr_bytes(&w, in->mode, in->mode_n);
    return w.bad ? -1 : h + (ssize_t)w.n;
}

static int check(const struct cnos *c, size_t left, struct sna_err *e)
{
    if (!known_service(c->service))
        return sna_err_set(e, SENSE_PARAMETER, 4, "CNOS is neither a request nor a reply");
    if (c->service != CNOS_REQUEST && !known_modifier(c->modifier))
        return sna_err_set(e, SENSE_PARAMETER, 5, "CNOS reply is of an unknown kind");
    if (c->action != CNOS_SET && c->action != CNOS_CLOSE)
        return sna_err_set(e, SENSE_PARAMETER, 6, "CNOS neither sets nor closes");
    if (c->mode_n > CNOS_MODE_MAX || c->mode_n != left)
        return sna_err_set(e, SENSE_PARAMETER, 16, "mode name in CNOS does not fit");
    return 0;
}

ssize_t cnos_decode(const uint8_t *p, size_t n, struct cnos *out, struct sna_err *e)
{
    struct gds g;
    struct cnos c = {0};
    ssize_t used = gds_decode(p, n, &g, e);
    if (used < 0)
        return -1;
    if (g.id != GDS_CNOS || g.more || g.n < BODY_LEN)
        return sna_err_set(e, SENSE_PARAMETER, 2, "not a CNOS variable");
    struct rd r = rd_make(g.data, g.n);
    c.service = rd_u8(&r) & 0x0F;
    c.modifier = rd_u8(&r);
    c.action = rd_u8(&r);
    uint8_t drain = rd_u8(&r);
    c.drain_source = drain & DRAIN_SOURCE;
    c.drain_target = drain & DRAIN_TARGET;
    c.target_responsible = rd_u8(&r) & 1;
    c.limit = rd_u16(&r) & CNOS_COUNT_MAX;
    c.source_winners = rd_u16(&r) & CNOS_COUNT_MAX;
    c.target_winners = rd_u16(&r) & CNOS_COUNT_MAX;
    c.all_modes = rd_u8(&r) & 1;
    c.mode_n = rd_u8(&r);
    if (check(&c, rd_left(&r), e) < 0)
        return -1;
    if (c.service == CNOS_REQUEST)
        c.modifier = 0; /* reserved in a request, but some senders leave the last reply's modifier there */
    memcpy(c.mode, r.p, c.mode_n);
    *out = c;
    return used;
}
