/* The APPC verbs for sessions, as far as they are the node's business.  The codes of the answers are those of
 * the verbs. */
#include "snanode/io/sessionverb.h"

#include <stdlib.h>
#include <string.h>

#include "snanode/base/log.h"
#include "snanode/base/names.h"
#include "snanode/io/access.h"
#include "snanode/io/admin.h"
#include "snanode/io/client.h"
#include "snanode/io/context.h"
#include "snanode/local/retcode.h"
#include "snanode/node/cnos.h"
#include "snanode/wire/sense.h"

enum primary {
    OK = 0x0000,
    PARAMETER_CHECK = 0x0001,
    PARTNER_LU_REJECT = 0x0018,
    CANCELED = 0x0021,
    ACTIVATION_FAIL_RETRY = 0x0310,
    ACTIVATION_FAIL_NO_RETRY = 0x0311,
    SESSION_LIMITS_CLOSED = 0x0312,
    SESSION_LIMITS_EXCEEDED = 0x0313,
    SESSION_DEACTIVATED = 0x0315,
    UNEXPECTED_ERROR = 0xF011,
    INVALID_KEY = 0xF020,
};
enum secondary {
    BAD_LU_ALIAS = 0x003,
    BAD_PARTNER_LU_ALIAS = 0x15B,
    CNOS_MODE_NAME_REJECT = 0x157,
    INVALID_SESSION_ID = 0x512,
    INVALID_POLARITY = 0x513,
    INVALID_LU_ALIAS = 0x515,
    INVALID_PLU_ALIAS = 0x516,
    INVALID_MODE_NAME = 0x517,
    CPSVCMG_MODE_NOT_ALLOWED = 0x519,
};

struct order {
    struct list link;
    uint32_t client;
    uint32_t tag;              /* of what the node does; 0: this file waits for a session */
    struct session_pool *pool; /* of a new session, or whose limits change */
    uint8_t side, polarity;
    uint32_t after;   /* a session of POOL that the partner begins, with this number or a higher one */
    uint32_t session; /* the end of this one, 0 = none */
};

static void answer(struct client *c, const struct lp_ordered *m)
{
    c->pending = PENDING_NONE;
    ANSWER(c, ordered, m, -1);
}

static void refuse(struct client *c, unsigned primary, unsigned secondary)
{
    answer(c, &(struct lp_ordered){.primary = (uint16_t)primary, .secondary = secondary});
}

/* NULL: out of memory, and C has been told. */
static struct order *order_new(struct client *c, uint32_t tag)
{
    struct order *o = calloc(1, sizeof *o);
    if (!o) {
        refuse(c, UNEXPECTED_ERROR, 0);
        return NULL;
    }
    o->client = c->id;
    o->tag = tag;
    c->pending = PENDING_ORDER;
    list_append(&c->server->orders, &o->link);
    return o;
}

static void order_free(struct order *o)
{
    list_remove(&o->link);
    free(o);
}

/* Who has ordered O and still waits; NULL: nobody. */
static struct client *orderer(const struct server *s, const struct order *o)
{
    struct client *c = client_get(s, o->client);
    return c && c->pending == PENDING_ORDER ? c : NULL;
}

/* ---- what is meant ---- */

struct target {
    const struct cfg_lu *lu;
    struct lu_partner partner;
    const struct cfg_mode *mode;
    struct session_pool *pool;
    uint8_t side;
};

/* The local LU called LU, "" = the default of the user of C; NULL: there is none that C may use. */
static const struct cfg_lu *find_lu(struct client *c, const char *lu)
{
    struct server *s = c->server;
    const struct process *p = node_process(s->node, c->process);
    const struct cfg_lu *found = lu[0] ? config_lu(s->node->cfg, lu)
                                 : p   ? lu_for_process(s->node, p, "")
                                       : NULL;
    return found && lu_admits(s->node, p, c, found) ? found : NULL;
}

static bool find_partner(const struct client *c, const struct cfg_lu *lu, const char *name,
                         struct lu_partner *out)
{
    const struct server *s = c->server;
    const struct process *p = node_process(s->node, c->process);
    const char *partner = name[0] ? name : p->default_remote;
    return partner[0] && lu_partner_find(s->node->cfg, lu, partner, out) == 0;
}

/* False, with C told: no LU, no partner (the secondary codes of the verb), no mode (MODE is its answer). */
static bool find_target(struct client *c, const char *lu, const char *partner, const char *mode,
                        const unsigned bad[2], const struct lp_ordered *bad_mode, struct target *t)
{
    struct node *n = c->server->node;
    t->lu = find_lu(c, lu);
    if (!t->lu) {
        refuse(c, PARAMETER_CHECK, bad[0]);
        return false;
    }
    if (!find_partner(c, t->lu, partner, &t->partner)) {
        refuse(c, PARAMETER_CHECK, bad[1]);
        return false;
    }
    t->mode = config_mode(n->cfg, mode);
    if (!t->mode || !lu_partnered(t->lu, &t->partner, t->mode)) {
        if (t->mode && t->mode->reserved)
            refuse(c, PARAMETER_CHECK, CPSVCMG_MODE_NOT_ALLOWED);
        else
            answer(c, bad_mode);
        return false;
    }
    t->pool = pool_find(n, t->lu, &t->partner, t->mode, t->mode->name, &t->side);
    if (!t->pool)
        refuse(c, UNEXPECTED_ERROR, 0);
    return t->pool != NULL;
}

static const unsigned bad_of_session[2] = {INVALID_LU_ALIAS, INVALID_PLU_ALIAS};
static const struct lp_ordered bad_mode_of_session = {.primary = PARAMETER_CHECK,
                                                      .secondary = INVALID_MODE_NAME};

/* What is not only the program's own affair is for those who may administer the node [P16]. */
static bool may_order(const struct client *c)
{
    return access_admin(c->server->access, client_peer(c), c->uid);
}

/* ---- ACTIVATE_SESSION ---- */

static bool of_polarity(const struct order *o, const struct session *e)
{
    return o->polarity == ORDER_EITHER || (e->winner == o->side) == (o->polarity == ORDER_WINNER);
}

static void activated(struct client *c, const struct order *o, const struct session *e)
{
    unsigned polarity = e->winner == o->side ? ORDER_WINNER : ORDER_LOSER;
    answer(c, &(struct lp_ordered){.primary = OK, .secondary = polarity, .session = e->id});
}

/* A sense of SENSE_SESSION_LIMIT and its kin, where no session may be: the mode is closed. */
static unsigned failure(const struct session_pool *p, uint32_t sense)
{
    if (sense == SENSE_SESSION_LIMIT || sense == SENSE_WINNER_LIMIT)
        return p->at[0].limit == 0 ? SESSION_LIMITS_CLOSED : SESSION_LIMITS_EXCEEDED;
    return retcode_of_allocate(sense) == LP_RC_ALLOCATE_FAILURE_RETRY ? ACTIVATION_FAIL_RETRY
                                                                      : ACTIVATION_FAIL_NO_RETRY;
}

static void say_activation(struct server *s, struct client *c, const struct order *o,
                           const struct node_effect *e)
{
    const struct session *session = e->rc == ORDER_DONE ? session_by_id(s->node, e->sense) : NULL;
    if (session)
        activated(c, o, session);
    else if (e->rc == ORDER_SENSE)
        refuse(c, failure(o->pool, e->sense), 0);
    else
        refuse(c,
               e->rc == ORDER_CNOS && e->sense == CNOS_RC_NO_SESSION ? ACTIVATION_FAIL_RETRY
                                                                     : ACTIVATION_FAIL_NO_RETRY,
               0);
}

static int on_activate(struct client *c, const uint8_t *msg, size_t n)
{
    struct server *s = c->server;
    struct lp_activate m;
    struct target t;
    if (lp_activate_decode(msg, n, &m) < 0)
        return -1;
    if (m.polarity >= ORDER_POLARITY_N) {
        refuse(c, PARAMETER_CHECK, INVALID_POLARITY);
        return 0;
    }
    if (!find_target(c, m.lu, m.partner, m.mode, bad_of_session, &bad_mode_of_session, &t))
        return 0;
    if (!node_reaches(s->node, &t.partner)) {
        refuse(c, ACTIVATION_FAIL_NO_RETRY, 0);
        return 0;
    }
    struct order *o = order_new(c, m.passive ? 0 : admin_tag(s));
    if (!o)
        return 0;
    o->pool = t.pool;
    o->side = t.side;
    o->polarity = m.polarity;
    o->after = s->node->next_session;
    if (!m.passive)
        node_activate(s->node, t.pool, t.side, (enum order_polarity)m.polarity, o->tag, now_ms(), &s->nfx);
    return 0;
}

/* ---- DEACTIVATE_SESSION, and sessions that end otherwise ---- */

/* The sessions of P, or only the one called ID, end because a program wants it: their watchers have nothing
 * to tell. */
static void quiet(struct server *s, const struct session_pool *p, uint32_t id)
{
    LIST_FOREACH_SAFE(l, &s->orders) {
        struct order *o = LIST_OWNER(l, struct order, link);
        const struct session *e = o->session ? session_by_id(s->node, o->session) : NULL;
        struct client *c = orderer(s, o);
        if (!e || e->pool != p || (id && o->session != id))
            continue;
        if (c)
            refuse(c, OK, 0);
        order_free(o);
    }
}

static int on_deactivate(struct client *c, const uint8_t *msg, size_t n)
{
    struct server *s = c->server;
    struct lp_deactivate m;
    struct target t;
    if (lp_deactivate_decode(msg, n, &m) < 0)
        return -1;
    if (!may_order(c)) {
        refuse(c, INVALID_KEY, 0);
        return 0;
    }
    if (!find_target(c, m.lu, m.partner, m.mode, bad_of_session, &bad_mode_of_session, &t))
        return 0;
    struct session *e = m.session ? session_by_id(s->node, m.session) : NULL;
    if (m.session && (!e || e->pool != t.pool || !e->held)) {
        refuse(c, PARAMETER_CHECK, INVALID_SESSION_ID);
        return 0;
    }
    quiet(s, t.pool, m.session);
    if (e)
        node_deactivate(s->node, e, m.cleanup, now_ms(), &s->nfx);
    else
        admin_deactivate_all(s, t.pool, m.cleanup);
    refuse(c, OK, 0);
    return 0;
}

static int on_watch(struct client *c, const uint8_t *msg, size_t n)
{
    struct lp_watch m;
    if (lp_watch_decode(msg, n, &m) < 0 || m.session == 0)
        return -1;
    struct order *o = order_new(c, 0);
    if (o)
        o->session = m.session;
    return 0; /* sessionverb_look sees whether it is there */
}

/* ---- CNOS ---- */

static void say_limits(struct client *c, const struct order *o, enum cnos_code rc)
{
    const struct mode_limits *l = &o->pool->at[o->side];
    answer(c, &(struct lp_ordered){.primary = cnos_primary(rc),
                                   .secondary = cnos_secondary(rc),
                                   .limit = (uint16_t)l->limit,
                                   .winners = (uint16_t)l->min_winners,
                                   .losers = (uint16_t)l->min_losers});
}

static int on_cnos(struct client *c, const uint8_t *msg, size_t n)
{
    static const unsigned bad[2] = {BAD_LU_ALIAS, BAD_PARTNER_LU_ALIAS};
    static const struct lp_ordered bad_mode = {.primary = PARTNER_LU_REJECT,
                                               .secondary = CNOS_MODE_NAME_REJECT};
    struct server *s = c->server;
    struct lp_cnos m;
    struct target t;
    if (lp_cnos_decode(msg, n, &m) < 0)
        return -1;
    if (!may_order(c)) {
        refuse(c, INVALID_KEY, 0);
        return 0;
    }
    if (!find_target(c, m.lu, m.partner, m.all_modes ? CNOS_MODE : m.mode, bad, &bad_mode, &t))
        return 0;
    struct order *o = order_new(c, admin_tag(s));
    if (!o)
        return 0;
    o->pool = t.pool;
    o->side = t.side;
    const struct cnos_ask ask = {.reset = m.limit == 0,
                                 .limit = m.limit,
                                 .winners = m.winners,
                                 .losers = m.losers,
                                 .auto_activate = m.auto_activate,
                                 .drain_source = m.drain_source,
                                 .drain_target = m.drain_target,
                                 .target_responsible = m.target_responsible,
                                 .all_modes = m.all_modes,
                                 .within_definition = !m.negotiable};
    node_cnos(s->node, t.pool, t.side, &ask, o->tag, now_ms(), &s->nfx);
    return 0;
}

/* ---- GET_LU_STATUS ---- */

static int on_lu_status(struct client *c, const uint8_t *msg, size_t n)
{
    struct lp_lu_status m;
    struct lp_lu_status_is out = {.rc = LP_RC_LU_UNKNOWN};
    struct lu_partner partner;
    if (lp_lu_status_decode(msg, n, &m) < 0)
        return -1;
    const struct cfg_lu *lu = find_lu(c, m.lu);
    if (lu && m.partner[0] && !find_partner(c, lu, m.partner, &partner)) {
        out.rc = LP_RC_PARTNER_UNKNOWN;
    } else if (lu) {
        struct lu_pair *pair = m.partner[0] ? pair_lookup(c->server->node, lu, &partner) : NULL;
        out = (struct lp_lu_status_is){
            .rc = LP_RC_OK, .active = pair ? pair->active : 0, .pool = lu->default_pool};
        out.zero = !pair || !pair->had_some;
        if (pair)
            pair->had_some = pair->active > 0;
    }
    ANSWER(c, lu_status_is, &out, -1);
    return 0;
}

/* ---- GetAppcConfig ---- */

static bool partnered(const struct node_config *cfg, const struct cfg_lu *lu, const char *alias)
{
    struct lu_partner p;
    if (lu_partner_find(cfg, lu, alias, &p) < 0)
        return false;
    for (size_t i = 0; i < cfg->n_modes; i++)
        if (!cfg->modes[i].reserved && lu_partnered(lu, &p, &cfg->modes[i]))
            return true;
    return false;
}

static void add_partner(const struct node_config *cfg, const struct cfg_lu *lu, const char *alias,
                        const struct lp_partners *m, struct lp_partners_are *out)
{
    if (!partnered(cfg, lu, alias) || out->total++ < m->from || out->names_n + NAME_MAX8 > LP_NAMES_OCTETS)
        return;
    memset(out->names + out->names_n, ' ', NAME_MAX8);
    memcpy(out->names + out->names_n, alias, strlen(alias));
    out->names_n = (uint16_t)(out->names_n + NAME_MAX8);
}

static int on_partners(struct client *c, const uint8_t *msg, size_t n)
{
    const struct node_config *cfg = c->server->node->cfg;
    const struct process *p = node_process(c->server->node, c->process);
    struct lp_partners m;
    struct lp_partners_are out = {.rc = LP_RC_OK};
    if (lp_partners_decode(msg, n, &m) < 0)
        return -1;
    const struct cfg_lu *lu = find_lu(c, m.lu);
    if (!lu) {
        out.rc = m.lu[0] ? LP_RC_LU_UNKNOWN : LP_RC_LU_NONE;
    } else {
        for (size_t i = 0; i < cfg->n_rlus; i++)
            add_partner(cfg, lu, cfg->rlus[i].alias, &m, &out);
        for (size_t i = 0; i < cfg->n_lus; i++)
            if (&cfg->lus[i] != lu)
                add_partner(cfg, lu, cfg->lus[i].alias, &m, &out);
        out.has_default = p->default_remote[0] && partnered(cfg, lu, p->default_remote);
    }
    ANSWER(c, partners_are, &out, -1);
    return 0;
}

/* ---- what comes later ---- */

void sessionverb_told(struct server *s, const struct node_effect *e)
{
    LIST_FOREACH_SAFE(l, &s->orders) {
        struct order *o = LIST_OWNER(l, struct order, link);
        if (!o->tag || o->tag != e->conv)
            continue;
        struct client *c = orderer(s, o);
        if (c && e->kind == NODE_FX_CNOS)
            say_limits(c, o, (enum cnos_code)e->rc);
        else if (c)
            say_activation(s, c, o, e);
        order_free(o);
    }
}

/* The pool may have gone with its definition. */
static bool pool_is_there(const struct node *n, const struct session_pool *p)
{
    LIST_FOREACH(l, &n->pools)
        if (LIST_OWNER(l, struct session_pool, link) == p)
            return true;
    return false;
}

/* A session that the partner has begun since O. */
static const struct session *begun_by_partner(const struct order *o)
{
    LIST_FOREACH(l, &o->pool->sessions) {
        const struct session *e = LIST_OWNER(l, struct session, link);
        if (e->counted && e->id >= o->after && e->primary != o->side && of_polarity(o, e))
            return e;
    }
    return NULL;
}

/* True: O is done, and C (NULL: nobody) is told. */
static bool look(const struct server *s, const struct order *o, struct client *c)
{
    if (!c)
        return true;
    if (o->session) {
        const struct session *e = session_by_id(s->node, o->session);
        if (e && e->held)
            return false;
        refuse(c, SESSION_DEACTIVATED, 0);
        return true;
    }
    if (!pool_is_there(s->node, o->pool)) {
        refuse(c, ACTIVATION_FAIL_NO_RETRY, 0);
        return true;
    }
    const struct session *e = begun_by_partner(o);
    if (e)
        activated(c, o, e);
    return e != NULL;
}

void sessionverb_look(struct server *s)
{
    LIST_FOREACH_SAFE(l, &s->orders) {
        struct order *o = LIST_OWNER(l, struct order, link);
        if (!o->tag && look(s, o, orderer(s, o)))
            order_free(o);
    }
}

void sessionverb_cancel(struct client *c)
{
    LIST_FOREACH_SAFE(l, &c->server->orders) {
        struct order *o = LIST_OWNER(l, struct order, link);
        if (o->client == c->id)
            order_free(o);
    }
    refuse(c, CANCELED, 0);
}

void sessionverb_forget_all(struct server *s)
{
    LIST_FOREACH_SAFE(l, &s->orders)
        order_free(LIST_OWNER(l, struct order, link));
}

int sessionverb_handle(struct client *c, unsigned type, const uint8_t *msg, size_t n)
{
    if (!node_process(c->server->node, c->process) || c->pending)
        return -1;
    switch (type) {
    case LP_T_ACTIVATE:
        return on_activate(c, msg, n);
    case LP_T_DEACTIVATE:
        return on_deactivate(c, msg, n);
    case LP_T_WATCH:
        return on_watch(c, msg, n);
    case LP_T_CNOS:
        return on_cnos(c, msg, n);
    case LP_T_PARTNERS:
        return on_partners(c, msg, n);
    default:
        return on_lu_status(c, msg, n);
    }
}
