/* Sessions: how one comes to be, and how it goes. */
#include "snanode/node/session.h"

#include <stdlib.h>
#include <string.h>

#include "snanode/base/ebcdic.h"
#include "snanode/base/log.h"
#include "snanode/base/plural.h"
#include "snanode/node/inject.h"
#include "snanode/node/internal.h"
#include "snanode/wire/sense.h"
#include "snanode/wire/unbind.h"

#define SESS_LOG(level, s, fmt, ...)                                                                         \
    log_line(level, "session %u %s/%s %s: " fmt, (s)->id, (s)->pool->fq[0], (s)->pool->fq[1],                \
             mode_shown((s)->pool->mode), ##__VA_ARGS__)

const char *mode_shown(const char *mode)
{
    return mode[0] ? mode : "BLANK";
}

const char *session_state_name(enum session_state s)
{
    static const char *const names[SESSION_STATE_N] = {[SESSION_IDLE] = "idle", [SESSION_BUSY] = "in use"};
    return s < SESSION_STATE_N ? names[s] : "?";
}

struct session *session_by_id(const struct node *n, uint32_t id)
{
    LIST_FOREACH(l, &n->pools) {
        LIST_FOREACH(m, &LIST_OWNER(l, struct session_pool, link)->sessions) {
            struct session *s = LIST_OWNER(m, struct session, link);
            if (s->id == id)
                return s;
        }
    }
    return NULL;
}

uint32_t session_max_ru(const struct session *s)
{
    uint32_t a = s->agreed.send_ru[0], b = s->agreed.send_ru[1];
    uint32_t n = a == 0 || (b != 0 && b < a) ? b : a;
    return n ? n : BIND_RU_MAX;
}

/* ---- activation ---- */

/* In front, so that the one used last is found at once and the oldest stands at the end. */
static void idle_push(struct session *s)
{
    struct list *h = &s->pool->idle[s->winner];
    s->idle_link.next = h->next;
    s->idle_link.prev = h;
    h->next->prev = &s->idle_link;
    h->next = &s->idle_link;
}

static struct session *session_add(struct node *n, struct session_pool *p, unsigned primary,
                                   const struct bind *rsp, uint64_t now_ms)
{
    struct session *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->pool = p;
    s->id = n->next_session++;
    s->primary = (uint8_t)primary;
    activate_result(rsp, &s->agreed);
    s->winner = (uint8_t)(s->agreed.winner == 0 ? primary : !primary);
    memcpy(s->sid, rsp->sid_n == 9 ? rsp->sid + 1 : rsp->sid, sizeof s->sid);
    s->since_ms = s->idle_since_ms = now_ms;
    list_append(&p->sessions, &s->link);
    idle_push(s);
    p->active++;
    p->pair->active++;
    p->winners[s->winner]++;
    p->activations++;
    n->activations++;
    session_wake(n, now_ms);
    if (log_most >= LOG_LV_DEBUG)
        SESS_LOG(LOG_LV_DEBUG, s, "active, RU %u/%u, winner %s", s->agreed.send_ru[0], s->agreed.send_ru[1],
                 p->fq[s->winner]);
    return s;
}

static void make_sid(struct node *n, uint64_t now_ms, uint8_t sid[8])
{
    uint64_t v = now_ms << 32 | n->next_session;
    for (int i = 0; i < 8; i++)
        sid[i] = (uint8_t)(v >> (56 - 8 * i));
}

struct session *session_activate(struct node *n, struct session_pool *p, unsigned side, bool wants_winner,
                                 uint64_t now_ms, struct sna_err *e)
{
    struct activate_offer mine = p->offer[side];
    struct bind sent, answer;
    struct bind_reply rsp;
    uint8_t ru[BIND_MAX], sid[8];
    if (!p->local_pair) {
        sna_err_set(e, SENSE_RESOURCE_UNKNOWN, 0, "no connection leads to the partner");
        return NULL;
    }
    mine.winner = wants_winner;
    make_sid(n, now_ms, sid);
    activate_bind(&mine, sid, &sent);
    ssize_t len = bind_encode(&sent, ru, sizeof ru);
    if (len < 0 || session_answer_bind(n, ru, (size_t)len, &rsp, e) < 0 ||
        bind_decode(rsp.ru, rsp.n, &answer, e) < 0 || activate_check(&sent, &answer, e) < 0) {
        n->refused_binds++;
        node_event(n, EVENT(BIND_REFUSED), p->fq[side], p->fq[!side], mode_shown(p->mode), e->sense,
                   sense_name(e->sense), e->text);
        return NULL;
    }
    struct session *s = session_add(n, p, side, &answer, now_ms);
    if (!s)
        sna_err_set(e, SENSE_INSUFFICIENT, 0, "out of memory");
    return s;
}

/* ---- the secondary ---- */

static void name_text(const struct bind_name *b, char out[NAME_FQ_ROOM])
{
    memcpy(out, b->s, b->n);
    ebcdic_decode((uint8_t *)out, b->n);
    out[b->n] = '\0';
}

/* Who and what the BIND is about [S16]. */
struct bound {
    const struct cfg_lu *lu;
    struct lu_partner partner;
    const struct cfg_mode *mode;
    char name[NAME_ROOM8]; /* of the mode */
};

static int find_mode(const struct node *n, const struct bind *b, struct bound *out, struct sna_err *e)
{
    char name[NAME_FQ_ROOM];
    name_text(&b->mode, name);
    memcpy(out->name, name, sizeof out->name - 1);
    out->name[sizeof out->name - 1] = '\0';
    const struct cfg_rlu *r = out->partner.remote;
    out->mode = config_mode(n->cfg, out->name);
    if (out->mode && lu_partnered(out->lu, &out->partner, out->mode))
        return 0;
    bool lends = r && r->has_implicit_mode && !(out->mode && out->mode->reserved);
    out->mode = lends ? config_mode(n->cfg, r->implicit_mode) : NULL;
    return out->mode ? 0 : sna_err_set(e, SENSE_MODE_UNKNOWN, 27, "mode is not one of this LU pair");
}

static int find_bound(const struct node *n, const struct bind *b, struct bound *out, struct sna_err *e)
{
    char slu[NAME_FQ_ROOM], plu[NAME_FQ_ROOM];
    name_text(&b->slu, slu);
    name_text(b->has_fq_plu ? &b->fq_plu : &b->plu, plu);
    *out = (struct bound){.lu = lu_local_by_name(n->cfg, slu)};
    if (!out->lu)
        return sna_err_set(e, SENSE_RESOURCE_UNKNOWN, 27,
                           "the BIND is for an LU that this node does not have");
    if (lu_partner_find(n->cfg, out->lu, plu, &out->partner) < 0) {
        const struct cfg_rlu *like =
            out->lu->implicit_lu[0] ? config_rlu(n->cfg, out->lu->implicit_lu) : NULL;
        if (!like || !strchr(plu, '.'))
            return sna_err_set(e, SENSE_RESOURCE_UNKNOWN, 27, "the BIND is from an LU that is not defined");
        out->partner = (struct lu_partner){.remote = like};
        strcpy(out->partner.fq, plu);
    }
    return find_mode(n, b, out, e);
}

/* Whether the limits allow the session, and with which offer it is answered. */
static int admit(struct node *n, const struct bind *b, struct session_pool *p, unsigned primary,
                 struct activate_offer *mine, struct sna_err *e)
{
    if (inject_refuses(&n->injections, p->mode))
        return sna_err_set(e, SENSE_INSUFFICIENT, 0,
                           "sessions of this mode are refused by an injected fault");
    if (p->limits_from == LIMITS_UNSET && !p->local_pair) { /* the partner has run no CNOS that we know of */
        pool_set_limits(p, !primary, p->defined_limit, p->defined_winners, p->defined_losers);
        p->limits_from = LIMITS_MODE;
    }
    *mine = p->offer[!primary];
    uint32_t sense = pool_admits(p, b->plu_contention_winner ? primary : !primary);
    bool single = !b->parallel || !p->pair->parallel;
    if (sense == SENSE_WINNER_LIMIT && single && pool_admits(p, !primary) == 0) {
        mine->winner = true; /* there is only one, and it is ours to win */
        sense = 0;
    }
    return sense ? sna_err_set(e, sense, 7, "the session limits do not allow it") : 0;
}

int session_answer_bind(struct node *n, const uint8_t *ru, size_t len, struct bind_reply *rsp,
                        struct sna_err *e)
{
    struct bind in, out;
    struct bound who;
    struct activate_offer mine;
    uint8_t secondary;
    *rsp = (struct bind_reply){.pool = NULL};
    if (bind_decode(ru, len, &in, e) < 0 || find_bound(n, &in, &who, e) < 0)
        return -1;
    struct session_pool *p = pool_find(n, who.lu, &who.partner, who.mode, who.name, &secondary);
    if (!p)
        return sna_err_set(e, SENSE_INSUFFICIENT, 0, "out of memory");
    if (strcmp(p->fq[0], p->fq[1]) == 0)
        secondary = 1; /* an LU that is its own partner begins as number 0 */
    if (admit(n, &in, p, !secondary, &mine, e) < 0 || activate_answer(&mine, &in, &out, e) < 0)
        return -1;
    ssize_t k = bind_encode(&out, rsp->ru, sizeof rsp->ru);
    if (k < 0)
        return sna_err_set(e, SENSE_INSUFFICIENT, 0, "the answer cannot be said");
    rsp->pool = p;
    rsp->primary = !secondary;
    rsp->n = (size_t)k;
    return 0;
}

struct session *session_accepted(struct node *n, const struct bind_reply *r, uint64_t now_ms)
{
    struct bind b;
    struct sna_err e;
    if (bind_decode(r->ru, r->n, &b, &e) < 0)
        return NULL;
    return session_add(n, r->pool, r->primary, &b, now_ms);
}

/* ---- use and end ---- */

uint32_t session_bid(const struct session *s)
{
    if (s->ending)
        return SENSE_BIS_WANTED;
    return s->conv ? SENSE_BID_REFUSED : 0;
}

void session_release(struct node *n, struct session *s, uint64_t now_ms)
{
    struct session_pool *p = s->pool;
    s->conv = 0;
    p->in_use--;
    /* At limit 0 it may still be wanted: only those wait that are to be drained. */
    bool above = p->active > p->at[0].limit && !(p->at[0].limit == 0 && p->waiting > 0);
    s->idle_since_ms = now_ms;
    idle_push(s);
    if (s->ending || above)
        session_unbind(n, s, UNBIND_NORMAL, 0);
    else
        session_wake(n, now_ms);
}

/* For a pair of local LUs the image is made and read here, as BIND is. */
static void say_unbind(const struct session *s, uint8_t type, uint32_t sense)
{
    struct unbind u = {.type = type, .sense = sense}, got = {0};
    uint8_t ru[UNBIND_MAX];
    struct sna_err e;
    ssize_t k = unbind_encode(&u, ru, sizeof ru);
    if (k < 0 || unbind_decode(ru, (size_t)k, &got, &e) < 0)
        got = u;
    if (got.type == UNBIND_FAILURE)
        SESS_LOG(LOG_LV_INFO, s, "lost: %08X %s", got.sense, sense_name(got.sense));
    else if (log_most >= LOG_LV_DEBUG)
        SESS_LOG(LOG_LV_DEBUG, s, "unbound (type %02X) after %llu conversation%s", got.type,
                 (unsigned long long)s->conversations, plural_s(s->conversations));
}

void session_unbind(struct node *n, struct session *s, uint8_t type, uint32_t sense)
{
    struct session_pool *p = s->pool;
    say_unbind(s, type, sense);
    if (s->conv)
        p->in_use--;
    list_remove(&s->link);
    list_remove(&s->idle_link);
    p->active--;
    p->pair->active--;
    p->winners[s->winner]--;
    p->unbinds++;
    n->unbinds++;
    free(s);
}

void session_wake(struct node *n, uint64_t now_ms)
{
    uint64_t at = now_ms + n->rules.session_timeout_ms;
    if (n->rules.session_timeout_ms && at < n->wake_at)
        n->wake_at = at;
}

/* Idle sessions of P with this winner, the oldest first, until one has time left. */
static uint64_t tick_idle(struct node *n, struct session_pool *p, unsigned winner, uint64_t now_ms)
{
    struct list *h = &p->idle[winner], *l = h->prev;
    while (l != h) {
        struct session *s = LIST_OWNER(l, struct session, idle_link);
        l = l->prev;
        if (s->kept)
            continue;
        if (s->idle_since_ms + n->rules.session_timeout_ms > now_ms)
            return s->idle_since_ms + n->rules.session_timeout_ms;
        session_unbind(n, s, UNBIND_NORMAL, 0);
    }
    return UINT64_MAX;
}

uint64_t session_tick(struct node *n, uint64_t now_ms)
{
    uint64_t next = UINT64_MAX;
    if (n->rules.session_timeout_ms == 0)
        return next;
    LIST_FOREACH(l, &n->pools)
        for (unsigned w = 0; w < 2; w++) {
            uint64_t at = tick_idle(n, LIST_OWNER(l, struct session_pool, link), w, now_ms);
            next = at < next ? at : next;
        }
    return next;
}
