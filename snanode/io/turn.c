/* One turn of the event loop: a handler has fed an event into the pure code (watch.c), and what it asks for
 * is carried out here.  This is the roof of the folder: it calls everybody, and only server.c knows it. */
#include "snanode/io/turn.h"

#include <signal.h>

#include "snanode/base/log.h"
#include "snanode/io/admin.h"
#include "snanode/io/attach.h"
#include "snanode/io/away.h"
#include "snanode/io/borrow.h"
#include "snanode/io/bridge.h"
#include "snanode/io/channel.h"
#include "snanode/io/child.h"
#include "snanode/io/client.h"
#include "snanode/io/connection.h"
#include "snanode/io/context.h"
#include "snanode/io/domain.h"
#include "snanode/io/lend.h"
#include "snanode/io/logfile.h"
#include "snanode/io/reload.h"
#include "snanode/io/reserve.h"
#include "snanode/io/sessionverb.h"
#include "snanode/io/stays.h"
#include "snanode/io/stop.h"
#include "snanode/io/trace.h"
#include "snanode/io/watch.h"

/* ---- effects ---- */

/* ... of a program here, or of one on another machine. */
static void answer_allocate(struct server *s, const struct channel *ch, uint32_t port, struct lp_allocated *m)
{
    if (!lend_answer(ch, m) && !borrow_refused(s, port, m))
        client_answer_allocate(s, port, m, m->rc == LP_RC_OK ? ch->fd[SIDE_A] : -1);
}

static void allocated(struct server *s, uint32_t conv)
{
    struct channel *ch = channel_of(s, conv);
    struct lp_allocated m;
    if (!ch)
        return;
    node_allocated(s->node, conv, &m);
    const struct conversation *c = node_conversation(s->node, conv);
    if (c)
        metrics_took(&s->metrics.session_wait, now_ms() - c->since_ms, 1);
    uint32_t port = ch->port;
    ch->port = 0;
    trace_begin(s, ch, NULL);
    bool far = bridge_allocated(s, ch);
    uint32_t rc = far ? channel_open_pair(s, ch) : channel_open(s, ch, attach_comes);
    if (far && rc == LP_RC_OK && bridge_open(s, ch, SIDE_B) < 0)
        rc = LP_RC_MEMORY;
    if (rc != LP_RC_OK) {
        if (far)
            bridge_abandon(s, ch->conv);
        log_warn("conversation %u cannot begin: %s", conv, lp_reason(rc));
        m = (struct lp_allocated){.rc = (uint16_t)rc};
        uint32_t process = c ? c->sides[SIDE_A].process : 0;
        answer_allocate(s, ch, port, &m);
        node_end(s->node, conv, process, SIDE_A, now_ms(), &s->nfx);
        return;
    }
    answer_allocate(s, ch, port, &m);
}

/* Within the node what one LU sends is what another one receives; all else is a link's. */
static void send_piu(struct server *s, const struct piu *p)
{
    if (p->path.carrier == CARRIER_LOCAL) {
        trace_piu(s, p);
        node_receive(s->node, p, now_ms(), &s->nfx);
    } else if (s->links.send)
        s->links.send(s, p);
}

static void node_effects(struct server *s)
{
    struct node_effects fx = s->nfx; /* carrying them out may lead to more */
    s->nfx = s->nfx_spare;
    for (size_t i = 0; i < fx.n; i++) {
        struct node_effect *e = &fx.v[i];
        switch (e->kind) {
        case NODE_FX_ALLOCATED:
            allocated(s, e->conv);
            break;
        case NODE_FX_REFUSED: {
            struct lp_allocated m = {.rc = e->rc, .sense = e->sense};
            struct channel *ch = channel_of(s, e->conv);
            if (ch)
                answer_allocate(s, ch, ch->port, &m);
            break;
        }
        case NODE_FX_WITHDRAW:
            am_attach_gone(s->am, e->conv, now_ms(), &s->afx);
            break;
        case NODE_FX_ABEND:
            channel_abend(s, e->conv, e->side, e->sense);
            break;
        case NODE_FX_CUT:
            bridge_cut(s, e->conv, e->sense);
            break;
        case NODE_FX_CLOSE:
            bridge_close(s, e->conv);
            away_close(s, e->conv);
            stays_over(channel_of(s, e->conv));
            channel_close(s, e->conv);
            break;
        case NODE_FX_SEND: {
            struct piu p;
            effects_piu(&fx, e, &p);
            send_piu(s, &p);
            break;
        }
        case NODE_FX_CARRIER:
            if (s->links.activate)
                s->links.activate(s, e->conv);
            break;
        case NODE_FX_ACTIVATED:
        case NODE_FX_CNOS:
            admin_told(s, e);
            sessionverb_told(s, e);
            break;
        }
    }
    fx.n = 0;
    s->nfx_spare = fx;
}

static void arm_tick(struct server *s)
{
    uint64_t at = am_deadline(s->am), c = connection_deadline(s);
    at = at < c ? at : c;
    at = at < s->node->wake_at ? at : s->node->wake_at;
    c = domain_deadline(s);
    at = at < c ? at : c;
    c = logfile_deadline();
    at = at < c ? at : c;
    if (at >= s->tick_at)
        return; /* a tick that comes too early finds nothing to do, and costs less than to set it anew each
                   time */
    s->tick_at = at;
    uint64_t now = now_ms(), in = at > now ? at - now : 0;
    struct timeval tv = {.tv_sec = (time_t)(in / 1000), .tv_usec = (suseconds_t)(in % 1000 * 1000)};
    if (watch_add(s->tick, &tv) < 0)
        s->tick_at = UINT64_MAX; /* no memory: the next event tries again */
}

static void settle(struct server *s)
{
    if (s->settling)
        return;
    s->settling = true;
    do {
        if (s->nfx.n > 0)
            node_effects(s);
        if (s->afx.n > 0)
            attach_effects(s);
        borrow_settle(s);
        if (s->stopping && s->nfx.n == 0 && s->afx.n == 0)
            stop_further(s); /* which may lead to more */
    } while (s->nfx.n > 0 || s->afx.n > 0);
    if (!list_empty(&s->orders))
        sessionverb_look(s);
    domain_settle(s);
    s->settling = false;
    arm_tick(s);
}

static void on_tick(void *arg)
{
    struct server *s = arg;
    uint64_t now = now_ms();
    s->tick_at = UINT64_MAX;
    am_tick(s->am, now, &s->afx);
    connection_tick(s, now);
    node_tick(s->node, now, &s->nfx);
    domain_tick(s, now);
    logfile_tick();
}

static void on_resume(void *arg)
{
    attach_start_some(arg);
}

static void on_stop(void *arg)
{
    stop_begin(arg);
}

static void on_child(void *arg)
{
    child_reap(arg);
}

static void on_hup(void *arg)
{
    logfile_reopen();
    if (!reload_begin(arg, 0))
        log_error("reload: no memory to read the files with");
}

/* ---- what begins a turn without a descriptor ---- */

/* What libevent has to say comes where the rest is. */
static void on_libevent(int severity, const char *text)
{
    if (severity >= EVENT_LOG_WARN)
        log_warn("event loop: %s", text);
}

int turn_init(struct server *s)
{
    event_set_mem_functions(reserve_take, reserve_resize, reserve_give_back); /* before all else of it */
    event_set_log_callback(on_libevent);
    s->base = event_base_new();
    if (!s->base)
        return -1;
    s->settle = settle;
    s->tick = watch_new(s, -1, 0, on_tick, s);
    if (stays_init(s) < 0)
        return -1;
    s->starts_go_on = watch_new(s, -1, 0, on_resume, s);
    s->terminate = watch_new(s, SIGTERM, EV_SIGNAL | EV_PERSIST, on_stop, s);
    s->interrupt = watch_new(s, SIGINT, EV_SIGNAL | EV_PERSIST, on_stop, s);
    s->child_ends = watch_new(s, SIGCHLD, EV_SIGNAL | EV_PERSIST, on_child, s);
    s->hangup = watch_new(s, SIGHUP, EV_SIGNAL | EV_PERSIST, on_hup, s);
    if (!s->tick || !s->starts_go_on || !s->terminate || !s->interrupt || !s->child_ends || !s->hangup)
        return -1;
    if (watch_add(s->terminate, NULL) < 0 || watch_add(s->interrupt, NULL) < 0 ||
        watch_add(s->child_ends, NULL) < 0 || watch_add(s->hangup, NULL) < 0)
        return -1;
    return 0;
}

void turn_fini(struct server *s)
{
    struct watch *watches[] = {s->tick,   s->starts_go_on, s->terminate, s->interrupt, s->child_ends,
                               s->hangup, s->drain,        s->grace,     s->halt,      s->stay_look};
    for (size_t i = 0; i < sizeof watches / sizeof *watches; i++)
        watch_free(watches[i]);
    if (!s->base)
        return;
    event_base_loop(s->base, EVLOOP_NONBLOCK); /* what libevent has put off holds streams that have ended */
    event_base_free(s->base);
}
