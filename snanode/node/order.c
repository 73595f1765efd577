/* What an administrator orders, and is told when it is done: a session, or other limits. */
#include <stdlib.h>
#include <string.h>

#include "snanode/node/exchange.h"
#include "snanode/node/internal.h"
#include "snanode/wire/sense.h"

/* ---- a session ---- */

struct activation {
    struct waiter wait;
    uint32_t tag;
};

static void tell(struct node_effects *fx, uint32_t tag, enum order_end end, uint32_t what)
{
    node_effect(
        fx, (struct node_effect){.kind = NODE_FX_ACTIVATED, .conv = tag, .rc = (uint16_t)end, .sense = what});
}

static void gets(struct node *n, struct waiter *w, struct session *s, uint64_t now_ms,
                 struct node_effects *fx)
{
    struct activation *a = LIST_OWNER(w, struct activation, wait);
    s->kept = true;
    session_yield(n, s, w->side, now_ms, fx);
    tell(fx, a->tag, ORDER_DONE, s->id);
    free(a);
}

static void refused(struct node *n, struct waiter *w, const struct waiter_refusal *why, uint64_t now_ms,
                    struct node_effects *fx)
{
    struct activation *a = LIST_OWNER(w, struct activation, wait);
    (void)n;
    (void)now_ms;
    if (why->cnos)
        tell(fx, a->tag, ORDER_CNOS, (uint32_t)why->cnos);
    else
        tell(fx, a->tag, ORDER_SENSE, why->sense);
    free(a);
}

static const struct waiter_kind kind = {.wants_new = true, .gets = gets, .refused = refused};

void node_activate(struct node *n, struct session_pool *p, unsigned side, enum order_polarity polarity,
                   uint32_t tag, uint64_t now_ms, struct node_effects *fx)
{
    struct activation *a = calloc(1, sizeof *a);
    if (!a || node_reserve(n, fx) < 0) {
        free(a);
        tell(fx, tag, ORDER_SENSE, SENSE_INSUFFICIENT);
        return;
    }
    a->tag = tag;
    enum cnos_code rc = cnos_first_use(n, p, side, now_ms, fx);
    if (rc != CNOS_RC_ACCEPTED) {
        free(a);
        tell(fx, tag, ORDER_CNOS, rc);
    } else {
        a->wait = (struct waiter){.kind = &kind,
                                  .pool = p,
                                  .side = (uint8_t)side,
                                  .polarity = (uint8_t)polarity,
                                  .since_ms = now_ms};
        waiter_add(n, &a->wait, now_ms);
    }
    node_work(n, now_ms, fx);
}

/* ---- limits ---- */

struct cnos_order {
    struct exchange_asker by;
    uint32_t tag;
    unsigned open; /* exchanges that are under way, and the order itself while it begins them */
    enum cnos_code worst;
};

static void note(struct cnos_order *o, enum cnos_code code)
{
    o->open--;
    if (code != CNOS_RC_ACCEPTED)
        o->worst = code;
}

static void told(struct exchange_asker *by, enum cnos_code code, struct node_effects *fx)
{
    struct cnos_order *o = LIST_OWNER(by, struct cnos_order, by);
    note(o, code);
    if (o->open > 0)
        return;
    node_effect(fx, (struct node_effect){.kind = NODE_FX_CNOS, .conv = o->tag, .rc = (uint16_t)o->worst});
    free(o);
}

static void part(struct node *n, struct session_pool *p, unsigned side, const struct cnos_ask *ask,
                 struct cnos_order *o, uint64_t now_ms, struct node_effects *fx)
{
    bool done;
    o->open++;
    enum cnos_code rc = exchange_begin(n, p, side, ask, false, &o->by, &done, now_ms, fx);
    if (done || rc != CNOS_RC_ACCEPTED)
        note(o, rc);
}

static void reset_all(struct node *n, struct session_pool *p, unsigned side, const struct cnos_ask *ask,
                      struct cnos_order *o, uint64_t now_ms, struct node_effects *fx)
{
    struct cnos_ask one = *ask;
    one.all_modes = false;
    LIST_FOREACH(l, &p->pair->pools) {
        struct session_pool *q = LIST_OWNER(l, struct session_pool, pair_link);
        if (!cnos_is_control(q))
            part(n, q, strcmp(q->fq[0], p->fq[side]) == 0 ? 0 : 1, &one, o, now_ms, fx);
    }
}

void node_cnos(struct node *n, struct session_pool *p, unsigned side, const struct cnos_ask *ask,
               uint32_t tag, uint64_t now_ms, struct node_effects *fx)
{
    struct cnos_order *o = calloc(1, sizeof *o);
    if (!o || node_reserve(n, fx) < 0) {
        free(o);
        node_effect(
            fx, (struct node_effect){.kind = NODE_FX_CNOS, .conv = tag, .rc = (uint16_t)CNOS_RC_NO_SESSION});
        return;
    }
    *o = (struct cnos_order){.by = {.told = told}, .tag = tag, .open = 1};
    if (ask->all_modes && (ask->reset || ask->limit == 0))
        reset_all(n, p, side, ask, o, now_ms, fx);
    else
        part(n, p, side, ask, o, now_ms, fx);
    told(&o->by, CNOS_RC_ACCEPTED, fx);
    node_work(n, now_ms, fx);
}
