#include "snanode/node/exchange.h"

#include <stdlib.h>
#include <string.h>

#include "snanode/base/ebcdic.h"
#include "snanode/node/internal.h"
#include "snanode/wire/sense.h"

static const uint8_t cnos_tp[] = {0x06, 0xF1};

/* What has come of a request, or of a reply, until its chain ends. */
#define GATHERED_MAX (FMH5_MAX + 64)
struct gathered {
    size_t n;
    uint8_t octets[GATHERED_MAX];
};

bool exchange_is_for(const struct session *s)
{
    return cnos_is_control(s->pool);
}

/* ---- the source ---- */

/* The limits of a first use are there, or not: those who wait for them go on, or are refused. */
static void first_use_over(struct node *n, struct session_pool *p, unsigned side, enum cnos_code code,
                           uint64_t now_ms, struct node_effects *fx)
{
    const struct waiter_refusal why = {.rc = LP_RC_ALLOCATE_FAILURE_RETRY, .cnos = code};
    p->first = NULL;
    if (code == CNOS_RC_ACCEPTED || code == CNOS_RC_NEGOTIATED) {
        p->limits_from = p->renewed ? p->renewed : LIMITS_MODE;
        p->begun_by = (uint8_t)side;
    } else if (code != CNOS_RC_COMMAND_RACE && p->limits_from == LIMITS_UNSET) {
        p->limits_from = p->renewed;
        p->renewed = LIMITS_UNSET;
        waiters_refuse_all(n, p, &why, now_ms, fx);
    } /* else the partner has set them, or is about to */
}

static void finish(struct node *n, struct exchange *x, enum cnos_code code, uint64_t now_ms,
                   struct node_effects *fx)
{
    struct session_pool *p = x->pool;
    p->at[x->side].locked = false;
    list_remove(&x->link);
    if (x->first_use)
        first_use_over(n, p, x->side, code, now_ms, fx);
    pool_touch(n, p);
    if (x->by)
        x->by->told(x->by, code, fx);
    free(x);
}

/* The Attach and the request, in one RU: as in the first row of the chart. */
static int send_request(struct exchange *x, struct session *s, struct node_effects *fx)
{
    const struct rh rh = {.category = RH_FMD,
                          .fi = true,
                          .bci = !s->led, /* else behind the FMH-12 */
                          .eci = true,
                          .dr1i = true,
                          .eri = true,
                          .bbi = s->bb_due,
                          .cdi = true}; /* 0B90A0, or 0B9020 in a bracket that has begun */
    struct fmh5 a = {.resource = FMH5_BASIC, .sync = FMH5_SYNC_NONE, .tpn_n = sizeof cnos_tp};
    uint8_t ru[GATHERED_MAX];
    memcpy(a.tpn, cnos_tp, sizeof cnos_tp);
    ssize_t k = fmh5_encode(&a, ru, sizeof ru - CNOS_MAX);
    if (k < 0)
        return -1;
    memcpy(ru + k, x->gds, x->n);
    s->led = false;
    return session_send(s, x->wait.side, false, 0, rh, ru, (size_t)k + x->n, fx);
}

static void gets(struct node *n, struct waiter *w, struct session *s, uint64_t now_ms,
                 struct node_effects *fx)
{
    struct exchange *x = LIST_OWNER(w, struct exchange, wait);
    session_take(n, s, w->side, CONV_CONTROL, now_ms);
    s->exchange = x;
    x->session = s;
    if (send_request(x, s, fx) == 0)
        return;
    session_forsake(s);
    session_unbind(n, s, 0x0F, 0, now_ms, fx);
    finish(n, x, CNOS_RC_NO_SESSION, now_ms, fx);
}

static void refused(struct node *n, struct waiter *w, const struct waiter_refusal *why, uint64_t now_ms,
                    struct node_effects *fx)
{
    struct exchange *x = LIST_OWNER(w, struct exchange, wait);
    const struct waiter_refusal keys = {.rc = LP_RC_ALLOCATE_FAILURE_NO_RETRY, .sense = why->sense};
    if (x->first_use && why->sense == SENSE_SECURITY_NOT_VALID && x->pool->limits_from == LIMITS_UNSET)
        waiters_refuse_all(n, x->pool, &keys, now_ms, fx); /* [S39] */
    finish(n, x, CNOS_RC_NO_SESSION, now_ms, fx);
}

static const struct waiter_kind kind = {.gets = gets, .refused = refused};

void exchange_lost(struct node *n, struct exchange *x, uint64_t now_ms, struct node_effects *fx)
{
    finish(n, x, CNOS_RC_NO_SESSION, now_ms, fx);
}

/* The pool of SNASVCMG between the LUs of P; its limits are fixed, and nobody negotiates them [S6]. */
static struct session_pool *control_pool(struct node *n, const struct session_pool *p, unsigned side,
                                         uint8_t *mine)
{
    const struct cfg_mode *m = config_mode(n->cfg, CNOS_MODE);
    const struct cfg_lu *lu = lu_local_by_name(n->cfg, p->fq[side]);
    struct lu_partner partner;
    if (!m || !lu)
        return NULL;
    if (p->local_pair ? lu_partner_find(n->cfg, lu, p->fq[!side], &partner) < 0
                      : lu_partner_on_link(n->cfg, p->fq[!side], &partner) <
                            0) { /* one that an implicit LU stands for */
        partner = (struct lu_partner){.remote = config_rlu(n->cfg, lu->implicit_lu)};
        strcpy(partner.fq, p->fq[!side]);
        if (!partner.remote)
            return NULL;
    }
    struct session_pool *q = pool_find(n, lu, &partner, m, m->name, mine);
    if (q && (q->limits_from == LIMITS_UNSET || q->at[0].limit == 0)) {
        pool_set_limits(q, *mine, 2, 1, 1);
        q->limits_from = LIMITS_MODE;
    }
    return q;
}

enum cnos_code exchange_begin(struct node *n, struct session_pool *p, unsigned side,
                              const struct cnos_ask *ask, bool first_use, struct exchange_asker *by,
                              bool *done, uint64_t now_ms, struct node_effects *fx)
{
    *done = cnos_is_control(p) || !p->pair->parallel;
    if (*done) {
        enum cnos_code rc = cnos_alone(n, p, side, ask, now_ms, fx);
        if (first_use)
            first_use_over(n, p, side, rc, now_ms, fx);
        return rc;
    }
    struct exchange *x = calloc(1, sizeof *x);
    if (!x)
        return CNOS_RC_NO_SESSION;
    enum cnos_code rc = cnos_begin(n, p, side, ask, x->gds, &x->n);
    struct session_pool *q = rc == CNOS_RC_ACCEPTED ? control_pool(n, p, side, &x->wait.side) : NULL;
    if (!q) {
        if (rc == CNOS_RC_ACCEPTED)
            p->at[side].locked = false;
        free(x);
        return rc == CNOS_RC_ACCEPTED ? CNOS_RC_NO_SESSION : rc;
    }
    x->pool = p;
    x->side = (uint8_t)side;
    x->first_use = first_use;
    x->by = by;
    x->ask = *ask;
    if (first_use)
        p->first = x;
    list_append(&n->exchanges, &x->link);
    x->wait.kind = &kind;
    x->wait.pool = q;
    x->wait.since_ms = now_ms;
    waiter_add(n, &x->wait, now_ms);
    return CNOS_RC_ACCEPTED;
}

static struct cnos_ask defined_limits(const struct session_pool *p)
{
    return (struct cnos_ask){
        .limit = p->defined_limit, .winners = p->defined_winners, .losers = p->defined_losers};
}

/* An exchange for the limits of P, with the sessions that its mode wants at once. */
static enum cnos_code set_limits(struct node *n, struct session_pool *p, unsigned side, struct cnos_ask ask,
                                 uint64_t now_ms, struct node_effects *fx)
{
    bool done;
    ask.auto_activate = p->auto_activate < ask.limit ? p->auto_activate : ask.limit;
    return exchange_begin(n, p, side, &ask, true, NULL, &done, now_ms, fx);
}

enum cnos_code cnos_first_use(struct node *n, struct session_pool *p, unsigned side, uint64_t now_ms,
                              struct node_effects *fx)
{
    if (p->limits_from != LIMITS_UNSET || p->first || p->at[side].locked)
        return CNOS_RC_ACCEPTED; /* they are there, or somebody is about it */
    return set_limits(n, p, side, defined_limits(p), now_ms, fx);
}

bool cnos_again(struct node *n, struct session_pool *p, unsigned side, uint64_t now_ms,
                struct node_effects *fx)
{
    const struct mode_limits *l = &p->at[side];
    struct cnos_ask ask = {.limit = l->limit, .winners = l->min_winners, .losers = l->min_losers};
    if (n->rules.keep_limits || p->renewed || p->limits_from == LIMITS_UNSET || l->limit == 0 || l->locked ||
        p->local_pair || !p->pair->parallel || cnos_is_control(p))
        return false;
    if (p->limits_from == LIMITS_MODE)
        ask = defined_limits(p);
    p->renewed = p->limits_from;
    p->limits_from = LIMITS_UNSET;
    if (set_limits(n, p, side, ask, now_ms, fx) == CNOS_RC_ACCEPTED)
        return true;
    p->limits_from = p->renewed;
    p->renewed = LIMITS_UNSET;
    return false;
}

/* ---- what comes ---- */

/* The RU of P behind what has come before.  -1: too much. */
static int gather(struct session *s, const struct piu *p)
{
    if (!s->gathered && !(s->gathered = calloc(1, sizeof *s->gathered)))
        return -1;
    if (p->rh.bci)
        s->gathered->n = 0;
    if (p->n > sizeof s->gathered->octets - s->gathered->n)
        return -1;
    memcpy(s->gathered->octets + s->gathered->n, p->ru, p->n);
    s->gathered->n += p->n;
    return 0;
}

/* What the answer to our request says.  A session between two LUs of this node is made anew each time, at no
 * cost. */
static void reply_comes(struct node *n, struct session *s, const uint8_t *gds, size_t len, uint64_t now_ms,
                        struct node_effects *fx)
{
    struct exchange *x = s->exchange;
    enum cnos_code rc = cnos_end(n, x->pool, x->side, &x->ask, gds, len, now_ms, fx);
    s->ending = s->ending || (s->pool->local_pair && !s->kept);
    session_release(n, s, now_ms, fx);
    finish(n, x, rc, now_ms, fx);
}

static unsigned side_in(const struct session_pool *q, const struct session *s, unsigned side)
{
    const struct session_pool *p = s->pool;
    return strcmp(p->fq[0], p->fq[1]) == 0 ? side : strcmp(q->fq[0], p->fq[side]) != 0;
}

/* The pool that C is about, made if there is none; *MINE is the target's number in it.  NULL: no such mode.
 */
static struct session_pool *pool_meant(struct node *n, const struct session *s, unsigned side,
                                       const struct cnos *c, unsigned *mine)
{
    char name[NAME_ROOM8] = "";
    size_t len = cnos_mode_length(c);
    memcpy(name, c->mode, len);
    ebcdic_decode((uint8_t *)name, len);
    LIST_FOREACH(l, &s->pool->pair->pools) {
        struct session_pool *q = LIST_OWNER(l, struct session_pool, pair_link);
        *mine = side_in(q, s, side);
        if (strcmp(q->mode, name) == 0)
            return q;
    }
    const struct cfg_mode *m = config_mode(n->cfg, name);
    const struct cfg_lu *lu = lu_local_by_name(n->cfg, s->pool->fq[side]);
    struct lu_partner partner;
    uint8_t number;
    if (!m || !lu ||
        (s->pool->local_pair ? lu_partner_find(n->cfg, lu, s->pool->fq[!side], &partner)
                             : lu_partner_on_link(n->cfg, s->pool->fq[!side], &partner)) < 0 ||
        !lu_partnered(lu, &partner, m))
        return NULL;
    struct session_pool *q = pool_find(n, lu, &partner, m, m->name, &number);
    *mine = number;
    return q;
}

/* All modes but SNASVCMG are reset. */
static size_t target_all(struct node *n, const struct session *s, unsigned side, struct cnos *c,
                         uint8_t reply[CNOS_MAX], uint64_t now_ms, struct node_effects *fx)
{
    uint8_t gds[CNOS_MAX], unused[CNOS_MAX];
    LIST_FOREACH(l, &s->pool->pair->pools) {
        struct session_pool *q = LIST_OWNER(l, struct session_pool, pair_link);
        struct cnos one = *c;
        if (cnos_is_control(q))
            continue;
        one.all_modes = false;
        one.mode_n = (uint8_t)strlen(q->mode);
        memcpy(one.mode, q->mode, one.mode_n);
        ebcdic_encode(one.mode, one.mode_n);
        ssize_t k = cnos_encode(&one, gds, sizeof gds);
        if (k > 0)
            cnos_target(n, q, side_in(q, s, side), gds, (size_t)k, unused, now_ms, fx);
    }
    c->service = CNOS_REPLY;
    ssize_t k = cnos_encode(c, reply, CNOS_MAX);
    return k < 0 ? 0 : (size_t)k;
}

static size_t target(struct node *n, const struct session *s, unsigned side, const uint8_t *gds, size_t len,
                     uint8_t reply[CNOS_MAX], uint64_t now_ms, struct node_effects *fx)
{
    struct cnos c;
    struct sna_err e;
    unsigned mine;
    if (cnos_decode(gds, len, &c, &e) < 0 || c.service != CNOS_REQUEST)
        return 0;
    if (c.all_modes && c.action == CNOS_CLOSE)
        return target_all(n, s, side, &c, reply, now_ms, fx);
    struct session_pool *p = pool_meant(n, s, side, &c, &mine);
    if (p && !cnos_is_control(p))
        return cnos_target(n, p, mine, gds, len, reply, now_ms, fx);
    c.service = CNOS_REPLY_ABNORMAL;
    c.modifier = CNOS_NO_MODE;
    ssize_t k = cnos_encode(&c, reply, CNOS_MAX);
    return k < 0 ? 0 : (size_t)k;
}

/* Octets of FM headers at the front of P: an Attach, after an FMH-12 perhaps.  0 with *SENSE: not one for
 * CNOS. */
static size_t headers(const uint8_t *p, size_t n, uint32_t *sense)
{
    enum { TYPE = 0x7F, FMH12 = 0x0C };
    size_t at = 0;
    struct fmh5 a;
    struct sna_err e;
    if (n >= 2 && (p[1] & TYPE) == FMH12 && p[0] < n)
        at = p[0];
    ssize_t k = fmh5_decode(p + at, n - at, &a, &e);
    *sense = k < 0 ? e.sense : SENSE_TPN_NOT_RECOGNIZED;
    bool for_cnos = k > 0 && a.tpn_n == sizeof cnos_tp && memcmp(a.tpn, cnos_tp, sizeof cnos_tp) == 0;
    return for_cnos ? at + (size_t)k : 0;
}

static uint32_t request_comes(struct node *n, struct session *s, unsigned side, const uint8_t *p, size_t len,
                              uint64_t now_ms, struct node_effects *fx)
{
    static const struct rh rh = {
        .category = RH_FMD, .bci = true, .eci = true, .dr1i = true, .eri = true, .cebi = true}; /* 039001 */
    uint8_t reply[CNOS_MAX];
    uint32_t sense;
    size_t at = headers(p, len, &sense);
    if (at == 0)
        return sense;
    size_t k = target(n, s, side, p + at, len - at, reply, now_ms, fx);
    if (k == 0)
        return SENSE_PARAMETER;
    if (session_send(s, side, false, 0, rh, reply, k, fx) < 0)
        return SENSE_INSUFFICIENT;
    session_step(n, s, side, HALF_DO_END, now_ms);
    session_rest(n, s, now_ms, fx);
    return 0;
}

uint32_t exchange_data(struct node *n, struct session *s, unsigned side, const struct piu *p, uint64_t now_ms,
                       struct node_effects *fx)
{
    if (gather(s, p) < 0)
        return SENSE_INSUFFICIENT;
    if (!p->rh.eci)
        return 0;
    const struct gathered whole = *s->gathered;
    if (!s->exchange || s->exchange->wait.side != side)
        return request_comes(n, s, side, whole.octets, whole.n, now_ms, fx);
    reply_comes(n, s, whole.octets, whole.n, now_ms, fx); /* an FMH-7 is no reply, and says as much */
    return 0;
}

void exchanges_free(struct node *n)
{
    LIST_FOREACH_SAFE(l, &n->exchanges) {
        struct exchange *x = LIST_OWNER(l, struct exchange, link);
        if (!x->session)
            list_remove(&x->wait.link);
        list_remove(&x->link);
        free(x);
    }
}
