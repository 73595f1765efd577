/* Near misses: TP names differ in case or LU more often than in anything else. */
#include "attachmgr/near.h"

#include <stdio.h>
#include <string.h>

#include "attachmgr/state.h"
#include "snanode/base/log.h"

/* KEY in lower case, where it is ASCII. */
static uint64_t lower(uint64_t key)
{
    unsigned char x[MATCH_KEY_MAX];
    memcpy(x, &key, sizeof x);
    for (size_t i = 0; i < sizeof x; i++)
        if (x[i] >= 'A' && x[i] <= 'Z')
            x[i] = (unsigned char)(x[i] + 'a' - 'A');
    memcpy(&key, x, sizeof key);
    return key;
}

unsigned near_judge(const struct match_cand *cand, uint64_t key, const struct match_name *name,
                    const char *lu, bool tp_only)
{
    uint64_t wanted = match_key(name);
    unsigned miss = NEAR_FAR;
    if (lower(key) != lower(wanted))
        return NEAR_FAR;
    if (key != wanted)
        miss |= NEAR_OTHER_CASE;
    if (!tp_only && cand->lu[0] && strcmp(cand->lu, lu) != 0)
        miss |= NEAR_OTHER_LU;
    if (!cand->usable)
        miss |= NEAR_NOBODY;
    return miss;
}

bool near_add(char *out, size_t cap, const struct match_cand *cand, unsigned miss,
              const struct match_name *name)
{
    char tp[4 * MATCH_NAME_MAX + 1];
    size_t n = strlen(out);
    bool longer = cand->name.n > MATCH_KEY_MAX || name->n > MATCH_KEY_MAX;
    int k =
        snprintf(out + n, cap - n, "%sTP %.64s%s%s%s%s%s%s", n ? "; " : "",
                 log_clean(tp, sizeof tp, cand->name.s, cand->name.n),
                 longer && !match_name_equal(&cand->name, name) ? " (8 characters count)" : "",
                 miss & NEAR_OTHER_CASE ? " differs in case" : "",
                 miss & NEAR_OTHER_LU ? (miss & NEAR_OTHER_CASE ? ", is for LU " : " is for LU ") : "",
                 miss & NEAR_OTHER_LU ? cand->lu : "", miss & NEAR_NOBODY && miss != NEAR_NOBODY ? "," : "",
                 miss & NEAR_NOBODY ? " waits for an operator to start it" : "");

    if (k > 0 && (size_t)k < cap - n)
        return true;
    out[n] = '\0';
    return false;
}

/* The row's own name, or the AcceptNames entry that comes nearest. */
static unsigned judge_row(const struct am_tp *tp, const struct match_name *name, const char *lu, bool tp_only)
{
    unsigned miss = near_judge(&tp->cand, tp->cand.own.key, name, lu, tp_only);
    for (size_t i = 0; i < tp->n_aliases && !miss; i++)
        miss = near_judge(&tp->cand, tp->aliases[i].key, name, lu, tp_only);
    return miss;
}

/* ---- by key ---- */

static uint64_t key_of(const struct am_tp *tp, size_t i)
{
    return i ? tp->aliases[i - 1].key : tp->cand.own.key;
}

void near_enter(struct attachmgr *am, struct am_tp *tp)
{
    for (size_t i = 0; i <= tp->n_aliases; i++) {
        tp->nears[i].tp = tp;
        hash_add(&am->nears, &tp->nears[i].by_key, hash_u64(lower(key_of(tp, i))));
    }
}

void near_leave(struct attachmgr *am, struct am_tp *tp)
{
    for (size_t i = 0; i <= tp->n_aliases; i++)
        hash_remove(&am->nears, &tp->nears[i].by_key);
}

/* Whether A stands before B in the table. */
static bool before(const struct am_tp *a, const struct am_tp *b)
{
    return a->configured != b->configured ? a->configured : a->cand.order < b->cand.order;
}

/* The first row in the table that may come near KEY and stands behind LAST (NULL: the first of all); NULL: no
 * more. */
static const struct am_tp *next_row(const struct attachmgr *am, uint64_t key, const struct am_tp *last)
{
    const struct am_tp *found = NULL;
    for (struct hash_node *h = hash_first(&am->nears, hash_u64(lower(key))); h; h = hash_next(h)) {
        const struct am_tp *tp = LIST_OWNER(h, struct near_node, by_key)->tp;
        if ((!last || before(last, tp)) && (!found || before(tp, found)))
            found = tp;
    }
    return found;
}

bool near_text(const struct attachmgr *am, const struct match_name *name, const char *lu, char *out)
{
    bool expected = false;
    uint64_t key = match_key(name);
    out[0] = '\0';
    for (const struct am_tp *tp = next_row(am, key, NULL); tp; tp = next_row(am, key, tp)) {
        unsigned miss = judge_row(tp, name, lu, am->table->sw.match_tp_only);
        if (miss && !near_add(out, NEAR_TEXT_MAX, &tp->cand, miss, name))
            break;
        expected = expected || miss == NEAR_NOBODY;
    }
    if (!out[0])
        snprintf(out, NEAR_TEXT_MAX, "no entry comes near");
    return expected;
}
