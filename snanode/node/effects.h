/* effects.h - what the node wants done: a list that the caller carries out in order.  Layer: node (pure).
 * What there is in the node leads to a bounded number of effects before they are carried out: a conversation
 * to EFFECTS_EACH, a session to EFFECTS_SESSION.  Room for them is taken before anything changes
 * (node_reserve() of node.h).  So no effect is ever lost for want of memory. */
#ifndef SNA_NODE_EFFECTS_H
#define SNA_NODE_EFFECTS_H

#include <stddef.h>
#include <stdint.h>

#include "snanode/node/path.h"

enum node_effect_kind {
    NODE_FX_ALLOCATED, /* CONV has a session: make its sockets and answer the Allocate */
    NODE_FX_REFUSED,   /* the Allocate of CONV ends with RC */
    NODE_FX_WITHDRAW,  /* the Attach of CONV is no longer wanted: tell the attach manager */
    NODE_FX_ABEND,     /* tell what is left of CONV that SIDE is gone, and SENSE why, from the dead end */
    NODE_FX_CUT,       /* the session of CONV is lost: both ends get an UNBIND with SENSE, and are cut */
    NODE_FX_CLOSE,     /* both sides are done: close what is kept of CONV */
    NODE_FX_SEND,      /* effects_piu() goes out on its path (path.h) */
    NODE_FX_CARRIER,   /* activate the carrier CONV, on demand */
    NODE_FX_ACTIVATED, /* node_activate() of tag CONV is done: session SENSE, or RC (enum order_end) and SENSE
                          why not */
    NODE_FX_CNOS,      /* node_cnos() of tag CONV is done: RC is its enum cnos_code */
};

/* Who wins a session that is to be activated. */
enum order_polarity { ORDER_EITHER, ORDER_WINNER, ORDER_LOSER, ORDER_POLARITY_N };

/* How an activation has ended. */
enum order_end { ORDER_DONE, ORDER_SENSE, ORDER_CNOS /* its SENSE is an enum cnos_code */ };

/* Of one conversation: allocated or refused, withdrawn, an abend of each side, cut, closed. */
#define EFFECTS_EACH 6
/* Of one session, both of its ends: requests and responses that cross, and an order that waits for it. */
#define EFFECTS_SESSION 8

struct node_effect {
    uint8_t kind; /* enum node_effect_kind */
    uint8_t side;
    uint16_t rc;
    uint32_t conv;
    uint32_t sense;
};

struct node_effects {
    struct node_effect *v; /* the caller frees them, by node_effects_free() */
    size_t n, cap;
    uint8_t *octets; /* PIUs to be sent */
    size_t n_octets, octets_cap;
};

/* Room in FX, whatever it holds already, for the effects of CONVERSATIONS and SESSIONS.  0, or -1 when there
 * is no memory. */
int node_effects_reserve(struct node_effects *fx, size_t conversations, size_t sessions);
void node_effects_free(struct node_effects *fx);

/* Append one effect, for which there is room. */
void node_effect(struct node_effects *fx, struct node_effect e);

/* Append an effect that sends P.  RUs of at most EFFECTS_RU octets have room in what was reserved for a
 * session. -1: no memory for a longer one. */
#define EFFECTS_RU 16
int node_effect_send(struct node_effects *fx, const struct piu *p);

/* What the effect E of FX, of kind NODE_FX_SEND, sends.  The RU stands in FX, and goes when FX is emptied. */
void effects_piu(const struct node_effects *fx, const struct node_effect *e, struct piu *out);

#endif
