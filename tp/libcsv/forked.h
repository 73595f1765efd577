/* forked.h - watches for fork.  Inside the library only. */
#ifndef LIBCSV_FORKED_H
#define LIBCSV_FORKED_H

void forked_watch(void); /* from now on a child process forgets what is its parent's */

#endif
