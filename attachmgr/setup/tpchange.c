/* A TP is added, changed or removed: what may be done to the entries that are there already.  tpentry.c
 * writes them. */
#include "attachmgr/setup/tpchange.h"

#include <stdlib.h>
#include <string.h>

#include "attachmgr/setup/tpentry.h"
#include "snanode/base/names.h"

/* ---- what is there already ---- */

/* Is there a service with the name of the TP that is no TP? */
static bool is_other_service(const struct regfile *reg, const struct tpwhere *w)
{
    size_t n = strlen(w->own);
    if (name_casecmp(w->name, "SnaBase") == 0 || name_casecmp(w->name, "SnaServr") == 0)
        return true;
    for (const struct reg_key *k = reg->keys; k; k = k->next)
        if (strncasecmp(k->path, w->own, n) == 0 && (k->path[n] == '\0' || k->path[n] == '\\'))
            return true;
    return false;
}

static bool may_replace(const struct tpwhere *old, const struct tpspec *s, bool replace,
                        struct tpspec_why *why)
{
    const struct reg_key *k = old->key;
    if (!replace) {
        tpspec_refuse(why,
                      "TP %s: is set up already (%s:%u); use `tpsetup change %s`, or add it with --replace",
                      old->name, k->file, k->line, old->name);
        return false;
    }
    if (strcmp(old->name, s->name) == 0)
        return true;
    tpspec_refuse(
        why,
        "TP %s: is set up as %s (%s:%u), and names of registry keys have no case; replace it with --exact "
        "under that name, or remove it first",
        s->name, old->name, k->file, k->line);
    return false;
}

/* The entry among the N at OLD that has the kind of place that is wanted, or NULL. */
static const struct tpwhere *same_place(const struct tpwhere *old, unsigned n, bool service)
{
    for (unsigned i = 0; i < n; i++)
        if (tpwhere_is_service(&old[i]) == service)
            return &old[i];
    return NULL;
}

/* Refuse a TP with more entries than are looked at: they cannot all be removed. */
static bool too_many(const char *name, unsigned n, struct tpspec_why *why)
{
    if (n < TPWHERE_ENTRIES)
        return false;
    tpspec_refuse(why,
                  "TP %s: is set up in %d places or more; remove those of other users from the file first",
                  name, TPWHERE_ENTRIES);
    return true;
}

bool tpchange_exists(const struct regfile *reg, const char *name)
{
    struct tpwhere old[TPWHERE_ENTRIES];
    return tpwhere_find(reg, name, old) > 0;
}

bool tpchange_add(struct regedit *e, const struct regfile *reg, const struct tpspec *s, bool replace,
                  bool clean, struct tpspec_why *why)
{
    struct tpwhere old[TPWHERE_ENTRIES], to;
    struct tpspec all = *s;
    unsigned n = tpwhere_find(reg, s->name, old);
    if (too_many(s->name, n, why) || !tpspec_check(s, true, why) ||
        (n > 0 && !may_replace(&old[0], s, replace, why)))
        return false;
    const struct tpwhere *same = same_place(old, n, s->service);
    if (same)
        to = *same;
    else
        tpwhere_new(reg, s->name, s->service, &to);
    if (s->service && !same && is_other_service(reg, &to)) {
        tpspec_refuse(why, "TP %s: there is a service of this name that is no TP; choose another name",
                      s->name);
        return false;
    }
    all.given |= TPSPEC_ALL;
    struct tpentry c = {.e = e, .reg = reg, .s = &all, .w = &to, .fresh = clean || !same, .why = why};
    c.users = n > 0 ? old[0].key : NULL;
    return tpentry_put(&c, old, n, clean);
}

/* ---- change ---- */

/* The text of a value, when there is one.  False when out of memory. */
static bool copy_text(const struct reg_key *k, const char *name, char **out)
{
    const struct reg_value *v = reg_value(k, name);
    *out = tpentry_has_text(v) ? strdup(v->text) : NULL;
    return *out || !tpentry_has_text(v);
}

static bool says_yes(const struct reg_key *k, const char *name)
{
    const struct reg_value *v = reg_value(k, name);
    return tpentry_has_text(v) && name_casecmp(v->text, "YES") == 0;
}

static void take_number(const struct reg_key *k, const char *name, uint32_t *out)
{
    const struct reg_value *v = reg_value(k, name);
    if (v && v->type == REG_DWORD && (!v->data || v->n == 4))
        *out = v->dword;
}

/* Give S the texts that are at W and that S lacks. */
static bool complete_texts(struct tpspec *s, const struct tpwhere *w, struct tpspec_why *why)
{
    const unsigned given = s->given;
    const bool service = tpwhere_is_service(w);
    char *lu = NULL;
    bool ok = given & TPSPEC_PATH ||
              copy_text(service ? w->service_key : w->key, service ? "ImagePath" : "PathName", &s->path);
    ok = ok && (given & TPSPEC_PARAMETERS || copy_text(w->key, "Parameters", &s->parameters));
    ok = ok && (given & TPSPEC_ACCEPT_NAMES || copy_text(w->key, "AcceptNames", &s->accept_names));
    ok = ok && (given & TPSPEC_LU || copy_text(w->key, "LocalLU", &lu));
    if (!ok)
        tpspec_refuse(why, "TP %s: out of memory", s->name);
    if (ok && lu)
        ok = tpspec_lu(s, lu, why);
    s->given = given;
    free(lu);
    return ok;
}

/* Give S the settings that are at W and that S lacks. */
static bool complete(struct tpspec *s, const struct tpwhere *w, struct tpspec_why *why)
{
    uint32_t kind = 0;
    take_number(w->key, "SNAServiceType", &kind);
    if (!(s->given & TPSPEC_SERVICE))
        s->service = tpwhere_is_service(w);
    if (!(s->given & TPSPEC_KIND))
        s->kind = kind == TP_NONQUEUED || kind == TP_OPERATOR ? (enum tp_kind)kind : TP_QUEUED;
    if (!(s->given & TPSPEC_TIMEOUT))
        take_number(w->key, "Timeout", &s->timeout_ms);
    if (!(s->given & TPSPEC_SECURITY))
        s->security = says_yes(w->key, "ConversationSecurity");
    if (!(s->given & TPSPEC_VERIFIED))
        s->already_verified = says_yes(w->key, "AlreadyVerified");
    return complete_texts(s, w, why);
}

static bool find_one(const struct regfile *reg, const char *name, struct tpwhere old[TPWHERE_ENTRIES],
                     struct tpspec_why *why)
{
    unsigned n = tpwhere_find(reg, name, old);
    if (n == 1)
        return true;
    if (n == 0)
        tpspec_refuse(why, "TP %s: is not set up in this file; `tpsetup list` shows what is", name);
    else
        tpspec_refuse(
            why, "TP %s: is set up %u times (%s:%u and :%u); replace all by one with `tpsetup add --replace`",
            name, n, old[0].key->file, old[0].key->line, old[1].key->line);
    return false;
}

static bool change_at(struct regedit *e, const struct regfile *reg, struct tpspec *s, struct tpwhere *old,
                      struct tpspec_why *why)
{
    struct tpwhere to = *old;
    if (!complete(s, old, why) || !tpspec_check(s, false, why))
        return false;
    bool moves = s->service != tpwhere_is_service(old);
    struct tpentry c = {.e = e, .reg = reg, .s = s, .w = &to, .users = old->key, .fresh = moves, .why = why};
    if (!moves)
        return tpentry_change(&c);
    tpwhere_new(reg, s->name, s->service, &to);
    if (s->service && is_other_service(reg, &to)) {
        tpspec_refuse(why,
                      "TP %s: there is a service of this name that is no TP; add the TP under another name",
                      s->name);
        return false;
    }
    s->given = TPSPEC_ALL;
    return tpentry_put(&c, old, 1, false);
}

static char *copy_or_null(const char *text)
{
    return text ? strdup(text) : NULL;
}

bool tpchange_change(struct regedit *e, const struct regfile *reg, const struct tpspec *s,
                     struct tpspec_why *why)
{
    struct tpwhere old[TPWHERE_ENTRIES];
    struct tpspec all = *s;
    if (!find_one(reg, s->name, old, why))
        return false;
    strcpy(all.name, old[0].name);
    all.path = copy_or_null(s->path);
    all.parameters = copy_or_null(s->parameters);
    all.accept_names = copy_or_null(s->accept_names);
    bool ok = (!s->path || all.path) && (!s->parameters || all.parameters) &&
              (!s->accept_names || all.accept_names);
    if (ok)
        ok = change_at(e, reg, &all, &old[0], why);
    else
        tpspec_refuse(why, "TP %s: out of memory", all.name);
    free(all.path);
    free(all.parameters);
    free(all.accept_names);
    return ok;
}

/* ---- remove ---- */

bool tpchange_remove(struct regedit *e, const struct regfile *reg, const char *name, struct tpspec_why *why)
{
    struct tpwhere old[TPWHERE_ENTRIES];
    unsigned n = tpwhere_find(reg, name, old);
    if (n == 0)
        tpspec_refuse(why, "TP %s: is not set up in this file; `tpsetup list` shows what is", name);
    if (n == 0 || too_many(name, n, why))
        return false;
    for (unsigned i = 0; i < n; i++)
        tpentry_remove(e, &old[i]);
    return true;
}
