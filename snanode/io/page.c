/* One stream of events for all readers.  Once in a while each table that has changed goes out whole; steps of
 * traced conversations go out when they happen.  A reader that does not read keeps a bounded buffer: it gets
 * a later state of the tables, and is told how many steps it has missed. */
#include "snanode/io/page.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/http.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "page_source.h"
#include "snanode/base/list.h"
#include "snanode/io/context.h"
#include "snanode/io/rows.h"
#include "snanode/io/show.h"
#include "snanode/io/trace.h"
#include "snanode/io/tracestore.h"
#include "snanode/io/watch.h"
#include "snanode/trace/live.h"

#define TICK_MS      1000         /* between two looks at the tables */
#define SHARE        50           /* ... or so many times what a look takes, if that is longer */
#define ROWS         500          /* of one table; the page says how many there are */
#define WAITING_MAX  (256 * 1024) /* octets that wait for one reader, here */
#define SOCKET_MAX   (64 * 1024)  /* ... and in the socket, which would take megabytes */
#define RECENT_MAX   (192 * 1024) /* octets of the last steps, for a reader that comes later */
#define RECENT_STEPS 2000         /* packets of the ring that are read for the first reader */
#define STEPS_A_TICK 300          /* that are shown: a trace may have more than anybody reads */
#define MILESTONES   1200         /* ... then only beginnings, ends and errors, and so many in all */
#define WRITE_S      30           /* a reader that takes nothing for so long is gone */

static json_t *rows_of_domain(struct server *s)
{
    return s->domain ? show_domain(s) : json_array();
}

static const struct {
    const char *name; /* of the event */
    rows_fn *rows;
    json_t *(*json)(struct server *s); /* where there are no rows, or few */
} tables[] = {
    {"status", NULL, show_status},   {"lu", show_lu, NULL},       {"plu", show_plu, NULL},
    {"tp", show_tp, NULL},           {"queue", show_queue, NULL}, {"conversation", show_conversation, NULL},
    {"session", show_session, NULL}, {"link", NULL, show_link},   {"domain", NULL, rows_of_domain},
    {"trace", NULL, show_trace},     {"event", show_event, NULL},
};
#define TABLES (sizeof tables / sizeof *tables)

struct reader {
    struct list link;
    struct server *server;
    struct evhttp_request *request;
    unsigned stale; /* tables that it has not got, a bit each */
    uint64_t missed;
};

/* Events that have been sent, for those who come later. */
struct chunk {
    struct list link;
    size_t n;
    char text[];
};

struct page {
    struct list readers;
    unsigned n_readers;
    struct watch *tick;
    char *sent[TABLES]; /* the last state of each table, as an event */
    struct live *live;
    bool data;
    struct list recent;
    size_t recent_n;
    unsigned steps; /* in this tick */
    bool hidden;    /* a milestone was not shown */
};

/* ---- the page ---- */

void page_send(struct evhttp_request *request)
{
    struct evbuffer *out = evbuffer_new();
    struct evkeyvalq *headers = evhttp_request_get_output_headers(request);
    if (!out || evbuffer_add_reference(out, page_html, sizeof page_html, NULL, NULL) < 0) {
        evhttp_send_error(request, HTTP_INTERNAL, "out of memory");
    } else {
        evhttp_add_header(headers, "Content-Type", "text/html; charset=utf-8");
        evhttp_add_header(headers, "Content-Security-Policy", page_policy);
        evhttp_send_reply(request, HTTP_OK, "OK", out);
    }
    if (out)
        evbuffer_free(out);
}

/* ---- one reader ---- */

static struct evbuffer *waiting(const struct reader *r)
{
    return bufferevent_get_output(
        evhttp_connection_get_bufferevent(evhttp_request_get_connection(r->request)));
}

/* False: it has too much before it. */
static bool send_text(struct reader *r, const char *p, size_t n)
{
    size_t before = evbuffer_get_length(waiting(r));
    if (before > 0 && before + n > WAITING_MAX)
        return false;
    struct evbuffer *out = evbuffer_new();
    bool good = out && evbuffer_add(out, p, n) == 0;
    if (good)
        evhttp_send_reply_chunk(r->request, out);
    if (out)
        evbuffer_free(out);
    return good;
}

/* True when it knows of everything that it has missed. */
static bool tell_missed(struct reader *r)
{
    struct text t = {.p = NULL};
    char data[64];
    if (r->missed == 0)
        return true;
    if (evbuffer_get_length(waiting(r)) > WAITING_MAX / 2) /* not for a few lines at a time */
        return false;
    snprintf(data, sizeof data, "{\"steps\":%llu}", (unsigned long long)r->missed);
    live_event(&t, "missed", data);
    if (!t.bad && send_text(r, t.p, t.n))
        r->missed = 0;
    text_free(&t);
    return r->missed == 0;
}

static void send_step(struct reader *r, const char *p, size_t n)
{
    if (!tell_missed(r) || !send_text(r, p, n))
        r->missed++;
}

static void send_stale(struct page *g, struct reader *r)
{
    for (unsigned i = 0; i < TABLES; i++)
        if (r->stale & 1u << i && g->sent[i] && send_text(r, g->sent[i], strlen(g->sent[i])))
            r->stale &= ~(1u << i);
}

/* ---- steps ---- */

static void forget_recent(struct page *g, size_t most)
{
    while (g->recent_n > most) {
        struct chunk *c = LIST_OWNER(g->recent.next, struct chunk, link);
        list_remove(&c->link);
        g->recent_n -= c->n;
        free(c);
    }
}

static void keep(struct page *g, const char *p, size_t n)
{
    struct chunk *c = malloc(sizeof *c + n);
    if (!c)
        return;
    c->n = n;
    memcpy(c->text, p, n);
    list_append(&g->recent, &c->link);
    g->recent_n += n;
    forget_recent(g, RECENT_MAX);
}

static enum live_weight least(const struct page *g)
{
    return g->steps < STEPS_A_TICK ? LIVE_STEP : g->steps < MILESTONES ? LIVE_MILESTONE : LIVE_MILESTONE + 1;
}

static void heard(void *arg, const struct tracestore_packet *k)
{
    struct server *s = arg;
    struct page *g = s->page;
    struct text t = {.p = NULL};
    const struct story_piu piu = {.time_ns = k->time_ns,
                                  .direction = k->direction,
                                  .piu = k->data,
                                  .n = k->n,
                                  .comment = k->comment,
                                  .comment_n = strlen(k->comment)};
    enum live_weight w = live_take(g->live, &piu, least(g), &t);
    g->hidden |= w == LIVE_MILESTONE && !t.p;
    if (t.p && !t.bad) {
        g->steps++;
        keep(g, t.p, t.n);
        LIST_FOREACH(l, &g->readers)
            send_step(LIST_OWNER(l, struct reader, link), t.p, t.n);
    }
    text_free(&t);
}

/* How the conversations stand whose end was not shown. */
static void show_hidden(struct page *g)
{
    struct text t = {.p = NULL};
    if (g->hidden)
        live_again(g->live, &t);
    LIST_FOREACH(l, &g->readers)
        if (t.p && !t.bad)
            send_text(LIST_OWNER(l, struct reader, link), t.p, t.n);
    text_free(&t);
    g->hidden = false;
    g->steps = 0;
}

/* ---- tables ---- */

/* The first ROWS rows of a table, and how many there are; what is one object is one row. */
static char *dump(json_t *rows)
{
    json_t *all = json_object();
    size_t n = json_is_array(rows) ? json_array_size(rows) : 1;
    json_object_set_new(all, "total", json_integer((json_int_t)n));
    if (!json_is_array(rows))
        rows = json_pack("[o]", rows);
    while (json_array_size(rows) > ROWS)
        json_array_remove(rows, json_array_size(rows) - 1);
    json_object_set_new(all, "rows", rows);
    char *text = json_dumps(all, JSON_COMPACT);
    json_decref(all);
    return text;
}

/* Look at table I: everybody's is stale when it has changed. */
static void look(struct server *s, unsigned i)
{
    struct page *g = s->page;
    struct text t = {.p = NULL};
    char *data = dump(tables[i].rows ? rows_array(tables[i].rows, s) : tables[i].json(s));
    if (data)
        live_event(&t, tables[i].name, data);
    free(data);
    if (!t.p || t.bad || (g->sent[i] && strcmp(g->sent[i], t.p) == 0)) {
        text_free(&t);
        return;
    }
    free(g->sent[i]);
    g->sent[i] = t.p;
    LIST_FOREACH(l, &g->readers)
        LIST_OWNER(l, struct reader, link)->stale |= 1u << i;
}

static void refresh(struct server *s)
{
    struct page *g = s->page;
    uint64_t begun = now_ms();
    for (unsigned i = 0; i < TABLES; i++)
        look(s, i);
    show_hidden(g);
    LIST_FOREACH(l, &g->readers) {
        struct reader *r = LIST_OWNER(l, struct reader, link);
        send_stale(g, r);
        tell_missed(r);
    }
    uint64_t pause = (now_ms() - begun) * SHARE;
    pause = pause > TICK_MS ? pause : TICK_MS;
    watch_add(g->tick, &(struct timeval){.tv_sec = (time_t)(pause / 1000),
                                         .tv_usec = (suseconds_t)(pause % 1000 * 1000)});
}

static void on_tick(void *server)
{
    refresh(server);
}

/* ---- readers come and go ---- */

static void reader_free(struct reader *r)
{
    r->server->page->n_readers--;
    list_remove(&r->link);
    free(r);
}

static void page_free(struct server *s)
{
    struct page *g = s->page;
    trace_hear(s, 0, NULL, NULL);
    s->page = NULL;
    forget_recent(g, 0);
    for (unsigned i = 0; i < TABLES; i++)
        free(g->sent[i]);
    live_free(g->live);
    watch_free(g->tick);
    free(g);
}

static bool page_begin(struct server *s, bool data)
{
    struct page *g = calloc(1, sizeof *g);
    if (!g)
        return false;
    list_init(&g->readers);
    list_init(&g->recent);
    g->live = live_new(data);
    g->tick = watch_new(s, -1, 0, on_tick, s);
    if (!g->live || !g->tick) {
        live_free(g->live);
        watch_free(g->tick);
        free(g);
        return false;
    }
    s->page = g;
    trace_hear(s, RECENT_STEPS, heard, s);
    show_hidden(g);
    return true;
}

static void on_closed(struct evhttp_connection *connection, void *arg)
{
    struct reader *r = arg;
    struct server *s = r->server;
    (void)connection;
    if (!evhttp_request_get_connection(r->request)) /* libevent has left it to us */
        evhttp_request_free(r->request);
    reader_free(r);
    if (s->page->n_readers == 0)
        page_free(s);
}

static void greet(struct server *s, struct reader *r, bool data)
{
    struct text t = {.p = NULL};
    json_t *hello = json_pack("{s:s, s:s, s:b, s:i}", "version", SNANODE_VERSION, "server",
                              s->loaded->cfg.server, "data", data, "rows", ROWS);
    char *text = json_dumps(hello, JSON_COMPACT);
    text_add(&t, "retry: 1000\n\n");
    if (text)
        live_event(&t, "hello", text);
    free(text);
    json_decref(hello);
    live_again(s->page->live, &t);
    if (t.p && !t.bad)
        send_text(r, t.p, t.n);
    text_free(&t);
    LIST_FOREACH(l, &s->page->recent) {
        const struct chunk *c = LIST_OWNER(l, struct chunk, link);
        send_step(r, c->text, c->n);
    }
}

/* Nothing more is read from it, and it has to take what it is sent. */
static void begin_reply(struct evhttp_request *request)
{
    static const struct timeval patience = {.tv_sec = WRITE_S};
    static const int room = SOCKET_MAX;
    struct bufferevent *bev = evhttp_connection_get_bufferevent(evhttp_request_get_connection(request));
    evhttp_add_header(evhttp_request_get_output_headers(request), "Content-Type",
                      "text/event-stream; charset=utf-8");
    evhttp_send_reply_start(request, HTTP_OK, "OK");
    bufferevent_set_timeouts(bev, NULL, &patience);
    setsockopt(bufferevent_getfd(bev), SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
}

int page_stream(struct server *s, struct evhttp_request *request, bool data)
{
    struct reader *r = NULL;
    if (s->page && s->page->n_readers >= PAGE_READERS)
        return HTTP_SERVUNAVAIL;
    if ((!s->page && !page_begin(s, data)) || !(r = calloc(1, sizeof *r))) {
        if (s->page && s->page->n_readers == 0)
            page_free(s);
        return HTTP_INTERNAL;
    }
    *r = (struct reader){.server = s, .request = request, .stale = ~0u};
    list_append(&s->page->readers, &r->link);
    s->page->n_readers++;
    evhttp_connection_set_closecb(evhttp_request_get_connection(request), on_closed, r);
    begin_reply(request);
    greet(s, r, data);
    refresh(s);
    return 0;
}

void page_end(struct server *s)
{
    if (!s->page)
        return;
    LIST_FOREACH_SAFE(l, &s->page->readers) {
        struct reader *r = LIST_OWNER(l, struct reader, link);
        evhttp_connection_set_closecb(evhttp_request_get_connection(r->request), NULL, NULL);
        reader_free(r);
    }
    page_free(s);
}
