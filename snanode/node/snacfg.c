/* Command files: RESOURCE NAME [/add] /option:value ...  SNACFG sheet sections 1 and 2.
 * Here are the commands; the options are tables in snacfg_option.c.  What an object needs besides its own
 * options is checked after the last file (config_check.c). */
#include <stdio.h>
#include <string.h>

#include "snanode/base/names.h"
#include "snanode/node/snacfg_lex.h"
#include "snanode/node/snacfg_option.h"

/* What this node will have one day: to ignore these would change what the file means. */
static const char *const refused[] = {"connection", "link", "user"};

/* What this node has not and nothing here refers to: read over. */
static const char *const absent[] = {"workstation",
                                     "lu",
                                     "lua",
                                     "lud",
                                     "pool",
                                     "poola",
                                     "poold",
                                     "diagnostic",
                                     "printserver",
                                     "printsession3270",
                                     "printsessionappc",
                                     "tn3server",
                                     "tn3session",
                                     "tn5server",
                                     "tn5session",
                                     "tnipid"};
#define ABSENT_N (sizeof absent / sizeof absent[0])
_Static_assert(ABSENT_N <= 32, "one bit each in struct reader");

/* ---- objects of a command ---- */

/* The configuration itself is the object of a server command; there is one. */
static void *find_server(struct command *cmd)
{
    return strcmp(cmd->r->c->server, cmd->name) == 0 ? cmd->r->c : NULL;
}

/* The named object, NULL when there is none. */
static void *find_object(struct command *cmd)
{
    if (cmd->resource->kind == CFG_KIND_N)
        return find_server(cmd);
    void *object = config_find(cmd->r->c, cmd->resource->kind, cmd->name);
    if (!object || !*cmd->qualifier)
        return object;
    const char *on = cmd->resource->kind == CFG_LU ? ((struct cfg_lu *)object)->server
                                                   : ((struct cfg_rlu *)object)->connection;
    return !*on || strcmp(on, cmd->qualifier) == 0 ? object : NULL;
}

static bool add_server(struct command *cmd)
{
    struct node_config *c = cmd->r->c;
    if (*c->server)
        return snacfg_refuse(cmd, 0, "this is a second server beside %s: not supported", c->server);
    memcpy(c->server, cmd->name, sizeof c->server);
    c->server_at = command_at(cmd);
    cmd->object = c;
    return true;
}

/* The place of the definition, and what the qualifier of the name said. */
static void begin_object(struct command *cmd)
{
    struct cfg_at at = command_at(cmd);
    switch (cmd->resource->kind) {
    case CFG_LU: {
        struct cfg_lu *lu = cmd->object;
        lu->file = at.file, lu->line = at.line;
        memcpy(lu->server, cmd->qualifier, sizeof lu->server);
        break;
    }
    case CFG_RLU: {
        struct cfg_rlu *rlu = cmd->object;
        rlu->file = at.file, rlu->line = at.line;
        memcpy(rlu->connection, cmd->qualifier, sizeof rlu->connection);
        break;
    }
    case CFG_MODE: {
        struct cfg_mode *m = cmd->object;
        m->file = at.file, m->line = at.line;
        break;
    }
    default: {
        struct cfg_side *s = cmd->object;
        s->file = at.file, s->line = at.line;
        s->partner_at = s->mode_at = at;
    }
    }
}

/* A printed configuration of the product adds its predefined modes: that is taken as new values for them,
 * once. */
static bool readd_predefined(struct command *cmd)
{
    struct cfg_mode *m = cmd->object;
    if (cmd->resource->kind != CFG_MODE || !m->predefined || m->file)
        return false;
    diag_warn(cmd->r->d, cmd->r->file, cmd->line, "mode %s is predefined, its values are replaced",
              config_mode_shown(m->name));
    config_reset(cmd->r->c, CFG_MODE, m);
    m->predefined = true;
    return true;
}

static bool add_object(struct command *cmd)
{
    bool server = cmd->resource->kind == CFG_KIND_N;
    if (cmd->object && !readd_predefined(cmd))
        return snacfg_refuse(cmd, 0, "%s exists", cmd->label);
    if (server)
        return add_server(cmd);
    if (!cmd->object && config_find(cmd->r->c, cmd->resource->kind, cmd->name))
        return snacfg_refuse(cmd, 3967, "the alias %s exists elsewhere", cmd->name);
    if (!cmd->object)
        cmd->object = config_add(cmd->r->c, cmd->resource->kind, cmd->name);
    if (!cmd->object)
        return snacfg_refuse(cmd, 0, "out of memory");
    begin_object(cmd);
    return true;
}

static void delete_object(struct command *cmd)
{
    struct node_config *c = cmd->r->c;
    if (cmd->resource->kind == CFG_KIND_N)
        *c->server = *c->netname = *c->cpname = *c->comment = '\0';
    else
        config_remove(c, cmd->resource->kind, cmd->name);
}

/* ---- commands ---- */

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

/* How often VERB stands in the command. */
static unsigned count_verb(const struct snacfg_command *words, const char *verb)
{
    unsigned n = 0;
    for (size_t i = 2; i < words->n; i++)
        n += is_verb(&words->words[i], verb);
    return n;
}

static bool unknown_option(struct command *cmd, const struct snacfg_word *w)
{
    return snacfg_refuse(cmd, 0, "unknown option %s of %s", snacfg_shown(w->text).s, cmd->resource->name);
}

static void apply_option(struct command *cmd, const struct snacfg_word *w)
{
    const struct resource *res = cmd->resource;
    size_t i = 0;
    cmd->line = w->line;
    if (*w->text != '/') {
        snacfg_refuse(cmd, 0, "\"%s\" is no option: options begin with a slash", snacfg_shown(w->text).s);
        return;
    }
    while (i < res->n_options && name_casecmp(w->text + 1, res->options[i].name) != 0)
        i++;
    if (i == res->n_options) {
        unknown_option(cmd, w);
        return;
    }
    const struct option *o = &res->options[i];
    if (!o->set)
        snacfg_refuse(cmd, 0, "option /%s of %s is not supported", o->name, res->name);
    else if (!w->value)
        snacfg_refuse(cmd, 0, "option /%s of %s needs a value", o->name, res->name);
    else if (cmd->seen & 1u << i)
        snacfg_refuse(cmd, 0, "option /%s of %s is given twice", o->name, res->name);
    else
        o->set(cmd, o, w->value);
    cmd->seen |= 1u << i;
}

static void apply_options(struct command *cmd, const struct snacfg_command *words)
{
    for (size_t i = 2; i < words->n && !config_full(cmd->r->d); i++)
        if (!is_any_verb(&words->words[i]))
            apply_option(cmd, &words->words[i]);
    if (cmd->resource->finish)
        cmd->resource->finish(cmd);
}

/* Judge /add and /delete: false when they contradict each other. */
static bool check_verbs(struct command *cmd, const struct snacfg_command *words)
{
    unsigned adds = count_verb(words, "add"), deletes = count_verb(words, "delete");
    for (size_t i = 2; i < words->n; i++)
        if (is_any_verb(&words->words[i]) && words->words[i].value)
            return snacfg_refuse(cmd, 0, "%s takes no value", snacfg_shown(words->words[i].text).s);
    if (adds + deletes > 1)
        return snacfg_refuse(cmd, 0,
                             adds && deletes ? "/add and /delete exclude each other" : "/%s is given twice",
                             adds ? "add" : "delete");
    if (deletes && words->n > 3)
        return snacfg_refuse(cmd, 0, "/delete takes no options beside it");
    return true;
}

static bool is_reserved(const struct command *cmd)
{
    return cmd->resource->kind == CFG_MODE && cmd->object && ((struct cfg_mode *)cmd->object)->reserved;
}

static void run_on_object(struct command *cmd, const struct snacfg_command *words)
{
    if (!cmd->resource->read_name(cmd, words->words[1].text))
        return;
    snprintf(cmd->label, sizeof cmd->label, "%s %s", cmd->resource->name,
             cmd->resource->kind == CFG_MODE ? config_mode_shown(cmd->name) : cmd->name);
    if (!check_verbs(cmd, words))
        return;
    cmd->object = find_object(cmd);
    if (is_reserved(cmd)) {
        snacfg_refuse(cmd, 0, "this mode is reserved and cannot be changed");
    } else if (count_verb(words, "add")) {
        if (add_object(cmd))
            apply_options(cmd, words);
    } else if (!cmd->object) {
        snacfg_refuse(cmd, 0, "%s does not exist, /add is needed to create it", cmd->label);
    } else if (count_verb(words, "delete")) {
        delete_object(cmd);
    } else {
        apply_options(cmd, words);
    }
}

static void ignore_show(struct reader *r, const struct snacfg_command *words)
{
    diag_warn(r->d, r->file, words->line, "a command that only shows something is ignored");
}

static void run_on_resource(struct reader *r, const struct resource *res, const struct snacfg_command *words)
{
    struct command cmd = {.r = r, .resource = res, .line = words->line};
    snprintf(cmd.label, sizeof cmd.label, "%s", res->name);
    for (size_t i = 1; i < words->n; i++)
        if (is_show(&words->words[i])) {
            ignore_show(r, words);
            return;
        }
    if (words->n < 2 || *words->words[1].text == '/') {
        config_error(r->d, r->file, words->line, "%s needs a name", res->name);
        return;
    }
    cmd.line = words->words[1].line;
    if (words->n == 2)
        ignore_show(r, words);
    else
        run_on_object(&cmd, words);
}

static void warn_absent(struct reader *r, size_t which, unsigned line)
{
    if (r->read_over & 1u << which)
        return;
    r->read_over |= 1u << which;
    diag_warn(r->d, r->file, line, "resource %s: this node has none, its commands are read over",
              absent[which]);
}

static void unknown_resource(struct reader *r, const struct snacfg_command *words)
{
    const char *word = words->words[0].text;
    if (name_casecmp(word, "snacfg") == 0 || *word == '#' || *word == '@')
        config_error(r->d, r->file, words->line,
                     "\"%s\": a line of a command file begins with the resource, without snacfg or a file",
                     snacfg_shown(word).s);
    else
        config_error(r->d, r->file, words->line,
                     "unknown resource \"%s\": known are server, appcllu, appcrlu, mode, cpic",
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
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        if (name_casecmp(word, refused[i]) == 0) {
            config_error(r->d, r->file, words->line, "resource %s is not supported", refused[i]);
            return;
        }
    for (size_t i = 0; i < ABSENT_N; i++)
        if (name_casecmp(word, absent[i]) == 0) {
            warn_absent(r, i, words->line);
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
