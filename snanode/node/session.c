/* Sessions: how this node counts them, uses them and ends them.  How they begin is in activation.c, what
 * comes for them in receive.c, and what the clock does to them in sessiontime.c. */
#include "snanode/node/session.h"

#include <stdlib.h>
#include <string.h>

#include "snanode/base/log.h"
#include "snanode/base/plural.h"
#include "snanode/node/internal.h"
#include "snanode/wire/dfc.h"
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
    static const char *const names[SESSION_STATE_N] = {[SESSION_IDLE] = "idle",
                                                       [SESSION_BUSY] = "in use",
                                                       [SESSION_BINDING] = "binding",
                                                       [SESSION_ENDING] = "ending"};
    return s < SESSION_STATE_N ? names[s] : "?";
}

enum session_state session_state(const struct session *s)
{
    if (s->ending)
        return SESSION_ENDING;
    if (!s->counted)
        return s->held && s->conv == 0 && s->since_ms == 0 ? SESSION_BINDING : SESSION_ENDING;
    return list_empty(&s->idle_link) ? SESSION_BUSY : SESSION_IDLE;
}

struct session *session_by_id(const struct node *n, uint32_t id)
{
    return roster_get(&n->sessions, id);
}

uint32_t session_max_ru(const struct session *s)
{
    uint32_t a = s->agreed.send_ru[0], b = s->agreed.send_ru[1];
    uint32_t n = a == 0 || (b != 0 && b < a) ? b : a;
    return n ? n : BIND_RU_MAX;
}

/* ---- paths ---- */

static uint64_t path_hash(const struct path *p)
{
    return hash_u64(p->address ^ (uint64_t)p->carrier << 40);
}

struct session *session_by_path(const struct node *n, const struct path *path, unsigned *side)
{
    struct hash_node *e = hash_first(&n->paths, path_hash(path));
    for (; e; e = hash_next(e)) {
        struct half *h = LIST_OWNER(e, struct half, by_path);
        if (h->path.carrier != path->carrier || h->path.address != path->address)
            continue;
        *side = h->is_second;
        return h->is_second ? LIST_OWNER(h, struct session, half[1]) : LIST_OWNER(h, struct session, half[0]);
    }
    return NULL;
}

static void leave_path(struct node *n, struct half *h)
{
    if (h->has_path)
        hash_remove(&n->paths, &h->by_path);
    h->has_path = false;
}

void session_set_path(struct node *n, struct session *s, unsigned side, struct path path)
{
    struct half *h = &s->half[side];
    leave_path(n, h);
    h->path = path;
    h->has_path = true;
    hash_add(&n->paths, &h->by_path, path_hash(&path));
}

/* Within the node, the address says which end of which session it is. */
static struct path path_within(const struct session *s, unsigned side)
{
    return (struct path){.carrier = CARRIER_LOCAL, .address = (uint64_t)s->id << 1 | side};
}

int session_send(struct session *s, unsigned side, bool expedited, uint16_t snf, struct rh rh,
                 const uint8_t *ru, size_t n, struct node_effects *fx)
{
    struct piu p = {.path = s->pool->local_pair ? path_within(s, !side) : s->half[side].path,
                    .expedited = expedited,
                    .snf = snf,
                    .rh = rh,
                    .ru = ru,
                    .n = n};
    return node_effect_send(fx, &p);
}

/* A request of data flow control, as RH says. */
static void send_dfc(struct session *s, unsigned side, enum dfc_code code, struct rh rh,
                     struct node_effects *fx)
{
    uint8_t ru[DFC_MAX];
    ssize_t n = dfc_encode(code, ru, sizeof ru);
    rh.category = RH_DFC;
    rh.fi = rh.bci = rh.eci = rh.dr1i = true;
    if (n > 0)
        session_send(s, side, false, 0, rh, ru, (size_t)n, fx);
}

/* ---- what counts ---- */

/* In front, so that the one used last is found at once and the oldest stands at the end. */
static void idle_push(struct session *s)
{
    struct list *h = &s->pool->idle[s->winner];
    s->idle_link.next = h->next;
    s->idle_link.prev = h;
    h->next->prev = &s->idle_link;
    h->next = &s->idle_link;
}

/* What the two ends are taken together. */
struct sum {
    bool held, active, idle, over;
};

static struct sum sum_of(const struct session *s)
{
    struct sum t = {.active = true, .idle = true, .over = true};
    bool unbinding = false, closing = false;
    for (unsigned i = 0; i < 2; i++) {
        enum half_state h = s->half[i].state;
        if (h == HALF_NONE)
            continue;
        t.held = t.held || h == HALF_BIND_SENT || half_active(h);
        t.active = t.active && half_active(h);
        t.idle = t.idle && half_idle(h);
        t.over = t.over && h == HALF_RESET;
        unbinding = unbinding || h == HALF_UNBIND_SENT || (h == HALF_RESET && s->counted);
        closing = closing || h == HALF_BIS_SENT || h == HALF_BIS_ANSWERED || h == HALF_INB_ENDING;
    }
    t.held = t.held && !unbinding;
    t.active = t.active && !unbinding && !closing;
    t.idle = t.idle && t.active && !s->conv && !s->claim;
    return t;
}

static void count_held(struct session *s, bool held)
{
    struct session_pool *p = s->pool;
    if (held == s->held)
        return;
    int d = held ? 1 : -1;
    s->held = held;
    p->held += (unsigned)d;
    p->pair->held += (unsigned)d;
    p->held_won[s->winner] += (unsigned)d;
}

static void count_active(struct node *n, struct session *s, bool active, uint64_t now_ms)
{
    struct session_pool *p = s->pool;
    if (active == s->counted)
        return;
    int d = active ? 1 : -1;
    s->counted = active;
    p->active += (unsigned)d;
    p->pair->active += (unsigned)d;
    if (p->pair->active == 0)
        p->pair->had_some = false;
    p->winners[s->winner] += (unsigned)d;
    if (!active) {
        p->unbinds++;
        n->unbinds++;
        return;
    }
    p->activations++;
    n->activations++;
    s->since_ms = now_ms;
    if (log_most >= LOG_LV_DEBUG)
        SESS_LOG(LOG_LV_DEBUG, s, "active, RU %u/%u, winner %s", s->agreed.send_ru[0], s->agreed.send_ru[1],
                 p->fq[s->winner]);
}

void session_news(struct node *n, struct session *s)
{
    if (list_empty(&s->news_link))
        list_append(&n->news, &s->news_link);
}

void session_recount(struct node *n, struct session *s, uint64_t now_ms)
{
    const struct sum t = sum_of(s);
    count_held(s, t.held);
    count_active(n, s, t.active, now_ms);
    if (!t.idle) {
        list_remove(&s->idle_link);
    } else if (list_empty(&s->idle_link)) {
        s->idle_since_ms = now_ms;
        idle_push(s);
        session_wake(n, now_ms);
        pool_touch(n, s->pool);
    }
    session_watch_end(n, s, now_ms);
    if (t.over)
        session_news(n, s);
}

bool session_step(struct node *n, struct session *s, unsigned side, enum half_event e, uint64_t now_ms)
{
    enum half_state to = half_next(s->half[side].state, e);
    if (to == HALF_NONE)
        return false;
    s->half[side].state = to;
    session_recount(n, s, now_ms);
    return true;
}

/* ---- life ---- */

struct session *session_new(struct node *n, struct session_pool *p, unsigned primary)
{
    struct session *s = calloc(1, sizeof *s);
    if (!s || roster_add(&n->sessions, n->next_session, s) < 0) {
        free(s);
        return NULL;
    }
    s->pool = p;
    s->id = n->next_session++;
    s->primary = (uint8_t)primary;
    list_init(&s->idle_link);
    list_init(&s->news_link);
    list_init(&s->ending_link);
    for (unsigned i = 0; i < 2; i++) {
        struct half *h = &s->half[i];
        h->is_second = i == 1;
        if (i == 1 && !p->local_pair)
            continue;
        h->state = HALF_RESET;
        if (p->local_pair)
            session_set_path(n, s, i, path_within(s, i));
    }
    list_append(&p->sessions, &s->link);
    n->n_sessions++;
    return s;
}

void session_free(struct node *n, struct session *s)
{
    n->n_sessions--;
    roster_remove(&n->sessions, s->id);
    list_remove(&s->link);
    list_remove(&s->idle_link);
    list_remove(&s->news_link);
    list_remove(&s->ending_link);
    leave_path(n, &s->half[0]);
    leave_path(n, &s->half[1]);
    free(s->bind);
    free(s->gathered);
    secure_free(&s->half[0]);
    secure_free(&s->half[1]);
    free(s);
}

/* ---- use ---- */

void session_take(struct node *n, struct session *s, unsigned side, uint32_t conv, uint64_t now_ms)
{
    s->conv = conv;
    s->conversations++;
    s->pool->in_use++;
    s->bb_due = half_idle(s->half[side].state);
    s->led = s->led && conv == CONV_CONTROL; /* a conversation's first request follows it */
    if (s->bb_due)
        session_step(n, s, side, HALF_DO_BEGIN, now_ms);
    /* Between two LUs of this node the conversation has frames of its own, in which its BB reaches the
     * partner. */
    if (s->pool->local_pair)
        session_step(n, s, !side, HALF_GOT_BEGIN, now_ms);
    session_recount(n, s, now_ms);
}

void session_bid_for(struct node *n, struct session *s, unsigned side, struct waiter *claim, uint64_t now_ms,
                     struct node_effects *fx)
{
    s->claim = claim;
    if (session_step(n, s, side, HALF_DO_BID, now_ms))
        send_dfc(s, side, DFC_LUSTAT, (struct rh){.bbi = true}, fx); /* 4B8080 */
}

uint32_t session_bid(const struct session *s)
{
    if (s->ending)
        return SENSE_BIS_WANTED;
    if (s->conv == 0)
        return 0;
    /* A promise of the next bracket only if the session will be there for it. */
    return s->pool->active > s->pool->at[0].limit ? SENSE_BID_REFUSED : SENSE_BID_REFUSED_RTR;
}

void session_yield(struct node *n, struct session *s, unsigned side, uint64_t now_ms, struct node_effects *fx)
{
    static const struct rh end = {
        .category = RH_FMD, .eci = true, .dr1i = true, .eri = true, .cebi = true}; /* 019001 */
    bool stepped = session_step(n, s, side, HALF_DO_END, now_ms);
    if (stepped && s->led)
        session_send(s, side, false, 0, end, NULL, 0, fx);
    else if (stepped)
        send_dfc(s, side, DFC_LUSTAT, (struct rh){.eri = true, .cebi = true}, fx); /* 4B9001 */
    s->led = false;
    session_rest(n, s, now_ms, fx);
}

/* ---- end ---- */

void session_forsake(struct session *s)
{
    s->conv = 0;
    s->exchange = NULL;
    s->pool->in_use--;
}

void session_release(struct node *n, struct session *s, uint64_t now_ms, struct node_effects *fx)
{
    session_forsake(s);
    for (unsigned i = 0; i < 2; i++)
        session_step(n, s, i, HALF_DO_END, now_ms);
    session_rest(n, s, now_ms, fx);
    pool_touch(n, s->pool);
}

bool session_drains(const struct session *s, unsigned side)
{
    const struct session_pool *p = s->pool;
    return s->counted && s->winner == side && p->at[side].drain_self && p->waiting > 0;
}

void session_rest(struct node *n, struct session *s, uint64_t now_ms, struct node_effects *fx)
{
    const struct session_pool *p = s->pool;
    if (list_empty(&s->idle_link))
        return;
    /* At limit 0 it may still be wanted: only those wait that are to be drained. */
    bool above = p->active > p->at[0].limit && !(p->at[0].limit == 0 && p->waiting > 0);
    bool last = s->half[0].state == HALF_BETB_LAST && !session_drains(s, 0);
    if (s->ending || above || last) {
        session_retire(n, s, now_ms, fx);
        return;
    }
    for (unsigned i = 0; i < 2; i++)
        if (s->half[i].rtr_owed && session_step(n, s, i, HALF_DO_RTR, now_ms)) {
            s->half[i].rtr_owed = false;
            send_dfc(s, i, DFC_RTR, (struct rh){.fi = true}, fx); /* 4B8000 */
        }
}

static void send_bis(struct session *s, unsigned side, struct node_effects *fx)
{
    send_dfc(s, side, DFC_BIS, (struct rh){.eri = true}, fx); /* 4B9000 */
}

void session_retire(struct node *n, struct session *s, uint64_t now_ms, struct node_effects *fx)
{
    unsigned side = s->pool->local_pair ? s->primary : 0;
    s->ending = true;
    if (s->conv == 0 && !s->claim && session_step(n, s, side, HALF_DO_BIS, now_ms))
        send_bis(s, side, fx);
}

void session_answer_bis(struct node *n, struct session *s, unsigned side, uint64_t now_ms,
                        struct node_effects *fx)
{
    if (session_step(n, s, side, HALF_DO_BIS, now_ms))
        send_bis(s, side, fx);
}

static void say_unbind(const struct session *s, const struct unbind *u)
{
    if (u->type == UNBIND_FAILURE)
        SESS_LOG(LOG_LV_INFO, s, "lost: %08X %s", u->sense, sense_name(u->sense));
    else if (log_most >= LOG_LV_DEBUG)
        SESS_LOG(LOG_LV_DEBUG, s, "unbound (type %02X) after %llu conversation%s", u->type,
                 (unsigned long long)s->conversations, plural_s(s->conversations));
}

static void send_unbind(struct node *n, struct session *s, unsigned side, const struct unbind *u,
                        struct node_effects *fx)
{
    static const struct rh rh = {
        .category = RH_SC, .fi = true, .bci = true, .eci = true, .dr1i = true}; /* 6B8000 */
    uint8_t ru[UNBIND_MAX];
    ssize_t k = unbind_encode(u, ru, sizeof ru);
    say_unbind(s, u);
    s->half[side].snf = ++n->next_snf;
    if (k > 0)
        session_send(s, side, true, s->half[side].snf, rh, ru, (size_t)k, fx);
    pool_touch(n, s->pool);
}

void session_finish(struct node *n, struct session *s, unsigned side, struct node_effects *fx)
{
    send_unbind(n, s, side, &(struct unbind){.type = UNBIND_NORMAL}, fx);
}

void session_unbind(struct node *n, struct session *s, uint8_t type, uint32_t sense, uint64_t now_ms,
                    struct node_effects *fx)
{
    unsigned side = half_next(s->half[s->primary].state, HALF_DO_UNBIND) ? s->primary : !s->primary;
    if (s->sense == 0)
        s->sense = sense;
    if (session_step(n, s, side, HALF_DO_UNBIND, now_ms)) /* else it is ending already */
        send_unbind(n, s, side, &(struct unbind){.type = type, .sense = sense}, fx);
}

void session_trim(struct node *n, struct session_pool *p, uint64_t now_ms, struct node_effects *fx)
{
    struct session *s;
    while (p->active > p->at[0].limit && (s = pool_oldest_idle(p)))
        session_retire(n, s, now_ms, fx);
}
