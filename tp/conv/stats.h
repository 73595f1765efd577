/* stats.h - the statistics page of this process, which the node reads: a slot for each conversation.
 * Inside the library only. */
#ifndef CONV_STATS_H
#define CONV_STATS_H

#include "snanode/local/stats.h"

/* The number of a slot for a conversation, STATS_SLOT_NONE when the page has no room.  A program may have
 * conversations before it has a page: it says the numbers to the node that makes one. */
uint32_t stats_take(void);
/* The conversation begins: the slot of this number, with what OWN has, or OWN, when there is no page. */
struct stats_slot *stats_begin(uint32_t no, struct stats_slot *own);
void stats_give(uint32_t no);

/* The page that a node has made, by its descriptor FD, which is closed; -1 = it has made none. */
void stats_open(int fd);
/* No node reads the page any more: it goes with the last conversation that writes into it. */
void stats_unread(void);
void stats_forked(void); /* after fork, in the child: the page is the parent's */

#endif
