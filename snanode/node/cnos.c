/* CNOS between two LUs.  Both ends of the exchange are here; for two local LUs they are called one after the
 * other, with the octets that would flow on SNASVCMG between them. */
#include "snanode/node/cnos.h"

#include <string.h>

#include "snanode/base/ebcdic.h"
#include "snanode/base/log.h"
#include "snanode/node/inject.h"
#include "snanode/node/internal.h"
#include "snanode/wire/unbind.h"

#define SNASVCMG "SNASVCMG"

static const struct {
    uint16_t primary;
    uint32_t secondary;
    const char *text;
} codes[CNOS_RC_N] = {
    [CNOS_RC_ACCEPTED] = {0x0000, 0x000, "accepted as asked"},
    [CNOS_RC_NEGOTIATED] = {0x0000, 0x007, "accepted with other limits than asked"},
    [CNOS_RC_RAISE] = {0x0002, 0x151, "limits can only be changed from 0 or to 0: reset the mode first"},
    [CNOS_RC_AUTO_ACTIVATE] = {0x0002, 0x152, "more sessions to activate than the limit"},
    [CNOS_RC_ALL_NOT_ZERO] = {0x0002, 0x153, "all modes can only be reset together, not set"},
    [CNOS_RC_SNASVCMG_LIMITS] = {0x0002, 0x154,
                                 "SNASVCMG has a limit of 2 with 1 winner on each side, or 1 with 0 and 1"},
    [CNOS_RC_WINNERS] = {0x0002, 0x155, "minimum winners of both sides are more than the limit"},
    [CNOS_RC_CLOSED] = {0x0018, 0x156, "the partner has closed the mode"},
    [CNOS_RC_NO_MODE] = {0x0018, 0x157, "the partner does not know the mode"},
    [CNOS_RC_SNASVCMG_EARLY] = {0x0002, 0x167, "SNASVCMG can only be reset when all other modes are"},
    [CNOS_RC_LOCAL_RACE] = {0x0017, 0x000, "another change of this mode is under way"},
    [CNOS_RC_COMMAND_RACE] = {0x0018, 0x15F, "the partner's own change of this mode came first"},
    [CNOS_RC_NO_SESSION] = {0x0003, 0x005, "no session for the exchange"},
    [CNOS_RC_SINGLE] = {0x0002, 0x15C, "the partner has single sessions: the limit is 1 or 0"},
};

uint16_t cnos_primary(enum cnos_code c)
{
    return codes[c].primary;
}

uint32_t cnos_secondary(enum cnos_code c)
{
    return codes[c].secondary;
}

const char *cnos_text(enum cnos_code c)
{
    return codes[c].text;
}

/* ---- checks at the source ---- */

static bool is_control(const struct session_pool *p)
{
    return strcmp(p->mode, SNASVCMG) == 0;
}

static bool others_open(const struct session_pool *p)
{
    LIST_FOREACH(l, &p->pair->pools) {
        const struct session_pool *q = LIST_OWNER(l, struct session_pool, pair_link);
        if (q != p && !is_control(q) && q->at[0].limit > 0)
            return true;
    }
    return false;
}

static bool control_limits(const struct cnos_ask *a)
{
    return (a->limit == 2 && a->winners == 1 && a->losers == 1) ||
           (a->limit == 1 && a->winners == 0 && a->losers == 1);
}

/* A set whose limit is 0 is a reset without drain. */
static bool is_reset(const struct cnos_ask *a)
{
    return a->reset || a->limit == 0;
}

static enum cnos_code judge(const struct session_pool *p, unsigned side, const struct cnos_ask *a)
{
    if (p->at[side].locked)
        return CNOS_RC_LOCAL_RACE;
    if (is_reset(a))
        return is_control(p) && !a->all_modes && others_open(p) ? CNOS_RC_SNASVCMG_EARLY : CNOS_RC_ACCEPTED;
    if (a->all_modes)
        return CNOS_RC_ALL_NOT_ZERO;
    if (is_control(p) && !control_limits(a))
        return CNOS_RC_SNASVCMG_LIMITS;
    if (!p->pair->parallel && a->limit > 1)
        return CNOS_RC_SINGLE;
    if (a->winners > a->limit || a->losers > a->limit - a->winners)
        return CNOS_RC_WINNERS;
    if (a->auto_activate > a->limit)
        return CNOS_RC_AUTO_ACTIVATE;
    if (p->limits_from != LIMITS_UNSET && p->at[side].limit > 0)
        return CNOS_RC_RAISE;
    return CNOS_RC_ACCEPTED;
}

static void mode_ebcdic(struct cnos *c, const char *mode)
{
    c->mode_n = (uint8_t)strlen(mode);
    memcpy(c->mode, mode, c->mode_n);
    ebcdic_encode(c->mode, c->mode_n);
}

enum cnos_code cnos_begin(struct node *n, struct session_pool *p, unsigned side, const struct cnos_ask *a,
                          uint8_t *gds, size_t *len)
{
    struct cnos c = {.service = CNOS_REQUEST, .action = is_reset(a) ? CNOS_CLOSE : CNOS_SET};
    enum cnos_code rc = judge(p, side, a);
    (void)n;
    if (rc != CNOS_RC_ACCEPTED)
        return rc;
    if (is_reset(a)) {
        c.drain_source = a->drain_source;
        c.drain_target = a->drain_target;
        c.target_responsible = a->target_responsible;
    } else {
        c.limit = (uint16_t)(a->limit > CNOS_COUNT_MAX ? CNOS_COUNT_MAX : a->limit);
        c.source_winners = (uint16_t)a->winners;
        c.target_winners = (uint16_t)a->losers;
    }
    mode_ebcdic(&c, p->mode);
    ssize_t k = cnos_encode(&c, gds, CNOS_MAX);
    if (k < 0)
        return CNOS_RC_WINNERS;
    p->at[side].locked = true;
    *len = (size_t)k;
    return CNOS_RC_ACCEPTED;
}

/* ---- what both do once it is agreed ---- */

/* LU number SIDE was the source.  Sessions above the new limit go, and so do Allocates that may not wait any
 * more. */
static void put_in_force(struct node *n, struct session_pool *p, unsigned side, const struct cnos *c,
                         uint64_t now_ms, struct node_effects *fx)
{
    bool close = c->action == CNOS_CLOSE;
    p->limits_from = LIMITS_CNOS;
    pool_set_limits(p, side, close ? 0 : c->limit, close ? 0 : c->source_winners,
                    close ? 0 : c->target_winners);
    p->at[side].drain_self = p->at[!side].drain_partner = close && c->drain_source;
    p->at[side].drain_partner = p->at[!side].drain_self = close && c->drain_target;
    p->at[side].responsible = close && !c->target_responsible;
    p->at[!side].responsible = close && c->target_responsible;
    if (close)
        waiters_refuse_closed(n, p, fx);
    pool_trim(n, p, now_ms);
    waiters_serve(n, p, now_ms, fx);
}

/* ---- the target ---- */

static uint8_t race_or_mode(struct node *n, const struct session_pool *p, unsigned side, const struct cnos *c)
{
    struct cnos mine = {.mode_n = 0};
    mode_ebcdic(&mine, p->mode);
    if (c->mode_n != mine.mode_n || memcmp(c->mode, mine.mode, mine.mode_n) != 0 ||
        (!p->implicit && !config_mode(n->cfg, p->mode)))
        return CNOS_NO_MODE;
    if (p->at[side].locked && strcmp(p->fq[!side], p->fq[side]) < 0)
        return CNOS_RACE; /* ours is under way, and the name of the source is the lower one */
    if (c->action == CNOS_SET && inject_refuses(&n->injections, p->mode))
        return CNOS_CLOSED;
    return CNOS_ACCEPTED;
}

/* Down to what the mode's definition allows here; the winners of both are kept as far as they fit. */
static uint8_t negotiate(const struct session_pool *p, struct cnos *c)
{
    if (c->action == CNOS_CLOSE)
        return CNOS_ACCEPTED;
    unsigned limit = c->limit, source = c->source_winners, target = c->target_winners;
    if (limit > p->defined_limit)
        limit = p->defined_limit;
    if (source + target > limit) {
        unsigned half = target < limit / 2 ? target : limit / 2;
        source = source < limit - half ? source : limit - half;
        target = target < limit - source ? target : limit - source;
    }
    bool same = limit == c->limit && source == c->source_winners && target == c->target_winners;
    c->limit = (uint16_t)limit;
    c->source_winners = (uint16_t)source;
    c->target_winners = (uint16_t)target;
    return same ? CNOS_ACCEPTED : CNOS_NEGOTIATED;
}

size_t cnos_target(struct node *n, struct session_pool *p, unsigned side, const uint8_t *gds, size_t len,
                   uint8_t reply[CNOS_MAX], uint64_t now_ms, struct node_effects *fx)
{
    struct cnos c;
    struct sna_err e;
    if (cnos_decode(gds, len, &c, &e) < 0 || c.service != CNOS_REQUEST)
        return 0;
    c.modifier = race_or_mode(n, p, side, &c);
    c.service = c.modifier == CNOS_ACCEPTED ? CNOS_REPLY : CNOS_REPLY_ABNORMAL;
    if (c.modifier == CNOS_ACCEPTED) {
        c.modifier = negotiate(p, &c);
        put_in_force(n, p, !side, &c, now_ms, fx);
    }
    ssize_t k = cnos_encode(&c, reply, CNOS_MAX);
    return k < 0 ? 0 : (size_t)k;
}

/* ---- the answer at the source ---- */

static void activate_some(struct node *n, struct session_pool *p, unsigned side, unsigned count,
                          uint64_t now_ms)
{
    struct sna_err e;
    for (unsigned i = 0; i < count && pool_may_activate(n, p, side) == 0; i++) {
        struct session *s = session_activate(n, p, side, true, now_ms, &e);
        if (!s)
            return;
        s->kept = true;
    }
}

enum cnos_code cnos_end(struct node *n, struct session_pool *p, unsigned side, const struct cnos_ask *ask,
                        const uint8_t *reply, size_t len, uint64_t now_ms, struct node_effects *fx)
{
    static const enum cnos_code by_modifier[] = {
        [CNOS_ACCEPTED] = CNOS_RC_ACCEPTED, [CNOS_RACE] = CNOS_RC_COMMAND_RACE,
        [CNOS_NO_MODE] = CNOS_RC_NO_MODE,   [CNOS_NEGOTIATED] = CNOS_RC_NEGOTIATED,
        [CNOS_CLOSED] = CNOS_RC_CLOSED,
    };
    struct cnos c;
    struct sna_err e;
    p->at[side].locked = false;
    if (cnos_decode(reply, len, &c, &e) < 0 || c.service == CNOS_REQUEST)
        return CNOS_RC_NO_SESSION;
    enum cnos_code rc = by_modifier[c.modifier];
    if (rc != CNOS_RC_ACCEPTED && rc != CNOS_RC_NEGOTIATED)
        return rc;
    put_in_force(n, p, side, &c, now_ms, fx);
    if (c.action == CNOS_SET)
        activate_some(n, p, side, ask->auto_activate, now_ms);
    log_info("CNOS %s/%s %s: limit %u, winners %u and %u, %s", p->fq[side], p->fq[!side], mode_shown(p->mode),
             c.limit, c.source_winners, c.target_winners, cnos_text(rc));
    return rc;
}

/* ---- all of it, between two local LUs ---- */

/* The exchange has a SNASVCMG session for its time; between two LUs of one node it costs nothing to make one
 * anew. */
static struct session *control_session(struct node *n, struct session_pool *p, unsigned side, uint64_t now_ms)
{
    const struct cfg_mode *m = config_mode(n->cfg, SNASVCMG);
    struct lu_partner partner;
    uint8_t mine;
    uint32_t sense;
    const struct cfg_lu *lu = lu_local_by_name(n->cfg, p->fq[side]);
    if (!m || !lu || lu_partner_find(n->cfg, lu, p->fq[!side], &partner) < 0)
        return NULL;
    struct session_pool *q = pool_find(n, lu, &partner, m, m->name, &mine);
    if (!q)
        return NULL;
    if (q->limits_from == LIMITS_UNSET || q->at[0].limit == 0) {
        pool_set_limits(q, mine, 2, 1, 1);
        q->limits_from = LIMITS_MODE;
    }
    struct session *s = pool_take(n, q, mine, false, CONV_CONTROL, now_ms, &sense);
    return s;
}

static enum cnos_code exchange(struct node *n, struct session_pool *p, unsigned side,
                               const struct cnos_ask *ask, uint64_t now_ms, struct node_effects *fx)
{
    uint8_t gds[CNOS_MAX], reply[CNOS_MAX];
    size_t len;
    enum cnos_code rc = cnos_begin(n, p, side, ask, gds, &len);
    if (rc != CNOS_RC_ACCEPTED)
        return rc;
    len = cnos_target(n, p, !side, gds, len, reply, now_ms, fx);
    return cnos_end(n, p, side, ask, reply, len, now_ms, fx);
}

/* No partner to ask: the limit of SNASVCMG is fixed, that of a single-session pair is both LUs' own
 * affair. */
static enum cnos_code alone(struct node *n, struct session_pool *p, unsigned side, const struct cnos_ask *ask,
                            uint64_t now_ms, struct node_effects *fx)
{
    struct cnos c = {.action = is_reset(ask) ? CNOS_CLOSE : CNOS_SET,
                     .limit = (uint16_t)ask->limit,
                     .source_winners = (uint16_t)ask->winners,
                     .target_winners = (uint16_t)ask->losers,
                     .drain_source = ask->drain_source,
                     .drain_target = ask->drain_target,
                     .target_responsible = ask->target_responsible};
    enum cnos_code rc = judge(p, side, ask);
    if (rc == CNOS_RC_ACCEPTED)
        put_in_force(n, p, side, &c, now_ms, fx);
    return rc;
}

static enum cnos_code reset_all(struct node *n, struct session_pool *p, unsigned side,
                                const struct cnos_ask *ask, uint64_t now_ms, struct node_effects *fx)
{
    struct cnos_ask one = *ask;
    enum cnos_code worst = CNOS_RC_ACCEPTED;
    one.all_modes = false;
    LIST_FOREACH_SAFE(l, &p->pair->pools) {
        struct session_pool *q = LIST_OWNER(l, struct session_pool, pair_link);
        unsigned mine = strcmp(q->fq[0], p->fq[side]) == 0 ? 0 : 1;
        if (is_control(q))
            continue;
        enum cnos_code rc = node_cnos(n, q, mine, &one, now_ms, fx);
        worst = rc != CNOS_RC_ACCEPTED ? rc : worst;
    }
    return worst;
}

enum cnos_code node_cnos(struct node *n, struct session_pool *p, unsigned side, const struct cnos_ask *ask,
                         uint64_t now_ms, struct node_effects *fx)
{
    if (ask->all_modes && is_reset(ask))
        return reset_all(n, p, side, ask, now_ms, fx);
    if (is_control(p) || !p->pair->parallel)
        return alone(n, p, side, ask, now_ms, fx);
    enum cnos_code rc = judge(p, side, ask);
    if (rc != CNOS_RC_ACCEPTED)
        return rc;
    if (!p->local_pair)
        return CNOS_RC_NO_SESSION;
    struct session *s = control_session(n, p, side, now_ms);
    if (!s)
        return CNOS_RC_NO_SESSION;
    rc = exchange(n, p, side, ask, now_ms, fx);
    s->ending = s->ending || !s->kept;
    session_release(n, s, now_ms);
    return rc;
}

enum cnos_code cnos_first_use(struct node *n, struct session_pool *p, unsigned side, uint64_t now_ms,
                              struct node_effects *fx)
{
    if (p->limits_from != LIMITS_UNSET)
        return CNOS_RC_ACCEPTED;
    struct cnos_ask ask = {.limit = p->defined_limit,
                           .winners = p->defined_winners,
                           .losers = p->defined_losers,
                           .auto_activate =
                               p->auto_activate < p->defined_limit ? p->auto_activate : p->defined_limit};
    enum cnos_code rc = node_cnos(n, p, side, &ask, now_ms, fx);
    if (rc == CNOS_RC_ACCEPTED || rc == CNOS_RC_NEGOTIATED) {
        p->limits_from = LIMITS_MODE;
        p->begun_by = (uint8_t)side;
        return CNOS_RC_ACCEPTED;
    }
    return rc;
}
