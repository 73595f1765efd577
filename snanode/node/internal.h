/* internal.h - what the files of this folder ask of each other. */
#ifndef SNA_NODE_INTERNAL_H
#define SNA_NODE_INTERNAL_H

#include "snanode/node/node.h"

/* Append one effect.  Out of memory: the effect list is reserved ahead (node_effects_reserve), so never here. */
void node_effect(struct node_effects *fx, struct node_effect e);

/* At the end of the node: what is left. */
void conversations_free(struct node *n);

/* SIDE of C went away without ending it. */
void conversation_side_lost(struct node *n, struct conversation *c, unsigned side, uint64_t now_ms,
                            struct node_effects *fx);

#endif
