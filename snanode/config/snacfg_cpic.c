/* Symbolic destinations: the partner and the TP, each given in one of two ways, and the credentials. */
#include <stdio.h>
#include <string.h>

#include "snanode/base/names.h"
#include "snanode/config/snacfg_option.h"

/* The product's tool folds the name to upper case, unlike the calls [C17]. */
static bool set_appl_tp(struct command *cmd, const struct option *o, const char *value)
{
    struct cfg_side *s = cmd->object;
    size_t n = strlen(value);
    if (!name_valid_tp((const uint8_t *)value, n))
        return snacfg_refuse(cmd, 0, "%s \"%s\" is not 1 to %d characters without blanks", o->what,
                             snacfg_shown(value).s, NAME_TP_MAX);
    char name[NAME_TP_MAX + 1];
    memcpy(name, value, n + 1);
    name_fold(name);
    memset(s->tp_name, 0, sizeof s->tp_name);
    memcpy(s->tp_name, name, n);
    s->tp_name_n = (uint8_t)n;
    s->service_tp = false;
    return true;
}

static bool get_appl_tp(const struct option *o, const void *object, char *out, size_t cap)
{
    const struct cfg_side *s = object;
    char name[NAME_TP_MAX + 1] = "";
    (void)o;
    memcpy(name, s->tp_name, s->tp_name_n);
    return !s->service_tp && snacfg_copy(name, out, cap);
}

#define SERVICE_TP_MAX 4 /* octets */

static unsigned hex_value(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a' + 10);
}

/* 1 to 8 digits; the first octet has one when their number is odd. */
static bool set_service_tp(struct command *cmd, const struct option *o, const char *value)
{
    struct cfg_side *s = cmd->object;
    size_t n = strlen(value);
    uint8_t name[SERVICE_TP_MAX] = {0};
    if (n < 1 || n > 2 * SERVICE_TP_MAX || strspn(value, "0123456789abcdefABCDEF") != n)
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

static bool get_service_tp(const struct option *o, const void *object, char *out, size_t cap)
{
    const struct cfg_side *s = object;
    char name[2 * SERVICE_TP_MAX + 1] = "";
    (void)o;
    for (size_t i = 0; s->service_tp && i < s->tp_name_n && i < SERVICE_TP_MAX; i++)
        snprintf(name + 2 * i, 3, "%02X", s->tp_name[i]);
    return snacfg_copy(name, out, cap);
}

static bool set_partner_alias(struct command *cmd, const struct option *o, const char *value)
{
    struct cfg_side *s = cmd->object;
    char alias[NAME_ROOM8];
    if (!snacfg_take_name(alias, value, name_valid_lu_alias))
        return snacfg_refuse_name(cmd, o->msg, o->what, value);
    memset(s->partner, 0, sizeof s->partner);
    memcpy(s->partner, alias, strlen(alias));
    s->partner_at = command_at(cmd);
    return true;
}

static bool get_partner_alias(const struct option *o, const void *object, char *out, size_t cap)
{
    const struct cfg_side *s = object;
    (void)o;
    return !strchr(s->partner, '.') && snacfg_copy(s->partner, out, cap);
}

/* Half of a fully qualified name; finish_cpic() joins them. */
static bool set_partner_net(struct command *cmd, const struct option *o, const char *value)
{
    return snacfg_take_name(cmd->netname, value, name_valid_lu) ||
           snacfg_refuse_name(cmd, o->msg, o->what, value);
}

static bool set_partner_lu(struct command *cmd, const struct option *o, const char *value)
{
    return snacfg_take_name(cmd->luname, value, name_valid_lu) ||
           snacfg_refuse_name(cmd, o->msg, o->what, value);
}

static bool get_partner_net(const struct option *o, const void *object, char *out, size_t cap)
{
    const struct cfg_side *s = object;
    const char *dot = strchr(s->partner, '.');
    (void)o;
    return dot && (size_t)snprintf(out, cap, "%.*s", (int)(dot - s->partner), s->partner) < cap;
}

static bool get_partner_lu(const struct option *o, const void *object, char *out, size_t cap)
{
    const struct cfg_side *s = object;
    const char *dot = strchr(s->partner, '.');
    (void)o;
    return dot && snacfg_copy(dot + 1, out, cap);
}

static bool set_mode(struct command *cmd, const struct option *o, const char *value)
{
    struct cfg_side *s = cmd->object;
    if (!snacfg_take_mode(s->mode, value))
        return snacfg_refuse_name(cmd, o->msg, o->what, value);
    s->mode_at = command_at(cmd);
    return true;
}

static const char *const security_names[] = {
    [CFG_SEC_NONE] = "none", [CFG_SEC_SAME] = "same", [CFG_SEC_PROGRAM] = "program"};

static bool get_mode(const struct option *o, const void *object, char *out, size_t cap)
{
    const struct cfg_side *s = object;
    (void)o;
    return snacfg_copy(config_mode_shown(s->mode), out, cap);
}

static bool set_security(struct command *cmd, const struct option *o, const char *value)
{
    struct cfg_side *s = cmd->object;
    for (int i = CFG_SEC_NONE; i <= CFG_SEC_PROGRAM; i++)
        if (name_casecmp(value, security_names[i]) == 0) {
            s->security = (enum cfg_security)i;
            return true;
        }
    return snacfg_refuse(cmd, o->msg, "%s \"%s\" is not none, same or program", o->what,
                         snacfg_shown(value).s);
}

static bool get_security(const struct option *o, const void *object, char *out, size_t cap)
{
    const struct cfg_side *s = object;
    (void)o;
    return snacfg_copy(security_names[s->security], out, cap);
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
    memset(option_field(o, cmd->object), 0, o->size);
    memcpy(option_field(o, cmd->object), value, n);
    return true;
}

static bool get_user(const struct option *o, const void *object, char *out, size_t cap)
{
    return snacfg_copy(option_value(o, object), out, cap);
}

static const struct value_type appl_tp = {set_appl_tp, get_appl_tp},
                               service_tp = {set_service_tp, get_service_tp},
                               partner_net = {set_partner_net, get_partner_net},
                               partner_lu = {set_partner_lu, get_partner_lu},
                               partner_alias = {set_partner_alias, get_partner_alias},
                               mode_name = {set_mode, get_mode}, security = {set_security, get_security},
                               user_id = {set_credential, get_user}, password = {set_credential, NULL};

enum { CPIC_APPL_TP, CPIC_SERVICE_TP, CPIC_NETNAME, CPIC_LUNAME, CPIC_LUALIAS };

const struct option snacfg_cpic_options[SNACFG_CPIC_OPTION_N] = {
    [CPIC_APPL_TP] = {"appltpname", &appl_tp, .what = "TP name"},
    [CPIC_SERVICE_TP] = {"svcetpname", &service_tp, .what = "service TP name"},
    [CPIC_NETNAME] = {"netname", &partner_net, .msg = 3874, .what = "network name"},
    [CPIC_LUNAME] = {"luname", &partner_lu, .msg = 3866, .what = "LU name"},
    [CPIC_LUALIAS] = {"lualias", &partner_alias, .msg = 3871, .what = "LU alias"},
    {"modename", &mode_name, .msg = 3869, .what = "mode name"},
    {"seckeytype", &security, .msg = 3864, .what = "security type"},
    {"secuserid", &user_id, IN(cfg_side, user), .msg = 3912, .what = "user ID"},
    {"secpassword", &password, IN(cfg_side, password), .msg = 3879, .what = "password"},
    {"comment", &value_comment, IN(cfg_side, comment)},
};

/* Judge the pairs that exclude each other, and join the halves of the partner's name. */
void snacfg_finish_cpic(struct command *cmd)
{
    struct cfg_side *s = cmd->object;
    const uint64_t tp = 1ull << CPIC_APPL_TP | 1ull << CPIC_SERVICE_TP;
    const uint64_t fq = 1ull << CPIC_NETNAME | 1ull << CPIC_LUNAME;
    if ((cmd->seen & tp) == tp)
        snacfg_refuse(cmd, 0, "/appltpname and /svcetpname exclude each other");
    if ((cmd->seen & fq) && (cmd->seen & 1ull << CPIC_LUALIAS))
        snacfg_refuse(cmd, 0, "/lualias excludes /netname and /luname");
    else if ((cmd->seen & fq) && (cmd->seen & fq) != fq)
        snacfg_refuse(cmd, 0, "/netname and /luname go together");
    else if (*cmd->netname && *cmd->luname) {
        snprintf(s->partner, sizeof s->partner, "%s.%s", cmd->netname, cmd->luname);
        s->partner_at = command_at(cmd);
    }
    s->broken |= cmd->failed;
}
