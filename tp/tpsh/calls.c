/* The CPI-C calls in Lua, one row each.
 *
 * Every argument of every call is a pointer, so a row needs only the shape of the arguments.  The shape
 * determines what Lua passes in, what the C call gets and what Lua gets back (frame.h). */
#include <string.h>

#include "tp/tpsh/conversations.h"
#include "tp/tpsh/frame.h"
#include "tp/tpsh/wincalls.h"

/* The call in progress; a blocking hook may make others inside it. */
static struct frame *running;
lua_State *calls_running;

/* ---- the rows ---- */

#define ARG1                     a[0]
#define ARG2                     ARG1, a[1]
#define ARG3                     ARG2, a[2]
#define ARG4                     ARG3, a[3]
#define ARG5                     ARG4, a[4]
#define ARG6                     ARG5, a[5]
#define ARG7                     ARG6, a[6]
#define ARG8                     ARG7, a[7]
#define ARG9                     ARG8, a[8]
#define ARG10                    ARG9, a[9]
#define CALL(n, f, shape)        CALL_(n, f)
#define UNSUPPORTED(n, f, shape) CALL_(n, f)
#define CALL_(n, f)                                                                                          \
    static void call_##f(void **a)                                                                           \
    {                                                                                                        \
        f(ARG##n);                                                                                           \
    }
#include "tp/tpsh/calls.def"
#undef CALL
#undef UNSUPPORTED

static const struct call calls[] = {
#define CALL(n, f, shape)        {#f, shape, call_##f, false},
#define UNSUPPORTED(n, f, shape) {#f, shape, call_##f, true},
#include "tp/tpsh/calls.def"
};

/* ---- the call ---- */

static bool flows(const struct call *c)
{
    static const char names[][8] = {"cmacci", "cmallc", "cmcfm", "cmcfmd", "cmdeal", "cmflus",
                                    "cmptr",  "cmrcv",  "cmrts", "cmsend", "cmserr", "cmcanc"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(c->name, names[i]) == 0)
            return true;
    return false;
}

static int make_call(lua_State *L)
{
    const struct call *call = &calls[lua_tointeger(L, lua_upvalueindex(1))];
    bool flowing = lua_toboolean(L, lua_upvalueindex(2));
    luaL_checkstack(L, 2 * ARGS_MAX + 8, NULL);
    if (lua_gettop(L) < ARGS_MAX)
        lua_settop(L, ARGS_MAX); /* the frame is above all arguments, including missing ones */
    struct frame *f = frame_new(L, strpbrk(call->shape, "bx") != NULL);
    int at = lua_gettop(L);
    frame_fill(L, f, call);
    lua_State *before = calls_running;
    struct frame *outer = running;
    calls_running = L;
    running = f;
    call->call(f->a);
    calls_running = before;
    running = outer;
    lua_pushinteger(L, f->rc);
    int n = 1 + frame_push(L, f);
    if (flowing || strchr(call->shape, 'C')) {
        conv_follow(L, f);
        conv_drop_cancelled(L, f);
    }
    if (f->rc == CM_OPERATION_INCOMPLETE) {
        lua_pushvalue(L, at);
        conv_keep_pending(L, f, wincalls_window_is_set() || wincalls_has_event(f->id));
        lua_pop(L, 1);
    } else {
        frame_spare(L, at);
    }
    wincalls_raise(L);
    return n;
}

/* cmwait and xcstep complete the operation of an earlier call: its outputs follow their own. */
static int make_waiting_call(lua_State *L)
{
    int n = make_call(L), first = lua_gettop(L) - n + 1;
    bool wait = lua_toboolean(L, lua_upvalueindex(3)); /* cmwait: rc, id, conversation_rc; xcstep: rc, it */
    if (lua_tointeger(L, first) != CM_OK)
        return n;
    int at = wait ? first + 2 : first + 1;
    if (lua_tointeger(L, at) == CM_OPERATION_INCOMPLETE)
        return n;
    unsigned char id[CM_CID_SIZE];
    memcpy(id, lua_tostring(L, wait ? first + 1 : 1), sizeof id);
    conv_see(L, id);
    return n + conv_push_completed(L, id);
}

void calls_give_up(void)
{
    CM_INT32 rc;
    if (running && strchr("cC", running->call->shape[0]))
        cmcanc(running->id, &rc);
}

static int last_error(lua_State *L)
{
    lua_pushstring(L, xclasterr());
    return 1;
}

static int last_sense(lua_State *L)
{
    lua_pushinteger(L, xclastsense());
    return 1;
}

static int name(lua_State *L)
{
    lua_pushstring(L, xcrcname(frame_check_number(L, 1)));
    return 1;
}

void calls_register(lua_State *L)
{
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        bool wait = strcmp(calls[i].name, "cmwait") == 0;
        lua_pushinteger(L, (lua_Integer)i);
        lua_pushboolean(L, flows(&calls[i]));
        lua_pushboolean(L, wait);
        lua_pushcclosure(L, wait || strcmp(calls[i].name, "xcstep") == 0 ? make_waiting_call : make_call, 3);
        lua_setfield(L, -2, calls[i].name);
    }
    static const luaL_Reg more[] = {{"xcrcname", name},
                                    {"name", name},
                                    {"xclasterr", last_error},
                                    {"xclastsense", last_sense},
                                    {NULL, NULL}};
    luaL_setfuncs(L, more, 0);
    conv_register(L);
}
