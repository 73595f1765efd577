/* notice.h - how a program of CPI-C learns that an incomplete operation is done, when it does not wait for
 * it: an event or a window message [HIS: Windows CPI-C Asynchronous Support].  Inside the library only. */
#ifndef LIBCPIC_NOTICE_H
#define LIBCPIC_NOTICE_H

#include "tp/conv/conv.h"

/* The notice for the operation of C that becomes incomplete now; NULL: Wait_For_Conversation reports it. */
const struct op_notice *notice_for(struct conv *c);
/* xchwnd: messages go to the descriptor FD from now on; -1: there are none, and Wait_For_Conversation reports
 * what is still incomplete. */
void notice_set_window(int fd);

#endif
