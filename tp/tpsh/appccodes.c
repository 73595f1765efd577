/* The constants of APPC and the names of its codes.  Numbers are as the documentation has them, not as they
 * lie in the block. */
#include <stdio.h>

#include "tp/tpsh/appcblock.h"

#define VERB(block, opcode, opext)
#define FIELD(block, kind, name)
#define BIT(block, name)
#define BUFFER(block, kind, name, pointer, length)

enum { PRIMARY, SECONDARY, WHAT, STATE, N_KINDS };
static const char *const table_names[N_KINDS] = {"primary", "secondary", "what_rcvd", "conv_state"};
static char keys[N_KINDS]; /* registry keys, by address: the tables of codes */

static lua_Integer turned(int kind, unsigned value)
{
    return kind == SECONDARY ? APPC_FLIPL(value) : kind == STATE ? value : APPC_FLIPI(value);
}

static const struct code {
    const char *name;
    int kind; /* -1: no code */
    unsigned value;
} codes[] = {
#define CODE(kind, name) {#name, kind, name},
#define VALUE(name)      {#name, -1, name},
#include "tpsh_appc.def"
};

/* codes.primary and the others: the number of a name, and the first name of a number. */
static void add(lua_State *L, int kind, const char *name, lua_Integer number)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &keys[kind]);
    lua_pushinteger(L, number);
    lua_setfield(L, -2, name);
    if (lua_rawgeti(L, -1, number) == LUA_TNIL) {
        lua_pushstring(L, name);
        lua_rawseti(L, -3, number);
    }
    lua_pop(L, 2);
}

void appc_codes_register(lua_State *L)
{
    lua_newtable(L);
    for (int k = 0; k < N_KINDS; k++) {
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &keys[k]);
        lua_setfield(L, -2, table_names[k]);
    }
    lua_setfield(L, -2, "codes");
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        const struct code *c = &codes[i];
        lua_Integer number = c->kind < 0 ? c->value : turned(c->kind, c->value);
        lua_pushinteger(L, number);
        lua_setfield(L, -2, c->name);
        if (c->kind >= 0)
            add(L, c->kind, c->name, number);
    }
}

/* Push the name that NUMBER has among the codes of KIND, or nil. */
static bool push_name(lua_State *L, int kind, lua_Integer number)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &keys[kind]);
    int type = lua_rawgeti(L, -1, number);
    lua_remove(L, -2);
    return type != LUA_TNIL;
}

/* A code without a name is shown as a number. */
static void push_code(lua_State *L, int kind, lua_Integer number, int digits)
{
    if (push_name(L, kind, number))
        return;
    lua_pop(L, 1);
    char text[16];
    snprintf(text, sizeof text, "0x%0*X", digits, (unsigned)number);
    lua_pushstring(L, text);
}

void appc_codes_push_primary(lua_State *L, unsigned short code)
{
    push_code(L, PRIMARY, turned(PRIMARY, code), 4);
}

/* 0 says nothing.  POST_ON_RECEIPT has what has come in its first two octets, and ACTIVATE_SESSION the
 * polarity in its first one [HIS: MC_POST_ON_RECEIPT; HIS: ACTIVATE_SESSION]. */
void appc_codes_push_secondary(lua_State *L, unsigned int code)
{
    static const char *const polarities[] = {"AP_POL_FIRST_SPEAKER", "AP_POL_BIDDER"};
    lua_Integer number = turned(SECONDARY, code);
    if (number == 0) {
        lua_pushnil(L);
        return;
    }
    if (push_name(L, SECONDARY, number))
        return;
    lua_pop(L, 1);
    if (number % 0x10000 == 0 && push_name(L, WHAT, number >> 16))
        return;
    if (code == AP_POL_FIRST_SPEAKER || code == AP_POL_BIDDER)
        lua_pushstring(L, polarities[code - AP_POL_FIRST_SPEAKER]);
    else
        push_code(L, SECONDARY, number, 8);
}

/* 0: nothing has come. */
void appc_codes_push_what(lua_State *L, unsigned short code)
{
    if (code == 0)
        lua_pushnil(L);
    else
        push_code(L, WHAT, turned(WHAT, code), 4);
}

void appc_codes_push_state(lua_State *L, unsigned state)
{
    if (state == 0)
        lua_pushnil(L);
    else
        push_code(L, STATE, state, 2);
}
