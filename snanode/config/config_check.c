/* Checks of the whole configuration: what no single command can know, because objects may come in any
 * order and in several files.  Error numbers and rules: [HIS: Snacfg Error Messages] */
#include <stdlib.h>
#include <string.h>

#include "snanode/base/names.h"
#include "snanode/config/config_build.h"

#define DEFAULT_NETNAME "APPN" /* the server's network name, else this [HIS: Snacfg APPCLLU] */

/* ---- nodes ---- */

static const struct cfg_server *find_server(const struct node_config *c, const char *name)
{
    return config_next(c, CFG_SERVER, name, NULL);
}

static void check_server(const struct cfg_server *s, struct diag *d)
{
    if (!*s->netname != !*s->cpname)
        config_error(d, s->file, s->line, "/netname and /cpname go together, /%s is missing (server %s)",
                     *s->netname ? "cpname" : "netname", s->name);
}

static const char *netname_of(const struct cfg_server *s)
{
    return s && *s->netname ? s->netname : DEFAULT_NETNAME;
}

static void choose_server(struct node_config *c, struct diag *d)
{
    const char *file = c->n_files ? c->files[c->n_files - 1] : "configuration";
    const struct cfg_server *s = *c->wanted ? find_server(c, c->wanted) : c->servers;
    if (!c->n_servers)
        config_error(d, file, 0, "there is no server command in any file: server NAME /add is needed");
    else if (!s)
        config_error(d, file, 0, "there is no server %s in any file", c->wanted);
    if (!c->n_servers || !s) {
        *c->server = *c->cpname = *c->comment = '\0';
        strcpy(c->netname, DEFAULT_NETNAME);
        return;
    }
    memcpy(c->server, s->name, sizeof c->server);
    strcpy(c->netname, netname_of(s));
    memcpy(c->cpname, s->cpname, sizeof c->cpname);
    memcpy(c->comment, s->comment, sizeof c->comment);
}

/* Find the node of an object: "" is the first node in the files, whichever this one is.  Of several
 * objects with one name and owner the later ones are at fault. */
static void check_owner(struct node_config *c, enum cfg_kind kind, void *entry, const char *what,
                        const char *file, unsigned line, struct diag *d)
{
    char *server = config_owner(kind, entry);
    const char *name = entry;
    if (!*server)
        strcpy(server, c->n_servers ? c->servers[0].name : "");
    else if (c->n_servers && !find_server(c, server))
        config_error(d, file, line, "server %s is not defined (%s %s)", server, what, name);
    for (void *e = config_next(c, kind, name, NULL); e && e != entry; e = config_next(c, kind, name, e))
        if (strcmp(config_owner(kind, e), server) == 0)
            config_error(d, file, line, "3967: the alias %s is in use on server %s (%s %s)", name, server,
                         what, name);
    config_set_foreign(kind, entry, strcmp(server, c->server) != 0);
}

static void check_owners(struct node_config *c, struct diag *d)
{
    for (struct cfg_link *l = c->links; l && l < c->links + c->n_all[CFG_LINK]; l++)
        check_owner(c, CFG_LINK, l, "link", l->file, l->line, d);
    for (struct cfg_conn *l = c->conns; l && l < c->conns + c->n_all[CFG_CONN]; l++)
        check_owner(c, CFG_CONN, l, "connection", l->file, l->line, d);
    for (struct cfg_lu *l = c->lus; l && l < c->lus + c->n_all[CFG_LU]; l++)
        check_owner(c, CFG_LU, l, "appcllu", l->file, l->line, d);
    for (struct cfg_rlu *r = c->rlus; r && r < c->rlus + c->n_all[CFG_RLU]; r++) {
        const char *on = config_rlu_server(c, r);
        r->foreign = on && strcmp(on, c->server) != 0;
    }
    config_partition(c, CFG_LINK);
    config_partition(c, CFG_CONN);
    config_partition(c, CFG_LU);
    config_partition(c, CFG_RLU);
}

/* ---- LUs ---- */

static void check_implicit_lu(const struct node_config *c, const struct cfg_lu *lu, struct diag *d)
{
    unsigned n;
    const struct cfg_rlu *r = config_rlu_on(c, lu->implicit_lu, lu->server, "", &n);
    if (!*lu->implicit_lu)
        return;
    if (!r)
        config_error(d, lu->file, lu->line, "implicit remote LU %s is not defined (appcllu %s)",
                     lu->implicit_lu, lu->alias);
    else if (!r->has_implicit_mode && !r->broken)
        config_error(d, lu->file, lu->line, "implicit remote LU %s has no /impmode (appcllu %s)",
                     lu->implicit_lu, lu->alias);
}

static void check_lu(struct node_config *c, struct cfg_lu *lu, struct diag *d)
{
    const struct cfg_server *s = find_server(c, lu->server);
    if (!*lu->netname)
        strcpy(lu->netname, netname_of(s));
    if (!*lu->luname)
        memcpy(lu->luname, lu->alias, sizeof lu->luname);
    /* An alias may have a percent sign, a name on the network may not. */
    if (!name_valid_lu(lu->luname, strlen(lu->luname)))
        config_error(d, lu->file, lu->line,
                     "3866: the alias %s is no LU name, /luname is needed (appcllu %s)", lu->alias,
                     lu->alias);
    if (*lu->connection && !config_next(c, CFG_CONN, lu->connection, NULL))
        config_error(d, lu->file, lu->line, "connection %s is not defined (appcllu %s)", lu->connection,
                     lu->alias);
    if (lu->number && !lu->n_partners && !lu->foreign)
        diag_warn(d, lu->file, lu->line, "4014: the dependent LU has no partner (appcllu %s)", lu->alias);
    check_implicit_lu(c, lu, d);
}

/* Several remote LUs with one alias: programs that name the alias reach the first. */
static void check_rlu_alias(const struct node_config *c, const struct cfg_rlu *rlu, const char *server,
                            struct diag *d)
{
    if (config_lu_on(c, rlu->alias, server))
        config_error(d, rlu->file, rlu->line, "3967: the alias %s is in use for a local LU (appcrlu %s)",
                     rlu->alias, rlu->alias);
    bool told = false;
    for (const struct cfg_rlu *r = config_next(c, CFG_RLU, rlu->alias, NULL); r && r != rlu && !told;
         r = config_next(c, CFG_RLU, rlu->alias, r))
        if ((told = strcmp(r->connection, rlu->connection) == 0))
            config_error(d, rlu->file, rlu->line,
                         "3967: the alias %s is in use on connection %s (appcrlu %s)", rlu->alias,
                         rlu->connection, rlu->alias);
        else if ((told = !rlu->foreign && !r->foreign))
            diag_warn(d, rlu->file, rlu->line,
                      "%s is also on connection %s, which programs reach (appcrlu %s)", rlu->alias,
                      r->connection, rlu->alias);
}

static void check_rlu(struct node_config *c, struct cfg_rlu *rlu, struct diag *d)
{
    const struct cfg_conn *conn = config_next(c, CFG_CONN, rlu->connection, NULL);
    check_rlu_alias(c, rlu, conn ? conn->server : c->server, d);
    if (!rlu->broken && !*rlu->connection)
        config_error(d, rlu->file, rlu->line, "/connection is missing (appcrlu %s)", rlu->alias);
    else if (!rlu->broken && !conn)
        config_error(d, rlu->file, rlu->line, "connection %s is not defined (appcrlu %s)", rlu->connection,
                     rlu->alias);
    if (!*rlu->netname)
        strcpy(rlu->netname, conn && *conn->netname ? conn->netname
                                                    : netname_of(conn ? find_server(c, conn->server) : NULL));
    if (!*rlu->luname)
        memcpy(rlu->luname, rlu->alias, sizeof rlu->luname);
    if (!name_valid_lu(rlu->luname, strlen(rlu->luname)))
        config_error(d, rlu->file, rlu->line,
                     "3866: the alias %s is no LU name, /luname is needed (appcrlu %s)", rlu->alias,
                     rlu->alias);
    if (rlu->has_implicit_mode && !config_mode(c, rlu->implicit_mode))
        config_error(d, rlu->file, rlu->line, "mode %s is not defined (appcrlu %s)", rlu->implicit_mode,
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

/* ---- fully qualified names ---- */

struct fq {
    const char *server, *netname, *luname, *alias, *file;
    unsigned line;
    size_t order; /* of definition: the later one of two is at fault */
};

static int fq_compare(const void *a, const void *b)
{
    const struct fq *x = a, *y = b;
    int rc = strcmp(x->luname, y->luname);
    if (!rc)
        rc = strcmp(x->netname, y->netname);
    if (!rc)
        rc = strcmp(x->server, y->server);
    return rc ? rc : (x->order > y->order) - (x->order < y->order);
}

/* On a connection where this node has another name and MAC address, it may be its own partner [L120]. */
static bool calls_itself(const struct node_config *c, const struct cfg_rlu *l)
{
    const struct cfg_conn *k = config_conn(c, l->connection);
    return k && k->type == CFG_CONN_DLSW && *k->local_cpname && *k->local_mac;
}

static void check_fq_names(const struct node_config *c, struct diag *d)
{
    size_t n = 0;
    struct fq *v = calloc(c->n_all[CFG_LU] + c->n_all[CFG_RLU] + 1, sizeof *v);
    if (!v) {
        config_error(d, "configuration", 0, "out of memory");
        return;
    }
    for (size_t i = 0; i < c->n_all[CFG_LU]; i++, n++) {
        const struct cfg_lu *l = &c->lus[i];
        v[n] = (struct fq){l->server, l->netname, l->luname, l->alias, l->file, l->line, n};
    }
    for (size_t i = 0; i < c->n_all[CFG_RLU]; i++) {
        const struct cfg_rlu *l = &c->rlus[i];
        const char *on = config_rlu_server(c, l);
        if (calls_itself(c, l))
            continue;
        v[n] = (struct fq){on ? on : c->server, l->netname, l->luname, l->alias, l->file, l->line, n};
        n++;
    }
    qsort(v, n, sizeof *v, fq_compare);
    for (size_t i = 1; i < n; i++)
        if (!strcmp(v[i].luname, v[i - 1].luname) && !strcmp(v[i].netname, v[i - 1].netname) &&
            !strcmp(v[i].server, v[i - 1].server))
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
    /* Only a warning: a name whose LU was deleted must not block the file [Q235423]. */
    if (!s->broken && *s->partner && !strchr(s->partner, '.') && !config_next(c, CFG_LU, s->partner, NULL) &&
        !config_next(c, CFG_RLU, s->partner, NULL))
        diag_warn(d, s->partner_at.file, s->partner_at.line, "3993: LU %s is not defined (cpic %s)",
                  s->partner, s->name);
    if (!s->broken && !config_mode(c, s->mode))
        config_error(d, s->mode_at.file, s->mode_at.line, "mode %s is not defined (cpic %s)",
                     config_mode_shown(s->mode), s->name);
}

/* ---- users ---- */

static void check_user_lu(const struct node_config *c, const struct cfg_user *u, const char *alias,
                          bool remote, struct diag *d)
{
    if (*alias && !config_next(c, CFG_LU, alias, NULL) && !(remote && config_next(c, CFG_RLU, alias, NULL)))
        diag_warn(d, u->file, u->line, "LU %s is not defined (user %s)", alias, u->name);
}

void config_validate(struct node_config *c, struct diag *d)
{
    for (size_t i = 0; i < c->n_servers; i++)
        check_server(&c->servers[i], d);
    choose_server(c, d);
    check_owners(c, d);
    config_check_links(c, d);
    for (size_t i = 0; i < c->n_modes; i++)
        check_mode(&c->modes[i], d);
    for (size_t i = 0; i < c->n_all[CFG_LU]; i++)
        check_lu(c, &c->lus[i], d);
    for (size_t i = 0; i < c->n_all[CFG_RLU]; i++)
        check_rlu(c, &c->rlus[i], d);
    check_fq_names(c, d);
    config_check_pairs(c, d);
    for (size_t i = 0; i < c->n_sides; i++)
        check_side(c, &c->sides[i], d);
    for (size_t i = 0; i < c->n_users; i++) {
        check_user_lu(c, &c->users[i], c->users[i].local_lu, false, d);
        check_user_lu(c, &c->users[i], c->users[i].remote_lu, true, d);
    }
    config_survey(c);
}
