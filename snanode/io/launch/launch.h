/* launch.h - starting a copy of a TP.  Layer: launching. */
#ifndef SNA_LAUNCH_H
#define SNA_LAUNCH_H

#include <stdint.h>
#include <sys/types.h>

#include "attachmgr/tptable/tptable.h"

/* Start ENTRY's program with its Parameters as arguments, in a process group of its own, stdin from
 * /dev/null, stdout and stderr OUT (or the file that ENTRY->launch names), no other descriptor, default
 * signals; its environment is the node's and APPCTPN (NAME, the TP name that was asked for), APPCLLU (LU),
 * SNANODE_SOCKET (SOCKET) and SNANODE_TOKEN. Returns the pid, or -1 with errno (ENOENT, EACCES, ENOEXEC,
 * EAGAIN, ENOMEM ...) when it could not be started: the error of exec itself, not of a shell; *WHAT then
 * names the cause: the program, or something in ENTRY->launch.  PATH (PATH_MAX octets) gets the file that
 * runs. */
pid_t launch_tp(const struct tp_entry *entry, const char *name, const char *lu, const char *socket,
                uint64_t token, int out, char *path, const char **what) __attribute__((warn_unused_result));

#endif
