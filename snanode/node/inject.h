/* inject.h - faults that an operator orders, for testers of TPs: refused Attaches and Allocates, delays,
 * modes that get no session.  Layer: node (pure). */
#ifndef SNA_NODE_INJECT_H
#define SNA_NODE_INJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "snanode/base/list.h"
#include "snanode/base/names.h"

enum inject_kind {
    INJECT_ATTACH,   /* the next Attaches for a TP, or on a partner LU, are refused with a sense code */
    INJECT_ALLOCATE, /* the next Allocates of an LU, to an LU or for a TP fail with one */
    INJECT_DELAY,    /* Attaches are held for a time */
    INJECT_REFUSE,   /* no session of a mode is activated */
    INJECT_KIND_N
};

#define INJECT_FOREVER 0u

struct injection {
    struct list link;
    enum inject_kind kind;
    char where[NAME_TP_ROOM]; /* LU alias, TP name, or mode */
    unsigned left;            /* times, INJECT_FOREVER */
    unsigned done;            /* times so far */
    uint32_t sense;           /* of ATTACH and ALLOCATE */
    unsigned ms;              /* of DELAY */
};

const char *inject_kind_name(enum inject_kind k);

/* Order a fault; an earlier order of the same kind for the same WHERE is replaced.  -1: out of memory. */
int inject_add(struct list *all, const struct injection *what);
/* Take back the order of this kind for WHERE (NULL: all orders).  Returns how many there were. */
unsigned inject_remove(struct list *all, enum inject_kind k, const char *where);

/* Whether one of the names is meant (LUs and modes without case; NULL = has none): counts, and ends with its
 * last time.  The sense code to refuse with, 0 = none. */
uint32_t inject_sense(struct list *all, enum inject_kind k, const char *lu, const char *partner,
                      const char *tp);
/* How long to hold an Attach on LU for TP, ms. */
unsigned inject_delay_ms(struct list *all, const char *lu, const char *tp);
bool inject_refuses(struct list *all, const char *mode);

#endif
