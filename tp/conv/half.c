#include "tp/conv/half.h"

#include <stdlib.h>

#include "tp/conv/channel.h"
#include "tp/conv/kept.h"

bool half_init(struct conv *c)
{
    struct conv_half *h = &c->half;
    h->tx_buf = malloc(FRAME_HDR + c->node.max_ru);
    chain_init(&h->tx, h->tx_buf ? h->tx_buf + FRAME_HDR : NULL, c->node.max_ru, c->node.accepted);
    h->tx_begun = c->node.accepted;
    inbound_init(&h->rx, !c->node.accepted);
    record_in_init(&h->record);
    return h->tx_buf != NULL;
}

void half_free(struct conv *c)
{
    free(c->half.tx_buf);
    c->half.tx_buf = NULL;
}

/* ---- in ---- */

/* After our -RSP(0846) everything is purged up to the end of the partner's chain, except the end of the
 * conversation or the session.  Returns true when the frame is purged. */
static bool purge(struct conv *c, struct inbound *in)
{
    switch (in->kind) {
    case IN_DATA:
        if (in->end != CHAIN_MORE)
            c->half.purging--;
        in->n = 0;
        return in->end != CHAIN_DEALLOCATE;
    case IN_ERROR:
        if (in->end != CHAIN_MORE)
            c->half.purging--;
        return !in->last;
    case IN_POSITIVE:
    case IN_NEGATIVE:
        return true;
    default:
        return false;
    }
}

void half_take(struct conv *c, size_t n)
{
    inbound_read(&c->half.rx, c->channel.buf, n, &c->half.cur);
    if (c->half.cur.kind == IN_SIGNAL)
        c->half.rts = true;
    else if (!c->half.purging || !purge(c, &c->half.cur)) {
        c->half.have_cur = true;
        c->half.cur_off = 0;
    }
}

OUT_OF_LINE int half_read(struct conv *c, bool wait)
{
    while (!c->half.have_cur) {
        ssize_t n = channel_read(c, wait);
        if (n <= 0)
            return (int)n;
        half_take(c, (size_t)n);
    }
    return 1;
}

/* Signals are taken out on the way in. */
static bool takes_signal(struct conv *c, const uint8_t *frame, size_t n)
{
    if (!(frame[0] & FRAME_EXPEDITED) || n <= FRAME_HDR)
        return false;
    struct inbound in;
    struct inbound_state s = c->half.rx; /* an expedited frame is outside the chains */
    inbound_read(&s, frame, n, &in);
    if (in.kind != IN_SIGNAL)
        return false;
    c->half.rts = true;
    return true;
}

bool half_ahead(struct conv *c)
{
    return channel_ahead(c, c->half.have_cur, takes_signal);
}

bool half_take_rts(struct conv *c)
{
    bool came = c->half.rts;
    c->half.rts = false;
    return came;
}

/* ---- out ---- */

OUT_OF_LINE int half_write(struct conv *c, const struct chain_frame *f, unsigned n, bool wait)
{
    if (c->channel.held && !kept_flow(c) && kept_rejoin(c) < 0)
        return -1;
    atomic_store_explicit(&c->half.tx_begun, c->half.tx.begun, memory_order_release);
    return channel_write(c, f, n, wait);
}

/* F: room for the frames that leave. */
static int put(struct conv *c, const struct seg *in, unsigned n_in, enum chain_end end, bool wait,
               struct chain_frame *f)
{
    unsigned n = chain_put(&c->half.tx, in, n_in, end, f);
    int bad = n > 0 ? half_write(c, f, n, wait) : 0;
    chain_done(&c->half.tx);
    return bad;
}

#define FEW 3

/* Room for any number of frames is 34 KiB of stack, whose pages a process touches again after each switch. */
static OUT_OF_LINE int put_many(struct conv *c, const struct seg *in, unsigned n_in, enum chain_end end,
                                bool wait)
{
    struct chain_frame f[CHAIN_FRAMES];
    return put(c, in, n_in, end, wait, f);
}

static OUT_OF_LINE int put_few(struct conv *c, const struct seg *in, unsigned n_in, enum chain_end end,
                               bool wait)
{
    struct chain_frame f[FEW];
    return put(c, in, n_in, end, wait, f);
}

int half_put(struct conv *c, const struct seg *in, unsigned n_in, enum chain_end end, bool wait)
{
    bool few = chain_frames_max(&c->half.tx, in, n_in) <= FEW;
    return few ? put_few(c, in, n_in, end, wait) : put_many(c, in, n_in, end, wait);
}
