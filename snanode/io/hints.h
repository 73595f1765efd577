/* hints.h - the pages in which programs of one user count frames (snanode/local/hint.h).  Layer: io. */
#ifndef SNA_IO_HINTS_H
#define SNA_IO_HINTS_H

#include "snanode/local/hint.h"

/* A new page; *FD is its descriptor.  NULL when there is no room for one: programs then do without. */
struct hints *hints_new(int *fd);
/* P may be NULL. */
void hints_free(struct hints *p, int fd);

#endif
