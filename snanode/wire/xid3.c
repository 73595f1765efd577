#include "snanode/wire/xid3.h"

#include <string.h>

#include "snanode/base/buf.h"
#include "snanode/wire/sense.h"

enum { FORMAT3_T21 = 0x32, FORMAT = 0x30, DLC_TYPE = 0x01, DLC_LEN = 11, AT_DLC = 18 };
enum {
    CV_NAME = 0x0E,
    CV_PRODUCT = 0x10,
    CV_ERROR = 0x22,
    CV_HPR = 0x61,
    NAME_CP = 0xF4,
    NAME_LINK_STATION = 0xF7,
    PRODUCT_ID = 0x11,       /* subvector of CV 10 */
    PRODUCT_SOFTWARE = 0x0C, /* class: non-IBM software */
    PRODUCT_COMMON_NAME = 0x06,
    ERROR_LEN = 7,
};

static uint8_t bit(bool on, unsigned mask)
{
    return on ? (uint8_t)mask : 0;
}

uint32_t xid3_node_id(const struct xid3 *x)
{
    return (uint32_t)(x->block & 0xFFF) << 20 | (x->id & 0xFFFFF);
}

/* ---- encoding ---- */

static void put_fixed(struct wr *w, const struct xid3 *x)
{
    wr_u8(w, FORMAT3_T21);
    wr_u8(w, 0); /* the length, filled in at the end */
    wr_u32(w, xid3_node_id(x));
    wr_u16(w, 0);
    wr_u8(w, bit(x->no_init_self, 0x80) | bit(x->no_independent_bind, 0x40) |
                 bit(x->whole_bind_sender, 0x20) | bit(x->whole_bind_receiver, 0x10));
    wr_u8(w, bit(x->no_actpu, 0x80) | bit(x->network_node, 0x40) | bit(x->cp_services, 0x20) |
                 bit(x->cp_sessions, 0x10) | (uint8_t)(x->state << 2) | bit(x->secondary_nonact, 0x02) |
                 bit(x->cp_name_change, 0x01));
    wr_u8(w, bit(x->bind_pacing_send, 0x80) | bit(x->bind_pacing_recv, 0x40) | bit(x->quiesce_tg, 0x20));
    wr_u8(w, 0);
    wr_u8(w, bit(x->complete_supported, 0x80) | bit(x->complete, 0x40));
    wr_u16(w, 0);
    wr_u8(w, 0);
    wr_u8(w, x->tg);
    wr_u8(w, DLC_TYPE);
    wr_u8(w, DLC_LEN);
    wr_u8(w, bit(x->abm, 0x40) | (uint8_t)(x->role << 4) | (x->transmit & 3));
    wr_u8(w, bit(x->nonact_sender, 0x80));
    wr_u16(w, x->max_btu & 0x7FFF);
    wr_u32(w, 0); /* for SDLC, and reserved */
    wr_u8(w, x->max_in & 0x7F);
    wr_u8(w, 0);
}

static void put_name(struct wr *w, uint8_t type, const struct xid3_name *name)
{
    if (name->n == 0)
        return;
    wr_u8(w, CV_NAME);
    wr_u8(w, (uint8_t)(1 + name->n));
    wr_u8(w, type);
    wr_bytes(w, name->s, name->n);
}

/* CV 10 holds a reserved octet and one product identifier: a vector whose length counts itself, in which a
 * subfield has the name. */
static void put_product(struct wr *w, const struct xid3 *x)
{
    if (x->product_n == 0)
        return;
    uint8_t field = (uint8_t)(2 + x->product_n), vector = (uint8_t)(3 + field);
    wr_u8(w, CV_PRODUCT);
    wr_u8(w, (uint8_t)(1 + vector));
    wr_u8(w, 0);
    wr_u8(w, vector);
    wr_u8(w, PRODUCT_ID);
    wr_u8(w, PRODUCT_SOFTWARE);
    wr_u8(w, field);
    wr_u8(w, PRODUCT_COMMON_NAME);
    wr_bytes(w, x->product, x->product_n);
}

static void put_error(struct wr *w, const struct xid3 *x)
{
    if (!x->error)
        return;
    wr_u8(w, CV_ERROR);
    wr_u8(w, ERROR_LEN);
    wr_u16(w, x->error_at);
    wr_u8(w, x->error_bit);
    wr_u32(w, x->error_sense);
}

ssize_t xid3_encode(const struct xid3 *in, uint8_t *out, size_t cap)
{
    if (in->block > 0xFFF || in->id > 0xFFFFF || in->state > XID3_NONACTIVATION ||
        in->role > XID3_NEGOTIABLE || in->max_btu > 0x7FFF || in->max_in > 0x7F ||
        in->cp_name.n > NAME_FQ_MAX || in->link_name.n > NAME_FQ_MAX || in->product_n > XID3_PRODUCT_MAX)
        return -1;
    struct wr w = wr_make(out, cap);
    put_fixed(&w, in);
    put_name(&w, NAME_CP, &in->cp_name);
    put_name(&w, NAME_LINK_STATION, &in->link_name);
    put_product(&w, in);
    put_error(&w, in);
    if (w.bad || w.n > XID3_MAX)
        return -1;
    out[XID3_AT_LENGTH] = (uint8_t)w.n;
    return (ssize_t)w.n;
}

/* ---- decoding ---- */

static void get_fixed(const uint8_t *p, struct xid3 *x)
{
    x->block = (uint16_t)(p[2] << 4 | p[3] >> 4);
    x->id = (uint32_t)(p[3] & 0xF) << 16 | (uint32_t)p[4] << 8 | p[5];
    x->no_init_self = p[8] & 0x80;
    x->no_independent_bind = p[8] & 0x40;
    x->whole_bind_sender = p[8] & 0x20;
    x->whole_bind_receiver = p[8] & 0x10;
    x->no_actpu = p[9] & 0x80;
    x->network_node = p[9] & 0x40;
    x->cp_services = p[9] & 0x20;
    x->cp_sessions = p[9] & 0x10;
    x->state = p[9] >> 2 & 3;
    x->secondary_nonact = p[9] & 0x02;
    x->cp_name_change = p[9] & 0x01;
    x->bind_pacing_send = p[10] & 0x80;
    x->bind_pacing_recv = p[10] & 0x40;
    x->quiesce_tg = p[10] & 0x20;
    x->complete_supported = p[12] & 0x80;
    x->complete = p[12] & 0x40;
    x->tg = p[XID3_AT_TG];
    x->abm = p[XID3_AT_ROLE] & 0x40;
    x->role = p[XID3_AT_ROLE] >> 4 & 3;
    x->transmit = p[XID3_AT_ROLE] & 3;
    x->nonact_sender = p[20] & 0x80;
    x->max_btu = (uint16_t)((p[XID3_AT_BTU] & 0x7F) << 8 | p[XID3_AT_BTU + 1]);
    x->max_in = p[27] & 0x7F;
}

/* -1 when the name is too long. */
static int get_name(struct rd *cv, struct xid3 *x)
{
    uint8_t type = rd_u8(cv);
    size_t n = rd_left(cv);
    struct xid3_name *name = type == NAME_CP ? &x->cp_name : type == NAME_LINK_STATION ? &x->link_name : NULL;
    if (cv->bad || !name)
        return 0;
    if (n > NAME_FQ_MAX)
        return -1;
    name->n = (uint8_t)n;
    memcpy(name->s, cv->p, n);
    return 0;
}

/* The first common name in the product set identifier, or none.  A real node's inner length was four too
 * large [Q149444], so a length that does not fit only ends the search. */
static void get_product(struct rd cv, struct xid3 *x)
{
    rd_u8(&cv);
    uint8_t n = rd_u8(&cv), key = rd_u8(&cv);
    rd_u8(&cv);
    if (cv.bad || key != PRODUCT_ID)
        return;
    struct rd fields = cv;
    if (n >= 3 && (size_t)n - 3 < rd_left(&cv))
        fields.end = fields.p + n - 3;
    while (rd_left(&fields) >= 2) {
        uint8_t len = rd_u8(&fields), what = rd_u8(&fields);
        const uint8_t *text = len >= 2 ? rd_bytes(&fields, len - 2u) : NULL;
        if (!text)
            return;
        if (what == PRODUCT_COMMON_NAME) {
            x->product_n = (uint8_t)(len - 2 < XID3_PRODUCT_MAX ? len - 2 : XID3_PRODUCT_MAX);
            memcpy(x->product, text, x->product_n);
            return;
        }
    }
}

static void get_error(struct rd *cv, struct xid3 *x)
{
    x->error = true; /* whatever the rest of it says */
    x->error_at = rd_u16(cv);
    x->error_bit = rd_u8(cv);
    x->error_sense = rd_u32(cv);
}

static int get_vectors(const uint8_t *p, struct rd r, struct xid3 *x, struct sna_err *e)
{
    while (rd_left(&r) > 0) {
        size_t at = (size_t)(r.p - p);
        uint8_t key = rd_u8(&r), n = rd_u8(&r);
        struct rd cv = rd_make(rd_bytes(&r, n), n);
        if (r.bad)
            return sna_err_set(e, SENSE_XID_VECTOR | (uint32_t)key << 8 | 1, at, "control vector cut short");
        if (key == CV_NAME && get_name(&cv, x) < 0)
            return sna_err_set(e, SENSE_XID_NAME, at, "name in control vector too long");
        if (key == CV_PRODUCT)
            get_product(cv, x);
        if (key == CV_ERROR)
            get_error(&cv, x);
        if (key == CV_HPR)
            x->hpr = true;
    }
    return 0;
}

ssize_t xid3_decode(const uint8_t *p, size_t n, struct xid3 *out, struct sna_err *e)
{
    struct xid3 x = {.state = XID3_NO_STATES};
    if (n > 0 && (p[0] & 0xF0) != FORMAT)
        return sna_err_set(e, SENSE_XID_FORMAT, 0, "not an XID of format 3");
    if (n > 0 && p[0] != FORMAT3_T21)
        return sna_err_set(e, SENSE_XID_NODE_TYPE, 0, "not from a type 2.1 node");
    if (n < XID3_FIXED || p[AT_DLC] < DLC_LEN || n < (size_t)AT_DLC + p[AT_DLC])
        return sna_err_set(e, SENSE_XID_SHORT, n, "XID shorter than its fields");
    if (p[XID3_AT_LENGTH] != n)
        return sna_err_set(e, SENSE_XID_LENGTH, XID3_AT_LENGTH, "length field of the XID is wrong");
    get_fixed(p, &x);
    size_t vectors = (size_t)AT_DLC + p[AT_DLC];
    if (get_vectors(p, rd_make(p + vectors, n - vectors), &x, e) < 0)
        return -1;
    *out = x;
    return (ssize_t)n;
}
