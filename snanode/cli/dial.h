/* dial.h - a tool's connection to a running node: hello, a command, its answer.  Layer: tools. */
#ifndef SNA_CLI_DIAL_H
#define SNA_CLI_DIAL_H

#include "snanode/local/lp.h"

#define DIAL_FAILED -1 /* errno says why */
#define DIAL_UNWELCOME                                                                                       \
    -2 /* something is there that does not greet us: no node, or one that refuses us or is ending */
#define DIAL_TOO_LONG -3 /* the command has no room in a message */

/* Connect to the node at PATH and say hello as the tool PROGRAM.  It has PATIENCE_MS for each of its answers,
 * 0 = for ever.  A descriptor for dial_ask, or DIAL_FAILED or DIAL_UNWELCOME. */
int dial_node(const char *path, const char *program, unsigned patience_ms)
    __attribute__((warn_unused_result));

/* Why the last dial_node failed: for a person, on one line. */
const char *dial_error(void);

/* Ask the node for the command WORDS (N of them).  0 with its answer in *A and, when rows come along, their
 * descriptor, which is the caller's, in *ROWS, else -1; DIAL_FAILED when there is no answer, or
 * DIAL_TOO_LONG. */
int dial_ask(int fd, char *const *words, int n, struct lp_answer *a, int *rows)
    __attribute__((warn_unused_result));

#endif
