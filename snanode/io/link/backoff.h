/* backoff.h - how long to wait before a peer is tried again.  Layer: io.
 * The waits double from a second up to a longest one [L101].  Each is shortened by up to a half, so that many
 * nodes that lost one peer do not come back at one moment; the seed makes that repeatable. */
#ifndef SNA_IO_LINK_BACKOFF_H
#define SNA_IO_LINK_BACKOFF_H

#include <stdbool.h>
#include <stdint.h>

struct backoff {
    uint64_t random;
    uint32_t wait_ms, longest_ms;
    unsigned tries, limit; /* limit 0 = none */
};

/* No try has been made.  LONGEST_S: the longest wait, 0 as 1; LIMIT: how many tries, 0 = no limit. */
void backoff_init(struct backoff *b, unsigned longest_s, unsigned limit, uint64_t seed);

/* A try has failed: the wait before the next one into *MS.  False when it was the last. */
bool backoff_next(struct backoff *b, uint32_t *ms);

/* What was tried works: the next failure is the first one again.  With TLS 1.3 the caller does so when the
 * peer has sent something, because until then it may still refuse our certificate. */
void backoff_reset(struct backoff *b);

#endif
