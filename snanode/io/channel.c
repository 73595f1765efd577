/* The two ends of a conversation's socket pair, from Allocate until both TPs have done with it.  The node
 * keeps duplicates so that it can have the last word; data between two local TPs never pass here. */
#include "snanode/io/channel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "snanode/base/log.h"
#include "snanode/io/context.h"
#include "snanode/io/hints.h"
#include "snanode/io/holders.h"
#include "snanode/io/nopassfd.h"
#include "snanode/io/trace.h"
#include "snanode/io/watch.h"
#include "snanode/lu62/chain.h"
#include "snanode/wire/fmh7.h"
#include "snanode/wire/sense.h"

struct channel *channel_of(const struct server *s, uint32_t conv)
{
    uint32_t slot = IDTAB_SLOT(conv);
    struct channel *ch = slot < s->n_by_conv ? s->by_conv[slot] : NULL;
    while (ch && ch->conv != conv)
        ch = ch->behind;
    return ch;
}

struct channel *channel_next(const struct server *s, const struct channel *ch)
{
    if (ch && ch->behind)
        return ch->behind;
    uint32_t slot = ch ? IDTAB_SLOT(ch->conv) + 1 : 0;
    while (slot < s->n_by_conv && !s->by_conv[slot])
        slot++;
    return slot < s->n_by_conv ? s->by_conv[slot] : NULL;
}

int channel_new(struct server *s, uint32_t conv, uint32_t port, unsigned uid, int pid)
{
    uint32_t slot = IDTAB_SLOT(conv);
    if (slot >= s->n_by_conv) {
        uint32_t cap = s->n_by_conv ? s->n_by_conv * 2 : 256;
        while (cap <= slot)
            cap *= 2;
        struct channel **v = realloc(s->by_conv, cap * sizeof *v);
        if (!v)
            return -1;
        memset(v + s->n_by_conv, 0, (cap - s->n_by_conv) * sizeof *v);
        s->by_conv = v;
        s->n_by_conv = cap;
    }
    struct channel *ch = calloc(1, sizeof *ch);
    if (!ch)
        return -1;
    *ch = (struct channel){.behind = s->by_conv[slot],
                           .conv = conv,
                           .port = port,
                           .uid = uid,
                           .pid = pid,
                           .fd = {-1, -1},
                           .server = s};
    s->by_conv[slot] = ch;
    s->n_channels++;
    holders_add_conversation(s, uid);
    return 0;
}

void channel_unwatch(struct channel *ch)
{
    watch_free(ch->watch);
    ch->watch = NULL;
}

uint32_t channel_open_pair(struct server *s, struct channel *ch)
{
    uint32_t limit = holders_judge_pair(s, ch->uid);
    if (limit != LP_RC_OK)
        return limit;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ch->fd) < 0) {
        ch->fd[0] = ch->fd[1] = -1;
        return errno == EMFILE || errno == ENFILE ? LP_RC_DESCRIPTORS : LP_RC_MEMORY;
    }
    passfd_refuse(ch->fd[0]);
    passfd_refuse(ch->fd[1]);
    limit = holders_reserved(ch->fd[1]) ? LP_RC_DESCRIPTORS : holders_judge_process(s, ch->pid, ch->fd[1]);
    if (limit != LP_RC_OK) {
        close(ch->fd[0]);
        close(ch->fd[1]);
        ch->fd[0] = ch->fd[1] = -1;
        return limit;
    }
    holders_add_pair(s, ch->uid);
    holders_took(s, ch->pid, 2);
    ch->hint = hint_of(holders_hints(s, ch->uid), ch->conv);
    hint_set(ch->hint, HINT_START);
    return LP_RC_OK;
}

void channel_came(const struct channel *ch, unsigned side)
{
    hint_came(ch->hint, side, 1);
}

void channel_accepted_by(const struct channel *ch, unsigned uid)
{
    if (uid != ch->uid)
        hint_set(ch->hint, 0);
}

uint32_t channel_open(struct server *s, struct channel *ch, watch_fn *on_attach)
{
    uint32_t rc = channel_open_pair(s, ch);
    if (rc != LP_RC_OK)
        return rc;
    ch->watch = watch_new(s, ch->fd[SIDE_B], EV_READ, on_attach, ch);
    return ch->watch && watch_add(ch->watch, NULL) == 0 ? LP_RC_OK : LP_RC_MEMORY;
}

/* It may hold a password. */
void channel_forget_attach(struct channel *ch)
{
    if (ch->attach)
        explicit_bzero(ch->attach, sizeof *ch->attach);
    free(ch->attach);
    ch->attach = NULL;
}

/* ---- the last word ---- */

static size_t flatten(const struct chain_frame *f, uint8_t *out)
{
    size_t n = FRAME_HDR;
    memcpy(out, f->hdr, FRAME_HDR);
    for (unsigned i = 0; i < f->n_segs; i++) {
        memcpy(out + n, f->segs[i].p, f->segs[i].n);
        n += f->segs[i].n;
    }
    return n;
}

/* Into the other end's queue.  Unread data may fill it: there is room kept for a word of the node's. */
static void say(struct channel *ch, unsigned from, const uint8_t *frame, size_t n)
{
    int more = 425984;
    if (ch->fd[from] < 0)
        return;
    trace_spoken(ch, from, trace_time(ch), frame, n);
    if (send(ch->fd[from], frame, n, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0 || errno == EPIPE) {
        channel_came(ch, !from);
        return;
    }
    setsockopt(ch->fd[from], SOL_SOCKET, SO_SNDBUF, &more, sizeof more);
    if (send(ch->fd[from], frame, n, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 && errno != EPIPE)
        log_warn("conversation %u: the partner cannot be told why it ends: %s", ch->conv, strerror(errno));
    channel_came(ch, !from);
}

static void say_fmh7(struct channel *ch, unsigned from, uint32_t sense, bool begun)
{
    uint8_t fmh7[FMH7_LEN], out[32];
    struct chain_frame f;
    struct chain c;
    if (fmh7_encode(sense, NULL, 0, fmh7, sizeof fmh7) < 0)
        return;
    chain_init(&c, NULL, 0, begun);
    chain_error(&c, fmh7, sizeof fmh7, true, &f);
    say(ch, from, out, flatten(&f, out));
}

void channel_refuse(struct server *s, uint32_t conv, uint32_t sense)
{
    struct channel *ch = channel_of(s, conv);
    struct chain_frame f;
    uint8_t ru[4], out[32];
    if (!ch)
        return;
    frame_reject(&f, SENSE_ERP_MESSAGE_FORTHCOMING, ru);
    say(ch, SIDE_B, out, flatten(&f, out));
    say_fmh7(ch, SIDE_B, sense, true);
    if (ch->fd[SIDE_B] >= 0)
        shutdown(ch->fd[SIDE_B], SHUT_RDWR);
    channel_forget_attach(ch);
}

/* Not an FMH-7: whether one may come now depends on the dead end's chain, which the node does not follow. */
static void say_unbind(struct channel *ch, unsigned from, uint32_t sense)
{
    struct chain_frame f;
    uint8_t ru[6], out[16];
    frame_unbind(&f, sense, ru);
    say(ch, from, out, flatten(&f, out));
}

void channel_abend(struct server *s, uint32_t conv, unsigned side, uint32_t sense)
{
    struct channel *ch = channel_of(s, conv);
    if (!ch || ch->fd[side] < 0)
        return;
    say_unbind(ch, side, sense);
    shutdown(ch->fd[side], SHUT_RDWR);
}

/* Both words first: a shutdown of one end silences the other one too. */
void channel_cut(struct server *s, uint32_t conv, uint32_t sense)
{
    struct channel *ch = channel_of(s, conv);
    if (!ch)
        return;
    channel_unwatch(ch); /* an Attach that has not flowed never will */
    for (unsigned side = 0; side < 2; side++)
        say_unbind(ch, side, sense);
    for (unsigned side = 0; side < 2; side++)
        if (ch->fd[side] >= 0)
            shutdown(ch->fd[side], SHUT_RDWR);
}

void channel_end_side(struct server *s, uint32_t conv, uint32_t process, unsigned side)
{
    node_end(s->node, conv, process, side, now_ms(), &s->nfx);
    if (!node_conversation(s->node, conv))
        return; /* both ends are closed, and nobody has them any more */
    struct channel *ch = channel_of(s, conv);
    if (ch && ch->fd[side] >= 0)
        shutdown(ch->fd[side], SHUT_RDWR);
}

void channel_close_pair(struct server *s, struct channel *ch)
{
    hint_set(ch->hint, 0);
    if (ch->fd[0] < 0)
        return;
    for (int i = 0; i < 2; i++) {
        close(ch->fd[i]);
        ch->fd[i] = -1;
    }
    holders_remove_pair(s, ch->uid);
    holders_gave(s, ch->pid, 2);
}

void channel_close(struct server *s, uint32_t conv)
{
    struct channel *ch = channel_of(s, conv);
    if (!ch)
        return;
    channel_unwatch(ch);
    trace_over(ch);
    channel_close_pair(s, ch);
    channel_forget_attach(ch);
    struct channel **at = &s->by_conv[IDTAB_SLOT(conv)];
    while (*at != ch)
        at = &(*at)->behind;
    *at = ch->behind;
    s->n_channels--;
    holders_remove_conversation(s, ch->uid);
    free(ch);
}
