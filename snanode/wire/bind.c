/* The BIND image is 27 octets of fixed fields and then names and user data, each with its length in front.
 * Offsets below are those of the book, and they matter: a refusal is 0835 and the offset of the field. */
#include "snanode/wire/bind.h"

#include "snanode/base/buf.h"
#include "snanode/wire/sense.h"

enum {
    FIXED_N = 27,
    B6_WHOLE_BIU = 0x80,
    B6_QUEUE = 0x01,
    B7_PLU_WINNER = 0x10,
    B7_VECTORS = 0x02,
    B8_SLU_STAGED = 0x80,
    B9_ADAPTIVE = 0x80,
    B12_PLU_STAGED = 0x80,
    B24_PARALLEL = 0x02,
    B24_CNOS = 0x01,
    B25_LIMITED_RESOURCE = 0x40,
    WINDOW = 0x3F,
    SECURITY = 0x1F,
    UD_STRUCTURED = 0x00,
    UD_MODE = 0x02,
    UD_SID = 0x03,
    UD_FQ_PLU = 0x04,
    UD_FQ_SLU = 0x05,
    UD_RANDOM = 0x11,
    UD_PROOF = 0x12,
    UD_NONCE = 0x13,
    NONCE_HEAD = 1, /* a reserved octet in front of the nonce */
    MODE_MAX = 8,
};

/* Fields that LU 6.2 fixes: the bits of octet AT under MASK have to be VALUE [Formats: BIND]. */
static const struct {
    uint8_t at, mask, value;
} fixed[] = {
    {0, 0xFF, BIND_CODE}, /* request code */
    {1, 0xFF, 0x00},      /* format 0, negotiable */
    {2, 0xFF, 0x13},      /* FM profile 19 */
    {3, 0xFF, 0x07},      /* TS profile 7 */
    {4, 0xF3, 0xB0},      /* multiple-RU chains, immediate requests, definite or exception response */
    {5, 0xF3, 0xB0},      /* the same for the SLU */
    {6, 0x78, 0x50},      /* FM headers, session begins in bracket, conditional termination */
    {7, 0xE1, 0xA1},      /* half-duplex flip-flop, symmetric recovery, PLU sends first */
    {14, 0xFF, 0x06},     /* LU type 6 */
    {15, 0xFF, 0x02},     /* level 2 */
    {26, 0x3F, 0x00},     /* no session cryptography */
};
#define FIXED_ROWS (sizeof fixed / sizeof fixed[0])

uint8_t bind_ru_size_encode(uint32_t octets)
{
    if (octets == 0)
        return 0;
    if (octets > BIND_RU_MAX)
        octets = BIND_RU_MAX;
    if (octets < 8)
        octets = 8;
    unsigned exponent = 0;
    while (octets >> exponent > 15)
        exponent++;
    return (uint8_t)((octets >> exponent) << 4 | exponent);
}

uint32_t bind_ru_size_decode(uint8_t v)
{
    return v & 0x80 ? (uint32_t)(v >> 4) << (v & 0x0F) : 0;
}

/* ---- decoding ---- */

/* The RU, how far it has been read, and where to record errors. */
struct bind_rd {
    const uint8_t *start;
    struct rd r;
    struct sna_err *e;
};

static int fault_at(const struct bind_rd *b, size_t offset, const char *text)
{
    return sna_err_set(b->e, SENSE_BIND_FIELD | (uint32_t)(offset & 0xFFFF), offset, text);
}

static size_t position(const struct bind_rd *b)
{
    return (size_t)(b->r.p - b->start);
}

static int check_fixed(const struct bind_rd *b, const uint8_t *f)
{
    for (size_t i = 0; i < FIXED_ROWS; i++)
        if ((f[fixed[i].at] & fixed[i].mask) != fixed[i].value)
            return fault_at(b, fixed[i].at, "not a value that LU 6.2 has in this field");
    return 0;
}

static int decode_sizes(const struct bind_rd *b, const uint8_t *f, struct bind *out)
{
    for (size_t at = 10; at <= 11; at++)
        if (f[at] != 0 && !(f[at] & 0x80))
            return fault_at(b, at, "RU size is not normalized");
    out->slu_ru = bind_ru_size_decode(f[10]);
    out->plu_ru = bind_ru_size_decode(f[11]);
    out->slu_staged = f[8] & B8_SLU_STAGED;
    out->plu_staged = f[12] & B12_PLU_STAGED;
    out->adaptive_pacing = f[9] & B9_ADAPTIVE;
    out->slu_send_window = f[8] & WINDOW;
    out->slu_recv_window = f[9] & WINDOW;
    out->plu_send_window = f[12] & WINDOW;
    out->plu_recv_window = f[13] & WINDOW;
    return 0;
}

static int decode_fixed(struct bind_rd *b, struct bind *out)
{
    const uint8_t *f = rd_bytes(&b->r, FIXED_N);
    if (!f)
        return fault_at(b, rd_left(&b->r), "BIND ends in the fixed fields");
    if (check_fixed(b, f) < 0 || decode_sizes(b, f, out) < 0)
        return -1;
    out->whole_biu_required = f[6] & B6_WHOLE_BIU;
    out->queue_allowed = f[6] & B6_QUEUE;
    out->plu_contention_winner = f[7] & B7_PLU_WINNER;
    out->extended = f[7] & B7_VECTORS;
    out->security = f[23] & SECURITY;
    out->sync = f[24] >> 5 & 3;
    out->reinit = f[24] >> 2 & 3;
    out->parallel = f[24] & B24_PARALLEL;
    out->cnos = f[24] & B24_CNOS;
    out->limited_resource = f[25] & B25_LIMITED_RESOURCE;
    if (out->sync != BIND_SYNC_CONFIRM && out->sync != BIND_SYNC_SYNCPT)
        return fault_at(b, 24, "no such sync level");
    return 0;
}

/* A length octet and at most MAX octets: a cursor over those in *FIELD. */
static int decode_field(struct bind_rd *b, size_t max, struct rd *field)
{
    size_t at = position(b);
    size_t n = rd_u8(&b->r);
    const uint8_t *p = rd_bytes(&b->r, n);
    if (!p || n > max)
        return fault_at(b, at, p ? "field of the BIND is too long" : "BIND ends in this field");
    *field = rd_make(p, n);
    return 0;
}

static int decode_name(struct bind_rd *b, struct bind_name *out)
{
    struct rd field;
    if (decode_field(b, sizeof out->s, &field) < 0)
        return -1;
    out->n = (uint8_t)rd_left(&field);
    memcpy(out->s, field.p, out->n);
    return 0;
}

/* Where a user-data subfield is kept. */
struct subfield {
    bool *has;
    uint8_t *n, *value;
    size_t max;
};

static struct subfield subfield_of(uint8_t key, struct bind *b)
{
    switch (key) {
    case UD_MODE:
        return (struct subfield){&b->has_mode, &b->mode.n, b->mode.s, MODE_MAX};
    case UD_SID:
        return (struct subfield){&b->has_sid, &b->sid_n, b->sid, sizeof b->sid};
    case UD_FQ_PLU:
        return (struct subfield){&b->has_fq_plu, &b->fq_plu.n, b->fq_plu.s, sizeof b->fq_plu.s};
    case UD_FQ_SLU:
        return (struct subfield){&b->has_fq_slu, &b->fq_slu.n, b->fq_slu.s, sizeof b->fq_slu.s};
    default:
        return (struct subfield){0};
    }
}

/* Where one of the fields of session security is kept; each has just one length. */
static uint8_t *secret_of(uint8_t key, struct bind *b, bool **has)
{
    switch (key) {
    case UD_RANDOM:
        *has = &b->has_random;
        return b->random;
    case UD_PROOF:
        *has = &b->has_proof;
        return b->proof;
    case UD_NONCE:
        *has = &b->has_nonce;
        return b->nonce;
    default:
        return NULL;
    }
}

/* DATA (N octets) behind KEY.  False: the length is wrong, or it is there twice.  A nonce of another form is
 * none: then passwords go as they are. */
static bool keep_secret(uint8_t *value, bool *has, uint8_t key, const uint8_t *data, size_t n)
{
    size_t head = key == UD_NONCE ? NONCE_HEAD : 0;
    if (!*has && key == UD_NONCE && n != head + BIND_SECRET_N)
        return true;
    if (*has || n != head + BIND_SECRET_N)
        return false;
    *has = true;
    memcpy(value, data + head, BIND_SECRET_N);
    return true;
}

/* One subfield at the front of R: length (without itself), key, data. */
static int decode_subfield(const struct bind_rd *b, struct rd *r, struct bind *out)
{
    size_t at = (size_t)(r->p - b->start);
    size_t n = rd_u8(r);
    const uint8_t *p = rd_bytes(r, n);
    if (!p)
        return fault_at(b, at, "user-data subfield does not fit");
    if (n == 0)
        return 0; /* nothing in it, which is no fault [Q160709] */
    bool *has;
    uint8_t *secret = secret_of(p[0], out, &has);
    if (secret && !keep_secret(secret, has, p[0], p + 1, n - 1))
        return fault_at(b, at, "user-data subfield of session security does not fit or is there twice");
    struct subfield s = subfield_of(p[0], out);
    if (!s.has)
        return 0; /* of a kind that we do not need */
    if (*s.has || n - 1 > s.max)
        return fault_at(b, at, "user-data subfield is too long or comes twice");
    *s.has = true;
    *s.n = (uint8_t)(n - 1);
    memcpy(s.value, p + 1, n - 1);
    return 0;
}

static int decode_user_data(struct bind_rd *b, struct bind *out)
{
    struct rd field;
    if (decode_field(b, 255, &field) < 0)
        return -1;
    if (rd_left(&field) == 0 || rd_u8(&field) != UD_STRUCTURED)
        return 0; /* unstructured: meaningful only to the users of the LUs, if at all */
    while (rd_left(&field) > 0)
        if (decode_subfield(b, &field, out) < 0)
            return -1;
    return 0;
}

static int decode_urc(struct bind_rd *b, struct bind *out)
{
    struct rd field;
    if (decode_field(b, sizeof out->urc, &field) < 0)
        return -1;
    out->urc_n = (uint8_t)rd_left(&field);
    memcpy(out->urc, field.p, out->urc_n);
    return 0;
}

/* Control vectors are key, length, data, up to the end of the RU. */
static int skip_vectors(struct bind_rd *b)
{
    while (rd_left(&b->r) > 0) {
        size_t at = position(b);
        (void)rd_u8(&b->r);
        if (!rd_bytes(&b->r, rd_u8(&b->r)) || b->r.bad)
            return fault_at(b, at, "control vector does not fit");
    }
    return 0;
}

ssize_t bind_decode(const uint8_t *p, size_t n, struct bind *out, struct sna_err *e)
{
    struct bind_rd b = {.start = p, .r = rd_make(p, n), .e = e};
    struct bind v = {0};
    if (decode_fixed(&b, &v) < 0 || decode_name(&b, &v.plu) < 0 || decode_user_data(&b, &v) < 0 ||
        decode_urc(&b, &v) < 0 || decode_name(&b, &v.slu) < 0)
        return -1;
    if (v.extended && skip_vectors(&b) < 0)
        return -1;
    *out = v;
    return (ssize_t)position(&b);
}

/* ---- encoding ---- */

static bool in_range(const struct bind *b)
{
    return b->plu.n <= BIND_NAME_MAX && b->slu.n <= BIND_NAME_MAX && b->mode.n <= MODE_MAX &&
           b->fq_plu.n <= BIND_NAME_MAX && b->fq_slu.n <= BIND_NAME_MAX && b->sid_n <= BIND_SID_MAX &&
           b->urc_n <= BIND_URC_MAX && b->slu_send_window <= BIND_WINDOW_MAX &&
           b->slu_recv_window <= BIND_WINDOW_MAX && b->plu_send_window <= BIND_WINDOW_MAX &&
           b->plu_recv_window <= BIND_WINDOW_MAX && b->reinit <= BIND_REINIT_EITHER &&
           (b->sync == BIND_SYNC_CONFIRM || b->sync == BIND_SYNC_SYNCPT);
}

static uint8_t bit(bool on, unsigned mask)
{
    return on ? (uint8_t)mask : 0;
}

static void encode_fixed(struct wr *w, const struct bind *b)
{
    uint8_t f[FIXED_N] = {0};
    for (size_t i = 0; i < FIXED_ROWS; i++)
        f[fixed[i].at] = fixed[i].value;
    f[6] |= bit(b->whole_biu_required, B6_WHOLE_BIU) | bit(b->queue_allowed, B6_QUEUE);
    f[7] |= bit(b->plu_contention_winner, B7_PLU_WINNER);
    f[8] = bit(b->slu_staged, B8_SLU_STAGED) | b->slu_send_window;
    f[9] = bit(b->adaptive_pacing, B9_ADAPTIVE) | b->slu_recv_window;
    f[10] = bind_ru_size_encode(b->slu_ru);
    f[11] = bind_ru_size_encode(b->plu_ru);
    f[12] = bit(b->plu_staged, B12_PLU_STAGED) | b->plu_send_window;
    f[13] = b->plu_recv_window;
    f[23] = b->security & SECURITY;
    f[24] =
        (uint8_t)(b->sync << 5 | b->reinit << 2) | bit(b->parallel, B24_PARALLEL) | bit(b->cnos, B24_CNOS);
    f[25] = bit(b->limited_resource, B25_LIMITED_RESOURCE);
    wr_bytes(w, f, sizeof f);
}

static void encode_field(struct wr *w, const uint8_t *value, size_t n)
{
    wr_u8(w, (uint8_t)n);
    wr_bytes(w, value, n);
}

static void encode_subfield(struct wr *w, bool has, uint8_t key, const uint8_t *value, size_t n)
{
    if (!has)
        return;
    wr_u8(w, (uint8_t)(n + 1));
    wr_u8(w, key);
    wr_bytes(w, value, n);
}

/* Subfields go in ascending order of their keys. */
static void encode_user_data(struct wr *w, const struct bind *b)
{
    uint8_t data[BIND_MAX];
    struct wr u = wr_make(data, sizeof data);
    encode_subfield(&u, b->has_mode, UD_MODE, b->mode.s, b->mode.n);
    encode_subfield(&u, b->has_sid, UD_SID, b->sid, b->sid_n);
    encode_subfield(&u, b->has_fq_plu, UD_FQ_PLU, b->fq_plu.s, b->fq_plu.n);
    encode_subfield(&u, b->has_fq_slu, UD_FQ_SLU, b->fq_slu.s, b->fq_slu.n);
    encode_subfield(&u, b->has_random, UD_RANDOM, b->random, sizeof b->random);
    encode_subfield(&u, b->has_proof, UD_PROOF, b->proof, sizeof b->proof);
    uint8_t nonce[NONCE_HEAD + BIND_SECRET_N] = {0};
    memcpy(nonce + NONCE_HEAD, b->nonce, sizeof b->nonce);
    encode_subfield(&u, b->has_nonce, UD_NONCE, nonce, sizeof nonce);
    if (u.n == 0) {
        wr_u8(w, 0);
        return;
    }
    wr_u8(w, (uint8_t)(u.n + 1));
    wr_u8(w, UD_STRUCTURED);
    wr_bytes(w, data, u.n);
}

ssize_t bind_encode(const struct bind *in, uint8_t *out, size_t cap)
{
    if (!in_range(in))
        return -1;
    struct wr w = wr_make(out, cap);
    encode_fixed(&w, in);
    encode_field(&w, in->plu.s, in->plu.n);
    encode_user_data(&w, in);
    encode_field(&w, in->urc, in->urc_n);
    encode_field(&w, in->slu.s, in->slu.n);
    return w.bad ? -1 : (ssize_t)w.n;
}
