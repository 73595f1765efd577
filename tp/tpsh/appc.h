/* appc.h - the table appc of tpsh: the verbs of APPC. */
#ifndef TPSH_APPC_H
#define TPSH_APPC_H

#include "tp/tpsh/tpsh.h"

/* Make the table appc, also for require. */
void appc_open(lua_State *L);

/* The program ends: what it has of APPC ends too.  Nothing is written to the blocks of outstanding verbs
 * afterwards that Lua has. */
void appc_end(void);

#endif
