/* One connection.  nghttp2 is fed with what comes, and says what is to be sent; what it tells leads to the
 * users of streams, who put more.  So nothing is sent or freed within its calls: that is done by h2_flush,
 * once for all that happened in a turn of the loop. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "snanode/base/log.h"
#include "snanode/io/context.h"
#include "snanode/io/domain/h2state.h"
#include "snanode/io/link/stream.h"
#include "snanode/io/link/tls.h"

#define SPARES        8             /* streams that wait for the other machine to begin one */
#define STREAMS_LEAST 64            /* that a machine may have, however few descriptors there are */
#define WINDOW        (1024 * 1024) /* of the connection: each stream has its own, much smaller */
#define INTRODUCE_S   10            /* the other machine has so long to say who it is */

/* ---- the end ---- */

static void destroy(struct h2 *c)
{
    nghttp2_session_del(c->ng);
    watch_free(c->flush);
    watch_free(c->beat);
    free(c);
}

/* The other machine is told why it is refused. */
static void explain(struct h2 *c)
{
    const uint8_t *p;
    ssize_t n;
    nghttp2_submit_goaway(c->ng, NGHTTP2_FLAG_NONE, 0, NGHTTP2_REFUSED_STREAM, (const uint8_t *)c->end.text,
                          strlen(c->end.text));
    while ((n = nghttp2_session_mem_send(c->ng, &p)) > 0)
        stream_write(c->tcp, p, (size_t)n);
}

/* All streams are cut, and C is gone. */
static void finish(struct h2 *c)
{
    const struct h2_user *user = c->quiet ? NULL : c->user;
    struct stream_end end = c->end;
    void *arg = c->arg;
    c->dead = true;
    if (c->tcp && c->refuses)
        explain(c);
    if (c->tcp)
        stream_close(c->tcp);
    c->tcp = NULL;
    while (!list_empty(&c->streams))
        h2_stream_leave(LIST_OWNER(c->streams.next, struct h2_stream, link), end.text);
    destroy(c);
    if (user)
        user->down(arg, &end);
}

/* ---- what goes ---- */

/* A frame of HTTP/2 has 9 octets more than a record of TLS has room for, and each record is a system call: so
 * frames go together, to fill records. */
static uint8_t together[64 * 1024]; /* of one call of pump */

static void pump(struct h2 *c)
{
    const uint8_t *p;
    ssize_t n = 0;
    size_t have = 0;
    c->busy++;
    while (!c->blocked && !c->dead && (n = nghttp2_session_mem_send(c->ng, &p)) > 0) {
        for (size_t k; n > 0; n -= (ssize_t)k, p += k) {
            if (have == sizeof together) {
                c->blocked = !stream_write(c->tcp, together, have);
                have = 0;
            }
            k = (size_t)n < sizeof together - have ? (size_t)n : sizeof together - have;
            memcpy(together + have, p, k);
            have += k;
        }
    }
    if (have > 0)
        c->blocked = !stream_write(c->tcp, together, have) || c->blocked;
    c->busy--;
    if (n < 0)
        h2_fail(c, CAUSE_LOCAL, nghttp2_strerror((int)n));
    else if (!nghttp2_session_want_read(c->ng) && !nghttp2_session_want_write(c->ng))
        h2_fail(c, CAUSE_CLOSED, "the other machine has ended the connection");
}

static void on_flush(void *arg)
{
    struct h2 *c = arg;
    if (!c->dead && c->tcp)
        pump(c);
    if (c->known && c->going && c->connecting && !c->n_streams)
        h2_fail(c, CAUSE_CLOSED, "nobody needs it any more");
    if (c->dead)
        finish(c);
}

/* ---- TCP ---- */

static void on_beat(void *arg)
{
    struct h2 *c = arg;
    uint64_t now = now_ms();
    char text[80];
    struct timespec t;
    if (!c->known && now - c->since_ms > INTRODUCE_S * 1000) {
        h2_fail(c, CAUSE_TIMED_OUT, "it has not said who it is");
        return;
    }
    if (now - c->heard_ms > c->silence_s * 1000) {
        snprintf(text, sizeof text, "it has not answered for %u seconds", c->silence_s);
        h2_fail(c, CAUSE_TIMED_OUT, text);
        return;
    }
    clock_gettime(CLOCK_MONOTONIC, &t);
    uint64_t us = (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
    nghttp2_submit_ping(c->ng, NGHTTP2_FLAG_NONE, (const uint8_t *)&us);
    h2_flush(c);
}

static void start_beat(struct h2 *c)
{
    struct timeval tv = {.tv_sec = c->silence_s / 3, .tv_usec = (suseconds_t)(c->silence_s % 3 * 333333)};
    watch_add(c->beat, &tv);
}

/* Each costs two descriptors, and no machine may take all that this node has. */
static uint32_t most_streams(void)
{
    struct rlimit r;
    uint32_t most = H2_STREAMS_MAX;
    if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur / 16 < most)
        most = (uint32_t)(r.rlim_cur / 16);
    return most > STREAMS_LEAST ? most : STREAMS_LEAST;
}

static void on_up(void *arg, int peer)
{
    struct h2 *c = arg;
    const nghttp2_settings_entry set[] = {
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, most_streams()},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, H2_WINDOW},
        {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
    };
    (void)peer;
    c->since_ms = c->heard_ms = now_ms();
    nghttp2_submit_settings(c->ng, NGHTTP2_FLAG_NONE, set, c->connecting ? 3 : 2);
    nghttp2_session_set_local_window_size(c->ng, NGHTTP2_FLAG_NONE, 0, WINDOW);
    for (int i = 0; i < SPARES && c->connecting; i++)
        h2_open_spare(c);
    start_beat(c);
    h2_flush(c);
}

static size_t on_octets(void *arg, const uint8_t *p, size_t n)
{
    struct h2 *c = arg;
    if (c->dead)
        return n;
    c->heard_ms = now_ms();
    c->busy++;
    ssize_t used = nghttp2_session_mem_recv(c->ng, p, n);
    c->busy--;
    if (used < 0)
        h2_fail(c, CAUSE_RESET, nghttp2_strerror((int)used));
    h2_flush(c);
    return n;
}

static void on_writable(void *arg)
{
    struct h2 *c = arg;
    c->blocked = false;
    h2_flush(c);
}

static void on_down(void *arg, const struct stream_end *why)
{
    struct h2 *c = arg;
    c->tcp = NULL;
    if (!c->dead)
        c->end = *why;
    finish(c);
}

/* ---- for users ---- */

struct h2 *h2_new(struct server *s, int fd, const struct h2_how *how, const struct h2_user *user, void *arg)
{
    static const struct stream_user tcp = {on_up, on_octets, on_writable, on_down};
    static const char *const anybody[] = {tls_anybody};
    const struct stream_how st = {
        .tls = how->tls, .connecting = how->connecting, .names = anybody, .n_names = 1};
    struct h2 *c = calloc(1, sizeof *c);
    if (!c) {
        close(fd);
        return NULL;
    }
    *c = (struct h2){.server = s,
                     .self = how->self,
                     .user = user,
                     .arg = arg,
                     .connecting = how->connecting,
                     .silence_s = how->silence_s};
    list_init(&c->streams);
    list_init(&c->spares);
    c->flush = watch_new(s, -1, 0, on_flush, c);
    c->beat = watch_new(s, -1, EV_PERSIST, on_beat, c);
    if (c->flush && c->beat && h2_session_make(c) == 0) {
        c->tcp = stream_new(s, fd, &st, &tcp, c); /* closes FD if it fails */
        if (c->tcp)
            return c;
    } else {
        close(fd);
    }
    destroy(c);
    return NULL;
}

void h2_go(struct h2 *c)
{
    if (c->dead)
        return;
    c->going = true;
    nghttp2_submit_goaway(c->ng, NGHTTP2_FLAG_NONE, nghttp2_session_get_last_proc_stream_id(c->ng),
                          NGHTTP2_NO_ERROR, NULL, 0);
    h2_flush(c);
}

void h2_close(struct h2 *c, const char *why)
{
    c->quiet = true;
    cause_set(&c->end, CAUSE_CLOSED, "%s", why);
    if (c->busy) { /* not within a call of nghttp2 */
        c->dead = true;
        h2_flush(c);
        return;
    }
    if (c->tcp && !c->dead)
        pump(c);
    finish(c);
}

unsigned h2_streams(const struct h2 *c)
{
    return c->n_streams;
}

uint32_t h2_round_trip_us(const struct h2 *c)
{
    return c->round_trip_us;
}
