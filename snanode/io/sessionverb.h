/* sessionverb.h - what programs order by the APPC verbs for sessions: CNOS, ACTIVATE_SESSION,
 * DEACTIVATE_SESSION, GET_LU_STATUS, and GetAppcConfig.  Layer: io. */
#ifndef SNA_IO_SESSIONVERB_H
#define SNA_IO_SESSIONVERB_H

#include <stddef.h>
#include <stdint.h>

struct client;
struct node_effect;
struct server;

/* Carry out the message MSG (N octets) of TYPE, which is one of them; it is answered, now or later.  -1: the
 * client has broken the protocol. */
int sessionverb_handle(struct client *c, unsigned type, const uint8_t *msg, size_t n);
/* C gives up what it has ordered: it is told so. */
void sessionverb_cancel(struct client *c);
/* The node has done what it was ordered (NODE_FX_ACTIVATED, NODE_FX_CNOS). */
void sessionverb_told(struct server *s, const struct node_effect *e);
/* Sessions may have begun or ended that somebody waits for. */
void sessionverb_look(struct server *s);
void sessionverb_forget_all(struct server *s);

#endif
