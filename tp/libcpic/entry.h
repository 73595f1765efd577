/* entry.h - the calls under the names that COBOL programs give them: CALL "CMINIT".  A file that includes
 * cobol_calls.def after this header defines all of them.  It defines first what they do before and after the
 * call of the library: static void entry_before(struct entry *), static void entry_after(struct entry *).
 *
 * They are functions that return 0: COBOL takes what a call returns for its special register RETURN-CODE, and
 * RETURN-CODE for the exit status of the program. */
#ifndef LIBCPIC_ENTRY_H
#define LIBCPIC_ENTRY_H

#include <stdbool.h>

#include "cpic.h"

#define ENTRY_MAX 10

/* A call that is under way. */
struct entry {
    const char *name;    /* "CMSEND" */
    const char *letters; /* what each parameter is: scripts/make-constants, letter */
    const char *names;   /* of the parameters, with spaces between them */
    unsigned n;          /* how many; the last one is the return code */
    void *const *given;  /* by the program */
    void **args;         /* what the call of the library gets, as given at first */
    SIDE_INFO side;      /* room for libcpiccob */
    CM_INT32 in[ENTRY_MAX];
};

#define ENTRY_BEGIN(upper, letters_, names_, ...)                                                            \
    void *const given_[] = {__VA_ARGS__};                                                                    \
    void *v[] = {__VA_ARGS__};                                                                               \
    struct entry e;                                                                                          \
    e.name = #upper, e.letters = letters_, e.names = names_;                                                 \
    e.n = sizeof v / sizeof *v, e.given = given_, e.args = v;                                                \
    entry_before(&e)
#define ENTRY_END                                                                                            \
    entry_after(&e);                                                                                         \
    return 0

#define CALL2(U, l, s, w)                                                                                    \
    CPIC_API int U(void *a, void *b);                                                                        \
    CPIC_API int U(void *a, void *b)                                                                         \
    {                                                                                                        \
        ENTRY_BEGIN(U, s, w, a, b);                                                                          \
        l(v[0], v[1]);                                                                                       \
        ENTRY_END;                                                                                           \
    }
#define CALL3(U, l, s, w)                                                                                    \
    CPIC_API int U(void *a, void *b, void *c);                                                               \
    CPIC_API int U(void *a, void *b, void *c)                                                                \
    {                                                                                                        \
        ENTRY_BEGIN(U, s, w, a, b, c);                                                                       \
        l(v[0], v[1], v[2]);                                                                                 \
        ENTRY_END;                                                                                           \
    }
#define CALL4(U, l, s, w)                                                                                    \
    CPIC_API int U(void *a, void *b, void *c, void *d);                                                      \
    CPIC_API int U(void *a, void *b, void *c, void *d)                                                       \
    {                                                                                                        \
        ENTRY_BEGIN(U, s, w, a, b, c, d);                                                                    \
        l(v[0], v[1], v[2], v[3]);                                                                           \
        ENTRY_END;                                                                                           \
    }
#define CALL5(U, l, s, w)                                                                                    \
    CPIC_API int U(void *a, void *b, void *c, void *d, void *f);                                             \
    CPIC_API int U(void *a, void *b, void *c, void *d, void *f)                                              \
    {                                                                                                        \
        ENTRY_BEGIN(U, s, w, a, b, c, d, f);                                                                 \
        l(v[0], v[1], v[2], v[3], v[4]);                                                                     \
        ENTRY_END;                                                                                           \
    }
#define CALL6(U, l, s, w)                                                                                    \
    CPIC_API int U(void *a, void *b, void *c, void *d, void *f, void *g);                                    \
    CPIC_API int U(void *a, void *b, void *c, void *d, void *f, void *g)                                     \
    {                                                                                                        \
        ENTRY_BEGIN(U, s, w, a, b, c, d, f, g);                                                              \
        l(v[0], v[1], v[2], v[3], v[4], v[5]);                                                               \
        ENTRY_END;                                                                                           \
    }
#define CALL7(U, l, s, w)                                                                                    \
    CPIC_API int U(void *a, void *b, void *c, void *d, void *f, void *g, void *h);                           \
    CPIC_API int U(void *a, void *b, void *c, void *d, void *f, void *g, void *h)                            \
    {                                                                                                        \
        ENTRY_BEGIN(U, s, w, a, b, c, d, f, g, h);                                                           \
        l(v[0], v[1], v[2], v[3], v[4], v[5], v[6]);                                                         \
        ENTRY_END;                                                                                           \
    }
#define CALL8(U, l, s, w)                                                                                    \
    CPIC_API int U(void *a, void *b, void *c, void *d, void *f, void *g, void *h, void *i);                  \
    CPIC_API int U(void *a, void *b, void *c, void *d, void *f, void *g, void *h, void *i)                   \
    {                                                                                                        \
        ENTRY_BEGIN(U, s, w, a, b, c, d, f, g, h, i);                                                        \
        l(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]);                                                   \
        ENTRY_END;                                                                                           \
    }
#define CALL9(U, l, s, w)                                                                                    \
    CPIC_API int U(void *a, void *b, void *c, void *d, void *f, void *g, void *h, void *i, void *j);         \
    CPIC_API int U(void *a, void *b, void *c, void *d, void *f, void *g, void *h, void *i, void *j)          \
    {                                                                                                        \
        ENTRY_BEGIN(U, s, w, a, b, c, d, f, g, h, i, j);                                                     \
        l(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8]);                                             \
        ENTRY_END;                                                                                           \
    }
#define CALL10(U, l, s, w)                                                                                   \
    CPIC_API int U(void *a, void *b, void *c, void *d, void *f, void *g, void *h, void *i, void *j,          \
                   void *k);                                                                                 \
    CPIC_API int U(void *a, void *b, void *c, void *d, void *f, void *g, void *h, void *i, void *j, void *k) \
    {                                                                                                        \
        ENTRY_BEGIN(U, s, w, a, b, c, d, f, g, h, i, j, k);                                                  \
        l(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9]);                                       \
        ENTRY_END;                                                                                           \
    }

#endif
