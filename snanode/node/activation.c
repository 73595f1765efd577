/* How a session begins: the BIND that is sent, and what both sides have agreed when it is answered. */
#include <stdlib.h>
#include <string.h>

#include "snanode/node/internal.h"
#include "snanode/wire/bind.h"
#include "snanode/wire/sense.h"

static void make_sid(struct node *n, uint64_t now_ms, uint8_t sid[8])
{
    uint64_t v = now_ms << 32 | n->next_session;
    for (int i = 0; i < 8; i++)
        sid[i] = (uint8_t)(v >> (56 - 8 * i));
}

/* The path of a new session from LU number 0 of P to a remote partner.  0; -1 with *E; 1: the carrier has to
 * come up first. */
static int remote_path(struct node *n, struct session_pool *p, struct path *out, struct node_effects *fx,
                       struct sna_err *e)
{
    enum carrier_state st = CARRIER_NONE;
    if (n->carriers.reach)
        st = n->carriers.reach(n->carriers.arg, p->lu[1], p->fq[1], &out->carrier);
    if (st == CARRIER_NONE)
        return sna_err_set(e, SENSE_RESOURCE_UNKNOWN, 0, "no connection leads to the partner");
    if (st == CARRIER_ON_DEMAND) {
        if (p->carrier_wanted != out->carrier)
            node_effect(fx, (struct node_effect){.kind = NODE_FX_CARRIER, .conv = out->carrier});
        p->carrier_wanted = out->carrier;
        return 1;
    }
    if (n->carriers.address(n->carriers.arg, out->carrier, &out->address) < 0)
        return sna_err_set(e, SENSE_INSUFFICIENT, 0, "the connection has no address left for a session");
    return 0;
}

static int send_bind(struct node *n, struct session *s, const struct activate_offer *mine,
                     struct node_effects *fx, struct sna_err *e)
{
    static const struct rh rh = {
        .category = RH_SC, .fi = true, .bci = true, .eci = true, .dr1i = true}; /* 6B8000 */
    uint8_t ru[BIND_MAX];
    sna_err_set(e, SENSE_INSUFFICIENT, 0, "out of memory");
    s->bind = malloc(sizeof *s->bind);
    if (!s->bind)
        return -1;
    activate_bind(mine, s->sid, s->bind);
    if (secure_bind(n, s, s->bind, e) < 0)
        return -1;
    ssize_t len = bind_encode(s->bind, ru, sizeof ru);
    return len < 0 ? -1 : session_send(s, s->primary, true, s->half[s->primary].snf, rh, ru, (size_t)len, fx);
}

struct session *session_activate(struct node *n, struct session_pool *p, unsigned side, bool wants_winner,
                                 struct waiter *claim, uint64_t now_ms, struct node_effects *fx,
                                 struct sna_err *e)
{
    struct activate_offer mine = p->offer[side];
    struct path path = {.carrier = CARRIER_LOCAL};
    int wait = p->local_pair ? 0 : remote_path(n, p, &path, fx, e);
    if (wait) {
        if (wait > 0)
            e->sense = 0;
        return NULL;
    }
    uint8_t sid[8];
    make_sid(n, now_ms, sid);
    mine.winner = wants_winner;
    sna_err_set(e, SENSE_INSUFFICIENT, 0, "out of memory");
    struct session *s = session_new(n, p, side);
    if (s) {
        memcpy(s->sid, sid, sizeof sid);
        s->winner = (uint8_t)(wants_winner ? side : !side);
        s->half[side].snf = ++n->next_snf;
        if (!p->local_pair)
            session_set_path(n, s, side, path);
    }
    if (!s || send_bind(n, s, &mine, fx, e) < 0) {
        if (s)
            session_free(n, s);
        return NULL;
    }
    s->claim = claim;
    session_step(n, s, side, HALF_DO_BIND, now_ms);
    return s;
}

void session_agree(struct session *s, const struct bind *rsp, uint64_t now_ms)
{
    activate_result(rsp, &s->agreed);
    unsigned winner = s->agreed.winner == 0 ? s->primary : !s->primary;
    if (s->held && winner != s->winner) { /* the secondary of a single session has claimed it */
        s->pool->held_won[s->winner]--;
        s->pool->held_won[winner]++;
    }
    s->winner = (uint8_t)winner;
    memcpy(s->sid, rsp->sid_n == 9 ? rsp->sid + 1 : rsp->sid, sizeof s->sid);
    s->idle_since_ms = now_ms;
}
