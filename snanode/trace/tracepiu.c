#include "snanode/trace/tracepiu.h"

#include <string.h>

#include "snanode/base/buf.h"
#include "snanode/base/ebcdic.h"

#define MASK_N 8 /* octets that stand for a password, however long it is */

static size_t masked(const uint8_t *fmh5, size_t n, uint8_t out[FMH5_MAX])
{
    struct fmh5 a;
    struct sna_err e;
    if (n == 0 || fmh5_decode(fmh5, n, &a, &e) < 0)
        return 0;
    if (a.has_password && a.password_n > 0) {
        a.password_n = MASK_N;
        memset(a.password, ebcdic_from_ascii['*'], MASK_N);
    }
    ssize_t k = fmh5_encode(&a, out, FMH5_MAX);
    explicit_bzero(&a, sizeof a);
    return k > 0 ? (size_t)k : 0;
}

void tracepiu_init(struct tracepiu *t, uint32_t session, const uint8_t *fmh5, size_t n)
{
    *t = (struct tracepiu){.session = session};
    t->fmh5_n = masked(fmh5, n, t->fmh5);
}

/* The two halves of an address differ in their first bit, so the two directions of a session differ as well.
 */
struct th tracepiu_th(uint32_t session, unsigned sender, bool expedited, uint16_t snf)
{
    uint8_t low = session & 0x7F, high = (uint8_t)(0x80 | (session >> 7 & 0x7F));
    return (struct th){.mpf = TH_WHOLE,
                       .odai = session >> 14 & 1,
                       .efi = expedited,
                       .daf = sender == 0 ? low : high,
                       .oaf = sender == 0 ? high : low,
                       .snf = snf};
}

/* A response has the number of the request before it: the request is not looked for. */
static uint16_t number(struct tracepiu *t, unsigned sender, bool expedited, bool response)
{
    if (expedited)
        return 1;
    return response ? t->snf[!sender] : ++t->snf[sender];
}

ssize_t tracepiu_encode(struct tracepiu *t, unsigned sender, const uint8_t *frame, size_t n, uint8_t *out,
                        size_t cap)
{
    struct rh rh;
    struct sna_err e;
    if (n < FRAME_HDR || rh_decode(frame + 1, RH_LEN, &rh, &e) < 0)
        return -1;
    bool expedited = frame[0] & FRAME_EXPEDITED, attach = rh.bbi && !rh.rri && sender == 0 && t->fmh5_n > 0;
    struct th th = tracepiu_th(t->session, sender, expedited, number(t, sender, expedited, rh.rri));
    uint8_t head[TH_LEN + RH_LEN];
    struct wr w = wr_make(out, cap);
    if (attach)
        rh.fi = true;
    th_encode(&th, head);
    rh_encode(&rh, head + TH_LEN);
    wr_bytes(&w, head, sizeof head);
    if (attach)
        wr_bytes(&w, t->fmh5, t->fmh5_n);
    wr_bytes(&w, frame + FRAME_HDR, n - FRAME_HDR);
    if (attach)
        t->fmh5_n = 0;
    return w.bad ? -1 : (ssize_t)w.n;
}
