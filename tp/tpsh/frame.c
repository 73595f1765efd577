/* Frames: the arguments of CPI-C calls.  When a call returns CM_OPERATION_INCOMPLETE, the library keeps
 * pointers into the call's frame, which stays until the operation has completed. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "tp/tpsh/frame.h"
#include "tp/tpsh/sideinfo.h"

#define DATA_MAX 32767     /* longest data of one call */
#define NOTHING  INT32_MIN /* an output that the call did not write */

static char key_spare; /* registry key, by address: a frame with a large buffer, for the next call */

/* A new frame, or the spare one if there is one. */
struct frame *frame_new(lua_State *L, bool with_data)
{
    struct frame *f;
    size_t cap = with_data ? DATA_MAX : 0;
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &key_spare) == LUA_TUSERDATA) {
        f = lua_touserdata(L, -1);
        if (f->cap >= cap) {
            lua_pushnil(L); /* not spare while in use: a hook may make calls of its own */
            lua_rawsetp(L, LUA_REGISTRYINDEX, &key_spare);
            return f;
        }
    }
    lua_pop(L, 1);
    f = lua_newuserdatauv(L, sizeof *f + cap, 0);
    memset(f, 0, sizeof *f);
    f->cap = cap;
    return f;
}

void frame_spare(lua_State *L, int index)
{
    lua_pushvalue(L, index);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_spare);
}

const unsigned char *frame_check_id(lua_State *L, int arg)
{
    size_t n;
    luaL_checktype(L, arg, LUA_TSTRING);
    const char *s = lua_tolstring(L, arg, &n);
    if (n != CM_CID_SIZE)
        luaL_argerror(L, arg, "a conversation_ID is a string of 8 octets");
    return (const unsigned char *)s;
}

CM_INT32 frame_check_number(lua_State *L, int arg)
{
    lua_Integer i = luaL_checkinteger(L, arg);
    if (i < INT32_MIN || i > INT32_MAX)
        luaL_argerror(L, arg, "does not fit in 32 bits");
    return (CM_INT32)i;
}

/* A name in a field of CAP octets, padded with spaces. */
static void check_padded(lua_State *L, int arg, unsigned char *out, size_t cap)
{
    size_t n;
    const char *s = luaL_checklstring(L, arg, &n);
    if (n > cap)
        luaL_argerror(L, arg, lua_pushfstring(L, "at most %d octets", (int)cap));
    memset(out, ' ', cap);
    memcpy(out, s, n);
}

/* ---- Lua's arguments into a frame ---- */

/* The pointers of the C call, in order. */
struct filling {
    lua_State *L;
    struct frame *f;
    int arg;    /* next argument from Lua */
    unsigned n; /* next pointer */
};

static void put(struct filling *w, void *p)
{
    w->f->a[w->n++] = p;
}

/* Store the number for the pointer just put: a length, or the argument itself. */
static void put_number(struct filling *w, CM_INT32 v)
{
    w->f->number[w->n] = v;
    put(w, &w->f->number[w->n]);
}

static bool absent(struct filling *w)
{
    return w->f->call->anything && lua_isnoneornil(w->L, w->arg);
}

static void fill_text(struct filling *w, bool changed)
{
    size_t n;
    const char *s = luaL_checklstring(w->L, w->arg, &n);
    if (n > INT32_MAX)
        luaL_argerror(w->L, w->arg, "too long");
    if (changed) { /* the library refuses a length beyond the buffer before reading it */
        memcpy(w->f->data, s, n < w->f->cap ? n : w->f->cap);
        w->f->data_n = (CM_INT32)n;
        put(w, w->f->data);
    } else {
        put(w, (void *)(uintptr_t)s);
    }
    put_number(w, (CM_INT32)n);
    w->arg++;
}

static void fill_name8(struct filling *w, bool optional)
{
    unsigned char *p = w->f->name8[w->f->n_name8++];
    memset(p, ' ', 8);
    if (!optional || !lua_isnoneornil(w->L, w->arg))
        check_padded(w->L, w->arg, p, 8);
    put(w, p);
    w->arg++;
}

/* Handle a letter that reads an argument from Lua. */
static void fill_input(struct filling *w, char shape)
{
    struct frame *f = w->f;
    if (absent(w)) {
        put(w, NULL);
        if (strchr("stxb", shape))
            put(w, NULL);
        w->arg++;
        return;
    }
    switch (shape) {
    case 'c':
        memcpy(f->id, frame_check_id(w->L, w->arg++), CM_CID_SIZE);
        put(w, f->id);
        break;
    case 'd':
    case 'k':
        fill_name8(w, shape == 'k');
        break;
    case 'i':
        put_number(w, frame_check_number(w->L, w->arg++));
        break;
    case 'u':
        check_padded(w->L, w->arg++, f->tp_id, sizeof f->tp_id);
        put(w, f->tp_id);
        break;
    case 't':
        side_check(w->L, w->arg++, &f->side);
        put(w, &f->side);
        put_number(w, sizeof f->side);
        break;
    case 's':
    case 'x':
        fill_text(w, shape == 'x');
        break;
    case 'b':
        put(w, f->data);
        put_number(w, frame_check_number(w->L, w->arg++));
        break;
    }
}

/* Handle a letter for an argument that is only written. */
static void fill_output(struct filling *w, char shape)
{
    struct frame *f = w->f;
    switch (shape) {
    case 'C':
        memset(f->id, 0, sizeof f->id);
        put(w, f->id);
        break;
    case 'I':
    case 'n':
        put_number(w, NOTHING);
        break;
    case 'w':
        put(w, &f->events);
        break;
    case 'U':
        put(w, f->tp_id);
        break;
    case 'T':
        memset(&f->side, ' ', sizeof f->side);
        put(w, &f->side);
        put_number(w, sizeof f->side);
        break;
    case 'S': {
        struct text *t = &f->text[f->n_text++];
        t->n = NOTHING;
        put(w, t->octets);
        put(w, &t->n);
        break;
    }
    default:
        put(w, NULL);
    }
}

void frame_fill(lua_State *L, struct frame *f, const struct call *call)
{
    struct filling w = {.L = L, .f = f, .arg = 1};
    f->call = call;
    f->n_name8 = f->n_text = 0;
    f->threaded = false;
    f->data = (unsigned char *)(f + 1);
    f->data_n = 0;
    f->rc = CM_PRODUCT_SPECIFIC_ERROR;
    for (const char *s = call->shape; *s; s++) {
        if (strchr("cdkiutsxb", *s))
            fill_input(&w, *s);
        else
            fill_output(&w, *s);
    }
    put(&w, &f->rc);
}

/* ---- a frame's outputs ---- */

static void push_number(lua_State *L, CM_INT32 v)
{
    if (v == NOTHING)
        lua_pushnil(L);
    else
        lua_pushinteger(L, v);
}

static void push_text(lua_State *L, const unsigned char *p, CM_INT32 n, size_t cap)
{
    if (n < 0 || (size_t)n > cap)
        lua_pushnil(L);
    else
        lua_pushlstring(L, (const char *)p, (size_t)n);
}

/* The received length belongs to the buffer before it.  The argument between them says whether there are
 * data: both an empty record and no record have length 0. */
static CM_INT32 received_length(const struct frame *f)
{
    unsigned at = 0;
    for (const char *s = f->call->shape; *s; s++) {
        if (*s == 'n' && s[-1] == 'I' &&
            (f->number[at - 1] == CM_NO_DATA_RECEIVED || f->number[at - 1] == NOTHING))
            return NOTHING;
        if (*s == 'n')
            return f->number[at];
        at += strchr("tTsSxb", *s) ? 2 : 1;
    }
    return NOTHING;
}

int frame_push(lua_State *L, const struct frame *f)
{
    int top = lua_gettop(L);
    unsigned at = 0, text = 0;
    bool nothing = f->rc == CM_CALL_NOT_SUPPORTED;
    for (const char *s = f->call->shape; *s; s++) {
        switch (*s) {
        case 'C':
            if (f->rc == CM_OK || f->rc == CM_OPERATION_INCOMPLETE)
                lua_pushlstring(L, (const char *)f->id, CM_CID_SIZE);
            else
                lua_pushnil(L);
            break;
        case 'I':
            push_number(L, f->number[at]);
            break;
        case 'w':
            if (f->rc == CM_OK)
                lua_pushinteger(L, f->events);
            else
                lua_pushnil(L);
            break;
        case 'U':
            lua_pushnil(L); /* no call that writes one is supported */
            break;
        case 'T':
            if (f->rc == CM_OK)
                side_push(L, &f->side);
            else
                lua_pushnil(L);
            break;
        case 'S':
            push_text(L, f->text[text].octets, f->text[text].n, TEXT_MAX);
            text++;
            break;
        case 'x':
            push_text(L, f->data, nothing ? NOTHING : f->data_n, f->cap);
            break;
        case 'b':
            push_text(L, f->data, received_length(f), f->cap);
            break;
        }
        at += strchr("tTsSxb", *s) ? 2 : 1;
    }
    return lua_gettop(L) - top;
}
