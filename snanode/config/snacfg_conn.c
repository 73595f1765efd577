/* Links and connections.  Further options for connection types this node lacks are kept as they were
 * given. */
#include <string.h>

#include "snanode/config/snacfg_option.h"

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
    {"listen", &value_address, IN(cfg_link, listen), .what = "address to listen on"},
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
enum { CONN_DLSW = 18, CONN_DLSW_N = 11 };

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
    [CONN_DLSW] = {"peer", &value_address, IN(cfg_conn, peer), .what = "address of the peer"},
    {"listen", &value_address, IN(cfg_conn, listen), .what = "address to listen on"},
    {"localmac", &value_hex, IN(cfg_conn, local_mac), 0, 12, .what = "MAC address"},
    {"remotemac", &value_hex, IN(cfg_conn, remote_mac), 0, 12, .what = "MAC address"},
    {"localsap", &value_hex, IN(cfg_conn, local_sap), 0, 2, .what = "SAP"},
    {"remotesap", &value_hex, IN(cfg_conn, remote_sap), 0, 2, .what = "SAP"},
    {"tls", &value_yes, IN(cfg_conn, tls), .what = "TLS"},
    {"certificate", &value_text, IN(cfg_conn, certificate), .what = "file name"},
    {"key", &value_text, IN(cfg_conn, key), .what = "file name"},
    {"ca", &value_text, IN(cfg_conn, ca), .what = "file name"},
    {"peername", &value_text, IN(cfg_conn, peer_name), .what = "name of the peer"},
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
            o->at == offsetof(struct cfg_conn, local_sap) || o->at == offsetof(struct cfg_conn, remote_sap);
        if (conn->type == CFG_CONN_NONE || conn->type == CFG_CONN_DLSW || cmd->failed)
            break;
        if (!sap && memcmp(option_value(o, conn), nothing, o->size) != 0)
            snacfg_refuse(cmd, 0, "/%s belongs to /conntype:DLSW", o->name);
    }
    if (conn->type <= CFG_CONN_DLSW) /* the kept ones were those of another type */
        snacfg_forget_options(CFG_CONN, conn);
    conn->broken |= cmd->failed;
}
