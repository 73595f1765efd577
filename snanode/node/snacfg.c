/* Command files: RESOURCE NAME [/add] /option:value ...  SNACFG sheet sections 1 and 2.
 *
 * The language is in tables: one row per option, with the function that takes its value, where the value
 * goes, its range, and the product's error number.  A row without a function is an option of the product that
 * this node does not carry out: it is refused rather than ignored, so that nobody believes it works. What an
 * object needs besides its own options is checked after the last file (config_check.c). */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/base/names.h"
#include "snanode/node/config_build.h"
#include "snanode/node/snacfg_lex.h"

struct reader {
    struct node_config *c;
    struct diag *d;
    const char *file;
    uint32_t read_over; /* absent resources warned of, by position in absent[] */
};

/* One command being carried out. */
struct command {
    struct reader *r;
    const struct resource *resource;
    char name[CFG_SERVER_CAP];
    char qualifier[CFG_SERVER_CAP]; /* in front of the name, "" = none */
    char label[40];                 /* "mode BIG", for messages */
    unsigned line;                  /* of the word at hand */
    void *object;
    uint32_t seen; /* options, by position in the resource's table */
    bool failed;
    char netname[9], luname[9]; /* cpic: the two halves of the partner's name */
};

struct option {
    const char *name;
    /* Takes the value; NULL = not supported. */
    bool (*set)(struct command *, const struct option *, const char *value);
    size_t at;   /* of the field in the object */
    size_t size; /* of the field */
    unsigned min, max;
    unsigned msg;     /* the product's error number, 0 = none known */
    const char *what; /* for messages */
};

struct resource {
    const char *name;
    enum cfg_kind kind; /* CFG_KIND_N: the node itself */
    const struct option *options;
    size_t n_options;
    bool (*read_name)(struct command *, const char *);
    void (*finish)(struct command *); /* after the last option; may be NULL */
};

/* ---- messages ---- */

/* TEXT fit for a message: short and without control characters. */
struct shown {
    char s[44];
};

static struct shown shown(const char *text)
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

/* An error about the word at hand: "3896: WHAT (mode BIG)". */
__attribute__((format(printf, 3, 4))) static bool refuse(struct command *cmd, unsigned msg, const char *fmt,
                                                         ...)
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
    return refuse(cmd, msg, "%s \"%s\" is not 1 to 8 of the characters it may have", what, shown(value).s);
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

/* The name of a machine: [\\]NAME or \\NAME\snaservr.  Further nodes of a machine are not this one. */
static bool take_server(struct command *cmd, char out[CFG_SERVER_CAP], const char *value)
{
    const char *name = strncmp(value, "\\\\", 2) == 0 ? value + 2 : value;
    size_t n = strcspn(name, "\\");
    bool ok = n >= 1 && n < CFG_SERVER_CAP && (!name[n] || name != value);
    for (size_t i = 0; ok && i < n; i++)
        ok = isalnum((unsigned char)name[i]) || strchr("-_$#@", name[i]);
    if (!ok)
        return refuse(cmd, 0, "\"%s\" is no server name", shown(value).s);
    if (name[n] && name_casecmp(name + n, "\\snaservr") != 0)
        return refuse(cmd, 0, "server %s: only the node snaservr of a server is supported", shown(value).s);
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
        return refuse(cmd, 0, "the comment has more than %d characters", CFG_COMMENT_MAX);
    if (strchr(value, '\\'))
        return refuse(cmd, 0, "the comment has a backslash");
    snprintf(field(cmd, o), o->size, "%s", value);
    return true;
}

static bool set_number(struct command *cmd, const struct option *o, const char *value)
{
    size_t n = strlen(value);
    if (n < 1 || strspn(value, "0123456789") != n)
        return refuse(cmd, o->msg, "%s \"%s\" is not a number", o->what, shown(value).s);
    unsigned long v = strtoul(value, NULL, 10); /* saturates, and so is out of range */
    if (v < o->min || v > o->max)
        return refuse(cmd, o->msg, "%s %s is outside %u..%u", o->what, shown(value).s, o->min, o->max);
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
        return refuse(cmd, o->msg, "%s \"%s\" is neither yes nor no", o->what, shown(value).s);
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
        return refuse(cmd, o->msg, "%s \"%s\" is not a number", o->what, shown(value).s);
    if (strspn(value, "0") != n)
        return refuse(cmd, 0, "%s %s: a dependent LU is not supported", o->what, shown(value).s);
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
            return refuse(cmd, 3878, "partner \"%s\" is not LU,MODE", shown(value).s);
        memcpy(part[n], s, len);
        part[n][len] = '\0';
        s = s[len] ? s + len + 1 : NULL;
    }
    if (n < 2)
        return refuse(cmd, 3878, "partner \"%s\" is not LU,MODE", shown(value).s);
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
        return refuse(cmd, 3929, "the partner %s with mode %s exists", p.lu, config_mode_shown(p.mode));
    return config_add_partner(v, n, &p) || refuse(cmd, 0, "out of memory");
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
        return refuse(cmd, 0, "there is no partner %s with mode %s", p.lu, config_mode_shown(p.mode));
    --*n;
    memmove(&(*v)[i], &(*v)[i + 1], (*n - i) * sizeof **v);
    return true;
}

/* ---- symbolic destinations ---- */

static struct cfg_at here(const struct command *cmd)
{
    return (struct cfg_at){cmd->r->file, cmd->line};
}

/* Lower case is made upper by the product's tool, unlike in the calls (CPI-C sheet C17). */
static bool set_appl_tp(struct command *cmd, const struct option *o, const char *value)
{
    struct cfg_side *s = cmd->object;
    size_t n = strlen(value);
    if (!name_valid_tp((const uint8_t *)value, n))
        return refuse(cmd, 0, "%s \"%s\" is not 1 to 64 characters without blanks", o->what, shown(value).s);
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
        return refuse(cmd, 0, "%s \"%s\" is not 1 to 8 hex digits", o->what, shown(value).s);
    for (size_t i = 0, at = n % 2; i < n; i++, at++)
        name[at / 2] = (uint8_t)(name[at / 2] << 4 | hex_value(value[i]));
    if (name[0] >= 0x40)
        return refuse(cmd, 0, "%s %s does not begin with 00 to 3F", o->what, value);
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
    s->partner_at = here(cmd);
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
    s->mode_at = here(cmd);
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
    return refuse(cmd, o->msg, "%s \"%s\" is not none, same or program", o->what, shown(value).s);
}

/* User ID and password, whose case counts.  The message must not show a password. */
static bool set_credential(struct command *cmd, const struct option *o, const char *value)
{
    size_t n = strlen(value);
    bool ok = n >= 1 && n <= NAME_USER_MAX;
    for (size_t i = 0; ok && i < n; i++)
        ok = value[i] > 0x20 && value[i] < 0x7f;
    if (!ok)
        return refuse(cmd, o->msg, "the %s is not 1 to %d characters without blanks", o->what, NAME_USER_MAX);
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
        refuse(cmd, 0, "/appltpname and /svcetpname exclude each other");
    if ((cmd->seen & fq) && (cmd->seen & 1u << CPIC_LUALIAS))
        refuse(cmd, 0, "/lualias excludes /netname and /luname");
    else if ((cmd->seen & fq) && (cmd->seen & fq) != fq)
        refuse(cmd, 0, "/netname and /luname go together");
    else if (*cmd->netname && *cmd->luname) {
        snprintf(s->partner, sizeof s->partner, "%s.%s", cmd->netname, cmd->luname);
        s->partner_at = here(cmd);
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

static const struct resource resources[] = {
    {"server", CFG_KIND_N, OPTIONS(server_options), name_server, NULL},
    {"appcllu", CFG_LU, OPTIONS(lu_options), name_lu, NULL},
    {"appcrlu", CFG_RLU, OPTIONS(rlu_options), name_lu, finish_rlu},
    {"mode", CFG_MODE, OPTIONS(mode_options), name_mode, finish_mode},
    {"cpic", CFG_SIDE, OPTIONS(cpic_options), name_cpic, finish_cpic},
};
#define RESOURCES_N (sizeof resources / sizeof resources[0])

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
        return refuse(cmd, 0, "this is a second server beside %s: not supported", c->server);
    memcpy(c->server, cmd->name, sizeof c->server);
    c->server_at = here(cmd);
    cmd->object = c;
    return true;
}

/* The place of the definition, and what the qualifier of the name said. */
static void begin_object(struct command *cmd)
{
    struct cfg_at at = here(cmd);
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
        return refuse(cmd, 0, "%s exists", cmd->label);
    if (server)
        return add_server(cmd);
    if (!cmd->object && config_find(cmd->r->c, cmd->resource->kind, cmd->name))
        return refuse(cmd, 3967, "the alias %s exists elsewhere", cmd->name);
    if (!cmd->object)
        cmd->object = config_add(cmd->r->c, cmd->resource->kind, cmd->name);
    if (!cmd->object)
        return refuse(cmd, 0, "out of memory");
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
    return refuse(cmd, 0, "unknown option %s of %s", shown(w->text).s, cmd->resource->name);
}

static void apply_option(struct command *cmd, const struct snacfg_word *w)
{
    const struct resource *res = cmd->resource;
    size_t i = 0;
    cmd->line = w->line;
    if (*w->text != '/') {
        refuse(cmd, 0, "\"%s\" is no option: options begin with a slash", shown(w->text).s);
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
        refuse(cmd, 0, "option /%s of %s is not supported", o->name, res->name);
    else if (!w->value)
        refuse(cmd, 0, "option /%s of %s needs a value", o->name, res->name);
    else if (cmd->seen & 1u << i)
        refuse(cmd, 0, "option /%s of %s is given twice", o->name, res->name);
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
            return refuse(cmd, 0, "%s takes no value", shown(words->words[i].text).s);
    if (adds + deletes > 1)
        return refuse(cmd, 0, adds && deletes ? "/add and /delete exclude each other" : "/%s is given twice",
                      adds ? "add" : "delete");
    if (deletes && words->n > 3)
        return refuse(cmd, 0, "/delete takes no options beside it");
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
        refuse(cmd, 0, "this mode is reserved and cannot be changed");
    } else if (count_verb(words, "add")) {
        if (add_object(cmd))
            apply_options(cmd, words);
    } else if (!cmd->object) {
        refuse(cmd, 0, "%s does not exist, /add is needed to create it", cmd->label);
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
                     shown(word).s);
    else
        config_error(r->d, r->file, words->line,
                     "unknown resource \"%s\": known are server, appcllu, appcrlu, mode, cpic",
                     shown(word).s);
}

static void run_command(struct reader *r, const struct snacfg_command *words)
{
    const char *word = words->words[0].text;
    for (size_t i = 0; i < RESOURCES_N; i++)
        if (name_casecmp(word, resources[i].name) == 0) {
            run_on_resource(r, &resources[i], words);
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
