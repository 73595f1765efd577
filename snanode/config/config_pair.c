/* Partners: pairs of LUs, each with a mode.  Both LUs belong to one node, and it decides which LU an alias
 * means. */
#include <string.h>

#include "snanode/config/config_build.h"

const char *config_rlu_server(const struct node_config *c, const struct cfg_rlu *rlu)
{
    const struct cfg_conn *conn = config_next(c, CFG_CONN, rlu->connection, NULL);
    return conn ? conn->server : NULL;
}

struct cfg_lu *config_lu_on(const struct node_config *c, const char *alias, const char *server)
{
    struct cfg_lu *lu = config_next(c, CFG_LU, alias, NULL);
    while (lu && strcmp(lu->server, server) != 0)
        lu = config_next(c, CFG_LU, alias, lu);
    return lu;
}

struct cfg_rlu *config_rlu_on(const struct node_config *c, const char *alias, const char *server,
                              const char *connection, unsigned *n)
{
    struct cfg_rlu *first = NULL;
    *n = 0;
    for (struct cfg_rlu *r = config_next(c, CFG_RLU, alias, NULL); r; r = config_next(c, CFG_RLU, alias, r)) {
        const char *on = config_rlu_server(c, r);
        if (strcmp(on ? on : c->server, server) != 0 ||
            (*connection && strcmp(connection, r->connection) != 0))
            continue;
        if (++*n == 1)
            first = r;
    }
    return first;
}

/* One side of a pair, local or remote. */
struct owner {
    const char *kind, *alias, *server;
    const struct cfg_rlu *rlu; /* NULL for a local LU */
};

static bool has_pair(const struct cfg_partner *v, size_t n, const char *lu, const char *mode)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(v[i].lu, lu) == 0 && strcmp(v[i].mode, mode) == 0)
            return true;
    return false;
}

static void check_pair_mode(const struct node_config *c, const struct owner *o, const struct cfg_partner *p,
                            const struct cfg_rlu *rlu, struct diag *d)
{
    const struct cfg_mode *m = config_mode(c, p->mode);
    if (!m)
        config_error(d, p->file, p->line, "mode %s is not defined (%s %s)", p->mode, o->kind, o->alias);
    else if (!rlu && m->auto_activate)
        config_error(
            d, p->file, p->line,
            "3950: automatic activation must be 0 in a mode of two local LUs, mode %s has %u (%s %s)",
            config_mode_shown(m->name), m->auto_activate, o->kind, o->alias);
    else if (rlu && !rlu->parallel && m->session_limit > 1)
        config_error(d, p->file, p->line,
                     "3952: remote LU %s has no parallel sessions, mode %s has a limit of %u (%s %s)",
                     rlu->alias, config_mode_shown(m->name), m->session_limit, o->kind, o->alias);
}

/* Find the partner's LU: *LU or *RLU.  False after an error. */
static bool find_partner(const struct node_config *c, const struct owner *o, const struct cfg_partner *p,
                         const struct cfg_lu **lu, const struct cfg_rlu **rlu, struct diag *d)
{
    unsigned n = 0;
    *lu = config_lu_on(c, p->lu, o->server);
    *rlu = *lu ? NULL : config_rlu_on(c, p->lu, o->server, "", &n);
    if (!*lu && !*rlu)
        config_error(d, p->file, p->line, "partner LU %s is not defined (%s %s)", p->lu, o->kind, o->alias);
    else if (*rlu && o->rlu)
        config_error(d, p->file, p->line, "%s and %s are both remote (appcrlu %s)", o->alias, p->lu,
                     o->alias);
    else if (*rlu && n > 1 && !*p->qualifier)
        config_error(d, p->file, p->line, "partner LU %s is on several connections: name one (%s %s)", p->lu,
                     o->kind, o->alias);
    else if (*p->qualifier && (*lu ? strcmp(p->qualifier, o->server) != 0
                                   : !(*rlu = config_rlu_on(c, p->lu, o->server, p->qualifier, &n))))
        config_error(d, p->file, p->line, "partner LU %s is not on %s (%s %s)", p->lu, p->qualifier, o->kind,
                     o->alias);
    else
        return true;
    return false;
}

static void check_pair(const struct node_config *c, const struct owner *o, const struct cfg_partner *p,
                       struct diag *d)
{
    const struct cfg_lu *lu;
    const struct cfg_rlu *rlu;
    if (!find_partner(c, o, p, &lu, &rlu, d))
        return;
    check_pair_mode(c, o, p, rlu ? rlu : o->rlu, d);
    /* A pair that is defined on both sides is one pair; a printed configuration may have it so. */
    bool mirrored =
        strcmp(o->alias, p->lu) != 0 && (lu ? has_pair(lu->partners, lu->n_partners, o->alias, p->mode)
                                            : has_pair(rlu->partners, rlu->n_partners, o->alias, p->mode));
    if (mirrored && strcmp(o->alias, p->lu) > 0)
        diag_warn(d, p->file, p->line, "3929: the pair %s, %s, %s is defined on both sides", o->alias, p->lu,
                  config_mode_shown(p->mode));
}

void config_check_pairs(const struct node_config *c, struct diag *d)
{
    for (size_t i = 0; i < c->n_all[CFG_LU]; i++) {
        const struct cfg_lu *lu = &c->lus[i];
        const struct owner o = {"appcllu", lu->alias, lu->server, NULL};
        for (size_t k = 0; k < lu->n_partners; k++)
            check_pair(c, &o, &lu->partners[k], d);
    }
    for (size_t i = 0; i < c->n_all[CFG_RLU]; i++) {
        const struct cfg_rlu *rlu = &c->rlus[i];
        const char *on = config_rlu_server(c, rlu);
        const struct owner o = {"appcrlu", rlu->alias, on ? on : c->server, rlu};
        for (size_t k = 0; k < rlu->n_partners; k++)
            check_pair(c, &o, &rlu->partners[k], d);
    }
}
