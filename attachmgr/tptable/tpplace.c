#include "attachmgr/tptable/tpplace.h"

#include <stdio.h>
#include <string.h>

#include "attachmgr/registry/regfile.h"

static void split(const char *path, struct tpplace_parts *parts)
{
    parts->n = 0;
    while (parts->n < TPPLACE_PARTS) {
        size_t len = strcspn(path, "\\");
        parts->p[parts->n] = path;
        parts->len[parts->n++] = len;
        if (path[len] == '\0')
            return;
        path += len + 1;
    }
}

static void drop(struct tpplace_parts *parts, size_t i)
{
    for (parts->n--; i < parts->n; i++) {
        parts->p[i] = parts->p[i + 1];
        parts->len[i] = parts->len[i + 1];
    }
}

/* Is part I the name of a user's own registry below HKEY_USERS?  .DEFAULT is the system's account. */
static bool is_user(const struct tpplace_parts *parts, size_t i)
{
    static const char sid[] = "S-1-", classes[] = "_Classes";
    size_t s = sizeof sid - 1, c = sizeof classes - 1;
    if (i >= parts->n)
        return false;
    const char *p = parts->p[i];
    size_t n = parts->len[i];
    if (n > c && strncasecmp(p + n - c, classes, c) == 0)
        return false; /* not his settings but his HKEY_CLASSES_ROOT */
    return tpplace_is(parts, i, ".DEFAULT") || (n > s && strncasecmp(p, sid, s) == 0);
}

void tpplace_split(const char *path, struct tpplace_parts *parts)
{
    static const char user[] = "HKEY_CURRENT_USER";
    split(path, parts);
    if (tpplace_is(parts, 0, "HKEY_USERS") && is_user(parts, 1)) {
        drop(parts, 1);
        parts->p[0] = user;
        parts->len[0] = sizeof user - 1;
    }
    if (tpplace_is(parts, 1, "SOFTWARE") && tpplace_is(parts, 2, "Wow6432Node"))
        drop(parts, 2);
}

bool tpplace_is(const struct tpplace_parts *parts, size_t i, const char *name)
{
    return i < parts->n && strlen(name) == parts->len[i] &&
           strncasecmp(parts->p[i], name, parts->len[i]) == 0;
}

bool tpplace_is_control_set(const struct tpplace_parts *parts, size_t i)
{
    static const char stem[] = "ControlSet";
    const char *p = parts->p[i];
    size_t n = sizeof stem - 1;
    if (tpplace_is(parts, i, "CurrentControlSet"))
        return true;
    return parts->len[i] == n + 3 && strncasecmp(p, stem, n) == 0 && strspn(p + n, "0123456789") >= 3;
}

/* Are the parts from I on SnaBase\Parameters\TPs\<TP>\Parameters? */
static bool parts_are_tps(const struct tpplace_parts *parts, size_t i)
{
    return parts->n == i + 5 && tpplace_is(parts, i, "SnaBase") && tpplace_is(parts, i + 1, "Parameters") &&
           tpplace_is(parts, i + 2, "TPs") && tpplace_is(parts, i + 4, "Parameters");
}

/* Are they <TP>\Parameters?  SnaBase and SnaServr have settings of their own there. */
static bool parts_are_service(const struct tpplace_parts *parts, size_t i)
{
    return parts->n == i + 2 && tpplace_is(parts, i + 1, "Parameters") && !tpplace_is(parts, i, "SnaBase") &&
           !tpplace_is(parts, i, "SnaServr");
}

enum tpplace tpplace_of(const struct tpplace_parts *parts, size_t *name)
{
    bool machine = tpplace_is(parts, 0, "HKEY_LOCAL_MACHINE");
    bool user = tpplace_is(parts, 0, "HKEY_CURRENT_USER");
    if (machine && parts->n > 4 && tpplace_is(parts, 1, "SYSTEM") && tpplace_is_control_set(parts, 2) &&
        tpplace_is(parts, 3, "Services")) {
        *name = parts_are_tps(parts, 4) ? 7 : 4;
        return *name == 7 ? AT_SYSTEM_TPS : parts_are_service(parts, 4) ? AT_SERVICE : AT_PLACE_N;
    }
    if (!(machine || user) || !tpplace_is(parts, 1, "SOFTWARE") || !tpplace_is(parts, 2, "Microsoft"))
        return AT_PLACE_N;
    *name = 6;
    if (parts_are_tps(parts, 3))
        return machine ? AT_SOFTWARE_TPS : AT_USER_TPS;
    *name = 3;
    return machine && parts_are_service(parts, 3) ? AT_SOFTWARE_SERVICE : AT_PLACE_N;
}

/* ---- control sets ---- */

/* How strongly the key PARTS tells that its control set is the one to read: 0 is the strongest, 3 is not
 * at all. */
static int control_set_rank(const struct tpplace_parts *parts, const char *selected)
{
    if (parts->n < 3 || !tpplace_is(parts, 0, "HKEY_LOCAL_MACHINE") || !tpplace_is(parts, 1, "SYSTEM") ||
        !tpplace_is_control_set(parts, 2))
        return 3;
    return tpplace_is(parts, 2, "CurrentControlSet") ? 0 : tpplace_is(parts, 2, selected) ? 1 : 2;
}

void tpplace_control_set(const struct regfile *reg, char out[TPPLACE_CONTROL_SET_MAX + 1])
{
    const struct reg_value *current = reg_value(regfile_key(reg, "HKLM\\SYSTEM\\Select"), "Current");
    char selected[TPPLACE_CONTROL_SET_MAX + 1] = "";
    int best = 3;
    if (current && current->type == REG_DWORD && current->dword < 1000)
        snprintf(selected, sizeof selected, "ControlSet%03u", (unsigned)current->dword);
    strcpy(out, "CurrentControlSet");
    for (const struct reg_key *k = reg->keys; k && best > 0; k = k->next) {
        struct tpplace_parts parts;
        tpplace_split(k->path, &parts);
        int rank = control_set_rank(&parts, selected);
        if (rank > best || rank == 3 || (rank == best && strncasecmp(parts.p[2], out, parts.len[2]) >= 0))
            continue;
        best = rank;
        snprintf(out, TPPLACE_CONTROL_SET_MAX + 1, "%.*s", (int)parts.len[2], parts.p[2]);
    }
}
