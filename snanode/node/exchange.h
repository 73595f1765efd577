/* exchange.h - CNOS as it flows: a conversation of the node itself, with the TP X'06F1' of the partner LU, on
 * a session of SNASVCMG.  Layer: node (pure).  [Formats: GDS variables; Q308927] source target Attach of
 * 06F1, request, CD  -->  the limits are judged and put in force (cnos_target) cnos_end               <--
 * CEB, reply The source waits for its session as everybody does (node/waiter.h), so a first use may be a
 * chain: the carrier, the SNASVCMG session, the exchange, and then the session that was wanted. */
#ifndef SNA_NODE_EXCHANGE_H
#define SNA_NODE_EXCHANGE_H

#include "snanode/node/cnos.h"
#include "snanode/node/waiter.h"

/* Whoever is to be told what has become of an exchange. */
struct exchange_asker {
    void (*told)(struct exchange_asker *by, enum cnos_code code, struct node_effects *fx);
};

/* What this LU has asked for and has no reply to. */
struct exchange {
    struct list link;          /* on the node's exchanges */
    struct waiter wait;        /* for its session */
    struct session *session;   /* NULL: it still waits */
    struct session_pool *pool; /* whose limits it is about */
    uint8_t side;              /* of that pool: the source */
    bool first_use;            /* the limits of the mode's definition, before the first session */
    struct exchange_asker *by; /* whom to tell, NULL = nobody */
    struct cnos_ask ask;
    uint8_t gds[CNOS_MAX]; /* the request */
    size_t n;
};

/* Begin one for LU number SIDE of P.  CNOS_RC_ACCEPTED: it is under way, or was done at once where there is
 * nobody to ask (then *DONE).  BY (may be NULL) is told only if it is under way. */
enum cnos_code exchange_begin(struct node *n, struct session_pool *p, unsigned side,
                              const struct cnos_ask *ask, bool first_use, struct exchange_asker *by,
                              bool *done, uint64_t now_ms, struct node_effects *fx);

/* Whether what comes on S is for this file. */
bool exchange_is_for(const struct session *s);
/* P has come for end SIDE of S, which is in bracket: a request, a part of one, or the reply to ours.  0, or
 * the sense that the session ends with. */
uint32_t exchange_data(struct node *n, struct session *s, unsigned side, const struct piu *p, uint64_t now_ms,
                       struct node_effects *fx);
/* Its session is gone. */
void exchange_lost(struct node *n, struct exchange *x, uint64_t now_ms, struct node_effects *fx);
/* At the end of the node: what is left. */
void exchanges_free(struct node *n);

#endif
