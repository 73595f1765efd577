/* page.h - the node's page of notices (snanode/local/notice.h), as this process sees it.  Inside the library
 * only. */
#ifndef CONV_PAGE_H
#define CONV_PAGE_H

#include "snanode/local/notice.h"

/* The page of the present node.  All zero when there is no node, or it has no page: then no answer is good
 * for a second time, and no trace is on.  It stays at its place, so nobody needs a lock to look at it. */
const struct notice *page_get(void);
/* Take the page FD of the node to which this process has just said hello, and close FD (-1: it has none). */
void page_take(int fd);
/* The node is gone, or it is another process's. */
void page_forget(void);
/* Unloading: nobody looks any more. */
void page_unload(void);

#endif
