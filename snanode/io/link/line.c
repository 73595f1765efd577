#include "snanode/io/link/line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "snanode/base/log.h"
#include "snanode/io/context.h"
#include "snanode/io/link/certificate.h"
#include "snanode/io/link/dial.h"
#include "snanode/io/link/leg.h"
#include "snanode/io/link/lineconf.h"
#include "snanode/io/link/linesay.h"
#include "snanode/io/watch.h"

#define ROOM 64u /* PIUs that the partner may send ahead; the sessions' pacing is what limits them */

enum {
    UNBIND_MS = 1000, /* for the partner to answer UNBINDs before HALT_DL goes */
    IDLE_MS = 2000,   /* without a session, until a connection that was demanded ends [L142] */
};

/* ---- the end ---- */

static void arm(struct line *l);

static void lose(struct line *l, const char *why)
{
    if (!l->lost)
        snprintf(l->why, sizeof l->why, "%s", why);
    l->lost = true;
}

/* The next try, if there is to be one. */
static void plan(struct line *l, bool was_up)
{
    uint32_t ms;
    l->retry_at = UINT64_MAX;
    l->state = LINE_INACTIVE;
    if (!l->wanted)
        return;
    l->state = LINE_WAITING;
    if (!line_can_call(l))
        return;
    l->tries++;
    if (!backoff_next(&l->backoff, &ms)) {
        line_say_given_up(l);
        l->wanted = false;
        l->state = LINE_INACTIVE;
        return;
    }
    l->retry_at = now_ms() + ms;
    if (!was_up)
        line_say_not_made(l, ms);
}

static void drain(struct line *l);

/* All of it is over; whoever waits for it is told. */
static void finish(struct line *l)
{
    struct link_effects fx = {.n = 0};
    bool was_up = l->state == LINE_ACTIVE || l->state == LINE_ENDING;
    bool was_begun = l->state != LINE_INACTIVE && l->state != LINE_WAITING;
    dial_cancel(l->dial);
    l->dial = NULL;
    link_lost(&l->station_link, l->why, &fx);
    line_effects(l, &fx);
    peer_stop(l->peer, now_ms());
    drain(l);
    for (unsigned i = 0; i < PEER_CONNS; i++)
        leg_close(l, (enum peer_conn)i);
    l->circuit = 0;
    if (was_up)
        line_say_down(l);
    else if (was_begun && !l->wanted)
        line_say_inactive(l);
    bool again = l->unused && l->asked && !l->barred && !l->retired && !l->server->stopping;
    l->lost = l->demanded = l->unused = l->halted = l->in_order = false;
    l->end_at = l->idle_at = UINT64_MAX;
    plan(l, was_up);
    if (again) /* an Allocate has come while it ended for want of one */
        line_demand(l);
    else
        l->server->links.failed(l, l->why);
    arm(l);
    if (l->retired)
        watch_add(l->server->line_reaper, &(struct timeval){.tv_sec = 0});
}

/* ---- what the link wants ---- */

static void link_down(struct line *l, const struct link_effect *e)
{
    bool up = l->state == LINE_ACTIVE || l->state == LINE_ENDING;
    if (up && !l->unused) /* else there is nothing to lose, and who asks meanwhile waits for the next time */
        l->server->links.effect(l, e);
    else if (!up && !l->lost)
        line_say_refused(l, e);
    if (!l->lost && l->state != LINE_ENDING) {
        lose(l, e->text);
        if (l->circuit)
            peer_halt(l->peer, l->circuit, now_ms());
    }
}

static void link_up(struct line *l, const struct link_effect *e)
{
    l->state = LINE_ACTIVE;
    l->tries = 0;
    l->since = time(NULL);
    l->asked = false;
    backoff_reset(&l->backoff);
    line_say_active(l);
    l->server->links.effect(l, e);
}

void line_effects(struct line *l, const struct link_effects *fx)
{
    for (unsigned i = 0; i < fx->n; i++) {
        const struct link_effect *e = &fx->v[i];
        switch (e->kind) {
        case LINK_FX_XID:
            peer_send_xid(l->peer, l->circuit, e->ru, e->n, now_ms());
            break;
        case LINK_FX_CONTACT:
            peer_contact(l->peer, l->circuit, now_ms());
            break;
        case LINK_FX_CONTACTED:
            peer_contacted(l->peer, l->circuit, now_ms());
            break;
        case LINK_FX_UP:
            link_up(l, e);
            break;
        case LINK_FX_DOWN:
            link_down(l, e);
            break;
        default:
            l->server->links.effect(l, e);
        }
    }
}

/* ---- what the partner tells ---- */

static bool same_station(const struct line *l, const struct peer_effect *e)
{
    return !l->has_remote || memcmp(&l->remote, &e->remote, sizeof l->remote) == 0;
}

static void on_partner_up(struct line *l)
{
    l->state = LINE_CIRCUIT;
    if (!l->legs[PEER_OURS] || !l->has_remote || l->circuit)
        return; /* the partner opens the circuit */
    l->circuit = peer_open(l->peer, l->sap, &l->remote, ROOM, now_ms());
    if (!l->circuit)
        lose(l, "no circuit can be opened");
}

static void on_offered(struct line *l, const struct peer_effect *e)
{
    if (l->circuit || l->barred || !same_station(l, e)) {
        log_info("connection %s: a circuit of another station is refused", l->conf.name);
        peer_halt(l->peer, e->id, now_ms());
        return;
    }
    l->circuit = e->id;
    peer_accept(l->peer, e->id, ROOM, now_ms());
}

static void on_established(struct line *l, const struct peer_effect *e, struct link_effects *fx)
{
    const struct circuit *c = peer_circuit(l->peer, e->id);
    l->circuit = e->id;
    if (e->kind == PEER_FX_RESTARTED)
        link_lost(&l->station_link, "the partner has begun again", fx);
    else
        l->station_link.station.cfg.max_out = (uint16_t)e->lf;
    link_established(&l->station_link, c && c->origin, now_ms(), fx);
}

static void on_circuit_down(struct line *l, const struct peer_effect *e)
{
    if (e->id != l->circuit)
        return;
    l->circuit = 0;
    l->in_order = e->cause == PEER_CAUSE_HALTED && link_is_unused(&l->station_link);
    lose(l, peer_cause_text((enum peer_cause)e->cause));
}

static void peer_effect(struct line *l, const struct peer_effect *e)
{
    struct link_effects fx = {.n = 0};
    switch (e->kind) {
    case PEER_FX_UP:
        on_partner_up(l);
        break;
    case PEER_FX_CLOSE:
        leg_close(l, (enum peer_conn)e->conn);
        break;
    case PEER_FX_LOST:
        l->circuit = 0;
        lose(l, peer_cause_text((enum peer_cause)e->cause));
        /* What sends no messages has none to read either, and more of it is not waited for. */
        for (unsigned i = 0; i < PEER_CONNS && e->cause == PEER_CAUSE_PROTOCOL; i++)
            leg_cut(l, (enum peer_conn)i);
        break;
    case PEER_FX_OFFERED:
        on_offered(l, e);
        break;
    case PEER_FX_ESTABLISHED:
    case PEER_FX_RESTARTED:
        on_established(l, e, &fx);
        break;
    case PEER_FX_XID:
        link_xid(&l->station_link, e->data, e->n, now_ms(), &fx);
        break;
    case PEER_FX_CONTACT:
        link_contact(&l->station_link, now_ms(), &fx);
        break;
    case PEER_FX_CONTACTED:
        link_contacted(&l->station_link, now_ms(), &fx);
        break;
    case PEER_FX_PIU:
        link_receive(&l->station_link, e->data, e->n, &fx);
        peer_take(l->peer, e->id, 1, now_ms());
        break;
    case PEER_FX_DOWN:
        on_circuit_down(l, e);
        break;
    default: /* READY: what waits is looked at after each event */
        break;
    }
    line_effects(l, &fx);
}

static void drain(struct line *l)
{
    struct peer_effect e;
    while (peer_effect_next(l->peer, &e))
        peer_effect(l, &e);
}

/* What the link has to send, as far as the partner has granted it. */
static void pump(struct line *l)
{
    const uint8_t *piu;
    while (link_is_up(&l->station_link) && l->circuit) {
        struct link_effects fx = {.n = 0};
        size_t n = link_next(&l->station_link, &piu, &fx);
        line_effects(l, &fx);
        if (n == 0 && fx.n == 0)
            return;
        if (n == 0)
            continue;
        if (peer_send_piu(l->peer, l->circuit, piu, n, now_ms())) {
            link_sent(&l->station_link); /* several of them go in one call */
            continue;
        }
        if (!leg_write(l))
            return;
        drain(l);
    }
}

/* The sessions are gone, or were waited for: take the circuit down. */
static void halt(struct line *l)
{
    struct link_effects fx = {.n = 0};
    l->halted = true;
    l->end_at = UINT64_MAX;
    link_stop(&l->station_link, &fx);
    line_effects(l, &fx);
    peer_halt(l->peer, l->circuit, now_ms());
}

static bool is_to_halt(const struct line *l)
{
    return l->state == LINE_ENDING && !l->halted && l->circuit &&
           (link_is_unused(&l->station_link) || l->end_at <= now_ms());
}

void line_run(struct line *l)
{
    if (l->running) {
        l->again = true;
        return;
    }
    l->running = true;
    do {
        l->again = false;
        drain(l);
        pump(l);
        if (leg_write(l))
            l->again = true;
        if (!l->again && is_to_halt(l)) {
            halt(l);
            l->again = true;
        }
    } while (l->again);
    l->running = false;
    if (l->lost && (!l->circuit || l->state == LINE_INACTIVE))
        finish(l);
    else
        leg_resume(l);
    arm(l);
}

/* ---- the clock ---- */

static void look_idle(struct line *l, uint64_t now)
{
    if (!l->demanded || l->state != LINE_ACTIVE || !link_is_unused(&l->station_link))
        l->idle_at = UINT64_MAX;
    else if (l->idle_at == UINT64_MAX)
        l->idle_at = now + IDLE_MS;
}

static void arm(struct line *l)
{
    uint64_t at = peer_deadline(l->peer), b = link_deadline(&l->station_link), now = now_ms();
    look_idle(l, now);
    const uint64_t others[] = {b ? b : UINT64_MAX, l->retry_at, l->end_at, l->idle_at};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        at = others[i] < at ? others[i] : at;
    watch_stop(l->clock);
    if (at == UINT64_MAX)
        return;
    uint64_t in = at > now ? at - now : 0;
    const struct timeval tv = {.tv_sec = (time_t)(in / 1000), .tv_usec = (suseconds_t)(in % 1000 * 1000)};
    watch_add(l->clock, &tv);
}

static void call(struct line *l);

static void end_unused(struct line *l)
{
    l->idle_at = UINT64_MAX;
    l->state = LINE_ENDING;
    l->unused = true;
    l->asked = false;
    lose(l, "it was activated on demand, and its last session has ended");
}

static void on_clock(void *arg)
{
    struct line *l = arg;
    uint64_t now = now_ms();
    struct link_effects fx = {.n = 0};
    if (l->retry_at <= now) {
        l->retry_at = UINT64_MAX;
        call(l);
    }
    peer_tick(l->peer, now);
    if (link_deadline(&l->station_link) && link_deadline(&l->station_link) <= now)
        link_tick(&l->station_link, now, &fx);
    line_effects(l, &fx);
    if (l->idle_at <= now)
        end_unused(l);
    line_run(l);
}

/* ---- calling ---- */

static void on_failed(struct line *l, const char *why)
{
    lose(l, why);
    finish(l);
}

static struct tls *tls_of(const struct line *l)
{
    const struct node_config *c = &l->server->loaded->cfg;
    const struct cfg_conn *conn = config_conn(c, l->conf.name);
    const struct certificate *cert =
        l->tls.on && conn ? certificates_find(&l->server->loaded->certificates, config_conn_tls(c, conn))
                          : NULL;
    return cert ? cert->tls : NULL;
}

static void on_dialed(void *arg, int fd, const struct stream_end *why)
{
    struct line *l = arg;
    l->dial = NULL;
    if (fd < 0)
        on_failed(l, why->text);
    else if (l->legs[PEER_OURS])
        close(fd);
    else if (leg_new(l->server, fd, NULL, &l, 1, tls_of(l)) < 0)
        on_failed(l, "out of memory");
}

static void call(struct line *l)
{
    if (l->dial || l->legs[PEER_OURS])
        return;
    if (l->state < LINE_CALLING)
        l->state = LINE_CALLING;
    if (!l->has_mac || !l->has_remote)
        on_failed(l, l->has_mac ? "the MAC address of the partner is not known: give /remotemac, or /netname "
                                  "and /cpname"
                                : "this node has no MAC address: give /localmac, or the server its names");
    else if (l->tls.on && !tls_of(l))
        on_failed(l, "its certificate cannot be used");
    else if (!(l->dial = dial_begin(l->server, l->conf.peer, on_dialed, l)))
        on_failed(l, "out of memory");
}

static void start(struct line *l)
{
    l->barred = false;
    if (l->state > LINE_WAITING)
        return;
    l->state = LINE_WAITING;
    l->retry_at = UINT64_MAX;
    backoff_reset(&l->backoff);
    l->tries = 0;
    if (line_can_call(l))
        call(l);
}

void line_start(struct line *l)
{
    l->wanted = true;
    l->demanded = false;
    start(l);
}

void line_demand(struct line *l)
{
    l->asked = true;
    if (!l->wanted) {
        l->wanted = l->conf.activation == CFG_ACT_STARTUP;
        l->demanded = l->conf.activation == CFG_ACT_DEMAND;
    }
    start(l);
}

void line_cut(struct line *l, const char *why)
{
    l->wanted = false;
    lose(l, why);
    finish(l);
}

void line_stop(struct line *l, const char *why)
{
    l->wanted = false;
    if (l->state == LINE_ENDING && !l->unused)
        return; /* it is under way */
    if (l->state != LINE_ACTIVE || !l->circuit) {
        line_cut(l, why);
        return;
    }
    l->state = LINE_ENDING;
    lose(l, why);
    l->end_at = now_ms() + UNBIND_MS;
    l->server->links.ending(l);
    line_run(l);
}

void line_let_go(struct line *l, const char *why)
{
    log_info("connection %s: the call from %s: %s", l->conf.name, l->legs[PEER_THEIRS]->address, why);
    on_failed(l, why);
}

/* In the standard's way both ends make a connection; the other one is ours to make. */
void line_called(struct server *s, int fd, struct line *const *v, size_t n, struct tls *tls,
                 struct list *pending)
{
    struct line *l = v[0];
    if (leg_new(s, fd, pending, v, n, tls) < 0)
        log_warn("a call for connection %s is lost: out of memory", l->conf.name);
    else if (!line_is_single(l) && l->state <= LINE_WAITING)
        call(l);
}

/* ---- making one ---- */

struct line *line_new(struct server *s, const struct cfg_conn *conn)
{
    struct line *l = calloc(1, sizeof *l);
    uint64_t seed = 0;
    if (!l)
        return NULL;
    l->server = s;
    line_configure(l, conn);
    l->retry_at = l->end_at = l->idle_at = UINT64_MAX;
    if (getrandom(&seed, sizeof seed, 0) < 0)
        seed = now_ms();
    backoff_init(&l->backoff, conn->retry_delay_s, conn->retry_limit, seed);
    const struct link_params lp = {.station = l->station, .max_sessions = 16384};
    l->has_link = link_init(&l->station_link, &lp) == 0;
    l->peer = line_make_peer(l);
    l->clock = watch_new(s, -1, 0, on_clock, l);
    l->id = ++s->next_line;
    list_append(&s->lines, &l->link);
    leg_user = (struct leg_user){.run = line_run, .failed = on_failed};
    if (l->has_link && l->peer && l->clock)
        return l;
    line_free(l);
    return NULL;
}

void line_free(struct line *l)
{
    list_remove(&l->link);
    dial_cancel(l->dial);
    for (unsigned i = 0; l->peer && i < PEER_CONNS; i++)
        leg_close(l, (enum peer_conn)i);
    if (l->recording)
        l->server->links.tap_end(l);
    if (l->has_link)
        link_fini(&l->station_link);
    peer_free(l->peer);
    watch_free(l->clock);
    free(l);
}
