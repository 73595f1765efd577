/* conversations.h - what tpsh knows of each conversation: the frame of its incomplete operation, what its
 * last completed operation returned, and whether it is still there. */
#ifndef TPSH_CONVERSATIONS_H
#define TPSH_CONVERSATIONS_H

#include "tp/tpsh/frame.h"

/* Make the tables, and add cpic.received to the table on top of the stack. */
void conv_register(lua_State *L);

/* Note by the call in F that a conversation began, or see whether it ended. */
void conv_follow(lua_State *L, const struct frame *f);
void conv_see(lua_State *L, const unsigned char *id);

/* The operation of F, which is on top of the stack, is incomplete: F stays until it completes.  THREADED: a
 * thread of the library may carry it on. */
void conv_keep_pending(lua_State *L, struct frame *f, bool threaded);

/* F was a Cancel: nobody will complete the operation; its buffers may go unless a thread is at work on
 * them. */
void conv_drop_cancelled(lua_State *L, const struct frame *f);

/* The outputs of a completed operation of the conversation ID (8 octets), pushed in the order of its
 * prototype; how many.  They are also kept for cpic.received. */
int conv_push_completed(lua_State *L, const unsigned char *id);

/* The conversation whose operation gave its ID at this address: its 8 octets, or NULL. */
const unsigned char *conv_find_address(lua_State *L, const void *address);

/* Is the descriptor the event of a conversation? */
bool conv_uses_event(lua_State *L, int fd);

/* The program ends: abend every conversation that is still there, and end the use of CPI-C.  False when a
 * thread of the library may still write to buffers of L, so that L must not be closed. */
bool conv_end_all(lua_State *L);

#endif
