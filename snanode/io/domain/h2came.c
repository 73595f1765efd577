/* What nghttp2 tells of a connection: who the other machine is, and what comes from it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "snanode/io/domain/h2state.h"
#include "snanode/io/link/stream.h"

#define SPARES_MAX 64 /* streams that wait which are taken of the other machine [D24] */

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
    h2_fail(c, CAUSE_PEER_REFUSED, text);
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
    h2_fail(c, CAUSE_LOCAL, "it is not wanted");
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
    if (strcmp(key, H2_HEADER_DOMAIN) == 0)
        take_text(c->said.domain, sizeof c->said.domain, value, n);
    else if (strcmp(key, H2_HEADER_MACHINE) == 0)
        take_text(c->said.machine, sizeof c->said.machine, value, n);
    else if (strcmp(key, H2_HEADER_INSTANCE) == 0)
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
    if (strcmp(c->path, H2_PATH_WAIT) == 0 && c->n_spares < SPARES_MAX) {
        c->n_spares++;
        h2_respond(c, st);
        list_append(&c->spares, &st->spare);
        c->user->ready(c->arg);
    } else if (strcmp(c->path, H2_PATH_ATTACH) == 0) {
        h2_respond(c, st);
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
    h2_fail(c, CAUSE_WE_REFUSED, why);
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
        h2_open_spare(c);
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
        h2_open_spare(c);
    return 0;
}

int h2_session_make(struct h2 *c)
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
