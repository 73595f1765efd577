#include "snanode/base/timers.h"

#include <stdbool.h>
#include <stdlib.h>

int timers_promise(struct timers *t)
{
    if (t->promised == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 64;
        struct timer **v = realloc(t->v, cap * sizeof *v);
        if (!v)
            return -1;
        t->v = v;
        t->cap = cap;
    }
    t->promised++;
    return 0;
}

void timers_release(struct timers *t, struct timer *e)
{
    timer_stop(t, e);
    t->promised--;
}

void timers_fini(struct timers *t)
{
    free(t->v);
    *t = (struct timers){0};
}

static bool before(const struct timer *a, const struct timer *b)
{
    return a->at != b->at ? a->at < b->at : a->seq < b->seq;
}

static void place(struct timers *t, size_t i, struct timer *e)
{
    t->v[i] = e;
    e->pos = i + 1;
}

static void sift_up(struct timers *t, size_t i, struct timer *e)
{
    for (; i && before(e, t->v[(i - 1) / 2]); i = (i - 1) / 2)
        place(t, i, t->v[(i - 1) / 2]);
    place(t, i, e);
}

static void sift_down(struct timers *t, size_t i, struct timer *e)
{
    for (;;) {
        size_t c = 2 * i + 1;
        if (c >= t->n)
            break;
        if (c + 1 < t->n && before(t->v[c + 1], t->v[c]))
            c++;
        if (!before(t->v[c], e))
            break;
        place(t, i, t->v[c]);
        i = c;
    }
    place(t, i, e);
}

void timer_set(struct timers *t, struct timer *e, uint64_t at_ms)
{
    timer_stop(t, e);
    e->at = at_ms;
    e->seq = t->seq++;
    sift_up(t, t->n++, e);
}

void timer_stop(struct timers *t, struct timer *e)
{
    if (!e->pos)
        return;
    size_t i = e->pos - 1;
    struct timer *last = t->v[--t->n];

    e->pos = 0;
    if (last == e)
        return;
    if (i && before(last, t->v[(i - 1) / 2]))
        sift_up(t, i, last);
    else
        sift_down(t, i, last);
}

struct timer *timers_first(const struct timers *t)
{
    return t->n ? t->v[0] : NULL;
}
