/* Allocate: what the request names, a session for it or a place among those who wait, and the Attach. */
#include <stdlib.h>
#include <string.h>

#include "snanode/base/ebcdic.h"
#include "snanode/base/log.h"
#include "snanode/base/names.h"
#include "snanode/local/stats.h"
#include "snanode/node/cnos.h"
#include "snanode/node/inject.h"
#include "snanode/node/internal.h"
#include "snanode/wire/sense.h"

enum { SECURITY_NONE = 0, SECURITY_SAME = 1, SECURITY_PROGRAM = 2 };

/* ---- what a request names ---- */

static bool blank(const char *s)
{
    return s[strspn(s, " ")] == '\0';
}

/* The local LU, from the most particular to the least [A40]. */
static const struct cfg_lu *local_lu(const struct node *n, const struct process *p, const void *caller,
                                     const struct lp_allocate *m, const char *partner)
{
    if (m->lu[0])
        return config_lu(n->cfg, m->lu);
    const struct cfg_lu *lu = lu_for_process(n, p, "");
    return lu ? lu : lu_from_pool(n, p, caller, partner, m->mode);
}

/* A CPI-C return code, or the cause of one, when something does not exist [A39]. */
static uint16_t resolve(const struct node *n, struct process *p, const void *caller,
                        const struct lp_allocate *m, const struct cfg_lu **lu, struct lu_partner *partner,
                        const struct cfg_mode **mode)
{
    const char *name = blank(m->partner) ? p->default_remote : m->partner;
    *lu = local_lu(n, p, caller, m, name);
    if (!*lu)
        return m->lu[0] ? LP_RC_LU_UNKNOWN : LP_RC_LU_NONE;
    if (!lu_admits(n, p, caller, *lu)) {
        if (p->machine)
            log_warn("%s: its program may not allocate on %s (AllocateAccess, OfferLUs)", p->program,
                     (*lu)->alias);
        else
            log_warn("%s[%d], user %u, may not allocate on %s (AllocateAccess)", p->program, p->pid, p->uid,
                     (*lu)->alias);
        return LP_RC_LU_DENIED;
    }
    *mode = config_mode(n->cfg, m->mode);
    if (!*mode || (*mode)->reserved)
        return LP_RC_MODE_UNKNOWN;
    if (name[0] == '\0' || lu_partner_find(n->cfg, *lu, name, partner) < 0)
        return LP_RC_PARTNER_UNKNOWN;
    if (!lu_partnered(*lu, partner, *mode))
        return LP_RC_MODE_UNKNOWN;
    /* No TP name, or a service TP on a mapped conversation [HIS: Allocate] */
    if (m->tpn_n == 0 || (m->tpn_n == 1 && m->tpn[0] == ' ') || (m->service_tp && m->type == TYPE_MAPPED))
        return LP_RC_PARAMETER_ERROR;
    if (m->type > TYPE_MAPPED || m->sync > 1 ||
        m->security > (p->machine ? NODE_SECURITY_VERIFIED : SECURITY_PROGRAM))
        return LP_RC_PARAMETER_ERROR;
    if (!n->new_lu_each_time && !p->machine) /* a program keeps its LU, unless GETNEWTPID says otherwise */
        strcpy(p->lu, (*lu)->alias);
    return LP_RC_OK;
}

static uint16_t injected(struct node *n, const struct lp_allocate *m, const struct cfg_lu *lu,
                         const struct lu_partner *partner)
{
    char tp[NAME_TP_ROOM];
    if (list_empty(&n->injections))
        return LP_RC_OK;
    name_show_tp(tp, sizeof tp, m->tpn, m->tpn_n, m->service_tp);
    uint32_t sense = inject_sense(&n->injections, INJECT_ALLOCATE, lu->alias, partner->alias, tp);
    return sense ? retcode_of_allocate(sense) : LP_RC_OK;
}

/* ---- the Attach, as it will flow ---- */

static void copy_ebcdic(uint8_t *out, uint8_t *out_n, const void *text, size_t n)
{
    memcpy(out, text, n);
    ebcdic_encode(out, n);
    *out_n = (uint8_t)n;
}

/* The user that was verified for conversation CONTEXT, which P has accepted. */
static const char *verified_user(const struct node *n, const struct process *p, uint32_t context)
{
    const struct conversation *c = node_conversation(n, context);
    if (context != 0 && context == p->context)
        return p->user;
    return c && c->sides[SIDE_B].process == p->id ? c->user : "";
}

/* The account that P runs as, which the kernel has verified; "" when P is not to claim it, or it is no user
 * ID. */
static const char *logged_on_user(const struct node *n, const struct process *p, const struct lp_allocate *m)
{
    const char *name = "";
    if (n->account_name && m->context == 0 && m->user_n == 0)
        name = n->account_name(p->uid);
    return strlen(name) <= NAME_USER_MAX ? name : "";
}

/* The user that security SAME passes on for M, which this node has verified; "" = none. */
static const char *vouched_user(const struct node *n, const struct process *p, const struct lp_allocate *m)
{
    const char *verified = m->security == SECURITY_SAME ? verified_user(n, p, m->context) : "";
    if (!verified[0] && m->security == SECURITY_SAME)
        verified = logged_on_user(n, p, m);
    return verified;
}

/* Access security as the node, and nobody else, writes it [A35].  An identity goes out as already
 * verified only when this node has verified it, or the machine of the domain that asks. */
static void fill_security(const struct node *n, struct fmh5 *a, const struct process *p,
                          const struct lp_allocate *m)
{
    const char *verified = vouched_user(n, p, m);
    if (verified[0] || m->security == NODE_SECURITY_VERIFIED) {
        a->has_user = a->already_verified = true;
        if (verified[0])
            copy_ebcdic(a->user, &a->user_n, verified, strlen(verified));
        else
            copy_ebcdic(a->user, &a->user_n, m->user, m->user_n);
        return;
    }
    if (m->security == 0 || (m->security == SECURITY_SAME && m->user_n == 0))
        return;
    if (m->user_n > 0 || m->security == SECURITY_PROGRAM) {
        a->has_user = a->has_password = true;
        copy_ebcdic(a->user, &a->user_n, m->user, m->user_n);
        const char *secret = secret_of(&n->sides.secrets, m->secret, p->uid);
        if (secret)
            copy_ebcdic(a->password, &a->password_n, secret, strlen(secret));
        else
            copy_ebcdic(a->password, &a->password_n, m->password, m->password_n);
    }
}

void node_borrow_ask(const struct node *n, const struct process *p, const struct lp_allocate *m,
                     struct lp_allocate *out)
{
    const char *verified = vouched_user(n, p, m), *secret = secret_of(&n->sides.secrets, m->secret, p->uid);
    *out = *m;
    out->secret = out->context = 0;
    out->slot = STATS_SLOT_NONE;
    lu_wanted(n, p, m->lu, out->lu);
    if (blank(m->partner))
        strcpy(out->partner, p->default_remote);
    if (verified[0]) {
        out->security = NODE_SECURITY_VERIFIED;
        out->user_n = (uint16_t)strlen(verified);
        memcpy(out->user, verified, out->user_n);
        secret = NULL;
        out->password_n = 0;
    } else if (out->security == SECURITY_NONE) {
        secret = NULL;
        out->user_n = out->password_n = 0;
    }
    if (secret) {
        out->password_n = (uint16_t)strlen(secret);
        memcpy(out->password, secret, out->password_n);
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

int allocate_attach(struct node *n, struct conversation *c, const struct process *p,
                    const struct lp_allocate *m, uint64_t now_ms)
{
    struct fmh5 a = {.resource = m->type == TYPE_MAPPED ? FMH5_MAPPED : FMH5_BASIC, .sync = m->sync};
    a.tpn_n = (uint8_t)m->tpn_n;
    memcpy(a.tpn, m->tpn, m->tpn_n);
    size_t raw = m->service_tp ? 1 : 0; /* a service TP's first octet is no character */
    ebcdic_encode(a.tpn + raw, a.tpn_n - raw);
    fill_security(n, &a, p, m);
    fill_luw(&a, c->pool->fq[c->side_of_pool], ++n->next_luw, now_ms);
    uint8_t octets[FMH5_MAX];
    ssize_t k = fmh5_encode(&a, octets, sizeof octets);
    explicit_bzero(&a, sizeof a);
    c->attach = k > 0 ? malloc(FMH5_MAX) : NULL; /* it may grow */
    if (!c->attach)
        return -1;
    memcpy(c->attach, octets, (size_t)k);
    c->attach_n = (uint8_t)k;
    explicit_bzero(octets, sizeof octets);
    return 0;
}

int node_attach_again(struct node *n, uint32_t conv, const struct fmh5 *a, uint64_t now_ms)
{
    struct conversation *c = node_conversation(n, conv);
    struct fmh5 again = *a;
    if (!c || c->state != CONV_ATTACHING || c->attach)
        return -1;
    fill_luw(&again, c->pool->fq[c->side_of_pool], ++n->next_luw, now_ms);
    c->attach = malloc(FMH5_MAX);
    ssize_t k = c->attach ? fmh5_encode(&again, c->attach, FMH5_MAX) : -1;
    if (k <= 0) {
        free(c->attach);
        c->attach = NULL;
        return -1;
    }
    c->attach_n = (uint8_t)k;
    c->state = CONV_ALLOCATED;
    return 0;
}

void allocate_describe(struct conversation *c, const struct lp_allocate *m, uint64_t now_ms)
{
    c->type = m->type;
    c->sync = m->sync;
    c->security = m->security == NODE_SECURITY_VERIFIED ? SECURITY_SAME : m->security;
    c->since_ms = now_ms;
    name_show_tp(c->tp, sizeof c->tp, m->tpn, m->tpn_n, m->service_tp);
}

static struct conversation *begin(struct node *n, struct process *p, const struct lp_allocate *m,
                                  struct session_pool *pool, uint8_t side, uint64_t now_ms)
{
    struct conversation *c = conversation_new(n, pool);
    if (!c)
        return NULL;
    c->side_of_pool = side;
    allocate_describe(c, m, now_ms);
    if (allocate_attach(n, c, p, m, now_ms) < 0) {
        conversation_free(n, c);
        return NULL;
    }
    return c;
}

/* ---- its session ---- */

static void gets(struct node *n, struct waiter *w, struct session *s, uint64_t now_ms,
                 struct node_effects *fx)
{
    struct conversation *c = LIST_OWNER(w, struct conversation, wait);
    session_take(n, s, c->side_of_pool, c->id, now_ms);
    c->session = s;
    c->max_ru = session_max_ru(s);
    c->far_open = !s->pool->local_pair;
    c->state = CONV_ALLOCATED;
    secure_attach(n, s, c->side_of_pool, c->attach, &c->attach_n);
    node_effect(fx, (struct node_effect){.kind = NODE_FX_ALLOCATED, .conv = c->id});
}

/* What the program asked for that cannot be had [A48].  Limits that it waits for are an event of their own.
 */
static void report_refused(struct node *n, const struct conversation *c, const struct waiter_refusal *why)
{
    const struct session_pool *p = c->pool;
    const struct process *by = node_process(n, c->sides[SIDE_A].process);
    if (by && (why->cnos || why->sense != SENSE_SESSION_LIMIT))
        node_event(n, EVENT(ALLOCATE_FAILED), by->program, by->pid, retcode_to_program(why->rc), c->tp,
                   p->lu[c->side_of_pool], p->lu[!c->side_of_pool], mode_shown(p->mode));
}

static void refused(struct node *n, struct waiter *w, const struct waiter_refusal *why, uint64_t now_ms,
                    struct node_effects *fx)
{
    struct conversation *c = LIST_OWNER(w, struct conversation, wait);
    (void)now_ms;
    if (!w->no_queue || why->rc != LP_RC_UNSUCCESSFUL) { /* else it goes on elsewhere */
        n->refused++;
        report_refused(n, c, why);
    }
    node_effect(
        fx, (struct node_effect){.kind = NODE_FX_REFUSED, .conv = c->id, .rc = why->rc, .sense = why->sense});
    conversation_leave(n, &c->sides[SIDE_A]);
    node_effect(fx, (struct node_effect){.kind = NODE_FX_CLOSE, .conv = c->id});
    conversation_free(n, c);
}

static const struct waiter_kind kind = {.timed = true, .gets = gets, .refused = refused};

/* A session, or a place in the queue; a return code when neither. */
static uint16_t session_or_wait(struct node *n, struct conversation *c, uint8_t control, uint64_t now_ms,
                                struct node_effects *fx)
{
    struct session_pool *p = c->pool;
    struct session *s = NULL;
    bool limits = p->limits_from != LIMITS_UNSET;
    if (limits && p->at[0].limit == 0)
        return LP_RC_ALLOCATE_FAILURE_NO_RETRY;
    c->wait = (struct waiter){.kind = &kind,
                              .pool = p,
                              .side = c->side_of_pool,
                              .immediate = control == NODE_RETURN_IMMEDIATE,
                              .no_queue = control == NODE_RETURN_UNLESS_EXHAUSTED,
                              .since_ms = now_ms};
    list_init(&c->wait.link);
    /* Earlier waiters go first. */
    if (limits && list_empty(&p->waiters) &&
        ((s = pool_idle(p, c->side_of_pool)) ||
         (n->spare && n->spare(n->spare_arg, p) && (s = pool_idle(p, c->side_of_pool)))))
        gets(n, &c->wait, s, now_ms, fx);
    else if (limits && c->wait.immediate)
        return LP_RC_UNSUCCESSFUL;
    else
        waiter_add(n, &c->wait, now_ms);
    return LP_RC_OK;
}

bool node_reaches(const struct node *n, const struct lu_partner *p)
{
    uint32_t carrier;
    return p->local || (n->carriers.reach &&
                        n->carriers.reach(n->carriers.arg, p->alias, p->fq, &carrier) != CARRIER_NONE);
}

static struct conversation *try_allocate(struct node *n, struct process *p, const void *caller,
                                         const struct lp_allocate *m, uint64_t now_ms,
                                         struct node_effects *fx, uint16_t *rc)
{
    const struct cfg_lu *lu;
    const struct cfg_mode *mode;
    struct lu_partner partner;
    uint8_t side;
    *rc = resolve(n, p, caller, m, &lu, &partner, &mode);
    if (*rc == LP_RC_OK)
        *rc = injected(n, m, lu, &partner);
    if (*rc == LP_RC_OK && !node_reaches(n, &partner))
        *rc = LP_RC_ALLOCATE_FAILURE_NO_RETRY; /* no connection leads to it */
    if (*rc != LP_RC_OK)
        return NULL;
    struct session_pool *pool = pool_find(n, lu, &partner, mode, mode->name, &side);
    *rc = LP_RC_MEMORY;
    if (!pool)
        return NULL;
    if (cnos_first_use(n, pool, side, now_ms, fx) != CNOS_RC_ACCEPTED) {
        *rc = LP_RC_ALLOCATE_FAILURE_RETRY;
        return NULL;
    }
    return begin(n, p, m, pool, side, now_ms);
}

uint32_t node_allocate(struct node *n, struct process *p, const void *caller, const struct lp_allocate *m,
                       uint64_t now_ms, struct node_effects *fx, uint16_t *rc)
{
    n->allocates++;
    struct conversation *c = NULL;
    *rc = LP_RC_MEMORY;
    if (node_reserve(n, fx) == 0)
        c = try_allocate(n, p, caller, m, now_ms, fx, rc);
    if (c) {
        conversation_join(c, SIDE_A, p, m->slot);
        *rc = session_or_wait(n, c, m->return_control, now_ms, fx);
    }
    if (c && *rc != LP_RC_OK) {
        conversation_leave(n, &c->sides[SIDE_A]);
        conversation_free(n, c);
        c = NULL;
    }
    n->refused += !c;
    uint32_t id = c ? c->id : 0;
    node_work(n, now_ms, fx); /* it may refuse C, and says so */
    return id;
}

void node_allocate_cancel(struct node *n, uint32_t conv, uint64_t now_ms, struct node_effects *fx)
{
    struct conversation *c = node_conversation(n, conv);
    if (!c || c->state != CONV_WAITING)
        return;
    conversation_leave(n, &c->sides[SIDE_A]);
    conversation_over(n, c, now_ms, fx);
    node_work(n, now_ms, fx);
}

void node_allocated(const struct node *n, uint32_t conv, struct lp_allocated *out)
{
    const struct conversation *c = node_conversation(n, conv);
    *out = (struct lp_allocated){.rc = LP_RC_PRODUCT_SPECIFIC_ERROR};
    if (!c || !c->session)
        return;
    out->rc = LP_RC_OK;
    out->conv = conv;
    out->max_ru = c->max_ru;
    strcpy(out->local, c->pool->fq[c->side_of_pool]);
    strcpy(out->partner, c->pool->fq[!c->side_of_pool]);
    strcpy(out->lu, c->pool->lu[c->side_of_pool]);
    strcpy(out->partner_alias, c->pool->lu[!c->side_of_pool]);
    strcpy(out->mode, c->pool->mode);
}
