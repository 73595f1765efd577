/* The configuration as a whole: what one command cannot know because objects may come in any order and in
 * several files.  Error numbers and rules: attach sheet 7 and 8.1. */
#include <stdlib.h>
#include <string.h>

#include "snanode/base/names.h"
#include "snanode/node/config_build.h"

#define DEFAULT_NETNAME "APPN" /* attach sheet 7.1: the server's network name, else this */

static void check_server(struct node_config *c, struct diag *d)
{
    if (!*c->server) {
        const char *file = c->n_files ? c->files[c->n_files - 1] : "configuration";
        config_error(d, file, 0, "there is no server command in any file: server NAME /add is needed");
    }
    if (!*c->netname != !*c->cpname)
        config_error(d, c->server_at.file, c->server_at.line,
                     "/netname and /cpname go together, /%s is missing (server %s)",
                     *c->netname ? "cpname" : "netname", c->server);
    if (!*c->netname)
        strcpy(c->netname, DEFAULT_NETNAME);
}

static void check_lu(struct node_config *c, struct cfg_lu *lu, struct diag *d)
{
    if (!*lu->server)
        memcpy(lu->server, c->server, sizeof lu->server);
    else if (*c->server && strcmp(lu->server, c->server) != 0)
        config_error(d, lu->file, lu->line, "server %s is not defined (appcllu %s)", lu->server, lu->alias);
    if (!*lu->netname)
        memcpy(lu->netname, c->netname, sizeof lu->netname);
    if (!*lu->luname)
        memcpy(lu->luname, lu->alias, sizeof lu->luname);
    /* An alias may have a percent sign, a name on the network may not. */
    if (!name_valid_lu(lu->luname, strlen(lu->luname)))
        config_error(d, lu->file, lu->line,
                     "3866: the alias %s is no LU name, /luname is needed (appcllu %s)", lu->alias,
                     lu->alias);
}

static void check_rlu(struct node_config *c, struct cfg_rlu *rlu, struct diag *d)
{
    if (config_lu(c, rlu->alias))
        config_error(d, rlu->file, rlu->line, "3967: the alias %s is in use for a local LU (appcrlu %s)",
                     rlu->alias, rlu->alias);
    if (!rlu->broken && !*rlu->connection)
        config_error(d, rlu->file, rlu->line, "/connection is missing (appcrlu %s)", rlu->alias);
    if (!*rlu->netname) /* the remote node's network is known to a connection only */
        memcpy(rlu->netname, c->netname, sizeof rlu->netname);
    if (!*rlu->luname)
        memcpy(rlu->luname, rlu->alias, sizeof rlu->luname);
    if (!name_valid_lu(rlu->luname, strlen(rlu->luname)))
        config_error(d, rlu->file, rlu->line,
                     "3866: the alias %s is no LU name, /luname is needed (appcrlu %s)", rlu->alias,
                     rlu->alias);
}

static void check_mode(const struct cfg_mode *m, struct diag *d)
{
    const char *name = config_mode_shown(m->name);
    if (m->broken)
        return;
    if (m->min_winners > m->session_limit)
        config_error(d, m->file, m->line, "3851: minimum contention winners %u is outside 0..%u (mode %s)",
                     m->min_winners, m->session_limit, name);
    else if (m->min_losers > m->session_limit)
        config_error(d, m->file, m->line,
                     "3850: partner's minimum contention winners %u is outside 0..%u (mode %s)",
                     m->min_losers, m->session_limit, name);
    else if (m->min_winners + m->min_losers > m->session_limit)
        config_error(
            d, m->file, m->line,
            "3938: contention winners %u and partner's %u are more than the session limit %u (mode %s)",
            m->min_winners, m->min_losers, m->session_limit, name);
    if (m->auto_activate > m->min_winners)
        config_error(d, m->file, m->line, "3863: automatic activation %u is outside 0..%u (mode %s)",
                     m->auto_activate, m->min_winners, name);
}

/* ---- partners ---- */

/* One side of a pair, local or remote. */
struct owner {
    const char *kind, *alias;
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

static void check_pair(const struct node_config *c, const struct owner *o, const struct cfg_partner *p,
                       struct diag *d)
{
    const struct cfg_lu *lu = config_lu(c, p->lu);
    const struct cfg_rlu *rlu = lu ? NULL : config_rlu(c, p->lu);
    if (!lu && !rlu) {
        config_error(d, p->file, p->line, "partner LU %s is not defined (%s %s)", p->lu, o->kind, o->alias);
        return;
    }
    if (rlu && o->rlu) {
        config_error(d, p->file, p->line, "%s and %s are both remote (appcrlu %s)", o->alias, p->lu,
                     o->alias);
        return;
    }
    if (*p->qualifier && strcmp(p->qualifier, lu ? c->server : rlu->connection) != 0)
        config_error(d, p->file, p->line, "partner LU %s is not on %s (%s %s)", p->lu, p->qualifier, o->kind,
                     o->alias);
    check_pair_mode(c, o, p, rlu ? rlu : o->rlu, d);
    /* Said on both sides it is the same pair; a printed configuration may do that. */
    bool mirrored =
        strcmp(o->alias, p->lu) != 0 && (lu ? has_pair(lu->partners, lu->n_partners, o->alias, p->mode)
                                            : has_pair(rlu->partners, rlu->n_partners, o->alias, p->mode));
    if (mirrored && strcmp(o->alias, p->lu) > 0)
        diag_warn(d, p->file, p->line, "3929: the pair %s, %s, %s is defined on both sides", o->alias, p->lu,
                  config_mode_shown(p->mode));
}

static void check_pairs(const struct node_config *c, struct diag *d)
{
    for (size_t i = 0; i < c->n_lus; i++)
        for (size_t k = 0; k < c->lus[i].n_partners; k++)
            check_pair(c, &(struct owner){"appcllu", c->lus[i].alias, NULL}, &c->lus[i].partners[k], d);
    for (size_t i = 0; i < c->n_rlus; i++)
        for (size_t k = 0; k < c->rlus[i].n_partners; k++)
            check_pair(c, &(struct owner){"appcrlu", c->rlus[i].alias, &c->rlus[i]}, &c->rlus[i].partners[k],
                       d);
}

/* ---- fully qualified names ---- */

struct fq {
    const char *netname, *luname, *alias, *file;
    unsigned line;
    size_t order; /* of definition: the later one of two is at fault */
};

static int fq_compare(const void *a, const void *b)
{
    const struct fq *x = a, *y = b;
    int rc = strcmp(x->luname, y->luname);
    if (!rc)
        rc = strcmp(x->netname, y->netname);
    return rc ? rc : (x->order > y->order) - (x->order < y->order);
}

static void check_fq_names(const struct node_config *c, struct diag *d)
{
    size_t n = 0;
    struct fq *v = calloc(c->n_lus + c->n_rlus + 1, sizeof *v);
    if (!v) {
        config_error(d, "configuration", 0, "out of memory");
        return;
    }
    for (const struct cfg_lu *l = c->lus; l && l < c->lus + c->n_lus; l++, n++)
        v[n] = (struct fq){l->netname, l->luname, l->alias, l->file, l->line, n};
    for (const struct cfg_rlu *l = c->rlus; l && l < c->rlus + c->n_rlus; l++, n++)
        v[n] = (struct fq){l->netname, l->luname, l->alias, l->file, l->line, n};
    qsort(v, n, sizeof *v, fq_compare);
    for (size_t i = 1; i < n; i++)
        if (!strcmp(v[i].luname, v[i - 1].luname) && !strcmp(v[i].netname, v[i - 1].netname))
            config_error(d, v[i].file, v[i].line, "3971: the name %s.%s of LU %s is in use for LU %s",
                         v[i].netname, v[i].luname, v[i].alias, v[i - 1].alias);
    free(v);
}

/* ---- symbolic destinations ---- */

static void check_side(const struct node_config *c, const struct cfg_side *s, struct diag *d)
{
    if (!s->broken && !s->tp_name_n)
        config_error(d, s->file, s->line, "/appltpname or /svcetpname is missing (cpic %s)", s->name);
    if (!s->broken && !*s->partner)
        config_error(d, s->file, s->line, "/lualias, or /netname with /luname, is missing (cpic %s)",
                     s->name);
    /* A warning only: article Q235423 has it that a name whose LU was deleted must not block the file. */
    if (!s->broken && *s->partner && !strchr(s->partner, '.') && !config_lu(c, s->partner) &&
        !config_rlu(c, s->partner))
        diag_warn(d, s->partner_at.file, s->partner_at.line, "3993: LU %s is not defined (cpic %s)",
                  s->partner, s->name);
    if (!s->broken && !config_mode(c, s->mode))
        config_error(d, s->mode_at.file, s->mode_at.line, "mode %s is not defined (cpic %s)",
                     config_mode_shown(s->mode), s->name);
}

void config_validate(struct node_config *c, struct diag *d)
{
    check_server(c, d);
    for (size_t i = 0; i < c->n_modes; i++)
        check_mode(&c->modes[i], d);
    for (size_t i = 0; i < c->n_lus; i++)
        check_lu(c, &c->lus[i], d);
    for (size_t i = 0; i < c->n_rlus; i++)
        check_rlu(c, &c->rlus[i], d);
    check_fq_names(c, d);
    check_pairs(c, d);
    for (size_t i = 0; i < c->n_sides; i++)
        check_side(c, &c->sides[i], d);
}
