/* stats.h - the statistics page of this process, which the node reads: a slot for each conversation.
 * Inside the library only. */
#ifndef CONV_STATS_H
#define CONV_STATS_H

#include "snanode/local/stats.h"

/* A slot for a conversation, zeroed; *NO is its number, STATS_SLOT_NONE when there is no page with room.
 * Never NULL: what nobody reads is counted too. */
struct stats_slot *stats_take(uint32_t *no);
void stats_give(uint32_t no);

/* The page that a node has made, by its descriptor FD, which is closed; -1 = it has made none. */
void stats_open(int fd);
/* No node reads the page any more: it goes with the last conversation that writes into it. */
void stats_unread(void);
void stats_forked(void); /* after fork, in the child: the page is the parent's */

#endif
