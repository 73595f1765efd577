/* wine.h - programs for Windows, and the Wine that runs them.  Layer: launching (asks the file system). */
#ifndef SNA_LAUNCH_WINE_H
#define SNA_LAUNCH_WINE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct tp_launch;

struct wine {
    unsigned bits;         /* of the program: 32 or 64 */
    char start[PATH_MAX];  /* snanode-wine-start, which has the server of the prefix running first */
    char wine[PATH_MAX];   /* Wine of the Launch key L, else wine in PATH */
    char prefix[PATH_MAX]; /* WinePrefix of L, else WINEPREFIX, else ~/.wine; "" = not known */
};

bool wine_is_program(const char *path); /* a file that can be read, and a program for Windows (PE) */

/* How PROGRAM, a file that exists, runs with the settings L (NULL = none).
 * Returns 1 with *HOW; 0 when it is no program for Windows; -1 when it is one and cannot be started, with the
 * reason in WHY (CAP octets). */
int wine_find(const char *program, const struct tp_launch *l, struct wine *how, char *why, size_t cap)
    __attribute__((warn_unused_result));

/* Why no program of the width of HOW runs in its prefix, if one is known: into WHY (CAP octets).  Returns
 * WHY, or NULL. */
const char *wine_no_prefix(const struct tp_launch *l, const struct wine *how, char *why, size_t cap);
/* The same for this process as the one that starts it: the prefix is another user's. */
const char *wine_not_ours(const struct tp_launch *l, const struct wine *how, char *why, size_t cap);
/* As wine_no_prefix, or what PROGRAM will miss in the prefix of HOW, if it has not brought it: into WHY.
 * Returns WHY, or NULL. */
const char *wine_lacks(const char *program, const struct tp_launch *l, const struct wine *how, char *why,
                       size_t cap);

#endif
