/* effects.h - what the node wants done: a list that the caller carries out in order.  Layer: node (pure).
 * A conversation leads to EFFECTS_EACH effects at the most, and Allocate takes the room for them before
 * anything changes.  So no effect is ever lost for want of memory. */
#ifndef SNA_NODE_EFFECTS_H
#define SNA_NODE_EFFECTS_H

#include <stddef.h>
#include <stdint.h>

enum node_effect_kind {
    NODE_FX_ALLOCATED, /* CONV has a session: make its sockets and answer the Allocate */
    NODE_FX_REFUSED,   /* the Allocate of CONV ends with RC */
    NODE_FX_WITHDRAW,  /* the Attach of CONV is no longer wanted: tell the attach manager */
    NODE_FX_ABEND,     /* tell what is left of CONV that SIDE is gone, and SENSE why, from the dead end */
    NODE_FX_CUT,       /* the session of CONV is lost: both ends get an UNBIND with SENSE, and are cut */
    NODE_FX_CLOSE,     /* both sides are done: close what is kept of CONV */
};

/* Of one conversation: allocated or refused, withdrawn, an abend of each side, cut, closed. */
#define EFFECTS_EACH 6

struct node_effect {
    uint8_t kind; /* enum node_effect_kind */
    uint8_t side;
    uint16_t rc;
    uint32_t conv;
    uint32_t sense;
};

struct node_effects {
    struct node_effect *v; /* the caller frees it */
    size_t n, cap;
};

/* Room in FX, whatever it holds already, for the effects of CONVERSATIONS.  0, or -1 when there is no
 * memory. */
int node_effects_reserve(struct node_effects *fx, size_t conversations);

/* Append one effect, for which there is room. */
void node_effect(struct node_effects *fx, struct node_effect e);

#endif
