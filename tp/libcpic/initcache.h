/* initcache.h - what Initialize_Conversation asks the node.  Inside the library only. */
#ifndef LIBCPIC_INITCACHE_H
#define LIBCPIC_INITCACHE_H

#include "cpic.h"
#include "snanode/local/lp.h"

/* Ask what SYMDEST ("" = none) stands for, and which local LU this program has.  Returns the return code;
 * ANSWER is filled in when it is CM_OK. */
CM_INT32 initcache_ask(const char *symdest, struct lp_inited *answer);
void initcache_forget(void); /* unloading: forget all answers */
void initcache_forked(void); /* after fork, in the child */

#endif
