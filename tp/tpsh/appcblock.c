/* The control blocks of APPC verbs, from the table of verbs and fields that the build makes of winappc.h. */
#include "tp/tpsh/appcblock.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wincpic.h"

enum { LONGEST = 65535, EBCDIC_BLANK = 0x40, LAST_RAW = 0x1F };

/* ---- the table ---- */

#define CODE(kind, name)
#define VALUE(name)
#define VERB(block, opcode, opext)
#define FIELD(block, kind, name)
#define BUFFER(block, kind, name, pointer, length)
#define BIT(block, name)                                                                                     \
    static unsigned get_##block##_##name(const void *p)                                                      \
    {                                                                                                        \
        return ((const struct block *)p)->name;                                                              \
    }                                                                                                        \
    static void set_##block##_##name(void *p, unsigned v)                                                    \
    {                                                                                                        \
        ((struct block *)p)->name = v & 1;                                                                   \
    }
#include "tpsh_appc.def"
#undef VERB
#undef FIELD
#undef BUFFER
#undef BIT

#define AT(block, field) offsetof(struct block, field)
#define SZ(block, field) sizeof(((struct block *)0)->field)
#define VERB(block, o, x)                                                                                    \
    {.name = #block, .kind = APPC_BLOCK, .size = sizeof(struct block), .opcode = o, .opext = x},
#define FIELD(block, k, field)                                                                               \
    {.name = #field, .kind = APPC_##k, .at = AT(block, field), .size = SZ(block, field)},
#define BIT(block, field)                                                                                    \
    {.name = #field, .kind = APPC_BITS, .get = get_##block##_##field, .set = set_##block##_##field},
#define BUFFER(block, k, field, pointer, length)                                                             \
    {.name = #field,                                                                                         \
     .kind = APPC_##k,                                                                                       \
     .at = AT(block, pointer),                                                                               \
     .size = SZ(block, length),                                                                              \
     .length_at = AT(block, length)},
const struct appc_row appc_rows[] = {
#include "tpsh_appc.def"
};
const unsigned appc_rows_n = sizeof appc_rows / sizeof *appc_rows;

static bool is_field(const struct appc_row *row)
{
    return row < appc_rows + appc_rows_n && row->kind != APPC_BLOCK;
}

static const struct appc_row *find(const struct appc_issue *i, const char *name)
{
    for (const struct appc_row *f = i->verb + 1; is_field(f); f++)
        if (strcmp(f->name, name) == 0)
            return f;
    return NULL;
}

/* ---- octets of a block ---- */

static unsigned char *octets(const struct appc_issue *i, unsigned at)
{
    return (unsigned char *)i->vcb + at;
}

static lua_Unsigned get_number(const unsigned char *p, size_t n)
{
    unsigned short two;
    unsigned int four;
    switch (n) {
    case sizeof two:
        memcpy(&two, p, sizeof two);
        return two;
    case sizeof four:
        memcpy(&four, p, sizeof four);
        return four;
    default:
        return *p;
    }
}

static void set_number(unsigned char *p, size_t n, lua_Unsigned v)
{
    unsigned short two = (unsigned short)v;
    unsigned int four = (unsigned int)v;
    uintptr_t eight = (uintptr_t)v;
    if (n == sizeof two)
        memcpy(p, &two, n);
    else if (n == sizeof four)
        memcpy(p, &four, n);
    else if (n == sizeof eight)
        memcpy(p, &eight, n);
    else
        *p = (unsigned char)v;
}

static unsigned char *get_pointer(const struct appc_issue *i, const struct appc_row *f)
{
    unsigned char *p;
    memcpy(&p, octets(i, f->at), sizeof p);
    return p;
}

static unsigned get_length(const struct appc_issue *i, const struct appc_row *f)
{
    return (unsigned)get_number(octets(i, f->length_at), f->size);
}

struct appc_issue *appc_issue_new(const struct appc_row *verb)
{
    struct appc_issue *i = calloc(1, sizeof *i);
    if (!i)
        return NULL;
    i->verb = verb;
    i->event = -1;
    i->vcb = calloc(1, verb->size);
    if (!i->vcb) {
        free(i);
        return NULL;
    }
    struct appc_hdr *h = i->vcb;
    h->opcode = verb->opcode;
    h->opext = verb->opext;
    return i;
}

void appc_issue_free(struct appc_issue *i)
{
    for (const struct appc_row *f = i->verb + 1; is_field(f); f++)
        if (f->kind >= APPC_SENT)
            free(get_pointer(i, f));
    if (i->event >= 0)
        close(i->event);
    free(i->vcb);
    free(i);
}

/* ---- from Lua ---- */

static int wrong(lua_State *L, const struct appc_issue *i, const struct appc_row *f, const char *what)
{
    return luaL_error(L, "%s: the field %s %s", i->verb->name, f->name, what);
}

/* The number on top of the stack, or that of the constant whose name is there. */
static lua_Integer check_number(lua_State *L, const struct appc_issue *i, const struct appc_row *f,
                                int constants)
{
    int is_number;
    if (lua_type(L, -1) == LUA_TSTRING) {
        lua_pushvalue(L, -1);
        lua_rawget(L, constants);
        lua_replace(L, -2);
    }
    lua_Integer v = lua_tointegerx(L, -1, &is_number);
    lua_Integer most = f->kind == APPC_BITS ? 1
                       : f->size >= 4       ? (lua_Integer)UINT32_MAX
                                            : (1 << 8 * f->size) - 1;
    if (!is_number)
        wrong(L, i, f, "is a number, or the name of a constant");
    if (v < 0 || v > most)
        wrong(L, i, f, lua_pushfstring(L, "is a number from 0 to %I", most));
    return v;
}

static const char *check_octets(lua_State *L, const struct appc_issue *i, const struct appc_row *f, size_t *n,
                                size_t most)
{
    if (lua_type(L, -1) != LUA_TSTRING)
        wrong(L, i, f, "is a string");
    const char *s = lua_tolstring(L, -1, n);
    if (*n > most)
        wrong(L, i, f, lua_pushfstring(L, "has at most %d octets", (int)most));
    return s;
}

/* A field of text takes {octets = "..."} as it is. */
static void set_text(lua_State *L, struct appc_issue *i, const struct appc_row *f)
{
    unsigned char *p = octets(i, f->at);
    size_t n;
    bool raw = lua_istable(L, -1);
    if (raw) {
        lua_getfield(L, -1, "octets");
        lua_replace(L, -2);
    }
    const char *s = check_octets(L, i, f, &n, f->size);
    if (f->kind == APPC_OCTETS || raw)
        memset(p, 0, f->size);
    memcpy(p, s, n);
    size_t first = f->kind == APPC_TP_NAME && n > 0 && p[0] <= LAST_RAW ? 1 : 0;
    CM_INT32 length = (CM_INT32)(n - first), rc;
    if ((f->kind == APPC_EBCDIC || f->kind == APPC_TP_NAME) && !raw && length > 0)
        cmcnvo(p + first, &length, &rc);
}

static void set_data(lua_State *L, struct appc_issue *i, const struct appc_row *f)
{
    size_t n;
    const char *s = check_octets(L, i, f, &n, LONGEST);
    unsigned char *copy = malloc(n + 1);
    if (!copy)
        luaL_error(L, "out of memory");
    memcpy(copy, s, n);
    memcpy(octets(i, f->at), &copy, sizeof copy);
    set_number(octets(i, f->length_at), f->size, n);
}

/* The value is on top of the stack. */
static void set_field(lua_State *L, struct appc_issue *i, const struct appc_row *f, int constants)
{
    lua_Integer v;
    switch (f->kind) {
    case APPC_ASCII:
    case APPC_EBCDIC:
    case APPC_TP_NAME:
    case APPC_OCTETS:
        set_text(L, i, f);
        return;
    case APPC_SENT:
        set_data(L, i, f);
        return;
    case APPC_RECEIVED:
    case APPC_KEPT:
        wrong(L, i, f, "is what the verb returns");
        return;
    case APPC_BITS:
        f->set(i->vcb, (unsigned)check_number(L, i, f, constants));
        return;
    case APPC_EVENT:
        i->kept = true; /* nobody but the script knows when the verb is complete */
        break;
    default:
        break;
    }
    v = check_number(L, i, f, constants);
    if (strcmp(f->name, "opext") == 0)
        v |= i->verb->opext;
    if (f->kind == APPC_SENSE)
        v = f->size == 4 ? APPC_FLIPL(v) : APPC_FLIPI(v);
    set_number(octets(i, f->at), f->size, (lua_Unsigned)v);
}

static void set_blanks(const struct appc_issue *i)
{
    for (const struct appc_row *f = i->verb + 1; is_field(f); f++)
        if (f->kind == APPC_ASCII)
            memset(octets(i, f->at), ' ', f->size);
        else if (f->kind == APPC_EBCDIC || f->kind == APPC_TP_NAME)
            memset(octets(i, f->at), EBCDIC_BLANK, f->size);
}

static bool is_length(const struct appc_issue *i, const char *name)
{
    for (const struct appc_row *f = i->verb + 1; is_field(f); f++)
        if (f->kind == APPC_SENT && find(i, name) && find(i, name)->at == f->length_at)
            return true;
    return false;
}

/* Set what the table at index AT has. */
static void set_all(lua_State *L, struct appc_issue *i, int at, int constants)
{
    lua_pushnil(L);
    while (lua_next(L, at)) {
        const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : NULL;
        const struct appc_row *f = name ? find(i, name) : NULL;
        if (!f)
            luaL_error(L, "%s has no field %s", i->verb->name, name ? name : luaL_typename(L, -2));
        if (is_length(i, name))
            wrong(L, i, f, "follows from the data");
        set_field(L, i, f, constants);
        lua_pop(L, 1);
    }
}

/* The identifiers that another result has. */
static void take_ids(lua_State *L, struct appc_issue *i, int at, int constants)
{
    static const char *const ids[] = {"tp_id", "conv_id"};
    for (unsigned k = 0; k < sizeof ids / sizeof *ids; k++) {
        const struct appc_row *f = find(i, ids[k]);
        if (!f)
            continue;
        if (lua_getfield(L, at, ids[k]) != LUA_TNIL)
            set_field(L, i, f, constants);
        lua_pop(L, 1);
    }
}

/* The field that says how much the buffer F takes. */
static const struct appc_row *room_for(const struct appc_issue *i, const struct appc_row *f)
{
    if (f->kind == APPC_KEPT)
        return find(i, "log_dlen");
    const struct appc_row *max = find(i, "max_len");
    return max ? max : find(i, "buffer_len");
}

/* Room for what is received: as much as MAX says, or the most. */
static void make_room(lua_State *L, struct appc_issue *i, const struct appc_row *f,
                      const struct appc_row *max, bool given)
{
    if (!given)
        set_number(octets(i, max->at), max->size, LONGEST);
    size_t n = (size_t)get_number(octets(i, max->at), max->size);
    unsigned char *room = calloc(1, n + 1);
    if (!room)
        luaL_error(L, "out of memory");
    memcpy(octets(i, f->at), &room, sizeof room);
    i->kept = i->kept || f->kind == APPC_KEPT;
}

void appc_block_fill(lua_State *L, struct appc_issue *i, int constants)
{
    int fields = lua_istable(L, 2) ? 2 : 1;
    set_blanks(i);
    if (fields == 2)
        take_ids(L, i, 1, constants);
    if (!lua_isnoneornil(L, fields)) {
        luaL_checktype(L, fields, LUA_TTABLE);
        set_all(L, i, fields, constants);
    }
    for (const struct appc_row *f = i->verb + 1; is_field(f); f++) {
        if (f->kind != APPC_RECEIVED && f->kind != APPC_KEPT)
            continue;
        const struct appc_row *max = room_for(i, f);
        bool given = lua_istable(L, fields) && lua_getfield(L, fields, max->name) != LUA_TNIL;
        make_room(L, i, f, max, given);
    }
}

/* ---- to Lua ---- */

static void push_text(lua_State *L, const struct appc_row *f, const unsigned char *p)
{
    unsigned char text[64];
    size_t n = f->size;
    int blank = f->kind == APPC_ASCII ? ' ' : EBCDIC_BLANK;
    while (f->kind != APPC_OCTETS && n > 0 && (p[n - 1] == blank || p[n - 1] == 0))
        n--;
    memcpy(text, p, n);
    size_t first = f->kind == APPC_TP_NAME && n > 0 && p[0] < EBCDIC_BLANK ? 1 : 0;
    CM_INT32 length = (CM_INT32)(n - first), rc;
    if ((f->kind == APPC_EBCDIC || f->kind == APPC_TP_NAME) && length > 0)
        cmcnvi(text + first, &length, &rc);
    lua_pushlstring(L, (const char *)text, n);
}

/* The octets behind a pointer.  A buffer of which nothing is known is returned whole. */
static void push_data(lua_State *L, const struct appc_issue *i, const struct appc_row *f)
{
    const unsigned char *p = get_pointer(i, f);
    if (p)
        lua_pushlstring(L, (const char *)p, get_length(i, f));
    else
        lua_pushnil(L);
}

static void push_field(lua_State *L, const struct appc_issue *i, const struct appc_row *f)
{
    const unsigned char *p = octets(i, f->at);
    switch (f->kind) {
    case APPC_ASCII:
    case APPC_EBCDIC:
    case APPC_TP_NAME:
    case APPC_OCTETS:
        push_text(L, f, p);
        break;
    case APPC_SENT:
    case APPC_RECEIVED:
    case APPC_KEPT:
        push_data(L, i, f);
        break;
    case APPC_BITS:
        lua_pushinteger(L, f->get(i->vcb));
        break;
    case APPC_WHAT:
        appc_codes_push_what(L, (unsigned short)get_number(p, f->size));
        break;
    case APPC_STATE:
        appc_codes_push_state(L, (unsigned)get_number(p, f->size));
        break;
    case APPC_SENSE:
        lua_pushinteger(L, f->size == 4 ? (lua_Integer)APPC_FLIPL(get_number(p, 4))
                                        : APPC_FLIPI(get_number(p, 2)));
        break;
    case APPC_EVENT:
    case APPC_HANDLE_:
        lua_pushnil(L);
        break;
    default:
        lua_pushinteger(L, (lua_Integer)get_number(p, f->size));
    }
}

void appc_block_push(lua_State *L, const struct appc_issue *i)
{
    const struct appc_hdr *h = i->vcb;
    lua_newtable(L);
    lua_pushstring(L, i->verb->name);
    lua_setfield(L, -2, "verb");
    appc_codes_push_primary(L, h->primary_rc);
    lua_setfield(L, -2, "primary_rc");
    appc_codes_push_secondary(L, h->secondary_rc);
    lua_setfield(L, -2, "secondary_rc");
    for (const struct appc_row *f = i->verb + 1; is_field(f); f++) {
        push_field(L, i, f);
        lua_setfield(L, -2, f->name);
    }
}
