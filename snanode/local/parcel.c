#include "snanode/local/parcel.h"

#include <string.h>

#include "snanode/base/buf.h"

/* Least and most octets of a body. */
static const struct limits {
    size_t least, most;
} limits[PARCEL_END_] = {
    [PARCEL_ATTACH] = {1, PARCEL_ATTACH_MAX},
    [PARCEL_READY] = {0, 0},
    [PARCEL_GO] = {0, 0},
    [PARCEL_NOT_HERE] = {0, 0},
    [PARCEL_REFUSED] = {4, 4 + PARCEL_TEXT_MAX},
    [PARCEL_FRAME] = {FRAME_HDR, PARCEL_BODY_MAX},
    [PARCEL_ALLOCATE] = {1, PARCEL_ALLOCATE_MAX},
    [PARCEL_ALLOCATED] = {1, PARCEL_ALLOCATE_MAX},
};

void parcel_header(uint8_t out[PARCEL_HDR], enum parcel_type type, size_t n)
{
    out[0] = (uint8_t)type;
    out[1] = (uint8_t)(n >> 16);
    out[2] = (uint8_t)(n >> 8);
    out[3] = (uint8_t)n;
}

ssize_t parcel_take(const uint8_t *p, size_t n, struct parcel *out)
{
    if (n == 0)
        return 0;
    if (p[0] == 0 || p[0] >= PARCEL_END_)
        return -1;
    if (n < PARCEL_HDR)
        return 0;
    size_t body = (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
    if (body < limits[p[0]].least || body > limits[p[0]].most)
        return -1;
    if (n < PARCEL_HDR + body)
        return 0;
    *out = (struct parcel){.type = p[0], .body = p + PARCEL_HDR, .n = body};
    return (ssize_t)(PARCEL_HDR + body);
}

/* ---- an Attach ---- */

enum { HAS_NONCES = 1 };

static void put_text(struct wr *w, const char *s)
{
    size_t n = strlen(s);
    wr_u8(w, (uint8_t)n);
    wr_bytes(w, s, n);
}

/* A name of at most ROOM - 1 printable characters. */
static bool get_text(struct rd *r, char *out, size_t room)
{
    size_t n = rd_u8(r);
    const uint8_t *p = rd_bytes(r, n);
    if (!p || n >= room)
        return false;
    for (size_t i = 0; i < n; i++)
        if (p[i] <= ' ' || p[i] > '~')
            return false;
    memcpy(out, p, n);
    out[n] = '\0';
    return true;
}

size_t parcel_attach_write(const struct parcel_attach *a, uint8_t *out, size_t cap)
{
    struct wr w = wr_make(out, cap);
    uint8_t fmh5[FMH5_MAX];
    ssize_t n = fmh5_encode(&a->fmh5, fmh5, sizeof fmh5);
    if (n < 0)
        return 0;
    wr_u8(&w, a->fmh5.has_nonces ? HAS_NONCES : 0);
    wr_u32(&w, a->conv);
    wr_u32(&w, a->left_ms);
    wr_u32(&w, a->max_ru);
    put_text(&w, a->lu);
    put_text(&w, a->local);
    put_text(&w, a->partner_lu);
    put_text(&w, a->partner);
    put_text(&w, a->mode);
    if (a->fmh5.has_nonces) {
        wr_bytes(&w, a->fmh5.sender_nonce, sizeof a->fmh5.sender_nonce);
        wr_bytes(&w, a->fmh5.receiver_nonce, sizeof a->fmh5.receiver_nonce);
    }
    wr_bytes(&w, fmh5, (size_t)n);
    explicit_bzero(fmh5, sizeof fmh5);
    return w.bad ? 0 : w.n;
}

static void get_nonce(struct rd *r, uint8_t nonce[8])
{
    const uint8_t *p = rd_bytes(r, 8);
    if (p)
        memcpy(nonce, p, 8);
}

bool parcel_attach_read(const uint8_t *p, size_t n, struct parcel_attach *a, const char **why)
{
    struct rd r = rd_make(p, n);
    struct sna_err e;
    uint8_t sender[8] = {0}, receiver[8] = {0}, flags = rd_u8(&r);
    *why = "its names";
    a->conv = rd_u32(&r);
    a->left_ms = rd_u32(&r);
    a->max_ru = rd_u32(&r);
    if (flags > HAS_NONCES || !get_text(&r, a->lu, sizeof a->lu) ||
        !get_text(&r, a->local, sizeof a->local) || !get_text(&r, a->partner_lu, sizeof a->partner_lu) ||
        !get_text(&r, a->partner, sizeof a->partner) || !get_text(&r, a->mode, sizeof a->mode))
        return false;
    if (flags & HAS_NONCES) {
        get_nonce(&r, sender);
        get_nonce(&r, receiver);
    }
    *why = "its FMH-5";
    size_t left = rd_left(&r);
    const uint8_t *fmh5 = rd_bytes(&r, left);
    if (!fmh5 || fmh5_decode(fmh5, left, &a->fmh5, &e) != (ssize_t)left)
        return false;
    a->fmh5.has_nonces = flags & HAS_NONCES;
    memcpy(a->fmh5.sender_nonce, sender, sizeof sender);
    memcpy(a->fmh5.receiver_nonce, receiver, sizeof receiver);
    *why = NULL;
    return true;
}

/* ---- an Allocate ---- */

size_t parcel_allocate_write(const struct parcel_allocate *a, uint8_t *out, size_t cap)
{
    struct wr w = wr_make(out, cap);
    wr_u32(&w, LP_VERSION);
    put_text(&w, a->account);
    size_t n = w.bad ? 0 : lp_allocate_encode(&a->m, out + w.n, cap - w.n);
    return n > 0 ? w.n + n : 0;
}

bool parcel_allocate_read(const uint8_t *p, size_t n, struct parcel_allocate *a)
{
    struct rd r = rd_make(p, n);
    if (rd_u32(&r) != LP_VERSION || !get_text(&r, a->account, sizeof a->account))
        return false;
    size_t left = rd_left(&r);
    return lp_allocate_decode(rd_bytes(&r, left), left, &a->m) == 0 && a->m.secret == 0 && a->m.context == 0;
}

size_t parcel_allocated_write(const struct parcel_allocated *a, uint8_t *out, size_t cap)
{
    struct wr w = wr_make(out, cap);
    wr_u32(&w, LP_VERSION);
    put_text(&w, a->lu);
    put_text(&w, a->partner_lu);
    size_t n = w.bad ? 0 : lp_allocated_encode(&a->m, out + w.n, cap - w.n);
    return n > 0 ? w.n + n : 0;
}

static bool printable(const char *s)
{
    while (*s > ' ' && *s <= '~')
        s++;
    return !*s;
}

bool parcel_allocated_read(const uint8_t *p, size_t n, struct parcel_allocated *a)
{
    struct rd r = rd_make(p, n);
    if (rd_u32(&r) != LP_VERSION || !get_text(&r, a->lu, sizeof a->lu) ||
        !get_text(&r, a->partner_lu, sizeof a->partner_lu))
        return false;
    size_t left = rd_left(&r);
    return lp_allocated_decode(rd_bytes(&r, left), left, &a->m) == 0 && printable(a->m.local) &&
           printable(a->m.partner) && printable(a->m.mode);
}

/* ---- a refusal ---- */

size_t parcel_refused_write(uint32_t sense, const char *text, uint8_t *out, size_t cap)
{
    struct wr w = wr_make(out, cap);
    wr_u32(&w, sense);
    wr_bytes(&w, text, strnlen(text, PARCEL_TEXT_MAX));
    return w.bad ? 0 : w.n;
}

bool parcel_refused_read(const uint8_t *p, size_t n, uint32_t *sense, char text[PARCEL_TEXT_MAX + 1])
{
    struct rd r = rd_make(p, n);
    *sense = rd_u32(&r);
    if (r.bad || *sense == 0 || rd_left(&r) > PARCEL_TEXT_MAX)
        return false;
    n = rd_left(&r);
    for (size_t i = 0; i < n; i++)
        text[i] = (char)(r.p[i] < ' ' || r.p[i] > '~' ? '?' : r.p[i]);
    text[n] = '\0';
    return true;
}
