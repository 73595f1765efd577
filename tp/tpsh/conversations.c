/* Tables in Lua's registry, by conversation_ID. */
#include <string.h>

#include "tp/tpsh/conversations.h"

static char key_pending; /* ID -> frame of its incomplete operation */
static char key_done;    /* ID -> list of what the completed operation returned */
static char key_live;    /* ID -> true: conversations that have not ended */

static int n_done;

static void push_table(lua_State *L, const char *key)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, key);
}

static void push_id(lua_State *L, const unsigned char *id)
{
    lua_pushlstring(L, (const char *)id, CM_CID_SIZE);
}

/* table[ID] = the value on top, which is popped. */
static void table_set(lua_State *L, const char *key, const unsigned char *id)
{
    push_table(L, key);
    push_id(L, id);
    lua_pushvalue(L, -3);
    lua_rawset(L, -3);
    lua_pop(L, 2);
}

static int table_get(lua_State *L, const char *key, const unsigned char *id)
{
    push_table(L, key);
    push_id(L, id);
    int type = lua_rawget(L, -2);
    lua_remove(L, -2);
    return type;
}

static void table_clear(lua_State *L, const char *key, const unsigned char *id)
{
    lua_pushnil(L);
    table_set(L, key, id);
}

/* ---- incomplete operations ---- */

void conv_keep_pending(lua_State *L, struct frame *f, bool threaded)
{
    f->threaded = threaded;
    lua_pushvalue(L, -1);
    table_set(L, &key_pending, f->id);
}

void conv_drop_cancelled(lua_State *L, const struct frame *f)
{
    if (f->rc != CM_OK || strcmp(f->call->name, "cmcanc") != 0)
        return;
    if (table_get(L, &key_pending, f->id) == LUA_TUSERDATA &&
        !((struct frame *)lua_touserdata(L, -1))->threaded)
        table_clear(L, &key_pending, f->id);
    lua_pop(L, 1);
}

int conv_push_completed(lua_State *L, const unsigned char *idp)
{
    unsigned char id[CM_CID_SIZE];
    memcpy(id, idp, sizeof id);
    luaL_checkstack(L, ARGS_MAX + 6, NULL);
    if (table_get(L, &key_pending, id) != LUA_TUSERDATA) {
        lua_pop(L, 1);
        return 0;
    }
    int frame = lua_gettop(L);
    struct frame *f = lua_touserdata(L, frame);
    f->rc = CM_OK; /* for an accept: the ID was given already, and is not given again */
    int n = strchr(f->call->shape, 'C') ? 0 : frame_push(L, f);
    table_clear(L, &key_pending, id);
    frame_spare(L, frame);
    if (++n_done > 1024) { /* results of conversations that nobody has asked for */
        lua_newtable(L);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &key_done);
        n_done = 1;
    }
    lua_createtable(L, n, 1);
    for (int i = 1; i <= n; i++) {
        lua_pushvalue(L, frame + i);
        lua_rawseti(L, -2, i);
    }
    lua_pushinteger(L, n);
    lua_setfield(L, -2, "n");
    table_set(L, &key_done, id);
    lua_remove(L, frame);
    return n;
}

const unsigned char *conv_find_address(lua_State *L, const void *address)
{
    const unsigned char *found = NULL;
    push_table(L, &key_pending);
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        struct frame *f = lua_touserdata(L, -1);
        if (f->id == address)
            found = f->id;
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return found;
}

/* cpic.received(id): what the last completed operation returned. */
static int received(lua_State *L)
{
    const unsigned char *id = frame_check_id(L, 1);
    int n = 0;
    lua_settop(L, 1);
    if (table_get(L, &key_done, id) == LUA_TTABLE) {
        lua_getfield(L, -1, "n");
        n = (int)lua_tointeger(L, -1);
        lua_pop(L, 1);
        luaL_checkstack(L, n, NULL);
        for (int i = 1; i <= n; i++)
            lua_rawgeti(L, 2, i);
    }
    return n;
}

/* ---- conversations that are there ---- */

void conv_see(lua_State *L, const unsigned char *idp)
{
    CM_INT32 state, rc;
    unsigned char id[CM_CID_SIZE];
    memcpy(id, idp, sizeof id);
    cmecs(id, &state, &rc);
    if (rc == CM_PROGRAM_PARAMETER_CHECK)
        table_clear(L, &key_live, id);
}

void conv_follow(lua_State *L, const struct frame *f)
{
    const char *shape = f->call->shape;
    if (f->call->anything)
        return;
    if (strchr(shape, 'C') && (f->rc == CM_OK || f->rc == CM_OPERATION_INCOMPLETE)) {
        lua_pushboolean(L, 1);
        table_set(L, &key_live, f->id);
    } else if (shape[0] == 'c') {
        conv_see(L, f->id);
    }
}

bool conv_uses_event(lua_State *L, int fd)
{
    bool used = false;
    push_table(L, &key_live);
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        unsigned char id[CM_CID_SIZE];
        HANDLE h = NULL;
        CM_INT32 rc;
        memcpy(id, lua_tostring(L, -2), sizeof id);
        lua_pop(L, 1);
        WinCPICExtractEvent(id, &h, &rc);
        used = used || (rc == CM_OK && h && WCPIC_FD(h) == fd);
    }
    lua_pop(L, 1);
    return used;
}

void conv_register(lua_State *L)
{
    char *keys[] = {&key_pending, &key_done, &key_live};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        lua_newtable(L);
        lua_rawsetp(L, LUA_REGISTRYINDEX, keys[i]);
    }
    lua_pushcfunction(L, received);
    lua_setfield(L, -2, "received");
}

/* ---- the end ---- */

static void end_one(lua_State *L, unsigned char *id)
{
    CM_INT32 rc, type = CM_DEALLOCATE_ABEND, mode = CM_NON_BLOCKING;
    if (table_get(L, &key_pending, id) == LUA_TUSERDATA) {
        cmcanc(id, &rc);
    } else {
        cmspm(id, &mode, &rc); /* a partner that does not read must not delay us */
        cmsdt(id, &type, &rc);
        cmdeal(id, &rc);
    }
    lua_pop(L, 1);
}

bool conv_end_all(lua_State *L)
{
    bool used = false, safe = true;
    push_table(L, &key_live);
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        unsigned char id[CM_CID_SIZE];
        memcpy(id, lua_tostring(L, -2), sizeof id);
        lua_pop(L, 1);
        end_one(L, id);
        used = true;
    }
    lua_pop(L, 1);
    push_table(L, &key_pending);
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        safe = safe && !((struct frame *)lua_touserdata(L, -1))->threaded;
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    if (used)
        WinCPICCleanup();
    return safe;
}
