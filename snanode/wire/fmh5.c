/* An Attach is fixed parameters, the TP name, and up to four fields of length and value; a sender drops empty
 * fields at the end, so a reader may find the end of the header where a length octet should be.  The lengths
 * inside count the octets that follow them; only the first octet counts itself. */
#include "snanode/wire/fmh5.h"

#include "snanode/base/buf.h"
#include "snanode/wire/sense.h"

enum {
    FMH5_TYPE = 0x05,
    FMH5_ATTACH = 0x02FF,
    FIXED_N = 3, /* resource type, reserved, sync level */
    FLAG_ALREADY_VERIFIED = 0x80,
    FLAG_SIGNED_ON = 0x40,
    FLAG_SIGN_ON = 0x20,
    FLAG_PASSWORD_SUBSTITUTED = 0x10,
    FLAG_PIP = 0x08,
    SUB_PROFILE = 0,
    SUB_PASSWORD = 1,
    SUB_USER = 2,
    LUW_MIN = 10,
    LUW_FIXED = 9, /* name length, instance (6), sequence (2) */
};

/* The whole header, how far it has been read, and where to record errors. */
struct attach_rd {
    const uint8_t *start;
    struct rd r;
    struct sna_err *e;
};

static int fault(const struct attach_rd *a, uint32_t sense, const char *text)
{
    return sna_err_set(a->e, sense, (size_t)(a->r.p - a->start), text);
}

/* Type, command and the length octet: bounds the reader to this header. */
static int open_header(struct attach_rd *a, const uint8_t *p, size_t n)
{
    a->start = p;
    a->r = rd_make(p, n);
    if (n < 2)
        return fault(a, SENSE_FMH_LENGTH, "FMH-5 cut short");
    if (p[1] != FMH5_TYPE)
        return sna_err_set(a->e, SENSE_FMH_TYPE, 1, "not an FMH-5");
    if (p[0] < 4 || p[0] > n)
        return fault(a, SENSE_FMH_LENGTH, "length of the FMH-5 does not fit");
    a->r = rd_make(p, p[0]);
    (void)rd_u16(&a->r);
    if (rd_u16(&a->r) != FMH5_ATTACH)
        return sna_err_set(a->e, SENSE_FMH5_COMMAND, 2, "FMH-5 is not an Attach");
    return 0;
}

static void decode_flags(uint8_t flags, struct fmh5 *out)
{
    out->already_verified = flags & FLAG_ALREADY_VERIFIED;
    out->signed_on = flags & FLAG_SIGNED_ON;
    out->sign_on = flags & FLAG_SIGN_ON;
    out->password_substituted = flags & FLAG_PASSWORD_SUBSTITUTED;
    out->pip_follows = flags & FLAG_PIP;
}

static int decode_fixed(struct attach_rd *a, struct fmh5 *out)
{
    decode_flags(rd_u8(&a->r), out);
    size_t n = rd_u8(&a->r);
    if (!a->r.bad && n < FIXED_N)
        return fault(a, SENSE_FMH5_PARM_LENGTH, "too few fixed parameters");
    const uint8_t *fixed =
        rd_bytes(&a->r, n); /* more than three come from a later level; we skip its additions */
    if (!fixed)
        return fault(a, SENSE_FMH_LENGTH, "fixed parameters cut short");
    out->resource = fixed[0];
    out->sync = fixed[2] >> 6;
    if (out->resource < FMH5_BASIC || out->resource > FMH5_FDX_MAPPED)
        return fault(a, SENSE_CONV_TYPE_MISMATCH, "resource type is not one that LU 6.2 has");
    if (out->sync > FMH5_SYNC_SYNCPT)
        return fault(a, SENSE_SYNC_LEVEL_UNSUPPORTED, "sync level is not one that LU 6.2 has");
    return 0;
}

static int decode_tpn(struct attach_rd *a, struct fmh5 *out)
{
    size_t n = rd_u8(&a->r);
    if (!a->r.bad && (n < 1 || n > sizeof out->tpn))
        return fault(a, SENSE_FMH5_PARM_LENGTH, "TP name does not have 1 to 64 octets");
    const uint8_t *tpn = rd_bytes(&a->r, n);
    if (!tpn)
        return fault(a, SENSE_FMH_LENGTH, "TP name cut short");
    memcpy(out->tpn, tpn, n);
    out->tpn_n = (uint8_t)n;
    return 0;
}

/* Keep one credential.  One that comes twice or is too long is well-formed but not valid security. */
static int keep(struct attach_rd *a, struct rd *sub, bool *has, uint8_t *n, uint8_t value[NAME_USER_MAX])
{
    if (*has || rd_left(sub) > 10)
        return fault(a, SENSE_SECURITY_NOT_VALID, "security subfield twice or longer than 10 octets");
    *has = true;
    *n = (uint8_t)rd_left(sub);
    memcpy(value, sub->p, *n);
    return 0;
}

static int decode_subfield(struct attach_rd *a, struct rd *sub, struct fmh5 *out)
{
    switch (rd_u8(sub)) {
    case SUB_PROFILE:
        return keep(a, sub, &out->has_profile, &out->profile_n, out->profile);
    case SUB_PASSWORD:
        return keep(a, sub, &out->has_password, &out->password_n, out->password);
    case SUB_USER:
        return keep(a, sub, &out->has_user, &out->user_n, out->user);
    default:
        return 0; /* of an unknown kind */
    }
}

static int decode_security(struct attach_rd *a, struct fmh5 *out)
{
    if (rd_left(&a->r) == 0)
        return 0;
    size_t n = rd_u8(&a->r);
    const uint8_t *field = rd_bytes(&a->r, n);
    if (!field)
        return fault(a, SENSE_FMH5_ACCESS_LENGTH, "security field cut short");
    struct rd r = rd_make(field, n);
    while (rd_left(&r) > 0) {
        size_t sub_n = rd_u8(&r);
        const uint8_t *p = rd_bytes(&r, sub_n);
        if (!p || sub_n < 1)
            return fault(a, SENSE_FMH5_ACCESS_LENGTH, "security subfield does not fit");
        struct rd sub = rd_make(p, sub_n);
        if (decode_subfield(a, &sub, out) < 0)
            return -1;
    }
    return 0;
}

/* The next optional field, of at most MAX octets.  A missing field counts as empty. */
static int decode_field(struct attach_rd *a, uint8_t *value, size_t max, uint8_t *n, uint32_t sense)
{
    if (rd_left(&a->r) == 0)
        return 0;
    size_t len = rd_u8(&a->r);
    if (len > max)
        return fault(a, sense, "field of the Attach is too long");
    const uint8_t *p = rd_bytes(&a->r, len);
    if (!p)
        return fault(a, SENSE_FMH_LENGTH, "field of the Attach cut short");
    memcpy(value, p, len);
    *n = (uint8_t)len;
    return 0;
}

/* The identifier is a name with a length of its own, then eight octets: its length has to agree with that of
 * the field. */
static bool luw_valid(const struct fmh5 *f)
{
    return f->luw_n == 0 || (f->luw_n >= LUW_MIN && f->luw[0] + LUW_FIXED == f->luw_n);
}

static int decode_tail(struct attach_rd *a, struct fmh5 *out)
{
    if (decode_field(a, out->luw, sizeof out->luw, &out->luw_n, SENSE_LUWID_INVALID) < 0)
        return -1;
    if (!luw_valid(out))
        return fault(a, SENSE_LUWID_INVALID, "lengths in the LUW identifier do not agree");
    if (decode_field(a, out->corr, sizeof out->corr, &out->corr_n, SENSE_FMH_LENGTH) < 0 ||
        decode_field(a, out->seq, sizeof out->seq, &out->seq_n, SENSE_FMH_LENGTH) < 0)
        return -1;
    if (out->seq_n != 0 && out->seq_n != sizeof out->seq)
        return fault(a, SENSE_FMH_LENGTH, "attach sequence number does not have 8 octets");
    return 0;
}

ssize_t fmh5_decode(const uint8_t *p, size_t n, struct fmh5 *out, struct sna_err *e)
{
    struct attach_rd a = {.e = e};
    struct fmh5 f = {0};
    if (open_header(&a, p, n) < 0 || decode_fixed(&a, &f) < 0 || decode_tpn(&a, &f) < 0 ||
        decode_security(&a, &f) < 0 || decode_tail(&a, &f) < 0)
        return -1;
    *out = f;
    return p[0];
}

static void encode_subfield(struct wr *w, bool has, uint8_t type, const uint8_t *value, size_t n)
{
    if (!has)
        return;
    wr_u8(w, (uint8_t)(n + 1));
    wr_u8(w, type);
    wr_bytes(w, value, n);
}

static size_t subfield_n(bool has, size_t n)
{
    return has ? n + 2 : 0;
}

/* The user ID comes first, as in the product [Q169575]. */
static void encode_security(struct wr *w, const struct fmh5 *in)
{
    size_t n = subfield_n(in->has_user, in->user_n) + subfield_n(in->has_password, in->password_n) +
               subfield_n(in->has_profile, in->profile_n);
    wr_u8(w, (uint8_t)n);
    encode_subfield(w, in->has_user, SUB_USER, in->user, in->user_n);
    encode_subfield(w, in->has_password, SUB_PASSWORD, in->password, in->password_n);
    encode_subfield(w, in->has_profile, SUB_PROFILE, in->profile, in->profile_n);
}

static void encode_field(struct wr *w, const uint8_t *value, size_t n)
{
    wr_u8(w, (uint8_t)n);
    wr_bytes(w, value, n);
}

static uint8_t encode_flags(const struct fmh5 *in)
{
    unsigned flags = (in->already_verified ? FLAG_ALREADY_VERIFIED : 0) |
                     (in->signed_on ? FLAG_SIGNED_ON : 0) | (in->sign_on ? FLAG_SIGN_ON : 0) |
                     (in->password_substituted ? FLAG_PASSWORD_SUBSTITUTED : 0) |
                     (in->pip_follows ? FLAG_PIP : 0);
    return (uint8_t)flags;
}

/* Whether every count is within its array, so that nothing is read beyond it. */
static bool counts_valid(const struct fmh5 *f)
{
    return f->tpn_n >= 1 && f->tpn_n <= sizeof f->tpn && f->user_n <= sizeof f->user &&
           f->password_n <= sizeof f->password && f->profile_n <= sizeof f->profile &&
           f->luw_n <= sizeof f->luw && luw_valid(f) && f->corr_n <= sizeof f->corr &&
           (f->seq_n == 0 || f->seq_n == sizeof f->seq);
}

static bool kind_valid(const struct fmh5 *f)
{
    return f->resource >= FMH5_BASIC && f->resource <= FMH5_FDX_MAPPED && f->sync <= FMH5_SYNC_SYNCPT;
}

ssize_t fmh5_encode(const struct fmh5 *in, uint8_t *out, size_t cap)
{
    if (!counts_valid(in) || !kind_valid(in))
        return -1;
    struct wr w = wr_make(out, cap < FMH5_MAX ? cap : FMH5_MAX);
    wr_u8(&w, 0); /* the length, filled in later */
    wr_u8(&w, FMH5_TYPE);
    wr_u16(&w, FMH5_ATTACH);
    wr_u8(&w, encode_flags(in));
    wr_u8(&w, FIXED_N);
    wr_u8(&w, in->resource);
    wr_u8(&w, 0);
    wr_u8(&w, (uint8_t)(in->sync << 6));
    encode_field(&w, in->tpn, in->tpn_n);
    encode_security(&w, in);
    if (in->luw_n || in->corr_n || in->seq_n)
        encode_field(&w, in->luw, in->luw_n);
    if (in->corr_n || in->seq_n)
        encode_field(&w, in->corr, in->corr_n);
    if (in->seq_n)
        encode_field(&w, in->seq, in->seq_n);
    if (w.bad)
        return -1;
    out[0] = (uint8_t)w.n;
    return (ssize_t)w.n;
}
