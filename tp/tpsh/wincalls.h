/* wincalls.h - the Windows extensions, as far as other calls have to know of them. */
#ifndef TPSH_WINCALLS_H
#define TPSH_WINCALLS_H

#include "tp/tpsh/tpsh.h"

/* Add them to the table on top of the stack. */
void wincalls_register(lua_State *L);

/* The error of a blocking hook, if there was one. */
void wincalls_raise(lua_State *L);

/* Who completes the operations of a conversation. */
bool wincalls_window_is_set(void);
bool wincalls_has_event(const unsigned char *id);

#endif
