#include "snanode/io/link/lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "snanode/base/log.h"
#include "snanode/io/context.h"
#include "snanode/io/event.h"
#include "snanode/io/link/certificate.h"
#include "snanode/io/link/leg.h"
#include "snanode/io/link/line.h"
#include "snanode/io/link/port.h"
#include "snanode/io/watch.h"

enum { CALLER_MS = 2000 }; /* in which a caller has to make its connection active, before another one may */

/* A port that lines are called at. */
struct callport {
    struct list link; /* on the server's ports */
    struct server *server;
    char address[CFG_ADDRESS_CAP]; /* as configured */
    const char *kind;
    char name[NAME_ROOM8]; /* of whom */
    bool tls, wanted;
    struct port *port;
    struct list pending; /* struct line_leg: who has called, and has no line yet */
};

/* ---- calls ---- */

static bool is_called_at(const struct line *l, const struct callport *p)
{
    return strcmp(l->listen, p->address) == 0 && !l->barred && !l->retired && l->has_mac &&
           l->tls.on == p->tls;
}

/* Another caller may take the place of the one that L has: that one has had the time to make L active, and
 * has not [L151]. */
static bool is_held(const struct line *l)
{
    const struct line_leg *g = l->legs[PEER_THEIRS];
    return g && !l->tls.on && l->state < LINE_ACTIVE && g->since_ms + CALLER_MS <= now_ms();
}

/* For whom a call at P may be: with TLS the peer says which one, without it is one that has no connection
 * yet; or one whose caller has made nothing of it. */
static size_t candidates(const struct callport *p, struct line **v, size_t most)
{
    size_t n = 0;
    struct line *held = NULL;
    LIST_FOREACH(i, &p->server->lines) {
        struct line *l = LIST_OWNER(i, struct line, link);
        if (n < most && is_called_at(l, p) && (p->tls || !l->legs[PEER_THEIRS]))
            v[n++] = l;
        else if (!held && is_called_at(l, p) && is_held(l))
            held = l;
    }
    if (n == 0 && held)
        v[n++] = held;
    return n;
}

static struct tls *tls_of(const struct server *s, const struct line *l)
{
    const struct cfg_conn *conn = config_conn(&s->loaded->cfg, l->conf.name);
    const struct certificate *c =
        conn ? certificates_find(&s->loaded->certificates, config_conn_tls(&s->loaded->cfg, conn)) : NULL;
    return c ? c->tls : NULL;
}

static void on_call(void *arg, int fd)
{
    struct callport *p = arg;
    struct line *v[LEG_LINES_MAX];
    size_t n = candidates(p, v, sizeof v / sizeof *v);
    struct tls *tls = n && p->tls ? tls_of(p->server, v[0]) : NULL;
    if (n == 0 || p->server->stopping || (p->tls && !tls)) {
        log_info("a call at %s is for no connection", p->address);
        close(fd);
        return;
    }
    if (!p->tls && v[0]->legs[PEER_THEIRS])
        line_let_go(v[0], "it has not made the connection active, and there is another call");
    line_called(p->server, fd, v, n, tls, &p->pending);
}

/* ---- ports ---- */

static struct callport *port_at(const struct server *s, const char *address)
{
    LIST_FOREACH(i, &s->callports) {
        struct callport *p = LIST_OWNER(i, struct callport, link);
        if (strcmp(p->address, address) == 0)
            return p;
    }
    return NULL;
}

const char *lines_listen(const struct server *s, const char *address)
{
    const struct callport *p = port_at(s, address);
    return p && p->port ? port_address(p->port) : NULL;
}

static void say_port(const struct callport *p, enum sna_event e, const char *fmt, const char *where,
                     const char *what)
{
    char text[400];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(text, sizeof text, fmt, p->kind, p->name, where, what);
#pragma GCC diagnostic pop
    event_report(p->server, e, text);
}

static void callport_free(struct callport *p)
{
    list_remove(&p->link);
    port_close(p->port);
    LIST_FOREACH_SAFE(i, &p->pending) /* they go on */
        list_remove(i);
    free(p);
}

static void listen_at(struct server *s, const char *address, const char *kind, const char *name, bool tls)
{
    struct callport *p = port_at(s, address);
    struct stream_end why = {.text = "out of memory"};
    if (!*address)
        return;
    if (p && p->tls == tls && p->port) {
        p->wanted = true;
        return;
    }
    if (p)
        callport_free(p);
    p = calloc(1, sizeof *p);
    if (!p)
        return;
    *p = (struct callport){.server = s, .kind = kind, .tls = tls, .wanted = true};
    list_init(&p->pending);
    snprintf(p->address, sizeof p->address, "%s", address);
    snprintf(p->name, sizeof p->name, "%s", name);
    list_append(&s->callports, &p->link);
    p->port = port_open(s, address, on_call, p, &why);
    if (p->port)
        say_port(p, EVENT(LINK_LISTENS), port_address(p->port), tls ? ", TLS" : "");
    else
        say_port(p, EVENT(LINK_CANNOT_LISTEN), address, why.text);
}

static void apply_ports(struct server *s)
{
    const struct node_config *c = &s->loaded->cfg;
    LIST_FOREACH(i, &s->callports)
        LIST_OWNER(i, struct callport, link)->wanted = false;
    for (size_t i = 0; i < c->n_links; i++)
        if (c->links[i].type == CFG_LINK_DLSW)
            listen_at(s, c->links[i].listen, "link", c->links[i].name, c->links[i].tls.on);
    LIST_FOREACH(i, &s->lines) {
        const struct line *l = LIST_OWNER(i, struct line, link);
        if (*l->conf.listen && *l->listen)
            listen_at(s, l->listen, "connection", l->conf.name, l->tls.on);
    }
    LIST_FOREACH_SAFE(i, &s->callports) {
        struct callport *p = LIST_OWNER(i, struct callport, link);
        if (!p->wanted)
            callport_free(p);
    }
}

/* ---- lines ---- */

static void end_old(struct server *s)
{
    const struct node_config *c = &s->loaded->cfg;
    LIST_FOREACH_SAFE(i, &s->lines) {
        struct line *l = LIST_OWNER(i, struct line, link);
        const struct cfg_conn *conn = config_conn(c, l->conf.name);
        if (conn && conn->type == CFG_CONN_DLSW && line_is(l, c, conn)) {
            l->conf.activation = conn->activation;
            continue;
        }
        l->retired = l->state == LINE_ACTIVE || l->state == LINE_ENDING;
        if (l->retired) {
            line_stop(l, conn ? "its configuration has changed" : "it is configured no more");
            continue;
        }
        line_cut(l, conn ? "its configuration has changed" : "it is configured no more");
        line_free(l);
    }
}

/* Lines that are retired have ended: what has their names now can begin. */
static void on_reap(void *arg)
{
    struct server *s = arg;
    LIST_FOREACH_SAFE(i, &s->lines) {
        struct line *l = LIST_OWNER(i, struct line, link);
        if (l->retired && l->state <= LINE_WAITING)
            line_free(l);
    }
    if (!s->stopping)
        lines_apply(s);
}

void lines_apply(struct server *s)
{
    const struct node_config *c = &s->loaded->cfg;
    end_old(s);
    for (size_t i = 0; i < c->n_conns; i++)
        if (c->conns[i].type == CFG_CONN_DLSW && !line_by_name(s, c->conns[i].name) &&
            !line_new(s, &c->conns[i]))
            log_error("connection %s cannot be made: out of memory", c->conns[i].name);
    apply_ports(s);
    LIST_FOREACH(i, &s->lines) {
        struct line *l = LIST_OWNER(i, struct line, link);
        if (l->conf.activation == CFG_ACT_STARTUP && !l->barred && !l->wanted && !l->retired)
            line_start(l);
    }
}

int lines_init(struct server *s)
{
    s->line_reaper = watch_new(s, -1, 0, on_reap, s);
    return s->line_reaper ? 0 : -1;
}

void lines_stop(struct server *s)
{
    LIST_FOREACH_SAFE(i, &s->callports)
        callport_free(LIST_OWNER(i, struct callport, link));
    LIST_FOREACH(i, &s->lines) {
        struct line *l = LIST_OWNER(i, struct line, link);
        if (l->state != LINE_INACTIVE)
            line_stop(l, "the node stops");
    }
}

int lines_ending(const struct server *s)
{
    int n = 0;
    LIST_FOREACH(i, &s->lines)
        n += LIST_OWNER(i, struct line, link)->state == LINE_ENDING;
    return n;
}

void lines_free(struct server *s)
{
    LIST_FOREACH_SAFE(i, &s->callports)
        callport_free(LIST_OWNER(i, struct callport, link));
    LIST_FOREACH_SAFE(i, &s->lines)
        line_free(LIST_OWNER(i, struct line, link));
    watch_free(s->line_reaper);
    s->line_reaper = NULL;
}
