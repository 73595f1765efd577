/* The conversation's socket: frames in and out.  Everything the library reads from or writes to a
 * conversation passes here; the machines on both sides of it know no descriptor. */
#include "tp/conv/channel.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "snanode/host/seqpacket.h"
#include "snanode/wire/fmh7.h"
#include "tp/conv/heard.h"
#include "tp/conv/trace.h"

struct queued_frame {
    struct list link;
    size_t n;
    uint8_t octets[];
};

static struct queued_frame *queued_new(struct list *q, size_t n)
{
    struct queued_frame *f = malloc(sizeof *f + n);
    if (!f)
        return NULL;
    f->n = n;
    list_append(q, &f->link);
    return f;
}

static void queue_free(struct list *q)
{
    while (!list_empty(q)) {
        struct queued_frame *f = LIST_OWNER(q->next, struct queued_frame, link);
        list_remove(&f->link);
        free(f);
    }
}

void channel_free(struct conv *c)
{
    queue_free(&c->channel.in);
    queue_free(&c->channel.out);
    free(c->channel.buf);
    if (c->channel.fd >= 0)
        close(c->channel.fd);
    trace_rest();
    c->channel.buf = NULL;
    c->channel.fd = -1;
}

/* Room for the largest possible frame: an RU, or an error that the node writes. */
static bool have_room(struct conv *c)
{
    if (c->channel.buf)
        return true;
    c->channel.cap = FRAME_HDR + (c->node.max_ru > FMH7_MAX ? c->node.max_ru : FMH7_MAX);
    c->channel.buf = malloc(c->channel.cap);
    return c->channel.buf != NULL;
}

/* Read one frame from the socket.  Returns octets, 0 when there is none now, -1 at the end. */
static ssize_t read_socket(struct conv *c, bool wait)
{
    if (c->channel.eof || c->channel.fd < 0 || !have_room(c))
        return -1;
    for (;;) {
        ssize_t n = seqpacket_recv(c->channel.fd, c->channel.buf, c->channel.cap,
                                   MSG_TRUNC | (wait ? 0 : MSG_DONTWAIT));
        if (n > 0 && (size_t)n <= c->channel.cap) {
            heard_read(c);
            return n;
        }
        if (n < 0 && errno == EINTR && !life_is_cancelled(c->life))
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            if (!wait)
                return 0;
            struct pollfd p = {c->channel.fd, POLLIN, 0}; /* somebody made the socket nonblocking */
            poll(&p, 1, -1);
            continue;
        }
        c->channel.eof = true;
        return -1;
    }
}

ssize_t channel_wait(struct conv *c)
{
    if (!have_room(c))
        return 0;
    ssize_t n = seqpacket_recv(c->channel.fd, c->channel.buf, c->channel.cap, MSG_TRUNC);
    return n > (ssize_t)c->channel.cap ? 0 : n;
}

/* Move the oldest frame that was read ahead to the buffer of the current frame. */
static ssize_t read_queue(struct conv *c)
{
    struct queued_frame *f = LIST_OWNER(c->channel.in.next, struct queued_frame, link);
    size_t n = f->n;
    c->channel.in_n -= n;
    memcpy(c->channel.buf, f->octets, n);
    list_remove(&f->link);
    free(f);
    return (ssize_t)n;
}

ssize_t channel_read(struct conv *c, bool wait)
{
    return list_empty(&c->channel.in) ? read_socket(c, wait) : read_queue(c);
}

#define AHEAD_MAX (1 << 20) /* octets read ahead: beyond that the partner has to wait, as it should */

bool channel_ahead(struct conv *c, bool keep, bool (*takes)(struct conv *c, const uint8_t *frame, size_t n))
{
    if (!have_room(c))
        return false;
    uint8_t *kept = c->channel.buf; /* a read would fill it */
    if (keep && !(c->channel.buf = malloc(c->channel.cap))) {
        c->channel.buf = kept;
        return false;
    }
    ssize_t n;
    while (c->channel.in_n < AHEAD_MAX && (n = read_socket(c, false)) > 0) {
        if (takes(c, c->channel.buf, (size_t)n))
            continue;
        struct queued_frame *f = queued_new(&c->channel.in, (size_t)n);
        if (!f) {
            c->channel.eof = true;
            break;
        }
        memcpy(f->octets, c->channel.buf, (size_t)n);
        c->channel.in_n += (size_t)n;
    }
    if (c->channel.buf != kept) {
        free(c->channel.buf);
        c->channel.buf = kept;
    }
    return !c->channel.eof && c->channel.in_n < AHEAD_MAX;
}

#define BATCH 16 /* frames in one system call */

struct batch {
    struct mmsghdr msgs[BATCH];
    struct iovec iov[BATCH][CHAIN_SEGS + 1];
};

/* F as one message, in pieces IOV (CHAIN_SEGS + 1). */
static struct msghdr gather(const struct chain_frame *f, struct iovec *iov)
{
    iov[0] = (struct iovec){(void *)(uintptr_t)f->hdr, FRAME_HDR};
    for (unsigned k = 0; k < f->n_segs; k++)
        iov[k + 1] = (struct iovec){(void *)(uintptr_t)f->segs[k].p, f->segs[k].n};
    return (struct msghdr){.msg_iov = iov, .msg_iovlen = f->n_segs + 1};
}

static unsigned batch_fill(struct batch *b, const struct chain_frame *f, unsigned n)
{
    n = n < BATCH ? n : BATCH;
    for (unsigned i = 0; i < n; i++)
        b->msgs[i].msg_hdr = gather(&f[i], b->iov[i]);
    return n;
}

/* Returns how many the socket took, or -1. */
static OUT_OF_LINE int write_batch(int fd, const struct chain_frame *f, unsigned n, int flags)
{
    struct batch b;
    return sendmmsg(fd, b.msgs, batch_fill(&b, f, n), flags);
}

/* Copy the frames that the socket did not take into the queue. */
static int keep(struct conv *c, const struct chain_frame *f, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        struct queued_frame *q = queued_new(&c->channel.out, FRAME_HDR + f[i].ru_n);
        if (!q)
            return -1;
        uint8_t *p = q->octets;
        memcpy(p, f[i].hdr, FRAME_HDR);
        p += FRAME_HDR;
        for (unsigned k = 0; k < f[i].n_segs; k++) {
            memcpy(p, f[i].segs[k].p, f[i].segs[k].n);
            p += f[i].segs[k].n;
        }
    }
    return 0;
}

#define SMALL 64 /* octets: a response, an LUSTAT, an FMH-7 without its log */

/* Write F as its pieces are, a small one as one piece: a second one costs the kernel more.  Returns 1, or -1.
 */
static int write_pieces(int fd, const struct chain_frame *f, int flags)
{
    uint8_t flat[FRAME_HDR + SMALL];
    if (f->ru_n > SMALL) {
        struct iovec iov[CHAIN_SEGS + 1];
        struct msghdr m = gather(f, iov);
        return sendmsg(fd, &m, flags) < 0 ? -1 : 1;
    }
    memcpy(flat, f->hdr, FRAME_HDR);
    size_t n = FRAME_HDR;
    for (unsigned k = 0; k < f->n_segs; k++) {
        memcpy(flat + n, f->segs[k].p, f->segs[k].n);
        n += f->segs[k].n;
    }
    return send(fd, flat, n, flags) < 0 ? -1 : 1;
}

/* The same for a frame of the half-session: when the RU is the chain's buffer there is room for the header in
 * front of it. */
static int write_one(struct conv *c, const struct chain_frame *f, int flags)
{
    uint8_t *room = c->half.tx_buf;
    if (f->n_segs != 1 || f->segs[0].p != c->half.tx.buf)
        return write_pieces(c->channel.fd, f, flags);
    memcpy(room, f->hdr, FRAME_HDR);
    return send(c->channel.fd, room, FRAME_HDR + f->ru_n, flags) < 0 ? -1 : 1;
}

static bool would_block(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS;
}

int channel_write(struct conv *c, const struct chain_frame *f, unsigned n, bool wait)
{
    if (channel_drain(c, wait) < 0)
        return -1;
    if (trace_wants(c->node.id))
        trace_frames(c->node.id, c->node.accepted, f, n);
    while (n > 0 && list_empty(&c->channel.out)) {
        int flags = MSG_NOSIGNAL | (wait ? 0 : MSG_DONTWAIT);
        int done = n > 1 ? write_batch(c->channel.fd, f, n, flags) : write_one(c, f, flags);
        if (done > 0) {
            heard_wrote(c, (unsigned)done);
            f += done;
            n -= (unsigned)done;
            continue;
        }
        if (errno == EINTR && !life_is_cancelled(c->life))
            continue;
        if (!would_block())
            return -1;
        if (!wait)
            break;
        struct pollfd p = {c->channel.fd, POLLOUT, 0};
        poll(&p, 1, -1);
    }
    return n > 0 ? keep(c, f, n) : 0;
}

/* A partner that does not read has filled the socket.  Room is reserved for errors and for the end of the
 * conversation, as in the node: a program that gives up does not wait, and the partner learns why. */
static void make_room(int fd)
{
    int more = 425984;
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &more, sizeof more);
}

bool channel_signal_waits(const struct conv *c)
{
    return !list_empty(&c->channel.out) &&
           (LIST_OWNER(c->channel.out.prev, struct queued_frame, link)->octets[0] & FRAME_EXPEDITED);
}

void channel_hurry(struct conv *c)
{
    if (list_empty(&c->channel.out))
        return;
    make_room(c->channel.fd);
    channel_drain(c, false);
}

void channel_say_over(struct conv *c, const struct chain_frame *f)
{
    uint32_t id = c->node.id; /* the other thread may just be ending the conversation */
    if (trace_wants(id))
        trace_frames(id, c->node.accepted, f, 1);
    bool said = write_pieces(c->channel.fd, f, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0;
    if (!said && would_block()) {
        make_room(c->channel.fd);
        said = write_pieces(c->channel.fd, f, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0;
    }
    if (said)
        heard_wrote(c, 1); /* else the partner is told by the node when we are gone */
}

int channel_drain_queue(struct conv *c, bool wait)
{
    while (!list_empty(&c->channel.out)) {
        struct queued_frame *f = LIST_OWNER(c->channel.out.next, struct queued_frame, link);
        ssize_t k = send(c->channel.fd, f->octets, f->n, MSG_NOSIGNAL | (wait ? 0 : MSG_DONTWAIT));
        if (k < 0 && errno == EINTR && !life_is_cancelled(c->life))
            continue;
        if (k < 0 && would_block()) {
            if (!wait)
                return 0;
            struct pollfd p = {c->channel.fd, POLLOUT, 0};
            poll(&p, 1, -1);
            continue;
        }
        if (k < 0)
            return -1;
        heard_wrote(c, 1);
        list_remove(&f->link);
        free(f);
    }
    return 1;
}
