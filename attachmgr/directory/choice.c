/* Which machine of the domain an Attach should go to. */
#include <string.h>

#include "attachmgr/directory/dirstate.h"

/* splitmix64 */
uint64_t directory_random(struct directory *d)
{
    uint64_t z = d->random += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

/* Ranks with room for whether the whole name fits. */
static int fine_rank(int rank, bool whole)
{
    return 2 * rank + !whole;
}

static bool whole_here(const struct match_found *here, const struct match_name *name)
{
    return here->ready || match_name_equal(&here->cand->name, name);
}

static int item_rank(const struct item *i, const struct match_name *name, const char *lu,
                     const struct match_rules *rules)
{
    enum match_class class = i->kind == ENTRY_OPERATOR ? MATCH_OPERATOR : MATCH_AUTO;
    int rank = match_rank(rules, lu, i->lu, i->name_n == 0, class, true);
    bool whole = i->name_n == name->n && memcmp(i->name, name->s, name->n) == 0;
    return rank < 0 ? -1 : fine_rank(rank, whole);
}

struct search {
    const struct match_name *name;
    const char *lu;
    const struct match_rules *rules;
    const struct directory_avoid *avoid;
};

bool directory_can_call(const struct machine *m, const struct directory_avoid *avoid)
{
    if (m->state != MACHINE_LIVE || !m->entry.address[0] || !m->entry.cert[0])
        return false;
    for (size_t i = 0; avoid && i < avoid->n; i++)
        if (avoid->v[i] == m->instance)
            return false;
    return true;
}

/* Whether an Attach can be sent to M. */
static bool can_have(const struct machine *m, const struct search *s)
{
    return directory_can_call(m, s->avoid);
}

/* The next item after I that may be for NAME, NULL = the first: those of its key, and the attach managers. */
static const struct item *next_for(const struct directory *d, const struct match_name *name,
                                   const struct item *i)
{
    uint64_t key = match_key(name);
    const struct item *next = i ? item_next(i) : item_first(d, key);
    bool managers = i && i->name_n == 0;
    return next || managers || key == 0 ? next : item_first(d, 0);
}

/* The best rank there is in the domain, when this machine has HERE; -1 = none. */
static int best_rank(const struct directory *d, const struct search *s, int here)
{
    int best = here;
    for (const struct item *i = NULL; (i = next_for(d, s->name, i));) {
        int rank = can_have(i->machine, s) ? item_rank(i, s->name, s->lu, s->rules) : -1;
        if (rank >= 0 && (best < 0 || rank < best))
            best = rank;
    }
    return best;
}

/* One of the machines with rank BEST, this one among them if HERE says so, each with the same chance: the
 * k-th takes the place with 1/k.  Each counts once, however many TPs of it fit. */
static const struct machine *one_of(struct directory *d, const struct search *s, int here, int best)
{
    const struct machine *chosen = NULL;
    unsigned n = here == best;
    d->search++;
    for (const struct item *i = NULL; (i = next_for(d, s->name, i));) {
        struct machine *m = i->machine;
        if (m->search == d->search || !can_have(m, s) || item_rank(i, s->name, s->lu, s->rules) != best)
            continue;
        m->search = d->search;
        if (++n == 1 || directory_random(d) % n == 0)
            chosen = m;
    }
    return chosen;
}

struct directory_choice directory_choose(struct directory *d, const struct match_found *here,
                                         const struct match_name *name, const char *lu,
                                         const struct match_rules *rules, const struct directory_avoid *avoid)
{
    struct directory_choice choice = {.here = *here};
    if (!d || d->machines.n == 0)
        return choice;
    struct search s = {name, lu, rules, avoid};
    int mine = here->cand ? fine_rank(here->rank, whole_here(here, name)) : -1;
    int best = best_rank(d, &s, mine);
    const struct machine *m = best >= 0 ? one_of(d, &s, mine, best) : NULL;
    if (m) {
        choice.instance = m->instance;
        choice.machine = m->name;
        choice.address = m->entry.address;
        choice.better = best != mine;
    }
    return choice;
}

bool directory_has_manager(const struct directory *d, const char *lu)
{
    if (d)
        for (const struct item *i = item_first(d, 0); i; i = item_next(i))
            if (strcmp(i->lu, lu) == 0 && directory_can_call(i->machine, NULL))
                return true;
    return false;
}
