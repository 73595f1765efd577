/* internal.h - what the files of this folder ask of each other. */
#ifndef SNA_NODE_INTERNAL_H
#define SNA_NODE_INTERNAL_H

#include "snanode/node/node.h"

enum { TYPE_MAPPED = 1 };

#define CONV_CONTROL 0xFFFFFFFFu /* on a session that the node itself uses: no conversation has this id */

/* ---- event.c ---- */

/* E happened: node_event(n, EVENT(NAME), ...). */
void node_event(struct node *n, enum sna_event e, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* ---- conversation.c ---- */

struct conversation *conversation_new(struct node *n, struct session_pool *pool);
void conversation_free(struct node *n, struct conversation *c);
void conversation_join(struct conversation *c, unsigned side, struct process *p, uint32_t slot);
void conversation_leave(struct node *n, struct conversation_side *s);
void conversation_gets(struct conversation *c, struct session *s); /* S may be NULL: it has none yet */
void conversation_over(struct node *n, struct conversation *c, uint64_t now_ms, struct node_effects *fx);
/* At the end of the node: what is left. */
void conversations_free(struct node *n);

/* SIDE of C went away without ending it. */
void conversation_side_lost(struct node *n, struct conversation *c, unsigned side, uint64_t now_ms,
                            struct node_effects *fx);

/* ---- waiters.c: conversations that wait for a session ---- */

/* C waits from now on. */
void waiters_add(struct node *n, struct conversation *c, uint64_t now_ms);
/* Give the sessions that have become free to the conversations that have waited longest. */
void waiters_serve(struct node *n, struct session_pool *p, uint64_t now_ms, struct node_effects *fx);
/* The limit is 0 now: refuse the Allocates whose LU does not drain. */
void waiters_refuse_closed(struct node *n, struct session_pool *p, struct node_effects *fx);
/* End C, which waits, with RC, and free it. */
void waiter_refuse(struct node *n, struct conversation *c, uint16_t rc, uint32_t sense,
                   struct node_effects *fx);
/* Refuse the Allocates that have waited too long.  Returns when the next one may have to be refused. */
uint64_t waiters_tick(struct node *n, uint64_t now_ms, struct node_effects *fx);

/* ---- session.c ---- */

const char *mode_shown(const char *mode);
/* Something became idle: node_tick() is wanted when its time is up. */
void session_wake(struct node *n, uint64_t now_ms);

#endif
