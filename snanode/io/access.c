/* Who may do what: the kernel's credentials of a peer are compared with users and groups of the registry.
 * Whoever may connect (listener.c) may look.  Changing what runs, and allocating on an LU, can be
 * restricted. */
#include "snanode/io/access.h"

#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "attachmgr/tptable/tpaccess.h"
#include "snanode/base/log.h"

#define GROUPS_MAX 256 /* the groups of one process that are examined */

bool access_in_group(int fd, unsigned gid)
{
    struct ucred u;
    socklen_t n = sizeof u;
    gid_t more[GROUPS_MAX];
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &u, &n) == 0 && u.gid == gid)
        return true;
    n = sizeof more;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, more, &n) < 0)
        return false;
    for (size_t i = 0; i < n / sizeof *more; i++)
        if (more[i] == gid)
            return true;
    return false;
}

/* A user, or a group (written with @ in front), as a number of the kernel; names may be numbers. */
struct principal {
    bool group;
    unsigned id;
};

struct access_lu {
    char lu[NAME_ROOM8];
    struct principal *who;
    size_t n;
};

struct access {
    bool admin_group;
    unsigned admin_gid;
    struct access_lu *lus;
    size_t n_lus;
};

static bool number(const char *text, unsigned *out)
{
    char *end;
    unsigned long v = strtoul(text, &end, 10);
    *out = (unsigned)v;
    return *text && !*end;
}

static bool resolve(const char *name, struct principal *out)
{
    out->group = name[0] == '@';
    name += out->group;
    struct group *g = out->group ? getgrnam(name) : NULL;
    struct passwd *p = out->group ? NULL : getpwnam(name);
    if (!g && !p)
        return number(name, &out->id);
    out->id = g ? g->gr_gid : p->pw_uid;
    return true;
}

/* An LU whose names are all unknown stays closed: its row matches nobody. */
static bool resolve_lu(const struct tp_access *a, struct access_lu *out)
{
    size_t n = 0;
    while (a->who[n])
        n++;
    strcpy(out->lu, a->lu);
    out->who = calloc(n, sizeof *out->who);
    for (size_t i = 0; out->who && i < n; i++)
        if (resolve(a->who[i], &out->who[out->n]))
            out->n++;
        else
            log_warn("AllocateAccess %s: %s is not known on this machine", a->lu, a->who[i]);
    return out->who != NULL;
}

struct access *access_new(const struct tp_table *t)
{
    struct access *a = calloc(1, sizeof *a);
    struct principal p;
    char name[256] = "@";
    if (!a)
        return NULL;
    if (t->admin_group) {
        strncat(name, t->admin_group, sizeof name - 2);
        a->admin_group = resolve(name, &p);
        a->admin_gid = p.id;
        if (!a->admin_group)
            log_warn("AdminGroup %s is not known on this machine", t->admin_group);
    }
    a->lus = t->n_access ? calloc(t->n_access, sizeof *a->lus) : NULL;
    for (; a->lus && a->n_lus < t->n_access; a->n_lus++)
        if (!resolve_lu(&t->access[a->n_lus], &a->lus[a->n_lus]))
            break;
    if (a->n_lus < t->n_access) {
        access_free(a);
        return NULL;
    }
    return a;
}

void access_free(struct access *a)
{
    for (size_t i = 0; a && i < a->n_lus; i++)
        free(a->lus[i].who);
    if (a)
        free(a->lus);
    free(a);
}

bool access_admin(const struct access *a, int fd, unsigned uid)
{
    return uid == 0 || uid == geteuid() || (a->admin_group && access_in_group(fd, a->admin_gid));
}

/* The row of LU; NULL: it is open to all. */
static const struct access_lu *row_of(const struct access *a, const char *lu)
{
    for (size_t i = 0; i < a->n_lus; i++)
        if (strcmp(a->lus[i].lu, lu) == 0)
            return &a->lus[i];
    return NULL;
}

bool access_allocate(const struct access *a, const char *lu, int fd, unsigned uid)
{
    const struct access_lu *e = row_of(a, lu);
    if (!e)
        return true;
    for (size_t i = 0; i < e->n; i++)
        if (e->who[i].group ? access_in_group(fd, e->who[i].id) : e->who[i].id == uid)
            return true;
    return false;
}

bool access_allocate_named(const struct access *a, const char *lu, const char *account)
{
    const struct access_lu *e = row_of(a, lu);
    const struct passwd *pw = e && account[0] ? getpwnam(account) : NULL;
    gid_t gids[GROUPS_MAX];
    int n = GROUPS_MAX;
    if (!e)
        return true;
    if (!pw)
        return false;
    if (getgrouplist(account, pw->pw_gid, gids, &n) < 0)
        n = GROUPS_MAX; /* as many as there was room for */
    for (size_t i = 0; i < e->n; i++) {
        if (!e->who[i].group && e->who[i].id == pw->pw_uid)
            return true;
        for (int k = 0; e->who[i].group && k < n; k++)
            if (gids[k] == e->who[i].id)
                return true;
    }
    return false;
}
