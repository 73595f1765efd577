/* What a program may see of the node by DISPLAY.  Each request shows one object, so that a large node goes on
 * with its work meanwhile, and the program keeps the place: nothing of it is kept here. */
#include "snanode/io/display.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/io/client.h"
#include "snanode/io/context.h"
#include "snanode/io/link/line.h"
#include "snanode/link/lfsid.h"

static bool admitted(const struct client *c, const struct cfg_lu *lu)
{
    const struct node *n = c->server->node;
    return lu_admits(n, node_process(n, c->process), c, lu);
}

static const struct cfg_conn *connection(const struct node_config *cfg, const char *name)
{
    for (size_t i = 0; i < cfg->n_conns; i++)
        if (!name[0] || strcmp(cfg->conns[i].name, name) == 0)
            return &cfg->conns[i];
    return NULL;
}

/* ---- the node ---- */

static int show_node(struct client *c, const struct lp_display *m)
{
    const struct node_config *cfg = c->server->node->cfg;
    struct lp_node_shown out = {.found = 1, .version = SNANODE_VERSION};
    const struct cfg_conn *k = connection(cfg, m->name);
    snprintf(out.server, sizeof out.server, "%.15s", cfg->server);
    if (k && *k->local_cpname)
        lu_fq(k->local_netname, k->local_cpname, out.name);
    else if (*cfg->cpname)
        lu_fq(cfg->netname, cfg->cpname, out.name);
    if (k)
        out.node_id = (uint32_t)(strtoul(k->local_block, NULL, 16) << 20 | strtoul(k->local_node, NULL, 16));
    ANSWER(c, node_shown, &out, -1);
    return 0;
}

/* ---- LUs, their partners, and the modes of both ---- */

/* The partners that LU could have: those that are not this node's, and then the node's own. */
static size_t n_candidates(const struct node_config *cfg)
{
    return cfg->n_rlus + cfg->n_lus;
}

static bool candidate(const struct node_config *cfg, const struct cfg_lu *lu, size_t i,
                      struct lu_partner *out)
{
    const char *alias = i < cfg->n_rlus ? cfg->rlus[i].alias : cfg->lus[i - cfg->n_rlus].alias;
    return strcmp(alias, lu->alias) != 0 && lu_partner_find(cfg, lu, alias, out) == 0;
}

static bool has_mode(const struct cfg_lu *lu, const struct lu_partner *p, const struct cfg_mode *mode)
{
    return !mode->reserved && lu_partnered(lu, p, mode);
}

static unsigned count_modes(const struct node_config *cfg, const struct cfg_lu *lu,
                            const struct lu_partner *p)
{
    unsigned n = 0;
    for (size_t i = 0; i < cfg->n_modes; i++)
        n += has_mode(lu, p, &cfg->modes[i]);
    return n;
}

/* The LUs that the user of C may use. */
static uint32_t count_lus(const struct client *c)
{
    const struct node *n = c->server->node;
    uint32_t total = 0;
    if (!n->may_allocate)
        return (uint32_t)n->cfg->n_lus;
    for (size_t i = 0; i < n->cfg->n_lus; i++)
        total += admitted(c, &n->cfg->lus[i]);
    return total;
}

/* Where no LU has partners by name, those that take any are partners in all modes that are for any. */
static void count_partners(const struct node_config *cfg, const struct cfg_lu *lu, struct lp_lu_shown *out)
{
    const struct cfg_survey *v = &cfg->survey;
    struct lu_partner p;
    if (v->made && !v->listed) {
        size_t partners = lu->auto_partner && v->auto_modes ? v->auto_lus - 1 + v->auto_rlus : 0;
        out->partners = (uint32_t)partners;
        out->modes = (uint32_t)(partners * v->auto_modes);
        return;
    }
    for (size_t i = 0; i < n_candidates(cfg); i++) {
        unsigned modes = candidate(cfg, lu, i, &p) ? count_modes(cfg, lu, &p) : 0;
        out->partners += modes > 0;
        out->modes += modes;
    }
}

static int show_lu(struct client *c, const struct lp_display *m)
{
    const struct node_config *cfg = c->server->node->cfg;
    struct lp_lu_shown out = {.found = 0};
    const struct cfg_lu *found = NULL;
    for (size_t i = m->at; i < cfg->n_lus && !found; i++)
        if (admitted(c, &cfg->lus[i])) {
            found = &cfg->lus[i];
            out.next = i + 1;
        }
    out.total = m->at ? 0 : count_lus(c);
    if (found) {
        out.found = 1;
        count_partners(cfg, found, &out);
        out.number = (uint8_t)found->number;
        strcpy(out.alias, found->alias);
        lu_fq(found->netname, found->luname, out.fq);
    }
    ANSWER(c, lu_shown, &out, -1);
    return 0;
}

/* The LU at PLACE that the user of C may use; NULL: there is none. */
static const struct cfg_lu *lu_at(const struct client *c, uint32_t place)
{
    const struct node_config *cfg = c->server->node->cfg;
    return place < cfg->n_lus && admitted(c, &cfg->lus[place]) ? &cfg->lus[place] : NULL;
}

/* What the sessions of LU and P have agreed on (enum bind_security). */
static uint8_t security_in_use(const struct node *n, const struct cfg_lu *lu, const struct lu_partner *p)
{
    const struct lu_pair *pair = pair_lookup(n, lu, p);
    uint8_t security = 0;
    if (!pair)
        return 0;
    LIST_FOREACH(l, &pair->pools) {
        const struct session_pool *pool = LIST_OWNER(l, struct session_pool, pair_link);
        LIST_FOREACH(k, &pool->sessions) {
            const struct session *e = LIST_OWNER(k, struct session, link);
            if (!e->counted)
                continue;
            security |= e->agreed.security;
            break; /* the others of the mode are alike */
        }
    }
    return security;
}

static void fill_partner(const struct node *n, const struct cfg_lu *lu, const struct lu_partner *p,
                         struct lp_partner_shown *out)
{
    const struct cfg_rlu *r = p->remote;
    const struct cfg_conn *k = r && *r->connection ? connection(n->cfg, r->connection) : NULL;
    strcpy(out->alias, p->alias);
    strcpy(out->fq, p->fq);
    strcpy(out->uninterpreted, r ? r->uninterpreted : "");
    out->parallel = !r || r->parallel;
    out->already_verified = !r || r->already_verified;
    out->keyed = r && r->key_type != CFG_KEY_NONE;
    out->active_security = security_in_use(n, lu, p);
    if (k && config_conn_remote_mac(k, out->mac))
        out->mac_n = sizeof out->mac;
}

static int show_partner(struct client *c, const struct lp_display *m)
{
    const struct node_config *cfg = c->server->node->cfg;
    const struct cfg_lu *lu = lu_at(c, m->lu);
    struct lp_partner_shown out = {.found = 0};
    struct lu_partner p;
    for (size_t i = m->at; lu && i < n_candidates(cfg) && !out.found; i++) {
        if (!candidate(cfg, lu, i, &p) || count_modes(cfg, lu, &p) == 0)
            continue;
        out.found = 1;
        out.next = i + 1;
        fill_partner(c->server->node, lu, &p, &out);
    }
    ANSWER(c, partner_shown, &out, -1);
    return 0;
}

static void fill_mode(const struct node *n, const struct cfg_lu *lu, const struct lu_partner *p,
                      const struct cfg_mode *mode, struct lp_mode_shown *out)
{
    uint8_t side;
    const struct session_pool *pool = pool_lookup(n, lu, p, mode->name, &side);
    strcpy(out->name, mode->name);
    out->implicit =
        p->remote && p->remote->has_implicit_mode && strcmp(p->remote->implicit_mode, mode->name) == 0;
    if (!pool)
        return;
    out->limit = (uint16_t)pool->at[side].limit;
    out->winners = (uint16_t)pool->at[side].min_winners;
    out->losers = (uint16_t)pool->at[side].min_losers;
    out->active = (uint16_t)pool->active;
    out->won = (uint16_t)pool->winners[side];
    out->lost = (uint16_t)pool->winners[!side];
}

static int show_mode(struct client *c, const struct lp_display *m)
{
    const struct node_config *cfg = c->server->node->cfg;
    const struct cfg_lu *lu = lu_at(c, m->lu);
    struct lp_mode_shown out = {.found = 0};
    struct lu_partner p;
    bool known = lu && m->partner < n_candidates(cfg) && candidate(cfg, lu, m->partner, &p);
    for (size_t i = m->at; known && i < cfg->n_modes && !out.found; i++) {
        if (!has_mode(lu, &p, &cfg->modes[i]))
            continue;
        out.found = 1;
        out.next = i + 1;
        fill_mode(c->server->node, lu, &p, &cfg->modes[i], &out);
    }
    ANSWER(c, mode_shown, &out, -1);
    return 0;
}

/* ---- sessions ---- */

/* Sessions have rising numbers, and an end's place is made of its session's: it is good although others come
 * and go. */
static uint64_t place_of(const struct session *s, unsigned side)
{
    return (uint64_t)s->id << 1 | side;
}

static void fill_session(const struct client *c, const struct session *s, unsigned side,
                         struct lp_session_shown *out)
{
    const struct session_pool *p = s->pool;
    unsigned role = s->primary != side;
    const struct path *path = &s->half[side].path;
    out->session = s->id;
    out->conv = node_conversation(c->server->node, s->conv) ? s->conv : 0;
    strcpy(out->lu, p->lu[side]);
    strcpy(out->partner, p->lu[!side]);
    strcpy(out->mode, p->mode);
    strcpy(out->fq, p->fq[side]);
    strcpy(out->partner_fq, p->fq[!side]);
    out->send_ru = s->agreed.send_ru[role];
    out->recv_ru = s->agreed.send_ru[!role];
    out->send_window = s->agreed.window[role];
    out->recv_window = s->agreed.window[!role];
    out->adaptive = s->agreed.adaptive;
    const struct line *l = path->carrier == CARRIER_LOCAL ? NULL : line_by_id(c->server, path->carrier);
    if (!l)
        return;
    struct th h;
    strcpy(out->connection, l->conf.name);
    lfsid_to_th(&l->station_link.lfsid, (uint32_t)path->address, &h);
    out->addresses = (uint32_t)h.daf << 16 | (uint32_t)h.oaf << 8 | h.odai;
}

/* Whether end SIDE of P's sessions is that of an LU which the user of C may use. */
static bool end_is_shown(const struct client *c, const struct session_pool *p, unsigned side)
{
    const struct cfg_lu *lu =
        side == 0 || p->local_pair ? config_lu(c->server->node->cfg, p->lu[side]) : NULL;
    return lu && admitted(c, lu);
}

static uint32_t count_ends(const struct client *c)
{
    uint32_t total = 0;
    LIST_FOREACH(l, &c->server->node->pools) {
        const struct session_pool *p = LIST_OWNER(l, struct session_pool, link);
        for (unsigned side = 0; p->active && side < 2; side++)
            total += end_is_shown(c, p, side) ? p->active : 0;
    }
    return total;
}

/* The first end at place AT or after it that is shown to C; NULL: there is none. */
static const struct session *end_from(const struct client *c, uint64_t at, unsigned *side)
{
    const struct roster *r = &c->server->node->sessions;
    const struct session *s = at >> 1 > UINT32_MAX ? NULL : roster_from(r, (uint32_t)(at >> 1));
    for (; s; s = s->id < UINT32_MAX ? roster_from(r, s->id + 1) : NULL)
        for (*side = 0; s->counted && *side < 2; ++*side)
            if (place_of(s, *side) >= at && end_is_shown(c, s->pool, *side))
                return s;
    return NULL;
}

static int show_session(struct client *c, const struct lp_display *m)
{
    struct lp_session_shown out = {.total = m->at ? 0 : count_ends(c)};
    unsigned side;
    const struct session *found = end_from(c, m->at, &side);
    if (found) {
        out.found = 1;
        out.next = place_of(found, side) + 1;
        fill_session(c, found, side, &out);
    }
    ANSWER(c, session_shown, &out, -1);
    return 0;
}

/* ---- connections ---- */

static uint8_t state_of(const struct line *l)
{
    static const uint8_t states[LINE_STATE_N] = {
        [LINE_CALLING] = 1, [LINE_EXCHANGE] = 1, [LINE_CIRCUIT] = 2, [LINE_ACTIVE] = 3, [LINE_ENDING] = 4};
    return l ? states[l->state] : 0;
}

static void fill_connection(const struct cfg_conn *k, const struct line *l, struct lp_connection_shown *out)
{
    bool up = l && line_is_up(l);
    strcpy(out->name, k->name);
    out->state = state_of(l);
    out->incoming = l && l->legs[PEER_THEIRS] && !l->legs[PEER_OURS];
    out->role = (uint8_t)k->role;
    out->automatic = k->activation == CFG_ACT_STARTUP;
    out->demand = k->activation == CFG_ACT_DEMAND;
    out->host = k->remote_end == CFG_END_HOST;
    out->btu = k->max_btu;
    if (up) {
        out->role = l->station_link.station.primary ? CFG_ROLE_PRIMARY : CFG_ROLE_SECONDARY;
        out->btu = l->station_link.station.send_btu;
        out->sessions = l->station_link.sessions.n;
    }
    if (config_conn_remote_mac(k, out->mac))
        out->mac_n = sizeof out->mac;
}

static int show_connection(struct client *c, const struct lp_display *m)
{
    const struct node_config *cfg = c->server->node->cfg;
    struct lp_connection_shown out = {.found = 0};
    for (size_t i = m->at; i < cfg->n_conns && !out.found; i++) {
        const struct cfg_conn *k = &cfg->conns[i];
        if (k->type != CFG_CONN_DLSW)
            continue;
        out.found = 1;
        out.next = i + 1;
        fill_connection(k, line_by_name(c->server, k->name), &out);
    }
    for (size_t i = 0; m->at == 0 && i < cfg->n_conns; i++)
        if (cfg->conns[i].type == CFG_CONN_DLSW) {
            out.total++;
            out.active += state_of(line_by_name(c->server, cfg->conns[i].name)) != 0;
        }
    ANSWER(c, connection_shown, &out, -1);
    return 0;
}

int display_show(struct client *c, const uint8_t *msg, size_t n)
{
    struct lp_display m;
    if (!node_process(c->server->node, c->process) || c->pending || lp_display_decode(msg, n, &m) < 0)
        return -1;
    switch (m.what) {
    case LP_DISPLAY_NODE:
        return show_node(c, &m);
    case LP_DISPLAY_LU:
        return show_lu(c, &m);
    case LP_DISPLAY_PARTNER:
        return show_partner(c, &m);
    case LP_DISPLAY_MODE:
        return show_mode(c, &m);
    case LP_DISPLAY_SESSION:
        return show_session(c, &m);
    case LP_DISPLAY_CONNECTION:
        return show_connection(c, &m);
    default:
        return -1;
    }
}
