/* rts.h - TEST_RTS_AND_POST: the partner's request for the turn, which a program is told of while it does
 * something else.  Inside the library only.
 *
 * While no verb is under way, the library watches the conversation by an operation that each verb interrupts.
 * What comes while a verb is under way the verb finds itself. */
#ifndef LIBAPPC_RTS_H
#define LIBAPPC_RTS_H

#include "tp/libappc/call.h"

/* Whether a Request_To_Send has come, once for each; a TEST_RTS_AND_POST is complete by it. */
bool rts_take(struct conv *c);
/* V enters C: nobody else watches C, until rts_resume at the end of the verb. */
void rts_interrupt(struct call *v, struct conv *c);
void rts_resume(struct call *v);
/* The same without a verb.  C is watched again, if it can be; under async_lock. */
void rts_pause(struct conv *c);
void rts_go_on(struct conv *c);
/* C's operation that watched is complete; under async_lock. */
void rts_watched(struct conv *c);
/* The conversation is over. */
void rts_end(struct conv *c);

#endif
