/* failed.h - the event of an Allocate that a program could not have.  Layer: io. */
#ifndef SNA_IO_FAILED_H
#define SNA_IO_FAILED_H

struct lp_allocate;
struct process;
struct server;

/* P asked for M and gets RC (LP_RC_*, or a CPI-C return code) [A48]. */
void failed_allocate(struct server *s, const struct process *p, const struct lp_allocate *m, unsigned rc);

#endif
