#include "snanode/io/account.h"

#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "snanode/node/node.h"

#define GROUPS_MAX 256

/* The strings into one block behind their pointers. */
static const char **pack(char *const *v, size_t n)
{
    size_t size = n * sizeof *v;
    for (size_t i = 0; i < n; i++)
        size += strlen(v[i]) + 1;
    const char **block = malloc(size);
    char *to = block ? (char *)(block + n) : NULL;
    for (size_t i = 0; block && i < n; i++) {
        block[i] = to;
        to = stpcpy(to, v[i]) + 1;
    }
    return block;
}

void account_names(struct process *p)
{
    gid_t gids[GROUPS_MAX];
    char *names[GROUPS_MAX + 1];
    int n_gids = GROUPS_MAX;
    size_t n = 0;
    const struct passwd *pw = getpwuid(p->uid);
    if (!pw || !(names[n] = strdup(pw->pw_name)))
        return;
    n++;
    if (getgrouplist(pw->pw_name, pw->pw_gid, gids, &n_gids) < 0)
        n_gids = GROUPS_MAX; /* as many as there was room for */
    for (int i = 0; i < n_gids; i++) {
        const struct group *g = getgrgid(gids[i]);
        if (g && (names[n] = strdup(g->gr_name)))
            n++;
    }
    const char **block = pack(names, n);
    if (block)
        node_process_names_take(p, block, n);
    while (n > 0)
        free(names[--n]);
}
