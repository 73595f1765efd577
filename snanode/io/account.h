/* account.h - whose program a connected process is, as this machine names users.  Layer: io. */
#ifndef SNA_IO_ACCOUNT_H
#define SNA_IO_ACCOUNT_H

struct process;

/* Give P the name of its user and those of the user's groups, its own group first.  It stays without when the
 * machine does not know the user. */
void account_names(struct process *p);

#endif
