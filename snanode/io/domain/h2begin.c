/* Streams that begin on a connection, from this side and from the other one. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "snanode/io/domain/h2state.h"

void h2_fail(struct h2 *c, enum stream_cause cause, const char *text)
{
    if (c->dead)
        return;
    cause_set(&c->end, cause, "%s", text);
    c->dead = true;
    h2_flush(c);
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
    v[n++] = header(H2_HEADER_DOMAIN, c->self->domain);
    v[n++] = header(H2_HEADER_MACHINE, c->self->machine);
    v[n++] = header(H2_HEADER_INSTANCE, instance);
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

void h2_respond(struct h2 *c, struct h2_stream *st)
{
    const nghttp2_data_provider data = {.read_callback = read_stream};
    char instance[20];
    nghttp2_nv v[4] = {header(":status", "200")};
    size_t n = introduce(c, v, 1, instance);
    if (nghttp2_submit_response(c->ng, st->id, v, n, &data) < 0)
        nghttp2_submit_rst_stream(c->ng, NGHTTP2_FLAG_NONE, st->id, NGHTTP2_INTERNAL_ERROR);
}

void h2_open_spare(struct h2 *c)
{
    /* When the session ends, nghttp2 closes a new one at once, and that would ask for the next. */
    if (c->going || c->dead || !nghttp2_session_check_request_allowed(c->ng))
        return;
    struct h2_stream *st = h2_stream_of(c, 0);
    if (!st)
        return;
    st->waits = true;
    if (!request(c, st, H2_PATH_WAIT))
        h2_stream_leave(st, NULL);
}

bool h2_begin(struct h2 *c, struct h2_stream *st)
{
    if (!c->known || c->going || c->dead)
        return false;
    if (c->connecting) {
        st->conn = c;
        h2_stream_wait(st, &c->streams);
        if (request(c, st, H2_PATH_ATTACH)) {
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
