#include "snanode/node/secret.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* No realloc, which would leave passwords behind. */
int secrets_reserve(struct secrets *s, size_t more)
{
    if (s->cap - s->n >= more)
        return 0;
    size_t cap = s->n + (more > s->n ? more : s->n) + 1;
    struct secret *v = calloc(cap, sizeof *v);
    if (!v)
        return -1;
    if (s->n > 0)
        memcpy(v, s->v, s->n * sizeof *v);
    if (s->v)
        explicit_bzero(s->v, s->cap * sizeof *v);
    free(s->v);
    s->v = v;
    s->cap = cap;
    return 0;
}

void secrets_free(struct secrets *s)
{
    if (s->v)
        explicit_bzero(s->v, s->cap * sizeof *s->v);
    free(s->v);
    *s = (struct secrets){.n = 0};
}

static bool same_owner(const struct secret *e, bool private, unsigned uid)
{
    return e->private == private && (!private || e->uid == uid);
}

uint64_t secret_hold(struct secrets *s, bool private, unsigned uid, const char *password)
{
    if (!password[0])
        return 0;
    for (size_t i = 0; i < s->n; i++)
        if (same_owner(&s->v[i], private, uid) && strcmp(s->v[i].password, password) == 0) {
            s->v[i].holders++;
            return s->v[i].number;
        }
    struct secret *e = &s->v[s->n++];
    *e = (struct secret){.number = ++s->last, .holders = 1, .private = private, .uid = uid};
    snprintf(e->password, sizeof e->password, "%s", password);
    return e->number;
}

static int by_number(const void *number, const void *secret)
{
    uint64_t a, b = ((const struct secret *)secret)->number;
    memcpy(&a, number, sizeof a);
    return (a > b) - (a < b);
}

/* The numbers rise. */
static struct secret *find(const struct secrets *s, uint64_t number)
{
    return s->n ? bsearch(&number, s->v, s->n, sizeof *s->v, by_number) : NULL;
}

/* The oldest one of the owner of E that no destination has, when there are too many. */
static void forget_oldest(struct secrets *s, const struct secret *e)
{
    struct secret *oldest = NULL;
    size_t kept = 0;
    for (size_t i = s->n; i-- > 0;)
        if (s->v[i].holders == 0 && same_owner(&s->v[i], e->private, e->uid)) {
            oldest = &s->v[i];
            kept++;
        }
    if (kept <= SECRET_KEPT)
        return;
    size_t after = (size_t)(&s->v[--s->n] - oldest);
    memmove(oldest, oldest + 1, after * sizeof *oldest);
    explicit_bzero(&s->v[s->n], sizeof *oldest);
}

void secret_drop(struct secrets *s, uint64_t number)
{
    struct secret *e = find(s, number);
    if (e && --e->holders == 0)
        forget_oldest(s, e);
}

uint64_t secret_told(const struct secrets *s, uint64_t number)
{
    return number ? s->base + number : 0;
}

const char *secret_of(const struct secrets *s, uint64_t told, unsigned uid)
{
    const struct secret *e = told ? find(s, told - s->base) : NULL;
    return e && (!e->private || e->uid == uid) ? e->password : NULL;
}
