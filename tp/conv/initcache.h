/* initcache.h - what Initialize_Conversation asks the node.  Inside the library only. */
#ifndef CONV_INITCACHE_H
#define CONV_INITCACHE_H

#include "snanode/local/lp.h"
#include "tp/conv/outcome.h"

/* Ask what SYMDEST ("" = none) stands for, and which local LU this program has.  Returns the outcome;
 * ANSWER is filled in when it is OUTCOME_OK. */
enum outcome initcache_ask(const char *symdest, struct lp_inited *answer);
void initcache_forget(void); /* unloading: forget all answers */
void initcache_forked(void); /* after fork, in the child */

#endif
