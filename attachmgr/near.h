/* near.h - for an Attach that matches no TP: which rows of the service table come near, and what keeps each
 * from matching.  Layer: attach manager (pure).  [A12] */
#ifndef ATTACHMGR_NEAR_H
#define ATTACHMGR_NEAR_H

#include <stdbool.h>
#include <stddef.h>

#include "attachmgr/match.h"

enum { NEAR_TEXT_MAX = 200 }; /* room for the text, with its NUL */

/* What keeps a row from matching; a row may differ in several ways. */
enum near_miss {
    NEAR_FAR = 0,        /* another name: no near miss */
    NEAR_OTHER_LU = 1,   /* the row is for another local LU */
    NEAR_OTHER_CASE = 2, /* the first 8 characters are the same but for their case */
    NEAR_NOBODY = 4      /* operator-started, and no program has accepted the name */
};

/* How the row CAND, by its own name or the AcceptNames entry with KEY, misses an Attach for NAME on the LU
 * with alias LU.  TP_ONLY: DloadMatchTPOnly, LU aliases do not count.  Returns a sum of enum near_miss. */
unsigned near_judge(const struct match_cand *cand, uint64_t key, const struct match_name *name,
                    const char *lu, bool tp_only);

/* Add the row CAND, which misses by MISS, to OUT (CAP octets, an empty or begun list): "TP X is for LU Y".
 * NAME is the Attach's.  Returns false, and leaves OUT as it was, when there is no room. */
bool near_add(char *out, size_t cap, const struct match_cand *cand, unsigned miss,
              const struct match_name *name);

struct attachmgr;
struct am_tp;

/* A key of a row, as its own name or AcceptNames have it, where the case does not count. */
struct near_node {
    struct hash_node by_key;
    struct am_tp *tp;
};

/* TP is found by all its keys from now on, and no more.  The nodes are its own, one for each key. */
void near_enter(struct attachmgr *am, struct am_tp *tp);
void near_leave(struct attachmgr *am, struct am_tp *tp);

/* Write what comes near an Attach for NAME on LU into OUT (NEAR_TEXT_MAX octets); "no entry comes near" when
 * nothing does.  Configured rows come first, in the order of the file, as many as there is room for.  Returns
 * true when nothing is amiss: the TP is operator-started and its program has not come yet. */
bool near_text(const struct attachmgr *am, const struct match_name *name, const char *lu, char *out);

#endif
