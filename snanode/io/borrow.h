/* borrow.h - Allocates of this machine's programs on LUs of other machines of the domain.  Layer: io.  [D20]
 * The other machine has the LU, its session and the decision; this one has the program's socket.  Machines
 * that offer the LU are asked one behind the other until one has a session for it. */
#ifndef SNA_IO_BORROW_H
#define SNA_IO_BORROW_H

#include <stdbool.h>
#include <stdint.h>

struct client;
struct lp_allocate;
struct lp_allocated;
struct server;

/* The port C of a program waits for the Allocate M, which this node refuses with *RC.  True: another machine
 * is asked, and C is answered by then or later; false: *RC is the answer. */
bool borrow_begin(struct client *c, const struct lp_allocate *m, uint16_t *rc);

/* Before this node is asked for the Allocate M of C.  Returns the return control that it is to have here:
 * when another machine has the LU, too, it is refused rather than queued, and C keeps M. */
uint8_t borrow_prepare(struct client *c, const struct lp_allocate *m);
/* This node refuses the Allocate of PORT with M.  True: it was prepared, and other machines are asked by
 * borrow_settle(), when there are no effects to be carried out; false: M is the answer. */
bool borrow_refused(struct server *s, uint32_t port, const struct lp_allocated *m);
void borrow_settle(struct server *s);

/* Whether another machine offers the LU ALIAS, "" = one of its pool; for struct node.  ARG: the server. */
bool borrow_offered(void *arg, const char *alias);

/* This node ends: Allocates that wait are refused. */
void borrow_end(struct server *s);

#endif
