#include "snanode/node/node.h"

#include <stdio.h>
#include <string.h>

void lu_fq(const char *netname, const char *luname, char out[18])
{
    snprintf(out, 18, "%.8s.%.8s", netname, luname);
}

static struct cfg_defaults defaults_of(const struct node *n, const struct process *p)
{
    if (p->n_names == 0)
        return config_user(n->cfg, "", NULL, 0); /* Everyone is who nobody knows, too */
    return config_user(n->cfg, p->names[0], p->names + 1, p->n_names - 1);
}

const char *lu_default_partner(const struct node *n, const struct process *p)
{
    return defaults_of(n, p).remote;
}

const struct cfg_lu *lu_for_program(const struct node *n, const struct process *p, const char *wanted)
{
    const char *alias = n->client_lu ? n->client_lu(n->client_lu_arg, p->program) : NULL;
    if (!alias && wanted[0])
        alias = wanted;
    if (alias)
        return config_lu(n->cfg, alias); /* one that names no LU of ours is an error, not a reason to look on */
    if ((alias = defaults_of(n, p).local))
        return config_lu(n->cfg, alias);
    for (size_t i = 0; i < n->cfg->n_lus; i++)
        if (n->cfg->lus[i].default_pool)
            return &n->cfg->lus[i];
    return NULL;
}

static bool same_fq(const char *netname, const char *luname, const char *fq)
{
    char mine[18];
    if (fq[0] == '.') /* empty network: the LU name alone */
        return strcmp(fq + 1, luname) == 0;
    lu_fq(netname, luname, mine);
    return strcmp(mine, fq) == 0;
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
    for (size_t i = 0; by_fq && !out->local && i < cfg->n_lus; i++)
        if (same_fq(cfg->lus[i].netname, cfg->lus[i].luname, name))
            out->local = &cfg->lus[i];
    for (size_t i = 0; by_fq && !out->local && !out->remote && i < cfg->n_rlus; i++)
        if (same_fq(cfg->rlus[i].netname, cfg->rlus[i].luname, name))
            out->remote = &cfg->rlus[i];
    if (out->local) {
        strcpy(out->alias, out->local->alias);
        lu_fq(out->local->netname, out->local->luname, out->fq);
    } else if (out->remote) {
        strcpy(out->alias, out->remote->alias);
        lu_fq(out->remote->netname, out->remote->luname, out->fq);
    }
    return out->local || out->remote ? 0 : -1;
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
    if (lu->auto_partner && partner_auto && mode->auto_partner)
        return true;
    if (listed(lu->partners, lu->n_partners, p->alias, mode->name))
        return true;
    return p->local ? listed(p->local->partners, p->local->n_partners, lu->alias, mode->name)
                    : listed(p->remote->partners, p->remote->n_partners, lu->alias, mode->name);
}
