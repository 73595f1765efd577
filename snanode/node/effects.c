#include "snanode/node/effects.h"

#include <stdlib.h>

#include "snanode/base/log.h"

static int grow(struct node_effects *fx, size_t cap)
{
    struct node_effect *v = realloc(fx->v, cap * sizeof *v);
    if (!v)
        return -1;
    fx->v = v;
    fx->cap = cap;
    return 0;
}

int node_effects_reserve(struct node_effects *fx, size_t conversations)
{
    size_t want = fx->n + EFFECTS_EACH * conversations;
    if (want <= fx->cap)
        return 0;
    return grow(fx, want + want / 4 + 64); /* not for each conversation anew */
}

void node_effect(struct node_effects *fx, struct node_effect e)
{
    if (fx->n == fx->cap &&
        grow(fx, fx->cap ? 2 * fx->cap : 64) < 0) { /* a list for which nobody has taken room */
        log_error("no memory for effect %u of conversation %u, and no room was taken for it", e.kind, e.conv);
        abort();
    }
    fx->v[fx->n++] = e;
}
