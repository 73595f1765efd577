/* Partners: LU,MODE[,CONNECTION], where LU may be server:LU or connection:LU. */
#include <string.h>

#include "snanode/base/names.h"
#include "snanode/config/snacfg_option.h"

/* Split VALUE at its commas.  Returns the number of parts; 0 when there are more than three, or one is
 * empty. */
static size_t cut(const char *value, char part[3][64])
{
    size_t n = 0;
    for (const char *s = value; s; n++) {
        size_t len = strcspn(s, ",");
        if (n == 3 || len < 1 || len >= sizeof part[0])
            return 0;
        memcpy(part[n], s, len);
        part[n][len] = '\0';
        s = s[len] ? s + len + 1 : NULL;
    }
    return n;
}

static bool take_pair(struct command *cmd, const char *value, struct cfg_partner *p)
{
    char part[3][64];
    size_t n = cut(value, part);
    *p = (struct cfg_partner){.file = cmd->r->file, .line = cmd->line};
    if (n < 2)
        return snacfg_refuse(cmd, 3878, "partner \"%s\" is not LU,MODE", snacfg_shown(value).s);
    char *lu = strrchr(part[0], ':');
    if (lu)
        *lu++ = '\0';
    if (lu && !snacfg_take_server(p->qualifier, part[0]))
        return snacfg_refuse(cmd, 0, "\"%s\" is no server name", snacfg_shown(part[0]).s);
    if (!snacfg_take_name(p->lu, lu ? lu : part[0], name_valid_lu_alias))
        return snacfg_refuse_name(cmd, 3871, "LU alias", lu ? lu : part[0]);
    if (!snacfg_take_mode(p->mode, part[1]))
        return snacfg_refuse_name(cmd, 3869, "mode name", part[1]);
    if (n == 3 && !snacfg_take_name(p->qualifier, part[2], name_valid_lu))
        return snacfg_refuse_name(cmd, 0, "connection name", part[2]);
    return true;
}

/* The partners of the present LU, local or remote. */
static struct cfg_partner **partners_of(struct command *cmd, size_t **n)
{
    if (cmd->resource->kind == CFG_LU) {
        struct cfg_lu *lu = cmd->object;
        *n = &lu->n_partners;
        return &lu->partners;
    }
    struct cfg_rlu *rlu = cmd->object;
    *n = &rlu->n_partners;
    return &rlu->partners;
}

static size_t find_pair(const struct cfg_partner *v, size_t n, const struct cfg_partner *p)
{
    size_t i = 0;
    while (i < n && (strcmp(v[i].lu, p->lu) != 0 || strcmp(v[i].mode, p->mode) != 0 ||
                     (*v[i].qualifier && *p->qualifier && strcmp(v[i].qualifier, p->qualifier) != 0)))
        i++;
    return i;
}

/* The pair that an option is about: its place among the N partners at V, N when it is not there. */
struct pair {
    struct cfg_partner p;
    struct cfg_partner **v;
    size_t *n, at;
};

static bool find_option_pair(struct command *cmd, const char *value, struct pair *pair)
{
    if (!take_pair(cmd, value, &pair->p))
        return false;
    pair->v = partners_of(cmd, &pair->n);
    pair->at = find_pair(*pair->v, *pair->n, &pair->p);
    return true;
}

static bool set_addpartner(struct command *cmd, const struct option *o, const char *value)
{
    struct pair pair;
    (void)o;
    if (!find_option_pair(cmd, value, &pair))
        return false;
    if (pair.at < *pair.n)
        return snacfg_refuse(cmd, 3929, "the partner %s with mode %s exists", pair.p.lu,
                             config_mode_shown(pair.p.mode));
    return config_add_partner(pair.v, pair.n, &pair.p) || snacfg_refuse(cmd, 0, "out of memory");
}

static bool set_delpartner(struct command *cmd, const struct option *o, const char *value)
{
    struct pair pair;
    (void)o;
    if (!find_option_pair(cmd, value, &pair))
        return false;
    if (pair.at == *pair.n)
        return snacfg_refuse(cmd, 0, "there is no partner %s with mode %s", pair.p.lu,
                             config_mode_shown(pair.p.mode));
    struct cfg_partner *gone = *pair.v + pair.at;
    --*pair.n;
    memmove(gone, gone + 1, (*pair.n - pair.at) * sizeof *gone);
    return true;
}

/* Printed as separate commands, after all LUs. */
const struct value_type value_addpartner = {set_addpartner, NULL};
const struct value_type value_delpartner = {set_delpartner, NULL};
