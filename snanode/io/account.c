#include "snanode/io/account.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "snanode/node/node.h"

#define GROUPS_MAX 256

void account_defaults(struct process *p, const struct node_config *cfg)
{
    gid_t gids[GROUPS_MAX];
    char *user, *groups[GROUPS_MAX];
    int n_gids = GROUPS_MAX;
    size_t n = 0;
    const struct passwd *pw = cfg->n_users ? getpwuid(p->uid) : NULL;
    gid_t own = pw ? pw->pw_gid : 0;
    user = pw ? strdup(pw->pw_name) : NULL; /* the next look-up may overwrite it */
    if (user && getgrouplist(user, own, gids, &n_gids) < 0)
        n_gids = GROUPS_MAX; /* as many as there was room for */
    for (int i = 0; user && i < n_gids; i++) {
        const struct group *g = getgrgid(gids[i]);
        if (g && (groups[n] = strdup(g->gr_name)))
            n++;
    }
    struct cfg_defaults d = config_user(cfg, user ? user : "", (const char *const *)groups, n);
    snprintf(p->default_lu, sizeof p->default_lu, "%s", d.local ? d.local : "");
    snprintf(p->default_remote, sizeof p->default_remote, "%s", d.remote ? d.remote : "");
    while (n > 0)
        free(groups[--n]);
    free(user);
}

const char *account_name(unsigned uid)
{
    const struct passwd *pw = getpwuid(uid);
    return pw ? pw->pw_name : "";
}
