/* program.h - where the program of a TP is on this machine.  Layer: attach manager (asks the file system). */
#ifndef ATTACHMGR_PROGRAM_H
#define ATTACHMGR_PROGRAM_H

#include <stddef.h>

/* The executable file that PATH (already mapped) means: as it is, without a final ".exe", or either of them with
 * the file name in lower case - programs were renamed when they came here.  Returns 0 with the name in OUT, or the
 * errno that says why there is none (OUT is PATH then). */
int program_find(const char *path, char *out, size_t cap);

#endif
