/* launchfork.h - starting a program with another user or limits, which posix_spawn cannot set.
 * Layer: launching. */
#ifndef SNA_LAUNCHFORK_H
#define SNA_LAUNCHFORK_H

#include <sys/types.h>

struct tp_launch;

/* As posix_spawn: 0 with *PID, or the errno of the step that failed.  OUT: stdout and stderr. */
int launchfork_spawn(const char *path, char **argv, char **env, const struct tp_launch *l, int out,
                     pid_t *pid);

#endif
