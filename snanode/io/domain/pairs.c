/* Both machines of a pair may call at one moment, and then there are two connections.  Each of them lets the
 * one that the machine with the lower name has made be the one, and the machine that has made the other one
 * ends it when its streams are over. */
#include "snanode/io/domain/pairs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "snanode/base/hash.h"
#include "snanode/base/log.h"
#include "snanode/io/context.h"
#include "snanode/io/event.h"
#include "snanode/io/link/backoff.h"
#include "snanode/io/link/dial.h"
#include "snanode/io/link/port.h"
#include "snanode/io/link/stream.h"
#include "snanode/io/link/tls.h"

#define SWEEP_MS       60000
#define LONGEST_WAIT_S 5  /* between calls of a machine that cannot be reached */
#define STRANGERS_MAX  32 /* callers that have not shown yet who they are [D24] */
#define NAMESAKES_MAX  4  /* connections with machines of one name [D24] */

struct conn {
    struct list link; /* on its pair's list, or on that of strangers */
    struct pairs *pairs;
    struct pair *pair; /* NULL: it has not said who it is */
    struct h2 *h2;
    bool ours; /* this machine has made it */
    bool up, going;
    char from[STREAM_ADDRESS_CAP]; /* address, of one that has called */
};

struct pair {
    struct hash_node by_instance;
    struct list link;
    struct pairs *pairs;
    uint64_t instance;
    char machine[H2_NAME_ROOM], address[160];
    struct list conns;
    struct list waiting; /* struct h2_stream */
    struct dial *dial;
    struct backoff backoff;
    uint64_t again_ms; /* it is not called before */
    char why[300];     /* the last call failed, "" = it did not */
};

struct pairs {
    struct server *server;
    struct h2_identity self;
    struct tls *tls;
    struct port *port;
    unsigned silence_s;
    bool leaving;
    uint64_t swept_ms;
    void (*begun)(struct server *s, struct h2_stream *st);
    struct hash by_instance;
    struct list pairs, strangers;
};

static void serve(struct pair *q);

/* ---- pairs ---- */

static struct pair *pair_find(const struct pairs *p, uint64_t instance)
{
    struct hash_node *h = hash_first(&p->by_instance, hash_u64(instance)); /* a bijection */
    return h ? LIST_OWNER(h, struct pair, by_instance) : NULL;
}

static struct pair *pair_get(struct pairs *p, uint64_t instance, const char *machine)
{
    struct pair *q = pair_find(p, instance);
    if (q || !(q = calloc(1, sizeof *q)))
        return q;
    q->pairs = p;
    q->instance = instance;
    snprintf(q->machine, sizeof q->machine, "%s", machine);
    list_init(&q->conns);
    list_init(&q->waiting);
    backoff_init(&q->backoff, LONGEST_WAIT_S, 0, instance ^ p->self.instance);
    list_append(&p->pairs, &q->link);
    hash_add(&p->by_instance, &q->by_instance, hash_u64(instance));
    return q;
}

static void pair_free(struct pair *q)
{
    hash_remove(&q->pairs->by_instance, &q->by_instance);
    list_remove(&q->link);
    dial_cancel(q->dial);
    free(q);
}

/* Pairs of machines that are gone, or were not reached for long; now and then. */
static void sweep(struct pairs *p, uint64_t now)
{
    if (now < p->swept_ms + SWEEP_MS)
        return;
    p->swept_ms = now;
    LIST_FOREACH_SAFE(e, &p->pairs) {
        struct pair *q = LIST_OWNER(e, struct pair, link);
        if (list_empty(&q->conns) && list_empty(&q->waiting) && !q->dial && now > q->again_ms + SWEEP_MS)
            pair_free(q);
    }
}

static void fail_waiting(struct pair *q, const char *why)
{
    struct h2_stream *st;
    while ((st = h2_stream_first(&q->waiting)))
        h2_stream_fail(st, why);
}

static void report(struct pairs *p, enum sna_event e, const char *fmt, const char *a, const char *b)
{
    char text[600];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(text, sizeof text, fmt, a, b);
#pragma GCC diagnostic pop
    event_report(p->server, e, text);
}

/* It could not be reached. */
static void failed(struct pair *q, const char *why)
{
    uint32_t ms = 0;
    backoff_next(&q->backoff, &ms);
    q->again_ms = now_ms() + ms;
    if (strcmp(q->why, why) != 0)
        report(q->pairs, EVENT(MACHINE_NOT_REACHED), q->machine, why);
    snprintf(q->why, sizeof q->why, "%s", why);
    fail_waiting(q, q->why);
}

/* ---- connections ---- */

static void conn_free(struct conn *c)
{
    list_remove(&c->link);
    free(c);
}

/* Whether A, of two connections of one pair, is the one: that of the machine with the lower name. */
static bool goes_before(const struct conn *a, const struct conn *b)
{
    const struct pair *q = a->pair;
    int order = strcmp(q->pairs->self.machine, q->machine);
    bool we = order ? order < 0 : q->pairs->self.instance < q->instance;
    return a->ours != b->ours && a->ours == we;
}

static struct conn *the_one(const struct pair *q)
{
    struct conn *best = NULL;
    LIST_FOREACH(e, &q->conns) {
        struct conn *c = LIST_OWNER(e, struct conn, link);
        if (c->up && !c->going && (!best || goes_before(c, best)))
            best = c;
    }
    return best;
}

static void end_others(struct pair *q)
{
    const struct conn *one = the_one(q);
    LIST_FOREACH(e, &q->conns) {
        struct conn *c = LIST_OWNER(e, struct conn, link);
        if (c == one || !c->up || c->going || !c->ours)
            continue;
        c->going = true;
        h2_go(c->h2);
    }
}

static unsigned connections_with(const struct pairs *p, const char *machine)
{
    unsigned n = 0;
    LIST_FOREACH(e, &p->pairs) {
        const struct pair *q = LIST_OWNER(e, struct pair, link);
        if (strcmp(q->machine, machine) == 0)
            LIST_FOREACH(f, &q->conns)
                n++;
    }
    return n;
}

static bool on_up(void *arg, const struct h2_identity *peer)
{
    struct conn *c = arg;
    struct pairs *p = c->pairs;
    struct pair *q = c->pair;
    if (!q && connections_with(p, peer->machine) >= NAMESAKES_MAX) {
        report(p, EVENT(MACHINE_REFUSED), c->from,
               "there are too many connections with machines of its name");
        conn_free(c);
        return false;
    }
    if (p->leaving || (q && q->instance != peer->instance)) {
        if (q && !p->leaving)
            failed(q, "another start of it is there now");
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
    report(p, EVENT(MACHINE_CONNECTED), q->machine, c->ours ? "this one has called" : "it has called");
    end_others(q);
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
        report(p, EVENT(MACHINE_REFUSED), c->from, why->text);
    }
    conn_free(c);
    if (!q)
        return;
    if (was_up && !in_order && !p->leaving)
        report(p, EVENT(MACHINE_CUT), q->machine, why->text);
    if (!was_up)
        failed(q, why->text);
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
        failed(q, "out of memory");
}

/* ---- calls ---- */

static void on_dialled(void *arg, int fd, const struct stream_end *why)
{
    struct pair *q = arg;
    q->dial = NULL;
    if (fd < 0)
        failed(q, why->text);
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
    while ((st = h2_stream_first(&q->waiting)) && (c = the_one(q)))
        if (!h2_begin(c->h2, st))
            return; /* on_ready comes */
    if (!st || is_under_way(q))
        return;
    q->dial = q->address[0] ? dial_begin(q->pairs->server, q->address, on_dialled, q) : NULL;
    if (!q->dial)
        failed(q, q->address[0] ? "out of memory" : "it has no address");
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
    report(p, EVENT(MACHINE_REFUSED), c->from, "too many callers have not shown who they are");
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
    sweep(p, now);
    struct pair *q = p->leaving ? NULL : pair_get(p, instance, machine);
    *why = p->leaving ? "this node ends" : "out of memory";
    if (!q)
        return false;
    snprintf(q->address, sizeof q->address, "%s", address);
    if (!the_one(q) && !is_under_way(q) && now < q->again_ms) {
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
    const struct conn *one = q ? the_one(q) : NULL;
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
static void start_listening(struct pairs *p, const char *address)
{
    struct stream_end why;
    char all[16];
    p->port = port_open(p->server, address, on_call, p, &why);
    if (!p->port && why.cause == CAUSE_NO_HOST) {
        snprintf(all, sizeof all, "*%s", strrchr(address, ':'));
        p->port = port_open(p->server, all, on_call, p, &why);
    }
    if (p->port)
        log_info("machines of the domain may call at %s", port_address(p->port));
    else
        report(p, EVENT(DOMAIN_NOT_CALLED), address, why.text);
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
        start_listening(p, how->listen);
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
        fail_waiting(q, "this node ends");
        pair_free(q);
    }
    hash_fini(&p->by_instance);
    tls_free(p->tls);
    free(p);
}
