/* Links and connections.  Further options for connection types this node lacks are kept as they were
 * given. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "snanode/base/names.h"
#include "snanode/config/snacfg_option.h"

/* ---- types of values ---- */

#define ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS   "0123456789"

static bool get_text(const struct option *o, const void *object, char *out, size_t cap)
{
    return value_text.get(o, object, out, cap);
}

/* An address to listen on is there at once: it is never asked of a name server. */
static bool set_listen(struct command *cmd, const struct option *o, const char *value)
{
    char host[CFG_ADDRESS_CAP];
    unsigned char address[16];
    unsigned port = 0;
    bool split = config_split_address(value, host, &port);
    const char *digits = split ? strrchr(value, ':') + 1 : "";
    size_t n = strspn(digits, DIGITS);
    if (*value && (!split || n < 1 || n > 5 || digits[n] || port > 65535 ||
                   (strcmp(host, "*") != 0 && name_casecmp(host, "localhost") != 0 &&
                    inet_pton(AF_INET, host, address) != 1 && inet_pton(AF_INET6, host, address) != 1)))
        return snacfg_refuse(cmd, o->msg,
                             "%s \"%s\" is not address:port, where the address is numeric, localhost, or * "
                             "for all",
                             o->what, snacfg_shown(value).s);
    return value_text.set(cmd, o, value);
}

static const struct value_type value_listen = {set_listen, get_text};

/* MIN 1: of the end station that this node is. */
static bool set_mac(struct command *cmd, const struct option *o, const char *value)
{
    struct option hex = *o;
    hex.min = 0;
    if (!value_hex.set(cmd, &hex, value) || !*value)
        return !*value;
    if (strchr("89ABCDEFabcdef", *value) || strspn(value, "0") == o->max)
        return snacfg_refuse(cmd, o->msg, "%s %s is that of a group, or of nobody", o->what, value);
    if (o->min && !strchr("4567", *value))
        return snacfg_refuse(cmd, o->msg, "%s %s is not locally administered: its first digit is 4 to 7",
                             o->what, value);
    return true;
}

static const struct value_type value_mac = {set_mac, get_text};

static bool set_sap(struct command *cmd, const struct option *o, const char *value)
{
    unsigned long v = strtoul(value, NULL, 16);
    if (strlen(value) == 2 && (v < 0x04 || v > 0xEC || v % 4 != 0))
        return snacfg_refuse(cmd, o->msg, "%s %s is not a multiple of 04, from 04 to EC", o->what,
                             snacfg_shown(value).s);
    return value_hex.set(cmd, o, value);
}

static const struct value_type value_sap = {set_sap, get_text};

/* A name, or sha256: and the hash with or without colons, which is kept without. */
static bool set_peer_name(struct command *cmd, const struct option *o, const char *value)
{
    char hash[CFG_ADDRESS_CAP] = CFG_FINGERPRINT;
    size_t n = strlen(hash);
    if (strncasecmp(value, hash, n) != 0)
        return !value[strspn(value, ALPHABET DIGITS "-._")]
                   ? value_text.set(cmd, o, value)
                   : snacfg_refuse(cmd, o->msg, "%s \"%s\" is no name", o->what, snacfg_shown(value).s);
    for (const char *s = value + n; *s && n < sizeof hash - 1; s++)
        if (*s != ':')
            hash[n++] = *s;
    hash[n] = '\0';
    name_fold(hash + strlen(CFG_FINGERPRINT));
    if (n != strlen(CFG_FINGERPRINT) + 64 ||
        hash[strlen(CFG_FINGERPRINT) + strspn(hash + strlen(CFG_FINGERPRINT), "0123456789ABCDEF")])
        return snacfg_refuse(cmd, o->msg, "%s: " CFG_FINGERPRINT " is followed by 64 hex digits", o->what);
    return value_text.set(cmd, o, hash);
}

static const struct value_type value_peer_name = {set_peer_name, get_text};

static bool set_number(struct command *cmd, const struct option *o, const char *value)
{
    return value_number.set(cmd, o, value);
}

static bool get_number_said(const struct option *o, const void *object, char *out, size_t cap)
{
    return *(const unsigned *)option_value(o, object) && value_number.get(o, object, out, cap);
}

/* 0 = not said */
static const struct value_type value_number_said = {set_number, get_number_said};

/* ---- the tables ---- */

static const char *const link_types[] = {"", "DLSW", NULL};
static const char *const conn_types[] = {"",     "DLSW", "IP-DLC",  "802.2",  "SDLC",
                                         "X.25", "DFT",  "CHANNEL", "TWINAX", NULL};
static const char *const activations[] = {"ondemand", "onserverstartup", "byadministrator", NULL};
static const char *const remote_ends[] = {"Host", "Peer", "Downstream", "Passthrough", NULL};
static const char *const xid_types[] = {"format3", "format0", NULL};
static const char *const directions[] = {"Both", "Incoming", "Outgoing", NULL};
static const char *const roles[] = {"Negotiable", "Primary", "Secondary", NULL};

const struct option snacfg_link_options[SNACFG_LINK_OPTION_N] = {
    {"server", &value_server, IN(cfg_link, server)},
    {"linktype", &value_keyword, IN(cfg_link, type), .keywords = link_types, .what = "link type"},
    {"listen", &value_listen, IN(cfg_link, listen), .what = "address to listen on"},
    {"tls", &value_yes, IN(cfg_link, tls.on), .what = "TLS"},
    {"certificate", &value_text, IN(cfg_link, tls.certificate), .what = "file name"},
    {"key", &value_text, IN(cfg_link, tls.key), .what = "file name"},
    {"ca", &value_text, IN(cfg_link, tls.ca), .what = "file name"},
    {"comment", &value_comment, IN(cfg_link, comment)},
};

#define BLOCK(name, field)                                                                                   \
    {                                                                                                        \
        name, &value_hex, IN(cfg_conn, field), 1, 3, .what = "block number"                                  \
    }
#define NODE(name, field)                                                                                    \
    {                                                                                                        \
        name, &value_hex, IN(cfg_conn, field), 0, 5, .what = "node number"                                   \
    }
#define NET(name, field)                                                                                     \
    {                                                                                                        \
        name, &value_name_none, IN(cfg_conn, field), .msg = 3874, .what = "network name"                     \
    }
#define CP(name, field)                                                                                      \
    {                                                                                                        \
        name, &value_name_none, IN(cfg_conn, field), .msg = 3846, .what = "control point name"               \
    }
#define KEYWORD(name, field, words, number, text)                                                            \
    {                                                                                                        \
        name, &value_keyword, IN(cfg_conn, field), .keywords = words, .msg = number, .what = text            \
    }

/* The first option of DLSw, and how many of them there are. */
enum { CONN_DLSW = 21, CONN_DLSW_N = 13 };

const struct option snacfg_conn_options[SNACFG_CONN_OPTION_N] = {
    {"server", &value_server, IN(cfg_conn, server)},
    KEYWORD("conntype", type, conn_types, 3853, "connection type"),
    {"linkservice", &value_reference, IN(cfg_conn, link), .msg = 3843, .what = "link service"},
    KEYWORD("activation", activation, activations, 3842, "activation"),
    KEYWORD("calldirection", direction, directions, 0, "call direction"),
    KEYWORD("remoteend", remote_end, remote_ends, 0, "remote end"),
    KEYWORD("peerdlcrole", role, roles, 0, "DLC role"),
    KEYWORD("xidtype", xid, xid_types, 0, "XID type"),
    BLOCK("localblockno", local_block),
    NODE("localnodeno", local_node),
    BLOCK("remoteblockno", remote_block),
    NODE("remotenodeno", remote_node),
    NET("netname", netname),
    CP("cpname", cpname),
    NET("localnetname", local_netname),
    CP("localcpname", local_cpname),
    {"compression", &value_keyword, IN(cfg_conn, compression), .keywords = snacfg_compression,
     .what = "compression", .no_effect = "compression"},
    {"dynamicludef", &value_yes, IN(cfg_conn, dynamic_lus), .what = "dynamic definition"},
    {"retrylimit", &value_number, IN(cfg_conn, retry_limit), 0, 65534, 3902, "retry limit"},
    {"retrydelay", &value_number, IN(cfg_conn, retry_delay_s), 0, 327670, 0, "retry delay"},
    {"maxbtu", &value_number_said, IN(cfg_conn, max_btu), 265, 16393, 3900, "maximum BTU length"},
    [CONN_DLSW] = {"peer", &value_address, IN(cfg_conn, peer), .what = "address of the peer"},
    {"listen", &value_listen, IN(cfg_conn, listen), .what = "address to listen on"},
    {"localmac", &value_mac, IN(cfg_conn, local_mac), 1, 12, .what = "MAC address"},
    {"remotemac", &value_mac, IN(cfg_conn, remote_mac), 0, 12, .msg = 3901, .what = "MAC address"},
    {"localsap", &value_sap, IN(cfg_conn, local_sap), 0, 2, .what = "SAP"},
    {"remotesap", &value_sap, IN(cfg_conn, remote_sap), 0, 2, .msg = 3893, .what = "SAP"},
    {"keepalive", &value_number, IN(cfg_conn, keepalive_s), 0, 3600, .what = "keepalive"},
    {"tls", &value_yes, IN(cfg_conn, tls.on), .what = "TLS"},
    {"certificate", &value_text, IN(cfg_conn, tls.certificate), .what = "file name"},
    {"key", &value_text, IN(cfg_conn, tls.key), .what = "file name"},
    {"ca", &value_text, IN(cfg_conn, tls.ca), .what = "file name"},
    {"peername", &value_peer_name, IN(cfg_conn, peer_name), .what = "name of the peer"},
    {"record", &value_text, IN(cfg_conn, record), .what = "file name"},
    {"comment", &value_comment, IN(cfg_conn, comment)},
};
_Static_assert(CONN_DLSW + CONN_DLSW_N + 1 == SNACFG_CONN_OPTION_N, "the comment is behind DLSw's");

void snacfg_finish_conn(struct command *cmd)
{
    static const char nothing[CFG_PATH_CAP];
    struct cfg_conn *conn = cmd->object;
    for (int i = CONN_DLSW; i < CONN_DLSW + CONN_DLSW_N; i++) {
        const struct option *o = &snacfg_conn_options[i];
        bool sap =
            o->type == &value_sap || o->at == offsetof(struct cfg_conn, keepalive_s); /* has a default */
        if (conn->type == CFG_CONN_NONE || conn->type == CFG_CONN_DLSW || cmd->failed)
            break;
        if (!sap && memcmp(option_value(o, conn), nothing, o->size) != 0)
            snacfg_refuse(cmd, 0, "/%s belongs to /conntype:DLSW", o->name);
    }
    if (conn->type <= CFG_CONN_DLSW) /* the kept ones were those of another type */
        snacfg_forget_options(CFG_CONN, conn);
    conn->broken |= cmd->failed;
}
