/* tptable.h - the invokable TPs and switches that registry files configure.  Layer: TP table (pure).
 * [HIS: Registry Entries for Clients]  Built whole from parsed .reg files, then only read. */
#ifndef ATTACHMGR_TPTABLE_H
#define ATTACHMGR_TPTABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attachmgr/tptable/tphttp.h"
#include "snanode/base/diag.h"
#include "snanode/base/names.h"

struct regfile;
struct tp_access;
struct tp_domain;

#define TP_KEY_MAX          64 /* a TP key name; its first 8 characters route */
#define TP_ROUTE_MAX        8
#define TP_TIMEOUT_INFINITE 0xFFFFFFFFu

/* SNAServiceType [HIS: Registry Entries for Clients] */
enum tp_kind { TP_QUEUED = 5, TP_NONQUEUED = 6, TP_OPERATOR = 0x1A };

struct tp_user {
    uint8_t name_n, name[NAME_USER_MAX]; /* ASCII, case-sensitive */
    uint8_t password_n, password[NAME_USER_MAX];
};

struct tp_entry {
    char name[TP_KEY_MAX + 1]; /* the registry key's name: the TP name, ASCII, case as written */
    enum tp_kind kind;
    bool service;          /* configured as an operating-system service (always queued) */
    char lu[NAME_ROOM8];   /* LocalLU alias, upper case; "" = any local LU */
    char *path;            /* PathName/ImagePath in its Windows form; NULL for operator-started */
    char *program;         /* where that is on this machine (PathMap applied, %VAR% expanded) */
    char *parameters;      /* command line arguments as one string; "" if none */
    uint32_t timeout_ms;   /* how long an Accept waits; TP_TIMEOUT_INFINITE */
    char **accept_names;   /* further TP names that lead here, NULL-terminated (NULL if none) */
    bool security;         /* ConversationSecurity */
    bool already_verified; /* AlreadyVerified */
    bool has_cics;         /* CicsSupport is there: without effect, but kept with the TP */
    uint32_t cics;         /* 0 or 1 */
    struct tp_user *users;
    size_t n_users;
    struct tp_launch *launch; /* how copies are started (tplaunch.h); NULL = without settings of Launch */
    const char *file;         /* where it was configured; owned by the table */
    unsigned line;
};

enum { RES_LOC_LOCAL = 0x8000, RES_LOC_BALANCE = 0x8001 };

/* One value of ...\SnaBase\Parameters\Client: the local LU of an invoking program. */
struct tp_client {
    char *program; /* as written; how it is compared: progname.h */
    char lu[NAME_ROOM8];
};

/* One value of ...\SnaBase\Parameters\ClientTP (our own; APPCTPN of an INI file): the TP name of an accepting
 * program. */
struct tp_client_name {
    char *program; /* as in struct tp_client */
    char name[TP_KEY_MAX + 1];
};

/* Node switches.  The first group is the product's, the second our own (both under SnaServr\Parameters). */
struct tp_switches {
    bool match_tp_only;        /* DloadMatchTPOnly, default NO */
    bool match_local_first;    /* DloadMatchLocalFirst, default YES; in no domain without effect */
    bool match_operator_first; /* MatchOperatorFirst, default NO: the order of [Q240840] in a domain */

    bool hold_unmatched; /* HoldUnmatched: an Attach that matches nothing waits for TpTimeout; default YES */
    bool fast_fail; /* FastFail: reject at once when a started copy dies without accepting; default YES */
    uint32_t unmatched_sense;   /* UnmatchedSense (dword): default 0x084C0000 */
    uint32_t session_timeout_s; /* SESTIMEOUT (dword): idle sessions end after it; 0 = never; default 20 */
    bool no_substitutes;        /* NOPWDSUB, by being there: passwords never flow as substitutes */
    uint32_t bind_retry;        /* BINDRETRY (dword): 0 is no, all else yes; default 1 */
    bool keep_limits;           /* RENEGLIMITS is NO: default YES */
    uint32_t session_margin;    /* SessionLimitMargin (text): sessions fewer than negotiated; default 0 */
    uint32_t allocate_wait_s; /* AllocateWait (dword): how long an Allocate waits for a session; default 0, no
                                 limit */
    bool allocate_failure_20; /* AllocateFailure20: CPI-C programs get 20 in place of 1 and 2; default NO */
    uint32_t connections_per_process; /* ConnectionsPerProcess (dword): ports of one program; default 0: half
                                       * of the descriptors that the node may have */
    uint32_t connections_per_user;    /* ConnectionsPerUser (dword): programs, ports and tools of one user;
                                       * default 0: his share of the descriptors (holders.c) */
    uint32_t conversations_per_user;  /* ConversationsPerUser (dword): that one user has allocated; default 0:
                                       * as many as his share of the descriptors has room for, beside his
                                       * connections */
    uint32_t queue_limit;             /* QueueLimit (dword): Attaches queued per entry, default 2048 */
};

struct tp_table {
    struct tp_entry *entries;
    size_t n_entries;
    struct tp_client *clients;
    size_t n_clients;
    struct tp_client_name *client_names;
    size_t n_client_names;
    bool getnewtpid;        /* Client\GETNEWTPID present and YES */
    unsigned res_loc_flags; /* Client\\ResLocFlags: 0, RES_LOC_LOCAL or RES_LOC_BALANCE [Q266275] */
    bool same_no_user;      /* Client\AP_SAMENosUser, or UnverifiedAP_SAME */
    char *conversion_table; /* Client\CSVTBLG, else COMTBLG: file of this machine, or NULL [Q309020] */
    char *client_group; /* SnaBase\Parameters\ClientGroup (our own): group that may use the socket, or NULL */
    char *admin_group; /* SnaBase\Parameters\AdminGroup (our own): group that may change what runs, or NULL */
    struct tp_access *access; /* AllocateAccess (our own): who may allocate on an LU (tpaccess.h) */
    size_t n_access;
    struct tp_domain *domain; /* SnaBase\Parameters\Domain (our own), NULL = none (tpdomain.h) */
    struct tp_http http;      /* SnaServr\Parameters, Metrics... (our own) */
    struct tp_switches sw;
    char **files; /* names of the files read, owned */
    size_t n_files;
};

/* An empty table with default switches. */
void tptable_init(struct tp_table *t);
void tptable_fini(struct tp_table *t); /* wipes the passwords */

/* Fill T, which is empty, from REG: all registry files, laid over one another in order.  The PathMap keys
 * in REG turn program paths into paths of this machine (pathmap.h).  Errors and warnings go to D as
 * file:line: reason; the table is usable only when D has no errors.  T does not refer to REG afterwards. */
void tptable_build(struct tp_table *t, const struct regfile *reg, struct diag *d);

/* The LU alias configured for the invoking program whose file is called PROGRAM, or NULL.  The name that fits
 * best counts (progname.h), among equals the stronger place. */
const char *tptable_client_lu(const struct tp_table *t, const char *program);

/* The TP name configured for an accepting program, or NULL. */
const char *tptable_client_tp(const struct tp_table *t, const char *program);

/* Kind as the tools print it: "queued", "nonqueued", "operator". */
const char *tp_kind_name(enum tp_kind kind);

#endif
