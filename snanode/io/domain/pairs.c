/* Connections come and go, and streams begin on them. */
#include "snanode/io/domain/pairs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "snanode/base/log.h"
#include "snanode/io/context.h"
#include "snanode/io/domain/pairstate.h"
#include "snanode/io/event.h"
#include "snanode/io/link/backoff.h"
#include "snanode/io/link/dial.h"
#include "snanode/io/link/port.h"
#include "snanode/io/link/stream.h"
#include "snanode/io/link/tls.h"

#define STRANGERS_MAX 32 /* callers that have not shown yet who they are [D24] */
#define NAMESAKES_MAX 4  /* connections with machines of one name [D24] */

static void serve(struct pair *q);

/* ---- connections ---- */

static bool on_up(void *arg, const struct h2_identity *peer)
{
    struct conn *c = arg;
    struct pairs *p = c->pairs;
    struct pair *q = c->pair;
    if (!q && pairs_connections_with(p, peer->machine) >= NAMESAKES_MAX) {
        pairs_report(p, EVENT(MACHINE_REFUSED), c->from,
                     "there are too many connections with machines of its name");
        conn_free(c);
        return false;
    }
    if (p->leaving || (q && q->instance != peer->instance)) {
        if (q && !p->leaving)
            pair_failed(q, "another start of it is there now");
        conn_free(c);
        return false;
    }
    if (!q && !(q = pair_get(p, peer->instance, peer->machine))) {
        conn_free(c);
        return false;
    }
    c->pair = q;
    c->up = true;
    list_remove(&c->link);
    list_append(&q->conns, &c->link);
    backoff_reset(&q->backoff);
    q->again_ms = 0;
    q->why[0] = '\0';
    pairs_report(p, EVENT(MACHINE_CONNECTED), q->machine, c->ours ? "this one has called" : "it has called");
    pair_end_others(q);
    return true;
}

static void on_begun(void *arg, struct h2_stream *st)
{
    struct conn *c = arg;
    if (c->pairs->leaving)
        h2_stream_free(st);
    else
        c->pairs->begun(c->pairs->server, st);
}

static void on_ready(void *arg)
{
    struct conn *c = arg;
    if (c->pair)
        serve(c->pair);
}

static void on_going(void *arg)
{
    struct conn *c = arg;
    c->going = true;
}

static void on_down(void *arg, const struct stream_end *why)
{
    struct conn *c = arg;
    struct pair *q = c->pair;
    struct pairs *p = c->pairs;
    bool was_up = c->up, in_order = c->going;
    if (!q) {
        pairs_report(p, EVENT(MACHINE_REFUSED), c->from, why->text);
    }
    conn_free(c);
    if (!q)
        return;
    if (was_up && !in_order && !p->leaving)
        pairs_report(p, EVENT(MACHINE_CUT), q->machine, why->text);
    if (!was_up)
        pair_failed(q, why->text);
    else
        serve(q);
}

/* Without the port: it is another one for each call, and events that say the same are counted, not repeated.
 */
static void show_peer(int fd, char out[STREAM_ADDRESS_CAP])
{
    struct sockaddr_storage ss = {.ss_family = AF_UNSPEC};
    socklen_t n = sizeof ss;
    getpeername(fd, (struct sockaddr *)&ss, &n);
    stream_show_address((struct sockaddr *)&ss, out);
    char *port = strrchr(out, ':');
    if (port)
        *port = '\0';
}

static void conn_new(struct pairs *p, struct pair *q, int fd)
{
    static const struct h2_user user = {on_up, on_begun, on_ready, on_going, on_down};
    const struct h2_how how = {
        .tls = p->tls, .connecting = q != NULL, .self = &p->self, .silence_s = p->silence_s};
    struct conn *c = calloc(1, sizeof *c);
    if (!c) {
        close(fd);
    } else {
        *c = (struct conn){.pairs = p, .pair = q, .ours = q != NULL};
        show_peer(fd, c->from);
        list_append(q ? &q->conns : &p->strangers, &c->link);
        c->h2 = h2_new(p->server, fd, &how, &user, c);
    }
    if (c && c->h2)
        return;
    if (c)
        conn_free(c);
    if (q)
        pair_failed(q, "out of memory");
}

/* ---- calls ---- */

static void on_dialled(void *arg, int fd, const struct stream_end *why)
{
    struct pair *q = arg;
    q->dial = NULL;
    if (fd < 0)
        pair_failed(q, why->text);
    else
        conn_new(q->pairs, q, fd);
}

static bool is_under_way(const struct pair *q)
{
    LIST_FOREACH(e, &q->conns)
        if (!LIST_OWNER(e, struct conn, link)->up)
            return true;
    return q->dial != NULL;
}

/* Those that wait begin, as far as the other machine takes them; it is called when there is nobody to take
 * them. */
static void serve(struct pair *q)
{
    struct h2_stream *st;
    const struct conn *c;
    while ((st = h2_stream_first(&q->waiting)) && (c = pair_the_one(q)))
        if (!h2_begin(c->h2, st))
            return; /* on_ready comes */
    if (!st || is_under_way(q))
        return;
    q->dial = q->address[0] ? dial_begin(q->pairs->server, q->address, on_dialled, q) : NULL;
    if (!q->dial)
        pair_failed(q, q->address[0] ? "out of memory" : "it has no address");
}

/* The one that has had the longest time to show who it is makes room. */
static void make_room(struct pairs *p)
{
    unsigned n = 0;
    LIST_FOREACH(e, &p->strangers)
        n++;
    if (n < STRANGERS_MAX)
        return;
    struct conn *c = LIST_OWNER(p->strangers.next, struct conn, link);
    pairs_report(p, EVENT(MACHINE_REFUSED), c->from, "too many callers have not shown who they are");
    h2_close(c->h2, "too many callers have not shown who they are");
    conn_free(c);
}

static void on_call(void *arg, int fd)
{
    struct pairs *p = arg;
    make_room(p);
    conn_new(p, NULL, fd);
}

/* ---- for users ---- */

bool pairs_begin(struct pairs *p, uint64_t instance, const char *machine, const char *address,
                 struct h2_stream *st, const char **why)
{
    uint64_t now = now_ms();
    pairs_sweep(p, now);
    struct pair *q = p->leaving ? NULL : pair_get(p, instance, machine);
    *why = p->leaving ? "this node ends" : "out of memory";
    if (!q)
        return false;
    snprintf(q->address, sizeof q->address, "%s", address);
    if (!pair_the_one(q) && !is_under_way(q) && now < q->again_ms) {
        *why = q->why;
        return false;
    }
    h2_stream_wait(st, &q->waiting);
    serve(q);
    return true;
}

struct pair_view pairs_view(const struct pairs *p, uint64_t instance)
{
    struct pair_view v = {.state = "-", .why = ""};
    const struct pair *q = p ? pair_find(p, instance) : NULL;
    const struct conn *one = q ? pair_the_one(q) : NULL;
    if (!q)
        return v;
    LIST_FOREACH(e, &q->conns)
        v.streams += h2_streams(LIST_OWNER(e, struct conn, link)->h2);
    v.state = one ? "up" : is_under_way(q) ? "calling" : q->why[0] ? "failed" : "-";
    v.why = one ? "" : q->why;
    v.round_trip_us = one ? h2_round_trip_us(one->h2) : 0;
    return v;
}

static struct tls *read_files(const struct pairs_how *how, char *why, size_t cap)
{
    const struct tls_files files = {how->certificate, how->key, how->ca};
    struct tls *tls = tls_new(&files, why, cap);
    if (tls && !tls_has_name(tls, how->self.machine)) {
        snprintf(why, cap,
                 "certificate %s does not have the name of this machine, %s (subject alternative "
                 "name, DNS)",
                 how->certificate, how->self.machine);
        tls_free(tls);
        tls = NULL;
    }
    return tls;
}

bool pairs_read_again(struct pairs *p, const struct pairs_how *how, char *why, size_t cap)
{
    struct tls *tls = read_files(how, why, cap);
    if (!tls)
        return false;
    tls_free(p->tls);
    p->tls = tls;
    return true;
}

/* At the address that others are told, or, where that is a name, at its port on all addresses. */
void pairs_listen(struct pairs *p, const char *address)
{
    struct stream_end why;
    char all[16];
    if (p->port || p->leaving)
        return;
    p->port = port_open(p->server, address, on_call, p, &why);
    if (!p->port && why.cause == CAUSE_NO_HOST) {
        snprintf(all, sizeof all, "*%s", strrchr(address, ':'));
        p->port = port_open(p->server, all, on_call, p, &why);
    }
    if (p->port)
        log_info("machines of the domain may call at %s", port_address(p->port));
    else if (strcmp(p->deaf, why.text) != 0)
        pairs_report(p, EVENT(DOMAIN_NOT_CALLED), address, why.text);
    snprintf(p->deaf, sizeof p->deaf, "%s", p->port ? "" : why.text);
}

unsigned pairs_port(const struct pairs *p)
{
    return p->port ? (unsigned)strtoul(strrchr(port_address(p->port), ':') + 1, NULL, 10) : 0;
}

struct pairs *pairs_new(struct server *s, const struct pairs_how *how,
                        void (*begun)(struct server *s, struct h2_stream *st), char *why, size_t cap)
{
    struct tls *tls = read_files(how, why, cap);
    struct pairs *p = tls ? calloc(1, sizeof *p) : NULL;
    struct hash by_instance;
    if (!p || hash_init(&by_instance) < 0) {
        free(p);
        if (tls)
            snprintf(why, cap, "out of memory");
        tls_free(tls);
        return NULL;
    }
    *p = (struct pairs){.server = s,
                        .self = how->self,
                        .tls = tls,
                        .silence_s = how->silence_s,
                        .begun = begun,
                        .by_instance = by_instance};
    list_init(&p->pairs);
    list_init(&p->strangers);
    if (how->listen)
        pairs_listen(p, how->listen);
    return p;
}

static void each_conn(struct pairs *p, void (*fn)(struct conn *c))
{
    LIST_FOREACH_SAFE(e, &p->strangers)
        fn(LIST_OWNER(e, struct conn, link));
    LIST_FOREACH_SAFE(e, &p->pairs)
        LIST_FOREACH_SAFE(f, &LIST_OWNER(e, struct pair, link)->conns)
            fn(LIST_OWNER(f, struct conn, link));
}

static void go(struct conn *c)
{
    c->going = true;
    if (c->up)
        h2_go(c->h2);
}

void pairs_leave(struct pairs *p)
{
    if (p->leaving)
        return;
    p->leaving = true;
    port_close(p->port);
    p->port = NULL;
    each_conn(p, go);
}

static void end(struct conn *c)
{
    h2_close(c->h2, "this node ends");
    conn_free(c);
}

void pairs_end(struct pairs *p)
{
    pairs_leave(p);
    each_conn(p, end);
}

void pairs_free(struct pairs *p)
{
    if (!p)
        return;
    pairs_end(p);
    while (!list_empty(&p->pairs)) {
        struct pair *q = LIST_OWNER(p->pairs.next, struct pair, link);
        pair_fail_waiting(q, "this node ends");
        pair_free(q);
    }
    hash_fini(&p->by_instance);
    tls_free(p->tls);
    free(p);
}
