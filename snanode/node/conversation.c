/* Conversations: from Allocate, through the Attach, to the end of both sides. */
#include "snanode/node/conversation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/base/ebcdic.h"
#include "snanode/base/log.h"
#include "snanode/node/internal.h"
#include "snanode/wire/sense.h"
#include "snanode/wire/unbind.h"

enum { ENDED_RETRY = 0x0002, ENDED_CLEANUP = 0x0005 }; /* reasons of EVENT_SESSION_ENDED [A48] */

const char *conversation_state_name(enum conversation_state s)
{
    static const char *const names[CONV_STATE_N] = {
        [CONV_WAITING] = "waiting", [CONV_ALLOCATED] = "allocated", [CONV_ATTACHING] = "attaching",
        [CONV_RUNNING] = "running", [CONV_REFUSED] = "refused",     [CONV_CUT] = "cut",
    };
    return s < CONV_STATE_N ? names[s] : "?";
}

struct conversation *node_conversation(const struct node *n, uint32_t id)
{
    return idtab_get(&n->convs, id);
}

struct conversation *conversation_new(struct node *n, struct session_pool *pool)
{
    struct conversation *c = calloc(1, sizeof *c);
    if (!c || !(c->id = idtab_add(&n->convs, c))) {
        free(c);
        return NULL;
    }
    list_init(&c->wait.link);
    list_init(&c->sides[SIDE_A].link);
    list_init(&c->sides[SIDE_B].link);
    c->sides[SIDE_B].is_b = true;
    c->pool = pool;
    pool->conversations++;
    return c;
}

static void wipe_attach(struct conversation *c)
{
    if (c->attach)
        explicit_bzero(c->attach, c->attach_n); /* it may hold a password */
    free(c->attach);
    c->attach = NULL;
    c->attach_n = 0;
}

void conversation_drop_guests(struct node *n, struct session_pool *p)
{
    if (p->conversations > 0)
        return;
    hash_remove(&n->guests_by_session, &p->by_session);
    list_remove(&p->link);
    free(p);
}

void conversation_free(struct node *n, struct conversation *c)
{
    wipe_attach(c);
    c->pool->conversations--;
    if (c->pool->guest)
        conversation_drop_guests(n, c->pool);
    idtab_remove(&n->convs, c->id);
    free(c);
}

void conversations_free(struct node *n)
{
    uint32_t i = 0;
    struct conversation *c;
    while ((c = idtab_next(&n->convs, &i)))
        conversation_free(n, c);
}

void conversation_join(struct conversation *c, unsigned side, struct process *p, uint32_t slot)
{
    struct conversation_side *s = &c->sides[side];
    s->process = p->id;
    s->slot = slot;
    list_append(&p->sides, &s->link);
    p->n_conversations++;
}

void conversation_leave(struct node *n, struct conversation_side *s)
{
    struct process *p = node_process(n, s->process);
    if (p)
        p->n_conversations--;
    list_remove(&s->link);
    s->process = 0;
    s->over = true;
}

/* ---- its session ---- */

/* The bracket is over, and the session is free for the next one, whatever of this one is still to be
 * received: a half-session does not wait for a program [S8]. */
static void give_back(struct node *n, struct conversation *c, uint64_t now_ms, struct node_effects *fx)
{
    if (c->session)
        session_release(n, c->session, now_ms, fx);
    c->session = NULL;
}

/* ---- the end of it ---- */

/* Nobody has anything more to do with C. */
void conversation_over(struct node *n, struct conversation *c, uint64_t now_ms, struct node_effects *fx)
{
    if (c->state == CONV_WAITING)
        waiter_remove(n, &c->wait);
    give_back(n, c, now_ms, fx);
    node_effect(fx, (struct node_effect){.kind = NODE_FX_CLOSE, .conv = c->id});
    conversation_free(n, c);
}

/* ---- the Attach ---- */

int node_attach(struct node *n, uint32_t conv, struct fmh5 *out, char lu[NAME_ROOM8], unsigned *tp_timeout_s)
{
    struct conversation *c = node_conversation(n, conv);
    struct sna_err e;
    if (!c || c->state != CONV_ALLOCATED || fmh5_decode(c->attach, c->attach_n, out, &e) < 0)
        return -1;
    wipe_attach(c);
    c->state = CONV_ATTACHING;
    strcpy(lu, c->pool->lu[!c->side_of_pool]);
    const struct cfg_lu *cfg = config_lu(n->cfg, lu);
    *tp_timeout_s = cfg ? cfg->tp_timeout_s : 60;
    return 0;
}

/* The Attach's TP name as the program set it: ASCII, but for the first octet of a service TP. */
static void tp_name_out(const struct fmh5 *a, struct lp_accepted *out)
{
    size_t raw = a->tpn_n > 0 && a->tpn[0] < 0x40 ? 1 : 0;
    memcpy(out->tpn, a->tpn, a->tpn_n);
    ebcdic_decode(out->tpn + raw, a->tpn_n - raw);
    out->tpn_n = a->tpn_n;
}

void node_accept(struct node *n, uint32_t conv, struct process *p, uint32_t slot, bool verified,
                 const struct fmh5 *a, struct lp_accepted *out)
{
    struct conversation *c = node_conversation(n, conv);
    *out = (struct lp_accepted){.rc = LP_RC_PRODUCT_SPECIFIC_ERROR};
    if (!c || c->state != CONV_ATTACHING)
        return;
    c->state = CONV_RUNNING;
    conversation_join(c, SIDE_B, p, slot);
    const struct session_pool *pool = c->pool;
    unsigned mine = !c->side_of_pool;
    out->rc = LP_RC_OK;
    out->conv = conv;
    out->max_ru = c->max_ru;
    out->type = c->type;
    out->sync = c->sync;
    tp_name_out(a, out);
    strcpy(out->lu, pool->lu[mine]);
    strcpy(out->local, pool->fq[mine]);
    strcpy(out->partner, pool->fq[!mine]);
    strcpy(out->partner_alias, pool->lu[!mine]);
    strcpy(out->mode, pool->mode);
    out->security = c->security;
    memcpy(out->user, a->user, a->user_n);
    ebcdic_decode(out->user, a->user_n);
    out->user_n = a->user_n;
    if (verified)
        memcpy(c->user, out->user, out->user_n); /* calloc has put the NUL there */
    p->context = conv;
    memcpy(p->user, c->user, sizeof p->user);
}

/* ---- the end ---- */

/* SIDE has done with C.  Once both have, or there never was a second one, it is over; but what one has sent
 * is still to be received, and an Attach stays where it is. */
static void side_over(struct node *n, struct conversation *c, unsigned side, uint64_t now_ms,
                      struct node_effects *fx)
{
    conversation_leave(n, &c->sides[side]);
    if (c->far_open) /* what it has sent is still on its way to the link, which ends the bracket */
        return;
    if (c->sides[!side].process || (c->state == CONV_ATTACHING && side == SIDE_A))
        give_back(n, c, now_ms, fx);
    else
        conversation_over(n, c, now_ms, fx);
}

static bool has_side(const struct conversation *c, uint32_t process, unsigned side)
{
    return c && process && c->sides[side].process == process;
}

void node_end(struct node *n, uint32_t conv, uint32_t process, unsigned side, uint64_t now_ms,
              struct node_effects *fx)
{
    struct conversation *c = node_conversation(n, conv);
    if (has_side(c, process, side) && !c->sides[side].over)
        side_over(n, c, side, now_ms, fx);
    node_work(n, now_ms, fx);
}

/* What has ended C other than by its programs' will. */
static void abnormal_end(struct node *n, const struct conversation *c, unsigned reason, const char *what)
{
    const struct session_pool *p = c->pool;
    node_event(n, EVENT(SESSION_ENDED), p->lu[c->side_of_pool], p->lu[!c->side_of_pool], mode_shown(p->mode),
               reason, what, c->tp);
}

void conversation_side_lost(struct node *n, struct conversation *c, unsigned side, uint64_t now_ms,
                            struct node_effects *fx)
{
    if (c->state == CONV_ATTACHING && side == SIDE_A) {
        node_effect(fx, (struct node_effect){.kind = NODE_FX_WITHDRAW, .conv = c->id});
        c->state = CONV_REFUSED;
    }
    if (c->state == CONV_RUNNING && !c->sides[!side].over) {
        abnormal_end(n, c, ENDED_CLEANUP,
                     side == SIDE_A ? "the invoking program has died" : "the accepting program has died");
        node_effect(
            fx, (struct node_effect){.kind = NODE_FX_ABEND,
                                     .conv = c->id,
                                     .side = side,
                                     .sense = c->type == TYPE_MAPPED ? SENSE_ABEND_PROG : SENSE_ABEND_SVC});
    }
    side_over(n, c, side, now_ms, fx);
}

void node_fail(struct node *n, uint32_t conv, uint32_t process, unsigned side, uint64_t now_ms,
               struct node_effects *fx)
{
    struct conversation *c = node_conversation(n, conv);
    if (has_side(c, process, side))
        conversation_side_lost(n, c, side, now_ms, fx);
    node_work(n, now_ms, fx);
}

/* It does not work on behalf of this invoker either. */
static void context_undo(struct process *p, uint32_t conv)
{
    if (!p || p->context != conv)
        return;
    p->context = 0;
    p->user[0] = '\0';
}

void node_accept_undo(struct node *n, uint32_t conv)
{
    struct conversation *c = node_conversation(n, conv);
    if (!c || c->state != CONV_RUNNING)
        return;
    context_undo(node_process(n, c->sides[SIDE_B].process), conv);
    memset(c->user, 0, sizeof c->user); /* whoever accepts it next has its own check */
    conversation_leave(n, &c->sides[SIDE_B]);
    c->sides[SIDE_B].over = false;
    c->state = CONV_ATTACHING;
}

void node_refuse(struct node *n, uint32_t conv, uint64_t now_ms, struct node_effects *fx)
{
    struct conversation *c = node_conversation(n, conv);
    if (!c || c->state != CONV_ATTACHING)
        return;
    c->state = CONV_REFUSED;
    if (c->far_open)
        ;                           /* the refusal is on its way to the link */
    else if (c->sides[SIDE_A].over) /* it deallocated and never knows */
        conversation_over(n, c, now_ms, fx);
    else
        give_back(n, c, now_ms, fx);
    node_work(n, now_ms, fx);
}

/* ---- session outage ---- */

void conversation_lost(struct node *n, struct conversation *c, uint32_t sense, uint64_t now_ms,
                       struct node_effects *fx)
{
    abnormal_end(n, c, ENDED_RETRY, "session outage");
    c->session = NULL;
    c->far_open = false;
    if (c->state == CONV_ATTACHING)
        node_effect(fx, (struct node_effect){.kind = NODE_FX_WITHDRAW, .conv = c->id});
    node_effect(fx, (struct node_effect){.kind = NODE_FX_CUT, .conv = c->id, .sense = sense});
    c->state = CONV_CUT;
    if (!c->sides[SIDE_A].process && !c->sides[SIDE_B].process)
        conversation_over(n, c, now_ms, fx);
}

void node_cut(struct node *n, uint32_t conv, uint32_t sense, uint64_t now_ms, struct node_effects *fx)
{
    struct conversation *c = node_conversation(n, conv);
    const struct waiter_refusal why = {.rc = LP_RC_ALLOCATE_FAILURE_RETRY, .sense = sense};
    if (!c)
        return;
    struct session *s = c->session;
    if (c->state == CONV_WAITING) {
        waiter_refuse(n, &c->wait, &why, now_ms, fx);
    } else {
        conversation_lost(n, c, sense, now_ms, fx);
        if (s) {
            session_forsake(s);
            session_unbind(n, s, UNBIND_FAILURE, sense, now_ms, fx);
        }
    }
    node_work(n, now_ms, fx);
}

void node_deactivate(struct node *n, struct session *s, bool cleanup, uint64_t now_ms,
                     struct node_effects *fx)
{
    if (cleanup && s->conv && s->conv != CONV_CONTROL) {
        node_cut(n, s->conv, SENSE_SESSION_RESET, now_ms, fx);
        return;
    }
    if (cleanup || (s->held && !s->counted && s->conv == 0)) /* or not there yet */
        session_unbind(n, s, cleanup ? UNBIND_CLEANUP : UNBIND_NORMAL, 0, now_ms, fx);
    else
        session_retire(n, s, now_ms, fx);
    session_news(n, s);
    node_work(n, now_ms, fx);
}
