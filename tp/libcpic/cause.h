/* cause.h - why a call gives CM_PRODUCT_SPECIFIC_ERROR, for people.  Inside the library; xclasterr shows
 * it. */
#ifndef LIBCPIC_CAUSE_H
#define LIBCPIC_CAUSE_H

#include <stdint.h>

#include "cpic.h"

/* Keep the cause for this thread, one line without an end, and say it on stderr when SNANODE_DEBUG is 1.
 * Returns CM_PRODUCT_SPECIFIC_ERROR. */
CM_INT32 product_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* A call after WinCPICCleanup. */
CM_INT32 product_error_stopped(void);
/* The return code for RC of an answer of the node's, with the cause when it is none of CPI-C's own.  LU: the
 * alias that was asked for, "" = none. */
CM_INT32 rc_of_answer(uint32_t rc, const char *lu);

/* An operation that another thread has carried on: its cause as a copy to be freed, or NULL; and in the
 * thread that hears of it. */
char *cause_copy(void);
void cause_put(const char *text);

#endif
