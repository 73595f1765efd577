/* What each option takes and where it goes: one row per option, with the type of its value, the place of
 * the value, its range, and the product's error number.  A row without a type is an option for something
 * this node does not have: it is kept as it was given, or ignored. */
#include "snanode/config/snacfg_option.h"

#include <stdio.h>
#include <string.h>

#include "snanode/base/names.h"

/* One of the four numbers that are judged together; the message about them names this place. */
static bool set_limit(struct command *cmd, const struct option *o, const char *value)
{
    config_place(CFG_MODE, cmd->object, command_at(cmd));
    return value_number.set(cmd, o, value);
}

static bool get_limit(const struct option *o, const void *object, char *out, size_t cap)
{
    return value_number.get(o, object, out, cap);
}

static const struct value_type value_limit = {set_limit, get_limit};

static bool set_impmode(struct command *cmd, const struct option *o, const char *value)
{
    struct cfg_rlu *rlu = cmd->object;
    memset(rlu->implicit_mode, 0, sizeof rlu->implicit_mode);
    rlu->has_implicit_mode = !snacfg_is_none(value);
    return !rlu->has_implicit_mode || snacfg_take_mode(rlu->implicit_mode, value) ||
           snacfg_refuse_name(cmd, o->msg, o->what, value);
}

static bool get_impmode(const struct option *o, const void *object, char *out, size_t cap)
{
    const struct cfg_rlu *rlu = object;
    (void)o;
    return rlu->has_implicit_mode && snacfg_copy(config_mode_shown(rlu->implicit_mode), out, cap);
}

static const struct value_type value_impmode = {set_impmode, get_impmode};

/* The domain of a user; name_user() has put it before a name that had none. */
static bool set_domain(struct command *cmd, const struct option *o, const char *value)
{
    char on[CFG_USER_CAP] = "";
    if (!*value || strpbrk(value, "\\/@"))
        return snacfg_refuse(cmd, 0, "%s \"%s\" is no domain name", o->what, snacfg_shown(value).s);
    memcpy(on, cmd->name, strcspn(cmd->name, "\\"));
    return name_casecmp(on, value) == 0 || snacfg_refuse(cmd, 0, "two domains are given: %s and %s",
                                                         snacfg_shown(on).s, snacfg_shown(value).s);
}

static const struct value_type value_domain = {set_domain, NULL};

/* Up to 8 characters that a name may have, or periods. */
static bool set_uninterpreted(struct command *cmd, const struct option *o, const char *value)
{
    struct cfg_rlu *rlu = cmd->object;
    size_t n = strlen(value);
    char name[sizeof rlu->uninterpreted] = "";
    if (n > NAME_MAX8 ||
        strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789$#@.") != n)
        return snacfg_refuse_name(cmd, o->msg, o->what, value);
    memcpy(name, value, n);
    name_fold(name);
    memcpy(rlu->uninterpreted, name, sizeof name);
    return true;
}

static bool get_uninterpreted(const struct option *o, const void *object, char *out, size_t cap)
{
    return snacfg_copy(option_value(o, object), out, cap);
}

static const struct value_type value_uninterpreted = {set_uninterpreted, get_uninterpreted};

static bool set_audit(struct command *cmd, const struct option *o, const char *value)
{
    static const struct {
        const char *word;
        int level;
    } levels[] = {{"6", 6}, {"8", 8}, {"10", 10}, {"off", 0}};
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++)
        if (name_casecmp(value, levels[i].word) == 0) {
            cmd->r->c->audit_level = levels[i].level;
            return true;
        }
    return snacfg_refuse(cmd, o->msg, "%s \"%s\" is not one of 6, 8, 10, off", o->what,
                         snacfg_shown(value).s);
}

static bool get_audit(const struct option *o, const void *object, char *out, size_t cap)
{
    const struct node_config *c = object;
    (void)o;
    if (c->audit_level > 0)
        snprintf(out, cap, "%d", c->audit_level);
    else
        snprintf(out, cap, "off");
    return c->audit_level >= 0;
}

static const struct value_type value_audit = {set_audit, get_audit};

/* ---- the tables ---- */

static const struct option server_options[] = {
    {"netname", &value_name, IN(cfg_server, netname), .msg = 3874, .what = "network name"},
    {"cpname", &value_name, IN(cfg_server, cpname), .msg = 3846, .what = "control point name"},
    {"comment", &value_comment, IN(cfg_server, comment)},
};

static const struct option lu_options[] = {
    {"server", &value_server, IN(cfg_lu, server)},
    {"netname", &value_name, IN(cfg_lu, netname), .msg = 3874, .what = "network name"},
    {"luname", &value_name, IN(cfg_lu, luname), .msg = 3866, .what = "LU name"},
    {"lunumber", &value_number, IN(cfg_lu, number), 0, 254, 3867, "LU number", .no_effect = "dependent LU"},
    {"connection", &value_reference, IN(cfg_lu, connection), .msg = 3871, .what = "connection name"},
    {"defaultpool", &value_yes, IN(cfg_lu, default_pool), .what = "pool membership"},
    {"impremotelu", &value_alias_none, IN(cfg_lu, implicit_lu), .msg = 3871, .what = "LU alias"},
    {"tptimeout", &value_number, IN(cfg_lu, tp_timeout_s), 1, 3600, 3898, "start timeout"},
    {"autopartner", &value_yes, IN(cfg_lu, auto_partner), .what = "automatic partnering"},
    {"syncpoint", &value_yes, IN(cfg_lu, sync_point), .what = "sync point", .no_effect = "sync point"},
    {"clientname", &value_text, IN(cfg_lu, client), .what = "client name", .no_effect = "sync point"},
    {"comment", &value_comment, IN(cfg_lu, comment)},
    {.name = "addpartner", .type = &value_addpartner},
    {.name = "delpartner", .type = &value_delpartner},
};

static const struct option rlu_options[] = {
    {"connection", &value_name, IN(cfg_rlu, connection), .msg = 3871, .what = "connection name"},
    {"netname", &value_name, IN(cfg_rlu, netname), .msg = 3874, .what = "network name"},
    {"luname", &value_name, IN(cfg_rlu, luname), .msg = 3866, .what = "LU name"},
    {"uninterpname", &value_uninterpreted, IN(cfg_rlu, uninterpreted), .what = "uninterpreted name"},
    {"parallelsess", &value_yes, IN(cfg_rlu, parallel), .what = "parallel sessions"},
    {"impmode", &value_impmode, .msg = 3869, .what = "mode name"},
    {"security", &value_security, IN(cfg_rlu, key_type)},
    {"securityex", &value_securityex, IN(cfg_rlu, key_type)},
    {"alreadyverified", &value_yes, IN(cfg_rlu, already_verified), .what = "already verified"},
    {"autopartner", &value_yes, IN(cfg_rlu, auto_partner), .what = "automatic partnering"},
    {"comment", &value_comment, IN(cfg_rlu, comment)},
    {.name = "addpartner", .type = &value_addpartner},
    {.name = "delpartner", .type = &value_delpartner},
};

#define COMPRESSION(name, field)                                                                             \
    {                                                                                                        \
        name, &value_keyword, IN(cfg_mode, field), .keywords = snacfg_compression, .what = "compression",    \
                                                   .no_effect = "compression"                                \
    }

static const struct option mode_options[] = {
    {"sessionlim", &value_limit, IN(cfg_mode, session_limit), 1, 10000, 3896, "session limit"},
    {"conwin", &value_limit, IN(cfg_mode, min_winners), 0, 10000, 3851, "minimum contention winners"},
    {"conlose", &value_limit, IN(cfg_mode, min_losers), 0, 10000, 3850,
     "partner's minimum contention winners"},
    {"autoact", &value_limit, IN(cfg_mode, auto_activate), 0, 10000, 3863, "automatic activation"},
    {"highpriority", &value_yes, IN(cfg_mode, high_priority), .what = "high priority"},
    {"pacesendcnt", &value_number, IN(cfg_mode, pace_send), 0, 63, 0, "send pacing count"},
    {"pacerecvcnt", &value_number, IN(cfg_mode, pace_recv), 0, 63, 0, "receive pacing count"},
    /* The wider of the two documented ranges [S19]. */
    {"maxsendru", &value_number, IN(cfg_mode, max_send_ru), 256, 65527, 0, "maximum send RU size"},
    {"maxrecvru", &value_number, IN(cfg_mode, max_recv_ru), 256, 65527, 0, "maximum receive RU size"},
    COMPRESSION("maxsendcomp", send_compression),
    COMPRESSION("maxrecvcomp", recv_compression),
    {"allowcomp", &value_yes, IN(cfg_mode, rle_before_lz9), .what = "RLE before LZ9",
     .no_effect = "compression"},
    {"endpointcomp", &value_yes, IN(cfg_mode, endpoint_only), .what = "compression by endpoints",
     .no_effect = "compression"},
    {"autopartner", &value_yes, IN(cfg_mode, auto_partner), .what = "automatic partnering"},
    {"comment", &value_comment, IN(cfg_mode, comment)},
};

static const struct option user_options[] = {
    {"defloclu", &value_alias_none, IN(cfg_user, local_lu), .msg = 3871, .what = "LU alias"},
    {"defremlu", &value_alias_none, IN(cfg_user, remote_lu), .msg = 3871, .what = "LU alias"},
    {"encrypt", &value_yes, IN(cfg_user, encrypt), .what = "encryption", .no_effect = "encryption"},
    {"comment", &value_comment, IN(cfg_user, comment)},
    {.name = "domain", .type = &value_domain, .what = "domain"},
    {.name = "insert", .keep = KEEP_ALL},
    {.name = "remove", .keep = KEEP_ALL},
    {.name = "insertrlu", .keep = KEEP_ALL},
    {.name = "removerlu", .keep = KEEP_ALL},
    {.name = "validate"},
};

static const struct option diagnostic_options[] = {
    {"auditlevel", &value_audit, .msg = 3845, .what = "audit level"},
    {.name = "logserver", .keep = KEEP_LAST},
    {.name = "popupserver", .keep = KEEP_LAST},
    {.name = "cnosdisplayconn", .keep = KEEP_LAST},
    {.name = "netviewconn", .keep = KEEP_LAST},
};

static void finish_rlu(struct command *cmd)
{
    ((struct cfg_rlu *)cmd->object)->broken |= cmd->failed;
}

static void finish_mode(struct command *cmd)
{
    ((struct cfg_mode *)cmd->object)->broken |= cmd->failed;
}

/* ---- names of objects ---- */

static bool name_server(struct command *cmd, const char *text)
{
    return snacfg_take_server(cmd->name, text) ||
           snacfg_refuse(cmd, 0, "\"%s\" is no server name", snacfg_shown(text).s);
}

/* Take what stands before the last colon of TEXT, a server or connection; returns what follows the colon,
 * or NULL. */
static const char *take_qualifier(struct command *cmd, const char *text)
{
    const char *colon = strrchr(text, ':');
    char qualifier[4 * CFG_SERVER_CAP] = "";
    if (!colon)
        return text;
    if ((size_t)(colon - text) >= sizeof qualifier) {
        snacfg_refuse_name(cmd, 3871, "name", text);
        return NULL;
    }
    memcpy(qualifier, text, (size_t)(colon - text));
    if (!snacfg_take_server(cmd->qualifier, qualifier)) {
        snacfg_refuse(cmd, 0, "\"%s\" is no server name", snacfg_shown(qualifier).s);
        return NULL;
    }
    if (cmd->resource->kind == CFG_RLU && !name_valid_lu(cmd->qualifier, strlen(cmd->qualifier))) {
        snacfg_refuse_name(cmd, 0, "connection name", qualifier);
        return NULL;
    }
    return colon + 1;
}

/* [server:]ALIAS or [connection:]ALIAS */
static bool name_lu(struct command *cmd, const char *text)
{
    const char *alias = take_qualifier(cmd, text);
    if (!alias)
        return false;
    return snacfg_take_name(cmd->name, alias, name_valid_lu_alias) ||
           snacfg_refuse_name(cmd, 3871, "LU alias", alias);
}

/* [server:]NAME */
static bool name_link(struct command *cmd, const char *text)
{
    const char *name = take_qualifier(cmd, text);
    if (!name)
        return false;
    return snacfg_take_name(cmd->name, name, name_valid_lu) ||
           snacfg_refuse_name(cmd, 3871, "link name", name);
}

static bool name_conn(struct command *cmd, const char *text)
{
    if (!snacfg_take_name(cmd->name, text, name_valid_lu))
        return snacfg_refuse_name(cmd, 3871, "connection name", text);
    return strcmp(cmd->name, "SNASERVR") != 0 ||
           snacfg_refuse(cmd, 3871, "the connection name %s is reserved", cmd->name);
}

static bool name_mode(struct command *cmd, const char *text)
{
    return snacfg_take_mode(cmd->name, text) || snacfg_refuse_name(cmd, 3869, "mode name", text);
}

static bool name_cpic(struct command *cmd, const char *text)
{
    return snacfg_take_name(cmd->name, text, name_valid_symdest) ||
           snacfg_refuse_name(cmd, 3871, "symbolic name", text);
}

/* The value of /domain, "" when the command has none. */
static const char *domain_option(const struct command *cmd)
{
    for (size_t i = 2; i < cmd->words->n; i++) {
        const struct snacfg_word *w = &cmd->words->words[i];
        if (w->value && *w->text == '/' && name_casecmp(w->text + 1, "domain") == 0)
            return w->value;
    }
    return "";
}

const char *snacfg_account(const char *name)
{
    const char *behind = strrchr(name, '\\');
    return behind ? behind + 1 : name;
}

/* [DOMAIN\]NAME or [DOMAIN\]@GROUP; the domain may be an option.  The documents also write DOMAIN/NAME, and
 * no account has a slash. */
static bool name_user(struct command *cmd, const char *text)
{
    char whole[2 * CFG_USER_CAP];
    const char *domain = strpbrk(text, "\\/") ? "" : domain_option(cmd);
    if ((size_t)snprintf(whole, sizeof whole, "%s%s%s", domain, *domain ? "\\" : "", text) < sizeof whole) {
        for (char *p = whole; (p = strchr(p, '/'));)
            *p = '\\';
        const char *account = snacfg_account(whole);
        if (account[*account == '@'] && snacfg_copy(whole, cmd->name, sizeof cmd->name))
            return true;
    }
    return snacfg_refuse(cmd, 0, "\"%s\" is no user name of 1 to %zu characters", snacfg_shown(text).s,
                         sizeof cmd->name - 1);
}

#define OPTIONS(table) table, sizeof table / sizeof table[0]

const struct resource snacfg_resources[SNACFG_RESOURCE_N] = {
    {"server", CFG_SERVER, OPTIONS(server_options), name_server, NULL},
    {"link", CFG_LINK, snacfg_link_options, SNACFG_LINK_OPTION_N, name_link, NULL},
    {"connection", CFG_CONN, snacfg_conn_options, SNACFG_CONN_OPTION_N, name_conn, snacfg_finish_conn},
    {"mode", CFG_MODE, OPTIONS(mode_options), name_mode, finish_mode},
    {"appcllu", CFG_LU, OPTIONS(lu_options), name_lu, NULL},
    {"appcrlu", CFG_RLU, OPTIONS(rlu_options), name_lu, finish_rlu},
    {"cpic", CFG_SIDE, OPTIONS(snacfg_cpic_options), name_cpic, snacfg_finish_cpic},
    {"user", CFG_USER, OPTIONS(user_options), name_user, NULL},
    {"diagnostic", CFG_KIND_N, OPTIONS(diagnostic_options), NULL, NULL},
};
