#include "attachmgr/setup/tpwhere.h"

#include <stdio.h>
#include <string.h>

#define BELOW_TP "\\Parameters"

bool tpwhere_is_service(const struct tpwhere *w)
{
    return w->place == AT_SERVICE || w->place == AT_SOFTWARE_SERVICE;
}

/* Has K a SNAServiceType that makes it a TP?  Services of other kinds have theirs [R8]. */
static bool is_tp(const struct reg_key *k)
{
    const struct reg_value *v = reg_value(k, "SNAServiceType");
    return v && v->type == REG_DWORD &&
           (v->dword == TP_QUEUED || v->dword == TP_NONQUEUED || v->dword == TP_OPERATOR);
}

static void service_path(const char *control_set, const char *name, char out[TPWHERE_PATH_MAX])
{
    snprintf(out, TPWHERE_PATH_MAX, "HKEY_LOCAL_MACHINE\\SYSTEM\\%s\\Services\\%s", control_set, name);
}

/* W->parameters and W->place say where; fill in the rest. */
static void know(const struct regfile *reg, const char *control_set, struct tpwhere *w)
{
    strcpy(w->own, w->parameters);
    if (w->place != AT_SOFTWARE_SERVICE) /* there the key above, if any, belongs to another product */
        w->own[strlen(w->own) - strlen(BELOW_TP)] = '\0';
    if (tpwhere_is_service(w))
        service_path(control_set, w->name, w->service);
    w->key = regfile_key(reg, w->parameters);
    w->service_key = w->service[0] ? regfile_key(reg, w->service) : NULL;
}

/* Is K an entry of the TP called NAME?  Then W says where. */
static bool entry_at(const struct regfile *reg, const char *control_set, const struct reg_key *k,
                     const char *name, struct tpwhere *w)
{
    struct tpplace_parts parts;
    size_t i = 0;
    tpplace_split(k->path, &parts);
    *w = (struct tpwhere){.place = tpplace_of(&parts, &i)};
    if (w->place == AT_PLACE_N || !tpplace_is(&parts, i, name) || strlen(k->path) >= sizeof w->parameters)
        return false;
    if (w->place <= AT_SYSTEM_TPS && !tpplace_is(&parts, 2, control_set))
        return false;
    if (tpwhere_is_service(w) && !is_tp(k))
        return false;
    snprintf(w->name, sizeof w->name, "%.*s", (int)parts.len[i], parts.p[i]);
    strcpy(w->parameters, k->path);
    know(reg, control_set, w);
    return true;
}

unsigned tpwhere_find(const struct regfile *reg, const char *name, struct tpwhere out[TPWHERE_ENTRIES])
{
    char control_set[TPPLACE_CONTROL_SET_MAX + 1];
    struct tpwhere w;
    unsigned n = 0;
    tpplace_control_set(reg, control_set);
    for (const struct reg_key *k = reg->keys; k && n < TPWHERE_ENTRIES; k = k->next)
        if (entry_at(reg, control_set, k, name, &w)) {
            unsigned i = n++;
            for (; i > 0 && out[i - 1].place > w.place; i--)
                out[i] = out[i - 1];
            out[i] = w;
        }
    return n;
}

void tpwhere_new(const struct regfile *reg, const char *name, bool service, struct tpwhere *out)
{
    char control_set[TPPLACE_CONTROL_SET_MAX + 1];
    const char *above = service ? "" : "SnaBase\\Parameters\\TPs\\";
    tpplace_control_set(reg, control_set);
    *out = (struct tpwhere){.place = service ? AT_SERVICE : AT_SYSTEM_TPS};
    snprintf(out->name, sizeof out->name, "%s", name);
    snprintf(out->parameters, sizeof out->parameters,
             "HKEY_LOCAL_MACHINE\\SYSTEM\\%s\\Services\\%s%s" BELOW_TP, control_set, above, name);
    know(reg, control_set, out);
}
