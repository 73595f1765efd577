/* The Attach's way between two machines: what attachmgr.h says of it, as parcels on a stream.  A conversation
 * has a relay, from when its Attach is sent or has come.  The other machine is a process to the node, one
 * without a connection: it has the other side of the conversation. */
#include "snanode/io/away.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attachmgr/directory/directory.h"
#include "snanode/base/log.h"
#include "snanode/io/channel.h"
#include "snanode/io/context.h"
#include "snanode/io/domain.h"
#include "snanode/io/domain/h2.h"
#include "snanode/io/domain/pairs.h"
#include "snanode/io/farside.h"
#include "snanode/io/relay.h"
#include "snanode/io/trace.h"
#include "snanode/local/stats.h"
#include "snanode/wire/sense.h"

/* ---- a stream that is lost ---- */

/* Programs that talk lose their session; an Attach that has not been handed over goes back to where it is
 * kept. */
static void lost(struct relay *r, const char *why)
{
    struct server *s = r->server;
    uint32_t conv = r->ch ? r->ch->conv : 0;
    const struct conversation *c = conv ? node_conversation(s->node, conv) : NULL;
    farside_drop(r);
    if (conv)
        log_debug("conversation %u: the other machine: %s", conv, why);
    if (!c) {
        relay_free(r);
    } else if (!r->begun && !r->guest) {
        relay_free(r);
        am_not_taken(s->am, conv, now_ms(), &s->afx);
    } else if (c->state == CONV_ATTACHING) {
        node_fail(s->node, conv, r->process, SIDE_A, now_ms(), &s->nfx);
    } else {
        farside_cut(r);
    }
}

/* ---- here, where the LU is ---- */

static bool build(const struct server *s, const struct channel *ch, uint32_t left_ms, struct parcel_attach *a)
{
    const struct conversation *c = node_conversation(s->node, ch->conv);
    if (!c || !ch->attach)
        return false;
    const struct session_pool *p = c->pool;
    unsigned mine = !c->side_of_pool;
    *a = (struct parcel_attach){
        .conv = ch->conv, .left_ms = left_ms, .max_ru = c->max_ru, .fmh5 = *ch->attach};
    snprintf(a->lu, sizeof a->lu, "%s", p->lu[mine]);
    snprintf(a->local, sizeof a->local, "%s", p->fq[mine]);
    snprintf(a->partner_lu, sizeof a->partner_lu, "%s", p->lu[!mine]);
    snprintf(a->partner, sizeof a->partner, "%s", p->fq[!mine]);
    snprintf(a->mode, sizeof a->mode, "%s", p->mode);
    return true;
}

/* The body of PARCEL_ATTACH, which may hold a password; 0: there is none. */
static size_t write_attach(const struct server *s, const struct channel *ch, uint32_t left_ms,
                           uint8_t out[PARCEL_ATTACH_MAX])
{
    struct parcel_attach a;
    size_t n = build(s, ch, left_ms, &a) ? parcel_attach_write(&a, out, PARCEL_ATTACH_MAX) : 0;
    explicit_bzero(&a.fmh5, sizeof a.fmh5);
    return n;
}

static const struct h2_stream_user user;

/* Begin to send.  False, with *WHY. */
static bool send_to(struct server *s, struct channel *ch, const struct am_effect *e, const char **machine,
                    const char **why)
{
    const char *address;
    uint8_t body[PARCEL_ATTACH_MAX];
    struct pairs *pairs = domain_pairs(s);
    *machine = "?";
    *why = "it is not in the domain any more";
    if (!pairs || !directory_address(domain_directory(s), e->instance, machine, &address))
        return false;
    *why = "out of memory";
    size_t n = write_attach(s, ch, e->left_ms, body);
    struct relay *r = n ? relay_new(s, ch, SIDE_B) : NULL;
    if (!r)
        return false;
    r->lost = lost;
    r->st = h2_stream_new(&user, r);
    if (r->st)
        h2_stream_put(r->st, PARCEL_ATTACH, body, n);
    explicit_bzero(body, sizeof body);
    if (r->st && pairs_begin(pairs, e->instance, *machine, address, r->st, why))
        return true;
    if (ch->relay[SIDE_B])
        relay_free(ch->relay[SIDE_B]);
    return false;
}

void away_send(struct server *s, const struct am_effect *e)
{
    struct channel *ch = channel_of(s, e->conv);
    const char *machine, *why;
    if (!ch || !ch->attach)
        return;
    if (send_to(s, ch, e, &machine, &why)) {
        log_debug("conversation %u: Attach sent to machine %s", e->conv, machine);
        return;
    }
    log_debug("conversation %u: Attach not sent to machine %s: %s", e->conv, machine, why);
    am_not_taken(s->am, e->conv, now_ms(), &s->afx);
}

/* It would be handed over there now. */
static void taken(struct relay *r)
{
    struct server *s = r->server;
    struct channel *ch = r->ch;
    struct lp_accepted m;
    struct process *p = farside_process(s, h2_stream_machine(r->st));
    if (!p || !am_taken(s->am, ch->conv, now_ms(), &s->afx)) {
        lost(r, "no memory, or nobody waits any more");
        return;
    }
    r->process = p->id;
    node_accept(s->node, ch->conv, p, STATS_SLOT_NONE, false, ch->attach, &m);
    channel_forget_attach(ch);
    h2_stream_put(r->st, PARCEL_GO, NULL, 0);
    log_debug("conversation %u: accepted on machine %s", ch->conv, h2_stream_machine(r->st));
    if (relay_begin(r) < 0)
        lost(r, "out of memory");
}

static void not_here(struct relay *r)
{
    struct server *s = r->server;
    uint32_t conv = r->ch->conv;
    log_debug("conversation %u: machine %s has nothing for it", conv, h2_stream_machine(r->st));
    relay_free(r);
    am_not_taken(s->am, conv, now_ms(), &s->afx);
}

static void refused(struct relay *r, uint32_t sense, const char *text)
{
    struct server *s = r->server;
    uint32_t conv = r->ch->conv;
    char why[PARCEL_TEXT_MAX + 40];
    snprintf(why, sizeof why, "machine %s: %s", h2_stream_machine(r->st), text);
    if (!r->begun) {
        relay_free(r);
        am_refused(s->am, conv, sense, why, now_ms(), &s->afx);
        return;
    }
    s->rejected++;
    metrics_rejected(&s->metrics, sense);
    log_warn("conversation %u: Attach for TP %s refused: %s (%s): %s", conv,
             node_conversation(s->node, conv)->tp, sense_name(sense), sense_text(sense), why);
    channel_refuse(s, conv, sense);
    farside_end(r);
}

/* ---- there, where the TP is ---- */

/* What the node and its sockets are for the conversation; NULL: out of memory. */
static struct channel *make_channel(struct relay *r, const struct parcel_attach *a)
{
    struct server *s = r->server;
    const struct guest_session g = {.lu = a->lu,
                                    .local = a->local,
                                    .partner_lu = a->partner_lu,
                                    .partner = a->partner,
                                    .mode = a->mode,
                                    .max_ru = a->max_ru};
    struct process *p =
        node_reserve(s->node, &s->nfx_spare) < 0 ? NULL : farside_process(s, h2_stream_machine(r->st));
    uint32_t conv = p ? node_guest_attach(s->node, &g, &a->fmh5, p, now_ms(), &s->nfx) : 0;
    if (!conv)
        return NULL;
    r->process = p->id;
    struct channel *ch = channel_new(s, conv, 0, CHANNEL_NOBODY, 0) == 0 ? channel_of(s, conv) : NULL;
    if (ch && channel_open_pair(s, ch) == LP_RC_OK && (ch->attach = malloc(sizeof *ch->attach))) {
        *ch->attach = a->fmh5;
        trace_begin(s, ch, ch->attach);
        return ch;
    }
    node_fail(s->node, conv, p->id, SIDE_A, now_ms(), &s->nfx);
    return NULL;
}

static void arrives(struct server *s, struct channel *ch, uint32_t left_ms, bool ours)
{
    const struct conversation *c = node_conversation(s->node, ch->conv);
    size_t lost = s->afx.lost;
    am_attach_guest(s->am, ch->conv, ch->attach, c->pool->lu[!c->side_of_pool], left_ms, ours, now_ms(),
                    &s->afx);
    if (s->afx.lost != lost) /* no memory: the attach manager does not know it */
        away_not_here(s, ch->conv);
}

static void attach_comes(struct relay *r, const struct parcel *p)
{
    struct server *s = r->server;
    struct parcel_attach a;
    struct channel *ch = NULL;
    const char *why;
    if (!parcel_attach_read(p->body, p->n, &a, &why)) {
        log_warn("machine %s: an Attach that cannot be read: %s", h2_stream_machine(r->st), why);
    } else if (s->stopping || !(ch = make_channel(r, &a))) {
        h2_stream_put(r->st, PARCEL_NOT_HERE, NULL, 0);
        h2_stream_end(r->st);
    }
    explicit_bzero(&a.fmh5, sizeof a.fmh5);
    if (!ch) {
        relay_free(r);
        return;
    }
    relay_attach(r, ch);
    r->deadline_ms = now_ms() + a.left_ms;
    log_debug("conversation %u: Attach for %s on %s, from machine %s, where it is conversation %u", ch->conv,
              node_conversation(s->node, ch->conv)->tp, a.lu, h2_stream_machine(r->st), a.conv);
    arrives(s, ch, a.left_ms, false);
}

static void goes(struct relay *r)
{
    struct server *s = r->server;
    if (relay_begin(r) < 0)
        lost(r, "out of memory");
    else
        am_attach_go(s->am, r->ch->conv, now_ms(), &s->afx);
}

void away_ready(struct server *s, uint32_t conv)
{
    struct relay *r = relay_of_attach(s, conv);
    if (r && r->st)
        h2_stream_put(r->st, PARCEL_READY, NULL, 0);
}

/* The last word to the other machine about the Attach of R, which ends here. */
static void answer(struct relay *r, enum parcel_type type, const void *body, size_t n)
{
    struct server *s = r->server;
    if (r->st) {
        h2_stream_put(r->st, type, body, n);
        h2_stream_end(r->st);
    }
    node_refuse(s->node, r->ch->conv, now_ms(), &s->nfx);
    farside_end(r);
}

void away_not_here(struct server *s, uint32_t conv)
{
    struct relay *r = relay_of_attach(s, conv);
    if (r && r->guest)
        answer(r, PARCEL_NOT_HERE, NULL, 0);
}

bool away_refused(struct server *s, const struct am_effect *e)
{
    struct relay *r = relay_of_attach(s, e->conv);
    uint8_t body[4 + PARCEL_TEXT_MAX];
    if (!r)
        return false;
    if (r->guest)
        answer(r, PARCEL_REFUSED, body, parcel_refused_write(e->sense, e->text, body, sizeof body));
    else if (!r->begun) { /* the operator, or the time: it is taken back */
        relay_free(r);
        return false;
    }
    return r->guest;
}

bool away_again(struct server *s, struct channel *ch)
{
    const struct relay *r = ch->relay[SIDE_A];
    uint64_t now = now_ms();
    if (!r || !r->guest)
        return false;
    arrives(s, ch, r->deadline_ms > now ? (uint32_t)(r->deadline_ms - now) : 0, r->begun);
    return true;
}

/* ---- what comes on a stream ---- */

/* ... to where the LU is. */
static void from_tp(struct relay *r, const struct parcel *p)
{
    char text[PARCEL_TEXT_MAX + 1];
    uint32_t sense;
    if (p->type == PARCEL_READY && !r->begun)
        taken(r);
    else if (p->type == PARCEL_NOT_HERE && !r->begun)
        not_here(r);
    else if (p->type == PARCEL_REFUSED && parcel_refused_read(p->body, p->n, &sense, text))
        refused(r, sense, text);
    else if (p->type == PARCEL_NOT_HERE) /* its node ends, and this has crossed GO */
        lost(r, "it has ended the conversation before it had GO");
    else
        farside_wrong(r, p);
}

/* ... to where the TP is. */
static void from_lu(struct relay *r, const struct parcel *p)
{
    if (p->type == PARCEL_ATTACH && !r->ch)
        attach_comes(r, p);
    else if (p->type == PARCEL_GO && r->ch && !r->begun)
        goes(r);
    else
        farside_wrong(r, p);
}

/* What came just before has ended the conversation, which is closed at the end of this turn. */
static bool is_over(const struct relay *r)
{
    return r->ch && !node_conversation(r->server->node, r->ch->conv);
}

static bool came(void *arg, const struct parcel *p)
{
    struct relay *r = arg;
    if (is_over(r))
        return true;
    if (p->type == PARCEL_FRAME && r->begun)
        return relay_give(r, p->body, p->n);
    if (r->guest)
        from_lu(r, p);
    else
        from_tp(r, p);
    return true;
}

static const struct h2_stream_user user = {came, relay_room, farside_over};

void away_begin(struct relay *r, const struct parcel *p)
{
    r->guest = true;
    r->lost = lost;
    h2_stream_use(r->st, &user, r);
    from_lu(r, p);
}

/* ---- ends ---- */

void away_close(struct server *s, uint32_t conv)
{
    for (unsigned side = 0; side < 2; side++) {
        struct relay *r = relay_at(s, conv, side);
        uint32_t process = r ? r->process : 0;
        if (r)
            relay_free(r);
        farside_forget(s, process);
    }
}

bool away_is_guest(const struct server *s, uint32_t conv)
{
    const struct relay *r = relay_of_attach(s, conv);
    return r && r->guest;
}
