/* Attaches that wait for one name on one LU: they route alike and are kept, and moved, together. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attachmgr/state.h"

struct am_group *group_find(const struct am_name *n, const char *lu, bool syncpt)
{
    LIST_FOREACH(e, &n->groups) {
        struct am_group *g = LIST_OWNER(e, struct am_group, in_name);
        if (g->syncpt == syncpt && strcmp(g->lu, lu) == 0)
            return g;
    }
    return NULL;
}

struct am_group *group_new(struct attachmgr *am, const struct match_name *name, const char *lu, bool syncpt)
{
    struct am_name *n = name_get(am, name);
    struct am_group *g = n ? calloc(1, sizeof *g) : NULL;
    if (!g) {
        if (n)
            name_put(am, n);
        return NULL;
    }
    g->name = n;
    g->syncpt = syncpt;
    snprintf(g->lu, sizeof g->lu, "%s", lu);
    list_init(&g->fifo);
    list_init(&g->in_todo);
    list_append(&n->groups, &g->in_name);
    list_append(&am->unmatched, &g->in_tp);
    return g;
}

void group_put(struct attachmgr *am, struct am_group *g)
{
    struct am_name *n = g->name;
    if (g->n)
        return;
    list_remove(&g->in_name);
    list_remove(&g->in_tp);
    list_remove(&g->in_todo);
    free(g);
    name_put(am, n);
}

struct match_found attach_route(const struct attachmgr *am, const struct match_name *name,
                                const struct am_name *n, const char *lu, bool syncpt)
{
    if (syncpt)
        return (struct match_found){.rank = -1};
    const struct match_rules rules = {.tp_only = am->table->sw.match_tp_only,
                                      .order =
                                          am->table->sw.match_local_first ? MATCH_BY_PLACE : MATCH_ANYWHERE};
    return match_route(&am->index, name, lu, n ? n->ready : NULL, &rules);
}

struct match_found group_route(const struct attachmgr *am, const struct am_group *g)
{
    return attach_route(am, &g->name->name, g->name, g->lu, g->syncpt);
}

struct am_attach *group_head(const struct am_group *g)
{
    return list_empty(&g->fifo) ? NULL : LIST_OWNER(g->fifo.next, struct am_attach, in_group);
}

struct am_attach *group_oldest(const struct am_tp *tp)
{
    struct am_attach *oldest = NULL;
    LIST_FOREACH(e, &tp->groups) {
        struct am_attach *a = group_head(LIST_OWNER(e, struct am_group, in_tp));
        if (a && (!oldest || a->seq < oldest->seq))
            oldest = a;
    }
    return oldest;
}
