/* Conversations: from Allocate, through the Attach, to the end of both sides. */
#include "snanode/node/conversation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/base/ebcdic.h"
#include "snanode/base/log.h"
#include "snanode/node/internal.h"
#include "snanode/wire/sense.h"

enum { RC_OK = 0, RC_FAILURE_NO_RETRY = 1, RC_PARAMETER_ERROR = 19, RC_PRODUCT_SPECIFIC = 20,
       RC_UNSUCCESSFUL = 28 }; /* CPI-C's */
enum { TYPE_MAPPED = 1, RETURN_IMMEDIATE = 1, SECURITY_SAME = 1, SECURITY_PROGRAM = 2 };

const char *conversation_state_name(enum conversation_state s)
{
    static const char *const names[CONV_STATE_N] = {
        [CONV_WAITING] = "waiting",  [CONV_ALLOCATED] = "allocated", [CONV_ATTACHING] = "attaching",
        [CONV_RUNNING] = "running",  [CONV_REFUSED] = "refused",
    };
    return s < CONV_STATE_N ? names[s] : "?";
}

struct conversation *node_conversation(const struct node *n, uint32_t id)
{
    return idtab_get(&n->convs, id);
}

static struct conversation *conversation_new(struct node *n)
{
    struct conversation *c = calloc(1, sizeof *c);
    if (!c || !(c->id = idtab_add(&n->convs, c))) {
        free(c);
        return NULL;
    }
    list_init(&c->wait_link);
    list_init(&c->sides[SIDE_A].link);
    list_init(&c->sides[SIDE_B].link);
    c->sides[SIDE_B].is_b = true;
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

static void conversation_free(struct node *n, struct conversation *c)
{
    wipe_attach(c);
    idtab_remove(&n->convs, c->id);
    free(c);
}

static void join(struct conversation *c, unsigned side, struct process *p, uint32_t slot)
{
    struct conversation_side *s = &c->sides[side];
    s->process = p->id;
    s->slot = slot;
    list_append(&p->sides, &s->link);
    p->n_conversations++;
}

static void leave(struct node *n, struct conversation_side *s)
{
    struct process *p = node_process(n, s->process);
    if (p)
        p->n_conversations--;
    list_remove(&s->link);
    s->process = 0;
    s->over = true;
}

/* ---- sessions ---- */

/* Sessions that became free go to who has waited longest. */
static void serve_waiters(struct node *n, struct session_pool *p, uint64_t now_ms, struct node_effects *fx)
{
    while (!list_empty(&p->waiters)) {
        struct conversation *c = LIST_OWNER(p->waiters.next, struct conversation, wait_link);
        c->session = pool_take(p, c->side_of_pool, false, c->id, &n->next_session, now_ms);
        if (!c->session)
            return;
        list_remove(&c->wait_link);
        p->waiting--;
        c->state = CONV_ALLOCATED;
        node_effect(fx, (struct node_effect){.kind = NODE_FX_ALLOCATED, .conv = c->id});
    }
}

/* Nobody has anything more to do with C. */
static void conversation_over(struct node *n, struct conversation *c, uint64_t now_ms, struct node_effects *fx)
{
    struct session_pool *p = c->pool;
    if (c->state == CONV_WAITING) {
        list_remove(&c->wait_link);
        p->waiting--;
    }
    if (c->session)
        session_release(c->session);
    node_effect(fx, (struct node_effect){.kind = NODE_FX_CLOSE, .conv = c->id});
    conversation_free(n, c);
    serve_waiters(n, p, now_ms, fx);
}

/* ---- Allocate ---- */

static struct session_pool *find_pool(struct node *n, const struct cfg_lu *lu, const struct lu_partner *p,
                                      const struct cfg_mode *mode, uint8_t *side)
{
    LIST_FOREACH(l, &n->pools)
    {
        struct session_pool *q = LIST_OWNER(l, struct session_pool, link);
        if (strcmp(q->mode, mode->name) != 0)
            continue;
        for (*side = 0; *side < 2; ++*side)
            if (strcmp(q->lu[*side], lu->alias) == 0 && strcmp(q->lu[!*side], p->alias) == 0 &&
                (*side == 0 || q->local_pair))
                return q;
    }
    char fq[18];
    lu_fq(lu->netname, lu->luname, fq);
    struct session_pool *q = pool_new(mode, lu->alias, fq, p->alias, p->fq, p->local != NULL);
    *side = 0;
    if (q)
        list_append(&n->pools, &q->link);
    return q;
}

/* What the request names; a CPI-C return code when something does not exist (attach sheet 5.3). */
static uint16_t resolve(const struct node *n, const struct process *p, const struct lp_allocate *m,
                        const struct cfg_lu **lu, struct lu_partner *partner, const struct cfg_mode **mode)
{
    *lu = m->lu[0] ? config_lu(n->cfg, m->lu) : lu_for_program(n, p, "");
    if (!*lu)
        return RC_PRODUCT_SPECIFIC;
    *mode = config_mode(n->cfg, m->mode);
    if (!*mode || (*mode)->reserved)
        return RC_PARAMETER_ERROR;
    const char *name = m->partner[0] ? m->partner : lu_default_partner(n, p);
    if (!name || lu_partner_find(n->cfg, *lu, name, partner) < 0)
        return RC_PARAMETER_ERROR;
    if (!lu_partnered(*lu, partner, *mode))
        return RC_PARAMETER_ERROR;
    /* No TP name, or a service TP on a mapped conversation (CPI-C sheet 2.2) */
    if (m->tpn_n == 0 || (m->tpn_n == 1 && m->tpn[0] == ' ') || (m->service_tp && m->type == TYPE_MAPPED))
        return RC_PARAMETER_ERROR;
    if (m->type > TYPE_MAPPED || m->sync > 1 || m->security > SECURITY_PROGRAM)
        return RC_PARAMETER_ERROR;
    return RC_OK;
}

static void copy_ebcdic(uint8_t *out, uint8_t *out_n, const void *text, size_t n)
{
    memcpy(out, text, n);
    ebcdic_encode(out, n);
    *out_n = (uint8_t)n;
}

/* Access security as the node, and nobody else, writes it (attach sheet 6.1).  An identity goes out as already
 * verified only when this node has verified it. */
static void fill_security(struct fmh5 *a, const struct process *p, const struct lp_allocate *m)
{
    if (m->security == SECURITY_SAME && p->user[0]) {
        a->has_user = a->already_verified = true;
        copy_ebcdic(a->user, &a->user_n, p->user, strlen(p->user));
        return;
    }
    if (m->security == 0 || (m->security == SECURITY_SAME && m->user_n == 0))
        return;
    if (m->user_n > 0 || m->security == SECURITY_PROGRAM) {
        a->has_user = a->has_password = true;
        copy_ebcdic(a->user, &a->user_n, m->user, m->user_n);
        copy_ebcdic(a->password, &a->password_n, m->password, m->password_n);
    }
}

/* Logical unit of work: the invoker's LU name, and a number that is this conversation's alone. */
static void fill_luw(struct fmh5 *a, const char *fq, uint32_t number, uint64_t now_ms)
{
    size_t n = strlen(fq);
    uint64_t instance = now_ms << 20 | (number & 0xFFFFF);
    a->luw[0] = (uint8_t)n;
    memcpy(a->luw + 1, fq, n);
    ebcdic_encode(a->luw + 1, n);
    for (int i = 0; i < 6; i++)
        a->luw[1 + n + (size_t)i] = (uint8_t)(instance >> (40 - 8 * i));
    a->luw[1 + n + 6] = 0;
    a->luw[1 + n + 7] = 1;
    a->luw_n = (uint8_t)(1 + n + 8);
}

static int build_attach(struct node *n, struct conversation *c, const struct process *p,
                        const struct lp_allocate *m, uint64_t now_ms)
{
    struct fmh5 a = {.resource = m->type == TYPE_MAPPED ? FMH5_MAPPED : FMH5_BASIC, .sync = m->sync};
    a.tpn_n = (uint8_t)m->tpn_n;
    memcpy(a.tpn, m->tpn, m->tpn_n);
    size_t raw = m->service_tp ? 1 : 0; /* a service TP's first octet is no character */
    ebcdic_encode(a.tpn + raw, a.tpn_n - raw);
    fill_security(&a, p, m);
    fill_luw(&a, c->pool->fq[c->side_of_pool], ++n->next_luw, now_ms);
    uint8_t octets[FMH5_MAX];
    ssize_t k = fmh5_encode(&a, octets, sizeof octets);
    explicit_bzero(&a, sizeof a);
    c->attach = k > 0 ? malloc((size_t)k) : NULL;
    if (!c->attach)
        return -1;
    memcpy(c->attach, octets, (size_t)k);
    c->attach_n = (uint8_t)k;
    explicit_bzero(octets, sizeof octets);
    return 0;
}

static struct conversation *begin(struct node *n, struct process *p, const struct lp_allocate *m,
                                  struct session_pool *pool, uint8_t side, uint64_t now_ms)
{
    struct conversation *c = conversation_new(n);
    if (!c)
        return NULL;
    c->pool = pool;
    c->side_of_pool = side;
    c->type = m->type;
    c->sync = m->sync;
    c->security = m->security;
    c->since_ms = now_ms;
    log_clean(c->tp, sizeof c->tp, m->tpn, m->tpn_n);
    if (build_attach(n, c, p, m, now_ms) < 0) {
        conversation_free(n, c);
        return NULL;
    }
    return c;
}

uint32_t node_allocate(struct node *n, struct process *p, const struct lp_allocate *m, uint64_t now_ms,
                       struct node_effects *fx, uint16_t *rc)
{
    const struct cfg_lu *lu;
    const struct cfg_mode *mode;
    struct lu_partner partner;
    uint8_t side;
    n->allocates++;
    *rc = resolve(n, p, m, &lu, &partner, &mode);
    if (*rc == RC_OK && partner.remote)
        *rc = RC_FAILURE_NO_RETRY; /* no connection leads to it */
    struct session_pool *pool = *rc == RC_OK ? find_pool(n, lu, &partner, mode, &side) : NULL;
    struct conversation *c = pool ? begin(n, p, m, pool, side, now_ms) : NULL;
    if (*rc == RC_OK && !c)
        *rc = RC_PRODUCT_SPECIFIC;
    if (*rc != RC_OK) {
        n->refused++;
        return 0;
    }
    bool immediate = m->return_control == RETURN_IMMEDIATE;
    /* Who waits already comes first. */
    if (list_empty(&pool->waiters))
        c->session = pool_take(pool, side, immediate, c->id, &n->next_session, now_ms);
    if (!c->session && immediate) {
        conversation_free(n, c);
        n->refused++;
        *rc = RC_UNSUCCESSFUL;
        return 0;
    }
    join(c, SIDE_A, p, m->slot);
    if (c->session) {
        c->state = CONV_ALLOCATED;
        node_effect(fx, (struct node_effect){.kind = NODE_FX_ALLOCATED, .conv = c->id});
    } else {
        c->state = CONV_WAITING;
        list_append(&pool->waiters, &c->wait_link);
        pool->waiting++;
    }
    return c->id;
}

void node_allocate_cancel(struct node *n, uint32_t conv, uint64_t now_ms, struct node_effects *fx)
{
    struct conversation *c = node_conversation(n, conv);
    if (!c || c->state != CONV_WAITING)
        return;
    leave(n, &c->sides[SIDE_A]);
    conversation_over(n, c, now_ms, fx);
}

void node_allocated(const struct node *n, uint32_t conv, struct lp_allocated *out)
{
    const struct conversation *c = node_conversation(n, conv);
    *out = (struct lp_allocated){.rc = RC_PRODUCT_SPECIFIC};
    if (!c)
        return;
    out->rc = RC_OK;
    out->conv = conv;
    out->max_ru = c->pool->max_ru;
    strcpy(out->local, c->pool->fq[c->side_of_pool]);
    strcpy(out->partner, c->pool->fq[!c->side_of_pool]);
    strcpy(out->mode, c->pool->mode);
}

/* ---- the Attach ---- */

int node_attach(struct node *n, uint32_t conv, struct fmh5 *out, char lu[9], unsigned *tp_timeout_s)
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
    *out = (struct lp_accepted){.rc = RC_PRODUCT_SPECIFIC};
    if (!c || c->state != CONV_ATTACHING)
        return;
    c->state = CONV_RUNNING;
    join(c, SIDE_B, p, slot);
    const struct session_pool *pool = c->pool;
    unsigned mine = !c->side_of_pool;
    out->rc = RC_OK;
    out->conv = conv;
    out->max_ru = pool->max_ru;
    out->type = c->type;
    out->sync = c->sync;
    tp_name_out(a, out);
    strcpy(out->lu, pool->lu[mine]);
    strcpy(out->local, pool->fq[mine]);
    strcpy(out->partner, pool->fq[!mine]);
    strcpy(out->mode, pool->mode);
    out->security = c->security;
    memcpy(out->user, a->user, a->user_n);
    ebcdic_decode(out->user, a->user_n);
    out->user_n = a->user_n;
    p->user[0] = '\0';
    if (verified) {
        memcpy(p->user, out->user, out->user_n);
        p->user[out->user_n] = '\0';
    }
}

/* ---- the end ---- */

/* SIDE has done with C.  Once both have, or there never was a second one, it is over. */
static void side_over(struct node *n, struct conversation *c, unsigned side, uint64_t now_ms,
                      struct node_effects *fx)
{
    leave(n, &c->sides[side]);
    if (c->state == CONV_RUNNING && !c->sides[!side].over)
        return;
    if (c->state == CONV_ATTACHING && side == SIDE_A)
        return; /* what was sent is still to be received: the Attach stays where it is */
    conversation_over(n, c, now_ms, fx);
}

void node_end(struct node *n, uint32_t conv, const struct process *p, uint64_t now_ms, struct node_effects *fx)
{
    struct conversation *c = node_conversation(n, conv);
    if (!c)
        return;
    for (unsigned side = 0; side < 2; side++)
        if (c->sides[side].process == p->id && !c->sides[side].over) {
            side_over(n, c, side, now_ms, fx);
            return;
        }
}

void conversation_side_lost(struct node *n, struct conversation *c, unsigned side, uint64_t now_ms,
                            struct node_effects *fx)
{
    if (c->state == CONV_ATTACHING && side == SIDE_A) {
        node_effect(fx, (struct node_effect){.kind = NODE_FX_WITHDRAW, .conv = c->id});
        c->state = CONV_REFUSED;
    }
    if (c->state == CONV_RUNNING && !c->sides[!side].over)
        node_effect(fx, (struct node_effect){.kind = NODE_FX_ABEND,
                                             .conv = c->id,
                                             .side = side,
                                             .sense = c->type == TYPE_MAPPED ? SENSE_ABEND_PROG
                                                                             : SENSE_ABEND_SVC});
    side_over(n, c, side, now_ms, fx);
}

void node_refuse(struct node *n, uint32_t conv, uint64_t now_ms, struct node_effects *fx)
{
    struct conversation *c = node_conversation(n, conv);
    if (!c || c->state != CONV_ATTACHING)
        return;
    c->state = CONV_REFUSED;
    if (c->sides[SIDE_A].over) /* it deallocated and never knows */
        conversation_over(n, c, now_ms, fx);
}
