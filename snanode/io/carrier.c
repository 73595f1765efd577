/* Between the node's sessions and the links that carry them: RUs of the node to links, what comes on links to
 * the node, to programs, or to the attach manager.  The bridge (bridge.c) has the frames of conversations. */
#include "snanode/io/carrier.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "snanode/base/ebcdic.h"
#include "snanode/base/log.h"
#include "snanode/io/attach.h"
#include "snanode/io/bridge.h"
#include "snanode/io/channel.h"
#include "snanode/io/context.h"
#include "snanode/io/link/line.h"
#include "snanode/io/trace.h"
#include "snanode/wire/bind.h"
#include "snanode/wire/sense.h"

static struct path path_of(const struct line *l, uint32_t address)
{
    return (struct path){.carrier = l->id, .address = address};
}

/* ---- what the node asks ---- */

static const struct cfg_rlu *rlu_of(const struct node_config *c, const char *alias, const char *fq)
{
    const struct cfg_rlu *r = *alias ? config_rlu(c, alias) : NULL;
    char name[NAME_FQ_ROOM];
    for (size_t i = 0; !r && i < c->n_rlus; i++) {
        lu_fq(c->rlus[i].netname, c->rlus[i].luname, name);
        r = strcmp(name, fq) == 0 ? &c->rlus[i] : NULL;
    }
    return r;
}

static enum carrier_state reach(void *arg, const char *alias, const char *fq, uint32_t *carrier)
{
    struct server *s = arg;
    const struct node_config *c = &s->loaded->cfg;
    const struct cfg_rlu *r = rlu_of(c, alias, fq);
    const char *name = r ? r->connection : "";
    for (size_t i = 0; !r && !*name && i < c->n_conns; i++) /* one that makes remote LUs on request */
        name = c->conns[i].dynamic_lus ? c->conns[i].name : "";
    struct line *l = *name ? line_by_name(s, name) : NULL;
    if (!l)
        return CARRIER_NONE;
    *carrier = l->id;
    return line_is_up(l) ? CARRIER_UP : CARRIER_ON_DEMAND;
}

static int address(void *arg, uint32_t carrier, uint64_t *out)
{
    struct line *l = line_by_id(arg, carrier);
    *out = l ? link_address(&l->station_link) : 0;
    return *out ? 0 : -1;
}

static bool may_demand(const struct line *l)
{
    return l->conf.activation != CFG_ACT_ADMIN && line_can_call(l) && !l->server->stopping;
}

static void activate(struct server *s, uint32_t carrier)
{
    struct line *l = line_by_id(s, carrier);
    if (l && line_is_up(l)) {
        node_path_up(s->node, carrier, now_ms(), &s->nfx);
    } else if (!l || (l->state <= LINE_WAITING && !may_demand(l))) {
        node_path_down(s->node, carrier, "the connection is not active", now_ms(), &s->nfx);
    } else if (l->state <= LINE_WAITING) {
        line_demand(l);
    } else {
        l->asked = true;
    }
}

static void ending(struct line *l)
{
    node_path_end(l->server->node, l->id, now_ms(), &l->server->nfx);
}

static void failed(struct line *l, const char *why)
{
    struct server *s = l->server;
    l->asked = false;
    node_path_down(s->node, l->id, why, now_ms(), &s->nfx);
}

/* ---- BIND: what was negotiated ---- */

static bool is_bind(const struct rh *rh, const uint8_t *ru, size_t n)
{
    return rh->category == RH_SC && n > 0 && ru[0] == BIND_CODE;
}

/* The positive answer to a BIND has gone or come; ME: 0 when this node is the primary. */
static void open_session(struct line *l, uint32_t at, const uint8_t *ru, size_t n, unsigned me)
{
    struct bind b;
    struct sna_err e;
    struct activate_session a;
    char mode[NAME_ROOM8] = "";
    if (bind_decode(ru, n, &b, &e) < 0)
        return; /* the node refuses it too */
    activate_result(&b, &a);
    size_t k = b.mode.n < sizeof mode ? b.mode.n : sizeof mode - 1;
    memcpy(mode, b.mode.s, k);
    ebcdic_decode((uint8_t *)mode, k);
    const struct cfg_mode *m = config_mode(&l->server->loaded->cfg, mode);
    const struct link_half half = {.pipe = {.send_ru = a.send_ru[me],
                                            .send_window = a.window[me],
                                            .recv_window = a.window[!me],
                                            .adaptive = a.adaptive},
                                   .recv_ru = a.send_ru[!me],
                                   .high = m && m->high_priority};
    if (link_open(&l->station_link, at, &half) < 0)
        log_debug("connection %s: session %05X is not opened", l->conf.name, at);
}

/* ---- from the node ---- */

static void send_piu(struct server *s, const struct piu *p)
{
    struct line *l = line_by_id(s, p->path.carrier);
    uint32_t at = (uint32_t)p->path.address;
    struct sna_err e = {.text = ""};
    if (!l)
        return;
    if (link_send(&l->station_link, at, p->expedited, p->snf, &p->rh, p->ru, p->n, now_ms(), &e) < 0)
        log_debug("connection %s: an RU of session %05X is lost: %s", l->conf.name, at, e.text);
    else if (p->rh.rri && !p->rh.eri && is_bind(&p->rh, p->ru, p->n))
        open_session(l, at, p->ru, p->n, 1);
    line_run(l);
}

/* ---- from the link ---- */

static void broken(struct line *l, uint32_t at, uint32_t sense)
{
    struct server *s = l->server;
    const struct path path = path_of(l, at);
    node_far_broken(s->node, &path, sense, now_ms(), &s->nfx);
}

/* A new conversation for the Attach A: its sockets, and its place on the link.  NULL, with *SENSE. */
static struct channel *incoming(struct line *l, const struct link_effect *e, const struct fmh5 *a,
                                size_t used, uint32_t *sense)
{
    struct server *s = l->server;
    const struct path path = path_of(l, e->address);
    struct link_effects fx = {.n = 0};
    *sense = SENSE_INSUFFICIENT;
    if (node_reserve(s->node, &s->nfx_spare) < 0)
        return NULL;
    uint32_t conv = node_far_attach(s->node, &path, a, now_ms(), &s->nfx);
    if (!conv)
        return NULL;
    struct channel *ch = channel_new(s, conv, 0, CHANNEL_NOBODY, 0) == 0 ? channel_of(s, conv) : NULL;
    if (!ch || channel_open_pair(s, ch) != LP_RC_OK || bridge_open(s, ch, SIDE_A) < 0)
        return NULL; /* the end of the session ends it */
    trace_begin(s, ch, a);
    if (link_accept(&l->station_link, e->address, conv, &e->rh, e->ru + used, e->n - used, &fx) < 0)
        return NULL;
    line_effects(l, &fx);
    return ch;
}

static void attach_comes_in(struct line *l, const struct link_effect *e)
{
    struct server *s = l->server;
    const struct path path = path_of(l, e->address);
    struct sna_err err = {.sense = SENSE_BRACKET, .text = "data of no conversation"};
    struct fmh5 *a = calloc(1, sizeof *a);
    uint32_t sense = SENSE_INSUFFICIENT;
    ssize_t used = !a ? -1 : e->rh.fi && e->rh.category == RH_FMD ? fmh5_decode(e->ru, e->n, a, &err) : -1;
    if (used >= 0)
        node_attach_nonces(s->node, &path, a);
    struct channel *ch = used < 0 ? NULL : incoming(l, e, a, (size_t)used, &sense);
    if (!ch) {
        log_warn("connection %s: an Attach ends its session: %08X %s", l->conf.name,
                 used < 0 ? err.sense : sense, used < 0 ? err.text : "");
        if (a)
            explicit_bzero(a, sizeof *a);
        free(a);
        broken(l, e->address, used < 0 ? err.sense : sense);
        return;
    }
    const struct cfg_rlu *r = node_far_partner(s->node, &path);
    const struct conversation *c = node_conversation(s->node, ch->conv);
    attach_from_link(ch, a, c->pool->lu[!c->side_of_pool], r && r->already_verified);
}

/* The connection is being ended. */
static void refuse_bind(struct line *l, const struct link_effect *e)
{
    static const struct rh no = {.rri = true,
                                 .category = RH_SC,
                                 .fi = true,
                                 .sdi = true,
                                 .bci = true,
                                 .eci = true,
                                 .dr1i = true,
                                 .eri = true}; /* EF9000 */
    static const uint8_t ru[] = {0x08, 0x01, 0x00, 0x00, BIND_CODE};
    struct sna_err err;
    if (link_send(&l->station_link, e->address, true, e->snf, &no, ru, sizeof ru, now_ms(), &err) < 0)
        log_debug("connection %s: a BIND is not answered: %s", l->conf.name, err.text);
}

static void received(struct line *l, const struct link_effect *e)
{
    struct server *s = l->server;
    if (e->kind == LINK_FX_BIND && l->state == LINE_ENDING) {
        refuse_bind(l, e);
        return;
    }
    const struct piu p = {.path = path_of(l, e->address),
                          .expedited = e->expedited,
                          .snf = e->snf,
                          .rh = e->rh,
                          .ru = e->ru,
                          .n = e->n};
    if (e->kind == LINK_FX_BIND && node_reserve(s->node, &s->nfx_spare) < 0)
        log_warn("connection %s: no memory for a session", l->conf.name);
    if (e->rh.rri && !e->rh.eri && is_bind(&e->rh, e->ru, e->n))
        open_session(l, e->address, e->ru, e->n, 0);
    if (!node_receive(s->node, &p, now_ms(), &s->nfx) && !e->rh.rri)
        attach_comes_in(l, e);
}

static void effect(struct line *l, const struct link_effect *e)
{
    struct server *s = l->server;
    switch (e->kind) {
    case LINK_FX_UP:
        node_path_up(s->node, l->id, now_ms(), &s->nfx);
        break;
    case LINK_FX_DOWN:
        node_path_down(s->node, l->id, e->text, now_ms(), &s->nfx);
        break;
    case LINK_FX_BIND:
    case LINK_FX_RECEIVED:
        received(l, e);
        break;
    case LINK_FX_BROKEN:
        log_info("connection %s: session %05X cannot go on: %08X %s", l->conf.name, e->address, e->sense,
                 e->text);
        broken(l, e->address, e->sense);
        break;
    case LINK_FX_FRAME:
        bridge_feed(l, e->address);
        break;
    case LINK_FX_ROOM:
        bridge_room(s, l->id, e->address);
        break;
    case LINK_FX_OVER:
        bridge_over(s, e->conv);
        node_far_over(s->node, e->conv, now_ms(), &s->nfx);
        break;
    default: /* CHANGED, CLOSED */
        break;
    }
}

void carrier_init(struct server *s)
{
    s->node->carriers = (struct node_carriers){.arg = s, .reach = reach, .address = address};
    s->links.send = send_piu;
    s->links.activate = activate;
    s->links.effect = effect;
    s->links.failed = failed;
    s->links.ending = ending;
}
