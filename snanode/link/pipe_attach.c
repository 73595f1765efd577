/* An FMH-5 that the partner has cut in two: the node sees it whole [L150]. */
#include <stdlib.h>
#include <string.h>

#include "snanode/link/pipe_internal.h"
#include "snanode/wire/sense.h"

enum { FMH5 = 5 };

/* Whether an Attach begins here of which RU has a part only. */
static bool is_cut(const struct rh *rh, const uint8_t *ru, size_t n)
{
    return rh->fi && !rh->eci && n >= 2 && (ru[1] & 0x7F) == FMH5 && ru[0] > n;
}

/* Behind what is here already. */
static int append(struct pipe_attach *x, const struct rh *rh, const uint8_t *ru, size_t n, struct sna_err *e)
{
    uint8_t *octets = realloc(x->octets, x->n + n + 1);
    if (!octets)
        return sna_err_set(e, SENSE_INSUFFICIENT, 0, "no memory for an Attach");
    x->octets = octets;
    memcpy(octets + x->n, ru, n);
    x->n += n;
    bool bci = x->whole.bci, bbi = x->whole.bbi, first = x->n == n;
    x->whole = *rh;
    x->whole.fi = true;
    x->whole.bci = first ? rh->bci : bci;
    x->whole.bbi = first ? rh->bbi : bbi;
    return 0;
}

void pipe_drop_attach(struct pipe *p)
{
    free(p->attach.octets);
    p->attach = (struct pipe_attach){.octets = NULL};
}

int pipe_take_attach(struct pipe *p, const struct rh *rh, const uint8_t *ru, size_t n, struct sna_err *e)
{
    struct pipe_attach *x = &p->attach;
    if (x->done)
        pipe_drop_attach(p);
    if (x->n == 0 && !is_cut(rh, ru, n))
        return PIPE_FOR_NODE;
    if (append(x, rh, ru, n, e) < 0)
        return -1;
    x->done = rh->eci || x->n >= x->octets[0];
    return x->done ? PIPE_FOR_NODE : PIPE_TAKEN;
}

bool pipe_whole_attach(const struct pipe *p, struct rh *rh, const uint8_t **ru, size_t *n)
{
    if (!p->attach.done)
        return false;
    *rh = p->attach.whole;
    *ru = p->attach.octets;
    *n = p->attach.n;
    return true;
}
