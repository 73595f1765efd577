#include "snanode/node/node.h"

#include <stdio.h>
#include <string.h>

#include "snanode/base/names.h"

void lu_fq(const char *netname, const char *luname, char out[NAME_FQ_ROOM])
{
    snprintf(out, NAME_FQ_ROOM, "%.8s.%.8s", netname, luname);
}

/* The alias that settles it, or NULL. */
static const char *named(const struct node *n, const struct process *p, const char *wanted)
{
    const char *alias = n->client_lu ? n->client_lu(n->client_lu_arg, p->program) : NULL;
    if (!alias && wanted[0])
        alias = wanted;
    if (!alias && p->default_lu[0])
        alias = p->default_lu;
    return alias;
}

/* A process keeps the local LU that it got first, unless it names one itself or GETNEWTPID says otherwise
 * [A41]. */
static const struct cfg_lu *kept(const struct node *n, const struct process *p, const char *wanted)
{
    return p->lu[0] && !wanted[0] && !n->new_lu_each_time ? config_lu(n->cfg, p->lu) : NULL;
}

bool lu_is_named(const struct node *n, const struct process *p, const char *wanted)
{
    return named(n, p, wanted) != NULL;
}

const struct cfg_lu *lu_for_process(const struct node *n, const struct process *p, const char *wanted)
{
    const struct cfg_lu *lu = kept(n, p, wanted);
    const char *alias = lu ? NULL : named(n, p, wanted);
    /* One that names no LU of ours is an error, not a reason to look on. */
    return alias ? config_lu(n->cfg, alias) : lu;
}

bool lu_elsewhere(const struct node *n, const struct process *p, const char *wanted, char alias[NAME_ROOM8])
{
    const char *name = named(n, p, wanted);
    if (!n->elsewhere || strlen(name ? name : "") > NAME_MAX8 ||
        !n->elsewhere(n->elsewhere_arg, name ? name : ""))
        return false;
    strcpy(alias, name ? name : "");
    return true;
}

void lu_wanted(const struct node *n, const struct process *p, const char *wanted, char alias[NAME_ROOM8])
{
    const char *name = wanted[0] ? wanted : p->lu[0] && !n->new_lu_each_time ? p->lu : named(n, p, "");
    snprintf(alias, NAME_ROOM8, "%s", name ? name : "");
}

static const char *luname_of(const char *name)
{
    const char *dot = strchr(name, '.');
    return dot ? dot + 1 : name;
}

static bool same_fq(const char *netname, const char *luname, const char *fq)
{
    char mine[NAME_FQ_ROOM];
    if (fq[0] == '.') /* empty network: the LU name alone */
        return strcmp(fq + 1, luname) == 0;
    lu_fq(netname, luname, mine);
    return strcmp(mine, fq) == 0;
}

const struct cfg_lu *lu_local_by_name(const struct node_config *cfg, const char *name)
{
    const struct cfg_lu *lu = config_lu_named(cfg, luname_of(name), NULL);
    while (lu && strchr(name, '.') && !same_fq(lu->netname, lu->luname, name))
        lu = config_lu_named(cfg, lu->luname, lu);
    return lu;
}

/* The same for a remote LU. */
static const struct cfg_rlu *remote_by_name(const struct node_config *cfg, const char *name)
{
    const struct cfg_rlu *rlu = config_rlu_named(cfg, luname_of(name), NULL);
    while (rlu && strchr(name, '.') && !same_fq(rlu->netname, rlu->luname, name))
        rlu = config_rlu_named(cfg, rlu->luname, rlu);
    return rlu;
}

/* A remote LU that nobody defined is made on request where a connection allows it (/dynamicludef [HIS:
 * MsSna_Connection Class]): its properties are the defaults, its alias is its LU name. */
static const struct cfg_rlu *dynamic_partner(const struct node_config *cfg, const char *fq)
{
    static const struct cfg_rlu made = {.auto_partner = true, .parallel = true};
    if (fq[0] == '.' || !name_valid_fq(fq, strlen(fq)))
        return NULL;
    for (size_t i = 0; i < cfg->n_conns; i++)
        if (cfg->conns[i].dynamic_lus)
            return &made;
    return NULL;
}

int lu_partner_find(const struct node_config *cfg, const struct cfg_lu *lu, const char *name,
                    struct lu_partner *out)
{
    bool by_fq = strchr(name, '.') != NULL;
    (void)lu;
    *out = (struct lu_partner){.local = NULL};
    if (!by_fq) {
        out->local = config_lu(cfg, name);
        if (!out->local)
            out->remote = config_rlu(cfg, name);
    }
    if (by_fq && !(out->local = lu_local_by_name(cfg, name)))
        out->remote = remote_by_name(cfg, name);
    if (by_fq && !out->local && !out->remote && (out->remote = dynamic_partner(cfg, name))) {
        snprintf(out->alias, sizeof out->alias, "%s", strchr(name, '.') + 1);
        snprintf(out->fq, sizeof out->fq, "%s", name);
    } else if (out->local) {
        strcpy(out->alias, out->local->alias);
        lu_fq(out->local->netname, out->local->luname, out->fq);
    } else if (out->remote) {
        strcpy(out->alias, out->remote->alias);
        lu_fq(out->remote->netname, out->remote->luname, out->fq);
    }
    return out->local || out->remote ? 0 : -1;
}

int lu_partner_on_link(const struct node_config *cfg, const char *name, struct lu_partner *out)
{
    *out = (struct lu_partner){.remote = remote_by_name(cfg, name)};
    if (out->remote) {
        strcpy(out->alias, out->remote->alias);
        lu_fq(out->remote->netname, out->remote->luname, out->fq);
        return 0;
    }
    if (!strchr(name, '.') || !(out->remote = dynamic_partner(cfg, name)))
        return -1;
    snprintf(out->alias, sizeof out->alias, "%s", strchr(name, '.') + 1);
    snprintf(out->fq, sizeof out->fq, "%s", name);
    return 0;
}

static bool listed(const struct cfg_partner *v, size_t n, const char *lu, const char *mode)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(v[i].lu, lu) == 0 && strcmp(v[i].mode, mode) == 0)
            return true;
    return false;
}

bool lu_partnered(const struct cfg_lu *lu, const struct lu_partner *p, const struct cfg_mode *mode)
{
    bool partner_auto = p->local ? p->local->auto_partner : p->remote->auto_partner;
    if (mode->reserved) /* CPSVCMG is between control points */
        return strcmp(mode->name, "SNASVCMG") == 0;
    if (lu->auto_partner && partner_auto && mode->auto_partner)
        return true;
    if (listed(lu->partners, lu->n_partners, p->alias, mode->name))
        return true;
    return p->local ? listed(p->local->partners, p->local->n_partners, lu->alias, mode->name)
                    : listed(p->remote->partners, p->remote->n_partners, lu->alias, mode->name);
}

/* ---- the default pool ---- */

enum use { USE_NONE, USE_PARTNERED, USE_IDLE_LOSER, USE_ROOM, USE_IDLE_WINNER, USE_KEPT_WINNER };

/* How well LU would serve: what there is for it in the pool of sessions, made or not. */
static enum use use_of(const struct node *n, const struct cfg_lu *lu, const char *partner,
                       const struct cfg_mode *mode)
{
    struct lu_partner p;
    uint8_t side;
    if (lu_partner_find(n->cfg, lu, partner, &p) < 0 || !lu_partnered(lu, &p, mode))
        return USE_NONE;
    const struct session_pool *q = pool_lookup(n, lu, &p, mode->name, &side);
    if (!q || q->limits_from == LIMITS_UNSET)
        return USE_ROOM;
    if (!list_empty(&q->waiters))
        return USE_PARTNERED;
    if (!list_empty(&q->idle[side]))
        return pool_idle(q, side)->kept ? USE_KEPT_WINNER : USE_IDLE_WINNER;
    if (pool_may_activate(n, q, side) == 0)
        return USE_ROOM;
    return list_empty(&q->idle[!side]) ? USE_PARTNERED : USE_IDLE_LOSER;
}

bool lu_pool_empty(const struct node *n)
{
    size_t i = 0;
    return !config_pool_member(n->cfg, &i);
}

const struct cfg_lu *lu_alone_in_pool(const struct node *n)
{
    size_t i = 0;
    const struct cfg_lu *first = config_pool_member(n->cfg, &i);
    return first && config_pool_member(n->cfg, &i) ? NULL : first;
}

bool lu_admits(const struct node *n, const struct process *p, const void *caller, const struct cfg_lu *lu)
{
    return !n->may_allocate || n->may_allocate(n->may_allocate_arg, p, caller, lu->alias);
}

const struct cfg_lu *lu_from_pool(const struct node *n, const struct process *p, const void *caller,
                                  const char *partner, const char *mode)
{
    const struct cfg_mode *m = config_mode(n->cfg, mode);
    const struct cfg_lu *best = NULL;
    enum use most = USE_NONE;
    bool admitted = false;
    size_t i = 0;
    for (const struct cfg_lu *lu; (lu = config_pool_member(n->cfg, &i));) {
        enum use u = m && partner[0] ? use_of(n, lu, partner, m) : USE_NONE;
        bool may = lu_admits(n, p, caller, lu);
        if (!best || may > admitted || (may == admitted && u > most)) {
            best = lu;
            most = u;
            admitted = may;
        }
    }
    return best;
}
