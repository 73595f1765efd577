/* sideinfo.h - SIDE_INFO as a Lua table with the names of its fields. */
#ifndef TPSH_SIDEINFO_H
#define TPSH_SIDEINFO_H

#include "cpic.h"
#include "tp/tpsh/tpsh.h"

/* Copy the argument ARG into S; a Lua error when it is not such a table. */
void side_check(lua_State *L, int arg, SIDE_INFO *s);

void side_push(lua_State *L, const SIDE_INFO *s);

#endif
