/* config.h - what SNACFG command files configure: nodes, links, connections, LUs, modes, side information,
 * users. Layer: configuration (pure).  [HIS: Snacfg Reference]  Built whole, validated whole, then only
 * read.  Files may describe several nodes.  Objects of the other nodes follow this node's in the same
 * tables. */
#ifndef SNA_CONFIG_H
#define SNA_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/base/diag.h"
#include "snanode/base/names.h"

#define CFG_COMMENT_MAX 25                        /* characters */
#define CFG_COMMENT_CAP (4 * CFG_COMMENT_MAX + 1) /* octets of that many in UTF-8 */
#define CFG_SERVER_CAP  32                        /* MACHINE (up to 15 characters) or MACHINE\SNASRV02 */
#define CFG_USER_CAP    128                       /* DOMAIN\NAME */
#define CFG_ADDRESS_CAP 128                       /* host:port */
#define CFG_PATH_CAP    256
#define CFG_BLOCK_CAP   4  /* hex digits: block number */
#define CFG_NODE_CAP    6  /* hex digits: node number */
#define CFG_MAC_CAP     13 /* hex digits: MAC address */
#define CFG_SAP_CAP     3  /* hex digits: service access point */
#define CFG_KEY_CAP     80 /* session key, or its scrambled form */

#define CFG_FINGERPRINT "sha256:" /* a peer's certificate by its SHA-256, in 64 hex digits, not by a name */

/* Defaults of connections [L101; L103] */
#define CFG_RETRY_DELAY_S 60
#define CFG_MAX_BTU       1929
#define CFG_KEEPALIVE_S   30

/* The file and line of a setting, for messages. */
struct cfg_at {
    const char *file; /* owned by the node_config; NULL = not set */
    unsigned line;
};

/* A partnership that a command file asks for: /addpartner:LU,MODE */
struct cfg_partner {
    char lu[NAME_ROOM8];
    char mode[NAME_ROOM8];
    char qualifier[CFG_SERVER_CAP]; /* server or connection that the command names for the LU; "" = none */
    const char *file;
    unsigned line;
};

enum cfg_compression { CFG_COMP_NONE, CFG_COMP_RLE, CFG_COMP_LZ9 };

struct cfg_server { /* server: a node */
    char name[CFG_SERVER_CAP];
    char netname[NAME_ROOM8]; /* both or none */
    char cpname[NAME_ROOM8];
    char comment[CFG_COMMENT_CAP];
    const char *file;
    unsigned line;
};

struct cfg_tls { /* how one end shows who it is */
    bool on;
    char certificate[CFG_PATH_CAP], key[CFG_PATH_CAP], ca[CFG_PATH_CAP]; /* PEM files, "" = not said */
};

struct cfg_link { /* link: an address to listen on, shared by connections */
    char name[NAME_ROOM8];
    char server[CFG_SERVER_CAP];
    bool foreign;  /* it belongs to another node; likewise below */
    unsigned type; /* enum cfg_link_type */
    char listen[CFG_ADDRESS_CAP];
    struct cfg_tls tls;
    char comment[CFG_COMMENT_CAP];
    const char *file;
    unsigned line;
};

enum cfg_link_type { CFG_LINK_NONE, CFG_LINK_DLSW };
enum cfg_conn_type {
    CFG_CONN_NONE,
    CFG_CONN_DLSW,
    CFG_CONN_IPDLC,
    CFG_CONN_802,
    CFG_CONN_SDLC,
    CFG_CONN_X25,
    CFG_CONN_DFT,
    CFG_CONN_CHANNEL,
    CFG_CONN_TWINAX
};
enum cfg_activation { CFG_ACT_DEMAND, CFG_ACT_STARTUP, CFG_ACT_ADMIN };
enum cfg_remote_end { CFG_END_HOST, CFG_END_PEER, CFG_END_DOWNSTREAM, CFG_END_PASSTHROUGH };
enum cfg_xid { CFG_XID_3, CFG_XID_0 };
enum cfg_direction { CFG_DIR_BOTH, CFG_DIR_INCOMING, CFG_DIR_OUTGOING };
enum cfg_role { CFG_ROLE_NEGOTIABLE, CFG_ROLE_PRIMARY, CFG_ROLE_SECONDARY };

struct cfg_conn { /* connection */
    char name[NAME_ROOM8];
    char server[CFG_SERVER_CAP];
    bool foreign;
    char comment[CFG_COMMENT_CAP];
    unsigned type;          /* enum cfg_conn_type */
    char link[NAME_ROOM8];  /* link service, "" = none */
    unsigned activation;    /* enum cfg_activation */
    unsigned remote_end;    /* enum cfg_remote_end, default peer */
    unsigned xid;           /* enum cfg_xid */
    unsigned direction;     /* enum cfg_direction */
    unsigned role;          /* enum cfg_role */
    unsigned compression;   /* enum cfg_compression */
    bool dynamic_lus;       /* remote LUs without a definition are made on request */
    unsigned retry_limit;   /* tries to activate before it is given up, 0 = no limit */
    unsigned retry_delay_s; /* longest wait between two of them */
    unsigned max_btu;       /* octets of a PIU, 0 = not given; of DLSw never 0 after validation */
    char local_block[CFG_BLOCK_CAP], local_node[CFG_NODE_CAP], remote_block[CFG_BLOCK_CAP],
        remote_node[CFG_NODE_CAP];                            /* hex digits, "" = not given */
    char netname[NAME_ROOM8], cpname[NAME_ROOM8];             /* of the remote node; both or none */
    char local_netname[NAME_ROOM8], local_cpname[NAME_ROOM8]; /* both or none: then the server's */
    /* DLSw only */
    char peer[CFG_ADDRESS_CAP], listen[CFG_ADDRESS_CAP];  /* "" = not given */
    char local_mac[CFG_MAC_CAP], remote_mac[CFG_MAC_CAP]; /* hex digits, "" = not given */
    char local_sap[CFG_SAP_CAP], remote_sap[CFG_SAP_CAP]; /* hex digits, default 04 */
    unsigned keepalive_s;            /* a peer that is silent for so long is lost, 0 = never */
    struct cfg_tls tls;              /* see config_conn_tls */
    char peer_name[CFG_ADDRESS_CAP]; /* name that the peer's certificate must have, or sha256: and its hash */
    char record[CFG_PATH_CAP];       /* pcapng file of what is carried, "" = none */
    char *kept;                      /* as in cfg_user; of types other than DLSw only */
    bool broken;                     /* an option was refused: no further message about what is missing */
    const char *file;
    unsigned line;
};

struct cfg_lu { /* appcllu */
    char alias[NAME_ROOM8];
    char netname[NAME_ROOM8];    /* never empty after validation: the server's when not given */
    char luname[NAME_ROOM8];     /* alias when not given */
    char server[CFG_SERVER_CAP]; /* never empty after validation */
    bool foreign;
    char comment[CFG_COMMENT_CAP];
    unsigned number;              /* 0 = independent */
    char connection[NAME_ROOM8];  /* of a dependent one */
    char implicit_lu[NAME_ROOM8]; /* remote LU whose properties an unknown partner gets, "" = none */
    bool sync_point;
    char client[NAME_MACHINE_ROOM]; /* of the sync point manager */
    bool default_pool;
    unsigned tp_timeout_s; /* 1..3600, default 60 */
    bool auto_partner;     /* default yes */
    struct cfg_partner *partners;
    size_t n_partners;
    const char *file;
    unsigned line;
};

enum cfg_key { CFG_KEY_NONE, CFG_KEY_HEX, CFG_KEY_CHAR, CFG_KEY_UNREADABLE };

struct cfg_rlu { /* appcrlu */
    char alias[NAME_ROOM8];
    char connection[NAME_ROOM8];
    bool foreign; /* its connection belongs to another node */
    char netname[NAME_ROOM8];
    char luname[NAME_ROOM8];
    char comment[CFG_COMMENT_CAP];
    char uninterpreted[NAME_ROOM8];
    char implicit_mode[NAME_ROOM8]; /* its values go to a mode that the pair does not have */
    bool has_implicit_mode;
    enum cfg_key key_type; /* session security */
    char key[CFG_KEY_CAP]; /* 16 hex digits, 8 characters, or what could not be read */
    bool already_verified; /* its word is taken for the users that it names */
    bool auto_partner;
    bool parallel; /* default yes */
    bool broken;   /* an option was refused: no further message about what is missing */
    struct cfg_partner *partners;
    size_t n_partners;
    const char *file;
    unsigned line;
};

struct cfg_mode {
    char name[NAME_ROOM8]; /* "" = the blank mode */
    char comment[CFG_COMMENT_CAP];
    unsigned session_limit; /* 1..10000 */
    unsigned min_winners;   /* /conwin:  0..limit */
    unsigned min_losers;    /* /conlose: 0..limit, sum of both <= limit */
    unsigned auto_activate; /* 0..conwin */
    bool auto_partner;
    bool high_priority;
    unsigned pace_send, pace_recv;               /* 0..63, 0 = unlimited */
    unsigned max_send_ru, max_recv_ru;           /* 256..65527 */
    unsigned send_compression, recv_compression; /* enum cfg_compression */
    bool rle_before_lz9, endpoint_only;
    bool predefined;
    bool reserved; /* SNASVCMG, CPSVCMG: not for programs, not to be changed */
    bool broken;   /* an option was refused: no further message about the limits */
    const char *file;
    unsigned line;
};

enum cfg_security { CFG_SEC_NONE = 0, CFG_SEC_SAME = 1, CFG_SEC_PROGRAM = 2 };

struct cfg_side { /* cpic: CPI-C symbolic destination */
    char name[NAME_ROOM8];
    char comment[CFG_COMMENT_CAP];
    bool service_tp; /* TP_NAME is octets as they flow, the first < 0x40; else ASCII */
    uint8_t tp_name[NAME_TP_MAX];
    uint8_t tp_name_n;
    char partner[NAME_FQ_ROOM]; /* alias, or netid.luname when it has a period */
    char mode[NAME_ROOM8];
    struct cfg_at partner_at, mode_at; /* where these two were set */
    enum cfg_security security;
    char user[NAME_USER_ROOM];
    char password[NAME_USER_ROOM];
    bool broken; /* an option was refused: no further message about what is missing */
    const char *file;
    unsigned line;
};

struct cfg_user {            /* user: an account, or a group when NAME begins with @ */
    char name[CFG_USER_CAP]; /* [DOMAIN\]NAME as written; case does not count */
    char comment[CFG_COMMENT_CAP];
    char local_lu[NAME_ROOM8], remote_lu[NAME_ROOM8]; /* aliases, "" = no default */
    bool encrypt;
    char *kept; /* owned: options without effect here, each with a blank in front; NULL = none */
    const char *file;
    unsigned line;
};

struct cfg_kept { /* a command about something this node does not have, kept to be printed again */
    char *name;   /* RESOURCE NAME, owned */
    size_t name_n;
    char *text; /* the whole command without passwords, owned */
    bool is_link;
};

#define CFG_TABLES 8

/* Finds an entry of one of the tables by its name (config_index.c). */
struct cfg_index {
    uint32_t *slots; /* position in the table + 1; 0 = free */
    size_t n_slots;  /* power of two, or 0 */
};

/* What config_validate() knows of the entries of this node as a whole (config_survey.c). */
struct cfg_survey {
    bool made;                          /* else whoever asks walks the entries */
    struct cfg_index lunames, rlunames; /* LUs and remote LUs by their names without network */
    uint32_t *pool;                     /* numbers of the LUs of the default pool */
    size_t n_pool;
    size_t auto_lus, auto_rlus, auto_modes; /* with auto_partner, but for reserved modes */
    bool listed;                            /* some have partners that are named */
};

struct node_config {
    char wanted[CFG_SERVER_CAP]; /* name of this node, "" = the first one; set before config_validate() */
    /* This node, from its server command by config_validate(); "" = there is none. */
    char server[CFG_SERVER_CAP];
    char netname[NAME_ROOM8];
    char cpname[NAME_ROOM8];
    char comment[CFG_COMMENT_CAP];
    int audit_level;       /* diagnostic: 6, 8, 10, 0 = off, -1 = not set */
    char *diagnostic_kept; /* as in cfg_user */
    struct cfg_server *servers;
    size_t n_servers;
    /* After validation these count the entries of this node, which come first; n_all counts all. */
    struct cfg_link *links;
    size_t n_links;
    struct cfg_conn *conns;
    size_t n_conns;
    struct cfg_lu *lus;
    size_t n_lus;
    struct cfg_rlu *rlus;
    size_t n_rlus;
    struct cfg_mode *modes; /* predefined ones first */
    size_t n_modes;
    struct cfg_side *sides;
    size_t n_sides;
    struct cfg_user *users;
    size_t n_users;
    size_t n_all[CFG_TABLES]; /* by enum cfg_kind (config_build.h) */
    struct cfg_index index[CFG_TABLES];
    struct cfg_survey survey;
    struct cfg_kept *kept; /* in the order of the files */
    size_t n_kept;
    char **files; /* names, owned */
    size_t n_files;
};

/* An empty configuration that has the predefined modes. */
void config_init(struct node_config *c);
void config_fini(struct node_config *c);

/* By name, upper case; NULL when absent.  After validation only entries of this node. */
struct cfg_lu *config_lu(const struct node_config *c, const char *alias);
struct cfg_rlu *config_rlu(const struct node_config *c, const char *alias);
struct cfg_mode *config_mode(const struct node_config *c, const char *name);
struct cfg_side *config_side(const struct node_config *c, const char *name);
struct cfg_conn *config_conn(const struct node_config *c, const char *name);
struct cfg_link *config_link(const struct node_config *c, const char *name);

/* The first of this node's LUs, or remote LUs, whose name without network is LUNAME, or the next one after
 * PREV (NULL: the first), in the order of the files; NULL: no more. */
const struct cfg_lu *config_lu_named(const struct node_config *c, const char *luname,
                                     const struct cfg_lu *prev);
const struct cfg_rlu *config_rlu_named(const struct node_config *c, const char *luname,
                                       const struct cfg_rlu *prev);

/* The member of the default pool at or after place *I, which is moved past it; NULL: no more. */
const struct cfg_lu *config_pool_member(const struct node_config *c, size_t *i);

/* The TLS settings of a DLSw connection: those of its link service when that has TLS and the connection has
 * no certificate of its own, else the connection's. */
const struct cfg_tls *config_conn_tls(const struct node_config *c, const struct cfg_conn *conn);

/* Where a DLSw connection may be called: its own address, else that of its link service, else "". */
const char *config_conn_listen(const struct node_config *c, const struct cfg_conn *conn);

/* HOST:PORT in its two parts; HOST without the brackets of IPv6.  False when it is not that. */
bool config_split_address(const char *address, char host[CFG_ADDRESS_CAP], unsigned *port);

#define CFG_MAC_N 6

/* MAC addresses of the two end stations of a DLSw connection, in the bit order in which they are written and
 * flow (non-canonical).  Where none is configured, they are made from the names of the nodes, so that two
 * nodes that know each other's names agree [L104].  False when neither is known. */
bool config_conn_local_mac(const struct node_config *c, const struct cfg_conn *conn, uint8_t mac[CFG_MAC_N]);
bool config_conn_remote_mac(const struct cfg_conn *conn, uint8_t mac[CFG_MAC_N]);

/* The key of session security of RLU as the octets that DES takes [L106].  False when there is none that can
 * be used. */
#define CFG_KEY_N 8
bool config_rlu_key(const struct cfg_rlu *rlu, uint8_t key[CFG_KEY_N]);

/* The default LUs of a program's user [F10], aliases or NULL. */
struct cfg_defaults {
    const char *local, *remote;
};

/* Each default comes from the first of these that sets it: the account USER, its GROUPS (N of them,
 * without @) in the order of the files, Everyone.  Domains do not count.  Aliases that this node does not
 * have are skipped, unless another machine of its DOMAIN may have them. */
struct cfg_defaults config_user(const struct node_config *c, const char *user, const char *const *groups,
                                size_t n, bool domain);

/* Log level that diagnostic /auditlevel asks for (enum log_level), -1 = none. */
int config_log_level(const struct node_config *c);

/* Read the N octets at TEXT, the contents of command file NAME, into C (snacfg.c).  Errors to D. */
void snacfg_read(struct node_config *c, const char *name, const void *text, size_t n, struct diag *d);

/* After the last file: fill in defaults that depend on other objects, and check every reference. */
void config_validate(struct node_config *c, struct diag *d);

#endif
