/* Which machine of the domain is asked for a local LU that this one does not have. */
#include <string.h>

#include "attachmgr/directory/dirstate.h"

/* The choice so far among those that can be asked: one that was used before, or the k-th with 1/k. */
struct lender {
    struct directory *d;
    const struct directory_avoid *avoid;
    uint64_t same;
    const struct machine *chosen;
    unsigned n;
};

static void consider(struct lender *l, struct machine *m)
{
    if (m->search == l->d->search || !directory_can_call(m, l->avoid))
        return;
    m->search = l->d->search; /* each machine counts once, however many LUs of it are in the pool */
    bool is_same = m->instance == l->same, has_same = l->chosen && l->chosen->instance == l->same;
    if (is_same || (++l->n, !has_same && directory_random(l->d) % l->n == 0))
        l->chosen = m;
}

uint64_t directory_lender(struct directory *d, const char *lu, uint64_t same,
                          const struct directory_avoid *avoid)
{
    struct lender l = {.d = d, .avoid = avoid, .same = same};
    if (!d)
        return 0;
    d->search++;
    if (lu[0])
        for (struct hash_node *h = hash_first(&d->lus, item_lu_hash(lu)); h; h = hash_next(h)) {
            struct item *i = LIST_OWNER(h, struct item, by_name);
            if (strcmp(i->lu, lu) == 0)
                consider(&l, i->machine);
        }
    else
        LIST_FOREACH(e, &d->pool)
            consider(&l, LIST_OWNER(e, struct item, in_pool)->machine);
    return l.chosen ? l.chosen->instance : 0;
}
