/* dial.h - a tool's connection to a running node: hello, a command, its answer.  Layer: tools. */
#ifndef SNA_CLI_DIAL_H
#define SNA_CLI_DIAL_H

#include "snanode/local/lp.h"

#define DIAL_FAILED -1 /* errno says why */
#define DIAL_UNWELCOME                                                                                       \
    -2 /* no greeting from what is there: not a node, or a node that refuses us or is ending */
#define DIAL_TOO_LONG -3 /* the command does not fit in a message */

/* Connect to the node at PATH and say hello as the tool PROGRAM.  The node has PATIENCE_MS for each answer, 0
 * = for ever.  Returns a descriptor for dial_ask, or DIAL_FAILED or DIAL_UNWELCOME. */
int dial_node(const char *path, const char *program, unsigned patience_ms)
    __attribute__((warn_unused_result));

/* Why the last dial_node failed: for a person, on one line. */
const char *dial_error(void);

/* Ask the node to carry out the command WORDS (N of them).  Returns 0 with the answer in *A, and in *ROWS
 * the descriptor of the rows (the caller closes it), or -1 when there are none; DIAL_FAILED when there is no
 * answer, or DIAL_TOO_LONG. */
int dial_ask(int fd, char *const *words, int n, struct lp_answer *a, int *rows)
    __attribute__((warn_unused_result));

#endif
