/* From a TP of the file to the fields of the form, and back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/cli/tpsetup/tpsetup_form.h"

bool form_is_on(newtComponent box)
{
    return newtCheckboxGetValue(box) == '*';
}

char *form_text(newtComponent entry)
{
    const char *s = newtEntryGetValue(entry);
    s += strspn(s, " ");
    size_t n = strlen(s);
    while (n > 0 && s[n - 1] == ' ')
        n--;
    return strndup(s, n);
}

/* ---- into the fields ---- */

static void fill_choices(struct form *f, const struct tp_entry *e)
{
    newtRadioSetCurrent(e->kind == TP_NONQUEUED  ? f->nonqueued
                        : e->kind == TP_OPERATOR ? f->by_hand
                                                 : f->queued);
    newtCheckboxSetValue(f->service, e->service ? '*' : ' ');
    newtCheckboxSetValue(f->security, e->security ? '*' : ' ');
    newtCheckboxSetValue(f->verified, e->already_verified ? '*' : ' ');
    newtRadioSetCurrent(e->timeout_ms == TP_TIMEOUT_INFINITE ? f->infinite : f->finite);
}

static void fill_texts(struct form *f, const struct tp_entry *e)
{
    struct regtext names = {.p = NULL};
    newtEntrySet(f->command, f->was.command ? f->was.command : "", 1);
    newtEntrySet(f->lu, e->lu, 1);
    if (tpsetup_add_names(&names, e->accept_names))
        newtEntrySet(f->accept, names.p, 1);
    if (e->timeout_ms != TP_TIMEOUT_INFINITE)
        newtEntrySet(f->seconds, f->was.seconds, 1);
    regtext_fini(&names);
}

/* PATH, a blank and PARAMETERS. */
static char *command_line(const char *path, const char *parameters)
{
    char *s = NULL;
    if (!path || !parameters || asprintf(&s, "%s%s%s", path, parameters[0] ? " " : "", parameters) < 0)
        return NULL;
    return s;
}

static void remember(struct form *f, const struct tp_entry *e)
{
    struct loaded_tp *was = &f->was;
    struct tpspec_why why;
    form_forget(f);
    *was = (struct loaded_tp){.kind = e->kind, .service = e->service, .timeout_ms = e->timeout_ms};
    tpspec_init(&was->users);
    snprintf(was->name, sizeof was->name, "%s", e->name);
    snprintf(was->seconds, sizeof was->seconds, "%u", e->timeout_ms / 1000 + (e->timeout_ms % 1000 ? 1 : 0));
    was->path = strdup(e->path ? e->path : "");
    was->parameters = strdup(e->parameters ? e->parameters : "");
    was->command = command_line(was->path, was->parameters);
    tpsetup_take_users(&was->users, e, &why);
}

void form_fill(void *form, const struct tp_entry *e)
{
    struct form *f = form;
    struct tpspec_why why;
    remember(f, e);
    fill_choices(f, e);
    fill_texts(f, e);
    tpspec_fini(&f->list);
    tpspec_init(&f->list);
    tpsetup_take_users(&f->list, e, &why);
}

void form_forget(struct form *f)
{
    free(f->was.path);
    free(f->was.parameters);
    free(f->was.command);
    tpspec_fini(&f->was.users);
    f->was = (struct loaded_tp){.name = ""};
}

/* ---- out of the fields ---- */

typedef bool take_text(struct tpspec *s, const char *text, struct tpspec_why *why);

static bool take_entry(struct tpspec *s, newtComponent entry, take_text *take, struct tpspec_why *why)
{
    char *text = form_text(entry);
    bool ok = text && take(s, text, why);
    if (!text)
        tpspec_refuse(why, "TP %s: out of memory", s->name);
    free(text);
    return ok;
}

static bool take_name(struct tpspec *s, const char *text, struct tpspec_why *why)
{
    return tpspec_name(s, text, true, why);
}

/* The program and its arguments stand in one line.  A line that begins with the program that was loaded is
 * split after that program: nothing else in it may show where the program ends. */
static bool take_command(struct form *f, struct tpspec *s, struct tpspec_why *why)
{
    const struct loaded_tp *was = &f->was;
    const char *line = newtEntryGetValue(f->command);
    size_t n = was->path ? strlen(was->path) : 0;
    if (was->command && strcmp(line, was->command) == 0)
        return tpspec_path(s, was->path, why) && tpspec_parameters(s, was->parameters, why);
    if (n == 0 || strncmp(line, was->path, n) != 0 || (line[n] != ' ' && line[n] != '\0'))
        return take_entry(s, f->command, tpspec_command_line, why);
    return tpspec_path(s, was->path, why) && tpspec_parameters(s, line + n + strspn(line + n, " "), why);
}

static bool has_user(const struct tpspec *s, const char *name)
{
    for (size_t i = 0; i < s->n_users; i++)
        if (strcasecmp(s->users[i].name, name) == 0)
            return true;
    return false;
}

/* Take the users in the list; users that were loaded but are no longer in the list are to be removed. */
static bool take_users(struct form *f, struct tpspec *s, struct tpspec_why *why)
{
    for (size_t i = 0; s->security && i < f->list.n_users; i++)
        if (!tpspec_user(s, f->list.users[i].name, f->list.users[i].password, why))
            return false;
    const struct tpspec *was = &f->was.users;
    for (size_t i = 0; strcmp(s->name, f->was.name) == 0 && i < was->n_users; i++)
        if (!has_user(&f->list, was->users[i].name) && !tpspec_remove_user(s, was->users[i].name, why))
            return false;
    return true;
}

static bool take_timeout(struct form *f, struct tpspec *s, struct tpspec_why *why)
{
    if (newtRadioGetCurrent(f->infinite) == f->infinite)
        return true; /* the initial value */
    if (strcmp(s->name, f->was.name) == 0 && strcmp(newtEntryGetValue(f->seconds), f->was.seconds) == 0 &&
        f->was.timeout_ms != TP_TIMEOUT_INFINITE) { /* not touched: keep the milliseconds */
        s->timeout_ms = f->was.timeout_ms;
        return true;
    }
    return take_entry(s, f->seconds, tpspec_timeout_seconds, why);
}

bool form_take(struct form *f, struct tpspec_why *why)
{
    struct tpspec *s = &f->t->spec;
    newtComponent kind = newtRadioGetCurrent(f->queued);
    tpspec_fini(s);
    if (!take_entry(s, f->name, take_name, why))
        return false;
    s->kind = kind == f->nonqueued ? TP_NONQUEUED : kind == f->by_hand ? TP_OPERATOR : TP_QUEUED;
    s->service = form_is_on(f->service);
    s->security = form_is_on(f->security);
    s->already_verified = form_is_on(f->verified);
    return take_command(f, s, why) && take_entry(s, f->lu, tpspec_lu, why) &&
           take_entry(s, f->accept, tpspec_accept_names, why) && take_timeout(f, s, why) &&
           take_users(f, s, why) && tpspec_check(s, true, why);
}
