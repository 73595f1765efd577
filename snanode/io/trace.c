/* Conversations that are traced know it (channel->tracked), and the page of notices tells their programs.
 * Each of these gets a socket of its own, so that none can disturb what the others show; the packets are put
 * into order by tracestore.c. */
#include "snanode/host/seqpacket.h"
#include "snanode/io/nopassfd.h"
#include "snanode/io/trace.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "snanode/base/log.h"
#include "snanode/base/names.h"
#include "snanode/io/bridge.h"
#include "snanode/io/channel.h"
#include "snanode/io/client.h"
#include "snanode/io/context.h"
#include "snanode/io/holders.h"
#include "snanode/io/tracestore.h"
#include "snanode/io/watch.h"
#include "snanode/local/notice.h"
#include "snanode/local/traced.h"
#include "snanode/trace/tracepiu.h"
#include "snanode/wire/pcapng.h"

#define RECORDS_A_TURN 256  /* of one program, before others are heard */
#define TURNS          16   /* ... when it has ended something: who goes on sending is not waited for */
#define AGAIN_US       2000 /* when packets are still held back */

/* What the trace knows of a conversation. */
struct tracked {
    struct tracepiu piu;
};

/* A program that shows its frames. */
struct source {
    struct list link;
    struct server *server;
    uint32_t process;
    int fd;
    struct watch *watch;
};

struct trace {
    uint32_t number; /* of the trace that is on, 0 = none */
    uint32_t last;   /* ... that was on last */
    struct trace_filter filter;
    char file[4096];
    uint64_t ring;
    struct tracestore *store;
    trace_fn *heard; /* who listens, NULL = nobody */
    void *heard_arg;
    struct list sources;
    struct watch *again;
    unsigned n_tracked, n_sources;
    uint64_t lost; /* frames that programs could not show, or for which there was no memory */
    uint16_t by_bit[NOTICE_TRACED_BITS]; /* traced conversations for each bit of the page */
};

static uint8_t record[TRACED_MAX]; /* one thread, and nobody keeps them */
static uint8_t piu[TRACEPIU_MAX];

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static bool is_on(const struct server *s)
{
    return s->trace && s->trace->number;
}

/* ---- which conversations ---- */

static bool is_lu(const struct trace_filter *f, const char *alias, const char *fq)
{
    return name_casecmp(f->lu, alias) == 0 || name_casecmp(f->lu, fq) == 0;
}

static bool pool_fits(const struct trace_filter *f, const struct session_pool *p)
{
    return !*f->lu || is_lu(f, p->lu[0], p->fq[0]) || is_lu(f, p->lu[1], p->fq[1]);
}

static bool fits(const struct trace_filter *f, const struct conversation *c)
{
    return pool_fits(f, c->pool) && (!*f->tp || name_casecmp(f->tp, c->tp) == 0) &&
           (!f->conv || f->conv == c->id);
}

static void mark(struct server *s, uint32_t conv, int more)
{
    uint32_t bit = notice_bit(conv), mask = 1u << bit % 32;
    uint16_t *n = &s->trace->by_bit[bit];
    *n = (uint16_t)(*n + more);
    s->trace->n_tracked += (unsigned)more;
    if (*n > 0)
        atomic_fetch_or(&s->notice->traced[bit / 32], mask);
    else
        atomic_fetch_and(&s->notice->traced[bit / 32], ~mask);
}

void trace_begin(struct server *s, struct channel *ch, const struct fmh5 *attach)
{
    uint8_t octets[FMH5_MAX];
    const struct conversation *c = is_on(s) ? node_conversation(s->node, ch->conv) : NULL;
    if (!c || ch->tracked || !fits(&s->trace->filter, c) || !(ch->tracked = calloc(1, sizeof *ch->tracked)))
        return;
    uint32_t session = c->session ? c->session->id : 0;
    ssize_t n = attach ? fmh5_encode(attach, octets, sizeof octets) : 0;
    if (n > 0)
        tracepiu_init(&ch->tracked->piu, session, octets, (size_t)n);
    else
        tracepiu_init(&ch->tracked->piu, session, c->attach, c->attach ? c->attach_n : 0);
    explicit_bzero(octets, sizeof octets);
    mark(s, ch->conv, 1);
}

void trace_over(struct channel *ch)
{
    if (!ch->tracked)
        return;
    free(ch->tracked);
    ch->tracked = NULL;
    mark(ch->server, ch->conv, -1);
}

/* ---- packets ---- */

/* A word of a comment: a blank would end it. */
static const char *word(char *out, size_t cap, const char *text)
{
    snprintf(out, cap, "%s", *text ? text : "-");
    for (char *p = out; *p; p++)
        if (*p == ' ')
            *p = '_';
    return out;
}

static const char *program(char *out, size_t cap, const struct server *s, const struct conversation *c,
                           unsigned side, const struct channel *ch)
{
    char name[NAME_PROGRAM_ROOM];
    const struct process *p = node_process(s->node, c->sides[side].process);
    if (p && p->machine)
        snprintf(out, cap, "%s", strchr(p->program, ' ') + 1);
    else if (p)
        snprintf(out, cap, "%s[%d]", word(name, sizeof name, p->program), p->pid);
    else
        snprintf(out, cap, "%s", ch->bridge && bridge_side(ch->bridge) == side ? "remote" : "-");
    return out;
}

static void comment(char *out, size_t cap, const struct channel *ch, const struct conversation *c,
                    unsigned sender, bool node, uint32_t lost)
{
    static const char *const sync[] = {"none", "confirm"};
    char a[NAME_PROGRAM_ROOM + 16], b[NAME_PROGRAM_ROOM + 16], more[40] = "";
    const struct session_pool *p = c->pool;
    unsigned first = c->side_of_pool;
    if (lost > 0)
        snprintf(more, sizeof more, " lost=%u", lost);
    snprintf(
        out, cap,
        "conversation=%u session=%u sender=%s%s%s invoker=%s acceptor=%s lu=%s partner=%s mode=%s sync=%s "
        "type=%s tp=%s",
        c->id, ch->tracked->piu.session, sender ? "acceptor" : "invoker", node ? " by=node" : "", more,
        program(a, sizeof a, ch->server, c, SIDE_A, ch), program(b, sizeof b, ch->server, c, SIDE_B, ch),
        p->fq[first], p->fq[!first], p->mode[0] ? p->mode : "BLANK", sync[c->sync != 0],
        c->type ? "mapped" : "basic", c->tp);
}

static void again(struct server *s)
{
    static const struct timeval soon = {.tv_usec = AGAIN_US};
    watch_add(s->trace->again, &soon);
}

static void put(struct server *s, const struct tracestore_packet *k)
{
    if (!tracestore_put(s->trace->store, k))
        s->trace->lost++;
    again(s);
}

static void put_frame(struct channel *ch, unsigned sender, bool node, const struct traced *t)
{
    char text[PCAPNG_TEXT_MAX];
    struct server *s = ch->server;
    const struct conversation *c = node_conversation(s->node, ch->conv);
    ssize_t n = c ? tracepiu_encode(&ch->tracked->piu, sender, t->frame, t->n, piu, sizeof piu) : -1;
    if (n < 0)
        return;
    bool from_link = ch->bridge && bridge_side(ch->bridge) == sender, local = !ch->bridge;
    comment(text, sizeof text, ch, c, sender, node && !from_link && !ch->relay[sender], t->lost);
    put(s, &(struct tracestore_packet){.time_ns = t->time_ns,
                                       .direction =
                                           from_link || (local && sender) ? PCAPNG_INBOUND : PCAPNG_OUTBOUND,
                                       .data = piu,
                                       .n = (size_t)n,
                                       .comment = text});
}

uint64_t trace_time(const struct channel *ch)
{
    return ch->tracked ? now_ns() : 0;
}

void trace_spoken(struct channel *ch, unsigned sender, uint64_t time_ns, const uint8_t *frame, size_t n)
{
    if (ch->tracked && is_on(ch->server))
        put_frame(ch, sender, true, &(struct traced){.time_ns = time_ns, .frame = frame, .n = n});
}

void trace_piu(struct server *s, const struct piu *p)
{
    unsigned to;
    char text[PCAPNG_TEXT_MAX];
    if (!is_on(s) || *s->trace->filter.tp || s->trace->filter.conv)
        return;
    const struct session *e = session_by_path(s->node, &p->path, &to);
    if (!e || !pool_fits(&s->trace->filter, e->pool) || p->n > FRAME_RU_MAX)
        return;
    unsigned from = !to ^ e->primary; /* 0: the LU that sent the BIND */
    struct th th = tracepiu_th(e->id, from, p->expedited, p->snf);
    th_encode(&th, piu);
    rh_encode(&p->rh, piu + TH_LEN);
    if (p->n > 0)
        memcpy(piu + TH_LEN + RH_LEN, p->ru, p->n);
    snprintf(text, sizeof text, "session=%u sender=%s lu=%s partner=%s mode=%s", e->id,
             from ? "secondary" : "primary", e->pool->fq[e->primary], e->pool->fq[!e->primary],
             e->pool->mode[0] ? e->pool->mode : "BLANK");
    put(s, &(struct tracestore_packet){.time_ns = now_ns(),
                                       .direction = from ? PCAPNG_INBOUND : PCAPNG_OUTBOUND,
                                       .data = piu,
                                       .n = TH_LEN + RH_LEN + p->n,
                                       .comment = text});
}

/* ---- what programs show ---- */

static void source_free(struct source *x)
{
    x->server->trace->n_sources--;
    list_remove(&x->link);
    watch_free(x->watch);
    close(x->fd);
    free(x);
}

/* The frame is one of this process, and of a conversation that is traced. */
static void shown(struct source *x, size_t n, uint64_t now)
{
    struct server *s = x->server;
    struct traced t;
    if (traced_decode(record, n, &t) < 0)
        return;
    s->trace->lost += t.lost;
    struct channel *ch = channel_of(s, t.conv);
    const struct conversation *c = node_conversation(s->node, t.conv);
    if (!ch || !ch->tracked || !c || c->sides[t.side].process != x->process)
        return;
    if (t.time_ns > now)
        t.time_ns = now;
    put_frame(ch, t.side, false, &t);
}

/* What has come on one socket.  Returns up to when everything of it is known; frees X at its end. */
static uint64_t drain(struct source *x, uint64_t now)
{
    for (int i = 0; i < RECORDS_A_TURN; i++) {
        ssize_t n = seqpacket_recv(x->fd, record, sizeof record, MSG_DONTWAIT | MSG_TRUNC);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
            source_free(x);
            return now;
        }
        if (n < 0)
            return now;
        if ((size_t)n <= sizeof record)
            shown(x, (size_t)n, now_ns());
    }
    return 0; /* there may be more: what is held waits for it */
}

/* A record is in its socket before the partner sees the frame.  So when all sockets are empty, nothing that
 * was sent before the first look at them can still come. */
static void pass(void *server)
{
    struct server *s = server;
    uint64_t until = now_ns();
    LIST_FOREACH_SAFE(l, &s->trace->sources) {
        uint64_t known = drain(LIST_OWNER(l, struct source, link), until);
        until = known < until ? known : until;
    }
    if (tracestore_pass(s->trace->store, until))
        again(s);
}

static void on_readable(void *source)
{
    pass(((struct source *)source)->server);
}

static struct source *source_of(struct server *s, uint32_t process)
{
    LIST_FOREACH(l, &s->trace->sources) {
        struct source *x = LIST_OWNER(l, struct source, link);
        if (x->process == process)
            return x;
    }
    return NULL;
}

void trace_drain(struct server *s, uint32_t process)
{
    struct source *x = is_on(s) ? source_of(s, process) : NULL;
    for (int i = 0; i < TURNS && x && drain(x, 1) == 0; i++)
        x = source_of(s, process);
}

void trace_process_gone(struct server *s, uint32_t process)
{
    struct source *x;
    trace_drain(s, process);
    if (is_on(s) && (x = source_of(s, process)))
        source_free(x);
}

int trace_join(struct client *c)
{
    struct server *s = c->server;
    int fd[2];
    struct source *x = is_on(s) ? source_of(s, c->process) : NULL;
    if (x)
        source_free(x);
    if (!is_on(s) || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd) < 0)
        return -1;
    passfd_refuse(fd[1]);
    x = holders_reserved(fd[1]) ? NULL : calloc(1, sizeof *x);
    if (x) {
        *x = (struct source){.server = s, .process = c->process, .fd = fd[1]};
        x->watch = watch_new(s, fd[1], EV_READ | EV_PERSIST, on_readable, x);
    }
    if (!x || !x->watch || watch_add(x->watch, NULL) < 0) {
        if (x)
            watch_free(x->watch);
        free(x);
        close(fd[0]);
        close(fd[1]);
        log_warn("process %d cannot show its frames to the trace: no memory, or no descriptors", c->pid);
        return -1;
    }
    list_append(&s->trace->sources, &x->link);
    s->trace->n_sources++;
    return fd[0];
}

/* ---- on and off ---- */

static int make(struct server *s)
{
    struct trace *t = s->trace;
    if (t)
        return 0;
    t = calloc(1, sizeof *t);
    if (t && !(t->again = watch_new(s, -1, 0, pass, s))) {
        free(t);
        t = NULL;
    }
    if (!t) {
        errno = ENOMEM;
        return -1;
    }
    list_init(&t->sources);
    s->trace = t;
    return 0;
}

/* The ring of the trace before stays until there is another one, for a dump.  It is up to 16 MB by default,
 * in small pieces, which the heap would keep. */
static void drop_store(struct tracestore *old)
{
    tracestore_free(old);
    if (old)
        malloc_trim(0);
}

int trace_on(struct server *s, const struct trace_filter *filter, const char *file, uint64_t octets)
{
    char name[64];
    if (!s->notice) { /* nobody could be told */
        errno = ENOTSUP;
        return -1;
    }
    if (make(s) < 0)
        return -1;
    trace_off(s);
    struct trace *t = s->trace;
    snprintf(name, sizeof name, "conversations of %s", s->loaded->cfg.server);
    struct tracestore *store = tracestore_new(octets, file, name);
    if (!store)
        return -1;
    drop_store(t->store);
    t->store = store;
    tracestore_hear(store, t->heard, t->heard_arg);
    t->filter = *filter;
    t->ring = octets;
    t->lost = 0;
    snprintf(t->file, sizeof t->file, "%s", file ? file : "");
    t->number = ++t->last ? t->last : ++t->last;
    for (struct channel *ch = channel_next(s, NULL); ch; ch = channel_next(s, ch))
        trace_begin(s, ch, NULL);
    atomic_store(&s->notice->trace, t->number);
    return 0;
}

void trace_off(struct server *s)
{
    if (!is_on(s))
        return;
    struct trace *t = s->trace;
    atomic_store(&s->notice->trace, 0);
    LIST_FOREACH_SAFE(l, &t->sources) {
        struct source *x = LIST_OWNER(l, struct source, link);
        uint32_t process = x->process;
        trace_process_gone(s, process);
    }
    for (struct channel *ch = channel_next(s, NULL); ch; ch = channel_next(s, ch))
        trace_over(ch);
    watch_stop(t->again);
    tracestore_pass(t->store, UINT64_MAX);
    tracestore_end(t->store);
    t->number = 0;
}

void trace_hear(struct server *s, unsigned n, trace_fn *heard, void *arg)
{
    if ((!s->trace && !heard) || make(s) < 0)
        return; /* without memory there will be no trace either */
    struct trace *t = s->trace;
    t->heard = heard;
    t->heard_arg = arg;
    if (!t->store)
        return;
    if (heard)
        tracestore_recent(t->store, n, heard, arg);
    tracestore_hear(t->store, heard, arg);
}

int trace_dump(struct server *s)
{
    errno = 0;
    if (!s->trace || !s->trace->store)
        return -1;
    if (is_on(s)) {
        pass(s);
        tracestore_pass(s->trace->store, UINT64_MAX);
    }
    return tracestore_dump(s->trace->store);
}

struct trace_status trace_status(struct server *s)
{
    struct trace *t = s->trace;
    struct trace_status out = {.file = ""};
    if (!t || !t->store)
        return out;
    if (t->number)
        pass(s);
    struct tracestore_counts k = tracestore_counts(t->store);
    return (struct trace_status){.on = t->number != 0,
                                 .been = true,
                                 .filter = t->filter,
                                 .file = t->file,
                                 .ring = t->ring,
                                 .conversations = t->n_tracked,
                                 .programs = t->n_sources,
                                 .packets = k.packets,
                                 .octets = k.octets,
                                 .kept = k.kept,
                                 .lost = t->lost + k.unwritten};
}

void trace_free(struct server *s)
{
    if (!s->trace)
        return;
    trace_off(s);
    watch_free(s->trace->again);
    tracestore_free(s->trace->store);
    free(s->trace);
    s->trace = NULL;
}
