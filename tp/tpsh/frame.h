/* frame.h - the arguments of one CPI-C call: what Lua passes in, what the C call gets, and what Lua gets
 * back. */
#ifndef TPSH_FRAME_H
#define TPSH_FRAME_H

#include <stdbool.h>

#include "tp/tpsh/tpsh.h"
#include "wincpic.h"

#define ARGS_MAX 10
#define TEXT_MAX 1024 /* longest name or text that a call returns */

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
 * return_code, the last argument of every call, is not in the shape. */
struct call {
    const char *name;
    const char *shape;
    void (*call)(void **a);
    bool anything; /* not supported: says so whatever the arguments, including nil */
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
    bool threaded; /* a thread of the library may continue the operation */
    unsigned char *data;
    CM_INT32 data_n;
    size_t cap; /* octets of DATA, which follows the frame */
};

/* Push a frame; WITH_DATA: with room for the longest data of one call. */
struct frame *frame_new(lua_State *L, bool with_data);

/* The frame at INDEX may serve the next call. */
void frame_spare(lua_State *L, int index);

/* Copy Lua's arguments, which begin at 1, into F; a Lua error when they do not fit CALL. */
void frame_fill(lua_State *L, struct frame *f, const struct call *call);

/* Push the outputs in the order of the prototype; returns how many.  Outputs that were not written are nil.
 */
int frame_push(lua_State *L, const struct frame *f);

/* Check and return an argument from Lua: a conversation_ID, and a number for the call. */
const unsigned char *frame_check_id(lua_State *L, int arg);
CM_INT32 frame_check_number(lua_State *L, int arg);

#endif
