/* pageend.h - memory whose last octet is followed by none. */
#ifndef TESTS_CPIC_PAGEEND_H
#define TESTS_CPIC_PAGEEND_H

#include <check.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

/* N octets of zero that end where memory does. */
static inline unsigned char *page_end(size_t n)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    unsigned char *p = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(p, MAP_FAILED);
    ck_assert_int_eq(mprotect(p + page, page, PROT_NONE), 0);
    return p + page - n;
}

#endif
