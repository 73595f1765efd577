/* The verbs of APPC in Lua: appc.VERB{field = value} waits, appc.async.VERB{...} does not. */
#include "tp/tpsh/appc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "tp/tpsh/appcblock.h"

#define HANDLE_TYPE "appc.handle"
#define RESULT_TYPE "appc.result"

static struct appc_issue *issues; /* all that are not freed */
static bool used;

/* ---- blocks ---- */

static bool is_complete(struct appc_issue *i)
{
    eventfd_t n;
    if (i->outstanding && i->event >= 0 && eventfd_read(i->event, &n) == 0)
        i->outstanding = false;
    return !i->outstanding;
}

/* Free the blocks that neither Lua nor the library has. */
static void sweep(void)
{
    for (struct appc_issue **p = &issues; *p;) {
        struct appc_issue *i = *p;
        if (i->orphan && !i->kept && is_complete(i)) {
            *p = i->next;
            appc_issue_free(i);
        } else {
            p = &i->next;
        }
    }
}

/* A block is an orphan until Lua has it: errors of Lua leave it so. */
static struct appc_issue *make(lua_State *L)
{
    const struct appc_row *verb = &appc_rows[lua_tointeger(L, lua_upvalueindex(1))];
    sweep();
    struct appc_issue *i = appc_issue_new(verb);
    if (!i)
        luaL_error(L, "out of memory");
    i->orphan = true;
    i->next = issues;
    issues = i;
    lua_settop(L, 2);
    lua_pushvalue(L, lua_upvalueindex(2));
    appc_block_fill(L, i, 3);
    used = true;
    return i;
}

static const struct appc_row *event_field(const struct appc_issue *i)
{
    for (const struct appc_row *f = i->verb + 1; f < appc_rows + appc_rows_n && f->kind != APPC_BLOCK; f++)
        if (f->kind == APPC_EVENT)
            return f;
    return NULL;
}

static void make_event(lua_State *L, struct appc_issue *i)
{
    i->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (i->event < 0)
        luaL_error(L, "event: %s", strerror(errno));
}

static void push_result(lua_State *L, const struct appc_issue *i)
{
    appc_block_push(L, i);
    luaL_setmetatable(L, RESULT_TYPE);
}

static void push_handle(lua_State *L, struct appc_issue *i)
{
    struct appc_issue **h = lua_newuserdatauv(L, sizeof *h, 0);
    *h = i;
    i->orphan = false;
    luaL_setmetatable(L, HANDLE_TYPE);
}

/* ---- issuing ---- */

/* A verb that goes on after it has returned: its event is one of ours unless the script has given one. */
static void prepare_event(lua_State *L, struct appc_issue *i, const struct appc_row *f)
{
    if (i->kept)
        return;
    make_event(L, i);
    if (f->size == sizeof(HANDLE)) {
        HANDLE h = WAPPC_HANDLE(i->event);
        memcpy((char *)i->vcb + f->at, &h, sizeof h);
    } else {
        unsigned int number = (unsigned)i->event;
        memcpy((char *)i->vcb + f->at, &number, sizeof number);
    }
}

/* appc.VERB([ids,] fields): the result, and a handle if something goes on. */
static int call_verb(lua_State *L)
{
    struct appc_issue *i = make(L);
    const struct appc_row *event = event_field(i);
    if (event)
        prepare_event(L, i, event);
    APPC(i->vcb);
    bool ok = ((struct appc_hdr *)i->vcb)->primary_rc == AP_OK;
    push_result(L, i);
    if ((!event && !i->kept) || !ok) {
        i->kept = false;
        return 1;
    }
    i->outstanding = i->event >= 0;
    push_handle(L, i);
    return 2;
}

/* appc.async.VERB([ids,] fields): a handle. */
static int start_verb(lua_State *L)
{
    struct appc_issue *i = make(L);
    const struct appc_row *event = event_field(i);
    if (event)
        prepare_event(L, i, event);
    else
        make_event(L, i);
    i->outstanding = true;
    push_handle(L, i);
    i->ticket = WinAsyncAPPCEx(WAPPC_HANDLE(i->event), (intptr_t)i->vcb);
    if (!i->ticket) {
        i->outstanding = false;
        return luaL_error(L, "%s: WinAsyncAPPCEx does not issue it", i->verb->name);
    }
    return 1;
}

/* ---- handles ---- */

static struct appc_issue *check_handle(lua_State *L)
{
    return *(struct appc_issue **)luaL_checkudata(L, 1, HANDLE_TYPE);
}

/* handle:wait(seconds): the result, or nil, "timeout". */
static int handle_wait(lua_State *L)
{
    struct appc_issue *i = check_handle(L);
    if (!is_complete(i)) {
        if (!wait_readable(L, i->event, 2)) {
            lua_pushnil(L);
            lua_pushliteral(L, "timeout");
            return 2;
        }
        is_complete(i);
    }
    push_result(L, i);
    return 1;
}

/* handle:cancel(): 0, or why not. */
static int handle_cancel(lua_State *L)
{
    struct appc_issue *i = check_handle(L);
    lua_pushinteger(L, WinAPPCCancelAsyncRequest(i->ticket));
    return 1;
}

/* handle:descriptor(): for cpic.poll; readable until handle:wait has seen the end. */
static int handle_descriptor(lua_State *L)
{
    struct appc_issue *i = check_handle(L);
    if (i->event < 0)
        lua_pushnil(L);
    else
        lua_pushinteger(L, i->event);
    return 1;
}

static int handle_gc(lua_State *L)
{
    check_handle(L)->orphan = true;
    return 0;
}

static int handle_text(lua_State *L)
{
    struct appc_issue *i = check_handle(L);
    lua_pushfstring(L, "%s: %s", i->verb->name, i->outstanding ? "outstanding" : "complete");
    return 1;
}

/* ---- results ---- */

/* "mc_confirm: AP_STATE_CHECK, AP_CONFIRM_BAD_STATE" */
static int result_text(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_getfield(L, 1, "verb");
    lua_getfield(L, 1, "primary_rc");
    lua_getfield(L, 1, "secondary_rc");
    const char *verb = lua_tostring(L, 2), *primary = lua_tostring(L, 3), *secondary = lua_tostring(L, 4);
    if (secondary)
        lua_pushfstring(L, "%s: %s, %s", verb ? verb : "?", primary ? primary : "?", secondary);
    else
        lua_pushfstring(L, "%s: %s", verb ? verb : "?", primary ? primary : "?");
    return 1;
}

/* appc.check(result, ...): its arguments when the verb was done, else an error. */
static int check_result(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_getfield(L, 1, "primary_rc");
    bool ok = lua_isstring(L, -1) && strcmp(lua_tostring(L, -1), "AP_OK") == 0;
    lua_pop(L, 1);
    if (ok)
        return lua_gettop(L);
    luaL_where(L, 1);
    luaL_tolstring(L, 1, NULL);
    lua_concat(L, 2);
    return lua_error(L);
}

/* ---- the Windows extensions ---- */

static int startup(lua_State *L)
{
    lua_Integer version = luaL_optinteger(L, 1, 0x0001);
    luaL_argcheck(L, version >= 0 && version <= 0xFFFF, 1, "a version is 16 bits");
    WAPPCDATA d = {.wVersion = 0};
    int rc = WinAPPCStartup((unsigned short)version, &d);
    lua_pushinteger(L, rc);
    if (rc != 0)
        return 1;
    lua_pushinteger(L, d.wVersion);
    lua_pushstring(L, d.szDescription);
    return 3;
}

static int cleanup(lua_State *L)
{
    lua_pushboolean(L, WinAPPCCleanup());
    return 1;
}

static int is_blocking(lua_State *L)
{
    lua_pushboolean(L, WinAPPCIsBlocking());
    return 1;
}

/* GetAppcConfig(lu_alias): its code, and the aliases of the partners. */
static int config(lua_State *L)
{
    enum { MOST = 1024, EACH = 9 };
    char local[9], mode[9] = "        ";
    size_t n;
    const char *alias = luaL_optlstring(L, 1, "", &n);
    luaL_argcheck(L, n <= 8, 1, "at most 8 octets");
    memset(local, ' ', sizeof local);
    memcpy(local, alias, n);
    char *found = lua_newuserdatauv(L, MOST * EACH, 0);
    int how_many = 0, code = APPC_CFG_PENDING;
    GetAppcConfig(NULL, local, mode, &how_many, MOST, found, &code);
    lua_pushinteger(L, code);
    lua_newtable(L);
    for (int i = 0; i < how_many && i < MOST && code & APPC_CFG_SUCCESS; i++) {
        lua_pushstring(L, found + i * EACH);
        lua_rawseti(L, -2, i + 1);
    }
    return 2;
}

/* ---- the table ---- */

static void make_type(lua_State *L, const char *type, const luaL_Reg *functions)
{
    luaL_newmetatable(L, type);
    luaL_setfuncs(L, functions, 0);
    lua_pushvalue(L, -1);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
}

/* A function for each verb, in the table below the table of constants at index CONSTANTS. */
static void add_verbs(lua_State *L, int constants, lua_CFunction issue)
{
    for (unsigned i = 0; i < appc_rows_n; i++) {
        if (appc_rows[i].kind != APPC_BLOCK)
            continue;
        lua_pushinteger(L, i);
        lua_pushvalue(L, constants);
        lua_pushcclosure(L, issue, 2);
        lua_setfield(L, -2, appc_rows[i].name);
    }
}

void appc_open(lua_State *L)
{
    static const luaL_Reg handle[] = {
        {"wait", handle_wait}, {"cancel", handle_cancel},   {"descriptor", handle_descriptor},
        {"__gc", handle_gc},   {"__tostring", handle_text}, {NULL, NULL}};
    static const luaL_Reg result[] = {{"__tostring", result_text}, {NULL, NULL}};
    static const luaL_Reg more[] = {{"check", check_result},     {"WinAPPCStartup", startup},
                                    {"WinAPPCCleanup", cleanup}, {"WinAPPCIsBlocking", is_blocking},
                                    {"GetAppcConfig", config},   {NULL, NULL}};
    make_type(L, HANDLE_TYPE, handle);
    luaL_newmetatable(L, RESULT_TYPE);
    luaL_setfuncs(L, result, 0);
    lua_pop(L, 1);
    lua_newtable(L);
    int top = lua_gettop(L);
    appc_codes_register(L);
    add_verbs(L, top, call_verb);
    luaL_setfuncs(L, more, 0);
    lua_newtable(L);
    add_verbs(L, top, start_verb);
    lua_setfield(L, top, "async");
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_pushvalue(L, top);
    lua_setfield(L, -2, "appc"); /* require "appc" works too */
    lua_pop(L, 1);
    lua_setglobal(L, "appc");
}

void appc_end(void)
{
    if (used)
        WinAPPCCleanup();
}
