/* Conversion between SIDE_INFO and its table. */
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "tp/tpsh/sideinfo.h"

static const struct side_field {
    const char *name;
    size_t at, cap; /* cap 0: a number */
} side_fields[] = {
#define TEXT(f)                                                                                              \
    {                                                                                                        \
#f, offsetof(SIDE_INFO, f), sizeof(((SIDE_INFO *)0)->f)                                              \
    }
#define NUMBER(f)                                                                                            \
    {                                                                                                        \
#f, offsetof(SIDE_INFO, f), 0                                                                        \
    }
    TEXT(sym_dest_name),    TEXT(partner_LU_name),   NUMBER(TP_name_type),
    TEXT(TP_name),          TEXT(mode_name),         NUMBER(conversation_security_type),
    TEXT(security_user_ID), TEXT(security_password),
};

#define SIDE_FIELDS (sizeof side_fields / sizeof *side_fields)

static void check_side_keys(lua_State *L, int arg)
{
    lua_pushnil(L);
    while (lua_next(L, arg)) {
        bool known = false;
        lua_pop(L, 1);
        for (size_t i = 0; i < SIDE_FIELDS && !known; i++)
            known = lua_type(L, -1) == LUA_TSTRING && strcmp(lua_tostring(L, -1), side_fields[i].name) == 0;
        if (!known)
            luaL_argerror(L, arg,
                          lua_pushfstring(L, "SIDE_INFO has no field %s", luaL_tolstring(L, -1, NULL)));
    }
}

void side_check(lua_State *L, int arg, SIDE_INFO *s)
{
    luaL_checktype(L, arg, LUA_TTABLE);
    check_side_keys(L, arg);
    memset(s, ' ', sizeof *s);
    s->TP_name_type = XC_APPLICATION_TP;
    s->conversation_security_type = XC_SECURITY_NONE;
    for (size_t i = 0; i < SIDE_FIELDS; i++) {
        const struct side_field *f = &side_fields[i];
        unsigned char *p = (unsigned char *)s + f->at;
        int isnum = 1;
        size_t n = 0;
        if (lua_getfield(L, arg, f->name) != LUA_TNIL) {
            const char *text = f->cap ? lua_tolstring(L, -1, &n) : NULL;
            lua_Integer v = f->cap ? 0 : lua_tointegerx(L, -1, &isnum);
            if ((f->cap && (!text || n > f->cap)) || !isnum || v < INT32_MIN || v > INT32_MAX)
                luaL_argerror(L, arg, lua_pushfstring(L, "field %s is not usable", f->name));
            CM_INT32 v32 = (CM_INT32)v;
            if (f->cap)
                memcpy(p, text, n);
            else
                memcpy(p, &v32, sizeof v32);
        }
        lua_pop(L, 1);
    }
}

void side_push(lua_State *L, const SIDE_INFO *s)
{
    lua_createtable(L, 0, SIDE_FIELDS);
    for (size_t i = 0; i < SIDE_FIELDS; i++) {
        const struct side_field *f = &side_fields[i];
        const unsigned char *p = (const unsigned char *)s + f->at;
        CM_INT32 v;
        size_t n = f->cap;
        if (n) {
            while (n > 0 && p[n - 1] == ' ')
                n--;
            lua_pushlstring(L, (const char *)p, n);
        } else {
            memcpy(&v, p, sizeof v);
            lua_pushinteger(L, v);
        }
        lua_setfield(L, -2, f->name);
    }
}
