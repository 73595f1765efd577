/* The same TP in several places: the first place in the order of tpplace.h wins [R6].  An operator-started
 * and an autostarted entry for one TP both stay, as the product has it [A9]. */
#include <stdlib.h>
#include <string.h>

#include "attachmgr/tptable/tpbuild.h"

static bool same_kind(const struct candidate *x, const struct candidate *y)
{
    return (x->e.kind == TP_OPERATOR) == (y->e.kind == TP_OPERATOR);
}

/* Keys have no case, but TP names have [A7]. */
static bool same_tp(const struct candidate *x, const struct candidate *y)
{
    return strcmp(x->e.name, y->e.name) == 0 && strcmp(x->e.lu, y->e.lu) == 0;
}

/* By TP, LU and whether an operator starts it; then by place; then in the order of reading, which the
 * addresses of the candidates have, too. */
static int by_tp(const void *a, const void *b)
{
    const struct candidate *x = *(struct candidate *const *)a, *y = *(struct candidate *const *)b;
    int c = strcmp(x->e.name, y->e.name);
    if (c == 0)
        c = strcmp(x->e.lu, y->e.lu);
    if (c == 0)
        c = (x->e.kind == TP_OPERATOR) - (y->e.kind == TP_OPERATOR);
    if (c == 0)
        c = (int)x->place - (int)y->place;
    return c ? c : (x > y) - (x < y);
}

/* LATER is a further entry for the TP of FIRST. */
static void settle_two(struct builder *b, const struct candidate *first, struct candidate *later)
{
    const struct tp_entry *x = &first->e, *y = &later->e;
    const char *on = y->lu[0] ? y->lu : "any LU";
    if (same_kind(first, later)) {
        diag_warn(b->d, y->file, y->line,
                  "TP %s on %s is configured already at %s:%u: that entry counts, this one "
                  "is ignored; remove one",
                  y->name, on, x->file, x->line);
        later->dropped = true;
    } else {
        diag_warn(b->d, y->file, y->line,
                  "TP %s on %s is %s-started here and autostarted at %s:%u: both count, "
                  "and an Attach may find the wrong one; remove one",
                  y->name, on, tp_kind_name(y->kind), x->file, x->line);
    }
}

void tpduplicate_settle(struct builder *b)
{
    struct candidate **sorted = b->n_cand ? malloc(b->n_cand * sizeof *sorted) : NULL;
    if (!sorted) {
        if (b->n_cand)
            diag_error(b->d, b->cand[0].e.file, 0, "out of memory");
        return;
    }
    for (size_t i = 0; i < b->n_cand; i++)
        sorted[i] = &b->cand[i];
    qsort(sorted, b->n_cand, sizeof *sorted, by_tp);
    const struct candidate *first = sorted[0];
    for (size_t i = 1; i < b->n_cand; i++) {
        bool further = same_tp(first, sorted[i]);
        if (further)
            settle_two(b, first, sorted[i]);
        if (!further || !same_kind(first, sorted[i]))
            first = sorted[i];
    }
    free(sorted);
}
