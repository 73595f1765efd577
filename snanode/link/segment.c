#include "snanode/link/segment.h"

#include <stdlib.h>
#include <string.h>

#include "snanode/wire/rh.h"
#include "snanode/wire/sense.h"

size_t segment_next(struct th *h, const uint8_t *biu, size_t n, size_t *at, size_t max_btu, uint8_t *out)
{
    size_t room = max_btu - TH_LEN, part = n - *at < room ? n - *at : room;
    bool first = *at == 0, last = *at + part == n;
    if (!(first && last) && (h->efi || biu[0] & RH0_RRI))
        return 0;
    h->mpf = (uint8_t)((first ? TH_FIRST : TH_MIDDLE) | (last ? TH_LAST : TH_MIDDLE));
    th_encode(h, out);
    memcpy(out + TH_LEN, biu + *at, part);
    *at += part;
    return TH_LEN + part;
}

void segment_in_init(struct segment_in *s, size_t max_biu)
{
    *s = (struct segment_in){.max = max_biu};
}

void segment_in_fini(struct segment_in *s)
{
    free(s->buf);
    *s = (struct segment_in){.n = 0};
}

static int grow(struct segment_in *s, size_t n)
{
    size_t cap = 2 * n < s->max ? 2 * n : s->max;
    if (n <= s->cap)
        return 0;
    uint8_t *buf = realloc(s->buf, cap);
    if (!buf)
        return -1;
    s->buf = buf;
    s->cap = cap;
    return 0;
}

static int append(struct segment_in *s, const uint8_t *p, size_t n, struct sna_err *e)
{
    if (n > s->max || s->n > s->max - n)
        return sna_err_set(e, SENSE_RU_TOO_LONG, s->n, "segments of more than the largest RU");
    if (grow(s, s->n + n) < 0)
        return sna_err_set(e, SENSE_INSUFFICIENT, s->n, "no memory for segments");
    if (n > 0)
        memcpy(s->buf + s->n, p, n);
    s->n += n;
    return 0;
}

static int whole(struct segment_in *s, const struct th *h, const uint8_t *p, size_t n, const uint8_t **biu,
                 size_t *biu_n, struct sna_err *e)
{
    bool response = n > 0 && p[0] & RH0_RRI;
    if (s->open && !h->efi && !response) /* those may come between segments */
        return sna_err_set(e, SENSE_SEGMENT, 0, "a whole BIU before the last segment");
    if (n < RH_LEN)
        return sna_err_set(e, SENSE_RH_INCOMPLETE, n, "PIU without a whole RH");
    if (n > s->max)
        return sna_err_set(e, SENSE_RU_TOO_LONG, n, "longer than the largest RU");
    *biu = p;
    *biu_n = n;
    return 1;
}

int segment_take(struct segment_in *s, const struct th *h, const uint8_t *p, size_t n, const uint8_t **biu,
                 size_t *biu_n, struct sna_err *e)
{
    if (h->mpf == TH_WHOLE)
        return whole(s, h, p, n, biu, biu_n, e);
    bool first = h->mpf == TH_FIRST;
    if (h->efi || (first && n > 0 && p[0] & RH0_RRI))
        return sna_err_set(e, SENSE_SEGMENT_FORBIDDEN, 0, "segments of a response or of the expedited flow");
    if (first == s->open)
        return sna_err_set(e, SENSE_SEGMENT, 0,
                           first ? "a first segment before the last one" : "no first segment");
    if (!first && h->snf != s->snf)
        return sna_err_set(e, SENSE_SEGMENT, 0, "segments with two sequence numbers");
    if (first && n < RH_LEN)
        return sna_err_set(e, SENSE_RH_INCOMPLETE, n, "first segment without a whole RH");
    if (first) {
        s->n = 0;
        s->snf = h->snf;
    }
    if (append(s, p, n, e) < 0)
        return -1;
    s->open = h->mpf != TH_LAST;
    *biu = s->buf;
    *biu_n = s->n;
    return !s->open;
}
