/* The Windows extensions in Lua, and what stands for Windows' objects: an event is the number of an eventfd, a
 * window the write end of a pipe. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "tp/tpsh/tpsh.h"
#include "wincpic.h"

static char key_hook;  /* registry: the blocking hook's function */
static char key_error; /* registry: what it failed with */

static int startup(lua_State *L)
{
    lua_Integer version = luaL_optinteger(L, 1, 0x0001);
    luaL_argcheck(L, version >= 0 && version <= 0xFFFF, 1, "a version is 16 bits");
    WCPICDATA d = {.wVersion = 0};
    int rc = WinCPICStartup((WORD)version, &d);
    lua_pushinteger(L, rc);
    if (rc != 0)
        return 1;
    lua_pushinteger(L, d.wVersion);
    lua_pushstring(L, d.szDescription);
    return 3;
}

static int cleanup(lua_State *L)
{
    lua_pushboolean(L, WinCPICCleanup());
    return 1;
}

static int is_blocking(lua_State *L)
{
    lua_pushboolean(L, WinCPICIsBlocking());
    return 1;
}

/* ---- the blocking hook ---- */

/* Called by the library inside a call of Lua's.  An error must not pass through the library: it is kept, and raised
 * when the call returns. */
static int hook(void)
{
    lua_State *L = calls_running;
    if (!L || lua_rawgetp(L, LUA_REGISTRYINDEX, &key_hook) != LUA_TFUNCTION) {
        if (L)
            lua_pop(L, 1);
        return FALSE;
    }
    int go_on = FALSE;
    if (lua_pcall(L, 0, 1, 0) == LUA_OK) {
        go_on = lua_toboolean(L, -1);
        lua_pop(L, 1);
    } else {
        lua_rawsetp(L, LUA_REGISTRYINDEX, &key_error);
        WinCPICUnhookBlockingHook();
    }
    return go_on;
}

void wincalls_raise(lua_State *L)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &key_error) == LUA_TNIL) {
        lua_pop(L, 1);
        return;
    }
    lua_pushnil(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_error);
    lua_error(L);
}

static int set_blocking_hook(lua_State *L)
{
    if (!lua_isnoneornil(L, 1))
        luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_settop(L, 1);
    bool was = WinCPICSetBlockingHook(lua_isnil(L, 1) ? NULL : (FARPROC)hook) != NULL;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &key_hook);
    lua_insert(L, 1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_hook);
    if (!was) {
        lua_pop(L, 1);
        lua_pushnil(L);
    }
    return 1;
}

static int unhook_blocking_hook(lua_State *L)
{
    lua_pushboolean(L, WinCPICUnhookBlockingHook());
    lua_pushnil(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_hook);
    return 1;
}

/* ---- events and windows ---- */

static int check_fd(lua_State *L, int arg)
{
    lua_Integer fd = luaL_checkinteger(L, arg);
    luaL_argcheck(L, fd > 0 && fd <= INT32_MAX && fcntl((int)fd, F_GETFD) >= 0, arg,
                  "not an open descriptor");
    return (int)fd;
}

static int set_event(lua_State *L)
{
    CM_INT32 rc = CM_PRODUCT_SPECIFIC_ERROR;
    unsigned char id[CM_CID_SIZE];
    memcpy(id, calls_check_id(L, 1), sizeof id);
    HANDLE h = lua_isnoneornil(L, 2) ? NULL : WCPIC_HANDLE(check_fd(L, 2));
    WinCPICSetEvent(id, &h, &rc);
    lua_pushinteger(L, rc);
    return 1;
}

static int extract_event(lua_State *L)
{
    CM_INT32 rc = CM_PRODUCT_SPECIFIC_ERROR;
    unsigned char id[CM_CID_SIZE];
    memcpy(id, calls_check_id(L, 1), sizeof id);
    HANDLE h = NULL;
    WinCPICExtractEvent(id, &h, &rc);
    lua_pushinteger(L, rc);
    if (h)
        lua_pushinteger(L, WCPIC_FD(h));
    else
        lua_pushnil(L);
    return 2;
}

/* cpic.event(): a new event, for WinCPICSetEvent. */
static int event(lua_State *L)
{
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0)
        return luaL_error(L, "event: %s", strerror(errno));
    lua_pushinteger(L, fd);
    return 1;
}

/* cpic.reset(event): was it signalled?  It is not any more. */
static int reset(lua_State *L)
{
    eventfd_t v = 0;
    lua_pushboolean(L, eventfd_read(check_fd(L, 1), &v) == 0);
    return 1;
}

/* cpic.window(): two descriptors, the first to give to xchwnd, the second to poll and to read messages from. */
static int window(lua_State *L)
{
    int p[2];
    if (pipe2(p, O_CLOEXEC | O_NONBLOCK) < 0)
        return luaL_error(L, "window: %s", strerror(errno));
    lua_pushinteger(L, p[1]);
    lua_pushinteger(L, p[0]);
    return 2;
}

/* cpic.message(fd): conversation_rc, id, outputs; nothing when no message is there. */
static int message(lua_State *L)
{
    WCPICMESSAGE m;
    if (read(check_fd(L, 1), &m, sizeof m) != sizeof m)
        return 0;
    const unsigned char *id = calls_find_address(L, (const void *)m.lParam);
    lua_pushinteger(L, (lua_Integer)m.wParam);
    if (!id)
        return 1; /* of a conversation that was given up */
    lua_pushlstring(L, (const char *)id, CM_CID_SIZE);
    return 2 + calls_push_completed(L, id);
}

/* cpic.close(fd): an event or an end of a window is not needed any more. */
static int close_fd(lua_State *L)
{
    int fd = check_fd(L, 1);
    luaL_argcheck(L, fd > 2, 1, "a standard stream is not closed");
    lua_pushboolean(L, close(fd) == 0);
    return 1;
}

void wincalls_register(lua_State *L)
{
    static const luaL_Reg f[] = {{"WinCPICStartup", startup},
                                 {"WinCPICCleanup", cleanup},
                                 {"WinCPICIsBlocking", is_blocking},
                                 {"WinCPICSetBlockingHook", set_blocking_hook},
                                 {"WinCPICUnhookBlockingHook", unhook_blocking_hook},
                                 {"WinCPICSetEvent", set_event},
                                 {"WinCPICExtractEvent", extract_event},
                                 {"event", event},
                                 {"reset", reset},
                                 {"window", window},
                                 {"message", message},
                                 {"close", close_fd},
                                 {NULL, NULL}};
    luaL_setfuncs(L, f, 0);
}
