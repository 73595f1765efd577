/* pingserve.h - the server's side of an APING conversation, for apingd and mpingd.  Layer: samples.
 * What the two sides say to each other is in pingserve.c. */
#ifndef SNA_TP_SAMPLES_PINGSERVE_H
#define SNA_TP_SAMPLES_PINGSERVE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "cpic.h"

struct pingserve {
    const char *program; /* for messages */
    bool verbose;        /* a line per conversation */
    const atomic_bool
        *stopping; /* when set, the program is ending: errors are expected and not reported; or NULL */
};

/* Register a TP name with the node for incoming conversations.  0, or -1 and a message. */
int pingserve_register(const struct pingserve *ps, const char *tp_name);

/* Wait for the next conversation, in either form of Accept_Conversation.
 * Returns the return code of the accept; if it is not CM_OK it has been reported. */
CM_INT32 pingserve_accept(const struct pingserve *ps, unsigned char id[CM_CID_SIZE]);

/* Serve one conversation until it is over.  Whatever the partner does causes at most a message. */
void pingserve_conversation(const struct pingserve *ps, unsigned char id[CM_CID_SIZE]);

/* End a conversation that cannot be served; the partner gets CM_DEALLOCATED_ABEND. */
void pingserve_abend(unsigned char id[CM_CID_SIZE]);

#endif
