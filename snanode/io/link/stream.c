/* A bufferevent of libevent, with or without OpenSSL.  Its callbacks are deferred, so each comes from the
 * loop and none in the middle of a call of the user; each goes by watch_carry, as every event does.  It makes
 * the handshake, and writes what a socket does not take at once.  It does not read: it takes 4096 octets, or
 * one record of TLS, at a time and asks how much there is each time, so here is a reader of our own. */
#include "snanode/io/link/stream.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "snanode/base/list.h"
#include "snanode/io/context.h"
#include "snanode/io/link/tls.h"
#include "snanode/io/reserve.h"
#include "snanode/io/watch.h"

enum state { HANDSHAKE, UP, CLOSING, DEAD };

struct stream {
    struct list link; /* of server->streams */
    struct server *server;
    struct bufferevent *bev;
    struct tls_session *tls;
    struct watch *limit;   /* of the handshake, or of the close */
    struct watch *reads;   /* what comes */
    struct evbuffer *kept; /* ... and the user has not taken yet */
    const struct stream_user *user;
    void *arg;
    enum state state;
    unsigned busy; /* how many of its own functions are at work on it */
    bool paused;   /* the user has not taken what came */
    bool full;     /* ... has been told to wait */
    bool shut;     /* our end is closed, the peer's not yet */
    short what;    /* of the event at hand: BEV_EVENT_* */
    bool failed;   /* give_up */
    bool ended;    /* the peer has ended it while the user still has to take something */
    struct stream_end end;
    char peer[STREAM_ADDRESS_CAP];
};

/* ---- life ---- */

static void stream_free(struct stream *st)
{
    list_remove(&st->link);
    watch_free(st->limit);
    watch_free(st->reads);
    if (st->kept)
        evbuffer_free(st->kept);
    if (st->bev)
        bufferevent_free(st->bev);
    tls_session_free(st->tls);
    free(st);
}

static void enter(struct stream *st)
{
    st->busy++;
}

static void leave(struct stream *st)
{
    if (--st->busy == 0 && st->state == DEAD)
        stream_free(st);
}

/* It ends, and the user is told, unless it has said that it wants to know no more. */
static void finish(struct stream *st)
{
    bool tell = st->state == HANDSHAKE || st->state == UP;
    if (st->state == DEAD)
        return;
    st->state = DEAD;
    bufferevent_setcb(st->bev, NULL, NULL, NULL, NULL);
    bufferevent_disable(st->bev, EV_READ | EV_WRITE);
    watch_stop(st->reads);
    if (tell)
        st->user->down(st->arg, &st->end);
}

static void set_limit(struct stream *st, unsigned seconds)
{
    const struct timeval tv = {.tv_sec = (time_t)seconds};
    watch_add(st->limit, &tv);
}

/* ---- what came ---- */

static SSL *ssl_of(const struct stream *st)
{
    return bufferevent_openssl_get_ssl(st->bev);
}

/* It cannot go on: there is no memory for what it is to write, or the event loop cannot watch it. */
static void give_up(struct stream *st, const char *why)
{
    cause_set(&st->end, CAUSE_LOCAL, "%s", why);
    st->failed = true;
    watch_fire(st->limit);
}

/* Read on, or let the peer wait. */
static void read_on(struct stream *st, bool yes)
{
    if (!yes) {
        watch_stop(st->reads);
        return;
    }
    if (watch_add(st->reads, NULL) < 0)
        give_up(st, strerror(errno));
    if (st->tls && tls_has_more(ssl_of(st)))
        watch_fire(st->reads); /* of that the socket knows nothing */
}

/* What waits goes to the user, piece by piece, until it takes no more. */
static void offer(struct stream *st)
{
    struct evbuffer *in = st->kept;
    while (st->state == UP && !st->paused && evbuffer_get_length(in) > 0) {
        size_t n = evbuffer_get_contiguous_space(in);
        size_t used = st->user->received(st->arg, evbuffer_pullup(in, (ev_ssize_t)n), n);
        if (st->state == DEAD)
            return;
        st->paused = used < n;
        evbuffer_drain(in, used);
    }
    if (st->ended && st->state == UP && evbuffer_get_length(in) == 0)
        finish(st);
    /* Not by libevent's mark, behind which it calls on_read over and over until something is taken. */
    if (st->state == UP && st->paused && evbuffer_get_length(in) >= STREAM_READ_HIGH)
        read_on(st, false);
}

/* N octets have come: they go to the user from where they are, and what it leaves is kept. */
static void take(struct stream *st, const uint8_t *p, size_t n)
{
    size_t used = st->paused ? 0 : st->user->received(st->arg, p, n);
    if (st->state != UP || used == n)
        return;
    st->paused = true;
    if (evbuffer_add(st->kept, p + used, n - used) < 0) {
        cause_set(&st->end, CAUSE_LOCAL, "out of memory");
        finish(st);
    } else if (evbuffer_get_length(st->kept) >= STREAM_READ_HIGH) {
        read_on(st, false);
    }
}

static void happened(void *arg);

static void on_readable(void *arg)
{
    static uint8_t here[STREAM_READ_ONCE]; /* of one event: nobody keeps it */
    struct stream *st = arg;
    enter(st);
    ssize_t n = st->tls ? tls_read(ssl_of(st), here, sizeof here)
                        : recv(bufferevent_getfd(st->bev), here, sizeof here, MSG_DONTWAIT);
    if (n > 0) {
        take(st, here, (size_t)n);
        if (st->tls && st->state == UP && evbuffer_get_length(st->kept) < STREAM_READ_HIGH &&
            tls_has_more(ssl_of(st)))
            watch_fire(st->reads);
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        st->what = BEV_EVENT_READING | (n == 0 ? BEV_EVENT_EOF : BEV_EVENT_ERROR);
        happened(st);
    }
    leave(st);
}

static void came(void *arg)
{
    struct stream *st = arg;
    enter(st);
    if (st->state == CLOSING) /* nobody wants it */
        evbuffer_drain(bufferevent_get_input(st->bev), SIZE_MAX);
    else
        offer(st);
    if (st->state == UP && !st->paused && !st->ended)
        read_on(st, true);
    leave(st);
}

static void on_read(struct bufferevent *bev, void *arg)
{
    struct stream *st = arg;
    (void)bev;
    watch_carry(st->server, came, st);
}

/* ---- what goes ---- */

/* All is written: this end is closed, and the peer's is waited for, so that a reset does not overtake what it
 * has still to read. */
static void shut(struct stream *st)
{
    if (st->shut)
        return;
    st->shut = true;
    if (st->tls)
        SSL_shutdown(ssl_of(st));
    shutdown(bufferevent_getfd(st->bev), SHUT_WR);
}

static void went(void *arg)
{
    struct stream *st = arg;
    enter(st);
    if (st->state == CLOSING && evbuffer_get_length(bufferevent_get_output(st->bev)) == 0) {
        shut(st);
    } else if (st->state == UP && st->full) {
        st->full = false;
        st->user->writable(st->arg);
    }
    leave(st);
}

static void on_write(struct bufferevent *bev, void *arg)
{
    struct stream *st = arg;
    (void)bev;
    watch_carry(st->server, went, st);
}

/* ---- what happened ---- */

static void become_up(struct stream *st)
{
    watch_stop(st->limit);
    st->state = UP;
    if (st->tls) { /* maybe something came with the last of the handshake */
        bufferevent_disable(st->bev, EV_READ);
        evbuffer_add_buffer(st->kept, bufferevent_get_input(st->bev));
        tls_read_ahead(ssl_of(st), STREAM_READ_ONCE);
    }
    st->user->up(st->arg, st->tls ? tls_session_peer(st->tls) : -1);
    offer(st);
    if (st->state == UP && !st->paused)
        read_on(st, true);
}

/* The oldest fault that OpenSSL itself has found, 0 = none.  libevent's list has the newest first, and the
 * results of calls between them, which are no faults. */
static unsigned long tls_error(struct stream *st, int *error)
{
    unsigned long e, found = 0;
    while (st->tls && (e = bufferevent_get_openssl_error(st->bev)) != 0) {
        if (ERR_SYSTEM_ERROR(e))
            *error = ERR_GET_REASON(e);
        else if (ERR_GET_LIB(e) != 0)
            found = e;
    }
    return found ? found : tls_fault();
}

static void judge_end(struct stream *st, int error)
{
    unsigned long tls = tls_error(st, &error);
    if (tls)
        tls_session_failed(st->tls, tls, &st->end);
    else if (st->what & BEV_EVENT_EOF && st->state == HANDSHAKE)
        cause_set(&st->end, CAUSE_RESET, "the peer has ended the connection within the handshake of TLS");
    else if (st->what & BEV_EVENT_EOF)
        cause_set(&st->end, CAUSE_CLOSED, "the peer has ended the connection");
    else
        cause_set(&st->end, error ? cause_of_errno(error) : CAUSE_RESET, "%s",
                  strerror(error ? error : ECONNRESET));
}

static void happened(void *arg)
{
    struct stream *st = arg;
    int error = EVUTIL_SOCKET_ERROR();
    enter(st);
    if (st->what & BEV_EVENT_CONNECTED) {
        if (st->state == HANDSHAKE)
            become_up(st);
    } else if (st->what & (BEV_EVENT_EOF | BEV_EVENT_ERROR) && st->state != DEAD) {
        judge_end(st, error);
        /* What had come in order before the end is still the user's. */
        st->ended = st->what & BEV_EVENT_EOF && st->state == UP && evbuffer_get_length(st->kept) > 0;
        if (st->ended)
            watch_stop(st->reads);
        if (st->ended)
            offer(st);
        else
            finish(st);
    }
    leave(st);
}

static void on_event(struct bufferevent *bev, short what, void *arg)
{
    struct stream *st = arg;
    (void)bev;
    st->what = what;
    watch_carry(st->server, happened, st);
}

/* The time of the handshake is over, or that of the close; without TLS, it is the first moment. */
static void on_limit(void *arg)
{
    struct stream *st = arg;
    enter(st);
    if (st->failed) {
        finish(st);
    } else if (st->state == HANDSHAKE && !st->tls) {
        become_up(st);
    } else {
        cause_set(&st->end, CAUSE_TIMED_OUT, "the peer has not shown who it is in time (TLS)");
        finish(st);
    }
    leave(st);
}

/* ---- making one ---- */

void stream_show_address(const struct sockaddr *sa, char out[STREAM_ADDRESS_CAP])
{
    char host[INET6_ADDRSTRLEN] = "?";
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)sa;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)sa;
    bool six = sa->sa_family == AF_INET6;
    inet_ntop(sa->sa_family, six ? (const void *)&v6->sin6_addr : &v4->sin_addr, host, sizeof host);
    snprintf(out, STREAM_ADDRESS_CAP, six ? "[%s]:%u" : "%s:%u", host,
             ntohs(six ? v6->sin6_port : v4->sin_port));
}

static void set_option(int fd, int level, int name, int value)
{
    setsockopt(fd, level, name, &value, sizeof value); /* one that the system lacks is done without */
}

/* A silent peer is asked after a third of the time and after two, and is lost after all of it; so is one that
 * takes nothing of what was sent [L113]. */
static void set_keepalive(int fd, unsigned seconds)
{
    int third = (int)(seconds / 3 ? seconds / 3 : 1);
    set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    if (!seconds)
        return;
    set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, third);
    set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, third);
    set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, 2);
    set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, (int)seconds * 1000);
}

/* The bufferevent, which has FD from then on. */
static struct bufferevent *make_bev(struct stream *st, int fd, const struct stream_how *how)
{
    enum { OPTIONS = BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS };
    if (!how->tls)
        return bufferevent_socket_new(st->server->base, fd, OPTIONS);
    st->tls = tls_session_new(how->tls, how->connecting, how->names, how->n_names);
    return st->tls ? bufferevent_openssl_socket_new(
                         st->server->base, fd, tls_session_take(st->tls),
                         how->connecting ? BUFFEREVENT_SSL_CONNECTING : BUFFEREVENT_SSL_ACCEPTING, OPTIONS)
                   : NULL;
}

static void begin(struct stream *st, const struct stream_how *how)
{
    bufferevent_setcb(st->bev, on_read, on_write, on_event, st);
    bufferevent_setwatermark(st->bev, EV_WRITE, STREAM_WRITE_LOW, 0);
    bufferevent_set_max_single_read(st->bev, STREAM_READ_ONCE);
    bufferevent_set_max_single_write(st->bev, STREAM_WRITE_HIGH);
    if (how->tls) {
        set_limit(st, how->handshake_s ? how->handshake_s : STREAM_HANDSHAKE_S);
        if (bufferevent_enable(st->bev, EV_READ | EV_WRITE) < 0) /* for the handshake */
            give_up(st, strerror(errno));
    } else {
        bufferevent_disable(st->bev, EV_READ);
        watch_fire(st->limit);
    }
}

struct stream *stream_new(struct server *s, int fd, const struct stream_how *how,
                          const struct stream_user *user, void *arg)
{
    struct sockaddr_storage ss = {.ss_family = AF_UNSPEC};
    socklen_t n = sizeof ss;
    struct stream *st = reserve_suffices() ? calloc(1, sizeof *st) : NULL;
    if (!st) {
        close(fd);
        return NULL;
    }
    *st = (struct stream){.server = s, .user = user, .arg = arg, .state = HANDSHAKE};
    list_append(&s->streams, &st->link);
    getpeername(fd, (struct sockaddr *)&ss, &n);
    stream_show_address((struct sockaddr *)&ss, st->peer);
    evutil_make_socket_nonblocking(fd);
    set_keepalive(fd, how->keepalive_s);
    st->limit = watch_new(s, -1, 0, on_limit, st);
    st->kept = evbuffer_new();
    st->reads = watch_new(s, fd, EV_READ | EV_PERSIST, on_readable, st);
    bool ready = st->limit && st->kept && st->reads;
    st->bev = ready ? make_bev(st, fd, how) : NULL;
    if (!st->bev) {
        close(fd);
        stream_free(st);
        return NULL;
    }
    begin(st, how);
    return st;
}

/* ---- what the user does ---- */

/* How much of the N octets at P the socket takes at once.  With nothing in front of them that costs one
 * system call, where the bufferevent needs four: it waits until the socket is writable, even when it is. What
 * goes wrong here is found by the bufferevent, too. */
static size_t send_now(struct stream *st, const void *p, size_t n)
{
    if (st->state != UP || stream_waiting(st) > 0)
        return 0;
    if (st->tls)
        return tls_write(ssl_of(st), p, n);
    ssize_t k = send(bufferevent_getfd(st->bev), p, n, MSG_DONTWAIT | MSG_NOSIGNAL);
    return k > 0 ? (size_t)k : 0;
}

bool stream_write(struct stream *st, const void *p, size_t n)
{
    size_t sent = send_now(st, p, n);
    /* OpenSSL wants to be given again what it could not write, in one piece. */
    if (sent < n && stream_waiting(st) == 0)
        evbuffer_expand(bufferevent_get_output(st->bev), n - sent);
    if (sent < n && bufferevent_write(st->bev, (const char *)p + sent, n - sent) <
                        0) { /* what follows would make no sense without it */
        give_up(st, "out of memory");
    }
    if (st->failed || stream_waiting(st) > STREAM_WRITE_HIGH)
        st->full = true;
    return !st->full;
}

size_t stream_waiting(const struct stream *st)
{
    return evbuffer_get_length(bufferevent_get_output(st->bev));
}

size_t stream_unread(const struct stream *st)
{
    return evbuffer_get_length(st->kept);
}

void stream_resume(struct stream *st)
{
    if (!st->paused)
        return;
    st->paused = false;
    bufferevent_trigger(st->bev, EV_READ, BEV_TRIG_IGNORE_WATERMARKS | BEV_TRIG_DEFER_CALLBACKS);
}

bool stream_peer_has_name(const struct stream *st, const char *name)
{
    return st->tls && tls_peer_has_name(bufferevent_openssl_get_ssl(st->bev), name);
}

const char *stream_peer(const struct stream *st)
{
    return st->peer;
}

void stream_close(struct stream *st)
{
    if (st->state != UP || st->ended) {
        stream_cut(st);
        return;
    }
    enter(st);
    st->state = CLOSING;
    watch_stop(st->reads);
    bufferevent_setwatermark(st->bev, EV_WRITE, 0, 0);
    evbuffer_drain(bufferevent_get_input(st->bev), SIZE_MAX);
    bufferevent_enable(st->bev, EV_READ | EV_WRITE);
    set_limit(st, STREAM_CLOSE_S);
    if (stream_waiting(st) == 0)
        shut(st);
    leave(st);
}

void stream_cut(struct stream *st)
{
    enter(st);
    if (st->state != DEAD)
        st->state = CLOSING; /* nothing is told */
    finish(st);
    leave(st);
}

void stream_cut_all(struct server *s)
{
    LIST_FOREACH_SAFE(l, &s->streams)
        stream_cut(LIST_OWNER(l, struct stream, link));
}
