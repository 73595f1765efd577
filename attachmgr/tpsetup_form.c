/* The form, field by field that of TPSETUP (attach sheet 3.1), with what TPSETUP has no field for: other
 * kinds of TP than queued and nonqueued ones, further names, and the file.
 *
 * newt takes its texts as char * and writes to none of them: that is what T() is for. */
#include <ctype.h>
#include <locale.h>
#include <newt.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdint.h>
#include <string.h>

#include "attachmgr/tpsetup.h"

#define T(s)   ((char *)(uintptr_t)(s))
#define TITLE  "Invokable TP Setup"
#define WIDTH  74
#define HEIGHT 20
#define FIELD  19 /* column of what is filled in */

struct form {
    struct tpsetup *t;
    struct tpspec list; /* the users, and nothing else */
    newtComponent form;
    newtComponent file, name, command, lu, accept, seconds;
    newtComponent queued, nonqueued, by_hand; /* kind */
    newtComponent service, security, verified;
    newtComponent infinite, finite;
    newtComponent users, add, edit, del;
    newtComponent ok, cancel;
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
    /* keys that move and erase are above the characters, or below the blank */
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

static bool is_on(newtComponent box)
{
    return newtCheckboxGetValue(box) == '*';
}

/* Service forces queued, and takes away the choice that is no longer one. */
static void service_changed(newtComponent c, void *data)
{
    struct form *f = data;
    bool service = is_on(c);
    if (service && newtRadioGetCurrent(f->queued) == f->nonqueued)
        newtRadioSetCurrent(f->queued);
    newtCheckboxSetFlags(f->nonqueued, NEWT_FLAG_DISABLED, service ? NEWT_FLAGS_SET : NEWT_FLAGS_RESET);
    newtComponentTakesFocus(f->nonqueued, !service);
}

/* The list of users is for conversation security. */
static void security_changed(newtComponent c, void *data)
{
    struct form *f = data;
    bool on = is_on(c);
    newtComponentTakesFocus(f->users, on);
    newtComponentTakesFocus(f->add, on);
    newtComponentTakesFocus(f->edit, on);
    newtComponentTakesFocus(f->del, on);
}

static void make_entries(struct form *f)
{
    if (f->t->file)
        newtFormAddComponents(f->form, newtLabel(1, 0, "Registry file"), newtLabel(FIELD, 0, f->t->file),
                              NULL);
    else
        f->file = entry_at(f, 0, "Registry file", "", 53, NEWT_FLAG_SCROLL);
    f->name = entry_at(f, 2, "TP name", "", 53, NEWT_FLAG_SCROLL);
    f->command = entry_at(f, 3, "Command line", "", 53, NEWT_FLAG_SCROLL);
    f->lu = entry_at(f, 4, "Local LU alias", "", 9, 0);
    f->accept = entry_at(f, 5, "Further TP names", "", 53, NEWT_FLAG_SCROLL);
    newtEntrySetFilter(f->name, to_upper, NULL);
    newtEntrySetFilter(f->lu, to_upper, NULL);
}

static void make_choices(struct form *f)
{
    f->queued = newtRadiobutton(1, 7, "Queued transaction program", 1, NULL);
    f->nonqueued = newtRadiobutton(1, 8, "Nonqueued", 0, f->queued);
    f->by_hand = newtRadiobutton(1, 9, "Started by an operator", 0, f->nonqueued);
    f->service = newtCheckbox(35, 7, "Set up as a service", '*', " *", NULL);
    f->security = newtCheckbox(35, 8, "Conversation security", ' ', " *", NULL);
    f->verified = newtCheckbox(35, 9, "Accepts already verified passwords", ' ', " *", NULL);
    f->infinite = newtRadiobutton(FIELD, 11, "Infinite", 1, NULL);
    f->finite = newtRadiobutton(FIELD + 15, 11, "Finite", 0, f->infinite);
    f->seconds = newtEntry(FIELD + 27, 11, "5", 6, NULL, 0);
    newtEntrySetFilter(f->seconds, only_digits, NULL);
    newtComponentAddCallback(f->service, service_changed, f);
    newtComponentAddCallback(f->security, security_changed, f);
    newtFormAddComponents(f->form, f->service, f->queued, f->nonqueued, f->by_hand, f->security, f->verified,
                          newtLabel(1, 11, "Timeout"), f->infinite, f->finite, f->seconds,
                          newtLabel(FIELD + 34, 11, "seconds"), NULL);
}

static void make_users(struct form *f)
{
    f->users = newtListbox(FIELD, 13, 4, NEWT_FLAG_SCROLL | NEWT_FLAG_BORDER);
    newtListboxSetWidth(f->users, 24);
    f->add = newtCompactButton(46, 13, "Add");
    f->edit = newtCompactButton(46, 14, "Edit");
    f->del = newtCompactButton(46, 15, "Delete");
    f->ok = newtCompactButton(24, 18, "OK");
    f->cancel = newtCompactButton(38, 18, "Cancel");
    newtFormAddComponents(f->form, newtLabel(1, 13, "Users"), f->users, f->add, f->edit, f->del, f->ok,
                          f->cancel, NULL);
}

static void make_form(struct form *f)
{
    newtCenteredWindow(WIDTH, HEIGHT, TITLE);
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

/* A new user, or the one called OLD: asked for until name and password are good or the person has had enough.
 */
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

/* ---- what was filled in ---- */

/* TEXT without blanks at its ends, in BUF. */
static const char *trimmed(newtComponent entry, char *buf, size_t cap)
{
    const char *s = newtEntryGetValue(entry);
    s += strspn(s, " ");
    snprintf(buf, cap, "%s", s);
    for (size_t n = strlen(buf); n > 0 && buf[n - 1] == ' ';)
        buf[--n] = '\0';
    return buf;
}

static bool take_users(struct form *f, struct tpspec *s, struct tpspec_why *why)
{
    for (size_t i = 0; s->security && i < f->list.n_users; i++)
        if (!tpspec_user(s, f->list.users[i].name, f->list.users[i].password, why))
            return false;
    return true;
}

static bool take_timeout(struct form *f, struct tpspec *s, struct tpspec_why *why)
{
    char buf[16];
    if (newtRadioGetCurrent(f->infinite) == f->infinite)
        return true; /* as it is from the start */
    return tpspec_timeout_seconds(s, trimmed(f->seconds, buf, sizeof buf), why);
}

/* All fields into the TP of F->t. */
static bool take_fields(struct form *f, struct tpspec_why *why)
{
    char buf[1024];
    struct tpspec *s = &f->t->spec;
    newtComponent kind = newtRadioGetCurrent(f->queued);
    tpspec_fini(s);
    if (!tpspec_name(s, trimmed(f->name, buf, sizeof buf), true, why))
        return false;
    s->kind = kind == f->nonqueued ? TP_NONQUEUED : kind == f->by_hand ? TP_OPERATOR : TP_QUEUED;
    s->service = is_on(f->service);
    s->security = is_on(f->security);
    s->already_verified = is_on(f->verified);
    return tpspec_command_line(s, trimmed(f->command, buf, sizeof buf), why) &&
           tpspec_lu(s, trimmed(f->lu, buf, sizeof buf), why) &&
           tpspec_accept_names(s, trimmed(f->accept, buf, sizeof buf), why) && take_timeout(f, s, why) &&
           take_users(f, s, why) && tpspec_check(s, true, why);
}

static bool take_file(struct form *f, char *buf, size_t cap, struct tpspec_why *why)
{
    if (!f->file)
        return true;
    f->t->file = trimmed(f->file, buf, cap);
    if (f->t->file[0])
        return true;
    tpspec_refuse(why, "Registry file: give the name of the file that the TP is to be set up in");
    return false;
}

static void message(const char *text)
{
    newtWinMessage(T(TITLE), T("OK"), T("%s"), text);
}

/* OK was chosen: do it, and leave the form open when that fails. */
static bool finish(struct form *f, char *file, size_t cap, struct tpsetup_said *said)
{
    struct tpspec_why why;
    if (!take_file(f, file, cap, &why) || !take_fields(f, &why)) {
        message(why.text);
        return false;
    }
    f->t->replace = tpsetup_exists(f->t);
    if (f->t->replace && newtWinChoice(T(TITLE), T("OK"), T("Cancel"),
                                       T("TP %s is set up already. Overwrite it?"), f->t->spec.name) == 2)
        return false;
    if (tpsetup_apply(f->t, said) == TPSETUP_DONE)
        return true;
    message(said->err.p ? said->err.p : "failed");
    regtext_reset(&said->err);
    regtext_reset(&said->out);
    return false;
}

/* ---- the whole ---- */

static bool run_form(struct form *f, char *file, size_t cap, struct tpsetup_said *said)
{
    for (;;) {
        struct newtExitStruct es;
        newtFormRun(f->form, &es);
        newtComponent c = es.reason == NEWT_EXIT_COMPONENT ? es.u.co : f->ok; /* F12 */
        if (es.reason == NEWT_EXIT_ERROR || c == f->cancel)
            return false;
        if (c == f->add || c == f->edit || c == f->del || c == f->users)
            users_button(f, c);
        else if (c == f->ok && finish(f, file, cap, said))
            return true;
    }
}

int tpsetup_form(struct tpsetup *t)
{
    struct form f = {.t = t};
    struct tpsetup_said said = {.out = {.p = NULL}};
    char file[1024];
    setlocale(LC_CTYPE, "");
    t->command = TPSETUP_ADD;
    tpspec_init(&f.list);
    if (newtInit() != 0) {
        fputs("tpsetup: this terminal cannot show a form; tpsetup -h shows the commands\n", stderr);
        return TPSETUP_REFUSED;
    }
    newtCls();
    newtPushHelpLine(" Tab: next field   Space: choose   F12: OK");
    make_form(&f);
    bool done = run_form(&f, file, sizeof file, &said);
    newtFormDestroy(f.form);
    newtFinished();
    fputs(said.err.n ? said.err.p : "", stderr);
    fputs(said.out.n ? said.out.p : "", stdout);
    if (!done)
        fputs("tpsetup: cancelled; nothing is changed\n", stderr);
    regtext_fini(&said.err);
    regtext_fini(&said.out);
    tpspec_fini(&f.list);
    return done ? TPSETUP_DONE : TPSETUP_REFUSED;
}
