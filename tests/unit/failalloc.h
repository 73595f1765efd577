/* failalloc.h - allocations that fail when a test says so.  The linker redirects those of all objects of the
 * program to here: for one source file a program, and a rule in the Makefile with --wrap. */
#ifndef TESTS_UNIT_FAILALLOC_H
#define TESTS_UNIT_FAILALLOC_H

#include <stdbool.h>
#include <stdlib.h>

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

static struct {
    bool on;        /* they are counted, and may fail */
    unsigned made;  /* so far */
    unsigned at;    /* the one that fails, 0 = none */
    unsigned every; /* each EVERY-th fails, 0 = none */
} failalloc;

static inline bool failalloc_fails(void)
{
    if (!failalloc.on)
        return false;
    failalloc.made++;
    return failalloc.made == failalloc.at || (failalloc.every && failalloc.made % failalloc.every == 0);
}

void *__wrap_malloc(size_t n)
{
    return failalloc_fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return failalloc_fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
    return failalloc_fails() ? NULL : __real_realloc(p, n);
}

#endif
