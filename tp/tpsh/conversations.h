/* conversations.h - what tpsh knows of each conversation: the frame of its incomplete operation, what its
 * last completed operation returned, and whether it still exists. */
#ifndef TPSH_CONVERSATIONS_H
#define TPSH_CONVERSATIONS_H

#include <stdbool.h>

#include "tp/tpsh/frame.h"

/* Make the tables, and add cpic.received to the table on top of the stack. */
void conv_register(lua_State *L);

/* Note from the call in F whether a conversation has begun or ended. */
void conv_follow(lua_State *L, const struct frame *f);
void conv_see(lua_State *L, const unsigned char *id);

/* The operation of F, which is on top of the stack, is incomplete: F stays until it completes.  THREADED: a
 * thread of the library may continue it. */
void conv_keep_pending(lua_State *L, struct frame *f, bool threaded);

/* F was a Cancel: nobody will complete the operation; its buffers may go unless a thread is at work on
 * them. */
void conv_drop_cancelled(lua_State *L, const struct frame *f);

/* Push the outputs of a completed operation of the conversation ID (8 octets) in the order of its
 * prototype; returns how many.  They are also kept for cpic.received. */
int conv_push_completed(lua_State *L, const unsigned char *id);

/* The ID (8 octets) of the conversation whose operation was given the ID at ADDRESS, or NULL. */
const unsigned char *conv_find_address(lua_State *L, const void *address);

/* Whether the descriptor FD is the event of a conversation. */
bool conv_uses_event(lua_State *L, int fd);

/* The program ends: abend every remaining conversation, and end the use of CPI-C.  False when a
 * thread of the library may still write to buffers of L, so that L must not be closed. */
bool conv_end_all(lua_State *L);

#endif
