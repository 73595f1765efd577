#include "snanode/io/link/leg.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "snanode/base/log.h"
#include "snanode/io/context.h"
#include "snanode/io/event.h"

struct leg_user leg_user;

static void leg_free(struct line_leg *g)
{
    if (g->line && g->line->legs[g->conn] == g)
        g->line->legs[g->conn] = NULL;
    list_remove(&g->pending);
    free(g->whose);
    free(g);
}

static void leg_end(struct line *l, enum peer_conn conn, void (*end)(struct stream *))
{
    struct line_leg *g = l->legs[conn];
    if (!g)
        return;
    if (g->stream)
        end(g->stream);
    leg_free(g);
}

void leg_close(struct line *l, enum peer_conn conn)
{
    leg_end(l, conn, stream_close);
}

void leg_cut(struct line *l, enum peer_conn conn)
{
    leg_end(l, conn, stream_cut);
}

/* ---- what the stream tells ---- */

static void say_refused(struct server *s, const char *name, const char *address, const char *why)
{
    char text[400];
    snprintf(text, sizeof text, EVENT_TEXT_PEER_REFUSED, "connection", name, address, why);
    event_report(s, EVENT_PEER_REFUSED, text);
}

/* Both ends have called where one connection is to be: that of the end with the lower MAC address stays. */
static void give_way(struct line *l)
{
    struct peer_effect e;
    if (!l->legs[PEER_OURS] || !l->tls.on || l->circuit || memcmp(l->mac, l->remote.mac, sizeof l->mac) < 0)
        return;
    leg_close(l, PEER_OURS);
    peer_stop(l->peer, now_ms());
    while (peer_effect_next(l->peer, &e))
        ; /* it begins again */
}

/* The leg belongs to L from now on.  False: L has no use for it. */
static bool join(struct line_leg *g, struct line *l)
{
    if (!l || l->barred || l->legs[g->conn])
        return false;
    give_way(l);
    if (!peer_connected(l->peer, g->conn, g->order, now_ms()))
        return false;
    list_remove(&g->pending);
    g->line = l;
    l->legs[g->conn] = g;
    return true;
}

static void on_up(void *arg, int peer)
{
    struct line_leg *g = arg;
    struct line *l = g->line;
    g->up = true;
    if (!l) {
        size_t i = peer < 0 ? 0 : (size_t)peer;
        l = i < g->n_whose ? line_by_id(g->server, g->whose[i]) : NULL;
        if (!join(g, l)) {
            log_info("connection %s: a second call from %s is not taken", l ? l->conf.name : "?", g->address);
            stream_close(g->stream);
            leg_free(g);
            return;
        }
    } else if (!peer_connected(l->peer, g->conn, g->order, now_ms())) {
        stream_close(g->stream);
        leg_free(g);
        return;
    }
    if (l->state < LINE_EXCHANGE)
        l->state = LINE_EXCHANGE;
    leg_user.run(l);
}

static size_t on_received(void *arg, const uint8_t *p, size_t n)
{
    struct line_leg *g = arg;
    struct line *l = g->line;
    enum peer_conn conn = g->conn;
    size_t at = 0;
    if (!l)
        return n;
    l->octets_in += n;
    while (at < n && l->legs[conn] == g && l->peer && peer_takes_input(l->peer)) {
        size_t used = peer_input(l->peer, conn, p + at, n - at, now_ms());
        if (used == 0)
            break;
        if (*l->conf.record)
            g->server->links.tap(l, g, false, p + at, used);
        at += used;
        leg_user.run(l);
    }
    if (l->legs[conn] != g)
        return n;
    g->paused = at < n;
    l->octets_in -= n - at;
    return at;
}

static void on_writable(void *arg)
{
    struct line_leg *g = arg;
    g->choked = false;
    if (g->line)
        leg_user.run(g->line);
}

static enum peer_cause cause_for_peer(enum stream_cause c)
{
    switch (c) {
    case CAUSE_CLOSED:
        return PEER_CAUSE_CLOSED;
    case CAUSE_TIMED_OUT:
        return PEER_CAUSE_TIMED_OUT;
    case CAUSE_REFUSED:
        return PEER_CAUSE_REFUSED;
    default:
        return PEER_CAUSE_RESET;
    }
}

static void on_down(void *arg, const struct stream_end *why)
{
    struct line_leg *g = arg;
    struct line *l = g->line;
    enum peer_conn conn = g->conn;
    bool up = g->up;
    bool refused = why->cause == CAUSE_PEER_REFUSED || why->cause == CAUSE_WE_REFUSED;
    if (!up && (refused || !l)) {
        const struct line *for_whom = l ? l : g->n_whose ? line_by_id(g->server, g->whose[0]) : NULL;
        say_refused(g->server, for_whom ? for_whom->conf.name : "?", g->address, why->text);
    }
    leg_free(g);
    if (!l)
        return;
    if (up)
        peer_disconnected(l->peer, conn, cause_for_peer(why->cause), now_ms());
    else
        leg_user.failed(l, why->text);
    if (up)
        leg_user.run(l);
}

static const struct stream_user stream_user = {
    .up = on_up, .received = on_received, .writable = on_writable, .down = on_down};

/* ---- making one ---- */

/* Above 0 when our address is the higher one; a v4 address is below a v6 one. */
static int address_order(int fd)
{
    struct sockaddr_storage a = {.ss_family = AF_UNSPEC}, b = a;
    socklen_t n = sizeof a, m = sizeof b;
    getsockname(fd, (struct sockaddr *)&a, &n);
    getpeername(fd, (struct sockaddr *)&b, &m);
    if (a.ss_family != b.ss_family)
        return a.ss_family < b.ss_family ? -1 : 1;
    if (a.ss_family == AF_INET6)
        return memcmp(&((struct sockaddr_in6 *)&a)->sin6_addr, &((struct sockaddr_in6 *)&b)->sin6_addr, 16);
    return memcmp(&((struct sockaddr_in *)&a)->sin_addr, &((struct sockaddr_in *)&b)->sin_addr, 4);
}

static void name_end(struct capframe_stream *c, int end, const struct sockaddr_storage *a)
{
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)a;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)a;
    c->v6 = a->ss_family == AF_INET6;
    c->port[end] = ntohs(c->v6 ? v6->sin6_port : v4->sin_port);
    if (c->v6)
        memcpy(c->address[end], &v6->sin6_addr, 16);
    else
        memcpy(c->address[end], &v4->sin_addr, 4);
}

/* For a recording: end 0 has connected. */
static void name_ends(struct line_leg *g, int fd)
{
    struct sockaddr_storage a = {.ss_family = AF_UNSPEC}, b = a;
    socklen_t n = sizeof a, m = sizeof b;
    getsockname(fd, (struct sockaddr *)&a, &n);
    getpeername(fd, (struct sockaddr *)&b, &m);
    name_end(&g->capture, g->conn == PEER_THEIRS, &a);
    name_end(&g->capture, g->conn == PEER_OURS, &b);
    g->capture.next[0] = 1000;
    g->capture.next[1] = 2000;
}

static struct line_leg *leg_alloc(struct server *s, bool connecting, size_t n)
{
    struct line_leg *g = calloc(1, sizeof *g);
    if (!g || !(g->whose = calloc(n, sizeof *g->whose))) {
        free(g);
        return NULL;
    }
    list_init(&g->pending);
    g->server = s;
    g->conn = connecting ? PEER_OURS : PEER_THEIRS;
    return g;
}

/* G waits on LIST.  Who is honest shows who he is at once, so it is the oldest one that is not waited for any
 * longer. */
static void wait_for_peer(struct line_leg *g, struct list *list)
{
    unsigned n = 0;
    list_append(list, &g->pending);
    LIST_FOREACH(i, list)
        n++;
    if (n <= LEG_PENDING_MAX)
        return;
    struct line_leg *old = LIST_OWNER(list->next, struct line_leg, pending);
    const struct line *l = old->n_whose ? line_by_id(old->server, old->whose[0]) : NULL;
    say_refused(old->server, l ? l->conf.name : "?", old->address,
                "too many callers that have not shown who they are");
    stream_cut(old->stream);
    leg_free(old);
}

int leg_new(struct server *s, int fd, struct list *pending, struct line *const *v, size_t n, struct tls *tls)
{
    const char *names[LEG_LINES_MAX];
    bool connecting = !pending;
    struct line_leg *g = leg_alloc(s, connecting, n);
    if (!g) {
        close(fd);
        return -1;
    }
    for (size_t i = 0; i < n && i < LEG_LINES_MAX; i++) {
        names[i] = v[i]->conf.peer_name;
        g->whose[g->n_whose++] = v[i]->id;
    }
    g->order = address_order(fd);
    g->since_ms = now_ms();
    name_ends(g, fd);
    const struct stream_how how = {.tls = tls,
                                   .connecting = connecting,
                                   .names = tls ? names : NULL,
                                   .n_names = tls ? g->n_whose : 0,
                                   .keepalive_s = v[0]->conf.keepalive_s};
    if (connecting) {
        g->line = v[0];
        v[0]->legs[PEER_OURS] = g;
    }
    g->stream = stream_new(s, fd, &how, &stream_user, g);
    if (!g->stream) {
        leg_free(g);
        return -1;
    }
    snprintf(g->address, sizeof g->address, "%s", stream_peer(g->stream));
    char *port = connecting ? NULL : strrchr(g->address, ':');
    if (port) /* it is another one each time: so many calls are one event, and one line of the log */
        *port = '\0';
    if (pending)
        wait_for_peer(g, pending);
    return 0;
}

/* ---- octets that go ---- */

bool leg_write(struct line *l)
{
    bool any = false;
    for (unsigned i = 0; i < PEER_CONNS; i++) {
        struct line_leg *g = l->legs[i];
        const uint8_t *p;
        size_t n;
        while (g && g->stream && g->up && !g->choked &&
               (n = peer_output(l->peer, (enum peer_conn)i, &p)) > 0) {
            g->choked = !stream_write(g->stream, p, n);
            l->octets_out += n;
            if (*l->conf.record)
                l->server->links.tap(l, g, true, p, n);
            any = true;
            peer_sent(l->peer, (enum peer_conn)i, n, now_ms());
            g = l->legs[i];
        }
    }
    return any;
}

void leg_resume(struct line *l)
{
    for (unsigned i = 0; i < PEER_CONNS; i++) {
        struct line_leg *g = l->legs[i];
        if (g && g->stream && g->paused && peer_takes_input(l->peer)) {
            g->paused = false;
            stream_resume(g->stream);
        }
    }
}
