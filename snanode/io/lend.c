/* The first parcel of a stream says what the other machine wants: that an Attach is handed over (away.c), or
 * an LU for one of its programs.  For the latter the conversation is one of this node like any other, but the
 * invoker is the process that stands for the machine, and its end of the sockets is the stream's. */
#include "snanode/io/lend.h"

#include <stdio.h>
#include <string.h>

#include "snanode/base/log.h"
#include "snanode/io/account.h"
#include "snanode/io/attach.h"
#include "snanode/io/away.h"
#include "snanode/io/channel.h"
#include "snanode/io/context.h"
#include "snanode/io/domain/h2.h"
#include "snanode/io/farside.h"
#include "snanode/io/relay.h"

/* ---- answers ---- */

static void say(struct h2_stream *st, const struct parcel_allocated *a)
{
    uint8_t body[PARCEL_ALLOCATE_MAX];
    h2_stream_put(st, PARCEL_ALLOCATED, body, parcel_allocated_write(a, body, sizeof body));
    if (a->m.rc != LP_RC_OK)
        h2_stream_end(st);
}

bool lend_answer(const struct channel *ch, const struct lp_allocated *m)
{
    struct relay *r = ch->relay[SIDE_A];
    if (!r || !r->lent)
        return false;
    struct parcel_allocated a = {.m = *m};
    const struct conversation *c = node_conversation(r->server->node, ch->conv);
    if (c) {
        snprintf(a.lu, sizeof a.lu, "%s", c->pool->lu[c->side_of_pool]);
        snprintf(a.partner_lu, sizeof a.partner_lu, "%s", c->pool->lu[!c->side_of_pool]);
    }
    if (m->rc == LP_RC_OK && relay_begin(r) < 0)
        a.m = (struct lp_allocated){.rc = LP_RC_MEMORY};
    if (r->st)
        say(r->st, &a);
    return true;
}

/* ---- a stream that ends ---- */

static void lost(struct relay *r, const char *why)
{
    struct server *s = r->server;
    uint32_t conv = r->ch->conv;
    const struct conversation *c = node_conversation(s->node, conv);
    log_debug("conversation %u: the machine of its invoker: %s", conv, why);
    farside_drop(r);
    if (c && c->state == CONV_WAITING)
        node_allocate_cancel(s->node, conv, now_ms(), &s->nfx);
    else if (c && (c->state == CONV_ATTACHING || c->state == CONV_ALLOCATED))
        node_fail(s->node, conv, r->process, SIDE_A, now_ms(), &s->nfx);
    else
        farside_cut(r);
}

/* ---- what comes ---- */

/* The last word of the other node for a program that has died. */
static bool is_last_word(const struct parcel *p)
{
    enum { REQUEST_OF_CONTROL = 0x60, UNBIND = 0x32 };
    return p->n > FRAME_HDR && (p->body[1] & 0xE0) == REQUEST_OF_CONTROL && p->body[FRAME_HDR] == UNBIND;
}

static bool came(void *arg, const struct parcel *p)
{
    struct relay *r = arg;
    struct server *s = r->server;
    if (p->type != PARCEL_FRAME || !r->begun) {
        farside_wrong(r, p);
        return true;
    }
    if (!is_last_word(p))
        return relay_give(r, p->body, p->n);
    attach_look(s, r->ch->conv);
    node_fail(s->node, r->ch->conv, r->process, SIDE_A, now_ms(), &s->nfx);
    return true;
}

static void over(void *arg, bool whole, const char *why)
{
    struct relay *r = arg;
    if (whole && r->begun)
        attach_look(r->server, r->ch->conv);
    farside_over(r, whole, why);
}

static const struct h2_stream_user user = {came, relay_room, over};

/* ---- an Allocate ---- */

/* What the program and its machine leave open, the user's record on this machine may say [D27]. */
static void fill_in(const struct server *s, struct parcel_allocate *a)
{
    bool no_partner = a->m.partner[strspn(a->m.partner, " ")] == '\0';
    if (a->m.lu[0] && !no_partner)
        return;
    const struct cfg_defaults d = account_defaults_named(a->account, &s->loaded->cfg);
    if (!a->m.lu[0] && d.local)
        snprintf(a->m.lu, sizeof a->m.lu, "%s", d.local);
    if (no_partner && d.remote)
        snprintf(a->m.partner, sizeof a->m.partner, "%s", d.remote);
}

/* The conversation, or 0 with *RC. */
static uint32_t allocate(struct relay *r, struct parcel_allocate *a, uint16_t *rc)
{
    struct server *s = r->server;
    struct process *p = NULL;
    *rc = s->stopping ? LP_RC_STOPPING : LP_RC_MEMORY;
    if (!s->stopping && node_reserve(s->node, &s->nfx_spare) == 0)
        p = farside_process(s, h2_stream_machine(r->st));
    if (!p)
        return 0;
    r->process = p->id;
    fill_in(s, a);
    uint32_t conv = node_allocate(s->node, p, a->account, &a->m, now_ms(), &s->nfx, rc);
    if (conv && channel_new(s, conv, 0, CHANNEL_NOBODY, 0) < 0) {
        node_end(s->node, conv, p->id, SIDE_A, now_ms(), &s->nfx);
        *rc = LP_RC_MEMORY;
        return 0;
    }
    return conv;
}

static void allocate_comes(struct relay *r, const struct parcel *p)
{
    struct server *s = r->server;
    struct parcel_allocate a;
    uint16_t rc = LP_RC_VERSION;
    uint32_t conv = parcel_allocate_read(p->body, p->n, &a) ? allocate(r, &a, &rc) : 0;
    explicit_bzero(&a.m, sizeof a.m);
    if (conv) {
        r->lent = true;
        r->lost = lost;
        relay_attach(r, channel_of(s, conv));
        h2_stream_use(r->st, &user, r);
        log_debug("conversation %u: for user %s of machine %s", conv, a.account[0] ? a.account : "-",
                  h2_stream_machine(r->st));
        return;
    }
    log_debug("machine %s: no conversation for it: %s", h2_stream_machine(r->st), lp_reason(rc));
    say(r->st, &(struct parcel_allocated){.m.rc = rc});
    uint32_t process = r->process;
    relay_free(r);
    farside_forget(s, process);
}

/* ---- the first parcel ---- */

static bool first(void *arg, const struct parcel *p)
{
    struct relay *r = arg;
    if (p->type == PARCEL_ALLOCATE)
        allocate_comes(r, p);
    else
        away_begin(r, p);
    return true;
}

static void first_over(void *arg, bool whole, const char *why)
{
    (void)whole;
    (void)why;
    relay_free(arg);
}

static const struct h2_stream_user new_user = {first, relay_room, first_over};

static void begun(struct server *s, struct h2_stream *st)
{
    struct relay *r = relay_new(s, NULL, SIDE_A);
    if (!r) {
        h2_stream_free(st);
        return;
    }
    r->st = st;
    h2_stream_use(st, &new_user, r);
}

void lend_init(struct server *s)
{
    s->machine_begins = begun;
}
