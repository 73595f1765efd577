/* snacfg_print.h - a configuration as the commands that make it.  Layer: configuration (pure).
 * [HIS: Snacfg Reference]  One command per object, and one per partner; servers, links, connections, modes,
 * LUs, partners, symbolic destinations, users, diagnostic.  Passwords are left out, session keys
 * scrambled. */
#ifndef SNA_CONFIG_SNACFG_PRINT_H
#define SNA_CONFIG_SNACFG_PRINT_H

#include <stdbool.h>

#include "snanode/config/config.h"
#include "snanode/config/snacfg_text.h"

/* Append all of C, which has been validated.  SECRETS: passwords, too, to compare configurations. */
void snacfg_print(const struct node_config *c, bool secrets, struct snacfg_text *out);

/* What a command of the tool shows of the objects of RESOURCE: all names; one object as the command that
 * makes it; or one as settings, one a line.  For resources this node does not have, the kept commands
 * stand for the last two.  NAME may be qualified.  Returns the number of objects shown; -1 when this node
 * has no such resource and nothing of it is kept. */
enum snacfg_show { SNACFG_LIST, SNACFG_PRINT, SNACFG_SETTINGS };
int snacfg_show(const struct node_config *c, const char *resource, const char *name, enum snacfg_show how,
                struct snacfg_text *out);

#endif
