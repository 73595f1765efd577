/* account.h - the default LUs of a connected process, by what this machine calls its user.  Layer: io. */
#ifndef SNA_IO_ACCOUNT_H
#define SNA_IO_ACCOUNT_H

struct node_config;
struct process;

/* Fill P's default local and remote LU from the users of CFG.  A user that the machine does not know is one of
 * Everyone.  The names are looked up only when there are users at all. */
void account_defaults(struct process *p, const struct node_config *cfg);

#endif
