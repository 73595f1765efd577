/* heard.h - whether frames have come for a conversation that it has not read, as far as the partner and the
 * node count them (snanode/local/hint.h).  Inside the library only. */
#ifndef CONV_HEARD_H
#define CONV_HEARD_H

#include "tp/conv/conv.h"

struct hint;
/* Where frames of H are counted; NULL: nowhere, or the page is another node's by now. */
struct hint *heard_counted(const struct conv_heard *h);
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
