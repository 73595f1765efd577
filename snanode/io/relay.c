#include "snanode/io/relay.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "snanode/host/seqpacket.h"
#include "snanode/io/channel.h"
#include "snanode/io/context.h"
#include "snanode/io/domain/h2.h"
#include "snanode/io/trace.h"
#include "snanode/io/watch.h"
#include "snanode/local/frame.h"
#include "snanode/wire/sense.h"

#define FRAMES_A_TURN 32 /* of one socket, before others are heard */

static uint8_t buffer[PARCEL_BODY_MAX]; /* one thread, and nobody keeps it over a call of another file */

struct relay *relay_at(const struct server *s, uint32_t conv, unsigned far)
{
    const struct channel *ch = channel_of(s, conv);
    return ch ? ch->relay[far] : NULL;
}

struct relay *relay_of_attach(const struct server *s, uint32_t conv)
{
    struct relay *r = relay_at(s, conv, SIDE_A);
    return r && r->guest ? r : relay_at(s, conv, SIDE_B);
}

/* ---- from the program ---- */

/* One frame; false: there is none now, or none is likely to be behind it. */
static bool take_frame(struct relay *r)
{
    ssize_t n = seqpacket_recv(r->ch->fd[r->far], buffer, sizeof buffer, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (n < 0 && errno != ECONNRESET) { /* it is there, and the system does not give what it has sent */
        r->lost(r, "what its program has sent cannot be read");
        return false;
    }
    if (n <= 0) { /* all that it has sent is on its way, a last word of the node's too */
        watch_stop(r->reads);
        h2_stream_end(r->st);
        return false;
    }
    if (n < FRAME_HDR) { /* no library does so */
        node_cut(r->server->node, r->ch->conv, SENSE_SESSION_RESET, now_ms(), &r->server->nfx);
        return true;
    }
    h2_stream_put(r->st, PARCEL_FRAME, buffer, (size_t)n);
    return !frame_is_last(buffer, (size_t)n);
}

static void on_frames(void *arg)
{
    struct relay *r = arg;
    if (!r->st) {
        watch_stop(r->reads);
        return;
    }
    for (int i = 0; i < FRAMES_A_TURN; i++) {
        r->paused = !h2_stream_room(r->st);
        if (r->paused) {
            watch_stop(r->reads);
            return;
        }
        if (!take_frame(r))
            return;
    }
}

void relay_room(void *relay)
{
    struct relay *r = relay;
    if (!r->paused)
        return;
    r->paused = false;
    watch_add(r->reads, NULL);
}

/* ---- to the program ---- */

static void on_writable(void *arg)
{
    struct relay *r = arg;
    if (r->st)
        h2_stream_resume(r->st);
}

bool relay_give(struct relay *r, const uint8_t *frame, size_t n)
{
    int fd = r->ch->fd[r->far];
    uint64_t when = trace_time(r->ch);
    if (fd < 0)
        return true;
    if (send(fd, frame, n, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) {
        channel_came(r->ch, !r->far);
        trace_spoken(r->ch, r->far, when, frame, n);
        return true;
    }
    if (errno != EAGAIN && errno != ENOBUFS && errno != EINTR)
        return true; /* the program is gone, and so is the frame */
    watch_add(r->writes, NULL);
    return false;
}

/* ---- begin and end ---- */

struct relay *relay_new(struct server *s, struct channel *ch, unsigned far)
{
    struct relay *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->server = s;
    r->far = far;
    if (ch)
        relay_attach(r, ch);
    return r;
}

void relay_attach(struct relay *r, struct channel *ch)
{
    r->ch = ch;
    ch->relay[r->far] = r;
}

int relay_begin(struct relay *r)
{
    int fd = r->ch->fd[r->far];
    r->begun = true;
    r->reads = watch_new(r->server, fd, EV_READ | EV_PERSIST, on_frames, r);
    r->writes = watch_new(r->server, fd, EV_WRITE, on_writable, r);
    return r->reads && r->writes ? watch_add(r->reads, NULL) : -1;
}

void relay_free(struct relay *r)
{
    watch_free(r->reads);
    watch_free(r->writes);
    if (r->st && r->whole)
        h2_stream_end(r->st);
    h2_stream_free(r->st);
    if (r->ch)
        r->ch->relay[r->far] = NULL;
    free(r);
}
