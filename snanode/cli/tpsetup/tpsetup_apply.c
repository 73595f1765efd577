/* Add, change, remove: the file is read and changed in memory; the result is read back and judged as the node
 * will judge it, and only then replaces the file. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "attachmgr/registry/inifile.h"
#include "attachmgr/registry/regedit.h"
#include "attachmgr/registry/regfile.h"
#include "attachmgr/setup/tpchange.h"
#include "snanode/cli/tpsetup/tpsetup.h"
#include "snanode/base/names.h"
#include "snanode/base/plural.h"

void tpsetup_say(struct regtext *to, const char *fmt, ...)
{
    char line[1024];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    if (to->n > 0)
        to->n--; /* its NUL */
    regtext_add(to, line, strlen(line));
    regtext_add(to, "\n", 2);
}

static int refuse(struct tpsetup_said *said, const struct tpspec_why *why)
{
    tpsetup_say(&said->err, "tpsetup: %s", why->text);
    return TPSETUP_REFUSED;
}

/* ---- judging ---- */

/* A file as the node sees it. */
struct view {
    struct diag d;
    struct regfile reg;
    struct tp_table tps;
};

static void view_init(struct view *v, const char *name, const char *text, size_t n)
{
    diag_init(&v->d);
    regfile_init(&v->reg);
    tptable_init(&v->tps);
    if (text && regfile_read(&v->reg, name, text, n, &v->d) == 0)
        tptable_build(&v->tps, &v->reg, &v->d);
}

static void view_fini(struct view *v)
{
    tptable_fini(&v->tps);
    regfile_fini(&v->reg);
    diag_fini(&v->d);
}

/* Whether line L of the diagnosis concerns whoever runs T.  All errors do. */
static bool concerns(const struct diag_line *l, const struct tpsetup *t)
{
    char tp[TP_KEY_MAX + 8];
    snprintf(tp, sizeof tp, " TP %s:", t->spec.name);
    return !l->warning || (t->command != TPSETUP_CONVERT && strcasestr(l->text, tp));
}

/* The new file must have no more errors than the old one.  Messages about the TP are passed on. */
static bool is_sound(const struct tpsetup *t, const struct view *old, const struct regtext *text,
                     struct tpsetup_said *said)
{
    struct view v;
    view_init(&v, t->file, text->p, text->n);
    for (const struct diag_line *l = v.d.head; l; l = l->next)
        if (concerns(l, t))
            tpsetup_say(&said->err, "%s", l->text);
    bool sound = v.d.errors <= old->d.errors;
    if (!sound)
        tpsetup_say(&said->err, "tpsetup: %s: is not changed: the node would refuse the result (see above)",
                    t->file);
    else if (v.d.errors > 0)
        tpsetup_say(&said->err,
                    "tpsetup: %s: still has errors, and the node refuses it until they are mended", t->file);
    view_fini(&v);
    return sound;
}

/* ---- doing ---- */

static bool change(const struct tpsetup *t, struct regedit *e, const struct regfile *reg,
                   struct tpspec_why *why)
{
    switch (t->command) {
    case TPSETUP_ADD:
        return tpchange_add(e, reg, &t->spec, t->replace, t->clean, why);
    case TPSETUP_CHANGE:
        return tpchange_change(e, reg, &t->spec, why);
    case TPSETUP_CONVERT:
        return tpsetup_convert_into(t, e, reg, why);
    default:
        return tpchange_remove(e, reg, t->spec.name, why);
    }
}

/* EXISTED: there already was an entry of that name. */
static const char *done_word(const struct tpsetup *t, bool existed)
{
    if (t->command == TPSETUP_REMOVE)
        return "removed from";
    return t->command == TPSETUP_CHANGE || existed ? "changed in" : "added to";
}

/* Print what has been done. */
static void report(const struct tpsetup *t, const struct view *old, struct tpsetup_said *said)
{
    const struct tp_table *from = t->from;
    if (t->command != TPSETUP_CONVERT) {
        bool existed = tpchange_exists(&old->reg, t->spec.name);
        tpsetup_say(&said->out, "TP %s: %s %s", t->spec.name, done_word(t, existed), t->file);
        return;
    }
    for (size_t i = 0; i < from->n_entries; i++) {
        bool existed = tpchange_exists(&old->reg, from->entries[i].name);
        tpsetup_say(&said->out, "TP %s: %s %s", from->entries[i].name, done_word(t, existed), t->file);
    }
    size_t programs = from->n_clients + from->n_client_names;
    if (programs > 0)
        tpsetup_say(&said->out, "%zu program%s: written to %s", programs, plural_s(programs), t->file);
}

static bool has_passwords(const struct tpsetup *t)
{
    return t->command == TPSETUP_CONVERT ? tpsetup_has_users(t->from) : t->spec.n_users > 0;
}

static void warn_readable(const struct tpsetup *t, const struct editfile *f, struct tpsetup_said *said)
{
    if (has_passwords(t) && f->fd >= 0 && f->mode & 044)
        tpsetup_say(&said->err,
                    "tpsetup: %s: has passwords and can be read by others; chmod 600 keeps them out",
                    t->file);
}

/* Write the changed text E to the file. */
static int save(const struct tpsetup *t, struct editfile *f, const struct view *old, const struct regedit *e,
                struct tpsetup_said *said)
{
    struct regtext text = {.p = NULL};
    struct tpspec_why why = {.text = "out of memory"};
    int status = TPSETUP_REFUSED;
    if (!regedit_text(e, &text)) {
        refuse(said, &why);
    } else if (f->text && text.n == f->n && memcmp(text.p, f->text, f->n) == 0) {
        if (t->command == TPSETUP_CONVERT)
            tpsetup_say(&said->out, "%s needs no change", t->file);
        else
            tpsetup_say(&said->out, "TP %s: %s needs no change", t->spec.name, t->file);
        status = TPSETUP_DONE;
    } else if (is_sound(t, old, &text, said)) {
        if (tpsetup_file_write(f, t->file, &text, has_passwords(t), &why)) {
            report(t, old, said);
            warn_readable(t, f, said);
            if (!t->no_reload)
                tpsetup_tell_node(said);
            status = TPSETUP_DONE;
        } else {
            refuse(said, &why);
        }
    }
    regtext_fini(&text);
    return status;
}

static int change_file(const struct tpsetup *t, struct editfile *f, struct tpsetup_said *said)
{
    struct regedit e;
    struct diag d;
    struct view old;
    struct tpspec_why why;
    int status = TPSETUP_REFUSED;
    diag_init(&d);
    view_init(&old, t->file, f->text, f->n);
    if ((f->text ? regedit_init(&e, t->file, f->text, f->n, &d) : regedit_init_new(&e, t->utf8)) < 0) {
        for (const struct diag_line *l = d.head; l; l = l->next)
            tpsetup_say(&said->err, "%s", l->text);
        tpsetup_say(&said->err, "tpsetup: %s: is not changed: mend the lines above first", t->file);
    } else if (!change(t, &e, &old.reg, &why)) {
        refuse(said, &why);
    } else {
        status = save(t, f, &old, &e, said);
    }
    regedit_fini(&e);
    view_fini(&old);
    diag_fini(&d);
    return status;
}

int tpsetup_apply(const struct tpsetup *t, struct tpsetup_said *said)
{
    struct editfile f;
    struct tpspec_why why;
    if (inifile_is(t->file)) {
        tpspec_refuse(
            &why,
            "%s: an INI file is only read; `tpsetup -f FILE.reg convert %s` makes a registry file of it",
            t->file, t->file);
        return refuse(said, &why);
    }
    int status = tpsetup_file_read(&f, t->file, true, t->command & (TPSETUP_ADD | TPSETUP_CONVERT), &why)
                     ? change_file(t, &f, said)
                     : refuse(said, &why);
    editfile_fini(&f);
    return status;
}

bool tpsetup_find(const char *file, const char *name, tpsetup_found *found, void *arg)
{
    struct editfile f;
    struct tpspec_why why;
    struct view v;
    bool exists = false;
    if (tpsetup_file_read(&f, file, false, true, &why)) {
        view_init(&v, file, f.text, f.n);
        exists = tpchange_exists(&v.reg, name);
        for (size_t i = 0; i < v.tps.n_entries; i++)
            if (name_casecmp(v.tps.entries[i].name, name) == 0) /* as keys of the registry */
                found(arg, &v.tps.entries[i]);
        view_fini(&v);
    }
    editfile_fini(&f);
    return exists;
}
