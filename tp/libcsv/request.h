/* request.h - asking the node to log something.  Inside the library only. */
#ifndef LIBCSV_REQUEST_H
#define LIBCSV_REQUEST_H

#include "snanode/local/lp.h"
#include "tp/libcsv/call.h"

#define CSV_MAX 64 /* verbs of a process that wait for the node at a time [HIS: Primary CSV Return Codes] */

/* How a request ends. */
enum requested {
    REQUESTED_OK,
    REQUESTED_NO_NODE, /* it cannot be reached */
    REQUESTED_LOST,    /* it has gone while it was asked */
    REQUESTED_REFUSED, /* it has not logged it */
    REQUESTED_STOPPED, /* WinCSVCleanup */
    REQUESTED_N
};

/* Sets the codes of the block. */
typedef void requested(void *vcb, enum requested how);

/* Have the node log NOTE, and call DONE with the verb's block: before this returns, or before the program is
 * told. */
void request_note(struct csv_call *v, const struct lp_note *note, requested *done);
/* Tell the program that the verb of VCB is complete. */
void request_tell(const struct completion *how, void *vcb);
void request_forked(void); /* after fork, in the child */

#endif
