#include "snanode/node/effects.h"

#include <stdlib.h>
#include <string.h>

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

static int grow_octets(struct node_effects *fx, size_t cap)
{
    uint8_t *v = realloc(fx->octets, cap);
    if (!v)
        return -1;
    fx->octets = v;
    fx->octets_cap = cap;
    return 0;
}

/* Whoever has carried the effects out sets N to 0. */
static void forget_octets(struct node_effects *fx)
{
    if (fx->n == 0)
        fx->n_octets = 0;
}

int node_effects_reserve(struct node_effects *fx, size_t conversations, size_t sessions)
{
    forget_octets(fx);
    size_t want = fx->n + EFFECTS_EACH * conversations + EFFECTS_SESSION * sessions;
    size_t octets = fx->n_octets + EFFECTS_SESSION * sessions * (sizeof(struct piu) + EFFECTS_RU);
    if (want > fx->cap && grow(fx, want + want / 4 + 64) < 0) /* not for each conversation anew */
        return -1;
    return octets <= fx->octets_cap ? 0 : grow_octets(fx, octets + octets / 4);
}

void node_effects_free(struct node_effects *fx)
{
    free(fx->v);
    free(fx->octets);
    *fx = (struct node_effects){.v = NULL};
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

int node_effect_send(struct node_effects *fx, const struct piu *p)
{
    forget_octets(fx);
    size_t at = fx->n_octets, end = at + sizeof(struct piu) + p->n;
    if (end > fx->octets_cap && grow_octets(fx, 2 * end + 1024) < 0) {
        if (p->n > EFFECTS_RU)
            return -1;
        log_error("no memory for a request of %zu octets, and no room was taken for it", p->n);
        abort();
    }
    memcpy(fx->octets + at, p, sizeof *p); /* the RU stands behind it */
    if (p->n > 0)
        memcpy(fx->octets + at + sizeof *p, p->ru, p->n);
    fx->n_octets = end;
    node_effect(fx, (struct node_effect){.kind = NODE_FX_SEND, .conv = (uint32_t)at});
    return 0;
}

void effects_piu(const struct node_effects *fx, const struct node_effect *e, struct piu *out)
{
    memcpy(out, fx->octets + e->conv, sizeof *out);
    out->ru = fx->octets + e->conv + sizeof *out;
}
