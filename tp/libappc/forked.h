/* forked.h - what a child process forgets.  Inside the library only. */
#ifndef LIBAPPC_FORKED_H
#define LIBAPPC_FORKED_H

void forked_watch(void); /* called before the library has anything that a child must forget */

#endif
