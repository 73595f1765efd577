/* page.h - the pages of the node's, as this process sees them: notices (snanode/local/notice.h), and counts
 * of frames (snanode/local/hint.h).  Inside the library only. */
#ifndef CONV_PAGE_H
#define CONV_PAGE_H

#include "snanode/local/hint.h"
#include "snanode/local/notice.h"

/* The page of the present node.  All zero when there is no node, or it has no page: then no answer is good
 * for a second time, and no trace is on.  It stays at its place, so nobody needs a lock to look at it. */
const struct notice *page_get(void);
/* The counts of frames; likewise, but NULL before there has been a node with such a page. */
struct hints *page_hints(void);
/* Take the pages NOTICE and HINTS of the node to which this process has just said hello, and close the
 * descriptors (-1: it has none). */
void page_take(int notice, int hints);
/* The node is gone, or it is another process's. */
void page_forget(void);
/* Unloading: nobody looks any more. */
void page_unload(void);

#endif
