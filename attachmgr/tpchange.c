/* The entries of TPSETUP, value by value in its order.  A value that is there already and says the same is
 * not touched: it may be written in another way, and have a comment. */
#include "attachmgr/tpchange.h"

#include <stdlib.h>
#include <string.h>

#include "attachmgr/tpvalue.h"
#include "attachmgr/tpwhere.h"
#include "snanode/base/names.h"

struct change {
    struct regedit *e;
    const struct regfile *reg;
    const struct tpspec *s;
    const struct tpwhere *w;     /* where the entry is to be */
    const struct reg_key *users; /* who was known */
    bool fresh;                  /* there is nothing at W */
    bool failed;
    struct tpspec_why *why;
};

/* ---- values ---- */

static void put(struct change *c, const char *path, const struct regwrite_value *v)
{
    if (c->failed)
        return;
    enum regtext_rc rc = regedit_set(c->e, path, v);
    c->failed = rc != REGTEXT_OK;
    if (rc == REGTEXT_BAD)
        tpspec_refuse(
            c->why,
            "TP %s: %s: the file is REGEDIT4 in ANSI and cannot hold this text; export it as Version 5.00 "
            "(UTF-16)",
            c->s->name, v->name);
    else if (rc != REGTEXT_OK)
        tpspec_refuse(c->why, "TP %s: out of memory", c->s->name);
}

/* The value that is in the file. */
static const struct reg_value *old_value(const struct change *c, const char *path, const char *name)
{
    return c->fresh ? NULL : reg_value(regfile_key(c->reg, path), name);
}

static bool has_text(const struct reg_value *v)
{
    return v && (v->type == REG_SZ || v->type == REG_EXPAND_SZ) && v->text && strlen(v->text) == v->text_n;
}

static void put_text(struct change *c, const char *path, const char *name, const char *text)
{
    const struct reg_value *v = old_value(c, path, name);
    if (has_text(v) && v->type == REG_SZ && strcmp(v->text, text) == 0)
        return;
    put(c, path, &(struct regwrite_value){.name = name, .type = REG_SZ, .text = text});
}

/* A program: TYPE, or the type that it has. */
static void put_program(struct change *c, const char *path, const char *name, uint32_t type)
{
    const struct reg_value *v = old_value(c, path, name);
    const char *text = c->s->path ? c->s->path : "";
    if (has_text(v) && strcmp(v->text, text) == 0)
        return;
    if (has_text(v))
        type = v->type;
    put(c, path, &(struct regwrite_value){.name = name, .type = type, .text = text});
}

static void put_number(struct change *c, const char *path, const char *name, uint32_t number)
{
    const struct reg_value *v = old_value(c, path, name);
    if (v && v->type == REG_DWORD && v->dword == number && (!v->data || v->n == 4))
        return;
    put(c, path, &(struct regwrite_value){.name = name, .type = REG_DWORD, .dword = number});
}

static void put_yes_no(struct change *c, const char *name, bool yes)
{
    const struct reg_value *v = old_value(c, c->w->parameters, name);
    const char *text = yes ? "yes" : "no";
    if (!has_text(v) || v->type != REG_SZ || name_casecmp(v->text, text) != 0)
        put(c, c->w->parameters, &(struct regwrite_value){.name = name, .type = REG_SZ, .text = text});
}

/* A setting that is not there when it is empty. */
static void put_optional(struct change *c, const char *name, const char *text)
{
    if (text && text[0])
        put_text(c, c->w->parameters, name, text);
    else if (old_value(c, c->w->parameters, name))
        regedit_remove_value(c->e, c->w->parameters, name);
}

/* ---- an entry (attach sheet 3.2, step 4) ---- */

static void put_absent(struct change *c, const char *path, const struct regwrite_value *v)
{
    if (!old_value(c, path, v->name))
        put(c, path, v);
}

/* What CreateService writes, and what makes it depend on SnaBase.  An old service keeps how it starts. */
static void put_service(struct change *c)
{
    const char *service = c->w->service;
    char linkage[TPWHERE_PATH_MAX + 8];
    put_absent(c, service,
               &(struct regwrite_value){.name = "DisplayName", .type = REG_SZ, .text = c->w->name});
    put_absent(c, service, &(struct regwrite_value){.name = "ErrorControl", .type = REG_DWORD, .dword = 1});
    put_program(c, service, "ImagePath", REG_EXPAND_SZ);
    put_absent(c, service,
               &(struct regwrite_value){.name = "ObjectName", .type = REG_SZ, .text = "LocalSystem"});
    put_absent(c, service, &(struct regwrite_value){.name = "Start", .type = REG_DWORD, .dword = 3});
    put_absent(c, service, &(struct regwrite_value){.name = "Type", .type = REG_DWORD, .dword = 0x10});
    strcpy(linkage, service);
    strcat(linkage, "\\Linkage");
    put_absent(
        c, linkage,
        &(struct regwrite_value){.name = "OtherDependencies", .type = REG_MULTI_SZ, .text = "SnaBase"});
}

static void put_lu_and_names(struct change *c)
{
    const struct reg_value *v = old_value(c, c->w->parameters, "LocalLU");
    const unsigned given = c->s->given;
    bool same = has_text(v) && v->type == REG_SZ && c->s->lu[0] && name_casecmp(v->text, c->s->lu) == 0;
    if (given & TPSPEC_LU && !same)
        put_optional(c, "LocalLU", c->s->lu);
    if (given & TPSPEC_ACCEPT_NAMES)
        put_optional(c, "AcceptNames", c->s->accept_names);
}

static void put_settings(struct change *c)
{
    const struct tpspec *s = c->s;
    const char *path = c->w->parameters;
    const bool by_hand = s->kind == TP_OPERATOR;
    if (s->given & TPSPEC_KIND)
        put_number(c, path, "SNAServiceType", s->kind);
    if (s->given & TPSPEC_SECURITY)
        put_yes_no(c, "ConversationSecurity", s->security);
    if (s->given & TPSPEC_VERIFIED)
        put_yes_no(c, "AlreadyVerified", s->already_verified);
    if (s->given & TPSPEC_TIMEOUT)
        put_number(c, path, "Timeout", s->timeout_ms);
    if (s->given & TPSPEC_PARAMETERS && by_hand)
        put_optional(c, "Parameters", s->parameters);
    else if (s->given & TPSPEC_PARAMETERS)
        put_text(c, path, "Parameters", s->parameters ? s->parameters : "");
    if (s->given & TPSPEC_PATH && tpwhere_is_service(c->w))
        put_program(c, c->w->service, "ImagePath", REG_EXPAND_SZ);
    else if (s->given & TPSPEC_PATH && s->path && s->path[0])
        put_program(c, path, "PathName", REG_SZ);
    else if (s->given & TPSPEC_PATH)
        put_optional(c, "PathName", NULL);
    put_lu_and_names(c);
}

static void put_user(struct change *c, const struct tpspec_user *u)
{
    const struct reg_value *v =
        u->remove ? reg_value(c->users, u->name) : old_value(c, c->w->parameters, u->name);
    if (!u->remove) {
        if (!has_text(v) || v->type != REG_SZ || strcmp(v->text, u->password) != 0 ||
            strcmp(v->name, u->name) != 0)
            put(c, c->w->parameters,
                &(struct regwrite_value){.name = u->name, .type = REG_SZ, .text = u->password});
        return;
    }
    if (v) {
        regedit_remove_value(c->e, c->w->parameters, u->name);
        return;
    }
    tpspec_refuse(c->why, "TP %s: user \"%s\": no user has this name; `tpsetup show` lists them", c->s->name,
                  u->name);
    c->failed = true;
}

static void put_users(struct change *c)
{
    for (size_t i = 0; i < c->s->n_users && !c->failed; i++)
        put_user(c, &c->s->users[i]);
}

static bool has_option(const char *name)
{
    static const char *const names[] = {
        "SNAServiceType", "PathName",    "Parameters",           "LocalLU",
        "Timeout",        "AcceptNames", "ConversationSecurity", "AlreadyVerified"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (name_casecmp(names[i], name) == 0)
            return true;
    return false;
}

/* The values of K that are not at PATH go there; those that tpsetup has options for only when ALL. */
static void carry_key(struct change *c, const struct reg_key *k, const char *path, bool all)
{
    for (const struct reg_value *v = k->values; v && !c->failed; v = v->next) {
        const struct regwrite_value w = {.name = v->name,
                                         .type = v->type,
                                         .dword = v->dword,
                                         .text = v->data ? NULL : v->text,
                                         .data = v->data,
                                         .n = v->n};
        if (all || !has_option(v->name))
            put_absent(c, path, &w);
    }
}

/* What the entry FROM has besides comes along to another place: users, values that TPSETUP does not know,
 * keys below. */
static void carry(struct change *c, const struct tpwhere *from)
{
    const size_t n = strlen(from->parameters);
    struct regtext path = {.p = NULL};
    for (const struct reg_key *k = c->reg->keys; k && !c->failed; k = k->next) {
        if (strncasecmp(k->path, from->parameters, n) != 0 || (k->path[n] != '\0' && k->path[n] != '\\'))
            continue;
        regtext_reset(&path);
        c->failed = !regtext_add(&path, c->w->parameters, strlen(c->w->parameters)) ||
                    !regtext_add(&path, k->path + n, strlen(k->path + n) + 1);
        if (c->failed)
            tpspec_refuse(c->why, "TP %s: out of memory", c->s->name);
        else
            carry_key(c, k, path.p, k->path[n] != '\0');
    }
    regtext_fini(&path);
}

static void remove_entry(struct regedit *e, const struct tpwhere *w)
{
    regedit_remove_key(e, w->own);
    if (w->service[0])
        regedit_remove_key(e, w->service);
}

/* All settings of C->s at C->w; the N entries OLD are what there was, at other places or, when it is to be
 * changed, at this one. */
static bool put_entry(struct change *c, const struct tpwhere *old, unsigned n, bool clean)
{
    for (unsigned i = 0; i < n; i++)
        if (clean || old[i].place != c->w->place)
            remove_entry(c->e, &old[i]);
    if (tpwhere_is_service(c->w))
        put_service(c);
    put_settings(c);
    for (unsigned i = 0; i < n; i++)
        if (!clean && old[i].place != c->w->place)
            carry(c, &old[i]);
    put_users(c);
    return !c->failed;
}

/* ---- what is there already ---- */

/* A key of the name of the TP that is to be a service, but is something else. */
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
    if (!tpspec_check(s, true, why) || (n > 0 && !may_replace(&old[0], s, replace, why)))
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
    all.given = TPSPEC_ALL;
    struct change c = {.e = e, .reg = reg, .s = &all, .w = &to, .fresh = clean || !same, .why = why};
    return put_entry(&c, old, n, clean);
}

/* ---- change ---- */

static char *copy_text(const struct reg_key *k, const char *name)
{
    const struct reg_value *v = reg_value(k, name);
    return has_text(v) ? strdup(v->text) : NULL;
}

static bool says_yes(const struct reg_key *k, const char *name)
{
    const struct reg_value *v = reg_value(k, name);
    return has_text(v) && name_casecmp(v->text, "YES") == 0;
}

static void take_number(const struct reg_key *k, const char *name, uint32_t *out)
{
    const struct reg_value *v = reg_value(k, name);
    if (v && v->type == REG_DWORD && (!v->data || v->n == 4))
        *out = v->dword;
}

/* What is at W, and is not in S, comes into S. */
static bool complete(struct tpspec *s, const struct tpwhere *w, struct tpspec_why *why)
{
    const unsigned given = s->given;
    char *lu = NULL;
    uint32_t kind = 0;
    take_number(w->key, "SNAServiceType", &kind);
    if (!(given & TPSPEC_SERVICE))
        s->service = tpwhere_is_service(w);
    if (!(given & TPSPEC_KIND))
        s->kind = kind == TP_NONQUEUED || kind == TP_OPERATOR ? (enum tp_kind)kind : TP_QUEUED;
    if (!(given & TPSPEC_PATH))
        s->path =
            tpwhere_is_service(w) ? copy_text(w->service_key, "ImagePath") : copy_text(w->key, "PathName");
    if (!(given & TPSPEC_PARAMETERS))
        s->parameters = copy_text(w->key, "Parameters");
    if (!(given & TPSPEC_ACCEPT_NAMES))
        s->accept_names = copy_text(w->key, "AcceptNames");
    if (!(given & TPSPEC_TIMEOUT))
        take_number(w->key, "Timeout", &s->timeout_ms);
    if (!(given & TPSPEC_SECURITY))
        s->security = says_yes(w->key, "ConversationSecurity");
    if (!(given & TPSPEC_VERIFIED))
        s->already_verified = says_yes(w->key, "AlreadyVerified");
    bool ok = true;
    if (!(given & TPSPEC_LU) && (lu = copy_text(w->key, "LocalLU")) != NULL)
        ok = tpspec_lu(s, lu, why);
    s->given = given;
    free(lu);
    return ok;
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
    struct change c = {.e = e, .reg = reg, .s = s, .w = &to, .users = old->key, .fresh = moves, .why = why};
    if (!moves) {
        put_settings(&c);
        put_users(&c);
        return !c.failed;
    }
    tpwhere_new(reg, s->name, s->service, &to);
    if (s->service && is_other_service(reg, &to)) {
        tpspec_refuse(why,
                      "TP %s: there is a service of this name that is no TP; add the TP under another name",
                      s->name);
        return false;
    }
    s->given = TPSPEC_ALL;
    return put_entry(&c, old, 1, false);
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
    for (unsigned i = 0; i < n; i++)
        remove_entry(e, &old[i]);
    return n > 0;
}
