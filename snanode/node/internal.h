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
/* P, a pool of other machines' sessions, goes when it has no conversation. */
void conversation_drop_guests(struct node *n, struct session_pool *p);
/* At the end of the node: what is left. */
void conversations_free(struct node *n);

/* Its session is gone, and why: both sides are told. */
void conversation_lost(struct node *n, struct conversation *c, uint32_t sense, uint64_t now_ms,
                       struct node_effects *fx);

/* SIDE of C went away without ending it. */
void conversation_side_lost(struct node *n, struct conversation *c, unsigned side, uint64_t now_ms,
                            struct node_effects *fx);

/* ---- far.c ---- */

/* What the Attach A, which has come from elsewhere, says of C. */
void far_describe(struct conversation *c, const struct fmh5 *a, uint64_t now_ms);

/* ---- allocate.c ---- */

/* What the request M says of C. */
void allocate_describe(struct conversation *c, const struct lp_allocate *m, uint64_t now_ms);
/* The Attach of C, which P asks for with M.  0, or -1: no memory. */
int allocate_attach(struct node *n, struct conversation *c, const struct process *p,
                    const struct lp_allocate *m, uint64_t now_ms);

/* ---- session.c ---- */

const char *mode_shown(const char *mode);

/* ---- secure.c: LU-LU verification and password substitution ---- */

/* What the primary's BIND B says of session security, when all else is in it.  0, or -1 with *E. */
int secure_bind(const struct node *n, struct session *s, struct bind *b, struct sna_err *e)
    __attribute__((warn_unused_result));
/* What LU number SECONDARY of P answers to the BIND IN, in OUT; R gets what is for its end of the session. 0;
 * -1 with *E, for the negative response. */
int secure_answer(const struct node *n, const struct session_pool *p, unsigned secondary,
                  const struct bind *in, struct bind *out, struct bind_reply *r, struct sna_err *e)
    __attribute__((warn_unused_result));
/* Whether the primary takes the answer RSP.  0; -1 with *E, for the UNBIND. */
int secure_check(const struct node *n, struct session *s, const struct bind *rsp, struct sna_err *e)
    __attribute__((warn_unused_result));
/* The primary's FMH-12, if one has to go. */
void secure_prove(struct session *s, struct node_effects *fx);
/* The request P has come for end SIDE, which waits for the FMH-12.  0; -1 with *E, for the UNBIND. */
int secure_proved(const struct node *n, struct session *s, unsigned side, const struct piu *p,
                  struct sna_err *e) __attribute__((warn_unused_result));
/* The Attach ATTACH (*LEN octets) goes out on S, from end SIDE: gets its number, and a substitute for its
 * password, where they are used. */
void secure_attach(const struct node *n, struct session *s, unsigned side, uint8_t attach[FMH5_MAX],
                   uint8_t *len);
/* The request P, which begins a bracket, has come for end SIDE: if it is an Attach, whether its number and
 * its substitute are as the BIND has it.  0; -1 with *E, for the UNBIND. */
int secure_attached(struct session *s, unsigned side, const struct piu *p, struct sna_err *e)
    __attribute__((warn_unused_result));
/* The secondary's end of S is as the answer R has it.  0; -1 with *E: out of memory. */
int secure_keep(struct session *s, unsigned side, const struct bind_reply *r, struct sna_err *e)
    __attribute__((warn_unused_result));
/* End H waits for the FMH-12; it has come. */
bool secure_awaits(const struct half *h);
bool secure_is_proved(const struct half *h);
void secure_free(struct half *h);

/* ---- work.c ---- */

/* What the last input has changed: tell those who waited for a session, and let others have what has become
 * free. Each input of the node ends with it. */
void node_work(struct node *n, uint64_t now_ms, struct node_effects *fx);

#endif
