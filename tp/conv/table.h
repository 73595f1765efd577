/* table.h - all conversations of this process, by their IDs.  Inside the library only. */
#ifndef CONV_TABLE_H
#define CONV_TABLE_H

#include "tp/conv/conv.h"

/* A new conversation in state RESET, mapped, with security SAME and without names, entered in the table with
 * one reference for the table and one for the caller.  It has SIZE octets, zero behind the struct conv with
 * which a face begins its own.  NULL: no memory, or the limit is reached (cause.h has it). */
struct conv *conv_new(size_t size);
/* The conversation with this ID, referenced; NULL when there is none. */
struct conv *conv_get(const uint8_t *id);
/* The same by a number of 32 bits, for a face that has such IDs and never more than CONV_NUMBERS
 * conversations at a time.  No conversation has the number 0. */
#define CONV_NUMBERS 16384
uint32_t conv_number(const struct conv *c);
struct conv *conv_by_number(uint32_t number);
/* One more reference to C, by who has one; and one less. */
void conv_hold(struct conv *c);
void conv_put(struct conv *c);
/* Remove the conversation from the table: its ID is void from now on.  The last conv_put frees it
 * and its place, so an ID is not given again while anybody has a reference. */
void conv_void(struct conv *c);
/* Call F for each conversation, referenced during the call. */
void conv_each(void (*f)(struct conv *c, void *arg), void *arg);
/* After fork, in the child: forget all conversations. */
void conv_forked(void);
/* Unloading: a thread of the program is inside a call; void all conversations, and tell no partner. */
bool conv_is_used(void);
void conv_unload(void);

#endif
