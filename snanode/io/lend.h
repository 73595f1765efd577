/* lend.h - conversations of programs on other machines of the domain that have an LU of this one.  Layer: io.
 * [D20]  borrow.h is the other end. */
#ifndef SNA_IO_LEND_H
#define SNA_IO_LEND_H

#include <stdbool.h>

struct channel;
struct lp_allocated;
struct server;

/* Be who takes what other machines begin. */
void lend_init(struct server *s);
/* The answer M to the Allocate of CH, if it came from another machine.  False: it did not. */
bool lend_answer(const struct channel *ch, const struct lp_allocated *m);

#endif
