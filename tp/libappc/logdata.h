/* logdata.h - log data as the program of a basic conversation has them: a GDS error log variable, with a
 * product set ID and a message [Formats: GDS variables].  Inside the library only. */
#ifndef LIBAPPC_LOGDATA_H
#define LIBAPPC_LOGDATA_H

#include "tp/conv/conv.h"

/* What a block has; N = 0: none. */
struct logdata {
    const uint8_t *p;
    size_t n;
};
/* The log data of the verb V with the block B.  The block of a mapped verb has none, and may end before them.
 */
#define LOGDATA_OF(v, b)                                                                                     \
    ((v)->mapped ? (struct logdata){NULL, 0} : (struct logdata){(b)->log_dptr, (b)->log_dlen})

/* The secondary code for log data that are not there, or LL_WRONG when they are not one error log variable:
 * its LL says N.  0 = good. */
unsigned int logdata_wrong(struct logdata log, unsigned int ll_wrong);
/* Make their message the log data of the next error of C: the first CONV_LOG_MAX octets.  Without a message
 * the next error has none. */
void logdata_keep(struct conv *c, struct logdata log);

#endif
