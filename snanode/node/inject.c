#include "snanode/node/inject.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *inject_kind_name(enum inject_kind k)
{
    static const char *const names[INJECT_KIND_N] = {
        [INJECT_ATTACH] = "attach",
        [INJECT_ALLOCATE] = "allocate",
        [INJECT_DELAY] = "delay",
        [INJECT_REFUSE] = "refuse",
    };
    return k < INJECT_KIND_N ? names[k] : "?";
}

/* Modes have no case, TPs have; an LU is named as it is configured. */
static bool same_place(enum inject_kind k, const char *a, const char *b)
{
    return k == INJECT_REFUSE ? strcasecmp(a, b) == 0 : strcmp(a, b) == 0;
}

unsigned inject_remove(struct list *all, enum inject_kind k, const char *where)
{
    unsigned n = 0;
    LIST_FOREACH_SAFE(l, all) {
        struct injection *i = LIST_OWNER(l, struct injection, link);
        if (where && (i->kind != k || !same_place(k, i->where, where)))
            continue;
        list_remove(&i->link);
        free(i);
        n++;
    }
    return n;
}

int inject_add(struct list *all, const struct injection *what)
{
    struct injection *i = malloc(sizeof *i);
    if (!i)
        return -1;
    inject_remove(all, what->kind, what->where);
    *i = *what;
    i->done = 0;
    list_append(all, &i->link);
    return 0;
}

static bool meant(const struct injection *i, const char *lu, const char *partner, const char *tp)
{
    return (lu && strcasecmp(i->where, lu) == 0) || (partner && strcasecmp(i->where, partner) == 0) ||
           (tp && strcmp(i->where, tp) == 0);
}

/* The order that applies, counted; *OUT is a copy, since the last time ends it. */
static bool apply(struct list *all, enum inject_kind k, const char *lu, const char *partner, const char *tp,
                  struct injection *out)
{
    LIST_FOREACH(l, all) {
        struct injection *i = LIST_OWNER(l, struct injection, link);
        if (i->kind != k || !meant(i, lu, partner, tp))
            continue;
        i->done++;
        *out = *i;
        if (i->left != INJECT_FOREVER && --i->left == 0) {
            list_remove(&i->link);
            free(i);
        }
        return true;
    }
    return false;
}

uint32_t inject_sense(struct list *all, enum inject_kind k, const char *lu, const char *partner,
                      const char *tp)
{
    struct injection i;
    return !list_empty(all) && apply(all, k, lu, partner, tp, &i) ? i.sense : 0;
}

unsigned inject_delay_ms(struct list *all, const char *lu, const char *tp)
{
    struct injection i;
    return !list_empty(all) && apply(all, INJECT_DELAY, lu, NULL, tp, &i) ? i.ms : 0;
}

bool inject_refuses(struct list *all, const char *mode)
{
    struct injection i;
    return !list_empty(all) && apply(all, INJECT_REFUSE, mode[0] ? mode : "BLANK", NULL, NULL, &i);
}
