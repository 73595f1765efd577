/* Convert all TPs of a file, or none, to the other form or to the same one: registry and INI files [R11]. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attachmgr/registry/inifile.h"
#include "attachmgr/registry/regedit.h"
#include "attachmgr/registry/regfile.h"
#include "attachmgr/setup/tpchange.h"
#include "attachmgr/tptable/tpplace.h"
#include "snanode/cli/tpsetup/tpsetup.h"
#include "snanode/base/names.h"
#include "snanode/base/plural.h"

#define TP_LIST     "SNAServerAutoTPs"    /* the section of an INI file that lists them */
#define SECTION_MAX (TP_KEY_MAX + 6 + 11) /* the name of a section, with its NUL */

bool tpsetup_table(const char *file, struct tp_table *tps, struct tpsetup_said *said)
{
    struct editfile f;
    struct tpspec_why why;
    struct diag d;
    struct regfile reg;
    diag_init(&d);
    regfile_init(&reg);
    bool ok = tpsetup_file_read(&f, file, false, false, &why);
    if (!ok)
        tpsetup_say(&said->err, "tpsetup: %s", why.text);
    if (ok && (inifile_is(file) ? inifile_read : regfile_read)(&reg, file, f.text, f.n, &d) == 0)
        tptable_build(tps, &reg, &d);
    for (const struct diag_line *l = d.head; l; l = l->next)
        if (!l->warning)
            tpsetup_say(&said->err, "%s", l->text);
    ok = ok && d.errors == 0;
    regfile_fini(&reg);
    diag_fini(&d);
    editfile_fini(&f);
    return ok;
}

/* ---- one TP ---- */

bool tpsetup_add_names(struct regtext *to, char **names)
{
    bool ok = true;
    for (char **n = names; n && *n && ok; n++)
        ok = (n == names || regtext_putc(to, ' ')) && regtext_add(to, *n, strlen(*n));
    return ok && regtext_putc(to, '\0');
}

bool tpsetup_take_users(struct tpspec *s, const struct tp_entry *e, struct tpspec_why *why)
{
    for (size_t i = 0; i < e->n_users; i++) {
        char name[NAME_USER_MAX + 1], password[NAME_USER_MAX + 1];
        snprintf(name, sizeof name, "%.*s", e->users[i].name_n, (const char *)e->users[i].name);
        snprintf(password, sizeof password, "%.*s", e->users[i].password_n,
                 (const char *)e->users[i].password);
        bool ok = tpspec_user(s, name, password, why);
        explicit_bzero(password, sizeof password);
        if (!ok)
            return false;
    }
    return true;
}

static bool take_names(struct tpspec *s, const struct tp_entry *e, struct tpspec_why *why)
{
    struct regtext names = {.p = NULL};
    bool ok = tpsetup_add_names(&names, e->accept_names);
    if (ok)
        ok = tpspec_accept_names(s, names.p, why);
    else
        tpspec_refuse(why, "TP %s: out of memory", e->name);
    regtext_fini(&names);
    return ok;
}

static bool spec_of(struct tpspec *s, const struct tp_entry *e, struct tpspec_why *why)
{
    s->kind = e->kind;
    s->service = e->service;
    s->security = e->security;
    s->already_verified = e->already_verified;
    s->timeout_ms = e->timeout_ms;
    s->cics = e->cics;
    s->given |= e->has_cics ? TPSPEC_CICS : 0;
    return tpspec_name(s, e->name, true, why) && (!e->path || tpspec_path(s, e->path, why)) &&
           (!e->parameters || !e->parameters[0] || tpspec_parameters(s, e->parameters, why)) &&
           (!e->lu[0] || tpspec_lu(s, e->lu, why)) && (!e->accept_names || take_names(s, e, why)) &&
           tpsetup_take_users(s, e, why);
}

/* ---- into a registry file ---- */

static bool add_tp(const struct tpsetup *t, struct regedit *e, const struct regfile *reg,
                   const struct tp_entry *entry, struct tpspec_why *why)
{
    struct tpspec s;
    tpspec_init(&s);
    bool ok = spec_of(&s, entry, why) && tpchange_add(e, reg, &s, t->replace, false, why);
    tpspec_fini(&s);
    return ok;
}

/* Set TEXT for PROGRAM in the key BELOW SnaBase's parameters, in the control set in use in REG. */
static bool set_program(struct regedit *e, const struct regfile *reg, const char *below, const char *program,
                        const char *text, struct tpspec_why *why)
{
    char path[200], control_set[TPPLACE_CONTROL_SET_MAX + 1];
    struct regwrite_value v = {.name = program, .type = REG_SZ, .text = text};
    tpplace_control_set(reg, control_set);
    snprintf(path, sizeof path, "HKEY_LOCAL_MACHINE\\SYSTEM\\%s\\Services\\SnaBase\\Parameters\\%s",
             control_set, below);
    enum regtext_rc rc = regedit_set(e, path, &v);
    if (rc == REGTEXT_OK)
        return true;
    tpspec_refuse(why, "program %s: %s", program,
                  rc == REGTEXT_BAD ? "the file is REGEDIT4 in ANSI and cannot hold this name; export it as "
                                      "Version 5.00 (UTF-16)"
                                    : "out of memory");
    return false;
}

bool tpsetup_convert_into(const struct tpsetup *t, struct regedit *e, const struct regfile *reg,
                          struct tpspec_why *why)
{
    const struct tp_table *tps = t->from;
    bool ok = true;
    for (size_t i = 0; i < tps->n_entries && ok; i++)
        ok = add_tp(t, e, reg, &tps->entries[i], why);
    for (size_t i = 0; i < tps->n_clients && ok; i++)
        ok = set_program(e, reg, "Client", tps->clients[i].program, tps->clients[i].lu, why);
    for (size_t i = 0; i < tps->n_client_names && ok; i++)
        ok = set_program(e, reg, "ClientTP", tps->client_names[i].program, tps->client_names[i].name, why);
    return ok;
}

/* ---- into an INI file ---- */

/* Readers strip blanks at the ends and one pair of quotation marks, so a value that has either gets another
 * pair. */
static bool needs_quotes(const char *value)
{
    size_t n = strlen(value);
    if (n == 0)
        return false;
    char a = value[0], b = value[n - 1];
    return a == ' ' || a == '\t' || b == ' ' || b == '\t' || (n > 1 && a == b && (a == '"' || a == '\''));
}

static void line(struct regtext *to, const char *key, const char *value)
{
    const char *quote = needs_quotes(value) ? "\"" : "";
    regtext_add(to, key, strlen(key));
    regtext_putc(to, '=');
    regtext_add(to, quote, strlen(quote));
    regtext_add(to, value, strlen(value));
    regtext_add(to, quote, strlen(quote));
    regtext_add(to, "\r\n", 2);
}

/* Whether NAME can stand before = in the INI form, and in a section's name. */
static bool is_key(const char *name)
{
    return *name && !strpbrk(name, "=;[]\r\n") && !strchr(" \t", *name) &&
           !strchr(" \t", name[strlen(name) - 1]);
}

/* Whether TEXT, NULL for none, can stand after =.  A second line would be another setting. */
static bool is_value(const char *text)
{
    return !text || !strpbrk(text, "\r\n");
}

static bool can_hold_tp(const struct tp_entry *e, struct tpspec_why *why)
{
    if (!is_key(e->name)) {
        tpspec_refuse(why, "TP %s: the INI form cannot hold this name (= ; [ ])", e->name);
        return false;
    }
    if (!is_value(e->path) || !is_value(e->parameters)) {
        tpspec_refuse(why, "TP %s: the INI form cannot hold the line end in its PathName or Parameters",
                      e->name);
        return false;
    }
    for (size_t k = 0; k < e->n_users; k++) {
        char name[NAME_USER_MAX + 1];
        snprintf(name, sizeof name, "%.*s", e->users[k].name_n, (const char *)e->users[k].name);
        if (!is_key(name)) {
            tpspec_refuse(why, "TP %s: user %s: the INI form cannot hold this name (= ; [ ])", e->name, name);
            return false;
        }
        if (inifile_is_setting(name)) {
            tpspec_refuse(why, "TP %s: user %s: the INI form has a setting of this name", e->name, name);
            return false;
        }
    }
    return true;
}

static bool can_hold_program(const char *name, struct tpspec_why *why)
{
    if (is_key(name) && name_casecmp(name, TP_LIST) != 0)
        return true;
    if (is_key(name))
        tpspec_refuse(why, "program %s: the INI form has its TPs in the section of this name", name);
    else
        tpspec_refuse(why, "program %s: the INI form cannot hold this name (= ; [ ])", name);
    return false;
}

/* What the INI form cannot hold is refused before anything is written. */
static bool can_hold(const struct tp_table *tps, struct tpspec_why *why)
{
    bool ok = true;
    for (size_t i = 0; i < tps->n_entries && ok; i++)
        ok = can_hold_tp(&tps->entries[i], why);
    for (size_t i = 0; i < tps->n_clients && ok; i++)
        ok = can_hold_program(tps->clients[i].program, why);
    for (size_t i = 0; i < tps->n_client_names && ok; i++)
        ok = can_hold_program(tps->client_names[i].program, why);
    return ok;
}

static void header(struct regtext *to, const char *name)
{
    regtext_putc(to, '[');
    regtext_add(to, name, strlen(name));
    regtext_add(to, "]\r\n", 3);
}

static void put_users(struct regtext *to, const struct tp_entry *e)
{
    for (size_t i = 0; i < e->n_users; i++) {
        char name[NAME_USER_MAX + 1], password[NAME_USER_MAX + 1];
        snprintf(name, sizeof name, "%.*s", e->users[i].name_n, (const char *)e->users[i].name);
        snprintf(password, sizeof password, "%.*s", e->users[i].password_n,
                 (const char *)e->users[i].password);
        line(to, name, password);
        explicit_bzero(password, sizeof password);
    }
}

/* The TP name of the program that is written as PROGRAM, or NULL. */
static const char *name_of(const struct tp_table *tps, const char *program)
{
    for (size_t i = 0; i < tps->n_client_names; i++)
        if (name_casecmp(tps->client_names[i].program, program) == 0)
            return tps->client_names[i].name;
    return NULL;
}

static bool has_lu(const struct tp_table *tps, const char *program)
{
    for (size_t i = 0; i < tps->n_clients; i++)
        if (name_casecmp(tps->clients[i].program, program) == 0)
            return true;
    return false;
}

/* Whether a program has the name SECTION, and with it the section. */
static bool is_program(const struct tp_table *tps, const char *section)
{
    return name_of(tps, section) || has_lu(tps, section);
}

/* The name of E's section as TPSETUP gives it, or with a number when a program has that name: of two
 * sections with one name, Windows reads only the first. */
static void name_section(const struct tp_table *tps, const struct tp_entry *e, char out[SECTION_MAX])
{
    snprintf(out, SECTION_MAX, "%sParams", e->name);
    for (unsigned i = 2; is_program(tps, out); i++)
        snprintf(out, SECTION_MAX, "%sParams%u", e->name, i);
}

static void put_section(struct regtext *to, const struct tp_entry *e, const char *section)
{
    char text[16];
    struct regtext names = {.p = NULL};
    regtext_add(to, "\r\n", 2);
    header(to, section);
    line(to, "Queued", e->kind == TP_NONQUEUED ? "NO" : e->kind == TP_OPERATOR ? "OPERATOR" : "YES");
    if (e->path)
        line(to, "PathName", e->path);
    if (e->parameters && e->parameters[0])
        line(to, "Parameters", e->parameters);
    if (e->lu[0])
        line(to, "LocalLU", e->lu);
    if (e->timeout_ms == TP_TIMEOUT_INFINITE)
        snprintf(text, sizeof text, "-1");
    else
        snprintf(text, sizeof text, "%u", e->timeout_ms);
    line(to, "Timeout", text);
    if (e->accept_names && tpsetup_add_names(&names, e->accept_names))
        line(to, "AcceptNames", names.p);
    regtext_fini(&names);
    line(to, "ConversationSecurity", e->security ? "YES" : "NO");
    line(to, "AlreadyVerified", e->already_verified ? "YES" : "NO");
    if (e->has_cics)
        line(to, "CicsSupport", e->cics ? "1" : "0");
    put_users(to, e);
}

/* Warn of settings that the INI form cannot express. */
static void warn_lost(const struct tp_entry *e, struct tpsetup_said *said)
{
    if (e->service)
        tpsetup_say(&said->err, "tpsetup: TP %s: is a service; in the INI form it is an application",
                    e->name);
    if (e->launch)
        tpsetup_say(&said->err, "tpsetup: TP %s: its key Launch has no place in the INI form", e->name);
}

/* A section for each program that has a local LU or a TP name. */
static void put_programs(struct regtext *to, const struct tp_table *tps)
{
    for (size_t i = 0; i < tps->n_clients; i++) {
        const char *program = tps->clients[i].program, *tpn = name_of(tps, program);
        regtext_add(to, "\r\n", 2);
        header(to, program);
        line(to, "APPCLLU", tps->clients[i].lu);
        if (tpn)
            line(to, "APPCTPN", tpn);
    }
    for (size_t i = 0; i < tps->n_client_names; i++) {
        if (has_lu(tps, tps->client_names[i].program))
            continue;
        regtext_add(to, "\r\n", 2);
        header(to, tps->client_names[i].program);
        line(to, "APPCTPN", tps->client_names[i].name);
    }
}

static void put_all(struct regtext *to, const struct tp_table *tps, struct tpsetup_said *said)
{
    char section[SECTION_MAX];
    header(to, TP_LIST);
    for (size_t i = 0; i < tps->n_entries; i++) {
        name_section(tps, &tps->entries[i], section);
        line(to, tps->entries[i].name, section);
    }
    for (size_t i = 0; i < tps->n_entries; i++) {
        name_section(tps, &tps->entries[i], section);
        put_section(to, &tps->entries[i], section);
        warn_lost(&tps->entries[i], said);
    }
    put_programs(to, tps);
}

bool tpsetup_has_users(const struct tp_table *tps)
{
    for (size_t i = 0; i < tps->n_entries; i++)
        if (tps->entries[i].n_users > 0)
            return true;
    return false;
}

static int write_ini(const struct tpsetup *t, const struct tp_table *tps, struct tpsetup_said *said)
{
    struct regtext text = {.p = NULL};
    struct editfile f;
    struct tpspec_why why;
    bool ok = tpsetup_file_read(&f, t->file, true, true, &why);
    if (ok && f.text) {
        tpspec_refuse(&why, "%s: exists already; give the name of a new file", t->file);
        ok = false;
    }
    ok = ok && can_hold(tps, &why);
    if (ok) {
        put_all(&text, tps, said);
        ok = tpsetup_file_write(&f, t->file, &text, tpsetup_has_users(tps), &why);
    }
    if (!ok)
        tpsetup_say(&said->err, "tpsetup: %s", why.text);
    else
        tpsetup_say(&said->out, "%zu TP%s: written to %s", tps->n_entries, plural_s(tps->n_entries), t->file);
    regtext_fini(&text);
    editfile_fini(&f);
    return ok ? TPSETUP_DONE : TPSETUP_REFUSED;
}

/* By name without regard to case, as for keys and sections; then in the order of the file. */
static int by_name(const void *a, const void *b)
{
    const struct tp_entry *x = *(const struct tp_entry *const *)a, *y = *(const struct tp_entry *const *)b;
    int c = name_casecmp(x->name, y->name);
    return c ? c : (x > y) - (x < y);
}

/* Convert writes one entry for each TP.  A TP with several entries, for several LUs or kinds, is not
 * converted. */
static bool are_single(const struct tp_table *tps, struct tpspec_why *why)
{
    const struct tp_entry **sorted = calloc(tps->n_entries + 1, sizeof *sorted);
    bool ok = sorted != NULL;
    if (!ok)
        tpspec_refuse(why, "out of memory");
    for (size_t i = 0; ok && i < tps->n_entries; i++)
        sorted[i] = &tps->entries[i];
    if (ok)
        qsort(sorted, tps->n_entries, sizeof *sorted, by_name);
    for (size_t i = 1; ok && i < tps->n_entries; i++)
        if (name_casecmp(sorted[i - 1]->name, sorted[i]->name) == 0) {
            tpspec_refuse(why, "TP %s: is set up twice (%s:%u and :%u); remove one of them first",
                          sorted[i]->name, sorted[i]->file, sorted[i - 1]->line, sorted[i]->line);
            ok = false;
        }
    free(sorted);
    return ok;
}

int tpsetup_convert(struct tpsetup *t, struct tpsetup_said *said)
{
    struct tp_table tps;
    struct tpspec_why why;
    int status = TPSETUP_REFUSED;
    tptable_init(&tps);
    t->from = &tps;
    if (tpsetup_table(t->source, &tps, said)) {
        if (!are_single(&tps, &why))
            tpsetup_say(&said->err, "tpsetup: %s", why.text);
        else
            status = inifile_is(t->file) ? write_ini(t, &tps, said) : tpsetup_apply(t, said);
    }
    t->from = NULL;
    tptable_fini(&tps);
    return status;
}
