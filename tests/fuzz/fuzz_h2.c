/* libFuzzer entry: what another machine of the domain may send on a connection: frames of HTTP/2, headers,
 * parcels in any pieces.  The first octet says which side made the connection, and whether it is wanted; then
 * come steps: octets that have come, a beat of the clock, and what the users of streams do.  TCP, TLS and the
 * loop are played by this file: the other machine's certificate has the name HOSTX. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "snanode/io/context.h"
#include "snanode/io/domain/h2.h"
#include "snanode/io/link/stream.h"
#include "snanode/io/link/tls.h"
#include "snanode/io/watch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { WATCHES = 2, STREAMS = 64 };
enum { CONNECTING = 1, UNWANTED = 2, NO_PREFACE = 4, ECHOES = 8 };
enum step { OCTETS, OCTETS_AGAIN, BEAT, TAKING, BEGIN, END, FREE, FULL, WRITABLE, GO, STEPS };

/* ---- the loop, the clock, the connection ---- */

struct watch {
    watch_fn *handler;
    void *arg;
    bool used, fired;
};

static struct watch watches[WATCHES];
static uint64_t clock_ms;
static bool gone; /* the connection has freed what it had */

struct watch *watch_new(struct server *s, int fd, short what, watch_fn *handler, void *arg)
{
    struct watch *w = watches[0].used ? &watches[1] : &watches[0];
    (void)s;
    (void)fd;
    (void)what;
    *w = (struct watch){handler, arg, true, false};
    return w;
}

int watch_add(struct watch *w, const struct timeval *time)
{
    (void)w;
    (void)time;
    return 0;
}

void watch_fire(struct watch *w)
{
    w->fired = true;
}

void watch_free(struct watch *w)
{
    w->used = w->fired = false;
    gone = true;
}

uint64_t now_ms(void)
{
    return clock_ms;
}

struct stream {
    const struct stream_user *user;
    void *arg;
    bool full, closed;
};

static struct stream tcp;

struct stream *stream_new(struct server *s, int fd, const struct stream_how *how,
                          const struct stream_user *user, void *arg)
{
    (void)s;
    (void)fd;
    (void)how;
    tcp = (struct stream){.user = user, .arg = arg};
    return &tcp;
}

bool stream_write(struct stream *st, const void *p, size_t n)
{
    (void)p;
    if (st->closed || n == 0)
        abort();
    return !st->full;
}

bool stream_peer_has_name(const struct stream *st, const char *name)
{
    (void)st;
    return strcmp(name, "HOSTX") == 0;
}

void stream_close(struct stream *st)
{
    if (st->closed)
        abort();
    st->closed = true;
}

const char tls_anybody[] = "*";

static void run(void)
{
    for (int i = 0; i < WATCHES; i++)
        if (watches[i].fired) {
            watches[i].fired = false;
            watches[i].handler(watches[i].arg);
            i = -1;
        }
}

/* ---- the users of streams ---- */

struct use {
    struct h2_stream *st; /* NULL: nobody's */
    bool ended;           /* it puts nothing more */
};

static struct use uses[STREAMS];
static bool taking, known;
static unsigned how;

static bool came(void *arg, const struct parcel *p)
{
    struct use *u = arg;
    if (!u->st || p->n + PARCEL_HDR > H2_WINDOW)
        abort();
    if (taking && how & ECHOES && !u->ended && h2_stream_room(u->st))
        h2_stream_put(u->st, p->type, p->body, p->n);
    return taking;
}

static void room(void *arg)
{
    if (!((struct use *)arg)->st)
        abort();
}

static void end(struct use *u)
{
    if (!u->ended)
        h2_stream_end(u->st);
    u->ended = true;
}

static void over(void *arg, bool whole, const char *why)
{
    struct use *u = arg;
    if (!u->st || (!whole && !why))
        abort();
    if (whole) {
        end(u);
        return;
    }
    h2_stream_free(u->st);
    u->st = NULL;
}

static const struct h2_stream_user user = {came, room, over};

static struct use *unused(void)
{
    for (int i = 0; i < STREAMS; i++)
        if (!uses[i].st) {
            uses[i].ended = false;
            return &uses[i];
        }
    return NULL;
}

/* ---- the user of the connection ---- */

static bool up(void *arg, const struct h2_identity *peer)
{
    (void)arg;
    if (known || strcmp(peer->domain, "D") != 0 || strcmp(peer->machine, "HOSTX") != 0 || peer->instance == 1)
        abort();
    known = true;
    return !(how & UNWANTED);
}

static void begun(void *arg, struct h2_stream *st)
{
    struct use *u = unused();
    (void)arg;
    if (!known || how & UNWANTED)
        abort();
    if (!u) {
        h2_stream_free(st);
        return;
    }
    u->st = st;
    h2_stream_use(st, &user, u);
}

static void told(void *arg)
{
    (void)arg;
}

static void down(void *arg, const struct stream_end *why)
{
    (void)arg;
    if (!gone || !why->text[0])
        abort();
}

static const struct h2_user connection = {up, begun, told, told, down};

/* ---- steps ---- */

static void receive(const uint8_t *p, size_t n)
{
    uint8_t *exact = malloc(n ? n : 1);
    if (!exact)
        return;
    memcpy(exact, p, n);
    if (tcp.user->received(tcp.arg, exact, n) != n)
        abort();
    free(exact);
}

static void begin(struct h2 *c)
{
    struct use *u = unused();
    if (!u || !(u->st = h2_stream_new(&user, u)))
        return;
    h2_stream_put(u->st, PARCEL_READY, NULL, 0);
    if (!h2_begin(c, u->st)) {
        h2_stream_free(u->st);
        u->st = NULL;
    }
}

static void resume(struct use *u)
{
    h2_stream_resume(u->st);
}

static void each_use(void (*f)(struct use *u))
{
    for (int i = 0; i < STREAMS; i++)
        if (uses[i].st)
            f(&uses[i]);
}

static void free_use(int i)
{
    h2_stream_free(uses[i].st); /* may be NULL */
    uses[i].st = NULL;
}

static void step(struct h2 *c, enum step what)
{
    switch (what) {
    case BEAT:
        clock_ms += 1000;
        watches[1].fired = true; /* made behind the other one */
        break;
    case TAKING:
        taking = !taking;
        each_use(resume);
        break;
    case BEGIN:
        begin(c);
        break;
    case END:
        each_use(end);
        break;
    case FREE:
        free_use(0);
        break;
    case FULL:
        tcp.full = true;
        break;
    case WRITABLE:
        tcp.full = false;
        tcp.user->writable(tcp.arg);
        break;
    case GO:
        h2_go(c);
        break;
    case OCTETS:
    case OCTETS_AGAIN:
    case STEPS:
        break;
    }
}

static void play(struct h2 *c, const uint8_t *p, size_t size)
{
    static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    if (!(how & (CONNECTING | NO_PREFACE)))
        receive((const uint8_t *)preface, sizeof preface - 1);
    for (run(); size > 0 && !gone; run()) {
        enum step what = (enum step)(*p++ % STEPS);
        size--;
        if (what > OCTETS_AGAIN) {
            step(c, what);
            continue;
        }
        size_t n = size < 2 ? size : (size_t)(p[0] << 8 | p[1]); /* and so many octets, or all that is left */
        size_t head = size < 2 ? 0 : 2;
        p += head;
        size -= head;
        n = n < size ? n : size;
        receive(p, n);
        p += n;
        size -= n;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct h2_identity self = {"D", "HOSTA", 1};
    if (!size)
        return 0;
    how = data[0];
    taking = true;
    known = gone = false;
    clock_ms = 1000;
    const struct h2_how h = {.connecting = how & CONNECTING, .self = &self, .silence_s = 15};
    struct h2 *c = h2_new(NULL, -1, &h, &connection, NULL);
    if (!c)
        return 0;
    tcp.user->up(tcp.arg, 0);
    play(c, data + 1, size - 1);
    if (!gone)
        h2_close(c, "the end");
    run();
    if (!gone)
        abort();
    taking = true;
    each_use(resume); /* some may have waited with parcels before they can tell that they are cut */
    for (int i = 0; i < STREAMS; i++)
        free_use(i);
    return 0;
}
