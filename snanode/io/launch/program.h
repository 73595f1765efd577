/* program.h - where the program of a TP is on this machine.  Layer: launching (asks the file system). */
#ifndef SNA_LAUNCH_PROGRAM_H
#define SNA_LAUNCH_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

struct tp_launch;

/* Find the executable file for PATH (already mapped): PATH itself, PATH without a final ".exe", or either
 * with the file name in lower case, because programs were renamed when they were moved to Linux.  A Lua
 * script and a program for Windows need not be executable.  Returns 0 with the name in OUT, or the errno that
 * says why there is none (OUT is PATH then). */
int program_find(const char *path, char *out, size_t cap);

/* Find the program NAME beside this process's own executable or, failing that, in PATH; into OUT. */
bool program_beside(const char *name, char *out, size_t cap);
bool program_in_path(const char *name, char *out, size_t cap);

/* What runs PROGRAM: a Lua script (its name ends in ".lua") is run by tpsh, unless it is executable and its
 * first line names another interpreter.  tpsh is the one beside this process's own executable, else the first
 * in PATH. Returns 1 with its name in OUT; 0 when PROGRAM runs by itself; -1 when there is no tpsh. */
int program_interpreter(const char *program, char *out, size_t cap);

/* Tell a person why the program for PATH cannot run here, with the settings L (NULL = none).  E is the errno
 * of an attempt to start it, or 0 if there was none.  Into OUT (CAP octets).  Returns OUT, or NULL when
 * nothing prevents it from running and E is 0. */
const char *program_why(const char *path, const struct tp_launch *l, int e, char *out, size_t cap);

#endif
