/* An FMH-7 and its log in several RUs of the session: for a program they are one frame [L133]. */
#include <string.h>

#include "snanode/link/pipe_internal.h"

enum { ELI_AT = 6, ELI = 0x80, LL_MIN = 4 };

/* Octets of the header and its log, as far as those that are here say. */
static size_t needed(const struct pipe_error *x)
{
    if (x->n < FMH7_LEN || !(x->octets[ELI_AT] & ELI))
        return FMH7_LEN;
    if (x->n < FMH7_LEN + 2)
        return FMH7_LEN + 2;
    size_t ll = (size_t)x->octets[FMH7_LEN] << 8 | x->octets[FMH7_LEN + 1];
    return FMH7_LEN + (ll < LL_MIN ? 2 : ll);
}

/* Take what belongs to it from RU; returns octets. */
static size_t collect(struct pipe_error *x, const uint8_t *ru, size_t n)
{
    size_t used = 0, need;
    while (used < n && (need = needed(x)) > x->n) {
        size_t k = need - x->n < n - used ? need - x->n : n - used;
        size_t fits = x->n < FMH7_MAX ? FMH7_MAX - x->n : 0;
        memcpy(x->octets + (x->n < FMH7_MAX ? x->n : 0), ru + used, k < fits ? k : fits);
        x->n += k;
        used += k;
    }
    return used;
}

/* What is here, with the end of RH.  A log that no program takes is left out, and so is one of which the rest
 * does not come because the chain was refused. */
static int give(struct pipe *p, const struct rh *rh, struct sna_err *e)
{
    struct pipe_error *x = &p->error;
    struct rh whole = *rh;
    size_t n = x->n;
    whole.fi = true;
    whole.bci = x->begins;
    if (n > FMH7_MAX || (n >= FMH7_LEN && n < needed(x) && p->owed.answered)) {
        x->octets[ELI_AT] = 0;
        n = FMH7_LEN;
    }
    x->n = 0;
    return pipe_deliver(p, p->conv, false, &whole, x->octets, n, e);
}

int pipe_take_error(struct pipe *p, const struct rh *rh, const uint8_t *ru, size_t n, struct sna_err *e)
{
    static const struct rh middle = {.category = RH_FMD, .dr1i = true, .eri = true};
    struct pipe_error *x = &p->error;
    bool first = x->n == 0;
    if (first)
        x->begins = rh->bci;
    size_t used = collect(x, ru, n);
    if (x->n < needed(x) && !rh->eci)
        return 0;
    if (first && (x->n >= needed(x) || !p->owed.answered)) {
        x->n = 0;
        return pipe_deliver(p, p->conv, false, rh, ru, n, e);
    }
    if (used == n)
        return give(p, rh, e);
    struct rh rest = *rh;
    rest.bci = rest.fi = false;
    if (give(p, &middle, e) < 0)
        return -1;
    return pipe_deliver(p, p->conv, false, &rest, ru + used, n - used, e);
}
