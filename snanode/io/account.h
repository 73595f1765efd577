/* account.h - the name of a connected process's user on this machine, and the default LUs that follow from
 * it.  Layer: io. */
#ifndef SNA_IO_ACCOUNT_H
#define SNA_IO_ACCOUNT_H

struct node_config;
struct process;

/* Fill P's default local and remote LU from the users of CFG.  A user unknown to this machine counts as
 * Everyone.  Names are looked up only if any users are configured. */
void account_defaults(struct process *p, const struct node_config *cfg);

/* Name of the account UID, "" when the machine does not know it; valid until the next call. */
const char *account_name(unsigned uid);

#endif
