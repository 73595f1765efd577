/* Attaches that wait for one name on one LU: they route alike and are kept, and moved, together. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attachmgr/state.h"

struct am_queue *queue_find(const struct am_name *n, const char *lu, bool syncpt)
{
    LIST_FOREACH(e, &n->queues) {
        struct am_queue *q = LIST_OWNER(e, struct am_queue, in_name);
        if (q->syncpt == syncpt && strcmp(q->lu, lu) == 0)
            return q;
    }
    return NULL;
}

struct am_queue *queue_new(struct attachmgr *am, const struct match_name *name, const char *lu, bool syncpt)
{
    struct am_name *n = name_get(am, name);
    struct am_queue *q = n ? calloc(1, sizeof *q) : NULL;
    if (!q) {
        if (n)
            name_put(am, n);
        return NULL;
    }
    q->name = n;
    q->syncpt = syncpt;
    snprintf(q->lu, sizeof q->lu, "%s", lu);
    list_init(&q->fifo);
    list_init(&q->in_todo);
    list_append(&n->queues, &q->in_name);
    list_append(&am->unmatched, &q->in_tp);
    return q;
}

void queue_put(struct attachmgr *am, struct am_queue *q)
{
    struct am_name *n = q->name;
    if (q->n)
        return;
    list_remove(&q->in_name);
    list_remove(&q->in_tp);
    list_remove(&q->in_todo);
    free(q);
    name_put(am, n);
}

struct am_attach *queue_head(const struct am_queue *q)
{
    return list_empty(&q->fifo) ? NULL : LIST_OWNER(q->fifo.next, struct am_attach, in_queue);
}

struct am_attach *queue_oldest(const struct am_tp *tp)
{
    struct am_attach *oldest = NULL;
    LIST_FOREACH(e, &tp->queues) {
        struct am_attach *a = queue_head(LIST_OWNER(e, struct am_queue, in_tp));
        if (a && (!oldest || a->seq < oldest->seq))
            oldest = a;
    }
    return oldest;
}
