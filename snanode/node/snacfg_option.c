/* What each option takes and where it goes: one row per option, with the function that takes its value, the
 * place of the value, its range, and the product's error number.  A row without a function is an option of
 * the product that this node does not carry out: it is refused rather than ignored, so that nobody believes
 * it works. */
#include "snanode/node/snacfg_option.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/base/names.h"

/* ---- messages ---- */

struct shown snacfg_shown(const char *text)
{
    struct shown out;
    size_t n = 0;
    for (; *text && n < 36; text++)
        out.s[n++] = (unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text;
    while (*text && n > 0 && (*text & 0xc0) == 0x80) { /* never half a UTF-8 character */
        text--;
        n--;
    }
    strcpy(out.s + n, *text ? "..." : "");
    return out;
}

bool snacfg_refuse(struct command *cmd, unsigned msg, const char *fmt, ...)
{
    char what[300], number[16] = "";
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    if (msg)
        snprintf(number, sizeof number, "%u: ", msg);
    config_error(cmd->r->d, cmd->r->file, cmd->line, "%s%s (%s)", number, what, cmd->label);
    cmd->failed = true;
    return false;
}

static bool refuse_name(struct command *cmd, unsigned msg, const char *what, const char *value)
{
    return snacfg_refuse(cmd, msg, "%s \"%s\" is not 1 to 8 of the characters it may have", what,
                         snacfg_shown(value).s);
}

/* ---- values ---- */

static size_t utf8_count(const char *s)
{
    size_t n = 0;
    for (; *s; s++)
        n += (*s & 0xc0) != 0x80;
    return n;
}

/* Copy VALUE in upper case to OUT when it is a name by VALID. */
static bool take_name(char out[9], const char *value, bool (*valid)(const char *, size_t))
{
    char name[9];
    size_t n = strlen(value);
    if (n >= sizeof name)
        return false;
    memcpy(name, value, n + 1);
    name_fold(name);
    if (!valid(name, n))
        return false;
    memcpy(out, name, n + 1);
    return true;
}

/* A mode: the blank one is written "", eight blanks or BLANK. */
static bool take_mode(char out[9], const char *value)
{
    if (!value[strspn(value, " ")] || name_casecmp(value, "BLANK") == 0) {
        out[0] = '\0';
        return strlen(value) <= NAME_MAX8;
    }
    return take_name(out, value, name_valid_lu);
}

#define SERVER_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_$#@"

/* The name of a machine: [\\]NAME or \\NAME\snaservr.  Further nodes of a machine are not this one. */
static bool take_server(struct command *cmd, char out[CFG_SERVER_CAP], const char *value)
{
    const char *name = strncmp(value, "\\\\", 2) == 0 ? value + 2 : value;
    size_t n = strcspn(name, "\\");
    bool ok = n >= 1 && n < CFG_SERVER_CAP && (!name[n] || name != value);
    ok = ok && strspn(name, SERVER_CHARACTERS) >= n; /* <ctype.h> would ask the locale */
    if (!ok)
        return snacfg_refuse(cmd, 0, "\"%s\" is no server name", snacfg_shown(value).s);
    if (name[n] && name_casecmp(name + n, "\\snaservr") != 0)
        return snacfg_refuse(cmd, 0, "server %s: only the node snaservr of a server is supported",
                             snacfg_shown(value).s);
    memcpy(out, name, n);
    out[n] = '\0';
    name_fold(out);
    return true;
}

static void *field(struct command *cmd, const struct option *o)
{
    return (char *)cmd->object + o->at;
}

static bool set_comment(struct command *cmd, const struct option *o, const char *value)
{
    if (utf8_count(value) > CFG_COMMENT_MAX)
        return snacfg_refuse(cmd, 0, "the comment has more than %d characters", CFG_COMMENT_MAX);
    if (strchr(value, '\\'))
        return snacfg_refuse(cmd, 0, "the comment has a backslash");
    snprintf(field(cmd, o), o->size, "%s", value);
    return true;
}

static bool set_number(struct command *cmd, const struct option *o, const char *value)
{
    size_t n = strlen(value);
    if (n < 1 || strspn(value, "0123456789") != n)
        return snacfg_refuse(cmd, o->msg, "%s \"%s\" is not a number", o->what, snacfg_shown(value).s);
    unsigned long v = strtoul(value, NULL, 10); /* saturates, and so is out of range */
    if (v < o->min || v > o->max)
        return snacfg_refuse(cmd, o->msg, "%s %s is outside %u..%u", o->what, snacfg_shown(value).s, o->min,
                             o->max);
    *(unsigned *)field(cmd, o) = (unsigned)v;
    return true;
}

/* One of the four numbers that are judged together: that message is to name this place. */
static bool set_limit(struct command *cmd, const struct option *o, const char *value)
{
    struct cfg_mode *m = cmd->object;
    m->file = cmd->r->file;
    m->line = cmd->line;
    return set_number(cmd, o, value);
}

static bool set_yes(struct command *cmd, const struct option *o, const char *value)
{
    bool yes = name_casecmp(value, "yes") == 0;
    if (!yes && name_casecmp(value, "no") != 0)
        return snacfg_refuse(cmd, o->msg, "%s \"%s\" is neither yes nor no", o->what, snacfg_shown(value).s);
    *(bool *)field(cmd, o) = yes;
    return true;
}

/* Name of an LU, network or control point. */
static bool set_name(struct command *cmd, const struct option *o, const char *value)
{
    return take_name(field(cmd, o), value, name_valid_lu) || refuse_name(cmd, o->msg, o->what, value);
}

static bool set_server(struct command *cmd, const struct option *o, const char *value)
{
    return take_server(cmd, field(cmd, o), value);
}

/* /lunumber: 0 is an independent LU, and all that this node has. */
static bool set_independent(struct command *cmd, const struct option *o, const char *value)
{
    size_t n = strlen(value);
    if (n < 1 || strspn(value, "0123456789") != n)
        return snacfg_refuse(cmd, o->msg, "%s \"%s\" is not a number", o->what, snacfg_shown(value).s);
    if (strspn(value, "0") != n)
        return snacfg_refuse(cmd, 0, "%s %s: a dependent LU is not supported", o->what,
                             snacfg_shown(value).s);
    return true;
}

/* ---- partners ---- */

/* LU,MODE[,CONNECTION], where LU may be server:LU or connection:LU. */
static bool take_pair(struct command *cmd, const char *value, struct cfg_partner *p)
{
    char part[3][2 * CFG_SERVER_CAP];
    size_t n = 0;
    *p = (struct cfg_partner){.file = cmd->r->file, .line = cmd->line};
    for (const char *s = value; s; n++) {
        size_t len = strcspn(s, ",");
        if (n == 3 || len < 1 || len >= sizeof part[0])
            return snacfg_refuse(cmd, 3878, "partner \"%s\" is not LU,MODE", snacfg_shown(value).s);
        memcpy(part[n], s, len);
        part[n][len] = '\0';
        s = s[len] ? s + len + 1 : NULL;
    }
    if (n < 2)
        return snacfg_refuse(cmd, 3878, "partner \"%s\" is not LU,MODE", snacfg_shown(value).s);
    char *lu = strrchr(part[0], ':');
    if (lu)
        *lu++ = '\0';
    if (lu && !take_server(cmd, p->qualifier, part[0]))
        return false;
    if (!take_name(p->lu, lu ? lu : part[0], name_valid_lu_alias))
        return refuse_name(cmd, 3871, "LU alias", lu ? lu : part[0]);
    if (!take_mode(p->mode, part[1]))
        return refuse_name(cmd, 3869, "mode name", part[1]);
    return n < 3 || take_name(p->qualifier, part[2], name_valid_lu) ||
           refuse_name(cmd, 0, "connection name", part[2]);
}

/* The partners of the LU at hand, local or remote. */
static struct cfg_partner **partners_of(struct command *cmd, size_t **n)
{
    if (cmd->resource->kind == CFG_LU) {
        struct cfg_lu *lu = cmd->object;
        *n = &lu->n_partners;
        return &lu->partners;
    }
    struct cfg_rlu *rlu = cmd->object;
    *n = &rlu->n_partners;
    return &rlu->partners;
}

static size_t find_pair(const struct cfg_partner *v, size_t n, const struct cfg_partner *p)
{
    size_t i = 0;
    while (i < n && (strcmp(v[i].lu, p->lu) != 0 || strcmp(v[i].mode, p->mode) != 0))
        i++;
    return i;
}

static bool set_addpartner(struct command *cmd, const struct option *o, const char *value)
{
    struct cfg_partner p;
    size_t *n;
    struct cfg_partner **v = partners_of(cmd, &n);
    (void)o;
    if (!take_pair(cmd, value, &p))
        return false;
    if (find_pair(*v, *n, &p) < *n)
        return snacfg_refuse(cmd, 3929, "the partner %s with mode %s exists", p.lu,
                             config_mode_shown(p.mode));
    return config_add_partner(v, n, &p) || snacfg_refuse(cmd, 0, "out of memory");
}

static bool set_delpartner(struct command *cmd, const struct option *o, const char *value)
{
    struct cfg_partner p;
    size_t *n;
    struct cfg_partner **v = partners_of(cmd, &n);
    (void)o;
    if (!take_pair(cmd, value, &p))
        return false;
    size_t i = find_pair(*v, *n, &p);
    if (i == *n)
        return snacfg_refuse(cmd, 0, "there is no partner %s with mode %s", p.lu, config_mode_shown(p.mode));
    --*n;
    memmove(&(*v)[i], &(*v)[i + 1], (*n - i) * sizeof **v);
    return true;
}

/* ---- symbolic destinations ---- */

/* Lower case is made upper by the product's tool, unlike in the calls (CPI-C sheet C17). */
static bool set_appl_tp(struct command *cmd, const struct option *o, const char *value)
{
    struct cfg_side *s = cmd->object;
    size_t n = strlen(value);
    if (!name_valid_tp((const uint8_t *)value, n))
        return snacfg_refuse(cmd, 0, "%s \"%s\" is not 1 to 64 characters without blanks", o->what,
                             snacfg_shown(value).s);
    char name[NAME_TP_MAX + 1];
    memcpy(name, value, n + 1);
    name_fold(name);
    memset(s->tp_name, 0, sizeof s->tp_name);
    memcpy(s->tp_name, name, n);
    s->tp_name_n = (uint8_t)n;
    s->service_tp = false;
    return true;
}

static unsigned hex_value(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a' + 10);
}

/* 1 to 8 digits; with an odd number of them the first octet has one. */
static bool set_service_tp(struct command *cmd, const struct option *o, const char *value)
{
    struct cfg_side *s = cmd->object;
    size_t n = strlen(value);
    uint8_t name[4] = {0};
    if (n < 1 || n > 8 || strspn(value, "0123456789abcdefABCDEF") != n)
        return snacfg_refuse(cmd, 0, "%s \"%s\" is not 1 to 8 hex digits", o->what, snacfg_shown(value).s);
    for (size_t i = 0, at = n % 2; i < n; i++, at++)
        name[at / 2] = (uint8_t)(name[at / 2] << 4 | hex_value(value[i]));
    if (name[0] >= 0x40)
        return snacfg_refuse(cmd, 0, "%s %s does not begin with 00 to 3F", o->what, value);
    memset(s->tp_name, 0, sizeof s->tp_name);
    s->tp_name_n = (uint8_t)((n + 1) / 2);
    memcpy(s->tp_name, name, s->tp_name_n);
    s->service_tp = true;
    return true;
}

static bool set_partner_alias(struct command *cmd, const struct option *o, const char *value)
{
    struct cfg_side *s = cmd->object;
    char alias[9];
    if (!take_name(alias, value, name_valid_lu_alias))
        return refuse_name(cmd, o->msg, o->what, value);
    memset(s->partner, 0, sizeof s->partner);
    memcpy(s->partner, alias, strlen(alias));
    s->partner_at = command_at(cmd);
    return true;
}

/* Half of a fully qualified name; finish_cpic() joins them. */
static bool set_partner_net(struct command *cmd, const struct option *o, const char *value)
{
    return take_name(cmd->netname, value, name_valid_lu) || refuse_name(cmd, o->msg, o->what, value);
}

static bool set_partner_lu(struct command *cmd, const struct option *o, const char *value)
{
    return take_name(cmd->luname, value, name_valid_lu) || refuse_name(cmd, o->msg, o->what, value);
}

static bool set_mode(struct command *cmd, const struct option *o, const char *value)
{
    struct cfg_side *s = cmd->object;
    if (!take_mode(s->mode, value))
        return refuse_name(cmd, o->msg, o->what, value);
    s->mode_at = command_at(cmd);
    return true;
}

static bool set_security(struct command *cmd, const struct option *o, const char *value)
{
    static const char *const names[] = {
        [CFG_SEC_NONE] = "none", [CFG_SEC_SAME] = "same", [CFG_SEC_PROGRAM] = "program"};
    struct cfg_side *s = cmd->object;
    for (int i = CFG_SEC_NONE; i <= CFG_SEC_PROGRAM; i++)
        if (name_casecmp(value, names[i]) == 0) {
            s->security = (enum cfg_security)i;
            return true;
        }
    return snacfg_refuse(cmd, o->msg, "%s \"%s\" is not none, same or program", o->what,
                         snacfg_shown(value).s);
}

/* User ID and password, whose case counts.  The message must not show a password. */
static bool set_credential(struct command *cmd, const struct option *o, const char *value)
{
    size_t n = strlen(value);
    bool ok = n >= 1 && n <= NAME_USER_MAX;
    for (size_t i = 0; ok && i < n; i++)
        ok = value[i] > 0x20 && value[i] < 0x7f;
    if (!ok)
        return snacfg_refuse(cmd, o->msg, "the %s is not 1 to %d characters without blanks", o->what,
                             NAME_USER_MAX);
    snprintf(field(cmd, o), o->size, "%s", value);
    return true;
}

/* ---- the tables ---- */

#define IN(type, member) .at = offsetof(struct type, member), .size = sizeof(((struct type *)0)->member)

static const struct option server_options[] = {
    {"netname", set_name, IN(node_config, netname), .msg = 3874, .what = "network name"},
    {"cpname", set_name, IN(node_config, cpname), .msg = 3846, .what = "control point name"},
    {"comment", set_comment, IN(node_config, comment)},
};

static const struct option lu_options[] = {
    {"server", set_server, IN(cfg_lu, server)},
    {"netname", set_name, IN(cfg_lu, netname), .msg = 3874, .what = "network name"},
    {"luname", set_name, IN(cfg_lu, luname), .msg = 3866, .what = "LU name"},
    {"comment", set_comment, IN(cfg_lu, comment)},
    {"autopartner", set_yes, IN(cfg_lu, auto_partner), .what = "automatic partnering"},
    {"defaultpool", set_yes, IN(cfg_lu, default_pool), .what = "pool membership"},
    {"tptimeout", set_number, IN(cfg_lu, tp_timeout_s), 1, 3600, 3898, "start timeout"},
    {.name = "addpartner", .set = set_addpartner},
    {.name = "delpartner", .set = set_delpartner},
    {"lunumber", set_independent, .msg = 3867, .what = "LU number"},
    {.name = "impremotelu"},
    {.name = "connection"},
    {.name = "syncpoint"},
    {.name = "clientname"},
};

static const struct option rlu_options[] = {
    {"connection", set_name, IN(cfg_rlu, connection), .what = "connection name"},
    {"netname", set_name, IN(cfg_rlu, netname), .msg = 3874, .what = "network name"},
    {"luname", set_name, IN(cfg_rlu, luname), .msg = 3866, .what = "LU name"},
    {"comment", set_comment, IN(cfg_rlu, comment)},
    {"autopartner", set_yes, IN(cfg_rlu, auto_partner), .what = "automatic partnering"},
    {"parallelsess", set_yes, IN(cfg_rlu, parallel), .what = "parallel sessions"},
    {.name = "addpartner", .set = set_addpartner},
    {.name = "delpartner", .set = set_delpartner},
    {.name = "uninterpname"},
    {.name = "impmode"},
    {.name = "security"},
    {.name = "securityex"},
};

static const struct option mode_options[] = {
    {"comment", set_comment, IN(cfg_mode, comment)},
    {"sessionlim", set_limit, IN(cfg_mode, session_limit), 1, 10000, 3896, "session limit"},
    {"conwin", set_limit, IN(cfg_mode, min_winners), 0, 10000, 3851, "minimum contention winners"},
    {"conlose", set_limit, IN(cfg_mode, min_losers), 0, 10000, 3850, "partner's minimum contention winners"},
    {"autoact", set_limit, IN(cfg_mode, auto_activate), 0, 10000, 3863, "automatic activation"},
    {"autopartner", set_yes, IN(cfg_mode, auto_partner), .what = "automatic partnering"},
    {"highpriority", set_yes, IN(cfg_mode, high_priority), .what = "high priority"},
    {"pacesendcnt", set_number, IN(cfg_mode, pace_send), 0, 63, 0, "send pacing count"},
    {"pacerecvcnt", set_number, IN(cfg_mode, pace_recv), 0, 63, 0, "receive pacing count"},
    /* The wider of the two documented ranges, attach sheet 7.3. */
    {"maxsendru", set_number, IN(cfg_mode, max_send_ru), 256, 65527, 0, "maximum send RU size"},
    {"maxrecvru", set_number, IN(cfg_mode, max_recv_ru), 256, 65527, 0, "maximum receive RU size"},
    {.name = "maxsendcomp"},
    {.name = "maxrecvcomp"},
    {.name = "allowcomp"},
    {.name = "endpointcomp"},
};

enum { CPIC_APPL_TP, CPIC_SERVICE_TP, CPIC_NETNAME, CPIC_LUNAME, CPIC_LUALIAS };

static const struct option cpic_options[] = {
    [CPIC_APPL_TP] = {"appltpname", set_appl_tp, .what = "TP name"},
    [CPIC_SERVICE_TP] = {"svcetpname", set_service_tp, .what = "service TP name"},
    [CPIC_NETNAME] = {"netname", set_partner_net, .msg = 3874, .what = "network name"},
    [CPIC_LUNAME] = {"luname", set_partner_lu, .msg = 3866, .what = "LU name"},
    [CPIC_LUALIAS] = {"lualias", set_partner_alias, .msg = 3871, .what = "LU alias"},
    {"comment", set_comment, IN(cfg_side, comment)},
    {"modename", set_mode, .msg = 3869, .what = "mode name"},
    {"seckeytype", set_security, .msg = 3864, .what = "security type"},
    {"secuserid", set_credential, IN(cfg_side, user), .msg = 3912, .what = "user ID"},
    {"secpassword", set_credential, IN(cfg_side, password), .msg = 3879, .what = "password"},
};

/* Either-or pairs of one command, and the name of the partner joined. */
static void finish_cpic(struct command *cmd)
{
    struct cfg_side *s = cmd->object;
    const uint32_t tp = 1u << CPIC_APPL_TP | 1u << CPIC_SERVICE_TP;
    const uint32_t fq = 1u << CPIC_NETNAME | 1u << CPIC_LUNAME;
    if ((cmd->seen & tp) == tp)
        snacfg_refuse(cmd, 0, "/appltpname and /svcetpname exclude each other");
    if ((cmd->seen & fq) && (cmd->seen & 1u << CPIC_LUALIAS))
        snacfg_refuse(cmd, 0, "/lualias excludes /netname and /luname");
    else if ((cmd->seen & fq) && (cmd->seen & fq) != fq)
        snacfg_refuse(cmd, 0, "/netname and /luname go together");
    else if (*cmd->netname && *cmd->luname) {
        snprintf(s->partner, sizeof s->partner, "%s.%s", cmd->netname, cmd->luname);
        s->partner_at = command_at(cmd);
    }
    s->broken |= cmd->failed;
}

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
    return take_server(cmd, cmd->name, text);
}

/* [server:]ALIAS or [connection:]ALIAS */
static bool name_lu(struct command *cmd, const char *text)
{
    const char *colon = strrchr(text, ':');
    const char *alias = colon ? colon + 1 : text;
    char qualifier[4 * CFG_SERVER_CAP] = "";
    if (colon) {
        if ((size_t)(colon - text) >= sizeof qualifier)
            return refuse_name(cmd, 3871, "name", text);
        memcpy(qualifier, text, (size_t)(colon - text));
        if (!take_server(cmd, cmd->qualifier, qualifier))
            return false;
        if (cmd->resource->kind == CFG_RLU && !name_valid_lu(cmd->qualifier, strlen(cmd->qualifier)))
            return refuse_name(cmd, 0, "connection name", qualifier);
    }
    return take_name(cmd->name, alias, name_valid_lu_alias) || refuse_name(cmd, 3871, "LU alias", alias);
}

static bool name_mode(struct command *cmd, const char *text)
{
    return take_mode(cmd->name, text) || refuse_name(cmd, 3869, "mode name", text);
}

static bool name_cpic(struct command *cmd, const char *text)
{
    return take_name(cmd->name, text, name_valid_symdest) || refuse_name(cmd, 3871, "symbolic name", text);
}

#define OPTIONS(table) .options = table, .n_options = sizeof table / sizeof table[0]

const struct resource snacfg_resources[SNACFG_RESOURCE_N] = {
    {"server", CFG_KIND_N, OPTIONS(server_options), name_server, NULL},
    {"appcllu", CFG_LU, OPTIONS(lu_options), name_lu, NULL},
    {"appcrlu", CFG_RLU, OPTIONS(rlu_options), name_lu, finish_rlu},
    {"mode", CFG_MODE, OPTIONS(mode_options), name_mode, finish_mode},
    {"cpic", CFG_SIDE, OPTIONS(cpic_options), name_cpic, finish_cpic},
};
