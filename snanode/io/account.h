/* account.h - what this machine calls the user of a connected process, and its default LUs by that.  Layer:
 * io. */
#ifndef SNA_IO_ACCOUNT_H
#define SNA_IO_ACCOUNT_H

struct node_config;
struct process;

/* Fill P's default local and remote LU from the users of CFG.  A user that the machine does not know is one
 * of Everyone.  The names are looked up only when there are users at all. */
void account_defaults(struct process *p, const struct node_config *cfg);

/* Name of the account UID, "" when the machine does not know it; until the next call. */
const char *account_name(unsigned uid);

#endif
