/* account.h - the name of a connected process's user on this machine, and the default LUs that follow from
 * it.  Layer: io. */
#ifndef SNA_IO_ACCOUNT_H
#define SNA_IO_ACCOUNT_H

#include "snanode/config/config.h"

struct process;

/* Fill P's default local and remote LU from the users of CFG.  A user unknown to this machine counts as
 * Everyone.  In a DOMAIN they may be LUs of other machines.  Names are looked up only if any users are
 * configured. */
void account_defaults(struct process *p, const struct node_config *cfg, bool domain);

/* The defaults of a user of another machine, which says that its name is ACCOUNT, "" = it has none.  Groups
 * are those that an account of this name has here.  They belong to CFG. */
struct cfg_defaults account_defaults_named(const char *account, const struct node_config *cfg);

/* Name of the account UID, "" when the machine does not know it; valid until the next call. */
const char *account_name(unsigned uid);

#endif
