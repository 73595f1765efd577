#include "snanode/lu62/record.h"

#include <string.h>

#define LL_CONTINUED 0x8000

void record_in_init(struct record_in *r)
{
    *r = (struct record_in){.left = 0};
}

/* The head is complete: see how much data follows. */
static void open_record(struct record_in *r, enum record_form form, unsigned head)
{
    unsigned ll = (unsigned)r->head[0] << 8 | r->head[1];
    uint32_t n = ll & RECORD_LL_MAX;
    r->continued = ll & LL_CONTINUED;
    r->in_record = true;
    if (n < head || (form == RECORD_MAPPED && head == 4 && r->head[2] != RECORD_GDS_ID >> 8)) {
        r->bad = true;
        return;
    }
    r->left = n - head;
}

/* How many octets of LL (and ID) precede the data now. */
static unsigned head_size(const struct record_in *r, enum record_form form)
{
    return form == RECORD_MAPPED && !r->second ? 4 : 2;
}

/* True when the head is complete.  Basic programs see the LL as data, so it goes to OUT as well. */
static bool take_head(struct record_in *r, enum record_form form, const uint8_t **in, const uint8_t *end,
                      uint8_t *out, size_t cap, size_t *got)
{
    unsigned head = head_size(r, form);
    while (r->head_n < head) {
        if (*in == end || (form != RECORD_MAPPED && *got == cap))
            return false;
        if (form != RECORD_MAPPED)
            out[(*got)++] = **in;
        r->head[r->head_n++] = *(*in)++;
        r->in_record = true;
        if (r->head_n == head)
            open_record(r, form, head);
    }
    return true;
}

static enum record_event take_record(struct record_in *r, enum record_form form, const uint8_t **in,
                                     const uint8_t *end, uint8_t *out, size_t cap, size_t *got)
{
    for (;;) {
        if (!take_head(r, form, in, end, out, cap, got)) {
            bool full = *got == cap && *got > 0; /* whatever comes next will not fit */
            return *in == end && !full ? RECORD_MORE : RECORD_FULL;
        }
        if (r->bad)
            return RECORD_BAD;
        size_t k = (size_t)(end - *in);
        k = k < r->left ? k : r->left;
        k = k < cap - *got ? k : cap - *got;
        if (k > 0)
            memcpy(out + *got, *in, k);
        *in += k;
        *got += k;
        r->left -= (uint32_t)k;
        if (r->left > 0)
            return *got == cap ? RECORD_FULL : RECORD_MORE;
        r->head_n = 0;
        r->second = form == RECORD_MAPPED && r->continued;
        if (r->second)
            continue; /* the next LL continues the same variable */
        r->in_record = false;
        return RECORD_COMPLETE;
    }
}

size_t record_in_whole(const struct record_in *r, const uint8_t *in, size_t n, const uint8_t **data,
                       size_t *data_n)
{
    if (r->in_record || r->bad || n < 4 || in[2] != RECORD_GDS_ID >> 8)
        return 0;
    size_t ll = (size_t)in[0] << 8 | in[1]; /* greater than the maximum if it is continued */
    if (ll < 4 || ll > RECORD_LL_MAX || ll > n)
        return 0;
    *data = in + 4;
    *data_n = ll - 4;
    return ll;
}

enum record_event record_in_take(struct record_in *r, enum record_form form, const uint8_t *in, size_t n,
                                 size_t *used, uint8_t *out, size_t cap, size_t *got)
{
    const uint8_t *p = in, *end = in + n;
    enum record_event ev;
    const uint8_t *data;
    if (form == RECORD_MAPPED && (*used = record_in_whole(r, in, n, &data, got)) > 0 && *got <= cap) {
        if (*got > 0)
            memcpy(out, data, *got);
        return RECORD_COMPLETE;
    }
    *got = 0;
    if (r->bad) {
        *used = 0;
        return RECORD_BAD;
    }
    do {
        ev = take_record(r, form, &p, end, out, cap, got);
    } while (form == RECORD_STREAM && ev == RECORD_COMPLETE && p < end && *got < cap);
    *used = (size_t)(p - in);
    if (form == RECORD_STREAM && ev == RECORD_COMPLETE)
        ev = *got == cap ? RECORD_FULL : RECORD_MORE;
    return ev;
}

int record_out_scan(struct record_out *r, const uint8_t *p, size_t n)
{
    struct record_out s = *r;
    while (n > 0) {
        if (s.left > 0) {
            size_t k = n < s.left ? n : s.left;
            s.left -= (uint32_t)k;
            p += k;
            n -= k;
            continue;
        }
        if (!s.half) {
            s.head = *p;
            s.half = true;
        } else {
            unsigned ll = ((unsigned)s.head << 8 | *p) & RECORD_LL_MAX;
            if (ll < 2)
                return -1;
            s.left = ll - 2;
            s.half = false;
        }
        p++;
        n--;
    }
    *r = s;
    return 0;
}

static void put16(uint8_t *p, unsigned v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

unsigned record_mapped_heads(struct record_heads *h, size_t n)
{
    unsigned i = 0;
    do {
        unsigned head = i == 0 ? 4 : 2;
        size_t k = n <= RECORD_LL_MAX - head ? n : RECORD_LL_MAX - head;
        h->data[i] = k;
        n -= k;
        put16(h->octets[i], (unsigned)(k + head) | (n > 0 ? LL_CONTINUED : 0));
        i++;
    } while (n > 0 && i < RECORD_LLS);
    put16(h->octets[0] + 2, RECORD_GDS_ID);
    return i;
}
