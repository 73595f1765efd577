/* Which default LUs a program gets [F10].  Users and groups of any domain stand for those of this machine. */
#include <string.h>

#include "snanode/base/names.h"
#include "snanode/config/config.h"

#define EVERYONE "Everyone"

/* The account in [DOMAIN\]NAME. */
static const char *account(const struct cfg_user *u)
{
    const char *name = strrchr(u->name, '\\');
    return name ? name + 1 : u->name;
}

/* The first alias that this node has, or another one in its place, stays. */
static void take(const struct node_config *c, const struct cfg_user *u, bool domain, struct cfg_defaults *out)
{
    if (!out->local && *u->local_lu && (domain || config_lu(c, u->local_lu)))
        out->local = u->local_lu;
    if (!out->remote && *u->remote_lu &&
        (domain || config_rlu(c, u->remote_lu) || config_lu(c, u->remote_lu)))
        out->remote = u->remote_lu;
}

static bool is_member(const struct cfg_user *u, const char *const *groups, size_t n)
{
    const char *name = account(u);
    for (size_t i = 0; *name == '@' && i < n; i++)
        if (name_casecmp(name + 1, groups[i]) == 0)
            return true;
    return false;
}

static bool is_everyone(const struct cfg_user *u)
{
    const char *name = account(u);
    return name_casecmp(*name == '@' ? name + 1 : name, EVERYONE) == 0;
}

struct cfg_defaults config_user(const struct node_config *c, const char *user, const char *const *groups,
                                size_t n, bool domain)
{
    struct cfg_defaults out = {NULL, NULL};
    for (size_t i = 0; i < c->n_users; i++)
        if (name_casecmp(account(&c->users[i]), user) == 0 && !is_everyone(&c->users[i]))
            take(c, &c->users[i], domain, &out);
    for (size_t i = 0; i < c->n_users; i++)
        if (is_member(&c->users[i], groups, n) && !is_everyone(&c->users[i]))
            take(c, &c->users[i], domain, &out);
    for (size_t i = 0; i < c->n_users; i++)
        if (is_everyone(&c->users[i]))
            take(c, &c->users[i], domain, &out);
    return out;
}
