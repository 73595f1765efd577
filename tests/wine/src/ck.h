/* ck.h - what the programs of tests/wine share: they are Windows programs, and end at the first thing that is
 * wrong. */
#ifndef TESTS_WINE_CK_H
#define TESTS_WINE_CK_H

#include <windows.h>

#include <stdio.h>
#include <stdlib.h>

#define CK(what)                                                                                             \
    do {                                                                                                     \
        if (!(what)) {                                                                                       \
            printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #what);                                        \
            fflush(stdout);                                                                                  \
            ExitProcess(1);                                                                                  \
        }                                                                                                    \
    } while (0)
#define CK_INT(got, expected)                                                                                \
    do {                                                                                                     \
        long long g_ = (long long)(got), e_ = (long long)(expected);                                         \
        if (g_ != e_) {                                                                                      \
            printf("%s:%d: %s is %lld, not %lld\n", __FILE__, __LINE__, #got, g_, e_);                       \
            fflush(stdout);                                                                                  \
            ExitProcess(1);                                                                                  \
        }                                                                                                    \
    } while (0)

#define PATIENCE_MS 20000

#endif
