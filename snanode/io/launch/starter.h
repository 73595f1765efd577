/* starter.h - a new process for a program: a process group of its own, stdin from /dev/null, default signals,
 * no other descriptor, and the user and limits of a Launch key.  Layer: launching.
 *
 * As posix_spawn does it, the child borrows the node's memory up to its exec.  Its table of descriptors is a
 * copy of the lowest few alone, so that a start costs the same however many the node has open.  It has a
 * session of its own only where that keeps something from it, a terminal or another user's processes [A61].
 */
#ifndef SNA_STARTER_H
#define SNA_STARTER_H

#include <sys/types.h>

struct tp_launch;

/* To be called while few descriptors are open.  0, or the errno. */
int starter_open(void) __attribute__((warn_unused_result));

/* Run PATH; OUT becomes its stdout and stderr, and L may be NULL.  0 with *PID, or the errno of the step that
 * failed, exec's too. */
int starter_run(const char *path, char **argv, char **env, const struct tp_launch *l, int out, pid_t *pid)
    __attribute__((warn_unused_result));

#endif
