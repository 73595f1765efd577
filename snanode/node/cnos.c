/* CNOS: what the source may ask for, what the target makes of it, and what both do then.  exchange.c has how
 * it flows. */
#include "snanode/node/cnos.h"

#include <string.h>

#include "snanode/base/ebcdic.h"
#include "snanode/base/log.h"
#include "snanode/node/inject.h"
#include "snanode/node/internal.h"
#include "snanode/wire/unbind.h"

enum { EBCDIC_BLANK = 0x40 };

static const struct {
    uint16_t primary;
    uint32_t secondary;
    const char *text;
} codes[CNOS_RC_N] = {
    [CNOS_RC_ACCEPTED] = {0x0000, 0x000, "accepted as asked"},
    [CNOS_RC_NEGOTIATED] = {0x0000, 0x007, "accepted with other limits than asked"},
    [CNOS_RC_RAISE] = {0x0002, 0x151, "limits can only be changed from 0 or to 0: reset the mode first"},
    [CNOS_RC_AUTO_ACTIVATE] = {0x0001, 0x152, "more sessions to activate than the limit"},
    [CNOS_RC_ALL_NOT_ZERO] = {0x0001, 0x153, "all modes can only be reset together, not set"},
    [CNOS_RC_SNASVCMG_LIMITS] = {0x0001, 0x154,
                                 "SNASVCMG has a limit of 2 with 1 winner on each side, or 1 with 0 and 1"},
    [CNOS_RC_WINNERS] = {0x0001, 0x155, "minimum winners of both sides are more than the limit"},
    [CNOS_RC_CLOSED] = {0x0018, 0x156, "the partner has closed the mode"},
    [CNOS_RC_NO_MODE] = {0x0018, 0x157, "the partner does not know the mode"},
    [CNOS_RC_SNASVCMG_EARLY] = {0x0002, 0x167, "SNASVCMG can only be reset when all other modes are"},
    [CNOS_RC_LOCAL_RACE] = {0x0017, 0x000, "another change of this mode is under way"},
    [CNOS_RC_COMMAND_RACE] = {0x0018, 0x15F, "the partner's own change of this mode came first"},
    [CNOS_RC_NO_SESSION] = {0x0003, 0x005, "no session for the exchange"},
    [CNOS_RC_SINGLE] = {0x0001, 0x15C, "the partner has single sessions: the limit is 1 or 0"},
    [CNOS_RC_DEFINITION] = {0x0001, 0x15C, "more than the definition of the mode allows"},
    [CNOS_RC_SNASVCMG_DRAINS] = {0x0001, 0x159, "SNASVCMG cannot be drained"},
    [CNOS_RC_RESPONSIBLE] = {0x0001, 0x15A, "the partner has single sessions: this LU ends them"},
    [CNOS_RC_DRAIN] = {0x0001, 0x15D, "the mode is closed without drain, which cannot be changed"},
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

bool cnos_is_control(const struct session_pool *p)
{
    return strcmp(p->mode, CNOS_MODE) == 0;
}

static bool others_open(const struct session_pool *p)
{
    LIST_FOREACH(l, &p->pair->pools) {
        const struct session_pool *q = LIST_OWNER(l, struct session_pool, pair_link);
        if (q != p && !cnos_is_control(q) && q->at[0].limit > 0)
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

static enum cnos_code judge_reset(const struct session_pool *p, unsigned side, const struct cnos_ask *a)
{
    bool closed = p->limits_from == LIMITS_CNOS && p->at[side].limit == 0;
    if (cnos_is_control(p) && (a->drain_source || a->drain_target))
        return CNOS_RC_SNASVCMG_DRAINS;
    if (cnos_is_control(p) && !a->all_modes && others_open(p))
        return CNOS_RC_SNASVCMG_EARLY;
    if (!p->pair->parallel && a->target_responsible)
        return CNOS_RC_RESPONSIBLE;
    return closed && a->drain_source && !p->at[side].drain_self ? CNOS_RC_DRAIN : CNOS_RC_ACCEPTED;
}

enum cnos_code cnos_judge(const struct session_pool *p, unsigned side, const struct cnos_ask *a)
{
    if (p->at[side].locked)
        return CNOS_RC_LOCAL_RACE;
    if (is_reset(a))
        return judge_reset(p, side, a);
    if (a->all_modes)
        return CNOS_RC_ALL_NOT_ZERO;
    if (cnos_is_control(p) && !control_limits(a))
        return CNOS_RC_SNASVCMG_LIMITS;
    if (!p->pair->parallel && a->limit > 1)
        return CNOS_RC_SINGLE;
    if (a->within_definition && a->limit > p->defined_limit)
        return CNOS_RC_DEFINITION;
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
    enum cnos_code rc = cnos_judge(p, side, a);
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
    while (c.mode_n < sizeof c.mode) /* as the product sends it [S45] */
        c.mode[c.mode_n++] = EBCDIC_BLANK;
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
        waiters_refuse_closed(n, p, now_ms, fx);
    session_trim(n, p, now_ms, fx);
    pool_touch(n, p);
}

/* ---- the target ---- */

size_t cnos_mode_length(const struct cnos *c)
{
    size_t n = c->mode_n;
    while (n > 0 && c->mode[n - 1] == EBCDIC_BLANK) /* some pad the name to eight */
        n--;
    return n;
}

static uint8_t race_or_mode(struct node *n, const struct session_pool *p, unsigned side, const struct cnos *c)
{
    struct cnos mine = {.mode_n = 0};
    size_t len = cnos_mode_length(c);
    mode_ebcdic(&mine, p->mode);
    if (len != mine.mode_n || memcmp(c->mode, mine.mode, mine.mode_n) != 0 ||
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
    if (c.action == CNOS_SET && (c.limit > ask->limit || c.source_winners + c.target_winners > c.limit))
        return CNOS_RC_NO_SESSION; /* a target may lower, never raise */
    put_in_force(n, p, side, &c, now_ms, fx);
    if (c.action == CNOS_SET)
        automatic_begin(n, p, side, ask->auto_activate, now_ms, fx);
    log_info("CNOS %s/%s %s: limit %u, winners %u and %u, %s", p->fq[side], p->fq[!side], mode_shown(p->mode),
             c.limit, c.source_winners, c.target_winners, cnos_text(rc));
    return rc;
}

/* ---- with nobody to ask ---- */

/* No partner to ask: the limit of SNASVCMG is fixed, that of a single-session pair is both LUs' own
 * affair. */
enum cnos_code cnos_alone(struct node *n, struct session_pool *p, unsigned side, const struct cnos_ask *ask,
                          uint64_t now_ms, struct node_effects *fx)
{
    struct cnos c = {.action = is_reset(ask) ? CNOS_CLOSE : CNOS_SET,
                     .limit = (uint16_t)ask->limit,
                     .source_winners = (uint16_t)ask->winners,
                     .target_winners = (uint16_t)ask->losers,
                     .drain_source = ask->drain_source,
                     .drain_target = ask->drain_target,
                     .target_responsible = ask->target_responsible};
    enum cnos_code rc = cnos_judge(p, side, ask);
    if (rc == CNOS_RC_ACCEPTED)
        put_in_force(n, p, side, &c, now_ms, fx);
    return rc;
}
