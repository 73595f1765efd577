/* Near misses: TP names differ in case or LU more often than in anything else. */
#include "attachmgr/near.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "attachmgr/state.h"
#include "snanode/base/log.h"

static bool same_but_for_case(uint64_t a, uint64_t b)
{
    unsigned char x[MATCH_KEY_MAX], y[MATCH_KEY_MAX];
    memcpy(x, &a, sizeof x);
    memcpy(y, &b, sizeof y);
    for (size_t i = 0; i < sizeof x; i++)
        if (x[i] != y[i] && (x[i] > 127 || y[i] > 127 || tolower(x[i]) != tolower(y[i])))
            return false;
    return true;
}

unsigned near_judge(const struct match_cand *cand, uint64_t key, const struct match_name *name,
                    const char *lu, bool tp_only)
{
    uint64_t wanted = match_key(name);
    unsigned miss = NEAR_FAR;
    if (!same_but_for_case(key, wanted))
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

bool near_text(const struct attachmgr *am, const struct match_name *name, const char *lu, char *out)
{
    bool expected = false;
    out[0] = '\0';
    LIST_FOREACH(e, &am->tps) {
        const struct am_tp *tp = LIST_OWNER(e, struct am_tp, in_all);
        unsigned miss = judge_row(tp, name, lu, am->table->sw.match_tp_only);
        if (miss && near_add(out, NEAR_TEXT_MAX, &tp->cand, miss, name))
            expected = expected || miss == NEAR_NOBODY;
    }
    if (!out[0])
        snprintf(out, NEAR_TEXT_MAX, "no entry comes near");
    return expected;
}
