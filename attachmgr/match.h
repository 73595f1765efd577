/* match.h - which registered TP an Attach is for: names, keys, and the passes of the search.
 * Layer: attach manager (pure).  [A1; A3; Q148970]
 *
 * A candidate is a row of the service table: a configured TP, or one that a program registered by an Accept.
 * It is found by keys of 8 characters: its own name and its AcceptNames.  This file knows nothing of
 * processes, queues or copies: callers tell it what of them matters: whether a row is usable, and who accepts
 * the full name. */
#ifndef ATTACHMGR_MATCH_H
#define ATTACHMGR_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/base/hash.h"
#include "snanode/base/names.h"

#define MATCH_KEY_MAX 8
/* In characters: the first octet of a service TP's name becomes a prefix of up to four. */
#define MATCH_NAME_MAX (NAME_TP_MAX + 3)

/* A TP name in the form in which names are compared and shown: ASCII, the first octet of a service TP's name
 * as its prefix (X'06F2' is UN2).  Case matters. */
struct match_name {
    uint8_t n;
    char s[MATCH_NAME_MAX + 1]; /* NUL-terminated, but may hold NUL if a partner sent it */
};

/* From an Attach (EBCDIC), and from a program or the registry (ASCII).  Trailing blanks are dropped, long
 * names cut to MATCH_NAME_MAX. */
void match_name_from_attach(struct match_name *out, const uint8_t *tpn, size_t n);
void match_name_from_ascii(struct match_name *out, const char *s);
bool match_name_equal(const struct match_name *a, const struct match_name *b);

/* The first 8 characters as one number; 0 for the empty name. */
uint64_t match_key(const struct match_name *name);

enum match_class { MATCH_OPERATOR, MATCH_AUTO, MATCH_CLASS_N }; /* in order of preference */

struct match_cand;

/* One key of one candidate in the index. */
struct match_node {
    struct hash_node hash;
    struct match_cand *cand;
    uint64_t key;
    bool alias; /* by AcceptNames, not by its own name */
};

/* The fields that a search reads stand first, beside the node that leads to them: with thousands of TPs,
 * fetching cache lines takes most of the time. */
struct match_cand {
    struct match_node own; /* its own name's key */
    bool usable;           /* operator-started: somebody has registered it; autostarted: always */
    char lu[NAME_ROOM8];   /* local LU alias; "" = any */
    enum match_class class;
    uint64_t order; /* among equals the lowest is preferred: order of the file, then of registration */
    struct match_name name; /* its own name, uncut; empty: it is the attach manager of LU, which takes
                               every name [Q235406] */
};

static inline bool match_takes_all(const struct match_cand *c)
{
    return c->name.n == 0;
}

struct match_index {
    struct hash hash;
};

/* 0, or -1 when out of memory. */
int match_init(struct match_index *idx) __attribute__((warn_unused_result));
void match_fini(struct match_index *idx);
void match_add(struct match_index *idx, struct match_node *node, struct match_cand *cand, uint64_t key,
               bool alias);
void match_remove(struct match_index *idx, struct match_node *node);

/* The nodes with KEY, in no order: first, and next after NODE; NULL at the end. */
struct match_node *match_first(const struct match_index *idx, uint64_t key);
struct match_node *match_next(const struct match_node *node);

/* Who accepts one full name: a list of the candidates on which that name was accepted at some time. */
struct match_ready {
    struct match_ready *next;
    struct match_cand *cand;
    uint64_t since; /* number of the oldest outstanding Accept of the name; 0 = none outstanding */
};

/* Three documents have three orders for TPs on several machines [D8]. */
enum match_order {
    MATCH_BY_PLACE, /* local before remote, in each operator before autostarted */
    MATCH_BY_CLASS, /* operator before autostarted, in each local before remote: MatchOperatorFirst */
    MATCH_ANYWHERE  /* operator before autostarted, wherever: DloadMatchLocalFirst=NO */
};

struct match_rules {
    bool tp_only; /* DloadMatchTPOnly: LU aliases do not count, but those of attach managers */
    enum match_order order;
};

/* Where the search of an Attach on LU comes to a TP that is for the LU alias TP_LU ("" = any): the lower
 * first, the same number for equals, -1 = never.  TAKES_ALL: the TP is the attach manager of TP_LU. */
int match_rank(const struct match_rules *rules, const char *lu, const char *tp_lu, bool takes_all,
               enum match_class class, bool remote);

struct match_found {
    struct match_cand *cand;   /* NULL = nothing matched */
    struct match_ready *ready; /* its Accept with the very name; NULL = none outstanding: queue or start */
    int rank;                  /* of match_rank; -1 = nothing matched */
};

/* The candidate of this machine for an Attach that wants NAME on LU, by [A1; A2; A3].  READY: who accepts
 * NAME.  MANAGERS: who accepts the empty name. */
struct match_found match_route(const struct match_index *idx, const struct match_name *name, const char *lu,
                               struct match_ready *ready, struct match_ready *managers,
                               const struct match_rules *rules);

#endif
