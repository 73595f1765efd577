/* The constants of the public headers; the build collects them (tpsh_constants.h). */
#include "tp/tpsh/tpsh.h"
#include "wincpic.h"

static const struct constant {
    const char *name;
    lua_Integer value;
} constants[] = {
#define CONSTANT(name)                                                                                       \
    {                                                                                                        \
#name, name                                                                                          \
    }
#include "tpsh_constants.h"
};

void constants_register(lua_State *L)
{
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++) {
        lua_pushinteger(L, constants[i].value);
        lua_setfield(L, -2, constants[i].name);
    }
    lua_pushliteral(L, WIN_CPIC_ASYNC_COMPLETE_MESSAGE);
    lua_setfield(L, -2, "WIN_CPIC_ASYNC_COMPLETE_MESSAGE");
}
