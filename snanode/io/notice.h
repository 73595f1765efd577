/* notice.h - what programs may know at any time.  Layer: io. */
#ifndef SNA_IO_NOTICE_H
#define SNA_IO_NOTICE_H

#include "snanode/local/lp.h"

struct server;

void notice_open(struct server *s);
void notice_close(struct server *s);
/* Stamp M with the generation for which it holds; 0 = it must not be remembered. */
void notice_stamp(const struct server *s, struct lp_inited *m);
/* Invalidate the answers given so far. */
void notice_inited_old(struct server *s);

#endif
