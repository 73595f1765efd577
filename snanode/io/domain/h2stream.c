/* One stream: parcels from the octets that come, and octets that wait to go. */
#include <event2/buffer.h>
#include <stdio.h>
#include <stdlib.h>

#include "snanode/io/domain/h2state.h"

#define OUT_LOW (H2_OUT_HIGH / 4)

/* ---- life ---- */

struct h2_stream *h2_stream_of(struct h2 *c, int32_t id)
{
    struct h2_stream *st = calloc(1, sizeof *st);
    if (!st)
        return NULL;
    list_init(&st->link);
    list_init(&st->spare);
    st->in = evbuffer_new();
    st->out = evbuffer_new();
    if (!st->in || !st->out) {
        st->dead = true;
        h2_stream_free(st);
        return NULL;
    }
    st->conn = c;
    st->id = id;
    if (c)
        list_append(&c->streams, &st->link);
    return st;
}

struct h2_stream *h2_stream_new(const struct h2_stream_user *user, void *arg)
{
    struct h2_stream *st = h2_stream_of(NULL, 0);
    if (st)
        h2_stream_use(st, user, arg);
    return st;
}

void h2_stream_use(struct h2_stream *st, const struct h2_stream_user *user, void *arg)
{
    st->user = user;
    st->arg = arg;
}

static void destroy(struct h2_stream *st)
{
    list_remove(&st->link);
    list_remove(&st->spare);
    if (st->in)
        evbuffer_free(st->in);
    if (st->out)
        evbuffer_free(st->out);
    free(st);
}

static void leave(struct h2_stream *st)
{
    if (--st->busy == 0 && st->dead)
        destroy(st);
}

/* One that has begun is freed when nghttp2 has closed it. */
void h2_stream_free(struct h2_stream *st)
{
    if (!st)
        return;
    st->user = NULL;
    st->busy++;
    if (!st->conn) {
        st->dead = true;
    } else {
        if (!st->ending) {
            nghttp2_submit_rst_stream(st->conn->ng, NGHTTP2_FLAG_NONE, st->id, NGHTTP2_CANCEL);
            h2_flush(st->conn);
        }
        h2_stream_tell(st);
    }
    leave(st);
}

void h2_stream_leave(struct h2_stream *st, const char *why)
{
    st->busy++;
    list_remove(&st->link);
    list_remove(&st->spare);
    st->conn = NULL;
    if (why) {
        st->cut = true;
        snprintf(st->why, sizeof st->why, "%s", why);
    }
    if (st->user)
        h2_stream_tell(st);
    else
        st->dead = true;
    leave(st);
}

/* ---- before it begins ---- */

void h2_stream_wait(struct h2_stream *st, struct list *list)
{
    list_remove(&st->link);
    list_append(list, &st->link);
}

struct h2_stream *h2_stream_first(const struct list *list)
{
    return list_empty(list) ? NULL : LIST_OWNER(list->next, struct h2_stream, link);
}

void h2_stream_fail(struct h2_stream *st, const char *why)
{
    h2_stream_leave(st, why);
}

/* ---- what comes ---- */

/* The other machine may send N octets more. */
static void consumed(struct h2_stream *st, size_t n)
{
    if (!st->conn)
        return;
    nghttp2_session_consume_stream(st->conn->ng, st->id, n);
    h2_flush(st->conn);
}

static void taken(struct h2_stream *st, size_t n)
{
    evbuffer_drain(st->in, n);
    consumed(st, n);
}

/* What HDR says, the first N octets of a parcel: its length as a whole, 0 when they are too few, -1 when it
 * makes no sense. */
static ssize_t length(const uint8_t *hdr, size_t n)
{
    struct parcel p;
    ssize_t whole = parcel_take(hdr, n < PARCEL_HDR ? n : PARCEL_HDR, &p);
    if (whole != 0 || n < PARCEL_HDR)
        return whole;
    return PARCEL_HDR + (ssize_t)((size_t)hdr[1] << 16 | (size_t)hdr[2] << 8 | hdr[3]);
}

/* The parcel at the front, in one piece.  As parcel_take. */
static ssize_t front(struct h2_stream *st, struct parcel *p)
{
    uint8_t hdr[PARCEL_HDR];
    ssize_t n = evbuffer_copyout(st->in, hdr, sizeof hdr);
    ssize_t whole = n > 0 ? length(hdr, (size_t)n) : 0;
    if (whole <= 0 || evbuffer_get_length(st->in) < (size_t)whole)
        return whole < 0 ? whole : 0;
    const uint8_t *all = evbuffer_pullup(st->in, whole);
    return all ? parcel_take(all, (size_t)whole, p) : -1;
}

static void cut(struct h2_stream *st, const char *why)
{
    evbuffer_drain(st->in, SIZE_MAX);
    st->cut = true;
    snprintf(st->why, sizeof st->why, "%s", why);
    if (!st->conn)
        return;
    nghttp2_submit_rst_stream(st->conn->ng, NGHTTP2_FLAG_NONE, st->id, NGHTTP2_PROTOCOL_ERROR);
    h2_flush(st->conn);
}

static void offer(struct h2_stream *st)
{
    struct parcel p;
    ssize_t n = 0;
    while (st->user && !st->paused && (n = front(st, &p)) != 0) {
        if (n < 0) {
            cut(st, "what the other machine sends makes no sense");
            return;
        }
        if (st->user->came(st->arg, &p))
            taken(st, (size_t)n);
        else
            st->paused = true;
    }
}

void h2_stream_tell(struct h2_stream *st)
{
    if (st->telling)
        return;
    st->telling = true;
    st->busy++;
    offer(st);
    if (!st->user && evbuffer_get_length(st->in) > 0)
        taken(st, evbuffer_get_length(st->in)); /* nobody wants it */
    if (st->user && !st->paused && st->whole && !st->cut && !st->told_whole) {
        st->told_whole = true;
        if (evbuffer_get_length(st->in) > 0)
            cut(st, "what the other machine sent ends in the middle");
        else
            st->user->over(st->arg, true, "");
    }
    if (st->user && !st->paused && st->cut && !st->told_cut) {
        st->told_cut = true;
        st->user->over(st->arg, false, st->why);
    }
    st->telling = false;
    leave(st);
}

/* Whole parcels go to the user from where they are, when nothing is in front of them.  Returns how many
 * octets they had. */
static size_t pass(struct h2_stream *st, const uint8_t *p, size_t n)
{
    struct parcel parcel;
    size_t done = 0;
    ssize_t k;
    if (st->telling || st->cut || evbuffer_get_length(st->in) > 0)
        return 0;
    st->telling = true;
    st->busy++;
    while (st->user && !st->paused && (k = parcel_take(p + done, n - done, &parcel)) > 0) {
        st->paused = !st->user->came(st->arg, &parcel);
        if (st->paused)
            break;
        done += (size_t)k;
        consumed(st, (size_t)k);
    }
    st->telling = false;
    st->busy--; /* h2_stream_received has it still */
    return done;
}

void h2_stream_received(struct h2_stream *st, const uint8_t *p, size_t n)
{
    st->busy++;
    size_t done = pass(st, p, n);
    if (done < n) {
        /* Room for all of a parcel at once, so that it needs not be moved when it is whole. */
        ssize_t whole = evbuffer_get_length(st->in) == 0 ? length(p + done, n - done) : 0;
        if ((whole > 0 && evbuffer_expand(st->in, (size_t)whole) < 0) ||
            evbuffer_add(st->in, p + done, n - done) < 0)
            cut(st, "out of memory");
    }
    h2_stream_tell(st);
    leave(st);
}

void h2_stream_resume(struct h2_stream *st)
{
    if (!st->paused)
        return;
    st->paused = false;
    h2_stream_tell(st);
}

/* ---- what goes ---- */

static void go_on(struct h2_stream *st)
{
    if (!st->conn)
        return;
    if (st->deferred)
        nghttp2_session_resume_data(st->conn->ng, st->id);
    st->deferred = false;
    h2_flush(st->conn);
}

void h2_stream_put(struct h2_stream *st, enum parcel_type type, const void *body, size_t n)
{
    uint8_t hdr[PARCEL_HDR];
    if (st->ending || st->cut)
        return;
    parcel_header(hdr, type, n);
    if (evbuffer_expand(st->out, PARCEL_HDR + n) < 0) {
        cut(st, "out of memory");
        return;
    }
    evbuffer_add(st->out, hdr, sizeof hdr);
    evbuffer_add(st->out, body, n);
    go_on(st);
}

bool h2_stream_room(struct h2_stream *st)
{
    st->full = !st->cut && evbuffer_get_length(st->out) >= H2_OUT_HIGH;
    return !st->full;
}

void h2_stream_end(struct h2_stream *st)
{
    if (st->ending)
        return;
    st->ending = true;
    go_on(st);
}

ssize_t h2_stream_read(struct h2_stream *st, uint8_t *buf, size_t cap, uint32_t *flags)
{
    int n = evbuffer_remove(st->out, buf, cap);
    size_t left = evbuffer_get_length(st->out);
    if (st->full && left < OUT_LOW && st->user && st->user->room) {
        st->full = false;
        st->user->room(st->arg);
        left = evbuffer_get_length(st->out);
    }
    if (left == 0 && st->ending)
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (n > 0 || *flags & NGHTTP2_DATA_FLAG_EOF)
        return n > 0 ? n : 0;
    st->deferred = true;
    return NGHTTP2_ERR_DEFERRED;
}

const char *h2_stream_machine(const struct h2_stream *st)
{
    return st->conn ? st->conn->peer.machine : "";
}
