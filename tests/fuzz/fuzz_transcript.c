/* Transcripts and layouts of tpsh: any octets as the steps of a transcript, what its conversation answers, a
 * record's layout and its values.  transcript.lua makes them of the octets; the Lua sources are those that
 * tpsh has in it. */
#include <lauxlib.h>
#include <lualib.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/base/ebcdic.h"

struct source {
    const char *name;
    const unsigned char *text;
    size_t n;
};

#include "tpsh_sources.h" /* static const struct source sources[] */

#define DRIVER "tests/fuzz/transcript.lua"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* The fuzzer counts what C does; it also looks at this section, where each line of Lua counts that runs
 * behind another. */
#define LINES 8192
__attribute__((section("__libfuzzer_extra_counters"))) static uint8_t lines[LINES];

static void count_line(lua_State *L, lua_Debug *at)
{
    static unsigned last;
    lua_getinfo(L, "S", at);
    unsigned line = (unsigned)at->currentline + 1009u * (unsigned char)at->short_src[1];
    uint8_t *n = &lines[(line ^ last) % LINES];
    *n += *n < UINT8_MAX;
    last = line << 1;
}

static void require(lua_State *L, int rc)
{
    if (rc == LUA_OK)
        return;
    fprintf(stderr, "%s\n", lua_tostring(L, -1));
    abort();
}

static int convert(lua_State *L, void (*how)(uint8_t *p, size_t n))
{
    size_t n;
    const char *s = luaL_checklstring(L, 1, &n);
    luaL_Buffer b;
    uint8_t *p = (uint8_t *)luaL_buffinitsize(L, &b, n ? n : 1);
    memcpy(p, s, n);
    how(p, n);
    luaL_pushresultsize(&b, n);
    return 1;
}

static int to_ebcdic(lua_State *L)
{
    return convert(L, ebcdic_encode);
}

static int to_ascii(lua_State *L)
{
    return convert(L, ebcdic_decode);
}

/* The source called NAME, or the driver, as a function of the cpic table at stack index 1. */
static void run(lua_State *L, const char *name, int results)
{
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        if (strcmp(sources[i].name, name) == 0) {
            char chunk[64];
            snprintf(chunk, sizeof chunk, "=[%s]", name);
            require(L, luaL_loadbufferx(L, (const char *)sources[i].text, sources[i].n, chunk, "t"));
        }
    if (strcmp(name, DRIVER) == 0)
        require(L, luaL_loadfile(L, DRIVER));
    lua_pushvalue(L, 1);
    require(L, lua_pcall(L, 1, results, 0));
}

/* Stack: cpic, the driver's function, cpic.expect. */
static lua_State *begin(void)
{
    static const luaL_Reg calls[] = {{"ebcdic", to_ebcdic}, {"ascii", to_ascii}, {NULL, NULL}};
    lua_State *L = luaL_newstate();
    if (!L)
        abort();
    luaL_openlibs(L);
    luaL_newlib(L, calls);
    run(L, "errors", 0);
    run(L, "layout", 0);
    run(L, DRIVER, 1);
    run(L, "expect", 0);
    lua_getfield(L, 1, "expect");
    lua_sethook(L, count_line, LUA_MASKLINE, 0);
    return L;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static lua_State *L;
    if (!L)
        L = begin();
    lua_pushvalue(L, 2);
    lua_pushlstring(L, (const char *)data, n);
    lua_pushvalue(L, 3);
    require(L, lua_pcall(L, 2, 0, 0));
    return 0;
}
