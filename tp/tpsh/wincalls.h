/* wincalls.h - the Windows extensions, as far as other calls have to know about them. */
#ifndef TPSH_WINCALLS_H
#define TPSH_WINCALLS_H

#include <stdbool.h>

#include "tp/tpsh/tpsh.h"

/* Add them to the table on top of the stack. */
void wincalls_register(lua_State *L);

/* Raise the error of a blocking hook, if there was one. */
void wincalls_raise(lua_State *L);

/* Whether a window gets the messages about completed operations. */
bool wincalls_window_is_set(void);
bool wincalls_has_event(const unsigned char *id);

#endif
