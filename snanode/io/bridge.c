#include "snanode/io/bridge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "snanode/base/log.h"
#include "snanode/host/seqpacket.h"
#include "snanode/io/channel.h"
#include "snanode/io/context.h"
#include "snanode/io/link/line.h"
#include "snanode/io/trace.h"
#include "snanode/io/watch.h"
#include "snanode/local/frame.h"
#include "snanode/wire/sense.h"

#define FRAMES_A_TURN 32 /* of one socket, before others are heard */
#define FRAME_MAX     (FRAME_HDR + FRAME_RU_MAX)

/* A frame that waits for the program, when the session is gone already. */
struct held {
    struct list link;
    size_t n;
    uint8_t frame[];
};

struct bridge {
    struct channel *ch;
    uint32_t carrier, address;
    unsigned far; /* which end is the node's */
    struct watch *reads, *writes;
    bool paused;      /* the link has no room */
    struct list link; /* among the paused ones */
    bool full;        /* the program's socket has none, and the first frame of the session is for it */
    bool over;        /* the bracket has ended, or its session: what the program still sends goes nowhere */
    bool deaf;        /* the program has gone */
    bool cut;         /* after HELD it reads that the session is lost, for SENSE */
    uint32_t sense;
    struct list held;
};

static uint8_t buffer[FRAME_MAX]; /* one thread, and nobody keeps it over a call of another file */

static struct line *line_of(const struct bridge *b)
{
    return line_by_id(b->ch->server, b->carrier);
}

static struct bridge *bridge_of(const struct server *s, uint32_t conv)
{
    struct channel *ch = channel_of(s, conv);
    return ch ? ch->bridge : NULL;
}

/* ---- from the program ---- */

/* It ended without a word that ends its bracket. */
static void program_gone(struct bridge *b, struct line *l)
{
    struct link_effects fx = {.n = 0};
    b->deaf = true;
    watch_stop(b->reads);
    if (b->over || !l)
        return;
    link_abandon(&l->station_link, b->address, b->ch->conv, SENSE_ABEND_PROG, &fx);
    line_effects(l, &fx);
}

/* It is there, and the system does not give what it has sent: both programs are told that the session is
 * lost. */
static void unreadable(struct bridge *b)
{
    struct server *s = b->ch->server;
    b->deaf = true;
    watch_stop(b->reads);
    node_cut(s->node, b->ch->conv, SENSE_SESSION_RESET, now_ms(), &s->nfx);
}

/* One frame; false: there is none now, or none is likely to be behind it. */
static bool take_frame(struct bridge *b, struct line *l)
{
    struct link_effects fx = {.n = 0};
    ssize_t n = seqpacket_recv(b->ch->fd[b->far], buffer, sizeof buffer, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (n < 0 && errno != ECONNRESET) {
        unreadable(b);
        return false;
    }
    if (n <= 0) {
        program_gone(b, l);
        return false;
    }
    if (b->over || !l)
        return true;
    bool last = frame_is_last(buffer, (size_t)n);
    link_put(&l->station_link, b->address, b->ch->conv, buffer, (size_t)n, &fx);
    line_effects(l, &fx);
    return !last;
}

/* Whether the link takes another frame, when what waits has been sent as far as it goes.  *GONE: B is no
 * more. */
static bool has_room(struct bridge *b, struct line *l, bool *gone)
{
    struct server *s = b->ch->server;
    uint32_t conv = b->ch->conv;
    if (!l || b->over || link_room(&l->station_link, b->address))
        return true;
    line_run(l);
    *gone = bridge_of(s, conv) != b;
    return !*gone && (b->over || link_room(&l->station_link, b->address));
}

/* Those whose session is on this path are among them. */
static struct list *paused_on(struct server *s, uint32_t carrier, uint32_t address)
{
    return &s->paused[(carrier * 31 + address) % PAUSED_LISTS];
}

static void pause_reading(struct bridge *b)
{
    b->paused = true;
    watch_stop(b->reads);
    list_remove(&b->link);
    list_append(paused_on(b->ch->server, b->carrier, b->address), &b->link);
}

static void on_frames(void *arg)
{
    struct bridge *b = arg;
    struct line *l = line_of(b);
    bool gone = false;
    for (int i = 0; i < FRAMES_A_TURN; i++) {
        bool room = has_room(b, l, &gone);
        if (gone)
            return;
        if (!room) {
            pause_reading(b);
            break;
        }
        if (!take_frame(b, l))
            break;
    }
    if (l)
        line_run(l);
}

static void read_on(struct bridge *b)
{
    if (!b->paused || b->deaf)
        return;
    b->paused = false;
    list_remove(&b->link);
    watch_add(b->reads, NULL);
}

void bridge_room(struct server *s, uint32_t carrier, uint32_t address)
{
    LIST_FOREACH_SAFE(i, paused_on(s, carrier, address)) {
        struct bridge *b = LIST_OWNER(i, struct bridge, link);
        if (b->carrier == carrier && b->address == address)
            read_on(b);
    }
}

void bridge_over(struct server *s, uint32_t conv)
{
    struct bridge *b = bridge_of(s, conv);
    if (!b)
        return;
    b->over = true;
    read_on(b);
}

/* ---- to the program ---- */

/* False: its socket is full. */
static bool give(const struct bridge *b, const uint8_t *frame, size_t n)
{
    if (b->ch->fd[b->far] < 0)
        return true;
    uint64_t when = trace_time(b->ch);
    if (send(b->ch->fd[b->far], frame, n, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) {
        channel_came(b->ch, !b->far);
        trace_spoken(b->ch, b->far, when, frame, n);
        return true;
    }
    return errno != EAGAIN && errno != ENOBUFS && errno != EINTR; /* else it is gone, and so is the frame */
}

void bridge_feed(struct line *l, uint32_t address)
{
    uint32_t conv;
    size_t n;
    while ((n = link_front(&l->station_link, address, &conv, buffer)) > 0) {
        struct bridge *b = bridge_of(l->server, conv);
        struct link_effects fx = {.n = 0};
        if (b && !give(b, buffer, n)) {
            b->full = true;
            watch_add(b->writes, NULL);
            return;
        }
        link_pop(&l->station_link, address, &fx);
        line_effects(l, &fx);
    }
}

/* What is held, and then the end. */
static void let_go(struct bridge *b)
{
    LIST_FOREACH_SAFE(i, &b->held) {
        struct held *h = LIST_OWNER(i, struct held, link);
        if (!give(b, h->frame, h->n)) {
            watch_add(b->writes, NULL);
            return;
        }
        list_remove(&h->link);
        free(h);
    }
    b->cut = false;
    b->deaf = true;
    watch_stop(b->reads);
    channel_cut(b->ch->server, b->ch->conv, b->sense);
}

static void on_writable(void *arg)
{
    struct bridge *b = arg;
    struct line *l = line_of(b);
    b->full = false;
    if (b->cut) {
        let_go(b);
    } else if (l) {
        bridge_feed(l, b->address);
        line_run(l);
    }
}

void bridge_cut(struct server *s, uint32_t conv, uint32_t sense)
{
    struct bridge *b = bridge_of(s, conv);
    if (!b || b->cut) {
        if (!b)
            channel_cut(s, conv, sense);
        return;
    }
    struct line *l = line_of(b);
    b->over = b->cut = true;
    b->sense = sense;
    for (size_t n; l && (n = link_rest(&l->station_link, conv, buffer)) > 0;) {
        struct held *h = malloc(sizeof *h + n);
        if (!h)
            break;
        h->n = n;
        memcpy(h->frame, buffer, n);
        list_append(&b->held, &h->link);
    }
    if (l)
        link_forget(&l->station_link, conv);
    let_go(b);
}

/* ---- begin and end ---- */

bool bridge_allocated(struct server *s, struct channel *ch)
{
    struct path path;
    uint8_t fmh5[FMH5_MAX];
    bool bb;
    if (!node_far_path(s->node, ch->conv, &path))
        return false;
    size_t n = node_far_begin(s->node, ch->conv, fmh5, &bb);
    struct line *l = line_by_id(s, path.carrier);
    if (l && link_converse(&l->station_link, (uint32_t)path.address, ch->conv, fmh5, n, bb) < 0)
        log_debug("conversation %u: its session on %s is not open", ch->conv, l->conf.name);
    explicit_bzero(fmh5, sizeof fmh5);
    return true;
}

int bridge_open(struct server *s, struct channel *ch, unsigned far)
{
    struct path path;
    struct bridge *b = calloc(1, sizeof *b);
    if (!b || !node_far_path(s->node, ch->conv, &path)) {
        free(b);
        return -1;
    }
    *b = (struct bridge){.ch = ch, .carrier = path.carrier, .address = (uint32_t)path.address, .far = far};
    list_init(&b->held);
    list_init(&b->link);
    ch->bridge = b;
    b->reads = watch_new(s, ch->fd[far], EV_READ | EV_PERSIST, on_frames, b);
    b->writes = watch_new(s, ch->fd[far], EV_WRITE, on_writable, b);
    if (b->reads && b->writes && watch_add(b->reads, NULL) == 0)
        return 0;
    bridge_free(ch);
    return -1;
}

void bridge_abandon(struct server *s, uint32_t conv)
{
    struct path path;
    struct link_effects fx = {.n = 0};
    struct line *l = node_far_path(s->node, conv, &path) ? line_by_id(s, path.carrier) : NULL;
    if (!l)
        return;
    link_abandon(&l->station_link, (uint32_t)path.address, conv, SENSE_ABEND_PROG, &fx);
    line_effects(l, &fx);
    line_run(l);
}

void bridge_free(struct channel *ch)
{
    struct bridge *b = ch->bridge;
    if (!b)
        return;
    ch->bridge = NULL;
    list_remove(&b->link);
    watch_free(b->reads);
    watch_free(b->writes);
    LIST_FOREACH_SAFE(i, &b->held)
        free(LIST_OWNER(i, struct held, link));
    free(b);
}

void bridge_close(struct server *s, uint32_t conv)
{
    struct bridge *b = bridge_of(s, conv);
    if (!b)
        return;
    struct line *l = line_of(b);
    uint32_t address = b->address;
    bool full = b->full;
    bridge_free(b->ch);
    if (l)
        link_forget(&l->station_link, conv);
    if (l && full) { /* the frames of others wait behind those that nobody reads any more */
        bridge_feed(l, address);
        line_run(l);
    }
}

unsigned bridge_side(const struct bridge *b)
{
    return b->far;
}
