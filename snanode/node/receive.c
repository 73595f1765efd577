/* What comes for the half-sessions of this node, from its own LUs and from links: the one way in.  Each
 * request or answer takes its half-session through the table of lu62/halfstate.h; what the table does not
 * allow is an answer to nothing, which is dropped, or a breach of the protocol, which ends the session. */
#include <stdlib.h>
#include <string.h>

#include "snanode/base/log.h"
#include "snanode/node/exchange.h"
#include "snanode/node/internal.h"
#include "snanode/wire/dfc.h"
#include "snanode/wire/sense.h"
#include "snanode/wire/unbind.h"

/* One PIU, and where it belongs. */
struct arrival {
    struct node *n;
    struct session *s; /* NULL: there is no such session */
    unsigned side;     /* which end of it */
    const struct piu *p;
    uint64_t now;
    struct node_effects *fx;
};

static enum half_state state_of(const struct arrival *a)
{
    return a->s ? a->s->half[a->side].state : HALF_RESET;
}

static bool step(const struct arrival *a, enum half_event e)
{
    return session_step(a->n, a->s, a->side, e, a->now);
}

/* ---- answers ---- */

static int respond(const struct arrival *a, bool negative, const uint8_t *ru, size_t n)
{
    const struct rh *q = &a->p->rh;
    const struct rh rh = {.rri = true,
                          .category = q->category,
                          .fi = q->category != RH_FMD,
                          .bci = true,
                          .eci = true,
                          .dr1i = true,
                          .sdi = negative,
                          .eri = negative};
    if (a->s)
        return session_send(a->s, a->side, a->p->expedited, a->p->snf, rh, ru, n, a->fx);
    const struct piu out = {
        .path = a->p->path, .expedited = a->p->expedited, .snf = a->p->snf, .rh = rh, .ru = ru, .n = n};
    return node_effect_send(a->fx, &out);
}

/* SENSE 0: positive. */
static void answer(const struct arrival *a, uint8_t code, uint32_t sense)
{
    uint8_t ru[DFC_RSP_MAX];
    ssize_t n = dfc_encode_response(code, sense, ru, sizeof ru);
    if (n > 0)
        respond(a, sense != 0, ru, (size_t)n);
}

/* The partner does what it may not. */
static bool breach(const struct arrival *a, uint32_t sense, const char *what)
{
    log_warn("session %u %s/%s %s: %s, which is %08X in state %s", a->s->id, a->s->pool->fq[0],
             a->s->pool->fq[1], mode_shown(a->s->pool->mode), what, sense, half_state_name(state_of(a)));
    session_unbind(a->n, a->s, UNBIND_FAILURE, sense, a->now, a->fx);
    session_news(a->n, a->s);
    return true;
}

/* ---- BIND ---- */

/* The session that the answer R describes. */
static int accept_bind(struct arrival *a, const struct bind_reply *r, struct sna_err *e)
{
    struct bind b;
    bool mine = !a->s;
    if (bind_decode(r->ru, r->n, &b, e) < 0)
        return -1;
    if (mine && (node_reserve(a->n, a->fx) < 0 || !(a->s = session_new(a->n, r->pool, r->primary))))
        return sna_err_set(e, SENSE_INSUFFICIENT, 0, "out of memory");
    if (mine) {
        a->side = !r->primary;
        session_set_path(a->n, a->s, a->side, a->p->path);
    }
    session_agree(a->s, &b, a->now);
    if (secure_keep(a->s, a->side, r, e) < 0 || respond(a, false, r->ru, r->n) < 0) {
        if (mine)
            session_free(a->n, a->s);
        a->s = mine ? NULL : a->s;
        return sna_err_set(e, SENSE_INSUFFICIENT, 0, "out of memory");
    }
    step(a, HALF_GOT_BIND);
    return 0;
}

static bool bind_comes(struct arrival *a)
{
    struct bind_reply r;
    struct sna_err e;
    if (state_of(a) != HALF_RESET) {
        answer(a, BIND_CODE, SENSE_FUNCTION_ACTIVE);
    } else if (session_answer_bind(a->n, a->s, a->p->ru, a->p->n, &r, &e) < 0 || accept_bind(a, &r, &e) < 0) {
        log_info("a BIND is refused: %08X %s (%s)", e.sense, sense_name(e.sense), e.text);
        answer(a, BIND_CODE, e.sense);
    }
    return true;
}

static void bind_refused(const struct arrival *a, uint32_t sense, const char *text)
{
    const struct session_pool *p = a->s->pool;
    a->n->refused_binds++;
    a->s->sense = sense;
    if (a->s->kept && p->automatic_again)
        return; /* the log has it once [Q193818] */
    node_event(a->n, EVENT(BIND_REFUSED), p->fq[a->side], p->fq[!a->side], mode_shown(p->mode), sense,
               sense_name(sense), text);
}

static void bind_answered(const struct arrival *a)
{
    struct session *s = a->s;
    struct bind rsp;
    struct sna_err e;
    if (bind_decode(a->p->ru, a->p->n, &rsp, &e) < 0 || activate_check(s->bind, &rsp, &e) < 0 ||
        secure_check(a->n, s, &rsp, &e) < 0) {
        bind_refused(a, e.sense, e.text);
        session_unbind(a->n, s, UNBIND_FAILURE, e.sense, a->now, a->fx);
    } else {
        free(s->bind); /* there are thousands of sessions, and it is half of one */
        s->bind = NULL;
        session_agree(s, &rsp, a->now);
        s->granted = step(a, HALF_GOT_BIND_YES);
        secure_prove(s, a->fx);
    }
    session_news(a->n, s);
}

/* The sense data in front of a negative response; 0 when there are none. */
static uint32_t sense_in(const struct piu *p)
{
    struct rd r = rd_make(p->ru, p->n);
    uint32_t sense = rd_u32(&r);
    return r.bad ? 0 : sense;
}

static bool bind_response(const struct arrival *a)
{
    if (state_of(a) != HALF_BIND_SENT || a->p->snf != a->s->half[a->side].snf)
        return true; /* to nothing that still waits */
    if (!a->p->rh.eri) {
        bind_answered(a);
        return true;
    }
    uint32_t sense = sense_in(a->p);
    sense = sense ? sense : SENSE_INSUFFICIENT;
    bind_refused(a, sense, sense_text(sense));
    return step(a, HALF_GOT_BIND_NO);
}

/* ---- UNBIND ---- */

static bool unbind_comes(const struct arrival *a)
{
    struct unbind u = {.type = UNBIND_CLEANUP};
    struct sna_err e;
    bool bad = unbind_decode(a->p->ru, a->p->n, &u, &e) < 0;
    answer(a, UNBIND_CODE, 0);
    if (!a->s)
        return true; /* it is over already */
    if (bad || u.type == UNBIND_FAILURE)
        log_info("session %u: the partner has ended it: %08X %s", a->s->id, bad ? e.sense : u.sense,
                 sense_name(bad ? e.sense : u.sense));
    if (a->s->sense == 0)
        a->s->sense = u.sense;
    step(a, HALF_GOT_UNBIND);
    session_news(a->n, a->s);
    pool_touch(a->n, a->s->pool);
    return true;
}

static bool unbind_response(const struct arrival *a)
{
    if (a->p->snf == a->s->half[a->side].snf)
        step(a, HALF_GOT_UNBIND_YES);
    return true;
}

/* ---- brackets ---- */

/* The partner's BIS has come. */
static bool after_bis(enum half_state st)
{
    return st == HALF_BETB_LAST || st == HALF_INB_LAST || st == HALF_BIS_ANSWERED;
}

static bool bid_comes(const struct arrival *a)
{
    enum half_state st = state_of(a);
    uint32_t sense = session_bid(a->s);
    if (after_bis(st))
        return breach(a, SENSE_BB_AFTER_BIS, "a bid after BIS");
    if (st == HALF_BIS_SENT || st == HALF_INB_ENDING)
        sense = SENSE_BIS_WANTED;
    else if (half_in_bracket(st) && sense == 0)
        sense = SENSE_BID_REFUSED;
    if (sense == 0 && !step(a, HALF_GOT_BEGIN))
        return breach(a, SENSE_BRACKET, "a bid");
    a->s->half[a->side].rtr_owed = sense == SENSE_BID_REFUSED_RTR;
    answer(a, DFC_LUSTAT, sense);
    return true;
}

/* Nobody wants the bracket. */
static bool yielded(const struct arrival *a)
{
    if (!step(a, HALF_GOT_YIELD) && !step(a, HALF_DO_END))
        return breach(a, SENSE_BRACKET, "a yield");
    session_rest(a->n, a->s, a->now, a->fx);
    pool_touch(a->n, a->s->pool);
    return true;
}

/* LUSTAT: a bid, the end of a bracket that nobody wants, or an empty chain of a conversation. */
static bool lustat_comes(const struct arrival *a)
{
    if (a->p->rh.bbi)
        return bid_comes(a);
    if (a->s->conv || !a->p->rh.cebi)
        return false;
    return yielded(a);
}

/* Whoever waited for the bid is to look for another session. */
static void bid_lost(const struct arrival *a)
{
    if (a->s->claim)
        waiter_start_failed(a->n, a->s->claim, 0, a->now, a->fx);
    session_recount(a->n, a->s, a->now);
    session_rest(a->n, a->s, a->now, a->fx);
    pool_touch(a->n, a->s->pool);
}

static bool bid_response(const struct arrival *a)
{
    bool later = a->p->rh.sdi && sense_in(a->p) == SENSE_BID_REFUSED_RTR;
    enum half_event e = !a->p->rh.eri ? HALF_GOT_BID_YES : later ? HALF_GOT_BID_LATER : HALF_GOT_BID_NO;
    if (!step(a, e))
        return a->s->conv == 0; /* an empty chain's, of the conversation */
    if (a->p->rh.eri) {
        bid_lost(a);
    } else {
        a->s->bids++;
        a->s->granted = true;
        session_news(a->n, a->s);
    }
    return true;
}

static bool rtr_comes(const struct arrival *a)
{
    struct session *s = a->s;
    if (!step(a, HALF_GOT_RTR))
        return breach(a, SENSE_BRACKET, "an RTR that is not owed");
    struct waiter *w = NULL;
    if (!s->ending && half_idle(state_of(a)))
        w = waiter_unserved(s->pool, a->side);
    answer(a, DFC_RTR, w ? 0 : SENSE_RTR_NOT_REQUIRED);
    if (w) {
        waiter_starts(w, s);
        s->granted = step(a, HALF_DO_BEGIN);
        session_news(a->n, s);
    } else {
        session_rest(a->n, s, a->now, a->fx);
    }
    return true;
}

static bool rtr_response(const struct arrival *a)
{
    if (step(a, a->p->rh.eri ? HALF_GOT_RTR_NO : HALF_GOT_RTR_YES)) {
        session_rest(a->n, a->s, a->now, a->fx);
        pool_touch(a->n, a->s->pool);
    }
    return true;
}

static bool bis_comes(const struct arrival *a)
{
    struct session *s = a->s;
    if (!step(a, HALF_GOT_BIS))
        return breach(a, SENSE_BIS_PROTOCOL, "BIS");
    if (state_of(a) == HALF_UNBIND_SENT)
        session_finish(a->n, s, a->side, a->fx);
    else if (s->claim)
        bid_lost(a);
    else if (state_of(a) == HALF_BETB_LAST && !session_drains(s, a->side))
        session_answer_bis(a->n, s, a->side, a->now, a->fx);
    pool_touch(a->n, s->pool);
    return true;
}

/* The FMH-12, or what stands in its place.  The bracket may end with it. */
static bool proof_comes(const struct arrival *a)
{
    struct sna_err e;
    if (secure_proved(a->n, a->s, a->side, a->p, &e) < 0)
        return breach(a, e.sense, e.text);
    return a->p->rh.cebi ? yielded(a) : true;
}

/* The end of the chain that an FMH-12 has begun, and no Attach in it. */
static bool is_empty_end(const struct arrival *a)
{
    const struct rh *h = &a->p->rh;
    return a->p->n == 0 && !h->bci && h->eci && h->cebi && secure_is_proved(&a->s->half[a->side]);
}

/* Data: CNOS is the node's own, all others are a conversation's. */
static bool data_comes(const struct arrival *a)
{
    enum half_state st = state_of(a);
    bool begins = st == HALF_FIRST || (a->p->rh.bbi && !half_in_bracket(st));
    struct sna_err e;
    if (st == HALF_FIRST && is_empty_end(a))
        return yielded(a);
    if (begins && secure_attached(a->s, a->side, a->p, &e) < 0)
        return breach(a, e.sense, e.text);
    if (begins && !step(a, HALF_GOT_BEGIN))
        return breach(a, after_bis(st) ? SENSE_BB_AFTER_BIS : SENSE_BRACKET, "a bracket");
    if (!half_in_bracket(state_of(a)))
        return breach(a, SENSE_BRACKET, "data between brackets");
    if (!exchange_is_for(a->s))
        return false;
    uint32_t sense = exchange_data(a->n, a->s, a->side, a->p, a->now, a->fx);
    return sense ? breach(a, sense, "this CNOS") : true;
}

/* ---- which ---- */

static bool to_no_session(struct arrival *a, uint8_t code)
{
    if (a->p->rh.rri)
        return true;
    if (a->p->rh.category == RH_SC && code == BIND_CODE)
        return bind_comes(a);
    if (a->p->rh.category == RH_SC && code == UNBIND_CODE)
        return unbind_comes(a);
    answer(a, code, SENSE_NO_SESSION);
    return true;
}

static bool request(struct arrival *a, uint8_t code)
{
    enum half_state st = state_of(a);
    if (a->p->rh.category == RH_SC && code == BIND_CODE)
        return bind_comes(a);
    if (a->p->rh.category == RH_SC && code == UNBIND_CODE)
        return unbind_comes(a);
    if (!half_active(st)) /* it crosses our UNBIND, or comes before the BIND is answered */
        return st == HALF_UNBIND_SENT ? true : to_no_session(a, code);
    if (secure_awaits(&a->s->half[a->side]))
        return proof_comes(a);
    if (a->p->rh.category == RH_FMD)
        return data_comes(a);
    if (a->p->rh.category == RH_DFC && a->p->n > 0) {
        switch (code) {
        case DFC_LUSTAT:
            return lustat_comes(a);
        case DFC_RTR:
            return rtr_comes(a);
        case DFC_BIS:
            return bis_comes(a);
        case DFC_SIG:
            if (a->s->conv)
                return false;
            answer(a, code, 0); /* of a bracket that is over */
            return true;
        default:
            break;
        }
    }
    answer(a, code, SENSE_REQUEST_CODE);
    return true;
}

static bool response(const struct arrival *a, uint8_t code)
{
    if (a->p->rh.category == RH_SC)
        return code == BIND_CODE ? bind_response(a) : code == UNBIND_CODE ? unbind_response(a) : true;
    if (a->p->rh.category == RH_DFC && code == DFC_LUSTAT)
        return bid_response(a);
    if (a->p->rh.category == RH_DFC && code == DFC_RTR)
        return rtr_response(a);
    return a->s->conv == 0 || exchange_is_for(a->s);
}

bool node_receive(struct node *n, const struct piu *p, uint64_t now_ms, struct node_effects *fx)
{
    struct arrival a = {.n = n, .p = p, .now = now_ms, .fx = fx};
    size_t at = p->rh.rri && p->rh.sdi ? 4 : 0;
    uint8_t code = p->n > at ? p->ru[at] : 0;
    a.s = session_by_path(n, &p->path, &a.side);
    bool mine;
    if (!a.s)
        mine = to_no_session(&a, code);
    else
        mine = p->rh.rri ? response(&a, code) : request(&a, code);
    node_work(n, now_ms, fx);
    return mine;
}

void node_bracket_over(struct node *n, const struct path *path, uint64_t now_ms, struct node_effects *fx)
{
    unsigned side;
    struct session *s = session_by_path(n, path, &side);
    if (s && s->conv == 0 && session_step(n, s, side, HALF_DO_END, now_ms))
        session_rest(n, s, now_ms, fx);
    node_work(n, now_ms, fx);
}
