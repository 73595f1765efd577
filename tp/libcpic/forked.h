/* forked.h - a child process begins afresh.  Inside the library only. */
#ifndef LIBCPIC_FORKED_H
#define LIBCPIC_FORKED_H

/* From now on a child of this process forgets the connections and conversations of its parent.  Called by
 * every call that may be a program's first to reach the node; costs nothing after the first time. */
void forked_watch(void);

#endif
