/* heard.h - whether frames have come for a conversation that it has not read, as far as the partner and the
 * node count them (snanode/local/hint.h).  Inside the library only. */
#ifndef CONV_HEARD_H
#define CONV_HEARD_H

#include "tp/conv/conv.h"
#include "tp/conv/page.h"

/* Where frames of H are counted; NULL: nowhere, or the page is another node's by now. */
static inline struct hint *heard_counted(const struct conv_heard *h)
{
    struct hints *p = h->page ? page_hints() : NULL;
    if (!p || atomic_load_explicit(&p->page, memory_order_relaxed) != h->page)
        return NULL;
    return hint_of(p, h->conv);
}

/* C begins: its node number holds. */
void heard_begin(struct conv *c);
/* N frames of C have been written into its socket. */
void heard_wrote(const struct conv *c, unsigned n);
/* One frame has been read from it. */
void heard_read(struct conv *c);
/* False: the socket has nothing to read; no system call is needed to know that.  The look that follows True
 * ends with heard_nothing when it has found the socket empty. */
bool heard_any(struct conv *c);
void heard_nothing(struct conv *c);

#endif
