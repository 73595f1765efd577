/* The entries of TPSETUP, value by value in its order.  A value that is there already and says the same is
 * not touched: it may be written in another way, and may have a comment. */
#include "attachmgr/setup/tpentry.h"

#include <string.h>
#include <strings.h>

#include "snanode/base/names.h"

/* ---- values ---- */

static void put(struct tpentry *c, const char *path, const struct regwrite_value *v)
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
static const struct reg_value *old_value(const struct tpentry *c, const char *path, const char *name)
{
    return c->fresh ? NULL : reg_value(regfile_key(c->reg, path), name);
}

bool tpentry_has_text(const struct reg_value *v)
{
    return v && (v->type == REG_SZ || v->type == REG_EXPAND_SZ) && v->text && strlen(v->text) == v->text_n;
}

static void put_text(struct tpentry *c, const char *path, const char *name, const char *text)
{
    const struct reg_value *v = old_value(c, path, name);
    if (tpentry_has_text(v) && v->type == REG_SZ && strcmp(v->text, text) == 0)
        return;
    put(c, path, &(struct regwrite_value){.name = name, .type = REG_SZ, .text = text});
}

/* The path of a program, as TYPE or as the type that the value has. */
static void put_program(struct tpentry *c, const char *path, const char *name, uint32_t type)
{
    const struct reg_value *v = old_value(c, path, name);
    const char *text = c->s->path ? c->s->path : "";
    if (tpentry_has_text(v) && strcmp(v->text, text) == 0)
        return;
    if (tpentry_has_text(v))
        type = v->type;
    put(c, path, &(struct regwrite_value){.name = name, .type = type, .text = text});
}

static void put_number(struct tpentry *c, const char *path, const char *name, uint32_t number)
{
    const struct reg_value *v = old_value(c, path, name);
    if (v && v->type == REG_DWORD && v->dword == number && (!v->data || v->n == 4))
        return;
    put(c, path, &(struct regwrite_value){.name = name, .type = REG_DWORD, .dword = number});
}

static void put_yes_no(struct tpentry *c, const char *name, bool yes)
{
    const struct reg_value *v = old_value(c, c->w->parameters, name);
    const char *text = yes ? "yes" : "no";
    if (!tpentry_has_text(v) || v->type != REG_SZ || name_casecmp(v->text, text) != 0)
        put(c, c->w->parameters, &(struct regwrite_value){.name = name, .type = REG_SZ, .text = text});
}

/* A setting that has no value when it is empty. */
static void put_optional(struct tpentry *c, const char *name, const char *text)
{
    if (text && text[0])
        put_text(c, c->w->parameters, name, text);
    else if (old_value(c, c->w->parameters, name))
        regedit_remove_value(c->e, c->w->parameters, name);
}

/* ---- an entry [SDK] ---- */

static void put_absent(struct tpentry *c, const char *path, const struct regwrite_value *v)
{
    if (!old_value(c, path, v->name))
        put(c, path, v);
}

/* What CreateService writes, and what makes the service depend on SnaBase.  An existing service keeps its
 * start type. */
static void put_service(struct tpentry *c)
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

static void put_lu_and_names(struct tpentry *c)
{
    const struct reg_value *v = old_value(c, c->w->parameters, "LocalLU");
    const unsigned given = c->s->given;
    bool same =
        tpentry_has_text(v) && v->type == REG_SZ && c->s->lu[0] && name_casecmp(v->text, c->s->lu) == 0;
    if (given & TPSPEC_LU && !same)
        put_optional(c, "LocalLU", c->s->lu);
    if (given & TPSPEC_ACCEPT_NAMES)
        put_optional(c, "AcceptNames", c->s->accept_names);
}

static void put_settings(struct tpentry *c)
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
    if (s->given & TPSPEC_CICS)
        put_number(c, path, "CicsSupport", s->cics);
    put_lu_and_names(c);
}

static void put_user(struct tpentry *c, const struct tpspec_user *u)
{
    const struct reg_value *v =
        u->remove ? reg_value(c->users, u->name) : old_value(c, c->w->parameters, u->name);
    if (!u->remove) {
        if (!tpentry_has_text(v) || v->type != REG_SZ || strcmp(v->text, u->password) != 0 ||
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

static void put_users(struct tpentry *c)
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

/* Copy the values of K that PATH lacks to PATH; those for which tpsetup has options only when ALL. */
static void carry_key(struct tpentry *c, const struct reg_key *k, const char *path, bool all)
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

/* Copy the rest of the entry FROM to its new place: users, values that TPSETUP does not know, keys below. */
static void carry(struct tpentry *c, const struct tpwhere *from)
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

void tpentry_remove(struct regedit *e, const struct tpwhere *w)
{
    regedit_remove_key(e, w->own);
    if (w->service[0])
        regedit_remove_key(e, w->service);
}

static bool same_key(const struct tpwhere *x, const struct tpwhere *y)
{
    return name_casecmp(x->parameters, y->parameters) == 0;
}

bool tpentry_put(struct tpentry *c, const struct tpwhere *old, unsigned n, bool clean)
{
    for (unsigned i = 0; i < n; i++)
        if (clean || !same_key(&old[i], c->w))
            tpentry_remove(c->e, &old[i]);
    if (tpwhere_is_service(c->w))
        put_service(c);
    put_settings(c);
    for (unsigned i = 0; i < n; i++)
        if (!clean && !same_key(&old[i], c->w))
            carry(c, &old[i]);
    put_users(c);
    return !c->failed;
}

bool tpentry_change(struct tpentry *c)
{
    put_settings(c);
    put_users(c);
    return !c->failed;
}
