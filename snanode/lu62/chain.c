#include "snanode/lu62/chain.h"

#include <string.h>

#include "snanode/wire/unbind.h"

/* The requests that always have the same octets [Formats: LUSTAT; Formats: SIG]. */
static const uint8_t lustat[] = {0x04, 0x00, 0x06, 0x00, 0x00};
static const uint8_t sig[] = {0xC9, 0x00, 0x01, 0x00, 0x01};

/* The octets of a request's header but for BCI and BBI, by the end of the RU [Formats: RH]. */
enum { RQE1 = RH1_DR1I | RH1_ERI, RQD2 = RH1_DR2I, LUSTAT_BITS = RH_DFC << 5 | RH0_FI };
static const uint8_t ends[CHAIN_END_N][RH_LEN] = {
    [CHAIN_MORE] = {0, RQE1, 0},
    [CHAIN_FLUSH] = {0, RQE1, 0},
    [CHAIN_TURN] = {RH0_ECI, RQE1, RH2_CDI},
    [CHAIN_CONFIRM] = {RH0_ECI, RQD2, 0},
    [CHAIN_CONFIRM_TURN] = {RH0_ECI, RQD2, RH2_CDI},
    [CHAIN_DEALLOCATE] = {RH0_ECI, RQE1, RH2_CEBI},
    [CHAIN_CONFIRM_DEALLOCATE] = {RH0_ECI, RQD2, RH2_CEBI},
};

void chain_init(struct chain *c, uint8_t *buf, uint32_t max_ru, bool begun)
{
    *c = (struct chain){.max_ru = max_ru, .begun = begun, .buf = buf};
}

/* Header of the next request RU, and the chain's state after it. */
static void request(struct chain *c, struct chain_frame *f, enum chain_end end, bool lustat_ru)
{
    const uint8_t *rh = ends[end];
    f->hdr[0] = 0; /* normal flow */
    f->hdr[1] = rh[0] | (c->open ? 0 : RH0_BCI) | (lustat_ru ? LUSTAT_BITS : 0);
    f->hdr[2] = rh[1];
    f->hdr[3] = rh[2] | (c->begun ? 0 : RH2_BBI);
    c->begun = true;
    c->open = !(rh[0] & RH0_ECI);
}

/* Where chain_put is in the caller's pieces. */
struct cursor {
    const struct seg *in;
    unsigned at;
    size_t used; /* octets of the piece AT */
};

/* The next piece, of at most N octets; *CUR moves on by it. */
static struct seg next_piece(struct cursor *cur, size_t n)
{
    struct seg s = cur->in[cur->at];
    s.p = s.n > 0 ? s.p + cur->used : s.p; /* a piece of no octets may be a null pointer */
    s.n -= cur->used;
    if (s.n > n) {
        s.n = n;
        cur->used += n;
    } else {
        cur->at++;
        cur->used = 0;
    }
    return s;
}

static void point(struct chain_frame *f, struct seg s)
{
    if (s.n > 0)
        f->segs[f->n_segs++] = s;
}

/* N octets as the RU of F: the buffer first, which is then empty, and the rest from the cursor.  JOINS: a
 * small rest joins the buffer, so that the RU is one piece; only in the first frame, which alone uses the
 * buffer. */
static void take(struct chain *c, struct cursor *cur, struct chain_frame *f, size_t n, bool joins)
{
    size_t rest = n - c->n;
    f->n_segs = 0;
    f->ru_n = n;
    if (joins && rest <= CHAIN_JOINED) {
        while (c->n < n) {
            struct seg s = next_piece(cur, n - c->n);
            if (s.n > 0)
                memcpy(c->buf + c->n, s.p, s.n);
            c->n += s.n;
        }
        rest = 0;
    }
    point(f, (struct seg){c->buf, c->n});
    c->n = 0;
    while (rest > 0) {
        struct seg s = next_piece(cur, rest);
        point(f, s);
        rest -= s.n;
    }
}

/* Octets of the buffer and of the pieces. */
static size_t total_of(const struct chain *c, const struct seg *in, unsigned n_in)
{
    size_t total = c->n;
    for (unsigned i = 0; i < n_in; i++)
        total += in[i].n;
    return total;
}

static void keep(struct chain *c, const struct seg *in, unsigned n_in)
{
    for (unsigned i = 0; i < n_in; i++) {
        if (in[i].n > 0)
            memcpy(c->buf + c->n, in[i].p, in[i].n);
        c->n += in[i].n;
    }
}

size_t chain_frames_max(const struct chain *c, const struct seg *in, unsigned n_in)
{
    return total_of(c, in, n_in) / c->max_ru + 1;
}

unsigned chain_put(struct chain *c, const struct seg *in, unsigned n_in, enum chain_end end,
                   struct chain_frame *out)
{
    struct cursor cur = {.in = in};
    size_t total = total_of(c, in, n_in);
    unsigned frames = 0;
    /* Send a full RU only when more follows: it may turn out to be the last one, which carries the end bits.
     */
    for (; total > c->max_ru; total -= c->max_ru) {
        take(c, &cur, &out[frames], c->max_ru, frames == 0);
        request(c, &out[frames++], CHAIN_FLUSH, false);
    }
    if (end != CHAIN_MORE && (total > 0 || !c->begun || end != CHAIN_FLUSH)) {
        struct chain_frame *f = &out[frames++];
        /* Nothing to put in a new chain: LUSTAT, because an FMD RU may not be null.  The first one of the
         * conversation is not null: the Attach belongs in front of it. */
        bool empty = total == 0 && !c->open && c->begun;
        take(c, &cur, f, total, frames == 1);
        if (empty) {
            f->segs[f->n_segs++] = (struct seg){lustat, sizeof lustat};
            f->ru_n = sizeof lustat;
        }
        request(c, f, end, empty);
        total = 0;
    }
    /* The rest is in the caller's pieces: the buffer itself was sent with the first frame. */
    c->n_tail = 0;
    for (size_t rest = frames > 0 ? total : total - c->n; rest > 0; rest -= c->tail[c->n_tail++].n)
        c->tail[c->n_tail] = next_piece(&cur, rest);
    return frames;
}

unsigned chain_held(struct chain *c, enum chain_end end, struct chain_frame *out)
{
    out->ru_n = c->n;
    out->n_segs = 1;
    out->segs[0] = (struct seg){c->buf, c->n};
    request(c, out, end, false);
    c->n = 0;
    return 1;
}

void chain_done(struct chain *c)
{
    keep(c, c->tail, c->n_tail);
    c->n_tail = 0;
}

void chain_error(struct chain *c, const uint8_t *fmh7, size_t n, bool last, struct chain_frame *out)
{
    struct rh rh = {
        .category = RH_FMD,
        .fi = true,
        .bci = !c->open,
        .bbi = !c->begun,
        .eci = last,
        .dr1i = true,
        .eri = !last, /* RQD1 with CEB, else RQE1 */
        .cebi = last,
    };
    frame_header(out->hdr, false, &rh);
    out->n_segs = 1;
    out->ru_n = n;
    out->segs[0] = (struct seg){fmh7, n};
    c->begun = true;
    c->open = !last;
}

void chain_drop(struct chain *c)
{
    c->n = 0;
    c->n_tail = 0;
}

void frame_response(struct chain_frame *out, bool dr1, bool dr2)
{
    struct rh rh = {.rri = true, .category = RH_FMD, .bci = true, .eci = true, .dr1i = dr1, .dr2i = dr2};
    frame_header(out->hdr, false, &rh);
    out->n_segs = 0;
    out->ru_n = 0;
}

void frame_reject(struct chain_frame *out, uint32_t sense, uint8_t ru[4])
{
    struct rh rh = {
        .rri = true, .category = RH_FMD, .sdi = true, .bci = true, .eci = true, .dr1i = true, .eri = true};
    frame_header(out->hdr, false, &rh);
    ru[0] = (uint8_t)(sense >> 24);
    ru[1] = (uint8_t)(sense >> 16);
    ru[2] = (uint8_t)(sense >> 8);
    ru[3] = (uint8_t)sense;
    out->n_segs = 1;
    out->ru_n = 4;
    out->segs[0] = (struct seg){ru, 4};
}

void frame_signal(struct chain_frame *out, uint8_t ru[5])
{
    struct rh rh = {.category = RH_DFC, .fi = true, .bci = true, .eci = true, .dr1i = true};
    frame_header(out->hdr, true, &rh);
    memcpy(ru, sig, sizeof sig);
    out->n_segs = 1;
    out->ru_n = sizeof sig;
    out->segs[0] = (struct seg){ru, sizeof sig};
}

void frame_unbind(struct chain_frame *out, uint32_t sense, uint8_t ru[6])
{
    struct rh rh = {.category = RH_SC, .fi = true, .bci = true, .eci = true, .dr1i = true};
    struct unbind u = {.type = UNBIND_FAILURE, .sense = sense};
    ssize_t n = unbind_encode(&u, ru, UNBIND_MAX); /* this type has the greatest length */
    frame_header(out->hdr, true, &rh);
    out->n_segs = 1;
    out->ru_n = n > 0 ? (size_t)n : 0;
    out->segs[0] = (struct seg){ru, out->ru_n};
}
