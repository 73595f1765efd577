/* config.h - what SNACFG command files configure: local LUs, remote LUs, modes, side information.
 * Layer: node (pure).  SNACFG sheet; attach sheet section 7.  Built whole, validated whole, then only read. */
#ifndef SNA_NODE_CONFIG_H
#define SNA_NODE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/base/diag.h"

#define CFG_COMMENT_MAX 25                      /* characters */
#define CFG_COMMENT_CAP (4 * CFG_COMMENT_MAX + 1) /* octets of that many in UTF-8 */
#define CFG_SERVER_CAP  16                      /* a machine name has up to 15 characters */

/* Where something was said, for messages. */
struct cfg_at {
    const char *file; /* owned by the node_config; NULL = said nowhere */
    unsigned line;
};

/* A partnership that a command file asks for: /addpartner:LU,MODE */
struct cfg_partner {
    char lu[9];
    char mode[9];
    char qualifier[CFG_SERVER_CAP]; /* server or connection that the LU was said to be on; "" = not said */
    const char *file;
    unsigned line;
};

struct cfg_lu { /* appcllu */
    char alias[9];
    char netname[9];       /* never empty after validation: the server's when not given */
    char luname[9];        /* alias when not given */
    char server[CFG_SERVER_CAP]; /* the node's after validation */
    char comment[CFG_COMMENT_CAP];
    char implicit_lu[9];   /* remote LU whose properties an unknown partner gets, "" = none */
    bool default_pool;
    unsigned tp_timeout_s; /* 1..3600, default 60 */
    bool auto_partner;     /* default yes */
    struct cfg_partner *partners;
    size_t n_partners;
    const char *file;
    unsigned line;
};

struct cfg_rlu { /* appcrlu */
    char alias[9];
    char connection[9];
    char netname[9];
    char luname[9];
    char comment[CFG_COMMENT_CAP];
    char implicit_mode[9]; /* mode whose values one that the pair has not gets */
    bool has_implicit_mode;
    bool auto_partner;
    bool parallel;         /* default yes */
    bool broken;           /* an option was refused: no second message about what is missing */
    struct cfg_partner *partners;
    size_t n_partners;
    const char *file;
    unsigned line;
};

struct cfg_mode {
    char name[9];          /* "" = the blank mode */
    char comment[CFG_COMMENT_CAP];
    unsigned session_limit;    /* 1..10000 */
    unsigned min_winners;      /* /conwin:  0..limit */
    unsigned min_losers;       /* /conlose: 0..limit, sum of both <= limit */
    unsigned auto_activate;    /* 0..conwin */
    bool auto_partner;
    bool high_priority;
    unsigned pace_send, pace_recv; /* 0..63, 0 = unlimited */
    unsigned max_send_ru, max_recv_ru; /* 256..65527 */
    bool predefined;
    bool reserved;         /* SNASVCMG, CPSVCMG: not for programs, not to be changed */
    bool broken;           /* an option was refused: no second message about the limits */
    const char *file;
    unsigned line;
};

enum cfg_security { CFG_SEC_NONE = 0, CFG_SEC_SAME = 1, CFG_SEC_PROGRAM = 2 };

struct cfg_side { /* cpic: CPI-C symbolic destination */
    char name[9];
    char comment[CFG_COMMENT_CAP];
    bool service_tp;       /* TP_NAME is raw octets (first < 0x40), else ASCII */
    uint8_t tp_name[64];
    uint8_t tp_name_n;
    char partner[18];      /* alias, or netid.luname when it has a period */
    char mode[9];
    struct cfg_at partner_at, mode_at; /* where these two were said */
    enum cfg_security security;
    char user[11];
    char password[11];
    bool broken;           /* an option was refused: no second message about what is missing */
    const char *file;
    unsigned line;
};

/* Finds an entry of one of the tables by its name (config.c). */
struct cfg_index {
    uint32_t *slots; /* position in the table + 1; 0 = free */
    size_t n_slots;  /* power of two, or 0 */
};

struct node_config {
    char server[CFG_SERVER_CAP]; /* "" = no server command */
    char netname[9];
    char cpname[9];
    char comment[CFG_COMMENT_CAP];
    struct cfg_at server_at;
    struct cfg_lu *lus;
    size_t n_lus;
    struct cfg_rlu *rlus;
    size_t n_rlus;
    struct cfg_mode *modes; /* predefined ones first */
    size_t n_modes;
    struct cfg_side *sides;
    size_t n_sides;
    struct cfg_index index[4];   /* of the four tables above, in that order */
    char **files;           /* names, owned */
    size_t n_files;
};

/* An empty configuration that has the predefined modes. */
void config_init(struct node_config *c);
void config_fini(struct node_config *c);

/* By name, upper case; NULL when absent. */
struct cfg_lu *config_lu(const struct node_config *c, const char *alias);
struct cfg_rlu *config_rlu(const struct node_config *c, const char *alias);
struct cfg_mode *config_mode(const struct node_config *c, const char *name);
struct cfg_side *config_side(const struct node_config *c, const char *name);

/* Read the N octets at TEXT, the contents of command file NAME, into C (snacfg.c).  Errors to D. */
void snacfg_read(struct node_config *c, const char *name, const void *text, size_t n, struct diag *d);

/* After the last file: defaults that depend on others are filled in and every reference is checked. */
void config_validate(struct node_config *c, struct diag *d);

#endif
