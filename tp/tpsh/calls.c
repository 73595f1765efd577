/* The CPI-C calls in Lua, one row each.
 *
 * Every argument of every call is a pointer, so a row needs only the shape of its arguments; from the shape follow
 * what Lua gives, what the C call gets and what Lua gets back.  Where a call goes on after it returned
 * CM_OPERATION_INCOMPLETE, the library keeps those pointers: they lie in a frame that stays until the operation
 * has completed. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "tp/tpsh/tpsh.h"
#include "wincpic.h"

#define ARGS_MAX 10
#define TEXT_MAX 1024  /* longest name or text that a call returns */
#define DATA_MAX 32767 /* longest data of one call */

/* An argument of the C call:
 *   c  conversation_ID that is read        C  conversation_ID that is written
 *   d  name of 8 octets, padded            k  the same, or nil (key_lock)
 *   i  number that is read                 I  number that is written
 *   w  short that is written               p  always NULL
 *   u  TP_ID that is read                  U  TP_ID that is written
 *   t  SIDE_INFO and length, read          T  SIDE_INFO and length, written
 *   s  text and length, read               S  text and length, written
 *   x  text and length, changed in place
 *   b  buffer and requested length         n  received length of that buffer
 * return_code, which ends every call, is not in the shape. */
struct call {
    const char *name;
    const char *shape;
    void (*call)(void **a);
    bool anything; /* not supported: answers so whatever it gets, nil included */
};

struct text {
    CM_INT32 n;
    unsigned char octets[TEXT_MAX];
};

/* The arguments of one call, as the library sees them. */
struct frame {
    const struct call *call;
    void *a[ARGS_MAX + 2];
    CM_INT32 rc;
    CM_INT32 number[ARGS_MAX + 2]; /* by place in the prototype */
    short events;
    unsigned char id[CM_CID_SIZE];
    unsigned char name8[2][8];
    unsigned char tp_id[12];
    SIDE_INFO side;
    struct text text[2];
    unsigned n_name8, n_text;
    bool threaded; /* a thread of the library may carry the operation on */
    unsigned char *data;
    CM_INT32 data_n;
    size_t cap; /* octets of DATA, which lie behind the frame */
};

#define NOTHING INT32_MIN /* an output that the call did not write */

/* Registry keys, by address. */
static char key_pending; /* ID -> frame of its incomplete operation */
static char key_done;    /* ID -> list of what the completed one returned */
static char key_live;    /* ID -> true: conversations that have not ended */
static char key_spare;   /* a frame with a large buffer, for the next call */

lua_State *calls_running;
static int n_done;
static bool window_set;

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

/* ---- tables in the registry ---- */

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

/* ---- frames ---- */

/* A frame on top of the stack: the spare one if it is there. */
static struct frame *frame_new(lua_State *L, bool with_data)
{
    struct frame *f;
    size_t cap = with_data ? DATA_MAX : 0;
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &key_spare) == LUA_TUSERDATA) {
        f = lua_touserdata(L, -1);
        if (f->cap >= cap) {
            lua_pushnil(L); /* not spare while it is in use: a hook may make calls of its own */
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

/* The frame at INDEX may serve the next call. */
static void frame_spare(lua_State *L, int index)
{
    lua_pushvalue(L, index);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_spare);
}

static int argument_error(lua_State *L, int arg, const char *what)
{
    return luaL_argerror(L, arg, what);
}

const unsigned char *calls_check_id(lua_State *L, int arg)
{
    size_t n;
    luaL_checktype(L, arg, LUA_TSTRING);
    const char *s = lua_tolstring(L, arg, &n);
    if (n != CM_CID_SIZE)
        argument_error(L, arg, "a conversation_ID is a string of 8 octets");
    return (const unsigned char *)s;
}

static CM_INT32 check_number(lua_State *L, int arg)
{
    lua_Integer i = luaL_checkinteger(L, arg);
    if (i < INT32_MIN || i > INT32_MAX)
        argument_error(L, arg, "does not fit in 32 bits");
    return (CM_INT32)i;
}

/* A name in a field of CAP octets, padded with spaces. */
static void check_padded(lua_State *L, int arg, unsigned char *out, size_t cap)
{
    size_t n;
    const char *s = luaL_checklstring(L, arg, &n);
    if (n > cap)
        argument_error(L, arg, lua_pushfstring(L, "at most %d octets", (int)cap));
    memset(out, ' ', cap);
    memcpy(out, s, n);
}

/* ---- SIDE_INFO and its table ---- */

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
            argument_error(L, arg,
                           lua_pushfstring(L, "SIDE_INFO has no field %s", luaL_tolstring(L, -1, NULL)));
    }
}

static void check_side(lua_State *L, int arg, SIDE_INFO *s)
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
                argument_error(L, arg, lua_pushfstring(L, "field %s is not usable", f->name));
            CM_INT32 v32 = (CM_INT32)v;
            if (f->cap)
                memcpy(p, text, n);
            else
                memcpy(p, &v32, sizeof v32);
        }
        lua_pop(L, 1);
    }
}

static void push_side(lua_State *L, const SIDE_INFO *s)
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

/* ---- Lua's arguments into a frame ---- */

/* The pointers of the C call, in order. */
struct filling {
    lua_State *L;
    struct frame *f;
    int arg;    /* next argument of Lua's */
    unsigned n; /* next pointer */
};

static void put(struct filling *w, void *p)
{
    w->f->a[w->n++] = p;
}

/* The number behind the pointer just put: a length, or the argument itself. */
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
        argument_error(w->L, w->arg, "too long");
    if (changed) { /* longer than the buffer is refused by the library before it looks */
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

/* One letter that reads an argument of Lua's. */
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
        memcpy(f->id, calls_check_id(w->L, w->arg++), CM_CID_SIZE);
        put(w, f->id);
        break;
    case 'd':
    case 'k':
        fill_name8(w, shape == 'k');
        break;
    case 'i':
        put_number(w, check_number(w->L, w->arg++));
        break;
    case 'u':
        check_padded(w->L, w->arg++, f->tp_id, sizeof f->tp_id);
        put(w, f->tp_id);
        break;
    case 't':
        check_side(w->L, w->arg++, &f->side);
        put(w, &f->side);
        put_number(w, sizeof f->side);
        break;
    case 's':
    case 'x':
        fill_text(w, shape == 'x');
        break;
    case 'b':
        put(w, f->data);
        put_number(w, check_number(w->L, w->arg++));
        break;
    }
}

/* One letter that is written only. */
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

static void frame_fill(lua_State *L, struct frame *f, const struct call *call)
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

/* The received length belongs to the buffer that stands before it. */
static CM_INT32 received_length(const struct frame *f)
{
    unsigned at = 0;
    for (const char *s = f->call->shape; *s; s++) {
        if (*s == 'n')
            return f->number[at];
        at += strchr("tTsSxb", *s) ? 2 : 1;
    }
    return NOTHING;
}

/* Outputs in the order of the prototype; how many.  Those that were not written are nil. */
static int frame_push(lua_State *L, const struct frame *f)
{
    int top = lua_gettop(L);
    unsigned at = 0, text = 0;
    bool nothing = f->rc == CM_CALL_NOT_SUPPORTED;
    for (const char *s = f->call->shape; *s; s++) {
        switch (*s) {
        case 'C':
            if (f->rc == CM_OK || f->rc == CM_OPERATION_INCOMPLETE)
                push_id(L, f->id);
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
                push_side(L, &f->side);
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

/* ---- incomplete operations, and conversations that are there ---- */

static bool has_event(const unsigned char *id)
{
    HANDLE h = NULL;
    CM_INT32 rc;
    WinCPICExtractEvent((unsigned char *)(uintptr_t)id, &h, &rc);
    return rc == CM_OK && h;
}

/* The frame on top stays until the operation completes. */
static void keep_pending(lua_State *L, struct frame *f)
{
    f->threaded = window_set || has_event(f->id);
    lua_pushvalue(L, -1);
    table_set(L, &key_pending, f->id);
}

int calls_push_completed(lua_State *L, const unsigned char *idp)
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
    if (++n_done > 1024) { /* of conversations that nobody asked about */
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

const unsigned char *calls_find_address(lua_State *L, const void *address)
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
    const unsigned char *id = calls_check_id(L, 1);
    int n = 0;
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

/* Note that a conversation began, or see whether it ended. */
static void follow(lua_State *L, const struct frame *f)
{
    CM_INT32 state, rc;
    const char *shape = f->call->shape;
    if (f->call->anything)
        return;
    if (strchr(shape, 'C') && (f->rc == CM_OK || f->rc == CM_OPERATION_INCOMPLETE)) {
        lua_pushboolean(L, 1);
        table_set(L, &key_live, f->id);
    } else if (shape[0] == 'c') {
        cmecs((unsigned char *)(uintptr_t)f->id, &state, &rc);
        if (rc == CM_PROGRAM_PARAMETER_CHECK)
            table_clear(L, &key_live, f->id);
    }
}

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

/* cmcanc: nobody will complete the operation; its buffers may go unless a thread is at work on them. */
static void drop_cancelled(lua_State *L, const struct frame *f)
{
    if (f->rc != CM_OK || strcmp(f->call->name, "cmcanc") != 0)
        return;
    if (table_get(L, &key_pending, f->id) == LUA_TUSERDATA &&
        !((struct frame *)lua_touserdata(L, -1))->threaded)
        table_clear(L, &key_pending, f->id);
    lua_pop(L, 1);
}

static int make_call(lua_State *L)
{
    const struct call *call = &calls[lua_tointeger(L, lua_upvalueindex(1))];
    bool flowing = lua_toboolean(L, lua_upvalueindex(2));
    luaL_checkstack(L, 2 * ARGS_MAX + 8, NULL);
    if (lua_gettop(L) < ARGS_MAX)
        lua_settop(L, ARGS_MAX); /* the frame stands above all arguments, also those that are missing */
    struct frame *f = frame_new(L, strpbrk(call->shape, "bx") != NULL);
    int at = lua_gettop(L);
    frame_fill(L, f, call);
    lua_State *before = calls_running;
    calls_running = L;
    call->call(f->a);
    calls_running = before;
    lua_pushinteger(L, f->rc);
    int n = 1 + frame_push(L, f);
    if (flowing || strchr(call->shape, 'C')) {
        follow(L, f);
        drop_cancelled(L, f);
    }
    if (f->rc == CM_OPERATION_INCOMPLETE) {
        lua_pushvalue(L, at);
        keep_pending(L, f);
        lua_pop(L, 1);
    } else {
        frame_spare(L, at);
    }
    wincalls_raise(L);
    return n;
}

/* cmwait and xcstep complete the operation of a call that was made before: its outputs follow their own. */
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
    CM_INT32 state, rc;
    cmecs(id, &state, &rc);
    if (rc == CM_PROGRAM_PARAMETER_CHECK)
        table_clear(L, &key_live, id);
    return n + calls_push_completed(L, id);
}

/* xchwnd takes its descriptor by value. */
static int call_xchwnd(lua_State *L)
{
    CM_INT32 rc = CM_PRODUCT_SPECIFIC_ERROR;
    HWND h = lua_isnoneornil(L, 1) ? NULL : WCPIC_HWND(check_number(L, 1));
    if (h == NULL && !lua_isnoneornil(L, 1))
        argument_error(L, 1, "descriptor 0 cannot be a window");
    xchwnd(h, &rc);
    if (rc == CM_OK)
        window_set = h != NULL;
    lua_pushinteger(L, rc);
    return 1;
}

static int name(lua_State *L)
{
    lua_pushstring(L, xcrcname(check_number(L, 1)));
    return 1;
}

void calls_register(lua_State *L)
{
    char *keys[] = {&key_pending, &key_done, &key_live};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        lua_newtable(L);
        lua_rawsetp(L, LUA_REGISTRYINDEX, keys[i]);
    }
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        bool wait = strcmp(calls[i].name, "cmwait") == 0;
        lua_pushinteger(L, (lua_Integer)i);
        lua_pushboolean(L, flows(&calls[i]));
        lua_pushboolean(L, wait);
        lua_pushcclosure(L, wait || strcmp(calls[i].name, "xcstep") == 0 ? make_waiting_call : make_call, 3);
        lua_setfield(L, -2, calls[i].name);
    }
    static const luaL_Reg more[] = {
        {"xchwnd", call_xchwnd}, {"xcrcname", name}, {"name", name}, {"received", received}, {NULL, NULL}};
    luaL_setfuncs(L, more, 0);
}

/* ---- the end ---- */

static void end_one(lua_State *L, unsigned char *id)
{
    CM_INT32 rc, type = CM_DEALLOCATE_ABEND, mode = CM_NON_BLOCKING;
    if (table_get(L, &key_pending, id) == LUA_TUSERDATA) {
        cmcanc(id, &rc);
    } else {
        cmspm(id, &mode, &rc); /* a partner that does not read must not hold us up */
        cmsdt(id, &type, &rc);
        cmdeal(id, &rc);
    }
    lua_pop(L, 1);
}

bool calls_end(lua_State *L)
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
