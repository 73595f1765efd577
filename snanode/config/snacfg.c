/* Command files: RESOURCE NAME [/add] /option:value ...  [HIS: Snacfg Reference]
 * This file has the commands; the options are tables in snacfg_option.c.  Relations between objects are
 * checked after the last file (config_check.c). */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "snanode/base/names.h"
#include "snanode/config/snacfg_lex.h"
#include "snanode/config/snacfg_option.h"

/* Resources that this node does not have, and that nothing here refers to.  Their commands are only kept. */
static const char *const absent[] = {"workstation",
                                     "hsdomain",
                                     "hsmapping",
                                     "lu",
                                     "lua",
                                     "lud",
                                     "pool",
                                     "poola",
                                     "poold",
                                     "printserver",
                                     "printsession3270",
                                     "printsessionappc",
                                     "tn3server",
                                     "tn3session",
                                     "tn5server",
                                     "tn5session",
                                     "tnipid",
                                     "tn3port"};
#define ABSENT_N (sizeof absent / sizeof absent[0])
_Static_assert(ABSENT_N < 32, "one bit each in struct reader, and one for links");

#define KNOWN "server, link, connection, mode, appcllu, appcrlu, cpic, user, diagnostic"

/* ---- words ---- */

static bool is_verb(const struct snacfg_word *w, const char *verb)
{
    return *w->text == '/' && name_casecmp(w->text + 1, verb) == 0;
}

static bool is_any_verb(const struct snacfg_word *w)
{
    return is_verb(w, "add") || is_verb(w, "delete");
}

static bool is_show(const struct snacfg_word *w)
{
    return is_verb(w, "list") || is_verb(w, "print") || is_verb(w, "display") || is_verb(w, "?");
}

/* The value of an option of the command, "" when it is not there. */
static const char *value_of(const struct command *cmd, const char *option)
{
    for (size_t i = 1; i < cmd->words->n; i++)
        if (is_verb(&cmd->words->words[i], option) && cmd->words->words[i].value)
            return cmd->words->words[i].value;
    return "";
}

/* How often VERB stands in the command. */
static unsigned count_verb(const struct snacfg_command *words, const char *verb)
{
    unsigned n = 0;
    for (size_t i = 2; i < words->n; i++)
        n += is_verb(&words->words[i], verb);
    return n;
}

/* ---- objects of a command ---- */

/* Without a server or connection, any will do.  Not so for a new object: its place must be the same, and
 * validation finds out. */
static bool is_on(enum cfg_kind kind, void *entry, const char *owner, bool new)
{
    const char *on = config_owner(kind, entry);
    return !on || (!new && (!*on || !*owner)) || strcmp(on, owner) == 0;
}

static void refuse_ambiguous(struct command *cmd)
{
    enum cfg_kind kind = cmd->resource->kind;
    char names[200] = "";
    for (void *e = config_next(cmd->r->c, kind, cmd->name, NULL); e;
         e = config_next(cmd->r->c, kind, cmd->name, e)) {
        size_t n = strlen(names);
        snprintf(names + n, sizeof names - n, "%s%s:%s", n ? ", " : "", config_owner(kind, e), cmd->name);
    }
    snacfg_refuse(cmd, 0, "the name is ambiguous: there are %s", names);
}

/* A user may be named without the domain when only one domain has that user. */
static bool find_user_of_a_domain(struct command *cmd)
{
    const struct node_config *c = cmd->r->c;
    const struct cfg_user *u;
    char names[200] = "";
    unsigned n = 0;
    for (size_t i = 0; (u = config_entry(c, CFG_USER, i)); i++)
        if (name_casecmp(snacfg_account(u->name), cmd->name) == 0) {
            size_t len = strlen(names);
            snprintf(names + len, sizeof names - len, "%s%s", n++ ? ", " : "", u->name);
            cmd->object = config_entry(c, CFG_USER, i);
        }
    return n <= 1 || snacfg_refuse(cmd, 0, "the name is ambiguous: there are %s", names);
}

/* Set cmd->object to the named object, NULL when there is none.  False when there are several. */
static bool find_object(struct command *cmd, const char *owner)
{
    enum cfg_kind kind = cmd->resource->kind;
    bool new = count_verb(cmd->words, "add") > 0;
    unsigned n = 0;
    cmd->object = NULL;
    for (void *e = config_next(cmd->r->c, kind, cmd->name, NULL); e;
         e = config_next(cmd->r->c, kind, cmd->name, e))
        if (is_on(kind, e, owner, new) && n++ == 0)
            cmd->object = e;
    if (n > 1)
        refuse_ambiguous(cmd);
    if (n == 0 && kind == CFG_USER && !new && !strchr(cmd->name, '\\'))
        return find_user_of_a_domain(cmd);
    return n <= 1;
}

/* A configuration that the product has printed adds the predefined modes: that gives them new values.
 * Where several are joined into one file, each of them does so, and the last values count. */
static bool readd_predefined(struct command *cmd)
{
    struct cfg_mode *m = cmd->object;
    if (cmd->resource->kind != CFG_MODE || !m->predefined)
        return false;
    diag_warn(cmd->r->d, cmd->r->file, cmd->line, "mode %s is predefined, its values are replaced",
              config_mode_shown(m->name));
    config_reset(cmd->r->c, CFG_MODE, m);
    m->predefined = true;
    return true;
}

static bool add_object(struct command *cmd)
{
    enum cfg_kind kind = cmd->resource->kind;
    if (cmd->object && !readd_predefined(cmd))
        return snacfg_refuse(cmd, 0, "%s exists", cmd->label);
    if (!cmd->object)
        cmd->object = config_add(cmd->r->c, kind, cmd->name);
    if (!cmd->object)
        return snacfg_refuse(cmd, 0, "out of memory");
    config_place(kind, cmd->object, command_at(cmd));
    if (config_owner(kind, cmd->object))
        strcpy(config_owner(kind, cmd->object), cmd->qualifier);
    if (kind == CFG_MODE)
        ((struct cfg_mode *)cmd->object)->predefined = config_predefined(cmd->name) != NULL;
    if (kind == CFG_SIDE) {
        struct cfg_side *s = cmd->object;
        s->partner_at = s->mode_at = command_at(cmd);
    }
    return true;
}

/* ---- commands ---- */

/* An unknown option as messages show it.  What may be a password, with the colon missing before it, is
 * left out. */
static struct shown option_shown(const struct command *cmd, const struct snacfg_word *w)
{
    struct shown out = snacfg_shown(w->text);
    size_t n = strcspn(out.s, "=");
    for (size_t i = 0; i < cmd->resource->n_options; i++) {
        const struct option *o = &cmd->resource->options[i];
        size_t name = 1 + strlen(o->name);
        if (o->type && !o->type->get && name < n && strncasecmp(out.s + 1, o->name, name - 1) == 0)
            n = name;
    }
    if (out.s[n])
        strcpy(out.s + n, "...");
    return out;
}

static bool unknown_option(struct command *cmd, const struct snacfg_word *w)
{
    return snacfg_refuse(cmd, 0, "unknown option %s of %s", option_shown(cmd, w).s, cmd->resource->name);
}

/* Is this a connection of a type that this node lacks?  Its options are then not known here. */
static bool is_foreign_link(const struct command *cmd)
{
    const char *type = value_of(cmd, "conntype");
    if (cmd->resource->kind != CFG_CONN)
        return false;
    return *type ? name_casecmp(type, "DLSW") != 0 : ((struct cfg_conn *)cmd->object)->type > CFG_CONN_DLSW;
}

static void keep_option(struct command *cmd, enum keep keep, const struct snacfg_word *w)
{
    if (!snacfg_keep_option(cmd->resource->kind, cmd->object, keep, w))
        snacfg_refuse(cmd, 0, "out of memory");
}

/* A word like /name=value cannot be printed again as an option, and may be a password. */
static bool has_option_name(const struct snacfg_word *w)
{
    size_t n = strspn(w->text + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
    return n && !w->text[1 + n];
}

static void keep_foreign(struct command *cmd, const struct snacfg_word *w)
{
    bool kept = has_option_name(w);
    if (!kept)
        diag_warn(cmd->r->d, cmd->r->file, cmd->line, "%s is no option and is ignored (%s)",
                  option_shown(cmd, w).s, cmd->label);
    else if (!cmd->told_foreign)
        diag_warn(cmd->r->d, cmd->r->file, cmd->line,
                  "options of this connection type are only kept, %s is the first (%s)",
                  option_shown(cmd, w).s, cmd->label);
    cmd->told_foreign |= kept;
    if (kept)
        keep_option(cmd, KEEP_LAST, w);
}

/* One warning for each option of a resource, because a large export has many of them. */
static void take_option_without_effect(struct command *cmd, size_t i, const struct snacfg_word *w)
{
    const struct option *o = &cmd->resource->options[i];
    uint32_t *told = &cmd->r->told[cmd->resource - snacfg_resources];
    if (o->keep != KEEP_NOTHING)
        keep_option(cmd, o->keep, w);
    if (*told & 1u << i)
        return;
    *told |= 1u << i;
    diag_warn(cmd->r->d, cmd->r->file, cmd->line, "option /%s of %s has no meaning here and is %s", o->name,
              cmd->resource->name, o->keep == KEEP_NOTHING ? "ignored" : "only kept");
}

/* An export may set an option twice.  The last value counts, as with two commands.  Partners add up. */
static void warn_twice(struct command *cmd, const struct option *o)
{
    if (o->type != &value_addpartner && o->type != &value_delpartner)
        diag_warn(cmd->r->d, cmd->r->file, cmd->line, "option /%s is given twice, the last value counts (%s)",
                  o->name, cmd->label);
}

/* The value is kept and printed, but asks for something that does not happen. */
static void warn_no_effect(struct command *cmd, const struct option *o)
{
    static const char nothing[CFG_PATH_CAP];
    if (o->no_effect && memcmp(option_value(o, cmd->object), nothing, o->size) != 0)
        diag_warn(cmd->r->d, cmd->r->file, cmd->line, "/%s is kept, but this node has no %s (%s)", o->name,
                  o->no_effect, cmd->label);
}

static void set_option(struct command *cmd, size_t i, const struct snacfg_word *w)
{
    const struct option *o = &cmd->resource->options[i];
    if (!o->type)
        take_option_without_effect(cmd, i, w);
    else if (!w->value)
        snacfg_refuse(cmd, 0, "option /%s of %s needs a value", o->name, cmd->resource->name);
    else if (o->type->set(cmd, o, w->value)) {
        if (cmd->seen & 1ull << i)
            warn_twice(cmd, o);
        warn_no_effect(cmd, o);
    }
    cmd->seen |= 1ull << i;
}

/* The product's name for the MAC address at the other end [Q171625] is taken for DLSw too. */
static const char *option_name(const struct command *cmd, const struct snacfg_word *w)
{
    bool mac = name_casecmp(w->text + 1, "remotenetaddr") == 0;
    return mac && cmd->resource->kind == CFG_CONN && !is_foreign_link(cmd) ? "remotemac" : w->text + 1;
}

static void apply_option(struct command *cmd, const struct snacfg_word *w)
{
    const struct resource *res = cmd->resource;
    size_t i = 0;
    cmd->line = w->line;
    while (i < res->n_options &&
           (*w->text != '/' || name_casecmp(option_name(cmd, w), res->options[i].name) != 0))
        i++;
    if (*w->text != '/')
        snacfg_refuse(cmd, 0,
                      "a word is no option: options begin with a slash, and their value follows the colon "
                      "without a blank");
    else if (i < res->n_options)
        set_option(cmd, i, w);
    else if (is_foreign_link(cmd))
        keep_foreign(cmd, w);
    else
        unknown_option(cmd, w);
}

static void apply_options(struct command *cmd, size_t first)
{
    const struct snacfg_command *words = cmd->words;
    for (size_t i = first; i < words->n && !config_full(cmd->r->d); i++)
        if (!is_any_verb(&words->words[i]))
            apply_option(cmd, &words->words[i]);
    if (cmd->resource->finish)
        cmd->resource->finish(cmd);
}

/* Judge /add and /delete: false when they contradict each other.  One of them may stand twice, as in
 * examples of the documents. */
static bool check_verbs(struct command *cmd, const struct snacfg_command *words)
{
    unsigned adds = count_verb(words, "add"), deletes = count_verb(words, "delete");
    for (size_t i = 2; i < words->n; i++)
        if (is_any_verb(&words->words[i]) && words->words[i].value)
            return snacfg_refuse(cmd, 0, "%s takes no value", snacfg_shown(words->words[i].text).s);
    if (adds && deletes)
        return snacfg_refuse(cmd, 0, "/add and /delete exclude each other");
    if (cmd->resource->kind == CFG_USER) /* /domain belongs to the name */
        deletes += deletes ? count_verb(words, "domain") : 0;
    if (deletes && words->n > 2 + deletes)
        return snacfg_refuse(cmd, 0, "/delete takes no options beside it");
    return true;
}

static bool is_reserved(const struct command *cmd)
{
    return cmd->resource->kind == CFG_MODE && cmd->object && ((struct cfg_mode *)cmd->object)->reserved;
}

/* The name or an option says where a new object is. */
static void take_owner(struct command *cmd)
{
    char owner[CFG_SERVER_CAP] = "";
    if (*cmd->qualifier || !count_verb(cmd->words, "add"))
        return;
    if (cmd->resource->kind == CFG_RLU ? snacfg_take_name(owner, value_of(cmd, "connection"), name_valid_lu)
                                       : snacfg_take_server(owner, value_of(cmd, "server")))
        strcpy(cmd->qualifier, owner);
}

static void run_on_object(struct command *cmd)
{
    const struct snacfg_command *words = cmd->words;
    if (!cmd->resource->read_name(cmd, words->words[1].text))
        return;
    snprintf(cmd->label, sizeof cmd->label, "%s %.60s", cmd->resource->name,
             cmd->resource->kind == CFG_MODE ? config_mode_shown(cmd->name) : cmd->name);
    if (!check_verbs(cmd, words))
        return;
    take_owner(cmd);
    if (!find_object(cmd, cmd->qualifier))
        return;
    if (is_reserved(cmd) && count_verb(words, "add")) { /* in an export, say */
        diag_warn(cmd->r->d, cmd->r->file, cmd->line, "mode %s is reserved, its values stay as they are",
                  cmd->name);
    } else if (is_reserved(cmd)) {
        snacfg_refuse(cmd, 0, "this mode is reserved and cannot be changed");
    } else if (count_verb(words, "add")) {
        if (add_object(cmd))
            apply_options(cmd, 2);
    } else if (!cmd->object) {
        snacfg_refuse(cmd, 0, "%s does not exist, /add is needed to create it", cmd->label);
    } else if (count_verb(words, "delete")) {
        config_remove(cmd->r->c, cmd->resource->kind, cmd->object);
    } else {
        apply_options(cmd, 2);
    }
}

static void ignore_show(struct reader *r, const struct snacfg_command *words)
{
    diag_warn(r->d, r->file, words->line, "a command that only shows something is ignored");
}

static bool only_shows(const struct snacfg_command *words)
{
    for (size_t i = 1; i < words->n; i++)
        if (is_show(&words->words[i]))
            return true;
    return words->n <= 2 || *words->words[1].text == '/';
}

/* Keep the command, and warn once for a resource. */
static void keep_absent(struct reader *r, const char *what, size_t which, const struct snacfg_command *words)
{
    if (!only_shows(words) && !snacfg_keep(r->c, words))
        config_error(r->d, r->file, words->line, "out of memory");
    if (r->told_absent & 1u << which)
        return;
    r->told_absent |= 1u << which;
    diag_warn(r->d, r->file, words->line, "resource %s: this node has none, its commands are only kept",
              what);
}

/* Link services are not set up in command files, except those of DLSw. */
static bool is_foreign_service(struct command *cmd)
{
    char name[NAME_ROOM8];
    const char *text = cmd->words->words[1].text, *colon = strrchr(text, ':');
    return cmd->resource->kind == CFG_LINK && name_casecmp(value_of(cmd, "linktype"), "DLSW") != 0 &&
           !(snacfg_take_name(name, colon ? colon + 1 : text, name_valid_lu) &&
             config_next(cmd->r->c, CFG_LINK, name, NULL));
}

static void run_on_resource(struct reader *r, const struct resource *res, const struct snacfg_command *words)
{
    struct command cmd = {.r = r, .resource = res, .words = words, .line = words->line};
    snprintf(cmd.label, sizeof cmd.label, "%s", res->name);
    for (size_t i = 1; i < words->n; i++)
        if (is_show(&words->words[i])) {
            ignore_show(r, words);
            return;
        }
    if (!res->read_name && words->n > 1) {
        cmd.object = r->c;
        apply_options(&cmd, 1);
        return;
    }
    if (res->kind == CFG_USER && words->n == 2 && is_verb(&words->words[1], "validate")) {
        diag_warn(r->d, r->file, words->line,
                  "user /validate is ignored: the users here are those of the machine");
        return;
    }
    if (res->read_name && (words->n < 2 || *words->words[1].text == '/')) {
        config_error(r->d, r->file, words->line, "%s needs a name", res->name);
        return;
    }
    if (words->n <= 2) {
        ignore_show(r, words);
        return;
    }
    cmd.line = words->words[1].line;
    if (is_foreign_service(&cmd))
        keep_absent(r, "link", ABSENT_N, words);
    else
        run_on_object(&cmd);
}

/* A single word is not shown: it may be the password at which the line before was broken. */
static void unknown_resource(struct reader *r, const struct snacfg_command *words)
{
    const char *word = words->words[0].text;
    if (name_casecmp(word, "snacfg") == 0 || *word == '#' || *word == '@')
        config_error(r->d, r->file, words->line,
                     "a line of a command file begins with the resource, without snacfg or a file");
    else if (words->n == 1)
        config_error(r->d, r->file, words->line,
                     "one word alone: a command begins with a resource and its name; known are " KNOWN);
    else
        config_error(r->d, r->file, words->line, "unknown resource \"%s\": known are " KNOWN,
                     snacfg_shown(word).s);
}

static void run_command(struct reader *r, const struct snacfg_command *words)
{
    const char *word = words->words[0].text;
    for (size_t i = 0; i < SNACFG_RESOURCE_N; i++)
        if (name_casecmp(word, snacfg_resources[i].name) == 0) {
            run_on_resource(r, &snacfg_resources[i], words);
            return;
        }
    for (size_t i = 0; i < ABSENT_N; i++)
        if (name_casecmp(word, absent[i]) == 0) {
            keep_absent(r, absent[i], i, words);
            return;
        }
    if (is_show(&words->words[0]))
        ignore_show(r, words);
    else
        unknown_resource(r, words);
}

void snacfg_read(struct node_config *c, const char *name, const void *text, size_t n, struct diag *d)
{
    struct reader r = {.c = c, .d = d, .file = config_file(c, name)};
    struct snacfg_lex lex;
    const struct snacfg_command *words;
    if (!r.file) {
        config_error(d, name, 0, "out of memory");
        return;
    }
    if (snacfg_lex_init(&lex, r.file, text, n, d))
        while (!config_full(d) && (words = snacfg_lex_next(&lex)))
            run_command(&r, words);
    snacfg_lex_fini(&lex);
}
