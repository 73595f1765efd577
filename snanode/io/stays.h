/* stays.h - sessions that stay with two programs while conversations are brackets on them
 * (snanode/local/stay.h, docs/figures.md).  Layer: io.  The node grants them and takes them back; in between
 * it sees nothing of them. */
#ifndef SNA_IO_STAYS_H
#define SNA_IO_STAYS_H

#include <stdbool.h>
#include <stdint.h>

#include "snanode/io/watch.h"

struct am_effect;
struct channel;
struct process;
struct server;

int stays_init(struct server *s);   /* 0, or -1: no memory */
void stays_serve(struct server *s); /* the node is there */

/* The Attach of CH is about to be delivered to process P: whether the session may stay with both programs,
 * and if so it does from now on. */
void stays_grant(struct server *s, struct channel *ch, struct process *p, const struct am_effect *e);
/* Take back the session of CH, if it stays; the books are right then. */
void stays_recall(struct server *s, struct channel *ch);
void stays_recall_all(struct server *s);
/* ... of PROCESS, as invoker or TP. */
void stays_recall_process(struct server *s, uint32_t process);
/* ... of TPs for which the Attach of CONV waits, and of those whose rows PROCESS has a part in. */
void stays_recall_for_attach(struct server *s, uint32_t conv);
void stays_recall_rivals(struct server *s, uint32_t process);
/* The invoker's end of a new pair for CH, whose session was taken back before its Attach flowed; *RC says why
 * there is none (-1).  ON_ATTACH: as in channel_open. */
int stays_rejoin(struct server *s, struct channel *ch, watch_fn *on_attach, uint16_t *rc);
/* CH is going to be freed. */
void stays_over(struct channel *ch);

#endif
