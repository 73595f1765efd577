/* The cpic table: the calls from C, and on top of them the Lua sources that the build embeds. */
#include <stdio.h>
#include <stdlib.h>

#include "tp/tpsh/tpsh.h"
#include "tp/tpsh/wincalls.h"

struct source {
    const char *name;
    const unsigned char *text;
    size_t n;
};

#include "tpsh_sources.h" /* static const struct source sources[] */

/* Each source is a function of the cpic table. */
static void run_source(lua_State *L, const struct source *s)
{
    char chunk[64];
    snprintf(chunk, sizeof chunk, "=[%s]", s->name);
    if (luaL_loadbufferx(L, (const char *)s->text, s->n, chunk, "t") != LUA_OK)
        lua_error(L);
    lua_pushvalue(L, -2);
    lua_call(L, 1, 0);
}

void module_open(lua_State *L)
{
    lua_newtable(L);
    calls_register(L);
    wincalls_register(L);
    wait_register(L);
    constants_register(L);
    lua_pushliteral(L, SNANODE_VERSION);
    lua_setfield(L, -2, "version");
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        run_source(L, &sources[i]);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_pushvalue(L, -2);
    lua_setfield(L, -2, "cpic"); /* require "cpic" works too */
    lua_pop(L, 1);
    lua_setglobal(L, "cpic");
}
