/* cause.h - why an operation failed: for OUTCOME_LOCAL_FAILURE in words, for people; for others the sense
 * code. Inside the library only. */
#ifndef CONV_CAUSE_H
#define CONV_CAUSE_H

#include <stdint.h>

#include "tp/conv/outcome.h"

/* Keep the cause for this thread, as one line without a line end; write it to stderr when SNANODE_DEBUG is 1.
 * Returns OUTCOME_LOCAL_FAILURE. */
enum outcome cause_set(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same when no node is there, or it has ended while it was asked: its reason is that of a node that ends.
 */
enum outcome cause_no_node(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The outcome for RC of an answer of the node; keeps the cause when RC is not a code that programs know.  LU:
 * the alias that was asked for, "" = none. */
enum outcome cause_of_answer(uint32_t rc, const char *lu);

/* The reason that the node has given for the latest operation of this thread (lp.h), for faces that tell
 * programs more than the outcome; 0 = the node gave none: the library failed. */
uint32_t cause_reason(void);

/* The last cause of this thread; the text stays the library's. */
const char *cause_last(void);
/* When one thread continues an operation for another: take the cause from the first (a copy that the caller
 * frees, or NULL), and keep it in the second. */
char *cause_copy(void);
void cause_put(const char *text);

/* The sense code that came with the end of this thread's latest operation, 0 = none; and to set it, also for
 * an operation that another thread has continued. */
uint32_t cause_sense(void);
void cause_set_sense(uint32_t sense);

#endif
