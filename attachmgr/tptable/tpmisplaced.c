/* Settings of a TP, or of the node, in a key that nobody reads.  Without a warning, a TP would be missing
 * in silence when its path is typed one level off, or taken from one of the articles that have a slip in
 * it [R8]. */
#include <stdio.h>
#include <string.h>

#include "attachmgr/tptable/tpbuild.h"
#include "snanode/base/names.h"

#define SHOWN 400 /* octets of a path in a message: the beginning of a longer one */

/* PATH with unprintable characters replaced.  A long path is cut, but not within a character. */
static void show(char out[SHOWN], const char *path)
{
    size_t n = strnlen(path, SHOWN - 1);
    if (n == SHOWN - 1)
        while (n > 0 && ((uint8_t)path[n] & 0xc0) == 0x80)
            n--;
    for (size_t i = 0; i < n; i++)
        out[i] = (uint8_t)path[i] < 0x20 || path[i] == 0x7f ? '?' : path[i];
    out[n] = '\0';
}

static bool is_one_of(const char *const *names, const char *s)
{
    while (*names && name_casecmp(*names, s) != 0)
        names++;
    return *names != NULL;
}

/* The name that the TP set up at PATH seems to have: the last part that is no subkey of a TP's. */
static void name_of(const char *path, char out[TP_KEY_MAX + 1])
{
    static const char *const below[] = {"Parameters", "Linkage", "Launch", NULL};
    static const char *const fixed[] = {"TPs",      "TP",        "SnaBase", "SnaServr", "Services",
                                        "SOFTWARE", "Microsoft", "SYSTEM",  NULL};
    const char *end = path + strlen(path);
    do {
        const char *p = memrchr(path, '\\', (size_t)(end - path));
        size_t n = (size_t)(end - (p ? p + 1 : path));
        snprintf(out, TP_KEY_MAX + 1, "%.*s", (int)n, end - n);
        if (!p || n > TP_KEY_MAX)
            break;
        end = p;
    } while (is_one_of(below, out));
    if (is_one_of(fixed, out) || !name_valid_tp((const uint8_t *)out, strlen(out)) || !strchr(path, '\\'))
        strcpy(out, "<TP>");
}

/* The services' key itself, or its Linkage: the settings stand in Parameters beside it. */
static bool is_of_service(const struct tpplace_parts *parts)
{
    return tpplace_is(parts, 0, "HKEY_LOCAL_MACHINE") && tpplace_is(parts, 1, "SYSTEM") && parts->n > 4 &&
           tpplace_is_control_set(parts, 2) && tpplace_is(parts, 3, "Services") &&
           !tpplace_is(parts, 4, "SnaBase") && !tpplace_is(parts, 4, "SnaServr") &&
           !tpplace_is(parts, 4, "TPs") &&
           (parts->n == 5 || (parts->n == 6 && tpplace_is(parts, 5, "Linkage")));
}

/* The path where the settings belong, in the branch of the registry where they are. */
static void right_place(const struct builder *b, const struct tpplace_parts *parts, const char *path,
                        char *out, size_t cap)
{
    char name[TP_KEY_MAX + 1], services[80] = "";
    const char *branch = services, *above = "SnaBase\\Parameters\\TPs\\";
    name_of(path, name);
    snprintf(services, sizeof services, "HKEY_LOCAL_MACHINE\\SYSTEM\\%s\\Services", b->control_set);
    if (tpplace_is(parts, 0, "HKEY_CURRENT_USER") || tpplace_is(parts, 0, "HKEY_USERS"))
        branch = "HKEY_CURRENT_USER\\SOFTWARE\\Microsoft";
    else if (tpplace_is(parts, 1, "SOFTWARE"))
        branch = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft";
    else if (is_of_service(parts))
        above = "";
    snprintf(out, cap, "%s\\%s%s\\Parameters", branch, above, name);
}

/* The keys of SnaBase and SnaServr have settings of those, and a component may register itself there with a
 * kind of its own [R8]. */
static bool is_component(const struct reg_value *v, const struct tpplace_parts *parts)
{
    bool tp =
        v->type != REG_DWORD || v->dword == TP_QUEUED || v->dword == TP_NONQUEUED || v->dword == TP_OPERATOR;
    size_t n = parts->n;
    return !tp && n >= 2 && tpplace_is(parts, n - 1, "Parameters") &&
           (tpplace_is(parts, n - 2, "SnaBase") || tpplace_is(parts, n - 2, "SnaServr"));
}

/* ---- the node's own keys ---- */

/* Those below SnaBase\Parameters, and where they are read besides HKEY_LOCAL_MACHINE\SYSTEM. */
static const struct setting {
    const char *name;
    bool software, user;
} settings[] = {{"Client", true, false},
                {"ClientTP", true, false},
                {"PathMap", true, true},
                {"AllocateAccess", false, false},
                {"Domain", false, false}};

static bool below_snabase(const struct tpplace_parts *parts, size_t i, const char *name)
{
    return parts->n == i + 3 && tpplace_is(parts, i, "SnaBase") && tpplace_is(parts, i + 1, "Parameters") &&
           tpplace_is(parts, i + 2, name);
}

/* Is S read from the key PARTS?  True also in a control set that is not in use: the one in use has S, too. */
static bool is_read(const struct tpplace_parts *parts, const struct setting *s)
{
    if (tpplace_is(parts, 0, "HKEY_LOCAL_MACHINE") && tpplace_is(parts, 1, "SYSTEM") && parts->n > 4)
        return tpplace_is_control_set(parts, 2) && tpplace_is(parts, 3, "Services") &&
               below_snabase(parts, 4, s->name);
    bool there = (s->software && tpplace_is(parts, 0, "HKEY_LOCAL_MACHINE")) ||
                 (s->user && tpplace_is(parts, 0, "HKEY_CURRENT_USER"));
    return there && tpplace_is(parts, 1, "SOFTWARE") && tpplace_is(parts, 2, "Microsoft") &&
           below_snabase(parts, 3, s->name);
}

/* A key of such a name anywhere below SnaBase or SnaServr is meant for the node. */
static void warn_setting(struct builder *b, const struct reg_key *k, const struct tpplace_parts *parts)
{
    bool meant = false;
    for (size_t i = 0; i < parts->n; i++)
        meant |= tpplace_is(parts, i, "SnaBase") || tpplace_is(parts, i, "SnaServr");
    for (size_t i = 0; meant && k->values && i < sizeof settings / sizeof *settings; i++) {
        const struct setting *s = &settings[i];
        char key[SHOWN];
        if (!tpplace_is(parts, parts->n - 1, s->name) || is_read(parts, s))
            continue;
        show(key, k->path);
        diag_warn(b->d, k->file, k->line,
                  "%s: nothing is read from this key; its values belong in "
                  "HKEY_LOCAL_MACHINE\\SYSTEM\\%s\\Services\\SnaBase\\Parameters\\%s",
                  key, b->control_set, s->name);
    }
}

void tpmisplaced_warn(struct builder *b, const struct reg_key *k, const struct tpplace_parts *parts)
{
    char key[SHOWN], place[SHOWN];
    const struct reg_value *v = reg_value(k, "SNAServiceType");
    warn_setting(b, k, parts);
    if (!v || is_component(v, parts))
        return;
    show(key, k->path);
    right_place(b, parts, k->path, place, sizeof place);
    diag_warn(b->d, v->file, v->line,
              "SNAServiceType in %s, where no TP is looked for, so this one is ignored; "
              "the settings of a TP belong in %s",
              key, place);
}
