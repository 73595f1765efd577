/* Waiting with a limit, and the clock. */
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tp/tpsh/conversations.h"
#include "tp/tpsh/tpsh.h"

volatile int wait_interrupted;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The time at which a wait of ARG seconds (nil: for ever) is over; below 0 = never. */
static double check_deadline(lua_State *L, int arg)
{
    if (lua_isnoneornil(L, arg))
        return -1;
    double s = luaL_checknumber(L, arg);
    luaL_argcheck(L, s >= 0 && s < 1e9, arg, "a time in seconds, 0 or more");
    return now() + s;
}

static int until(double deadline)
{
    if (deadline < 0)
        return -1;
    double ms = ceil((deadline - now()) * 1000);
    return ms <= 0 ? 0 : ms > 1e9 ? 1000000000 : (int)ms;
}

/* poll(), repeated when a signal interrupts it; returns how many are ready.  Ctrl-C at the prompt ends the
 * wait. */
static int wait_for(lua_State *L, struct pollfd *p, nfds_t n, double deadline)
{
    for (;;) {
        int k = poll(p, n, until(deadline));
        if (k >= 0)
            return k;
        if (errno != EINTR)
            luaL_error(L, "poll: %s", strerror(errno));
        if (wait_interrupted) {
            wait_interrupted = 0;
            lua_pushliteral(L, "interrupted");
            lua_error(L);
        }
    }
}

/* cpic.finish(id, seconds): conversation_rc and the outputs of the incomplete operation; nil, "timeout" when
 * it is still incomplete; nothing when there is none. */
static int finish(lua_State *L)
{
    unsigned char id[CM_CID_SIZE];
    memcpy(id, frame_check_id(L, 1), sizeof id);
    double deadline = check_deadline(L, 2);
    for (bool again = true;; again = until(deadline) != 0) {
        CM_INT32 rc, conversation_rc;
        struct pollfd p = {.fd = -1};
        xcstep(id, &conversation_rc, &rc);
        if (rc != CM_OK)
            return 0;
        if (conversation_rc != CM_OPERATION_INCOMPLETE) {
            lua_pushinteger(L, conversation_rc);
            return 1 + conv_push_completed(L, id);
        }
        if (!again)
            break;
        xcfd(id, &p.fd, &p.events, &rc);
        if (rc != CM_OK)
            return 0;
        wait_for(L, &p, 1, deadline);
    }
    lua_pushnil(L);
    lua_pushliteral(L, "timeout");
    return 2;
}

bool wait_readable(lua_State *L, int fd, int arg)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return wait_for(L, &p, 1, check_deadline(L, arg)) > 0;
}

/* Check one element of the list for cpic.poll: a descriptor to read from, or {descriptor, events}. */
static void check_poll(lua_State *L, struct pollfd *p)
{
    int isnum, isevents = 1;
    p->events = POLLIN;
    if (lua_istable(L, -1)) {
        lua_rawgeti(L, -1, 1);
        lua_rawgeti(L, -2, 2);
        p->events = (short)lua_tointegerx(L, -1, &isevents);
        p->fd = (int)lua_tointegerx(L, -2, &isnum);
        lua_pop(L, 2);
    } else {
        p->fd = (int)lua_tointegerx(L, -1, &isnum);
    }
    if (!isnum || !isevents)
        luaL_argerror(L, 1, "a list of descriptors, or of {descriptor, events}");
}

/* cpic.poll(list, seconds): a table {position in the list = events}, or nil, "timeout". */
static int poll_list(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    double deadline = check_deadline(L, 2);
    lua_Unsigned n = lua_rawlen(L, 1);
    luaL_argcheck(L, n <= 65536, 1, "too long");
    struct pollfd *p = lua_newuserdatauv(L, (n + 1) * sizeof *p, 0);
    for (lua_Unsigned i = 0; i < n; i++) {
        lua_rawgeti(L, 1, (lua_Integer)i + 1);
        check_poll(L, &p[i]);
        lua_pop(L, 1);
    }
    if (wait_for(L, p, n, deadline) == 0) {
        lua_pushnil(L);
        lua_pushliteral(L, "timeout");
        return 2;
    }
    lua_newtable(L);
    for (lua_Unsigned i = 0; i < n; i++) {
        if (p[i].revents == 0)
            continue;
        lua_pushinteger(L, p[i].revents);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static int sleep_for(lua_State *L)
{
    luaL_checknumber(L, 1);
    double deadline = check_deadline(L, 1);
    while (until(deadline) > 0)
        wait_for(L, NULL, 0, deadline);
    return 0;
}

static int clock_now(lua_State *L)
{
    lua_pushnumber(L, now());
    return 1;
}

/* ---- the two code pages, texts of any length ---- */

static int convert(lua_State *L, void (*call)(unsigned char *, CM_INT32 *, CM_INT32 *))
{
    size_t n;
    luaL_Buffer b;
    luaL_checktype(L, 1, LUA_TSTRING);
    const char *s = lua_tolstring(L, 1, &n);
    unsigned char *p = (unsigned char *)luaL_buffinitsize(L, &b, n);
    memcpy(p, s, n);
    for (size_t at = 0; at < n; at += 32767) {
        CM_INT32 piece = (CM_INT32)(n - at < 32767 ? n - at : 32767), rc;
        call(p + at, &piece, &rc);
        if (rc != CM_OK)
            return luaL_error(L, "%s", xcrcname(rc));
    }
    luaL_pushresultsize(&b, n);
    return 1;
}

static int to_ebcdic(lua_State *L)
{
    return convert(L, cmcnvo);
}

static int to_ascii(lua_State *L)
{
    return convert(L, cmcnvi);
}

void wait_register(lua_State *L)
{
    static const luaL_Reg f[] = {{"finish", finish},   {"poll", poll_list},   {"sleep", sleep_for},
                                 {"clock", clock_now}, {"ebcdic", to_ebcdic}, {"ascii", to_ascii},
                                 {NULL, NULL}};
    luaL_setfuncs(L, f, 0);
    lua_pushinteger(L, POLLIN);
    lua_setfield(L, -2, "POLLIN");
    lua_pushinteger(L, POLLOUT);
    lua_setfield(L, -2, "POLLOUT");
}
