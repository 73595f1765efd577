/* internal.h - what the files of this folder ask of each other. */
#ifndef SNA_NODE_INTERNAL_H
#define SNA_NODE_INTERNAL_H

#include "snanode/node/node.h"
#include "snanode/node/waiter.h"

enum { TYPE_MAPPED = 1 };

#define CONV_CONTROL 0xFFFFFFFFu /* has a session that the node itself uses: no conversation has this id */

/* ---- event.c ---- */

/* E happened: node_event(n, EVENT(NAME), ...). */
void node_event(struct node *n, enum sna_event e, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* ---- conversation.c ---- */

struct conversation *conversation_new(struct node *n, struct session_pool *pool);
void conversation_free(struct node *n, struct conversation *c);
void conversation_join(struct conversation *c, unsigned side, struct process *p, uint32_t slot);
void conversation_leave(struct node *n, struct conversation_side *s);
void conversation_over(struct node *n, struct conversation *c, uint64_t now_ms, struct node_effects *fx);
/* At the end of the node: what is left. */
void conversations_free(struct node *n);

/* Its session is gone, and why: both sides are told. */
void conversation_lost(struct node *n, struct conversation *c, uint32_t sense, uint64_t now_ms,
                       struct node_effects *fx);

/* SIDE of C went away without ending it. */
void conversation_side_lost(struct node *n, struct conversation *c, unsigned side, uint64_t now_ms,
                            struct node_effects *fx);

/* ---- session.c ---- */

const char *mode_shown(const char *mode);
/* Something became idle: node_tick() is wanted when its time is up. */
void session_wake(struct node *n, uint64_t now_ms);

/* ---- work.c ---- */

/* What the last input has changed: tell those who waited for a session, and let others have what has become
 * free. Each input of the node ends with it. */
void node_work(struct node *n, uint64_t now_ms, struct node_effects *fx);

#endif
