/* All TPs of a file, in the other form or the same: registry files and INI files (attach sheet 2.7). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attachmgr/inifile.h"
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

/* The further names with blanks between them, in BUF. */
static const char *joined(char **names, char *buf, size_t cap)
{
    size_t n = 0;
    buf[0] = '\0';
    for (; names && *names && n < cap; names++)
        n += (size_t)snprintf(buf + n, cap - n, "%s%s", n ? " " : "", *names);
    return buf;
}

static bool take_users(struct tpspec *s, const struct tp_entry *e, struct tpspec_why *why)
{
    for (size_t i = 0; i < e->n_users; i++) {
        char name[NAME_USER_MAX + 1], password[NAME_USER_MAX + 1];
        snprintf(name, sizeof name, "%.*s", e->users[i].name_n, (const char *)e->users[i].name);
        snprintf(password, sizeof password, "%.*s", e->users[i].password_n, (const char *)e->users[i].password);
        bool ok = tpspec_user(s, name, password, why);
        explicit_bzero(password, sizeof password);
        if (!ok)
            return false;
    }
    return true;
}

static bool spec_of(struct tpspec *s, const struct tp_entry *e, struct tpspec_why *why)
{
    char names[4096];
    s->kind = e->kind;
    s->service = e->service;
    s->security = e->security;
    s->already_verified = e->already_verified;
    s->timeout_ms = e->timeout_ms;
    return tpspec_name(s, e->name, true, why) && (!e->path || tpspec_path(s, e->path, why)) &&
           (!e->parameters || !e->parameters[0] || tpspec_parameters(s, e->parameters, why)) &&
           (!e->lu[0] || tpspec_lu(s, e->lu, why)) &&
           (!e->accept_names || tpspec_accept_names(s, joined(e->accept_names, names, sizeof names), why)) &&
           take_users(s, e, why);
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

static void line(struct regtext *to, const char *key, const char *value)
{
    regtext_add(to, key, strlen(key));
    regtext_putc(to, '=');
    regtext_add(to, value, strlen(value));
    regtext_add(to, "\r\n", 2);
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
        regtext_add(to, e->users[i].name, e->users[i].name_n);
        regtext_putc(to, '=');
        regtext_add(to, e->users[i].password, e->users[i].password_n);
        regtext_add(to, "\r\n", 2);
    }
}

static void put_section(struct regtext *to, const struct tp_entry *e)
{
    char text[4096];
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
    if (e->accept_names)
        line(to, "AcceptNames", joined(e->accept_names, text, sizeof text));
    line(to, "ConversationSecurity", e->security ? "YES" : "NO");
    line(to, "AlreadyVerified", e->already_verified ? "YES" : "NO");
    put_users(to, e);
}

/* What the INI form has no word for. */
static void warn_lost(const struct tp_entry *e, struct tpsetup_said *said)
{
    if (e->service)
        tpsetup_say(&said->err, "tpsetup: TP %s: is a service; in the INI form it is an application", e->name);
    if (e->launch)
        tpsetup_say(&said->err, "tpsetup: TP %s: its key Launch has no place in the INI form", e->name);
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

int tpsetup_convert(const struct tpsetup *t, struct tpsetup_said *said)
{
    struct tp_table tps;
    tptable_init(&tps);
    int status = TPSETUP_REFUSED;
    if (tpsetup_table(t->source, &tps, said))
        status = inifile_is(t->file) ? write_ini(t, &tps, said) : add_all(t, &tps, said);
    tptable_fini(&tps);
    return status;
}
