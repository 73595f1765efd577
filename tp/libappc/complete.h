/* complete.h - how programs learn that a verb is complete.  Inside the library only. */
#ifndef LIBAPPC_COMPLETE_H
#define LIBAPPC_COMPLETE_H

#include "tp/libappc/call.h"

/* Tell the program that the verb of VCB is complete. */
void complete_tell(const struct completion *how, void *vcb);
/* For struct op_face: a verb has been left behind. */
const struct op_notice *complete_notice(struct conv *c);

#endif
