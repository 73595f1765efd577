/* The form has the fields of TPSETUP [SDK] and some that TPSETUP lacks: for kinds of TP other
 * than queued and nonqueued, for further names, and for the file.
 *
 * newt takes its texts as char * but does not write to them; T() casts them. */
#include <ctype.h>
#include <locale.h>
#include <newt.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdint.h>
#include <string.h>

#include "snanode/cli/tpsetup/tpsetup_form.h"

#define T(s)  ((char *)(uintptr_t)(s))
#define TITLE "Invokable TP Setup"
#define FIELD 18 /* column of what is filled in */

/* For a terminal of 80 columns and 24 rows, and for the smallest, of 60 columns and 20 rows. */
static const struct layout layouts[] = {
    {80, 24, 74, 19, 2, 7, 35, 11, 13, 18, "Queued transaction program", "Started by an operator",
     "Accepts already verified passwords"},
    {60, 20, 54, 14, 1, 5, 24, 8, 9, 13, "Queued", "Operator-started", "Accepts verified users"},
};

/* ---- what a person sees ---- */

static int to_upper(newtComponent c, void *data, int ch, int cursor)
{
    (void)c;
    (void)data;
    (void)cursor;
    return ch > 0 && ch < 128 ? toupper(ch) : ch;
}

static int only_digits(newtComponent c, void *data, int ch, int cursor)
{
    (void)data;
    /* the codes of keys that move and erase are above those of characters, or below the blank */
    if (ch < ' ' || ch > 0xff)
        return ch;
    return isdigit(ch) && (cursor < 5 || strlen(newtEntryGetValue(c)) < 5) ? ch : 0;
}

static newtComponent entry_at(struct form *f, int row, const char *label, const char *text, int width,
                              int flags)
{
    newtComponent c = newtEntry(FIELD, row, text, width, NULL, flags);
    newtFormAddComponents(f->form, newtLabel(1, row, label), c, NULL);
    return c;
}

/* Service forces queued, and disables the choice between kinds. */
static void service_changed(newtComponent c, void *data)
{
    struct form *f = data;
    bool service = form_is_on(c);
    if (service && newtRadioGetCurrent(f->queued) == f->nonqueued)
        newtRadioSetCurrent(f->queued);
    newtCheckboxSetFlags(f->nonqueued, NEWT_FLAG_DISABLED, service ? NEWT_FLAGS_SET : NEWT_FLAGS_RESET);
    newtComponentTakesFocus(f->nonqueued, !service);
}

/* The list of users is for conversation security. */
static void security_changed(newtComponent c, void *data)
{
    struct form *f = data;
    bool on = form_is_on(c);
    newtComponentTakesFocus(f->users, on);
    newtComponentTakesFocus(f->add, on);
    newtComponentTakesFocus(f->edit, on);
    newtComponentTakesFocus(f->del, on);
}

static void name_left(newtComponent c, void *data);

static void make_entries(struct form *f)
{
    int width = f->l->width - FIELD - 2, row = f->l->names;
    if (f->t->file)
        newtFormAddComponents(f->form, newtLabel(1, 0, "Registry file"), newtLabel(FIELD, 0, f->t->file),
                              NULL);
    else
        f->file = entry_at(f, 0, "Registry file", "", width, NEWT_FLAG_SCROLL);
    f->name = entry_at(f, row, "TP name", "", width, NEWT_FLAG_SCROLL);
    f->command = entry_at(f, row + 1, "Command line", "", width, NEWT_FLAG_SCROLL);
    f->lu = entry_at(f, row + 2, "Local LU alias", "", 9, 0);
    f->accept = entry_at(f, row + 3, "Further TP names", "", width, NEWT_FLAG_SCROLL);
    newtEntrySetFilter(f->name, to_upper, NULL);
    newtEntrySetFilter(f->lu, to_upper, NULL);
    newtComponentAddCallback(f->name, name_left, f);
}

static void make_choices(struct form *f)
{
    const struct layout *l = f->l;
    f->queued = newtRadiobutton(1, l->kinds, l->queued, 1, NULL);
    f->nonqueued = newtRadiobutton(1, l->kinds + 1, "Nonqueued", 0, f->queued);
    f->by_hand = newtRadiobutton(1, l->kinds + 2, l->by_hand, 0, f->nonqueued);
    f->service = newtCheckbox(l->second, l->kinds, "Set up as a service", '*', " *", NULL);
    f->security = newtCheckbox(l->second, l->kinds + 1, "Conversation security", ' ', " *", NULL);
    f->verified = newtCheckbox(l->second, l->kinds + 2, l->verified, ' ', " *", NULL);
    f->infinite = newtRadiobutton(FIELD, l->timeout, "Infinite", 1, NULL);
    f->finite = newtRadiobutton(FIELD + 14, l->timeout, "Finite", 0, f->infinite);
    f->seconds = newtEntry(FIELD + 25, l->timeout, "5", 6, NULL, 0);
    newtEntrySetFilter(f->seconds, only_digits, NULL);
    newtComponentAddCallback(f->service, service_changed, f);
    newtComponentAddCallback(f->security, security_changed, f);
    newtFormAddComponents(f->form, f->queued, f->nonqueued, f->by_hand, f->service, f->security, f->verified,
                          newtLabel(1, l->timeout, "Timeout"), f->infinite, f->finite, f->seconds,
                          newtLabel(FIELD + 32, l->timeout, "s"), NULL);
}

static void make_users(struct form *f)
{
    const struct layout *l = f->l;
    f->users = newtListbox(FIELD, l->users, 4, NEWT_FLAG_SCROLL | NEWT_FLAG_BORDER);
    newtListboxSetWidth(f->users, 22);
    f->add = newtCompactButton(l->width - 13, l->users, "Add");
    f->edit = newtCompactButton(l->width - 13, l->users + 1, "Edit");
    f->del = newtCompactButton(l->width - 13, l->users + 2, "Delete");
    f->ok = newtCompactButton(l->width / 2 - 13, l->ok, "OK");
    f->cancel = newtCompactButton(l->width / 2 + 3, l->ok, "Cancel");
    newtFormAddComponents(f->form, newtLabel(1, l->users, "Users"), f->users, f->add, f->edit, f->del, f->ok,
                          f->cancel, NULL);
}

static void make_form(struct form *f)
{
    newtCenteredWindow((unsigned)f->l->width, (unsigned)f->l->height, TITLE);
    f->form = newtForm(NULL, NULL, 0);
    make_entries(f);
    make_choices(f);
    make_users(f);
    service_changed(f->service, f);
    security_changed(f->security, f);
}

/* ---- users ---- */

static void show_users(struct form *f)
{
    newtListboxClear(f->users);
    for (size_t i = 0; i < f->list.n_users; i++)
        newtListboxAppendEntry(f->users, f->list.users[i].name, (void *)(uintptr_t)(i + 1));
    if (f->list.n_users > 0)
        newtListboxSetCurrent(f->users, 0); /* this also draws the list */
}

/* The user that the bar is on, or NULL. */
static struct tpspec_user *current_user(struct form *f)
{
    size_t i = f->list.n_users ? (uintptr_t)newtListboxGetCurrent(f->users) : 0;
    return i ? &f->list.users[i - 1] : NULL;
}

static void delete_user(struct form *f, struct tpspec_user *u)
{
    size_t last = f->list.n_users - 1;
    *u = f->list.users[last];
    explicit_bzero(&f->list.users[last], sizeof *u);
    if (--f->list.n_users > 0)
        return;
    free(f->list.users);
    f->list.users = NULL;
}

static void wipe_string(char *s)
{
    if (s)
        regtext_wipe_free(s, strlen(s));
}

/* One window for NAME and PASSWORD, which it replaces.  False when cancelled. */
static bool user_window(char **name, char **password)
{
    char *old_name = *name, *old_password = *password;
    struct newtWinEntry entries[] = {
        {T("User name"), name, 0}, {T("Password"), password, NEWT_FLAG_PASSWORD}, {NULL, NULL, 0}};
    int button = newtWinEntries(T("User"), T("1 to 10 characters each; upper and lower case differ."), 40, 5,
                                5, 20, entries, T("OK"), T("Cancel"), NULL);
    if (*name != old_name)
        free(old_name);
    if (*password != old_password)
        wipe_string(old_password);
    return button != 2;
}

static void forget_user(struct form *f, const char *name)
{
    for (size_t i = 0; i < f->list.n_users; i++)
        if (strcmp(f->list.users[i].name, name) == 0) {
            delete_user(f, &f->list.users[i]);
            return;
        }
}

/* Ask for a new user, or for changes to the user OLD, until name and password are valid or the person
 * cancels. */
static void ask_user(struct form *f, const char *old)
{
    char *name = strdup(old), *password = strdup("");
    struct tpspec_why why;
    while (name && password && user_window(&name, &password)) {
        if (!tpspec_user(&f->list, name, password, &why)) {
            newtWinMessage(T(TITLE), T("OK"), T("%s"), why.text);
            continue;
        }
        if (strcasecmp(old, name) != 0)
            forget_user(f, old);
        break;
    }
    free(name);
    wipe_string(password);
}

static void users_button(struct form *f, newtComponent c)
{
    struct tpspec_user *u = current_user(f);
    char name[NAME_USER_MAX + 1] = "";
    if (u)
        strcpy(name, u->name);
    if (c == f->add)
        ask_user(f, "");
    else if (u && c == f->del)
        delete_user(f, u);
    else if (u)
        ask_user(f, name);
    show_users(f);
}

/* ---- OK ---- */

/* Fill the form, once, with what the file has for the TP of that name.  False when there is nothing new to
 * show. */
static bool load_named(struct form *f)
{
    char *name = form_text(f->name), *file = f->file ? form_text(f->file) : strdup(f->t->file);
    bool found = name && file && name[0] && file[0] && strcmp(name, f->was.name) != 0 &&
                 tpsetup_find(file, name, form_fill, f);
    if (found) {
        if (f->was.name[0])
            newtEntrySet(f->name, f->was.name, 1); /* the file's spelling stays */
        service_changed(f->service, f);
        security_changed(f->security, f);
        show_users(f);
    }
    free(name);
    free(file);
    return found;
}

static void name_left(newtComponent c, void *data)
{
    (void)c;
    load_named(data);
}

/* Put the name of the file into T->file; *FILE owns the text. */
static bool take_file(struct form *f, char **file, struct tpspec_why *why)
{
    if (!f->file)
        return true;
    free(*file);
    f->t->file = *file = form_text(f->file);
    if (*file && (*file)[0])
        return true;
    tpspec_refuse(why, "Registry file: give the name of the file that the TP is to be set up in");
    return false;
}

static void message(const char *text)
{
    newtWinMessage(T(TITLE), T("OK"), T("%s"), text);
}

static void remember(void *arg, const struct tp_entry *e)
{
    struct loaded_tp *was = arg;
    was->kind = e->kind;
    was->service = e->service;
    snprintf(was->name, sizeof was->name, "%s", e->name);
}

static const char *kind_shown(enum tp_kind kind, bool service)
{
    return kind == TP_NONQUEUED  ? "nonqueued"
           : kind == TP_OPERATOR ? "operator-started"
           : service             ? "a queued service"
                                 : "queued";
}

/* The TP exists already: does the person want to change it?  A TP that the form has loaded is meant to be
 * changed, but a change of its kind is still asked about. */
static bool wants_change(struct form *f)
{
    const struct tpspec *s = &f->t->spec;
    struct loaded_tp was = {.name = ""};
    f->t->replace = tpsetup_find(f->t->file, s->name, remember, &was);
    if (!f->t->replace)
        return true;
    if (strcmp(s->name, f->was.name) != 0 &&
        newtWinChoice(T(TITLE), T("OK"), T("Cancel"), T("TP %s is set up already. Overwrite it?"), s->name) ==
            2)
        return false;
    return !was.name[0] || (was.kind == s->kind && was.service == s->service) ||
           newtWinChoice(T(TITLE), T("OK"), T("Cancel"), T("TP %s is %s. Change its kind to %s?"), s->name,
                         kind_shown(was.kind, was.service), kind_shown(s->kind, s->service)) != 2;
}

/* OK was chosen: carry it out, and leave the form open if that fails. */
static bool finish(struct form *f, char **file, struct tpsetup_said *said)
{
    struct tpspec_why why;
    if (!take_file(f, file, &why) || !form_take(f, &why)) {
        message(why.text);
        return false;
    }
    if (!wants_change(f))
        return false;
    if (tpsetup_apply(f->t, said) == TPSETUP_DONE)
        return true;
    message(said->err.p ? said->err.p : "failed");
    regtext_reset(&said->err);
    regtext_reset(&said->out);
    return false;
}

/* ---- the whole ---- */

/* The largest that fits, or NULL. */
static const struct layout *layout_for_terminal(void)
{
    int cols, rows;
    newtGetScreenSize(&cols, &rows);
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++)
        if (cols >= layouts[i].cols && rows >= layouts[i].rows)
            return &layouts[i];
    return NULL;
}

static bool run_form(struct form *f, char **file, struct tpsetup_said *said)
{
    for (;;) {
        struct newtExitStruct es;
        newtFormRun(f->form, &es);
        bool escape = es.reason == NEWT_EXIT_HOTKEY && es.u.key == NEWT_KEY_ESCAPE;
        newtComponent c = es.reason == NEWT_EXIT_COMPONENT ? es.u.co : f->ok; /* F12 */
        if (es.reason == NEWT_EXIT_ERROR || escape || c == f->cancel)
            return false;
        if (c == f->add || c == f->edit || c == f->del || c == f->users)
            users_button(f, c);
        else if (c == f->ok && !load_named(f) &&
                 finish(f, file, said)) /* OK does not count for fields that were not shown */
            return true;
    }
}

int tpsetup_form(struct tpsetup *t)
{
    struct form f = {.t = t};
    struct tpsetup_said said = {.out = {.p = NULL}};
    char *file = NULL;
    setlocale(LC_CTYPE, "");
    t->command = TPSETUP_ADD;
    tpspec_init(&f.list);
    if (newtInit() != 0) {
        fputs("tpsetup: this terminal cannot show a form; tpsetup -h shows the commands\n", stderr);
        return TPSETUP_REFUSED;
    }
    f.l = layout_for_terminal();
    if (!f.l) {
        newtFinished();
        fputs("tpsetup: the form needs a terminal of 60 columns and 20 rows; tpsetup --help shows the "
              "commands\n",
              stderr);
        return TPSETUP_REFUSED;
    }
    newtCls();
    newtPushHelpLine(" Tab: next field   Space: choose   F12: OK   Esc: cancel");
    make_form(&f);
    newtFormAddHotKey(f.form, NEWT_KEY_ESCAPE);
    bool done = run_form(&f, &file, &said);
    newtFormDestroy(f.form);
    newtFinished();
    fputs(said.err.n ? said.err.p : "", stderr);
    fputs(said.out.n ? said.out.p : "", stdout);
    if (!done)
        fputs("tpsetup: cancelled; nothing is changed\n", stderr);
    regtext_fini(&said.err);
    regtext_fini(&said.out);
    tpspec_fini(&f.list);
    form_forget(&f);
    free(file);
    return done ? TPSETUP_DONE : TPSETUP_REFUSED;
}
