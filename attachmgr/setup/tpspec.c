#include "attachmgr/setup/tpspec.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attachmgr/registry/regtext.h"
#include "attachmgr/tptable/tpvalue.h"

void tpspec_refuse(struct tpspec_why *why, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(why->text, sizeof why->text, fmt, ap);
    va_end(ap);
}

static bool refuse_nomem(const struct tpspec *s, struct tpspec_why *why)
{
    tpspec_refuse(why, "TP %s: out of memory", s->name);
    return false;
}

void tpspec_init(struct tpspec *s)
{
    *s = (struct tpspec){.kind = TP_QUEUED, .timeout_ms = TP_TIMEOUT_INFINITE};
}

void tpspec_fini(struct tpspec *s)
{
    free(s->path);
    free(s->parameters);
    free(s->accept_names);
    regtext_wipe_free(s->users, s->n_users * sizeof *s->users);
    tpspec_init(s);
}

/* ---- the name ---- */

/* What keeps TEXT from being the name of a TP and of its key, or NULL. */
static const char *name_fault(const char *text)
{
    size_t n = strlen(text);
    if (n == 0)
        return "a TP needs a name: 1 to 64 characters";
    if (!name_valid_tp((const uint8_t *)text, n))
        return "must be 1 to 64 printable ASCII characters without blanks";
    if (strchr(text, '\\') || strstr(text, "];"))
        return "cannot be the name of a registry key: choose one without \\ and without ];";
    return NULL;
}

bool tpspec_name(struct tpspec *s, const char *text, bool exact, struct tpspec_why *why)
{
    char shown[REGTEXT_SHOW];
    const char *fault = name_fault(text);
    if (fault) {
        tpspec_refuse(why, "TP name \"%s\": %s", regtext_show(shown, text), fault);
        return false;
    }
    strcpy(s->name, text); /* it has at most 64 characters */
    if (!exact)
        name_fold(s->name);
    return true;
}

/* ---- texts ---- */

/* Copy TEXT to *OUT if it can stand on one line of a registry file. */
static bool take_text(struct tpspec *s, const char *what, const char *text, char **out,
                      struct tpspec_why *why)
{
    for (const char *p = text; *p; p++)
        if ((uint8_t)*p < 0x20 || *p == 0x7f) {
            tpspec_refuse(why, "TP %s: %s: has a control character; write it on one line, with blanks",
                          s->name, what);
            return false;
        }
    if (!regtext_is_utf8(text, strlen(text))) {
        tpspec_refuse(why, "TP %s: %s: is not UTF-8; use a UTF-8 terminal", s->name, what);
        return false;
    }
    char *copy = strdup(text);
    if (!copy)
        return refuse_nomem(s, why);
    free(*out);
    *out = copy;
    return true;
}

bool tpspec_path(struct tpspec *s, const char *text, struct tpspec_why *why)
{
    if (!take_text(s, "path", text, &s->path, why))
        return false;
    s->given |= TPSPEC_PATH;
    return true;
}

bool tpspec_parameters(struct tpspec *s, const char *text, struct tpspec_why *why)
{
    if (!take_text(s, "parameters", text, &s->parameters, why))
        return false;
    s->given |= TPSPEC_PARAMETERS;
    return true;
}

bool tpspec_command_line(struct tpspec *s, const char *text, struct tpspec_why *why)
{
    const char *exe = strstr(text, ".exe"), *cut = exe ? strchr(exe, ' ') : NULL;
    char *path = strndup(text, cut ? (size_t)(cut - text) : strlen(text));
    if (!path)
        return refuse_nomem(s, why);
    bool ok = tpspec_path(s, path, why) && tpspec_parameters(s, cut ? cut + 1 : "", why);
    free(path);
    return ok;
}

bool tpspec_lu(struct tpspec *s, const char *text, struct tpspec_why *why)
{
    char alias[NAME_ROOM8] = "", shown[REGTEXT_SHOW];
    size_t n = strlen(text);
    if (n < sizeof alias)
        strcpy(alias, text);
    name_fold(alias);
    if (n > 0 && !name_valid_lu_alias(alias, strlen(alias))) {
        tpspec_refuse(why,
                      "TP %s: local LU \"%s\": an LU alias has 1 to 8 of the characters A-Z 0-9 $ # @ %%",
                      s->name, regtext_show(shown, text));
        return false;
    }
    strcpy(s->lu, alias);
    s->given |= TPSPEC_LU;
    return true;
}

static bool names_are_valid(const char *text)
{
    while (*text) {
        size_t n = strcspn(text, " \t");
        if (n > 0 && !name_valid_tp((const uint8_t *)text, n))
            return false;
        text += n + strspn(text + n, " \t");
    }
    return true;
}

bool tpspec_accept_names(struct tpspec *s, const char *text, struct tpspec_why *why)
{
    if (!names_are_valid(text)) {
        tpspec_refuse(
            why,
            "TP %s: accept names: must be TP names with blanks between them, each 1 to 64 printable "
            "ASCII characters",
            s->name);
        return false;
    }
    if (!take_text(s, "accept names", text, &s->accept_names, why))
        return false;
    s->given |= TPSPEC_ACCEPT_NAMES;
    return true;
}

/* ---- numbers ---- */

static bool take_number(const char *text, unsigned long most, unsigned long *out)
{
    if (text[0] == '\0' || text[strspn(text, "0123456789")] != '\0')
        return false;
    errno = 0;
    *out = strtoul(text, NULL, 10);
    return errno == 0 && *out <= most;
}

bool tpspec_timeout(struct tpspec *s, const char *text, struct tpspec_why *why)
{
    unsigned long ms = TP_TIMEOUT_INFINITE;
    char shown[REGTEXT_SHOW];
    if (name_casecmp(text, "infinite") != 0 && !take_number(text, TP_TIMEOUT_INFINITE - 1, &ms)) {
        tpspec_refuse(why, "TP %s: timeout \"%s\": give milliseconds, 0 to 4294967294, or infinite", s->name,
                      regtext_show(shown, text));
        return false;
    }
    s->timeout_ms = (uint32_t)ms;
    s->given |= TPSPEC_TIMEOUT;
    return true;
}

bool tpspec_timeout_seconds(struct tpspec *s, const char *text, struct tpspec_why *why)
{
    unsigned long seconds;
    char shown[REGTEXT_SHOW];
    if (!take_number(text, 99999, &seconds)) {
        tpspec_refuse(why, "TP %s: timeout \"%s\": give seconds, 0 to 99999, or choose infinite", s->name,
                      regtext_show(shown, text));
        return false;
    }
    s->timeout_ms = (uint32_t)seconds * 1000;
    s->given |= TPSPEC_TIMEOUT;
    return true;
}

/* ---- users ---- */

static bool is_credential(const char *text)
{
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++)
        if (text[i] < 0x20 || text[i] > 0x7e)
            return false;
    return n >= 1 && n <= NAME_USER_MAX;
}

/* The user NAME, new or known.  Grown by hand: realloc might leave a password behind. */
static struct tpspec_user *user_at(struct tpspec *s, const char *name)
{
    for (size_t i = 0; i < s->n_users; i++)
        if (name_casecmp(s->users[i].name, name) == 0)
            return &s->users[i];
    struct tpspec_user *u = calloc(s->n_users + 1, sizeof *u);
    if (!u)
        return NULL;
    if (s->n_users > 0)
        memcpy(u, s->users, s->n_users * sizeof *u);
    regtext_wipe_free(s->users, s->n_users * sizeof *u);
    s->users = u;
    return &u[s->n_users++];
}

bool tpspec_user(struct tpspec *s, const char *name, const char *password, struct tpspec_why *why)
{
    char shown[REGTEXT_SHOW];
    regtext_show(shown, name);
    const char *fault = !is_credential(name)       ? "a user ID has 1 to 10 ASCII characters"
                        : tpvalue_is_setting(name) ? "this is the name of a setting: choose another user ID"
                        : !is_credential(password) ? "the password must have 1 to 10 ASCII characters"
                                                   : NULL;
    if (fault) {
        tpspec_refuse(why, "TP %s: user \"%s\": %s", s->name, shown, fault);
        return false;
    }
    struct tpspec_user *u = user_at(s, name);
    if (!u)
        return refuse_nomem(s, why);
    strcpy(u->name, name);
    strcpy(u->password, password);
    u->remove = false;
    return true;
}

bool tpspec_remove_user(struct tpspec *s, const char *name, struct tpspec_why *why)
{
    char shown[REGTEXT_SHOW];
    if (!is_credential(name) || tpvalue_is_setting(name)) {
        tpspec_refuse(why, "TP %s: user \"%s\": no user has this name; `tpsetup show` lists them", s->name,
                      regtext_show(shown, name));
        return false;
    }
    struct tpspec_user *u = user_at(s, name);
    if (!u)
        return refuse_nomem(s, why);
    strcpy(u->name, name);
    u->remove = true;
    return true;
}

/* ---- the whole ---- */

static bool adds_user(const struct tpspec *s)
{
    for (size_t i = 0; i < s->n_users; i++)
        if (!s->users[i].remove)
            return true;
    return false;
}

bool tpspec_check(const struct tpspec *s, bool fresh, struct tpspec_why *why)
{
    const unsigned program = TPSPEC_KIND | TPSPEC_SERVICE | TPSPEC_PATH;
    const bool has_path = s->path && s->path[0];
    const char *fault = NULL;
    if ((fresh || s->given & (TPSPEC_KIND | TPSPEC_SERVICE)) && s->service && s->kind == TP_NONQUEUED)
        fault = "a service is always queued: leave out --nonqueued, or --service";
    else if ((fresh || s->given & program) && !has_path && s->service)
        fault = "a service needs a program: give its path";
    else if ((fresh || s->given & program) && !has_path && s->kind != TP_OPERATOR)
        fault = "an autostarted TP needs a program: give its path, or make it operator-started";
    else if (!s->security && adds_user(s))
        fault = "users count only with conversation security: add --security";
    if (fault)
        tpspec_refuse(why, "TP %s: %s", s->name, fault);
    return !fault;
}
