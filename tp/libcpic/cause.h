/* cause.h - why a call gives CM_PRODUCT_SPECIFIC_ERROR, for people.  Inside the library; xclasterr shows
 * it. */
#ifndef LIBCPIC_CAUSE_H
#define LIBCPIC_CAUSE_H

#include <stdint.h>

#include "cpic.h"

/* Keep the cause for this thread, as one line without a line end; write it to stderr when SNANODE_DEBUG is 1.
 * Returns CM_PRODUCT_SPECIFIC_ERROR. */
CM_INT32 product_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The cause for a call after WinCPICCleanup. */
CM_INT32 product_error_stopped(void);
/* Returns the return code for RC of an answer of the node, and keeps the cause when RC is not a code of
 * CPI-C. LU: the alias that was asked for, "" = none. */
CM_INT32 rc_of_answer(uint32_t rc, const char *lu);

/* When one thread continues an operation for another: take the cause from the first (a copy that the caller
 * frees, or NULL), and keep it in the second. */
char *cause_copy(void);
void cause_put(const char *text);

#endif
