/* barrier.h - over a link, what one side has sent takes a moment to come to the other.  A test that looks at once
 * waits here until it has crossed, and not for a time. */
#ifndef TESTS_CPIC_BARRIER_H
#define TESTS_CPIC_BARRIER_H

#include <stdbool.h>

/* The partner is on a link. */
bool over_link(void);
/* At the beginning of a test, or of a case of it, that a partner on a link has no part in: it ends here.  The
 * reason is for the reader. */
#define NOT_OVER_LINK(why)                                                                                   \
    do {                                                                                                     \
        if (over_link())                                                                                     \
            return;                                                                                          \
    } while (0)
#define RAW_FRAMES "it writes frames that no program on a session sends"
#define ONE_SOCKET "it counts what one socket takes"
#define NO_CHAIN   "a partner that has begun no chain cannot be refused yet"

/* Start the process that crosses the link when asked, if the tests run over one.  The node is up. */
void barrier_start(void);
/* End it. */
void barrier_stop(void);

/* What has been written into a conversation's socket has arrived, and so has what the node and its links answer
 * to it by themselves.  Nothing happens without a link, or when it is down. */
void barrier(void);

#endif
