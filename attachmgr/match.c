/* The passes of [A1] are walked in one go: pass and class give each candidate a rank, and the lowest rank
 * that has a usable candidate is the pass and class in which the search would have stopped.  Within that
 * rank the oldest Accept of the full name wins.  Without such an Accept these go first, in this order: a
 * candidate whose own name is the full name; one found by its own key, not by AcceptNames; the lowest
 * order.
 * */
#include "attachmgr/match.h"

#include <string.h>

#include "snanode/base/ebcdic.h"

#define EBCDIC_BLANK 0x40

/* Prefixes of service TP names [Q148970]. */
static const char *service_prefix(uint8_t first)
{
    switch (first) {
    case 0x07:
        return "DDM";
    case 0x20:
        return "DIA";
    case 0x21:
        return "SNAD";
    case 0x24:
        return "FS";
    case 0x30:
        return "PO";
    default:
        return "UN";
    }
}

void match_name_from_attach(struct match_name *out, const uint8_t *tpn, size_t n)
{
    size_t at = 0, i = 0;
    memset(out, 0, sizeof *out);
    while (n && tpn[n - 1] == EBCDIC_BLANK)
        n--;
    if (n && tpn[0] <= 0x3F) {
        const char *prefix = service_prefix(tpn[i++]);
        at = strlen(prefix);
        memcpy(out->s, prefix, at);
    }
    for (; i < n && at < MATCH_NAME_MAX; i++)
        out->s[at++] = (char)ebcdic_to_ascii[tpn[i]];
    out->n = (uint8_t)at;
}

void match_name_from_ascii(struct match_name *out, const char *s)
{
    size_t n = strnlen(s, MATCH_NAME_MAX);
    while (n && s[n - 1] == ' ')
        n--;
    memset(out, 0, sizeof *out);
    memcpy(out->s, s, n);
    out->n = (uint8_t)n;
}

bool match_name_equal(const struct match_name *a, const struct match_name *b)
{
    return a->n == b->n && memcmp(a->s, b->s, a->n) == 0;
}

uint64_t match_key(const struct match_name *name)
{
    uint64_t key = 0;
    memcpy(&key, name->s, name->n < MATCH_KEY_MAX ? name->n : MATCH_KEY_MAX);
    return key;
}

int match_init(struct match_index *idx)
{
    return hash_init(&idx->hash);
}

void match_fini(struct match_index *idx)
{
    hash_fini(&idx->hash);
}

void match_add(struct match_index *idx, struct match_node *node, struct match_cand *cand, uint64_t key,
               bool alias)
{
    node->cand = cand;
    node->key = key;
    node->alias = alias;
    hash_add(&idx->hash, &node->hash, hash_u64(key));
}

void match_remove(struct match_index *idx, struct match_node *node)
{
    hash_remove(&idx->hash, &node->hash);
}

/* hash_u64 is a bijection, so the same hash is the same key. */
struct match_node *match_first(const struct match_index *idx, uint64_t key)
{
    return (struct match_node *)(void *)hash_first(&idx->hash, hash_u64(key));
}

struct match_node *match_next(const struct match_node *node)
{
    return (struct match_node *)(void *)hash_next(&node->hash);
}

/* Pass of a TP for an Attach on LU: 0 name and LU, 1 attach manager of the LU, 2 name without LU, -1 never.
 */
static int pass_of(const struct match_rules *rules, const char *lu, const char *tp_lu, bool takes_all)
{
    if (takes_all)
        return strcmp(tp_lu, lu) == 0 ? 1 : -1;
    if (rules->tp_only)
        return 0;
    if (!tp_lu[0])
        return 2;
    return strcmp(tp_lu, lu) == 0 ? 0 : -1;
}

int match_rank(const struct match_rules *rules, const char *lu, const char *tp_lu, bool takes_all,
               enum match_class class, bool remote)
{
    int pass = pass_of(rules, lu, tp_lu, takes_all), c = (int)class;
    if (pass < 0)
        return -1;
    pass *= 2 * MATCH_CLASS_N;
    switch (rules->order) {
    case MATCH_BY_CLASS:
        return pass + 2 * c + remote;
    case MATCH_ANYWHERE:
        return pass + 2 * c;
    case MATCH_BY_PLACE:
        break;
    }
    return pass + (remote ? MATCH_CLASS_N : 0) + c;
}

static int rank_of(const struct match_cand *c, const char *lu, const struct match_rules *rules)
{
    return c->usable ? match_rank(rules, lu, c->lu, match_takes_all(c), c->class, false) : -1;
}

/* True when A is to be preferred to B, of the same rank. */
static bool better(const struct match_node *a, const struct match_node *b, const struct match_name *name)
{
    bool full_a = match_name_equal(&a->cand->name, name), full_b = match_name_equal(&b->cand->name, name);
    if (full_a != full_b)
        return full_a;
    if (a->alias != b->alias)
        return b->alias;
    return a->cand->order < b->cand->order;
}

static struct match_ready *oldest_ready(struct match_ready *ready, int rank, const char *lu,
                                        const struct match_rules *rules)
{
    struct match_ready *oldest = NULL;
    for (struct match_ready *r = ready; r; r = r->next)
        if (r->since && (!oldest || r->since < oldest->since) && rank_of(r->cand, lu, rules) == rank)
            oldest = r;
    return oldest;
}

struct best {
    const struct match_node *node; /* NULL = none yet */
    int rank;
};

/* The best of those with KEY, if it is better than B is.  MANAGERS: attach managers alone, else all others.
 */
static void look(const struct match_index *idx, uint64_t key, bool managers, const struct match_name *name,
                 const char *lu, const struct match_rules *rules, struct best *b)
{
    for (const struct match_node *e = match_first(idx, key); e; e = match_next(e)) {
        int rank = match_takes_all(e->cand) == managers ? rank_of(e->cand, lu, rules) : -1;
        if (rank < 0 || (b->node && rank > b->rank))
            continue;
        if (!b->node || rank < b->rank || better(e, b->node, name))
            *b = (struct best){e, rank};
    }
}

struct match_found match_route(const struct match_index *idx, const struct match_name *name, const char *lu,
                               struct match_ready *ready, struct match_ready *managers,
                               const struct match_rules *rules)
{
    struct match_found found = {.rank = -1};
    struct best b = {NULL, -1};
    look(idx, match_key(name), false, name, lu, rules, &b);
    look(idx, 0, true, name, lu, rules, &b);
    if (!b.node)
        return found;
    found.ready = oldest_ready(match_takes_all(b.node->cand) ? managers : ready, b.rank, lu, rules);
    found.rank = b.rank;
    found.cand = found.ready ? found.ready->cand : b.node->cand;
    return found;
}
