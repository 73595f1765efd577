/* One connection.  nghttp2 is fed with what comes, and says what is to be sent; what it tells leads to the
 * users of streams, who put more.  So nothing is sent or freed within its calls: that is done by h2_flush,
 * once for all that happened in a turn of the loop. */
#include <errno.h>
#include <inttypes.h>
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

#define SPARES          8             /* streams that wait for the other machine to begin one */
#define SPARES_MAX      64            /* ... that are taken of the other machine [D24] */
#define STREAMS_LEAST   64            /* that a machine may have, however few descriptors there are */
#define WINDOW          (1024 * 1024) /* of the connection: each stream has its own, much smaller */
#define INTRODUCE_S     10            /* the other machine has so long to say who it is */
#define PATH_ATTACH     "/attach"     /* a stream that is used at once */
#define PATH_WAIT       "/wait"       /* ... and a spare */
#define HEADER_DOMAIN   "snanode-domain"
#define HEADER_MACHINE  "snanode-machine"
#define HEADER_INSTANCE "snanode-instance"

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

static void fail(struct h2 *c, enum stream_cause cause, const char *text)
{
    if (c->dead)
        return;
    cause_set(&c->end, cause, "%s", text);
    c->dead = true;
    h2_flush(c);
}

/* ---- what goes ---- */

void h2_flush(struct h2 *c)
{
    if (c->flush)
        watch_fire(c->flush);
}

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
        fail(c, CAUSE_LOCAL, nghttp2_strerror((int)n));
    else if (!nghttp2_session_want_read(c->ng) && !nghttp2_session_want_write(c->ng))
        fail(c, CAUSE_CLOSED, "the other machine has ended the connection");
}

static void on_flush(void *arg)
{
    struct h2 *c = arg;
    if (!c->dead && c->tcp)
        pump(c);
    if (c->known && c->going && c->connecting && !c->n_streams)
        fail(c, CAUSE_CLOSED, "nobody needs it any more");
    if (c->dead)
        finish(c);
}

static ssize_t read_stream(nghttp2_session *ng, int32_t id, uint8_t *buf, size_t cap, uint32_t *flags,
                           nghttp2_data_source *source, void *arg)
{
    struct h2_stream *st = nghttp2_session_get_stream_user_data(ng, id);
    (void)source;
    (void)arg;
    return st ? h2_stream_read(st, buf, cap, flags) : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
}

static nghttp2_nv header(const char *name, const char *value)
{
    return (nghttp2_nv){.name = (uint8_t *)(uintptr_t)name,
                        .value = (uint8_t *)(uintptr_t)value,
                        .namelen = strlen(name),
                        .valuelen = strlen(value)};
}

/* The headers that say who this machine is, behind the N that V has.  INSTANCE: room for its text. */
static size_t introduce(const struct h2 *c, nghttp2_nv *v, size_t n, char instance[20])
{
    snprintf(instance, 20, "%016" PRIx64, c->self->instance);
    v[n++] = header(HEADER_DOMAIN, c->self->domain);
    v[n++] = header(HEADER_MACHINE, c->self->machine);
    v[n++] = header(HEADER_INSTANCE, instance);
    return n;
}

/* Open ST, which is on C's list already, from this side.  False: out of memory, or of numbers. */
static bool request(struct h2 *c, struct h2_stream *st, const char *path)
{
    const nghttp2_data_provider data = {.read_callback = read_stream};
    char instance[20];
    nghttp2_nv v[7] = {header(":method", "POST"), header(":scheme", "https"),
                       header(":authority", c->known ? c->peer.machine : "machine"), header(":path", path)};
    size_t n = introduce(c, v, 4, instance);
    int32_t id = nghttp2_submit_request(c->ng, NULL, v, n, &data, st);
    if (id < 0)
        return false;
    st->id = id;
    h2_flush(c);
    return true;
}

static void respond(struct h2 *c, struct h2_stream *st)
{
    const nghttp2_data_provider data = {.read_callback = read_stream};
    char instance[20];
    nghttp2_nv v[4] = {header(":status", "200")};
    size_t n = introduce(c, v, 1, instance);
    if (nghttp2_submit_response(c->ng, st->id, v, n, &data) < 0)
        nghttp2_submit_rst_stream(c->ng, NGHTTP2_FLAG_NONE, st->id, NGHTTP2_INTERNAL_ERROR);
}

static void open_spare(struct h2 *c)
{
    /* When the session ends, nghttp2 closes a new one at once, and that would ask for the next. */
    if (c->going || c->dead || !nghttp2_session_check_request_allowed(c->ng))
        return;
    struct h2_stream *st = h2_stream_of(c, 0);
    if (!st)
        return;
    st->waits = true;
    if (!request(c, st, PATH_WAIT))
        h2_stream_leave(st, NULL);
}

bool h2_begin(struct h2 *c, struct h2_stream *st)
{
    if (!c->known || c->going || c->dead)
        return false;
    if (c->connecting) {
        st->conn = c;
        h2_stream_wait(st, &c->streams);
        if (request(c, st, PATH_ATTACH)) {
            c->n_streams++;
            return true;
        }
        list_remove(&st->link);
        st->conn = NULL;
        return false;
    }
    if (list_empty(&c->spares))
        return false;
    struct h2_stream *spare = LIST_OWNER(c->spares.next, struct h2_stream, spare);
    c->n_spares--;
    st->conn = c;
    st->id = spare->id;
    st->deferred = spare->deferred;
    nghttp2_session_set_stream_user_data(c->ng, st->id, st);
    h2_stream_wait(st, &c->streams);
    h2_stream_leave(spare, NULL);
    c->n_streams++;
    if (st->deferred)
        nghttp2_session_resume_data(c->ng, st->id);
    st->deferred = false;
    h2_flush(c);
    return true;
}

/* ---- who the other machine is ---- */

static bool is_acceptable(struct h2 *c)
{
    char text[200];
    const struct h2_identity *p = &c->said;
    if (strcmp(p->domain, c->self->domain) != 0)
        snprintf(text, sizeof text, "it is a machine of the domain %s, not %s", p->domain, c->self->domain);
    else if (p->instance == c->self->instance)
        snprintf(text, sizeof text, "it is this machine itself");
    else if (!p->machine[0] || !stream_peer_has_name(c->tcp, p->machine))
        snprintf(text, sizeof text, "its certificate does not have its name, %s", p->machine);
    else
        return true;
    fail(c, CAUSE_PEER_REFUSED, text);
    c->refuses = true;
    return false;
}

/* False: it is not to be talked with. */
static bool meet(struct h2 *c)
{
    if (c->known)
        return true;
    if (!is_acceptable(c))
        return false;
    c->peer = c->said;
    c->known = true;
    if (c->user->up(c->arg, &c->peer))
        return true;
    c->quiet = true;
    fail(c, CAUSE_LOCAL, "it is not wanted");
    return false;
}

static void take_text(char *out, size_t cap, const uint8_t *p, size_t n)
{
    snprintf(out, cap, "%.*s", (int)(n < cap ? n : cap), (const char *)p);
    for (; *out; out++)
        if (*out < ' ' || *out > '~')
            *out = '?'; /* it goes into the log */
}

static int on_header(nghttp2_session *ng, const nghttp2_frame *f, const uint8_t *name, size_t name_n,
                     const uint8_t *value, size_t n, uint8_t flags, void *arg)
{
    struct h2 *c = arg;
    const char *key = (const char *)name; /* nghttp2 ends both with a NUL */
    (void)ng;
    (void)f;
    (void)flags;
    (void)name_n;
    if (strcmp(key, HEADER_DOMAIN) == 0)
        take_text(c->said.domain, sizeof c->said.domain, value, n);
    else if (strcmp(key, HEADER_MACHINE) == 0)
        take_text(c->said.machine, sizeof c->said.machine, value, n);
    else if (strcmp(key, HEADER_INSTANCE) == 0)
        c->said.instance = strtoull((const char *)value, NULL, 16);
    else if (strcmp(key, ":path") == 0)
        take_text(c->path, sizeof c->path, value, n);
    else if (strcmp(key, ":status") == 0)
        take_text(c->status, sizeof c->status, value, n);
    return 0;
}

static int on_begin_headers(nghttp2_session *ng, const nghttp2_frame *f, void *arg)
{
    struct h2 *c = arg;
    struct h2_stream *st;
    memset(&c->said, 0, sizeof c->said);
    c->path[0] = c->status[0] = '\0';
    if (f->headers.cat != NGHTTP2_HCAT_REQUEST)
        return 0;
    if (!(st = h2_stream_of(c, f->hd.stream_id)))
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    st->waits = true;
    nghttp2_session_set_stream_user_data(ng, st->id, st);
    return 0;
}

/* ---- what comes ---- */

static void used(struct h2 *c, struct h2_stream *st)
{
    st->waits = false;
    c->n_streams++;
    c->user->begun(c->arg, st);
}

static void requested(struct h2 *c, struct h2_stream *st)
{
    if (!meet(c))
        return;
    if (strcmp(c->path, PATH_WAIT) == 0 && c->n_spares < SPARES_MAX) {
        c->n_spares++;
        respond(c, st);
        list_append(&c->spares, &st->spare);
        c->user->ready(c->arg);
    } else if (strcmp(c->path, PATH_ATTACH) == 0) {
        respond(c, st);
        used(c, st);
    } else {
        nghttp2_submit_rst_stream(c->ng, NGHTTP2_FLAG_NONE, st->id, NGHTTP2_REFUSED_STREAM);
    }
}

static void answered(struct h2 *c, struct h2_stream *st)
{
    bool first = !c->known;
    if (strcmp(c->status, "200") != 0)
        nghttp2_submit_rst_stream(c->ng, NGHTTP2_FLAG_NONE, st->id, NGHTTP2_CANCEL);
    else if (meet(c) && first)
        c->user->ready(c->arg);
}

static void ponged(struct h2 *c, const nghttp2_ping *ping)
{
    uint64_t sent, now;
    struct timespec t;
    memcpy(&sent, ping->opaque_data, sizeof sent);
    clock_gettime(CLOCK_MONOTONIC, &t);
    now = (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
    c->round_trip_us = now > sent && now - sent < UINT32_MAX ? (uint32_t)(now - sent) : 1;
}

/* It says why it does not want this machine. */
static void refused(struct h2 *c, const nghttp2_goaway *f)
{
    char text[200], why[240];
    take_text(text, sizeof text, f->opaque_data, f->opaque_data_len);
    snprintf(why, sizeof why, "it refuses this machine: %s", text);
    fail(c, CAUSE_WE_REFUSED, why);
}

static int on_frame(nghttp2_session *ng, const nghttp2_frame *f, void *arg)
{
    struct h2 *c = arg;
    struct h2_stream *st = f->hd.stream_id ? nghttp2_session_get_stream_user_data(ng, f->hd.stream_id) : NULL;
    if (c->dead)
        return 0;
    switch (f->hd.type) {
    case NGHTTP2_HEADERS:
        if (st && f->headers.cat == NGHTTP2_HCAT_REQUEST)
            requested(c, st);
        else if (st && f->headers.cat == NGHTTP2_HCAT_RESPONSE)
            answered(c, st);
        break;
    case NGHTTP2_PING:
        if (f->hd.flags & NGHTTP2_FLAG_ACK)
            ponged(c, &f->ping);
        break;
    case NGHTTP2_GOAWAY:
        if (!c->known && f->goaway.opaque_data_len > 0)
            refused(c, &f->goaway);
        else if (!c->going)
            c->user->going(c->arg);
        c->going = true;
        break;
    }
    st = f->hd.stream_id ? nghttp2_session_get_stream_user_data(ng, f->hd.stream_id) : NULL;
    if (st && f->hd.flags & NGHTTP2_FLAG_END_STREAM &&
        (f->hd.type == NGHTTP2_DATA || f->hd.type == NGHTTP2_HEADERS)) {
        st->whole = true;
        h2_stream_tell(st);
    }
    return 0;
}

static int on_data(nghttp2_session *ng, uint8_t flags, int32_t id, const uint8_t *p, size_t n, void *arg)
{
    struct h2 *c = arg;
    struct h2_stream *st = nghttp2_session_get_stream_user_data(ng, id);
    (void)flags;
    nghttp2_session_consume_connection(ng, n); /* one stream that waits stops no other one */
    if (!st || c->dead)
        return 0;
    if (st->waits) { /* the other machine has used it */
        if (!c->connecting || !c->known) {
            nghttp2_submit_rst_stream(ng, NGHTTP2_FLAG_NONE, id, NGHTTP2_PROTOCOL_ERROR);
            return 0;
        }
        used(c, st);
        open_spare(c);
    }
    h2_stream_received(st, p, n);
    return 0;
}

static int on_close(nghttp2_session *ng, int32_t id, uint32_t error, void *arg)
{
    struct h2 *c = arg;
    struct h2_stream *st = nghttp2_session_get_stream_user_data(ng, id);
    char why[100];
    if (!st)
        return 0;
    nghttp2_session_set_stream_user_data(ng, id, NULL);
    bool spare = st->waits;
    c->n_streams -= !spare;
    c->n_spares -= !list_empty(&st->spare);
    snprintf(why, sizeof why, "the other machine has cut it (%s)", nghttp2_http2_strerror(error));
    h2_stream_leave(st, error == NGHTTP2_NO_ERROR && st->whole ? NULL : why);
    if (spare && c->connecting && c->known)
        open_spare(c);
    return 0;
}

/* ---- TCP ---- */

static void on_beat(void *arg)
{
    struct h2 *c = arg;
    uint64_t now = now_ms();
    char text[80];
    struct timespec t;
    if (!c->known && now - c->since_ms > INTRODUCE_S * 1000) {
        fail(c, CAUSE_TIMED_OUT, "it has not said who it is");
        return;
    }
    if (now - c->heard_ms > c->silence_s * 1000) {
        snprintf(text, sizeof text, "it has not answered for %u seconds", c->silence_s);
        fail(c, CAUSE_TIMED_OUT, text);
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
        open_spare(c);
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
        fail(c, CAUSE_RESET, nghttp2_strerror((int)used));
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

static int make_session(struct h2 *c)
{
    nghttp2_session_callbacks *cb = NULL;
    nghttp2_option *option = NULL;
    int rc = -1;
    if (nghttp2_session_callbacks_new(&cb) != 0 || nghttp2_option_new(&option) != 0)
        goto out;
    nghttp2_session_callbacks_set_on_begin_headers_callback(cb, on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(cb, on_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(cb, on_frame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(cb, on_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(cb, on_close);
    nghttp2_option_set_no_auto_window_update(option, 1);
    nghttp2_option_set_no_closed_streams(option, 1);
    rc = c->connecting ? nghttp2_session_client_new2(&c->ng, cb, c, option)
                       : nghttp2_session_server_new2(&c->ng, cb, c, option);
out:
    nghttp2_session_callbacks_del(cb);
    nghttp2_option_del(option);
    return rc;
}

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
    if (c->flush && c->beat && make_session(c) == 0) {
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
