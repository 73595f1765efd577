#include "snanode/io/account.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "snanode/node/node.h"

#define GROUPS_MAX 256

/* Of the groups of PW; NULL: of none. */
static struct cfg_defaults find(const struct node_config *cfg, const char *user, const struct passwd *pw,
                                bool domain)
{
    gid_t gids[GROUPS_MAX];
    char *groups[GROUPS_MAX] = {NULL}, *name = strdup(user); /* the next look-up may overwrite it */
    int n_gids = GROUPS_MAX;
    size_t n = 0;
    gid_t own = pw ? pw->pw_gid : 0;
    if (pw && name && getgrouplist(name, own, gids, &n_gids) < 0)
        n_gids = GROUPS_MAX; /* as many as there was room for */
    for (int i = 0; pw && name && i < n_gids; i++) {
        const struct group *g = getgrgid(gids[i]);
        if (g && (groups[n] = strdup(g->gr_name)))
            n++;
    }
    struct cfg_defaults d = config_user(cfg, name ? name : "", (const char *const *)groups, n, domain);
    while (n > 0)
        free(groups[--n]);
    free(name);
    return d;
}

void account_defaults(struct process *p, const struct node_config *cfg, bool domain)
{
    const struct passwd *pw = cfg->n_users ? getpwuid(p->uid) : NULL;
    struct cfg_defaults d = find(cfg, pw ? pw->pw_name : "", pw, domain);
    snprintf(p->default_lu, sizeof p->default_lu, "%s", d.local ? d.local : "");
    snprintf(p->default_remote, sizeof p->default_remote, "%s", d.remote ? d.remote : "");
}

struct cfg_defaults account_defaults_named(const char *account, const struct node_config *cfg)
{
    return find(cfg, account, cfg->n_users && account[0] ? getpwnam(account) : NULL, false);
}

const char *account_name(unsigned uid)
{
    const struct passwd *pw = getpwuid(uid);
    return pw ? pw->pw_name : "";
}
