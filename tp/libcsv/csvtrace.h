/* csvtrace.h - the trace of verbs that DEFINE_TRACE switches on [HIS: DEFINE_TRACE].  Inside the library
 * only. */
#ifndef LIBCSV_CSVTRACE_H
#define LIBCSV_CSVTRACE_H

#include <stddef.h>

/* The verb NAME is complete: put a record with its block of N octets into the trace, if it is on. */
void csvtrace_verb(const char *name, const void *vcb, size_t n);
void csvtrace_forked(void); /* after fork, in the child */

#endif
