#include "snanode/dlsw/outbox.h"

#include <stdlib.h>
#include <string.h>

int outbox_init(struct outbox *o, size_t cap)
{
    *o = (struct outbox){.v = malloc(cap), .cap = cap};
    return o->v ? 0 : -1;
}

void outbox_fini(struct outbox *o)
{
    free(o->v);
    o->v = NULL;
}

bool outbox_put(struct outbox *o, const void *p, size_t n)
{
    if (n > o->cap - o->n)
        return false;
    if (n > o->cap - o->n - o->from) {
        memmove(o->v, o->v + o->from, o->n);
        o->from = 0;
    }
    if (n > 0)
        memcpy(o->v + o->from + o->n, p, n);
    o->n += n;
    return true;
}

void outbox_drop(struct outbox *o, size_t n)
{
    o->from += n;
    o->n -= n;
    if (o->n == 0)
        o->from = 0;
}
