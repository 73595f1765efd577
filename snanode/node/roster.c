#include "snanode/node/roster.h"

#include <stdlib.h>
#include <string.h>

enum { ROSTER_FIRST = 16 };

/* The first place that has ID or a higher number. */
static size_t place_of(const struct roster *r, uint32_t id)
{
    size_t low = 0, high = r->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (r->v[mid].id < id)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static void close_up(struct roster *r)
{
    size_t n = 0;
    for (size_t i = 0; i < r->n; i++)
        if (r->v[i].session)
            r->v[n++] = r->v[i];
    r->n = n;
    r->gone = 0;
}

int roster_add(struct roster *r, uint32_t id, struct session *s)
{
    if (r->n == r->cap) {
        size_t cap = r->cap ? 2 * r->cap : ROSTER_FIRST;
        struct roster_place *v = realloc(r->v, cap * sizeof *v);
        if (!v)
            return -1;
        r->v = v;
        r->cap = cap;
    }
    size_t i = place_of(r, id); /* the end, until numbers begin again */
    memmove(&r->v[i + 1], &r->v[i], (r->n - i) * sizeof *r->v);
    r->v[i] = (struct roster_place){.id = id, .session = s};
    r->n++;
    return 0;
}

void roster_remove(struct roster *r, uint32_t id)
{
    size_t i = place_of(r, id);
    if (i == r->n || r->v[i].id != id || !r->v[i].session)
        return;
    r->v[i].session = NULL;
    if (++r->gone > r->n / 2)
        close_up(r);
}

struct session *roster_get(const struct roster *r, uint32_t id)
{
    size_t i = place_of(r, id);
    return i < r->n && r->v[i].id == id ? r->v[i].session : NULL;
}

struct session *roster_from(const struct roster *r, uint32_t id)
{
    size_t i = place_of(r, id);
    while (i < r->n && !r->v[i].session)
        i++;
    return i < r->n ? r->v[i].session : NULL;
}

void roster_fini(struct roster *r)
{
    free(r->v);
    *r = (struct roster){.n = 0};
}
