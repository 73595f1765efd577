/* What the values of the registry mean.  For TPs one table of names, {name, how it is taken}, says it; a
 * value that is not in the table is a user.
 *
 * No message quotes a text, which may be a password: it gives only the name of the value. */
#include "attachmgr/tptable/tpvalue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attachmgr/registry/regtext.h"
#include "attachmgr/tptable/tptable.h"
#include "snanode/base/names.h"

/* ---- whatever they belong to ---- */

void tpvalue_fault(const struct tpvalue_owner *o, const struct reg_value *v, const char *why)
{
    char name[REGTEXT_SHOW];
    diag_error(o->d, v->file, v->line, "%s: %s %s", o->what, regtext_show(name, v->name), why);
}

void tpvalue_fault_nomem(const struct tpvalue_owner *o, const struct reg_value *v)
{
    tpvalue_fault(o, v, "cannot be kept: out of memory");
}

bool tpvalue_text(const struct tpvalue_owner *o, const struct reg_value *v, unsigned allowed)
{
    if (v->type > 31 || !(allowed & 1u << v->type)) {
        tpvalue_fault(o, v, "has the wrong type: it must be text (REG_SZ)");
        return false;
    }
    if (!v->text) {
        tpvalue_fault(o, v, "is not text: its octets are an odd number or half a UTF-16 character");
        return false;
    }
    if (strlen(v->text) != v->text_n) {
        tpvalue_fault(o, v, "has a NUL character inside its text");
        return false;
    }
    return true;
}

static bool in_range(const struct tpvalue_owner *o, const struct reg_value *v, unsigned long n,
                     uint32_t least, uint32_t most, uint32_t *out)
{
    char why[80];
    if (n < least || n > most) {
        snprintf(why, sizeof why, "is %lu: it must be %lu to %lu", n, (unsigned long)least,
                 (unsigned long)most);
        tpvalue_fault(o, v, why);
        return false;
    }
    *out = (uint32_t)n;
    return true;
}

bool tpvalue_dword(const struct tpvalue_owner *o, const struct reg_value *v, uint32_t least, uint32_t most,
                   uint32_t *out)
{
    if (v->type == REG_DWORD && (!v->data || v->n == 4))
        return in_range(o, v, v->dword, least, most, out);
    tpvalue_fault(o, v, "has the wrong type: it must be a number (REG_DWORD, dword:)");
    return false;
}

bool tpvalue_number(const struct tpvalue_owner *o, const struct reg_value *v, uint32_t least, uint32_t most,
                    uint32_t *out)
{
    if (v->type != REG_SZ)
        return tpvalue_dword(o, v, least, most, out);
    if (!tpvalue_text(o, v, TPVALUE_SZ))
        return false;
    if (v->text_n >= 1 && v->text_n <= 9 && strspn(v->text, "0123456789") == v->text_n)
        return in_range(o, v, strtoul(v->text, NULL, 10), least, most, out);
    tpvalue_fault(o, v, "must be a number: as a dword, or as text of decimal digits");
    return false;
}

/* YES or NO in any case: the documentation writes YES, TPSETUP yes [SDK]. */
void tpvalue_yes_no(const struct tpvalue_owner *o, const struct reg_value *v, bool *out)
{
    if (!tpvalue_text(o, v, TPVALUE_SZ))
        return;
    if (name_casecmp(v->text, "YES") == 0)
        *out = true;
    else if (name_casecmp(v->text, "NO") == 0)
        *out = false;
    else
        tpvalue_fault(o, v, "must be YES or NO");
}

void tpvalue_lu(const struct tpvalue_owner *o, const struct reg_value *v, char lu[NAME_ROOM8])
{
    if (!tpvalue_text(o, v, TPVALUE_SZ) || v->text_n == 0)
        return;
    char alias[NAME_ROOM8] = "";
    if (v->text_n < sizeof alias)
        memcpy(alias, v->text, v->text_n);
    name_fold(alias);
    if (name_valid_lu_alias(alias, strlen(alias)))
        memcpy(lu, alias, sizeof alias);
    else
        tpvalue_fault(o, v, "is no LU alias: it must have 1 to 8 of the characters A-Z 0-9 $ # @ %");
}

void tpvalue_string(const struct tpvalue_owner *o, const struct reg_value *v, unsigned allowed, char **out)
{
    if (!tpvalue_text(o, v, allowed))
        return;
    char *s = strdup(v->text);
    if (!s) {
        tpvalue_fault_nomem(o, v);
        return;
    }
    free(*out);
    *out = s;
}

/* ---- values of a TP [HIS: Registry Entries for Clients] ---- */

static void take_kind(const struct tpvalue_owner *o, const struct reg_value *v, struct tp_entry *e)
{
    (void)o;
    e->kind = (enum tp_kind)v->dword; /* entry_kind has judged it */
}

static void take_path(const struct tpvalue_owner *o, const struct reg_value *v, struct tp_entry *e)
{
    if (!e->service) /* a service has its path in ImagePath */
        tpvalue_string(o, v, TPVALUE_PATH, &e->path);
}

static void take_parameters(const struct tpvalue_owner *o, const struct reg_value *v, struct tp_entry *e)
{
    tpvalue_string(o, v, TPVALUE_SZ, &e->parameters);
}

static void take_local_lu(const struct tpvalue_owner *o, const struct reg_value *v, struct tp_entry *e)
{
    tpvalue_lu(o, v, e->lu);
}

static void take_timeout(const struct tpvalue_owner *o, const struct reg_value *v, struct tp_entry *e)
{
    tpvalue_dword(o, v, 0, TP_TIMEOUT_INFINITE, &e->timeout_ms);
}

static void take_security(const struct tpvalue_owner *o, const struct reg_value *v, struct tp_entry *e)
{
    tpvalue_yes_no(o, v, &e->security);
}

static void take_already_verified(const struct tpvalue_owner *o, const struct reg_value *v,
                                  struct tp_entry *e)
{
    tpvalue_yes_no(o, v, &e->already_verified);
}

static void check_yes_no(const struct tpvalue_owner *o, const struct reg_value *v, struct tp_entry *e)
{
    (void)e;
    bool ignored;
    tpvalue_yes_no(o, v, &ignored);
}

/* CicsSupport is kept, and a TP runs as with 0 [A19]. */
static void take_cics(const struct tpvalue_owner *o, const struct reg_value *v, struct tp_entry *e)
{
    e->has_cics = tpvalue_dword(o, v, 0, 1, &e->cics);
}

/* Values of other components, which are not users either. */
static void not_ours(const struct tpvalue_owner *o, const struct reg_value *v, struct tp_entry *e)
{
    (void)o;
    (void)v;
    (void)e;
}

#define BLANKS " \t"

static size_t count_words(const char *s)
{
    size_t n = 0;
    for (s += strspn(s, BLANKS); *s; s += strspn(s, BLANKS)) {
        n++;
        s += strcspn(s, BLANKS);
    }
    return n;
}

/* Cut S, in place, into words that NAMES points at; false when one is no TP name. */
static bool cut_words(char *s, char **names)
{
    char *save = NULL;
    for (char *w = strtok_r(s, BLANKS, &save); w; w = strtok_r(NULL, BLANKS, &save)) {
        if (!name_valid_tp((const uint8_t *)w, strlen(w)))
            return false;
        *names++ = w;
    }
    return true;
}

static void take_accept_names(const struct tpvalue_owner *o, const struct reg_value *v, struct tp_entry *e)
{
    if (!tpvalue_text(o, v, TPVALUE_SZ))
        return;
    size_t n = count_words(v->text);
    if (n == 0)
        return;
    /* The words must start where the memory does, for entry_fini. */
    char *words = strdup(v->text + strspn(v->text, BLANKS));
    char **names = calloc(n + 1, sizeof *names);
    bool ok = words && names && cut_words(words, names);
    if (ok) {
        e->accept_names = names;
        return;
    }
    if (words && names)
        tpvalue_fault(o, v,
                      "must be TP names with blanks between them, each 1 to 64 printable ASCII characters");
    else
        tpvalue_fault_nomem(o, v);
    free(names);
    free(words);
}

static const struct tp_value {
    const char *name;
    void (*take)(const struct tpvalue_owner *o, const struct reg_value *v, struct tp_entry *e);
} tp_values[] = {
    {"SNAServiceType", take_kind},
    {"PathName", take_path},
    {"Parameters", take_parameters},
    {"LocalLU", take_local_lu},
    {"Timeout", take_timeout},
    {"AcceptNames", take_accept_names},
    {"ConversationSecurity", take_security},
    {"AlreadyVerified", take_already_verified},
    {"Win16App", check_yes_no},
    {"SeparateWowVDM", check_yes_no},
    {"CicsSupport", take_cics},
    {"Application", not_ours},
    {"AppParameters", not_ours},
    {"AppDirectory", not_ours},
    {"", not_ours},
};

static const struct tp_value *tp_value_find(const char *name)
{
    for (size_t i = 0; i < sizeof tp_values / sizeof tp_values[0]; i++)
        if (name_casecmp(tp_values[i].name, name) == 0)
            return &tp_values[i];
    return NULL;
}

bool tpvalue_is_setting(const char *name)
{
    return tp_value_find(name) != NULL;
}

/* ---- users ---- */

static bool is_ascii(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (s[i] < 0x20 || s[i] > 0x7e)
            return false;
    return true;
}

/* What keeps V from being a user and the password, or NULL. */
static const char *user_fault(const struct reg_value *v)
{
    size_t n = strlen(v->name);
    if (v->type != REG_SZ || !v->text)
        return "is no setting of a TP, and no user because it is not text (REG_SZ)";
    if (n > NAME_USER_MAX || !is_ascii(v->name, n))
        return "is no user: a user ID has 1 to 10 ASCII characters";
    if (v->text_n < 1 || v->text_n > NAME_USER_MAX || !is_ascii(v->text, v->text_n))
        return "is no user: a password has 1 to 10 ASCII characters";
    return NULL;
}

static void user_add(struct tp_entry *e, const struct reg_value *v)
{
    struct tp_user *u = &e->users[e->n_users++];
    u->name_n = (uint8_t)strlen(v->name);
    memcpy(u->name, v->name, u->name_n);
    u->password_n = (uint8_t)v->text_n;
    memcpy(u->password, v->text, v->text_n);
}

/* Every value that has no meaning of its own is a user, as long as there is security [R4].  Room for all
 * is made at the start, because growing could leave passwords behind in memory. */
static void take_users(const struct tpvalue_owner *o, const struct reg_key *k, struct tp_entry *e)
{
    if (!e->security)
        return;
    e->users = calloc(k->index.n, sizeof *e->users);
    if (!e->users) {
        tpvalue_fault_nomem(o, k->values);
        return;
    }
    for (const struct reg_value *v = k->values; v; v = v->next) {
        if (tp_value_find(v->name))
            continue;
        char name[REGTEXT_SHOW];
        const char *why = user_fault(v);
        if (why)
            diag_warn(o->d, v->file, v->line, "%s: %s %s; it is ignored", o->what,
                      regtext_show(name, v->name), why);
        else
            user_add(e, v);
    }
    if (e->n_users == 0) {
        free(e->users);
        e->users = NULL;
    }
}

void tpvalue_entry(const struct tpvalue_owner *o, const struct reg_key *k, struct tp_entry *e)
{
    for (const struct reg_value *v = k->values; v; v = v->next) {
        const struct tp_value *how = tp_value_find(v->name);
        if (how)
            how->take(o, v, e);
    }
    take_users(o, k, e);
}
