/* sideinfo.h - SIDE_INFO as a table of Lua's, with the names of its fields. */
#ifndef TPSH_SIDEINFO_H
#define TPSH_SIDEINFO_H

#include "cpic.h"
#include "tp/tpsh/tpsh.h"

/* The argument ARG into S; an error when it is no such table. */
void side_check(lua_State *L, int arg, SIDE_INFO *s);

void side_push(lua_State *L, const SIDE_INFO *s);

#endif
