/* All TPs of a file, in the other form or the same: registry files and INI files (attach sheet 2.7). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attachmgr/inifile.h"
#include "attachmgr/regedit.h"
#include "attachmgr/regfile.h"
#include "attachmgr/tpsetup.h"

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
    return tpspec_name(s, e->name, true, why) && (!e->path || tpspec_path(s, e->path, why)) &&
           (!e->parameters || !e->parameters[0] || tpspec_parameters(s, e->parameters, why)) &&
           (!e->lu[0] || tpspec_lu(s, e->lu, why)) && (!e->accept_names || take_names(s, e, why)) &&
           tpsetup_take_users(s, e, why);
}

/* ---- into a registry file ---- */

static int add_all(const struct tpsetup *t, const struct tp_table *tps, struct tpsetup_said *said)
{
    int status = TPSETUP_DONE;
    for (size_t i = 0; i < tps->n_entries && status == TPSETUP_DONE; i++) {
        struct tpspec_why why;
        struct tpsetup one = *t;
        one.command = TPSETUP_ADD;
        tpspec_init(&one.spec);
        if (spec_of(&one.spec, &tps->entries[i], &why)) {
            one.no_reload = t->no_reload || i + 1 < tps->n_entries; /* the node reads it once */
            status = tpsetup_apply(&one, said);
        } else {
            tpsetup_say(&said->err, "tpsetup: %s", why.text);
            status = TPSETUP_REFUSED;
        }
        tpspec_fini(&one.spec);
    }
    return status;
}

/* ---- into an INI file ---- */

/* Who reads it takes blanks at the ends away, and one pair of quotation marks: a value that has them gets another pair. */
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

/* Whether NAME can stand in front of = there, and in a section's name. */
static bool is_key(const char *name)
{
    return *name && !strpbrk(name, "=;#[]\r\n") && *name != ' ' && name[strlen(name) - 1] != ' ';
}

/* A name that the INI form cannot hold is refused before anything is written. */
static bool can_hold(const struct tp_table *tps, struct tpspec_why *why)
{
    for (size_t i = 0; i < tps->n_entries; i++) {
        const struct tp_entry *e = &tps->entries[i];
        if (!is_key(e->name)) {
            tpspec_refuse(why, "TP %s: the INI form cannot hold this name (= ; # [ ])", e->name);
            return false;
        }
        for (size_t k = 0; k < e->n_users; k++) {
            char name[NAME_USER_MAX + 1];
            snprintf(name, sizeof name, "%.*s", e->users[k].name_n, (const char *)e->users[k].name);
            if (!is_key(name)) {
                tpspec_refuse(why, "TP %s: user %s: the INI form cannot hold this name (= ; # [ ])", e->name,
                              name);
                return false;
            }
        }
    }
    return true;
}

static void header(struct regtext *to, const char *name, const char *end)
{
    regtext_putc(to, '[');
    regtext_add(to, name, strlen(name));
    regtext_add(to, end, strlen(end));
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

static void put_section(struct regtext *to, const struct tp_entry *e)
{
    char text[16];
    struct regtext names = {.p = NULL};
    regtext_add(to, "\r\n", 2);
    header(to, e->name, "Params");
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
    put_users(to, e);
}

/* What the INI form has no word for. */
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
        const char *program = tps->clients[i].program, *tpn = tptable_client_tp(tps, program);
        regtext_add(to, "\r\n", 2);
        header(to, program, "");
        line(to, "APPCLLU", tps->clients[i].lu);
        if (tpn)
            line(to, "APPCTPN", tpn);
    }
    for (size_t i = 0; i < tps->n_client_names; i++) {
        if (tptable_client_lu(tps, tps->client_names[i].program))
            continue;
        regtext_add(to, "\r\n", 2);
        header(to, tps->client_names[i].program, "");
        line(to, "APPCTPN", tps->client_names[i].name);
    }
}

static void put_all(struct regtext *to, const struct tp_table *tps, struct tpsetup_said *said)
{
    header(to, "SNAServerAutoTPs", "");
    for (size_t i = 0; i < tps->n_entries; i++) {
        char section[TP_KEY_MAX + 8];
        snprintf(section, sizeof section, "%sParams", tps->entries[i].name);
        line(to, tps->entries[i].name, section);
    }
    for (size_t i = 0; i < tps->n_entries; i++) {
        put_section(to, &tps->entries[i]);
        warn_lost(&tps->entries[i], said);
    }
    put_programs(to, tps);
}

static bool has_users(const struct tp_table *tps)
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
        tpspec_refuse(&why, "%s: is there already; give the name of a new file", t->file);
        ok = false;
    }
    ok = ok && can_hold(tps, &why);
    if (ok) {
        put_all(&text, tps, said);
        ok = tpsetup_file_write(&f, t->file, &text, has_users(tps), &why);
    }
    if (!ok)
        tpsetup_say(&said->err, "tpsetup: %s", why.text);
    else
        tpsetup_say(&said->out, "%zu TPs: written to %s", tps->n_entries, t->file);
    regtext_fini(&text);
    editfile_fini(&f);
    return ok ? TPSETUP_DONE : TPSETUP_REFUSED;
}

/* PROGRAM gets TEXT in the key BELOW. */
static bool set_program(struct regedit *e, const char *below, const char *program, const char *text,
                        struct tpspec_why *why)
{
    char path[200];
    struct regwrite_value v = {.name = program, .type = REG_SZ, .text = text};
    snprintf(path, sizeof path,
             "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SnaBase\\Parameters\\%s", below);
    if (regedit_set(e, path, &v) == REGTEXT_OK)
        return true;
    tpspec_refuse(why, "program %s: out of memory, or a name that the file's encoding has not", program);
    return false;
}

static bool set_programs(struct regedit *e, const struct tp_table *tps, struct tpspec_why *why)
{
    for (size_t i = 0; i < tps->n_clients; i++)
        if (!set_program(e, "Client", tps->clients[i].program, tps->clients[i].lu, why))
            return false;
    for (size_t i = 0; i < tps->n_client_names; i++)
        if (!set_program(e, "ClientTP", tps->client_names[i].program, tps->client_names[i].name, why))
            return false;
    return true;
}

/* The programs with a local LU or a TP name of their own, into the registry file. */
static int add_programs(const struct tpsetup *t, const struct tp_table *tps, struct tpsetup_said *said)
{
    struct editfile f;
    struct regedit e;
    struct diag d;
    struct tpspec_why why = {.text = "out of memory"};
    struct regtext text = {.p = NULL};
    if (tps->n_clients + tps->n_client_names == 0)
        return TPSETUP_DONE;
    diag_init(&d);
    bool read = tpsetup_file_read(&f, t->file, true, true, &why);
    int opened = !read    ? -1
                 : f.text ? regedit_init(&e, t->file, f.text, f.n, &d)
                          : regedit_init_new(&e, t->utf8);
    bool ok = opened == 0 && set_programs(&e, tps, &why) && regedit_text(&e, &text) &&
              tpsetup_file_write(&f, t->file, &text, has_users(tps), &why);
    if (ok)
        tpsetup_say(&said->out, "%zu programs: written to %s", tps->n_clients + tps->n_client_names, t->file);
    else
        tpsetup_say(&said->err, "tpsetup: %s", why.text);
    if (read)
        regedit_fini(&e);
    regtext_fini(&text);
    diag_fini(&d);
    editfile_fini(&f);
    return ok ? TPSETUP_DONE : TPSETUP_REFUSED;
}

int tpsetup_convert(const struct tpsetup *t, struct tpsetup_said *said)
{
    struct tp_table tps;
    tptable_init(&tps);
    int status = TPSETUP_REFUSED;
    if (tpsetup_table(t->source, &tps, said))
        status = inifile_is(t->file) ? write_ini(t, &tps, said) : add_all(t, &tps, said);
    if (status == TPSETUP_DONE && !inifile_is(t->file))
        status = add_programs(t, &tps, said);
    tptable_fini(&tps);
    return status;
}
