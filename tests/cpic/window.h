/* window.h - a window as the tests of the Windows extensions of verbs have it: a pipe, and the messages in
 * it. */
#ifndef TESTS_CPIC_WINDOW_H
#define TESTS_CPIC_WINDOW_H

#include <check.h>
#include <poll.h>
#include <stdint.h>
#include <unistd.h>

#include "tests/cpic/harness.h"
#include "tp/verbs/completion.h"

/* The library writes to its second end. */
static int window[2];

static inline void window_open(void)
{
    ck_assert_int_eq(pipe(window), 0);
}

static inline bool window_has(int wait_ms)
{
    struct pollfd p = {window[0], POLLIN, 0};
    return poll(&p, 1, wait_ms) == 1;
}

/* The next message must come, and be NUMBER for the request HANDLE with the block VCB. */
static inline void window_told(unsigned number, const void *handle, const void *vcb)
{
    struct completion_message m;
    ck_assert_ptr_nonnull(handle);
    ck_assert(window_has(PATIENCE * 1000));
    ck_assert_int_eq(read(window[0], &m, sizeof m), sizeof m);
    ck_assert_uint_eq(m.message, number);
    ck_assert_uint_eq(m.ticket, (uintptr_t)handle);
    ck_assert_int_eq(m.vcb, (intptr_t)vcb);
}

#endif
