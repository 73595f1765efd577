#include "snanode/link/biu.h"

#include <stdlib.h>
#include <string.h>

struct biu *biu_new(const struct rh *rh, const uint8_t *a, size_t a_n, const uint8_t *b, size_t b_n)
{
    struct biu *u = malloc(sizeof *u + a_n + b_n);
    if (!u)
        return NULL;
    *u = (struct biu){.rh = *rh, .n = a_n + b_n};
    list_init(&u->link);
    if (a_n > 0)
        memcpy(u->ru, a, a_n);
    if (b_n > 0)
        memcpy(u->ru + a_n, b, b_n);
    return u;
}

const uint8_t *biu_octets(struct biu *u)
{
    rh_encode(&u->rh, u->head);
    return (const uint8_t *)u + offsetof(struct biu, head);
}

struct biu *biu_take(struct list *l)
{
    if (list_empty(l))
        return NULL;
    struct biu *u = LIST_OWNER(l->next, struct biu, link);
    list_remove(&u->link);
    return u;
}

void biu_free_all(struct list *l)
{
    for (struct biu *u; (u = biu_take(l));)
        free(u);
}
