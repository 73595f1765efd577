/* libevent's HTTP server, and what it leaves to its user: how many connections there may be, how long a
 * client may take to ask, and who may ask.  libevent does not tell when a connection ends: so we hold each
 * one as well, and look now and then whether libevent has let go of it. */
#include "snanode/io/http.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent_ssl.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "snanode/base/list.h"
#include "snanode/base/log.h"
#include "snanode/io/context.h"
#include "snanode/io/holders.h"
#include "snanode/io/httpguard.h"
#include "snanode/io/link/tls.h"
#include "snanode/io/metrics.h"
#include "snanode/io/page.h"
#include "snanode/io/reserve.h"
#include "snanode/io/watch.h"
#include "snanode/io/stays.h"
#include "snanode/trace/text.h"

#define KEYS         "SnaServr\\Parameters"
#define HEAD_MAX     8192 /* octets of a request's header */
#define BODY_MAX     0    /* nobody sends us anything */
#define PATIENCE_S   5    /* for a client that says nothing */
#define ASK_S        5    /* ... and for all of a request */
#define BACKLOG      16
#define WARN_MS      60000 /* between two warnings of wrong tokens */
#define MISDIRECTED  421
#define UNAUTHORIZED 401

/* A connection. */
struct seat {
    struct list link;
    struct bufferevent *bev; /* libevent's; we hold it too */
    uint64_t since_ms;       /* when it came, or was answered last */
    bool streams;            /* it gets events: it may stay */
};

struct http {
    struct server *server;
    struct evhttp *evhttp;
    struct evconnlistener *listener;
    struct watch *sweep;
    struct list seats;
    unsigned n_seats;
    unsigned port;
    char address[64];
    bool page;
    struct tls *tls;                     /* NULL = without */
    char token[HTTPGUARD_TOKEN_MAX + 1]; /* "" = none is needed */
    uint64_t warned_ms, wrong;           /* tokens, since the last warning */
};

/* ---- connections ---- */

static const struct timeval at_once = {.tv_sec = 0}, soon = {.tv_sec = 1};

static void seat_free(struct http *h, struct seat *t)
{
    h->n_seats--;
    list_remove(&t->link);
    bufferevent_decref(t->bev); /* closes it, if libevent has let go of it */
    free(t);
}

static bool let_go(const struct seat *t)
{
    bufferevent_event_cb told;
    bufferevent_getcb(t->bev, NULL, NULL, &told, NULL);
    return !told;
}

static bool unwelcome(const struct seat *t, uint64_t now)
{
    return !t->streams && (now - t->since_ms > ASK_S * 1000 || holders_reserved(bufferevent_getfd(t->bev)));
}

static bool has_room(const struct http *h)
{
    return h->n_seats < HTTP_CONNECTIONS && reserve_suffices();
}

static void sweep(void *arg)
{
    struct http *h = arg;
    uint64_t now = now_ms();
    LIST_FOREACH_SAFE(l, &h->seats) {
        struct seat *t = LIST_OWNER(l, struct seat, link);
        if (let_go(t))
            seat_free(h, t);
        else if (unwelcome(t, now))
            bufferevent_trigger_event(t->bev, BEV_EVENT_READING | BEV_EVENT_TIMEOUT, 0);
    }
    bool room = has_room(h);
    if (room)
        evconnlistener_enable(h->listener);
    if (h->n_seats > 0 || !room)
        watch_add(h->sweep, &soon);
}

/* The one that listens.  libevent gives on_accept_failed what belongs to the listener, and that is the
 * evhttp. */
static struct http *listening;

/* No descriptor, for example: libevent would try again at once, and for ever. */
static void on_accept_failed(struct evconnlistener *listener, void *evhttp)
{
    (void)evhttp;
    if (watch_add(listening->sweep, &soon) == 0)
        evconnlistener_disable(listener);
}

static struct bufferevent *stream_new_for(struct http *h)
{
    const int how = BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS;
    if (!h->tls)
        return bufferevent_socket_new(h->server->base, -1, how);
    SSL *ssl = tls_guest(h->tls);
    return ssl ? bufferevent_openssl_socket_new(h->server->base, -1, ssl, BUFFEREVENT_SSL_ACCEPTING, how)
               : NULL;
}

/* What libevent is to use for a connection that it has accepted.  With NULL it goes on without TLS, and
 * on_request without a seat. */
static struct bufferevent *on_connection(struct event_base *base, void *arg)
{
    struct http *h = arg;
    struct seat *t = calloc(1, sizeof *t);
    (void)base;
    if (!t || !(t->bev = stream_new_for(h))) {
        log_error("metrics: out of memory");
        free(t);
        return NULL;
    }
    bufferevent_incref(t->bev);
    t->since_ms = now_ms();
    list_append(&h->seats, &t->link);
    h->n_seats++;
    if (!has_room(h))
        evconnlistener_disable(h->listener);
    watch_add(h->sweep, &at_once);
    return t->bev;
}

static struct seat *seat_of(struct http *h, struct evhttp_request *request)
{
    const struct bufferevent *bev = evhttp_connection_get_bufferevent(evhttp_request_get_connection(request));
    LIST_FOREACH(l, &h->seats) {
        struct seat *t = LIST_OWNER(l, struct seat, link);
        if (t->bev == bev)
            return t;
    }
    return NULL;
}

/* ---- who may ask ---- */

static bool is_ours(const void *tls, const char *name)
{
    return tls_has_name(tls, name);
}

static void warn_of_token(struct http *h, struct evhttp_request *request)
{
    char *address = NULL;
    ev_uint16_t port;
    uint64_t now = now_ms();
    h->wrong++;
    if (h->warned_ms && now - h->warned_ms < WARN_MS)
        return;
    evhttp_connection_get_peer(evhttp_request_get_connection(request), &address, &port);
    log_warn("metrics: %llu wrong token%s, the last one from %s", (unsigned long long)h->wrong,
             h->wrong == 1 ? "" : "s", address ? address : "?");
    h->warned_ms = now;
    h->wrong = 0;
}

static void put_headers(struct evhttp_request *request)
{
    static const char *const headers[][2] = {{"Cache-Control", "no-store"},
                                             {"X-Content-Type-Options", "nosniff"},
                                             {"X-Frame-Options", "DENY"},
                                             {"Referrer-Policy", "no-referrer"},
                                             {"Cross-Origin-Resource-Policy", "same-origin"},
                                             {"Cross-Origin-Opener-Policy", "same-origin"}};
    struct evkeyvalq *out = evhttp_request_get_output_headers(request);
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        evhttp_add_header(out, headers[i][0], headers[i][1]);
}

/* An answer of one line; what libevent has for it would take our headers away. */
static void refuse(struct evhttp_request *request, int code, const char *reason)
{
    struct evbuffer *out = evbuffer_new();
    struct evkeyvalq *headers = evhttp_request_get_output_headers(request);
    if (out)
        evbuffer_add_printf(out, "%d %s\n", code, reason);
    evhttp_add_header(headers, "Content-Type", "text/plain; charset=utf-8");
    evhttp_add_header(headers, "Connection", "close");
    evhttp_send_reply(request, code, reason, out);
    if (out)
        evbuffer_free(out);
}

static bool is_admitted(struct http *h, struct evhttp_request *request)
{
    const struct evkeyvalq *in = evhttp_request_get_input_headers(request);
    const char *said = evhttp_find_header(in, "Authorization");
    if (!httpguard_host(evhttp_find_header(in, "Host"), h->tls ? is_ours : NULL, h->tls)) {
        refuse(request, MISDIRECTED, "Misdirected Request: this server has another name");
        return false;
    }
    if (!*h->token || httpguard_authorized(said, h->token))
        return true;
    if (said)
        warn_of_token(h, request);
    evhttp_add_header(evhttp_request_get_output_headers(request), "WWW-Authenticate",
                      "Basic realm=\"snanode: any name, and the token as password\", charset=\"UTF-8\"");
    refuse(request, UNAUTHORIZED, "Unauthorized");
    return false;
}

/* ---- what there is ---- */

static void send_metrics(struct server *s, struct evhttp_request *request)
{
    struct text t = {.p = NULL};
    struct evbuffer *out = evbuffer_new();
    metrics_write(s, &t);
    if (!out || t.bad || evbuffer_add(out, t.p, t.n) < 0) {
        refuse(request, HTTP_INTERNAL, "Out of memory");
    } else {
        evhttp_add_header(evhttp_request_get_output_headers(request), "Content-Type",
                          "text/plain; version=0.0.4; charset=utf-8");
        evhttp_send_reply(request, HTTP_OK, "OK", out);
    }
    if (out)
        evbuffer_free(out);
    text_free(&t);
}

static void send_events(struct http *h, struct seat *seat, struct evhttp_request *request)
{
    int code = page_stream(h->server, request, *h->token != '\0');
    seat->streams = code == 0;
    if (code == HTTP_SERVUNAVAIL)
        evhttp_add_header(evhttp_request_get_output_headers(request), "Retry-After", "5");
    if (code != 0)
        refuse(request, code, code == HTTP_SERVUNAVAIL ? "Too many readers" : "Out of memory");
}

static void answer(struct http *h, struct seat *seat, struct evhttp_request *request)
{
    stays_recall_all(h->server); /* what is shown is so */
    const char *path = evhttp_uri_get_path(evhttp_request_get_evhttp_uri(request));
    bool get = evhttp_request_get_command(request) == EVHTTP_REQ_GET;
    path = path ? path : "";
    if (strcmp(path, "/metrics") == 0)
        send_metrics(h->server, request);
    else if (h->page && strcmp(path, "/") == 0)
        page_send(request);
    else if (h->page && get && strcmp(path, "/events") == 0)
        send_events(h, seat, request);
    else
        refuse(request, HTTP_NOTFOUND, "Not Found");
}

static void on_request(struct evhttp_request *request, void *arg)
{
    struct http *h = arg;
    struct seat *seat = seat_of(h, request);
    put_headers(request);
    if (!seat) {
        refuse(request, HTTP_INTERNAL, "Out of memory");
        return;
    }
    seat->since_ms = now_ms();
    if (is_admitted(h, request))
        answer(h, seat, request);
}

/* ---- files ---- */

/* The token in FILE, which nobody but its owner may read.  False, with WHY. */
static bool read_token(const char *file, char out[HTTPGUARD_TOKEN_MAX + 1], char *why, size_t cap)
{
    char text[1024];
    const char *wrong = NULL;
    struct stat st;
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 && fstat(fd, &st) == 0 ? read(fd, text, sizeof text) : -1;
    if (n < 0)
        snprintf(why, cap, "token %s cannot be read: %s", file, strerror(errno));
    else if ((st.st_mode & 077) != 0)
        snprintf(why, cap, "token %s: others than its owner may read it (mode %04o): chmod 600 %s", file,
                 st.st_mode & 07777u, file);
    else if (!httpguard_read_token(text, (size_t)n, out, &wrong))
        snprintf(why, cap, "token %s: %s; \"openssl rand -hex 16\" makes a good one", file, wrong);
    bool good = n >= 0 && !(st.st_mode & 077) && !wrong;
    explicit_bzero(text, sizeof text);
    if (fd >= 0)
        close(fd);
    return good;
}

/* What the configuration asks for, as a server that does not listen yet; NULL, with WHY. */
static struct http *http_new(struct server *s, const struct tp_http *c, char *why, size_t cap)
{
    struct http *h = calloc(1, sizeof *h);
    const struct tls_files files = {c->certificate, c->key, ""};
    snprintf(why, cap, "out of memory");
    if (!h)
        return NULL;
    h->server = s;
    h->port = c->port;
    h->page = c->page;
    list_init(&h->seats);
    snprintf(h->address, sizeof h->address, "%s", tphttp_address(c));
    if ((c->token && !read_token(c->token, h->token, why, cap)) ||
        (c->certificate && !(h->tls = tls_new(&files, why, cap)))) {
        explicit_bzero(h, sizeof *h);
        free(h);
        return NULL;
    }
    return h;
}

/* ---- begin and end ---- */

static void http_free(struct http *h)
{
    if (!h)
        return;
    if (h->evhttp)
        evhttp_free(h->evhttp); /* and the listener */
    LIST_FOREACH_SAFE(l, &h->seats)
        seat_free(h, LIST_OWNER(l, struct seat, link));
    watch_free(h->sweep);
    tls_free(h->tls);
    explicit_bzero(h->token, sizeof h->token);
    free(h);
}

void http_end(struct server *s)
{
    page_end(s);
    http_free(s->http);
    s->http = NULL;
}

/* -1 with errno. */
static int begin(struct http *h)
{
    char where[96];
    struct sockaddr_storage to;
    int n = sizeof to;
    snprintf(where, sizeof where, strchr(h->address, ':') ? "[%s]:%u" : "%s:%u", h->address, h->port);
    if (evutil_parse_sockaddr_port(where, (struct sockaddr *)&to, &n) < 0) {
        errno = EINVAL;
        return -1;
    }
    h->evhttp = evhttp_new(h->server->base);
    h->sweep = watch_new(h->server, -1, 0, sweep, h);
    if (!h->evhttp || !h->sweep) {
        errno = ENOMEM;
        return -1;
    }
    h->listener = evconnlistener_new_bind(h->server->base, NULL, NULL,
                                          LEV_OPT_REUSEABLE | LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC,
                                          BACKLOG, (struct sockaddr *)&to, n);
    if (!h->listener)
        return -1;
    evhttp_set_allowed_methods(h->evhttp, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD);
    evhttp_set_max_headers_size(h->evhttp, HEAD_MAX);
    evhttp_set_max_body_size(h->evhttp, BODY_MAX);
    evhttp_set_timeout(h->evhttp, PATIENCE_S);
    evhttp_set_bevcb(h->evhttp, on_connection, h);
    evhttp_set_gencb(h->evhttp, on_request, h);
    if (!evhttp_bind_listener(h->evhttp, h->listener)) {
        evconnlistener_free(h->listener);
        errno = ENOMEM;
        return -1;
    }
    listening = h;
    evconnlistener_set_error_cb(h->listener, on_accept_failed);
    return 0;
}

static void say(const struct http *h)
{
    char where[96];
    snprintf(where, sizeof where, strchr(h->address, ':') ? "[%s]:%u" : "%s:%u", h->address, h->port);
    log_info("metrics: http%s://%s/metrics%s%s", h->tls ? "s" : "", where,
             h->page ? ", and the page at /" : "", *h->token ? ", for those who have the token" : "");
}

/* Whether connections to A can go on as those of B. */
static bool alike(const struct http *a, const struct http *b)
{
    return a->port == b->port && strcmp(a->address, b->address) == 0 && a->page == b->page &&
           !a->tls == !b->tls && strcmp(a->token, b->token) == 0;
}

void http_apply(struct server *s)
{
    const struct tp_http *c = &s->loaded->tps.http;
    char why[600];
    struct http *fresh = c->port ? http_new(s, c, why, sizeof why) : NULL;
    if (fresh && s->http && alike(s->http, fresh)) { /* the certificate may be another one */
        struct tls *old = s->http->tls;
        s->http->tls = fresh->tls;
        fresh->tls = old;
        http_free(fresh);
        return;
    }
    http_end(s);
    if (c->port && !fresh)
        log_error("metrics: not served: %s; " KEYS " has the names of the files", why);
    if (!fresh)
        return;
    if (begin(fresh) < 0) {
        log_error("metrics: %s:%u: %s; another port can be set with MetricsPort of " KEYS, fresh->address,
                  fresh->port, strerror(errno));
        http_free(fresh);
        return;
    }
    s->http = fresh;
    say(fresh);
}
