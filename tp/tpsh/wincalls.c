/* The Windows extensions in Lua, and substitutes for Windows objects: an event is the number of an eventfd,
 * a window is the write end of a pipe. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "tp/tpsh/conversations.h"
#include "tp/tpsh/wincalls.h"

static char key_hook;  /* registry: the blocking hook's function */
static char key_error; /* registry: the error it raised */
static char key_fds;   /* registry: descriptor -> what kind of object it is */

static bool hook_failed;
static int window_fd = -1; /* the one that is set */

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

/* Called by the library inside a call from Lua.  An error must not pass through the library: it is kept, and
 * raised when the call returns.  That is at once, because its conversation is cancelled. */
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
        hook_failed = true;
        WinCPICUnhookBlockingHook();
        calls_give_up();
    }
    return go_on;
}

void wincalls_raise(lua_State *L)
{
    if (!hook_failed)
        return;
    hook_failed = false;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &key_error);
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

/* Only descriptors made here are passed to the library, read from or closed: all others belong to
 * somebody else. */
enum kind { EVENT = 1, WINDOW, MESSAGES };

static void note_fd(lua_State *L, int fd, enum kind kind)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &key_fds);
    if (kind)
        lua_pushinteger(L, kind);
    else
        lua_pushnil(L);
    lua_rawseti(L, -2, fd);
    lua_pop(L, 1);
}

static enum kind kind_of(lua_State *L, lua_Integer fd)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &key_fds);
    lua_rawgeti(L, -1, fd);
    enum kind kind = (enum kind)lua_tointeger(L, -1);
    lua_pop(L, 2);
    return kind;
}

static int check_fd(lua_State *L, int arg, enum kind kind)
{
    static const char *const what[] = {[EVENT] = "not an event that cpic.event made",
                                       [WINDOW] = "not a window that cpic.window made",
                                       [MESSAGES] = "not the second descriptor of cpic.window"};
    lua_Integer fd = luaL_checkinteger(L, arg);
    luaL_argcheck(L, kind_of(L, fd) == kind, arg, what[kind]);
    return (int)fd;
}

/* xchwnd takes its descriptor by value. */
static int call_xchwnd(lua_State *L)
{
    CM_INT32 rc = CM_PRODUCT_SPECIFIC_ERROR;
    int fd = lua_isnoneornil(L, 1) ? -1 : check_fd(L, 1, WINDOW);
    xchwnd(fd < 0 ? NULL : WCPIC_HWND(fd), &rc);
    if (rc == CM_OK)
        window_fd = fd;
    lua_pushinteger(L, rc);
    return 1;
}

bool wincalls_window_is_set(void)
{
    return window_fd >= 0;
}

bool wincalls_has_event(const unsigned char *id)
{
    HANDLE h = NULL;
    CM_INT32 rc;
    WinCPICExtractEvent((unsigned char *)(uintptr_t)id, &h, &rc);
    return rc == CM_OK && h;
}

static int set_event(lua_State *L)
{
    CM_INT32 rc = CM_PRODUCT_SPECIFIC_ERROR;
    unsigned char id[CM_CID_SIZE];
    memcpy(id, frame_check_id(L, 1), sizeof id);
    HANDLE h = lua_isnoneornil(L, 2) ? NULL : WCPIC_HANDLE(check_fd(L, 2, EVENT));
    WinCPICSetEvent(id, &h, &rc);
    lua_pushinteger(L, rc);
    return 1;
}

static int extract_event(lua_State *L)
{
    CM_INT32 rc = CM_PRODUCT_SPECIFIC_ERROR;
    unsigned char id[CM_CID_SIZE];
    memcpy(id, frame_check_id(L, 1), sizeof id);
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
    note_fd(L, fd, EVENT);
    lua_pushinteger(L, fd);
    return 1;
}

/* cpic.reset(event): whether it was signalled; it no longer is. */
static int reset(lua_State *L)
{
    eventfd_t v = 0;
    lua_pushboolean(L, eventfd_read(check_fd(L, 1, EVENT), &v) == 0);
    return 1;
}

/* cpic.window(): two descriptors, the first to give to xchwnd, the second to poll and to read messages
 * from. */
static int window(lua_State *L)
{
    int p[2];
    if (pipe2(p, O_CLOEXEC | O_NONBLOCK) < 0)
        return luaL_error(L, "window: %s", strerror(errno));
    note_fd(L, p[1], WINDOW);
    note_fd(L, p[0], MESSAGES);
    lua_pushinteger(L, p[1]);
    lua_pushinteger(L, p[0]);
    return 2;
}

/* cpic.message(fd): conversation_rc, id, outputs; nothing when no message is there. */
static int message(lua_State *L)
{
    WCPICMESSAGE m;
    if (read(check_fd(L, 1, MESSAGES), &m, sizeof m) != sizeof m)
        return 0;
    const unsigned char *id = conv_find_address(L, (const void *)m.lParam);
    lua_pushinteger(L, (lua_Integer)m.wParam);
    if (!id)
        return 1; /* for a conversation that was abandoned */
    lua_pushlstring(L, (const char *)id, CM_CID_SIZE);
    return 2 + conv_push_completed(L, id);
}

/* cpic.close(fd): close an event or an end of a window. */
static int close_fd(lua_State *L)
{
    lua_Integer fd = luaL_checkinteger(L, 1);
    enum kind kind = kind_of(L, fd);
    luaL_argcheck(L, kind, 1, "not a descriptor that cpic.event or cpic.window made");
    luaL_argcheck(L, fd != window_fd, 1, "the window is set: xchwnd(nil) first");
    luaL_argcheck(L, kind != EVENT || !conv_uses_event(L, (int)fd), 1, "a conversation has this event");
    note_fd(L, (int)fd, 0);
    lua_pushboolean(L, close((int)fd) == 0);
    return 1;
}

void wincalls_register(lua_State *L)
{
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_fds);
    static const luaL_Reg f[] = {{"WinCPICStartup", startup},
                                 {"xchwnd", call_xchwnd},
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
