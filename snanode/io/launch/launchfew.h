/* launchfew.h - starts a program from a node that has many descriptors.  Layer: io.
 * posix_spawn copies the table of all descriptors, and its child closes each: with 20,000 of them that takes
 * longer than the start.  Here the child shares the table, and unshares only its first places. */
#ifndef SNA_IO_LAUNCH_LAUNCHFEW_H
#define SNA_IO_LAUNCH_LAUNCHFEW_H

#include <stdbool.h>
#include <sys/types.h>

/* From so many descriptors on it pays. */
#define LAUNCHFEW_FROM 512

/* Take the two low descriptors that a start needs, while there are low ones.  False: launchfew_spawn() does
 * not work. */
bool launchfew_init(void);

/* As posix_spawn(), with OUT as the program's output, in DIRECTORY (NULL: the node's), in a session of its
 * own, with default signals and nothing else inherited.  0 or an error number; ENOSYS: this system cannot do
 * it. */
int launchfew_spawn(const char *path, char **argv, char **env, const char *directory, int out, pid_t *pid);

#endif
