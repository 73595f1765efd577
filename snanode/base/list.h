/* list.h - doubly linked list threaded through its members, oldest first.  Layer: base (pure). */
#ifndef SNA_BASE_LIST_H
#define SNA_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
    struct list *prev, *next; /* a head points at itself when empty */
};

#define LIST_OWNER(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

static inline void list_init(struct list *h)
{
    h->prev = h->next = h;
}

static inline bool list_empty(const struct list *h)
{
    return h->next == h;
}

static inline void list_append(struct list *h, struct list *e)
{
    e->prev = h->prev;
    e->next = h;
    h->prev->next = e;
    h->prev = e;
}

/* Takes E off its list.  E is then a list of its own, so a second call is harmless. */
static inline void list_remove(struct list *e)
{
    e->prev->next = e->next;
    e->next->prev = e->prev;
    e->prev = e->next = e;
}

#define LIST_FOREACH(e, h) for (struct list *e = (h)->next; e != (h); e = e->next)
#define LIST_FOREACH_SAFE(e, h)                                                                              \
    for (struct list *e = (h)->next, *e##_next = e->next; e != (h); e = e##_next, e##_next = e->next)

#endif
